//! Time, and what writes by itself as it passes.

use super::{GIB, MIB, advance, capture, ok, point, refused, started, write};
use rplab_core::api::{EventKind, Lab};
use serde_json::{Value, json};

fn workload(lab: &mut Lab, fields: Value) {
    ok(
        lab,
        json!({ "type": "setWorkload", "disk": "data", "workload": fields }),
    );
}

/// What the data disk of a point added, in MiB.
fn added(lab: &mut Lab, name: &str) -> u64 {
    capture(lab, name);
    point(lab, name).disks[1].added_bytes.0 / MIB
}

#[test]
fn the_clock_runs_until_something_has_happened() {
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p1" }),
    );
    let until = |event: &str, subject: &str| json!({ "type": "advanceClock", "until": { "event": event, "subject": subject } });
    let events = ok(&mut lab, until("restorePointSucceeded", "p1"));
    assert_eq!(
        events.last().unwrap().kind,
        EventKind::RestorePointSucceeded
    );
    assert_eq!(lab.state().time.to_string(), "2026-01-05T00:01:00Z");
    // What does not come is refused, and the clock stays.
    workload(
        &mut lab,
        json!({ "every": "PT1H", "pattern": "sequential" }),
    );
    let mut waits = until("deleted", "p1");
    waits["by"] = "P1D".into();
    let error = refused(&mut lab, waits);
    assert_eq!(
        (error.code.as_str(), error.target.as_deref()),
        ("OperationNotAllowed", Some("until"))
    );
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "p1" }),
    );
    ok(
        &mut lab,
        json!({ "type": "advanceClock", "until": { "subject": "p1" } }),
    );
    assert!(lab.state().restore_points.is_empty());
}

#[test]
fn work_due_at_one_instant_runs_in_the_order_planned() {
    let mut lab = started(json!({ "durations.createRestorePointSeconds": 3600 }));
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p1" }),
    );
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "agentNotReady", "target": "vm", "from": "2026-01-05T01:00:00Z" }),
    );
    let events = advance(&mut lab, "PT1H");
    let kinds: Vec<EventKind> = events.iter().map(|event| event.kind).collect();
    assert_eq!(
        kinds,
        [
            EventKind::RestorePointSucceeded,
            EventKind::FaultBegan,
            EventKind::Updated
        ]
    );
}

#[test]
fn workloads_write_where_they_say() {
    for (pattern, blocks) in [
        ("idle", 0),
        ("sequential", 24),
        ("appendLog", 24),
        ("rewriteAll", 1024),
    ] {
        let mut lab = started(json!({}));
        capture(&mut lab, "p0");
        workload(&mut lab, json!({ "every": "PT1H", "pattern": pattern }));
        advance(&mut lab, "P1D");
        assert_eq!(added(&mut lab, "p1"), blocks, "{pattern}");
        let ranges = lab
            .changed_ranges(&rplab_core::api::ChangedRangesQuery {
                disk: "data".into(),
                from: "p0".into(),
                to: Some("p1".into()),
            })
            .unwrap();
        let place = ranges.first().map(|range| (range.first, range.last));
        let expected = match pattern {
            "sequential" => Some((0, 23)),
            "appendLog" => Some((1024, 1047)),
            "rewriteAll" => Some((0, 1023)),
            _ => None,
        };
        assert_eq!((place, ranges.len() < 2), (expected, true), "{pattern}");
    }
}

#[test]
fn a_hot_spot_is_hot_and_random_is_everywhere() {
    let share = |pattern: &str| {
        let mut lab = started(json!({}));
        capture(&mut lab, "p0");
        workload(
            &mut lab,
            json!({ "every": "PT1M", "pattern": pattern, "writes": 1 }),
        );
        advance(&mut lab, "PT12H");
        capture(&mut lab, "p1");
        let ranges = lab
            .changed_ranges(&rplab_core::api::ChangedRangesQuery {
                disk: "data".into(),
                from: "p0".into(),
                to: Some("p1".into()),
            })
            .unwrap();
        let count = |last: u64| {
            ranges
                .iter()
                .filter(|range| range.first < last)
                .map(|range| range.last.min(last - 1) - range.first + 1)
                .sum::<u64>()
        };
        (count(410), count(4096))
    };
    let (hot, all) = share("hotSpot");
    assert!(hot > 300 && all - hot < 150, "{hot} of {all}");
    let (front, all) = share("random");
    assert!(front < all / 4, "{front} of {all}");
}

#[test]
fn workloads_by_rate_and_by_share_of_what_is_used() {
    let mut lab = started(json!({}));
    capture(&mut lab, "p0");
    workload(
        &mut lab,
        json!({ "every": "PT10M", "pattern": "sequential", "mibPerHour": 7 }),
    );
    advance(&mut lab, "P1D");
    // 7 MiB an hour are no whole number of blocks in ten minutes; nothing is lost in a day.
    assert_eq!(added(&mut lab, "p1"), 168);
    workload(
        &mut lab,
        json!({ "every": "PT1H", "pattern": "sequential", "usedThousandthsPerDay": 100 }),
    );
    advance(&mut lab, "P1D");
    // A tenth of 1 GiB.
    assert_eq!(added(&mut lab, "p2"), 102);
    let both = json!({ "type": "setWorkload", "disk": "data", "workload": { "every": "PT1H", "mibPerHour": 1, "usedThousandthsPerDay": 1 } });
    assert_eq!(
        refused(&mut lab, both).target.as_deref(),
        Some("workload.mibPerHour")
    );
}

