//! The ways in which Azure VM Backup restores (page 003, "Supported restore methods"), each both ways.

use super::support::{ok, refused};
use super::{ask, each, item, lab, lab_with, points, protect, to, with, write};
use rplab_core::api::{Lab, Rejection};
use rplab_core::model::FactValue;
use serde_json::{Value, json};

/// Protects `web` daily at 02:00 in a geo-redundant vault with cross-region restore, and waits for the first point.
pub(super) fn protected(mut lab: Lab) -> Lab {
    protect(&mut lab, "web", 30);
    to(&mut lab, "2026-03-02T03:00:00Z");
    assert_eq!(points(&lab, "web"), ["web-1"]);
    lab
}

pub(super) fn restore(method: &str, more: Value) -> Value {
    let command = json!({ "type": "restoreBackup", "recoveryPoint": "web-1", "method": method });
    with(command, &more)
}

pub(super) fn rows(rejection: Rejection) -> Vec<String> {
    rejection.row_ids
}

pub(super) fn facts(value: Value) -> Lab {
    protected(lab_with(
        with(json!({ "osType": "Windows" }), &value),
        json!({}),
    ))
}

pub(super) const OTHER: &str = "11111111-2222-3333-4444-555555555555";

/// S3-43a, S3-43b, S3-43c.
#[test]
fn a_new_vm_is_made_in_the_region_of_its_source() {
    let mut lab = protected(lab());
    assert_eq!(
        rows(refused(
            &mut lab,
            restore("createNewVm", json!({ "targetRegion": "westus" }))
        )),
        ["S3-43c"]
    );
    write(&mut lab, "data", 0, 99);
    ok(
        &mut lab,
        restore(
            "createNewVm",
            json!({ "name": "web2", "targetResourceGroup": "dr" }),
        ),
    );
    let state = lab.state();
    let vm = state
        .virtual_machines
        .iter()
        .find(|vm| vm.name == "web2")
        .unwrap();
    assert_eq!(
        (vm.location.as_str(), vm.zones.as_slice()),
        ("eastus", ["1".to_owned()].as_slice())
    );
    assert!(vm.id.as_str().contains("/resourceGroups/dr/"));
    assert_eq!(vm.disks.len(), 2);
    assert!(lab.prove("web2").unwrap().equal);
    assert_eq!(
        refused(
            &mut lab,
            restore(
                "createNewVm",
                json!({ "name": "web2", "targetResourceGroup": "dr" })
            )
        )
        .code,
        "Conflict"
    );
}

/// S3-72c, S3-76b, S3-18b, S3-70b: a VM that cannot be made; its disks can.
#[test]
fn what_cannot_come_back_as_a_vm_comes_back_as_disks() {
    for (of_vm, rule) in [
        (json!({ "plan": "bought" }), "S3-72c"),
        (json!({ "diagnosticSettings": true }), "S3-76b"),
        (json!({ "planRemovedFromMarketplace": true }), "S3-18b"),
        (json!({ "availabilitySetId": "set1" }), "S3-70b"),
    ] {
        let mut lab = facts(of_vm);
        assert_eq!(
            rows(refused(&mut lab, restore("createNewVm", json!({})))),
            [rule]
        );
        ok(&mut lab, restore("restoreDisks", json!({ "name": "back" })));
        assert!(lab.prove("back-data").unwrap().equal);
    }
}

