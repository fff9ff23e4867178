//! Tests under cargo: natively over the workspace, with a bounded run of the fuzz target as one more test,
//! and the core's own tests again as WebAssembly in Node.

use std::fs;
use std::process::Command;

use super::{Context, Counted};
use crate::failure::{Doing, Outcome};
use crate::setup::TARGET;
use crate::tally::Tally;
use crate::{fuzz, process, workspace};

pub(super) fn native(_: &Context) -> Outcome<Counted> {
    let mut cargo = process::command("cargo");
    let mut counted = count(cargo.args(["test", "--workspace", "--no-fail-fast"]))?;
    match fuzz::bounded()? {
        true => counted.tally.passed += 1,
        false => counted.tally.failed += 1,
    }
    Ok(counted)
}

pub(super) fn wasm(context: &Context) -> Outcome<Counted> {
    let mut cargo = context.tools()?.command("cargo");
    cargo.args(["test", "-p", "rplab-core", "--lib", "--no-fail-fast"]);
    for name in integration_tests()? {
        cargo.args(["--test", &name]);
    }
    let runner = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER";
    count(
        cargo
            .args(["--target", TARGET])
            .env(runner, "wasm-bindgen-test-runner"),
    )
}

/// Those of the core's integration tests that say so by naming the crate that makes `#[test]` run there.
/// The others read files or start processes.
fn integration_tests() -> Outcome<Vec<String>> {
    let folder = workspace::root().join("core/tests");
    let entries = fs::read_dir(&folder).doing(|| format!("reading {}", folder.display()))?;
    let mut names = Vec::new();
    for path in entries.flatten().map(|entry| entry.path()) {
        let file = if path.is_dir() {
            path.join("main.rs")
        } else {
            path.clone()
        };
        let says_so = fs::read_to_string(&file)
            .is_ok_and(|text| text.contains("extern crate rplab_wasm_test;"));
        if let (true, Some(name)) = (says_so, path.file_stem()) {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn count(cargo: &mut Command) -> Outcome<Counted> {
    let mut tally = Tally::default();
    let ended_well = process::read_lines(cargo, |line| tally.read_rust(line))?;
    Ok(Counted { tally, ended_well })
}
