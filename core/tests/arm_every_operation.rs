//! What holds for every operation that the endpoint's own table has: versions, spelling, pages of lists; and for
//! every field of its bodies: types, and what is kept.
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
use rplab_core::arm::{CoveredOperation, covered_fields, covered_operations};
use serde_json::{Map, Value, json};
use wire::{Reply, send};

const HOST: &str = "https://management.azure.com";
const GROUP: &str = "/subscriptions/s/resourceGroups/g";
const V: &str = "2026-04-01";

fn compute(path: &str) -> String {
    format!("{GROUP}/providers/Microsoft.Compute/{path}")
}

fn ask(lab: &mut Lab, method: &str, path: &str, version: &str, body: &Value) -> Reply {
    send(
        lab,
        method,
        &format!("{HOST}{path}?api-version={version}"),
        body,
    )
}

fn put(lab: &mut Lab, path: &str, body: &Value) -> Reply {
    let reply = ask(lab, "PUT", path, V, body);
    assert!(reply.status < 300, "{path}: {}", reply.body);
    reply
}

fn code(reply: &Reply) -> (u16, &str) {
    let code = reply.body["error"]["code"].as_str();
    (reply.status, code.unwrap_or_default())
}

fn disk(more: Value) -> Value {
    let mut body = json!({ "location": "West US", "properties": { "creationData": { "createOption": "Empty" }, "diskSizeGB": 4 } });
    merge(&mut body["properties"], more);
    body
}

fn merge(into: &mut Value, more: Value) {
    let more = match more {
        Value::Object(more) => more,
        _ => Map::new(),
    };
    into.as_object_mut().unwrap().extend(more);
}

fn machine(os: &str, data: &str) -> Value {
    let attached = |disk: &str| json!({ "id": compute(&format!("disks/{disk}")) });
    json!({ "location": "West US", "properties": { "hardwareProfile": { "vmSize": "Standard_D2s_v3" }, "storageProfile": {
        "osDisk": { "createOption": "Attach", "osType": "Linux", "managedDisk": attached(os) },
        "dataDisks": [{ "lun": 0, "createOption": "Attach", "managedDisk": attached(data) }] } } })
}

/// Two of everything that is listed, all called by one letter and a number.
fn full() -> Lab {
    let mut lab = Json::new_lab(None).unwrap();
    for group in ["g", "h"] {
        let path = format!("/subscriptions/s/resourceGroups/{group}");
        put(&mut lab, &path, &json!({ "location": "westus" }));
    }
    let vault = format!("{GROUP}/providers/Microsoft.KeyVault/vaults/v1");
    put(&mut lab, &vault, &json!({ "location": "westus" }));
    put(
        &mut lab,
        &format!("{vault}/keys/k1"),
        &json!({ "properties": { "kty": "RSA" } }),
    );
    for n in [1, 2] {
        let set = json!({ "location": "westus", "properties": { "activeKey": { "keyUrl": format!("https://v1.vault.azure.net/keys/k{n}") } } });
        put(
            &mut lab,
            &compute(&format!("diskEncryptionSets/e{n}")),
            &set,
        );
        put(
            &mut lab,
            &compute(&format!("diskAccesses/a{n}")),
            &json!({ "location": "westus" }),
        );
    }
    let sealed = json!({ "encryption": { "type": "EncryptionAtRestWithCustomerKey", "diskEncryptionSetId": compute("diskEncryptionSets/e1") } });
    for (name, more) in [
        ("os1", json!({})),
        ("d1", sealed.clone()),
        ("os2", json!({})),
        ("d2", sealed),
    ] {
        put(&mut lab, &compute(&format!("disks/{name}")), &disk(more));
    }
    for n in [1, 2] {
        let snapshot = json!({ "location": "westus", "properties": { "incremental": true, "creationData": { "createOption": "Copy", "sourceResourceId": compute(&format!("disks/d{n}")) } } });
        put(&mut lab, &compute(&format!("snapshots/s{n}")), &snapshot);
        let vm = compute(&format!("virtualMachines/m{n}"));
        put(&mut lab, &vm, &machine(&format!("os{n}"), &format!("d{n}")));
        let collection = compute(&format!("restorePointCollections/c{n}"));
        put(
            &mut lab,
            &collection,
            &json!({ "location": "westus", "properties": { "source": { "id": vm } } }),
        );
        put(
            &mut lab,
            &format!("{collection}/restorePoints/p1"),
            &json!({}),
        );
    }
    for scope in [GROUP.to_owned(), compute("disks/d1")] {
        for name in ["l1", "l2"] {
            let lock = format!("{scope}/providers/Microsoft.Authorization/locks/{name}");
            put(
                &mut lab,
                &lock,
                &json!({ "properties": { "level": "CanNotDelete" } }),
            );
        }
    }
    lab
}

