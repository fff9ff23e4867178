//! Node and the npm packages that build and test the project.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Found, Step};
use crate::failure::{Doing, Failure, Outcome};
use crate::{process, versions, workspace};

/// The folder with the packages' commands.
pub(super) fn ensure(step: &Step) -> Outcome<Found<PathBuf>> {
    let folder = workspace::npm_tools();
    let note = install(step, &folder)?;
    Ok(Found::new(folder.join("node_modules/.bin"), note))
}

/// The official clients and the bundlers that one suite needs; apart from the others, so that the planner is
/// built without them.
pub(super) fn ensure_sdk(step: &Step) -> Outcome<Found<PathBuf>> {
    let folder = workspace::npm_tools().join("sdk");
    let note = install(step, &folder)?;
    Ok(Found::new(folder, note))
}

/// What only the audit needs.
pub(super) fn ensure_audit(step: &Step) -> Outcome<Found<PathBuf>> {
    let folder = workspace::npm_tools().join("audit");
    let note = install(step, &folder)?;
    Ok(Found::new(folder, note))
}

/// Installs what a folder's lock file pins, where that is not there yet.
fn install(step: &Step, folder: &Path) -> Outcome<String> {
    let node = node_version()?;
    let shown = workspace::shown(folder);
    let lock = fs::read(folder.join("package-lock.json"))
        .doing(|| format!("reading {shown}/package-lock.json"))?;
    // A copy of the lock file that was installed; npm's own record is in another form.
    let stamp = folder.join("node_modules/.installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(format!("present, Node {node}"));
    }
    step.announce(&format!("npm ci in {shown}/"));
    let mut install = process::command("npm");
    install
        .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
        .current_dir(folder);
    process::watched("npm-ci", &mut install).map_err(|failure| {
        Failure::by_hand(
            failure.to_string(),
            format!("npm ci --ignore-scripts --prefix {shown}"),
        )
    })?;
    fs::write(&stamp, &lock).doing(|| "writing the stamp of the npm packages".to_owned())?;
    Ok(format!("installed, Node {node}"))
}

fn node_version() -> Outcome<String> {
    let Some(version) = process::answer(process::command("node").arg("--version")) else {
        return Err(Failure::new(format!(
            "node is not on PATH; install Node {} or newer",
            versions::OLDEST_NODE
        )));
    };
    let version = version.trim_start_matches('v').to_owned();
    let major = version
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < versions::OLDEST_NODE) {
        return Err(Failure::new(format!(
            "node {version} is too old; install Node {} or newer",
            versions::OLDEST_NODE
        )));
    }
    Ok(version)
}
