//! Each module of core uses only those above it, or to its left in the same row, of the table in
//! ARCHITECTURE.md.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test panics where it fails"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn core() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The modules in the order of the table: each may use those before it.
fn table() -> Vec<String> {
    let text = fs::read_to_string(core().join("../ARCHITECTURE.md")).unwrap();
    let (_, table) = text.split_once("```modules\n").unwrap();
    let (table, _) = table.split_once("```").unwrap();
    let names = table.lines().filter_map(|line| line.split('|').next());
    names
        .flat_map(|names| names.split_whitespace().map(str::to_owned))
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The modules that a text names after `crate::`, its tests left out.
fn used(text: &str) -> Vec<String> {
    let code = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    let named = code
        .split("crate::")
        .skip(1)
        .filter(|rest| !rest.starts_with(['{', '$']));
    let word = |rest: &str| {
        rest.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    named.map(word).collect()
}

#[test]
fn modules_use_only_what_stands_before_them_in_the_table() {
    let order: BTreeMap<String, usize> = table()
        .into_iter()
        .enumerate()
        .map(|(at, name)| (name, at))
        .collect();
    let mut files = Vec::new();
    sources(&core().join("src"), &mut files);
    let mut wrong = Vec::new();
    let mut arrows = 0;
    for file in files {
        let relative = file.strip_prefix(core().join("src")).unwrap();
        let first = relative.iter().next().unwrap().to_str().unwrap();
        let module = first.trim_end_matches(".rs");
        if module == "lib" || relative.ends_with("tests.rs") {
            continue;
        }
        let Some(place) = order.get(module) else {
            panic!("{module} is not in the table of ARCHITECTURE.md");
        };
        for other in used(&fs::read_to_string(&file).unwrap()) {
            arrows += 1;
            match order.get(&other) {
                Some(at) if at <= place => {}
                Some(_) => wrong.push(format!("{} uses {other}", relative.display())),
                None => panic!(
                    "{} uses crate::{other}, which is no module",
                    relative.display()
                ),
            }
        }
    }
    assert!(arrows > 100, "only {arrows} uses were found");
    assert!(wrong.is_empty(), "against the table: {wrong:#?}");
}
