//! Facts that only a deployment can tell: named at the resource, so that they are asked for.

use super::declared::OPEN;
use super::expression::Scope;
use super::facts::SIZE;
use crate::ids::ResourceType;
use crate::model::ZONES;
use crate::model::vocabulary::{FactSubject, vocabulary};
use serde_json::Value;

/// Facts of a disk and where the body of its VM has them.
const ATTACHED: [(&str, &str); 6] = [
    ("caching", "caching"),
    ("writeAcceleratorEnabled", "writeAcceleratorEnabled"),
    ("sku", "managedDisk.storageAccountType"),
    (
        "securityEncryptionType",
        "managedDisk.securityProfile.securityEncryptionType",
    ),
    ("ephemeral", "diffDiskSettings.option"),
    (SIZE, "diskSizeGB"),
];

/// Names the facts of a VM and its disks, or of a disk, that are written as something that has no value: they are not
/// the service's defaults.
pub(super) fn mark(kind: &str, written: &Value, resolved: &mut Value) {
    let is = |own: ResourceType| kind.eq_ignore_ascii_case(own.as_str());
    let (subject, size) = if is(ResourceType::VirtualMachine) {
        mark_disks(written, resolved);
        (FactSubject::Machine, None)
    } else if is(ResourceType::Disk) {
        (FactSubject::Disk, Some((SIZE, "properties.diskSizeGB")))
    } else {
        return;
    };
    let entries = vocabulary().iter().filter(|entry| entry.subject == subject);
    let carried = entries.filter_map(|entry| {
        let arm = entry.arm.as_ref()?;
        let is_here = arm.resource.eq_ignore_ascii_case(kind);
        is_here.then_some((entry.name.as_str(), arm.path.as_str()))
    });
    name_open(&mut carried.chain(size), written, resolved);
}

/// Names the zones of a VM where only a deployment can tell them: a VM whose zones are not known is not in none.
pub(super) fn mark_zones(kind: &str, written: &Value, resolved: &mut Value, scope: &mut Scope) {
    let is_machine = kind.eq_ignore_ascii_case(ResourceType::VirtualMachine.as_str());
    let Some(zones) = written.get(ZONES).filter(|_| is_machine) else {
        return;
    };
    let mut is_known = true;
    // Again: an expression may also come to nothing, and then there are none.
    scope.value(zones, &mut |_, _| is_known = false);
    let Some(fields) = resolved.as_object_mut().filter(|_| !is_known) else {
        return;
    };
    let open = fields
        .entry(OPEN)
        .or_insert_with(|| Value::Array(Vec::new()));
    if let Some(open) = open.as_array_mut() {
        open.push(ZONES.into());
    }
}

fn mark_disks(written: &Value, resolved: &mut Value) {
    let place = "/properties/storageProfile";
    let (Some(written), Some(resolved)) = (written.pointer(place), resolved.pointer_mut(place))
    else {
        return;
    };
    if let (Some(written), Some(disk)) = (written.get("osDisk"), resolved.get_mut("osDisk")) {
        name_open(&mut ATTACHED.into_iter(), written, disk);
    }
    let listed = written.get("dataDisks").and_then(Value::as_array);
    let input = input_of_disks(written).cloned();
    let disks = resolved.get_mut("dataDisks").and_then(Value::as_array_mut);
    for (at, disk) in disks.into_iter().flatten().enumerate() {
        let own = listed.and_then(|listed| listed.get(at)).cloned();
        let own = own.or_else(|| input.clone());
        // Written elsewhere: what has no value there was an expression.
        let own = own.unwrap_or_else(|| as_expressions(disk));
        name_open(&mut ATTACHED.into_iter(), &own, disk);
    }
}

/// What a loop makes each data disk of.
fn input_of_disks(storage: &Value) -> Option<&Value> {
    let copies = storage.get("copy").and_then(Value::as_array);
    let mut copies = copies.into_iter().flatten();
    let copy = copies.find(|copy| {
        let name = copy.get("name").and_then(Value::as_str);
        name.is_some_and(|name| name.eq_ignore_ascii_case("dataDisks"))
    });
    copy?.get("input")
}

fn as_expressions(value: &Value) -> Value {
    match value {
        Value::Null => "[]".into(),
        Value::Object(fields) => {
            let fields = fields.iter();
            crate::json::object(fields.map(|(name, own)| (name.clone(), as_expressions(own))))
        }
        other => other.clone(),
    }
}

fn name_open(facts: &mut dyn Iterator<Item = (&str, &str)>, written: &Value, resolved: &mut Value) {
    let open = facts.filter(|(_, path)| is_open(path, written, resolved));
    let names: Vec<Value> = open.map(|(name, _)| name.into()).collect();
    if let (false, Some(fields)) = (names.is_empty(), resolved.as_object_mut()) {
        fields.insert(OPEN.to_owned(), names.into());
    }
}

/// Whether what leads to a path is an expression that has no value.
fn is_open(path: &str, written: &Value, resolved: &Value) -> bool {
    let (mut written, mut resolved) = (written, resolved);
    for name in path.split('.') {
        let Some(own) = written.get(name) else {
            return false;
        };
        written = own;
        resolved = resolved.get(name).unwrap_or(&Value::Null);
        if written.is_string() {
            return resolved.is_null();
        }
    }
    // The one fact that is put together of several texts.
    path == "plan" && !is_known(written, resolved)
}

/// Whether every expression was resolved.
pub(super) fn is_known(written: &Value, resolved: &Value) -> bool {
    match (written, resolved) {
        (Value::String(_), Value::Null) => false,
        (Value::Object(written), Value::Object(resolved)) => written
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "diskSizeGB" | "name"))
            .all(|(name, value)| resolved.get(name).is_none_or(|own| is_known(value, own))),
        _ => true,
    }
}
