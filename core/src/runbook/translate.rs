//! From a command to the requests that do in Azure what it does in the lab.

use super::facts::{self, put};
use super::request::request;
use super::{RunbookItem, RunbookWait};
use crate::cloud::{
    AttachedDisk, Attachment, Cloud, Command, DiskRestorePoint, Lock, ManagedDisk, RestorePoint,
    VirtualMachine,
};
use crate::ids::{ResourceId, ResourceType};
use crate::model::vocabulary::FactSubject;
use crate::model::{ConsistencyMode, DiskRole, FactSet, FactValue, Machine};
use crate::order::SmallMap;
use crate::units::ByteCount;
use serde_json::{Value, json};

/// The version of requests to the provider of VMs and restore points.
pub(super) const COMPUTE: &str = "2024-11-01";
/// The version of requests to the provider of disks and snapshots.
const DISKS: &str = "2024-03-02";
const GROUPS: &str = "2021-04-01";
const LOCKS: &str = "2020-05-01";

/// A wait until a resource is there; for a point of another region until its disks have arrived.
pub(super) fn until_ready(id: &ResourceId, cloud: &Cloud) -> RunbookWait {
    let far = cloud
        .restore_points()
        .get(id)
        .is_some_and(|point| point.replication.is_some());
    let api_version = if cloud.disks().contains_key(id) {
        DISKS
    } else {
        COMPUTE
    };
    RunbookWait {
        id: id.to_string(),
        api_version: api_version.to_owned(),
        instance_view: far,
    }
}

