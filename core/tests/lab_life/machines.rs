//! What becomes of points when their VM moves, goes, comes back or changes.

use super::{GIB, advance, capture, lab_with, ok, point, refused, stage, started};
use rplab_core::api::{Lab, StoredBytesQuery};
use serde_json::json;

fn vm(lab: &mut Lab, name: &str) {
    ok(
        lab,
        json!({ "type": "createVirtualMachine", "name": name, "location": "eastus", "facts": { "osType": "Windows" },
        "disks": [{ "name": format!("{name}-os"), "sizeGiB": 1, "facts": { "usedGiB": 1 } }] }),
    );
}

#[test]
fn a_vm_with_points_is_not_moved() {
    let mut lab = started(json!({}));
    capture(&mut lab, "p1");
    let go = json!({ "type": "moveVirtualMachine", "virtualMachine": "vm", "resourceGroup": "elsewhere" });
    let error = refused(&mut lab, go.clone());
    assert_eq!(error.code, "OperationNotAllowed");
    assert_eq!(error.row_ids, ["S0-43a", "S1-15a"]);
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "p1" }),
    );
    advance(&mut lab, "PT1M");
    ok(&mut lab, go);
    let state = lab.state();
    assert_eq!(state.virtual_machines[0].id.resource_group(), "elsewhere");
    assert!(
        state
            .disks
            .iter()
            .all(|disk| disk.id.resource_group() == "elsewhere" && disk.attached_to.is_some())
    );
    // The collection goes on naming the old id.
    let error = refused(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2" }),
    );
    assert!(error.message.contains("make a new collection"), "{error:?}");
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc2", "source": "vm" }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc2", "name": "p2" }),
    );
}

#[test]
fn where_later_pages_allow_the_move_the_points_keep_the_old_id_and_count() {
    let mut lab = lab_with(json!({ "edition": "beyond", "limits.restorePointsPerVm": 2 }));
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "vm", "location": "eastus", "facts": { "osType": "Windows", "osName": "Windows Server 2022" },
        "disks": [{ "name": "os", "sizeGiB": 1, "facts": { "usedGiB": 1 } }] }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "vm" }),
    );
    capture(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "moveVirtualMachine", "virtualMachine": "vm", "resourceGroup": "elsewhere", "subscription": "s2" }),
    );
    let moved = lab.state().virtual_machines[0].clone();
    assert_eq!(
        (moved.id.subscription(), moved.restore_point_count),
        ("s2", 1)
    );
    assert_ne!(point(&lab, "p1").virtual_machine, moved.id);
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc2", "source": "vm" }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc2", "name": "p2" }),
    );
    advance(&mut lab, "PT1H");
    assert!(
        !point(&lab, "p2").disks[0].full,
        "the disk is the same, and goes on incrementally"
    );
    let error = refused(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc2", "name": "p3" }),
    );
    assert!(error.message.contains("has 2 restore points"), "{error:?}");
    ok(
        &mut lab,
        json!({ "type": "restoreVirtualMachine", "restorePoint": "p1", "name": "back" }),
    );
}

#[test]
fn a_move_that_cannot_be() {
    let mut lab = started(json!({}));
    vm(&mut lab, "other");
    let to = |group: &str| json!({ "type": "moveVirtualMachine", "virtualMachine": "vm", "resourceGroup": group });
    assert_eq!(refused(&mut lab, to("lab")).code, "Conflict");
    assert_eq!(
        refused(&mut lab, to("a/b")).target.as_deref(),
        Some("resourceGroup")
    );
}

#[test]
fn points_outlive_their_vm_and_take_no_more() {
    let mut lab = started(json!({}));
    capture(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "deleteVirtualMachine", "virtualMachine": "vm" }),
    );
    let error = refused(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2" }),
    );
    assert_eq!(error.code, "ResourceNotFound");
    ok(
        &mut lab,
        json!({ "type": "restoreVirtualMachine", "restorePoint": "p1", "name": "vm" }),
    );
    assert!(lab.prove("vm").unwrap().equal);
}

#[test]
fn a_vm_made_anew_under_an_old_name_is_another_vm() {
    let mut lab = started(json!({ "limits.restorePointsPerVm": 1 }));
    capture(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "deleteVirtualMachine", "virtualMachine": "vm" }),
    );
    ok(&mut lab, json!({ "type": "deleteDisk", "disk": "os" }));
    ok(&mut lab, json!({ "type": "deleteDisk", "disk": "data" }));
    vm(&mut lab, "vm");
    assert_eq!(
        lab.state().virtual_machines[0].restore_point_count,
        0,
        "the old one's points are not its"
    );
    let error = refused(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2" }),
    );
    assert_eq!(error.code, "OperationNotAllowed");
    assert!(
        error.message.contains("needs a collection of its own"),
        "{error:?}"
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc2", "source": "vm" }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc2", "name": "p2" }),
    );
    advance(&mut lab, "PT1H");
    assert!(point(&lab, "p2").disks[0].full);
}

