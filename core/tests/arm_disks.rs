//! Ways to make a disk, disk access resources, the form of the first API version, and how often points are created.
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
#[allow(dead_code, reason = "shared by several suites")]
mod wire;

use rplab_core::api::{Json, Lab};
use rplab_core::units::SimDuration;
use serde_json::{Value, json};
use wire::{B, Reply, ask, send};

const V: &str = "2024-11-01";

fn lab(options: Value) -> Lab {
    Json::new_lab(Some(options)).unwrap()
}

fn get(lab: &mut Lab, path: &str) -> Value {
    wire::read(lab, path, V)
}

/// Sends a request that is carried out, and its polls to the end.
fn done(lab: &mut Lab, method: &str, path: &str, body: &Value) -> Reply {
    wire::done(lab, method, path, V, body)
}

/// Sends a request that is refused and changes nothing: status, code, target, message.
fn refused(lab: &mut Lab, method: &str, path: &str, body: &Value) -> (u16, String, String, String) {
    let reply = wire::without_effect(lab, method, path, V, body);
    let error = &reply.body["error"];
    let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
    (reply.status, text("code"), text("target"), text("message"))
}

fn disk(location: &str, more: Value) -> Value {
    let mut body = json!({ "location": location, "properties": { "creationData": { "createOption": "Empty" }, "diskSizeGB": 4 } });
    for (name, value) in more.as_object().unwrap() {
        body["properties"][name] = value.clone();
    }
    body
}

fn machine(lab: &mut Lab) {
    let body = json!({ "location": "westeurope", "properties": { "hardwareProfile": { "vmSize": "Standard_D2s_v3" },
        "storageProfile": { "osDisk": { "createOption": "FromImage", "osType": "Linux", "name": "os" } } } });
    done(lab, "PUT", "virtualMachines/vm", &body);
    let source = json!({ "location": "westeurope", "properties": { "source": { "id": format!("{B}/virtualMachines/vm") } } });
    done(lab, "PUT", "restorePointCollections/c", &source);
}

