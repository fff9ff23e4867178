//! Disks and the keys of their encryption sets.

use super::wire::send;
use super::{B, HOST, V, VD, get, lab, machine, put, url};
use serde_json::json;

#[test]
fn disks_are_changed_and_keep_what_is_not_simulated() {
    let mut lab = lab(json!({}));
    let body = json!({ "location": "westus", "tags": { "a": "b" }, "properties": { "creationData": { "createOption": "Empty" }, "diskSizeGB": 8, "burstingEnabled": false, "newThing": { "x": [1] } } });
    put(&mut lab, "disks/d", VD, &body);
    let read = get(&mut lab, "disks/d", VD);
    assert_eq!(
        (&read["properties"]["newThing"], &read["tags"]),
        (&json!({ "x": [1] }), &json!({ "a": "b" }))
    );
    let patched = send(
        &mut lab,
        "PATCH",
        &url("disks/d", VD),
        &json!({ "tags": { "c": "d" }, "sku": { "name": "premium_lrs" }, "properties": { "diskSizeGB": 128, "networkAccessPolicy": "DenyAll" } }),
    );
    assert_eq!(patched.status, 202);
    let read = get(&mut lab, "disks/d", VD);
    let properties = &read["properties"];
    assert_eq!(
        (&properties["tier"], &properties["diskIOPSReadWrite"]),
        (&json!("P10"), &json!(500))
    );
    assert_eq!(
        (
            &properties["networkAccessPolicy"],
            &properties["burstingEnabled"]
        ),
        (&json!("DenyAll"), &json!(false))
    );
    assert_eq!(
        (&read["tags"], &read["sku"]["name"]),
        (&json!({ "c": "d" }), &json!("Premium_LRS"))
    );
    let smaller = send(
        &mut lab,
        "PATCH",
        &url("disks/d", VD),
        &json!({ "properties": { "diskSizeGB": 4 } }),
    );
    assert_eq!(smaller.code(), (400, "InvalidParameter"));
}

#[test]
fn a_disabled_key_stops_a_restore_until_it_is_enabled() {
    let mut lab = lab(json!({}));
    put(&mut lab, "virtualMachines/vm1", V, &machine());
    let group =
        format!("{HOST}/subscriptions/s/resourceGroups/RG/providers/Microsoft.KeyVault/vaults/kv");
    let vault = send(
        &mut lab,
        "PUT",
        &format!("{group}?api-version=2023-07-01"),
        &json!({ "location": "westeurope", "properties": { "tenantId": "t" } }),
    );
    assert_eq!(
        (vault.status, &vault.body["properties"]["tenantId"]),
        (201, &json!("t"))
    );
    let set = json!({ "location": "westeurope", "identity": { "type": "SystemAssigned" }, "properties": { "activeKey": { "keyUrl": "https://kv.vault.azure.net/keys/k/1" } } });
    put(&mut lab, "diskEncryptionSets/des", VD, &set);
    let des = get(&mut lab, "diskEncryptionSets/des", VD);
    assert_eq!(
        (
            &des["identity"]["type"],
            &des["properties"]["encryptionType"]
        ),
        (
            &json!("SystemAssigned"),
            &json!("EncryptionAtRestWithCustomerKey")
        )
    );
    put(
        &mut lab,
        "restorePointCollections/c",
        V,
        &json!({ "location": "westeurope", "properties": { "source": { "id": format!("{B}/virtualMachines/vm1") } } }),
    );
    put(
        &mut lab,
        "restorePointCollections/c/restorePoints/p",
        V,
        &json!({}),
    );
    let point = get(&mut lab, "restorePointCollections/c/restorePoints/p", V);
    let captured = &point["properties"]["sourceMetadata"]["storageProfile"]["dataDisks"][0]["diskRestorePoint"]
        ["id"];
    let restore = json!({ "location": "westeurope", "properties": { "creationData": { "createOption": "Restore", "sourceResourceId": captured },
        "encryption": { "diskEncryptionSetId": des["id"] } } });
    let key = format!("{group}/keys/k?api-version=2023-07-01");
    for (enabled, status) in [(false, 409), (true, 202)] {
        let answer = send(
            &mut lab,
            "PUT",
            &key,
            &json!({ "properties": { "attributes": { "enabled": enabled } } }),
        );
        assert_eq!(
            (
                answer.status,
                &answer.body["properties"]["attributes"]["enabled"]
            ),
            (200, &json!(enabled))
        );
        let restored = send(&mut lab, "PUT", &url("disks/new", VD), &restore);
        assert_eq!(restored.status, status, "{}", restored.body);
    }
    assert_eq!(
        get(&mut lab, "disks/new", VD)["properties"]["encryption"]["type"],
        "EncryptionAtRestWithCustomerKey"
    );
}
