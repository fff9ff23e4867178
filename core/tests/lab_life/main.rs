//! The lifecycle of restore points, sentence by sentence.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

mod access;
mod block_lanes;
mod copies;
mod explained;
mod faults;
mod groups;
mod how_to;
mod limits;
mod locks_and_keys;
mod lost_copies;
mod machines;
mod odd_orders;
mod pages;
mod refusals;
mod regions;
#[path = "../support/mod.rs"]
mod support;
mod time;
mod underway;
mod waiting;
#[path = "../support/arm.rs"]
#[allow(dead_code, reason = "shared by several suites")]
mod wire;
mod writing;

use rplab_core::api::{Event, Json, Lab, RestorePointState};
use serde_json::{Value, json};
use support::{ok, refused};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

fn lab_with(settings: Value) -> Lab {
    let options = json!({ "seed": 5, "settings": settings });
    Json::new_lab(Some(options)).unwrap()
}

/// A VM `vm` with an OS disk `os` and a data disk `data`, and its collection `rpc`, in East US.
fn started(settings: Value) -> Lab {
    let mut lab = lab_with(settings);
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "vm", "location": "eastus", "facts": { "osType": "Windows" }, "disks": [
            { "name": "os", "sizeGiB": 4, "facts": { "sku": "Premium_LRS", "usedGiB": 2 } },
            { "name": "data", "sizeGiB": 4, "facts": { "sku": "Premium_LRS", "usedGiB": 1 } },
        ] }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "vm" }),
    );
    lab
}

/// The disk `data` under a customer key.
fn under_customer_key(lab: &mut Lab) {
    ok(
        lab,
        json!({ "type": "createDiskEncryptionSet", "name": "des", "location": "eastus" }),
    );
    let facts = json!({ "encryptionType": "EncryptionAtRestWithCustomerKey", "diskEncryptionSetId": "des" });
    ok(
        lab,
        json!({ "type": "updateDisk", "disk": "data", "facts": facts }),
    );
}

fn advance(lab: &mut Lab, by: &str) -> Vec<Event> {
    ok(lab, json!({ "type": "advanceClock", "by": by }))
}

fn capture(lab: &mut Lab, name: &str) {
    ok(
        lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": name }),
    );
    advance(lab, "PT2M");
}

fn write(lab: &mut Lab, disk: &str, first: u64, last: u64) {
    ok(
        lab,
        json!({ "type": "writeBlocks", "disk": disk, "first": first, "last": last }),
    );
}

fn point(lab: &Lab, name: &str) -> RestorePointState {
    let points = lab.state().restore_points;
    points.into_iter().find(|point| point.name == name).unwrap()
}

/// The life stage of a point.
fn stage(lab: &Lab, name: &str) -> String {
    format!("{:?}", point(lab, name).provisioning_state)
}
