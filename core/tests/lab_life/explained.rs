//! What a lab says about itself.

use super::{GIB, advance, capture, ok, point, refused, started, under_customer_key, write};
use rplab_core::api::{Lab, RefusalCode};
use serde_json::{Value, json};

fn told(lab: &Lab, subject: &str) -> String {
    lab.explain(subject).unwrap().lines.join("\n")
}

fn all(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
}

#[test]
fn a_point_tells_its_state_its_numbers_and_how_it_came_to_be() {
    let mut lab = started(json!({}));
    capture(&mut lab, "p1");
    write(&mut lab, "data", 0, 9);
    capture(&mut lab, "p2");
    let text = told(&lab, "p2");
    all(
        &text,
        &[
            "p2 is Succeeded in eastus",
            "ApplicationConsistent",
            "data: it added 10.00 MiB",
            "what the retained point before it did not hold",
            "p2 captures 2 disks of vm at one instant",
            "Rule S2-12a S2-12b",
        ],
    );
    all(
        &told(&lab, "p1"),
        &["for it is the first of its disk in this region"],
    );
    assert!(
        lab.explain("p1")
            .unwrap()
            .row_ids
            .contains(&"S2-12a".to_owned())
    );
    let by_id = lab.state().restore_points[0].disks[1].id.to_string();
    all(&told(&lab, &by_id), &["p1 is Succeeded"]);
}

#[test]
fn one_disk_is_no_disks() {
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "small", "location": "eastus",
        "disks": [{ "name": "only", "sizeGiB": 8 }] }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc-small", "source": "small" }),
    );
    for (name, what) in [("s1", "in full"), ("s2", "what changed of it")] {
        ok(
            &mut lab,
            json!({ "type": "createRestorePoint", "collection": "rpc-small", "name": name }),
        );
        ok(&mut lab, json!({ "type": "advanceClock", "by": "PT6H" }));
        let text = told(&lab, name);
        let captured = format!("{name} captures 1 disk of small at one instant, {what}; ready at");
        all(&text, &[&captured, "consistent, 1 disk at one instant"]);
    }
}

#[test]
fn a_failure_and_a_refusal_tell_why() {
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "setAgent", "virtualMachine": "vm", "status": "notReady" }),
    );
    capture(&mut lab, "p1");
    all(
        &told(&lab, "p1"),
        &[
            "p1 is Failed",
            "VMAgentStatusCommunicationError",
            "the agent of vm is notReady",
        ],
    );
    let failure = told(&lab, "p1");
    assert!(!failure.contains("took part"), "{failure}");
    let error = refused(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2", "diskEncryptionSets": { "nodisk": "des" } }),
    );
    assert!(
        error.message.ends_with("captured; there is os, data"),
        "{error:?}"
    );
    ok(
        &mut lab,
        json!({ "type": "updateDisk", "disk": "data", "facts": { "sku": "UltraSSD_LRS" } }),
    );
    refused(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2" }),
    );
    let place = format!("log/{}", lab.log().len() - 1);
    all(
        &told(&lab, &place),
        &[
            "createRestorePoint was refused",
            "nothing changed",
            "VMRestorePointClientError",
            "Rule S0-03",
        ],
    );
    all(
        &told(&lab, "vm"),
        &["vm is running in eastus", "createRestorePoint was refused"],
    );
}

