//! The endpoint as a backup tool uses it: from the collection to the restored disk.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

#[allow(dead_code, reason = "shared by several suites")]
mod support;
#[path = "support/arm.rs"]
#[allow(dead_code, reason = "shared by several suites")]
mod wire;

use rplab_core::api::{Json, Lab};
use rplab_core::json;
use serde_json::{Value, json};
use support::ok;
use wire::{Reply, send};

const B: &str =
    "https://management.azure.com/subscriptions/s/resourceGroups/RG/providers/Microsoft.Compute";
const V: &str = "api-version=2024-11-01";
const VD: &str = "api-version=2024-03-02";

fn lab(options: Value) -> Lab {
    let mut lab = Json::new_lab(Some(options)).unwrap();
    let id = |kind: &str, name: &str| {
        format!("/subscriptions/s/resourceGroups/RG/providers/Microsoft.Compute/{kind}/{name}")
    };
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "id": id("virtualMachines", "vm"), "location": "WestUS",
                "facts": { "osType": "Linux", "osName": "Ubuntu 22.04" },
                "disks": [{ "name": "os", "id": id("disks", "os"), "sizeGiB": 30, "facts": { "sku": "Premium_LRS" } },
                          { "name": "data", "id": id("disks", "data"), "lun": 0, "sizeGiB": 1, "facts": { "sku": "Premium_LRS" } }] }),
    );
    ok(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "data", "first": 0, "last": 9 }),
    );
    lab
}

fn collection(lab: &mut Lab) -> Reply {
    let vm = "/subscriptions/s/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/vm";
    let body = json!({ "location": "westus", "properties": { "source": { "id": vm } } });
    send(
        lab,
        "PUT",
        &format!("{B}/restorePointCollections/c?{V}"),
        &body,
    )
}

fn operation(lab: &mut Lab, begun: &Reply) -> Value {
    let address = begun.header("azure-asyncoperation").unwrap().to_owned();
    let polled = send(lab, "GET", &address, &Value::Null);
    assert_eq!(polled.status, 200);
    polled.body
}

#[test]
fn a_point_is_made_polled_read_and_restored() {
    let mut lab = lab(json!({}));
    let made = collection(&mut lab);
    assert_eq!(
        (made.status, made.header("azure-asyncoperation")),
        (201, None)
    );
    assert_eq!(made.body["properties"]["source"]["location"], "WestUS");
    assert_eq!(collection(&mut lab).status, 200);

    let point = format!("{B}/restorepointcollections/c/RestorePoints/p?{V}");
    let begun = send(&mut lab, "PUT", &point, &json!({}));
    assert_eq!(begun.status, 201);
    assert_eq!(begun.body["properties"]["provisioningState"], "Creating");
    assert!(begun.body["properties"].get("consistencyMode").is_none());
    let data = "/properties/sourceMetadata/storageProfile/dataDisks/0";
    assert!(
        begun
            .body
            .pointer(data)
            .unwrap()
            .get("diskRestorePoint")
            .is_none()
    );
    assert_eq!(begun.header("location"), None);
    assert_eq!(begun.header("azure-asyncnotification"), Some("Enabled"));
    assert_eq!(operation(&mut lab, &begun)["status"], "Succeeded");

    let read = send(
        &mut lab,
        "GET",
        &format!("{point}&%24expand=instanceView"),
        &Value::Null,
    );
    assert_eq!(read.status, 200);
    assert_eq!(read.body["properties"]["provisioningState"], "Succeeded");
    assert_eq!(
        read.body["properties"]["consistencyMode"],
        "FileSystemConsistent"
    );
    assert_eq!(
        read.body["properties"]["instanceView"]["statuses"][0]["code"],
        "ReplicationState/succeeded"
    );
    assert!(read.body.get("type").is_none());
    let captured = read.body.pointer(data).unwrap()["diskRestorePoint"]["id"]
        .as_str()
        .unwrap()
        .to_owned();

    let access = format!("https://management.azure.com{captured}/beginGetAccess?{VD}");
    let begun = send(
        &mut lab,
        "POST",
        &access,
        &json!({ "access": "Read", "durationInSeconds": 3600 }),
    );
    assert_eq!((begun.status, begun.body.is_null()), (202, true));
    let polled = operation(&mut lab, &begun);
    let result = send(
        &mut lab,
        "GET",
        begun.header("location").unwrap(),
        &Value::Null,
    );
    assert!(
        result.body["accessSAS"]
            .as_str()
            .unwrap()
            .starts_with("https://md-")
    );
    assert_eq!(polled["properties"]["output"], result.body);

    let disk = format!("{B}/disks/restored?{VD}");
    let begun = send(
        &mut lab,
        "PUT",
        &disk,
        &json!({ "location": "westus", "sku": { "name": "Premium_LRS" }, "tags": {},
        "properties": { "creationData": { "createOption": "Restore", "sourceResourceId": captured }, "diskSizeGB": 2 } }),
    );
    assert_eq!(
        (begun.status, &begun.body["properties"]["provisioningState"]),
        (202, &json!("Updating"))
    );
    let polled = operation(&mut lab, &begun);
    let read = send(&mut lab, "GET", &disk, &Value::Null);
    assert_eq!(polled["properties"]["output"], read.body);
    assert_eq!(read.body["properties"]["tier"], "P1");
    assert_eq!(read.body["properties"]["diskSizeBytes"], 2_147_483_648_u64);
    assert_eq!(read.body["tags"], json!({}));
    assert!(lab.prove("restored").unwrap().equal);

    // The scenario holds commands, and they lead to the same state.
    let saved = json::write(&lab.export_scenario());
    assert_eq!(Lab::from_scenario(saved).unwrap().digest(), lab.digest());
}

