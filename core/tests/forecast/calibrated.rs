//! Change rates read off the sizes of points.

use super::plans::{GIB, lab, machine};
use rplab_core::api::{Json, Lab, calibrate};
use rplab_core::json;
use serde_json::{Value, json};

#[test]
fn change_rates_are_read_off_the_sizes_of_points() {
    let policy = json!({ "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 30 });
    let mut lab = lab(&policy, &[], &json!({}));
    let workload = json!({ "every": "PT1H", "pattern": "random", "usedThousandthsPerDay": 60, "withinThousandths": 157 });
    lab.dispatch_json(json!({ "type": "setWorkload", "disk": "web-data", "workload": workload }))
        .unwrap();
    lab.advance("P20D".parse().unwrap());
    let found = calibrate(&lab.observed_disks()).unwrap();
    assert_eq!(found.len(), 1);
    let rate = found[0].change_thousandths_per_day;
    assert!((57..=63).contains(&rate), "{rate} found, 60 at work");
    assert!(
        found[0].low_change_thousandths_per_day <= rate
            && rate <= found[0].high_change_thousandths_per_day
    );
    assert_eq!(
        found[0].workload.workload.used_thousandths_per_day,
        Some(rate)
    );
    // A list of sizes does as well, in any order; a week's snapshot hides what was written twice.
    let day = |day: u64, gib: u64| json!({ "at": format!("2026-01-{day:02}T00:00:00Z"), "bytes": gib * GIB });
    let list = json!([{ "disk": "sap", "snapshots": [day(15, 30), day(1, 100), day(8, 30)] }]);
    let weekly = calibrate(&json::read::<Vec<_>>(&list).unwrap()).unwrap();
    assert_eq!(weekly[0].used_bytes.0, 100 * GIB);
    // -ln(1 - 0.3) / 7
    assert!(
        (50..=52).contains(&weekly[0].change_thousandths_per_day),
        "{}",
        weekly[0].change_thousandths_per_day
    );
    let none = json!([{ "disk": "new", "snapshots": [day(1, 100)] }]);
    assert_eq!(
        calibrate(&json::read::<Vec<_>>(&none).unwrap())
            .unwrap_err()
            .path,
        "[0].snapshots"
    );
}

/// A lab with a disk of 64 GiB, 40 of them in use, that writes so many thousandths of it a day anywhere.
fn growing(thousandths: u64, policy: &Value, days: &str) -> Lab {
    let fleet = json!({ "machines": [machine("web", 64, 40)] });
    let mut lab = Json::new_lab(Some(json!({ "fleet": fleet }))).unwrap();
    let workload =
        json!({ "every": "PT1H", "pattern": "random", "usedThousandthsPerDay": thousandths });
    for command in [
        json!({ "type": "setWorkload", "disk": "web-data", "workload": workload }),
        json!({ "type": "protect", "virtualMachine": "web", "service": "restorePoints", "name": "plan", "policy": policy }),
    ] {
        assert!(lab.dispatch_json(command).unwrap().is_ok());
    }
    lab.advance(days.parse().unwrap());
    lab
}

#[test]
fn growth_is_no_change_of_what_was_used() {
    // What is used grows from 40 to 50, 60 and 64 GiB while it is watched.
    for thousandths in [45, 100, 300, 700] {
        for policy in [
            json!({ "schedule": { "frequency": "Daily" }, "keepLast": 400 }),
            json!({ "schedule": { "frequency": "Hourly", "intervalHours": 4 }, "keepLast": 400 }),
        ] {
            let lab = growing(thousandths, &policy, "P8D");
            let found = calibrate(&lab.observed_disks()).unwrap();
            let rate = found[0].change_thousandths_per_day;
            let apart = rate.abs_diff(thousandths) * 1000 / thousandths;
            assert!(apart <= 30, "{rate} found, {thousandths} at work: {policy}");
            let within = found[0].workload.workload.within_thousandths;
            assert!(
                (950..=1000).contains(&within),
                "writes go anywhere: {within}"
            );
            assert!(found[0].notes.is_empty());
        }
    }
}

#[test]
fn what_is_left_of_many_points_tells_the_same_rate() {
    // Of daily points one a week is kept in the end: what they tell is a week's change, not a day's.
    let policy = json!({ "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 2, "weeklyRetention": { "weeks": 12 } });
    let lab = growing(45, &policy, "P70D");
    let found = calibrate(&lab.observed_disks()).unwrap();
    assert!(found[0].samples >= 9, "{}", found[0].samples);
    let rate = found[0].change_thousandths_per_day;
    assert!((43..=47).contains(&rate), "{rate} found, 45 at work");
}

#[test]
fn where_all_of_a_disk_changed_its_rate_is_the_least_that_does_it() {
    let day = |day: u64, gib: u64| json!({ "at": format!("2026-01-{day:02}T00:00:00Z"), "bytes": gib * GIB });
    let read = |disk: Value| calibrate(&json::read::<Vec<_>>(&json!([disk])).unwrap());
    let whole = json!({ "disk": "sap", "sizeBytes": 128 * GIB, "snapshots": [day(1, 100), day(2, 100), day(3, 100)] });
    let found = read(whole).unwrap().remove(0);
    assert_eq!(found.change_thousandths_per_day, 1000);
    assert!(
        found.notes[0].text.contains("2 of 2 samples"),
        "{:?}",
        found.notes
    );
    let workload = &found.workload.workload;
    assert_eq!(workload.used_thousandths_per_day, None);
    assert_eq!(json::write(&workload.pattern), json!("rewriteAll"));
    assert_eq!(workload.every.to_string(), "P1D");
    // A plan with it stores as much again each day.
    let of_plan = json::write(&found.workload);
    let foretold = super::plans::foretold(
        &json!({ "fleet": { "machines": [machine("sap", 128, 100)] },
        "workloads": [{ "workload": of_plan["workload"] }], "horizonDays": 20 }),
    );
    let of_tier = &foretold.tiers[0];
    assert_eq!(of_tier.stored_bytes.0 / GIB, 100 * of_tier.points);
    // More than the disk has room for is a mistake, and says where.
    for (disk, path) in [
        (
            json!({ "disk": "d", "sizeBytes": 128 * GIB, "snapshots": [day(1, 100), day(2, 200)] }),
            "[0].snapshots[1].bytes",
        ),
        (
            json!({ "disk": "d", "sizeBytes": 128 * GIB, "usedBytes": 200 * GIB, "snapshots": [day(1, 100), day(2, 5)] }),
            "[0].usedBytes",
        ),
    ] {
        assert_eq!(read(disk).unwrap_err().path, path);
    }
    // A list that begins in the midst of a disk's life: little changed, much is used.
    let later = json!({ "disk": "d", "usedBytes": 100 * GIB, "sizeBytes": 128 * GIB, "snapshots": [day(1, 5), day(2, 5), day(3, 5)] });
    let rate = read(later).unwrap()[0].change_thousandths_per_day;
    assert!((50..=52).contains(&rate), "{rate}");
}
