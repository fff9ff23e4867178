//! Plans side by side, and the cheapest that does what it should.

use super::plans::{machine, machine_in, plan, rates, seconds};
use rplab_core::api::compare_plans;
use serde_json::{Value, json};

#[test]
fn the_cheapest_plan_is_one_that_nothing_rules_out() {
    let objectives = json!({ "rpo": "PT13H", "retentionDays": 7 });
    let of = |name: &str, fields: Value| {
        let mut all = json!({ "name": name, "objectives": objectives, "rates": rates(50_000), "horizonDays": 62 });
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
    let missed = &compared.plans[2].ruled_out[0].text;
    assert!(
        missed.starts_with("PT13H is asked for, "),
        "the objective is named once: {missed}"
    );
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

/// A vault is made in the region of the VM, as where the plan is carried out: both services are a choice.
#[test]
fn a_plan_with_a_vault_is_judged_with_the_vault_beside_its_vms() {
    let named = |name: &str, region: &str| {
        let mut machine = machine_in(name, region, 10);
        let facts = json!({ "osType": "Windows", "osName": "Windows Server 2022 Datacenter", "vmSize": "Standard_D4s_v5", "vCpus": 4, "memoryGiB": 16, "agentStatus": "ready" });
        machine["facts"] = facts;
        machine["disks"][0]["facts"]["sku"] = json!("Premium_LRS");
        machine
    };
    let fleet =
        json!({ "machines": [named("a", "westus"), named("b", "eastus2"), named("c", "westus")] });
    for (service, policy) in [
        (
            "vmBackup",
            json!({ "type": "Standard", "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 8 }),
        ),
        (
            "diskBackup",
            json!({ "schedule": { "frequency": "Daily" }, "operationalRetentionDays": 8 }),
        ),
    ] {
        let fields =
            json!({ "service": service, "policy": policy, "fleet": fleet, "rates": rates(50_000) });
        let compared = compare_plans(&[plan(&fields)]).unwrap();
        assert_eq!(compared.plans[0].ruled_out, [], "{service}");
        assert_eq!(compared.cheapest, Some(0), "{service}: {}", compared.why);
    }
}

fn nightly() -> Value {
    json!({ "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 8 })
}

/// What the pages do not copy there is no choice, and no region is none.
#[test]
fn copies_are_judged_where_they_go() {
    let copied = |region: &str, facts: Value| {
        let mut machine = machine("web", 64, 10);
        machine["disks"][0]["facts"]
            .as_object_mut()
            .unwrap()
            .extend(facts.as_object().unwrap().clone());
        plan(
            &json!({ "fleet": { "machines": [machine] }, "policy": nightly(), "copies": [{ "region": region }], "rates": rates(50_000) }),
        )
    };
    let of = |plan| compare_plans(&[plan]).unwrap();
    let good = of(copied("westus2", json!({})));
    assert_eq!(good.plans[0].ruled_out, [], "{}", good.why);
    let nowhere = of(copied("nowhere", json!({})));
    let about = |note: &rplab_core::forecast::PlanNote| note.about == "copies[0].region";
    assert!(nowhere.plans[0].ruled_out.iter().any(about));
    assert_eq!(nowhere.cheapest, None);
    let far = of(copied("germanynorth", json!({})));
    assert!(
        far.plans[0]
            .ruled_out
            .iter()
            .any(|note| note.about == "web" && !note.row_ids.is_empty()),
        "{:?}",
        far.plans[0].ruled_out
    );
    let private = json!({ "networkAccessPolicy": "AllowPrivate", "diskAccessId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/diskAccesses/a" });
    let private = of(copied("westus2", private));
    assert_eq!(private.cheapest, None, "{:?}", private.plans[0].ruled_out);
}

#[test]
fn disks_are_left_out_by_name_of_the_vm_that_has_them() {
    let two = |name: &str| {
        let mut machine = machine(name, 64, 10);
        let more = format!("{name}-big");
        machine["disks"].as_array_mut().unwrap().push(
            json!({ "id": super::plans::id("disks", &more), "name": more, "sizeGiB": 64, "facts": { "usedGiB": 1, "maxShares": 2 } }),
        );
        machine
    };
    let fleet = json!({ "machines": [two("a"), two("b"), machine("c", 64, 10)] });
    let with = |excluded: Value| {
        let plan = plan(
            &json!({ "fleet": fleet, "policy": nightly(), "rates": rates(50_000), "excludeDisks": excluded }),
        );
        compare_plans(&[plan]).unwrap().plans.remove(0).ruled_out
    };
    assert!(
        !with(json!([])).is_empty(),
        "shared disks have to be left out"
    );
    assert_eq!(
        with(json!([{ "id": "a-big" }, { "id": super::plans::id("disks", "b-big") }])),
        []
    );
    let one = with(json!([{ "id": "a-big" }]));
    assert_eq!(
        one.iter()
            .map(|note| note.about.as_str())
            .collect::<Vec<_>>(),
        ["b"]
    );
}

#[test]
fn prices_are_held_against_each_other_where_that_means_something() {
    let of = |fields: Value| {
        let mut all = json!({ "policy": nightly(), "rates": rates(50_000) });
        all.as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        plan(&all)
    };
    let mut dollars = rates(10);
    dollars["currency"] = json!("USD");
    let mixed = compare_plans(&[of(json!({})), of(json!({ "rates": dollars }))]).unwrap();
    assert_eq!(mixed.cheapest, None);
    assert!(mixed.why.contains("EUR and in USD"), "{}", mixed.why);
    // From the 5th of January on, 70 days have a whole month, and 20 have none.
    let (short, long) = (
        of(json!({ "horizonDays": 20 })),
        of(json!({ "horizonDays": 70 })),
    );
    let apart = compare_plans(&[short.clone(), long.clone()]).unwrap();
    assert_eq!(apart.cheapest, None);
    assert!(apart.why.contains("horizonDays"), "{}", apart.why);
    assert_eq!(apart.plans[0].monthly_typical_millionths, None);
    assert!(apart.plans[1].monthly_typical_millionths.is_some());
    let same = compare_plans(&[
        short,
        of(json!({ "horizonDays": 20, "rates": rates(40_000) })),
    ])
    .unwrap();
    assert_eq!(same.cheapest, Some(1), "{}", same.why);
    // One ends a month later: January is no February.
    let later = compare_plans(&[long.clone(), of(json!({ "horizonDays": 100 }))]).unwrap();
    assert_eq!(later.cheapest, None);
    assert!(later.why.contains("startTime"), "{}", later.why);
    // A part of a month has no monthly cost, all of January but its first four days included.
    for (days, whole) in [(27, false), (50, false), (55, true)] {
        let part = compare_plans(&[of(json!({ "horizonDays": days }))]).unwrap();
        let month = part.plans[0].monthly_typical_millionths;
        assert_eq!(month.is_some(), whole, "{days} days");
    }
    let fleets = compare_plans(&[
        long,
        of(json!({ "horizonDays": 70, "fleet": { "machines": [machine("other", 64, 10)] } })),
    ])
    .unwrap();
    assert!(
        fleets.why.contains("fleets are not the same"),
        "{}",
        fleets.why
    );
}

/// A restore takes its time, by the assumptions of rehearsals or by what the settings say.
#[test]
fn a_vm_is_not_restorable_at_once() {
    let result = |fields: Value| {
        let forecast = super::plans::foretold(&fields);
        let result = forecast.objectives[0].clone();
        (result.met, result.achieved)
    };
    let within = |within: &str| json!({ "restorableWithin": within });
    for (service, policy) in [
        ("restorePoints", nightly()),
        (
            "vmBackup",
            json!({ "type": "Standard", "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 8 }),
        ),
        (
            "diskBackup",
            json!({ "schedule": { "frequency": "Daily" }, "operationalRetentionDays": 8 }),
        ),
    ] {
        let of = |asked: Value| {
            result(json!({ "service": service, "policy": policy, "objectives": asked }))
        };
        let (met, achieved) = of(within("PT1S"));
        assert_eq!(met, Some(false), "{service}: {achieved}");
        assert!(achieved.contains("with bad luck"), "{service}: {achieved}");
        assert_eq!(of(within("PT4H")).0, Some(true), "{service}");
    }
    let said = result(
        json!({ "objectives": within("PT20M"), "settings": { "durations.restoreSeconds": 1800 } }),
    );
    assert_eq!(said, (Some(false), "PT30M".to_owned()));
}

/// A vault with cross-region restore has points in the paired region, a while after they are in the vault.
#[test]
fn a_vault_reaches_the_paired_region() {
    let fields = |asked: Value, more: Value| {
        let mut all = json!({ "service": "vmBackup", "objectives": asked, "rates": rates(50_000), "horizonDays": 62,
            "fleet": { "machines": [machine_in("web", "westeurope", 10)] },
            "policy": { "type": "Standard", "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 8 } });
        all.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        plan(&all)
    };
    let crossing = json!({ "crossRegionRestore": true });
    let foretold = |asked: Value, more: Value| rplab_core::api::forecast(&fields(asked, more));
    let near = json!({ "remoteRpo": "P3D", "regions": ["North Europe"] });
    let told = foretold(near.clone(), crossing.clone()).unwrap();
    assert_eq!(told.objectives[0].met, Some(true), "{:?}", told.objectives);
    let there = &told.groups[0].rpo[1];
    assert_eq!(there.region, "northeurope");
    // A day between two backups, and twelve hours until the newer one is there.
    assert!(
        (seconds("PT36H")..seconds("PT37H")).contains(&there.worst.seconds()),
        "{:?}",
        there.worst
    );
    let too_young = json!({ "remoteRpo": "PT25H", "regions": ["northeurope"] });
    let told = foretold(too_young, crossing.clone()).unwrap();
    assert_eq!(told.objectives[0].met, Some(false));
    let without = foretold(near.clone(), json!({})).unwrap();
    assert_eq!(without.objectives[0].met, Some(false));
    // Wherever there is no pair, or another service, it is refused by name.
    for more in [
        json!({ "crossRegionRestore": true, "service": "restorePoints", "policy": nightly() }),
        json!({ "crossRegionRestore": true, "fleet": { "machines": [machine_in("web", "nowhere", 10)] } }),
    ] {
        assert_eq!(
            foretold(near.clone(), more).unwrap_err().path,
            "crossRegionRestore"
        );
    }
    let compared = compare_plans(&[fields(near, crossing)]).unwrap();
    assert!(compared.plans[0].worst_remote_rpo.is_some());
}
