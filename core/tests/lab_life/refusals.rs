//! What a refusal says, what is refused before it does harm, and what is told of what came to nothing.

use super::wire::send;
use super::{advance, capture, lab_with, ok, point, refused, stage, started, under_customer_key};
use rplab_core::api::{EventKind, Json, Lab};
use serde_json::{Value, json};

const HOST: &str = "https://management.azure.com";

fn url(id: &str, version: &str) -> String {
    format!("{HOST}{id}?api-version={version}")
}

fn disk(lab: &Lab, name: &str) -> rplab_core::api::DiskState {
    let disks = lab.state().disks;
    disks.into_iter().find(|disk| disk.name == name).unwrap()
}

/// Applications took no part in a point that failed, whatever it was to be.
#[test]
fn a_failed_point_has_no_consistency() {
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "setAgent", "virtualMachine": "vm", "status": "notReady" }),
    );
    capture(&mut lab, "p1");
    assert_eq!(stage(&lab, "p1"), "Failed");
    let failed = point(&lab, "p1");
    assert_eq!(failed.consistency_mode, None);
    let shown = send(
        &mut lab,
        "GET",
        &url(failed.id.as_str(), "2024-11-01"),
        &Value::Null,
    );
    let properties = &shown.body["properties"];
    assert_eq!(properties["provisioningState"], "Failed");
    assert_eq!(properties.get("consistencyMode"), None);
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "p1" }),
    );
    assert_eq!(point(&lab, "p1").consistency_mode, None);
}

/// An encryption set is there, in the disk's region and subscription, and gives the type that is shown.
#[test]
fn a_disk_is_put_only_under_a_set_that_can_encrypt_it() {
    let mut lab = started(json!({}));
    for (name, location, kind) in [
        ("des", "eastus", "EncryptionAtRestWithCustomerKey"),
        (
            "both",
            "eastus",
            "EncryptionAtRestWithPlatformAndCustomerKeys",
        ),
        ("west", "westus", "EncryptionAtRestWithCustomerKey"),
        (
            "/subscriptions/other/resourceGroups/g/providers/Microsoft.Compute/diskEncryptionSets/foreign",
            "eastus",
            "EncryptionAtRestWithCustomerKey",
        ),
    ] {
        ok(
            &mut lab,
            json!({ "type": "createDiskEncryptionSet", "name": name, "location": location, "encryptionType": kind }),
        );
    }
    let update = |facts: Value| json!({ "type": "updateDisk", "disk": "data", "facts": facts });
    for (facts, code, target, says) in [
        (
            json!({ "diskEncryptionSetId": "none" }),
            "ResourceNotFound",
            "facts.diskEncryptionSetId",
            "there is",
        ),
        (
            json!({ "diskEncryptionSetId": "west" }),
            "InvalidParameter",
            "facts.diskEncryptionSetId",
            "a set of that region",
        ),
        (
            json!({ "diskEncryptionSetId": "foreign" }),
            "InvalidParameter",
            "facts.diskEncryptionSetId",
            "a set of that subscription",
        ),
        (
            json!({ "diskEncryptionSetId": "des", "encryptionType": "EncryptionAtRestWithPlatformKey" }),
            "InvalidParameter",
            "facts.encryptionType",
            "leave encryptionType out",
        ),
    ] {
        let error = refused(&mut lab, update(facts.clone()));
        assert_eq!(
            (error.code.as_str(), error.target.as_deref()),
            (code, Some(target)),
            "{error:?}"
        );
        assert!(error.message.contains(says), "{error:?}");
        let create = json!({ "type": "createDisk", "name": "new", "location": "eastus", "sizeGiB": 1, "facts": facts });
        assert_eq!(refused(&mut lab, create).code, code);
    }
    let shown = |lab: &mut Lab| {
        let id = disk(lab, "data").id;
        let answer = send(lab, "GET", &url(id.as_str(), "2024-03-02"), &Value::Null);
        answer.body["properties"]["encryption"].clone()
    };
    for (set, kind) in [
        ("both", "EncryptionAtRestWithPlatformAndCustomerKeys"),
        ("des", "EncryptionAtRestWithCustomerKey"),
    ] {
        ok(&mut lab, update(json!({ "diskEncryptionSetId": set })));
        let encryption = shown(&mut lab);
        assert_eq!(encryption["type"], kind);
        let id = encryption["diskEncryptionSetId"].as_str().unwrap();
        assert!(
            id.starts_with("/subscriptions/") && id.ends_with(set),
            "{id}"
        );
        // What is used is not deleted.
        let delete = json!({ "type": "deleteDiskEncryptionSet", "diskEncryptionSet": set });
        assert_eq!(refused(&mut lab, delete).code, "OperationNotAllowed");
    }
    ok(
        &mut lab,
        update(json!({ "encryptionType": "EncryptionAtRestWithPlatformKey" })),
    );
    let encryption = shown(&mut lab);
    assert_eq!(encryption["type"], "EncryptionAtRestWithPlatformKey");
    assert_eq!(encryption.get("diskEncryptionSetId"), None);
}

