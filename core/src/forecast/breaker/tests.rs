use super::{Breaker, BreakerOptions, Missed, Moment, PlannedFault};
use crate::cloud::Cloud;
use crate::forecast::Plan;
use crate::json;
use serde_json::{Value, json};

fn plan(more: &Value) -> Plan {
    let id = |kind: &str, name: &str| {
        format!("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/{kind}/{name}")
    };
    let disk =
        json!({ "id": id("disks", "os"), "name": "os", "sizeGiB": 64, "facts": { "usedGiB": 8 } });
    let machine = json!({ "id": id("virtualMachines", "vm"), "name": "vm", "location": "eastus", "facts": { "osType": "Windows" }, "disks": [disk] });
    let mut plan = json!({ "fleet": { "machines": [machine] }, "objectives": { "rpo": "PT14H" },
        "policy": { "schedule": { "frequency": "Hourly", "intervalHours": 6 }, "dailyRetentionDays": 3 } });
    let own = plan.as_object_mut().unwrap();
    own.extend(more.as_object().unwrap().clone());
    json::read(&plan).unwrap()
}

/// The plan from its beginning to its end with everything written, the faults planned at once, every look at the aims
/// taken: what a replay of the scenario goes through.
fn from_the_beginning(breaker: &Breaker, faults: &[PlannedFault]) -> Missed {
    let plan = breaker.plan.clone();
    let prepared = super::prepare(&plan).unwrap();
    let mut cloud: Cloud = super::exact::begin(&prepared).unwrap();
    for command in breaker.set_up.iter().chain(&breaker.commands(faults)) {
        drop(cloud.execute(command));
    }
    let mut watched = vec![super::Watched::default(); breaker.aims.len()];
    let mut missed: Missed = None;
    loop {
        let next = cloud.agenda().next().map(|(at, _)| at);
        let next = next.filter(|next| *next <= breaker.end);
        drop(cloud.run_until(next.unwrap_or(breaker.end)));
        for (at, (aim, watched)) in breaker.aims.iter().zip(&mut watched).enumerate() {
            if let Some(when) = aim.missed(&cloud, watched)
                && missed.is_none_or(|(first, _)| when < first)
            {
                missed = Some((when, at));
            }
        }
        if next.is_none() {
            return missed.filter(|(at, _)| *at <= breaker.end);
        }
    }
}

/// How many of the schedules miss something, run in both ways.
fn compared(plan: &Plan, schedules: u64) -> usize {
    let options = BreakerOptions {
        schedules: Some(1),
        ..BreakerOptions::default()
    };
    let mut breaker = Breaker::new(plan, &options).unwrap();
    breaker.step(1);
    assert_eq!(breaker.by_itself, None);
    assert!(breaker.course.before(breaker.end).is_some());
    breaker.found = None;
    let missed = (1..=schedules).filter(|number| {
        let faults = breaker.draw(*number);
        let found = breaker.run(&faults);
        assert_eq!(found, from_the_beginning(&breaker, &faults), "{faults:?}");
        found.is_some()
    });
    missed.count()
}

#[test]
fn a_run_that_begins_where_its_first_fault_does_ends_as_one_from_the_beginning() {
    let away = json!({ "copies": [{ "region": "westus", "policy": { "schedule": { "frequency": "Daily", "time": "08:00" }, "dailyRetentionDays": 3 } }],
        "objectives": { "rpo": "PT14H", "remoteRpo": "PT31H", "regions": ["westus"] } });
    let vault = json!({ "service": "vmBackup", "crossRegionRestore": true, "vaultRedundancy": "GeoRedundant",
        "policy": { "type": "Enhanced", "schedule": { "frequency": "Hourly", "intervalHours": 6, "time": "02:00", "windowHours": 12 }, "dailyRetentionDays": 10 },
        "objectives": { "rpo": "PT26H", "regions": ["westus"], "remoteRpo": "PT60H" } });
    let back = json!({ "objectives": { "retentionDays": 2, "restorableWithin": "PT8H" } });
    for (name, more) in [
        ("at home", json!({})),
        ("away", away),
        ("vault", vault),
        ("back", back),
    ] {
        let missed = compared(&plan(&more), 40);
        assert!((1..40).contains(&missed), "{name}: {missed} of 40");
    }
}

#[test]
fn where_nothing_travels_a_run_writes_nothing() {
    let options = BreakerOptions::default();
    let written = |more: &Value| {
        let breaker = Breaker::new(&plan(more), &options).unwrap();
        let mut moment: Moment = breaker.begun.clone();
        let before = moment.cloud.store().work();
        moment.pass(&breaker.aims, breaker.end, &mut |_, _| {});
        moment.cloud.store().work() > before
    };
    assert!(!written(&json!({})));
    assert!(written(&json!({ "copies": [{ "region": "westus" }] })));
}
