//! VMs, disks, snapshots, encryption sets, groups and locks through the endpoint.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

#[path = "support/arm.rs"]
mod wire;

use rplab_core::api::{Json, Lab};
use rplab_core::units::SimDuration;
use serde_json::{Value, json};
use wire::{Reply, send};

const HOST: &str = "https://management.azure.com";
const B: &str = "/subscriptions/s/resourceGroups/RG/providers/Microsoft.Compute";
const V: &str = "api-version=2024-11-01";
const VD: &str = "api-version=2025-01-02";

fn lab(options: Value) -> Lab {
    Json::new_lab(Some(options)).unwrap()
}

fn url(path: &str, version: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{HOST}{B}/{path}{mark}{version}")
}

fn get(lab: &mut Lab, path: &str, version: &str) -> Value {
    let read = send(lab, "GET", &url(path, version), &Value::Null);
    assert_eq!(read.status, 200, "{path}: {}", read.body);
    read.body
}

fn put(lab: &mut Lab, path: &str, version: &str, body: &Value) -> Reply {
    let reply = send(lab, "PUT", &url(path, version), body);
    assert!(reply.status < 300, "{path}: {}", reply.body);
    if let Some(address) = reply.header("azure-asyncoperation") {
        let polled = send(lab, "GET", address, &Value::Null);
        assert_eq!(
            (polled.status, &polled.body["status"]),
            (200, &json!("Succeeded")),
            "{path}: {}",
            polled.body
        );
    }
    reply
}

fn code(reply: &Reply) -> (u16, &str) {
    (
        reply.status,
        reply.body["error"]["code"].as_str().unwrap_or_default(),
    )
}

fn machine() -> Value {
    json!({ "location": "westeurope", "tags": { "a": "b" }, "properties": {
        "hardwareProfile": { "vmSize": "Standard_D2s_v3" },
        "storageProfile": {
            "imageReference": { "publisher": "Canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts-gen2", "version": "latest" },
            "osDisk": { "createOption": "FromImage", "osType": "Linux", "caching": "ReadWrite", "managedDisk": { "storageAccountType": "Premium_LRS" } },
            "dataDisks": [{ "lun": 2, "createOption": "Empty", "diskSizeGB": 8, "name": "d2" }] },
        "osProfile": { "computerName": "vm1", "adminUsername": "me", "adminPassword": "secret" },
        "networkProfile": { "networkInterfaces": [{ "id": "/subscriptions/s/resourceGroups/RG/providers/Microsoft.Network/networkInterfaces/n" }] } } })
}

