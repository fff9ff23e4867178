//! Requests put together from good and bad parts, by chance or by the bytes of an input, and what every answer
//! to one keeps to.

use rplab_core::api::{Answer, Json, Lab, Request};
use serde_json::{Value, json};

pub(crate) const H: &str =
    "https://management.azure.com/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute";
pub(crate) const V: &str = "api-version=2024-11-01";

pub(crate) fn request(method: &str, url: &str, body: impl Into<Vec<u8>>) -> Request {
    Request {
        method: method.to_owned(),
        url: url.to_owned(),
        headers: Vec::new(),
        body: body.into(),
    }
}

pub(crate) fn lab() -> Lab {
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
pub(crate) fn valid() -> Vec<(&'static str, Value)> {
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
            "diskAccesses/a",
            json!({ "location": "eastus", "tags": { "a": "b" } }),
        ),
        (
            "disks/p",
            json!({ "location": "eastus", "properties": { "creationData": { "createOption": "Import", "sourceUri": "https://a.blob.core.windows.net/v/a.vhd" }, "diskSizeGB": 4, "networkAccessPolicy": "AllowPrivate", "diskAccessId": id("diskAccesses/a") } }),
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
pub(crate) fn check_refused(
    lab: &Lab,
    before: rplab_core::digest::Digest,
    answer: &Answer,
    what: &str,
) {
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
    // A caller of the service knows its operations, and not the lab's commands.
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let command = words
        .filter(|word| word.contains(|c: char| c.is_ascii_uppercase()))
        .find(|word| rplab_core::cloud::Command::TYPES.contains(word));
    assert_eq!(command, None, "{what}: {text}");
    let target = error["target"].as_str().unwrap_or_default();
    let own = ["facts.", "disks[", "sizeGiB", "durationSeconds"];
    assert!(
        !own.iter().any(|own| target.starts_with(own)),
        "{what}: {text}"
    );
    assert_eq!(lab.digest(), before, "{what} changed something");
    check_headers(answer, what);
}

pub(crate) fn check_headers(answer: &Answer, what: &str) {
    for (name, value) in &answer.headers {
        assert!(
            !value.chars().any(char::is_control),
            "{what}: {name}: {value:?}"
        );
        assert_eq!(*name, name.to_ascii_lowercase());
    }
}

pub(crate) fn places(at: &str, value: &Value, found: &mut Vec<String>) {
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

/// The parts that requests are put together from.
pub(crate) struct Parts {
    paths: Vec<&'static str>,
    words: Vec<Value>,
    bodies: Vec<Value>,
}

impl Parts {
    pub(crate) fn new() -> Self {
        let paths = vec![
            "disks/d",
            "disks/e",
            "disks",
            "disks/d/beginGetAccess",
            "disks/d/endGetAccess",
            "snapshots/u",
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
            "diskEncryptionSets/des/associatedResources",
            "virtualMachines/vm/simulateEviction",
            "disks/d/providers/Microsoft.Authorization/locks/l",
            "diskAccesses/a",
            "diskAccesses",
            "diskAccesses/a/privateEndpointConnections/x",
            "../x",
            "nothing/x",
        ];
        let words = vec![
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
            json!("Empty"),
            json!("CopyStart"),
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
        Self {
            paths,
            words,
            bodies,
        }
    }

    /// A request: `pick` chooses among so many.
    pub(crate) fn request(&self, pick: &mut dyn FnMut(usize) -> usize) -> Request {
        let path = self.paths[pick(self.paths.len())];
        let method = ["GET", "PUT", "PUT", "PATCH", "DELETE", "POST", "HEAD"][pick(7)];
        let mut body = self.bodies[pick(self.bodies.len())].clone();
        let version = ["2024-11-01", "2021-03-01", "2025-04-01", "2019-01-01"][pick(4)];
        let query = ["", "&$expand=instanceView", "&$top=1"][pick(3)];
        for _ in 0..pick(3) {
            let mut all = Vec::new();
            places("", &body, &mut all);
            let place = all[pick(all.len())].clone();
            *body.pointer_mut(&place).unwrap() = self.words[pick(self.words.len())].clone();
        }
        let mut text = body.to_string().into_bytes();
        if pick(10) == 9 {
            let at = pick(text.len());
            text[at] = u8::try_from(pick(256)).unwrap();
        }
        request(
            method,
            &format!("{H}/{path}?api-version={version}{query}"),
            text,
        )
    }
}

/// Sends a request; whether it was carried out. Panics where the answer is not what every answer is.
pub(crate) fn check(lab: &mut Lab, request: &Request) -> bool {
    let before = lab.digest();
    let answer = lab.request(request);
    let body = String::from_utf8_lossy(&request.body);
    let what = format!("{} {} {body}", request.method, request.url);
    if answer.status >= 400 && request.method != "HEAD" {
        check_refused(lab, before, &answer, &what);
    } else {
        check_headers(&answer, &what);
    }
    if request.method == "GET" {
        assert_eq!(lab.digest(), before, "{what}");
    }
    answer.status < 300
}

/// A lab that is loaded from its file is the same.
pub(crate) fn check_file(lab: &Lab) {
    let saved = rplab_core::json::write(&lab.export_scenario());
    assert_eq!(Lab::from_scenario(saved).unwrap().digest(), lab.digest());
}
