//! Points in other regions: copies that Azure refuses, and what a vault brings to its paired region.

use super::plans::{
    forecast_error, foretold, hourly, idle, machine, machine_in, plan, rates, seconds,
};
use rplab_core::api::{Breaker, BreakerOptions, Json, compare_plans};
use rplab_core::forecast::forecast;
use rplab_core::json;
use serde_json::{Value, json};

/// The fields of a plan that copies one VM's points.
fn copied(machine: Value, region: &str) -> Value {
    json!({ "fleet": { "machines": [machine] }, "copies": [{ "region": region }], "workloads": idle(),
        "objectives": { "rpo": "PT25H", "regions": [region] }, "rates": rates(50_000), "horizonDays": 62 })
}

#[test]
fn copies_from_a_region_that_has_none_and_of_a_private_disk_are_ruled_out_by_rule() {
    let linked = || {
        let mut machine = machine("web", 64, 10);
        machine["disks"][0]["facts"]["networkAccessPolicy"] = json!("AllowPrivate");
        machine
    };
    for (machine, region, row) in [
        (machine("web", 64, 10), "swedencentral", "S2-20"),
        (machine_in("web", "swedencentral", 10), "westus", "S2-20"),
        (linked(), "westus", "S2-19a"),
    ] {
        let plan = plan(&copied(machine, region));
        // The engine makes none of them: there is nothing to foretell.
        let error = forecast(&plan).unwrap_err();
        assert_eq!(error.path, "copies[0].region", "{error}");
        assert!(error.row_ids.contains(&row.to_owned()), "{error}");
        let compared = compare_plans(&[plan]).unwrap();
        assert_eq!(compared.cheapest, None, "{region}");
        let reasons = &compared.plans[0].ruled_out;
        let by_rule =
            |note: &rplab_core::forecast::PlanNote| note.row_ids.contains(&row.to_owned());
        assert!(reasons.iter().any(by_rule), "{reasons:?}");
    }
    // With the disk behind the link left out the rest can go.
    let mut fields = copied(linked(), "westus");
    let mut second = fields["fleet"]["machines"][0]["disks"][0].clone();
    second["name"] = json!("open");
    second["id"] = json!(super::plans::id("disks", "open"));
    second["facts"]["networkAccessPolicy"] = json!("AllowAll");
    let disks = fields["fleet"]["machines"][0]["disks"].as_array_mut();
    disks.unwrap().push(second);
    fields["excludeDisks"] = json!([{ "id": "web-data" }]);
    let compared = compare_plans(&[plan(&fields)]).unwrap();
    assert_eq!(compared.plans[0].ruled_out, []);
    let unknown = plan(&json!({ "objectives": { "rpo": "P2D", "regions": ["mars-1"] } }));
    assert_eq!(forecast_error(&unknown), "objectives.regions[0]");
}

/// A VM of which everything is known that Azure VM Backup asks for.
fn known() -> Value {
    let mut machine = machine("web", 64, 10);
    machine["facts"] = json!({ "osType": "Windows", "osName": "Windows Server 2022 Datacenter", "vmSize": "Standard_D4s_v5",
        "vCpus": 4, "memoryGiB": 16, "agentStatus": "ready" });
    machine["disks"][0]["facts"]["sku"] = json!("Premium_LRS");
    machine
}

