//! Every method for every point, and when each was gained and lost.

use super::support::ok;
use super::{ask, lab, protect, protect_data, thrown, to, with_point};
use rplab_core::api::Lab;
use serde_json::{Value, json};

fn abilities(lab: &mut Lab, vm: &str) -> Value {
    ask(lab, "restoreAbilities", json!({ "vm": vm }))
}

/// The answers of a point: method and verdict.
fn of(told: &Value, point: &str) -> Vec<(String, String)> {
    let points = told["points"].as_array().unwrap();
    let point = points.iter().find(|one| one["name"] == point).unwrap();
    let methods = point["methods"].as_array().unwrap().iter();
    methods
        .map(|one| {
            (
                one["method"].as_str().unwrap().to_owned(),
                one["verdict"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

fn verdict(told: &Value, point: &str, method: &str) -> String {
    let all = of(told, point);
    all.into_iter().find(|(name, _)| name == method).unwrap().1
}

#[test]
fn every_point_tells_of_every_method_of_its_service() {
    let mut lab = super::lab_with(
        json!({ "osType": "Windows", "osName": "Windows Server 2022 Datacenter" }),
        json!({}),
    );
    with_point(&mut lab);
    protect(&mut lab, "web", 3);
    protect_data(&mut lab, "03:00");
    to(&mut lab, "2026-03-02T04:00:00Z");
    let told = abilities(&mut lab, "web");
    let yes = |names: &[&str]| -> Vec<(String, String)> {
        names
            .iter()
            .map(|name| ((*name).to_owned(), "supported".to_owned()))
            .collect()
    };
    assert_eq!(
        of(&told, "p1"),
        yes(&["createNewVm", "restoreDisks", "signedAccess"])
    );
    assert_eq!(
        of(&told, "data-1"),
        [
            ("newDisk".to_owned(), "supported".to_owned()),
            ("replaceSource".to_owned(), "notSupported".to_owned())
        ]
    );
    for method in ["createNewVm", "restoreDisks", "replaceExisting"] {
        assert_eq!(verdict(&told, "web-1", method), "supported", "{method}");
    }
    // A preview of the page of 2023, and a system to mount the files in that is not said.
    for method in ["crossSubscription", "fileRecovery"] {
        assert_eq!(verdict(&told, "web-1", method), "caveat", "{method}");
    }
    assert_eq!(verdict(&told, "web-1", "crossZonal"), "supported");
    // In the vault, and not in the paired region yet.
    assert_eq!(verdict(&told, "web-1", "crossRegion"), "notSupported");
    let newest = told["points"][0]["methods"].as_array().unwrap();
    assert_eq!(told["points"][0]["name"], "data-1", "the newest first");
    assert_eq!(newest[1]["rowIds"], json!(["S4-07a"]));
    to(&mut lab, "2026-03-02T20:00:00Z");
    assert_eq!(
        verdict(&abilities(&mut lab, "web"), "web-1", "crossRegion"),
        "supported"
    );
    assert_eq!(
        thrown(&mut lab, "restoreAbilities", json!({ "vm": "nobody" })).0,
        "ResourceNotFound"
    );
}

/// What a fact decides that nobody supplied is not known, and names the fact.
#[test]
fn what_the_pages_leave_open_waits_for_its_fact() {
    let mut lab = super::lab_with(
        json!({ "osType": "Windows", "osName": "Windows Server 2022 Datacenter", "scaleSetId": "set1" }),
        json!({}),
    );
    protect(&mut lab, "web", 3);
    to(&mut lab, "2026-03-02T04:00:00Z");
    let told = abilities(&mut lab, "web");
    let methods = told["points"][0]["methods"].as_array().unwrap();
    let disks = methods
        .iter()
        .find(|one| one["method"] == "restoreDisks")
        .unwrap();
    assert_eq!(
        (disks["verdict"].as_str(), &disks["missing"]),
        (Some("unknown"), &json!(["orchestrationMode"])),
        "{disks:#}"
    );
}

#[test]
fn a_method_is_gained_and_lost_at_an_instant_with_what_happened_then() {
    let mut lab = lab();
    protect(&mut lab, "web", 3);
    to(&mut lab, "2026-03-02T12:00:00Z");
    ok(
        &mut lab,
        json!({ "type": "deleteVirtualMachine", "virtualMachine": "web" }),
    );
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "regionDown", "target": "eastus", "from": "2026-03-02T18:00:00Z", "for": "PT1H" }),
    );
    to(&mut lab, "2026-03-08T00:00:00Z");
    let told = abilities(&mut lab, "web");
    assert_eq!(told["everyMoment"], true);
    let changes: Vec<(String, bool, String)> = told["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["method"].as_str().unwrap().to_owned(),
                one["able"].as_bool().unwrap(),
                one["at"].as_str().unwrap()[..13].to_owned(),
            )
        })
        .collect();
    let when = |method: &str| -> Vec<(bool, &str)> {
        let own = changes.iter().filter(|one| one.0 == method);
        own.map(|one| (one.1, one.2.as_str())).collect()
    };
    // Replaced as long as the VM is there; from disks until the region is down, and until no point is left.
    assert_eq!(
        when("replaceExisting"),
        [(true, "2026-03-02T02"), (false, "2026-03-02T12")]
    );
    let disks = when("restoreDisks");
    assert_eq!(
        disks[..3],
        [
            (true, "2026-03-02T02"),
            (false, "2026-03-02T18"),
            (true, "2026-03-02T19")
        ]
    );
    assert_eq!(
        when("crossRegion")[0],
        (true, "2026-03-02T14"),
        "twelve hours after the vault"
    );
    let lost = told["changes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["method"] == "replaceExisting" && one["able"] == false)
        .unwrap();
    assert_eq!(lost["rowIds"], json!(["S3-45b"]));
}

#[test]
fn members_of_a_set_are_covered_each_on_its_own() {
    let mut lab = super::lab_with(
        json!({ "osType": "Windows", "availabilitySetId": "set1" }),
        json!({}),
    );
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "web2", "location": "eastus", "facts": { "osType": "Windows", "availabilitySetId": "SET1" }, "disks": [{ "name": "os2", "role": "os", "sizeGiB": 1 }] }),
    );
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "alone", "location": "eastus", "facts": { "osType": "Windows" }, "disks": [{ "name": "os3", "role": "os", "sizeGiB": 1 }] }),
    );
    with_point(&mut lab);
    let group = abilities(&mut lab, "web")["group"].clone();
    assert_eq!(
        (group["kind"].as_str(), group["covered"].as_bool()),
        (Some("availabilitySet"), Some(false))
    );
    assert_eq!(group["members"].as_array().unwrap().len(), 2);
    to(&mut lab, "2026-03-02T01:00:00Z");
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc2", "source": "web2" }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc2", "name": "q1", "atOnce": true }),
    );
    let group = abilities(&mut lab, "web2")["group"].clone();
    assert_eq!(
        (group["covered"].as_bool(), group["spreadSeconds"].as_u64()),
        (Some(true), Some(3600))
    );
    assert!(
        group["text"]
            .as_str()
            .unwrap()
            .contains("no instant is common")
    );
    assert_eq!(group["rowIds"], json!(["S3-75"]));
    assert_eq!(abilities(&mut lab, "alone")["group"], Value::Null);
}

