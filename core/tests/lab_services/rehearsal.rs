//! Restores rehearsed: the plan, what stands against it, what comes back.

use super::support::{ok, refused};
use super::{ask, each, lab, lab_with, protect, thrown, to, with_point, write};
use serde_json::{Value, json};

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

/// What nothing is reckoned from, and bands that are none, are refused by their place.
#[test]
fn assumptions_that_say_nothing_are_refused() {
    let mut lab = lab();
    with_point(&mut lab);
    let one = |name: &str, low: u64, typical: u64, high: u64| json!({ "name": name, "low": low, "typical": typical, "high": high });
    for (given, path) in [
        (json!([one("creatDisk", 1, 2, 3)]), "assumptions[0].name"),
        (
            json!([one("mount", 1, 2, 3), one("createDisk", 9, 5, 1)]),
            "assumptions[1].low",
        ),
        // Of a rate the fastest is the largest.
        (
            json!([one("verifyRate", 50, 150, 400)]),
            "assumptions[0].low",
        ),
        (
            json!([one("verifyRate", 400, 150, 0)]),
            "assumptions[0].low",
        ),
        (
            json!([one("mount", 1, 2, 3), one("mount", 1, 2, 3)]),
            "assumptions[1].name",
        ),
        (
            json!([{ "name": "mount", "low": 1, "typical": 2, "high": 3, "unit": "hours" }]),
            "assumptions[0].unit",
        ),
    ] {
        for (name, asked) in [
            ("rehearse", json!({ "restorePoint": "p1" })),
            ("drill", json!({ "region": "eastus" })),
        ] {
            let asked = super::with(asked, &json!({ "assumptions": given }));
            let told = super::thrown(&mut lab, name, asked);
            assert_eq!(told, ("InvalidParameter".to_owned(), path.to_owned()));
        }
    }
    let error = lab.call(
        "drill",
        Some(json!({ "region": "eastus", "assumptions": [one("creatDisk", 1, 2, 3)] })),
    );
    assert!(error.unwrap_err().message.contains("createDisk"));
    let rate = json!([one("verifyRate", 400, 150, 50)]);
    ask(
        &mut lab,
        "rehearse",
        json!({ "restorePoint": "p1", "assumptions": rate }),
    );
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
    protect(&mut lab, "web", 30);
    ok(
        &mut lab,
        json!({ "type": "updateVirtualMachine", "virtualMachine": "web", "facts": { "nicCount": 1 } }),
    );
    to(&mut lab, "2026-03-02T20:00:00Z");
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

/// The difference of an aspect, and how many there are of it.
fn aspects<'a>(told: &'a Value, aspect: &str) -> Vec<&'a Value> {
    let all = told["differences"].as_array().unwrap().iter();
    all.filter(|one| one["aspect"] == aspect).collect()
}

/// Keys belong to a region: what a copy brings back elsewhere has lost the key of its source, and so has what a vault
/// brings back in the paired region.
#[test]
fn a_key_that_stays_behind_is_told() {
    let mut lab = lab();
    ok(
        &mut lab,
        json!({ "type": "createDiskEncryptionSet", "name": "des", "location": "eastus" }),
    );
    ok(
        &mut lab,
        json!({ "type": "updateDisk", "disk": "data", "facts": { "encryptionType": "EncryptionAtRestWithCustomerKey", "diskEncryptionSetId": "des" } }),
    );
    with_point(&mut lab);
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "far", "source": "rpc", "location": "westus" }),
    );
    ok(
        &mut lab,
        json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "far", "name": "c1" }),
    );
    protect(&mut lab, "web", 30);
    to(&mut lab, "2026-03-02T20:00:00Z");
    let at_home = ask(&mut lab, "rehearse", json!({ "restorePoint": "p1" }));
    assert_eq!(at_home["blockers"], json!([]));
    assert!(aspects(&at_home, "encryption").is_empty(), "{at_home:#}");
    for (request, rule) in [
        (json!({ "restorePoint": "c1" }), "S0-46b"),
        (
            json!({ "recoveryPoint": "web-1", "method": "crossRegion" }),
            "S3-91g",
        ),
    ] {
        let told = ask(&mut lab, "rehearse", request.clone());
        assert_eq!(told["blockers"], json!([]), "{request}");
        assert_eq!(aspects(&told, "region")[0]["terraform"], "replace");
        let keys = aspects(&told, "encryption");
        let set = keys.iter().find(|one| {
            one["source"]
                .as_str()
                .unwrap()
                .contains("/diskEncryptionSets/des")
        });
        let set = set.unwrap_or_else(|| panic!("{request}: {told:#}"));
        assert!(set["source"].as_str().unwrap().starts_with("data: "));
        assert_eq!(
            (&set["restored"], &set["terraform"]),
            (&json!("none"), &json!("update"))
        );
        assert!(
            set["rowIds"].as_array().unwrap().contains(&json!(rule)),
            "{set}"
        );
        assert!(!set["remedy"].as_str().unwrap().is_empty());
    }
    // The point that it was copied from may be gone; the disk still says what its key is.
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "p1" }),
    );
    let told = ask(&mut lab, "rehearse", json!({ "restorePoint": "c1" }));
    assert!(!aspects(&told, "encryption").is_empty(), "{told:#}");
}

