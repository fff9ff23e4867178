//! VMs.

use super::wire::send;
use super::{B, V, VD, get, lab, machine, put, url};
use rplab_core::api::Lab;
use serde_json::{Value, json};

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