/// A flexible scale set: single VMs are backed up and restored, so each counts for itself.
#[test]
fn members_of_a_flexible_scale_set_are_covered_each_on_its_own() {
    let mut lab = super::lab_with(
        json!({ "osType": "Windows", "scaleSetId": "flex", "orchestrationMode": "Flexible" }),
        json!({}),
    );
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "web2", "location": "eastus", "facts": { "osType": "Windows", "scaleSetId": "flex", "orchestrationMode": "Flexible" }, "disks": [{ "name": "os2", "role": "os", "sizeGiB": 1 }] }),
    );
    protect(&mut lab, "web", 3);
    to(&mut lab, "2026-03-02T12:00:00Z");
    let group = abilities(&mut lab, "web2")["group"].clone();
    assert_eq!(
        (group["kind"].as_str(), group["covered"].as_bool()),
        (Some("scaleSet"), Some(false))
    );
    protect(&mut lab, "web2", 3);
    to(&mut lab, "2026-03-03T12:00:00Z");
    let group = abilities(&mut lab, "web")["group"].clone();
    assert_eq!(group["covered"].as_bool(), Some(true), "{group:#}");
    assert_eq!(group["members"].as_array().unwrap().len(), 2);
}

fn changes<'a>(told: &'a Value, method: &str) -> Vec<(&'a str, bool)> {
    let all = told["changes"].as_array().unwrap().iter();
    let of = all.filter(|change| change["method"] == method);
    of.map(|change| {
        (
            change["at"].as_str().unwrap(),
            change["able"].as_bool().unwrap(),
        )
    })
    .collect()
}

/// Where too much happened to look at every moment, what changed is still told at its own.
#[test]
fn after_months_an_ability_is_still_lost_at_its_own_moment() {
    let mut lab = lab();
    protect(&mut lab, "web", 200);
    to(&mut lab, "2026-05-20T11:00:00Z");
    ok(
        &mut lab,
        json!({ "type": "deleteVirtualMachine", "virtualMachine": "web" }),
    );
    to(&mut lab, "2026-06-20T00:00:00Z");
    let told = abilities(&mut lab, "web");
    assert_eq!(told["everyMoment"], false);
    assert_eq!(
        changes(&told, "replaceExisting"),
        [
            ("2026-03-02T02:01:00Z", true),
            ("2026-05-20T11:00:00Z", false)
        ],
        "{:#}",
        told["changes"]
    );
}