#[test]
fn a_vm_that_changes_while_it_is_captured_spoils_the_point() {
    for change in [
        json!({ "type": "detachDisk", "disk": "data" }),
        json!({ "type": "deallocateVirtualMachine", "virtualMachine": "vm" }),
        json!({ "type": "updateVirtualMachine", "virtualMachine": "vm", "facts": { "vmSize": "Standard_D4s_v5" } }),
        json!({ "type": "deleteVirtualMachine", "virtualMachine": "vm" }),
    ] {
        let mut lab = started(json!({}));
        ok(
            &mut lab,
            json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p1" }),
        );
        advance(&mut lab, "PT10S");
        ok(&mut lab, change.clone());
        advance(&mut lab, "PT1H");
        assert_eq!(stage(&lab, "p1"), "Failed", "{change}");
        let failure = point(&lab, "p1").failure.unwrap();
        assert_eq!(failure.code, "OperationNotAllowed");
        assert!(failure.message.contains("changed while"), "{failure:?}");
        assert_eq!(lab.state().stored_bytes.0, 0);
    }
}

#[test]
fn a_failed_point_leaves_its_name_and_counts_for_nothing() {
    let mut lab = started(json!({ "limits.restorePointsPerVm": 1 }));
    ok(
        &mut lab,
        json!({ "type": "setAgent", "virtualMachine": "vm", "status": "notReady" }),
    );
    capture(&mut lab, "p1");
    assert_eq!(stage(&lab, "p1"), "Failed");
    ok(
        &mut lab,
        json!({ "type": "setAgent", "virtualMachine": "vm", "status": "ready" }),
    );
    capture(&mut lab, "p1");
    assert_eq!(
        (stage(&lab, "p1").as_str(), lab.state().restore_points.len()),
        ("Succeeded", 1)
    );
    assert_eq!(point(&lab, "p1").failure, None);
}

#[test]
fn a_deleted_disk_with_points_is_still_read() {
    let mut lab = started(json!({}));
    capture(&mut lab, "p1");
    ok(&mut lab, json!({ "type": "detachDisk", "disk": "data" }));
    ok(&mut lab, json!({ "type": "deleteDisk", "disk": "data" }));
    let block = lab.block("data", 0).unwrap();
    assert_eq!(block.versions[0].paid_by, Some(point(&lab, "p1").id));
    assert!(!block.versions[0].live);
    let map = lab.block_map("data", 64).unwrap();
    assert_eq!((map.lanes.len(), map.blocks), (1, 4096));
    assert_eq!(
        map.lanes[0]
            .columns
            .iter()
            .filter(|column| column.is_some())
            .count(),
        16
    );
    assert!(lab.block("nothing", 0).is_err());
}

#[test]
fn a_disk_made_anew_under_its_name_starts_with_a_full() {
    let mut lab = started(json!({}));
    capture(&mut lab, "p1");
    ok(&mut lab, json!({ "type": "detachDisk", "disk": "data" }));
    ok(&mut lab, json!({ "type": "deleteDisk", "disk": "data" }));
    ok(
        &mut lab,
        json!({ "type": "createDisk", "name": "data", "location": "eastus", "sizeGiB": 4, "facts": { "usedGiB": 1 } }),
    );
    ok(
        &mut lab,
        json!({ "type": "attachDisk", "virtualMachine": "vm", "disk": "data" }),
    );
    capture(&mut lab, "p2");
    let (old, new) = (&point(&lab, "p1").disks[1], &point(&lab, "p2").disks[1]);
    assert_eq!((new.full, new.added_bytes.0), (true, GIB));
    assert_ne!(old.family_id, new.family_id);
    assert!(!point(&lab, "p2").disks[0].full);
}

