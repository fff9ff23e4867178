//! Every row that facts decide: reached by its example, and passed by once one thing changes.
//! The examples are data, `core/data/examples`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot read its own fixture should stop"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use rplab_core::matrix::{
    Example, Finding, JudgedBy, MachineAssessment, MatrixRow, Service, Verdict, assess,
    flipped_example, support_matrix,
};
use rplab_core::model::Fleet;
use serde_json::Value;

fn judged(example: &Example) -> MachineAssessment {
    let fleet = Fleet {
        machines: vec![example.machine.clone()],
        disks: Vec::new(),
    };
    let mut report = assess(&fleet, &example.options).unwrap();
    report.machines.remove(0)
}

/// The rows that facts decide, for each of their services.
fn decided() -> Vec<(MatrixRow, Service)> {
    let rows = support_matrix().into_iter();
    let decided = rows.filter(|row| row.judged_by != JudgedBy::Engine);
    let each = decided.flat_map(|row| {
        let services = row.services.clone().into_iter();
        services.map(move |service| (row.clone(), service))
    });
    each.collect()
}

fn example_of(row: &MatrixRow, service: Service) -> Example {
    let mut example = row.example.clone().unwrap_or_else(|| no_example(row));
    example.options.service = service;
    example
}

fn no_example(row: &MatrixRow) -> ! {
    unreachable!("{} has no example that can be read", row.id)
}

fn flip_of(row: &MatrixRow, service: Service) -> Example {
    let example = example_of(row, service);
    let edition = example.options.edition;
    // Asked of a service of the row's, both are made from the same plain machine and question.
    let flip = flipped_example(&row.id, row.service, edition);
    let mut flip = flip.unwrap_or_else(|| no_example(row));
    flip.options.service = service;
    flip
}

fn findings_of<'a>(machine: &'a MachineAssessment, row: &MatrixRow) -> Vec<&'a Finding> {
    let findings = machine.findings.iter();
    findings
        .filter(|finding| finding.matrix_row == row.id && finding.verdict == row.verdict)
        .collect()
}

#[test]
fn a_row_holds_for_its_example_and_says_what_the_matrix_says() {
    let mut wrong = Vec::new();
    for (row, service) in decided() {
        let machine = judged(&example_of(&row, service));
        let own = findings_of(&machine, &row);
        if own.len() != 1 {
            let all: Vec<_> = machine.findings.iter().map(|f| &f.matrix_row).collect();
            wrong.push(format!("{}: {all:?}", row.id));
            continue;
        }
        assert!(!own[0].citations.is_empty(), "{}", row.id);
        let ids: Vec<&String> = row.rules.iter().map(|rule| &rule.id).collect();
        assert!(
            own[0].row_ids.iter().all(|id| ids.contains(&id)),
            "{}",
            row.id
        );
        assert!(machine.verdict >= row.verdict || row.verdict == Verdict::ExcludeDisk);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_thing_changed_and_the_row_does_not_hold() {
    let mut wrong = Vec::new();
    for (row, service) in decided() {
        let (example, flip) = (example_of(&row, service), flip_of(&row, service));
        let changed = leaves_that_differ(
            &rplab_core::json::write(&example),
            &rplab_core::json::write(&flip),
        );
        if changed.len() != 1 {
            wrong.push(format!("{}: {changed:?}", row.id));
        }
        let (before, after) = (judged(&example), judged(&flip));
        let held = findings_of(&before, &row)
            .first()
            .map_or(0, |f| f.disks.len());
        let mut still = findings_of(&after, &row).into_iter();
        if !still.all(|finding| finding.disks.len() < held) {
            wrong.push(format!("{} still holds", row.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where the row that passes is the decisive one, the verdict on the machine changes with it.
#[test]
fn the_verdict_changes_where_the_row_decided_it() {
    let mut changed = 0;
    let mut wrong = Vec::new();
    for (row, service) in decided() {
        let (before, after) = (
            judged(&example_of(&row, service)),
            judged(&flip_of(&row, service)),
        );
        let mut others = before.findings.iter();
        let alone = !others.any(|f| f.verdict >= row.verdict && f.matrix_row != row.id);
        if row.verdict > Verdict::Supported && alone {
            let disks = |machine: &MachineAssessment| machine.disks.clone();
            if before.verdict == after.verdict && disks(&before) == disks(&after) {
                wrong.push(format!("{}: {:?}", row.id, after.verdict));
            }
            changed += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(changed > 100, "{changed}");
}

/// The paths of single values that differ between two documents; a list counts once.
fn leaves_that_differ(left: &Value, right: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect("", left, right, &mut found);
    found
}

fn collect(path: &str, left: &Value, right: &Value, found: &mut Vec<String>) {
    let (Some(fields), Some(others)) = (left.as_object(), right.as_object()) else {
        let disks = left.as_array().zip(right.as_array());
        match disks.filter(|_| path == "/machine/disks") {
            // What is said of the data disks is said of each.
            Some((own, other)) if own.len() == other.len() => {
                for (at, (own, other)) in own.iter().zip(other).enumerate().take(2) {
                    collect(&format!("/disk{at}"), own, other, found);
                }
            }
            _ if left != right => found.push(path.to_owned()),
            _ => {}
        }
        return;
    };
    let names: std::collections::BTreeSet<&String> = fields.keys().chain(others.keys()).collect();
    for name in names {
        let part = |of: &serde_json::Map<String, Value>| of.get(name).cloned().unwrap_or_default();
        match (part(fields), part(others)) {
            (own, other) if own.is_object() && other.is_object() => {
                collect(&format!("{path}/{name}"), &own, &other, found);
            }
            (own, other) if own.is_object() || other.is_object() => {
                let none = Value::Object(serde_json::Map::new());
                let own = if own.is_object() { own } else { none.clone() };
                let other = if other.is_object() { other } else { none };
                collect(&format!("{path}/{name}"), &own, &other, found);
            }
            (own, other) => collect(&format!("{path}/{name}"), &own, &other, found),
        }
    }
}

/// Two rows that hold for the same disk or machine by the same facts and say yes and no are a
/// contradiction of the pages, and the ledger has it.
#[test]
fn rows_disagree_only_where_the_ledger_says_so() {
    let rows = support_matrix();
    let facts = |finding: &Finding| {
        let row = rows.iter().find(|row| row.id == finding.matrix_row);
        row.map_or_else(Vec::new, |row| row.facts.clone())
    };
    let same_facts =
        |yes: &Finding, no: &Finding| !facts(yes).is_empty() && facts(yes) == facts(no);
    for (row, service) in decided() {
        let findings = judged(&example_of(&row, service)).findings;
        let yes = findings
            .iter()
            .filter(|finding| finding.verdict == Verdict::Supported);
        for yes in yes {
            let no = findings
                .iter()
                // Rows without rules are of later pages, which replace what the five say.
                .filter(|finding| !finding.row_ids.is_empty())
                .filter(|finding| finding.verdict >= Verdict::ExcludeDisk);
            for no in no.filter(|no| no.disks == yes.disks && same_facts(yes, no)) {
                let known = no.row_ids.iter().any(|id| yes.conflicts_with.contains(id));
                assert!(
                    known,
                    "{}: {} against {}",
                    row.id, yes.matrix_row, no.matrix_row
                );
            }
        }
    }
}
