//! Every command says what does not fit: an unknown field, a missing one, one of another type.
#![allow(clippy::unwrap_used, reason = "a test panics where it fails")]

use rplab_core::cloud::Command;
use rplab_core::timeline::{ScenarioError, read_command};
use serde_json::{Map, Value, json};

const VM: &str =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm1";

/// A command of each type: the fields that it needs, then those that may be left out.
fn samples() -> Vec<(&'static str, Value, Value)> {
    let none = || json!({});
    let vm = || json!({ "virtualMachine": "vm1" });
    let blocks = || json!({ "disk": "d", "first": 0, "last": 9 });
    let facts = |of: &str| json!({ of: "x", "facts": { "encryptionAtHost": true } });
    vec![
        (
            "createVirtualMachine",
            json!({ "id": VM, "name": "vm1" }),
            json!({ "location": "eastus", "zones": ["1"], "tags": { "a": "b" }, "facts": {}, "disks": [{ "name": "os" }] }),
        ),
        ("startVirtualMachine", vm(), none()),
        ("deallocateVirtualMachine", vm(), none()),
        ("deleteVirtualMachine", vm(), none()),
        (
            "updateVirtualMachine",
            facts("virtualMachine"),
            json!({ "remove": ["osType"] }),
        ),
        (
            "createDisk",
            json!({ "name": "d", "location": "eastus", "sizeGiB": 4 }),
            json!({ "zones": [], "facts": { "sku": "Premium_LRS" } }),
        ),
        ("updateDisk", facts("disk"), json!({ "remove": [] })),
        ("resizeDisk", json!({ "disk": "d", "sizeGiB": 8 }), none()),
        (
            "attachDisk",
            json!({ "virtualMachine": "vm1", "disk": "d" }),
            json!({ "lun": 3 }),
        ),
        ("detachDisk", json!({ "disk": "d" }), none()),
        ("deleteDisk", json!({ "disk": "d" }), none()),
        ("writeBlocks", blocks(), none()),
        ("trimBlocks", blocks(), none()),
        (
            "writeBytes",
            json!({ "disk": "d", "index": 1, "bytes": [0, 255] }),
            none(),
        ),
        (
            "setWorkload",
            json!({ "disk": "d" }),
            json!({ "workload": { "every": "PT1M", "writes": 1, "blocksPerWrite": 2, "withinThousandths": 1000 } }),
        ),
        (
            "createRestorePointCollection",
            json!({ "name": "c", "source": "vm1" }),
            json!({ "location": "eastus", "tags": {} }),
        ),
        (
            "updateRestorePointCollection",
            json!({ "collection": "c", "tags": { "a": "b" } }),
            none(),
        ),
        (
            "deleteRestorePointCollection",
            json!({ "collection": "c" }),
            json!({ "atOnce": true }),
        ),
        (
            "createRestorePoint",
            json!({ "collection": "c", "name": "p" }),
            json!({ "consistencyMode": "CrashConsistent", "excludeDisks": [{ "id": "d" }], "diskEncryptionSets": { "d": "des" }, "apiVersion": "2021-07-01", "atOnce": true }),
        ),
        (
            "deleteRestorePoint",
            json!({ "restorePoint": "p" }),
            json!({ "atOnce": true }),
        ),
        (
            "restoreDisk",
            json!({ "diskRestorePoint": "d", "name": "n" }),
            json!({ "restorePoint": "p", "sizeGiB": 9, "sku": "Premium_LRS", "zones": ["2"], "diskEncryptionSet": "des", "atOnce": true }),
        ),
        (
            "restoreVirtualMachine",
            json!({ "restorePoint": "p", "name": "n" }),
            json!({ "atOnce": true }),
        ),
        (
            "setAgent",
            json!({ "virtualMachine": "vm1", "status": "ready" }),
            none(),
        ),
        (
            "setVssWriters",
            json!({ "virtualMachine": "vm1", "healthy": true }),
            none(),
        ),
        (
            "setScripts",
            json!({ "virtualMachine": "vm1", "installed": false }),
            none(),
        ),
        (
            "moveVirtualMachine",
            json!({ "virtualMachine": "vm1", "resourceGroup": "g2" }),
            json!({ "subscription": "s2" }),
        ),
        (
            "copyRestorePoint",
            json!({ "restorePoint": "p", "collection": "c" }),
            json!({ "name": "copy", "diskEncryptionSets": { "d": "des" }, "atOnce": false }),
        ),
        (
            "grantAccess",
            json!({ "diskRestorePoint": "d", "durationSeconds": 60 }),
            json!({ "restorePoint": "p" }),
        ),
        (
            "revokeAccess",
            json!({ "diskRestorePoint": "d" }),
            json!({ "restorePoint": "p" }),
        ),
        (
            "createSnapshot",
            json!({ "name": "s" }),
            json!({ "source": "d", "sizeGiB": 4, "location": "eastus", "incremental": true }),
        ),
        ("deleteSnapshot", json!({ "snapshot": "s" }), none()),
        (
            "createResourceGroup",
            json!({ "name": "g", "location": "eastus" }),
            json!({ "subscription": "s" }),
        ),
        (
            "deleteResourceGroup",
            json!({ "name": "g" }),
            json!({ "subscription": "s" }),
        ),
        (
            "createDiskEncryptionSet",
            json!({ "name": "des", "location": "eastus" }),
            json!({ "key": "https://v/keys/k", "encryptionType": "EncryptionAtRestWithCustomerKey" }),
        ),
        (
            "setKeyState",
            json!({ "diskEncryptionSet": "des", "state": "disabled" }),
            json!({ "key": "https://v/keys/k" }),
        ),
        (
            "deleteDiskEncryptionSet",
            json!({ "diskEncryptionSet": "des" }),
            none(),
        ),
        (
            "placeLock",
            json!({ "scope": "g", "level": "ReadOnly" }),
            json!({ "name": "l" }),
        ),
        ("removeLock", json!({ "name": "l" }), none()),
        (
            "setNetworkAccess",
            json!({ "disk": "d", "policy": "AllowPrivate" }),
            json!({ "diskAccess": "a" }),
        ),
        (
            "injectFault",
            json!({ "fault": "regionDown", "target": "eastus" }),
            json!({ "name": "f", "from": "2026-01-14T09:30:00Z", "for": "PT1H", "chanceThousandths": 5, "every": "P1D" }),
        ),
        ("clearFault", json!({ "name": "f" }), none()),
        (
            "protect",
            json!({ "virtualMachine": "vm1", "policy": { "schedule": { "frequency": "Daily" } } }),
            json!({ "service": "restorePoints", "vault": "v", "excludeDisks": [{ "id": "d" }], "copyTo": ["c"], "name": "n",
                "vaultLocation": "eastus", "vaultRedundancy": "GeoRedundant", "crossRegionRestore": true,
                "snapshotResourceGroup": "g", "identityRoles": ["r"] }),
        ),
        (
            "changePolicy",
            json!({ "item": "vm1", "policy": { "schedule": { "frequency": "Weekly" } } }),
            none(),
        ),
        (
            "backupNow",
            json!({ "item": "vm1" }),
            json!({ "retainDays": 3 }),
        ),
        ("cancelJob", json!({ "item": "vm1" }), none()),
        ("runCleanup", none(), json!({ "item": "vm1" })),
        (
            "stopProtection",
            json!({ "item": "vm1" }),
            json!({ "keepPoints": false }),
        ),
        (
            "setIdentityRoles",
            json!({ "item": "d", "roles": ["r"] }),
            none(),
        ),
        (
            "restoreBackup",
            json!({ "recoveryPoint": "vm1-1" }),
            json!({ "item": "vm1", "method": "crossZonal", "as": "restoreDisks", "tier": "vault", "name": "n",
                "targetResourceGroup": "g", "targetSubscription": "s", "targetRegion": "eastus", "targetZone": "1",
                "stagingLocation": "a", "disks": ["d"], "atOnce": true }),
        ),
        (
            "keepProperties",
            json!({ "resource": VM }),
            json!({ "properties": { "a": 1 } }),
        ),
        (
            "setSetting",
            json!({ "name": "edition", "value": "2022-02" }),
            none(),
        ),
        (
            "advanceClock",
            none(),
            json!({ "by": "PT1H", "to": "2026-01-14T09:30:00Z", "until": { "event": "created" } }),
        ),
    ]
}

