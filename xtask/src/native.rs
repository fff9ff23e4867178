//! `cargo xtask run` and `cargo xtask check`: handed to the native engine's own command.

use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use crate::failure::{Doing, Failure, Outcome};
use crate::flags::Flags;
use crate::process;

/// Builds `rplab` for tests; its path.
pub(crate) fn build() -> Outcome<PathBuf> {
    let mut cargo = process::command("cargo");
    cargo.args([
        "build",
        "--package",
        "rplab-cli",
        "--message-format=json-render-diagnostics",
    ]);
    let messages =
        process::answer(&mut cargo).ok_or_else(|| Failure::new("rplab-cli does not build"))?;
    executable(&messages).ok_or_else(|| Failure::new("cargo named no executable for rplab-cli"))
}

/// The executable that cargo's messages name, one JSON object a line.
fn executable(messages: &str) -> Option<PathBuf> {
    let (_, rest) = messages.rsplit_once("\"executable\":\"")?;
    let (path, _) = rest.split_once('"')?;
    Some(PathBuf::from(path.replace("\\\\", "\\")))
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_executable_is_read_from_cargo_messages() {
        let messages = r#"{"reason":"compiler-artifact","executable":null}
{"reason":"compiler-artifact","executable":"/t/debug/rplab","fresh":true}
{"reason":"build-finished","success":true}"#;
        assert_eq!(executable(messages), Some(PathBuf::from("/t/debug/rplab")));
        assert_eq!(executable("{}"), None);
    }
}
