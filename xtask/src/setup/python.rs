//! A Python with the official clients: the machine's own, in an environment of this clone.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Found, Step, apt};
use crate::failure::{Doing, Failure, Outcome};
use crate::{process, versions, workspace};

/// The interpreter of an environment in `target/FOLDER` that has what `tests/WANTED` lists.
pub(super) fn ensure(step: &Step, folder: &str, wanted: &str) -> Outcome<Found<PathBuf>> {
    let what = format!("pip install -r tests/{wanted}");
    let by_hand = format!("target/{folder}/bin/python -m {what}");
    let wanted = workspace::npm_tools().join(wanted);
    let pinned = fs::read(&wanted).doing(|| format!("reading {}", workspace::shown(&wanted)))?;
    let folder = workspace::target().join(folder);
    let inside = if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    };
    let interpreter = folder.join(inside);
    let stamp = folder.join("installed-requirements.txt");
    if process::is_file(&interpreter) && fs::read(&stamp).is_ok_and(|last| last == pinned) {
        return Ok(Found::new(interpreter, "present"));
    }
    step.announce(&format!("python3 -m venv, {what}"));
    workspace::clear(&folder)?;
    if !made(&folder) {
        // Debian has the module that makes environments in a package of its own.
        if apt::present() {
            apt::install("python", &["python3", "python3-venv"])?;
        }
        if !made(&folder) {
            let (major, minor) = versions::OLDEST_PYTHON;
            return Err(Failure::by_hand(
                format!("no Python {major}.{minor} or newer that can make an environment"),
                "python3 -m venv target/python, once Python 3 with venv is installed",
            ));
        }
    }
    let mut pip = process::command(&interpreter);
    pip.args(["-m", "pip", "install", "--disable-pip-version-check", "-r"])
        .arg(&wanted);
    process::watched("pip", &mut pip)
        .map_err(|failure| Failure::by_hand(failure.to_string(), by_hand))?;
    fs::write(&stamp, &pinned).doing(|| "writing the stamp of the environment".to_owned())?;
    Ok(Found::new(interpreter, "installed"))
}

/// Makes an environment with pip in it, from the first Python that is new enough and can.
fn made(folder: &Path) -> bool {
    let (major, minor) = versions::OLDEST_PYTHON;
    let check = format!("import sys; sys.exit(sys.version_info < ({major}, {minor}))");
    ["python3", "python"].into_iter().any(|name| {
        process::answer(process::command(name).args(["-c", &check])).is_some()
            && process::answer(process::command(name).args(["-m", "venv"]).arg(folder)).is_some()
    })
}