fn read(kind: &str, fields: &Map<String, Value>) -> Result<Command, ScenarioError> {
    let mut fields = fields.clone();
    fields.insert("type".to_owned(), kind.into());
    read_command(Value::Object(fields))
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// Checks a refusal: where it is, and that it names the command, the place and what is wrong.
fn refused(kind: &str, fields: &Map<String, Value>, path: &str, parts: &[&str]) {
    let error = read(kind, fields).unwrap_err();
    assert_eq!(error.path, path, "{kind}: {error}");
    for part in [kind].iter().chain(parts) {
        assert!(error.to_string().contains(part), "{kind}: {error}");
    }
}

#[test]
fn every_command_type_has_a_sample_that_is_read() {
    let samples = samples();
    let named: Vec<&str> = samples.iter().map(|(kind, ..)| *kind).collect();
    assert_eq!(
        named,
        Command::TYPES,
        "give a sample for each type, in order"
    );
    for (kind, needed, optional) in samples {
        let mut fields = object(needed);
        assert_eq!(read(kind, &fields).unwrap().type_name(), kind);
        fields.extend(object(optional));
        assert_eq!(read(kind, &fields).unwrap().type_name(), kind);
    }
}

#[test]
fn an_unknown_field_is_refused_by_name_with_the_known_ones() {
    for (kind, needed, optional) in samples() {
        let mut fields = object(needed);
        fields.extend(object(optional));
        let known: Vec<String> = fields.keys().map(|name| format!("`{name}`")).collect();
        fields.insert("colour".to_owned(), "red".into());
        refused(kind, &fields, "colour", &["unknown field `colour`"]);
        for name in &known {
            refused(kind, &fields, "colour", &[name]);
        }
    }
}

#[test]
fn a_missing_field_is_refused_by_name() {
    for (kind, needed, _) in samples() {
        let needed = object(needed);
        for name in needed.keys() {
            // The id of a VM follows from its name, and the name from its id.
            if kind == "createVirtualMachine" {
                continue;
            }
            let mut fields = needed.clone();
            fields.remove(name);
            refused(kind, &fields, "", &[&format!("missing field `{name}`")]);
        }
    }
    let nameless = object(json!({ "disks": [] }));
    refused(
        "createVirtualMachine",
        &nameless,
        "",
        &["missing field `id`"],
    );
}

#[test]
fn a_field_of_another_type_is_refused_with_what_was_expected() {
    for (kind, needed, optional) in samples() {
        let mut all = object(needed);
        all.extend(object(optional));
        for (name, right) in &all {
            let wrong = if right.is_boolean() {
                json!("yes")
            } else {
                json!(false)
            };
            let found = if right.is_boolean() {
                "found the text `yes`"
            } else {
                "found false"
            };
            let mut fields = all.clone();
            fields.insert(name.clone(), wrong);
            refused(kind, &fields, name, &["expected ", found]);
        }
    }
}

#[test]
fn what_lies_deeper_is_refused_with_the_whole_path() {
    for (kind, change, path, part) in [
        (
            "createRestorePoint",
            json!({ "excludeDisks": [{ "id": "a" }, { "name": "b" }] }),
            "excludeDisks[1].name",
            "unknown field `name`, expected one of `id`",
        ),
        (
            "createRestorePoint",
            json!({ "excludeDisks": [{}] }),
            "excludeDisks[0]",
            "missing field `id`",
        ),
        (
            "createRestorePoint",
            json!({ "consistencyMode": "Crash" }),
            "consistencyMode",
            "unknown variant `Crash`, expected one of `CrashConsistent`, `FileSystemConsistent`",
        ),
        (
            "writeBytes",
            json!({ "bytes": [1, 256] }),
            "bytes[1]",
            "expected a whole number from 0 to 255, found 256",
        ),
        (
            "setWorkload",
            json!({ "workload": { "every": "1h", "writes": 1, "blocksPerWrite": 2, "withinThousandths": 3 } }),
            "workload.every",
            "`1h` is not a duration",
        ),
        (
            "createDisk",
            json!({ "facts": { "freeBlocks": [1, "a"] } }),
            "facts.freeBlocks[1]",
            "expected a whole number, found the text `a`",
        ),
        (
            "createRestorePointCollection",
            json!({ "virtualMachine": "vm2" }),
            "",
            "given twice",
        ),
    ] {
        let (_, needed, _) = samples()
            .into_iter()
            .find(|sample| sample.0 == kind)
            .unwrap();
        let mut fields = object(needed);
        fields.extend(object(change));
        refused(kind, &fields, path, &[part]);
    }
}
