//! Each operation: its versions, the spelling of its path, the pages of its list.

use super::wire::send;
use super::{GROUP, HOST, V, ask, compute, disk, full, machine, put};
use rplab_core::api::{Json, Lab};
use rplab_core::arm::{CoveredOperation, covered_operations};
use serde_json::{Value, json};

/// The path of an operation on what [`full`] made.
pub(super) fn path_of(lab: &mut Lab, operation: &CoveredOperation) -> String {
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
        assert_eq!(none.code(), (400, "MissingApiVersionParameter"), "{what}");
        for wrong in ["latest", "2024-13-01", "2024-11-01-beta", "24-11-01"] {
            let answer = ask(&mut lab, operation.method, &path, wrong, &Value::Null);
            assert_eq!(
                answer.code(),
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
        assert_eq!(early.code(), (400, "NoRegisteredProviderFound"), "{what}");
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
                !unknown.contains(&answer.code().1),
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
