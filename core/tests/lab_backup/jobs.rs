//! What a backup does from its start to its end.

use super::support::{ok, refused};
use super::{item, kept, lab, protect, standard, to, write};
use rplab_core::api::EventKind;
use rplab_core::cloud::JobPhase;
use serde_json::{Value, json};

fn now() -> Value {
    json!({ "type": "backupNow", "item": "web" })
}

/// S3-08a, S3-08b.
#[test]
fn a_backup_is_cancelled_while_its_snapshot_is_taken_and_not_on_its_way_to_the_vault() {
    let mut lab = lab();
    protect(&mut lab, &standard());
    let stored = lab.state().stored_bytes;
    ok(&mut lab, now());
    assert_eq!(item(&lab).job.unwrap().phase, JobPhase::Snapshot);
    ok(&mut lab, json!({ "type": "cancelJob", "item": "web" }));
    assert_eq!((item(&lab).job, kept(&lab)), (None, vec![]));
    assert_eq!(lab.state().stored_bytes, stored);
    lab.advance("PT1M".parse().unwrap());
    assert_eq!(kept(&lab), [], "nothing comes of it later");

    write(&mut lab, 0, 16_000);
    ok(&mut lab, now());
    lab.advance("PT61S".parse().unwrap());
    assert_eq!(item(&lab).job.unwrap().phase, JobPhase::Transfer);
    let refusal = refused(&mut lab, json!({ "type": "cancelJob", "item": "web" }));
    assert_eq!(refusal.row_ids, ["S3-08b"]);
    lab.advance("PT1H".parse().unwrap());
    assert_eq!(kept(&lab), [("web-2".to_owned(), true, true)]);
    let refusal = refused(&mut lab, json!({ "type": "cancelJob", "item": "web" }));
    assert!(
        refusal.message.contains("nothing is being done"),
        "{refusal:?}"
    );
}

/// S3-10a: one scheduled backup and three on demand.
#[test]
fn four_backups_a_day_three_of_them_on_demand() {
    let mut lab = lab();
    protect(&mut lab, &standard());
    to(&mut lab, "2026-03-02T03:00:00Z");
    for _ in 0..3 {
        ok(&mut lab, now());
        lab.advance("PT1H".parse().unwrap());
    }
    assert_eq!(kept(&lab).len(), 4);
    let refusal = refused(&mut lab, now());
    assert_eq!(refusal.row_ids, ["S3-10a"]);
    to(&mut lab, "2026-03-03T00:00:00Z");
    ok(&mut lab, now());
}

/// S3-10b: failed attempts count too, up to nine.
#[test]
fn nine_attempts_at_an_on_demand_backup_in_a_day() {
    let mut lab = lab();
    protect(&mut lab, &standard());
    ok(
        &mut lab,
        json!({ "type": "setAgent", "virtualMachine": "web", "status": "notReady" }),
    );
    for _ in 0..9 {
        ok(&mut lab, now());
        lab.advance("PT5M".parse().unwrap());
        let failure = item(&lab).last_failure.unwrap();
        assert_eq!(failure.code, "VMAgentStatusCommunicationError");
    }
    assert_eq!(kept(&lab), []);
    assert_eq!(refused(&mut lab, now()).row_ids, ["S3-10b"]);
    ok(
        &mut lab,
        json!({ "type": "setAgent", "virtualMachine": "web", "status": "ready" }),
    );
    let events = to(&mut lab, "2026-03-02T12:00:00Z");
    assert!(
        events
            .iter()
            .any(|event| event.kind == EventKind::BackupSucceeded),
        "the scheduled one"
    );
    assert_eq!(item(&lab).last_failure, None);
}

#[test]
fn only_what_changed_goes_to_the_vault_the_second_time() {
    let mut lab = lab();
    protect(&mut lab, &standard());
    to(&mut lab, "2026-03-02T12:00:00Z");
    write(&mut lab, 50, 59);
    write(&mut lab, 200, 204);
    to(&mut lab, "2026-03-03T12:00:00Z");
    let state = lab.state();
    let in_vault = |name: &str| {
        let points = state.restore_points.iter();
        let mut found = points.filter(|point| point.vault.is_some() && point.name == name);
        let point = found.next().unwrap();
        let disks = point.replication.as_ref().unwrap().disks.iter();
        disks.map(|disk| disk.total_bytes.0 >> 20).sum::<u64>()
    };
    assert_eq!((in_vault("web-1"), in_vault("web-2")), (100, 15));
}

