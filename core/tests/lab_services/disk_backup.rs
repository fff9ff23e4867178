//! Azure Disk Backup as page 004 describes it.

use super::support::{ok, refused};
use super::{ask, item, lab, lab_with, points, to, write};
use rplab_core::api::{EventKind, Lab, Outcome};
use rplab_core::model::FactValue;
use serde_json::{Value, json};

fn policy(hours: Option<u64>, days: u64) -> Value {
    match hours {
        Some(hours) => {
            json!({ "schedule": { "frequency": "Hourly", "intervalHours": hours }, "operationalRetentionDays": days })
        }
        None => json!({ "schedule": { "frequency": "Daily" }, "operationalRetentionDays": days }),
    }
}

fn protection(policy: Value) -> Value {
    json!({ "type": "protect", "service": "diskBackup", "disk": "data", "vault": "bv", "policy": policy })
}

fn protect(lab: &mut Lab, hours: u64, days: u64) {
    ok(lab, protection(policy(Some(hours), days)));
}

fn now() -> Value {
    json!({ "type": "backupNow", "item": "data" })
}

fn restore(point: &str) -> Value {
    json!({ "type": "restoreBackup", "recoveryPoint": point, "method": "newDisk", "name": "again" })
}

/// S4-06a, S4-06b: several a day, as incremental snapshots of the disk, and nothing in a vault.
#[test]
fn snapshots_by_schedule_hold_what_changed_and_nothing_goes_to_the_vault() {
    let mut lab = lab();
    protect(&mut lab, 4, 2);
    to(&mut lab, "2026-03-02T04:30:00Z");
    write(&mut lab, "data", 0, 9);
    to(&mut lab, "2026-03-02T23:59:00Z");
    let state = lab.state();
    let taken: Vec<_> = state
        .snapshots
        .iter()
        .map(|one| {
            (
                one.name.as_str(),
                one.incremental,
                one.captured.added_bytes.0 >> 20,
            )
        })
        .collect();
    assert_eq!(
        taken,
        [
            ("data-1", true, 100),
            ("data-2", true, 10),
            ("data-3", true, 0),
            ("data-4", true, 0),
            ("data-5", true, 0)
        ]
    );
    assert_eq!(state.snapshots[0].location, "eastus");
    assert!(
        item(&lab, "data")
            .recovery_points
            .iter()
            .all(|point| point.vault_tier.is_none() && point.snapshot_tier.is_some())
    );
    assert_eq!(state.restore_points, []);
    // Kept two days by age, until the clean-up after.
    to(&mut lab, "2026-03-04T04:30:00Z");
    assert_eq!(
        points(&lab, "data").first().map(String::as_str),
        Some("data-1")
    );
    to(&mut lab, "2026-03-05T00:00:00Z");
    let kept = points(&lab, "data");
    assert_eq!(kept.first().map(String::as_str), Some("data-7"), "{kept:?}");
    assert_eq!(lab.state().snapshots.len(), kept.len());
}

#[test]
fn it_runs_every_4_6_8_or_12_hours_or_daily() {
    for hours in [4, 6, 8, 12] {
        let mut lab = lab();
        protect(&mut lab, hours, 3);
        to(&mut lab, "2026-03-03T00:00:00Z");
        assert_eq!(points(&lab, "data").len() as u64, 24 / hours);
    }
    let mut lab = lab();
    for wrong in [1, 5, 24] {
        let told = refused(&mut lab, protection(policy(Some(wrong), 3)));
        assert_eq!(told.target.as_deref(), Some("policy.schedule.frequency"));
    }
    for (field, wrong) in [
        ("type", json!("Enhanced")),
        ("keepLast", json!(3)),
        ("instantRestoreDays", json!(3)),
    ] {
        let mut policy = policy(None, 3);
        policy[field] = wrong;
        assert_eq!(
            refused(&mut lab, protection(policy)).target,
            Some(format!("policy.{field}"))
        );
    }
    ok(&mut lab, protection(policy(None, 3)));
    to(&mut lab, "2026-03-04T12:00:00Z");
    assert_eq!(points(&lab, "data"), ["data-1", "data-2"]);
}

