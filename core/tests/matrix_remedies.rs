//! What changes between editions, and ways out.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use rplab_core::matrix::{
    AssessOptions, Edition, Remedy, RemedyKind, Verdict, compare_editions, remedies,
};
use rplab_core::model::Fleet;
use serde_json::{Value, json};

fn fleet(facts: Value, data: Value) -> Fleet {
    let group = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute";
    let disk = |name: &str, role: &str, facts: Value| {
        json!({
            "name": name, "id": format!("{group}/disks/{name}"), "role": role, "sizeGiB": 128, "facts": facts,
        })
    };
    let mut own = json!({ "osType": "Windows", "osName": "Windows Server 2022 Datacenter", "vmSize": "Standard_D4s_v5" });
    for (name, value) in facts.as_object().unwrap() {
        own[name] = value.clone();
    }
    let machine = json!({
        "id": format!("{group}/virtualMachines/vm"), "name": "vm", "location": "eastus", "facts": own,
        "disks": [disk("os", "os", json!({ "sku": "Premium_LRS" })), disk("data", "data", data)],
    });
    rplab_core::json::read(&json!({ "machines": [machine] })).unwrap()
}

fn plain() -> Value {
    json!({ "sku": "Premium_LRS" })
}

fn options(options: Value) -> AssessOptions {
    rplab_core::json::read(&options).unwrap()
}

fn ways_out(fleet: &Fleet, asked: Value) -> Vec<Remedy> {
    remedies(fleet, &options(asked)).unwrap().remove(0)
}

fn of_kind(found: &[Remedy], kind: RemedyKind, what: &str) -> Vec<(Vec<String>, Verdict)> {
    let own = found
        .iter()
        .filter(|own| own.kind == kind && own.what == what);
    own.map(|own| (own.value.clone(), own.verdict)).collect()
}

#[test]
fn an_edition_against_another_says_what_changed_for_whom() {
    let ultra = fleet(json!({}), json!({ "sku": "UltraSSD_LRS" }));
    let changes = compare_editions(
        &ultra,
        &options(json!({})),
        Edition::E2023_07,
        Edition::Beyond,
    )
    .unwrap();
    assert_eq!(changes.len(), 1);
    let change = &changes[0];
    assert_eq!(
        (change.before, change.after),
        (Verdict::ExcludeDisk, Verdict::Supported)
    );
    assert!(
        change
            .gone
            .iter()
            .any(|finding| finding.matrix_row == "rp-ultra-disk")
    );
    assert!(
        change
            .came
            .iter()
            .any(|finding| finding.matrix_row == "rp-beyond-ultra")
    );
    let same = compare_editions(
        &ultra,
        &options(json!({})),
        Edition::E2023_07,
        Edition::E2023_07,
    );
    assert!(same.unwrap().is_empty());
    let backup = options(json!({ "service": "vmBackup", "vault": { "location": "eastus" } }));
    let first = compare_editions(
        &fleet(json!({}), plain()),
        &backup,
        Edition::E2022_07,
        Edition::E2023_07,
    );
    assert_eq!(first.unwrap()[0].before, Verdict::Undocumented);
}

#[test]
fn what_needs_no_way_out_has_none() {
    assert!(ways_out(&fleet(json!({}), plain()), json!({})).is_empty());
}

#[test]
fn the_disks_to_leave_out_are_named_with_what_is_lost() {
    let found = ways_out(
        &fleet(json!({}), json!({ "sku": "UltraSSD_LRS" })),
        json!({}),
    );
    let left = of_kind(&found, RemedyKind::LeaveOut, "excludeDisks");
    assert_eq!(left, [(vec!["data".to_owned()], Verdict::Supported)]);
    assert!(
        found[0].loses.contains("without them"),
        "{}",
        found[0].loses
    );
}

#[test]
fn the_api_version_that_is_needed_is_worked_out() {
    let request = json!({ "request": { "consistency": "crash", "apiVersion": "2021-03-01" } });
    let found = ways_out(&fleet(json!({}), plain()), request);
    let version = of_kind(&found, RemedyKind::Ask, "request.apiVersion");
    assert_eq!(version, [(vec!["2021-07-01".to_owned()], Verdict::Caveat)]);
}

#[test]
fn the_policy_the_vault_and_another_service_are_worked_out() {
    let trusted = fleet(json!({ "securityType": "TrustedLaunch" }), plain());
    let asked = json!({ "service": "vmBackup", "policy": { "type": "Standard" }, "vault": { "location": "eastus" } });
    let found = ways_out(&trusted, asked);
    let policy = of_kind(&found, RemedyKind::Ask, "policy.type");
    assert_eq!(policy, [(vec!["Enhanced".to_owned()], Verdict::Supported)]);
    let service = of_kind(&found, RemedyKind::Service, "service");
    assert!(
        service.contains(&(vec!["restorePoints".to_owned()], Verdict::Supported)),
        "{service:?}"
    );
    let far = json!({ "service": "vmBackup", "policy": { "type": "Standard" }, "vault": { "location": "westus" } });
    let found = ways_out(&fleet(json!({}), plain()), far);
    let vault = of_kind(&found, RemedyKind::Ask, "vault.location");
    assert_eq!(vault, [(vec!["eastus".to_owned()], Verdict::Supported)]);
}

#[test]
fn the_change_to_the_vm_is_worked_out() {
    let watched = fleet(json!({ "diagnosticSettings": true }), plain());
    let asked = json!({ "service": "vmBackup", "policy": { "type": "Standard" }, "vault": { "location": "eastus" } });
    let found = ways_out(&watched, asked);
    let change = of_kind(&found, RemedyKind::Change, "diagnosticSettings");
    assert_eq!(change, [(vec!["false".to_owned()], Verdict::Supported)]);
}

#[test]
fn where_a_fact_is_missing_no_way_out_makes_the_disk_one_that_cannot_be_captured() {
    // A disk that is known by its id alone: whether it is shared is not known.
    let unread = fleet(
        json!({}),
        json!({ "sku": "Premium_LRS", "resourceRead": false }),
    );
    let found = ways_out(&unread, json!({}));
    assert_eq!(
        of_kind(&found, RemedyKind::Change, "maxShares"),
        [(vec!["1".to_owned()], Verdict::Supported)]
    );
    let worse = found
        .iter()
        .find(|way| way.kind == RemedyKind::Change && way.verdict == Verdict::ExcludeDisk);
    assert_eq!(worse, None);
}
