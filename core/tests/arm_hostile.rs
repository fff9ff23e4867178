//! Requests that nobody should send: told so in the envelope, and nothing changes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use rplab_core::api::{Answer, Json, Lab, Request};
use rplab_core::prng::Stream;
use serde_json::{Value, json};

const H: &str =
    "https://management.azure.com/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute";
const V: &str = "api-version=2024-11-01";

fn request(method: &str, url: &str, body: impl Into<Vec<u8>>) -> Request {
    Request {
        method: method.to_owned(),
        url: url.to_owned(),
        headers: Vec::new(),
        body: body.into(),
    }
}

fn lab() -> Lab {
    let mut lab = Json::new_lab(None).unwrap();
    for (path, body) in valid() {
        let answer = lab.request(&request(
            "PUT",
            &format!("{H}/{path}?{V}"),
            body.to_string(),
        ));
        assert!(
            answer.status < 300,
            "{path}: {}",
            String::from_utf8_lossy(&answer.body)
        );
    }
    lab
}

/// Requests that are carried out, in an order in which they can be.
fn valid() -> Vec<(&'static str, Value)> {
    let id = |path: &str| {
        format!("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/{path}")
    };
    vec![
        (
            "diskEncryptionSets/des",
            json!({ "location": "eastus", "properties": { "activeKey": { "keyUrl": "https://v.vault.azure.net/keys/k" }, "encryptionType": "EncryptionAtRestWithCustomerKey" } }),
        ),
        (
            "disks/d",
            json!({ "location": "eastus", "sku": { "name": "Premium_LRS" }, "zones": ["1"], "tags": { "a": "b" }, "properties": { "creationData": { "createOption": "Empty" }, "diskSizeGB": 4, "maxShares": 1, "networkAccessPolicy": "AllowAll", "encryption": { "type": "EncryptionAtRestWithPlatformKey" } } }),
        ),
        (
            "snapshots/s",
            json!({ "location": "eastus", "properties": { "incremental": true, "creationData": { "createOption": "Copy", "sourceResourceId": id("disks/d") } } }),
        ),
        (
            "virtualMachines/vm",
            json!({ "location": "eastus", "zones": ["1"], "tags": { "a": "b" }, "properties": { "hardwareProfile": { "vmSize": "Standard_D2s_v3" },
            "storageProfile": { "imageReference": { "publisher": "Canonical", "offer": "UbuntuServer", "sku": "18.04-LTS", "version": "latest" },
                "osDisk": { "createOption": "FromImage", "osType": "Linux", "diskSizeGB": 30, "managedDisk": { "storageAccountType": "Premium_LRS" } },
                "dataDisks": [{ "lun": 0, "createOption": "Attach", "caching": "None", "managedDisk": { "id": id("disks/d") } }] },
            "osProfile": { "computerName": "c" }, "securityProfile": { "uefiSettings": { "vTpmEnabled": true } } } }),
        ),
        (
            "restorePointCollections/c",
            json!({ "location": "eastus", "tags": { "a": "b" }, "properties": { "source": { "id": id("virtualMachines/vm") } } }),
        ),
        (
            "restorePointCollections/c/restorePoints/p",
            json!({ "properties": { "consistencyMode": "CrashConsistent", "excludeDisks": [{ "id": id("disks/d") }] } }),
        ),
    ]
}

/// A refusal has the envelope, plain headers and leaves everything as it was.
fn check_refused(lab: &Lab, before: rplab_core::digest::Digest, answer: &Answer, what: &str) {
    let text = String::from_utf8(answer.body.clone()).unwrap();
    assert!(
        (400..500).contains(&answer.status),
        "{what}: {} {text}",
        answer.status
    );
    let body: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{what}: {text}"));
    let error = &body["error"];
    assert!(
        error["code"].as_str().is_some_and(|code| !code.is_empty()),
        "{what}: {text}"
    );
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|message| message.len() > 5),
        "{what}: {text}"
    );
    assert_eq!(lab.digest(), before, "{what} changed something");
    check_headers(answer, what);
}

fn check_headers(answer: &Answer, what: &str) {
    for (name, value) in &answer.headers {
        assert!(
            !value.chars().any(char::is_control),
            "{what}: {name}: {value:?}"
        );
        assert_eq!(*name, name.to_ascii_lowercase());
    }
}