/// S4-08b: 180 backups by policy; a later page lets more be kept.
#[test]
fn a_policy_keeps_180_backups_at_most() {
    let mut lab = lab();
    assert_eq!(
        refused(&mut lab, protection(policy(Some(4), 31))).row_ids,
        ["S4-08b"]
    );
    ok(&mut lab, protection(policy(Some(4), 30)));
    let mut later = super::lab();
    ok(
        &mut later,
        json!({ "type": "setSetting", "name": "edition", "value": "beyond" }),
    );
    ok(&mut later, protection(policy(Some(4), 75)));
    assert_eq!(
        refused(&mut super::lab(), protection(policy(Some(4), 75))).row_ids,
        ["S4-08b"]
    );
}

/// S4-08a: 200 snapshots of a disk, whoever takes them, leave 20 for backups on demand.
#[test]
fn a_disk_has_200_incremental_snapshots_at_most() {
    let mut lab = lab();
    protect(&mut lab, 4, 30);
    to(&mut lab, "2026-04-01T00:00:00Z");
    assert_eq!(points(&lab, "data").len(), 180);
    for _ in 0..19 {
        ok(&mut lab, now());
    }
    ok(
        &mut lab,
        json!({ "type": "createSnapshot", "name": "own", "source": "data", "incremental": true }),
    );
    assert_eq!(refused(&mut lab, now()).row_ids, ["S4-08a"]);
    // Whole snapshots do not count, and neither do those of another disk.
    ok(
        &mut lab,
        json!({ "type": "createSnapshot", "name": "whole", "source": "data" }),
    );
    ok(
        &mut lab,
        json!({ "type": "createSnapshot", "name": "other", "source": "os", "incremental": true }),
    );
    ok(
        &mut lab,
        json!({ "type": "deleteSnapshot", "snapshot": "own" }),
    );
    ok(&mut lab, now());
}

/// S4-09: the subscription's own limit stands over the disk's.
#[test]
fn the_limit_of_the_subscription_applies() {
    let mut lab = lab();
    ok(
        &mut lab,
        json!({ "type": "setSetting", "name": "limits.snapshotsPerRegion", "value": 2 }),
    );
    protect(&mut lab, 4, 2);
    to(&mut lab, "2026-03-02T09:00:00Z");
    assert_eq!(points(&lab, "data").len(), 2);
    let events = to(&mut lab, "2026-03-02T12:00:00Z");
    assert!(
        events
            .iter()
            .any(|event| event.kind == EventKind::BackupFailed)
    );
    assert_eq!(
        item(&lab, "data").last_failure.unwrap().code,
        "SnapshotCountExceeded"
    );
    assert_eq!(refused(&mut lab, now()).row_ids, ["S4-09"]);
}

/// S4-11b, S4-12, S4-19a, S4-19b.
#[test]
fn vault_and_disk_are_in_one_region_and_snapshots_in_the_subscription_of_the_disk() {
    let mut lab = lab();
    let with = |field: &str, value: &str| {
        let mut command = protection(policy(None, 7));
        command[field] = json!(value);
        command
    };
    assert_eq!(
        refused(&mut lab, with("vaultLocation", "westus")).row_ids,
        ["S4-11b"]
    );
    let elsewhere = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/snaps";
    let told = refused(&mut lab, with("snapshotResourceGroup", elsewhere));
    assert_eq!(told.row_ids, ["S4-12", "S4-19a", "S4-19b"]);
    let mut command = with("vaultLocation", "East US");
    command["snapshotResourceGroup"] = json!("snaps");
    ok(&mut lab, command);
    ok(&mut lab, now());
    assert!(
        lab.state().snapshots[0]
            .id
            .as_str()
            .contains("/resourceGroups/snaps/")
    );
}

