//! Every version that the set-up asks for. npm packages are pinned in `tests/package-lock.json`; the
//! wasm-bindgen command follows the crate in `Cargo.lock`, because the two must be equal.

use std::fs;

use crate::failure::{Doing, Failure, Outcome};
use crate::workspace;

/// Takes a WebAssembly module apart; `wasm_split_helpers` in `Cargo.lock` belongs to it.
pub(crate) const WASM_SPLIT: &str = "0.2.4";

/// Builds the documentation site.
pub(crate) const MDBOOK: &str = "0.5.4";

/// The oldest compiler that builds the workspace, as (major, minor).
pub(crate) const OLDEST_RUST: (u32, u32) = (1, 95);

/// The oldest Node with what the tests use.
pub(crate) const OLDEST_NODE: u32 = 20;

/// The oldest Python that the pinned clients run on, as (major, minor).
pub(crate) const OLDEST_PYTHON: (u32, u32) = (3, 10);

/// The version of this workspace, and so of the npm package.
pub(crate) const WORKSPACE: &str = env!("CARGO_PKG_VERSION");

/// The version of the `wasm-bindgen` crate in `Cargo.lock`.
pub(crate) fn wasm_bindgen() -> Outcome<String> {
    let path = workspace::root().join("Cargo.lock");
    let lock = fs::read_to_string(&path).doing(|| "reading Cargo.lock".to_owned())?;
    locked_version(&lock, "wasm-bindgen")
        .ok_or_else(|| Failure::new("Cargo.lock does not name wasm-bindgen"))
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.next()?;
    let version = lines.next()?.strip_prefix("version = \"")?;
    version.strip_suffix('"').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_the_one_of_that_package_only() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(
            locked_version(lock, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(locked_version(lock, "absent"), None);
    }
}
