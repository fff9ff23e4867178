//! Page 002 from its first step to its last, with the requests that it names.

use super::wire::{Reply, send};
use super::{GIB, MIB, advance, ok, write};
use rplab_core::api::{Json, Lab};
use serde_json::{Value, json};

const HOST: &str = "https://management.azure.com";
const B: &str = "/subscriptions/s/resourceGroups/RG/providers/Microsoft.Compute";

fn url(path: &str) -> String {
    let path = match path.starts_with('/') {
        true => path.to_owned(),
        false => format!("{B}/{path}"),
    };
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{HOST}{path}{mark}api-version=2022-03-01")
}

fn put(lab: &mut Lab, path: &str, body: &Value) -> Reply {
    let reply = send(lab, "PUT", &url(path), body);
    assert!(reply.status < 300, "{path}: {}", reply.body);
    reply
}

fn get(lab: &mut Lab, path: &str) -> Value {
    let reply = send(lab, "GET", &url(path), &Value::Null);
    assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    reply.body
}

/// The status of a long-running operation.
fn operation(lab: &mut Lab, begun: &Reply) -> Value {
    let address = begun.header("azure-asyncoperation").unwrap().to_owned();
    send(lab, "GET", &address, &Value::Null).body["status"].clone()
}

fn state(body: &Value) -> &str {
    body["properties"]["provisioningState"].as_str().unwrap()
}

/// The percent of each disk in the instance view of a point, and the state of the whole.
fn copied(lab: &mut Lab, point: &str) -> (Vec<u64>, String) {
    let read = get(lab, &format!("{point}?$expand=instanceView"));
    let view = &read["properties"]["instanceView"];
    let disks = view["diskRestorePoints"].as_array().unwrap();
    let percent = |disk: &Value| {
        disk["replicationStatus"]["completionPercent"]
            .as_u64()
            .unwrap()
    };
    let whole = view["statuses"][0]["code"].as_str().unwrap();
    (disks.iter().map(percent).collect(), whole.to_owned())
}

