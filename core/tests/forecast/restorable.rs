//! How long a restore takes counts, and what decides is told.

use super::plans::{foretold, idle, machine, plan, rates};
use rplab_core::api::{Breaker, BreakerOptions, compare_plans, forecast};
use rplab_core::forecast::ObjectiveResult;
use serde_json::{Value, json};

/// The fields of a plan for one VM of 3,000 GiB.
fn large(service: &str, policy: Value, within: &str) -> Value {
    json!({ "service": service, "policy": policy, "workloads": idle(), "rates": rates(50_000), "horizonDays": 60,
        "fleet": { "machines": [machine("sql", 4096, 3000)] }, "objectives": { "restorableWithin": within } })
}

fn daily(fields: Value) -> Value {
    let mut policy = json!({ "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 8 });
    policy
        .as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    policy
}

fn told(fields: &Value) -> ObjectiveResult {
    foretold(fields).objectives.remove(0)
}

#[test]
fn a_restore_takes_its_time_from_each_service() {
    let weekly = json!({ "type": "Standard", "schedule": { "frequency": "Weekly" }, "weeklyRetention": { "weeks": 8 }, "instantRestoreDays": 5 });
    for (service, policy, takes, from) in [
        // A disk in 20 seconds, a VM in 90.
        (
            "restorePoints",
            daily(json!({})),
            110,
            "from the restore point",
        ),
        ("diskBackup", daily(json!({})), 110, "by hand"),
        // From the snapshot in 300 seconds, and the VM.
        (
            "vmBackup",
            daily(json!({ "type": "Standard", "instantRestoreDays": 1 })),
            390,
            "from the snapshot tier",
        ),
        // Of a week the snapshot is there for five days: the vault's 60 MiB a second decide.
        (
            "vmBackup",
            weekly,
            300 + 3000 * 1024 / 60 + 90,
            "from the vault",
        ),
    ] {
        for (within, met) in [(takes - 1, false), (takes, true)] {
            let within = format!("PT{within}S");
            let found = told(&large(service, policy.clone(), &within));
            assert_eq!(found.objective, "restorableWithin");
            assert_eq!(
                found.met,
                Some(met),
                "{service} {within}: {}",
                found.achieved
            );
            assert!(found.achieved.contains(from), "{}", found.achieved);
            assert!(found.achieved.contains("typically"), "{}", found.achieved);
            let compared = compare_plans(&[plan(&large(service, policy.clone(), &within))]);
            let reasons = &compared.unwrap().plans[0].ruled_out;
            let missed = reasons.iter().any(|note| note.about == "restorableWithin");
            assert_eq!(missed, !met, "{service} {within}: {reasons:?}");
        }
    }
    let assumed = foretold(&large("restorePoints", daily(json!({})), "PT1H")).assumptions;
    let named = |name: &str| assumed.iter().any(|known| known.name == name);
    assert!(named("createDisk") && named("createVirtualMachine"));
}

#[test]
fn what_the_settings_say_of_a_restore_decides() {
    let mut fields = large("restorePoints", daily(json!({})), "PT10M");
    fields["settings"] = json!({ "durations.restoreSeconds": 601 });
    assert_eq!(told(&fields).met, Some(false));
    fields["settings"] = json!({ "durations.restoreSeconds": 600 });
    assert_eq!(told(&fields).met, Some(true));
    // A gap without any point is longer than any restore.
    let gap = json!({ "schedule": { "frequency": "Weekly" }, "dailyRetentionDays": 2 });
    let found = told(&large("restorePoints", gap, "P1D"));
    assert_eq!(
        (found.met, found.achieved.as_str()),
        (Some(false), "no usable point at some moment")
    );
}

#[test]
fn the_breaker_takes_the_restore_off_what_is_left() {
    let short = plan(&large("restorePoints", daily(json!({})), "PT1M"));
    assert_eq!(forecast(&short).unwrap().objectives[0].met, Some(false));
    let error = Breaker::new(&short, &BreakerOptions::default()).map(drop);
    assert_eq!(error.unwrap_err().path, "objectives.restorableWithin");
}
