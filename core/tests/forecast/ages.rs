//! How old the last usable point gets, as in the engine.

use super::plans::{foretold, hourly, idle, lab, machine, seconds};
use rplab_core::api::{Json, Lab, LabOptions, Outcome};
use serde_json::json;

#[test]
fn the_age_that_is_foretold_is_the_age_in_the_engine() {
    let policy =
        json!({ "schedule": { "frequency": "Hourly", "intervalHours": 6 }, "keepLast": 8 });
    let settings = json!({ "copyMiBPerSecondPerDisk": 1, "copyMiBPerSecond": 1 });
    let workload = json!({ "every": "PT1H", "pattern": "random", "usedThousandthsPerDay": 45, "withinThousandths": 156 });
    let forecast = foretold(
        &json!({ "policy": policy, "settings": settings, "copies": [{ "region": "westus" }],
        "workloads": [{ "workload": workload }], "horizonDays": 12 }),
    );
    let mut lab = lab(&policy, &["westus"], &settings);
    let outcome = lab
        .dispatch_json(json!({ "type": "setWorkload", "disk": "web-data", "workload": workload }))
        .unwrap();
    assert!(matches!(outcome, Outcome::Ok { .. }));
    lab.advance_to(forecast.end_time);
    let achieved = lab.rpo();
    assert_eq!(achieved.len(), 1);
    for (foretold, achieved) in forecast.groups[0].rpo.iter().zip(&achieved[0].regions) {
        assert_eq!(foretold.region, achieved.region);
        let (one, other) = (foretold.worst.seconds(), achieved.worst.seconds());
        assert!(
            one.abs_diff(other) * 50 <= other,
            "{}: {one} foretold, {other} in the engine",
            foretold.region
        );
        assert_eq!(foretold.days.len(), 12);
    }
    // Six hours and the minute of the creation here; there also the time on the way.
    let here = &achieved[0].regions[0];
    assert_eq!(here.worst.seconds(), seconds("PT6H1M"));
    assert!(achieved[0].regions[1].worst > here.worst);
}

/// 10 GiB at 1 MiB a second are on their way for three hours, and a point is taken each hour: those that build on
/// the first are there when it is, and not before.
#[test]
fn a_copy_is_waited_for_by_those_that_build_on_it() {
    let policy =
        json!({ "schedule": { "frequency": "Hourly", "intervalHours": 1 }, "keepLast": 12 });
    let settings = json!({ "copyMiBPerSecondPerDisk": 1, "copyMiBPerSecond": 1 });
    let forecast = foretold(
        &json!({ "policy": policy, "settings": settings, "copies": [{ "region": "westus" }],
        "workloads": idle(), "horizonDays": 2 }),
    );
    let mut lab = lab(&policy, &["westus"], &settings);
    lab.advance_to(forecast.end_time);
    let (foretold, achieved) = (&forecast.groups[0].rpo[1], &lab.rpo()[0].regions[1]);
    assert_eq!(foretold.region, "westus");
    let first = foretold.first_usable_at.unwrap();
    let travels = first.since(forecast.start_time).seconds();
    assert!(travels > seconds("PT2H50M"), "{first}");
    assert_eq!(Some(first), achieved.first_usable_at);
    assert_eq!(foretold.worst, achieved.worst);
}

#[test]
fn a_gap_between_points_that_go_too_soon_is_time_without_any() {
    let forecast = foretold(&json!({ "horizonDays": 30, "workloads": idle(),
        "policy": { "schedule": { "frequency": "Weekly" }, "dailyRetentionDays": 2 },
        "objectives": { "rpo": "P8D", "retentionDays": 30 } }));
    let rpo = &forecast.groups[0].rpo[0];
    assert!(rpo.without.seconds() > seconds("P10D"), "{}", rpo.without);
    let met: Vec<_> = forecast
        .objectives
        .iter()
        .map(|result| (result.objective.as_str(), result.met))
        .collect();
    assert_eq!(met, [("rpo", Some(false)), ("retentionDays", Some(false))]);
}

#[test]
fn a_lab_without_points_has_no_age() {
    assert!(Lab::new(LabOptions::default()).unwrap().rpo().is_empty());
}

