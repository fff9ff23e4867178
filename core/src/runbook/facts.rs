//! Bodies of VMs and disks: facts at the places where Azure Resource Manager carries them.

use crate::cloud::Cloud;
use crate::model::vocabulary::{FactSubject, entry};
use crate::model::{Disk, DiskRole, FactSet, FactValue, Machine};
use crate::order::SmallMap;
use serde_json::{Map, Value, json};

/// Facts of a plain property that a request gives otherwise.
const GIVEN_OTHERWISE: &[&str] = &[
    "imageKind",
    "imageReference",
    "plan",
    "nicCount",
    "osType",
    "extendedLocation",
    "scaleSetId",
];

/// Puts a value at a place of a body, members parted by dots.
pub(super) fn put(body: &mut Value, path: &str, value: Value) {
    let mut place = body;
    for name in path.split('.') {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Value::Object(fields) = place else { return };
        place = fields.entry(name).or_insert(Value::Null);
    }
    *place = value;
}

/// Takes a value out of a body, with the objects that are empty then.
pub(super) fn take(body: &mut Value, path: &str) -> Option<Value> {
    let fields = body.as_object_mut()?;
    let Some((name, rest)) = path.split_once('.') else {
        return fields.remove(path);
    };
    let inner = fields.get_mut(name)?;
    let taken = take(inner, rest);
    if inner.as_object().is_some_and(Map::is_empty) {
        fields.remove(name);
    }
    taken
}

/// Puts what is new over what is there; objects are put together.
pub(super) fn merge(body: &mut Value, new: &Value) {
    match (body, new) {
        (Value::Object(fields), Value::Object(new)) => {
            for (name, value) in new {
                merge(fields.entry(name.as_str()).or_insert(Value::Null), value);
            }
        }
        (body, new) => *body = new.clone(),
    }
}

/// Tags as a value.
pub(super) fn tags(tags: &SmallMap<String, String>) -> Value {
    crate::json::write(tags)
}

fn scalar(value: &FactValue) -> Option<Value> {
    match value {
        FactValue::Bool(value) => Some(Value::Bool(*value)),
        FactValue::Integer(value) => Some(Value::from(*value)),
        FactValue::Text(text) if !text.is_empty() => Some(Value::from(text.as_str())),
        _ => None,
    }
}

/// Puts every fact into the body that a resource carries in a property of its own.
pub(super) fn carry(body: &mut Value, subject: FactSubject, resource: &str, facts: &FactSet) {
    for (name, value) in facts {
        let source = entry(subject, name).and_then(|entry| entry.arm.as_ref());
        let Some(source) = source.filter(|source| source.resource == resource) else {
            continue;
        };
        let plain = source
            .path
            .chars()
            .all(|c| c.is_ascii_alphabetic() || c == '.');
        let given =
            source.path.contains("instanceView") || GIVEN_OTHERWISE.contains(&name.as_str());
        if let (true, false, Some(value)) = (plain, given, scalar(value)) {
            put(body, &source.path, value);
        }
    }
}

pub(super) fn word<'f>(facts: &'f FactSet, name: &str) -> Option<&'f str> {
    match facts.get(name) {
        Some(FactValue::Text(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// The image of a VM.
fn image(reference: &str) -> Value {
    let parts: Vec<&str> = reference.split(':').collect();
    match parts.as_slice() {
        [publisher, offer, sku, version] => {
            json!({ "publisher": publisher, "offer": offer, "sku": sku, "version": version })
        }
        _ => json!({ "id": reference }),
    }
}

/// The body that makes a VM. Disks that are there in `before` are attached, others are made.
pub(super) fn machine(machine: &Machine, before: &Cloud) -> Value {
    let mut body = json!({ "location": machine.location.as_deref().unwrap_or_default() });
    if !machine.zones.is_empty() {
        put(&mut body, "zones", crate::json::write(&machine.zones));
    }
    if !machine.tags.is_empty() {
        put(&mut body, "tags", tags(&machine.tags));
    }
    put(
        &mut body,
        "properties.hardwareProfile.vmSize",
        "Standard_D2s_v5".into(),
    );
    carry(
        &mut body,
        FactSubject::Machine,
        "Microsoft.Compute/virtualMachines",
        &machine.facts,
    );
    let reference = word(&machine.facts, "imageReference");
    if let Some(reference) = reference {
        put(
            &mut body,
            "properties.storageProfile.imageReference",
            image(reference),
        );
    }
    let mut data = Vec::new();
    for disk in &machine.disks {
        let os = disk.role == Some(DiskRole::Os);
        let mut object = attached(disk, before, os);
        if os {
            if let Some(kind) = word(&machine.facts, "osType") {
                put(&mut object, "osType", kind.into());
            }
            put(&mut body, "properties.storageProfile.osDisk", object);
        } else {
            data.push(object);
        }
    }
    if !data.is_empty() {
        put(
            &mut body,
            "properties.storageProfile.dataDisks",
            Value::Array(data),
        );
    }
    body
}

/// A disk in the body of its VM.
fn attached(disk: &Disk, before: &Cloud, os: bool) -> Value {
    let facts = &disk.facts;
    let there = disk
        .id
        .as_ref()
        .filter(|id| before.disks().contains_key(id));
    let mut object = json!({ "name": disk.name });
    if let (false, Some(lun)) = (os, disk.lun) {
        put(&mut object, "lun", lun.into());
    }
    for (fact, path) in [
        ("caching", "caching"),
        ("writeAcceleratorEnabled", "writeAcceleratorEnabled"),
    ] {
        if let Some(value) = facts.get(fact).and_then(scalar) {
            put(&mut object, path, value);
        }
    }
    if let Some(id) = there {
        put(&mut object, "createOption", "Attach".into());
        put(&mut object, "managedDisk.id", id.as_str().into());
        return object;
    }
    put(
        &mut object,
        "createOption",
        if os { "FromImage" } else { "Empty" }.into(),
    );
    if let Some(size) = disk.size_gib {
        put(&mut object, "diskSizeGB", size.into());
    }
    if disk.id.is_none() {
        if let Some(uri) = word(facts, "vhdUri") {
            put(&mut object, "vhd.uri", uri.into());
        } else {
            put(&mut object, "diffDiskSettings.option", "Local".into());
        }
        return object;
    }
    if let Some(sku) = word(facts, "sku") {
        put(&mut object, "managedDisk.storageAccountType", sku.into());
    }
    if let Some(set) = word(facts, "diskEncryptionSetId") {
        put(&mut object, "managedDisk.diskEncryptionSet.id", set.into());
    }
    object
}

/// The facts of a disk as a body; those that the body of its VM has are left out where `made_with_vm`.
pub(super) fn disk(facts: &FactSet, made_with_vm: bool) -> Value {
    let mut body = Value::Object(Map::new());
    carry(
        &mut body,
        FactSubject::Disk,
        "Microsoft.Compute/disks",
        facts,
    );
    if made_with_vm {
        for path in ["sku.name", "properties.encryption", "properties.osType"] {
            take(&mut body, path);
        }
    }
    body
}