#[test]
fn tricks_in_addresses_headers_and_bodies_are_refused() {
    let mut lab = lab();
    let before = lab.digest();
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let nested = format!(
        "{{\"properties\":{}1{}}}",
        "{\"a\":".repeat(5000),
        "}".repeat(5000)
    );
    let huge = format!("{{\"location\":\"{}\"}}", "x".repeat(5 << 20));
    let long = format!("{H}/disks/{}?{V}", "n".repeat(300));
    let disk = format!("{H}/disks/x?{V}");
    for (method, url, body) in [
        ("GET", format!("{H}/disks/../../x?{V}"), String::new()),
        ("GET", format!("{H}/disks/%2e%2e/x?{V}"), String::new()),
        ("GET", format!("{H}/disks//x?{V}"), String::new()),
        ("PUT", format!("{H}/disks/a%2F..%2Fb?{V}"), "{}".to_owned()),
        ("PUT", format!("{H}/disks/a%5Cb?{V}"), "{}".to_owned()),
        (
            "GET",
            format!("{H}/disks/x%0d%0aset-cookie:1?{V}"),
            String::new(),
        ),
        (
            "GET",
            format!("{H}/disks/x\r\nset-cookie: 1?{V}"),
            String::new(),
        ),
        ("GET", format!("{H}/disks/x%00?{V}"), String::new()),
        ("GET", format!("{H}/disks/%ff?{V}"), String::new()),
        ("GET", format!("{H}/disks?{V}&$top=x"), String::new()),
        ("GET", format!("{H}/disks?{V}&$skiptoken=-1"), String::new()),
        (
            "GET",
            format!("{H}/restorePointCollections/c?{V}&$expand=everything"),
            String::new(),
        ),
        (
            "GET",
            format!("{H}/disks?api-version=2024-11-01%0d%0ax"),
            String::new(),
        ),
        (
            "GET",
            format!("{H}/disks?api-version=9999-99-99"),
            String::new(),
        ),
        (
            "GET",
            "https://management.azure.com/".to_owned(),
            String::new(),
        ),
        (
            "GET",
            "https://management.azure.com".to_owned(),
            String::new(),
        ),
        ("GET", "nonsense".to_owned(), String::new()),
        ("", disk.clone(), String::new()),
        ("BREW", disk.clone(), String::new()),
        ("PUT", long, "{}".to_owned()),
        (
            "PUT",
            format!("{disk}&x={}", "y".repeat(10_000)),
            "{}".to_owned(),
        ),
        ("PUT", disk.clone(), deep),
        ("PUT", disk.clone(), nested),
        ("PUT", disk.clone(), huge),
        ("PUT", disk.clone(), "[]".to_owned()),
        ("PUT", disk.clone(), "\"x\"".to_owned()),
        ("PUT", disk.clone(), "{".to_owned()),
        (
            "PUT",
            disk.clone(),
            r#"{"location":"eastus","location":"westus"}"#.to_owned(),
        ),
        (
            "PUT",
            disk.clone(),
            r#"{"location":"eastus","Location":"westus"}"#.to_owned(),
        ),
        (
            "PUT",
            disk.clone(),
            r#"{"location":"eastus","properties":{"diskSizeGB":1,"disk\u0053izeGB":2}}"#.to_owned(),
        ),
        (
            "GET",
            format!(
                "https://management.azure.com/subscriptions/s/providers/Microsoft.Compute/locations/eastus/operations/00000000-0000-0000-0000-000000000000?{V}"
            ),
            String::new(),
        ),
        (
            "GET",
            format!(
                "https://management.azure.com/subscriptions/s/providers/Microsoft.Compute/locations/eastus/operations/é?{V}"
            ),
            String::new(),
        ),
    ] {
        let what = format!("{method} {}", url.chars().take(120).collect::<String>());
        let answer = lab.request(&request(method, &url, body));
        check_refused(&lab, before, &answer, &what);
    }
    let mut bytes = request("PUT", &disk, vec![0xff, 0xfe, b'{', b'}']);
    check_refused(&lab, before, &lab.clone().request(&bytes), "no UTF-8");
    bytes.body = b"{}".to_vec();
    bytes.headers = vec![("x-a".to_owned(), "1\r\nx-b: 2".to_owned())];
    let answer = lab.request(&bytes);
    check_refused(&lab, before, &answer, "a header with a line break");
}

/// Every place of a body, as pointers.
fn places(at: &str, value: &Value, found: &mut Vec<String>) {
    if !at.is_empty() {
        found.push(at.to_owned());
    }
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(name, value)| places(&format!("{at}/{name}"), value, found)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(place, value)| places(&format!("{at}/{place}"), value, found)),
        _ => {}
    }
}