#[test]
fn by_the_clock_a_point_is_creating_until_its_time() {
    let mut lab = lab(json!({ "longRunning": "clock" }));
    collection(&mut lab);
    let point = format!("{B}/restorePointCollections/c/restorePoints/p?{V}");
    let begun = send(
        &mut lab,
        "PUT",
        &point,
        &json!({ "properties": { "consistencyMode": "CrashConsistent" } }),
    );
    assert_eq!(
        begun.body["properties"]["consistencyMode"],
        "CrashConsistent"
    );
    let running = operation(&mut lab, &begun);
    assert_eq!(
        (&running["status"], running.get("endTime")),
        (&json!("InProgress"), None)
    );
    assert!(
        lab.advance(rplab_core::units::SimDuration::from_seconds(60))
            .is_ok()
    );
    let done = operation(&mut lab, &begun);
    assert_eq!(
        (&done["status"], &done["endTime"]),
        (&json!("Succeeded"), &json!("2026-01-05T00:01:00+00:00"))
    );
    let gone = send(&mut lab, "DELETE", &point, &Value::Null);
    assert_eq!(
        (gone.status, gone.header("location").is_some()),
        (202, true)
    );
    assert_eq!(operation(&mut lab, &gone)["status"], "InProgress");
    assert!(
        lab.advance(rplab_core::units::SimDuration::from_seconds(15))
            .is_ok()
    );
    assert_eq!(operation(&mut lab, &gone)["status"], "Succeeded");
    assert_eq!(
        send(&mut lab, "GET", &point, &Value::Null).body["error"]["code"],
        "ResourceNotFound"
    );
    assert_eq!(send(&mut lab, "DELETE", &point, &Value::Null).status, 204);
}

#[test]
fn what_is_no_request_of_the_service_is_told_so() {
    let mut lab = lab(json!({}));
    collection(&mut lab);
    let before = lab.digest();
    let point = format!("{B}/restorePointCollections/c/restorePoints/p");
    for (method, url, body, status, code) in [
        (
            "GET",
            point.clone(),
            json!(null),
            400,
            "MissingApiVersionParameter",
        ),
        (
            "GET",
            format!("{point}?api-version=1"),
            json!(null),
            400,
            "InvalidApiVersionParameter",
        ),
        (
            "GET",
            format!("{point}?api-version=2019-03-01"),
            json!(null),
            400,
            "NoRegisteredProviderFound",
        ),
        (
            "GET",
            format!("{B}/restorePointers/c?{V}"),
            json!(null),
            404,
            "InvalidResourceType",
        ),
        (
            "GET",
            format!("{B}/restorePointCollections/c/../x?{V}"),
            json!(null),
            400,
            "InvalidRequestUri",
        ),
        (
            "PUT",
            format!("{B}/restorePointCollections/c%2Fd?{V}"),
            json!({}),
            400,
            "InvalidResourceName",
        ),
        (
            "PUT",
            format!("{point}?{V}"),
            json!({ "properties": 5 }),
            400,
            "InvalidParameter",
        ),
        (
            "PUT",
            format!("{point}?{V}"),
            json!({ "extra": 5 }),
            400,
            "InvalidRequestContent",
        ),
        (
            "PUT",
            format!("{point}?{V}"),
            json!({ "properties": { "excludeDisks": [{ "id": "x" }] } }),
            400,
            "LinkedInvalidPropertyId",
        ),
        (
            "PUT",
            format!("{point}?api-version=2021-03-01"),
            json!({ "properties": { "sourceRestorePoint": { "id": point } } }),
            400,
            "LinkedInvalidPropertyId",
        ),
        (
            "PATCH",
            format!("{point}?{V}"),
            json!({}),
            405,
            "HttpMethodNotSupported",
        ),
        (
            "GET",
            format!("{B}/disks/none?{VD}"),
            json!(null),
            404,
            "ResourceNotFound",
        ),
    ] {
        let reply = send(&mut lab, method, &url, &body);
        assert_eq!(
            (reply.status, reply.body["error"]["code"].as_str()),
            (status, Some(code)),
            "{method} {url}: {}",
            reply.body
        );
        assert!(reply.body["error"]["message"].as_str().unwrap().len() > 10);
    }
    assert_eq!(lab.digest(), before);
}

#[test]
fn what_a_point_is_given_beside_is_kept_until_it_is_deleted() {
    let mut lab = lab(json!({}));
    collection(&mut lab);
    let point = format!("{B}/restorePointCollections/c/restorePoints/p?api-version=2025-04-01");
    let encryption = json!({ "type": "EncryptionAtRestWithPlatformKey" });
    let body = json!({ "properties": { "instantAccessDurationMinutes": 120, "sourceMetadata": { "storageProfile": {
        "dataDisks": [{ "lun": 0, "diskRestorePoint": { "encryption": encryption } }] } } } });
    assert_eq!(send(&mut lab, "PUT", &point, &body).status, 201);
    let read = send(&mut lab, "GET", &point, &Value::Null).body;
    assert_eq!(read["properties"]["instantAccessDurationMinutes"], 120);
    let disk = &read["properties"]["sourceMetadata"]["storageProfile"]["dataDisks"][0];
    assert_eq!(disk["diskRestorePoint"]["encryption"], encryption);
    assert_eq!(
        disk["name"], "data",
        "what the service says stands beside it"
    );

    assert_eq!(send(&mut lab, "DELETE", &point, &Value::Null).status, 202);
    ok(&mut lab, json!({ "type": "advanceClock", "by": "PT1H" }));
    assert_eq!(send(&mut lab, "PUT", &point, &json!({})).status, 201);
    let read = send(&mut lab, "GET", &point, &Value::Null).body;
    assert!(
        read["properties"]
            .get("instantAccessDurationMinutes")
            .is_none()
    );
}
