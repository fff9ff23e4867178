//! Forecasts in closed form against the engine that runs the same plan, block by block.

use super::plans::{apart, figures, foretold_by, hourly, id, read};
use rplab_core::api::{Plan, forecast};
use rplab_core::json;
use serde_json::{Value, json};

/// A VM with a disk of 8 GiB, half of it written, under one workload.
fn plan(workload: &Value, policy: &Value, days: u64) -> Value {
    json!({
        "fleet": { "machines": [{
            "id": id("virtualMachines", "web"), "name": "web", "location": "eastus", "facts": { "osType": "Windows" },
            "disks": [{ "id": id("disks", "data"), "name": "data", "sizeGiB": 8, "facts": { "usedGiB": 4 } }] }] },
        "workloads": [{ "workload": workload }],
        "policy": policy,
        "horizonDays": days,
    })
}

/// Stored at the end, at most, on average and transferred: within 2 % of the engine's, in every tier.
fn holds(name: &str, plan: &Value) {
    let closed = foretold_by(plan, Some("closedForm"));
    let exact = foretold_by(plan, Some("exact"));
    assert_eq!(closed.tiers.len(), exact.tiers.len());
    for (closed, exact) in closed.tiers.iter().zip(&exact.tiers) {
        assert_eq!((closed.tier, &closed.region), (exact.tier, &exact.region));
        assert_eq!(
            closed.days.points, exact.days.points,
            "{name}: points of {:?}",
            closed.tier
        );
        assert_eq!(
            closed.peak_points, exact.peak_points,
            "{name}: most points of {:?} at once",
            closed.tier
        );
        for (what, closed, exact) in figures(closed, exact) {
            let apart = apart(closed, exact);
            assert!(
                apart < 200,
                "{name}: {what}: {closed} foretold, {exact} in the engine: {apart} ten-thousandths"
            );
        }
        assert!(exact.stored_bytes.0 > 0, "{name}: something is stored");
    }
}

/// The patterns of the engine's workloads, and what the store's bench writes: single blocks anywhere, runs, a hot set.
fn workloads() -> Vec<(&'static str, Value)> {
    vec![
        (
            "sequential",
            hourly(&json!({ "pattern": "sequential", "writes": 3, "blocksPerWrite": 8 })),
        ),
        (
            "random",
            hourly(&json!({ "pattern": "random", "writes": 20 })),
        ),
        (
            "random in runs",
            hourly(&json!({ "pattern": "random", "writes": 20, "blocksPerWrite": 16 })),
        ),
        (
            "hot spot",
            hourly(&json!({ "pattern": "hotSpot", "writes": 30 })),
        ),
        (
            "append only",
            hourly(&json!({ "pattern": "appendLog", "mibPerHour": 3 })),
        ),
        (
            "weekdays",
            hourly(&json!({ "pattern": "weekdays", "writes": 40 })),
        ),
        (
            "rewrite all",
            json!({ "pattern": "rewriteAll", "every": "P1D" }),
        ),
        ("idle", hourly(&json!({ "pattern": "idle" }))),
        (
            "by size, growing",
            hourly(&json!({ "pattern": "random", "usedThousandthsPerDay": 40 })),
        ),
        (
            "by size, appended",
            hourly(&json!({ "pattern": "appendLog", "usedThousandthsPerDay": 15 })),
        ),
        (
            "by size, weekdays",
            hourly(&json!({ "pattern": "weekdays", "usedThousandthsPerDay": 60 })),
        ),
        (
            "a part of the disk",
            hourly(&json!({ "pattern": "random", "writes": 10, "withinThousandths": 300 })),
        ),
    ]
}