#[test]
fn a_value_of_a_wrong_type_in_any_field_is_refused() {
    for (path, body) in valid() {
        let mut lab = Json::new_lab(None).unwrap();
        for (other, body) in valid() {
            if other == path {
                break;
            }
            lab.request(&request(
                "PUT",
                &format!("{H}/{other}?{V}"),
                body.to_string(),
            ));
        }
        let before = lab.digest();
        let mut all = Vec::new();
        places("", &body, &mut all);
        for place in all {
            let right = body.pointer(&place).unwrap();
            for wrong in [
                json!(7.5),
                json!(true),
                json!("no such word \u{1}"),
                json!([[]]),
                json!({ "a": {} }),
                json!(-3),
            ] {
                let same_kind = std::mem::discriminant(right) == std::mem::discriminant(&wrong);
                // A text is as good as another where any text will do, and tags are free.
                if same_kind
                    || place.starts_with("/tags/") && wrong.is_string()
                    || place.contains("imageReference")
                    || (right.is_array() && place == "/zones")
                {
                    continue;
                }
                let mut mutated = body.clone();
                *mutated.pointer_mut(&place).unwrap() = wrong.clone();
                let what = format!("{path} {place} = {wrong}");
                let answer = lab.request(&request(
                    "PUT",
                    &format!("{H}/{path}?{V}"),
                    mutated.to_string(),
                ));
                check_refused(&lab, before, &answer, &what);
            }
        }
    }
}

/// Runs of requests that are put together by chance from good and bad parts: whatever comes back has a status,
/// an envelope where it is a refusal, and a refusal changes nothing. `RPLAB_FUZZ_RUNS` makes it longer.
#[test]
fn requests_by_chance_never_break_it() {
    let runs = std::env::var("RPLAB_FUZZ_RUNS")
        .ok()
        .and_then(|runs| runs.parse().ok());
    let runs: u64 = runs.unwrap_or(60);
    let paths = [
        "disks/d",
        "disks/e",
        "disks",
        "disks/d/beginGetAccess",
        "disks/d/endGetAccess",
        "snapshots/s",
        "snapshots/t",
        "snapshots/s/beginGetAccess",
        "virtualMachines/vm",
        "virtualMachines/vm2",
        "virtualMachines",
        "virtualMachines/vm/deallocate",
        "virtualMachines/vm/start",
        "virtualMachines/vm/instanceView",
        "restorePointCollections/c",
        "restorePointCollections/f",
        "restorePointCollections",
        "restorePointCollections/c/restorePoints/p",
        "restorePointCollections/c/restorePoints/q",
        "restorePointCollections/f/restorePoints/p",
        "restorePointCollections/c/restorePoints/p/diskRestorePoints",
        "diskEncryptionSets/des",
        "disks/d/providers/Microsoft.Authorization/locks/l",
        "../x",
        "nothing/x",
    ];
    let words = [
        json!("eastus"),
        json!("westus"),
        json!(null),
        json!(0),
        json!(1e300),
        json!("\"\\\u{7f}ü"),
        json!([]),
        json!({}),
        json!(u64::MAX),
        json!("Copy"),
        json!("Restore"),
        json!(
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/restorePointCollections/c"
        ),
        json!("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d"),
    ];
    let bodies: Vec<Value> = valid()
        .into_iter()
        .map(|(_, body)| body)
        .chain([
            json!({ "access": "Read", "durationInSeconds": 60 }),
            json!({ "properties": { "level": "CanNotDelete" } }),
        ])
        .collect();
    let mut reached = 0;
    for run in 0..runs {
        let mut dice = Stream::named(run, "arm");
        let mut pick = |count: usize| usize::try_from(dice.below(count as u64)).unwrap();
        let mut lab = lab();
        for _ in 0..40 {
            let method = ["GET", "PUT", "PUT", "PATCH", "DELETE", "POST", "HEAD"][pick(7)];
            let version = ["2024-11-01", "2021-03-01", "2025-04-01", "2019-01-01"][pick(4)];
            let mut body = bodies[pick(bodies.len())].clone();
            for _ in 0..pick(3) {
                let mut all = Vec::new();
                places("", &body, &mut all);
                let place = all[pick(all.len())].clone();
                *body.pointer_mut(&place).unwrap() = words[pick(words.len())].clone();
            }
            let url = format!(
                "{H}/{}?api-version={version}{}",
                paths[pick(paths.len())],
                ["", "&$expand=instanceView", "&$top=1"][pick(3)]
            );
            let mut text = body.to_string().into_bytes();
            if pick(10) == 0 {
                let at = pick(text.len());
                text[at] = u8::try_from(pick(256)).unwrap();
            }
            let before = lab.digest();
            let answer = lab.request(&request(method, &url, text));
            let what = format!("run {run}: {method} {url} {body}");
            if answer.status >= 400 && method != "HEAD" {
                check_refused(&lab, before, &answer, &what);
            } else {
                check_headers(&answer, &what);
                reached += usize::from(answer.status < 300);
            }
            if method == "GET" {
                assert_eq!(lab.digest(), before, "{what}");
            }
        }
        let saved = rplab_core::json::write(&lab.export_scenario());
        assert_eq!(
            Lab::from_scenario(saved).unwrap().digest(),
            lab.digest(),
            "run {run}"
        );
    }
    assert!(
        reached > usize::try_from(runs).unwrap(),
        "hardly anything was carried out: {reached}"
    );
}