/// S3-80b, S3-111b, S3-112, S3-105c, S3-78b, S3-81b, S3-84a: what a VM that is made anew has and has not.
#[test]
fn a_new_vm_is_a_regular_one_with_dynamic_addresses_and_the_interfaces_of_when_protection_began() {
    let mut lab = facts(
        json!({ "priority": "Spot", "evictionPolicy": "Delete", "staticIpAddress": true, "ipAllocation": "dynamic",
        "nicCount": 2, "hyperVGeneration": "V2", "hostId": "host1", "identityType": "SystemAssigned" }),
    );
    ok(
        &mut lab,
        json!({ "type": "updateVirtualMachine", "virtualMachine": "web", "facts": { "nicCount": 1 } }),
    );
    to(&mut lab, "2026-03-03T03:00:00Z");
    let mut command = restore("createNewVm", json!({ "name": "web2" }));
    command["recoveryPoint"] = json!("web-2");
    ok(&mut lab, command);
    let state = lab.state();
    let vm = state
        .virtual_machines
        .iter()
        .find(|vm| vm.name == "web2")
        .unwrap();
    for gone in ["priority", "evictionPolicy", "staticIpAddress", "hostId"] {
        assert_eq!(vm.facts.get(gone), None, "{gone}");
    }
    for (kept, value) in [
        ("hyperVGeneration", "V2"),
        ("ipAllocation", "dynamic"),
        ("identityType", "SystemAssigned"),
    ] {
        assert_eq!(
            vm.facts.get(kept),
            Some(&FactValue::Text(value.to_owned())),
            "{kept}"
        );
    }
    assert_eq!(
        vm.facts.get("nicCount"),
        Some(&FactValue::Integer(2)),
        "as when protection began"
    );
}

/// S3-44a, S3-44b, S3-44c.
#[test]
fn disks_are_restored_into_the_group_that_is_named_with_a_template() {
    let mut lab = protected(lab());
    let events = ok(
        &mut lab,
        restore(
            "restoreDisks",
            json!({ "name": "back", "targetResourceGroup": "dr", "disks": ["data"] }),
        ),
    );
    assert!(events.iter().any(|event| event.text.contains("template")));
    let state = lab.state();
    let back: Vec<_> = state
        .disks
        .iter()
        .filter(|disk| disk.restored_from.is_some())
        .collect();
    assert_eq!(back.len(), 1);
    assert!(
        back[0]
            .id
            .as_str()
            .ends_with("/resourceGroups/dr/providers/Microsoft.Compute/disks/back-data")
    );
    assert_eq!(
        refused(
            &mut lab,
            restore("restoreDisks", json!({ "disks": ["none"] }))
        )
        .target
        .as_deref(),
        Some("disks")
    );
}

/// S3-45a, S3-45c, S3-45d, S3-45e, S3-45f: a snapshot first, which goes to the vault; the old disks stay.
#[test]
fn disks_are_replaced_after_a_snapshot_that_goes_to_the_vault() {
    let mut lab = protected(lab());
    write(&mut lab, "data", 0, 99);
    let spoilt = lab.content_digest("data").unwrap();
    assert_eq!(
        refused(&mut lab, restore("replaceExisting", json!({})))
            .target
            .as_deref(),
        Some("stagingLocation")
    );
    ok(
        &mut lab,
        restore("replaceExisting", json!({ "stagingLocation": "account" })),
    );
    let state = lab.state();
    let vm = state
        .virtual_machines
        .iter()
        .find(|vm| vm.name == "web")
        .unwrap();
    assert_eq!(
        vm.disks
            .iter()
            .map(|disk| disk.name.as_str())
            .collect::<Vec<_>>(),
        ["web-restored-os", "web-restored-data"]
    );
    assert!(lab.prove("web").unwrap().equal);
    let old = state.disks.iter().find(|disk| disk.name == "data").unwrap();
    assert_eq!(old.attached_to, None, "the old disk stays, unattached");
    assert_eq!(lab.content_digest("data").unwrap(), spoilt);
    to(&mut lab, "2026-03-02T05:00:00Z");
    let taken = item(&lab, "web").recovery_points;
    assert_eq!(taken.len(), 2);
    let safety = &taken[1];
    assert!(safety.vault_tier.is_some() && !safety.on_demand);
    assert_eq!(
        safety.kept_until.to_string(),
        "2026-04-01T03:00:00Z",
        "as the policy says"
    );
    // It has the VM as it was before: its disks can be had back.
    let mut command = restore("restoreDisks", json!({ "name": "spoilt" }));
    command["recoveryPoint"] = json!(safety.name);
    ok(&mut lab, command);
    assert_eq!(lab.content_digest("spoilt-data").unwrap(), spoilt);
}

