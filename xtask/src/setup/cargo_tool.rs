//! Tools that come from crates.io, built once per user.

use std::path::PathBuf;

use super::{Found, Step};
use crate::failure::{Failure, Outcome};
use crate::{process, versions, workspace};

struct Tool {
    package: &'static str,
    binary: &'static str,
    version: String,
    /// Whether it tells its version; of one that does not, only our own folder is known to have the right one.
    tells_version: bool,
    arguments: &'static [&'static str],
    about: &'static str,
}

/// The wasm-bindgen command, with its test runner. Its own lock file names crate versions that not
/// every registry mirror serves, so it is built without.
pub(super) fn wasm_bindgen(step: &Step) -> Outcome<Found<PathBuf>> {
    let tool = Tool {
        package: "wasm-bindgen-cli",
        binary: "wasm-bindgen",
        version: versions::wasm_bindgen()?,
        tells_version: true,
        arguments: &[],
        about: "about 2 minutes",
    };
    tool.ensure(step)
}

/// Takes the planner's module and the engine's apart.
pub(super) fn wasm_split(step: &Step) -> Outcome<Found<PathBuf>> {
    let tool = Tool {
        package: "wasm_split_cli_support",
        binary: "wasm-split-cli",
        version: versions::WASM_SPLIT.to_owned(),
        tells_version: false,
        arguments: &["--locked", "--features", "build-binary"],
        about: "about 1 minute",
    };
    tool.ensure(step)
}

pub(super) fn mdbook(step: &Step) -> Outcome<Found<PathBuf>> {
    let tool = Tool {
        package: "mdbook",
        binary: "mdbook",
        version: versions::MDBOOK.to_owned(),
        tells_version: true,
        arguments: &["--locked", "--no-default-features"],
        about: "about 2 minutes",
    };
    tool.ensure(step)
}

impl Tool {
    /// The folder that holds the tool's binaries.
    fn ensure(&self, step: &Step) -> Outcome<Found<PathBuf>> {
        let installed = workspace::tools()?.join(format!("{}-{}", self.package, self.version));
        let folder = installed.join("bin");
        let own = folder.join(self.binary);
        if (!self.tells_version && process::is_file(&own)) || self.is_version(process::command(own))
        {
            return Ok(Found::new(folder, format!("{} present", self.version)));
        }
        if self.tells_version
            && let Some(found) = process::on_path(&[self.binary])
            && self.is_version(process::command(&found))
            && let Some(folder) = found.parent()
        {
            return Ok(Found::new(
                folder.to_path_buf(),
                format!("{} on PATH", self.version),
            ));
        }
        step.announce(&format!("{} from source, {}", self.version, self.about));
        self.install(&installed)?;
        Ok(Found::new(folder, format!("{} installed", self.version)))
    }

    fn is_version(&self, mut command: std::process::Command) -> bool {
        let answer = process::answer(command.arg("--version")).unwrap_or_default();
        let version = answer.split_whitespace().nth(1).unwrap_or_default();
        version.trim_start_matches('v') == self.version
    }

    /// Built fast rather than made fast: these run for seconds.
    fn install(&self, root: &std::path::Path) -> Outcome<()> {
        let mut command = process::command("cargo");
        command
            .args([
                "install",
                self.package,
                "--version",
                &self.version,
                "--root",
            ])
            .arg(root)
            .args(self.arguments)
            .env_remove("CARGO_TARGET_DIR")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        process::watched(self.package, &mut command).map_err(|failure| {
            let words = ["cargo", "install", self.package, "--version", &self.version];
            let by_hand = [&words, self.arguments].concat().join(" ");
            Failure::by_hand(failure.to_string(), by_hand)
        })
    }
}