#[test]
fn a_vm_is_made_with_its_disks_captured_and_rebuilt_from_restored_disks() {
    let mut lab = lab(json!({}));
    let made = put(&mut lab, "virtualMachines/vm1", V, &machine());
    assert_eq!((made.status, made.header("location")), (201, None));
    assert_eq!(made.body["properties"]["provisioningState"], "Creating");
    let read = get(&mut lab, "virtualMachines/vm1?$expand=instanceView", V);
    let properties = &read["properties"];
    assert_eq!(properties["osProfile"]["requireGuestProvisionSignal"], true);
    assert!(properties["osProfile"].get("adminPassword").is_none());
    assert_eq!(
        properties["networkProfile"],
        machine()["properties"]["networkProfile"]
    );
    assert_eq!(
        properties["storageProfile"]["imageReference"]["sku"],
        "22_04-lts-gen2"
    );
    assert_eq!(
        properties["storageProfile"]["dataDisks"][0]["diskSizeGB"],
        8
    );
    assert_eq!(
        properties["storageProfile"]["dataDisks"][0]["createOption"],
        "Empty"
    );
    assert_eq!(
        properties["instanceView"]["statuses"][1]["code"],
        "PowerState/running"
    );
    assert_eq!(
        (&read["etag"], &read["tags"]),
        (&json!("\"1\""), &json!({ "a": "b" }))
    );
    let disk = get(&mut lab, "disks/d2", VD);
    assert_eq!(
        (&disk["properties"]["diskState"], &disk["managedBy"]),
        (&json!("Attached"), &read["id"])
    );

    put(
        &mut lab,
        "restorePointCollections/c",
        V,
        &json!({ "location": "westeurope", "properties": { "source": { "id": read["id"] } } }),
    );
    put(
        &mut lab,
        "restorePointCollections/c/restorePoints/p",
        V,
        &json!({}),
    );
    let point = get(&mut lab, "restorePointCollections/c/restorePoints/p", V);
    let source = &point["properties"]["sourceMetadata"];
    assert_eq!(source["osProfile"], properties["osProfile"]);
    assert_eq!(source["vmId"], properties["vmId"]);
    let captured = |part: &Value| part["diskRestorePoint"]["id"].clone();
    let (os, data) = (
        &source["storageProfile"]["osDisk"],
        &source["storageProfile"]["dataDisks"][0],
    );

    for (name, source, sku, zone) in [
        ("os2", os, "StandardSSD_LRS", "2"),
        ("d3", data, "Premium_LRS", "2"),
    ] {
        let body = json!({ "location": "westeurope", "sku": { "name": sku }, "zones": [zone],
            "properties": { "creationData": { "createOption": "Restore", "sourceResourceId": captured(source) } } });
        put(&mut lab, &format!("disks/{name}"), VD, &body);
        assert_eq!(
            get(&mut lab, &format!("disks/{name}"), VD)["zones"],
            json!([zone])
        );
    }
    let id = |name: &str| json!({ "id": format!("{B}/disks/{name}") });
    let rebuilt = json!({ "location": "westeurope", "zones": ["2"], "properties": { "hardwareProfile": { "vmSize": "Standard_D2s_v3" },
        "storageProfile": { "osDisk": { "createOption": "Attach", "osType": "Linux", "managedDisk": id("os2") },
            "dataDisks": [{ "lun": 2, "createOption": "Attach", "managedDisk": id("d3") },
                { "lun": 3, "createOption": "Copy", "sourceResource": { "id": captured(data) }, "name": "d4" }] } } });
    put(&mut lab, "virtualMachines/vm2", V, &rebuilt);
    let again = get(&mut lab, "virtualMachines/vm2", V);
    assert_eq!(
        again["properties"]["storageProfile"]["dataDisks"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    for disk in ["os2", "d3", "d4"] {
        assert!(lab.prove(disk).unwrap().equal, "{disk}");
    }
    // And the rebuilt VM is captured in its turn.
    put(
        &mut lab,
        "restorePointCollections/c2",
        V,
        &json!({ "location": "westeurope", "properties": { "source": { "id": again["id"] } } }),
    );
    put(
        &mut lab,
        "restorePointCollections/c2/restorePoints/p",
        V,
        &json!({}),
    );
    let saved = rplab_core::json::write(&lab.export_scenario());
    assert_eq!(Lab::from_scenario(saved).unwrap().digest(), lab.digest());
}

#[test]
fn a_vm_is_changed_stopped_started_and_deleted() {
    let mut lab = lab(json!({}));
    put(&mut lab, "virtualMachines/vm1", V, &machine());
    let at = url("virtualMachines/vm1", V);
    let patch = json!({ "tags": { "x": "y" }, "properties": { "hardwareProfile": { "vmSize": "Standard_D4s_v3" },
        "storageProfile": { "dataDisks": [{ "lun": 5, "createOption": "Empty", "diskSizeGB": 4, "name": "d5" }] } } });
    let changed = send(&mut lab, "PATCH", &at, &patch);
    assert_eq!(
        (
            changed.status,
            &changed.body["properties"]["provisioningState"]
        ),
        (200, &json!("Updating"))
    );
    assert!(
        changed.header("azure-asyncoperation").is_some() && changed.header("location").is_none()
    );
    let read = get(&mut lab, "virtualMachines/vm1", V);
    assert_eq!(
        (&read["tags"], &read["etag"]),
        (&json!({ "x": "y" }), &json!("\"2\""))
    );
    assert_eq!(
        read["properties"]["storageProfile"]["dataDisks"][0]["name"],
        "d5"
    );
    assert_eq!(read["properties"]["osProfile"]["computerName"], "vm1");
    assert_eq!(
        get(&mut lab, "disks/d2", VD)["properties"]["diskState"],
        "Unattached"
    );

    let before = lab.digest();
    let old = rplab_core::api::Request {
        method: "PATCH".to_owned(),
        url: at.clone(),
        headers: vec![("If-Match".to_owned(), "\"1\"".to_owned())],
        body: br#"{"tags":{}}"#.to_vec(),
    };
    assert_eq!(lab.request(&old).status, 412);
    assert_eq!(lab.digest(), before);

    for (action, power, state) in [
        ("deallocate", "PowerState/deallocated", "Reserved"),
        ("start", "PowerState/running", "Attached"),
        ("powerOff", "PowerState/stopped", "Attached"),
    ] {
        let done = send(
            &mut lab,
            "POST",
            &url(&format!("virtualMachines/vm1/{action}"), V),
            &Value::Null,
        );
        assert_eq!(
            (
                done.status,
                done.body.is_null(),
                done.header("location").is_some()
            ),
            (202, true, true)
        );
        let view = get(&mut lab, "virtualMachines/vm1/instanceView", V);
        assert_eq!(view["statuses"][1]["code"], power);
        assert_eq!(
            get(&mut lab, "disks/d5", VD)["properties"]["diskState"],
            state
        );
    }
    assert_eq!(send(&mut lab, "DELETE", &at, &Value::Null).status, 202);
    assert_eq!(send(&mut lab, "GET", &at, &Value::Null).status, 404);
    assert_eq!(send(&mut lab, "DELETE", &at, &Value::Null).status, 204);
    assert_eq!(
        get(&mut lab, "disks/d5", VD)["properties"]["diskState"],
        "Unattached"
    );
}

#[test]
fn snapshots_are_taken_copied_read_and_made_into_disks() {
    let mut lab = lab(json!({}));
    put(
        &mut lab,
        "disks/d",
        VD,
        &json!({ "location": "westus", "sku": { "name": "Premium_LRS" }, "properties": { "creationData": { "createOption": "Empty" }, "diskSizeGB": 10 } }),
    );
    let write = |lab: &mut Lab, last: u64| {
        let command = json!({ "type": "writeBlocks", "disk": "d", "first": 0, "last": last });
        assert!(lab.dispatch_json(command).unwrap().is_ok());
    };
    write(&mut lab, 99);
    let digest = lab.content_digest("d").unwrap();
    let taken = |source: &str, option: &str, location: &str| {
        json!({ "location": location, "sku": { "name": "Standard_LRS" }, "properties": { "incremental": true,
            "creationData": { "createOption": option, "sourceResourceId": format!("{B}/{source}") } } })
    };
    let stored = lab.state().stored_bytes;
    put(
        &mut lab,
        "snapshots/s1",
        VD,
        &taken("disks/d", "Copy", "westus"),
    );
    write(&mut lab, 9);
    put(
        &mut lab,
        "snapshots/s2",
        VD,
        &taken("disks/d", "Copy", "westus"),
    );
    assert_eq!(
        lab.state().stored_bytes,
        stored,
        "snapshots are not counted as restore points"
    );
    let (one, two) = (
        get(&mut lab, "snapshots/s1", VD),
        get(&mut lab, "snapshots/s2", VD),
    );
    let family = |snapshot: &Value| snapshot["properties"]["incrementalSnapshotFamilyId"].clone();
    assert_eq!(family(&one), family(&two));
    assert_eq!(
        (&one["sku"], &one["properties"]["diskState"]),
        (
            &json!({ "name": "Standard_LRS", "tier": "Standard" }),
            &json!("Unattached")
        )
    );

    put(
        &mut lab,
        "snapshots/far",
        VD,
        &taken("snapshots/s1", "CopyStart", "eastus2"),
    );
    let far = get(&mut lab, "snapshots/far", VD);
    assert_ne!(family(&far), family(&one));
    assert_eq!(
        (
            &far["properties"]["completionPercent"],
            &far["properties"]["snapshotAccessState"]
        ),
        (&json!(0), &json!("Pending"))
    );
    assert!(lab.advance(SimDuration::from_seconds(3600)).is_ok());
    let far = get(&mut lab, "snapshots/far", VD);
    assert_eq!(
        (
            far["properties"].get("completionPercent"),
            &far["properties"]["snapshotAccessState"]
        ),
        (None, &json!("Available"))
    );

    let body = json!({ "location": "westus", "properties": { "creationData": { "createOption": "Copy", "sourceResourceId": one["id"] } } });
    put(&mut lab, "disks/copy", VD, &body);
    assert_eq!(lab.content_digest("copy").unwrap(), digest);
    assert_eq!(
        get(&mut lab, "disks/copy", VD)["properties"]["creationData"]["createOption"],
        "Copy"
    );

    for resource in ["snapshots/s1", "disks/copy"] {
        let begin = url(&format!("{resource}/beginGetAccess"), VD);
        let begun = send(
            &mut lab,
            "POST",
            &begin,
            &json!({ "access": "Read", "durationInSeconds": 600 }),
        );
        assert_eq!(begun.status, 202, "{}", begun.body);
        let result = send(
            &mut lab,
            "GET",
            begun.header("location").unwrap(),
            &Value::Null,
        );
        let address = result.body["accessSAS"].as_str().unwrap().to_owned();
        assert_eq!(
            get(&mut lab, resource, VD)["properties"]["diskState"],
            "ActiveSAS"
        );
        let head = rplab_core::api::Request {
            method: "HEAD".to_owned(),
            url: address.clone(),
            ..Default::default()
        };
        assert_eq!(lab.request(&head).status, 200, "{resource}");
        let refused = send(&mut lab, "DELETE", &url(resource, VD), &Value::Null);
        assert_eq!(code(&refused), (409, "DiskRestorePointUsedByCustomer"));
        let end = send(
            &mut lab,
            "POST",
            &url(&format!("{resource}/endGetAccess"), VD),
            &Value::Null,
        );
        assert_eq!(end.status, 202);
        let result = send(
            &mut lab,
            "GET",
            end.header("location").unwrap(),
            &Value::Null,
        );
        assert_eq!((result.status, result.body.is_null()), (200, true));
        assert_eq!(lab.request(&head).status, 403, "{resource}");
        assert_eq!(
            get(&mut lab, resource, VD)["properties"]["diskState"],
            "Unattached"
        );
        assert_eq!(
            send(&mut lab, "DELETE", &url(resource, VD), &Value::Null).status,
            202
        );
    }
    let all = get(&mut lab, "snapshots", VD);
    assert_eq!(all["value"].as_array().unwrap().len(), 2);
    let saved = rplab_core::json::write(&lab.export_scenario());
    assert_eq!(Lab::from_scenario(saved).unwrap().digest(), lab.digest());
}

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
    assert_eq!(code(&smaller), (400, "InvalidParameter"));
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

#[test]
fn groups_locks_pages_and_scopes() {
    let mut lab = lab(json!({ "strictScopes": true, "settings": { "api.pageSize": 2 } }));
    let group = format!("{HOST}/subscriptions/s/resourceGroups/RG?api-version=2021-04-01");
    let disk = json!({ "location": "westus", "properties": { "creationData": { "createOption": "Empty" }, "diskSizeGB": 1 } });
    let refused = send(&mut lab, "PUT", &url("disks/d0", VD), &disk);
    assert_eq!(code(&refused), (404, "ResourceGroupNotFound"));
    assert_eq!(send(&mut lab, "GET", &group, &Value::Null).status, 404);
    assert_eq!(
        send(&mut lab, "PUT", &group, &json!({ "location": "westus" })).status,
        201
    );
    assert_eq!(
        send(&mut lab, "PUT", &group, &json!({ "location": "westus" })).status,
        200
    );
    for number in 0..5 {
        put(&mut lab, &format!("disks/d{number}"), VD, &disk);
    }
    let mut names = Vec::new();
    let mut next = Some(url("disks", VD));
    while let Some(address) = next {
        let page = send(&mut lab, "GET", &address, &Value::Null).body;
        let items = page["value"].as_array().unwrap();
        assert!(items.len() <= 2);
        names.extend(
            items
                .iter()
                .map(|item| item["name"].as_str().unwrap().to_owned()),
        );
        next = page["nextLink"].as_str().map(str::to_owned);
    }
    assert_eq!(names, ["d0", "d1", "d2", "d3", "d4"]);
    let all = send(
        &mut lab,
        "GET",
        &format!("{HOST}/subscriptions/s/providers/Microsoft.Compute/disks?{VD}"),
        &Value::Null,
    );
    assert!(
        all.body["value"][0]["id"]
            .as_str()
            .unwrap()
            .contains("/resourceGroups/RG/")
    );

    let lock = format!(
        "{HOST}{B}/disks/d0/providers/Microsoft.Authorization/locks/keep?api-version=2020-05-01"
    );
    let made = send(
        &mut lab,
        "PUT",
        &lock,
        &json!({ "properties": { "level": "CanNotDelete", "notes": "n" } }),
    );
    assert_eq!(
        (made.status, &made.body["properties"]),
        (201, &json!({ "level": "CanNotDelete", "notes": "n" }))
    );
    let before = lab.digest();
    assert_eq!(
        code(&send(
            &mut lab,
            "DELETE",
            &url("disks/d0", VD),
            &Value::Null
        )),
        (409, "ScopeLocked")
    );
    assert_eq!(
        code(&send(&mut lab, "DELETE", &group, &Value::Null)),
        (409, "ScopeLocked")
    );
    assert_eq!(lab.digest(), before);
    let locks = format!(
        "{HOST}/subscriptions/s/resourceGroups/RG/providers/Microsoft.Authorization/locks?api-version=2020-05-01"
    );
    assert_eq!(
        send(&mut lab, "GET", &locks, &Value::Null).body["value"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(send(&mut lab, "DELETE", &lock, &Value::Null).status, 200);
    assert_eq!(send(&mut lab, "DELETE", &group, &Value::Null).status, 202);
    assert_eq!(send(&mut lab, "GET", &group, &Value::Null).status, 404);
}

#[test]
fn too_many_requests_are_told_to_come_again() {
    let mut lab = lab(json!({ "settings": { "throttling.requestsPerMinute": 2 } }));
    let at = url("disks", VD);
    for (status, left) in [(200, Some("1")), (200, Some("0")), (429, None)] {
        let answer = send(&mut lab, "GET", &at, &Value::Null);
        let told = answer.header("x-ms-ratelimit-remaining-subscription-global-reads");
        assert_eq!((answer.status, told), (status, left));
    }
    let refused = send(&mut lab, "GET", &at, &Value::Null);
    assert_eq!(
        (code(&refused), refused.header("retry-after")),
        ((429, "TooManyRequests"), Some("60"))
    );
    assert!(lab.advance(SimDuration::from_seconds(60)).is_ok());
    assert_eq!(send(&mut lab, "GET", &at, &Value::Null).status, 200);
}

#[test]
fn refusals_have_the_codes_of_the_service() {
    let mut lab = lab(json!({ "longRunning": "clock" }));
    put(&mut lab, "virtualMachines/vm1", V, &machine());
    put(
        &mut lab,
        "restorePointCollections/c",
        V,
        &json!({ "location": "westeurope", "properties": { "source": { "id": format!("{B}/virtualMachines/vm1") } } }),
    );
    let point = |name: &str| {
        url(
            &format!("restorePointCollections/c/restorePoints/{name}"),
            V,
        )
    };
    assert_eq!(send(&mut lab, "PUT", &point("p1"), &json!({})).status, 201);
    let before = lab.digest();
    let second = send(&mut lab, "PUT", &point("p2"), &json!({}));
    assert_eq!(code(&second), (409, "VMRestorePointClientError"));
    assert!(
        second.body["error"]["message"]
            .as_str()
            .unwrap()
            .starts_with(
                "RestorePoint creation failed since a concurrent 'Create RestorePoint' operation"
            )
    );
    let again = send(&mut lab, "PUT", &point("p1"), &json!({}));
    assert_eq!(code(&again), (409, "OperationNotAllowed"));
    let old = point("p3").replace("2024-11-01", "2021-03-01");
    assert_eq!(
        code(&send(
            &mut lab,
            "PUT",
            &old,
            &json!({ "properties": { "consistencyMode": "CrashConsistent" } })
        )),
        (400, "BadRequest")
    );
    assert_eq!(lab.digest(), before);
    // The guest's trouble arrives as a failed operation, under status 200.
    assert!(lab.advance(SimDuration::from_seconds(60)).is_ok());
    assert!(
        lab.dispatch_json(
            json!({ "type": "setAgent", "virtualMachine": "vm1", "status": "notReady" })
        )
        .unwrap()
        .is_ok()
    );
    let begun = send(&mut lab, "PUT", &point("p4"), &json!({}));
    assert_eq!(begun.status, 201, "{}", begun.body);
    assert!(lab.advance(SimDuration::from_seconds(60)).is_ok());
    let failed = send(
        &mut lab,
        "GET",
        begun.header("azure-asyncoperation").unwrap(),
        &Value::Null,
    );
    assert_eq!(
        (
            failed.status,
            &failed.body["status"],
            &failed.body["error"]["code"]
        ),
        (
            200,
            &json!("Failed"),
            &json!("VMAgentStatusCommunicationError")
        )
    );
    assert_eq!(
        send(&mut lab, "GET", &point("p4"), &Value::Null).body["properties"]["provisioningState"],
        "Failed"
    );
}