#[test]
fn a_disk_access_lives_as_long_as_a_disk_names_it() {
    let mut lab = lab(json!({}));
    let made = done(
        &mut lab,
        "PUT",
        "diskAccesses/A",
        &json!({ "location": "West Europe", "tags": { "a": "b" } }),
    );
    assert_eq!(
        (made.status, made.header("location").is_some()),
        (202, true)
    );
    assert!(
        made.body.get("properties").is_none(),
        "the first answer says what was asked"
    );
    let access = get(&mut lab, "diskAccesses/a");
    assert_eq!(
        (&access["name"], &access["location"], &access["tags"]),
        (&json!("A"), &json!("westeurope"), &json!({ "a": "b" }))
    );
    assert_eq!(access["type"], "Microsoft.Compute/diskAccesses");
    assert!(access["properties"]["timeCreated"].is_string());
    let output = send(
        &mut lab,
        "GET",
        made.header("location").unwrap(),
        &Value::Null,
    );
    assert_eq!(output.body, access, "the work gives what was made");

    done(
        &mut lab,
        "PATCH",
        "diskAccesses/A",
        &json!({ "tags": { "c": "d" } }),
    );
    assert_eq!(get(&mut lab, "diskAccesses/A")["tags"], json!({ "c": "d" }));
    let same = ask(
        &mut lab,
        "PATCH",
        "diskAccesses/A",
        V,
        &json!({ "tags": { "c": "d" } }),
    );
    assert_eq!(same.status, 200, "nothing changes");
    for list in [
        "diskAccesses",
        "/subscriptions/s/providers/Microsoft.Compute/diskAccesses",
    ] {
        assert_eq!(get(&mut lab, list)["value"].as_array().unwrap().len(), 1);
    }
    let reached = get(&mut lab, "diskAccesses/A/privateLinkResources");
    assert_eq!(reached["value"][0]["properties"]["groupId"], "disks");
    assert_eq!(
        get(&mut lab, "diskAccesses/A/privateEndpointConnections")["value"],
        json!([])
    );
    let (status, code, _, _) = refused(
        &mut lab,
        "PUT",
        "diskAccesses/A/privateEndpointConnections/x",
        &json!({ "properties": { "privateLinkServiceConnectionState": { "status": "Approved" } } }),
    );
    assert_eq!((status, code.as_str()), (400, "NotSimulated"));
    let none = refused(
        &mut lab,
        "GET",
        "diskAccesses/A/privateEndpointConnections/x",
        &Value::Null,
    );
    assert_eq!(none.0, 404);

    // A disk that is read privately names it, and it stays.
    let id = format!("{B}/diskAccesses/A");
    let private = json!({ "networkAccessPolicy": "AllowPrivate", "diskAccessId": id });
    done(
        &mut lab,
        "PUT",
        "disks/d",
        &disk("westeurope", private.clone()),
    );
    assert_eq!(get(&mut lab, "disks/d")["properties"]["diskAccessId"], id);
    let (status, code, target, _) = refused(&mut lab, "DELETE", "diskAccesses/A", &Value::Null);
    assert_eq!((status, code.as_str()), (409, "OperationNotAllowed"));
    assert!(target.ends_with("/disks/d"), "{target}");
    for (body, what) in [
        (
            disk(
                "westeurope",
                json!({ "networkAccessPolicy": "AllowPrivate" }),
            ),
            "none",
        ),
        (
            disk("westeurope", json!({ "diskAccessId": id })),
            "with all allowed",
        ),
        (disk("eastus", private.clone()), "elsewhere"),
    ] {
        let (status, code, target, _) = refused(&mut lab, "PUT", "disks/e", &body);
        assert_eq!(
            (status, code.as_str(), target.as_str()),
            (400, "InvalidParameter", "properties.diskAccessId"),
            "{what}"
        );
    }
    let other = json!({ "properties": { "networkAccessPolicy": "DenyAll" } });
    done(&mut lab, "PATCH", "disks/d", &other);
    assert!(
        get(&mut lab, "disks/d")["properties"]
            .get("diskAccessId")
            .is_none()
    );
    done(&mut lab, "DELETE", "diskAccesses/A", &Value::Null);
    assert_eq!(
        ask(&mut lab, "DELETE", "diskAccesses/A", V, &Value::Null).status,
        204
    );
    assert_eq!(
        refused(&mut lab, "GET", "diskAccesses/A", &Value::Null).0,
        404
    );
    let saved = rplab_core::json::write(&lab.export_scenario());
    assert_eq!(Lab::from_scenario(saved).unwrap().digest(), lab.digest());
}

#[test]
fn with_strict_scopes_a_disk_access_has_to_be_there() {
    let mut lab = lab(json!({ "strictScopes": true }));
    let group = "/subscriptions/s/resourceGroups/RG";
    let made = ask(
        &mut lab,
        "PUT",
        group,
        V,
        &json!({ "location": "westeurope" }),
    );
    assert_eq!(made.status, 201);
    let named = json!({ "networkAccessPolicy": "AllowPrivate", "diskAccessId": format!("{B}/diskAccesses/gone") });
    let (status, code, target, _) = refused(&mut lab, "PUT", "disks/d", &disk("westeurope", named));
    assert_eq!(
        (status, code.as_str(), target.as_str()),
        (404, "ResourceNotFound", "properties.diskAccessId")
    );
    done(
        &mut lab,
        "PUT",
        "diskAccesses/A",
        &json!({ "location": "westeurope" }),
    );
    let gone = ask(&mut lab, "DELETE", group, V, &Value::Null);
    assert_eq!(gone.status, 202, "{}", gone.body);
    let made = ask(
        &mut lab,
        "PUT",
        group,
        V,
        &json!({ "location": "westeurope" }),
    );
    assert_eq!(made.status, 201);
    assert_eq!(
        refused(&mut lab, "GET", "diskAccesses/A", &Value::Null).0,
        404,
        "it went with its group"
    );
}

