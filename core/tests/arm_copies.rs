//! Encryption sets and what is under them, copies of disks, snapshots of nothing, instant access, eviction:
//! through the endpoint.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

#[path = "support/arm.rs"]
#[allow(dead_code, reason = "shared by several suites")]
mod wire;

use rplab_core::api::{Json, Lab};
use rplab_core::units::SimDuration;
use serde_json::{Value, json};
use wire::{B, Reply, ask, send};

const NEW: &str = "2025-04-01";

fn get(lab: &mut Lab, path: &str) -> Value {
    wire::read(lab, path, NEW)
}

fn put(lab: &mut Lab, path: &str, body: &Value) -> Reply {
    wire::taken(lab, "PUT", path, NEW, body)
}

/// What a refusal says; it changes nothing.
fn refused(lab: &mut Lab, method: &str, path: &str, body: &Value) -> (u16, String) {
    let reply = wire::without_effect(lab, method, path, NEW, body);
    let (status, code) = reply.code();
    (status, code.to_owned())
}

fn command(lab: &mut Lab, command: Value) {
    let outcome = lab.dispatch_json(command).unwrap();
    assert!(outcome.is_ok(), "{outcome:?}");
}

fn disk(lab: &mut Lab, name: &str, sku: &str, creation: Value) -> Reply {
    let body = json!({ "location": "westus", "sku": { "name": sku },
        "properties": { "creationData": creation, "diskSizeGB": 4 } });
    put(lab, &format!("disks/{name}"), &body)
}

fn set(lab: &mut Lab, name: &str, kind: &str) {
    let body = json!({ "location": "westus", "identity": { "type": "SystemAssigned" }, "properties": {
        "activeKey": { "keyUrl": format!("https://v.vault.azure.net/keys/{name}/1") }, "encryptionType": kind } });
    put(lab, &format!("diskEncryptionSets/{name}"), &body);
}

/// A VM `vm` of a disk `os` and a data disk `d` of a SKU, and its collection `c`.
fn machine(sku: &str, collection: Value) -> Lab {
    let mut lab = Json::new_lab(Some(json!({}))).unwrap();
    disk(&mut lab, "d", sku, json!({ "createOption": "Empty" }));
    let vm = json!({ "location": "westus", "properties": {
        "hardwareProfile": { "vmSize": "Standard_D2s_v5" },
        "storageProfile": {
            "imageReference": { "publisher": "Canonical", "offer": "ubuntu", "sku": "22_04", "version": "latest" },
            "osDisk": { "createOption": "FromImage", "name": "os" },
            "dataDisks": [{ "lun": 0, "createOption": "Attach", "managedDisk": { "id": format!("{B}/disks/d") } }] },
        "osProfile": { "computerName": "vm", "adminUsername": "me" } } });
    put(&mut lab, "virtualMachines/vm", &vm);
    let mut properties = json!({ "source": { "id": format!("{B}/virtualMachines/vm") } });
    if !collection.is_null() {
        properties["instantAccess"] = collection;
    }
    let body = json!({ "location": "westus", "properties": properties });
    put(&mut lab, "restorePointCollections/c", &body);
    lab
}

