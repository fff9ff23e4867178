//! Locks, disk encryption sets and their keys.

use super::{advance, capture, ok, point, refused, stage, started, under_customer_key};
use rplab_core::api::Lab;
use serde_json::{Value, json};

fn lock(lab: &mut Lab, scope: &str, level: &str) {
    ok(
        lab,
        json!({ "type": "placeLock", "name": "l", "scope": scope, "level": level }),
    );
}

/// The VM in the group `machines`, its collection in the group `points`.
fn apart() -> Lab {
    let mut lab = super::lab_with(json!({}));
    let id = |kind: &str, name: &str| {
        format!(
            "/subscriptions/s/resourceGroups/machines/providers/Microsoft.Compute/{kind}/{name}"
        )
    };
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "id": id("virtualMachines", "vm"), "name": "vm", "location": "eastus", "facts": { "osType": "Windows" },
        "disks": [{ "name": "os", "id": id("disks", "os"), "sizeGiB": 4 }] }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "source": "vm",
        "name": "/subscriptions/s/resourceGroups/points/providers/Microsoft.Compute/restorePointCollections/rpc" }),
    );
    capture(&mut lab, "p1");
    lab
}

#[test]
fn a_lock_on_the_points_group_stops_deletion_and_lets_creation_go_on() {
    let mut lab = apart();
    lock(&mut lab, "points", "CanNotDelete");
    for command in [
        json!({ "type": "deleteRestorePoint", "restorePoint": "p1" }),
        json!({ "type": "deleteRestorePointCollection", "collection": "rpc" }),
    ] {
        let error = refused(&mut lab, command);
        assert_eq!(error.code, "ScopeLocked");
        assert!(
            error.message.contains("`l`") && error.message.contains("removeLock"),
            "{error:?}"
        );
    }
    capture(&mut lab, "p2");
    ok(
        &mut lab,
        json!({ "type": "deallocateVirtualMachine", "virtualMachine": "vm" }),
    );
    ok(&mut lab, json!({ "type": "removeLock", "name": "l" }));
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "p1" }),
    );
}

#[test]
fn a_read_only_lock_on_the_points_group_stops_creation_and_addresses_too() {
    let mut lab = apart();
    lock(&mut lab, "points", "ReadOnly");
    for command in [
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2" }),
        json!({ "type": "updateRestorePointCollection", "collection": "rpc", "tags": {} }),
        json!({ "type": "grantAccess", "diskRestorePoint": "os", "restorePoint": "p1", "durationSeconds": 60 }),
        json!({ "type": "deleteRestorePoint", "restorePoint": "p1" }),
    ] {
        assert_eq!(refused(&mut lab, command).code, "ScopeLocked");
    }
    // A restored disk lies beside its source, in the other group; what writes inside a VM asks nobody.
    ok(
        &mut lab,
        json!({ "type": "restoreDisk", "diskRestorePoint": "os", "restorePoint": "p1", "name": "d" }),
    );
    ok(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "os", "first": 0, "last": 1 }),
    );
}

#[test]
fn a_lock_on_the_vm_group_stops_what_changes_the_vm_and_no_point_of_it() {
    let mut lab = apart();
    lock(&mut lab, "machines", "ReadOnly");
    for command in [
        json!({ "type": "deallocateVirtualMachine", "virtualMachine": "vm" }),
        json!({ "type": "deleteVirtualMachine", "virtualMachine": "vm" }),
        json!({ "type": "resizeDisk", "disk": "os", "sizeGiB": 8 }),
        json!({ "type": "restoreVirtualMachine", "restorePoint": "p1", "name": "vm2" }),
        json!({ "type": "moveVirtualMachine", "virtualMachine": "vm", "resourceGroup": "g" }),
    ] {
        assert_eq!(refused(&mut lab, command).code, "ScopeLocked");
    }
    capture(&mut lab, "p2");
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "p1" }),
    );
}

#[test]
fn a_lock_on_one_point_holds_its_collection_too_and_no_other_point() {
    let mut lab = apart();
    capture(&mut lab, "p2");
    lock(&mut lab, "p1", "CanNotDelete");
    assert_eq!(
        refused(
            &mut lab,
            json!({ "type": "deleteRestorePoint", "restorePoint": "p1" })
        )
        .code,
        "ScopeLocked"
    );
    assert_eq!(
        refused(
            &mut lab,
            json!({ "type": "deleteRestorePointCollection", "collection": "rpc" })
        )
        .code,
        "ScopeLocked"
    );
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "p2" }),
    );
}

