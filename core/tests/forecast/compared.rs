//! Plans side by side, and the cheapest that does what it should.

use super::plans::{machine, plan, rates, seconds};
use rplab_core::api::compare_plans;
use serde_json::{Value, json};

#[test]
fn the_cheapest_plan_is_one_that_nothing_rules_out() {
    let objectives = json!({ "rpo": "PT13H", "retentionDays": 7 });
    let of = |name: &str, fields: Value| {
        let mut all = json!({ "name": name, "objectives": objectives, "rates": rates(50_000) });
        all.as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        plan(&all)
    };
    let every = |hours: u64, days: u64| json!({ "schedule": { "frequency": "Hourly", "intervalHours": hours }, "dailyRetentionDays": days });
    let mut shared = machine("shared", 64, 10);
    shared["disks"][0]["facts"]["maxShares"] = json!(2);
    let plans = [
        of("often", json!({ "policy": every(4, 30) })),
        of("enough", json!({ "policy": every(12, 7) })),
        of("seldom", json!({ "policy": every(24, 7) })),
        of(
            "standard",
            json!({ "service": "vmBackup", "policy": every(12, 7) }),
        ),
        of(
            "shared",
            json!({ "policy": every(12, 7), "fleet": { "machines": [shared] } }),
        ),
    ];
    let compared = compare_plans(&plans).unwrap();
    assert_eq!(compared.cheapest, Some(1), "{}", compared.why);
    let why: Vec<_> = compared
        .plans
        .iter()
        .map(|plan| plan.ruled_out.first().map(|note| note.about.as_str()))
        .collect();
    assert_eq!(why, [None, None, Some("rpo"), Some("web"), Some("shared")]);
    let of_policy = compared.plans[3]
        .ruled_out
        .iter()
        .any(|note| note.about == "policy.type");
    assert!(of_policy, "{:?}", compared.plans[3].ruled_out);
    assert!(
        !compared.plans[4].ruled_out[0].row_ids.is_empty(),
        "the row that decides"
    );
    assert!(
        compared.plans[0].monthly_typical_millionths > compared.plans[1].monthly_typical_millionths
    );
    assert_eq!(
        compared.plans[1].worst_rpo.unwrap().seconds(),
        seconds("PT12H1M")
    );
    // Without rates nothing is cheapest.
    let unpriced = compare_plans(&[plan(&json!({})), plan(&json!({}))]).unwrap();
    assert_eq!(unpriced.cheapest, None);
}