#[test]
fn a_set_is_made_changed_listed_and_deleted_when_nothing_is_under_it() {
    const BOTH: &str = "EncryptionAtRestWithPlatformAndCustomerKeys";
    let mut lab = Json::new_lab(Some(json!({}))).unwrap();
    set(&mut lab, "one", BOTH);
    let made = get(&mut lab, "diskEncryptionSets/one");
    let kind = &made["properties"]["encryptionType"];
    assert_eq!(
        (kind, &made["identity"]["type"]),
        (&json!(BOTH), &json!("SystemAssigned"))
    );
    assert!(made["identity"]["principalId"].is_string());

    let change = json!({ "tags": { "a": "b" }, "properties": { "activeKey": { "keyUrl": "https://v.vault.azure.net/keys/other/2" } } });
    let changed = ask(&mut lab, "PATCH", "diskEncryptionSets/one", NEW, &change);
    assert_eq!(changed.status, 202, "{}", changed.body);
    assert!(
        changed.header("location").is_some() && changed.header("azure-asyncoperation").is_some()
    );
    let now = get(&mut lab, "diskEncryptionSets/one");
    assert_eq!(
        (
            &now["tags"]["a"],
            &now["properties"]["activeKey"]["keyUrl"],
            &now["identity"]
        ),
        (
            &json!("b"),
            &json!("https://v.vault.azure.net/keys/other/2"),
            &made["identity"]
        )
    );
    let other = json!({ "properties": { "encryptionType": "EncryptionAtRestWithCustomerKey" } });
    assert_eq!(
        refused(&mut lab, "PATCH", "diskEncryptionSets/one", &other),
        (409, "PropertyChangeNotAllowed".to_owned())
    );

    let under = json!({ "location": "westus", "properties": { "creationData": { "createOption": "Empty" }, "diskSizeGB": 4,
        "encryption": { "type": BOTH, "diskEncryptionSetId": format!("{B}/diskEncryptionSets/one") } } });
    put(&mut lab, "disks/sealed", &under);
    let users = get(&mut lab, "diskEncryptionSets/one/associatedResources");
    assert_eq!(users, json!({ "value": [format!("{B}/disks/sealed")] }));
    assert_eq!(
        refused(&mut lab, "DELETE", "diskEncryptionSets/one", &Value::Null),
        (409, "OperationNotAllowed".to_owned())
    );
    ask(&mut lab, "DELETE", "disks/sealed", NEW, &Value::Null);
    let gone = ask(
        &mut lab,
        "DELETE",
        "diskEncryptionSets/one",
        NEW,
        &Value::Null,
    );
    let polled = send(
        &mut lab,
        "GET",
        gone.header("azure-asyncoperation").unwrap(),
        &Value::Null,
    );
    assert_eq!(
        (gone.status, &polled.body["status"]),
        (202, &json!("Succeeded"))
    );
    assert_eq!(
        refused(&mut lab, "GET", "diskEncryptionSets/one", &Value::Null).0,
        404
    );
    let again = ask(
        &mut lab,
        "DELETE",
        "diskEncryptionSets/one",
        NEW,
        &Value::Null,
    );
    assert_eq!(again.status, 204);
}

#[test]
fn a_point_goes_under_the_set_that_is_asked_for_and_needs_its_key() {
    let mut lab = machine("Premium_LRS", Value::Null);
    set(
        &mut lab,
        "seal",
        "EncryptionAtRestWithPlatformAndCustomerKeys",
    );
    let under = |disk: &str, set: &str| {
        json!({ "properties": { "sourceMetadata": { "storageProfile": { "dataDisks": [{
            "managedDisk": { "id": format!("{B}/disks/{disk}") },
            "diskRestorePoint": { "encryption": { "diskEncryptionSet": { "id": format!("{B}/diskEncryptionSets/{set}") } } } }] } } } })
    };
    let point = "restorePointCollections/c/restorePoints/p";
    for (disk, set) in [("d", "nowhere"), ("elsewhere", "seal")] {
        let (status, _) = refused(&mut lab, "PUT", point, &under(disk, set));
        assert!((400..500).contains(&status), "{disk} {set}: {status}");
    }
    put(&mut lab, point, &under("d", "seal"));
    let body = get(&mut lab, point);
    let profile = &body["properties"]["sourceMetadata"]["storageProfile"];
    let of = |disk: &Value| disk["diskRestorePoint"]["encryption"].clone();
    assert_eq!(
        of(&profile["dataDisks"][0]),
        json!({ "type": "EncryptionAtRestWithPlatformAndCustomerKeys", "diskEncryptionSet": { "id": format!("{B}/diskEncryptionSets/seal") } })
    );
    assert_eq!(
        of(&profile["osDisk"]),
        json!({ "type": "EncryptionAtRestWithPlatformKey" })
    );
    // The disk itself is under no set.
    assert_eq!(
        get(&mut lab, "disks/d")["properties"]["encryption"],
        json!({ "type": "EncryptionAtRestWithPlatformKey" })
    );
    let source = profile["dataDisks"][0]["diskRestorePoint"]["id"].clone();
    let back = json!({ "location": "westus", "properties": { "creationData": { "createOption": "Restore", "sourceResourceId": source } } });
    command(
        &mut lab,
        json!({ "type": "setKeyState", "diskEncryptionSet": "seal", "state": "disabled" }),
    );
    assert_eq!(
        refused(&mut lab, "PUT", "disks/back", &back),
        (409, "DiskRestorePointClientError".to_owned())
    );
    command(
        &mut lab,
        json!({ "type": "setKeyState", "diskEncryptionSet": "seal", "state": "enabled" }),
    );
    put(&mut lab, "disks/back", &back);
    assert_eq!(
        get(&mut lab, "disks/back")["properties"]["encryption"]["type"],
        "EncryptionAtRestWithPlatformAndCustomerKeys"
    );
}