/// A plan of Azure VM Backup for one VM in East US, whose pair is West US.
fn vaulted(fields: &Value) -> Value {
    let mut all = json!({ "service": "vmBackup", "fleet": { "machines": [known()] }, "rates": rates(50_000), "horizonDays": 62,
        "workloads": [{ "workload": hourly(&json!({ "pattern": "random", "usedThousandthsPerDay": 45, "withinThousandths": 156 })) }],
        "policy": { "type": "Standard", "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 8 },
        "objectives": { "rpo": "PT25H", "remoteRpo": "P2D", "regions": ["westus"] } });
    all.as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    all
}

#[test]
fn a_vault_with_cross_region_restore_has_points_in_the_paired_region() {
    let plan = plan(&vaulted(&json!({ "crossRegionRestore": true })));
    let found = forecast(&plan).unwrap();
    let met: Vec<_> = found
        .objectives
        .iter()
        .map(|one| (one.objective.as_str(), one.met))
        .collect();
    assert_eq!(met, [("rpo", Some(true)), ("remoteRpo", Some(true))]);
    let compared = compare_plans(std::slice::from_ref(&plan)).unwrap();
    assert_eq!(
        compared.cheapest,
        Some(0),
        "{:?}",
        compared.plans[0].ruled_out
    );
    let remote = compared.plans[0].worst_remote_rpo.unwrap().seconds();
    // A day between points, and twelve hours behind them.
    assert!((seconds("P1DT12H")..seconds("P1DT13H")).contains(&remote));
    // The engine has the same.
    let fleet = json!({ "machines": [known()] });
    let mut lab = Json::new_lab(Some(json!({ "fleet": fleet }))).unwrap();
    for command in [
        json!({ "type": "setWorkload", "disk": "web-data", "workload": json::write(&plan.workloads[0].workload) }),
        json!({ "type": "protect", "virtualMachine": "web", "service": "vmBackup", "vault": "vault",
            "policy": json::write(&plan.policy), "crossRegionRestore": true }),
    ] {
        assert!(lab.dispatch_json(command).unwrap().is_ok());
    }
    lab.advance_to(found.end_time);
    let achieved = lab.rpo();
    let there = &achieved[0].regions;
    let there = there.iter().find(|rpo| rpo.region == "westus").unwrap();
    let foretold = &found.groups[0].rpo[1];
    assert_eq!(foretold.region, "westus");
    let (one, other) = (foretold.worst.seconds(), there.worst.seconds());
    assert!(
        one.abs_diff(other) * 50 <= other,
        "{one} foretold, {other} achieved"
    );
    assert_eq!(there.without.seconds(), 0);
}

#[test]
fn without_it_a_vault_has_none_there_and_a_vault_that_cannot_is_refused() {
    let bare = foretold(&vaulted(&json!({})));
    assert_eq!(bare.objectives[1].met, Some(false));
    assert_eq!(bare.groups[0].rpo.len(), 1);
    for (fields, path, row) in [
        (
            json!({ "crossRegionRestore": true, "vaultRedundancy": "LocallyRedundant" }),
            "crossRegionRestore",
            "S3-46b",
        ),
        (
            json!({ "vaultRedundancy": "TwiceRedundant" }),
            "vaultRedundancy",
            "",
        ),
        (
            json!({ "crossRegionRestore": true, "fleet": { "machines": [machine_in("web", "polandcentral", 10)] } }),
            "crossRegionRestore",
            "S3-46a",
        ),
        (
            json!({ "service": "restorePoints", "crossRegionRestore": true, "policy": { "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 8 } }),
            "crossRegionRestore",
            "",
        ),
    ] {
        let error = forecast(&plan(&vaulted(&fields))).unwrap_err();
        assert_eq!(error.path, path, "{error}");
        assert!(row.is_empty() || error.row_ids == [row], "{error}");
    }
}

#[test]
fn the_breaker_looks_at_the_paired_region_too() {
    let search = |remote: &str| {
        let fields = json!({ "crossRegionRestore": true, "objectives": { "regions": ["westus"], "remoteRpo": remote } });
        let plan = plan(&vaulted(&fields));
        let options: BreakerOptions = json::read(
            &json!({ "schedules": 20, "faults": 1, "longest": "P3D", "kinds": ["agentNotReady"] }),
        )
        .unwrap();
        let mut breaker = Breaker::new(&plan, &options).unwrap();
        breaker.step(20);
        breaker.report("0", "0")
    };
    // One point a day that is there half a day later: a day is not kept, two are until a point is missing.
    let short = search("P1D");
    assert!(short.broken_by_itself, "{short:?}");
    let enough = search("P1DT13H");
    assert!(!enough.broken_by_itself, "{:?}", enough.missed);
    assert_eq!(enough.faults.len(), 1);
    assert_eq!(enough.missed.unwrap().about, "remoteRpo");
    let scenario = json::write(enough.scenario.as_ref().unwrap());
    assert!(!rplab_core::api::run_scenario(scenario).unwrap().met);
}

/// Where the region of a VM is down its pair is a way out, if a restore from there is quick enough.
#[test]
fn a_paired_region_is_a_way_out_of_a_loss_if_it_is_near_enough() {
    let broken = |used: u64, crossing: bool| {
        let mut machine = known();
        machine["disks"][0]["sizeGiB"] = json!(4096);
        machine["disks"][0]["facts"]["usedGiB"] = json!(used);
        let plan = plan(&vaulted(
            &json!({ "crossRegionRestore": crossing, "fleet": { "machines": [machine] }, "workloads": idle(),
                "objectives": { "restorableWithin": "PT12H" } }),
        ));
        let options: BreakerOptions = json::read(
            &json!({ "schedules": 20, "faults": 1, "longest": "P2D", "kinds": ["regionDown"] }),
        )
        .unwrap();
        let mut breaker = Breaker::new(&plan, &options).unwrap();
        breaker.step(20);
        let report = breaker.report("0", "0");
        assert!(!report.broken_by_itself, "{report:?}");
        !report.faults.is_empty()
    };
    assert!(broken(10, false));
    assert!(!broken(10, true));
    // With bad luck 3,000 GiB take longer than 12 hours from there.
    assert!(broken(3000, true));
}
