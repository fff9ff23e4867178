//! The planner: built, split into what the first page needs and what comes later, optimised, served.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::failure::{Doing, Failure, Outcome};
use crate::flags::Flags;
use crate::server::{Mount, Server};
use crate::services_file::{compact, services_file};
use crate::setup::{self, TARGET, Tools};
use crate::timing::Stopwatch;
use crate::{npm_package, parts, process, workspace};

/// The planner as one file, in `dist/`.
pub(crate) const ONE_FILE: &str = "restore-point-lab.html";

const DEFAULT_PORT: u16 = 8080;

/// Whether a file of `dist/` is the planner's module, a piece of it, its glue or what that imports.
pub(crate) fn is_of_module(name: &str) -> bool {
    (name.ends_with(".wasm") && name != "engine.wasm")
        || ["rplab-web.js", "platform.js"].contains(&name)
}

/// `cargo xtask serve [--port N]`
pub(crate) fn serve(flags: &mut Flags) -> Outcome<ExitCode> {
    let port = match flags.value("--port")? {
        None => DEFAULT_PORT,
        Some(text) => text
            .parse()
            .map_err(|_| Failure::new(format!("--port {text} is not a port number")))?,
    };
    flags.finish()?;
    // Bound first: a busy port is said before the build, not after it.
    let server = Server::bind(port, vec![Mount::new("/", workspace::dist())])?;
    let tools = setup::for_builds()?;
    build(&tools)?;
    println!(
        "Restore Point Lab is at {} (Ctrl-C stops it)",
        server.address()
    );
    server.run()
}

/// Builds the planner into `dist/`, with the engine of the npm package for its worker.
pub(crate) fn build(tools: &Tools) -> Outcome<PathBuf> {
    let watch = Stopwatch::start();
    let dist = workspace::dist();
    println!("build     planner              cargo profile `wasm`, split, wasm-bindgen, wasm-opt");
    let mut cargo = tools.shipping("cargo");
    process::watched(
        "planner",
        cargo
            .args(["rustc", "-p", "rplab-web", "--bin", "rplab-web"])
            .args(["--profile", "wasm", "--target", TARGET])
            .args(parts::LINK),
    )?;
    let built = workspace::wasm_target()
        .join(TARGET)
        .join("wasm/rplab-web.wasm");
    let split = workspace::target().join("xtask/parts");
    let first = parts::split(tools, &built, &split, "rplab-web")?;
    workspace::make_anew(&dist)?;
    let mut bindgen = tools.command("wasm-bindgen");
    process::watched(
        "planner-bindgen",
        bindgen
            .args(parts::BIND)
            .args(["--no-typescript", "--out-dir"])
            .arg(&dist)
            .arg(&first),
    )?;
    let mut names = tools.command("node");
    process::watched(
        "glue",
        names.arg("web/glue.mjs").arg(&dist).arg("rplab-web"),
    )?;
    let mut pieces = tools.command("node");
    process::watched(
        "pieces",
        pieces.arg("web/pieces.mjs").arg(&split).arg(&dist),
    )?;
    let services = services_file(&workspace::data())
        .doing(|| "putting the file of services together".to_owned())?;
    let name = format!("services-{}.json", services.fingerprint);
    fs::write(dist.join(&name), services.text).doing(|| format!("writing {name}"))?;
    fs::write(dist.join("scenarios.json"), scenario_library()?)
        .doing(|| "writing scenarios.json".to_owned())?;
    for module in files_of(&dist, "wasm")? {
        optimise(tools, &module)?;
    }
    let engine = workspace::target().join("npm/worker");
    npm_package::engine(tools, &engine)?;
    let mut finish = tools.command("node");
    finish
        .arg("web/finish.mjs")
        .arg(&dist)
        .arg(&engine)
        .arg(workspace::npm_tools().join("node_modules"));
    process::watched("planner-finish", &mut finish)?;
    println!(
        "build     {:<20} {:<44} {:>10}",
        "planner",
        workspace::shown(&dist),
        watch.elapsed()
    );
    Ok(dist)
}

/// The scenarios of the tests as one file, by name: the planner's library.
fn scenario_library() -> Outcome<String> {
    let mut files = files_of(&workspace::root().join("tests/scenarios"), "json")?;
    files.sort();
    let mut text = String::new();
    for file in files {
        let scenario = fs::read_to_string(&file).doing(|| format!("reading {}", file.display()))?;
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        text.push(if text.is_empty() { '{' } else { ',' });
        text.extend(["\"", &name, "\":", &compact(&scenario)]);
    }
    text.push('}');
    Ok(text)
}

/// How the planner's modules are shrunk.
const PASSES: &[&str] = &["-Oz"];

/// Shrinks a module of the planner in place.
fn optimise(tools: &Tools, module: &Path) -> Outcome<()> {
    optimise_by(PASSES, tools, module)
}

/// Shrinks a module in place. What the same module came to last time is kept: this takes half a minute.
pub(crate) fn optimise_by(passes: &[&str], tools: &Tools, module: &Path) -> Outcome<()> {
    let kept = workspace::target()
        .join("xtask/wasm-opt")
        .join(passes.concat());
    let name = module.file_name().unwrap_or_default();
    let (before, after) = (
        kept.join(name).with_extension("before"),
        kept.join(name).with_extension("after"),
    );
    let bytes = fs::read(module).doing(|| format!("reading {}", module.display()))?;
    if fs::read(&before).is_ok_and(|last| last == bytes) && process::is_file(&after) {
        fs::copy(&after, module).doing(|| format!("replacing {}", module.display()))?;
        return Ok(());
    }
    fs::create_dir_all(&kept).doing(|| format!("creating {}", kept.display()))?;
    let mut command = tools.command("wasm-opt");
    command
        .args(passes)
        .arg("--strip-producers")
        .arg(module)
        .arg("-o")
        .arg(&after);
    process::watched("wasm-opt", &mut command)?;
    fs::copy(&after, module).doing(|| format!("replacing {}", module.display()))?;
    fs::write(&before, bytes).doing(|| format!("writing {}", before.display()))
}

pub(crate) fn files_of(folder: &Path, extension: &str) -> Outcome<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).doing(|| format!("reading {}", folder.display()))?;
    let paths = entries.flatten().map(|entry| entry.path());
    Ok(paths
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect())
}
