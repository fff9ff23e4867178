//! What holds for every operation that the endpoint's own table has: versions, spelling, pages of lists; and for
//! every field of its bodies: types, and what is kept.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

mod bodies;
mod operations;
#[path = "../support/arm.rs"]
#[allow(dead_code, reason = "shared by several suites")]
mod wire;

use rplab_core::api::{Json, Lab};
use serde_json::{Map, Value, json};
use wire::{HOST, Reply, ask};

const GROUP: &str = "/subscriptions/s/resourceGroups/g";

const V: &str = "2026-04-01";

fn compute(path: &str) -> String {
    format!("{GROUP}/providers/Microsoft.Compute/{path}")
}

fn put(lab: &mut Lab, path: &str, body: &Value) -> Reply {
    wire::taken(lab, "PUT", path, V, body)
}

fn disk(more: Value) -> Value {
    let mut body = json!({ "location": "West US", "properties": { "creationData": { "createOption": "Empty" }, "diskSizeGB": 4 } });
    merge(&mut body["properties"], more);
    body
}

fn merge(into: &mut Value, more: Value) {
    let more = match more {
        Value::Object(more) => more,
        _ => Map::new(),
    };
    into.as_object_mut().unwrap().extend(more);
}

fn machine(os: &str, data: &str) -> Value {
    let attached = |disk: &str| json!({ "id": compute(&format!("disks/{disk}")) });
    json!({ "location": "West US", "properties": { "hardwareProfile": { "vmSize": "Standard_D2s_v3" }, "storageProfile": {
        "osDisk": { "createOption": "Attach", "osType": "Linux", "managedDisk": attached(os) },
        "dataDisks": [{ "lun": 0, "createOption": "Attach", "managedDisk": attached(data) }] } } })
}

/// Two of everything that is listed, all called by one letter and a number.
fn full() -> Lab {
    let mut lab = Json::new_lab(None).unwrap();
    for group in ["g", "h"] {
        let path = format!("/subscriptions/s/resourceGroups/{group}");
        put(&mut lab, &path, &json!({ "location": "westus" }));
    }
    let vault = format!("{GROUP}/providers/Microsoft.KeyVault/vaults/v1");
    put(&mut lab, &vault, &json!({ "location": "westus" }));
    put(
        &mut lab,
        &format!("{vault}/keys/k1"),
        &json!({ "properties": { "kty": "RSA" } }),
    );
    for n in [1, 2] {
        let set = json!({ "location": "westus", "properties": { "activeKey": { "keyUrl": format!("https://v1.vault.azure.net/keys/k{n}") } } });
        put(
            &mut lab,
            &compute(&format!("diskEncryptionSets/e{n}")),
            &set,
        );
        put(
            &mut lab,
            &compute(&format!("diskAccesses/a{n}")),
            &json!({ "location": "westus" }),
        );
    }
    let sealed = json!({ "encryption": { "type": "EncryptionAtRestWithCustomerKey", "diskEncryptionSetId": compute("diskEncryptionSets/e1") } });
    for (name, more) in [
        ("os1", json!({})),
        ("d1", sealed.clone()),
        ("os2", json!({})),
        ("d2", sealed),
    ] {
        put(&mut lab, &compute(&format!("disks/{name}")), &disk(more));
    }
    for n in [1, 2] {
        let snapshot = json!({ "location": "westus", "properties": { "incremental": true, "creationData": { "createOption": "Copy", "sourceResourceId": compute(&format!("disks/d{n}")) } } });
        put(&mut lab, &compute(&format!("snapshots/s{n}")), &snapshot);
        let vm = compute(&format!("virtualMachines/m{n}"));
        put(&mut lab, &vm, &machine(&format!("os{n}"), &format!("d{n}")));
        let collection = compute(&format!("restorePointCollections/c{n}"));
        put(
            &mut lab,
            &collection,
            &json!({ "location": "westus", "properties": { "source": { "id": vm } } }),
        );
        put(
            &mut lab,
            &format!("{collection}/restorePoints/p1"),
            &json!({}),
        );
    }
    for scope in [GROUP.to_owned(), compute("disks/d1")] {
        for name in ["l1", "l2"] {
            let lock = format!("{scope}/providers/Microsoft.Authorization/locks/{name}");
            put(
                &mut lab,
                &lock,
                &json!({ "properties": { "level": "CanNotDelete" } }),
            );
        }
    }
    lab
}