/// S3-45l: where point and VM differ in their disks, the VM's configuration decides.
#[test]
fn only_disks_with_a_place_in_the_vm_are_replaced() {
    let mut lab = protected(lab());
    ok(
        &mut lab,
        json!({ "type": "createDisk", "name": "new", "location": "eastus", "sizeGiB": 4 }),
    );
    ok(
        &mut lab,
        json!({ "type": "attachDisk", "virtualMachine": "web", "disk": "new", "lun": 3 }),
    );
    ok(&mut lab, json!({ "type": "detachDisk", "disk": "data" }));
    let events = ok(
        &mut lab,
        restore("replaceExisting", json!({ "stagingLocation": "account" })),
    );
    assert!(
        events.iter().any(|event| event
            .text
            .contains("1 of the VM stay as they are, 1 of the point have no place")),
        "{events:#?}"
    );
    let state = lab.state();
    let vm = state
        .virtual_machines
        .iter()
        .find(|vm| vm.name == "web")
        .unwrap();
    assert_eq!(
        vm.disks
            .iter()
            .map(|disk| disk.name.as_str())
            .collect::<Vec<_>>(),
        ["web-restored-os", "new"]
    );
}

/// S3-45b, S3-45g, S3-45j, S3-45k; S3-45h and S3-45m do not stand in the way.
#[test]
fn disks_of_some_vms_are_not_replaced() {
    let ask = || restore("replaceExisting", json!({ "stagingLocation": "account" }));
    for (of_vm, rule) in [
        (json!({ "adeEnabled": true }), "S3-45g"),
        (json!({ "classic": true }), "S3-45j"),
        (json!({ "generalized": true }), "S3-45k"),
    ] {
        assert_eq!(rows(refused(&mut facts(of_vm), ask())), [rule]);
    }
    ok(
        &mut facts(json!({ "imageKind": "custom", "identityType": "UserAssigned" })),
        ask(),
    );
    let mut gone = protected(lab());
    ok(
        &mut gone,
        json!({ "type": "deleteVirtualMachine", "virtualMachine": "web" }),
    );
    assert_eq!(rows(refused(&mut gone, ask())), ["S3-45b"]);
    // S3-66: a VM that is gone comes back as a new one.
    ok(&mut gone, restore("createNewVm", json!({})));
}

/// S3-01f, S3-50, S3-51, S3-52, S3-56a, S3-56c, S3-56d, S3-56e, S3-85f, S3-86h.
#[test]
fn files_come_back_where_the_point_can_be_mounted() {
    let mut lab = protected(lab());
    let before = lab.state();
    let events = ok(&mut lab, restore("fileRecovery", json!({})));
    assert!(events[0].text.contains("mounted"));
    assert_eq!(lab.state().disks, before.disks, "nothing is made");
    for (of_vm, rule) in [
        (json!({ "adeEnabled": true }), "S3-50"),
        (
            json!({ "storageAccountNetwork": "selectedNetworks" }),
            "S3-51",
        ),
        (json!({ "storageSpaces": true }), "S3-52"),
        (json!({ "deduplication": true }), "S3-56c"),
        (json!({ "securityType": "TrustedLaunch" }), "S3-85f"),
        (json!({ "securityType": "ConfidentialVM" }), "S3-86h"),
    ] {
        assert_eq!(
            rows(refused(
                &mut facts(of_vm),
                restore("fileRecovery", json!({}))
            ))[0],
            rule
        );
    }
    for (of_data, rule) in [
        (json!({ "sku": "UltraSSD_LRS" }), "S3-55"),
        (json!({ "maxShares": 2 }), "S3-56a"),
        (json!({ "writeAcceleratorEnabled": true }), "S3-56e"),
    ] {
        let mut lab = protected(lab_with(json!({ "osType": "Windows" }), of_data));
        assert_eq!(
            rows(refused(
                &mut lab,
                restore("fileRecovery", json!({ "disks": ["data"] }))
            ))[0],
            rule
        );
        ok(
            &mut lab,
            restore("fileRecovery", json!({ "disks": ["os"] })),
        );
    }
}

