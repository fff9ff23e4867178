//! `cargo xtask bench`: measurements, kept as rows.

mod row;

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::failure::{Doing, Failure, Outcome};
use crate::flags::Flags;
use crate::server::{Mount, Server};
use crate::setup::{self, TARGET};
use crate::{npm_package, planner, process, suites, workspace};
use row::Row;

const NAMES: [&str; 7] = [
    "store",
    "lifecycle",
    "forecast",
    "calls",
    "fleet",
    "map",
    "input",
];
const PACKAGE: &str = "rplab-store-bench";
/// How much slower than native a workload may be in WebAssembly.
const WASM_TARGET: f64 = 1.6;
const COMPARED: [(&str, &str); 6] = [
    ("W1", "write"),
    ("W2", "write"),
    ("W1h", "write"),
    ("W1", "diff"),
    ("W1", "delete"),
    ("W1h", "readOldPoint"),
];

/// A bench prints its rows as lines of JSON among what it says to people; the rows go to
/// `target/bench/NAME.jsonl`.
pub(crate) fn run(flags: &mut Flags) -> Outcome<ExitCode> {
    let quick = flags.switch("--quick");
    let wanted = flags.next_word();
    flags.finish()?;
    if let Some(wanted) = &wanted
        && !NAMES.contains(&wanted.as_str())
    {
        return Err(Failure::new(format!(
            "no bench `{wanted}`; there are: {}",
            NAMES.join(", ")
        )));
    }
    let asked = |name: &str| wanted.as_deref().is_none_or(|wanted| wanted == name);
    if asked("store") {
        store(quick)?;
    }
    if asked("lifecycle") {
        lifecycle(quick)?;
    }
    if asked("forecast") {
        forecast(quick)?;
    }
    if asked("calls") {
        calls(quick)?;
    }
    if asked("fleet") {
        fleet(quick)?;
    }
    if asked("map") {
        in_the_page("map", quick)?;
    }
    if asked("input") {
        in_the_page("input", quick)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Commands of the lifecycle: natively, then the same code as WebAssembly in Node.
fn lifecycle(quick: bool) -> Outcome<()> {
    let rows = twice(&["lifecycle"], quick)?;
    keep("lifecycle", &rows)
}

/// Forecasts of a large fleet, natively; those in Node are among the calls.
fn forecast(quick: bool) -> Outcome<()> {
    let mut native = process::command("cargo");
    native.args(["bench", "-p", "rplab-core", "--bench", "forecast", "--"]);
    let rows = measure(native.args(quick.then_some("--quick")))?;
    keep("forecast", &rows)
}

/// Calls into the packed engine in Node, by themselves and through the official client.
fn calls(quick: bool) -> Outcome<()> {
    let tools = setup::for_builds()?;
    npm_package::build(&tools, None)?;
    let folder = suites::official_clients(&npm_package::staged())?;
    let mut node = tools.command("node");
    node.arg("calls.bench.mjs").current_dir(folder);
    let rows = measure(node.args(quick.then_some("--quick")))?;
    keep("calls", &rows)
}

/// A large fleet read and judged: natively, then in Node and in a browser's worker against `JSON.parse` of the same text.
fn fleet(quick: bool) -> Outcome<()> {
    let machines = if quick { "5000" } else { "100000" };
    let folder = workspace::target().join("bench/fleet");
    let tools = setup::for_builds()?;
    npm_package::build(&tools, None)?;
    let node = |package: &Path| {
        let mut node = tools.command("node");
        node.arg("tests/bench/fleet.mjs").arg(package);
        node.arg(&folder).arg(machines);
        node
    };
    // The file is the one that the script makes and names.
    let mut files = Vec::new();
    let made = process::read_lines(&mut node(Path::new("make")), |line| {
        files.push(line.to_owned());
    })?;
    if !made {
        return Err(Failure::new("the fleet could not be made"));
    }
    let mut native = process::command("cargo");
    native.args(["bench", "-p", "rplab-core", "--bench", "fleet", "--"]);
    let file_names = files.clone();
    let files = files.iter().map(|file| workspace::root().join(file));
    let mut rows = measure(native.args(files))?;
    rows.extend(measure(&mut node(&npm_package::staged()))?);
    let mut browser = tools.command("node");
    browser.arg("tests/bench/fleet-browser.mjs");
    browser.arg(npm_package::staged()).args(file_names.first());
    browser.env("RPLAB_CHROMIUM", setup::browser()?);
    rows.extend(measure(&mut browser)?);
    keep("fleet", &rows)
}

/// In the real browser: `map` is frames of the block map, each kind against frames in which nothing happens, `input` is
/// what a key takes to be seen.
fn in_the_page(name: &str, quick: bool) -> Outcome<()> {
    let tools = setup::for_builds()?;
    let chromium = setup::browser()?;
    let dist = planner::build(&tools)?;
    let url = Server::bind(0, vec![Mount::new("/", dist)])?.start();
    let mut node = tools.command("node");
    node.arg(
        workspace::npm_tools()
            .join("bench")
            .join(format!("{name}.mjs")),
    )
    .args(quick.then_some("--quick"))
    .env("RPLAB_CHROMIUM", &chromium)
    .env("RPLAB_URL", url);
    keep(name, &measure(&mut node)?)
}

/// Writes the rows of a bench to its file.
fn keep(name: &str, rows: &[String]) -> Outcome<()> {
    let folder = workspace::target().join("bench");
    fs::create_dir_all(&folder).doing(|| format!("creating {}", folder.display()))?;
    let file = folder.join(format!("{name}.jsonl"));
    fs::write(&file, rows.join("\n") + "\n").doing(|| format!("writing {}", file.display()))?;
    println!("bench     {name}: {}", workspace::shown(&file));
    Ok(())
}

/// The block store against its peers: natively, then the same code as WebAssembly in Node.
fn store(quick: bool) -> Outcome<()> {
    let mut rows = twice(&[], quick)?;
    for (workload, op) in COMPARED {
        let row = wasm_to_native(&rows, workload, op)?;
        println!("{}", row.text());
        rows.push(row.json());
    }
    keep("store", &rows)
}

/// The rows of a bench of the package, natively and in Node.
fn twice(what: &[&str], quick: bool) -> Outcome<Vec<String>> {
    let quick: &[&str] = if quick { &["--quick"] } else { &[] };
    let mut native = process::command("cargo");
    native.args(["run", "--release", "-p", PACKAGE, "--"]);
    let mut rows = measure(native.args(what).args(quick))?;
    let tools = setup::for_builds()?;
    let mut build = tools.command("cargo");
    build.args(["build", "--release", "--lib", "-p", PACKAGE]);
    process::run(build.args(["--target", TARGET]))?;
    let module = format!("{TARGET}/release/{}.wasm", PACKAGE.replace('-', "_"));
    let mut node = tools.command("node");
    node.arg("core/benches/store/run.mjs")
        .arg(workspace::wasm_target().join(module));
    rows.extend(measure(node.args(what).args(quick))?);
    Ok(rows)
}

/// Runs a bench and keeps its rows.
fn measure(command: &mut Command) -> Outcome<Vec<String>> {
    let mut rows = Vec::new();
    let ended_well = process::read_lines(command, |line| {
        if line.starts_with('{') {
            rows.push(line.to_owned());
        }
    })?;
    if ended_well {
        Ok(rows)
    } else {
        Err(Failure::new("the bench failed"))
    }
}

fn wasm_to_native(rows: &[String], workload: &str, op: &str) -> Outcome<Row> {
    let of = |platform: &str| {
        let found = rows.iter().find(|line| {
            let field = |name: &str| row::text_of(line, name);
            field("measure") == Some("value")
                && field("store") == Some("rplab")
                && field("platform") == Some(platform)
                && field("workload") == Some(workload)
                && field("op") == Some(op)
        });
        found.and_then(|line| {
            let field = |name: &str| row::number_of(line, name);
            Some([field("value")?, field("low")?, field("high")?])
        })
    };
    let (Some(native), Some(wasm)) = (of("native"), of("wasm")) else {
        return Err(Failure::new(format!("no rows of {workload} {op}")));
    };
    let [value, low, high] = [
        (wasm, native, 0, 0),
        (wasm, native, 1, 2),
        (wasm, native, 2, 1),
    ]
    .map(|(above, below, at, under)| {
        let part = |all: [f64; 3], at: usize| all.get(at).copied().unwrap_or(f64::NAN);
        part(above, at) / part(below, under)
    });
    Ok(Row {
        workload: workload.to_owned(),
        op: op.to_owned(),
        value,
        low,
        high,
        target: WASM_TARGET,
    })
}
