//! A new VM: the commands that its body comes to.

use super::disk::new_disk;
use super::{KIND, OPERATION};
use crate::arm::call::{Call, fields, keep, missing};
use crate::arm::collections::tags;
use crate::arm::error::Failure;
use crate::arm::points::word;
use crate::cloud::{Cloud, Command};
use crate::ids::ResourceId;
use crate::json::take;
use crate::model::{Disk, DiskRole, FactValue, Machine};
use serde_json::{Map, Value, json};

/// The commands that make a VM as its body says.
pub(super) fn create(
    call: &Call<'_>,
    id: &ResourceId,
    location: &str,
) -> Result<Vec<Command>, Failure> {
    let mut machine = read(call, id)?;
    machine.location = Some(location.to_owned());
    machine.facts.remove("powerState");
    machine.facts.remove("agentStatus");
    let mut commands = Vec::new();
    let storage = call.at("properties.storageProfile").unwrap_or(&Value::Null);
    let mut disks = Vec::new();
    for (at, mut disk) in std::mem::take(&mut machine.disks).into_iter().enumerate() {
        disk.facts.remove("resourceRead");
        let (path, given) = place(storage, &disk);
        let made = new_disk(call, id, &mut disk, &path, given, at, location)?;
        commands.extend(made);
        disks.push(disk);
    }
    complete(call.cloud(), &mut machine, disks.first());
    // A VM is as old as the OS disk that is made with it; of another it is noted.
    let own = disks.first().and_then(|os| os.id.as_ref());
    let of_old = own.is_none_or(|os| call.cloud().disks().contains_key(os));
    machine.disks = disks;
    machine.tags = tags(call)?.unwrap_or_default();
    commands.push(Command::CreateVirtualMachine(machine));
    let kept = crate::arm::fields::kept(OPERATION, &call.body);
    let noted = noted(call, kept, of_old);
    if !noted.is_empty() {
        commands.push(keep(id, Value::Object(noted)));
    }
    Ok(commands)
}

/// What is kept of a VM, with what the endpoint notes itself.
fn noted(call: &Call<'_>, kept: Value, of_old: bool) -> Map<String, Value> {
    let mut kept = fields(&kept);
    let mut properties = fields(kept.get("properties").unwrap_or(&Value::Null));
    if of_old {
        properties.insert(
            "timeCreated".to_owned(),
            Call::time(call.cloud().now()).into(),
        );
    }
    if let Some(Value::Object(profile)) = properties.get_mut("osProfile") {
        for (name, value) in [
            ("secrets", json!([])),
            ("allowExtensionOperations", json!(true)),
            ("requireGuestProvisionSignal", json!(true)),
        ] {
            profile.entry(name).or_insert(value);
        }
    }
    if !properties.is_empty() {
        kept.insert("properties".to_owned(), Value::Object(properties));
    }
    kept
}

/// The machine of a body, by the reader of inventories.
fn read(call: &Call<'_>, id: &ResourceId) -> Result<Machine, Failure> {
    let mut whole = fields(&call.body);
    whole.insert("id".to_owned(), id.as_str().into());
    whole.insert("name".to_owned(), id.name().into());
    whole.insert("type".to_owned(), KIND.into());
    take(&mut whole, "resources");
    crate::inventory::machine_of(&Value::Object(whole))
        .ok_or_else(|| missing("properties.storageProfile.osDisk"))
}

/// Where a disk stands in the body, and what is given there.
fn place<'v>(storage: &'v Value, disk: &Disk) -> (String, &'v Value) {
    if disk.role == Some(DiskRole::Os) {
        let given = storage.get("osDisk").unwrap_or(&Value::Null);
        return ("properties.storageProfile.osDisk".to_owned(), given);
    }
    let list = storage.get("dataDisks").and_then(Value::as_array);
    let mut list = list.into_iter().flatten().enumerate();
    let own = list.find(|(_, item)| {
        let lun = item.get("lun").and_then(Value::as_u64);
        lun == disk.lun.map(u64::from)
    });
    own.map_or_else(
        || {
            (
                "properties.storageProfile.dataDisks".to_owned(),
                &Value::Null,
            )
        },
        |(at, item)| (format!("properties.storageProfile.dataDisks[{at}]"), item),
    )
}

/// What follows about a VM from its image and its OS disk, where the body does not say.
fn complete(cloud: &Cloud, machine: &mut Machine, os: Option<&Disk>) {
    let there = os.and_then(|os| cloud.disks().get(os.id.as_ref()?));
    let restored = there.and_then(|disk| {
        let source = disk.restored_from.as_ref()?;
        cloud.restore_points().get(&source.parent()?)
    });
    for fact in ["osType", "hyperVGeneration", "osName"] {
        if machine.facts.contains_key(fact) {
            continue;
        }
        let own = there.and_then(|disk| disk.facts.get(fact));
        let captured = restored.and_then(|point| point.configuration.facts.get(fact));
        if let Some(value) = own.or(captured) {
            machine.facts.insert(fact.to_owned(), value.clone());
        }
    }
    if !machine.facts.contains_key("osType") {
        let image = word(&machine.facts, "imageReference").unwrap_or_default();
        let windows = image.to_ascii_lowercase().contains("windows");
        let kind = if windows { "Windows" } else { "Linux" };
        machine
            .facts
            .insert("osType".to_owned(), FactValue::Text(kind.to_owned()));
    }
    if !machine.facts.contains_key("hyperVGeneration") {
        let trusted = word(&machine.facts, "securityType").is_some_and(|kind| kind != "Standard");
        let generation = if trusted { "V2" } else { "V1" };
        machine.facts.insert(
            "hyperVGeneration".to_owned(),
            FactValue::Text(generation.to_owned()),
        );
    }
}