/// The service says BadRequest to a version that does not know what is asked for, by command as by request.
#[test]
fn an_old_version_is_a_bad_request() {
    let mut lab = started(json!({}));
    let create = |version: &str, mode: &str| json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p1", "consistencyMode": mode, "apiVersion": version });
    let error = refused(&mut lab, create("2021-03-01", "CrashConsistent"));
    assert_eq!(error.code, "BadRequest", "{error:?}");
    assert!(!error.row_ids.is_empty());
    assert_eq!(
        refused(&mut lab, create("2020-12-01", "ApplicationConsistent")).code,
        "BadRequest"
    );
    ok(&mut lab, create("2021-07-01", "CrashConsistent"));
    // Where a disk stands against it too, the version is not all that has to change.
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "updateDisk", "disk": "data", "facts": { "sku": "UltraSSD_LRS" } }),
    );
    let error = refused(&mut lab, create("2021-03-01", "CrashConsistent"));
    assert_eq!(error.code, "VMRestorePointClientError", "{error:?}");
    assert!(error.details.len() > 1, "{error:?}");
}

#[test]
fn nothing_ends_where_no_access_was_given() {
    let mut lab = started(json!({}));
    capture(&mut lab, "p1");
    let before = lab.digest();
    let revoke = json!({ "type": "revokeAccess", "diskRestorePoint": "os", "restorePoint": "p1" });
    let events = ok(&mut lab, revoke);
    assert!(
        events
            .iter()
            .all(|event| event.kind != EventKind::AccessEnded),
        "{events:?}"
    );
    assert_eq!(lab.digest(), before);
}

#[test]
fn a_region_that_azure_does_not_have_is_refused() {
    let mut lab = lab_with(json!({}));
    let vm = |location: &str, disks: &str| {
        json!({ "type": "createVirtualMachine", "name": "vm", "location": location, "facts": { "osType": "Linux" },
                "disks": [{ "name": "os", "sizeGiB": 1, "location": disks }] })
    };
    let new = |location: &str| json!({ "type": "createDisk", "name": "new", "location": location, "sizeGiB": 1 });
    for (command, target) in [
        (vm("moonbase", "eastus"), "location"),
        (vm("eastus", "moonbase"), "disks[0].location"),
        (new("moonbase"), "location"),
        (new("euap"), "location"),
    ] {
        let error = refused(&mut lab, command);
        assert_eq!(
            (error.code.as_str(), error.target.as_deref()),
            ("InvalidParameter", Some(target))
        );
        assert!(error.message.contains("such as eastus2"), "{error:?}");
    }
    // In any spelling, and where the service tries itself out.
    ok(&mut lab, new("East US 2 EUAP"));
    ok(&mut lab, vm("Italy North", "italynorth"));
}

