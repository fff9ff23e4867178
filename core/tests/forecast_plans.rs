//! What a forecast says beside bytes: how old points get, which limit is hit when, what it costs, which plan is the
//! cheapest.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use rplab_core::api::{
    Forecast, Json, Lab, LabOptions, Outcome, Plan, calibrate, compare_plans, forecast,
    rate_profiles, run_scenario,
};
use rplab_core::forecast::Meter;
use rplab_core::json;
use rplab_core::policy::RetentionRule;
use rplab_core::units::SimDuration;
use serde_json::{Value, json};

const GIB: u64 = 1 << 30;

fn machine(name: &str, size: u64, used: u64) -> Value {
    let id = |kind: &str, name: &str| {
        format!("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/{kind}/{name}")
    };
    let disk = format!("{name}-data");
    json!({ "id": id("virtualMachines", name), "name": name, "location": "eastus", "facts": { "osType": "Windows" },
        "disks": [{ "id": id("disks", &disk), "name": disk, "sizeGiB": size, "facts": { "usedGiB": used } }] })
}

fn plan(fields: &Value) -> Plan {
    let mut plan = json!({
        "fleet": { "machines": [machine("web", 64, 10)] },
        "policy": { "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 7 },
        "horizonDays": 31,
    });
    plan.as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    json::read(&plan).unwrap_or_else(|error| panic!("{}: {error}", error.path()))
}

fn foretold(fields: &Value) -> Forecast {
    forecast(&plan(fields)).unwrap()
}

fn seconds(text: &str) -> u64 {
    text.parse::<SimDuration>().unwrap().seconds()
}

fn idle() -> Value {
    json!([{ "workload": { "every": "P1D", "pattern": "idle" } }])
}

/// One rate for every meter, in currency for a unit.
fn rates(millionths: u64) -> Value {
    let of = |meter: &str| json!({ "meter": meter, "priceMillionths": millionths, "asOf": "2026-01", "source": "a test" });
    let meters = [
        "storedSource",
        "storedTarget",
        "storedVault",
        "transfer",
        "transactions",
        "instanceFee",
        "instanceFeeSmall",
    ];
    let rates: Vec<Value> = meters.into_iter().map(of).collect();
    json!({ "name": "test", "currency": "EUR", "gibibytes": true, "rates": rates })
}

#[test]
fn used_size_is_billed_day_by_day_not_the_size_of_the_disk() {
    // The page's example: 10 GiB used of 64 make 10/31 of a unit on a day of a month with 31 days.
    let one_day = foretold(
        &json!({ "workloads": idle(), "rates": rates(1_000_000), "horizonDays": 1,
        "startTime": "2026-01-05T02:00:00Z", "policy": { "schedule": { "frequency": "Daily", "time": "02:01" }, "dailyRetentionDays": 7 } }),
    );
    let line = &one_day.cost.months[0].lines[0];
    assert_eq!(line.meter, Meter::StoredSource);
    let day = 10 * 1_000_000 / 31;
    assert!(
        line.quantity_millionths.abs_diff(day) < day / 500,
        "{}",
        line.quantity_millionths
    );
    // 40 GiB that never change cost 2.00 a month at 0.05, however many points there are.
    let month = foretold(
        &json!({ "fleet": { "machines": [machine("db", 128, 40)] }, "workloads": idle(), "rates": rates(50_000),
        "startTime": "2026-01-31T23:58:00Z", "horizonDays": 29, "policy": { "schedule": { "frequency": "Daily", "time": "23:59" }, "dailyRetentionDays": 90 } }),
    );
    let february = month
        .cost
        .months
        .iter()
        .find(|month| month.month == "2026-02")
        .unwrap();
    assert_eq!(february.days, 28);
    assert!(
        february.typical_millionths.abs_diff(2_000_000) < 4_000,
        "{}",
        february.typical_millionths
    );
}

#[test]
fn an_instant_restore_tier_costs_days_times_churn_as_the_page_estimates() {
    let forecast = foretold(
        &json!({ "service": "vmBackup", "fleet": { "machines": [machine("db", 1024, 500)] }, "horizonDays": 60,
        "changeThousandthsPerDay": 40, "rates": rates(50_000),
        "policy": { "type": "Standard", "schedule": { "frequency": "Daily", "time": "02:00" }, "instantRestoreDays": 5, "dailyRetentionDays": 30 } }),
    );
    let snapshots = &forecast.tiers[0];
    // Beyond the oldest snapshot: five days of 4 % of 500 GiB, and up to three more points that wait for the clean-up.
    let churn = snapshots.stored_bytes.0 - 500 * GIB;
    let estimate = 5 * 500 * GIB * 40 / 1000;
    assert!(
        churn > estimate * 7 / 10 && churn < estimate * 8 / 5,
        "{} of {}",
        churn / GIB,
        estimate / GIB
    );
    assert!(
        (5..=8).contains(&snapshots.peak_points),
        "{}",
        snapshots.peak_points
    );
    // One instance of 500 GB and a little more is two steps, whole months at the price of one each.
    let line = forecast
        .cost
        .months
        .iter()
        .find(|month| month.month == "2026-02")
        .unwrap();
    let fee = line
        .lines
        .iter()
        .find(|line| line.meter == Meter::InstanceFee)
        .unwrap();
    assert_eq!(
        (fee.quantity_millionths, fee.typical_millionths),
        (1_000_000, Some(50_000))
    );
}

#[test]
fn every_amount_opens_into_its_formula() {
    let forecast = foretold(&json!({ "rates": rates(20_000), "copies": [{ "region": "westus" }] }));
    let lines: Vec<_> = forecast
        .cost
        .months
        .iter()
        .flat_map(|month| &month.lines)
        .collect();
    let meters: Vec<Meter> = lines.iter().map(|line| line.meter).collect();
    for meter in [
        Meter::StoredSource,
        Meter::StoredTarget,
        Meter::Transfer,
        Meter::Transactions,
    ] {
        assert!(meters.contains(&meter), "{meter:?}");
    }
    for line in lines {
        assert!(line.formula.ends_with("* price"), "{}", line.formula);
        for value in &line.values {
            assert!(
                line.with_values.contains(&value.value),
                "{}: {}",
                line.with_values,
                value.name
            );
            assert!(!value.source.is_empty());
        }
        let (low, typical, high) = (
            line.low_millionths.unwrap(),
            line.typical_millionths.unwrap(),
            line.high_millionths.unwrap(),
        );
        assert!(low <= typical && typical <= high, "{low} {typical} {high}");
        let amount = line
            .with_values
            .rsplit("= ")
            .next()
            .unwrap()
            .trim_end_matches(" EUR");
        let decimal = |text: &str| text.parse::<f64>().unwrap();
        assert!((decimal(amount) - typical as f64 / 1e6).abs() < 1e-9);
    }
    let sum: u64 = forecast
        .cost
        .months
        .iter()
        .map(|month| month.typical_millionths)
        .sum();
    assert_eq!(sum, forecast.cost.typical_millionths);
    assert!(forecast.cost.without_price.is_empty());
}

#[test]
fn without_rates_there_are_quantities_and_no_amounts() {
    let profiles = rate_profiles();
    assert_eq!(
        profiles
            .iter()
            .map(|profile| profile.name.as_str())
            .collect::<Vec<_>>(),
        ["empty", "illustrative"]
    );
    for rate in profiles.iter().flat_map(|profile| &profile.rates) {
        assert!(rate.source.contains(": ") && !rate.as_of.is_empty());
    }
    let forecast = foretold(&json!({}));
    assert_eq!(forecast.cost.typical_millionths, 0);
    assert_eq!(forecast.cost.without_price, [Meter::StoredSource]);
    assert!(forecast.cost.months[0].lines[0].quantity_millionths > 0);
    // GB against GiB, and days of a month, are the profile's.
    let with = |gibibytes: bool, days: u64| {
        let mut rates = rates(1_000_000);
        rates["gibibytes"] = json!(gibibytes);
        rates["daysInMonth"] = json!(days);
        foretold(&json!({ "rates": rates })).cost.months[0].lines[0].quantity_millionths
    };
    let (gib, gb, longer) = (with(true, 30), with(false, 30), with(true, 60));
    assert!((gb as f64 / gib as f64 - 1.073_741_824).abs() < 1e-5);
    assert!((gib as f64 / longer as f64 - 2.0).abs() < 1e-5);
}

/// A lab that runs a plan of one VM: a schedule of restore points, perhaps copied.
fn lab(policy: &Value, copies: &[&str], settings: &Value) -> Lab {
    let fleet = json!({ "machines": [machine("web", 64, 10)] });
    let options: Value = json!({ "fleet": fleet, "settings": settings });
    let mut lab = Json::new_lab(Some(options)).unwrap();
    let mut ok = |command: Value| {
        let outcome = lab.dispatch_json(command.clone()).unwrap();
        assert!(outcome.is_ok(), "{command}: {outcome:?}");
    };
    ok(json!({ "type": "createRestorePointCollection", "name": "plan", "source": "web" }));
    for region in copies {
        ok(
            json!({ "type": "createRestorePointCollection", "name": region, "source": "plan", "location": region }),
        );
    }
    ok(
        json!({ "type": "protect", "virtualMachine": "web", "service": "restorePoints", "name": "plan", "policy": policy, "copyTo": copies }),
    );
    lab
}

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
    assert_eq!(limits[0], ("diskBackupsByPolicy", 180, false));
    assert_eq!((limits[1].0, limits[1].2), ("snapshotsPerRegion", true));
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

fn forecast_error(plan: &Plan) -> String {
    forecast(plan).unwrap_err().path
}

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

/// A plan of a service in the guest.
fn in_guest(service: &str, hours: u64, guest: Value) -> Value {
    json!({ "service": service, "guest": guest,
        "policy": { "schedule": { "frequency": "Hourly", "intervalHours": hours, "time": "00:00" }, "dailyRetentionDays": 30 } })
}

#[test]
fn agents_in_the_guest_have_limits_each_by_its_row() {
    for (service, hours, guest, path, row) in [
        (
            "mars",
            6,
            json!({}),
            "policy.schedule.intervalHours",
            "S3-11",
        ),
        (
            "dpmMabs",
            8,
            json!({}),
            "policy.schedule.intervalHours",
            "S3-12",
        ),
        (
            "mars",
            8,
            json!({ "scope": "systemState" }),
            "guest.scope",
            "S3-02a",
        ),
        (
            "dpmMabs",
            12,
            json!({ "scope": "virtualMachine" }),
            "guest.scope",
            "S3-03a",
        ),
        (
            "dpmMabs",
            12,
            json!({ "workload": "SQL Server", "intervalMinutes": 14 }),
            "guest.intervalMinutes",
            "S3-39a",
        ),
        (
            "dpmMabs",
            12,
            json!({ "workload": "Exchange", "intervalMinutes": 59 }),
            "guest.intervalMinutes",
            "S3-39b",
        ),
        (
            "dpmMabs",
            12,
            json!({ "workload": "file server", "diskRecoveryPoints": 65 }),
            "guest.diskRecoveryPoints",
            "S3-42a",
        ),
        (
            "dpmMabs",
            12,
            json!({ "workload": "SQL Server", "diskRecoveryPoints": 449 }),
            "guest.diskRecoveryPoints",
            "S3-42b",
        ),
        (
            "mars",
            8,
            json!({ "diskRecoveryPoints": 10 }),
            "guest.diskRecoveryPoints",
            "S3-03c",
        ),
        (
            "dpmMabs",
            12,
            json!({ "destination": "cloud" }),
            "guest.destination",
            "S3-03b",
        ),
    ] {
        let error = rplab_core::forecast::forecast(&plan(&in_guest(service, hours, guest.clone())))
            .unwrap_err();
        assert_eq!(error.path, path, "{guest}");
        assert!(
            error.row_ids.iter().any(|id| id == row),
            "{guest}: {:?}",
            error.row_ids
        );
    }
    // At the limit each is taken; tape counts no runs.
    for (service, hours, guest) in [
        ("mars", 8, json!({ "scope": "volumes" })),
        ("dpmMabs", 12, json!({ "scope": "bareMetal" })),
        (
            "dpmMabs",
            12,
            json!({ "workload": "SQL Server", "intervalMinutes": 15, "diskRecoveryPoints": 448 }),
        ),
        (
            "dpmMabs",
            12,
            json!({ "workload": "file server", "intervalMinutes": 60, "diskRecoveryPoints": 64 }),
        ),
        ("dpmMabs", 1, json!({ "destination": "tape" })),
    ] {
        forecast(&plan(&in_guest(service, hours, guest))).unwrap();
    }
    // Retention: what is not theirs is refused, 99 years and 9,999 points are the most.
    for (policy, row) in [
        (
            json!({ "schedule": { "frequency": "Daily" }, "keepLast": 5 }),
            "S3-40",
        ),
        (json!({ "schedule": { "frequency": "Daily" } }), "S3-40"),
        (
            json!({ "schedule": { "frequency": "Daily" }, "yearlyRetention": { "months": [1], "on": 1, "years": 100 } }),
            "S3-36",
        ),
        (
            json!({ "schedule": { "frequency": "Hourly", "intervalHours": 8 }, "dailyRetentionDays": 3334 }),
            "S3-35",
        ),
        (
            json!({ "schedule": { "frequency": "Monthly" }, "dailyRetentionDays": 5 }),
            "S3-13a",
        ),
    ] {
        let error =
            rplab_core::forecast::forecast(&plan(&json!({ "service": "mars", "policy": policy })))
                .unwrap_err();
        assert!(
            error.row_ids.iter().any(|id| id == row),
            "{policy}: {error} {:?}",
            error.row_ids
        );
    }
    assert_eq!(
        forecast_error(&plan(&json!({ "guest": {} }))),
        "guest",
        "restore points have no agent"
    );
}

#[test]
fn a_plan_in_the_guest_tells_what_it_protects_how_old_points_get_and_no_bytes() {
    let mars = foretold(&in_guest("mars", 8, json!({})));
    assert!(mars.tiers.is_empty(), "nothing of it is simulated");
    let worst = mars.groups[0].rpo[0].worst.seconds();
    assert_eq!(worst, seconds("PT8H"));
    let rows: Vec<&String> = mars.notes.iter().flat_map(|note| &note.row_ids).collect();
    assert!(
        rows.iter().any(|id| *id == "S3-02a") && rows.iter().any(|id| *id == "S3-02c"),
        "{rows:?}"
    );
    let limits: Vec<_> = mars
        .quota
        .iter()
        .map(|quota| (quota.limit.as_str(), quota.most, quota.allowed))
        .collect();
    assert_eq!(
        limits,
        [("schedulesPerDay", 3, 3), ("recoveryPoints", 92, 9_999)]
    );
    let sql = foretold(&in_guest(
        "dpmMabs",
        12,
        json!({ "workload": "SQL Server", "intervalMinutes": 15, "diskRecoveryPoints": 448 }),
    ));
    assert_eq!(sql.groups[0].rpo[0].worst.seconds(), seconds("PT15M"));
    let reach = sql
        .notes
        .iter()
        .find(|note| note.about == "guest.diskRecoveryPoints")
        .unwrap();
    assert!(reach.text.contains("P4DT16H"), "{}", reach.text);
    // A Linux VM is named with the row that keeps it out.
    let mut linux = machine("tux", 64, 10);
    linux["facts"]["osType"] = json!("Linux");
    let mut fields = in_guest("mars", 8, json!({}));
    fields["fleet"] = json!({ "machines": [linux] });
    let told = foretold(&fields);
    assert!(
        told.notes
            .iter()
            .any(|note| note.about == "tux" && note.row_ids == ["S3-24"])
    );
}

#[test]
fn plans_in_the_guest_are_compared_with_the_others() {
    let with = |name: &str, mut fields: Value, objectives: Value| {
        fields["name"] = json!(name);
        fields["objectives"] = objectives;
        fields["rates"] = rates(50_000);
        plan(&fields)
    };
    let points = json!({ "policy": { "schedule": { "frequency": "Hourly", "intervalHours": 8 }, "dailyRetentionDays": 30 } });
    let eight = || json!({ "rpo": "PT9H", "retentionDays": 30 });
    let compared = compare_plans(&[
        with("agent", in_guest("mars", 8, json!({})), eight()),
        with("points", points.clone(), eight()),
        with(
            "server",
            in_guest(
                "dpmMabs",
                12,
                json!({ "intervalMinutes": 60, "diskRecoveryPoints": 64 }),
            ),
            eight(),
        ),
        with("vault only", in_guest("dpmMabs", 12, json!({})), eight()),
        with("too often", in_guest("mars", 6, json!({})), eight()),
    ])
    .unwrap();
    assert_eq!(compared.cheapest, Some(1), "{}", compared.why);
    assert!(compared.why.contains("2 more would do"), "{}", compared.why);
    let [agent, _, server, vault, often] = compared.plans.as_slice() else {
        panic!()
    };
    assert!(agent.ruled_out.is_empty() && server.ruled_out.is_empty());
    assert_eq!(agent.monthly_typical_millionths, None);
    assert!(agent.notes.iter().any(|note| note.row_ids == ["S3-02c"]));
    assert_eq!(vault.ruled_out[0].about, "rpo");
    assert!(
        often
            .ruled_out
            .iter()
            .any(|note| note.row_ids.contains(&"S3-11".to_owned()))
    );
    // Where whole VMs must come back, what brings files back is no choice, by the row that says so.
    let whole = || json!({ "wholeVm": true });
    let disks = json!({ "service": "diskBackup", "policy": { "schedule": { "frequency": "Hourly", "intervalHours": 8 }, "operationalRetentionDays": 30 } });
    let compared = compare_plans(&[
        with("agent", in_guest("mars", 8, json!({})), whole()),
        with("server", in_guest("dpmMabs", 12, json!({})), whole()),
        with("disks", disks, whole()),
        with("points", points, whole()),
    ])
    .unwrap();
    let rows: Vec<_> = compared
        .plans
        .iter()
        .map(|plan| {
            plan.ruled_out
                .iter()
                .flat_map(|note| note.row_ids.clone())
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(
        rows,
        [
            vec!["S3-02c".to_owned()],
            vec!["S3-03d".to_owned()],
            vec!["S4-03".to_owned(), "S4-07b".to_owned(), "S4-10".to_owned()],
            vec![]
        ]
    );
    assert_eq!(compared.cheapest, Some(3));
    // A Linux VM rules the agents out, whatever the objectives.
    let mut linux = machine("tux", 64, 10);
    linux["facts"]["osType"] = json!("Linux");
    let mut fields = in_guest("dpmMabs", 12, json!({}));
    fields["fleet"] = json!({ "machines": [linux] });
    let compared = compare_plans(&[plan(&fields)]).unwrap();
    assert!(
        compared.plans[0]
            .ruled_out
            .iter()
            .any(|note| note.row_ids.contains(&"S3-25".to_owned())),
        "{:?}",
        compared.plans[0].ruled_out
    );
}

/// What the support matrix says of frequencies and points of the agents and what a plan is refused for agree.
#[test]
fn the_support_matrix_and_plans_agree_about_agents() {
    for workload in ["SQL Server", "file server", "Exchange"] {
        for minutes in [10, 15, 59, 60] {
            for kept in [60, 64, 65, 448, 449] {
                let guest = json!({ "workload": workload, "intervalMinutes": minutes, "diskRecoveryPoints": kept });
                let plan = plan(&in_guest("dpmMabs", 12, guest.clone()));
                let refused = forecast(&plan).is_err();
                let compared = compare_plans(std::slice::from_ref(&plan)).unwrap();
                let of_matrix = compared.plans[0]
                    .ruled_out
                    .iter()
                    .any(|note| note.about == "web");
                assert_eq!(
                    refused, of_matrix,
                    "{guest}: {:?}",
                    compared.plans[0].ruled_out
                );
            }
        }
    }
    for (service, hours) in [("mars", 8), ("mars", 6), ("dpmMabs", 12), ("dpmMabs", 8)] {
        let plan = plan(&in_guest(service, hours, json!({})));
        let compared = compare_plans(std::slice::from_ref(&plan)).unwrap();
        let of_matrix = compared.plans[0]
            .ruled_out
            .iter()
            .any(|note| note.about == "web");
        assert_eq!(
            forecast(&plan).is_err(),
            of_matrix,
            "{service} every {hours} h"
        );
    }
}

#[test]
fn rates_are_saved_in_the_scenario() {
    let mut lab = lab(
        &json!({ "schedule": { "frequency": "Daily" }, "keepLast": 2 }),
        &[],
        &json!({ "rates": rates(70_000) }),
    );
    let scenario = json::write(&lab.export_scenario());
    let kept = scenario["settings"]["rates"].as_str().unwrap();
    assert!(kept.contains("70000"));
    assert_eq!(run_scenario(scenario.clone()).unwrap().digest, lab.digest());
    // A plan with the scenario's settings costs by them.
    let forecast = foretold(&json!({ "settings": scenario["settings"] }));
    assert_eq!(
        forecast.cost.months[0].lines[0].price_millionths,
        Some(70_000)
    );
    assert_eq!(forecast.cost.currency, "EUR");
    // They can be changed, and what is no profile is refused when it is used.
    let set = |value: Value| json!({ "type": "setSetting", "name": "rates", "value": value });
    assert!(
        lab.dispatch_json(set(json!(rates(1).to_string())))
            .unwrap()
            .is_ok()
    );
    assert!(!lab.dispatch_json(set(json!(7))).unwrap().is_ok());
    assert_eq!(
        forecast_error(&plan(&json!({ "settings": { "rates": "{\"speed\":1}" } }))),
        "settings.rates"
    );
}

#[test]
fn a_lab_without_points_has_no_age() {
    assert!(Lab::new(LabOptions::default()).unwrap().rpo().is_empty());
}

#[test]
fn a_calendar_of_what_is_kept_agrees_with_the_forecast() {
    let policies = [
        json!({ "schedule": { "frequency": "Hourly", "intervalHours": 4, "time": "02:00" }, "dailyRetentionDays": 28,
            "weeklyRetention": { "weekdays": ["Sunday"], "weeks": 26 }, "monthlyRetention": { "on": "1", "months": 12 } }),
        json!({ "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 7, "keepLast": 30 }),
        json!({ "schedule": { "frequency": "Weekly", "weekdays": ["Sunday"], "time": "23:00" }, "dailyRetentionDays": 40 }),
    ];
    for policy in policies {
        let plan = plan(&json!({ "policy": policy, "horizonDays": 200 }));
        let forecast = forecast(&plan).unwrap();
        let days = plan
            .policy
            .kept_days(forecast.start_time, forecast.end_time);
        let kept: u64 = days.iter().map(|day| day.kept).sum();
        assert_eq!(kept, forecast.tiers[0].points, "{policy}");
        let gone = |day: &&rplab_core::policy::KeptDay| day.kept == 0;
        assert!(
            days.iter()
                .filter(gone)
                .all(|day| day.by == RetentionRule::None)
        );
    }
    let plan = plan(
        &json!({ "policy": { "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 7,
        "weeklyRetention": { "weekdays": ["Sunday"], "weeks": 4 } } }),
    );
    let at = |text: &str| text.parse().unwrap();
    let days = plan
        .policy
        .kept_days(at("2026-01-05T00:00:00Z"), at("2026-01-31T12:00:00Z"));
    assert_eq!(days.len(), 27);
    let by = |rule| days.iter().filter(|day| day.by == rule).count();
    // The last seven days, one of them a Sunday, and the two Sundays before; 11 January is the first.
    assert_eq!(by(RetentionRule::Weekly), 3);
    assert_eq!(by(RetentionRule::Daily), 6);
}
