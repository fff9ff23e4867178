//! Restores rehearsed: the plan, what stands against it, what comes back.

use super::support::{ok, refused};
use super::{ask, each, lab, lab_with, thrown, with_point, write};
use serde_json::json;

#[test]
fn a_restore_of_a_point_is_planned_carried_out_and_proved_and_the_lab_is_as_it_was() {
    let mut lab = lab();
    with_point(&mut lab);
    write(&mut lab, "data", 0, 9);
    let before = lab.digest();
    let told = ask(
        &mut lab,
        "rehearse",
        json!({ "restorePoint": "p1", "name": "web2" }),
    );
    assert_eq!(lab.digest(), before);
    assert_eq!(
        each(&told["steps"], "kind"),
        [
            "createDisk",
            "createDisk",
            "createNetworkInterface",
            "createVirtualMachine",
            "verify"
        ]
    );
    assert_eq!(
        each(&told["steps"], "outcome"),
        ["done", "done", "notSimulated", "done", "done"]
    );
    assert_eq!(told["steps"][3]["after"], json!([1, 2, 3]));
    assert_eq!(told["complete"], true);
    assert_eq!(told["proved"], true, "{told:#}");
    assert_eq!(told["proofs"].as_array().unwrap().len(), 2);
    assert_eq!(told["blockers"], json!([]));
    assert_eq!(
        told["bytesMoved"], 0,
        "a restore from snapshots moves nothing"
    );
    // What is asked of Azure: a disk from the disk restore point, then a VM that attaches it.
    let disk = &told["steps"][0]["operation"];
    assert_eq!(
        (disk["name"].as_str(), disk["method"].as_str()),
        (Some("Disks_CreateOrUpdate"), Some("PUT"))
    );
    assert!(disk["path"].as_str().unwrap().ends_with("/disks/web2-os"));
    let source = disk["body"]["properties"]["creationData"]["sourceResourceId"]
        .as_str()
        .unwrap();
    assert_eq!(
        lab.content_digest(source).unwrap().to_string(),
        told["proofs"][0]["pointDigest"].as_str().unwrap()
    );
    let machine = &told["steps"][3]["operation"]["body"];
    assert_eq!(machine["zones"], json!(["1"]));
    assert_eq!(
        machine["properties"]["storageProfile"]["dataDisks"][0]["lun"],
        0
    );
    assert_eq!(
        machine["properties"]["networkProfile"]["networkInterfaces"][0]["id"],
        told["steps"][2]["operation"]["path"]
    );
}

/// The times are sums over the longest way through the steps, and follow the assumptions that are given.
#[test]
fn times_are_bands_over_the_longest_way_and_follow_stated_assumptions() {
    let mut lab = lab();
    with_point(&mut lab);
    let usual = ask(&mut lab, "rehearse", json!({ "restorePoint": "p1" }));
    // Disks and interface side by side, the VM, then 150 MiB read.
    assert_eq!(
        usual["time"],
        json!({ "lowSeconds": 5 + 45 + 1, "typicalSeconds": 20 + 90 + 1, "highSeconds": 90 + 300 + 3 })
    );
    assert_eq!(
        each(&usual["assumptions"], "name"),
        [
            "createDisk",
            "createNetworkInterface",
            "createVirtualMachine",
            "verifyRate"
        ]
    );
    let other = ask(
        &mut lab,
        "rehearse",
        json!({ "restorePoint": "p1", "assumptions": [{ "name": "createDisk", "low": 100, "typical": 100, "high": 1000 }] }),
    );
    assert_eq!(other["time"]["typicalSeconds"], 100 + 90 + 1);
    assert_eq!(other["assumptions"][0]["high"], 1000);
}

