//! Fleets in which nearly every VM is another: the sampled forecast against the closed form, and against the engine.

use super::plans::{apart, figures, foretold_by, hourly, id};
use rplab_core::api::Forecast;
use rplab_core::forecast::ForecastMethod;
use serde_json::{Value, json};

/// A number out of a seed, the same everywhere.
fn draw(seed: &mut u64, below: u64) -> u64 {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % below
}

/// VMs of two disks, sizes between `sizes` GiB, any part of them written; every third in another region.
fn fleet(machines: u64, sizes: (u64, u64), seed: u64) -> Value {
    let mut seed = seed;
    let mut disk = |name: String| {
        let size = sizes.0 + draw(&mut seed, sizes.1 - sizes.0);
        let used = 1 + draw(&mut seed, size);
        json!({ "id": id("disks", &name), "name": name, "sizeGiB": size, "facts": { "usedGiB": used } })
    };
    let machines: Vec<Value> = (0..machines)
        .map(|at| {
            let name = format!("vm{at}");
            let region = if at % 3 == 0 { "westeurope" } else { "eastus" };
            json!({ "id": id("virtualMachines", &name), "name": name, "location": region, "facts": { "osType": "Windows" },
                "disks": [disk(format!("{name}-os")), disk(format!("{name}-data"))] })
        })
        .collect();
    json!({ "machines": machines })
}

fn some(fields: Value) -> Option<Value> {
    Some(hourly(&fields))
}

/// What writes, as in the tests of the closed form: the engine's patterns and what the store's bench writes.
fn workloads() -> Vec<(&'static str, Option<Value>)> {
    vec![
        ("a share of what is used", None),
        (
            "sequential",
            some(json!({ "pattern": "sequential", "writes": 30, "blocksPerWrite": 8 })),
        ),
        (
            "random",
            some(json!({ "pattern": "random", "writes": 200 })),
        ),
        (
            "random in runs",
            some(json!({ "pattern": "random", "writes": 40, "blocksPerWrite": 16 })),
        ),
        (
            "hot spot",
            some(json!({ "pattern": "hotSpot", "writes": 100 })),
        ),
        (
            "append only",
            some(json!({ "pattern": "appendLog", "mibPerHour": 60 })),
        ),
        (
            "weekdays",
            some(json!({ "pattern": "weekdays", "writes": 100 })),
        ),
        (
            "rewrite all",
            Some(json!({ "pattern": "rewriteAll", "every": "P1D" })),
        ),
        (
            "by size, growing",
            some(json!({ "pattern": "random", "usedThousandthsPerDay": 40 })),
        ),
        (
            "by size, weekdays",
            some(json!({ "pattern": "weekdays", "usedThousandthsPerDay": 60 })),
        ),
    ]
}

