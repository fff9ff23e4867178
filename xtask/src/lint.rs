//! `cargo xtask clippy-wasm`: what is compiled to WebAssembly, linted as such.

use std::process::ExitCode;

use crate::failure::Outcome;
use crate::flags::Flags;
use crate::process;
use crate::setup::{self, TARGET};

pub(crate) fn wasm(flags: &mut Flags) -> Outcome<ExitCode> {
    flags.finish()?;
    let tools = setup::for_builds()?;
    setup::wasm_clippy(&tools)?;
    let mut clippy = tools.command("cargo");
    clippy.args([
        "clippy",
        "--target",
        TARGET,
        "-p",
        "rplab-wasm",
        "-p",
        "rplab-web",
        "--",
        "--deny",
        "warnings",
    ]);
    process::run(&mut clippy)?;
    Ok(ExitCode::SUCCESS)
}