/// The path of an operation on what [`full`] made.
fn path_of(lab: &mut Lab, operation: &CoveredOperation) -> String {
    let point = ask(
        lab,
        "GET",
        &compute("restorePointCollections/c1/restorePoints/p1"),
        V,
        &Value::Null,
    );
    let disk = &point.body["properties"]["sourceMetadata"]["storageProfile"]["osDisk"]["diskRestorePoint"]
        ["id"];
    let captured = disk.as_str().unwrap().rsplit('/').next().unwrap();
    let mut path = String::new();
    let mut kind = "";
    for part in operation.path.split('/').filter(|part| !part.is_empty()) {
        let name = match (kind, part) {
            (_, "*") => "disks",
            ("restorePointCollections", "{}") => "c1",
            ("restorePoints", "{}") => "p1",
            ("diskRestorePoints", "{}") => captured,
            ("disks" | "*", "{}") => "d1",
            ("snapshots", "{}") => "s1",
            ("virtualMachines", "{}") => "m1",
            ("diskEncryptionSets", "{}") => "e1",
            ("diskAccesses", "{}") => "a1",
            ("vaults", "{}") => "v1",
            ("keys", "{}") => "k1",
            ("locks", "{}") => "l1",
            ("locations", "{}") => "WestUS",
            (_, "{}") => "x1",
            (_, word) => word,
        };
        kind = part;
        path = format!("{path}/{name}");
    }
    let own = operation.path.is_empty() || operation.path == "resourceGroups";
    let providers = if own { "" } else { "/providers" };
    let scope = if operation.scope == "subscription" {
        "/subscriptions/s"
    } else {
        GROUP
    };
    format!("{scope}{providers}{path}")
}

/// The path with every letter in the other case, but for what `subscriptions` is followed by.
fn in_other_case(path: &str) -> String {
    let swap = |c: char| {
        if c.is_ascii_lowercase() {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        }
    };
    path.chars().map(swap).collect()
}

/// The path with the first letter of every segment as a percent sign and two digits.
fn encoded(path: &str) -> String {
    let encode = |segment: &str| match segment.chars().next() {
        Some(first) => format!("%{:02X}{}", first as u32, &segment[1..]),
        None => String::new(),
    };
    path.split('/').map(encode).collect::<Vec<_>>().join("/")
}

#[test]
fn each_operation_is_there_from_its_first_version_on_and_needs_one() {
    let mut lab = full();
    let before = lab.digest();
    let mut gated = 0;
    for operation in covered_operations() {
        let path = path_of(&mut lab, &operation);
        let what = format!("{} {path}", operation.name);
        let url = format!("{HOST}{path}");
        let none = send(&mut lab, operation.method, &url, &Value::Null);
        assert_eq!(code(&none), (400, "MissingApiVersionParameter"), "{what}");
        for wrong in ["latest", "2024-13-01", "2024-11-01-beta", "24-11-01"] {
            let answer = ask(&mut lab, operation.method, &path, wrong, &Value::Null);
            assert_eq!(
                code(&answer),
                (400, "InvalidApiVersionParameter"),
                "{what} {wrong}"
            );
        }
        if operation.since.is_empty() {
            continue;
        }
        gated += 1;
        let year: u32 = operation.since[..4].parse().unwrap();
        let early = format!("{}-12-31", year - 1);
        let early = ask(&mut lab, operation.method, &path, &early, &Value::Null);
        assert_eq!(code(&early), (400, "NoRegisteredProviderFound"), "{what}");
        assert!(
            early.body["error"]["message"]
                .as_str()
                .unwrap()
                .contains(operation.since),
            "{what}: {}",
            early.body
        );
        assert_eq!(lab.digest(), before, "{what}");
        for version in [operation.since, "2030-01-01-preview"] {
            let mut copy = lab.clone();
            let answer = ask(&mut copy, operation.method, &path, version, &Value::Null);
            let unknown = [
                "NoRegisteredProviderFound",
                "InvalidApiVersionParameter",
                "InvalidResourceType",
                "InvalidResourceNamespace",
                "HttpMethodNotSupported",
                "HttpResourceNotFound",
            ];
            assert!(
                !unknown.contains(&code(&answer).1),
                "{what} {version}: {}",
                answer.body
            );
        }
    }
    assert!(gated > 60, "{gated}");
}

#[test]
fn each_read_is_the_same_in_any_case_and_with_percent_signs() {
    let mut lab = full();
    let mut read = 0;
    for operation in covered_operations().filter(|operation| operation.method == "GET") {
        let path = path_of(&mut lab, &operation);
        let plain = ask(&mut lab, "GET", &path, V, &Value::Null);
        let there = ![
            "Operations_Get",
            "DiskOperations_Get",
            "DiskAccesses_GetAPrivateEndpointConnection",
        ]
        .contains(&operation.name);
        assert_eq!(
            plain.status == 200,
            there,
            "{}: {}",
            operation.name,
            plain.body
        );
        if !there {
            continue;
        }
        read += 1;
        let slash = format!("{path}/");
        for other in [in_other_case(&path), encoded(&path), slash] {
            let answer = ask(&mut lab, "get", &other, V, &Value::Null);
            assert_eq!((answer.status, &answer.body), (200, &plain.body), "{other}");
        }
        let url = format!("{HOST}{path}?%61PI-Version=2026%2D04%2d01");
        let answer = send(&mut lab, "GET", &url, &Value::Null);
        assert_eq!((answer.status, &answer.body), (200, &plain.body), "{url}");
    }
    assert!(read > 25, "{read}");
}