/// What one command comes to. `before` and `after` are the states around it, and `subject` is what its first
/// event is about.
pub(super) fn translate(
    command: &Command,
    before: &Cloud,
    after: &Cloud,
    subject: &ResourceId,
) -> Option<Vec<RunbookItem>> {
    let machine = |name: &str| Some(before.find_virtual_machine(name, "").ok()?.0);
    let disk = |name: &str| Some(before.find_disk(name, "").ok()?.0);
    let collection = |name: &str| Some(before.find_collection(name, "").ok()?.0);
    let point = |name: &str| Some(before.find_restore_point(name, "").ok()?.0);
    let action = |id: &ResourceId, word: &str, api_version: &str, body: Value| {
        request("POST", format!("{id}/{word}"), api_version, body)
    };
    let one = match command {
        Command::CreateVirtualMachine(fields) => return Some(create_machine(fields, before)),
        Command::RestoreVirtualMachine(_) => return restored_machine(after, subject),
        Command::StartVirtualMachine(fields) => action(
            machine(&fields.virtual_machine)?,
            "start",
            COMPUTE,
            Value::Null,
        ),
        Command::DeallocateVirtualMachine(fields) => action(
            machine(&fields.virtual_machine)?,
            "deallocate",
            COMPUTE,
            Value::Null,
        ),
        Command::DeleteVirtualMachine(fields) => request(
            "DELETE",
            machine(&fields.virtual_machine)?,
            COMPUTE,
            Value::Null,
        ),
        Command::UpdateVirtualMachine(fields) => {
            let id = machine(&fields.virtual_machine)?;
            if fields.facts.get("powerState") == Some(&FactValue::Text("stopped".to_owned())) {
                return Some(vec![action(id, "powerOff", COMPUTE, Value::Null)]);
            }
            let mut body = json!({});
            let kind = ResourceType::VirtualMachine.as_str();
            facts::carry(&mut body, FactSubject::Machine, kind, &fields.facts);
            filled("PATCH", id, COMPUTE, body)?
        }
        Command::CreateDisk(fields) => {
            let mut body = facts::disk(&fields.facts, false);
            put(&mut body, "location", fields.location.as_str().into());
            put(
                &mut body,
                "properties.creationData.createOption",
                "Empty".into(),
            );
            put(&mut body, "properties.diskSizeGB", fields.size_gib.into());
            zones(&mut body, &fields.zones);
            request("PUT", subject, DISKS, body)
        }
        Command::UpdateDisk(fields) => filled(
            "PATCH",
            disk(&fields.disk)?,
            DISKS,
            facts::disk(&fields.facts, false),
        )?,
        Command::ResizeDisk(fields) => {
            let id = disk(&fields.disk)?;
            let size = before.disks().get(id)?.size;
            if size == ByteCount::from_gib(fields.size_gib) {
                return None;
            }
            let body = json!({ "properties": { "diskSizeGB": fields.size_gib } });
            request("PATCH", id, DISKS, body)
        }
        Command::SetNetworkAccess(fields) => {
            let mut body = json!({ "properties": { "networkAccessPolicy": fields.policy } });
            if let Some(access) = &fields.disk_access {
                put(&mut body, "properties.diskAccessId", access.as_str().into());
            }
            request("PATCH", disk(&fields.disk)?, DISKS, body)
        }
        Command::AttachDisk(fields) => attachments(after, machine(&fields.virtual_machine)?)?,
        Command::DetachDisk(fields) => {
            attachments(after, before.attached_to(disk(&fields.disk)?)?)?
        }
        Command::DeleteDisk(fields) => request("DELETE", disk(&fields.disk)?, DISKS, Value::Null),
        Command::CreateRestorePointCollection(fields) => {
            let made = after.collections().get(subject)?;
            let source = made.source_collection.as_ref().unwrap_or(&made.source);
            let mut body = json!({ "location": made.location, "properties": { "source": { "id": source.as_str() } } });
            if !fields.tags.is_empty() {
                put(&mut body, "tags", facts::tags(&fields.tags));
            }
            request("PUT", subject, COMPUTE, body)
        }
        Command::UpdateRestorePointCollection(fields) => {
            let body = json!({ "tags": facts::tags(&fields.tags) });
            request("PATCH", collection(&fields.collection)?, COMPUTE, body)
        }
        Command::DeleteRestorePointCollection(fields) => request(
            "DELETE",
            collection(&fields.collection)?,
            COMPUTE,
            Value::Null,
        ),
        Command::CreateRestorePoint(fields) => {
            let mut body = json!({ "properties": {} });
            if fields.consistency_mode == Some(ConsistencyMode::CrashConsistent) {
                put(
                    &mut body,
                    "properties.consistencyMode",
                    "CrashConsistent".into(),
                );
            } else if fields.consistency_mode.is_some() {
                return None;
            }
            if !fields.exclude_disks.is_empty() {
                let made = after.restore_points().get(subject)?;
                let left_out = made.exclude_disks.iter();
                let left_out = left_out.map(|id| json!({ "id": id.as_str() }));
                put(&mut body, "properties.excludeDisks", left_out.collect());
            }
            let made = after.restore_points().get(subject)?;
            under_sets(&mut body, made, None, &fields.disk_encryption_sets, after)?;
            let version = fields.api_version.as_deref().unwrap_or(COMPUTE);
            request("PUT", subject, version, body)
        }
        Command::CopyRestorePoint(fields) => {
            let source = point(&fields.restore_point)?;
            let mut body =
                json!({ "properties": { "sourceRestorePoint": { "id": source.as_str() } } });
            let made = after.restore_points().get(subject)?;
            let from = before.restore_points().get(source);
            under_sets(&mut body, made, from, &fields.disk_encryption_sets, after)?;
            request("PUT", subject, COMPUTE, body)
        }
        Command::DeleteRestorePoint(fields) => request(
            "DELETE",
            point(&fields.restore_point)?,
            COMPUTE,
            Value::Null,
        ),
        Command::RestoreDisk(fields) => {
            let made = after.disks().get(subject)?;
            let source = made.restored_from.as_ref()?;
            let mut body = from_source(source, &made.location);
            if let Some(size) = fields.size_gib {
                put(&mut body, "properties.diskSizeGB", size.into());
            }
            if let Some(sku) = &fields.sku {
                put(&mut body, "sku.name", sku.as_str().into());
            }
            if let Some(set) = facts::word(&made.facts, "diskEncryptionSetId")
                && fields.disk_encryption_set.is_some()
            {
                put(
                    &mut body,
                    "properties.encryption.diskEncryptionSetId",
                    set.into(),
                );
            }
            zones(&mut body, &fields.zones);
            request("PUT", subject, DISKS, body)
        }
        Command::GrantAccess(fields) => {
            let body = json!({ "access": "Read", "durationInSeconds": fields.duration_seconds });
            action(subject, "beginGetAccess", DISKS, body)
        }
        Command::RevokeAccess(_) => action(subject, "endGetAccess", DISKS, Value::Null),
        Command::CreateSnapshot(fields) => {
            let made = after.snapshots().get(subject)?;
            let copy = if made.busy_until.is_some() {
                "CopyStart"
            } else {
                "Copy"
            };
            let creation =
                json!({ "createOption": copy, "sourceResourceId": made.collection.as_str() });
            let mut body =
                json!({ "location": made.location, "properties": { "creationData": creation } });
            if let Some(incremental) = fields.incremental {
                put(&mut body, "properties.incremental", incremental.into());
            }
            request("PUT", subject, DISKS, body)
        }
        Command::DeleteSnapshot(fields) => {
            let (id, _) = before.find_snapshot(&fields.snapshot, "").ok()?;
            request("DELETE", id, DISKS, Value::Null)
        }
        Command::CreateResourceGroup(fields) => request(
            "PUT",
            subject,
            GROUPS,
            json!({ "location": fields.location }),
        ),
        Command::DeleteResourceGroup(_) => request("DELETE", subject, GROUPS, Value::Null),
        Command::CreateDiskEncryptionSet(fields) => {
            let mut body =
                json!({ "location": fields.location, "identity": { "type": "SystemAssigned" } });
            let made = after
                .encryption_sets()
                .iter()
                .find(|set| set.id == *subject)?;
            put(
                &mut body,
                "properties.activeKey.keyUrl",
                made.key.as_str().into(),
            );
            if let Some(kind) = &fields.encryption_type {
                put(&mut body, "properties.encryptionType", kind.as_str().into());
            }
            request("PUT", subject, DISKS, body)
        }
        Command::PlaceLock(_) => {
            let lock = after.locks().last()?;
            request(
                "PUT",
                lock.id(),
                LOCKS,
                // As Azure and its tools spell it, however it was given.
                json!({ "properties": { "level": if lock.read_only { "ReadOnly" } else { "CanNotDelete" } } }),
            )
        }
        Command::RemoveLock(_) => {
            let left: Vec<String> = after.locks().iter().map(Lock::id).collect();
            let mut gone = before.locks().iter().map(Lock::id);
            request(
                "DELETE",
                gone.find(|id| !left.contains(id))?,
                LOCKS,
                Value::Null,
            )
        }
        Command::MoveVirtualMachine(fields) => {
            let (from, vm) = before
                .find_virtual_machine(&fields.virtual_machine, "")
                .ok()?;
            let disks = vm.attachments.iter().filter_map(Attachment::managed);
            let moved = std::iter::once(from).chain(disks).map(ResourceId::as_str);
            let target = ResourceId::group(subject.subscription(), subject.resource_group());
            let body = json!({ "resources": moved.collect::<Vec<_>>(), "targetResourceGroup": target.as_str() });
            let group = ResourceId::group(from.subscription(), from.resource_group());
            action(&group, "moveResources", GROUPS, body)
        }
        Command::RestoreBackup(_) => return restored(before, after, subject),
        _ => return None,
    };
    Some(vec![one])
}

