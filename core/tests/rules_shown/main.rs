//! Every rule that the lab shows names the tests that show it.
//!
//! A rule of the pages whose row the engine judges, alone or together with facts, and whose row says how
//! it is simulated, is listed in the file of its page beside this one: the rule's id, and for each test
//! the source file from the root of the repository and the function, `core/tests/a.rs#shows_it`, or a
//! scenario with expectations, `tests/scenarios/a.json`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

use rplab_core::matrix::{JudgedBy, Simulated, support_matrix};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const PAGES: [&str; 5] = ["S0", "S1", "S2", "S3", "S4"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What the file of a page lists.
fn listed(page: &str) -> BTreeMap<String, Vec<String>> {
    let path = format!("core/tests/rules_shown/{page}.json");
    let text = fs::read_to_string(root().join(&path)).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The rules of rows that the engine judges: those that are simulated, and those that are not yet.
fn judged_by_the_engine() -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut shown, mut not_yet) = (BTreeSet::new(), BTreeSet::new());
    for row in support_matrix() {
        if row.judged_by == JudgedBy::Matrix {
            continue;
        }
        let ids = row.rules.iter().map(|rule| rule.id.clone());
        match row.simulated {
            Some(Simulated::Yes(_)) => shown.extend(ids),
            _ => not_yet.extend(ids),
        }
    }
    (shown, not_yet)
}

/// Whether a source file has this function as a test that is run.
fn has_test(source: &str, name: &str) -> bool {
    let head = format!("fn {name}(");
    let mut before: Vec<&str> = Vec::new();
    for line in source.lines().map(str::trim) {
        if line.strip_prefix("pub ").unwrap_or(line).starts_with(&head) {
            return before.contains(&"#[test]")
                && !before.iter().any(|line| line.starts_with("#[ignore"));
        }
        // The attributes of a function are the lines since the last one that is neither attribute nor comment.
        if !line.starts_with("#[") && !line.starts_with("//") {
            before.clear();
        } else {
            before.push(line);
        }
    }
    false
}

/// What is wrong with a reference to a test; `None` where it is one.
fn wrong(reference: &str) -> Option<String> {
    let (path, name) = match reference.split_once('#') {
        Some((path, name)) => (path, Some(name)),
        None => (reference, None),
    };
    let Ok(source) = fs::read_to_string(root().join(path)) else {
        return Some(format!("there is no file {path}"));
    };
    match name {
        Some(name) if has_test(&source, name) => None,
        Some(name) => Some(format!("{path} has no test {name}")),
        None if path.starts_with("tests/scenarios/") && source.contains("\"expectations\"") => None,
        None => Some(format!("{path} is no scenario with expectations")),
    }
}

#[test]
fn every_rule_that_the_lab_shows_names_a_test() {
    let (shown, not_yet) = judged_by_the_engine();
    let mut faults = Vec::new();
    for page in PAGES {
        let listed = listed(page);
        let of_page = |id: &&String| id.starts_with(page);
        for id in shown.iter().filter(of_page) {
            if listed.get(id).is_none_or(Vec::is_empty) {
                faults.push(format!("{page}.json: {id} is simulated and names no test"));
            }
        }
        for (id, tests) in &listed {
            if !shown.contains(id) {
                let why = match not_yet.contains(id) {
                    true => "its row says that it is not simulated",
                    false => "no row that the engine judges has it",
                };
                faults.push(format!("{page}.json: {id}: {why}"));
            }
            let unknown = tests.iter().filter_map(|test| wrong(test));
            faults.extend(unknown.map(|unknown| format!("{page}.json: {id}: {unknown}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The check itself sees what is missing.
#[test]
fn a_reference_is_to_a_test_that_runs() {
    let source = "/// Shows it.\n#[test]\nfn shows() {\n}\n\nfn helper() {}\n\n#[test]\n#[ignore]\nfn skipped() {\n}\n";
    assert!(has_test(source, "shows"));
    for name in ["helper", "skipped", "show", "nobody"] {
        assert!(!has_test(source, name), "{name}");
    }
    assert!(wrong("core/tests/none.rs#x").is_some());
    assert!(wrong("core/tests/rules_shown/main.rs").is_some());
}
