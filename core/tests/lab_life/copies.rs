//! What a copy brings to the other region, how long that takes, and what it keeps there.

use super::regions::{copy, digest, progress, target, with_target};
use super::{GIB, MIB, advance, capture, ok, point, refused, stage, write};
use rplab_core::api::{EventKind, StoredBytesQuery};
use serde_json::{Value, json};

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
