//! Each field of every body: its type, whether it is kept, and how a refusal names it.

use super::operations::path_of;
use super::{GROUP, V, ask, compute, disk, full, machine, put};
use rplab_core::api::Lab;
use rplab_core::arm::{covered_fields, covered_operations};
use serde_json::{Value, json};

/// A request that is carried out, for the bodies whose fields the table lists under this beginning of names.
fn request_with(operations: &str) -> (&'static str, String, Value) {
    let access = json!({ "access": "Read", "durationInSeconds": 60 });
    match operations {
        "RestorePointCollections_" => (
            "PUT",
            compute("restorePointCollections/new"),
            json!({ "location": "westus", "properties": { "source": { "id": compute("virtualMachines/m1") } } }),
        ),
        "RestorePoints_Create" => (
            "PUT",
            compute("restorePointCollections/c1/restorePoints/new"),
            json!({ "properties": {} }),
        ),
        "DiskRestorePoint_GrantAccess" => ("POST", "captured".to_owned(), access),
        "Disks_GrantAccess" => ("POST", compute("disks/free/beginGetAccess"), access),
        "Snapshots_GrantAccess" => ("POST", compute("snapshots/s1/beginGetAccess"), access),
        "Disks_" => ("PUT", compute("disks/new"), disk(json!({}))),
        "Snapshots_" => (
            "PUT",
            compute("snapshots/new"),
            json!({ "location": "westus", "properties": { "creationData": { "createOption": "Copy", "sourceResourceId": compute("disks/free") } } }),
        ),
        "VirtualMachines_" => (
            "PUT",
            compute("virtualMachines/new"),
            machine("free", "spare"),
        ),
        "DiskEncryptionSets_" => (
            "PUT",
            compute("diskEncryptionSets/new"),
            json!({ "location": "westus", "properties": { "activeKey": { "keyUrl": "https://v1.vault.azure.net/keys/k9" } } }),
        ),
        "DiskAccesses_" => (
            "PUT",
            compute("diskAccesses/new"),
            json!({ "location": "westus" }),
        ),
        "Keys_" => (
            "PUT",
            format!("{GROUP}/providers/Microsoft.KeyVault/vaults/v1/keys/new"),
            json!({ "properties": { "kty": "RSA" } }),
        ),
        "Vaults_" => (
            "PUT",
            format!("{GROUP}/providers/Microsoft.KeyVault/vaults/new"),
            json!({ "location": "westus", "properties": {} }),
        ),
        "ResourceGroups_" => (
            "PUT",
            "/subscriptions/s/resourceGroups/new".to_owned(),
            json!({ "location": "westus" }),
        ),
        "ManagementLocks_" => (
            "PUT",
            format!("{GROUP}/providers/Microsoft.Authorization/locks/new"),
            json!({ "properties": { "level": "ReadOnly" } }),
        ),
        other => panic!("no request for the fields of {other}"),
    }
}

/// Puts a value at a path such as `properties.a[].b`; lists have one item.
fn with_value(body: &mut Value, path: &str, value: Value) {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let (name, in_list) = match first.strip_suffix("[]") {
        Some(name) => (name, true),
        None => (first, false),
    };
    let fields = body.as_object_mut().unwrap();
    let slot = fields
        .entry(name)
        .or_insert_with(|| if in_list { json!([]) } else { json!({}) });
    let slot = if in_list {
        let items = slot.as_array_mut().unwrap();
        if items.is_empty() {
            items.push(if rest.is_empty() {
                Value::Null
            } else {
                json!({ "lun": 0 })
            });
        }
        &mut items[0]
    } else {
        slot
    };
    if rest.is_empty() {
        *slot = value;
    } else {
        with_value(slot, rest, value);
    }
}

fn with_free_disks() -> Lab {
    let mut lab = full();
    for name in ["free", "spare"] {
        put(
            &mut lab,
            &compute(&format!("disks/{name}")),
            &disk(json!({})),
        );
    }
    lab
}

fn request_in(lab: &mut Lab, operations: &str) -> (&'static str, String, Value) {
    let (method, path, body) = request_with(operations);
    if path != "captured" {
        return (method, path, body);
    }
    let granted = covered_operations().find(|operation| operation.name == operations);
    (method, path_of(lab, &granted.unwrap()), body)
}

#[test]
fn each_field_of_every_body_has_its_type() {
    let mut lab = with_free_disks();
    let before = lab.digest();
    let mut checked = 0;
    for field in covered_fields() {
        let (method, path, body) = request_in(&mut lab, field.operations);
        let wrong = match field.kind {
            "text" => [json!(7), json!(true), json!([]), json!({})],
            "number" => [json!("7"), json!(true), json!([]), json!({})],
            "true or false" => [json!("true"), json!(1), json!([]), json!({})],
            "object" => [json!("x"), json!(1), json!([]), json!(true)],
            "list" => [json!("x"), json!(1), json!({}), json!(true)],
            _ => [json!("no such word"), json!(1), json!([]), json!({})],
        };
        for wrong in wrong {
            let mut body = body.clone();
            with_value(&mut body, field.path, wrong.clone());
            let answer = ask(&mut lab, method, &path, V, &body);
            let what = format!("{} {} = {wrong}", field.operations, field.path);
            assert_eq!(
                answer.code(),
                (400, "InvalidParameter"),
                "{what}: {}",
                answer.body
            );
            assert_eq!(answer.body["error"]["target"], field.path, "{what}");
            assert!(
                answer.body["error"]["message"]
                    .as_str()
                    .unwrap()
                    .contains(field.path),
                "{what}"
            );
            assert_eq!(lab.digest(), before, "{what}");
            checked += 1;
        }
    }
    assert!(checked > 900, "{checked}");
}

