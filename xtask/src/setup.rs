//! The set-up: whatever is missing is installed, whatever is there is left alone.

mod apt;
mod cargo_tool;
mod chromium;
mod java;
mod node;
mod python;
mod std_source;
mod wasm32;

use std::env;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::failure::Outcome;
use crate::flags::Flags;
use crate::timing::Stopwatch;
use crate::{process, workspace};

pub(crate) use wasm32::{Compiler, TARGET};

/// What the set-up found or installed.
pub(crate) struct Tools {
    compiler: Compiler,
    /// Whether the standard library can be built with what ships.
    std_source: bool,
    folders: Vec<PathBuf>,
}

/// The compiler for WebAssembly, what takes modules apart, wasm-bindgen and the npm packages: what the package and the planner are built with.
pub(crate) fn for_builds() -> Outcome<Tools> {
    let compiler = step("wasm32 target", wasm32::ensure)?;
    let std_source = step("standard library", |step| {
        std_source::ensure(compiler, step)
    })?;
    let node_tools = step("npm packages", node::ensure)?;
    let bindgen = step("wasm-bindgen", cargo_tool::wasm_bindgen)?;
    let split = step("wasm-split", cargo_tool::wasm_split)?;
    let mut folders = compiler.folders()?;
    folders.extend([bindgen, split, node_tools]);
    Ok(Tools {
        compiler,
        std_source,
        folders,
    })
}

/// The folder with mdBook, for the documentation site.
pub(crate) fn mdbook() -> Outcome<PathBuf> {
    step("mdbook", cargo_tool::mdbook)
}

/// The path of a Chromium.
pub(crate) fn browser() -> Outcome<PathBuf> {
    step("chromium", chromium::ensure)
}

/// The folder with the official clients for JavaScript and the bundlers.
pub(crate) fn sdk() -> Outcome<PathBuf> {
    step("official clients", node::ensure_sdk)
}

/// The folder with Lighthouse.
pub(crate) fn lighthouse() -> Outcome<PathBuf> {
    step("lighthouse", node::ensure_audit)
}

/// A Python that has the official clients.
pub(crate) fn python() -> Outcome<PathBuf> {
    step("python", |step| {
        python::ensure(step, "python", "sdk/requirements.txt")
    })
}

/// A Python that has PySpark, and a Java runtime for it.
pub(crate) fn spark() -> Outcome<PathBuf> {
    step("java", java::ensure)?;
    step("pyspark", |step| {
        python::ensure(step, "spark", "spark/requirements.txt")
    })
}

/// Clippy for the compiler that builds WebAssembly.
pub(crate) fn wasm_clippy(tools: &Tools) -> Outcome<()> {
    step("clippy for wasm32", |step| {
        wasm32::ensure_clippy(tools.compiler, step)
    })
}

/// `cargo xtask setup`: everything that the other commands need.
pub(crate) fn command(flags: &mut Flags) -> Outcome<ExitCode> {
    flags.finish()?;
    let watch = Stopwatch::start();
    let tools = for_builds()?;
    wasm_clippy(&tools)?;
    mdbook()?;
    browser()?;
    sdk()?;
    python()?;
    println!("set up    ready in {}", watch.elapsed());
    Ok(ExitCode::SUCCESS)
}

impl Tools {
    /// A command that finds the tools of the set-up first and builds into the WebAssembly target folder.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = process::command(program);
        let inherited = env::var_os("PATH").unwrap_or_default();
        let folders = self
            .folders
            .iter()
            .cloned()
            .chain(env::split_paths(&inherited));
        if let Ok(path) = env::join_paths(folders) {
            command.env("PATH", path);
        }
        command.env("CARGO_TARGET_DIR", workspace::wasm_target());
        self.compiler.clean(&mut command);
        command
    }

    /// The same for a build of what ships.
    pub(crate) fn shipping(&self, program: &str) -> Command {
        let mut command = self.command(program);
        if self.std_source {
            std_source::build_too(&mut command);
        }
        command
    }
}

/// One step of the set-up while it runs.
pub(crate) struct Step {
    name: &'static str,
}

impl Step {
    /// Says what takes a while, before it does.
    pub(crate) fn announce(&self, what: &str) {
        println!("set up    {:<20} {what}", self.name);
    }
}

/// What a step found, and how: a version, a path, "installed".
pub(crate) struct Found<T> {
    pub(crate) value: T,
    pub(crate) note: String,
}

impl<T> Found<T> {
    pub(crate) fn new(value: T, note: impl Into<String>) -> Self {
        Self {
            value,
            note: note.into(),
        }
    }
}

fn step<T>(name: &'static str, work: impl FnOnce(&Step) -> Outcome<Found<T>>) -> Outcome<T> {
    let watch = Stopwatch::start();
    let found = work(&Step { name })?;
    println!(
        "set up    {name:<20} {:<44} {:>10}",
        found.note,
        watch.elapsed()
    );
    Ok(found.value)
}