#[test]
fn each_list_comes_in_pages_that_lead_from_one_to_the_next() {
    let mut lab = full();
    let lists: Vec<String> = covered_operations()
        .filter(|operation| operation.method == "GET")
        .map(|operation| path_of(&mut lab, &operation))
        .collect();
    let whole: Vec<(String, Vec<Value>)> = lists
        .into_iter()
        .filter_map(|path| {
            let body = ask(&mut lab, "GET", &path, V, &Value::Null).body;
            assert!(body.get("nextLink").is_none(), "{path}");
            Some((path, body.get("value")?.as_array()?.clone()))
        })
        .collect();
    assert!(whole.len() > 15, "{}", whole.len());
    let small = json!({ "type": "setSetting", "name": "api.pageSize", "value": 1 });
    assert!(lab.dispatch_json(small).unwrap().is_ok());
    for (path, whole) in whole {
        let few =
            path.ends_with("privateLinkResources") || path.ends_with("privateEndpointConnections");
        assert!(whole.len() > 1 || few, "{path} has {}", whole.len());
        // The first page is asked for as a client might spell it.
        let mut next = Some(format!("{HOST}{}?api-version={V}", encoded(&path)));
        let mut found = Vec::new();
        while let Some(url) = next {
            let page = send(&mut lab, "GET", &url, &Value::Null);
            assert_eq!(page.status, 200, "{url}: {}", page.body);
            let items = page.body["value"].as_array().unwrap();
            assert!(items.len() <= 1, "{url}");
            found.extend(items.iter().cloned());
            assert!(found.len() <= whole.len(), "{url} goes in circles");
            next = page.body["nextLink"].as_str().map(str::to_owned);
        }
        assert_eq!(found, whole, "{path}");
    }
}

#[test]
fn what_goes_on_in_a_region_spelled_with_a_space_is_polled_at_an_address_without() {
    let mut lab = Json::new_lab(None).unwrap();
    put(&mut lab, &compute("disks/os1"), &disk(json!({})));
    put(&mut lab, &compute("disks/d1"), &disk(json!({})));
    let made = put(
        &mut lab,
        &compute("virtualMachines/m1"),
        &machine("os1", "d1"),
    );
    let address = made.header("azure-asyncoperation").unwrap().to_owned();
    assert!(address.contains("/locations/WestUS/"), "{address}");
    let polled = send(&mut lab, "GET", &address, &Value::Null);
    assert_eq!(
        (polled.status, &polled.body["status"]),
        (200, &json!("Succeeded"))
    );
}

#[test]
fn locks_of_one_name_lie_on_several_things_and_each_goes_by_itself() {
    let mut lab = full();
    let scopes = [
        GROUP.to_owned(),
        compute("disks/d1"),
        compute("virtualMachines/m1"),
    ];
    let at = |scope: &str| format!("{scope}/providers/Microsoft.Authorization/locks/keep");
    for scope in &scopes {
        let made = put(
            &mut lab,
            &at(scope),
            &json!({ "properties": { "level": "CanNotDelete" } }),
        );
        assert_eq!(made.status, 201, "{scope}");
    }
    let again = put(
        &mut lab,
        &at(&scopes[1]),
        &json!({ "properties": { "level": "ReadOnly" } }),
    );
    assert_eq!(
        (again.status, &again.body["properties"]["level"]),
        (200, &json!("ReadOnly"))
    );
    let listed = |lab: &mut Lab, scope: &str| {
        let list = format!("{scope}/providers/Microsoft.Authorization/locks");
        let body = ask(lab, "GET", &list, "2020-05-01", &Value::Null).body;
        let named = body["value"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|lock| lock["name"] == "keep");
        named.count()
    };
    assert_eq!(listed(&mut lab, GROUP), 3);
    assert_eq!(listed(&mut lab, &scopes[1]), 1);
    let gone = ask(
        &mut lab,
        "DELETE",
        &at(&scopes[1]),
        "2020-05-01",
        &Value::Null,
    );
    assert_eq!(gone.status, 200, "{}", gone.body);
    let left = |lab: &mut Lab| {
        let read = |scope: &String| ask(lab, "GET", &at(scope), "2020-05-01", &Value::Null).status;
        scopes.iter().map(read).collect::<Vec<_>>()
    };
    assert_eq!(left(&mut lab), [200, 404, 200]);
    assert_eq!(listed(&mut lab, GROUP), 2);
    let gone = ask(
        &mut lab,
        "DELETE",
        &at(&scopes[0]),
        "2020-05-01",
        &Value::Null,
    );
    assert_eq!(gone.status, 200, "{}", gone.body);
    assert_eq!(left(&mut lab), [404, 404, 200]);
    let saved = rplab_core::json::write(&lab.export_scenario());
    assert_eq!(Lab::from_scenario(saved).unwrap().digest(), lab.digest());
}

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
                code(&answer),
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
