//! `cargo xtask run` and `cargo xtask check`: handed to the native engine's own command.

use std::process::{Command, ExitCode, Stdio};

use crate::failure::{Doing, Outcome};
use crate::flags::Flags;
use crate::process;

/// Builds `rplab` optimised and passes the arguments, the standard streams and the exit code through.
/// Paths stay relative to the caller's folder.
pub(crate) fn forward(name: &str, flags: &mut Flags) -> Outcome<ExitCode> {
    let mut cargo: Command = process::command("cargo");
    cargo
        .args([
            "run",
            "--quiet",
            "--release",
            "--package",
            "rplab-cli",
            "--",
            name,
        ])
        .args(flags.rest())
        .stdin(Stdio::inherit());
    if let Ok(here) = std::env::current_dir() {
        cargo.current_dir(here);
    }
    let status = cargo.status().doing(|| "starting cargo".to_owned())?;
    Ok(status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from))
}
