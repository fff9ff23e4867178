//! A compiler for wasm32-unknown-unknown.
//!
//! The user's own where its standard library is there or rustup can fetch it. Where rustup's server is
//! out of reach, Debian's newer toolchain, whose standard library is built once from its source.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Found, Step, apt};
use crate::failure::{Doing, Failure, Outcome};
use crate::{process, versions, workspace};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const BY_HAND: &str = "rustup target add wasm32-unknown-unknown";

/// Who compiles WebAssembly.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compiler {
    /// The one that cargo runs anyway.
    Default,
    /// `/usr/bin/rustc` of Debian's `rustc-web`.
    Debian,
}

impl Compiler {
    /// Folders that go to the front of `PATH`. Only the compiler's commands: the whole of `/usr/bin`
    /// would bring Debian's node in front of the user's.
    pub(super) fn folders(self) -> Outcome<Vec<PathBuf>> {
        if self == Self::Default {
            return Ok(Vec::new());
        }
        let folder = workspace::tools()?.join("debian-rust/bin");
        fs::create_dir_all(&folder).doing(|| format!("creating {}", folder.display()))?;
        for name in ["cargo", "rustc", "rustdoc", "cargo-clippy", "clippy-driver"] {
            link(&Path::new("/usr/bin").join(name), &folder.join(name))?;
        }
        Ok(vec![folder])
    }

    /// Takes away what would send a child back to rustup's compiler.
    pub(super) fn clean(self, command: &mut Command) {
        if self == Self::Debian {
            command
                .env_remove("RUSTUP_TOOLCHAIN")
                .env_remove("LD_LIBRARY_PATH");
        }
    }
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) -> Outcome<()> {
    if fs::read_link(at).is_ok_and(|target| target == to) {
        return Ok(());
    }
    std::os::unix::fs::symlink(to, at).doing(|| format!("linking {}", at.display()))
}

#[cfg(not(unix))]
fn link(_to: &Path, at: &Path) -> Outcome<()> {
    Err(Failure::new(format!("{} is for Debian only", at.display())))
}

/// `RPLAB_WASM_COMPILER=debian` asks for Debian's even where the user's own would do.
pub(super) fn ensure(step: &Step) -> Outcome<Found<Compiler>> {
    let debian_wanted = env::var_os("RPLAB_WASM_COMPILER").is_some_and(|wanted| wanted == "debian");
    if !debian_wanted && has_std("rustc") {
        return Ok(Found::new(
            Compiler::Default,
            format!("present, {}", version("rustc")),
        ));
    }
    if debian_is_new_enough() && has_std(DEBIAN_RUSTC) {
        return Ok(Found::new(
            Compiler::Debian,
            format!("present, Debian's {}", version(DEBIAN_RUSTC)),
        ));
    }
    if !debian_wanted && process::on_path(&["rustup"]).is_some() {
        step.announce("rustup target add");
        let added = process::watched(
            "rustup-target",
            process::command("rustup").args(["target", "add", TARGET]),
        );
        if added.is_ok() && has_std("rustc") {
            return Ok(Found::new(
                Compiler::Default,
                format!("added, {}", version("rustc")),
            ));
        }
        step.announce("rustup could not fetch it");
    }
    install_debian(step)?;
    Ok(Found::new(
        Compiler::Debian,
        format!("installed, Debian's {}", version(DEBIAN_RUSTC)),
    ))
}

/// Clippy reads only the standard library of its own version, so it comes from where the compiler does.
pub(super) fn ensure_clippy(compiler: Compiler, step: &Step) -> Outcome<Found<()>> {
    let (program, by_hand) = match compiler {
        Compiler::Default => ("cargo-clippy", "rustup component add clippy"),
        Compiler::Debian => (
            "/usr/bin/cargo-clippy",
            "sudo apt-get install rust-web-clippy",
        ),
    };
    let present = || process::answer(process::command(program).arg("--version"));
    if let Some(version) = present() {
        return Ok(Found::new((), version));
    }
    if compiler == Compiler::Debian {
        step.announce("Debian's rust-web-clippy");
        apt::install("clippy", &["rust-web-clippy"])?;
    }
    match present() {
        Some(version) => Ok(Found::new((), format!("{version} installed"))),
        None => Err(Failure::by_hand("clippy for wasm32 is missing", by_hand)),
    }
}

