//! Restores of Azure VM Backup in another region, subscription or zone.

use super::methods::{OTHER, facts, protected, restore, rows};
use super::support::{ok, refused};
use super::{item, lab, lab_with, to, with};
use serde_json::{Value, json};

/// S3-46a, S3-46b, S3-46c, S3-46d: in the paired region, once the point is there.
#[test]
fn the_paired_region_has_a_point_after_its_replication() {
    let mut lab = protected(lab());
    assert_eq!(
        item(&lab, "web").secondary_region.as_deref(),
        Some("westus")
    );
    assert_eq!(
        rows(refused(&mut lab, restore("crossRegion", json!({})))),
        ["S3-46b"],
        "in the vault, not yet in the paired region"
    );
    let from = item(&lab, "web").recovery_points[0]
        .in_secondary_from
        .unwrap()
        .to_string();
    to(&mut lab, &from);
    assert_eq!(
        rows(refused(
            &mut lab,
            restore("crossRegion", json!({ "targetRegion": "northeurope" }))
        )),
        ["S3-46a"]
    );
    assert_eq!(
        rows(refused(
            &mut lab,
            restore("crossRegion", json!({ "as": "replaceExisting" }))
        )),
        ["S3-46d"]
    );
    assert_eq!(
        rows(refused(
            &mut lab,
            restore("crossRegion", json!({ "tier": "snapshot" }))
        )),
        ["S3-46b"]
    );
    // The region of the VM may be down: that is what it is for.
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "regionDown", "target": "eastus" }),
    );
    assert_eq!(
        refused(&mut lab, restore("createNewVm", json!({}))).code,
        "InternalOperationError"
    );
    ok(
        &mut lab,
        restore("crossRegion", json!({ "targetRegion": "West US" })),
    );
    ok(
        &mut lab,
        restore(
            "crossRegion",
            json!({ "as": "restoreDisks", "name": "only" }),
        ),
    );
    let state = lab.state();
    let vm = state
        .virtual_machines
        .iter()
        .find(|vm| vm.name == "web-restored")
        .unwrap();
    assert_eq!((vm.location.as_str(), vm.zones.len()), ("westus", 0));
    assert!(lab.prove("web-restored").unwrap().equal && lab.prove("only-data").unwrap().equal);
}

