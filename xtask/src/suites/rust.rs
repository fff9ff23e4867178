//! Tests under cargo: natively over the workspace, and the core's own tests again as WebAssembly in Node.

use std::process::Command;

use super::{Context, Counted};
use crate::failure::Outcome;
use crate::process;
use crate::setup::TARGET;
use crate::tally::Tally;

pub(super) fn native(_: &Context) -> Outcome<Counted> {
    let mut cargo = process::command("cargo");
    count(cargo.args(["test", "--workspace", "--no-fail-fast"]))
}

pub(super) fn wasm(context: &Context) -> Outcome<Counted> {
    let mut cargo = context.tools()?.command("cargo");
    cargo
        .args([
            "test",
            "-p",
            "rplab-core",
            "--lib",
            "--no-fail-fast",
            "--target",
            TARGET,
        ])
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            "wasm-bindgen-test-runner",
        );
    count(&mut cargo)
}

fn count(cargo: &mut Command) -> Outcome<Counted> {
    let mut tally = Tally::default();
    let ended_well = process::read_lines(cargo, |line| tally.read_rust(line))?;
    Ok(Counted { tally, ended_well })
}
