//! A machine and a question for each row that facts decide, and the change that makes the row pass.

use super::services::{self, services_are_loaded};
use super::{AssessOptions, Edition, Service};
use crate::json::{self, Write};
use crate::model::Machine;
use serde_json::{Value, json};
use std::sync::OnceLock;

/// A machine that a row holds for, and the question that it was asked by.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Example {
    /// The machine.
    pub machine: Machine,
    /// The question.
    pub options: AssessOptions,
}

const GROUP: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-example/providers/Microsoft.Compute";

/// What differs from a plain Windows VM in East US 2 with a premium OS disk and a premium data disk, by row, in
/// `core/data/examples`; under `flip`, what differs from that where the row does not hold. One that says no `flip`
/// differs in one thing, and does not hold without it.
fn written(row: &str) -> Option<&'static Value> {
    static EXAMPLES: OnceLock<Vec<Value>> = OnceLock::new();
    if !services_are_loaded() {
        return None;
    }
    let examples = EXAMPLES.get_or_init(|| {
        let files = services::files("examples/");
        files
            .map(|(_, file)| json::parse(file).unwrap_or_default())
            .collect()
    });
    examples.iter().find_map(|file| file.get(row))
}

/// A row's example as it is written: what differs from the plain machine.
pub(super) fn difference(row: &str) -> Option<String> {
    let mut own = written(row)?.clone();
    json::take(own.as_object_mut()?, "flip");
    Some(own.to_string())
}

/// The example of a row, asked of a service in an edition that has the row.
pub(super) fn example(row: &str, service: Service, edition: Edition) -> Option<Example> {
    build(written(row)?, &Value::Null, service, edition)
}

/// A row's example with one thing changed, so that the row does not hold.
#[must_use]
pub fn flipped_example(row: &str, service: Service, edition: Edition) -> Option<Example> {
    let written = written(row)?;
    match written.get("flip") {
        Some(flip) => build(written, flip, service, edition),
        None => build(&Value::Null, &Value::Null, service, edition),
    }
}

fn build(own: &Value, flip: &Value, service: Service, edition: Edition) -> Option<Example> {
    let mut whole = json!({
        "location": "eastus2", "zones": [],
        "facts": { "osType": "Windows", "osName": "Windows Server 2022 Datacenter", "vmSize": "Standard_D4s_v5" },
        "os": { "sku": "Premium_LRS", "sizeGiB": 128 },
        "data": { "sku": "Premium_LRS", "sizeGiB": 256 },
        "dataDisks": 1,
        "options": { "service": json::write(&service), "edition": edition.as_str() },
    });
    if service == Service::VmBackup || service == Service::DiskBackup {
        merge(
            &mut whole,
            &json!({ "options": { "vault": { "location": "eastus2" } } }),
        );
    }
    if service == Service::VmBackup {
        merge(
            &mut whole,
            &json!({ "options": { "policy": { "type": "Standard" } } }),
        );
    }
    merge(&mut whole, own);
    merge(&mut whole, flip);
    let part = |name: &str| whole.get(name).cloned().unwrap_or_default();
    let mut disks = vec![disk("os", &part("os"), json!("os"), Value::Null)];
    for lun in 0..part("dataDisks").as_u64().unwrap_or(1) {
        let name = match lun {
            0 => "data".to_owned(),
            _ => format!("data{lun}"),
        };
        disks.push(disk(&name, &part("data"), json!("data"), json!(lun)));
    }
    let machine = json!({
        "id": format!("{GROUP}/virtualMachines/vm"), "name": "vm",
        "location": part("location"), "zones": part("zones"), "facts": part("facts"), "disks": disks,
    });
    Some(Example {
        machine: json::read(&machine).ok()?,
        options: json::read(&part("options")).ok()?,
    })
}

fn disk(name: &str, facts: &Value, role: Value, lun: Value) -> Value {
    let mut facts = facts.clone();
    let size = facts
        .as_object_mut()
        .and_then(|facts| json::take(facts, "sizeGiB"));
    json!({
        "name": name, "id": format!("{GROUP}/disks/{name}"), "role": role, "lun": lun,
        "sizeGiB": size, "facts": facts,
    })
}

/// Puts the fields of one object over those of another; `null` takes a field away.
fn merge(into: &mut Value, from: &Value) {
    let (Some(fields), Some(from)) = (into.as_object_mut(), from.as_object()) else {
        return;
    };
    for (name, value) in from {
        match fields.get_mut(name) {
            Some(own) if own.is_object() && value.is_object() => merge(own, value),
            _ if value.is_null() => {
                json::take(fields, name);
            }
            _ => {
                fields.insert(name.clone(), value.clone());
            }
        }
    }
}
