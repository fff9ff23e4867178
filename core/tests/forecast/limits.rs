//! Which limit is hit when, as the engine refuses.

use super::plans::{forecast_error, foretold, idle, lab, machine, plan, seconds};
use rplab_core::api::Json;
use serde_json::json;

#[test]
fn the_date_of_the_limit_is_the_one_on_which_the_engine_refuses() {
    let policy =
        json!({ "schedule": { "frequency": "Hourly", "intervalHours": 4 }, "keepLast": 1000 });
    let settings = json!({ "limits.restorePointsPerVm": 40, "blockSizeBytes": 4_194_304 });
    let forecast =
        foretold(&json!({ "policy": policy, "settings": settings, "workloads": idle() }));
    let quota = &forecast.quota[0];
    assert_eq!(
        (quota.limit.as_str(), quota.allowed, quota.most),
        ("restorePointsPerVm", 40, 40)
    );
    let mut lab = lab(&policy, &[], &settings);
    let refused = quota.refused_at.unwrap();
    let just_before = refused.unix_seconds() - 1;
    lab.advance_to(rplab_core::units::SimInstant::from_unix_seconds(
        just_before,
    ));
    assert_eq!(lab.state().restore_points.len(), 40);
    assert!(lab.state().protected_items[0].last_failure.is_none());
    lab.advance_to(refused);
    let failure = lab.state().protected_items[0]
        .last_failure
        .clone()
        .expect("the engine refuses one more");
    assert!(failure.message.contains("40"), "{failure:?}");
    // The gap grows from there: no point is younger.
    assert!(forecast.groups[0].rpo[0].worst.seconds() > seconds("P20D"));
    assert_eq!(forecast.tiers[0].points, 40);
}

#[test]
fn limits_come_in_the_order_in_which_they_are_hit_and_only_those_in_force() {
    // A VM is copied to two regions: its points hit their limit in the year, its collections at once.
    let settings =
        json!({ "limits.restorePointCollectionsPerRegion": 1, "limits.restorePointsPerVm": 100 });
    let forecast = foretold(
        &json!({ "horizonDays": 200, "workloads": idle(), "settings": settings,
        "copies": [{ "region": "westus" }, { "region": "westus2" }],
        "policy": { "schedule": { "frequency": "Daily" }, "keepLast": 5000 } }),
    );
    let hit: Vec<_> = forecast
        .quota
        .iter()
        .map(|quota| (quota.limit.as_str(), quota.allowed))
        .collect();
    assert_eq!(
        hit,
        [
            ("collectionsPerRegion", 1),
            ("collectionsPerRegion", 1),
            ("collectionsPerRegion", 1),
            ("restorePointsPerVm", 100)
        ]
    );
    assert_eq!(forecast.quota[0].reached_at, Some(forecast.start_time));
    assert_eq!(
        forecast.quota[0].refused_at, None,
        "one of one is no refusal"
    );
    // Three points a day: the hundredth is the first of the 34th day.
    let points = &forecast.quota[3];
    let day = |at: rplab_core::units::SimInstant| at.since(forecast.start_time).seconds() / 86_400;
    assert_eq!(points.reached_at.map(day), Some(34));
    assert_eq!(points.refused_at.map(day), Some(34));
    assert_eq!((points.most, points.row_ids.len()), (100, 1));
    // The number of a page that is not in force is not told, and is where its edition is.
    let of = |edition: &str| {
        let forecast = foretold(
            &json!({ "workloads": idle(), "horizonDays": 60, "settings": { "edition": edition },
            "policy": { "schedule": { "frequency": "Hourly", "intervalHours": 6 }, "keepLast": 5000 } }),
        );
        let points = forecast
            .quota
            .into_iter()
            .filter(|quota| quota.limit == "restorePointsPerVm");
        points
            .map(|quota| (quota.allowed, quota.refused_at.is_some()))
            .collect::<Vec<_>>()
    };
    assert_eq!(of("2023-07"), [(500, false)]);
    assert_eq!(of("2022-02"), [(200, true)]);
}

