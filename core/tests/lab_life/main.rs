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
mod explained;
mod faults;
mod limits;
mod locks_and_keys;
mod machines;
mod regions;
mod time;

use rplab_core::api::{Event, Json, Lab, Outcome, Rejection, RestorePointState};
use serde_json::{Value, json};

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

fn ok(lab: &mut Lab, command: Value) -> Vec<Event> {
    match lab.dispatch_json(command.clone()).unwrap() {
        Outcome::Ok { events } => events,
        Outcome::Rejected { error } => panic!("{command}: {error:?}"),
    }
}

fn refused(lab: &mut Lab, command: Value) -> Rejection {
    let before = lab.digest();
    match lab.dispatch_json(command.clone()).unwrap() {
        Outcome::Rejected { error } => {
            assert_eq!(
                lab.digest(),
                before,
                "a refused command changes nothing: {command}"
            );
            error
        }
        Outcome::Ok { events } => panic!("{command} was carried out: {events:?}"),
    }
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