#[test]
fn a_rebuilt_vm_says_what_did_not_come_back() {
    let mut lab = started(json!({}));
    let facts = json!({ "temporaryDiskGiB": 32, "publicIpAddress": "present", "availabilitySetId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/availabilitySets/a" });
    ok(
        &mut lab,
        json!({ "type": "updateVirtualMachine", "virtualMachine": "vm", "facts": facts }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p1", "excludeDisks": [{ "id": "data" }] }),
    );
    advance(&mut lab, "PT1H");
    let events = ok(
        &mut lab,
        json!({ "type": "restoreVirtualMachine", "restorePoint": "p1", "name": "vm2" }),
    );
    let lost = &events.last().unwrap().text;
    for part in [
        "the disk data",
        "temporary disk",
        "public address",
        "availability set",
    ] {
        assert!(lost.contains(part), "{part}: {lost}");
    }
    let vm2 = lab
        .state()
        .virtual_machines
        .into_iter()
        .find(|vm| vm.name == "vm2")
        .unwrap();
    assert!(!vm2.facts.contains_key("publicIpAddress"));
    assert_eq!(
        vm2.facts.get("osType"),
        lab.state().virtual_machines[0].facts.get("osType")
    );
}

#[test]
fn rules_of_sku_size_and_zone_for_a_restored_disk() {
    let mut lab = started(json!({}));
    capture(&mut lab, "p1");
    let restore = |name: &str, with: serde_json::Value| {
        let mut command = json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": "p1", "name": name });
        command
            .as_object_mut()
            .unwrap()
            .extend(with.as_object().unwrap().clone());
        command
    };
    ok(&mut lab, restore("a", json!({ "sku": "premium_zrs" })));
    let disk = lab
        .state()
        .disks
        .into_iter()
        .find(|disk| disk.name == "a")
        .unwrap();
    assert_eq!(
        rplab_core::json::write(&disk.facts)["sku"],
        "Premium_ZRS",
        "in the service's own spelling"
    );
    ok(
        &mut lab,
        restore("b", json!({ "zones": ["2"], "sizeGiB": 8 })),
    );
    for (with, target) in [
        (json!({ "zones": ["4"] }), "zones"),
        (json!({ "zones": ["1", "2"] }), "zones"),
        (json!({ "zones": ["1"], "sku": "Premium_ZRS" }), "zones"),
        (json!({ "sku": "Gold" }), "sku"),
        (json!({ "sizeGiB": 3 }), "sizeGiB"),
    ] {
        assert_eq!(
            refused(&mut lab, restore("c", with)).target.as_deref(),
            Some(target)
        );
    }
}

#[test]
fn restored_resources_live_on_after_the_point() {
    let mut lab = started(json!({ "durations.restoreSeconds": 90 }));
    capture(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "restoreVirtualMachine", "restorePoint": "p1", "name": "vm2" }),
    );
    let ready = lab.state().virtual_machines[1].ready_at.unwrap();
    assert_eq!(ready.to_string(), "2026-01-05T00:03:30Z");
    let digest = lab.content_digest("vm2-data").unwrap();
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePointCollection", "collection": "rpc" }),
    );
    advance(&mut lab, "PT1H");
    assert_eq!(lab.state().virtual_machines[1].ready_at, None);
    assert_eq!(lab.content_digest("vm2-data").unwrap(), digest);
    assert_eq!(lab.stored_bytes(&StoredBytesQuery::default()).unwrap().0, 0);
}

#[test]
fn a_vm_that_passed_is_judged_anew_when_a_fact_a_disk_or_the_request_changes() {
    let mut lab = started(json!({}));
    capture(&mut lab, "p1");
    capture(&mut lab, "p2");
    let create = json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p3" });
    let change = |lab: &mut Lab, sku: &str| {
        ok(
            lab,
            json!({ "type": "updateDisk", "disk": "data", "facts": { "sku": sku } }),
        );
    };
    change(&mut lab, "UltraSSD_LRS");
    let error = refused(&mut lab, create.clone());
    assert!(error.message.contains("data"), "{error:?}");
    let mut without = create.clone();
    without["excludeDisks"] = json!([{ "id": lab.state().disks[0].id.to_string() }]);
    let excluded = lab.state().disks[0].name.clone();
    assert_eq!(excluded, "data");
    ok(&mut lab, without);
    advance(&mut lab, "PT1H");
    let error = refused(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p4" }),
    );
    assert!(error.message.contains("data"), "{error:?}");
    change(&mut lab, "Premium_LRS");
    capture(&mut lab, "p4");
    ok(
        &mut lab,
        json!({ "type": "updateVirtualMachine", "virtualMachine": "vm", "facts": { "scaleSetId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/set", "orchestrationMode": "Uniform" } }),
    );
    let error = refused(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p5" }),
    );
    assert_eq!(error.code, "VMRestorePointClientError");
}
