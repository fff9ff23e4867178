//! What is kept, and what a clean-up deletes.

use super::support::{ok, refused};
use super::{item, kept, lab, protect, standard, to, write};
use rplab_core::api::EventKind;
use serde_json::json;

#[test]
fn the_snapshot_tier_keeps_its_days_and_the_vault_the_retention() {
    let mut lab = lab();
    protect(&mut lab, &standard());
    for day in 2..9 {
        write(&mut lab, day, day);
        to(&mut lab, &format!("2026-03-{day:02}T12:00:00Z"));
    }
    let tiers: Vec<(bool, bool)> = kept(&lab).iter().map(|point| (point.1, point.2)).collect();
    let in_vault_only = (false, true);
    let in_both = (true, true);
    assert_eq!(
        tiers,
        [[in_vault_only; 4].as_slice(), [in_both; 3].as_slice(),].concat(),
        "two days of snapshots, and the one that the next clean-up takes"
    );
    to(&mut lab, "2026-03-20T12:00:00Z");
    assert_eq!(
        kept(&lab).len(),
        8,
        "seven days, and the one that the next clean-up takes"
    );
}

/// S3-07b, S3-07c.
#[test]
fn a_longer_retention_keeps_what_is_there_and_a_shorter_one_prunes_at_the_next_clean_up() {
    let mut lab = lab();
    protect(&mut lab, &standard());
    to(&mut lab, "2026-03-08T12:00:00Z");
    assert_eq!(kept(&lab).len(), 7);
    let mut longer = standard();
    longer["dailyRetentionDays"] = 30.into();
    ok(
        &mut lab,
        json!({ "type": "changePolicy", "item": "web", "policy": longer }),
    );
    to(&mut lab, "2026-03-20T12:00:00Z");
    assert_eq!(kept(&lab).len(), 19, "nothing went");
    let mut shorter = standard();
    shorter["dailyRetentionDays"] = 3.into();
    ok(
        &mut lab,
        json!({ "type": "changePolicy", "item": "web", "policy": shorter }),
    );
    assert_eq!(kept(&lab).len(), 19, "until the clean-up");
    to(&mut lab, "2026-03-21T00:00:01Z");
    assert_eq!(kept(&lab).len(), 3);
}

/// S3-06a, S3-06b.
#[test]
fn a_lock_stops_the_clean_up_until_backups_fail_at_the_limit() {
    let mut lab = lab();
    ok(
        &mut lab,
        json!({ "type": "setSetting", "name": "limits.restorePointsPerVm", "value": 5 }),
    );
    protect(&mut lab, &standard());
    to(&mut lab, "2026-03-02T12:00:00Z");
    ok(
        &mut lab,
        json!({ "type": "placeLock", "scope": "AzureBackupRG_eastus_1", "level": "CanNotDelete" }),
    );
    let events = to(&mut lab, "2026-03-12T12:00:00Z");
    let noted = |event: &&rplab_core::api::Event| {
        event.kind == EventKind::Noted && event.text.contains("lock")
    };
    assert!(events.iter().any(|event| noted(&event)));
    assert_eq!(kept(&lab).len(), 5);
    let failure = item(&lab).last_failure.unwrap();
    assert_eq!(failure.code, "VMRestorePointClientError");
    let lock = lab.state().locks[0].name.clone();
    ok(&mut lab, json!({ "type": "removeLock", "name": lock }));
    ok(&mut lab, json!({ "type": "runCleanup" }));
    to(&mut lab, "2026-03-13T12:00:00Z");
    assert_eq!(item(&lab).last_failure, None);
}

#[test]
fn an_address_that_is_out_keeps_its_snapshot() {
    let mut lab = lab();
    protect(&mut lab, &standard());
    to(&mut lab, "2026-03-02T12:00:00Z");
    let point = item(&lab).recovery_points.remove(0).snapshot_tier.unwrap();
    ok(
        &mut lab,
        json!({ "type": "grantAccess", "restorePoint": point.as_str(), "diskRestorePoint": "data", "durationSeconds": 864_000 }),
    );
    to(&mut lab, "2026-03-06T12:00:00Z");
    assert!(kept(&lab)[0].1, "it is read");
    assert!(!kept(&lab)[1].1);
    to(&mut lab, "2026-03-14T12:00:00Z");
    assert_ne!(
        kept(&lab)[0].0,
        "web-1",
        "the address is over, and so is its retention"
    );
}

#[test]
fn an_on_demand_backup_is_kept_as_long_as_was_said() {
    let mut lab = lab();
    protect(&mut lab, &standard());
    ok(
        &mut lab,
        json!({ "type": "backupNow", "item": "web", "retainDays": 20 }),
    );
    to(&mut lab, "2026-03-21T12:00:00Z");
    assert_eq!(kept(&lab)[0], ("web-1".to_owned(), false, true));
    to(&mut lab, "2026-03-23T12:00:00Z");
    assert_ne!(kept(&lab)[0].0, "web-1");
    for days in [0, 99 * 365 + 1] {
        let command = json!({ "type": "backupNow", "item": "web", "retainDays": days });
        assert_eq!(
            refused(&mut lab, command).target.as_deref(),
            Some("retainDays")
        );
    }
}

#[test]
fn stopping_keeps_the_points_or_deletes_them_all() {
    let mut lab = lab();
    let nothing = lab.state().stored_bytes;
    protect(&mut lab, &standard());
    to(&mut lab, "2026-03-04T12:00:00Z");
    ok(&mut lab, json!({ "type": "stopProtection", "item": "web" }));
    to(&mut lab, "2026-05-01T00:00:00Z");
    assert_eq!(kept(&lab).len(), 3, "no clean-up touches them");
    assert_eq!(item(&lab).next_backup, None);
    let command = json!({ "type": "backupNow", "item": "web" });
    assert_eq!(refused(&mut lab, command).code, "OperationNotAllowed");
    ok(
        &mut lab,
        json!({ "type": "stopProtection", "item": "web", "keepPoints": false }),
    );
    let state = lab.state();
    assert_eq!(state.protected_items, []);
    assert_eq!(state.restore_points, []);
    assert_eq!(state.restore_point_collections, []);
    assert_eq!(state.stored_bytes, nothing);
    protect(&mut lab, &standard());
}