/// What the engine lets through by its region, the check does, and the other way round.
#[test]
fn check_and_engine_agree_on_the_regions_in_which_the_service_tries_itself_out() {
    for (from, to) in [
        ("eastus2euap", "centraluseuap"),
        ("eastus2euap", "westus"),
        ("eastus2euap", "japaneasteuap"),
        ("japaneasteuap", "eastus"),
    ] {
        let mut lab = lab_with(json!({}));
        ok(
            &mut lab,
            json!({ "type": "createVirtualMachine", "name": "vm", "location": from, "facts": { "osType": "Windows", "osName": "Windows Server 2022" },
                    "disks": [{ "name": "os", "sizeGiB": 1, "facts": { "sku": "Premium_LRS" } }] }),
        );
        ok(
            &mut lab,
            json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "vm" }),
        );
        let vm = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm";
        let fleet = json!({ "machines": [{ "id": vm, "name": "vm", "location": from, "facts": { "osType": "Windows", "osName": "Windows Server 2022" },
            "disks": [{ "name": "os", "role": "os", "sizeGiB": 1, "location": from, "facts": { "sku": "Premium_LRS" } }] }], "disks": [] });
        let asked = json!({ "request": { "operation": "copyRestorePoint", "targetRegion": to } });
        let report = Json::assess(fleet, Some(asked)).unwrap();
        let verdict = report["machines"][0]["verdict"].to_string();
        let target = json!({ "type": "createRestorePointCollection", "name": "far", "source": "rpc", "location": to });
        let taken = lab.dispatch_json(target).unwrap().is_ok();
        assert_eq!(
            taken,
            verdict != "\"notSupported\"",
            "{from} to {to}: {verdict}"
        );
        assert_eq!(
            taken,
            !from.starts_with("japan") && !to.starts_with("japan")
        );
    }
}

/// Instant access is a question of its own: the check answers it as the engine does.
#[test]
fn check_and_engine_agree_on_instant_access() {
    for instant in [false, true] {
        let mut lab = started(json!({}));
        ok(
            &mut lab,
            json!({ "type": "updateDisk", "disk": "data", "facts": { "sku": "PremiumV2_LRS" } }),
        );
        let rpc = lab.state().restore_point_collections[0].id.to_string();
        ok(
            &mut lab,
            json!({ "type": "keepProperties", "resource": rpc, "properties": { "properties": { "instantAccess": instant } } }),
        );
        let create = json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p1" });
        let taken = lab.dispatch_json(create).unwrap().is_ok();
        let vm = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm";
        let fleet = json!({ "machines": [{ "id": vm, "name": "vm", "location": "eastus", "facts": { "osType": "Windows" }, "disks": [
            { "name": "os", "role": "os", "sizeGiB": 1, "facts": { "sku": "Premium_LRS" } },
            { "name": "data", "role": "data", "sizeGiB": 1, "facts": { "sku": "PremiumV2_LRS" } } ] }], "disks": [] });
        let asked =
            json!({ "request": { "operation": "createRestorePoint", "instantAccess": instant } });
        let report = Json::assess(fleet, Some(asked)).unwrap();
        let verdict = &report["machines"][0]["verdict"];
        let passes = verdict == "supported" || verdict == "caveat";
        assert_eq!((taken, passes), (instant, instant), "{report}");
        assert_eq!(
            report["edition"],
            if instant { "beyond" } else { "2023-07" }
        );
    }
}