#[test]
fn locks_that_cannot_be() {
    let mut lab = apart();
    lock(&mut lab, "points", "ReadOnly");
    for (command, target) in [
        (
            json!({ "type": "placeLock", "name": "m", "scope": "nowhere", "level": "ReadOnly" }),
            "scope",
        ),
        (
            json!({ "type": "placeLock", "name": "m", "scope": "points", "level": "Sealed" }),
            "level",
        ),
        (
            json!({ "type": "placeLock", "name": "L", "scope": "points", "level": "CanNotDelete" }),
            "L",
        ),
        (json!({ "type": "removeLock", "name": "m" }), "name"),
    ] {
        assert_eq!(refused(&mut lab, command).target.as_deref(), Some(target));
    }
}

#[test]
fn a_name_is_a_locks_own_in_its_scope_only() {
    let mut lab = apart();
    let place = |scope: &str| json!({ "type": "placeLock", "name": "keep", "scope": scope, "level": "CanNotDelete" });
    ok(&mut lab, place("points"));
    ok(&mut lab, place("machines"));
    let error = refused(&mut lab, place("Points"));
    assert!(
        error.message.contains("`keep`") && error.message.contains("points"),
        "{error:?}"
    );
    // By the name alone it is not clear which one is meant; by its id, or by what it is on, it is.
    let unclear = refused(&mut lab, json!({ "type": "removeLock", "name": "keep" }));
    assert_eq!(unclear.code, "AmbiguousName");
    assert!(
        unclear.message.contains(
            "/subscriptions/s/resourceGroups/machines/providers/Microsoft.Authorization/locks/keep"
        ),
        "{unclear:?}"
    );
    ok(
        &mut lab,
        json!({ "type": "removeLock", "name": "/subscriptions/s/resourceGroups/MACHINES/providers/Microsoft.Authorization/locks/keep" }),
    );
    let left: Vec<String> = lab
        .state()
        .locks
        .into_iter()
        .map(|lock| lock.scope)
        .collect();
    assert_eq!(left, ["/subscriptions/s/resourceGroups/points"]);
    ok(&mut lab, place("machines"));
    ok(
        &mut lab,
        json!({ "type": "removeLock", "name": "machines" }),
    );
    ok(&mut lab, json!({ "type": "removeLock", "name": "keep" }));
    assert!(lab.state().locks.is_empty());
}

fn encrypted() -> Lab {
    let mut lab = started(json!({}));
    under_customer_key(&mut lab);
    capture(&mut lab, "p1");
    lab
}

fn key(lab: &mut Lab, state: &str) {
    ok(
        lab,
        json!({ "type": "setKeyState", "diskEncryptionSet": "des", "state": state }),
    );
}

#[test]
fn without_its_key_a_disk_is_neither_captured_nor_restored() {
    for state in ["disabled", "deleted"] {
        let mut lab = encrypted();
        key(&mut lab, state);
        for command in [
            json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": "p1", "name": "d" }),
            json!({ "type": "restoreVirtualMachine", "restorePoint": "p1", "name": "vm2" }),
            json!({ "type": "grantAccess", "diskRestorePoint": "data", "restorePoint": "p1", "durationSeconds": 60 }),
        ] {
            let error = refused(&mut lab, command);
            assert_eq!(error.code, "DiskRestorePointClientError");
            assert!(error.message.contains(state), "{error:?}");
        }
        // The disk under a platform key is not concerned.
        ok(
            &mut lab,
            json!({ "type": "restoreDisk", "diskRestorePoint": "os", "restorePoint": "p1", "name": "o" }),
        );
        let before = lab.state().stored_bytes;
        capture(&mut lab, "p2");
        assert_eq!(stage(&lab, "p2"), "Failed");
        assert_eq!(
            point(&lab, "p2").failure.unwrap().code,
            "DiskRestorePointClientError"
        );
        assert_eq!(lab.state().stored_bytes, before);
        key(&mut lab, "enabled");
        capture(&mut lab, "p2");
        ok(
            &mut lab,
            json!({ "type": "restoreVirtualMachine", "restorePoint": "p2", "name": "vm2" }),
        );
        assert!(lab.prove("vm2").unwrap().equal);
    }
}

