//! Any command, sensible or not: it never panics, and where it is refused nothing has changed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use proptest::prelude::*;
use rplab_core::api::{Json, Lab, Outcome};
use rplab_core::cloud::Command;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Names that are sometimes of the right thing.
const NAMES: [&str; 16] = [
    "vm", "vm2", "os", "data", "free", "rpc", "far", "p1", "p2", "c1", "des", "l", "f", "lab",
    "eastus", "westus",
];

/// One number decides every field of a command.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
    fn name(&mut self) -> &'static str {
        NAMES[self.below(NAMES.len() as u64) as usize]
    }
    /// Mostly a name of the right kind.
    fn of(&mut self, names: &[&'static str]) -> &'static str {
        if self.below(5) == 0 {
            self.name()
        } else {
            names[self.below(names.len() as u64) as usize]
        }
    }
    fn yes(&mut self) -> bool {
        self.below(2) == 0
    }
    /// A backup policy, right or not.
    fn policy(&mut self) -> Value {
        let hourly = self.yes();
        let mut policy = json!({ "dailyRetentionDays": self.below(4), "schedule": { "frequency": (["Daily", "Weekly"][self.below(2) as usize]) } });
        if hourly {
            policy["schedule"] = json!({ "frequency": "Hourly", "intervalHours": ([4, 6, 7][self.below(3) as usize]) });
        }
        if self.below(3) > 0 {
            policy["type"] = json!(if hourly { "Enhanced" } else { "Standard" });
        }
        policy
    }
}

const VMS: &[&str] = &["vm", "vm2"];
const ALL_DISKS: &[&str] = &["os", "data", "free"];
const COLLECTIONS: &[&str] = &["rpc", "far"];
const POINTS: &[&str] = &["p1", "p2", "c1"];

fn command(kind: &str, dice: &mut Dice) -> Value {
    let vm = dice.of(VMS);
    let disk = dice.of(ALL_DISKS);
    let collection = dice.of(COLLECTIONS);
    let point = dice.of(POINTS);
    let region = dice.of(&["eastus", "westus", "japaneast"]);
    let (first, length) = (dice.below(300), dice.below(20));
    let seconds = dice.below(5000);
    let word = |dice: &mut Dice, words: &[&'static str]| dice.of(words);
    let mut fields = match kind {
        "createVirtualMachine" => {
            json!({ "name": vm, "location": region, "facts": { "osType": word(dice, &["Windows", "Linux"]) },
            "disks": [{ "name": disk, "sizeGiB": dice.below(3) }, { "name": dice.of(ALL_DISKS), "sizeGiB": 1 }] })
        }
        "startVirtualMachine" | "deallocateVirtualMachine" | "deleteVirtualMachine" => {
            json!({ "virtualMachine": vm })
        }
        "updateVirtualMachine" => {
            json!({ "virtualMachine": vm, "facts": { "secureBoot": dice.yes(), "osType": word(dice, &["Windows", "Linux"]) } })
        }
        "createDisk" => json!({ "name": disk, "location": region, "sizeGiB": dice.below(3) }),
        "updateDisk" => {
            json!({ "disk": disk, "facts": { "sku": word(dice, &["Premium_LRS", "UltraSSD_LRS"]), "diskEncryptionSetId": word(dice, &["des", ""]) } })
        }
        "resizeDisk" => json!({ "disk": disk, "sizeGiB": dice.below(4) }),
        "attachDisk" => json!({ "virtualMachine": vm, "disk": disk, "lun": dice.below(3) }),
        "detachDisk" | "deleteDisk" => json!({ "disk": disk }),
        "writeBlocks" | "trimBlocks" => {
            json!({ "disk": disk, "first": first, "last": first + length })
        }
        "writeBytes" => json!({ "disk": disk, "index": first, "bytes": [dice.below(3)] }),
        "setWorkload" => {
            json!({ "disk": disk, "workload": { "every": format!("PT{seconds}S"), "pattern": (["sequential", "random", "appendLog", "rewriteAll"][dice.below(4) as usize]), "writes": dice.below(3) } })
        }
        "createRestorePointCollection" => {
            json!({ "name": collection, "source": if dice.yes() { vm } else { "rpc" }, "location": region })
        }
        "updateRestorePointCollection" => json!({ "collection": collection, "tags": { "a": "b" } }),
        "deleteRestorePointCollection" => json!({ "collection": collection }),
        "createRestorePoint" => {
            let sets = if dice.below(4) > 0 {
                json!({})
            } else {
                json!({ disk: "des" })
            };
            json!({ "collection": collection, "name": point, "diskEncryptionSets": sets, "atOnce": dice.yes(), "excludeDisks": if dice.yes() { json!([]) } else { json!([{ "id": disk }]) } })
        }
        "deleteRestorePoint" => json!({ "restorePoint": point, "atOnce": dice.yes() }),
        "restoreDisk" => {
            if dice.below(4) == 0 {
                let id = format!(
                    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/lab/providers/Microsoft.Compute/disks/{disk}"
                );
                return json!({ "type": kind, "diskRestorePoint": id, "name": dice.name() });
            }
            json!({ "diskRestorePoint": disk, "restorePoint": point, "name": dice.name(), "sizeGiB": dice.below(4), "zones": if dice.yes() { json!([]) } else { json!([dice.below(5).to_string()]) } })
        }
        "restoreVirtualMachine" => json!({ "restorePoint": point, "name": dice.name() }),
        "setAgent" => {
            json!({ "virtualMachine": vm, "status": word(dice, &["ready", "notReady", "asleep"]) })
        }
        "setVssWriters" => json!({ "virtualMachine": vm, "healthy": dice.yes() }),
        "setScripts" => json!({ "virtualMachine": vm, "installed": dice.yes() }),
        "moveVirtualMachine" => json!({ "virtualMachine": vm, "resourceGroup": dice.name() }),
        "copyRestorePoint" => {
            json!({ "restorePoint": point, "collection": collection, "name": dice.of(POINTS), "atOnce": dice.yes() })
        }
        "grantAccess" => {
            json!({ "diskRestorePoint": disk, "restorePoint": point, "durationSeconds": seconds })
        }
        "revokeAccess" => json!({ "diskRestorePoint": disk, "restorePoint": point }),
        "createSnapshot" => {
            let source = if dice.yes() { json!(disk) } else { Value::Null };
            json!({ "name": dice.of(&["s1", "s2"]), "source": source, "sizeGiB": 1, "location": region, "incremental": dice.yes() })
        }
        "deleteSnapshot" => json!({ "snapshot": dice.of(&["s1", "s2"]) }),
        "createDiskEncryptionSet" => json!({ "name": dice.of(&["des"]), "location": region }),
        "deleteDiskEncryptionSet" => json!({ "diskEncryptionSet": dice.of(&["des"]) }),
        "deleteResourceGroup" => json!({ "name": dice.name() }),
        "createResourceGroup" => {
            json!({ "name": dice.name(), "location": word(dice, &["eastus", ""]) })
        }
        "setKeyState" => {
            json!({ "diskEncryptionSet": dice.of(&["des"]), "state": word(dice, &["enabled", "disabled", "deleted"]) })
        }
        "placeLock" => {
            json!({ "scope": dice.name(), "level": word(dice, &["CanNotDelete", "ReadOnly"]), "name": dice.of(&["l"]) })
        }
        "removeLock" => json!({ "name": dice.of(&["l"]) }),
        "setNetworkAccess" => {
            let mut access = json!({ "disk": disk, "policy": word(dice, &["AllowAll", "AllowPrivate", "DenyAll"]) });
            if dice.yes() {
                access["diskAccess"] = json!(
                    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/diskAccesses/a"
                );
            }
            access
        }
        "injectFault" => {
            let kind = [
                "agentNotReady",
                "vssFailing",
                "scriptsFailing",
                "keyDisabled",
                "keyDeleted",
                "regionDown",
                "zoneDown",
                "copyStalled",
                "copyFailed",
                "throttled",
                "lockPlaced",
                "diskDetached",
                "massEncryption",
                "accidentalDelete",
                "silentCorruption",
            ][dice.below(15) as usize];
            let mut fault =
                json!({ "fault": kind, "target": dice.name(), "name": dice.of(&["f"]) });
            if dice.yes() {
                fault["for"] = json!(format!("PT{seconds}S"));
            }
            if dice.below(3) == 0 {
                fault["chanceThousandths"] = json!(dice.below(1100));
                fault["every"] = json!("PT10M");
            }
            fault
        }
        "clearFault" => json!({ "name": dice.of(&["f"]) }),
        "keepProperties" => {
            json!({ "resource": dice.of(&["/subscriptions/s/resourceGroups/g", "g"]), "properties": { "tags": { "a": "b" } } })
        }
        "setSetting" => {
            json!({ "name": word(dice, &["copyMiBPerSecond", "limits.restorePointsPerVm", "edition", "nothing"]), "value": dice.below(20) })
        }
        "advanceClock" => {
            let mut wait = json!({ "by": format!("PT{seconds}S") });
            if dice.below(4) == 0 {
                wait["until"] = json!({ "subject": point });
            }
            wait
        }
        "protect" if dice.below(3) == 0 => {
            json!({ "disk": disk, "vault": "vault", "name": disk, "service": "diskBackup", "policy": dice.policy() })
        }
        "protect" => {
            json!({ "virtualMachine": vm, "vault": "vault", "name": vm,
                "service": (["vmBackup", "vmBackup", "restorePoints"][dice.below(3) as usize]), "policy": dice.policy() })
        }
        "setIdentityRoles" => {
            json!({ "item": disk, "roles": if dice.yes() { json!([]) } else { json!(["Disk Backup Reader", "Disk Snapshot Contributor", "Disk Restore Operator"]) } })
        }
        "restoreBackup" => {
            let number = dice.below(4);
            let item = dice.of(&["vm", "vm", "data"]);
            let method = [
                "createNewVm",
                "restoreDisks",
                "replaceExisting",
                "crossRegion",
                "crossSubscription",
                "crossZonal",
                "fileRecovery",
                "newDisk",
                "replaceSource",
            ][dice.below(9) as usize];
            json!({ "recoveryPoint": format!("{item}-{number}"), "method": method, "stagingLocation": "account", "name": dice.name(),
                "targetZone": dice.below(5).to_string(), "targetSubscription": "other" })
        }
        "changePolicy" => json!({ "item": vm, "policy": dice.policy() }),
        "backupNow" => json!({ "item": vm, "retainDays": dice.below(4) }),
        "stopProtection" => json!({ "item": vm, "keepPoints": dice.yes() }),
        "runCleanup" if dice.yes() => json!({}),
        _ => json!({ "item": vm }),
    };
    fields["type"] = json!(kind);
    fields
}

/// Where a story begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// With a VM, disks and a key, and nothing that keeps the VM from moving.
    Bare,
    /// With a point, a collection elsewhere and policies too.
    Protected,
    /// When the policies have made backups, so that there is something to restore.
    BackedUp,
}

fn lab(start: Start) -> Lab {
    let options =
        json!({ "settings": { "blockSizeBytes": 4 << 20, "copyMiBPerSecondPerDisk": 1 } });
    let mut lab = Json::new_lab(Some(options)).unwrap();
    let commands = [
        json!({ "type": "createVirtualMachine", "name": "vm", "location": "eastus", "facts": { "osType": "Windows" }, "disks": [{ "name": "os", "sizeGiB": 1 }, { "name": "data", "sizeGiB": 1 }] }),
        json!({ "type": "createDisk", "name": "free", "location": "eastus", "sizeGiB": 1 }),
        json!({ "type": "createDiskEncryptionSet", "name": "des", "location": "eastus" }),
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "vm" }),
        json!({ "type": "createRestorePointCollection", "name": "far", "source": "rpc", "location": "westus" }),
        json!({ "type": "writeBlocks", "disk": "os", "first": 0, "last": 99 }),
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p1" }),
        json!({ "type": "advanceClock", "by": "PT2M" }),
        json!({ "type": "protect", "virtualMachine": "vm", "vault": "vault", "policy": {
            "type": "Enhanced", "dailyRetentionDays": 1, "schedule": { "frequency": "Hourly", "intervalHours": 4 } } }),
        json!({ "type": "protect", "disk": "data", "vault": "vault", "service": "diskBackup", "policy": {
            "operationalRetentionDays": 1, "schedule": { "frequency": "Hourly", "intervalHours": 4 } } }),
    ];
    let count = if start == Start::Bare {
        3
    } else {
        commands.len()
    };
    for command in commands.into_iter().take(count) {
        assert!(lab.dispatch_json(command).unwrap().is_ok());
    }
    if start == Start::BackedUp {
        let wait = json!({ "type": "advanceClock", "by": "PT5H" });
        assert!(lab.dispatch_json(wait).unwrap().is_ok());
    }
    lab
}

