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

/// Rules that the inventory of the pages leaves to the lab, and that facts decide here: the tests of `matrix_rows.rs`
/// and `matrix_backup_rows.rs` show them by a VM that they hold for and one that they do not.
const DECIDED_BY_FACTS: [(&str, &str); 3] = [
    (
        "S3-97b",
        "writers of cluster shared volumes are likely to fail, not certain: what is certain is that the VM has them",
    ),
    (
        "S3-97c",
        "whether a disk with such volumes comes up is up to its guest: the restore is told so beforehand",
    ),
    (
        "S3-123",
        "a warning about the key of the vault, which no VM has: every VM is told it, by each service with a vault",
    ),
];

/// The inventory of the pages says of each rule whether facts decide it, the lab shows it, or both.
#[test]
fn every_rule_is_judged_as_the_inventory_of_the_pages_says() {
    let inventory: BTreeMap<String, Vec<String>> =
        serde_json::from_str(include_str!("inventory.json")).unwrap();
    let count = |kind: &str| inventory[kind].len();
    assert_eq!(
        (count("matrix"), count("engine"), count("both")),
        (316, 95, 67)
    );
    let rows = support_matrix();
    let judged = |by_facts: bool| -> BTreeSet<&String> {
        let rows = rows.iter().filter(|row| match row.judged_by {
            JudgedBy::Both => true,
            JudgedBy::Matrix => by_facts,
            JudgedBy::Engine => !by_facts,
        });
        rows.flat_map(|row| row.rules.iter().map(|rule| &rule.id))
            .collect()
    };
    let shown: BTreeMap<String, Vec<String>> = PAGES.into_iter().flat_map(listed).collect();
    let mut faults = Vec::new();
    for id in inventory["matrix"].iter().chain(&inventory["both"]) {
        if !judged(true).contains(id) {
            faults.push(format!("{id}: no row that facts decide has it"));
        }
    }
    for id in inventory["engine"].iter().chain(&inventory["both"]) {
        let elsewhere = DECIDED_BY_FACTS.iter().any(|(own, _)| own == id);
        if elsewhere != shown.get(id).is_none_or(Vec::is_empty) {
            faults.push(format!("{id}: names a test: {}", !elsewhere));
        }
        if elsewhere && !judged(true).contains(id) {
            faults.push(format!("{id}: neither facts nor the lab show it"));
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