#[test]
fn a_copy_under_a_platform_key_needs_the_old_key_no_more() {
    let mut lab = encrypted();
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "far", "source": "rpc", "location": "westus" }),
    );
    ok(
        &mut lab,
        json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "far", "name": "c1" }),
    );
    advance(&mut lab, "PT1H");
    key(&mut lab, "deleted");
    ok(
        &mut lab,
        json!({ "type": "restoreVirtualMachine", "restorePoint": "c1", "name": "vm2" }),
    );
    assert!(lab.prove("vm2").unwrap().equal);
}

#[test]
fn a_disk_is_restored_under_a_set_of_its_region() {
    let mut lab = encrypted();
    let set = |name: &str, location: &str, kind: &str| json!({ "type": "createDiskEncryptionSet", "name": name, "location": location, "encryptionType": kind });
    ok(
        &mut lab,
        set(
            "des2",
            "East US",
            "EncryptionAtRestWithPlatformAndCustomerKeys",
        ),
    );
    ok(
        &mut lab,
        set("des3", "westus", "EncryptionAtRestWithCustomerKey"),
    );
    let restore = |name: &str, set: &str| json!({ "type": "restoreDisk", "diskRestorePoint": "os", "restorePoint": "p1", "name": name, "diskEncryptionSet": set });
    ok(&mut lab, restore("d", "des2"));
    let disk = lab
        .state()
        .disks
        .into_iter()
        .find(|disk| disk.name == "d")
        .unwrap();
    let facts: Value = rplab_core::json::write(&disk.facts);
    assert_eq!(
        facts["encryptionType"], "EncryptionAtRestWithPlatformAndCustomerKeys",
        "the type follows the set"
    );
    for set in ["des3", "nothing"] {
        assert_eq!(
            refused(&mut lab, restore("e", set)).target.as_deref(),
            Some("diskEncryptionSet")
        );
    }
    ok(
        &mut lab,
        json!({ "type": "setKeyState", "diskEncryptionSet": "des2", "state": "disabled" }),
    );
    assert_eq!(
        refused(&mut lab, restore("e", "des2")).code,
        "DiskRestorePointClientError"
    );
    assert_eq!(
        refused(
            &mut lab,
            set("DES2", "eastus", "EncryptionAtRestWithCustomerKey")
        )
        .code,
        "Conflict"
    );
    assert_eq!(
        refused(&mut lab, set("x", "eastus", "Rot13"))
            .target
            .as_deref(),
        Some("encryptionType")
    );
    assert_eq!(
        refused(
            &mut lab,
            json!({ "type": "setKeyState", "diskEncryptionSet": "des2", "state": "lost" })
        )
        .target
        .as_deref(),
        Some("state")
    );
}

/// Without its key nobody reads what is encrypted with it: neither for a copy nor for a point elsewhere.
#[test]
fn without_its_key_nothing_goes_to_another_region() {
    for state in ["disabled", "deleted"] {
        let mut lab = started(json!({}));
        under_customer_key(&mut lab);
        ok(
            &mut lab,
            json!({ "type": "createRestorePointCollection", "name": "far", "source": "rpc", "location": "westus" }),
        );
        capture(&mut lab, "p1");
        let key = |state: &str| json!({ "type": "setKeyState", "diskEncryptionSet": "des", "state": state });
        ok(&mut lab, key(state));
        let copy = json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "far", "name": "c1" });
        let error = refused(&mut lab, copy.clone());
        assert_eq!(error.code, "DiskRestorePointClientError");
        assert!(error.message.contains("enable the key again"), "{error:?}");
        ok(
            &mut lab,
            json!({ "type": "createRestorePoint", "collection": "far", "name": "straight" }),
        );
        advance(&mut lab, "PT1H");
        assert_eq!(stage(&lab, "straight"), "Failed");
        let failure = point(&lab, "straight").failure.unwrap();
        assert_eq!(failure.code, "DiskRestorePointClientError");
        // With the disk left out, or the key enabled again, both go.
        ok(
            &mut lab,
            json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2", "excludeDisks": [{ "id": "data" }] }),
        );
        advance(&mut lab, "PT2M");
        ok(&mut lab, key("enabled"));
        ok(&mut lab, copy);
        ok(&mut lab, key(state));
        ok(
            &mut lab,
            json!({ "type": "copyRestorePoint", "restorePoint": "p2", "collection": "far", "name": "c2" }),
        );
    }
}
