//! Points in other regions.

use super::{
    GIB, MIB, advance, capture, lab_with, ok, point, refused, stage, started, under_customer_key,
    write,
};
use rplab_core::api::{EventKind, Lab, StoredBytesQuery};
use serde_json::{Value, json};

/// A lab with a collection `far` in West US for copies of `rpc`.
pub(super) fn with_target(settings: Value) -> Lab {
    let mut lab = started(settings);
    target(&mut lab, "far", "westus");
    lab
}

fn target(lab: &mut Lab, name: &str, location: &str) {
    ok(
        lab,
        json!({ "type": "createRestorePointCollection", "name": name, "source": "rpc", "location": location }),
    );
}

pub(super) fn copy(lab: &mut Lab, from: &str, to: &str, name: &str) {
    ok(
        lab,
        json!({ "type": "copyRestorePoint", "restorePoint": from, "collection": to, "name": name }),
    );
}

pub(super) fn progress(lab: &Lab, name: &str) -> Vec<(String, u64, u64)> {
    let copy = point(lab, name).replication.unwrap();
    let disks = copy.disks.into_iter();
    disks
        .map(|disk| (disk.name, disk.total_bytes.0, disk.completion_percent))
        .collect()
}

pub(super) fn digest(lab: &Lab, disk: &str) -> String {
    lab.content_digest(disk).unwrap().to_string()
}

#[test]
fn a_copy_travels_disk_by_disk_and_is_usable_when_all_have_arrived() {
    // 2 GiB and 1 GiB at 16 MiB a second for each: 128 and 64 seconds.
    let mut lab = with_target(json!({ "copyMiBPerSecondPerDisk": 16, "copyStartSeconds": 10 }));
    capture(&mut lab, "p1");
    copy(&mut lab, "p1", "far", "c1");
    assert_eq!(stage(&lab, "c1"), "Creating");
    advance(&mut lab, "PT10S");
    // The service says Succeeded as soon as the copy has started; the instance view says how far it is.
    assert_eq!(stage(&lab, "c1"), "Succeeded");
    assert_eq!(
        progress(&lab, "c1"),
        [("os".to_owned(), 2 * GIB, 0), ("data".to_owned(), GIB, 0)]
    );
    advance(&mut lab, "PT48S");
    assert_eq!(
        progress(&lab, "c1"),
        [("os".to_owned(), 2 * GIB, 37), ("data".to_owned(), GIB, 75)]
    );
    let early = refused(
        &mut lab,
        json!({ "type": "restoreVirtualMachine", "restorePoint": "c1", "name": "vm-far" }),
    );
    assert_eq!(
        (early.code.as_str(), early.row_ids[0].as_str()),
        ("OperationNotAllowed", "S2-39")
    );
    assert!(early.message.contains("os 37 %, data 75 %"), "{early:?}");
    advance(&mut lab, "PT17S");
    assert_eq!(progress(&lab, "c1")[1].2, 100);
    // One disk is there, the other is not: nothing can be restored from either.
    for command in [
        json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": "c1", "name": "d" }),
        json!({ "type": "grantAccess", "diskRestorePoint": "data", "restorePoint": "c1", "durationSeconds": 60 }),
    ] {
        assert_eq!(refused(&mut lab, command).code, "OperationNotAllowed");
    }
    let events = advance(&mut lab, "PT1H");
    assert_eq!(events[0].kind, EventKind::ReplicationSucceeded);
    assert_eq!(
        events[0].at.to_string(),
        "2026-01-05T00:04:18Z",
        "120 + 10 + 128 seconds"
    );
    ok(
        &mut lab,
        json!({ "type": "restoreVirtualMachine", "restorePoint": "c1", "name": "vm-far" }),
    );
    assert!(lab.prove("vm-far").unwrap().equal);
    let state = lab.state();
    let far = state
        .virtual_machines
        .iter()
        .find(|vm| vm.name == "vm-far")
        .unwrap();
    assert_eq!(far.location, "westus");
    assert!(
        state
            .disks
            .iter()
            .filter(|disk| disk.restored_from.is_some())
            .all(|disk| disk.location == "westus")
    );
}

