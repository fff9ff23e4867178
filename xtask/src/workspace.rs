//! Where things are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Doing, Failure, Outcome};

/// The folder with the workspace's `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_path_buf()
}

/// What the support matrix is made of.
pub(crate) fn data() -> PathBuf {
    root().join("core/data")
}

/// Everything that is built, apart from `dist/`.
pub(crate) fn target() -> PathBuf {
    root().join("target")
}

/// WebAssembly builds have a target folder of their own: they may come from another compiler, and two
/// compilers in one folder rebuild each other's work.
pub(crate) fn wasm_target() -> PathBuf {
    target().join("wasm")
}

/// The built planner.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// The folder whose lock file pins the npm packages that build and test the project.
pub(crate) fn npm_tools() -> PathBuf {
    root().join("tests")
}

/// Tools that are built from source live outside the clone, so that the next clone finds them.
/// `RPLAB_TOOLS` moves them.
pub(crate) fn tools() -> Outcome<PathBuf> {
    let of = |name: &str| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    of("RPLAB_TOOLS")
        .or_else(|| of("XDG_CACHE_HOME").map(|cache| cache.join("restore-point-lab")))
        .or_else(|| of("HOME").map(|home| home.join(".cache/restore-point-lab")))
        .or_else(|| of("LOCALAPPDATA").map(|local| local.join("restore-point-lab")))
        .ok_or_else(|| {
            Failure::new("no home folder; set RPLAB_TOOLS to a folder for the build tools")
        })
}

/// A path as it is shown: relative to the workspace where it is inside.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

/// Clears a folder, or creates it.
pub(crate) fn make_anew(folder: &Path) -> Outcome<()> {
    clear(folder)?;
    fs::create_dir_all(folder).doing(|| format!("creating {}", folder.display()))
}

/// Removes a folder, if it is there, with all that is in it.
pub(crate) fn clear(folder: &Path) -> Outcome<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).doing(|| format!("clearing {}", folder.display()))?;
    }
    Ok(())
}
