//! Change rates read off the sizes of points.

use super::plans::{GIB, lab};
use rplab_core::api::calibrate;
use rplab_core::json;
use serde_json::json;

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