/// A system-assigned identity belongs to one VM: a new one has another principal, whatever its configuration says.
#[test]
fn an_identity_that_belongs_to_the_old_vm_is_told() {
    for (kind, lost) in [
        ("SystemAssigned", true),
        ("SystemAssigned, UserAssigned", true),
        ("UserAssigned", false),
        ("None", false),
    ] {
        let mut lab = lab_with(
            json!({ "osType": "Windows", "identityType": kind }),
            json!({}),
        );
        with_point(&mut lab);
        protect(&mut lab, "web", 30);
        to(&mut lab, "2026-03-02T20:00:00Z");
        for (request, rows) in [
            (json!({ "restorePoint": "p1" }), json!([])),
            (json!({ "recoveryPoint": "web-1" }), json!(["S3-84a"])),
        ] {
            let told = ask(&mut lab, "rehearse", request);
            let found = aspects(&told, "identity");
            assert_eq!(found.len(), usize::from(lost), "{kind}: {told:#}");
            for one in found {
                assert_eq!(
                    (&one["terraform"], &one["rowIds"]),
                    (&json!("update"), &rows)
                );
                assert!(one["source"].as_str().unwrap().contains(kind));
            }
        }
        // Replaced in place it is the same VM, with the same principal.
        let told = ask(
            &mut lab,
            "rehearse",
            json!({ "recoveryPoint": "web-1", "method": "replaceExisting", "stagingLocation": "account" }),
        );
        assert!(aspects(&told, "identity").is_empty(), "{told:#}");
    }
}

/// Every thing that may come back otherwise, with the word of it in the table; each is told once. No VM of an
/// availability set comes back so.
#[test]
fn each_thing_that_comes_back_otherwise_is_told_once() {
    let mut lab = lab_with(
        json!({ "osType": "Windows", "staticIpAddress": true, "publicIpAddress": true,
            "hostId": "host1", "priority": "Spot", "evictionPolicy": "Delete", "identityType": "SystemAssigned", "nicCount": 3,
            "loadBalancer": true }),
        json!({ "writeAcceleratorEnabled": true }),
    );
    protect(&mut lab, "web", 30);
    ok(
        &mut lab,
        json!({ "type": "updateVirtualMachine", "virtualMachine": "web", "facts": { "nicCount": 1 } }),
    );
    to(&mut lab, "2026-03-02T20:00:00Z");
    let told = ask(
        &mut lab,
        "rehearse",
        json!({ "recoveryPoint": "web-1", "method": "crossZonal", "targetZone": "2" }),
    );
    assert_eq!(told["blockers"], json!([]), "{told:#}");
    let mut seen = std::collections::BTreeSet::new();
    for one in told["differences"].as_array().unwrap() {
        assert!(seen.insert(one.to_string()), "twice: {one}");
        assert!(!one["remedy"].as_str().unwrap().is_empty());
    }
    let of_facts = |fact: &str| {
        let all = told["differences"].as_array().unwrap().iter();
        let named = all.filter(|one| one["source"].as_str().unwrap().contains(fact));
        named.count()
    };
    for fact in [
        "staticIpAddress",
        "publicIpAddress",
        "nicCount",
        "hostId",
        "priority",
        "writeAcceleratorEnabled",
    ] {
        assert_eq!(of_facts(fact), 1, "{fact}: {told:#}");
    }
    for aspect in [
        "address",
        "networkInterfaces",
        "zone",
        "priority",
        "host",
        "identity",
        "name",
        "disk",
    ] {
        assert!(!aspects(&told, aspect).is_empty(), "{aspect}: {told:#}");
    }
}