/// Puts disks of a point under disk encryption sets; `None` where one is of none of its disks.
fn under_sets(
    body: &mut Value,
    point: &RestorePoint,
    from: Option<&RestorePoint>,
    sets: &SmallMap<String, String>,
    cloud: &Cloud,
) -> Option<()> {
    let mut data = Vec::new();
    for (name, set) in sets {
        let named = |disk: &&DiskRestorePoint| {
            [disk.name.as_str(), disk.disk.as_str(), disk.id.as_str()]
                .iter()
                .any(|own| own.eq_ignore_ascii_case(name))
        };
        let disk = from.unwrap_or(point).disks.iter().find(named)?;
        let set = cloud.encryption_sets().iter().find(|own| {
            own.id.as_str().eq_ignore_ascii_case(set) || own.id.name().eq_ignore_ascii_case(set)
        })?;
        let encryption =
            json!({ "type": set.encryption_type, "diskEncryptionSet": { "id": set.id.as_str() } });
        let object = match from {
            Some(_) => {
                json!({ "diskRestorePoint": { "sourceDiskRestorePoint": { "id": disk.id.as_str() }, "encryption": encryption } })
            }
            None => {
                json!({ "managedDisk": { "id": disk.disk.as_str() }, "diskRestorePoint": { "encryption": encryption } })
            }
        };
        if disk.role == DiskRole::Os {
            put(
                body,
                "properties.sourceMetadata.storageProfile.osDisk",
                object,
            );
        } else {
            data.push(object);
        }
    }
    if !data.is_empty() {
        put(
            body,
            "properties.sourceMetadata.storageProfile.dataDisks",
            Value::Array(data),
        );
    }
    Some(())
}

/// A request whose body says something.
fn filled(method: &str, id: &ResourceId, api_version: &str, body: Value) -> Option<RunbookItem> {
    let empty = body.as_object().is_none_or(serde_json::Map::is_empty);
    (!empty).then(|| request(method, id, api_version, body))
}

fn zones(body: &mut Value, zones: &[String]) {
    if !zones.is_empty() {
        put(body, "zones", crate::json::write(zones));
    }
}