/// How the engine refuses what is asked for on one day, hour by hour.
#[test]
fn the_fourth_backup_on_demand_of_a_day_is_refused_as_in_the_engine() {
    let policy = json!({ "type": "Standard", "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 7 });
    let asked = foretold(
        &json!({ "service": "vmBackup", "onDemandPerDay": 4, "policy": policy, "horizonDays": 10, "workloads": idle() }),
    );
    let on_demand = &asked.quota[0];
    assert_eq!(
        (
            on_demand.limit.as_str(),
            on_demand.allowed,
            on_demand.most,
            on_demand.refused
        ),
        ("onDemandPerDay", 3, 3, 10),
        "{on_demand:?}"
    );
    let fleet = json!({ "machines": [machine("web", 64, 10)] });
    let mut lab = Json::new_lab(Some(json!({ "fleet": fleet }))).unwrap();
    let protect = json!({ "type": "protect", "virtualMachine": "web", "service": "vmBackup", "vault": "v", "policy": policy });
    assert!(lab.dispatch_json(protect).unwrap().is_ok());
    let mut first_refused = None;
    for hour in 12..=15 {
        let at: rplab_core::units::SimInstant =
            format!("2026-01-05T{hour}:30:00Z").parse().unwrap();
        lab.advance_to(at);
        let now = json!({ "type": "backupNow", "item": "web" });
        if !lab.dispatch_json(now).unwrap().is_ok() {
            first_refused.get_or_insert(at);
        }
    }
    assert_eq!(on_demand.refused_at, first_refused);
    // What is refused is not there: three a day and the one by schedule, for seven days and 30.
    assert_eq!(
        asked.tiers[0].peak_points,
        3 * 2 + 3 + 2 + 1,
        "{:?}",
        asked.tiers[0].days.points
    );
    // Nine are asked for at most in a day.
    assert_eq!(
        forecast_error(&plan(
            &json!({ "service": "vmBackup", "onDemandPerDay": 10, "policy": policy })
        )),
        "onDemandPerDay"
    );
}

#[test]
fn limits_of_disks_and_of_recovery_points_have_their_dates() {
    // More than 180 backups of a disk are no policy of Disk Backup, by the engine's own rule.
    let disks = plan(&json!({ "service": "diskBackup",
        "policy": { "schedule": { "frequency": "Hourly", "intervalHours": 4 }, "operationalRetentionDays": 31 } }));
    let error = rplab_core::forecast::forecast(&disks).unwrap_err();
    assert_eq!(error.path, "policy.operationalRetentionDays");
    assert_eq!(error.row_ids, ["S4-08b"]);
    let policy = json!({ "schedule": { "frequency": "Hourly", "intervalHours": 4 }, "operationalRetentionDays": 30 });
    let of_disk = foretold(
        &json!({ "service": "diskBackup", "policy": policy, "workloads": idle(), "horizonDays": 60,
        "settings": { "limits.snapshotsPerRegion": 60 } }),
    );
    let limits: Vec<_> = of_disk
        .quota
        .iter()
        .map(|quota| (quota.limit.as_str(), quota.most, quota.refused_at.is_some()))
        .collect();
    assert_eq!((limits[0].0, limits[0].2), ("snapshotsPerRegion", true));
    assert_eq!(limits[1], ("diskBackupsByPolicy", 180, false));
    assert_eq!((limits[2].0, limits[2].2), ("diskSnapshots", false));
    // 9,999 recovery points, lowered here so that a year reaches it; the engine refuses on the same day.
    let settings = json!({ "limits.recoveryPointsPerVm": 20 });
    let policy = json!({ "type": "Standard", "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 200 });
    let of_vault = foretold(
        &json!({ "service": "vmBackup", "policy": policy, "workloads": idle(), "settings": settings }),
    );
    let points = &of_vault.quota[0];
    assert_eq!(
        (points.limit.as_str(), points.allowed, points.most),
        ("recoveryPoints", 20, 20)
    );
    let fleet = json!({ "machines": [machine("web", 64, 10)] });
    let mut lab = Json::new_lab(Some(json!({ "fleet": fleet, "settings": settings }))).unwrap();
    let protect = json!({ "type": "protect", "virtualMachine": "web", "service": "vmBackup", "vault": "v", "policy": policy });
    assert!(lab.dispatch_json(protect).unwrap().is_ok());
    let refused = points.refused_at.unwrap();
    lab.advance_to(rplab_core::units::SimInstant::from_unix_seconds(
        refused.unix_seconds() - 1,
    ));
    assert!(lab.state().protected_items[0].last_failure.is_none());
    lab.advance_to(refused);
    let failure = lab.state().protected_items[0].last_failure.clone().unwrap();
    assert_eq!(failure.code, "UserErrorMaxRecoveryPointsReached");
}
