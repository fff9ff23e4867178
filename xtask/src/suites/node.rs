//! Tests under `node --test`.

use std::fs;
use std::path::Path;

use super::{Context, Counted};
use crate::failure::{Doing, Failure, Outcome};
use crate::tally::Tally;
use crate::{native, npm_package, process, workspace};

/// The tests of the packed package, in the folder where it is installed.
pub(super) fn run(context: &Context) -> Outcome<Counted> {
    let consumer = context.consumer()?;
    let files = consumer.bring("packaging", ".test.mjs")?;
    let native = native::build()?.display().to_string();
    let scenarios = workspace::npm_tools()
        .join("scenarios")
        .display()
        .to_string();
    let readme = workspace::root().join("README.md").display().to_string();
    let budgets = npm_package::budgets().display().to_string();
    let environment = [
        ("RPLAB_ENGINE_BUDGETS", budgets.as_str()),
        ("RPLAB_NATIVE", native.as_str()),
        ("RPLAB_SCENARIOS", scenarios.as_str()),
        ("RPLAB_README", readme.as_str()),
    ];
    node_test(context, "node", consumer.folder(), &files, &environment, 1)
}

/// Runs test files, so many at a time: a readable report to standard output, the counts from a TAP file.
pub(super) fn node_test(
    context: &Context,
    name: &str,
    folder: &Path,
    files: &[String],
    environment: &[(&str, &str)],
    at_once: usize,
) -> Outcome<Counted> {
    if files.is_empty() {
        return Err(Failure::new("there are no test files"));
    }
    let tap = workspace::target()
        .join("xtask")
        .join(format!("{name}.tap"));
    let _ = fs::remove_file(&tap);
    let mut node = context.tools()?.command("node");
    node.args([
        "--test",
        "--test-reporter=spec",
        "--test-reporter-destination=stdout",
    ])
    .args([
        "--test-reporter=tap".to_owned(),
        format!("--test-reporter-destination={}", tap.display()),
        format!("--test-concurrency={at_once}"),
    ])
    .args(files)
    .current_dir(folder)
    .env("RPLAB_FIXTURES", workspace::npm_tools().join("fixtures"))
    .envs(environment.iter().copied());
    let ended_well = process::read_lines(&mut node, |_| {})?;
    let report = fs::read_to_string(&tap).doing(|| format!("reading {}", tap.display()))?;
    let mut tally = Tally::default();
    report.lines().for_each(|line| tally.read_node(line));
    Ok(Counted { tally, ended_well })
}