#[test]
fn a_disk_is_imported_and_other_ways_are_refused_by_name() {
    let mut lab = lab(json!({}));
    let by = |option: &str, more: Value| {
        let mut creation = json!({ "createOption": option });
        for (name, value) in more.as_object().unwrap() {
            creation[name] = value.clone();
        }
        disk("westeurope", json!({ "creationData": creation }))
    };
    let uri = json!({ "sourceUri": "https://account.blob.core.windows.net/vhds/a.vhd", "storageAccountId": "/subscriptions/s/resourceGroups/RG/providers/Microsoft.Storage/storageAccounts/account" });
    done(&mut lab, "PUT", "disks/in", &by("Import", uri.clone()));
    let read = get(&mut lab, "disks/in");
    assert_eq!(
        read["properties"]["creationData"],
        json!({ "createOption": "Import", "sourceUri": uri["sourceUri"], "storageAccountId": uri["storageAccountId"] })
    );
    assert_eq!(read["properties"]["diskState"], "Unattached");
    done(
        &mut lab,
        "PUT",
        "disks/image",
        &by("FromImage", json!({ "imageReference": { "id": "/x" } })),
    );
    assert_eq!(
        get(&mut lab, "disks/image")["properties"]["creationData"]["createOption"],
        "FromImage"
    );
    let path = "properties.creationData.createOption";
    for option in [
        "Upload",
        "UploadPreparedSecure",
        "ImportSecure",
        "CopyStart",
        "CopyFromSanSnapshot",
    ] {
        let (status, code, target, message) =
            refused(&mut lab, "PUT", "disks/x", &by(option, json!({})));
        assert_eq!(
            (status, code.as_str(), target.as_str()),
            (400, "NotSimulated", path)
        );
        assert!(message.contains(&format!("'{option}'")), "{message}");
    }
    let (status, code, target, _) = refused(&mut lab, "PUT", "disks/x", &by("Attach", json!({})));
    assert_eq!(
        (status, code.as_str(), target.as_str()),
        (400, "InvalidParameter", path)
    );
    let (status, _, target, _) = refused(&mut lab, "PUT", "disks/x", &by("Import", json!({})));
    assert_eq!(
        (status, target.as_str()),
        (400, "properties.creationData.sourceUri")
    );
}

#[test]
fn actions_that_are_not_simulated_are_named_and_others_are_unknown() {
    let mut lab = lab(json!({}));
    machine(&mut lab);
    let snapshot = json!({ "location": "westeurope", "properties": { "creationData": { "createOption": "Copy", "sourceResourceId": format!("{B}/disks/os") } } });
    done(&mut lab, "PUT", "snapshots/s", &snapshot);
    let actions = rplab_core::arm::covered_operations()
        .filter(|operation| operation.method == "POST" && operation.status == "refused");
    let mut count = 0;
    for action in actions {
        let name = if action.path.contains("/virtualMachines/") {
            "vm"
        } else {
            "s"
        };
        let path = action.path.replace("{}", name);
        let path = path.strip_prefix("Microsoft.Compute/").unwrap();
        let (status, code, _, message) = refused(&mut lab, "POST", path, &json!({}));
        assert_eq!((status, code.as_str()), (400, "NotSimulated"), "{path}");
        assert!(message.contains(action.name), "{message}");
        count += 1;
    }
    assert!(count > 10, "{count}");
    for path in ["virtualMachines/vm/dance", "snapshots/s/reapply"] {
        let (status, code, _, _) = refused(&mut lab, "POST", path, &json!({}));
        assert_eq!((status, code.as_str()), (404, "InvalidResourceType"));
    }
}

