//! The npm package: the engine as WebAssembly, its glue, the compiled TypeScript, packed as a tarball.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::failure::{Doing, Failure, Outcome};
use crate::flags::Flags;
use crate::services_file::services_file;
use crate::setup::{self, TARGET, Tools};
use crate::timing::Stopwatch;
use crate::{element, parts, planner, process, site, versions, workspace};

/// The engine's modules inside the package.
pub(crate) const ENGINE: &str = "engine";

/// The JSON Schemas that ship.
const SCHEMAS: [&str; 4] = ["scenario", "fleet", "facts", "reports"];

/// How the engine's modules are shrunk: what is nested taken apart and put together anew, made fast, then small. By
/// brotli 1.2 % smaller than by `-Oz` alone.
const PASSES: &[&str] = &["--flatten", "--rereloop", "-O3", "-Oz"];

/// What the engine knows of services other than restore points, beside the module.
pub(crate) const SERVICES: &str = "services.json";

/// `cargo xtask package`
pub(crate) fn package(flags: &mut Flags) -> Outcome<ExitCode> {
    flags.finish()?;
    let tools = setup::for_builds()?;
    let dist = planner::build(&tools)?;
    let tarball = build(&tools, Some(&dist))?;
    // The element as a folder to copy, beside the planner.
    site::copy_files(&staged().join(element::FOLDER), &dist.join(element::FOLDER))?;
    site::build(&dist)?;
    println!("packed    {}", workspace::shown(&tarball));
    println!("packed    {}/", workspace::shown(&dist));
    println!(
        "packed    {}",
        workspace::shown(&dist.join(planner::ONE_FILE))
    );
    Ok(ExitCode::SUCCESS)
}

/// The folder whose content is packed.
pub(crate) fn staged() -> PathBuf {
    workspace::target().join("npm/package")
}

/// How many bytes each of the engine's modules may have, by brotli.
pub(crate) fn budgets() -> PathBuf {
    workspace::root().join("wasm-pkg/budgets.json")
}

/// Builds the package and packs it; the tarball's path. The element's views are those of the planner
/// in `dist`; without one the package has no element.
pub(crate) fn build(tools: &Tools, dist: Option<&Path>) -> Outcome<PathBuf> {
    let watch = Stopwatch::start();
    println!("build     npm package          cargo profile `wasm`, wasm-bindgen, wasm-opt, tsc");
    let staged = staged();
    workspace::clear(&staged)?;
    engine(tools, &staged.join(ENGINE))?;
    // The manifest first: it tells tsc that the glue is an ES module.
    documents(&staged)?;
    scripts(tools, &staged)?;
    if let Some(dist) = dist {
        element::complete(tools, dist, &staged.join(element::FOLDER))?;
    }
    let tarball = pack(tools, &staged)?;
    println!(
        "build     {:<20} {:<44} {:>10}",
        "npm package",
        workspace::shown(&tarball),
        watch.elapsed()
    );
    Ok(tarball)
}

/// The module, its parts and its glue.
pub(crate) fn engine(tools: &Tools, folder: &Path) -> Outcome<()> {
    let mut cargo = tools.shipping("cargo");
    process::watched(
        "engine",
        cargo
            .args(["rustc", "-p", "rplab-wasm", "--features", "parts"])
            .args(["--profile", "wasm", "--target", TARGET])
            .args(parts::LINK),
    )?;
    let module = workspace::wasm_target()
        .join(TARGET)
        .join("wasm/rplab_wasm.wasm");
    let split = workspace::target().join("npm/split");
    let first = parts::split(tools, &module, &split, "engine")?;
    let mut bindgen = tools.command("wasm-bindgen");
    bindgen
        .args(parts::BIND)
        .args(["--out-name", "engine", "--out-dir"])
        .arg(folder)
        .arg(&first);
    process::watched("wasm-bindgen", &mut bindgen)?;
    let mut parts = tools.command("node");
    process::watched(
        "parts",
        parts.arg("wasm-pkg/parts.mjs").arg(split).arg(folder),
    )?;
    planner::optimise_by(PASSES, tools, &folder.join("engine_bg.wasm"))?;
    for part in planner::files_of(folder, "bin")? {
        planner::optimise_by(PASSES, tools, &part)?;
    }
    let services = services_file(&workspace::data())
        .doing(|| "putting the file of services together".to_owned())?;
    fs::write(folder.join(SERVICES), services.text).doing(|| format!("writing {SERVICES}"))?;
    let mut finish = tools.command("node");
    process::watched("finish", finish.arg("wasm-pkg/finish.mjs").arg(folder))
}

/// The compiled TypeScript. `tsconfig.json` finds the glue's types in the staged folder.
fn scripts(tools: &Tools, staged: &Path) -> Outcome<()> {
    let mut tsc = tools.command("tsc");
    tsc.args(["--project", "wasm-pkg/tsconfig.json", "--outDir"])
        .arg(staged);
    process::watched("tsc", &mut tsc)
}

/// The manifest, with the workspace's version, and what a reader looks for.
fn documents(staged: &Path) -> Outcome<()> {
    let sources = workspace::root().join("wasm-pkg");
    let manifest = fs::read_to_string(sources.join("package.json"))
        .doing(|| "reading package.json".to_owned())?;
    let versioned = manifest.replacen(
        "\"0.0.0-workspace\"",
        &format!("\"{}\"", versions::WORKSPACE),
        1,
    );
    if versioned == manifest {
        return Err(Failure::new(
            "wasm-pkg/package.json must say \"version\": \"0.0.0-workspace\"",
        ));
    }
    fs::write(staged.join("package.json"), versioned)
        .doing(|| "writing package.json".to_owned())?;
    let copies = [
        (sources.join("README.md"), "README.md"),
        (workspace::root().join("LICENSE-MIT"), "LICENSE-MIT"),
        (workspace::root().join("LICENSE-APACHE"), "LICENSE-APACHE"),
    ];
    for (from, to) in copies {
        fs::copy(&from, staged.join(to)).doing(|| format!("copying {}", from.display()))?;
    }
    let schemas = staged.join("schemas");
    fs::create_dir_all(&schemas).doing(|| format!("creating {}", schemas.display()))?;
    for name in SCHEMAS {
        let file = format!("{name}.schema.json");
        let from = workspace::root().join("docs/schemas").join(&file);
        fs::copy(&from, schemas.join(&file)).doing(|| format!("copying {}", from.display()))?;
    }
    Ok(())
}

fn pack(tools: &Tools, staged: &Path) -> Outcome<PathBuf> {
    let folder = workspace::target().join("npm");
    let mut npm = tools.command("npm");
    npm.args(["pack", "--pack-destination"])
        .arg(&folder)
        .current_dir(staged);
    process::watched("npm-pack", &mut npm)?;
    let tarball = folder.join(format!("restore-point-lab-{}.tgz", versions::WORKSPACE));
    if process::is_file(&tarball) {
        Ok(tarball)
    } else {
        Err(Failure::new(format!(
            "npm pack left no {}",
            workspace::shown(&tarball)
        )))
    }
}
