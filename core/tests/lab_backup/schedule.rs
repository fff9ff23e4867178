//! When backups are taken, and by which policy.

use super::support::{ok, refused};
use super::{item, kept, lab, protect, standard, to, write};
use rplab_core::api::EventKind;
use rplab_core::model::ConsistencyMode;
use serde_json::json;

#[test]
fn a_daily_policy_backs_up_at_its_time_into_the_snapshot_tier_and_then_the_vault() {
    let mut lab = lab();
    protect(&mut lab, &standard());
    assert_eq!(
        item(&lab).next_backup,
        Some("2026-03-02T02:00:00Z".parse().unwrap())
    );
    let events = to(&mut lab, "2026-03-02T12:00:00Z");
    let kinds: Vec<EventKind> = events.iter().map(|event| event.kind).collect();
    let at = |kind| kinds.iter().position(|known| *known == kind).unwrap();
    assert!(at(EventKind::BackupStarted) < at(EventKind::RestorePointSucceeded));
    assert!(at(EventKind::RestorePointSucceeded) < at(EventKind::ReplicationStarted));
    assert!(at(EventKind::ReplicationSucceeded) < at(EventKind::BackupSucceeded));
    let item = item(&lab);
    assert_eq!(
        item.recovery_points[0].time,
        "2026-03-02T02:00:00Z".parse().unwrap()
    );
    assert_eq!(
        item.recovery_points[0].kept_until,
        "2026-03-09T02:00:00Z".parse().unwrap()
    );
    assert_eq!(kept(&lab), [("web-1".to_owned(), true, true)]);
    assert_eq!(item.job, None);
}

/// S3-14a, S3-14b: Berlin's clock goes an hour forward on 2026-03-29; the policy's clock does not.
#[test]
fn no_schedule_is_moved_for_daylight_saving() {
    let mut lab = lab();
    let mut policy = standard();
    policy["schedule"]["utcOffset"] = "+01:00".into();
    protect(&mut lab, &policy);
    to(&mut lab, "2026-04-01T00:00:00Z");
    let points = item(&lab).recovery_points;
    assert!(points.len() >= 7);
    for point in points {
        assert!(point.time.to_string().ends_with("T01:00:00Z"), "{point:?}");
    }
    policy["schedule"]["utcOffset"] = "+02:00".into();
    ok(
        &mut lab,
        json!({ "type": "changePolicy", "item": "web", "policy": policy }),
    );
    assert_eq!(
        item(&lab).next_backup,
        Some("2026-04-02T00:00:00Z".parse().unwrap())
    );
}

/// S3-17e: six scheduled snapshots in 24 hours, of which the first goes to the vault (S3-37).
#[test]
fn every_four_hours_is_six_snapshots_a_day_and_one_of_them_in_the_vault() {
    let mut lab = lab();
    protect(
        &mut lab,
        &json!({ "type": "Enhanced", "instantRestoreDays": 7, "dailyRetentionDays": 30,
                 "schedule": { "frequency": "Hourly", "intervalHours": 4 } }),
    );
    to(&mut lab, "2026-03-04T23:59:00Z");
    let kept = kept(&lab);
    let second_day: Vec<&(String, bool, bool)> = kept.iter().skip(5).take(6).collect();
    assert_eq!(kept.len(), 5 + 6 + 6, "the first run is at 04:00");
    assert!(second_day.iter().all(|(_, snapshot, _)| *snapshot));
    assert_eq!(
        second_day.iter().map(|point| point.2).collect::<Vec<_>>(),
        [true, false, false, false, false, false]
    );
}

/// S3-04b.
#[test]
fn a_vm_that_is_shut_down_gives_a_crash_consistent_point() {
    let mut lab = lab();
    protect(&mut lab, &standard());
    to(&mut lab, "2026-03-02T12:00:00Z");
    ok(
        &mut lab,
        json!({ "type": "deallocateVirtualMachine", "virtualMachine": "web" }),
    );
    to(&mut lab, "2026-03-03T12:00:00Z");
    let modes: Vec<ConsistencyMode> = item(&lab)
        .recovery_points
        .iter()
        .map(|point| point.consistency_mode)
        .collect();
    assert_eq!(
        modes,
        [
            ConsistencyMode::ApplicationConsistent,
            ConsistencyMode::CrashConsistent
        ]
    );
}

/// S3-13b: what is backed up daily or weekly can be kept for months and years.
#[test]
fn weekly_backups_are_kept_for_months_and_years() {
    let mut lab = lab();
    protect(
        &mut lab,
        &json!({ "type": "Standard", "schedule": { "frequency": "Weekly", "weekdays": ["Sunday"], "time": "02:00" },
                 "weeklyRetention": { "weeks": 4 }, "monthlyRetention": { "on": "first Sunday", "months": 6 },
                 "yearlyRetention": { "months": [3], "on": "first Sunday", "years": 3 } }),
    );
    to(&mut lab, "2027-04-01T00:00:00Z");
    let times: Vec<String> = item(&lab)
        .recovery_points
        .iter()
        .map(|point| point.time.to_string()[..10].to_owned())
        .collect();
    // First Sundays of six months, one of them the year's, and the Sundays of four weeks.
    assert_eq!(
        times,
        [
            "2026-10-04",
            "2026-11-01",
            "2026-12-06",
            "2027-01-03",
            "2027-02-07",
            "2027-03-07",
            "2027-03-14",
            "2027-03-21",
            "2027-03-28",
        ]
    );
}

