//! Plans side by side, and the cheapest that does what it should.

use super::plans::{machine, machine_in, plan, rates, seconds};
use rplab_core::api::compare_plans;
use serde_json::{Value, json};

#[test]
fn the_cheapest_plan_is_one_that_nothing_rules_out() {
    let objectives = json!({ "rpo": "PT13H", "retentionDays": 7 });
    let of = |name: &str, fields: Value| {
        let mut all = json!({ "name": name, "objectives": objectives, "rates": rates(50_000), "horizonDays": 60 });
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
        let fields = json!({ "service": service, "policy": policy, "fleet": fleet, "rates": rates(50_000), "horizonDays": 60 });
        let compared = compare_plans(&[plan(&fields)]).unwrap();
        assert_eq!(compared.plans[0].ruled_out, [], "{service}");
        assert_eq!(compared.cheapest, Some(0), "{service}: {}", compared.why);
    }
}

/// Two plans that nothing rules out, the second with other fields.
fn beside(fields: &Value) -> rplab_core::forecast::PlanComparison {
    let usual = json!({ "rates": rates(50_000), "horizonDays": 60 });
    let mut other = usual.clone();
    other
        .as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    compare_plans(&[plan(&usual), plan(&other)]).unwrap()
}

#[test]
fn costs_that_are_not_alike_are_not_held_against_each_other() {
    assert_eq!(beside(&json!({})).cheapest, Some(0));
    let mut dollars = rates(500);
    dollars["currency"] = json!("USD");
    for (fields, why) in [
        (json!({ "rates": dollars }), "different currencies"),
        (
            json!({ "fleet": { "machines": [machine("sql", 64, 1)] } }),
            "different VMs",
        ),
        (json!({ "startTime": "2027-01-05T00:00:00Z" }), "startTime"),
        (json!({ "horizonDays": 150 }), "horizonDays"),
        (json!({ "horizonDays": 20 }), "no whole month"),
    ] {
        let compared = beside(&fields);
        assert_eq!(compared.cheapest, None, "{fields}");
        assert!(compared.why.contains(why), "{}", compared.why);
    }
    // A part of a month has no monthly cost: 20 days of January, or all of January but its first four days.
    for days in [20, 27, 50] {
        let part = beside(&json!({ "horizonDays": days }));
        assert_eq!(
            part.plans[1].monthly_typical_millionths, None,
            "{days} days"
        );
    }
    let whole = beside(&json!({ "horizonDays": 55 }));
    assert!(whole.plans[1].monthly_typical_millionths.is_some());
}

#[test]
fn disks_are_left_out_by_name_or_id_as_in_a_forecast() {
    let of = |name: &str| {
        let mut machine = machine(name, 64, 10);
        let mut second = machine["disks"][0].clone();
        second["name"] = json!(format!("{name}-ultra"));
        second["id"] = json!(super::plans::id("disks", &format!("{name}-ultra")));
        second["facts"]["maxShares"] = json!(2);
        machine["disks"].as_array_mut().unwrap().push(second);
        machine
    };
    let fleet = json!({ "machines": [of("web"), of("sql"), machine("bare", 8, 1)] });
    let compared = |ids: [&str; 2]| {
        let given: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
        let fields = json!({ "fleet": fleet, "excludeDisks": given, "rates": rates(50_000), "horizonDays": 60 });
        compare_plans(&[plan(&fields)]).unwrap()
    };
    let id = super::plans::id("disks", "SQL-ultra");
    for ids in [["web-ultra", "sql-ultra"], ["WEB-ULTRA", id.as_str()]] {
        let found = compared(ids);
        assert_eq!(found.plans[0].ruled_out, [], "{ids:?}");
        assert_eq!(found.cheapest, Some(0));
    }
    // What is left in rules the plan out, with the VM that has it.
    let left_in = compared(["web-ultra", "WEB-ultra"]);
    let about: Vec<&str> = left_in.plans[0]
        .ruled_out
        .iter()
        .map(|note| note.about.as_str())
        .collect();
    assert!(
        about.contains(&"sql") && !about.contains(&"web"),
        "{about:?}"
    );
}