fn plans(fleet: &Value, days: u64) -> Vec<(&'static str, Value)> {
    let hourly = json!({ "frequency": "Hourly", "intervalHours": 12 });
    vec![
        (
            "restore points",
            json!({ "service": "restorePoints", "fleet": fleet, "horizonDays": days,
            "copies": [{ "region": "westus", "policy": { "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 10 } }],
            "policy": { "schedule": hourly, "dailyRetentionDays": 10, "weeklyRetention": { "weeks": 6 } } }),
        ),
        (
            "vm backup",
            json!({ "service": "vmBackup", "fleet": fleet, "horizonDays": days,
            "policy": { "type": "Enhanced", "schedule": hourly, "instantRestoreDays": 7, "dailyRetentionDays": 20, "monthlyRetention": { "on": "last", "months": 12 } } }),
        ),
        (
            "disk backup",
            json!({ "service": "diskBackup", "fleet": fleet, "horizonDays": days,
            "policy": { "schedule": hourly, "operationalRetentionDays": 20 } }),
        ),
    ]
}

/// Totals within `most` ten-thousandths; how far the furthest was off.
fn holds(name: &str, sampled: &Forecast, other: &Forecast, most: u64) -> u64 {
    assert_eq!(
        sampled.method,
        ForecastMethod::Sampled,
        "{name}: the method is told"
    );
    assert_eq!(sampled.tiers.len(), other.tiers.len(), "{name}");
    let mut worst = 0;
    for (one, two) in sampled.tiers.iter().zip(&other.tiers) {
        let tier = two.tier;
        assert_eq!((one.tier, &one.region), (two.tier, &two.region), "{name}");
        assert_eq!(one.days.points, two.days.points, "{name}: points");
        for (what, one, two) in figures(one, two) {
            let apart = apart(one, two);
            worst = worst.max(apart);
            assert!(
                apart < most,
                "{name}: {what} in {:?}: {one} sampled, {two}: {apart} ten-thousandths",
                tier
            );
        }
    }
    worst
}

#[test]
fn a_sample_comes_to_what_every_disk_comes_to() {
    let fleet = fleet(260, (16, 4096), 7);
    for (workload_name, workload) in workloads() {
        for (name, mut plan) in plans(&fleet, 60) {
            if let Some(workload) = &workload {
                plan["workloads"] = json!([{ "workload": workload }]);
            }
            let (sampled, closed) = (
                foretold_by(&plan, None),
                foretold_by(&plan, Some("closedForm")),
            );
            assert_eq!(closed.method, ForecastMethod::ClosedForm);
            let name = format!("{name}, {workload_name}");
            holds(&name, &sampled, &closed, 100);
            // One VM's own figures are near, on average within 1 %, and its names are its own.
            assert_eq!(sampled.groups.len(), closed.groups.len(), "{name}");
            let (mut all, mut count) = (0, 0);
            for (one, two) in sampled.groups.iter().zip(&closed.groups) {
                assert_eq!(one.machines, two.machines);
                for (one, two) in one.tiers.iter().zip(&two.tiers) {
                    let apart = apart(one.stored_bytes.0, two.stored_bytes.0);
                    assert!(apart < 1_000, "{name}: {apart} ten-thousandths");
                    (all, count) = (all + apart, count + 1);
                }
            }
            assert!(all / count < 100, "{name}: {all} over {count}");
            let said = sampled.assumptions.iter().any(|said| said.name == "method");
            assert!(said, "the report states that it is a sample");
        }
    }
}

#[test]
fn a_sample_comes_to_what_the_engine_stores() {
    // Small disks, so that the engine writes every block of all of them.
    let id = |kind: &str, name: &str| {
        format!("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/{kind}/{name}")
    };
    let machine = |at: u64| {
        let name = format!("vm{at}");
        let disk = format!("{name}-data");
        json!({ "id": id("virtualMachines", &name), "name": name, "location": "eastus", "facts": { "osType": "Windows" },
            "disks": [{ "id": id("disks", &disk), "name": disk, "sizeGiB": 3 + at * 5 % 13, "facts": { "usedGiB": 1 + at * 3 % 3 } }] })
    };
    let fleet = json!({ "machines": (0..12).map(machine).collect::<Vec<Value>>() });
    for (workload_name, workload) in workloads() {
        let hourly = json!({ "frequency": "Daily", "time": "02:00" });
        let mut plan = json!({ "fleet": fleet, "horizonDays": 20, "policy": { "schedule": hourly, "dailyRetentionDays": 7 } });
        if let Some(workload) = &workload {
            let mut workload = workload.clone();
            // As much less as the disks are smaller.
            if let Some(writes) = workload["writes"].as_u64() {
                workload["writes"] = json!((writes / 10).max(4));
            }
            plan["workloads"] = json!([{ "workload": workload }]);
        }
        let (sampled, exact) = (
            foretold_by(&plan, Some("sampled")),
            foretold_by(&plan, Some("exact")),
        );
        assert_eq!(exact.method, ForecastMethod::Exact);
        holds(workload_name, &sampled, &exact, 200);
    }
}

#[test]
fn few_kinds_are_each_reckoned_and_many_are_not() {
    let plan = |machines: u64| {
        let (_, plan) = plans(&fleet(machines, (16, 4096), 3), 5).swap_remove(2);
        foretold_by(&plan, None)
    };
    assert_eq!(plan(20).method, ForecastMethod::ClosedForm);
    assert_eq!(plan(251).method, ForecastMethod::Sampled);
}

#[test]
fn in_a_sample_ages_are_those_of_the_slowest_disk() {
    let (_, plan) = plans(&fleet(40, (16, 1024), 11), 20).swap_remove(0);
    let (sampled, closed) = (
        foretold_by(&plan, Some("sampled")),
        foretold_by(&plan, Some("closedForm")),
    );
    let worst = |forecast: &Forecast, own: &str, region: &str| {
        let of = forecast
            .groups
            .iter()
            .filter(|group| group.rpo[0].region == own);
        let of = of.flat_map(|group| group.rpo.iter().filter(|rpo| rpo.region == region));
        of.map(|rpo| rpo.worst.seconds()).max().unwrap()
    };
    for own in ["eastus", "westeurope"] {
        assert_eq!(worst(&sampled, own, own), worst(&closed, own, own));
        let (one, two) = (
            worst(&sampled, own, "westus"),
            worst(&closed, own, "westus"),
        );
        assert!(
            one + two / 50 > two && one < two + two / 10,
            "{own}: {one} against {two} seconds"
        );
    }
}

/// Fleets at the edges: one giant among dwarfs, disks that are full or nearly empty, sizes next to powers of two.
#[test]
fn a_sample_of_an_odd_fleet_comes_to_what_every_disk_comes_to() {
    let disk = |name: String, size: u64, used: u64| json!({ "id": id("disks", &name), "name": name, "sizeGiB": size, "facts": { "usedGiB": used } });
    let vm = |at: u64, size: u64, used: u64| {
        let name = format!("vm{at}");
        json!({ "id": id("virtualMachines", &name), "name": name, "location": "eastus", "facts": { "osType": "Windows" },
            "disks": [disk(format!("{name}-data"), size, used)] })
    };
    let giant: Vec<Value> = (0..300)
        .map(|at| {
            vm(
                at,
                if at == 7 { 32_767 } else { 4 + at % 5 },
                if at == 7 { 32_767 } else { 1 + at % 4 },
            )
        })
        .collect();
    let full: Vec<Value> = (0..300)
        .map(|at| vm(at, 20 + at * 7, if at % 2 == 0 { 20 + at * 7 } else { 1 }))
        .collect();
    let edges: Vec<Value> = (0..300)
        .map(|at| {
            let size = (1 << (3 + at % 11)) + at % 3 - 1;
            vm(at, size, 1 + size * (at % 7) / 7)
        })
        .collect();
    for (fleet, machines) in [("giant", giant), ("full", full), ("edges", edges)] {
        let fleet_of = json!({ "machines": machines });
        for (name, plan) in plans(&fleet_of, 60) {
            let (sampled, closed) = (
                foretold_by(&plan, Some("sampled")),
                foretold_by(&plan, Some("closedForm")),
            );
            holds(&format!("{fleet}, {name}"), &sampled, &closed, 100);
            for (one, two) in sampled.tiers.iter().zip(&closed.tiers) {
                assert_eq!(one.peak_points, two.peak_points, "{fleet}, {name}");
            }
        }
    }
}
