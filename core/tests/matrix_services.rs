//! What is asked of the backup services: policies, vaults, restores, and what happens where nothing is said.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use rplab_core::matrix::{AssessOptions, MachineAssessment, Verdict, assess};
use rplab_core::model::Fleet;
use serde_json::{Value, json};

const SUBSCRIPTION: &str = "11111111-2222-3333-4444-555555555555";

fn judged(facts: Value, options: Value) -> MachineAssessment {
    judged_with(facts, ("East US", "Premium_LRS"), options)
}

/// In this region, with an OS disk of this type.
fn judged_with(facts: Value, (region, sku): (&str, &str), options: Value) -> MachineAssessment {
    let group =
        format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute");
    let disk = |name: &str, role: &str, lun: Value| {
        json!({
            "name": name, "id": format!("{group}/disks/{name}"), "role": role, "lun": lun, "sizeGiB": 128,
            "facts": { "sku": if role == "os" { sku } else { "Premium_LRS" } },
        })
    };
    let mut own =
        json!({ "osType": "Linux", "osName": "Ubuntu 22.04", "vmSize": "Standard_D4s_v5" });
    for (name, value) in facts.as_object().unwrap() {
        own[name] = value.clone();
    }
    let machine = json!({
        "id": format!("{group}/virtualMachines/vm"), "name": "vm", "location": region, "facts": own,
        "disks": [disk("os", "os", Value::Null), disk("data", "data", json!(0))],
    });
    let fleet: Fleet = rplab_core::json::read(&json!({ "machines": [machine] })).unwrap();
    let options: AssessOptions = rplab_core::json::read(&options).unwrap();
    assess(&fleet, &options).unwrap().machines.remove(0)
}

fn vm_backup(options: Value) -> Value {
    let mut all = json!({
        "service": "vmBackup", "policy": { "type": "Standard" }, "vault": { "location": "eastus" },
    });
    for (name, value) in options.as_object().unwrap() {
        all[name] = value.clone();
    }
    all
}

#[test]
fn a_service_is_undocumented_until_its_page_is_there() {
    let at = |service: &str, edition: &str| {
        let options =
            json!({ "service": service, "edition": edition, "vault": { "location": "eastus" } });
        judged(json!({}), options)
    };
    for service in ["vmBackup", "mars", "dpmMabs"] {
        for edition in ["2021-01", "2022-02", "2022-07"] {
            let machine = at(service, edition);
            assert_eq!(
                machine.verdict,
                Verdict::Undocumented,
                "{service} {edition}"
            );
            assert!(machine.findings[0].text.contains("2023-07-05"));
        }
        assert_ne!(
            at(service, "2023-07").verdict,
            Verdict::Undocumented,
            "{service}"
        );
    }
    assert_ne!(at("diskBackup", "2021-01").verdict, Verdict::Undocumented);
}

#[test]
fn the_region_of_the_vault_has_to_be_said() {
    let options = json!({ "service": "vmBackup", "policy": { "type": "Standard" } });
    let machine = judged(json!({}), options);
    assert_eq!(machine.verdict, Verdict::Unknown);
    let missing = &machine.missing[0];
    assert_eq!(
        (missing.fact.as_str(), missing.field.as_str()),
        ("vault.location", "options.vault.location")
    );
    assert!(missing.where_.starts_with("az "), "{}", missing.where_);
    let verdicts: Vec<(&str, Verdict)> = missing
        .verdict_for
        .iter()
        .map(|(k, v)| (k.as_str(), *v))
        .collect();
    assert_eq!(
        verdicts,
        [
            ("eastus", Verdict::Supported),
            ("other", Verdict::NotSupported)
        ]
    );
    assert_eq!(missing.row_ids, ["S3-09a"]);
}

/// Where the vault lies changes nothing for a VM with a disk that cannot be backed up.
#[test]
fn what_no_longer_decides_is_not_asked_for() {
    let of = |sku: &str| {
        let machine = judged_with(
            json!({}),
            ("eastus2", sku),
            json!({ "service": "diskBackup" }),
        );
        let asked = machine.missing.iter().map(|fact| fact.fact.clone());
        (machine.verdict, asked.collect::<Vec<String>>())
    };
    assert_eq!(
        of("Premium_LRS"),
        (Verdict::Unknown, vec!["vault.location".to_owned()])
    );
    assert_eq!(of("UltraSSD_LRS"), (Verdict::NotSupported, Vec::new()));
}

#[test]
fn a_region_is_the_same_in_any_spelling_and_another_one_is_refused() {
    for (location, verdict) in [
        ("EAST us", Verdict::Supported),
        ("West Europe", Verdict::NotSupported),
    ] {
        let machine = judged(
            json!({}),
            vm_backup(json!({ "vault": { "location": location } })),
        );
        assert_eq!(machine.verdict, verdict, "{location}");
    }
}

#[test]
fn the_subscription_of_the_vault_is_assumed_to_be_that_of_the_vm() {
    let machine = judged(json!({}), vm_backup(json!({})));
    let assumed: Vec<&str> = machine
        .assumed
        .iter()
        .map(|fact| fact.fact.as_str())
        .collect();
    assert!(assumed.contains(&"vault.subscriptionId"), "{assumed:?}");
    let strict = judged(json!({}), vm_backup(json!({ "strict": true })));
    assert!(
        strict
            .missing
            .iter()
            .any(|fact| fact.fact == "vault.subscriptionId")
    );
}

