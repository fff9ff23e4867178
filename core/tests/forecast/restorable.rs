//! How long a restore takes, by where the newest point is.

use super::plans::{foretold, idle, machine, plan, rates};
use rplab_core::api::{Breaker, BreakerOptions, compare_plans};
use rplab_core::forecast::ObjectiveResult;
use serde_json::{Value, json};

/// The fields of a plan for one VM of 3,000 GiB.
fn large(service: &str, policy: &Value, within: &str) -> Value {
    json!({ "service": service, "policy": policy, "workloads": idle(), "rates": rates(50_000), "horizonDays": 62,
        "fleet": { "machines": [machine("sql", 4096, 3000)] }, "objectives": { "restorableWithin": within } })
}

fn told(fields: &Value) -> ObjectiveResult {
    foretold(fields).objectives.remove(0)
}

#[test]
fn what_only_the_vault_has_takes_as_long_as_its_bytes() {
    let weekly = |instant: u64| json!({ "type": "Standard", "schedule": { "frequency": "Weekly" }, "weeklyRetention": { "weeks": 8 }, "instantRestoreDays": instant });
    let daily = json!({ "type": "Standard", "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 8, "instantRestoreDays": 1 });
    // The snapshot is there until the next run: 15 minutes with bad luck, and 5 for the VM. Of a week without it for
    // two days the vault's 25 MiB a second decide.
    let moved = 1200 + 3000 * 1024 / 25 + 1 + 300;
    for (policy, takes, from) in [
        (daily, 1200, "from the newest point,"),
        (weekly(5), moved, "in the vault"),
    ] {
        for (within, met) in [(takes - 2, false), (takes, true)] {
            let fields = large("vmBackup", &policy, &format!("PT{within}S"));
            let found = told(&fields);
            assert_eq!(found.met, Some(met), "{within}: {}", found.achieved);
            assert!(found.achieved.contains(from), "{}", found.achieved);
            let compared = compare_plans(&[plan(&fields)]).unwrap();
            let reasons = &compared.plans[0].ruled_out;
            let missed = reasons.iter().any(|note| note.about == "restorableWithin");
            assert_eq!(missed, !met, "{within}: {reasons:?}");
        }
    }
    // What the settings say goes before all of it.
    let mut fields = large("vmBackup", &weekly(5), "PT10M");
    fields["settings"] = json!({ "durations.restoreSeconds": 601 });
    assert_eq!(told(&fields).met, Some(false));
    fields["settings"] = json!({ "durations.restoreSeconds": 600 });
    assert_eq!(told(&fields).met, Some(true));
}

#[test]
fn a_gap_without_any_point_is_longer_than_any_restore() {
    let gap = json!({ "schedule": { "frequency": "Weekly" }, "dailyRetentionDays": 2 });
    let found = told(&large("restorePoints", &gap, "P1D"));
    assert_eq!(
        (found.met, found.achieved.as_str()),
        (Some(false), "no usable point at some moment")
    );
}

#[test]
fn the_breaker_takes_the_restore_off_what_is_left() {
    let daily = json!({ "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 8 });
    let short = plan(&large("restorePoints", &daily, "PT1M"));
    let error = Breaker::new(&short, &BreakerOptions::default()).map(drop);
    assert_eq!(error.unwrap_err().path, "objectives.restorableWithin");
}