/// The body of a disk that is made from a disk restore point or a snapshot.
fn from_source(source: &ResourceId, location: &str) -> Value {
    let option = if source.is(ResourceType::Snapshot) {
        "Copy"
    } else {
        "Restore"
    };
    let creation = json!({ "createOption": option, "sourceResourceId": source.as_str() });
    json!({ "location": location, "properties": { "creationData": creation } })
}

/// The VM with the disks that it makes, then what the disks have that the VM's body does not say.
fn create_machine(machine: &Machine, before: &Cloud) -> Vec<RunbookItem> {
    let body = facts::machine(machine, before);
    let mut items = vec![request("PUT", &machine.id, COMPUTE, body)];
    for disk in &machine.disks {
        let new = disk
            .id
            .as_ref()
            .filter(|id| !before.disks().contains_key(id));
        let change = new.and_then(|id| filled("PATCH", id, DISKS, facts::disk(&disk.facts, true)));
        items.extend(change);
    }
    items
}

/// The list of data disks that a VM has.
fn attachments(after: &Cloud, vm: &ResourceId) -> Option<RunbookItem> {
    let attachments = &after.virtual_machines().get(vm)?.attachments;
    let data = attachments
        .iter()
        .filter(|attachment| attachment.role == DiskRole::Data);
    let data = data.filter_map(|attachment| {
        let id = attachment.managed()?.as_str();
        Some(
            json!({ "lun": attachment.lun, "createOption": "Attach", "managedDisk": { "id": id } }),
        )
    });
    let body =
        json!({ "properties": { "storageProfile": { "dataDisks": data.collect::<Vec<_>>() } } });
    Some(request("PATCH", vm, COMPUTE, body))
}

/// What came back from a point of a schedule of one's own: a VM with its disks, or disks.
fn restored(before: &Cloud, after: &Cloud, subject: &ResourceId) -> Option<Vec<RunbookItem>> {
    if after.virtual_machines().len() > before.virtual_machines().len() {
        return restored_machine(after, subject);
    }
    let new = after.disks().iter();
    let new = new.filter(|(id, _)| !before.disks().contains_key(id));
    let made = new.map(|(id, made)| {
        let body = restored_disk(made)?;
        Some(request("PUT", id, DISKS, body))
    });
    made.collect()
}

/// The body of a disk that is as it was captured.
fn restored_disk(made: &ManagedDisk) -> Option<Value> {
    let mut body = from_source(made.restored_from.as_ref()?, &made.location);
    if let Some(sku) = facts::word(&made.facts, "sku") {
        put(&mut body, "sku.name", sku.into());
    }
    zones(&mut body, &made.zones);
    Some(body)
}

/// The disks of a restored VM, a wait for each, and the VM around them.
fn restored_machine(after: &Cloud, subject: &ResourceId) -> Option<Vec<RunbookItem>> {
    let (id, vm) = after
        .virtual_machines()
        .iter()
        .filter(|(_, vm)| vm.restored_from.is_some())
        .find(|(_, vm)| {
            vm.attachments
                .iter()
                .any(|attachment| attachment.managed() == Some(subject))
        })?;
    let disks = vm.attachments.iter().filter_map(Attachment::managed);
    let mut items = Vec::new();
    for disk in disks.clone() {
        let made = after.disks().get(disk)?;
        items.push(request("PUT", disk, DISKS, restored_disk(made)?));
    }
    items.extend(disks.map(|disk| RunbookItem::Wait(until_ready(disk, after))));
    items.push(request("PUT", id, COMPUTE, around_disks(vm, after)));
    Some(items)
}

/// The body of a VM whose disks are there.
fn around_disks(vm: &VirtualMachine, cloud: &Cloud) -> Value {
    let disks = vm
        .attachments
        .iter()
        .filter_map(|attachment| match &attachment.disk {
            AttachedDisk::Managed(id) => Some(crate::model::Disk {
                name: id.name().to_owned(),
                id: Some(id.clone()),
                role: Some(attachment.role),
                lun: attachment.lun,
                size_gib: None,
                location: None,
                zones: Vec::new(),
                facts: FactSet::new(),
            }),
            AttachedDisk::Unmanaged(_) => None,
        });
    let mut facts = vm.facts.clone();
    // It starts from a disk and not from an image.
    facts.remove("imageReference");
    let machine = Machine {
        id: ResourceId::named(ResourceType::VirtualMachine, &vm.name),
        name: vm.name.clone(),
        location: Some(vm.location.clone()),
        zones: vm.zones.clone(),
        tags: vm.tags.clone(),
        facts,
        disks: disks.collect(),
    };
    facts::machine(&machine, cloud)
}