#[test]
fn the_kind_of_policy_is_asked_for_where_it_decides() {
    let options = json!({ "service": "vmBackup", "vault": { "location": "eastus" } });
    let machine = judged(json!({ "securityType": "TrustedLaunch" }), options);
    assert_eq!(machine.verdict, Verdict::Unknown);
    let missing = machine
        .missing
        .iter()
        .find(|fact| fact.fact == "policy.type")
        .unwrap();
    let standard = missing.verdict_for.get("Standard");
    assert_eq!(standard, Some(&Verdict::NotSupported));
    assert_ne!(
        missing.verdict_for.get("Enhanced"),
        Some(&Verdict::NotSupported)
    );
}

/// Selective disk backup takes data disks by number, name or id; the OS disk is always backed up.
#[test]
fn selective_disk_backup_leaves_disks_out() {
    for selective in [
        json!({ "exclude": [0] }),
        json!({ "exclude": ["DATA"] }),
        json!({ "include": [] }),
        json!({ "include": [7] }),
    ] {
        let request = json!({ "request": { "selectiveDisk": selective } });
        let machine = judged(json!({}), vm_backup(request));
        assert_eq!(machine.exclude_disks, ["data"], "{selective}");
    }
    for selective in [json!({ "include": [0] }), json!({ "exclude": ["os"] })] {
        let request = json!({ "request": { "selectiveDisk": selective } });
        assert!(
            judged(json!({}), vm_backup(request))
                .exclude_disks
                .is_empty(),
            "{selective}"
        );
    }
}

/// The agents in the guest back up files: they do not look at disks.
#[test]
fn an_agent_in_the_guest_does_not_ask_for_disks() {
    let machine = judged(json!({}), json!({ "service": "mars" }));
    assert_eq!(machine.verdict, Verdict::NotSupported, "a Linux VM");
    let windows = json!({ "osType": "Windows", "osName": "Windows Server 2022 Datacenter" });
    assert_ne!(
        judged(windows, json!({ "service": "dpmMabs" })).verdict,
        Verdict::NotSupported
    );
}

/// What no row could compare is refused with its field, what was said and the nearest that can be said.
#[test]
fn a_word_that_nothing_knows_is_refused_with_the_nearest() {
    let network = |subscription: &str| {
        format!(
            "/subscriptions/{subscription}/resourceGroups/n/providers/Microsoft.Network/virtualNetworks/v"
        )
    };
    for (options, path, said) in [
        (
            json!({ "restore": { "method": "blah" } }),
            "restore.method",
            ["`blah`", "fileRecovery"],
        ),
        (
            json!({ "restore": { "method": "createVm" } }),
            "restore.method",
            ["`createVm`", "nearest is `createNewVm`"],
        ),
        (
            json!({ "restore": { "as": "replaceExistng" } }),
            "restore.as",
            ["`replaceExistng`", "nearest is `replaceExisting`"],
        ),
        (
            json!({ "restore": { "pointTier": "vaults" } }),
            "restore.pointTier",
            ["`vaults`", "nearest is `vault`"],
        ),
        (
            json!({ "request": { "operation": "copyRestorepoints" } }),
            "request.operation",
            ["`copyRestorepoints`", "nearest is `copyRestorePoint`"],
        ),
        (
            json!({ "request": { "operation": "" } }),
            "request.operation",
            ["``", "createRestorePoint"],
        ),
        (
            json!({ "request": { "scope": "file" } }),
            "request.scope",
            ["`file`", "nearest is `files`"],
        ),
        (
            json!({ "request": { "destination": "tapes" } }),
            "request.destination",
            ["`tapes`", "nearest is `tape`"],
        ),
        (
            json!({ "vault": { "redundancy": "GRS" } }),
            "vault.redundancy",
            ["`GRS`", "GeoRedundant"],
        ),
        (
            json!({ "request": { "apiVersion": "2021-13-45" } }),
            "request.apiVersion",
            ["`2021-13-45`", "nearest is `2021-12-31`"],
        ),
        (
            json!({ "request": { "apiVersion": "2023-02-29-preview" } }),
            "request.apiVersion",
            ["`2023-02-29-preview`", "nearest is `2023-02-28-preview`"],
        ),
        (
            json!({ "request": { "apiVersion": "2023-2-1" } }),
            "request.apiVersion",
            ["`2023-2-1`", "YYYY-MM-DD"],
        ),
        (
            json!({ "restore": { "method": "createNewVm", "targetSubscription": SUBSCRIPTION, "targetVirtualNetwork": network("999") } }),
            "restore.targetVirtualNetwork",
            ["`999`", SUBSCRIPTION],
        ),
    ] {
        let read: AssessOptions = rplab_core::json::read(&options).unwrap();
        let error = assess(&Fleet::default(), &read).unwrap_err();
        assert_eq!(
            (error.code(), error.path()),
            ("InvalidOption", path),
            "{options}"
        );
        for part in said {
            assert!(error.to_string().contains(part), "{options}: {error}");
        }
    }
    for options in [
        json!({ "restore": { "method": "" } }),
        json!({ "restore": { "method": "CREATENEWVM" } }),
        json!({ "request": { "apiVersion": "2024-02-29" } }),
        json!({ "restore": { "targetSubscription": SUBSCRIPTION, "targetVirtualNetwork": network(SUBSCRIPTION) } }),
    ] {
        let read: AssessOptions = rplab_core::json::read(&options).unwrap();
        assert!(assess(&Fleet::default(), &read).is_ok(), "{options}");
    }
}