#[test]
fn a_vm_is_restored_from_the_vault_after_its_snapshot_is_gone() {
    let mut lab = lab();
    protect(&mut lab, &standard());
    to(&mut lab, "2026-03-02T12:00:00Z");
    let before = lab.content_digest("data").unwrap();
    write(&mut lab, 0, 20);
    to(&mut lab, "2026-03-06T12:00:00Z");
    let first = item(&lab).recovery_points.remove(0);
    assert_eq!(
        first.snapshot_tier, None,
        "the snapshot tier keeps two days"
    );
    let point = first.vault_tier.unwrap();
    ok(
        &mut lab,
        json!({ "type": "restoreVirtualMachine", "restorePoint": point.as_str(), "name": "again" }),
    );
    assert_eq!(lab.content_digest("again-data").unwrap(), before);
}

/// Two tools at one VM: creations do not overlap, and their points count together.
#[test]
fn a_backup_that_meets_another_creation_fails_and_the_next_one_succeeds() {
    let mut lab = lab();
    protect(&mut lab, &standard());
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "own", "source": "web" }),
    );
    to(&mut lab, "2026-03-02T01:59:30Z");
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "own", "name": "p" }),
    );
    let events = to(&mut lab, "2026-03-02T12:00:00Z");
    let failed = events
        .iter()
        .find(|event| event.kind == EventKind::BackupFailed)
        .unwrap();
    assert!(
        failed.text.contains("VMRestorePointClientError"),
        "{failed:?}"
    );
    to(&mut lab, "2026-03-03T12:00:00Z");
    assert_eq!(kept(&lab).len(), 1);
    assert_eq!(
        lab.state().virtual_machines[0].restore_point_count,
        2,
        "what is in the vault does not count"
    );
}

#[test]
fn what_the_service_keeps_is_not_deleted_by_hand() {
    let mut lab = lab();
    protect(&mut lab, &standard());
    to(&mut lab, "2026-03-02T12:00:00Z");
    let held = item(&lab).recovery_points.remove(0);
    for point in [held.snapshot_tier.unwrap(), held.vault_tier.unwrap()] {
        let refusal = refused(
            &mut lab,
            json!({ "type": "deleteRestorePoint", "restorePoint": point.as_str() }),
        );
        assert!(refusal.message.contains("stopProtection"), "{refusal:?}");
    }
    let collection = lab.state().restore_point_collections[0].id.clone();
    let command =
        json!({ "type": "deleteRestorePointCollection", "collection": collection.as_str() });
    assert_eq!(refused(&mut lab, command).code, "OperationNotAllowed");
    let command =
        json!({ "type": "createRestorePoint", "collection": collection.as_str(), "name": "mine" });
    assert_eq!(refused(&mut lab, command).code, "OperationNotAllowed");
}

#[test]
fn the_deletion_of_the_vm_fails_its_backups_and_keeps_what_was_taken() {
    let mut lab = lab();
    protect(&mut lab, &standard());
    to(&mut lab, "2026-03-02T12:00:00Z");
    ok(
        &mut lab,
        json!({ "type": "deleteVirtualMachine", "virtualMachine": "web" }),
    );
    to(&mut lab, "2026-03-03T12:00:00Z");
    assert_eq!(kept(&lab).len(), 1);
    assert_eq!(item(&lab).last_failure.unwrap().code, "ResourceNotFound");
    let point = item(&lab).recovery_points.remove(0).vault_tier.unwrap();
    ok(
        &mut lab,
        json!({ "type": "restoreVirtualMachine", "restorePoint": point.as_str(), "name": "back" }),
    );
    assert_eq!(
        lab.content_digest("back-data").unwrap(),
        lab.content_digest("data").unwrap()
    );
}