/// S4-04d, S4-14.
#[test]
fn ultra_disks_and_disks_of_encrypted_vms_are_not_protected() {
    let mut lab = lab_with(
        json!({ "osType": "Windows" }),
        json!({ "sku": "UltraSSD_LRS" }),
    );
    assert_eq!(
        refused(&mut lab, protection(policy(None, 7))).row_ids,
        ["S4-04d"]
    );
    let mut lab = lab_with(
        json!({ "osType": "Windows", "adeEnabled": true }),
        json!({}),
    );
    assert_eq!(
        refused(&mut lab, protection(policy(None, 7))).row_ids,
        ["S4-14"]
    );
    let mut lab = lab_with(
        json!({ "osType": "Windows" }),
        json!({ "adeEnabled": true }),
    );
    assert_eq!(
        refused(&mut lab, protection(policy(None, 7))).row_ids,
        ["S4-14"]
    );
    // A shared Premium disk is (S4-04b).
    let mut lab = lab_with(
        json!({ "osType": "Windows" }),
        json!({ "sku": "Premium_LRS", "maxShares": 2 }),
    );
    protect(&mut lab, 12, 7);
    ok(&mut lab, now());
}

/// S4-20a, S4-20b, S4-20c: without its roles a backup fails, and new roles take minutes.
#[test]
fn a_backup_needs_the_documented_roles_of_the_vaults_identity() {
    let mut lab = lab();
    let mut command = protection(policy(Some(4), 7));
    command["identityRoles"] = json!([]);
    ok(&mut lab, command);
    to(&mut lab, "2026-03-02T04:00:00Z");
    assert_eq!(
        item(&lab, "data").last_failure.unwrap().code,
        "UserErrorNotEnoughPermissionsOnSnapshotRG"
    );
    assert_eq!(refused(&mut lab, now()).row_ids, ["S4-20a"]);
    let roles =
        |roles: Value| json!({ "type": "setIdentityRoles", "item": "data", "roles": roles });
    ok(&mut lab, roles(json!(["Owner", "Contributor"])));
    to(&mut lab, "2026-03-02T05:00:00Z");
    assert_eq!(refused(&mut lab, now()).row_ids, ["S4-20b"]);
    ok(
        &mut lab,
        roles(json!(["Disk Backup Reader", "Disk Snapshot Contributor"])),
    );
    assert_eq!(refused(&mut lab, now()).row_ids, ["S4-20c"]);
    ok(&mut lab, json!({ "type": "advanceClock", "by": "PT5M" }));
    ok(&mut lab, now());
    // A restore needs one more.
    assert_eq!(refused(&mut lab, restore("data-1")).row_ids, ["S4-20b"]);
    ok(
        &mut lab,
        roles(json!([
            "Disk Backup Reader",
            "Disk Snapshot Contributor",
            "Disk Restore Operator"
        ])),
    );
    assert_eq!(refused(&mut lab, restore("data-1")).row_ids, ["S4-20c"]);
    ok(&mut lab, json!({ "type": "advanceClock", "by": "PT5M" }));
    ok(&mut lab, restore("data-1"));
}

/// S4-16a, S4-23a, S4-23b: the policy stays, and what is stopped goes with its points; later pages are milder.
#[test]
fn the_policy_is_not_changed_and_stopping_deletes_the_points() {
    let mut lab = lab();
    protect(&mut lab, 4, 7);
    to(&mut lab, "2026-03-02T09:00:00Z");
    let change = json!({ "type": "changePolicy", "item": "data", "policy": policy(Some(8), 7) });
    let stop = |keep: bool| json!({ "type": "stopProtection", "item": "data", "keepPoints": keep });
    assert_eq!(refused(&mut lab, change.clone()).row_ids, ["S4-16a"]);
    assert_eq!(refused(&mut lab, stop(true)).row_ids, ["S4-23a"]);
    let stored = lab.state().snapshots.len();
    assert_eq!(stored, 2);
    ok(&mut lab, stop(false));
    assert_eq!(
        (lab.state().snapshots, lab.state().protected_items),
        (vec![], vec![])
    );
    lab.undo();
    ok(
        &mut lab,
        json!({ "type": "setSetting", "name": "edition", "value": "beyond" }),
    );
    ok(&mut lab, change);
    ok(&mut lab, stop(true));
    assert_eq!(lab.state().snapshots.len(), 2);
}

