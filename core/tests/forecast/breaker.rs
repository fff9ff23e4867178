//! The plan breaker: the shortest schedule of faults under which a plan misses an objective, as a scenario that replays.

use super::plans::{idle, machine_in, plan, seconds};
use rplab_core::api::{Breaker, BreakerOptions, BreakerReport, Plan, run_scenario};
use rplab_core::json;
use serde_json::{Value, json};

/// Searches to the end.
fn search(plan: &Plan, options: &Value) -> BreakerReport {
    let options: BreakerOptions = json::read(options).unwrap();
    let mut breaker = Breaker::new(plan, &options).unwrap_or_else(|error| panic!("{error}"));
    loop {
        breaker.step(50);
        let report = breaker.report("0", "0");
        if report.done {
            return report;
        }
    }
}

/// The scenario's expectation fails on replay, and holds where the faults are taken out.
fn replays(report: &BreakerReport, difference: &str) {
    assert!(report.scenario.is_some(), "the plan is broken");
    let scenario = json::write(report.scenario.as_ref().unwrap());
    let run = run_scenario(scenario.clone()).unwrap();
    assert!(!run.met, "{:?}", report.missed);
    let said = &run.expectations[0].differences[0];
    assert!(said.contains(difference), "{said}");
    let mut healed = scenario;
    let commands = healed["commands"].as_array_mut().unwrap();
    commands.retain(|command| command["type"] != "injectFault");
    let healed = run_scenario(healed).unwrap();
    assert!(healed.met, "{:?}", healed.expectations);
}

#[test]
fn a_broken_plan_is_a_scenario_that_replays() {
    let plan = plan(
        &json!({ "name": "nightly", "workloads": idle(), "copies": [{ "region": "westus" }],
        "policy": { "schedule": { "frequency": "Hourly", "intervalHours": 6 }, "keepLast": 10 },
        "objectives": { "rpo": "PT13H", "remoteRpo": "P1D", "regions": ["westus"] } }),
    );
    let options = BreakerOptions {
        schedules: Some(60),
        ..BreakerOptions::default()
    };
    let search = || {
        let mut breaker = Breaker::new(&plan, &options).unwrap();
        let mut steps = 0;
        loop {
            breaker.step(20);
            steps += 1;
            let report = breaker.report("0", "0");
            if report.done {
                return (report, steps);
            }
        }
    };
    let (report, steps) = search();
    assert!(steps > 1 && report.tried <= 60);
    assert!(!report.broken_by_itself);
    // One fault is enough, and it has to hide two points: at 6 h between them and 13 h allowed, one may be missing.
    assert_eq!(report.faults.len(), 1, "{:?}", report.faults);
    let lasts = report.faults[0].lasts.seconds();
    assert!(
        (seconds("PT6H")..=seconds("PT7H")).contains(&lasts),
        "{:?}",
        report.faults
    );
    let scenario = report.scenario.clone().unwrap();
    let run = run_scenario(json::write(&scenario)).unwrap();
    assert!(!run.met, "the scenario's expectation fails");
    assert!(
        run.expectations[0].differences[0].contains("rpo of"),
        "{:?}",
        run.expectations
    );
    // Without the fault the same scenario holds.
    let mut healed = json::write(&scenario);
    healed["commands"]
        .as_array_mut()
        .unwrap()
        .retain(|command| command["type"] != "injectFault");
    assert!(run_scenario(healed).unwrap().met);
    // The same seed finds the same, on every machine.
    assert_eq!(search().0, report);
}

#[test]
fn what_cannot_be_broken_is_refused_by_field() {
    let bare = plan(&json!({}));
    let error = Breaker::new(&bare, &BreakerOptions::default()).unwrap_err();
    assert_eq!(error.path, "objectives.rpo");
    let weak = plan(&json!({ "workloads": idle(), "objectives": { "rpo": "PT23H" } }));
    let mut breaker = Breaker::new(&weak, &BreakerOptions::default()).unwrap();
    breaker.step(1);
    let report = breaker.report("0", "0");
    assert!(report.done && report.broken_by_itself && report.faults.is_empty());
    assert!(
        !run_scenario(json::write(&report.scenario.unwrap()))
            .unwrap()
            .met
    );
    for (options, path) in [
        (
            BreakerOptions {
                days: Some(2),
                ..BreakerOptions::default()
            },
            "options.days",
        ),
        (
            BreakerOptions {
                faults: Some(9),
                ..BreakerOptions::default()
            },
            "options.faults",
        ),
    ] {
        assert_eq!(Breaker::new(&weak, &options).unwrap_err().path, path);
    }
}

