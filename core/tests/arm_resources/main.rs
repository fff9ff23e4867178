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
mod wire;

use rplab_core::api::{Json, Lab};
use serde_json::{Value, json};
use wire::{Reply, send};

const HOST: &str = "https://management.azure.com";

const B: &str = "/subscriptions/s/resourceGroups/RG/providers/Microsoft.Compute";

const V: &str = "api-version=2024-11-01";

const VD: &str = "api-version=2025-01-02";

fn lab(options: Value) -> Lab {
    Json::new_lab(Some(options)).unwrap()
}

fn url(path: &str, version: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{HOST}{B}/{path}{mark}{version}")
}

fn get(lab: &mut Lab, path: &str, version: &str) -> Value {
    let read = send(lab, "GET", &url(path, version), &Value::Null);
    assert_eq!(read.status, 200, "{path}: {}", read.body);
    read.body
}

fn put(lab: &mut Lab, path: &str, version: &str, body: &Value) -> Reply {
    let reply = send(lab, "PUT", &url(path, version), body);
    assert!(reply.status < 300, "{path}: {}", reply.body);
    if let Some(address) = reply.header("azure-asyncoperation") {
        let polled = send(lab, "GET", address, &Value::Null);
        assert_eq!(
            (polled.status, &polled.body["status"]),
            (200, &json!("Succeeded")),
            "{path}: {}",
            polled.body
        );
    }
    reply
}

fn code(reply: &Reply) -> (u16, &str) {
    (
        reply.status,
        reply.body["error"]["code"].as_str().unwrap_or_default(),
    )
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
