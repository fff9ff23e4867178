//! The source of the standard library. Where it is there, what ships is built together with a standard
//! library made for size: without texts and places of panics, and with the smaller of two algorithms.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Compiler, Found, Step, TARGET, apt};
use crate::failure::Outcome;
use crate::process;

/// What cargo has to be told; the switches are not stable yet, so the compiler is told to allow them.
const SWITCHES: [(&str, &str); 5] = [
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    ("CARGO_UNSTABLE_PANIC_IMMEDIATE_ABORT", "true"),
    ("CARGO_PROFILE_WASM_PANIC", "immediate-abort"),
];

/// Makes cargo, or what calls it, build the standard library too.
pub(super) fn build_too(command: &mut Command) {
    command.envs(SWITCHES);
}

/// Whether the source is there, or could be fetched, with all that it needs. Without it everything is built as well, only
/// larger.
pub(super) fn ensure(compiler: Compiler, step: &Step) -> Outcome<Found<bool>> {
    let mut note = "source present";
    if !is_there(compiler) {
        step.announce("its source");
        fetch(compiler);
        note = "source fetched";
    }
    if is_there(compiler) && dependencies(compiler) {
        return Ok(Found::new(true, note));
    }
    Ok(Found::new(
        false,
        "no source, modules get 6 % larger; rustup component add rust-src",
    ))
}

fn is_there(compiler: Compiler) -> bool {
    let rustc = match compiler {
        Compiler::Default => Path::new("rustc"),
        Compiler::Debian => Path::new("/usr/bin/rustc"),
    };
    let sysroot = process::answer(process::command(rustc).args(["--print", "sysroot"]));
    let library = "lib/rustlib/src/rust/library/std/Cargo.toml";
    sysroot.is_some_and(|sysroot| process::is_file(&PathBuf::from(sysroot).join(library)))
}

fn fetch(compiler: Compiler) {
    // Whether it came is seen by looking.
    let _ = match compiler {
        Compiler::Default => process::watched(
            "rust-src",
            process::command("rustup").args(["component", "add", "rust-src"]),
        ),
        Compiler::Debian => apt::install("rust-src", &["rust-web-src"]),
    };
}

/// The packages that the standard library is built from, and ours for this target.
fn dependencies(compiler: Compiler) -> bool {
    let mut cargo = match compiler {
        Compiler::Default => process::command("cargo"),
        Compiler::Debian => {
            let mut cargo = process::command("/usr/bin/cargo");
            // It would ask the first rustc of PATH where the source is, and that is rustup's.
            cargo.env("RUSTC", "/usr/bin/rustc");
            cargo
        }
    };
    compiler.clean(&mut cargo);
    build_too(&mut cargo);
    let fetched = cargo.args(["fetch", "--locked", "--target", TARGET]);
    process::watched("cargo-fetch", fetched).is_ok()
}
