//! A Chromium for the browser tests.

use std::env;
use std::path::{Path, PathBuf};

use super::{Found, Step, apt};
use crate::failure::{Failure, Outcome};
use crate::process;

const NAMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge-stable",
];
const MAC: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// The browser that `CHROME_PATH` names, else one of the machine's, else Debian's.
pub(super) fn ensure(step: &Step) -> Outcome<Found<PathBuf>> {
    if let Some(named) = env::var_os("CHROME_PATH").filter(|value| !value.is_empty()) {
        let path = PathBuf::from(named);
        if process::is_file(&path) {
            return Ok(Found::new(path, "named by CHROME_PATH"));
        }
        return Err(Failure::new(format!(
            "CHROME_PATH names {}, which is not there",
            path.display()
        )));
    }
    if let Some(path) = on_this_machine() {
        return Ok(Found::new(path.clone(), path.display().to_string()));
    }
    if !apt::present() {
        return Err(Failure::new(
            "no Chromium or Chrome found; install one, or name its path in CHROME_PATH",
        ));
    }
    step.announce("Debian's package, about 1 minute");
    apt::install("chromium", &["chromium"])?;
    on_this_machine()
        .map(|path| Found::new(path.clone(), format!("{} installed", path.display())))
        .ok_or_else(|| {
            Failure::new("the chromium package brought no browser; name one in CHROME_PATH")
        })
}

fn on_this_machine() -> Option<PathBuf> {
    process::on_path(&NAMES).or_else(|| {
        MAC.iter()
            .map(Path::new)
            .find(|path| process::is_file(path))
            .map(Path::to_path_buf)
    })
}