#[test]
fn the_how_to_of_page_002_step_by_step() {
    let settings = json!({ "copyMiBPerSecondPerDisk": 16, "copyStartSeconds": 10 });
    let options = json!({ "seed": 5, "longRunning": "clock", "settings": settings });
    let mut lab = Json::new_lab(Some(options)).unwrap();
    let id = |kind: &str, name: &str| format!("{B}/{kind}/{name}");
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "id": id("virtualMachines", "vm"), "location": "eastus",
                "facts": { "osType": "Windows", "vmSize": "Standard_D4s_v5" },
                "disks": [{ "name": "os", "id": id("disks", "os"), "sizeGiB": 4, "facts": { "sku": "Premium_LRS", "usedGiB": 2 } },
                          { "name": "data", "id": id("disks", "data"), "lun": 0, "sizeGiB": 4, "facts": { "sku": "Premium_LRS", "usedGiB": 1 } }] }),
    );

    // Create, step 1: a collection in the VM's region, and one for points made in another region.
    let home = "restorePointCollections/rpc";
    let far = "restorePointCollections/far";
    let early = format!("{home}/restorePoints/rp1");
    let no_collection = send(&mut lab, "PUT", &url(&early), &json!({}));
    assert_eq!(no_collection.status, 404, "{}", no_collection.body);
    let of = |source: String, location: &str| json!({ "location": location, "properties": { "source": { "id": source } } });
    put(&mut lab, home, &of(id("virtualMachines", "vm"), "eastus"));
    put(
        &mut lab,
        far,
        &of(id("restorePointCollections", "rpc"), "westus"),
    );

    // Step 2: a point in the VM's region, and one without the data disk.
    let rp1 = format!("{home}/restorePoints/rp1");
    let begun = put(&mut lab, &rp1, &json!({}));
    assert_eq!((begun.status, state(&begun.body)), (201, "Creating"));
    // Step 3: at home a few seconds are enough, and there is no copy status.
    lab_clock(&mut lab, &begun, &rp1);
    let read = get(&mut lab, &format!("{rp1}?$expand=instanceView"));
    assert!(
        read["properties"]["instanceView"]
            .get("diskRestorePoints")
            .is_none()
    );
    let rp2 = format!("{home}/restorePoints/rp2");
    let without = json!({ "properties": { "excludeDisks": [{ "id": id("disks", "data") }] } });
    let begun = put(&mut lab, &rp2, &without);
    lab_clock(&mut lab, &begun, &rp2);

    // Direct creation in the other region: the same request in the collection there.
    let direct = format!("{far}/restorePoints/made-there");
    let begun = put(&mut lab, &direct, &without);
    assert_eq!(state(&begun.body), "Creating");
    advance(&mut lab, "PT1M");
    let (percent, whole) = copied(&mut lab, &direct);
    assert_eq!(
        (percent, whole.as_str()),
        (vec![0], "ReplicationState/replicating")
    );
    // 2 GiB at 16 MiB a second: half after 64 seconds.
    advance(&mut lab, "PT64S");
    assert_eq!(copied(&mut lab, &direct).0, [50]);
    advance(&mut lab, "PT64S");
    assert_eq!(
        copied(&mut lab, &direct),
        (vec![100], "ReplicationState/succeeded".to_owned())
    );

    // Copy, steps 1 and 2: the collection there refers to the one here; the body names the source point.
    write(&mut lab, "data", 0, 9);
    let rp3 = format!("{home}/restorePoints/rp3");
    let begun = put(&mut lab, &rp3, &json!({}));
    lab_clock(&mut lab, &begun, &rp3);
    let copy = format!("{far}/restorePoints/rp3-west");
    let body = json!({ "properties": { "sourceRestorePoint": { "id": format!("{B}/{rp3}") } } });
    let begun = put(&mut lab, &copy, &body);
    assert_eq!(state(&begun.body), "Creating");
    // Step 3: its status, disk by disk. The OS disk has not changed since the point that was made there;
    // the data disk was never there and travels in full, 64 seconds.
    advance(&mut lab, "PT26S");
    let (percent, whole) = copied(&mut lab, &copy);
    assert_eq!(
        (percent, whole.as_str()),
        (vec![100, 25], "ReplicationState/replicating")
    );
    // Nothing is restored before every disk is there, not even the one that has arrived.
    let there = get(&mut lab, &format!("{far}?$expand=restorePoints"));
    let disks = identifiers(&there, "rp3-west");
    let restore = |source: &str| {
        json!({ "location": "westus", "sku": { "name": "Premium_LRS" },
        "properties": { "creationData": { "createOption": "Restore", "sourceResourceId": source } } })
    };
    let refused = send(&mut lab, "PUT", &url("disks/os-west"), &restore(&disks[0]));
    assert_eq!(
        (refused.status, refused.body["error"]["code"].as_str()),
        (409, Some("OperationNotAllowed")),
        "{}",
        refused.body
    );
    advance(&mut lab, "PT48S");
    assert_eq!(
        copied(&mut lab, &copy),
        (vec![100, 100], "ReplicationState/succeeded".to_owned())
    );

    // Access: the address of a disk, and the same one for longer when it is asked for again.
    let access = |lab: &mut Lab| {
        let begun = send(
            lab,
            "POST",
            &url(&format!("{}/beginGetAccess", disks[1])),
            &json!({ "access": "Read", "durationInSeconds": 3600 }),
        );
        assert_eq!(begun.status, 202, "{}", begun.body);
        let place = begun.header("location").unwrap().to_owned();
        let result = send(lab, "GET", &place, &Value::Null);
        result.body["accessSAS"].as_str().unwrap().to_owned()
    };
    let address = access(&mut lab);
    let opened = lab.open_access(&address).unwrap();
    assert_eq!(opened.size_bytes.0, 4 * GIB);
    advance(&mut lab, "PT50M");
    assert_eq!(access(&mut lab), address, "the same address comes back");
    advance(&mut lab, "PT50M");
    assert!(lab.open_access(&address).is_ok(), "its time was extended");
    advance(&mut lab, "PT10M");
    assert!(lab.open_access(&address).is_err(), "and it has an end");

    // A disk from each disk restore point, whose ids the collection has given.
    for (name, source) in [("os-west", &disks[0]), ("data-west", &disks[1])] {
        put(&mut lab, &format!("disks/{name}"), &restore(source));
        assert!(lab.prove(name).unwrap().equal, "{name}");
    }
    advance(&mut lab, "PT1H");
    // The whole VM: a new one, with the restored disks attached.
    let disk = |name: &str| json!({ "id": id("disks", name) });
    let body = json!({ "location": "westus", "properties": { "hardwareProfile": { "vmSize": "Standard_D4s_v5" },
        "storageProfile": { "osDisk": { "createOption": "Attach", "osType": "Windows", "managedDisk": disk("os-west") },
            "dataDisks": [{ "lun": 0, "createOption": "Attach", "managedDisk": disk("data-west") }] } } });
    put(&mut lab, "virtualMachines/vm-west", &body);
    let made = get(&mut lab, "virtualMachines/vm-west");
    assert_eq!(made["location"], "westus");
    let same = |left: &str, right: &str| {
        assert_eq!(
            lab.content_digest(left).unwrap(),
            lab.content_digest(right).unwrap(),
            "{left}"
        );
    };
    same("os-west", "os");
    same("data-west", "data");
    // The data disk is in two points of that region only once.
    let stored = lab.state().stored_bytes.0;
    assert_eq!(stored, 2 * (3 * GIB) + 10 * MIB);
}

/// The ids of the disk restore points of a point, out of the body of its collection.
fn identifiers(collection: &Value, point: &str) -> Vec<String> {
    let points = collection["properties"]["restorePoints"]
        .as_array()
        .unwrap();
    let point = points.iter().find(|found| found["name"] == point).unwrap();
    let storage = &point["properties"]["sourceMetadata"]["storageProfile"];
    let disks = std::iter::once(&storage["osDisk"]).chain(storage["dataDisks"].as_array().unwrap());
    disks
        .map(|disk| disk["diskRestorePoint"]["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Lets the creation of a point in the VM's region end, watching its state.
fn lab_clock(lab: &mut Lab, begun: &Reply, point: &str) {
    assert_eq!(state(&get(lab, point)), "Creating");
    assert_eq!(operation(lab, begun), "InProgress");
    assert!(lab.run_to_next_event().is_ok());
    assert_eq!(state(&get(lab, point)), "Succeeded");
    assert_eq!(operation(lab, begun), "Succeeded");
}
