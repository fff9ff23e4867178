//! `cargo xtask fuzz`: the block store, the endpoint and the readers of inventories under operations guided by what they reach in the code.

use std::process::{Command, ExitCode};

use crate::failure::{Failure, Outcome};
use crate::flags::Flags;
use crate::{process, workspace};

/// Asks the compiler for a counter at every edge between pieces of code. No other compiler is needed.
const COUNTERS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=3 \
                        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters";

pub(crate) fn run(flags: &mut Flags) -> Outcome<ExitCode> {
    let mut command = command()?;
    command.args(flags.rest());
    process::run(&mut command)?;
    Ok(ExitCode::SUCCESS)
}

/// Bounded runs that are the same every time; the rust suite's last test.
pub(crate) fn bounded() -> Outcome<bool> {
    for target in ["store", "requests", "readers"] {
        if !process::read_lines(command()?.args(["--target", target]), |_| {})? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn command() -> Outcome<Command> {
    let host = host()?;
    let mut cargo = process::command("cargo");
    // With a target named, the flags are not for build scripts; with a folder of their own, they do not
    // make the next ordinary build begin anew.
    cargo
        .args(["run", "--quiet", "-p", "rplab-store-fuzz"])
        .args(["--target", &host, "--"])
        .env("CARGO_TARGET_DIR", workspace::target().join("fuzz"))
        .env("RUSTFLAGS", COUNTERS)
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    Ok(cargo)
}

fn host() -> Outcome<String> {
    let text = process::answer(process::command("rustc").arg("-vV"));
    let text = text.unwrap_or_default();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| Failure::new("`rustc -vV` names no host"))
}
