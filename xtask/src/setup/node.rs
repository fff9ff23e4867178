//! Node and the npm packages that build and test the project.

use std::fs;
use std::path::PathBuf;

use super::{Found, Step};
use crate::failure::{Doing, Failure, Outcome};
use crate::{process, versions, workspace};

/// The folder with the packages' commands.
pub(super) fn ensure(step: &Step) -> Outcome<Found<PathBuf>> {
    let node = node_version()?;
    let folder = workspace::npm_tools();
    let bin = folder.join("node_modules/.bin");
    let lock = fs::read(folder.join("package-lock.json"))
        .doing(|| "reading tests/package-lock.json".to_owned())?;
    // A copy of the lock file that was installed; npm's own record is in another form.
    let stamp = folder.join("node_modules/.installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(Found::new(bin, format!("present, Node {node}")));
    }
    step.announce("npm ci in tests/");
    let mut install = process::command("npm");
    install
        .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
        .current_dir(&folder);
    process::watched("npm-ci", &mut install).map_err(|failure| {
        Failure::by_hand(
            failure.to_string(),
            "npm ci --ignore-scripts --prefix tests",
        )
    })?;
    fs::write(&stamp, &lock).doing(|| "writing the stamp of the npm packages".to_owned())?;
    Ok(Found::new(bin, format!("installed, Node {node}")))
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
