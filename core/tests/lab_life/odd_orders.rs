//! Commands in orders that nobody planned for.

use super::{advance, capture, ok, point, refused, stage, started};
use serde_json::{Value, json};

/// A VM that is told what it is already does not change, and the point goes on.
#[test]
fn what_changes_nothing_spoils_no_point() {
    for command in [
        json!({ "type": "startVirtualMachine", "virtualMachine": "vm" }),
        json!({ "type": "updateVirtualMachine", "virtualMachine": "vm", "facts": { "osType": "Windows" }, "remove": ["priority"] }),
    ] {
        let mut lab = started(json!({}));
        ok(
            &mut lab,
            json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p1" }),
        );
        ok(&mut lab, command.clone());
        advance(&mut lab, "PT5M");
        assert_eq!(stage(&lab, "p1"), "Succeeded", "{command}");
    }
}

#[test]
fn a_collection_on_its_way_out_is_changed_no_more_and_is_nobodys_source() {
    let mut lab = started(json!({}));
    let far = json!({ "type": "createRestorePointCollection", "name": "far", "source": "rpc", "location": "westus" });
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePointCollection", "collection": "rpc" }),
    );
    for command in [
        json!({ "type": "updateRestorePointCollection", "collection": "rpc", "tags": { "a": "b" } }),
        far.clone(),
        json!({ "type": "deleteRestorePointCollection", "collection": "rpc" }),
    ] {
        assert_eq!(refused(&mut lab, command).code, "Conflict");
    }
    advance(&mut lab, "PT5M");
    assert_eq!(refused(&mut lab, far).code, "ResourceNotFound");
}

#[test]
fn a_target_collection_without_its_source_takes_no_points() {
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "far", "source": "rpc", "location": "westus" }),
    );
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePointCollection", "collection": "rpc" }),
    );
    let create = json!({ "type": "createRestorePoint", "collection": "far", "name": "f1" });
    assert_eq!(
        refused(&mut lab, create.clone()).code,
        "OperationNotAllowed"
    );
    advance(&mut lab, "PT5M");
    let error = refused(&mut lab, create.clone());
    assert_eq!(error.row_ids, ["S1-05b", "S2-34b"]);
    assert!(error.message.contains("rpc"), "{error:?}");
    // Made anew under its name it is what the other one names.
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "vm" }),
    );
    ok(&mut lab, create);
}

#[test]
fn a_vm_is_made_with_disks_that_it_can_hold() {
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "createDisk", "name": "west", "location": "westus", "sizeGiB": 1 }),
    );
    let vm = |disks: Value| json!({ "type": "createVirtualMachine", "name": "vm2", "location": "eastus", "disks": disks });
    let os = json!({ "name": "o", "sizeGiB": 1, "role": "os" });
    let data =
        |name: &str, lun: u32| json!({ "name": name, "sizeGiB": 1, "role": "data", "lun": lun });
    for (disks, target, part) in [
        (
            json!([os, { "name": "west", "role": "data" }]),
            "disks[1].location",
            "westus",
        ),
        (
            json!([os, data("a", 1), data("b", 1)]),
            "disks[2].lun",
            "LUN 1",
        ),
    ] {
        let error = refused(&mut lab, vm(disks));
        assert_eq!(error.target.as_deref(), Some(target), "{error:?}");
        assert!(error.message.contains(part), "{error:?}");
    }
    ok(&mut lab, vm(json!([os, data("a", 1), data("b", 2)])));
}

