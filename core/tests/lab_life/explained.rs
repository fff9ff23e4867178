//! What a lab says about itself.

use super::{GIB, advance, capture, ok, refused, started, write};
use rplab_core::api::Lab;
use serde_json::json;

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
    all(&told(&lab, "p1"), &["for it is the first of its family"]);
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
        &["Azure VM Backup in v", "as was said", "by the rule daily"],
    );
    assert_eq!(lab.explain("nobody").unwrap_err().code, "ResourceNotFound");
    for at in 0..lab.log().len() {
        assert!(!lab.explain(&format!("log/{at}")).unwrap().lines.is_empty());
    }
}