#[test]
fn a_schedule_of_restore_points_keeps_the_newest_and_copies_them() {
    let mut lab = lab();
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "nightly", "source": "web" }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "nightly-west", "source": "nightly", "location": "westus2" }),
    );
    ok(
        &mut lab,
        json!({ "type": "protect", "virtualMachine": "web", "service": "restorePoints", "name": "nightly",
                "copyTo": ["nightly-west"],
                "policy": { "schedule": { "frequency": "Hourly", "intervalHours": 6 }, "keepLast": 3 } }),
    );
    for day in 2..6 {
        write(&mut lab, day * 10, day * 10 + 5);
        to(&mut lab, &format!("2026-03-0{day}T23:00:00Z"));
    }
    assert_eq!(
        kept(&lab)
            .into_iter()
            .map(|point| point.0)
            .collect::<Vec<_>>(),
        ["nightly-13", "nightly-14", "nightly-15"]
    );
    let state = lab.state();
    let named = |collection: &str| {
        let points = state.restore_points.iter();
        points
            .filter(|point| point.collection.name() == collection)
            .count()
    };
    assert_eq!(named("nightly"), 3);
    assert_eq!(named("nightly-west"), 3, "a copy goes with its point");
    // A lock in the way leaves the copy until it is gone.
    ok(
        &mut lab,
        json!({ "type": "placeLock", "name": "hold", "scope": "nightly-west", "level": "CanNotDelete" }),
    );
    to(&mut lab, "2026-03-06T23:00:00Z");
    let copies = |lab: &rplab_core::api::Lab| {
        let points = lab.state().restore_points;
        let of = points
            .iter()
            .filter(|point| point.collection.name() == "nightly-west");
        of.count()
    };
    assert_eq!(copies(&lab), 7, "four more came, none could go");
    ok(&mut lab, json!({ "type": "removeLock", "name": "hold" }));
    ok(&mut lab, json!({ "type": "runCleanup" }));
    assert_eq!(copies(&lab), 3);
    // What somebody else copied there is theirs, under whatever name.
    ok(
        &mut lab,
        json!({ "type": "stopProtection", "item": "nightly", "keepPoints": false }),
    );
    assert_eq!(
        copies(&lab),
        0,
        "with everything that was taken, its copies go"
    );
}

#[test]
fn what_cannot_be_protected_so_is_refused_by_field() {
    let mut lab = lab();
    let base = json!({ "type": "protect", "virtualMachine": "web", "vault": "vault1", "policy": standard() });
    for (field, value, target) in [
        ("vault", json!(null), "vault"),
        ("vault", json!("a/b"), "vault"),
        ("virtualMachine", json!("nobody"), "virtualMachine"),
        ("copyTo", json!(["x"]), "copyTo"),
        (
            "policy",
            json!({ "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 7 }),
            "policy.type",
        ),
        (
            "excludeDisks",
            json!([{ "id": "other" }]),
            "excludeDisks[0].id",
        ),
    ] {
        let mut command = base.clone();
        command[field] = value;
        if command[field].is_null() {
            command.as_object_mut().unwrap().remove(field);
        }
        assert_eq!(
            refused(&mut lab, command).target.as_deref(),
            Some(target),
            "{field}"
        );
    }
    ok(&mut lab, base.clone());
    assert_eq!(refused(&mut lab, base).code, "Conflict");
    let again = json!({ "type": "protect", "virtualMachine": "web", "vault": "vault2", "policy": standard() });
    assert_eq!(refused(&mut lab, again).code, "OperationNotAllowed");
    for unknown in ["backupNow", "cancelJob", "stopProtection"] {
        let command = json!({ "type": unknown, "item": "nobody" });
        assert_eq!(refused(&mut lab, command).code, "ResourceNotFound");
    }
}

/// Backups of one instant come one after the other: a fleet of any size may have one schedule.
#[test]
fn a_fleet_is_backed_up_at_one_instant() {
    let mut lab = lab();
    for number in 0..300 {
        let name = format!("vm-{number}");
        let disks = json!([{ "name": format!("{name}-os"), "sizeGiB": 4 }]);
        ok(
            &mut lab,
            json!({ "type": "createVirtualMachine", "name": name, "location": "eastus", "facts": { "osType": "Windows" }, "disks": disks }),
        );
        ok(
            &mut lab,
            json!({ "type": "protect", "virtualMachine": name, "vault": "vault1", "policy": standard() }),
        );
    }
    to(&mut lab, "2026-03-04T00:00:00Z");
    let items = lab.state().protected_items;
    assert_eq!(items.len(), 300);
    assert!(items.iter().all(|item| item.recovery_points.len() == 2));
}