#[test]
fn a_way_out_is_one() {
    let mut lab = started(json!({}));
    let mut group = json!({ "type": "createResourceGroup", "name": "apps", "location": "eastus", "subscription": "s2" });
    ok(&mut lab, group.clone());
    let delete = json!({ "type": "deleteResourceGroup", "name": "apps" });
    let error = refused(&mut lab, delete.clone());
    assert!(
        error.message.contains("is in the subscription s2"),
        "{error:?}"
    );
    group["name"] = json!("other");
    ok(&mut lab, group);
    let error = refused(
        &mut lab,
        json!({ "type": "deleteResourceGroup", "name": "none" }),
    );
    assert!(
        error.message.contains("there is lab") && !error.message.contains("other"),
        "{error:?}"
    );
    let mut named = delete;
    named["subscription"] = json!("s2");
    ok(&mut lab, named);
    // A VM that is to move to where it is: not its disk is in the way.
    let error = refused(
        &mut lab,
        json!({ "type": "moveVirtualMachine", "virtualMachine": "vm", "resourceGroup": "LAB" }),
    );
    assert_eq!(
        (error.code.as_str(), error.target.as_deref()),
        ("Conflict", Some("resourceGroup"))
    );
    assert!(
        error.message.contains("already; name another group"),
        "{error:?}"
    );
}

/// A client that sends requests is told of requests: no command of the lab stands in what it reads.
#[test]
fn refused_requests_name_no_commands() {
    let mut lab = started(json!({}));
    under_customer_key(&mut lab);
    capture(&mut lab, "p1");
    let p1 = point(&lab, "p1").id;
    let (p1, drp) = (
        url(p1.as_str(), "2024-11-01"),
        point(&lab, "p1").disks[1].id.to_string(),
    );
    let mut answers = Vec::new();
    ok(
        &mut lab,
        json!({ "type": "placeLock", "name": "l", "scope": "rpc", "level": "CanNotDelete" }),
    );
    answers.push(send(&mut lab, "DELETE", &p1, &Value::Null));
    ok(&mut lab, json!({ "type": "removeLock", "name": "l" }));
    ok(
        &mut lab,
        json!({ "type": "grantAccess", "diskRestorePoint": "data", "restorePoint": "p1", "durationSeconds": 600 }),
    );
    answers.push(send(&mut lab, "DELETE", &p1, &Value::Null));
    ok(
        &mut lab,
        json!({ "type": "setKeyState", "diskEncryptionSet": "des", "state": "disabled" }),
    );
    let restore = json!({ "location": "eastus", "properties": { "creationData": { "createOption": "Restore", "sourceResourceId": drp } } });
    let new = drp
        .split("/restorePointCollections/")
        .next()
        .unwrap()
        .to_owned()
        + "/disks/new";
    answers.push(send(&mut lab, "PUT", &url(&new, "2024-03-02"), &restore));
    ok(
        &mut lab,
        json!({ "type": "updateVirtualMachine", "virtualMachine": "vm", "facts": {
            "scaleSetId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/set" } }),
    );
    answers.push(send(
        &mut lab,
        "PUT",
        &p1.replace("/p1?", "/p2?"),
        &json!({ "properties": {} }),
    ));
    let mut strict = lab_with(json!({ "strictScopes": 1 }));
    answers.push(send(&mut strict, "PUT", &url(&new, "2024-03-02"), &json!({ "location": "eastus", "properties": { "creationData": { "createOption": "Empty" }, "diskSizeGB": 4 } })));
    let verbs = [
        "create",
        "delete",
        "remove",
        "place",
        "revoke",
        "grant",
        "set",
        "restore",
        "update",
        "inject",
        "clear",
        "move",
        "start",
        "deallocate",
        "attach",
        "detach",
        "copy",
    ];
    for answer in &answers {
        assert!(answer.status >= 400, "{}", answer.body);
        let error = &answer.body["error"];
        let text = error.to_string();
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
            let verb = word
                .find(|c: char| c.is_ascii_uppercase())
                .map(|at| &word[..at]);
            let is_command = verb.is_some_and(|verb| verbs.contains(&verb));
            assert!(
                !is_command || word.ends_with("Collections") || word.ends_with("Points"),
                "{word}: {text}"
            );
        }
    }
}

