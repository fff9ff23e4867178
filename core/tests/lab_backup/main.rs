//! Backups on a schedule: Azure VM Backup as page 003 describes it, and a user's own schedule of restore points.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

mod clean_up;
mod faults;
mod jobs;
mod schedule;
#[path = "../support/mod.rs"]
mod support;
mod two_tools;

use rplab_core::api::{Event, Lab, LabOptions, ProtectedItemState};
use serde_json::{Value, json};
use support::ok;

/// A lab that begins on Monday, 2026-03-02 at midnight, with a Windows VM `web` of two disks, some of them written.
fn lab() -> Lab {
    let mut lab = Lab::new(LabOptions {
        start_time: "2026-03-02T00:00:00Z".parse().unwrap(),
        ..LabOptions::default()
    })
    .unwrap();
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "web", "location": "eastus", "facts": { "osType": "Windows" },
                "disks": [{ "name": "os", "sizeGiB": 8 }, { "name": "data", "sizeGiB": 16 }] }),
    );
    write(&mut lab, 0, 99);
    lab
}

fn write(lab: &mut Lab, first: u64, last: u64) {
    ok(
        lab,
        json!({ "type": "writeBlocks", "disk": "data", "first": first, "last": last }),
    );
}

/// Daily at 02:00 UTC, kept a week.
fn standard() -> Value {
    json!({ "type": "Standard", "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 7 })
}

fn protect(lab: &mut Lab, policy: &Value) {
    ok(
        lab,
        json!({ "type": "protect", "virtualMachine": "web", "vault": "vault1", "policy": policy }),
    );
}

fn item(lab: &Lab) -> ProtectedItemState {
    lab.state().protected_items.remove(0)
}

fn to(lab: &mut Lab, instant: &str) -> Vec<Event> {
    ok(lab, json!({ "type": "advanceClock", "to": instant }))
}

/// Names of what is kept, with the tiers that each is in.
fn kept(lab: &Lab) -> Vec<(String, bool, bool)> {
    let points = item(lab).recovery_points.into_iter();
    points
        .map(|point| {
            (
                point.name,
                point.snapshot_tier.is_some(),
                point.vault_tier.is_some(),
            )
        })
        .collect()
}