#[test]
fn a_lock_stops_what_is_only_kept_like_any_other_change() {
    let mut lab = lab(json!({}));
    machine(&mut lab);
    done(&mut lab, "PUT", "disks/d", &disk("westeurope", json!({})));
    done(
        &mut lab,
        "PUT",
        "diskAccesses/A",
        &json!({ "location": "westeurope" }),
    );
    let group = "/subscriptions/s/resourceGroups/RG";
    let lock = |level: &str| json!({ "properties": { "level": level, "notes": "why" } });
    let path = format!("{group}/providers/Microsoft.Authorization/locks/keep");
    let place = |lab: &mut Lab, level: &str| {
        let placed = ask(lab, "PUT", &path, "2020-05-01", &lock(level));
        assert!(placed.status < 300, "{}", placed.body);
        assert_eq!(placed.body["properties"]["notes"], "why");
    };
    let tags = json!({ "tags": { "a": "b" } });
    let all = [
        "virtualMachines/vm",
        "disks/d",
        "diskAccesses/A",
        "restorePointCollections/c",
    ];
    place(&mut lab, "ReadOnly");
    for path in all {
        let (status, code, _, _) = refused(&mut lab, "PATCH", path, &tags);
        assert_eq!((status, code.as_str()), (409, "ScopeLocked"), "{path}");
    }
    assert_eq!(
        ask(&mut lab, "DELETE", &path, "2020-05-01", &Value::Null).status,
        200
    );
    place(&mut lab, "CanNotDelete");
    for path in all {
        done(&mut lab, "PATCH", path, &tags);
        let (status, code, _, _) = refused(&mut lab, "DELETE", path, &Value::Null);
        assert_eq!((status, code.as_str()), (409, "ScopeLocked"), "{path}");
    }
}

#[test]
fn only_what_the_endpoint_cannot_tell_is_kept() {
    let mut lab = lab(json!({}));
    machine(&mut lab);
    done(&mut lab, "PUT", "disks/d", &disk("westeurope", json!({})));
    let twice = ask(
        &mut lab,
        "PUT",
        "disks/d",
        V,
        &disk("westeurope", json!({})),
    );
    assert_eq!(twice.status, 200, "the same once more changes nothing");
    let point = "restorePointCollections/c/restorePoints/p";
    done(&mut lab, "PUT", point, &json!({}));
    let source = get(&mut lab, point)["properties"]["sourceMetadata"]["storageProfile"]["osDisk"]["diskRestorePoint"]["id"].clone();
    let restore = json!({ "location": "westeurope", "properties": { "creationData": { "createOption": "Restore", "sourceResourceId": source } } });
    done(&mut lab, "PUT", "disks/r", &restore);
    let vm = get(&mut lab, "virtualMachines/vm");
    assert_eq!(vm["etag"], "\"1\"");
    let os = get(&mut lab, "disks/os");
    assert_eq!(
        vm["properties"]["timeCreated"], os["properties"]["timeCreated"],
        "a VM is as old as the disk that was made with it"
    );
    let scenario = rplab_core::json::write(&lab.export_scenario());
    let commands = scenario["commands"].as_array().unwrap();
    let kept: Vec<&Value> = commands
        .iter()
        .filter(|command| command["type"] == "keepProperties")
        .collect();
    assert!(
        kept.is_empty()
            || kept.iter().all(|kept| kept["resource"]
                .as_str()
                .unwrap()
                .contains("/virtualMachines/")
                && kept["properties"].get("etag").is_none()
                && kept["properties"]["properties"]
                    .get("timeCreated")
                    .is_none()),
        "{kept:?}"
    );
    // A VM made around an older disk has a time of its own, and keeps it.
    assert!(lab.advance(SimDuration::from_seconds(60)).is_ok());
    let around = json!({ "location": "westeurope", "properties": { "hardwareProfile": { "vmSize": "Standard_D2s_v3" },
        "storageProfile": { "osDisk": { "createOption": "Attach", "osType": "Linux", "managedDisk": { "id": format!("{B}/disks/r") } } } } });
    done(&mut lab, "PUT", "virtualMachines/vm2", &around);
    let made = get(&mut lab, "virtualMachines/vm2")["properties"]["timeCreated"].clone();
    assert_ne!(made, os["properties"]["timeCreated"]);
    assert!(lab.advance(SimDuration::from_seconds(60)).is_ok());
    assert_eq!(
        get(&mut lab, "virtualMachines/vm2")["properties"]["timeCreated"],
        made
    );
}