#[test]
fn a_copy_has_the_time_consistency_and_configuration_of_its_source() {
    let mut lab = with_target(json!({}));
    capture(&mut lab, "p1");
    advance(&mut lab, "P2D");
    copy(&mut lab, "p1", "far", "c1");
    advance(&mut lab, "PT1H");
    let (source, copy) = (point(&lab, "p1"), point(&lab, "c1"));
    assert_eq!(copy.time_created, source.time_created);
    assert_eq!(copy.consistency_mode, source.consistency_mode);
    assert_eq!(copy.location, "westus");
    let view = copy.replication.unwrap();
    assert_eq!(view.source_restore_point, Some(source.id));
    assert_eq!(
        view.recovery_point_age_seconds,
        2 * 86_400 + 3600 + 120,
        "the secondary region's recovery point"
    );
    assert_eq!(
        point(&lab, "p1").replication,
        None,
        "a local point has no copy status"
    );
}

#[test]
fn a_later_copy_moves_exactly_what_changed_since_the_last_point_there() {
    let mut lab = with_target(json!({}));
    capture(&mut lab, "p1");
    copy(&mut lab, "p1", "far", "c1");
    write(&mut lab, "data", 0, 9);
    capture(&mut lab, "p2");
    write(&mut lab, "data", 5, 19);
    ok(
        &mut lab,
        json!({ "type": "trimBlocks", "disk": "data", "first": 100, "last": 199 }),
    );
    ok(
        &mut lab,
        json!({ "type": "writeBytes", "disk": "data", "index": 300, "bytes": [1, 2, 3] }),
    );
    capture(&mut lab, "p3");
    // p2 never goes: what it and p3 changed goes with p3, each block once.
    copy(&mut lab, "p3", "far", "c3");
    advance(&mut lab, "PT1H");
    assert_eq!(progress(&lab, "c3")[1], ("data".to_owned(), 21 * MIB, 100));
    assert_eq!(progress(&lab, "c3")[0], ("os".to_owned(), 0, 100));
    let changed = lab
        .changed_ranges(&serde_read(
            json!({ "disk": "data", "from": "p1", "to": "p3" }),
        ))
        .unwrap();
    let written: u64 = changed
        .iter()
        .filter(|range| range.kind == "written")
        .map(|range| range.last - range.first + 1)
        .sum();
    assert_eq!(written * MIB, 21 * MIB);
    for (here, there) in [("p1", "c1"), ("p3", "c3")] {
        for disk in 0..2 {
            let (here, there) = (
                &point(&lab, here).disks[disk],
                &point(&lab, there).disks[disk],
            );
            assert_eq!(
                digest(&lab, here.id.as_str()),
                digest(&lab, there.id.as_str())
            );
            assert_ne!(
                here.family_id, there.family_id,
                "one family for each disk and region"
            );
        }
    }
    assert!(point(&lab, "c1").disks[1].full && !point(&lab, "c3").disks[1].full);
    let west = StoredBytesQuery {
        region: Some("West US".to_owned()),
        ..StoredBytesQuery::default()
    };
    assert_eq!(lab.stored_bytes(&west).unwrap().0, 3 * GIB + 21 * MIB);
}

fn serde_read(query: Value) -> rplab_core::api::ChangedRangesQuery {
    rplab_core::api::ChangedRangesQuery {
        disk: query["disk"].as_str().unwrap().to_owned(),
        from: query["from"].as_str().unwrap().to_owned(),
        to: query["to"].as_str().map(str::to_owned),
    }
}

#[test]
fn when_nothing_is_left_in_the_region_the_next_copy_is_full_again() {
    let mut lab = with_target(json!({}));
    capture(&mut lab, "p1");
    copy(&mut lab, "p1", "far", "c1");
    advance(&mut lab, "PT1H");
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "c1" }),
    );
    advance(&mut lab, "PT1H");
    copy(&mut lab, "p1", "far", "c1");
    advance(&mut lab, "PT1H");
    assert_eq!(progress(&lab, "c1")[0].1, 2 * GIB);
    ok(
        &mut lab,
        json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": "c1", "name": "d" }),
    );
    assert!(lab.prove("d").unwrap().equal);
}