#[test]
fn what_stands_against_a_restore_is_found_before_it_starts() {
    let mut lab = lab();
    with_point(&mut lab);
    ok(
        &mut lab,
        json!({ "type": "createDisk", "name": "web-restored-data", "location": "eastus", "sizeGiB": 1 }),
    );
    let told = ask(&mut lab, "rehearse", json!({ "restorePoint": "p1" }));
    assert_eq!(told["complete"], false);
    assert_eq!(each(&told["blockers"], "code"), ["Conflict"]);
    assert_eq!(
        each(&told["steps"], "outcome"),
        ["notRun", "refused", "notRun", "notRun", "notRun"]
    );
    assert_eq!(told["proved"], false);
    assert_eq!(told["restoredDisks"], json!([]));
    let mut command = told["steps"][1]["command"].clone();
    command["type"] = json!("restoreDisk");
    assert_eq!(
        refused(&mut lab, command).message,
        told["blockers"][0]["message"]
    );
    // Without that disk nothing stands against it.
    let told = ask(
        &mut lab,
        "rehearse",
        json!({ "restorePoint": "p1", "disks": ["os"] }),
    );
    assert_eq!(
        (told["complete"].as_bool(), told["proved"].as_bool()),
        (Some(true), Some(true))
    );
    assert_eq!(
        thrown(&mut lab, "rehearse", json!({ "restorePoint": "nowhere" })).0,
        "ResourceNotFound"
    );
    assert_eq!(thrown(&mut lab, "rehearse", json!({})).1, "restorePoint");
    assert_eq!(
        thrown(
            &mut lab,
            "rehearse",
            json!({ "restorePoint": "p1", "disks": ["data"] })
        )
        .0,
        "OperationNotAllowed"
    );
}

#[test]
fn what_comes_back_otherwise_is_told_with_what_terraform_would_want() {
    let mut lab = lab_with(
        json!({ "osType": "Windows", "availabilitySetId": "set1", "staticIpAddress": true, "hostId": "host1" }),
        json!({}),
    );
    with_point(&mut lab);
    let told = ask(
        &mut lab,
        "rehearse",
        json!({ "restorePoint": "p1", "targetZone": "2" }),
    );
    let differences = told["differences"].as_array().unwrap();
    let of = |aspect: &str| {
        let found = differences.iter().find(|one| one["aspect"] == aspect);
        found.unwrap_or_else(|| panic!("{aspect}: {differences:#?}"))
    };
    assert_eq!(of("availabilitySet")["terraform"], "replace");
    assert_eq!(of("zone")["restored"], "2");
    assert_eq!(of("name")["terraform"], "replace");
    assert_eq!(of("address")["terraform"], "update");
    of("host");
    of("disk");
    assert!(!differences.iter().any(|one| one["aspect"] == "encryption"));
}

/// What a VM that a service makes anew has otherwise: every aspect that is told, with its remedy and rows.
#[test]
fn a_vm_of_a_service_differs_in_all_that_its_page_says() {
    let mut lab = lab_with(
        json!({ "osType": "Windows", "priority": "Spot", "evictionPolicy": "Delete", "staticIpAddress": true,
            "nicCount": 2, "hostId": "host1", "identityType": "SystemAssigned" }),
        json!({}),
    );
    ok(
        &mut lab,
        json!({ "type": "protect", "virtualMachine": "web", "vault": "v", "crossRegionRestore": true, "policy": {
            "type": "Enhanced", "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 30 } }),
    );
    ok(
        &mut lab,
        json!({ "type": "updateVirtualMachine", "virtualMachine": "web", "facts": { "nicCount": 1 } }),
    );
    super::to(&mut lab, "2026-03-02T20:00:00Z");
    let told = ask(
        &mut lab,
        "rehearse",
        json!({ "recoveryPoint": "web-1", "name": "web2" }),
    );
    assert_eq!(told["blockers"], json!([]));
    let differences = told["differences"].as_array().unwrap();
    let of = |aspect: &str| {
        let found = differences.iter().find(|one| one["aspect"] == aspect);
        found.unwrap_or_else(|| panic!("{aspect}: {differences:#?}"))
    };
    for (aspect, terraform, row) in [
        ("name", "replace", None),
        ("address", "update", Some("S3-112")),
        ("networkInterfaces", "update", Some("S3-105c")),
        ("priority", "replace", Some("S3-80b")),
        ("host", "update", Some("S3-81b")),
        ("disk", "replace", None),
    ] {
        let found = of(aspect);
        assert_eq!(found["terraform"], terraform, "{found}");
        assert!(!found["remedy"].as_str().unwrap().is_empty());
        if let Some(row) = row {
            assert!(
                found["rowIds"].as_array().unwrap().contains(&json!(row)),
                "{found}"
            );
        }
    }
    assert!(
        of("networkInterfaces")["source"]
            .as_str()
            .unwrap()
            .contains('1')
    );
}
