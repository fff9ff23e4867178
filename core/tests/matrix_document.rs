//! `docs/support-matrix.md` is made from the data.

use rplab_core::api::{Lab, LabOptions};
use rplab_core::matrix::{Edition, support_matrix, support_matrix_markdown};
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn the_matrix_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/support-matrix.md");
    let made = support_matrix_markdown();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let same = written.replace("\r\n", "\n") == made;
    assert!(
        same,
        "docs/support-matrix.md is not what the data says; run this test with UPDATE=1"
    );
}

#[test]
fn every_row_has_one_anchor_and_is_linked_by_service_subject_and_page() {
    let text = support_matrix_markdown();
    for row in rplab_core::matrix::support_matrix() {
        let anchor = format!("<a id=\"{}\"></a>", row.id);
        assert_eq!(text.matches(&anchor).count(), 1, "{}", row.id);
        let link = format!("](#{})", row.id);
        let found = text.matches(&link).count();
        assert!(found >= 2 + row.services.len(), "{} {found}", row.id);
    }
}

/// What stands between two marks, each time.
fn between<'a>(text: &'a str, before: &str, after: char) -> Vec<&'a str> {
    let parts = text.split(before).skip(1);
    parts.filter_map(|part| part.split(after).next()).collect()
}

/// `docs/later-pages.md` is written by hand: what it names is there, and no row of later pages is missing.
#[test]
fn the_page_of_later_changes_names_rows_and_settings_that_are_there() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/later-pages.md");
    let text = std::fs::read_to_string(path).unwrap();
    let named: BTreeSet<&str> = between(&text, "(support-matrix.md#", ')')
        .into_iter()
        .collect();
    let rows = support_matrix();
    let later = rows.iter().filter(|row| row.from == Edition::Beyond);
    let later: BTreeSet<&str> = later.map(|row| row.id.as_str()).collect();
    assert_eq!(named, later);
    let lab = Lab::new(LabOptions::default()).unwrap();
    let settings: BTreeSet<String> = lab
        .settings()
        .into_iter()
        .map(|own| own.name.to_owned())
        .collect();
    for group in ["limits", "durations", "throttling"] {
        for name in between(&text, &format!("`{group}."), '`') {
            assert!(
                settings.contains(&format!("{group}.{name}")),
                "{group}.{name}"
            );
        }
    }
    for line in text.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        assert!(
            cells.len() == 3 && cells.iter().all(|cell| !cell.trim().is_empty()),
            "{line}"
        );
    }
}
