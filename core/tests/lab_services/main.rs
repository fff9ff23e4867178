//! The services beside restore points, their restores over time, rehearsals and drills.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

mod abilities;
mod backed_up;
mod both_ways;
mod clean;
mod disk_backup;
mod drill;
mod elsewhere;
mod methods;
mod rehearsal;
#[path = "../support/mod.rs"]
mod support;

use rplab_core::api::{Event, Lab, LabOptions, ProtectedItemState};
use serde_json::{Value, json};
use support::ok;

/// A lab that begins on Monday, 2026-03-02 at midnight, with a Windows VM `web` of two disks, some of them written.
fn lab() -> Lab {
    lab_with(json!({ "osType": "Windows" }), json!({}))
}

/// The same with facts of the VM, and with facts of its data disk.
fn lab_with(facts: Value, of_data: Value) -> Lab {
    let mut lab = Lab::new(LabOptions {
        start_time: "2026-03-02T00:00:00Z".parse().unwrap(),
        ..LabOptions::default()
    })
    .unwrap();
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "web", "location": "eastus", "zones": ["1"], "facts": facts,
                "disks": [{ "name": "os", "sizeGiB": 8, "facts": { "sku": "Premium_LRS" } }, { "name": "data", "lun": 0, "sizeGiB": 16, "facts": of_data }] }),
    );
    write(&mut lab, "os", 0, 49);
    write(&mut lab, "data", 0, 99);
    lab
}

fn write(lab: &mut Lab, disk: &str, first: u64, last: u64) {
    ok(
        lab,
        json!({ "type": "writeBlocks", "disk": disk, "first": first, "last": last }),
    );
}

fn to(lab: &mut Lab, instant: &str) -> Vec<Event> {
    ok(lab, json!({ "type": "advanceClock", "to": instant }))
}

fn item(lab: &Lab, name: &str) -> ProtectedItemState {
    let items = lab.state().protected_items.into_iter();
    items.into_iter().find(|item| item.name == name).unwrap()
}

/// Names of the recovery points of an item.
fn points(lab: &Lab, name: &str) -> Vec<String> {
    let points = item(lab, name).recovery_points.into_iter();
    points.map(|point| point.name).collect()
}

/// Calls a function of the lab as JavaScript does.
fn ask(lab: &mut Lab, name: &str, argument: Value) -> Value {
    lab.call(name, Some(argument)).unwrap()
}

/// What a function of the lab throws: code and path.
fn thrown(lab: &mut Lab, name: &str, argument: Value) -> (String, String) {
    let error = lab.call(name, Some(argument)).unwrap_err();
    (error.code, error.path)
}

/// A restore point `p1` of `web`, done.
fn with_point(lab: &mut Lab) {
    ok(
        lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "web" }),
    );
    ok(
        lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p1", "atOnce": true }),
    );
}

/// The texts of a list of objects, by a field.
fn each<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    let items = list.as_array().unwrap().iter();
    items
        .map(|item| item[field].as_str().unwrap_or(""))
        .collect()
}

/// An object with further fields.
fn with(mut object: Value, more: &Value) -> Value {
    let more = more.as_object().unwrap().clone();
    object.as_object_mut().unwrap().extend(more);
    object
}

/// Azure VM Backup of a VM every day at 02:00, in a vault that keeps points in the paired region too.
fn protect(lab: &mut Lab, vm: &str, days: u64) {
    let schedule = json!({ "frequency": "Daily", "time": "02:00" });
    let policy = json!({ "type": "Enhanced", "schedule": schedule, "dailyRetentionDays": days });
    ok(
        lab,
        json!({ "type": "protect", "virtualMachine": vm, "vault": "v", "crossRegionRestore": true, "policy": policy }),
    );
}

/// Azure Disk Backup of the data disk every day, kept three days.
fn protect_data(lab: &mut Lab, time: &str) {
    let schedule = json!({ "frequency": "Daily", "time": time });
    let policy = json!({ "schedule": schedule, "operationalRetentionDays": 3 });
    ok(
        lab,
        json!({ "type": "protect", "disk": "data", "vault": "bv", "service": "diskBackup", "policy": policy }),
    );
}