/// Roles work a while after they are given, when nothing else happens.
#[test]
fn an_ability_that_waits_for_roles_is_gained_when_they_work() {
    let mut lab = lab();
    protect_data(&mut lab, "03:00");
    to(&mut lab, "2026-03-02T04:00:00Z");
    let roles =
        |roles: &[&str]| json!({ "type": "setIdentityRoles", "item": "data", "roles": roles });
    ok(&mut lab, roles(&["Disk Backup Reader"]));
    to(&mut lab, "2026-03-02T10:00:00Z");
    ok(
        &mut lab,
        roles(&["Disk Backup Reader", "disk restore operator"]),
    );
    to(&mut lab, "2026-03-02T20:00:00Z");
    let told = abilities(&mut lab, "web");
    let new = changes(&told, "newDisk");
    assert_eq!(new.len(), 3, "{new:?}");
    let all = told["changes"].as_array().unwrap();
    assert!(all.iter().all(|one| one["because"] != ""), "{all:#?}");
    assert_eq!(new[1], ("2026-03-02T04:00:00Z", false));
    assert!(
        new[2].0 > "2026-03-02T10:00:00Z" && new[2].0 < "2026-03-02T11:00:00Z" && new[2].1,
        "{new:?}"
    );
}

/// Of an availability set no VM is made elsewhere, but disks are: the refusal says so.
#[test]
fn what_comes_back_elsewhere_as_disks_is_said() {
    let mut lab = super::lab_with(
        json!({ "osType": "Windows", "osName": "Windows Server 2022 Datacenter",
            "availabilitySetId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/availabilitySets/a" }),
        json!({}),
    );
    protect(&mut lab, "web", 9);
    let cross = |lab: &mut Lab| {
        let told = abilities(lab, "web");
        let points = told["points"].as_array().unwrap();
        let oldest = points.last().unwrap()["methods"].as_array().unwrap();
        let found = oldest.iter().find(|one| one["method"] == "crossRegion");
        found.unwrap()["message"].as_str().unwrap().to_owned()
    };
    to(&mut lab, "2026-03-02T04:00:00Z");
    let early = cross(&mut lab);
    assert!(!early.contains("`restoreDisks`"), "not there yet: {early}");
    to(&mut lab, "2026-03-03T20:00:00Z");
    let there = cross(&mut lab);
    assert!(there.contains("that way too: as `restoreDisks`"), "{there}");
    ok(
        &mut lab,
        json!({ "type": "restoreBackup", "recoveryPoint": "web-1", "method": "crossRegion", "as": "restoreDisks", "name": "back" }),
    );
}

/// What failed at the instant at which an ability came back is not what brought it back.
#[test]
fn a_failure_at_the_same_instant_is_no_reason_of_a_gain() {
    let mut lab = lab();
    let key =
        |state: &str| json!({ "type": "setKeyState", "diskEncryptionSet": "des", "state": state });
    ok(
        &mut lab,
        json!({ "type": "createDiskEncryptionSet", "name": "des", "location": "eastus" }),
    );
    ok(
        &mut lab,
        json!({ "type": "updateDisk", "disk": "data", "facts": { "encryptionType": "EncryptionAtRestWithCustomerKey", "diskEncryptionSetId": "des" } }),
    );
    protect_data(&mut lab, "03:00");
    to(&mut lab, "2026-03-02T10:00:00Z");
    ok(&mut lab, key("disabled"));
    let events = to(&mut lab, "2026-03-03T03:00:00Z");
    let failed = events
        .iter()
        .find(|event| event.at.to_string() == "2026-03-03T03:00:00Z");
    let failed = failed.unwrap().text.clone();
    assert!(failed.contains("fail"), "{failed}");
    ok(&mut lab, key("enabled"));
    to(&mut lab, "2026-03-03T10:00:00Z");
    let told = abilities(&mut lab, "web");
    let mut all = told["changes"].as_array().unwrap().iter();
    let last = all.rfind(|change| change["method"] == "newDisk").unwrap();
    assert_eq!(
        (&last["at"], &last["able"]),
        (&json!("2026-03-03T03:00:00Z"), &json!(true))
    );
    let because = last["because"].as_str().unwrap();
    assert!(
        because.contains("des") && !because.contains("fail"),
        "{because}"
    );
}