#[test]
fn a_copy_outlives_its_source_and_the_source_disk() {
    let mut lab = with_target(json!({}));
    capture(&mut lab, "p1");
    write(&mut lab, "data", 0, 99);
    capture(&mut lab, "p2");
    copy(&mut lab, "p1", "far", "c1");
    copy(&mut lab, "p2", "far", "c2");
    advance(&mut lab, "PT1H");
    ok(
        &mut lab,
        json!({ "type": "deleteVirtualMachine", "virtualMachine": "vm" }),
    );
    ok(&mut lab, json!({ "type": "deleteDisk", "disk": "data" }));
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePointCollection", "collection": "rpc" }),
    );
    advance(&mut lab, "PT1H");
    for point in ["c1", "c2"] {
        let name = format!("from-{point}");
        ok(
            &mut lab,
            json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": point, "name": name }),
        );
        assert!(lab.prove(&name).unwrap().equal, "{point}");
    }
}

#[test]
fn a_point_can_be_copied_after_its_vm_and_disk_are_gone() {
    let mut lab = with_target(json!({}));
    capture(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "deleteVirtualMachine", "virtualMachine": "vm" }),
    );
    ok(&mut lab, json!({ "type": "deleteDisk", "disk": "data" }));
    copy(&mut lab, "p1", "far", "c1");
    advance(&mut lab, "PT1H");
    ok(
        &mut lab,
        json!({ "type": "restoreVirtualMachine", "restorePoint": "c1", "name": "back" }),
    );
    assert!(lab.prove("back").unwrap().equal);
}

#[test]
fn concurrent_copies_share_the_bandwidth() {
    let mut lab = with_target(
        json!({ "copyMiBPerSecondPerDisk": 1024, "copyMiBPerSecond": 64, "copyStartSeconds": 0 }),
    );
    target(&mut lab, "farther", "northeurope");
    capture(&mut lab, "p1");
    copy(&mut lab, "p1", "far", "c1");
    advance(&mut lab, "PT16S");
    // Two disks at 32 MiB a second.
    assert_eq!(
        progress(&lab, "c1")
            .iter()
            .map(|disk| disk.2)
            .collect::<Vec<_>>(),
        [25, 50]
    );
    copy(&mut lab, "p1", "farther", "c2");
    advance(&mut lab, "PT16S");
    // Four at 16.
    assert_eq!(
        progress(&lab, "c1")
            .iter()
            .map(|disk| disk.2)
            .collect::<Vec<_>>(),
        [37, 75]
    );
    assert_eq!(
        progress(&lab, "c2")
            .iter()
            .map(|disk| disk.2)
            .collect::<Vec<_>>(),
        [12, 25]
    );
    let events = advance(&mut lab, "PT1H");
    // 6 GiB at 64 MiB a second are 96 seconds from the start, whatever is shared how; a third of the rate
    // is no whole number of bytes, and a disk arrives with the second in which it does.
    assert_eq!(
        events.last().unwrap().at.to_string(),
        "2026-01-05T00:03:37Z"
    );
}

#[test]
fn the_way_time_is_cut_does_not_matter() {
    let run = |steps: &[&str]| {
        let mut lab = with_target(json!({ "copyMiBPerSecondPerDisk": 7 }));
        capture(&mut lab, "p1");
        copy(&mut lab, "p1", "far", "c1");
        steps.iter().for_each(|step| drop(advance(&mut lab, step)));
        lab.digest()
    };
    assert_eq!(run(&["PT100S"]), run(&["PT1S", "PT6S", "PT13S", "PT80S"]));
}

