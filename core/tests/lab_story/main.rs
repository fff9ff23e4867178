//! The main story: capture a VM while its disks change, delete in the middle, restore, prove.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

mod blocks;
mod commands;
mod exclusions;
mod guest;
mod limits;
mod restore;
#[path = "../support/mod.rs"]
mod support;

use rplab_core::api::{Lab, LabOptions};
use serde_json::{Value, json};
use support::ok;

const MIB: u64 = 1 << 20;

fn machine(name: &str, os_type: &str) -> Value {
    let id = |kind: &str, name: &str| {
        format!("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/{kind}/{name}")
    };
    json!({
        "id": id("virtualMachines", name),
        "name": name,
        "location": "eastus2",
        "facts": { "osType": os_type, "vmSize": "Standard_D4s_v5" },
        "disks": [
            { "name": format!("{name}-os"), "id": id("disks", &format!("{name}-os")), "role": "os", "sizeGiB": 4,
              "facts": { "sku": "Premium_LRS", "usedGiB": 1 } },
            { "name": format!("{name}-data"), "id": id("disks", &format!("{name}-data")), "role": "data", "lun": 0, "sizeGiB": 8,
              "facts": { "sku": "Premium_LRS" } },
        ],
    })
}

fn lab(machines: &[Value]) -> Lab {
    let options: LabOptions =
        rplab_core::json::read(&json!({ "seed": 7, "fleet": { "machines": machines } })).unwrap();
    Lab::new(options).unwrap()
}

fn capture(lab: &mut Lab, point: &str) {
    ok(
        lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": point }),
    );
    lab.advance("PT1H".parse().unwrap());
}

fn started(os_type: &str) -> Lab {
    let mut lab = lab(&[machine("vm", os_type)]);
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "vm" }),
    );
    lab
}