/// S3-46b: what the vault must be. S3-09a: and where.
#[test]
fn only_a_geo_redundant_vault_with_cross_region_restore_keeps_points_in_the_paired_region() {
    let mut lab = lab();
    let protect = |more: Value| {
        let command = json!({ "type": "protect", "virtualMachine": "web", "vault": "v", "policy": {
            "type": "Standard", "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 30 } });
        with(command, &more)
    };
    let told = refused(
        &mut lab,
        protect(json!({ "crossRegionRestore": true, "vaultRedundancy": "LocallyRedundant" })),
    );
    assert_eq!(told.row_ids, ["S3-46b"]);
    assert_eq!(
        refused(&mut lab, protect(json!({ "vaultLocation": "westus" }))).row_ids,
        ["S3-09a"]
    );
    assert_eq!(
        refused(&mut lab, protect(json!({ "vaultRedundancy": "Twice" })))
            .target
            .as_deref(),
        Some("vaultRedundancy")
    );
    ok(&mut lab, protect(json!({})));
    to(&mut lab, "2026-03-05T00:00:00Z");
    assert_eq!(
        rows(refused(&mut lab, restore("crossRegion", json!({})))),
        ["S3-46b"]
    );
}

/// S3-86g, S3-99f, S3-100f, S3-84c.
#[test]
fn some_vms_are_not_restored_in_the_paired_region() {
    for (of_vm, of_data, rule) in [
        (
            json!({ "osType": "Windows", "securityType": "ConfidentialVM" }),
            json!({}),
            "S3-86g",
        ),
        (
            json!({ "osType": "Windows" }),
            json!({ "sku": "UltraSSD_LRS" }),
            "S3-99f",
        ),
        (
            json!({ "osType": "Windows" }),
            json!({ "sku": "PremiumV2_LRS" }),
            "S3-100f",
        ),
        (
            json!({ "osType": "Windows", "identityType": "SystemAssigned" }),
            json!({}),
            "S3-84c",
        ),
    ] {
        let mut lab = protected(lab_with(of_vm, of_data));
        to(&mut lab, "2026-03-03T00:00:00Z");
        assert_eq!(
            rows(refused(&mut lab, restore("crossRegion", json!({})))),
            [rule]
        );
    }
}

/// S3-47a to S3-47g.
#[test]
fn another_subscription_gets_a_vm_or_disks_from_the_vault() {
    let mut lab = protected(lab());
    let to_other = |more: Value| {
        let mut command = restore("crossSubscription", more);
        command["targetSubscription"] = json!(OTHER);
        command
    };
    assert_eq!(
        refused(&mut lab, restore("crossSubscription", json!({})))
            .target
            .as_deref(),
        Some("targetSubscription")
    );
    assert_eq!(
        rows(refused(
            &mut lab,
            to_other(json!({ "as": "replaceExisting" }))
        )),
        ["S3-47b"]
    );
    assert_eq!(
        rows(refused(&mut lab, to_other(json!({ "tier": "snapshot" })))),
        ["S3-47c"]
    );
    assert_eq!(
        rows(refused(&mut lab, to_other(json!({ "tier": "secondary" })))),
        ["S3-47d"]
    );
    assert_eq!(
        rows(refused(
            &mut lab,
            to_other(json!({ "targetRegion": "westus" }))
        )),
        ["S3-47d"]
    );
    ok(&mut lab, to_other(json!({})));
    ok(
        &mut lab,
        to_other(json!({ "as": "restoreDisks", "name": "d" })),
    );
    let state = lab.state();
    let there = |id: &str| id.starts_with(&format!("/subscriptions/{OTHER}/"));
    assert_eq!(
        state
            .virtual_machines
            .iter()
            .filter(|vm| there(vm.id.as_str()))
            .count(),
        1
    );
    assert_eq!(
        state
            .disks
            .iter()
            .filter(|disk| there(disk.id.as_str()))
            .count(),
        4
    );
    for (of_vm, rule) in [
        (json!({ "adeEnabled": true }), "S3-47f"),
        (json!({ "securityType": "TrustedLaunch" }), "S3-47g"),
    ] {
        assert_eq!(
            rows(refused(&mut facts(of_vm), to_other(json!({})))),
            [rule]
        );
    }
    // A point that never went to the vault.
    let mut early = super::lab();
    ok(
        &mut early,
        json!({ "type": "protect", "virtualMachine": "web", "vault": "v", "policy": {
        "type": "Enhanced", "schedule": { "frequency": "Hourly", "intervalHours": 4 }, "dailyRetentionDays": 3 } }),
    );
    to(&mut early, "2026-03-02T09:00:00Z");
    let mut command = to_other(json!({}));
    command["recoveryPoint"] = json!("web-2");
    assert_eq!(rows(refused(&mut early, command)), ["S3-47c"]);
}

/// S3-48a to S3-48e, S3-77b.
#[test]
fn another_zone_gets_a_vm_that_was_in_one() {
    let mut lab = protected(lab());
    assert_eq!(
        refused(&mut lab, restore("crossZonal", json!({})))
            .target
            .as_deref(),
        Some("targetZone")
    );
    assert_eq!(
        refused(
            &mut lab,
            restore("crossZonal", json!({ "targetZone": "9" }))
        )
        .target
        .as_deref(),
        Some("targetZone")
    );
    assert_eq!(
        rows(refused(
            &mut lab,
            restore(
                "crossZonal",
                json!({ "targetZone": "2", "tier": "snapshot" })
            )
        )),
        ["S3-48c"]
    );
    assert_eq!(
        rows(refused(
            &mut lab,
            restore(
                "crossZonal",
                json!({ "targetZone": "2", "as": "replaceExisting" })
            )
        )),
        ["S3-48b"]
    );
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "zoneDown", "target": "eastus/1" }),
    );
    assert_eq!(
        refused(&mut lab, restore("createNewVm", json!({}))).code,
        "InternalOperationError"
    );
    ok(
        &mut lab,
        restore("crossZonal", json!({ "targetZone": "2" })),
    );
    let state = lab.state();
    let vm = state
        .virtual_machines
        .iter()
        .find(|vm| vm.name == "web-restored")
        .unwrap();
    assert_eq!(vm.zones, ["2"]);
    let disk = state
        .disks
        .iter()
        .find(|disk| disk.name == "web-restored-data")
        .unwrap();
    assert_eq!(disk.location, "eastus");
    for (of_vm, rule) in [
        (json!({ "adeEnabled": true }), "S3-48d"),
        (json!({ "securityType": "TrustedLaunch" }), "S3-48e"),
    ] {
        assert_eq!(
            rows(refused(
                &mut facts(of_vm),
                restore("crossZonal", json!({ "targetZone": "2" }))
            )),
            [rule]
        );
    }
    let mut nowhere = super::lab();
    ok(
        &mut nowhere,
        json!({ "type": "createVirtualMachine", "name": "free", "location": "eastus", "facts": { "osType": "Linux" }, "disks": [{ "name": "os2", "role": "os", "sizeGiB": 1 }] }),
    );
    ok(
        &mut nowhere,
        json!({ "type": "protect", "virtualMachine": "free", "vault": "v", "policy": {
        "type": "Standard", "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 3 } }),
    );
    to(&mut nowhere, "2026-03-02T03:00:00Z");
    let mut command = restore("crossZonal", json!({ "targetZone": "2" }));
    command["recoveryPoint"] = json!("free-1");
    assert_eq!(rows(refused(&mut nowhere, command)), ["S3-48a"]);
}

/// A vault has one redundancy, and restores in the paired region for all that it protects or for none.
#[test]
fn two_protections_of_one_vault_do_not_contradict_each_other() {
    let second = json!({ "type": "createVirtualMachine", "name": "db", "location": "eastus", "facts": { "osType": "Windows" },
        "disks": [{ "name": "db-os", "role": "os", "sizeGiB": 4 }] });
    let protect = |vm: &str, more: Value| {
        let command = json!({ "type": "protect", "virtualMachine": vm, "vault": "v", "policy": {
            "type": "Standard", "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 30 } });
        with(command, &more)
    };
    let begun = |first: Value| {
        let mut lab = lab();
        ok(&mut lab, second.clone());
        ok(&mut lab, protect("web", first));
        lab
    };
    for (first, then, field) in [
        (
            json!({ "vaultRedundancy": "LocallyRedundant" }),
            json!({ "vaultRedundancy": "ZoneRedundant" }),
            "vaultRedundancy",
        ),
        // Where nobody says otherwise a vault is geo-redundant.
        (
            json!({}),
            json!({ "vaultRedundancy": "LocallyRedundant" }),
            "vaultRedundancy",
        ),
        (
            json!({ "crossRegionRestore": true }),
            json!({ "crossRegionRestore": false }),
            "crossRegionRestore",
        ),
        (
            json!({ "crossRegionRestore": false }),
            json!({ "crossRegionRestore": true }),
            "crossRegionRestore",
        ),
        // The vault is what it is for the second, too.
        (
            json!({ "vaultRedundancy": "LocallyRedundant" }),
            json!({ "crossRegionRestore": true }),
            "crossRegionRestore",
        ),
    ] {
        let mut lab = begun(first);
        let digest = lab.digest();
        let told = refused(&mut lab, protect("db", then));
        assert_eq!(told.target.as_deref(), Some(field), "{}", told.message);
        assert_eq!(lab.digest(), digest);
        if told.row_ids.is_empty() {
            assert!(
                told.message.contains("vault v") && told.message.contains("name another vault"),
                "{}",
                told.message
            );
        }
        ok(&mut lab, protect("db", json!({})));
    }
    // What is said once holds for all: the second has its points in the paired region too.
    let mut lab = begun(json!({ "vaultRedundancy": "georedundant", "crossRegionRestore": true }));
    ok(
        &mut lab,
        protect("db", json!({ "vaultRedundancy": "GeoRedundant" })),
    );
    assert_eq!(item(&lab, "db").secondary_region.as_deref(), Some("westus"));
    // And what is said later holds from then on.
    let mut lab = begun(json!({}));
    to(&mut lab, "2026-03-04T12:00:00Z");
    assert_eq!(item(&lab, "web").secondary_region, None);
    ok(
        &mut lab,
        protect("db", json!({ "crossRegionRestore": true })),
    );
    assert_eq!(
        item(&lab, "web").secondary_region.as_deref(),
        Some("westus")
    );
    let early = refused(&mut lab, restore("crossRegion", json!({})));
    assert!(
        early.message.contains("2026-03-0"),
        "since then they are on their way: {}",
        early.message
    );
    to(&mut lab, "2026-03-06T12:00:00Z");
    ok(&mut lab, restore("crossRegion", json!({})));
}