#[test]
fn points_are_created_straight_in_the_target_collection() {
    let mut lab = with_target(json!({ "copyMiBPerSecondPerDisk": 16 }));
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "far", "name": "d1", "excludeDisks": [{ "id": "os" }] }),
    );
    write(&mut lab, "data", 0, 3);
    advance(&mut lab, "PT1M");
    assert_eq!(progress(&lab, "d1"), [("data".to_owned(), GIB, 0)]);
    advance(&mut lab, "PT1H");
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "far", "name": "d2", "excludeDisks": [{ "id": "os" }] }),
    );
    advance(&mut lab, "PT1H");
    assert_eq!(progress(&lab, "d2"), [("data".to_owned(), 4 * MIB, 100)]);
    assert_eq!(
        lab.stored_bytes(&StoredBytesQuery {
            region: Some("eastus".to_owned()),
            ..Default::default()
        })
        .unwrap()
        .0,
        0
    );
    // Nothing was stored in the VM's region: its first point there is a full one.
    capture(&mut lab, "p1");
    assert!(point(&lab, "p1").disks.iter().all(|disk| disk.full));
    ok(
        &mut lab,
        json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": "d1", "name": "r" }),
    );
    assert!(lab.prove("r").unwrap().equal);
    assert_eq!(
        point(&lab, "d1").replication.unwrap().source_restore_point,
        None
    );
}

#[test]
fn what_is_refused_between_regions() {
    let mut lab = with_target(json!({}));
    capture(&mut lab, "p1");
    write(&mut lab, "data", 0, 0);
    capture(&mut lab, "p2");
    let collection = |name: &str, source: &str, location: &str| json!({ "type": "createRestorePointCollection", "name": name, "source": source, "location": location });
    for (command, code, part) in [
        (
            collection("x", "rpc", "East US"),
            "InvalidParameter",
            "copies go to another region",
        ),
        (
            collection("x", "far", "northeurope"),
            "InvalidParameter",
            "holds copies itself",
        ),
        (
            collection("x", "rpc", "japaneast"),
            "OperationNotAllowed",
            "listed regions",
        ),
        (
            collection("x", "vm", "westus"),
            "InvalidParameter",
            "names the collection in the VM's region",
        ),
        (
            collection("far", "rpc", "westus2"),
            "Conflict",
            "exists already",
        ),
        (
            json!({ "type": "createRestorePointCollection", "name": "x", "source": "rpc" }),
            "InvalidParameter",
            "location",
        ),
        (
            json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "rpc" }),
            "Conflict",
            "exists already",
        ),
        (
            json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "rpc", "name": "x" }),
            "OperationNotAllowed",
            "does not hold copies",
        ),
        (
            json!({ "type": "copyRestorePoint", "restorePoint": "p9", "collection": "far" }),
            "ResourceNotFound",
            "p9",
        ),
    ] {
        let error = refused(&mut lab, command);
        assert_eq!(error.code, code, "{error:?}");
        assert!(error.message.contains(part), "{error:?}");
    }
    copy(&mut lab, "p2", "far", "c2");
    let early = refused(
        &mut lab,
        json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "far", "name": "c1" }),
    );
    assert!(
        early.message.contains("in the order they were captured"),
        "{early:?}"
    );
    target(&mut lab, "far-2", "westus");
    let twice = refused(
        &mut lab,
        json!({ "type": "copyRestorePoint", "restorePoint": "p2", "collection": "far-2", "name": "c2" }),
    );
    assert!(twice.message.contains("one copy in a region"), "{twice:?}");
    advance(&mut lab, "PT1H");
    target(&mut lab, "third", "northeurope");
    let copied = point(&lab, "c2").id.to_string();
    let again = refused(
        &mut lab,
        json!({ "type": "copyRestorePoint", "restorePoint": copied, "collection": "third", "name": "c3" }),
    );
    assert!(
        again.message.contains("came from another region itself"),
        "{again:?}"
    );
    // The order holds for each region by itself.
    copy(&mut lab, "p1", "third", "t1");
}

