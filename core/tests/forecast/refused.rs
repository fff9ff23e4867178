//! What a plan, its rates and what was observed are refused for: by field, with what would be right.

use super::plans::{forecast_error, foretold, idle, plan};
use rplab_core::api::{Json, forecast};
use serde_json::{Value, json};

/// The field and the sentence of a refusal.
fn refused(fields: &Value) -> (String, String) {
    let error = forecast(&plan(fields)).unwrap_err();
    (error.path, error.message)
}

#[test]
fn a_refusal_names_its_field_once() {
    let (path, message) = refused(&json!({ "copies": [{ "region": "" }] }));
    assert_eq!(path, "copies[0].region");
    assert_eq!(message, "name the region that points are copied to");
    // With the rules that say so.
    let (path, message) = refused(&json!({ "service": "mars",
        "policy": { "schedule": { "frequency": "Hourly", "intervalHours": 4 }, "dailyRetentionDays": 7 } }));
    assert!(
        !message.contains(&path) && message.contains("(S3-11"),
        "{path}: {message}"
    );
    // What is no plan at all, too.
    let error = Json::forecast(&json!({ "fleet": { "machines": [] }, "policy": { "schedule": { "frequency": "Daily" }, "dailyRetentionDays": "many" } })).unwrap_err();
    assert_eq!(error.path, "plan.policy.dailyRetentionDays");
    assert!(!error.message.contains("plan.policy"), "{}", error.message);
}

#[test]
fn restore_points_are_not_foretold_before_their_first_page() {
    let (path, message) = refused(&json!({ "settings": { "edition": "2021-01" } }));
    assert_eq!(path, "settings.edition");
    assert!(
        message.contains("2022-02") && message.contains("later edition"),
        "{message}"
    );
    // The engine makes points of the other services then, and no page says anything about one of them.
    let daily = json!({ "type": "Standard", "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 8 });
    let early =
        json!({ "service": "vmBackup", "policy": daily, "settings": { "edition": "2021-01" } });
    let notes = foretold(&early).notes;
    assert!(
        notes
            .iter()
            .any(|note| note.about == "settings.edition" && note.text.contains("2023-07")),
        "{notes:?}"
    );
    let first = json!({ "service": "diskBackup", "settings": { "edition": "2021-01" } });
    assert!(
        foretold(&first)
            .notes
            .iter()
            .all(|note| note.about != "settings.edition")
    );
}

#[test]
fn rates_are_one_for_a_meter_in_a_region_that_there_is() {
    let rate = |region: Value| json!({ "meter": "storedSource", "region": region, "priceMillionths": 1, "asOf": "2026", "source": "a test" });
    let rates = |all: Value| json!({ "rates": { "name": "own", "currency": "EUR", "rates": all } });
    let (path, _) = refused(&rates(json!([
        rate(json!("eastus")),
        rate(json!("nowhere"))
    ])));
    assert_eq!(path, "rates.rates[1].region");
    let (path, message) = refused(&rates(json!([
        rate(json!("eastus")),
        rate(json!("East US"))
    ])));
    assert_eq!(path, "rates.rates[1]");
    assert!(message.contains("leave one"), "{message}");
    assert!(
        forecast(&plan(&rates(json!([
            rate(json!("eastus")),
            rate(Value::Null)
        ]))))
        .is_ok()
    );
    let mut none = rates(json!([]));
    none["rates"]["daysInMonth"] = json!(0);
    assert_eq!(refused(&none).0, "rates.daysInMonth");
    // Those that a scenario keeps are no other.
    let kept = json!({ "name": "own", "currency": "EUR", "rates": [rate(json!("nowhere"))] });
    let kept = json!({ "settings": { "rates": kept.to_string() } });
    assert_eq!(refused(&kept).0, "settings.rates.rates[0].region");
}

#[test]
fn a_servers_disk_has_a_point_a_week_at_least() {
    let guest = json!({ "service": "dpmMabs", "guest": { "intervalMinutes": 4_000_000_000_u64 } });
    assert_eq!(forecast_error(&plan(&guest)), "guest.intervalMinutes");
}

#[test]
fn so_many_points_reach_as_far_as_days_that_keep_the_same_ones() {
    let daily = json!({ "frequency": "Daily" });
    let reach = |policy: Value, asked: u64| {
        let fields = json!({ "policy": policy, "workloads": idle(), "objectives": { "retentionDays": asked } });
        let found = foretold(&fields).objectives.remove(0);
        (found.achieved, found.met)
    };
    let counted = json!({ "schedule": daily, "keepLast": 5 });
    let by_days = json!({ "schedule": daily, "dailyRetentionDays": 5 });
    assert_eq!(reach(counted.clone(), 5), ("5 days".to_owned(), Some(true)));
    assert_eq!(reach(counted.clone(), 5), reach(by_days.clone(), 5));
    assert_eq!(reach(counted, 6), reach(by_days, 6));
    // Runs that lie unevenly: the newest three of Monday, Tuesday and Wednesday reach a week, two of them a day.
    let weekly = |count: u64| json!({ "schedule": { "frequency": "Weekly", "weekdays": ["Monday", "Tuesday", "Wednesday"] }, "keepLast": count });
    assert_eq!(reach(weekly(3), 7).0, "7 days");
    assert_eq!(reach(weekly(2), 7).0, "2 days");
    assert_eq!(reach(weekly(31), 7).0, "71 days");
    // Four a day in a window of twelve hours: ten of them reach over two nights.
    let window = json!({ "frequency": "Hourly", "intervalHours": 4, "windowHours": 12 });
    assert_eq!(
        reach(json!({ "schedule": window, "keepLast": 9 }), 3).0,
        "3 days"
    );
}

#[test]
fn a_limit_of_the_policy_is_reached_when_its_backups_are_there() {
    let found = foretold(
        &json!({ "service": "diskBackup", "workloads": idle(), "horizonDays": 60,
        "policy": { "schedule": { "frequency": "Hourly", "intervalHours": 4 }, "operationalRetentionDays": 30 } }),
    );
    let limit = found
        .quota
        .iter()
        .find(|limit| limit.limit == "diskBackupsByPolicy")
        .unwrap();
    assert_eq!((limit.allowed, limit.most), (180, 180));
    let reached = limit.reached_at.unwrap();
    assert_eq!(
        reached.since(found.start_time).seconds() / 86_400,
        30,
        "{reached}"
    );
    assert_eq!(limit.most_at, reached);
    // In ten days it is not.
    let short = foretold(
        &json!({ "service": "diskBackup", "workloads": idle(), "horizonDays": 10,
        "policy": { "schedule": { "frequency": "Hourly", "intervalHours": 4 }, "operationalRetentionDays": 30 } }),
    );
    let limit = short
        .quota
        .iter()
        .find(|limit| limit.limit == "diskBackupsByPolicy")
        .unwrap();
    assert_eq!((limit.most < 180, limit.reached_at), (true, None));
}