/// `throttling` is how many requests a minute are answered; the next one is 429 and says when to come again.
#[test]
fn throttling_is_a_setting() {
    let mut lab = started(json!({}));
    let vm = lab.state().virtual_machines[0].id.to_string();
    ok(
        &mut lab,
        json!({ "type": "setSetting", "name": "throttling", "value": 2 }),
    );
    let get = url(&vm, "2024-11-01");
    let answered: Vec<u16> = (0..3)
        .map(|_| send(&mut lab, "GET", &get, &Value::Null).status)
        .collect();
    assert_eq!(answered, [200, 200, 429]);
    let late = send(&mut lab, "GET", &get, &Value::Null);
    assert_eq!(late.body["error"]["code"], "TooManyRequests");
    let seconds: u64 = late.header("retry-after").unwrap().parse().unwrap();
    advance(&mut lab, &format!("PT{seconds}S"));
    let again = send(&mut lab, "GET", &get, &Value::Null);
    assert_eq!(again.status, 200);
    assert!(
        again.header("x-ms-ratelimit-remaining-resource").is_some(),
        "{:?}",
        again.headers
    );
    let error = refused(
        &mut lab,
        json!({ "type": "setSetting", "name": "throttling", "value": "much" }),
    );
    assert_eq!(error.code, "InvalidParameter");
}

#[test]
fn tags_are_as_many_and_as_long_as_azure_takes_them() {
    let mut lab = started(json!({}));
    let tags = |count: usize| -> Value {
        (0..count)
            .map(|at| (format!("t{at}"), json!("v")))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let long = |length: usize| "é".repeat(length);
    let data = disk(&lab, "data").id;
    let update = |tags: Value| json!({ "type": "updateRestorePointCollection", "collection": "rpc", "tags": tags });
    for (given, target) in [
        (tags(51), "tags".to_owned()),
        (json!({ long(513): "v" }), format!("tags.{}", long(20))),
        (json!({ "name": long(257) }), "tags.name".to_owned()),
    ] {
        for command in [
            update(given.clone()),
            json!({ "type": "createRestorePointCollection", "name": "new", "source": "vm", "tags": given }),
            json!({ "type": "createVirtualMachine", "name": "new", "location": "eastus", "disks": [], "tags": given }),
            json!({ "type": "keepProperties", "resource": data.to_string(), "properties": { "tags": given } }),
        ] {
            let error = refused(&mut lab, command);
            assert_eq!(
                (error.code.as_str(), error.target.as_deref()),
                ("InvalidParameter", Some(target.as_str()))
            );
            assert!(
                error.message.contains("leave some out") || error.message.contains("shorten"),
                "{error:?}"
            );
        }
    }
    ok(&mut lab, update(tags(50)));
    ok(&mut lab, update(json!({ long(512): long(256) })));
}

#[test]
fn a_disk_that_is_given_the_size_that_it_has_stays_as_it_is() {
    let mut lab = started(json!({}));
    let before = lab.digest();
    let resize = |size: u64| json!({ "type": "resizeDisk", "disk": "data", "sizeGiB": size });
    ok(&mut lab, resize(4));
    assert_eq!(lab.digest(), before);
    ok(&mut lab, resize(5));
    assert_ne!(lab.digest(), before);
}

/// A refusal names a field that the command has, and a setting that a lab has.
#[test]
fn a_refusal_names_what_the_user_can_change() {
    let mut lab = lab_with(json!({ "memoryLimitMiB": 1, "blockSizeBytes": 4096 }));
    let large = json!({ "type": "createDisk", "name": "d", "location": "eastus", "sizeGiB": 64, "facts": { "usedGiB": 64 } });
    let error = refused(&mut lab, large);
    assert_eq!(error.target.as_deref(), Some("memoryLimitMiB"));
    assert!(error.message.contains("memoryLimitMiB"), "{error:?}");
    assert!(!error.message.contains("memory_limit"), "{error:?}");
    let mut lab = started(json!({}));
    let error = refused(
        &mut lab,
        json!({ "type": "setAgent", "virtualMachine": "vm", "status": "maybe" }),
    );
    assert_eq!(error.target.as_deref(), Some("status"));
    assert!(error.message.contains("notReady"), "{error:?}");
}