#[test]
fn the_first_version_takes_a_point_flat_and_answers_with_properties() {
    let mut lab = lab(json!({}));
    machine(&mut lab);
    let data = json!({ "properties": { "storageProfile": { "dataDisks": [{ "lun": 0, "createOption": "Empty", "diskSizeGB": 4, "name": "data" }] } } });
    done(&mut lab, "PATCH", "virtualMachines/vm", &data);
    let exclude = json!([{ "id": format!("{B}/disks/data") }]);
    for (name, body) in [
        ("flat", json!({ "excludeDisks": exclude })),
        ("case", json!({ "ExcludeDisks": exclude, "properties": {} })),
        (
            "inside",
            json!({ "properties": { "excludeDisks": exclude } }),
        ),
    ] {
        let path = format!("restorePointCollections/c/restorePoints/{name}");
        let made = ask(&mut lab, "PUT", &path, "2021-03-01", &body);
        assert_eq!(made.status, 201, "{name}: {}", made.body);
        let read = ask(&mut lab, "GET", &path, "2021-03-01", &Value::Null);
        assert_eq!(read.body["properties"]["excludeDisks"], exclude, "{name}");
        assert_eq!(read.body["properties"]["provisioningState"], "Succeeded");
        assert!(read.body.get("excludeDisks").is_none());
    }
    let path = "restorePointCollections/c/restorePoints/later";
    let (status, code, _, _) = refused(&mut lab, "PUT", path, &json!({ "excludeDisks": exclude }));
    assert_eq!((status, code.as_str()), (400, "InvalidRequestContent"));
    let crash = json!({ "consistencyMode": "CrashConsistent" });
    let old = ask(&mut lab, "PUT", path, "2021-03-01", &crash);
    assert_eq!(
        (old.status, &old.body["error"]["code"]),
        (400, &json!("BadRequest"))
    );
}

#[test]
fn so_many_points_in_an_hour_then_a_time_to_come_again() {
    const LEFT: &str = "x-ms-ratelimit-remaining-resource";
    let mut lab = lab(
        json!({ "settings": { "limits.applicationPointsPerHour": 2, "limits.crashPointsPerHour": 1 } }),
    );
    machine(&mut lab);
    let create = |lab: &mut Lab, name: &str, body: Value| {
        let path = format!("restorePointCollections/c/restorePoints/{name}");
        ask(lab, "PUT", &path, V, &body)
    };
    let crash = || json!({ "properties": { "consistencyMode": "CrashConsistent" } });
    for (name, left) in [("a", 1), ("b", 0)] {
        let made = create(&mut lab, name, json!({}));
        assert_eq!(made.status, 201);
        let told = made.header(LEFT).unwrap();
        let own = format!("Microsoft.Compute/CreateApplicationConsistentRestorePoint;{left}");
        assert!(told.ends_with(&own), "{told}");
        assert!(lab.advance(SimDuration::from_seconds(600)).is_ok());
    }
    let before = lab.digest();
    let late = create(&mut lab, "c", json!({}));
    assert_eq!(
        (late.status, late.header("retry-after")),
        (429, Some("2400")),
        "{}",
        late.body
    );
    assert_eq!(late.body["error"]["code"], "TooManyRequests");
    assert_eq!(lab.digest(), before);
    let made = create(&mut lab, "d", crash());
    assert_eq!(made.status, 201, "counted apart");
    assert!(
        made.header(LEFT)
            .unwrap()
            .ends_with("CreateCrashConsistentRestorePoint;0")
    );
    assert_eq!(
        create(&mut lab, "e", crash()).header("retry-after"),
        Some("3600")
    );
    assert!(lab.advance(SimDuration::from_seconds(2400)).is_ok());
    assert_eq!(create(&mut lab, "c", json!({})).status, 201);
}