#[test]
fn a_disk_is_copied_as_it_is_now_also_while_its_vm_runs() {
    let mut lab = machine("Premium_LRS", Value::Null);
    command(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "d", "first": 3, "last": 90 }),
    );
    let content = lab.content_digest("d").unwrap();
    let copy = json!({ "createOption": "Copy", "sourceResourceId": format!("{B}/disks/d") });
    disk(&mut lab, "twin", "Standard_LRS", copy.clone());
    command(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "d", "first": 0, "last": 9 }),
    );
    assert_eq!(lab.content_digest("twin").unwrap(), content);
    let twin = get(&mut lab, "disks/twin");
    assert_eq!(twin["properties"]["creationData"], copy);
    assert_eq!(twin["sku"]["name"], "Standard_LRS");
    // Source and copy go their own ways, and nothing is left behind.
    let ids = |lab: &Lab| lab.state().disks.len();
    assert_eq!(ids(&lab), 3);
    ask(&mut lab, "DELETE", "disks/twin", NEW, &Value::Null);
    assert_eq!(ids(&lab), 2);

    let elsewhere = json!({ "location": "eastus", "properties": { "creationData": copy } });
    assert_eq!(refused(&mut lab, "PUT", "disks/far", &elsewhere).0, 400);
    let smaller = json!({ "location": "westus", "properties": { "creationData": { "createOption": "Copy", "sourceResourceId": format!("{B}/disks/d") }, "diskSizeGB": 1 } });
    assert_eq!(refused(&mut lab, "PUT", "disks/small", &smaller).0, 400);
}

#[test]
fn a_snapshot_of_nothing_holds_zeros_of_its_size() {
    let mut lab = Json::new_lab(Some(json!({}))).unwrap();
    let empty = |size: Value| json!({ "location": "westus", "properties": { "creationData": { "createOption": "Empty" }, "diskSizeGB": size } });
    assert_eq!(
        refused(&mut lab, "PUT", "snapshots/s", &empty(Value::Null)),
        (400, "InvalidParameter".to_owned())
    );
    assert_eq!(
        refused(&mut lab, "PUT", "snapshots/s", &empty(json!(0))).0,
        400
    );
    put(&mut lab, "snapshots/s", &empty(json!(4)));
    let body = get(&mut lab, "snapshots/s");
    assert_eq!(
        body["properties"]["creationData"],
        json!({ "createOption": "Empty" })
    );
    assert_eq!(body["properties"]["diskSizeBytes"], 4_u64 << 30);
    assert!(lab.state().disks.is_empty());

    let by = json!({ "createOption": "Copy", "sourceResourceId": format!("{B}/snapshots/s") });
    disk(&mut lab, "from", "Standard_LRS", by);
    disk(
        &mut lab,
        "blank",
        "Standard_LRS",
        json!({ "createOption": "Empty" }),
    );
    assert_eq!(
        lab.content_digest("from").unwrap(),
        lab.content_digest("blank").unwrap()
    );
}