#[test]
fn a_recovery_point_is_found_by_name_and_by_item_and_a_foreign_method_is_refused() {
    let mut lab = protected(lab());
    assert_eq!(
        refused(&mut lab, restore("newDisk", json!({})))
            .target
            .as_deref(),
        Some("method")
    );
    let mut unknown = restore("restoreDisks", json!({}));
    unknown["recoveryPoint"] = json!("web-9");
    assert!(refused(&mut lab, unknown).message.contains("web-1"));
    assert_eq!(
        refused(
            &mut lab,
            restore("restoreDisks", json!({ "item": "nobody" }))
        )
        .code,
        "ResourceNotFound"
    );
    ok(&mut lab, restore("restoreDisks", json!({ "item": "web" })));
    assert_eq!(
        refused(
            &mut lab,
            restore("restoreDisks", json!({ "tier": "secondary", "name": "x" }))
        )
        .target
        .as_deref(),
        Some("tier")
    );
    ok(
        &mut lab,
        restore("restoreDisks", json!({ "tier": "vault", "name": "x" })),
    );
    assert!(lab.prove("x-os").unwrap().equal);
}

#[test]
fn restores_of_the_service_are_rehearsed_with_what_travels_and_how_long() {
    let mut lab = protected(lab());
    to(&mut lab, "2026-03-02T20:00:00Z");
    let told = |lab: &mut Lab, more: Value| {
        let request = with(json!({ "recoveryPoint": "web-1" }), &more);
        let told = ask(lab, "rehearse", request);
        assert_eq!(
            (told["complete"].as_bool(), &told["blockers"]),
            (Some(true), &json!([])),
            "{told:#}"
        );
        told
    };
    let snapshot = told(&mut lab, json!({}));
    assert_eq!(
        (snapshot["tier"].as_str(), snapshot["bytesMoved"].as_u64()),
        (Some("snapshot"), Some(0))
    );
    assert_eq!(snapshot["proved"], true);
    let vault = told(&mut lab, json!({ "tier": "vault" }));
    assert_eq!(vault["bytesMoved"], 150 << 20);
    let seconds = |told: &Value| told["time"]["typicalSeconds"].as_u64().unwrap();
    // 300 to begin, 150 MiB at 60 MiB/s, 90 for the VM, a second to read it.
    assert_eq!(seconds(&vault), 300 + 3 + 90 + 1);
    let far = told(&mut lab, json!({ "method": "crossRegion" }));
    assert_eq!(
        (far["region"].as_str(), far["tier"].as_str()),
        (Some("westus"), Some("secondary"))
    );
    assert_eq!(
        far["steps"][0]["operation"]["name"],
        "CrossRegionRestore_Trigger"
    );
    assert!(each(&far["differences"], "aspect").contains(&"region"));
    let replaced = told(
        &mut lab,
        json!({ "method": "replaceExisting", "stagingLocation": "account" }),
    );
    assert_eq!(
        each(&replaced["steps"], "kind"),
        ["safetyBackup", "replaceDisks", "verify"]
    );
    assert!(!each(&replaced["differences"], "aspect").contains(&"vmId"));
    let disks = told(&mut lab, json!({ "method": "restoreDisks" }));
    assert_eq!(
        each(&disks["steps"], "kind"),
        ["vaultRestore", "deployTemplate", "verify"]
    );
    let files = told(&mut lab, json!({ "method": "fileRecovery" }));
    assert_eq!(
        each(&files["steps"], "kind"),
        ["mountRecoveryPoint", "unmountRecoveryPoint"]
    );
    let zone = ask(
        &mut lab,
        "rehearse",
        json!({ "recoveryPoint": "web-1", "method": "crossZonal", "targetZone": "2", "tier": "snapshot" }),
    );
    assert_eq!(zone["blockers"].as_array().unwrap().len(), 1);
    assert_eq!(zone["blockers"][0]["rowIds"], json!(["S3-48c"]));
    assert_eq!(each(&zone["steps"], "outcome"), ["refused", "notRun"]);
}
