//! Copies that never arrive.

use super::regions::{copy, progress, with_target};
use super::{GIB, advance, capture, ok, point, stage};
use rplab_core::api::EventKind;
use serde_json::json;

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