#[test]
fn a_disk_behind_a_private_link_goes_to_no_other_region() {
    let mut lab = with_target(json!({}));
    ok(
        &mut lab,
        json!({ "type": "setNetworkAccess", "disk": "data", "policy": "AllowPrivate", "diskAccess": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/diskAccesses/a" }),
    );
    capture(&mut lab, "p1");
    for (command, row) in [
        (
            json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "far" }),
            "S2-19a",
        ),
        (
            json!({ "type": "createRestorePoint", "collection": "far", "name": "d1" }),
            "S2-19b",
        ),
    ] {
        let error = refused(&mut lab, command);
        assert!(error.row_ids.iter().any(|id| id == row), "{error:?}");
    }
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "far", "name": "d1", "excludeDisks": [{ "id": "data" }] }),
    );
}

#[test]
fn a_customer_key_becomes_a_platform_key_on_the_way() {
    let mut lab = with_target(json!({}));
    under_customer_key(&mut lab);
    capture(&mut lab, "p1");
    copy(&mut lab, "p1", "far", "c1");
    advance(&mut lab, "PT1H");
    ok(
        &mut lab,
        json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": "c1", "name": "there" }),
    );
    ok(
        &mut lab,
        json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": "p1", "name": "here" }),
    );
    let facts = |name: &str| {
        let disk = lab
            .state()
            .disks
            .into_iter()
            .find(|disk| disk.name == name)
            .unwrap();
        rplab_core::json::write(&disk.facts)
    };
    assert_eq!(
        facts("there")["encryptionType"],
        "EncryptionAtRestWithPlatformKey"
    );
    assert_eq!(facts("there").get("diskEncryptionSetId"), None);
    let own = facts("here")["diskEncryptionSetId"].to_string();
    assert!(own.ends_with("/diskEncryptionSets/des\""), "{own}");
}

#[test]
fn a_source_deleted_on_the_way_ends_the_copy() {
    let mut lab = with_target(json!({ "copyMiBPerSecondPerDisk": 1 }));
    capture(&mut lab, "p1");
    let stored = lab.state().stored_bytes;
    copy(&mut lab, "p1", "far", "c1");
    advance(&mut lab, "PT1M");
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "p1" }),
    );
    let events = advance(&mut lab, "PT1M");
    assert!(
        events
            .iter()
            .any(|event| event.kind == EventKind::ReplicationFailed),
        "{events:?}"
    );
    let failed = point(&lab, "c1");
    assert_eq!(format!("{:?}", failed.provisioning_state), "Failed");
    assert!(
        failed
            .failure
            .unwrap()
            .message
            .contains("source point was deleted")
    );
    assert_eq!(lab.state().stored_bytes.0, 0, "was {stored} before");
    assert_eq!(lab.state().virtual_machines[0].restore_point_count, 0);
}

#[test]
fn one_failed_disk_fails_the_copy() {
    let mut lab = with_target(json!({ "copyMiBPerSecondPerDisk": 1 }));
    capture(&mut lab, "p1");
    copy(&mut lab, "p1", "far", "c1");
    advance(&mut lab, "PT1M");
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "copyFailed", "target": "data" }),
    );
    let view = point(&lab, "c1").replication.unwrap();
    assert_eq!(stage(&lab, "c1"), "Failed");
    let failed: Vec<&str> = view
        .disks
        .iter()
        .filter(|disk| format!("{:?}", disk.status) == "Failed")
        .map(|disk| disk.name.as_str())
        .collect();
    assert_eq!(failed, ["data"]);
    // Its name is free, and the next try is full.
    copy(&mut lab, "p1", "far", "c1");
    assert_eq!(progress(&lab, "c1")[1].1, GIB);
}

#[test]
fn deleting_a_copy_on_its_way_ends_it() {
    let mut lab = with_target(json!({ "copyMiBPerSecondPerDisk": 1 }));
    capture(&mut lab, "p1");
    let before = lab.state().stored_bytes;
    copy(&mut lab, "p1", "far", "c1");
    advance(&mut lab, "PT1M");
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "c1" }),
    );
    let events = advance(&mut lab, "P1D");
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(
        (lab.state().stored_bytes, lab.state().next_event),
        (before, None)
    );
}

#[test]
fn later_pages_have_no_list_of_regions() {
    let mut lab = lab_with(json!({ "edition": "beyond" }));
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "vm", "location": "japaneast", "facts": { "osType": "Windows", "osName": "Windows Server 2022" }, "disks": [{ "name": "os", "sizeGiB": 1 }] }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "vm" }),
    );
    target(&mut lab, "far", "japanwest");
}

