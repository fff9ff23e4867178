//! What a fault does to backups on a schedule: the same as to a request by hand.

use super::support::{ok, refused};
use super::{item, kept, lab, protect, standard, to};
use rplab_core::api::{Event, EventKind, Lab};
use serde_json::{Value, json};

/// Every six hours from midnight on, kept by `keep`.
fn every_six_hours(lab: &mut Lab, keep: (&str, u64)) {
    let mut policy = json!({ "schedule": { "frequency": "Hourly", "intervalHours": 6 } });
    policy[keep.0] = json!(keep.1);
    ok(
        lab,
        json!({ "type": "protect", "virtualMachine": "web", "service": "restorePoints", "name": "plan", "policy": policy }),
    );
}

fn inject(lab: &mut Lab, fault: &str, target: &str, lasts: &str) {
    ok(
        lab,
        json!({ "type": "injectFault", "fault": fault, "target": target, "for": lasts, "name": format!("{fault}-{lasts}") }),
    );
}

/// What failed, by its text.
fn failures(events: &[Event]) -> Vec<&str> {
    let failed = events
        .iter()
        .filter(|event| event.kind == EventKind::BackupFailed);
    failed.map(|event| event.text.as_str()).collect()
}

fn explained(lab: &Lab, subject: &str) -> String {
    lab.explain(subject).unwrap().lines.join("\n")
}

#[test]
fn a_schedule_of_restore_points_fails_while_its_region_is_down_or_throttled() {
    for (fault, target, code) in [
        ("regionDown", "eastus", "InternalOperationError"),
        ("throttled", "East US", "TooManyRequests"),
        ("throttled", "web", "TooManyRequests"),
    ] {
        let mut lab = lab();
        every_six_hours(&mut lab, ("dailyRetentionDays", 7));
        to(&mut lab, "2026-03-03T01:00:00Z");
        let before = kept(&lab).len();
        inject(&mut lab, fault, target, "PT23H");
        let by_hand =
            json!({ "type": "createRestorePoint", "collection": "plan", "name": "by-hand" });
        assert_eq!(refused(&mut lab, by_hand).code, code);
        let events = to(&mut lab, "2026-03-03T23:00:00Z");
        assert_eq!(kept(&lab).len(), before, "{fault}: nothing is taken");
        let failures = failures(&events);
        assert_eq!(failures.len(), 3, "{fault}: {failures:?}");
        assert!(
            failures.iter().all(|text| text.contains(code)),
            "{failures:?}"
        );
        assert_eq!(item(&lab).last_failure.unwrap().code, code);
        // Who asks why is told.
        let why = explained(&lab, "plan");
        assert!(
            why.contains("the backup failed") && why.contains(code),
            "{why}"
        );
        to(&mut lab, "2026-03-04T01:00:00Z");
        assert_eq!(
            kept(&lab).len(),
            before + 1,
            "it goes on when the fault is over"
        );
        assert_eq!(item(&lab).last_failure, None);
        // At 18:00 the last one is a day old and more.
        let worst = lab.rpo()[0].regions[0].worst.seconds();
        assert_eq!(worst, 24 * 3600 + 60, "{fault}");
    }
}

#[test]
fn a_vault_of_a_region_that_is_down_takes_nothing() {
    let mut lab = lab();
    inject(&mut lab, "regionDown", "eastus", "PT1H");
    let protection = |disk: bool| {
        let mut protection = json!({ "type": "protect", "virtualMachine": "web", "vault": "vault1", "policy": standard() });
        if disk {
            protection["service"] = json!("diskBackup");
            protection["virtualMachine"] = json!("data");
            protection["policy"] =
                json!({ "schedule": { "frequency": "Daily" }, "operationalRetentionDays": 7 });
        }
        protection
    };
    for disk in [false, true] {
        let refusal = refused(&mut lab, protection(disk));
        assert_eq!(refusal.code, "InternalOperationError");
        assert!(refusal.message.contains("eastus is down"), "{refusal:?}");
    }
    to(&mut lab, "2026-03-02T01:30:00Z");
    protect(&mut lab, &standard());
    to(&mut lab, "2026-03-02T12:00:00Z");
    assert_eq!(kept(&lab).len(), 1);
    inject(&mut lab, "regionDown", "eastus", "P2D");
    let now = json!({ "type": "backupNow", "item": "web" });
    let refusal = refused(&mut lab, now.clone());
    assert_eq!(refusal.code, "InternalOperationError");
    let events = to(&mut lab, "2026-03-04T11:00:00Z");
    assert_eq!(failures(&events).len(), 2, "{events:?}");
    assert_eq!(kept(&lab).len(), 1, "no snapshot is taken there");
    assert!(explained(&lab, "web").contains("eastus is down"));
    to(&mut lab, "2026-03-05T03:00:00Z");
    assert_eq!(kept(&lab).len(), 2);
    // Too many requests, too.
    inject(&mut lab, "throttled", "web", "P1D");
    assert_eq!(refused(&mut lab, now).code, "TooManyRequests");
}

/// What is not deleted by hand then is not cleaned up either, and goes later.
#[test]
fn a_clean_up_waits_for_the_region() {
    let mut lab = lab();
    every_six_hours(&mut lab, ("dailyRetentionDays", 1));
    to(&mut lab, "2026-03-03T01:00:00Z");
    let points: Vec<Value> = kept(&lab).iter().map(|point| json!(point.0)).collect();
    inject(&mut lab, "regionDown", "eastus", "P2D");
    let events = to(&mut lab, "2026-03-05T00:30:00Z");
    let now: Vec<Value> = kept(&lab).iter().map(|point| json!(point.0)).collect();
    assert_eq!(now, points, "nothing comes, and nothing goes");
    let left = |event: &&Event| event.text.contains("leaves") && event.text.contains("is down");
    assert!(events.iter().any(|event| left(&event)));
    to(&mut lab, "2026-03-05T07:00:00Z");
    let now = kept(&lab);
    assert!(
        now.iter().all(|point| !points.contains(&json!(point.0))),
        "{now:?}"
    );
}

#[test]
fn a_copy_into_a_region_that_is_down_is_not_begun() {
    let mut lab = lab();
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "plan", "source": "web" }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "far", "source": "plan", "location": "westus" }),
    );
    ok(
        &mut lab,
        json!({ "type": "protect", "virtualMachine": "web", "service": "restorePoints", "name": "plan", "copyTo": ["far"],
                "policy": { "schedule": { "frequency": "Hourly", "intervalHours": 6 }, "keepLast": 9 } }),
    );
    let copies = |lab: &Lab| {
        let points = lab.state().restore_points;
        points
            .iter()
            .filter(|point| point.replication.is_some())
            .count()
    };
    to(&mut lab, "2026-03-02T11:00:00Z");
    let before = copies(&lab);
    assert!(before > 0);
    inject(&mut lab, "regionDown", "westus", "PT2H");
    let events = to(&mut lab, "2026-03-02T14:00:00Z");
    assert_eq!(failures(&events).len(), 1, "{events:?}");
    assert!(failures(&events)[0].contains("westus is down"));
    assert_eq!(copies(&lab), before);
    let taken = kept(&lab).len();
    to(&mut lab, "2026-03-02T20:00:00Z");
    assert_eq!((copies(&lab), kept(&lab).len()), (before + 1, taken + 1));
}