/// S4-07a, S4-07b, S4-13a, S4-13b: a new disk in any group and subscription, in the region of the snapshot.
#[test]
fn a_restore_makes_a_new_disk_in_the_region_of_its_snapshot() {
    let mut lab = lab();
    protect(&mut lab, 4, 7);
    ok(&mut lab, now());
    write(&mut lab, "data", 0, 99);
    for (method, rows) in [
        ("replaceExisting", "S4-07a"),
        ("replaceSource", "S4-07a"),
        ("crossRegion", "S4-13b"),
    ] {
        let mut command = restore("data-1");
        command["method"] = json!(method);
        assert_eq!(refused(&mut lab, command).row_ids, [rows], "{method}");
    }
    let mut far = restore("data-1");
    far["targetRegion"] = json!("westus");
    assert_eq!(refused(&mut lab, far).row_ids, ["S4-13b"]);
    let mut command = restore("data-1");
    command["targetResourceGroup"] = json!("elsewhere");
    command["targetSubscription"] = json!("11111111-2222-3333-4444-555555555555");
    ok(&mut lab, command);
    let state = lab.state();
    let disk = state
        .disks
        .iter()
        .find(|disk| disk.name == "again")
        .unwrap();
    assert_eq!(
        (disk.location.as_str(), disk.attached_to.clone()),
        ("eastus", None)
    );
    assert!(disk.id.as_str().starts_with(
        "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/elsewhere/"
    ));
    assert!(lab.prove("again").unwrap().equal);
    assert_eq!(
        refused(&mut lab, restore("data-2")).code,
        "ResourceNotFound"
    );
}

/// S4-15b: a disk under a customer key is restored while that can be used.
#[test]
fn a_restore_fails_where_the_key_is_disabled_or_deleted() {
    let mut lab = lab();
    ok(
        &mut lab,
        json!({ "type": "createDiskEncryptionSet", "name": "des", "location": "eastus" }),
    );
    ok(
        &mut lab,
        json!({ "type": "updateDisk", "disk": "data", "facts": { "encryptionType": "EncryptionAtRestWithCustomerKey", "diskEncryptionSetId": "des" } }),
    );
    protect(&mut lab, 4, 7);
    ok(&mut lab, now());
    for state in ["disabled", "deleted"] {
        ok(
            &mut lab,
            json!({ "type": "setKeyState", "diskEncryptionSet": "des", "state": state }),
        );
        assert_eq!(refused(&mut lab, restore("data-1")).row_ids, ["S4-15b"]);
        ok(
            &mut lab,
            json!({ "type": "setKeyState", "diskEncryptionSet": "des", "state": "enabled" }),
        );
    }
    ok(&mut lab, restore("data-1"));
}

/// S4-05a, S4-05b, S4-05c, S4-21a, S4-21b: what a restored disk has and has not.
#[test]
fn a_restored_disk_has_the_tier_of_its_backup_and_no_write_accelerator() {
    let mut lab = lab_with(
        json!({ "osType": "Windows" }),
        json!({ "sku": "Premium_LRS", "writeAcceleratorEnabled": true, "tier": "P30" }),
    );
    protect(&mut lab, 4, 7);
    ok(&mut lab, now());
    ok(
        &mut lab,
        json!({ "type": "updateDisk", "disk": "data", "facts": { "tier": "P40" } }),
    );
    ok(&mut lab, restore("data-1"));
    let disk = |lab: &Lab| {
        lab.state()
            .disks
            .into_iter()
            .find(|disk| disk.name == "again")
            .unwrap()
            .facts
    };
    let facts = disk(&lab);
    assert_eq!(facts.get("tier"), Some(&FactValue::Text("P30".to_owned())));
    assert_eq!(facts.get("writeAcceleratorEnabled"), None);
    ok(
        &mut lab,
        json!({ "type": "attachDisk", "virtualMachine": "web", "disk": "again", "lun": 5 }),
    );
    ok(
        &mut lab,
        json!({ "type": "updateDisk", "disk": "again", "facts": { "writeAcceleratorEnabled": true } }),
    );
    assert_eq!(
        disk(&lab).get("writeAcceleratorEnabled"),
        Some(&FactValue::Bool(true))
    );
}