#[test]
fn points_kept_by_days_take_what_the_engine_stores() {
    let policy =
        json!({ "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 14 });
    for (name, workload) in workloads() {
        holds(name, &plan(&workload, &policy, 40));
    }
}

#[test]
fn points_kept_by_grandfathers_take_what_the_engine_stores() {
    let policy = json!({ "schedule": { "frequency": "Hourly", "intervalHours": 6 }, "dailyRetentionDays": 3,
        "weeklyRetention": { "weeks": 4 }, "monthlyRetention": { "on": 1, "months": 2 } });
    for (name, workload) in workloads() {
        holds(name, &plan(&workload, &policy, 75));
    }
}

#[test]
fn copies_and_their_own_retention_take_what_the_engine_stores() {
    let policy =
        json!({ "schedule": { "frequency": "Hourly", "intervalHours": 8 }, "keepLast": 5 });
    for (name, workload) in workloads() {
        let mut plan = plan(&workload, &policy, 30);
        plan["copies"] = json!([
            { "region": "westus" },
            { "region": "westus2", "policy": { "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 10 } },
        ]);
        holds(name, &plan);
    }
}

#[test]
fn copies_that_are_counted_are_never_one_more_than_they_may_be() {
    let policy = json!({ "schedule": { "frequency": "Hourly", "intervalHours": 12 }, "dailyRetentionDays": 9 });
    let mut plan = plan(
        &hourly(&json!({ "pattern": "random", "writes": 10 })),
        &policy,
        20,
    );
    plan["copies"] = json!([{ "region": "northeurope", "policy": { "schedule": { "frequency": "Daily", "time": "05:00" }, "keepLast": 4 } }]);
    holds("four copies", &plan);
    let copies = |method: &str| foretold_by(&plan, Some(method)).tiers[1].peak_points;
    assert_eq!((copies("closedForm"), copies("exact")), (4, 4));
}

/// Some schedule and retention out of a seed.
fn policy(dice: &mut impl FnMut(u64) -> u64) -> Value {
    let hours = [4, 6, 8, 12][dice(4) as usize];
    let offset = ["+00:00", "-07:00", "+05:30"][dice(3) as usize];
    let mut policy = match dice(3) {
        0 => {
            json!({ "schedule": { "frequency": "Hourly", "intervalHours": hours, "time": format!("{:02}:00", dice(24)) } })
        }
        1 => {
            json!({ "schedule": { "frequency": "Daily", "time": format!("{:02}:30", dice(24)), "utcOffset": offset } })
        }
        _ => json!({ "schedule": { "frequency": "Weekly", "weekdays": ["Monday", "Thursday"] } }),
    };
    match dice(3) {
        0 => policy["keepLast"] = json!(1 + dice(6)),
        1 => policy["dailyRetentionDays"] = json!(1 + dice(9)),
        _ => {
            policy["dailyRetentionDays"] = json!(1 + dice(4));
            policy["weeklyRetention"] = json!({ "weeks": 1 + dice(3) });
            policy["keepLast"] = json!(1 + dice(4));
        }
    }
    policy
}

#[test]
fn whatever_is_copied_is_as_many_points_as_in_the_engine() {
    let mut seed = 41_u64;
    let mut dice = |below: u64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let workload = json!({ "every": "P1D", "pattern": "random", "writes": 3 });
    for round in 0..60 {
        let own = policy(&mut dice);
        let mut plan = plan(&workload, &own, 25);
        let mut copies = vec![json!({ "region": "westus" })];
        for region in ["westus2", "northeurope"].iter().take(dice(3) as usize) {
            copies.push(json!({ "region": region, "policy": policy(&mut dice) }));
        }
        plan["copies"] = json!(copies);
        plan["settings"] = json!({ "blockSizeBytes": 1 << 22 });
        let (closed, exact) = (
            foretold_by(&plan, Some("closedForm")),
            foretold_by(&plan, Some("exact")),
        );
        for (closed, exact) in closed.tiers.iter().zip(&exact.tiers) {
            let points = |tier: &rplab_core::forecast::TierForecast| {
                (tier.points, tier.peak_points, tier.days.points.clone())
            };
            assert_eq!(
                points(closed),
                points(exact),
                "round {round}: {:?} in {}\n{plan}",
                exact.tier,
                exact.region
            );
        }
    }
}

#[test]
fn backups_in_a_vault_take_what_the_engine_stores() {
    let policy = json!({ "type": "Enhanced", "schedule": { "frequency": "Hourly", "intervalHours": 12, "time": "06:00" },
        "instantRestoreDays": 3, "dailyRetentionDays": 10, "weeklyRetention": { "weeks": 3 } });
    for (name, workload) in workloads() {
        let mut plan = plan(&workload, &policy, 35);
        plan["service"] = json!("vmBackup");
        holds(name, &plan);
    }
}

#[test]
fn snapshots_of_disks_take_what_the_engine_stores() {
    let policy = json!({ "schedule": { "frequency": "Hourly", "intervalHours": 12 }, "operationalRetentionDays": 12 });
    for (name, workload) in workloads() {
        let mut plan = plan(&workload, &policy, 30);
        plan["service"] = json!("diskBackup");
        holds(name, &plan);
    }
}

#[test]
fn without_a_workload_what_is_used_changes() {
    let policy = json!({ "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 7 });
    let mut plan = plan(&json!({ "every": "PT1H" }), &policy, 30);
    plan.as_object_mut().unwrap().remove("workloads");
    holds("usual", &plan);
    let forecast = foretold_by(&plan, Some("closedForm"));
    assert!(
        forecast
            .assumptions
            .iter()
            .any(|assumption| assumption.name == "changeThousandthsPerDay")
    );
    let tier = &forecast.tiers[0];
    assert!(
        tier.low_stored_bytes < tier.stored_bytes && tier.stored_bytes < tier.high_stored_bytes
    );
}

#[test]
fn malformed_plans_are_refused_by_their_field() {
    let policy = json!({ "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 7 });
    let whole = plan(&json!({ "every": "PT1H" }), &policy, 30);
    let disk = "/fleet/machines/0/disks/0";
    for (at, value, path) in [
        ("/horizonDays", json!(0), "horizonDays"),
        (
            "/policy/dailyRetentionDays",
            json!(0),
            "policy.dailyRetentionDays",
        ),
        (
            "/policy/schedule/frequency",
            json!("Hourly"),
            "policy.schedule.intervalHours",
        ),
        (
            "/workloads/0/workload/every",
            json!("PT1S"),
            "workloads[0].workload.every",
        ),
        (
            "/fleet/machines/0/location",
            json!(""),
            "fleet.machines[0].location",
        ),
        (
            &format!("{disk}/facts/usedGiB"),
            json!(9),
            "fleet.machines[0].disks[0].facts.usedGiB",
        ),
        (
            &format!("{disk}/facts"),
            json!({ "maxShare": 1 }),
            "fleet.machines[0].disks[0].facts.maxShare",
        ),
        (
            "/copies",
            json!([{ "region": "East US" }]),
            "copies[0].region",
        ),
        (
            "/copies",
            json!([{ "region": "westus" }, { "region": "West US" }]),
            "copies[1].region",
        ),
        (
            "/excludeDisks",
            json!([{ "id": "nobody" }]),
            "excludeDisks[0].id",
        ),
        (
            "/settings",
            json!({ "blockSizeBytes": 5 }),
            "settings.blockSizeBytes",
        ),
        (
            "/changeBandThousandths",
            json!(1001),
            "changeBandThousandths",
        ),
        (
            "/objectives",
            json!({ "remoteRpo": "PT5H" }),
            "objectives.regions",
        ),
    ] {
        let mut wrong = whole.clone();
        match wrong.pointer_mut(at) {
            Some(place) => *place = value,
            None => wrong[at.trim_start_matches('/')] = value,
        }
        let error = forecast(&read(&wrong)).expect_err(path);
        assert_eq!(error.path, path, "{}", error.message);
        assert!(error.message.len() > 10, "{}", error.message);
    }
    let mut wrong = whole;
    wrong["speed"] = json!(1);
    assert_eq!(json::read::<Plan>(&wrong).unwrap_err().path(), "speed");
}
