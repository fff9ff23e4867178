//! VMs and disks of a shape that was read before are read like the first of it: whatever field differs, what a resource
//! is read as does not depend on those before it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use rplab_core::inventory::{Import, NamedInput, import};
use serde_json::{Value, json};

/// Lists of resources as tools print them.
const LISTS: [&str; 4] = [
    include_str!("../../tests/fixtures/inventory/az-vm-list-d.json"),
    include_str!("../../tests/fixtures/inventory/arm-vms.json"),
    include_str!("../../tests/fixtures/inventory/az-disk-list.json"),
    include_str!("../../tests/fixtures/inventory/arm-disks.json"),
];

fn resources() -> Vec<Value> {
    let lists = LISTS.map(|text| serde_json::from_str::<Value>(text).unwrap());
    let of = |list: Value| match list {
        Value::Array(items) => items,
        other => other["value"].as_array().cloned().unwrap_or_default(),
    };
    lists.into_iter().flat_map(of).collect()
}

/// The resource as one of its own: no two are the same, and none holds the other's disks.
fn numbered(resource: &Value, number: usize) -> Value {
    fn disks(value: &mut Value, number: usize) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| disks(item, number)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    if name.eq_ignore_ascii_case("managedDisk") {
                        suffix(value, number);
                    }
                    disks(value, number);
                }
            }
            _ => {}
        }
    }
    fn suffix(value: &mut Value, number: usize) {
        if let Some(id) = value.get("id").and_then(Value::as_str) {
            value["id"] = json!(format!("{id}-{number}"));
        }
    }
    let mut own = resource.clone();
    disks(&mut own, number);
    suffix(&mut own, number);
    own
}

/// Every path to a value that is not composed.
fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                leaves(
                    value,
                    &format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")),
                    found,
                );
            }
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                leaves(value, &format!("{path}/{at}"), found);
            }
        }
        _ => found.push(path.to_owned()),
    }
}

/// What the last resource of a list is read as, with what it adds to what is not understood and to the secrets.
fn last(resources: &[Value]) -> (String, u64, u64) {
    let text = serde_json::to_vec(&resources).unwrap();
    let Ok(Import { fleet, preview, .. }) = import(&[NamedInput::new("list", text)]) else {
        return ("refused".to_owned(), 0, 0);
    };
    let machine = fleet.machines.last().map(|machine| {
        let prefix = format!("machines[{}]", fleet.machines.len() - 1);
        let own = preview
            .guessed
            .iter()
            .filter(|guess| guess.path.starts_with(&prefix));
        let guesses: Vec<String> = own
            .map(|guess| {
                format!(
                    "{} {:?} {}",
                    guess.path.replace(&prefix, ""),
                    guess.value,
                    guess.why
                )
            })
            .collect();
        format!("{machine:?} {guesses:?}")
    });
    let disk = fleet.disks.last().map(|disk| format!("{disk:?}"));
    let unread = preview.not_understood.iter().map(|field| field.count).sum();
    let count = fleet.machines.len() + fleet.disks.len();
    let told = machine.or(disk).unwrap_or_default();
    (
        format!("{} {told}", count == resources.len()),
        unread,
        preview.read.secrets_dropped,
    )
}

#[test]
fn a_resource_is_read_alike_after_others_of_its_shape() {
    let mut tried = 0;
    for resource in resources() {
        let mut paths = Vec::new();
        leaves(&resource, "", &mut paths);
        let before = [numbered(&resource, 1), numbered(&resource, 2)];
        let (_, unread, secrets) = last(&before);
        for path in paths {
            for change in [
                json!("Other"),
                json!(""),
                Value::Null,
                json!(7),
                json!(true),
            ] {
                let mut changed = resource.clone();
                *changed.pointer_mut(&path).unwrap() = change;
                let changed = numbered(&changed, 3);
                let alone = last(std::slice::from_ref(&changed));
                // One that is refused alone is left out beside others.
                if alone.0 == "refused" || alone.0.starts_with("false") {
                    continue;
                }
                let [first, second] = before.clone();
                let together = last(&[first, second, changed]);
                assert_eq!(together.0, alone.0, "{path}");
                assert_eq!(together.1, alone.1 + unread, "{path}");
                assert_eq!(together.2, alone.2 + secrets, "{path}");
                tried += 1;
            }
        }
    }
    assert!(tried > 3000, "{tried}");
}