fn has_std(rustc: &str) -> bool {
    let Some(folder) = process::answer(process::command(rustc).args([
        "--print",
        "target-libdir",
        "--target",
        TARGET,
    ])) else {
        return false;
    };
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().any(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.starts_with("libstd") && name.ends_with(".rlib")
    })
}

/// `rustc 1.95.0`.
fn version(rustc: &str) -> String {
    let answer = process::answer(process::command(rustc).arg("--version")).unwrap_or_default();
    answer
        .split_whitespace()
        .take(2)
        .collect::<Vec<_>>()
        .join(" ")
}

fn debian_is_new_enough() -> bool {
    version(DEBIAN_RUSTC)
        .split_whitespace()
        .nth(1)
        .is_some_and(is_new_enough)
}

fn is_new_enough(version: &str) -> bool {
    let mut numbers = version
        .split('.')
        .map_while(|part| part.parse::<u32>().ok());
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    found >= versions::OLDEST_RUST
}

fn install_debian(step: &Step) -> Outcome<()> {
    let unreachable =
        |what: &str| Failure::by_hand(format!("no wasm32 standard library: {what}"), BY_HAND);
    if !apt::present() {
        return Err(unreachable(
            "rustup could not add it and this is not a Debian",
        ));
    }
    if !apt::offers("rustc-web", is_new_enough) {
        return Err(unreachable(
            "rustup could not add it and apt has no new enough rustc-web",
        ));
    }
    let linker = apt::dependencies("rust-web-llvm")
        .iter()
        .find_map(|name| {
            name.strip_prefix("llvm-")
                .map(|number| format!("lld-{number}"))
        })
        .unwrap_or_else(|| "lld".to_owned());
    step.announce(&format!("Debian's rustc-web and {linker}, about 1 minute"));
    let packages = [
        "rustc-web",
        "cargo-web",
        "rust-web-src",
        "rust-web-llvm",
        linker.as_str(),
    ];
    apt::install("debian-rust", &packages)?;
    if !has_std(DEBIAN_RUSTC) {
        step.announce("its standard library from source, about 30 s");
        build_std()?;
    }
    if has_std(DEBIAN_RUSTC) {
        Ok(())
    } else {
        Err(unreachable("the build from source brought none"))
    }
}

fn build_std() -> Outcome<()> {
    let target_dir = workspace::target().join("xtask/wasm32-std");
    let mut build = process::command("/usr/bin/cargo");
    build
        .args(["build", "--release", "--target", TARGET, "--target-dir"])
        .arg(&target_dir)
        .args([
            "--manifest-path",
            "/usr/lib/rustlib/src/rust/library/sysroot/Cargo.toml",
        ])
        .env("RUSTC", DEBIAN_RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        .env(
            "RUSTFLAGS",
            "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes",
        )
        .env_remove("CARGO_TARGET_DIR");
    Compiler::Debian.clean(&mut build);
    process::watched("wasm32-std", &mut build)?;
    let built = target_dir.join(TARGET).join("release/deps");
    let installed = format!("/usr/lib/rustlib/{TARGET}/lib/");
    process::run(&mut apt::privileged(&["mkdir", "-p", &installed])?)?;
    let mut copy = apt::privileged(&["cp"])?;
    for entry in fs::read_dir(&built)
        .doing(|| format!("reading {}", built.display()))?
        .flatten()
    {
        if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "rlib")
        {
            copy.arg(entry.path());
        }
    }
    process::run(copy.arg(&installed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(is_new_enough("1.96.0+dfsg1-1~deb12u2"));
        assert!(is_new_enough("2.0.0"));
        assert!(!is_new_enough("1.85.0+dfsg3-1~deb12u3"));
        assert!(!is_new_enough("1.9.0"));
        assert!(!is_new_enough(""));
    }
}