/// What a restore is still making is neither captured nor attached.
#[test]
fn what_is_being_restored_is_not_used_yet() {
    let mut lab = started(json!({ "durations.restoreSeconds": 600 }));
    capture(&mut lab, "p1");
    for command in [
        json!({ "type": "restoreVirtualMachine", "restorePoint": "p1", "name": "r" }),
        json!({ "type": "createRestorePointCollection", "name": "rc", "source": "r" }),
        json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": "p1", "name": "d" }),
    ] {
        ok(&mut lab, command);
    }
    let uses = [
        json!({ "type": "createRestorePoint", "collection": "rc", "name": "q" }),
        json!({ "type": "attachDisk", "virtualMachine": "vm", "disk": "d" }),
        json!({ "type": "createVirtualMachine", "name": "x", "location": "eastus", "disks": [{ "name": "d" }] }),
    ];
    for command in &uses {
        let error = refused(&mut lab, command.clone());
        assert!(
            error.message.contains("2026-01-05T00:12:00Z") || error.code == "InvalidParameter",
            "{error:?}"
        );
    }
    advance(&mut lab, "PT10M");
    ok(&mut lab, uses[0].clone());
    ok(&mut lab, uses[1].clone());
}

/// A fault can always be taken away, whatever became of the one whom it befell.
#[test]
fn a_fault_ends_when_its_target_is_gone() {
    for (fault, target, gone) in [
        (
            "lockPlaced",
            "rpc",
            json!({ "type": "removeLock", "name": "lockPlaced" }),
        ),
        (
            "agentNotReady",
            "vm",
            json!({ "type": "deleteVirtualMachine", "virtualMachine": "vm" }),
        ),
    ] {
        let mut lab = started(json!({}));
        ok(
            &mut lab,
            json!({ "type": "injectFault", "fault": fault, "target": target }),
        );
        ok(&mut lab, gone);
        ok(&mut lab, json!({ "type": "clearFault", "name": fault }));
        assert!(lab.state().faults.is_empty());
    }
}

#[test]
fn a_fault_that_finds_nobody_is_not_at_work() {
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "vssFailing", "target": "nobody", "from": "2026-01-05T10:00:00Z", "for": "PT1H" }),
    );
    let events = advance(&mut lab, "PT10H30M");
    assert!(
        events[0].text.contains("could not do its work"),
        "{events:?}"
    );
    assert!(!lab.state().faults[0].active);
    // Nothing of it is left to happen.
    assert!(lab.state().next_event.is_none());
}

#[test]
fn a_fault_of_a_place_names_a_place() {
    let mut lab = started(json!({}));
    for (fault, target) in [
        ("regionDown", "eastsu"),
        ("zoneDown", "eastus"),
        ("zoneDown", "eastus/9"),
        ("copyStalled", "nowhere"),
        ("throttled", "nobody"),
    ] {
        let error = refused(
            &mut lab,
            json!({ "type": "injectFault", "fault": fault, "target": target }),
        );
        assert_eq!(
            error.target.as_deref(),
            Some("target"),
            "{fault}: {error:?}"
        );
    }
    for (fault, target) in [
        ("regionDown", "East US"),
        ("zoneDown", "eastus/1"),
        ("copyStalled", "westus"),
        ("throttled", "vm"),
    ] {
        ok(
            &mut lab,
            json!({ "type": "injectFault", "fault": fault, "target": target }),
        );
    }
}

#[test]
fn a_name_that_no_id_can_hold_is_refused() {
    let mut lab = started(json!({}));
    for name in ["", " ", "a ", "a.", "a%2Fb", "a/b", "a<b", "a&b"] {
        let create = json!({ "type": "createRestorePoint", "collection": "rpc", "name": name });
        assert_eq!(
            refused(&mut lab, create).target.as_deref(),
            Some("name"),
            "{name}"
        );
    }
    capture(&mut lab, "p.1 (Monday)");
    assert_eq!(point(&lab, "p.1 (Monday)").name, "p.1 (Monday)");
}

#[test]
fn a_lock_on_a_group_stops_an_encryption_set_in_it() {
    let mut lab = started(json!({}));
    let set = |name: &str| json!({ "type": "createDiskEncryptionSet", "name": name, "location": "eastus" });
    ok(&mut lab, set("des"));
    ok(
        &mut lab,
        json!({ "type": "placeLock", "scope": "des", "level": "CanNotDelete" }),
    );
    ok(
        &mut lab,
        json!({ "type": "placeLock", "scope": "lab", "level": "ReadOnly" }),
    );
    assert_eq!(refused(&mut lab, set("des2")).code, "ScopeLocked");
}