/// Every VM of the plan has its objectives, not the first alone.
#[test]
fn any_vm_of_the_plan_may_be_the_one_that_breaks_it() {
    let fleet = json!({ "machines": [machine_in("web", "eastus", 10), machine_in("sql", "westeurope", 20), machine_in("twin", "eastus", 10)] });
    let plan =
        plan(&json!({ "fleet": fleet, "workloads": idle(), "objectives": { "rpo": "PT30H" } }));
    let mut named: Vec<String> = Vec::new();
    for seed in 1..=8 {
        let report = search(
            &plan,
            &json!({ "seed": seed, "schedules": 6, "faults": 1, "kinds": ["agentNotReady"] }),
        );
        // One of those that are alike, and every kind of VM.
        assert_eq!(report.machines, ["web", "sql"]);
        if let Some(missed) = &report.missed {
            assert_eq!(missed.about, "rpo");
            let of = ["web", "sql"]
                .into_iter()
                .find(|name| missed.text.contains(&format!("of {name} in")))
                .unwrap();
            assert!(report.faults[0].target.ends_with(of), "{report:?}");
            named.push(of.to_owned());
            replays(&report, "rpo of");
        }
    }
    named.sort();
    named.dedup();
    assert_eq!(named, ["sql", "web"]);
}

#[test]
fn points_that_reach_back_too_short_break_a_plan() {
    let policy =
        json!({ "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 5 });
    let plan = plan(
        &json!({ "workloads": idle(), "policy": policy, "objectives": { "retentionDays": 4 } }),
    );
    let options = json!({ "schedules": 60, "faults": 1, "longest": "P7D", "kinds": ["agentNotReady"], "days": 16 });
    let report = search(&plan, &options);
    assert!(!report.broken_by_itself);
    assert_eq!(
        report.missed.as_ref().unwrap().about,
        "retentionDays",
        "{:?}",
        report.missed
    );
    // Two days of points must be missing: with one the oldest is still three days old.
    let lasts = report.faults[0].lasts.seconds();
    assert!(
        (seconds("P1D")..=seconds("P6D")).contains(&lasts),
        "{:?}",
        report.faults
    );
    replays(&report, "reach of");
}

#[test]
fn a_vm_that_cannot_be_restored_in_time_breaks_a_plan_and_a_copy_takes_two_losses() {
    let asked = json!({ "restorableWithin": "PT4H" });
    let options =
        json!({ "schedules": 400, "faults": 2, "longest": "P2D", "kinds": ["regionDown"] });
    let alone = search(
        &plan(&json!({ "workloads": idle(), "objectives": asked })),
        &options,
    );
    assert_eq!(alone.missed.as_ref().unwrap().about, "restorableWithin");
    assert_eq!(alone.faults.len(), 1, "{:?}", alone.faults);
    // The restore itself takes a part of the four hours.
    let lasts = alone.faults[0].lasts.seconds();
    assert!(
        (seconds("PT3H30M")..=seconds("PT4H30M")).contains(&lasts),
        "{:?}",
        alone.faults
    );
    replays(&alone, "restorable of");
    let copied = plan(
        &json!({ "workloads": idle(), "objectives": asked, "copies": [{ "region": "westus" }] }),
    );
    let both = search(&copied, &options);
    assert_eq!(
        both.faults.len(),
        2,
        "one region is not enough: {:?}",
        both.faults
    );
    let targets: Vec<&str> = both
        .faults
        .iter()
        .map(|fault| fault.target.as_str())
        .collect();
    assert!(
        targets.contains(&"eastus") && targets.contains(&"westus"),
        "{targets:?}"
    );
    replays(&both, "restorable of");
    // One region at a time does not break it.
    let one = json!({ "schedules": 60, "faults": 1, "longest": "P2D", "kinds": ["regionDown"] });
    assert_eq!(search(&copied, &one).scenario, None);
}

#[test]
fn a_plan_that_holds_is_tried_to_the_end() {
    let plan = plan(&json!({ "workloads": idle(), "objectives": { "rpo": "P4D" } }));
    let report = search(
        &plan,
        &json!({ "schedules": 150, "longest": "PT6H", "faults": 2, "days": 7 }),
    );
    assert_eq!((report.tried, report.scenario), (150, None));
    assert!(report.faults.is_empty() && report.runs > 150);
}

/// Ten machines of ten kinds: as many are run as is asked for, those with the most data first.
#[test]
fn of_many_kinds_some_are_run_and_told() {
    let machines: Vec<Value> = (1..=10)
        .map(|at| machine_in(&format!("vm{at}"), "eastus", at))
        .collect();
    let plan = plan(
        &json!({ "fleet": { "machines": machines }, "workloads": idle(), "objectives": { "rpo": "PT1H" } }),
    );
    let report = search(&plan, &json!({ "machines": 3 }));
    assert_eq!(report.machines, ["vm8", "vm9", "vm10"]);
    assert!(report.broken_by_itself);
    let error = Breaker::new(
        &plan,
        &BreakerOptions {
            machines: Some(21),
            ..BreakerOptions::default()
        },
    )
    .unwrap_err();
    assert_eq!(error.path, "options.machines");
    // A restore that takes longer than everything may take is no plan to run.
    let short = self::plan(
        &json!({ "objectives": { "restorableWithin": "PT5M" }, "settings": { "durations.restoreSeconds": 600 } }),
    );
    let error = Breaker::new(&short, &BreakerOptions::default())
        .map(drop)
        .unwrap_err();
    assert_eq!(error.path, "objectives.restorableWithin");
}

/// A plan for Azure Disk Backup with an objective.
fn by_disk(objectives: &Value) -> Plan {
    plan(
        &json!({ "service": "diskBackup", "workloads": idle(), "objectives": objectives,
        "policy": { "schedule": { "frequency": "Hourly", "intervalHours": 6 }, "operationalRetentionDays": 5 } }),
    )
}

#[test]
fn a_plan_that_misses_its_objective_by_itself_is_told_under_disk_backup_too() {
    for (asked, about) in [
        (json!({ "rpo": "PT1H" }), "rpo"),
        (json!({ "retentionDays": 30 }), "retentionDays"),
    ] {
        let report = search(&by_disk(&asked), &json!({ "schedules": 10, "days": 12 }));
        assert!(report.broken_by_itself, "{asked}");
        let missed = report.missed.as_ref().unwrap();
        assert_eq!(missed.about, about);
        assert!(missed.text.contains("web-data"), "{}", missed.text);
        assert!(report.faults.is_empty());
        let run = run_scenario(json::write(report.scenario.as_ref().unwrap())).unwrap();
        assert!(!run.met);
    }
}

#[test]
fn faults_break_plans_of_disk_backup_and_of_restore_points_alike() {
    let rpo = json!({ "rpo": "PT13H" });
    let restorable = json!({ "restorableWithin": "PT4H" });
    let points = |asked: &Value| {
        plan(&json!({ "workloads": idle(), "objectives": asked,
            "policy": { "schedule": { "frequency": "Hourly", "intervalHours": 6 }, "keepLast": 20 } }))
    };
    for (plan, kind, says) in [
        (by_disk(&rpo), "throttled", "rpo of"),
        (by_disk(&rpo), "regionDown", "rpo of"),
        (by_disk(&restorable), "regionDown", "restorable of"),
        (points(&rpo), "throttled", "rpo of"),
        (points(&rpo), "regionDown", "rpo of"),
    ] {
        let report = search(
            &plan,
            &json!({ "schedules": 60, "faults": 1, "kinds": [kind] }),
        );
        assert!(!report.broken_by_itself, "{kind}");
        assert_eq!(report.faults.len(), 1, "{kind}: {says}");
        replays(&report, says);
    }
}