#[test]
fn everything_has_an_explanation() {
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "createDiskEncryptionSet", "name": "des", "location": "eastus" }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "far", "source": "rpc", "location": "westus" }),
    );
    capture(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "far", "name": "c1" }),
    );
    advance(&mut lab, "PT20S");
    ok(
        &mut lab,
        json!({ "type": "placeLock", "name": "l", "scope": "far", "level": "ReadOnly" }),
    );
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "copyStalled", "target": "westus" }),
    );
    all(
        &told(&lab, "c1"),
        &["a copy of p1", "have arrived", "Rule S2-39"],
    );
    all(
        &told(&lab, "far"),
        &["far is Succeeded in westus, for points of rpc, and has 1"],
    );
    all(&told(&lab, "des"), &["which is enabled"]);
    all(&told(&lab, "l"), &["ReadOnly on"]);
    all(&told(&lab, "copyStalled"), &["is at work"]);
    all(
        &told(&lab, "data"),
        &["data has 4.00 GiB, 1.00 GiB of it written"],
    );
    all(
        &told(&lab, "copyMiBPerSecond"),
        &["240", "has its default", "assumed"],
    );
    let stored = told(&lab, "storedBytes");
    all(
        &stored,
        &[
            &format!("{}", rplab_core::units::ByteCount(6 * GIB)),
            "p1 pays",
            "c1 pays",
        ],
    );
    ok(
        &mut lab,
        json!({ "type": "createSnapshot", "name": "snap", "source": "data", "incremental": true }),
    );
    all(
        &told(&lab, "snap"),
        &["an incremental snapshot of data", "it added 1.00 GiB"],
    );
    ok(
        &mut lab,
        json!({ "type": "createResourceGroup", "name": "elsewhere", "location": "westus" }),
    );
    all(&told(&lab, "elsewhere"), &["a resource group in westus"]);
    ok(
        &mut lab,
        json!({ "type": "protect", "virtualMachine": "vm", "name": "nightly", "vault": "v",
                "policy": { "type": "Standard", "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 7 } }),
    );
    ok(&mut lab, json!({ "type": "backupNow", "item": "nightly" }));
    advance(&mut lab, "P2D");
    all(
        &told(&lab, "nightly"),
        &[
            "Azure VM Backup in v",
            "as was said",
            "by the daily rule of the policy",
        ],
    );
    let disk = point(&lab, "p1").disks[0].id.to_string();
    all(&told(&lab, &disk), &["p1 is Succeeded"]);
    all(&told(&lab, "lab"), &["a resource group in eastus"]);
    all(&told(&lab, "heldBytes"), &["0 B are held"]);
    all(&told(&lab, "nextEvent"), &["At 2026-01-0", "nightly"]);
    all(&told(&lab, "ScopeLocked"), &["Remove the lock first"]);
    assert_eq!(lab.explain("nobody").unwrap_err().code, "ResourceNotFound");
    for at in 0..lab.log().len() {
        assert!(!lab.explain(&format!("log/{at}")).unwrap().lines.is_empty());
    }
    // Whatever the state lists by a name or an id has an explanation.
    let state: Value = rplab_core::json::write(&lab.state());
    let mut named = 0;
    for list in state
        .as_object()
        .unwrap()
        .values()
        .filter_map(Value::as_array)
    {
        for field in list.iter().flat_map(|item| [&item["id"], &item["name"]]) {
            if let Some(subject) = field.as_str() {
                told(&lab, subject);
                named += 1;
            }
        }
    }
    assert!(named > 20, "{named}");
}

/// Something that ends with this code, and what is asked about it.
fn with(code: RefusalCode) -> (Lab, String) {
    use RefusalCode as C;
    let point = json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2" });
    let delete = json!({ "type": "deleteRestorePoint", "restorePoint": "p1" });
    let restore = json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": "p1", "name": "r" });
    let far = json!({ "type": "createRestorePointCollection", "name": "far", "source": "rpc", "location": "westus" });
    let copy = json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "far", "name": "c1" });
    let disk =
        |id: &str| json!({ "type": "createDisk", "name": id, "location": "eastus", "sizeGiB": 1 });
    let of = |subscription: &str| {
        format!(
            "/subscriptions/{subscription}/resourceGroups/none/providers/Microsoft.Compute/disks/data"
        )
    };
    let fault = |fault: &str, target: &str| json!({ "type": "injectFault", "fault": fault, "target": target });
    let own = "00000000-0000-0000-0000-000000000000";
    let set =
        |name: &str, value: Value| json!({ "type": "setSetting", "name": name, "value": value });
    let mut settings = json!({ "copyStartSeconds": 60, "copyMiBPerSecondPerDisk": 1 });
    if matches!(code, C::ResourceGroupNotFound | C::SubscriptionNotFound) {
        settings = json!({ "strictScopes": 1 });
    }
    if code == C::LabStoreRefused {
        settings = json!({ "memoryLimitMiB": 1, "blockSizeBytes": 4096 });
        let mut lab = super::lab_with(settings);
        let mut large = disk("large");
        large["sizeGiB"] = json!(64);
        large["facts"] = json!({ "usedGiB": 64 });
        refused(&mut lab, large);
        return (lab, "log/0".to_owned());
    }
    let mut lab = match settings.get("strictScopes") {
        Some(_) => super::lab_with(settings),
        None => {
            let mut lab = started(settings);
            under_customer_key(&mut lab);
            capture(&mut lab, "p1");
            ok(&mut lab, far);
            lab
        }
    };
    let daily = json!({ "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 7 });
    let of_disk = json!({ "type": "protect", "service": "diskBackup", "disk": "data", "vault": "v", "policy": daily });
    let back_up = json!({ "type": "backupNow", "item": "data" });
    let snapshot = |name: &str| json!({ "type": "createSnapshot", "name": name, "source": "data", "incremental": true });
    // What is done first, and what is refused then.
    let (before, last) = match code {
        C::AmbiguousName => (
            vec![disk(&of(own))],
            json!({ "type": "deleteDisk", "disk": "data" }),
        ),
        C::AuthenticationFailed => {
            let refused = lab.open_access("https://nowhere").unwrap_err();
            assert_eq!(refused.code, code.as_str());
            return (lab, code.as_str().to_owned());
        }
        C::BadRequest => {
            let mut point = point;
            point["apiVersion"] = json!("2021-01-01");
            (vec![], point)
        }
        C::Conflict => (vec![], disk("data")),
        C::DiskRestorePointClientError => (vec![fault("keyDisabled", "des")], restore),
        C::DiskRestorePointUsedByCustomer => (
            vec![
                json!({ "type": "grantAccess", "diskRestorePoint": "os", "restorePoint": "p1", "durationSeconds": 60 }),
            ],
            delete,
        ),
        C::FactMissing => (
            vec![
                json!({ "type": "updateVirtualMachine", "virtualMachine": "vm", "facts": {
                "scaleSetId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/set" } }),
            ],
            point,
        ),
        C::InternalOperationError => (vec![fault("regionDown", "eastus")], point),
        C::InvalidParameter => {
            let mut point = point;
            point["excludeDisks"] = json!([{ "id": "nobody" }]);
            (vec![], point)
        }
        C::LabStoreRefused => unreachable!("made above"),
        C::OperationNotAllowed => (
            vec![],
            json!({ "type": "moveVirtualMachine", "virtualMachine": "vm", "resourceGroup": "elsewhere" }),
        ),
        C::ReplicationFailed => {
            ok(&mut lab, copy);
            advance(&mut lab, "PT2M");
            ok(&mut lab, fault("copyFailed", "c1"));
            return (lab, "c1".to_owned());
        }
        C::ResourceGroupNotFound => (vec![], disk(&of(own))),
        C::ResourceNotFound => (vec![], json!({ "type": "deleteDisk", "disk": "nobody" })),
        C::RestorePointNotFound => {
            ok(&mut lab, copy);
            ok(&mut lab, delete);
            advance(&mut lab, "PT2M");
            return (lab, "c1".to_owned());
        }
        C::ScopeLocked => (
            vec![
                json!({ "type": "placeLock", "name": "l", "scope": "rpc", "level": "CanNotDelete" }),
            ],
            delete,
        ),
        C::SubscriptionNotFound => (vec![], disk(&of("other"))),
        C::TooManyRequests => (vec![fault("throttled", "vm")], point),
        C::UserErrorMaxRecoveryPointsReached => {
            let policy = json!({ "type": "Standard", "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 9999 });
            ok(
                &mut lab,
                json!({ "type": "protect", "virtualMachine": "vm", "name": "nightly", "vault": "v", "policy": policy }),
            );
            ok(&mut lab, set("limits.recoveryPointsPerVm", json!(3)));
            advance(&mut lab, "P4D");
            return (lab, "nightly".to_owned());
        }
        C::SnapshotCountExceeded => (
            vec![set("limits.diskSnapshots", json!(1)), snapshot("s1")],
            snapshot("s2"),
        ),
        C::UserErrorDiskNotSupported => (
            vec![json!({ "type": "updateDisk", "disk": "data", "facts": { "adeEnabled": true } })],
            of_disk,
        ),
        C::UserErrorNotEnoughPermissionsOnSnapshotRG => {
            let mut without = of_disk;
            without["identityRoles"] = json!([]);
            (vec![without], back_up)
        }
        C::UserErrorPolicyCannotBeModified => (
            vec![of_disk],
            json!({ "type": "changePolicy", "item": "data", "policy": daily }),
        ),
        C::UserErrorRestoreNotSupported => (
            vec![of_disk, back_up],
            json!({ "type": "restoreBackup", "recoveryPoint": "data-1", "method": "replaceSource" }),
        ),
        C::UserErrorStopProtectionNotSupported => (
            vec![of_disk],
            json!({ "type": "stopProtection", "item": "data" }),
        ),
        C::UserErrorVmNotSupportedForBackup => {
            let mut large = disk("large");
            large["sizeGiB"] = json!(40_000);
            let mut of_vm = of_disk;
            of_vm["service"] = json!("vmBackup");
            of_vm["disk"] = json!("vm");
            of_vm["policy"]["type"] = json!("Standard");
            let attach =
                json!({ "type": "attachDisk", "virtualMachine": "vm", "disk": "large", "lun": 9 });
            (vec![large, attach], of_vm)
        }
        C::VMAgentStatusCommunicationError => {
            ok(&mut lab, fault("agentNotReady", "vm"));
            capture(&mut lab, "p2");
            return (lab, "p2".to_owned());
        }
        C::VMRestorePointClientError => (vec![set("limits.restorePointsPerVm", json!(1))], point),
    };
    before
        .into_iter()
        .for_each(|command| drop(ok(&mut lab, command)));
    let error = refused(&mut lab, last);
    assert_eq!(error.code, code.as_str(), "{error:?}");
    let place = format!("log/{}", lab.log().len() - 1);
    (lab, place)
}

/// A new code has no case above until it is given one.
#[test]
fn every_code_is_explained_with_what_it_means_and_the_way_out() {
    for code in RefusalCode::ALL {
        let (lab, subject) = with(*code);
        let text = told(&lab, &subject);
        all(&text, &[code.meaning()]);
        // The code by itself tells the same, and where it was given.
        all(&told(&lab, code.as_str()), &[code.meaning()]);
        if let Some(at) = subject.strip_prefix("log/") {
            let entry = &lab.log()[at.parse::<usize>().unwrap()];
            let rplab_core::api::Outcome::Rejected { error } = &entry.outcome else {
                panic!("{code:?} was carried out");
            };
            assert_eq!(error.code, code.as_str());
            all(
                &text,
                &[
                    code.as_str(),
                    &error.message,
                    "was refused",
                    "nothing changed",
                ],
            );
            all(&told(&lab, code.as_str()), &[&error.message]);
            for row in &error.row_ids {
                all(&text, &[row]);
            }
        } else if subject != code.as_str() {
            all(&text, &[code.as_str(), "failed with"]);
        }
    }
}