#[test]
fn instant_access_lasts_as_long_as_it_was_given_for_and_the_copy_goes_on_behind_it() {
    let mut lab = machine("PremiumV2_LRS", json!(true));
    command(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "d", "first": 0, "last": 4000 }),
    );
    let point = "restorePointCollections/c/restorePoints/p";
    for minutes in [59, 301] {
        let body = json!({ "properties": { "instantAccessDurationMinutes": minutes } });
        assert_eq!(
            refused(&mut lab, "PUT", point, &body),
            (400, "InvalidParameter".to_owned())
        );
    }
    let old = ask(
        &mut lab,
        "PUT",
        point,
        "2024-11-01",
        &json!({ "properties": { "instantAccessDurationMinutes": 60 } }),
    );
    assert_eq!(
        (old.status, &old.body["error"]["code"]),
        (400, &json!("BadRequest"))
    );
    put(
        &mut lab,
        point,
        &json!({ "properties": { "instantAccessDurationMinutes": 60 } }),
    );
    let mut seen = Vec::new();
    for _ in 0..100 {
        let view = get(&mut lab, &format!("{point}?$expand=instanceView"));
        let view = &view["properties"]["instanceView"];
        let disks = view["diskRestorePoints"].as_array().unwrap();
        // Only the disk with provisioned performance is copied behind.
        assert_eq!(disks.len(), 1);
        let access = disks[0]["snapshotAccessState"].as_str().unwrap().to_owned();
        let percent = disks[0]["replicationStatus"]["completionPercent"]
            .as_u64()
            .unwrap();
        assert_eq!(
            view["statuses"][0]["code"] == "ReplicationState/succeeded",
            percent == 100
        );
        if seen.last() != Some(&access) {
            seen.push(access);
        }
        assert!(lab.advance(SimDuration::from_seconds(60)).is_ok());
    }
    assert_eq!(
        seen,
        ["InstantAccess", "AvailableWithInstantAccess", "Available"]
    );
    // An older version does not know the state.
    let old = ask(
        &mut lab,
        "GET",
        &format!("{point}?$expand=instanceView"),
        "2024-11-01",
        &Value::Null,
    );
    let disks = &old.body["properties"]["instanceView"]["diskRestorePoints"];
    assert!(disks[0].get("snapshotAccessState").is_none());
}

#[test]
fn only_a_spot_vm_is_evicted() {
    let mut lab = machine("Premium_LRS", Value::Null);
    let evict = "virtualMachines/vm/simulateEviction";
    assert_eq!(
        refused(&mut lab, "POST", evict, &Value::Null),
        (409, "OperationNotAllowed".to_owned())
    );
    command(
        &mut lab,
        json!({ "type": "updateVirtualMachine", "virtualMachine": "vm", "facts": { "priority": "Spot" } }),
    );
    assert_eq!(ask(&mut lab, "POST", evict, NEW, &Value::Null).status, 204);
    let view = get(&mut lab, "virtualMachines/vm/instanceView");
    assert_eq!(view["statuses"][1]["code"], "PowerState/deallocated");
}

#[test]
fn what_one_request_did_is_one_step_back_and_forth_also_from_a_file() {
    let mut lab = machine("Premium_LRS", Value::Null);
    let before = lab.digest();
    let length = lab.log().len();
    // A VM with two new disks, and what is kept of it: several commands.
    let vm = json!({ "location": "westus", "tags": { "a": "b" }, "properties": { "storageProfile": {
        "osDisk": { "createOption": "FromImage" },
        "dataDisks": [{ "lun": 0, "createOption": "Copy", "sourceResource": { "id": format!("{B}/disks/d") } }] } } });
    put(&mut lab, "virtualMachines/second", &vm);
    assert!(lab.log().len() > length + 1, "{}", lab.log().len() - length);
    let point = "restorePointCollections/c/restorePoints/p";
    let made = lab.digest();
    put(&mut lab, point, &json!({ "properties": { "beside": 1 } }));
    let all = lab.digest();
    let mut loaded = Lab::from_scenario(rplab_core::json::write(&lab.export_scenario())).unwrap();
    for lab in [&mut lab, &mut loaded] {
        assert_eq!(lab.digest(), all);
        assert!(lab.undo());
        assert_eq!(lab.digest(), made);
        assert!(lab.undo());
        assert_eq!(lab.digest(), before);
        assert!(lab.redo() && lab.redo());
        assert_eq!(lab.digest(), all);
        assert!(!lab.redo());
    }
}

#[test]
fn a_request_of_which_one_part_is_refused_leaves_nothing_in_the_log() {
    let mut lab = machine("Premium_LRS", Value::Null);
    let length = lab.log().len();
    let smaller = json!({ "location": "westus", "properties": { "creationData": { "createOption": "Empty" }, "diskSizeGB": 1, "networkAccessPolicy": "DenyAll" } });
    assert_eq!(refused(&mut lab, "PUT", "disks/d", &smaller).0, 400);
    assert_eq!(lab.log().len(), length);
}
