//! The fleet that a new user meets.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot read its own data should stop"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use rplab_core::inventory::sample_fleet;
use rplab_core::matrix::{AssessOptions, Request, Verdict, assess};
use rplab_core::model::FactValue;
use std::collections::BTreeMap;

fn verdicts(options: &AssessOptions) -> BTreeMap<String, (Verdict, Vec<String>)> {
    let report = assess(&sample_fleet(), options).unwrap();
    let machines = report.machines.into_iter();
    machines
        .map(|machine| (machine.name, (machine.verdict, machine.exclude_disks)))
        .collect()
}

#[test]
fn the_sample_fleet_shows_every_kind_of_answer() {
    let found = verdicts(&AssessOptions::default());
    let expected = [
        ("vm-sql-01", Verdict::ExcludeDisk, vec!["vm-sql-01-log01"]),
        ("vm-fs-01", Verdict::ExcludeDisk, vec!["fs-quorum"]),
        ("vm-web-01", Verdict::NotSupported, vec!["vm-web-01-os"]),
        ("vm-app-01", Verdict::Supported, vec![]),
        ("vmss-batch_3", Verdict::NotSupported, vec![]),
        ("vm-kv-01", Verdict::Supported, vec![]),
        (
            "vm-legacy-01",
            Verdict::NotSupported,
            vec!["vm-legacy-01-data"],
        ),
        ("vm-ops-01", Verdict::Supported, vec![]),
    ];
    assert_eq!(found.len(), expected.len());
    for (name, verdict, excluded) in expected {
        let excluded: Vec<String> = excluded.into_iter().map(str::to_owned).collect();
        assert_eq!(found[name], (verdict, excluded), "{name}");
    }
}

#[test]
fn the_private_link_disk_keeps_the_app_from_leaving_its_region() {
    let options = AssessOptions {
        request: Request {
            operation: Some("copyRestorePoint".to_owned()),
            target_region: Some("North Europe".to_owned()),
            ..Request::default()
        },
        ..AssessOptions::default()
    };
    let found = verdicts(&options);
    assert_eq!(found["vm-app-01"].0, Verdict::NotSupported);
    // It lies there already, so nothing crosses a region.
    assert_eq!(found["vm-ops-01"].0, Verdict::Supported);
}

#[test]
fn every_disk_of_the_sample_says_how_much_was_written() {
    let fleet = sample_fleet();
    assert_eq!(fleet.machines.len(), 8);
    for disk in fleet.machines.iter().flat_map(|machine| &machine.disks) {
        let Some(FactValue::Integer(used)) = disk.facts.get("usedGiB") else {
            panic!("{} has no usedGiB", disk.name);
        };
        let used = u64::try_from(*used).unwrap();
        assert!(used > 0 && used < disk.size_gib.unwrap(), "{}", disk.name);
    }
}
