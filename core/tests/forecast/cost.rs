//! What a plan costs: the worked examples of the pages, each amount with its formula, rates that are data.

use super::plans::{GIB, forecast_error, foretold, idle, lab, machine, plan, rates};
use rplab_core::api::{rate_profiles, run_scenario};
use rplab_core::forecast::Meter;
use rplab_core::json;
use serde_json::{Value, json};

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

/// The fee on a restore is that of instant access, which only points of Ultra and Premium SSD v2 disks give.
#[test]
fn an_ordinary_restore_has_no_fee() {
    let of = |sku: &str, service: &str| {
        let mut machine = machine("web", 100, 10);
        machine["disks"][0]["facts"]["sku"] = json!(sku);
        let policy = match service {
            "vmBackup" => {
                json!({ "type": "Enhanced", "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 7 })
            }
            _ => json!({ "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 7 }),
        };
        let fields = json!({ "service": service, "policy": policy, "fleet": { "machines": [machine] }, "restoresPerMonth": 1, "rates": rates(50_000) });
        let cost = foretold(&fields).cost;
        let lines = cost.months.iter().flat_map(|month| &month.lines);
        let count = |meter: Meter| {
            let own = lines.clone().filter(|line| line.meter == meter);
            own.map(|line| line.quantity_millionths).sum::<u64>()
        };
        (count(Meter::RestoreFee) > 0, count(Meter::RestoredDisk) > 0)
    };
    assert_eq!(of("StandardSSD_LRS", "restorePoints"), (false, true));
    assert_eq!(of("PremiumV2_LRS", "restorePoints"), (true, true));
    assert_eq!(of("UltraSSD_LRS", "restorePoints"), (true, true));
    assert_eq!(of("PremiumV2_LRS", "vmBackup"), (false, true));
}