#[test]
fn what_the_page_calls_kept_comes_back_and_what_it_calls_ignored_does_not() {
    let start = with_free_disks();
    let mut kept = 0;
    let mut wrong = Vec::new();
    for field in covered_fields() {
        // Access has no body of its own to give it back in, and a list's items come with the list.
        if field.operations.ends_with("GrantAccess") || field.path.ends_with("[]") {
            continue;
        }
        let value = match field.kind {
            "text" => json!("told-by-the-client"),
            "number" => json!(61),
            "true or false" => json!(true),
            "object" => json!({ "toldByTheClient": "x" }),
            "list" => json!(["told-by-the-client"]),
            words => json!(words.split('|').next_back().unwrap()),
        };
        let mut lab = start.clone();
        let (method, path, mut body) = request_in(&mut lab, field.operations);
        with_value(&mut body, field.path, value.clone());
        // Only disks of these kinds are given their performance; of all others it follows from the size.
        if ["diskIOPS", "diskMBps"]
            .iter()
            .any(|name| field.path.contains(name))
        {
            body["sku"] = json!({ "name": "UltraSSD_LRS" });
        }
        let what = format!("{} {}", field.operations, field.path);
        let made = ask(&mut lab, method, &path, V, &body);
        if made.status >= 300 {
            if field.status == "kept" {
                wrong.push(format!("{what} is refused: {}", made.body));
            }
            continue;
        }
        // User data is given where it is asked for, as by the service.
        let expand = if field.path.ends_with("userData") {
            "&$expand=userData"
        } else {
            ""
        };
        let version = format!("{V}{expand}");
        let read = ask(&mut lab, "GET", &path, &version, &Value::Null);
        assert_eq!(read.status, 200, "{what}: {}", read.body);
        let place = format!("/{}", field.path.replace("[]", "/0").replace('.', "/"));
        let found = read.body.pointer(&place);
        // Into an object the service puts what is its own.
        let comes_back = match (&value, found) {
            (Value::Object(given), Some(Value::Object(found))) => given
                .iter()
                .all(|(name, value)| found.get(name) == Some(value)),
            (given, found) => found == Some(given),
        };
        match (field.status, comes_back) {
            ("kept", true) => kept += 1,
            ("kept", false) | ("ignored", true) => wrong.push(format!(
                "{what} is called {}, and {value} comes back as {found:?}",
                field.status
            )),
            _ => {}
        }
    }
    assert!(
        wrong.is_empty(),
        "{}",
        wrong.join(
            "
"
        )
    );
    assert!(kept > 70, "{kept}");
}

#[test]
fn a_refusal_names_the_field_as_the_body_has_it() {
    let mut lab = with_free_disks();
    let before = lab.digest();
    let captured = request_in(&mut lab, "DiskRestorePoint_GrantAccess").1;
    let source = captured.strip_suffix("/beginGetAccess").unwrap().to_owned();
    let restored = json!({ "location": "westus", "properties": { "diskSizeGB": 1, "creationData": { "createOption": "Restore", "sourceResourceId": source } } });
    let under = json!({ "type": "EncryptionAtRestWithCustomerKey", "diskEncryptionSetId": compute("diskEncryptionSets/none") });
    let sector = json!({ "createOption": "Empty", "logicalSectorSize": 77 });
    let taken = machine("os1", "free");
    let mut twice = machine("free", "spare");
    let more = json!({ "lun": 0, "createOption": "Empty", "diskSizeGB": 4, "name": "more" });
    twice["properties"]["storageProfile"]["dataDisks"]
        .as_array_mut()
        .unwrap()
        .push(more);
    let (new, vm) = (compute("disks/new"), compute("virtualMachines/new"));
    for (method, path, body, target) in [
        (
            "PUT",
            &new,
            disk(json!({ "diskSizeGB": 0 })),
            "properties.diskSizeGB",
        ),
        (
            "PATCH",
            &compute("disks/free"),
            json!({ "properties": { "diskSizeGB": 1 } }),
            "properties.diskSizeGB",
        ),
        ("PUT", &new, restored, "properties.diskSizeGB"),
        (
            "PUT",
            &new,
            disk(json!({ "maxShares": 0 })),
            "properties.maxShares",
        ),
        (
            "PUT",
            &new,
            disk(json!({ "encryption": under })),
            "properties.encryption.diskEncryptionSetId",
        ),
        (
            "PUT",
            &new,
            disk(json!({ "creationData": sector })),
            "properties.creationData.logicalSectorSize",
        ),
        (
            "POST",
            &captured,
            json!({ "access": "Read", "durationInSeconds": 0 }),
            "durationInSeconds",
        ),
        (
            "PUT",
            &vm,
            taken,
            "properties.storageProfile.osDisk.managedDisk.id",
        ),
        (
            "PUT",
            &vm,
            twice,
            "properties.storageProfile.dataDisks[1].lun",
        ),
    ] {
        let answer = ask(&mut lab, method, path, V, &body);
        assert!(
            (400..500).contains(&answer.status),
            "{body}: {}",
            answer.body
        );
        assert_eq!(answer.body["error"]["target"], target, "{}", answer.body);
        let message = answer.body["error"]["message"].as_str().unwrap();
        assert!(!message.contains("facts."), "{message}");
        assert_eq!(lab.digest(), before);
    }
}
