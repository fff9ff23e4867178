//! Drills: the region is down now, everything is restored elsewhere.

use super::support::ok;
use super::{ask, each, lab, thrown, to};
use rplab_core::api::Lab;
use serde_json::{Value, json};

fn machine(lab: &mut Lab, name: &str, region: &str, facts: Value) {
    let mut facts = facts;
    facts["osType"] = json!("Windows");
    ok(
        lab,
        json!({ "type": "createVirtualMachine", "name": name, "location": region, "facts": facts, "disks": [{ "name": format!("{name}-os"), "role": "os", "sizeGiB": 4 }] }),
    );
    ok(
        lab,
        json!({ "type": "writeBlocks", "disk": format!("{name}-os"), "first": 0, "last": 999 }),
    );
}

/// `web` in a vault with cross-region restore, `dc` by copies of restore points, `bare` by nothing, `far` elsewhere.
fn fleet() -> Lab {
    let mut lab = lab();
    machine(
        &mut lab,
        "dc",
        "eastus",
        json!({ "domainController": true }),
    );
    machine(&mut lab, "bare", "eastus", json!({}));
    machine(&mut lab, "far", "westus", json!({}));
    ok(
        &mut lab,
        json!({ "type": "protect", "virtualMachine": "web", "vault": "v", "crossRegionRestore": true, "policy": {
        "type": "Standard", "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 9 } }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "dc" }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "west", "source": "rpc", "location": "westus2" }),
    );
    to(&mut lab, "2026-03-03T00:00:00Z");
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p1", "atOnce": true }),
    );
    ok(
        &mut lab,
        json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "west", "name": "c1" }),
    );
    to(&mut lab, "2026-03-03T01:00:00Z");
    lab
}

#[test]
fn a_region_is_down_and_everything_that_is_elsewhere_comes_back_there() {
    let mut lab = fleet();
    let before = lab.digest();
    let told = ask(&mut lab, "drill", json!({ "region": "East US" }));
    assert_eq!(lab.digest(), before, "the lab is as it was");
    assert_eq!(
        (told["restored"].as_u64(), told["lost"].as_u64()),
        (Some(2), Some(1))
    );
    let machines = told["machines"].as_array().unwrap();
    let names: Vec<&str> = machines
        .iter()
        .map(|one| {
            one["virtualMachine"]
                .as_str()
                .unwrap()
                .rsplit('/')
                .next()
                .unwrap()
        })
        .collect();
    assert_eq!(
        names,
        ["dc", "web", "bare"],
        "the domain controller first, what is lost last"
    );
    assert_eq!(
        (
            machines[0]["region"].as_str(),
            machines[0]["service"].as_str()
        ),
        (Some("westus2"), Some("restorePoints"))
    );
    assert_eq!(
        (
            machines[1]["region"].as_str(),
            machines[1]["service"].as_str()
        ),
        (Some("westus"), Some("vmBackup"))
    );
    assert_eq!(machines[0]["lossSeconds"], 3600);
    assert_eq!(
        machines[1]["lossSeconds"],
        23 * 3600,
        "the point of 02:00 the day before"
    );
    assert_eq!(told["worstLossSeconds"], 23 * 3600);
    assert!(machines[0]["proved"].as_bool().unwrap() && machines[1]["proved"].as_bool().unwrap());
    assert_eq!(machines[2]["order"], Value::Null);
    assert_eq!(each(&machines[2]["blockers"], "code"), ["NothingElsewhere"]);
    assert_eq!(told["bytesMoved"], 150 << 20, "from the vault alone");
    // One after the other takes as long as both together.
    let alone = ask(
        &mut lab,
        "drill",
        json!({ "region": "eastus", "atOnce": 1 }),
    );
    let ends = |told: &Value, at: usize| {
        told["machines"][at]["ends"]["typicalSeconds"]
            .as_u64()
            .unwrap()
    };
    assert_eq!(
        alone["machines"][1]["begins"]["typicalSeconds"],
        alone["machines"][0]["ends"]["typicalSeconds"]
    );
    assert_eq!(
        alone["timeToRestore"]["typicalSeconds"].as_u64(),
        Some(ends(&told, 0) + ends(&told, 1))
    );
    assert_eq!(
        told["timeToRestore"]["typicalSeconds"].as_u64(),
        Some(ends(&told, 0).max(ends(&told, 1)))
    );
}

#[test]
fn the_order_is_the_callers_where_it_is_given() {
    let mut lab = fleet();
    let told = ask(
        &mut lab,
        "drill",
        json!({ "region": "eastus", "first": ["web"] }),
    );
    assert!(
        told["machines"][0]["virtualMachine"]
            .as_str()
            .unwrap()
            .ends_with("/web")
    );
    // Before the vault's copy is in the paired region, the VM is lost.
    let mut early = fleet();
    ok(
        &mut early,
        json!({ "type": "setSetting", "name": "durations.vaultSecondarySeconds", "value": 7 * 86_400 }),
    );
    let told = ask(&mut early, "drill", json!({ "region": "eastus" }));
    assert_eq!(
        (told["restored"].as_u64(), told["lost"].as_u64()),
        (Some(1), Some(2))
    );
    let why = drilled(&told, "web")["blockers"][0]["message"].to_string();
    assert!(why.contains("in westus yet"), "{why}");
    assert!(
        !why.contains("use a geo-redundant vault"),
        "it has one: {why}"
    );
    // A region without VMs loses nothing, and nothing is no region.
    let none = ask(&mut lab, "drill", json!({ "region": "northeurope" }));
    assert_eq!(
        (
            none["restored"].as_u64(),
            none["lost"].as_u64(),
            &none["worstLossSeconds"]
        ),
        (Some(0), Some(0), &Value::Null)
    );
    assert_eq!(
        thrown(
            &mut lab,
            "drill",
            json!({ "region": "eastus", "atOnce": 0 })
        )
        .1,
        "atOnce"
    );
    assert_eq!(
        thrown(&mut lab, "drill", json!({ "region": "" })).0,
        "InvalidParameter"
    );
}