#[test]
fn weekdays_are_busy_and_weekends_are_not() {
    // The lab starts on a Monday.
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "createDisk", "name": "big", "location": "eastus", "sizeGiB": 1024 }),
    );
    ok(
        &mut lab,
        json!({ "type": "attachDisk", "virtualMachine": "vm", "disk": "big" }),
    );
    capture(&mut lab, "p0");
    ok(
        &mut lab,
        json!({ "type": "setWorkload", "disk": "big", "workload": { "every": "PT1H", "pattern": "weekdays", "mibPerHour": 100 } }),
    );
    let day = |lab: &mut Lab, name: &str, until: &str| {
        ok(lab, json!({ "type": "advanceClock", "to": until }));
        capture(lab, name);
        point(lab, name).disks[2].added_bytes.0 / MIB
    };
    let monday = day(&mut lab, "monday", "2026-01-06T00:00:00Z");
    day(&mut lab, "week", "2026-01-10T00:00:00Z");
    let saturday = day(&mut lab, "saturday", "2026-01-11T00:00:00Z");
    // Ten full hours and thirteen at a tenth; a day of tenths. Chance lets a few blocks meet.
    assert!((1120..=1130).contains(&monday), "{monday}");
    assert!((235..=240).contains(&saturday), "{saturday}");
}

#[test]
fn a_stopped_vm_writes_nothing() {
    let mut lab = started(json!({}));
    capture(&mut lab, "p0");
    workload(
        &mut lab,
        json!({ "every": "PT1H", "pattern": "sequential" }),
    );
    ok(
        &mut lab,
        json!({ "type": "deallocateVirtualMachine", "virtualMachine": "vm" }),
    );
    advance(&mut lab, "P1D");
    assert_eq!(added(&mut lab, "p1"), 0);
}

#[test]
fn a_disk_left_out_until_today_costs_what_it_always_would() {
    let mut lab = started(json!({}));
    let left_out = |name: &str| json!({ "type": "createRestorePoint", "collection": "rpc", "name": name, "excludeDisks": [{ "id": "DATA" }] });
    ok(&mut lab, left_out("p1"));
    advance(&mut lab, "PT1H");
    assert_eq!(point(&lab, "p1").disks.len(), 1);
    capture(&mut lab, "p2");
    assert!(point(&lab, "p2").disks[1].full && point(&lab, "p2").disks[1].added_bytes.0 == GIB);
    write(&mut lab, "data", 0, 9);
    ok(&mut lab, left_out("p3"));
    advance(&mut lab, "PT1H");
    write(&mut lab, "data", 5, 14);
    // Captured before and left out once: it goes on from its last capture.
    assert_eq!(added(&mut lab, "p4"), 15);
    assert!(!point(&lab, "p4").disks[1].full);
    let foreign = json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p5", "excludeDisks": [{ "id": "not-mine" }] });
    assert_eq!(
        refused(&mut lab, foreign).target.as_deref(),
        Some("excludeDisks[0].id")
    );
}

#[test]
fn any_past_instant_is_shown_and_can_be_gone_on_from() {
    let mut lab = started(json!({}));
    let mut seen = Vec::new();
    for day in 0..40 {
        write(&mut lab, "data", day, day);
        capture(&mut lab, &format!("p{day}"));
        seen.push((lab.state().time, lab.digest(), lab.state().stored_bytes));
        advance(&mut lab, "P1D");
    }
    for (time, digest, stored) in &seen {
        let then = lab.branch_at(*time).unwrap();
        assert_eq!(
            (then.digest(), then.state().stored_bytes),
            (*digest, *stored)
        );
        assert_eq!(lab.state_at(*time).unwrap().time, *time);
    }
    let half_way: rplab_core::units::SimInstant = "2026-01-20T12:34:56Z".parse().unwrap();
    let mut branch = lab.branch_at(half_way).unwrap();
    let file = rplab_core::json::write(&branch.export_scenario());
    assert_eq!(Lab::from_scenario(file).unwrap().digest(), branch.digest());
    assert!(branch.compare(&branch.clone()).is_empty());
    let other = branch.clone();
    write(&mut branch, "data", 500, 501);
    let differences = branch.compare(&other);
    assert!(
        differences
            .iter()
            .all(|difference| difference.path.contains("disks/")),
        "{differences:?}"
    );
    branch.undo();
    assert_eq!(branch.digest(), other.digest());
    for outside in ["2025-01-01T00:00:00Z", "2030-01-01T00:00:00Z"] {
        assert_eq!(
            lab.branch_at(outside.parse().unwrap()).unwrap_err().path,
            "time"
        );
    }
}