/// S4-22a, S4-22b: a private disk is backed up; its snapshots have no private endpoint of their own.
#[test]
fn a_disk_behind_a_private_endpoint_is_backed_up() {
    let mut lab = lab();
    ok(
        &mut lab,
        json!({ "type": "setNetworkAccess", "disk": "data", "policy": "AllowPrivate", "diskAccess": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/diskAccesses/a" }),
    );
    protect(&mut lab, 4, 7);
    ok(&mut lab, now());
    let id = lab.state().snapshots[0].id.to_string();
    ok(
        &mut lab,
        json!({ "type": "grantAccess", "diskRestorePoint": id, "durationSeconds": 60 }),
    );
    ok(&mut lab, restore("data-1"));
}

#[test]
fn a_lock_keeps_snapshots_and_a_disk_that_is_gone_fails_its_backups() {
    let mut lab = lab();
    ok(&mut lab, {
        let mut command = protection(policy(Some(12), 1));
        command["snapshotResourceGroup"] = json!("snaps");
        command
    });
    to(&mut lab, "2026-03-02T13:00:00Z");
    ok(
        &mut lab,
        json!({ "type": "placeLock", "scope": "snaps", "level": "CanNotDelete", "name": "l" }),
    );
    to(&mut lab, "2026-03-04T01:00:00Z");
    assert_eq!(
        points(&lab, "data").len(),
        4,
        "the clean-up deletes nothing"
    );
    ok(&mut lab, json!({ "type": "removeLock", "name": "l" }));
    ok(&mut lab, json!({ "type": "runCleanup" }));
    assert_eq!(points(&lab, "data"), ["data-3", "data-4"]);
    ok(&mut lab, json!({ "type": "detachDisk", "disk": "data" }));
    ok(&mut lab, json!({ "type": "deleteDisk", "disk": "data" }));
    to(&mut lab, "2026-03-04T13:00:00Z");
    assert_eq!(
        item(&lab, "data").last_failure.unwrap().code,
        "ResourceNotFound"
    );
    // What was taken outlives the disk.
    ok(&mut lab, restore("data-4"));
    assert!(matches!(
        lab.dispatch_json(
            json!({ "type": "injectFault", "fault": "regionDown", "target": "eastus" })
        )
        .unwrap(),
        Outcome::Ok { .. }
    ));
    let mut other = restore("data-4");
    other["name"] = json!("more");
    assert_eq!(refused(&mut lab, other).code, "InternalOperationError");
}

#[test]
fn the_restore_of_a_disk_backup_is_rehearsed() {
    let mut lab = lab();
    protect(&mut lab, 4, 7);
    ok(&mut lab, now());
    write(&mut lab, "data", 0, 50);
    let told = ask(&mut lab, "rehearse", json!({ "recoveryPoint": "data-1" }));
    assert_eq!(
        (told["complete"].as_bool(), told["proved"].as_bool()),
        (Some(true), Some(true)),
        "{told:#}"
    );
    assert_eq!(
        told["steps"][0]["operation"]["name"],
        "BackupInstances_TriggerRestore"
    );
    assert_eq!(told["steps"][0]["command"]["method"], "newDisk");
    assert_eq!(told["tier"], "snapshot");
    let told = ask(
        &mut lab,
        "rehearse",
        json!({ "recoveryPoint": "data-1", "method": "replaceSource" }),
    );
    assert_eq!(told["blockers"][0]["rowIds"], json!(["S4-07a"]));
}