fn kinds() -> Vec<&'static str> {
    Command::TYPES.to_vec()
}

/// Carries commands out; the types that were refused at least once, and those that were carried out.
fn run(steps: &[(usize, u64)]) -> (BTreeSet<&'static str>, BTreeSet<&'static str>) {
    let kinds = kinds();
    let (mut refused, mut carried_out) = (BTreeSet::new(), BTreeSet::new());
    let begins = match steps.first().map_or(0, |(_, number)| number % 3) {
        0 => Start::Bare,
        1 => Start::Protected,
        _ => Start::BackedUp,
    };
    let mut lab = lab(begins);
    let start = lab.digest();
    let before_all = lab.log().len();
    for (kind, chance) in steps {
        let kind = kinds[kind % kinds.len()];
        let command = command(kind, &mut Dice(*chance));
        let before = lab.digest();
        match lab.dispatch_json(command.clone()).unwrap() {
            Outcome::Ok { .. } => {
                carried_out.insert(kind);
            }
            Outcome::Rejected { error } => {
                assert_eq!(lab.digest(), before, "{command}: {error:?}");
                assert!(
                    !error.code.is_empty() && error.message.len() > 10,
                    "{error:?}"
                );
                let filled =
                    |target: &Option<String>| target.as_ref().is_some_and(|at| !at.is_empty());
                assert!(
                    filled(&error.target) && !error.details.is_empty(),
                    "{command}: {error:?}"
                );
                assert!(
                    error.details.iter().all(|detail| filled(&detail.target)),
                    "{command}: {error:?}"
                );
                refused.insert(kind);
            }
        }
        let state = lab.state();
        // What waits for another has brought nothing, and is not there.
        for point in &state.restore_points {
            let disks = point.replication.iter().flat_map(|copy| &copy.disks);
            for disk in disks.filter(|disk| disk.waits_for.is_some()) {
                assert_eq!(
                    (disk.copied_bytes.0, disk.completion_percent),
                    (0, 0),
                    "{}",
                    disk.id
                );
            }
        }
        let paid: u64 = state
            .restore_points
            .iter()
            .flat_map(|point| &point.disks)
            .map(|disk| disk.pays_bytes.0)
            .sum();
        assert_eq!(
            paid, state.stored_bytes.0,
            "what points pay is what is stored, after {command}"
        );
    }
    let end = lab.digest();
    let saved = rplab_core::json::write(&lab.export_scenario());
    assert_eq!(Lab::from_scenario(saved).unwrap().digest(), end);
    while lab
        .log()
        .iter()
        .skip(before_all)
        .any(|entry| entry.outcome.is_ok())
    {
        assert!(lab.undo());
    }
    assert_eq!(lab.digest(), start, "undone to the start");
    while lab.redo() {}
    assert_eq!(lab.digest(), end, "and done again");
    (refused, carried_out)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_refused_command_changes_nothing(steps in prop::collection::vec((any::<usize>(), any::<u64>()), 1..80)) {
        run(&steps);
    }
}

#[test]
fn every_command_is_reached_both_ways() {
    let (mut refused, mut carried_out) = (BTreeSet::new(), BTreeSet::new());
    for round in 0..120_u64 {
        let mut dice = Dice(round);
        let steps: Vec<(usize, u64)> = (0..60)
            .map(|_| (dice.below(1 << 20) as usize, dice.below(1 << 30)))
            .collect();
        let (no, yes) = run(&steps);
        refused.extend(no);
        carried_out.extend(yes);
    }
    assert_eq!(carried_out, Command::TYPES.iter().copied().collect());
    assert_eq!(refused, kinds().into_iter().collect());
}