/// Each disk by itself: the VM can go back to the last instant that all of them have.
#[test]
fn under_disk_backup_a_vm_is_as_old_as_its_oldest_disk() {
    let policy = json!({ "schedule": { "frequency": "Hourly", "intervalHours": 6 }, "operationalRetentionDays": 3 });
    let forecast = foretold(
        &json!({ "service": "diskBackup", "policy": policy, "workloads": idle(), "horizonDays": 4 }),
    );
    let mut vm = machine("web", 8, 1);
    let mut second = vm["disks"][0].clone();
    second["id"] = json!(super::plans::id("disks", "web-two"));
    second["name"] = json!("web-two");
    second["lun"] = json!(1);
    vm["disks"].as_array_mut().unwrap().push(second);
    let options = json!({ "fleet": { "machines": [vm] } });
    let mut lab = Json::new_lab(Some(options)).unwrap();
    let ok = |lab: &mut Lab, command: serde_json::Value| {
        let outcome = lab.dispatch_json(command.clone()).unwrap();
        assert!(outcome.is_ok(), "{command}: {outcome:?}");
    };
    for disk in ["web-data", "web-two"] {
        ok(
            &mut lab,
            json!({ "type": "protect", "disk": disk, "service": "diskBackup", "vault": "v", "policy": policy }),
        );
    }
    lab.advance_to(forecast.end_time);
    let achieved = lab.rpo();
    assert_eq!(achieved.len(), 1, "one VM");
    assert_eq!(achieved[0].virtual_machine.name(), "web");
    let (foretold, region) = (&forecast.groups[0].rpo[0], &achieved[0].regions[0]);
    assert_eq!(
        (&foretold.region, foretold.worst, foretold.without),
        (&region.region, region.worst, region.without)
    );
    assert_eq!(foretold.first_usable_at, region.first_usable_at);
    assert_eq!(region.worst.seconds(), seconds("PT6H"));
    // One disk that is not backed up for a while makes the VM older.
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "throttled", "target": "web-two", "for": "PT13H" }),
    );
    lab.advance("P1D".parse().unwrap());
    let worst = lab.rpo()[0].regions[0].worst.seconds();
    assert!(
        (seconds("PT12H")..=seconds("PT24H")).contains(&worst),
        "{worst}"
    );
}

/// A point that no rule keeps goes as soon as it is there: nobody can count on it, and nobody misses it.
#[test]
fn points_that_no_rule_keeps_are_no_gap() {
    for (policy, rpo) in [
        (
            json!({ "schedule": { "frequency": "Weekly", "weekdays": ["Monday", "Tuesday"] },
                    "weeklyRetention": { "weekdays": ["Monday"], "weeks": 2 } }),
            "P8D",
        ),
        (
            json!({ "schedule": { "frequency": "Daily" }, "monthlyRetention": { "on": "1", "months": 3 } }),
            "P32D",
        ),
    ] {
        let forecast = foretold(
            &json!({ "policy": policy, "objectives": { "rpo": rpo }, "horizonDays": 70, "workloads": idle() }),
        );
        let mut lab = lab(&policy, &[], &json!({}));
        lab.advance_to(forecast.end_time);
        let (foretold, achieved) = (&forecast.groups[0].rpo[0], &lab.rpo()[0].regions[0]);
        assert_eq!(
            (foretold.worst, foretold.without, foretold.first_usable_at),
            (achieved.worst, achieved.without, achieved.first_usable_at),
            "{policy}"
        );
        assert_eq!(forecast.objectives[0].met, Some(true), "{policy}");
    }
}

/// 400 GiB anew each hour take hours on their way, and points live two days: after some time none arrives in time.
#[test]
fn no_copy_is_older_than_copies_get() {
    let used = json!({ "fleet": { "machines": [machine("web", 512, 400)] }, "horizonDays": 30,
        "policy": { "schedule": { "frequency": "Hourly", "intervalHours": 1 }, "dailyRetentionDays": 2 },
        "copies": [{ "region": "westus" }],
        "workloads": [{ "workload": hourly(&json!({ "pattern": "rewriteAll" })) }],
        "objectives": { "remoteRpo": "P15D", "regions": ["westus"] } });
    let forecast = foretold(&used);
    let there = &forecast.groups[0].rpo[1];
    assert_eq!(there.region, "westus");
    assert!(
        there.worst.seconds() <= seconds("P2DT1M"),
        "{}",
        there.worst
    );
    assert!(
        there.without.seconds() > seconds("P20D"),
        "{}",
        there.without
    );
    assert_eq!(forecast.objectives[0].met, Some(false));
}

/// What goes before it could be restored never could: it is no younger point, and leaves no gap when it goes.
#[test]
fn what_goes_as_soon_as_it_comes_is_no_point() {
    let weekly = foretold(
        &json!({ "horizonDays": 60, "objectives": { "rpo": "P8D" }, "policy": {
        "schedule": { "frequency": "Weekly", "weekdays": ["Monday", "Tuesday"] }, "weeklyRetention": { "weekdays": ["Monday"], "weeks": 2 } } }),
    );
    let rpo = &weekly.groups[0].rpo[0];
    assert_eq!(rpo.without.seconds(), 0);
    assert_eq!(
        weekly.objectives[0].met,
        Some(true),
        "{:?}",
        weekly.objectives
    );
    // A copy that takes longer than its point lives never arrives.
    let slow = foretold(
        &json!({ "horizonDays": 30, "fleet": { "machines": [machine("web", 512, 400)] },
        "workloads": [{ "workload": { "pattern": "rewriteAll", "every": "PT1H" } }], "copies": [{ "region": "northeurope" }],
        "policy": { "schedule": { "frequency": "Hourly", "intervalHours": 1 }, "dailyRetentionDays": 2 } }),
    );
    let far = &slow.groups[0].rpo[1];
    assert!(far.worst.seconds() < seconds("P3D"), "{:?}", far.worst);
}
