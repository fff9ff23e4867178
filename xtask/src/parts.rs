//! A WebAssembly module taken apart: into what is loaded first, and parts that are loaded when they are asked for.
//!
//! What is a part is marked in the code (`rplab_derive::part`); the tool follows the linker's relocations from there.
//! Whatever only parts reach leaves the first module. This happens before wasm-bindgen, which sees the first only.

use std::path::{Path, PathBuf};

use crate::failure::Outcome;
use crate::setup::Tools;
use crate::{process, workspace};

/// What the compiler is told of the crate that is linked, so that the tool can follow who uses what.
pub(crate) const LINK: [&str; 2] = ["--", "-Clink-arg=--emit-relocs"];

/// What wasm-bindgen is told of the first module: parts are linked with its function table.
pub(crate) const BIND: [&str; 3] = ["--target", "web", "--keep-lld-exports"];

/// Takes `module` apart into `folder`, which is made anew; the path of the first module, called after `name`.
pub(crate) fn split(tools: &Tools, module: &Path, folder: &Path, name: &str) -> Outcome<PathBuf> {
    workspace::make_anew(folder)?;
    let mut split = tools.command("wasm-split-cli");
    split
        .arg(module)
        .arg(folder)
        .args(["--target", "web", "--out-name", name]);
    process::watched("wasm-split", &mut split)?;
    Ok(folder.join(name).with_extension("wasm"))
}