/// The machine of a drill with this name.
fn drilled(told: &Value, name: &str) -> Value {
    let machines = told["machines"].as_array().unwrap().iter();
    let end = format!("/{name}");
    let mut own = machines.filter(|one| one["virtualMachine"].as_str().unwrap().ends_with(&end));
    own.next().unwrap().clone()
}

/// Of an availability set the service makes no VM: its disks come back, to deploy one of.
#[test]
fn a_vm_that_the_service_does_not_make_comes_back_as_its_disks() {
    let mut lab = lab();
    machine(
        &mut lab,
        "set",
        "eastus",
        json!({ "availabilitySetId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/availabilitySets/a" }),
    );
    super::protect(&mut lab, "set", 5);
    super::protect(&mut lab, "web", 5);
    to(&mut lab, "2026-03-04T00:00:00Z");
    let told = ask(&mut lab, "drill", json!({ "region": "eastus" }));
    assert_eq!(
        (told["restored"].as_u64(), told["lost"].as_u64()),
        (Some(2), Some(0)),
        "{told:#}"
    );
    let (set, web) = (drilled(&told, "set"), drilled(&told, "web"));
    assert_eq!(
        (set["makes"].as_str(), web["makes"].as_str()),
        (Some("restoreDisks"), Some("createNewVm"))
    );
    assert!(set["proved"].as_bool().unwrap(), "{set:#}");
    assert!(
        set["ends"]["typicalSeconds"].as_u64() > web["ends"]["typicalSeconds"].as_u64(),
        "to deploy a VM of them takes time too"
    );
}

/// A VM that was deleted and made anew under its name has none of the points of the one before.
#[test]
fn what_a_vm_of_the_same_name_had_is_not_its_own() {
    let mut lab = lab();
    super::protect(&mut lab, "web", 9);
    to(&mut lab, "2026-03-04T00:00:00Z");
    let count =
        |lab: &mut Lab| ask(lab, "drill", json!({ "region": "eastus" }))["restored"].clone();
    assert_eq!(count(&mut lab), 1);
    ok(
        &mut lab,
        json!({ "type": "deleteVirtualMachine", "virtualMachine": "web" }),
    );
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "web", "location": "eastus", "facts": { "osType": "Windows" },
            "disks": [{ "name": "new-os", "role": "os", "sizeGiB": 4 }] }),
    );
    assert_eq!(count(&mut lab), 0);
}

#[test]
fn a_drill_runs_beside_faults_and_refuses_names_that_are_no_vm() {
    let mut lab = fleet();
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "regionDown", "target": "northeurope", "name": "drill" }),
    );
    let told = ask(&mut lab, "drill", json!({ "region": "eastus" }));
    assert_eq!(told["restored"], 2);
    assert_eq!(
        thrown(
            &mut lab,
            "drill",
            json!({ "region": "eastus", "first": ["wbe"] })
        ),
        ("ResourceNotFound".to_owned(), "first".to_owned())
    );
    // Where the other region is down too, nothing comes back from it.
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "regionDown", "target": "westus", "name": "also" }),
    );
    let told = ask(&mut lab, "drill", json!({ "region": "eastus" }));
    assert_eq!(drilled(&told, "web")["order"], Value::Null, "{told:#}");
    assert_eq!(drilled(&told, "dc")["order"], 1);
}

/// Why nothing comes back is told of what protects a VM, by the rule of that service.
#[test]
fn what_is_not_elsewhere_is_explained_by_what_protects_it() {
    let mut lab = lab();
    machine(&mut lab, "bare", "eastus", json!({}));
    machine(&mut lab, "vaulted", "eastus", json!({}));
    machine(&mut lab, "far", "northeurope", json!({}));
    super::protect_data(&mut lab, "01:00");
    ok(
        &mut lab,
        json!({ "type": "protect", "virtualMachine": "vaulted", "vault": "local", "vaultRedundancy": "LocallyRedundant",
            "policy": { "type": "Standard", "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 9 } }),
    );
    to(&mut lab, "2026-03-05T00:00:00Z");
    let told = ask(&mut lab, "drill", json!({ "region": "eastus" }));
    let why = |name: &str| {
        let blocker = drilled(&told, name)["blockers"][0].clone();
        let said = blocker["message"].as_str().unwrap().to_owned();
        (said, blocker["rowIds"].clone())
    };
    assert_eq!(why("bare").1, json!([]));
    let (said, rows) = why("vaulted");
    assert_eq!(rows, json!(["S3-46b"]));
    assert!(said.contains("no cross-region restore"), "{said}");
    let (said, rows) = why("web");
    assert_eq!(rows, json!(["S4-06b", "S4-11b"]));
    assert!(said.contains("Azure Disk Backup"), "{said}");
    // A VM of another region is none of the drill.
    let asked = json!({ "region": "eastus", "first": ["far"] });
    let error = lab.call("drill", Some(asked)).unwrap_err();
    assert_eq!(error.path, "first");
    assert!(error.message.contains("northeurope"), "{}", error.message);
}
