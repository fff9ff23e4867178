//! The calendar of what is kept.

use super::plans::plan;
use rplab_core::api::forecast;
use rplab_core::policy::RetentionRule;
use serde_json::json;

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

#[test]
fn a_calendar_of_a_vault_has_the_first_point_of_each_day_as_the_forecast_has() {
    let policy = json!({ "type": "Enhanced", "schedule": { "frequency": "Hourly", "intervalHours": 4, "time": "02:00" },
        "dailyRetentionDays": 28, "weeklyRetention": { "weekdays": ["Sunday"], "weeks": 26 },
        "monthlyRetention": { "on": "1", "months": 12 } });
    let plan = plan(&json!({ "service": "vmBackup", "policy": policy, "horizonDays": 365 }));
    let forecast = forecast(&plan).unwrap();
    // Snapshots come first, the vault after them.
    let vault = &forecast.tiers[1];
    let days = plan
        .policy
        .vault_days(forecast.start_time, forecast.end_time);
    let kept: u64 = days.iter().map(|day| day.kept).sum();
    assert_eq!(kept, vault.points);
    assert!(days.iter().all(|day| day.kept <= 1 && day.taken >= 1));
    assert!(days.iter().any(|day| day.taken == 6));
}
