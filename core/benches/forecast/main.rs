//! How long a forecast of a large fleet takes: 10,000 VMs, a year, three services, as JSON in and out.
//! `cargo bench -p rplab-core --bench forecast [-- --quick]`.
#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]
#![allow(
    clippy::disallowed_methods,
    reason = "a bench measures the time that people wait"
)]

use rplab_core::api::Json;
use serde_json::{Value, json};
use std::time::Instant;

/// Seconds that all three may take.
const AIM: f64 = 2.0;

/// VMs of two disks in so many kinds.
fn fleet(machines: u64, kinds: u64) -> Value {
    let id = |kind: &str, name: &str| {
        format!("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/{kind}/{name}")
    };
    let disk = |name: String, size: u64, used: u64| json!({ "id": id("disks", &name), "name": name, "sizeGiB": size, "facts": { "usedGiB": used } });
    let machine = |at: u64| {
        let (name, kind) = (format!("vm{at}"), at % kinds);
        json!({ "id": id("virtualMachines", &name), "name": name, "location": "eastus", "facts": { "osType": "Windows" },
            "disks": [disk(format!("{name}-os"), 128, 10 + kind % 7), disk(format!("{name}-data"), 700 + kind, 10 + kind % 31)] })
    };
    json!({ "machines": (0..machines).map(machine).collect::<Vec<Value>>() })
}

fn plans(fleet: &Value) -> [Value; 3] {
    let hourly = json!({ "frequency": "Hourly", "intervalHours": 12 });
    [
        json!({ "service": "restorePoints", "fleet": fleet, "policy": { "schedule": hourly, "dailyRetentionDays": 30, "weeklyRetention": { "weeks": 12 } } }),
        json!({ "service": "vmBackup", "fleet": fleet, "policy": { "type": "Enhanced", "schedule": hourly, "instantRestoreDays": 7, "dailyRetentionDays": 30, "monthlyRetention": { "on": "last", "months": 12 } } }),
        json!({ "service": "diskBackup", "fleet": fleet, "policy": { "schedule": hourly, "operationalRetentionDays": 30 } }),
    ]
}

/// A point every hour for a year, of 250 VMs no two of which are alike.
fn hourly(kinds: u64) -> Value {
    let policy = json!({ "schedule": { "frequency": "Hourly", "intervalHours": 1 }, "dailyRetentionDays": 10 });
    json!({ "service": "restorePoints", "fleet": fleet(kinds, kinds), "policy": policy, "method": "closedForm" })
}

fn main() -> Result<(), String> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (machines, runs) = if quick { (1_000, 1) } else { (10_000, 5) };
    let clock = Instant::now();
    Json::forecast(&hourly(250)).map_err(|error| error.to_string())?;
    let value = clock.elapsed().as_secs_f64();
    println!(
        "{}",
        json!({ "measure": "value", "platform": "native", "workload": "250 VMs, a year, a point every hour", "store": "rplab", "op": "hourlyClosedForm", "value": value, "unit": "s" })
    );
    for (op, kinds, method) in [
        ("hundredKinds", 100, None),
        ("eachAnother", machines, None),
        ("eachAnotherClosedForm", machines, Some("closedForm")),
    ] {
        let mut plans = plans(&fleet(machines, kinds));
        for plan in &mut plans {
            if let (Some(method), Some(plan)) = (method, plan.as_object_mut()) {
                plan.insert("method".to_owned(), json!(method));
            }
        }
        let mut values = Vec::new();
        for _ in 0..runs {
            let clock = Instant::now();
            for plan in &plans {
                let forecast = Json::forecast(plan).map_err(|error| error.to_string())?;
                let stored = forecast.pointer("/tiers/0/storedBytes");
                if stored
                    .and_then(Value::as_u64)
                    .is_none_or(|stored| stored == 0)
                {
                    return Err("nothing is stored".to_owned());
                }
            }
            values.push(clock.elapsed().as_secs_f64());
        }
        values.sort_by(f64::total_cmp);
        let at = |at: usize| values.get(at).copied().unwrap_or_default();
        let value = at(values.len() / 2);
        let workload = format!("{machines} VMs, a year, three services");
        println!(
            "{}",
            json!({ "measure": "value", "platform": "native", "workload": workload, "store": "rplab", "op": op, "value": value,
                "low": at(0), "high": at(values.len() - 1), "unit": "s", "target": AIM, "met": value <= AIM })
        );
    }
    Ok(())
}
