//! A Java runtime, for Spark.

use super::{Found, Step, apt};
use crate::failure::{Failure, Outcome};
use crate::process;

const PACKAGE: &str = "default-jre-headless";

/// The user's own, else Debian's.
pub(super) fn ensure(step: &Step) -> Outcome<Found<()>> {
    let version = || process::answer(process::command("java").arg("--version"));
    let shown = |version: String| {
        let first = version.lines().next().unwrap_or_default().to_owned();
        Found::new((), first)
    };
    if let Some(version) = version() {
        return Ok(shown(version));
    }
    if apt::present() {
        step.announce("Debian's Java runtime");
        apt::install("java", &[PACKAGE])?;
    }
    version().map(shown).ok_or_else(|| {
        Failure::by_hand(
            "Spark needs a Java runtime, 17 or newer",
            format!("sudo apt-get install --no-install-recommends {PACKAGE}"),
        )
    })
}
