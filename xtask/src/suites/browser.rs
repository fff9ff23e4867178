//! Tests in a real Chromium: the built planner, and the package in a page without a bundler.

use std::fs;

use super::node::node_test;
use super::{Context, Counted};
use crate::failure::{Doing, Outcome};
use crate::server::{Mount, Server};
use crate::{site, workspace};

/// The files whose tests compare how long things take.
const TIMED: [&str; 5] = [
    "planner-large-points.test.mjs",
    "planner-large.test.mjs",
    "planner-load.test.mjs",
    "planner-passing.test.mjs",
    "e2e/large/fleet.test.mjs",
];
/// Browsers at once for the others.
const AT_ONCE: usize = 2;

pub(super) fn run(context: &Context) -> Outcome<Counted> {
    tests_in("e2e", "browser", context)
}

/// A fleet of the largest size that is promised, in the planner. Runs only by its name.
pub(super) fn large(context: &Context) -> Outcome<Counted> {
    tests_in("e2e/large", "large", context)
}

fn tests_in(part: &str, name: &str, context: &Context) -> Outcome<Counted> {
    let chromium = context.browser()?.display().to_string();
    let package = context.consumer()?.package();
    let dist = context.planner()?.clone();
    site::build(&dist)?;
    let folder = workspace::npm_tools();
    let pages = folder.join("e2e/pages");
    let mounts = vec![
        Mount::new("/", dist),
        Mount::new("/npm/", package),
        Mount::new("/pages/", pages),
        Mount::new("/scenarios/", folder.join("scenarios")),
    ];
    let url = Server::bind(0, mounts)?.start();
    let tests = folder.join(part);
    let mut files: Vec<String> = fs::read_dir(&tests)
        .doing(|| format!("reading {}", tests.display()))?
        .flatten()
        .map(|entry| format!("{part}/{}", entry.file_name().to_string_lossy()))
        .filter(|name| name.ends_with(".test.mjs"))
        .collect();
    files.sort();
    // What compares times of one run has the machine to itself; all else mostly waits for pages.
    let (alone, beside): (Vec<String>, Vec<String>) = files
        .into_iter()
        .partition(|file| TIMED.iter().any(|name| file.ends_with(name)));
    let environment = [
        ("RPLAB_CHROMIUM", chromium.as_str()),
        ("RPLAB_URL", url.as_str()),
    ];
    let mut counted = node_test(context, name, &folder, &alone, &environment, 1)?;
    if !beside.is_empty() {
        let name = format!("{name}-beside");
        let others = node_test(context, &name, &folder, &beside, &environment, AT_ONCE)?;
        counted.tally += others.tally;
        counted.ended_well &= others.ended_well;
    }
    Ok(counted)
}
