//! VMs, disks, snapshots, encryption sets, groups and locks through the endpoint.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

mod disks;
mod machines;
mod refusals;
mod scopes;
mod snapshots;
#[path = "../support/arm.rs"]
#[allow(dead_code, reason = "shared by several suites")]
mod wire;

use rplab_core::api::{Json, Lab};
use serde_json::{Value, json};
use wire::{B, HOST, Reply, address as url, read as get};

const V: &str = "2024-11-01";

const VD: &str = "2025-01-02";

fn lab(options: Value) -> Lab {
    Json::new_lab(Some(options)).unwrap()
}

fn put(lab: &mut Lab, path: &str, version: &str, body: &Value) -> Reply {
    wire::done(lab, "PUT", path, version, body)
}

fn machine() -> Value {
    json!({ "location": "westeurope", "tags": { "a": "b" }, "properties": {
        "hardwareProfile": { "vmSize": "Standard_D2s_v3" },
        "storageProfile": {
            "imageReference": { "publisher": "Canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts-gen2", "version": "latest" },
            "osDisk": { "createOption": "FromImage", "osType": "Linux", "caching": "ReadWrite", "managedDisk": { "storageAccountType": "Premium_LRS" } },
            "dataDisks": [{ "lun": 2, "createOption": "Empty", "diskSizeGB": 8, "name": "d2" }] },
        "osProfile": { "computerName": "vm1", "adminUsername": "me", "adminPassword": "secret" },
        "networkProfile": { "networkInterfaces": [{ "id": "/subscriptions/s/resourceGroups/RG/providers/Microsoft.Network/networkInterfaces/n" }] } } })
}
