//! What Azure VM Backup takes of a VM: disks and their number, size and encryption.

use super::methods::{protected, restore, rows};
use super::support::{ok, refused};
use super::{ask, item, lab, points, to, write};
use rplab_core::model::FactValue;
use serde_json::{Value, json};

/// S3-87a, S3-88a, S3-88b: how many disks are backed up, and how large ones; left-out disks do not count.
#[test]
fn disks_are_backed_up_up_to_a_number_and_a_size() {
    let make = |disks: Vec<Value>| {
        let mut lab = super::lab();
        ok(
            &mut lab,
            json!({ "type": "createVirtualMachine", "name": "big", "location": "eastus", "facts": { "osType": "Linux" }, "disks": disks }),
        );
        lab
    };
    let protect = |exclude: Value| {
        json!({ "type": "protect", "virtualMachine": "big", "vault": "v", "excludeDisks": exclude, "policy": {
        "type": "Standard", "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 3 } })
    };
    let disk = |number: u64, gib: u64| json!({ "name": format!("d{number}"), "role": if number == 0 { "os" } else { "data" }, "sizeGiB": gib });
    let mut many = make((0..34).map(|number| disk(number, 1)).collect());
    assert_eq!(refused(&mut many, protect(json!([]))).row_ids, ["S3-87a"]);
    ok(&mut many, protect(json!([{ "id": "d33" }])));
    let mut large = make(vec![disk(0, 1), disk(1, 32_769)]);
    assert_eq!(refused(&mut large, protect(json!([]))).row_ids, ["S3-88a"]);
    ok(&mut large, protect(json!([{ "id": "d1" }])));
    let mut heavy = make((0..10).map(|number| disk(number, 32_000)).collect());
    assert_eq!(refused(&mut heavy, protect(json!([]))).row_ids, ["S3-88b"]);
    // A disk that is added later lets the next backup fail.
    let mut later = make(vec![disk(0, 1)]);
    ok(&mut later, protect(json!([])));
    ok(
        &mut later,
        json!({ "type": "createDisk", "name": "huge", "location": "eastus", "sizeGiB": 40_000 }),
    );
    ok(
        &mut later,
        json!({ "type": "attachDisk", "virtualMachine": "big", "disk": "huge", "lun": 9 }),
    );
    to(&mut later, "2026-03-02T03:00:00Z");
    assert_eq!(
        item(&later, "big").last_failure.unwrap().code,
        "UserErrorVmNotSupportedForBackup"
    );
}

/// S3-95, S3-96: disks may be added to a protected VM and resized, and the next backup has them so.
#[test]
fn a_disk_added_or_resized_is_in_the_next_backup() {
    let mut lab = protected(lab());
    ok(
        &mut lab,
        json!({ "type": "createDisk", "name": "new", "location": "eastus", "sizeGiB": 4 }),
    );
    ok(
        &mut lab,
        json!({ "type": "attachDisk", "virtualMachine": "web", "disk": "new", "lun": 3 }),
    );
    ok(
        &mut lab,
        json!({ "type": "resizeDisk", "disk": "data", "sizeGiB": 32 }),
    );
    to(&mut lab, "2026-03-03T03:00:00Z");
    let mut command = restore("restoreDisks", json!({ "name": "back", "tier": "vault" }));
    command["recoveryPoint"] = json!("web-2");
    ok(&mut lab, command);
    let state = lab.state();
    let back = state
        .disks
        .iter()
        .filter(|disk| disk.restored_from.is_some());
    let sizes: Vec<_> = back
        .map(|disk| (disk.name.as_str(), disk.size_bytes.0 >> 30))
        .collect();
    assert_eq!(sizes, [("back-data", 32), ("back-new", 4), ("back-os", 8)]);
}

/// S3-91c, S3-91g: encryption may be switched on later, and a restored disk be put under a set.
#[test]
fn encryption_comes_later() {
    let mut lab = protected(lab());
    ok(
        &mut lab,
        json!({ "type": "updateVirtualMachine", "virtualMachine": "web", "facts": { "adeEnabled": true } }),
    );
    to(&mut lab, "2026-03-03T03:00:00Z");
    assert_eq!(points(&lab, "web"), ["web-1", "web-2"]);
    let mut files = restore("fileRecovery", json!({}));
    ok(&mut lab, files.clone());
    files["recoveryPoint"] = json!("web-2");
    assert_eq!(rows(refused(&mut lab, files)), ["S3-50", "S3-91b"]);
    ok(&mut lab, restore("restoreDisks", json!({ "name": "back" })));
    ok(
        &mut lab,
        json!({ "type": "createDiskEncryptionSet", "name": "des", "location": "eastus" }),
    );
    ok(
        &mut lab,
        json!({ "type": "updateDisk", "disk": "back-data", "facts": { "diskEncryptionSetId": "des", "encryptionType": "EncryptionAtRestWithCustomerKey" } }),
    );
    let state = lab.state();
    let disk = state
        .disks
        .iter()
        .find(|disk| disk.name == "back-data")
        .unwrap();
    let set = disk.facts.get("diskEncryptionSetId");
    assert!(
        matches!(set, Some(FactValue::Text(set)) if set.ends_with("/diskEncryptionSets/des")),
        "{set:?}"
    );
}

/// S3-94b: what two VMs have in common is in the vault twice.
#[test]
fn a_vault_does_not_deduplicate_across_vms() {
    let mut lab = lab();
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "twin", "location": "eastus", "facts": { "osType": "Windows" }, "disks": [{ "name": "os2", "role": "os", "sizeGiB": 8 }] }),
    );
    let bytes =
        |disk: &str| json!({ "type": "writeBytes", "disk": disk, "index": 60, "bytes": [1, 2, 3] });
    ok(&mut lab, bytes("os"));
    ok(&mut lab, bytes("os2"));
    for vm in ["web", "twin"] {
        ok(
            &mut lab,
            json!({ "type": "protect", "virtualMachine": vm, "vault": "v", "policy": {
            "type": "Standard", "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 3 } }),
        );
    }
    to(&mut lab, "2026-03-02T03:00:00Z");
    let state = lab.state();
    let in_vault = state
        .restore_points
        .iter()
        .filter(|point| point.vault.is_some());
    let held: Vec<u64> = in_vault
        .map(|point| point.disks.iter().map(|disk| disk.pays_bytes.0 >> 20).sum())
        .collect();
    assert_eq!(held, [1, 151]);
}

/// Selective disks: what is left out is in no point, comes back with no VM, and stays where disks are replaced.
#[test]
fn a_disk_that_is_left_out_is_in_no_point_and_stays_where_it_is() {
    let mut lab = lab();
    ok(
        &mut lab,
        json!({ "type": "protect", "virtualMachine": "web", "vault": "v", "excludeDisks": [{ "id": "data" }], "policy": {
            "type": "Standard", "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 3 } }),
    );
    to(&mut lab, "2026-03-02T04:00:00Z");
    let told = ask(
        &mut lab,
        "rehearse",
        json!({ "recoveryPoint": "web-1", "name": "again" }),
    );
    let differences = told["differences"].as_array().unwrap();
    let lacking = differences
        .iter()
        .find(|one| one["source"] == "2 disks")
        .unwrap();
    assert_eq!(
        (&lacking["restored"], &lacking["terraform"]),
        (&json!("1 disk"), &json!("update"))
    );
    let none = refused(
        &mut lab,
        restore("restoreDisks", json!({ "disks": ["data"] })),
    );
    assert_eq!(none.target.as_deref(), Some("disks"));
    ok(&mut lab, restore("createNewVm", json!({ "name": "web2" })));
    write(&mut lab, "data", 0, 9);
    let own = lab.content_digest("data").unwrap();
    ok(
        &mut lab,
        restore("replaceExisting", json!({ "stagingLocation": "account" })),
    );
    let state = lab.state();
    let names = |vm: &str| {
        let vm = state.virtual_machines.iter().find(|own| own.name == vm);
        let disks = vm.unwrap().disks.iter().map(|disk| disk.name.clone());
        disks.collect::<Vec<String>>()
    };
    assert_eq!(names("web2"), ["web2-os"]);
    assert_eq!(names("web"), ["web-restored-os", "data"]);
    assert_eq!(
        lab.content_digest("data").unwrap(),
        own,
        "nobody touched it"
    );
}