/// What a copy keeps is the copy's and counted to it; `heldBytes` is what restored disks keep.
#[test]
fn what_only_a_copy_keeps_is_stored_in_its_region_and_held_for_nobody() {
    let mut lab = with_target(json!({}));
    capture(&mut lab, "p1");
    copy(&mut lab, "p1", "far", "c1");
    advance(&mut lab, "PT1H");
    write(&mut lab, "os", 0, 9);
    let delete = |point: &str| json!({ "type": "deleteRestorePoint", "restorePoint": point });
    ok(&mut lab, delete("p1"));
    advance(&mut lab, "PT1H");
    let state = lab.state();
    assert_eq!((state.stored_bytes.0, state.held_bytes.0), (3 * GIB, 0));
    // A disk restored there holds what the copy held, once the copy is gone; nothing is counted twice.
    ok(
        &mut lab,
        json!({ "type": "restoreDisk", "diskRestorePoint": "os", "restorePoint": "c1", "name": "os-west" }),
    );
    write(&mut lab, "os-west", 0, 4);
    ok(&mut lab, delete("c1"));
    advance(&mut lab, "PT1H");
    let state = lab.state();
    assert_eq!((state.stored_bytes.0, state.held_bytes.0), (0, 2 * GIB));
    ok(&mut lab, json!({ "type": "deleteDisk", "disk": "os-west" }));
    assert_eq!(lab.state().held_bytes.0, 0);
}

/// A copy that stands still is not waited for without end.
#[test]
fn a_copy_that_takes_too_long_is_given_up() {
    let mut lab = with_target(json!({}));
    capture(&mut lab, "p1");
    copy(&mut lab, "p1", "far", "c1");
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "copyStalled", "target": "westus" }),
    );
    advance(&mut lab, "P14D");
    assert_eq!(stage(&lab, "c1"), "Succeeded", "six seconds are left");
    let next = lab.state().next_event.unwrap();
    assert_eq!(next.what, "the copy c1 is given up if it is not there");
    let events = advance(&mut lab, "PT6S");
    assert_eq!(events[0].kind, EventKind::ReplicationFailed);
    assert_eq!(stage(&lab, "c1"), "Failed");
    assert_eq!(
        (lab.state().stored_bytes.0, lab.state().next_event),
        (3 * GIB, None)
    );
    // One that arrives at that very moment is there: 3 GiB at 1 MiB a second for each of two disks.
    let mut lab = with_target(
        json!({ "copyMiBPerSecondPerDisk": 1, "durations.copyEndsAfterSeconds": 2048 }),
    );
    capture(&mut lab, "p1");
    copy(&mut lab, "p1", "far", "c1");
    advance(&mut lab, "P1D");
    assert_eq!(stage(&lab, "c1"), "Succeeded");
    assert!(point(&lab, "c1").replication.unwrap().completed.is_some());
}

/// What is on its way out is not given up as well: its deletion ends it.
#[test]
fn a_copy_whose_time_is_up_while_it_is_deleted_is_only_deleted() {
    let mut lab = with_target(
        json!({ "copyMiBPerSecondPerDisk": 1, "durations.copyEndsAfterSeconds": 600, "durations.deleteRestorePointSeconds": 100 }),
    );
    capture(&mut lab, "p1");
    copy(&mut lab, "p1", "far", "c1");
    advance(&mut lab, "PT9M50S");
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "c1" }),
    );
    let events = advance(&mut lab, "PT30S");
    assert!(events.is_empty(), "{events:?}");
    assert_eq!(stage(&lab, "c1"), "Deleting");
    let copy = point(&lab, "c1").replication.unwrap();
    assert!(
        copy.disks
            .iter()
            .all(|disk| format!("{:?}", disk.status) == "Replicating"),
        "{copy:?}"
    );
    let events = advance(&mut lab, "P1D");
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0].kind, EventKind::Deleted);
}
