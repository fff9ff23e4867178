//! Plans as the tests write them.

use rplab_core::api::{Forecast, Json, Lab, Plan, forecast};
use rplab_core::json;
use rplab_core::units::SimDuration;
use serde_json::{Value, json};

pub(crate) const GIB: u64 = 1 << 30;

/// An id in the group of all tests.
pub(crate) fn id(kind: &str, name: &str) -> String {
    format!("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/{kind}/{name}")
}

/// A Windows VM in East US with one disk.
pub(crate) fn machine(name: &str, size: u64, used: u64) -> Value {
    let disk = format!("{name}-data");
    json!({ "id": id("virtualMachines", name), "name": name, "location": "eastus", "facts": { "osType": "Windows" },
        "disks": [{ "id": id("disks", &disk), "name": disk, "sizeGiB": size, "facts": { "usedGiB": used } }] })
}

/// The same in another region.
pub(crate) fn machine_in(name: &str, region: &str, used: u64) -> Value {
    let mut machine = machine(name, 64, used);
    machine["location"] = json!(region);
    machine
}

/// A plan for one VM with these fields in the place of the usual ones.
pub(crate) fn plan(fields: &Value) -> Plan {
    let mut plan = json!({
        "fleet": { "machines": [machine("web", 64, 10)] },
        "policy": { "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 7 },
        "horizonDays": 31,
    });
    plan.as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    read(&plan)
}

/// A plan as it is written.
pub(crate) fn read(plan: &Value) -> Plan {
    json::read(plan).unwrap_or_else(|error| panic!("{}: {error}", error.path()))
}

pub(crate) fn foretold(fields: &Value) -> Forecast {
    forecast(&plan(fields)).unwrap()
}

/// A whole plan foretold by a method; by its own where none is given.
pub(crate) fn foretold_by(plan: &Value, method: Option<&str>) -> Forecast {
    let mut plan = plan.clone();
    if let Some(method) = method {
        plan["method"] = json!(method);
    }
    forecast(&read(&plan)).unwrap()
}

/// The field that a plan is refused for.
pub(crate) fn forecast_error(plan: &Plan) -> String {
    forecast(plan).unwrap_err().path
}

pub(crate) fn seconds(text: &str) -> u64 {
    text.parse::<SimDuration>().unwrap().seconds()
}

/// Nothing is written to any disk.
pub(crate) fn idle() -> Value {
    json!([{ "workload": { "every": "P1D", "pattern": "idle" } }])
}

/// An hourly workload with these fields.
pub(crate) fn hourly(fields: &Value) -> Value {
    let mut all = json!({ "every": "PT1H" });
    all.as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    all
}

/// How far two figures are apart, in ten-thousandths of the second.
pub(crate) fn apart(one: u64, other: u64) -> u64 {
    one.abs_diff(other) * 10_000 / other.max(1)
}

/// What is held of two forecasts of one tier: stored at the end, at most, on average and transferred.
pub(crate) fn figures(
    one: &rplab_core::forecast::TierForecast,
    other: &rplab_core::forecast::TierForecast,
) -> [(&'static str, u64, u64); 4] {
    let sum = |of: &[u64]| of.iter().sum::<u64>();
    let average = |of: &rplab_core::forecast::TierForecast| sum(&of.days.average_bytes);
    [
        ("stored", one.stored_bytes.0, other.stored_bytes.0),
        ("at most", one.peak_bytes.0, other.peak_bytes.0),
        ("on average", average(one), average(other)),
        (
            "transferred",
            one.transferred_bytes.0,
            other.transferred_bytes.0,
        ),
    ]
}

/// One rate for every meter, in currency for a unit.
pub(crate) fn rates(millionths: u64) -> Value {
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

/// A lab that runs a plan of one VM: a schedule of restore points, perhaps copied.
pub(crate) fn lab(policy: &Value, copies: &[&str], settings: &Value) -> Lab {
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
