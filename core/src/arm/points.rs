//! Restore points and disk restore points.

use super::body::{Node, Object};
use super::call::{Call, Handled, at, fields, keep, linked, merge, page, text_at};
use super::error::Failure;
use super::http::Answer;
use super::instant_access::{background, hydrates};
use super::operation::{self, Work};
use crate::cloud::{
    Cloud, Command, CopyRestorePoint, CreateRestorePoint, DeleteRestorePoint, DiskReference,
    DiskRestorePoint, Replication, ReplicationState, RestorePoint,
};
use crate::ids::{ResourceId, ResourceType};
use crate::model::{ConsistencyMode, DiskRole, FactSet, FactValue, ProvisioningState};
use crate::order::SmallMap;
use serde_json::Value;

const KIND: &str = "Microsoft.Compute/restorePointCollections/restorePoints";
const GIB: u64 = 1 << 30;

/// A fact as a word.
pub(super) fn word<'f>(facts: &'f FactSet, name: &str) -> Option<&'f str> {
    match facts.get(name) {
        Some(FactValue::Text(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// A fact as yes or no.
pub(super) fn flag(facts: &FactSet, name: &str) -> Option<bool> {
    match facts.get(name) {
        Some(FactValue::Bool(value)) => Some(*value),
        _ => None,
    }
}

pub(super) fn needs_version(version: &str) -> Failure {
    let message = format!("This request can be made with api-version '{version}' or newer.");
    Failure::new(400, "BadRequest", message)
}

fn point_id(call: &Call<'_>) -> ResourceId {
    call.id(ResourceType::RestorePointCollection)
        .child("restorePoints", call.name(1))
}

fn find<'c>(call: &'c Call<'_>) -> Result<(&'c ResourceId, &'c RestorePoint), Failure> {
    let collection = call.id(ResourceType::RestorePointCollection);
    if !call.cloud().collections().contains_key(&collection) {
        return Err(no_parent(call, &collection));
    }
    let found = call.cloud().restore_points().get_key_value(&point_id(call));
    found.ok_or_else(|| {
        let name = format!("{}/{}", call.name(0), call.name(1));
        Failure::not_found(KIND, call.group, &name)
    })
}

fn no_parent(call: &Call<'_>, parent: &ResourceId) -> Failure {
    let message = format!(
        "Failed to perform '{}' on resource(s) of type 'restorePointCollections/restorePoints', because the parent resource '{parent}' could not be found.",
        if call.request.method.eq_ignore_ascii_case("GET") {
            "read"
        } else {
            "write"
        }
    );
    Failure::new(404, "ParentResourceNotFound", message)
}

/// Whether the request of a point that is being made asked for crash consistency.
fn asked_crash(cloud: &Cloud, point: &RestorePoint) -> bool {
    let vm = cloud.virtual_machines().get(&point.virtual_machine);
    let last = vm.and_then(|vm| vm.lately.last());
    last.is_some_and(|(at, crash)| *crash && *at == point.time_created)
}

pub(super) const fn mode(mode: ConsistencyMode) -> &'static str {
    match mode {
        ConsistencyMode::CrashConsistent => "CrashConsistent",
        ConsistencyMode::FileSystemConsistent => "FileSystemConsistent",
        ConsistencyMode::ApplicationConsistent => "ApplicationConsistent",
    }
}

/// The body of a point as it is now.
pub(super) fn body(call: &Call<'_>, id: &ResourceId, point: &RestorePoint, view: bool) -> String {
    print(call, id, point, point.state, view)
}

/// The body of a point in a state.
fn print(
    call: &Call<'_>,
    id: &ResourceId,
    point: &RestorePoint,
    state: ProvisioningState,
    view: bool,
) -> String {
    let cloud = call.cloud();
    let creating = state == ProvisioningState::Creating;
    let copy = point
        .replication
        .as_ref()
        .filter(|copy| copy.source.is_some());
    let mut body = Object::default();
    body.text("name", point.name.as_str());
    body.text("id", id.as_str());
    let mut properties = Object::default();
    if !point.exclude_disks.is_empty() {
        let excluded = point.exclude_disks.iter().map(|disk| {
            let mut object = Object::default();
            object.text("id", disk.as_str());
            object.into()
        });
        properties.put("excludeDisks", Node::List(excluded.collect()));
    }
    properties.object("sourceMetadata", metadata(call, point, copy, creating));
    properties.text("provisioningState", operation::state(state));
    let known = match creating {
        true => copy.is_some() || asked_crash(cloud, point),
        // A point that failed shows nothing.
        false => point.is_retained(),
    };
    if known {
        properties.text("consistencyMode", mode(point.consistency_mode));
    }
    if let Some(source) = copy.and_then(|copy| copy.source.as_ref()) {
        properties.reference("sourceRestorePoint", source.as_str());
    }
    if view {
        properties.object("instanceView", instance_view(call, id, point, state));
    }
    properties.text("timeCreated", Call::time(point.time_created));
    body.object("properties", properties);
    body.print(cloud.kept(id))
}

fn metadata<'p>(
    call: &'p Call<'_>,
    point: &'p RestorePoint,
    copy: Option<&'p Replication>,
    creating: bool,
) -> Object<'p> {
    let cloud = call.cloud();
    let vm = &point.configuration;
    // Version 2023-03-01 brought encryption and source of disk restore points.
    let links = call.since("2023-03-01");
    let mut source = Object::default();
    source.text("vmId", point.virtual_machine_unique_id.as_str());
    source.text("location", vm.location.as_str());
    let mut hardware = Object::default();
    hardware.text(
        "vmSize",
        word(&vm.facts, "vmSize").unwrap_or("Standard_D2s_v5"),
    );
    source.object("hardwareProfile", hardware);
    let from = copy.and_then(|copy| cloud.restore_points().get(copy.source.as_ref()?));
    let mut storage = Object::default();
    let mut data = Vec::new();
    for (at, disk) in point.disks.iter().enumerate() {
        let from = from.and_then(|from| from.disks.get(at));
        let object = captured(disk, &vm.facts, from.filter(|_| links), creating, links);
        if disk.role == DiskRole::Os {
            storage.object("osDisk", object);
        } else {
            data.push(object.into());
        }
    }
    storage.put("dataDisks", Node::List(data));
    storage.maybe("diskControllerType", word(&vm.facts, "diskControllerType"));
    source.object("storageProfile", storage);
    source.maybe("licenseType", word(&vm.facts, "licenseType"));
    if let Some(profile) = security(&vm.facts) {
        source.object("securityProfile", profile);
    }
    let generation = word(&vm.facts, "hyperVGeneration");
    source.maybe("hyperVGeneration", generation);
    source
}

/// The security profile of a VM that has one.
pub(super) fn security(facts: &FactSet) -> Option<Object<'_>> {
    let mut uefi = Object::default();
    for (field, fact) in [("secureBootEnabled", "secureBoot"), ("vTpmEnabled", "vTpm")] {
        if let Some(value) = flag(facts, fact) {
            uefi.put(field, Node::Bool(value));
        }
    }
    let kind = word(facts, "securityType").filter(|kind| *kind != "Standard")?;
    let mut profile = Object::default();
    profile.object("uefiSettings", uefi);
    profile.text("securityType", kind);
    Some(profile)
}

/// A disk as the metadata of a point has it.
fn captured<'p>(
    disk: &'p DiskRestorePoint,
    vm: &'p FactSet,
    from: Option<&'p DiskRestorePoint>,
    creating: bool,
    links: bool,
) -> Object<'p> {
    let facts = &disk.facts;
    let mut object = Object::default();
    let os = disk.role == DiskRole::Os;
    if os {
        let kind = word(facts, "osType").or_else(|| word(vm, "osType"));
        object.maybe("osType", kind);
    } else if let Some(lun) = disk.lun {
        object.number("lun", u64::from(lun));
    }
    object.text("name", disk.name.as_str());
    object.number("diskSizeGB", disk.size.0 / GIB);
    let caching = if os { "ReadWrite" } else { "None" };
    object.text("caching", word(facts, "caching").unwrap_or(caching));
    let mut managed = Object::default();
    managed.text("storageAccountType", sku(facts));
    managed.text("id", disk.disk.as_str());
    object.object("managedDisk", managed);
    if !creating {
        let mut reference = Object::default();
        if links {
            let mut encryption = Object::default();
            encryption.text("type", encryption_type(facts));
            if let Some(set) = word(facts, "diskEncryptionSetId") {
                encryption.reference("diskEncryptionSet", set);
            }
            reference.object("encryption", encryption);
        }
        if let Some(from) = from {
            reference.reference("sourceDiskRestorePoint", from.id.as_str());
        }
        reference.text("id", disk.id.as_str());
        object.object("diskRestorePoint", reference);
    }
    if flag(facts, "writeAcceleratorEnabled") == Some(true) {
        object.put("writeAcceleratorEnabled", Node::Bool(true));
    }
    object
}

/// The SKU of a disk; what the service gives where nobody said.
pub(super) fn sku(facts: &FactSet) -> &str {
    word(facts, "sku").unwrap_or("Standard_LRS")
}

pub(super) fn encryption_type(facts: &FactSet) -> &str {
    word(facts, "encryptionType").unwrap_or("EncryptionAtRestWithPlatformKey")
}

fn status(state: ReplicationState) -> Object<'static> {
    let (code, shown) = match state {
        ReplicationState::Replicating => ("ReplicationState/replicating", "Replicating"),
        ReplicationState::Succeeded => ("ReplicationState/succeeded", "Succeeded"),
        ReplicationState::Failed => ("ReplicationState/failed", "Failed"),
    };
    let mut status = Object::default();
    status.text("code", code);
    status.text(
        "level",
        if state == ReplicationState::Failed {
            "Error"
        } else {
            "Info"
        },
    );
    status.text("displayStatus", shown);
    status
}

/// How far the disks of a point are.
fn instance_view<'p>(
    call: &Call<'_>,
    id: &ResourceId,
    point: &'p RestorePoint,
    state: ProvisioningState,
) -> Object<'p> {
    let mut all = ReplicationState::Succeeded;
    let mut disks = Vec::new();
    let mut add = |id: &'p ResourceId, access: Option<&'static str>, state, percent| {
        let mut replication = Object::default();
        replication.object("status", status(state));
        replication.number("completionPercent", percent);
        let mut disk = Object::default();
        disk.text("id", id.as_str());
        disk.maybe(
            "snapshotAccessState",
            access.filter(|_| call.since("2025-04-01")),
        );
        disk.object("replicationStatus", replication);
        disks.push(disk.into());
    };
    if let Some(copy) = &point.replication {
        for disk in &copy.disks {
            let percent = Replication::percent(disk);
            add(&disk.disk_restore_point, None, disk.state, percent);
            match disk.state {
                ReplicationState::Failed => all = ReplicationState::Failed,
                ReplicationState::Replicating if all == ReplicationState::Succeeded => {
                    all = ReplicationState::Replicating;
                }
                _ => {}
            }
        }
    } else if state == ProvisioningState::Succeeded {
        for disk in point.disks.iter().filter(|disk| hydrates(disk)) {
            match background(call.cloud(), id, point, disk) {
                Some(copy) if copy.percent < 100 => {
                    all = ReplicationState::Replicating;
                    add(&disk.id, Some(copy.access), all, copy.percent);
                }
                copy => {
                    let access = copy.map(|copy| copy.access);
                    add(&disk.id, access, ReplicationState::Succeeded, 100);
                }
            }
        }
    }
    let all = match state {
        ProvisioningState::Creating => ReplicationState::Replicating,
        ProvisioningState::Failed => ReplicationState::Failed,
        _ => all,
    };
    let mut view = Object::default();
    if !disks.is_empty() {
        view.put("diskRestorePoints", Node::List(disks));
    }
    view.put("statuses", Node::List(vec![status(all).into()]));
    view
}

pub(super) fn get(call: &mut Call<'_>) -> Handled {
    call.check_expand(&["instanceView"])?;
    let view = call.expands("instanceView");
    if view && !call.since("2021-11-01") {
        return Err(needs_version("2021-11-01"));
    }
    let (id, point) = find(call)?;
    Ok(Answer::json(200, body(call, id, point, view)))
}

pub(super) fn put(call: &mut Call<'_>) -> Handled {
    let collection = call.id(ResourceType::RestorePointCollection);
    let Some(found) = call.cloud().collections().get(&collection) else {
        return Err(no_parent(call, &collection));
    };
    let id = point_id(call);
    let there = call.cloud().restore_points().get(&id);
    if there.is_some_and(|point| point.state != ProvisioningState::Failed) {
        let message = format!(
            "Restore point '{}' exists already. Updating a restore point is not allowed.",
            call.name(1)
        );
        return Err(Failure::new(409, "OperationNotAllowed", message));
    }
    let location = if found.source_collection.is_some() {
        found.location.clone()
    } else {
        let vm = call.cloud().virtual_machines().get(&found.source);
        vm.map_or_else(|| found.location.clone(), |vm| vm.location.clone())
    };
    let given = super::fields::kept("RestorePoints_Create", &call.body);
    let command = command(call, &collection)?;
    let place = call.carry_out(command)?;
    if let Value::Object(_) = &given {
        let mut kept = call.cloud().kept(&id).map(fields).unwrap_or_default();
        merge(&mut kept, &given);
        call.also(keep(&id, Value::Object(kept)))?;
    }
    let Some((id, point)) = call.cloud().restore_points().get_key_value(&id) else {
        return Err(Failure::new(
            409,
            "InternalOperationError",
            "The restore point is gone already.",
        ));
    };
    let body = print(call, id, point, ProvisioningState::Creating, false);
    let work = Work {
        place,
        location,
        of_disks: false,
        monitored: false,
    };
    Ok(call.begun(201, Some(body), work))
}

/// The command that a body asks for.
fn command(call: &Call<'_>, collection: &ResourceId) -> Result<Command, Failure> {
    let source = call.id_at("properties.sourceRestorePoint.id")?;
    if let Some(source) = source {
        if !call.since("2021-11-01") {
            return Err(needs_version("2021-11-01"));
        }
        if call.cloud().restore_points().get(&source).is_none() {
            let mut failure = Failure::new(
                404,
                "NotFound",
                "The entity was not found in this Azure location.",
            );
            failure.target = Some("properties.sourceRestorePoint.id".to_owned());
            return Err(failure);
        }
        return Ok(Command::CopyRestorePoint(CopyRestorePoint {
            restore_point: source.to_string(),
            collection: collection.to_string(),
            name: Some(call.name(1).to_owned()),
            disk_encryption_sets: encryption_sets(call)?,
            api_version: Some(call.version.to_owned()),
            at_once: call.at_once(),
        }));
    }
    let minutes = "properties.instantAccessDurationMinutes";
    if let Some(asked) = call.number(minutes)? {
        if !call.since("2025-04-01") {
            return Err(needs_version("2025-04-01"));
        }
        if !(60..=300).contains(&asked) {
            return Err(super::call::wrong(minutes, "60 to 300"));
        }
    }
    let path = "properties.consistencyMode";
    let asked = match call.text(path)? {
        None => None,
        Some(word) if word.eq_ignore_ascii_case("CrashConsistent") => {
            if !call.since("2021-07-01") {
                return Err(needs_version("2022-03-01"));
            }
            Some(ConsistencyMode::CrashConsistent)
        }
        Some(word) => {
            let message = format!(
                "The value '{word}' of parameter consistencyMode is invalid. Only CrashConsistent is accepted as a valid input."
            );
            return Err(Failure::invalid("consistencyMode", message));
        }
    };
    let mut exclude = Vec::new();
    if let Some(list) = call.at("properties.excludeDisks") {
        let list = list
            .as_array()
            .ok_or_else(|| super::call::wrong("properties.excludeDisks", "a list"))?;
        for (at, item) in list.iter().enumerate() {
            let path = format!("properties.excludeDisks[{at}].id");
            let id = text_at(item, "id", &path)?.ok_or_else(|| super::call::missing(&path))?;
            exclude.push(DiskReference {
                id: linked(id, &path)?.to_string(),
            });
        }
    }
    Ok(Command::CreateRestorePoint(CreateRestorePoint {
        collection: collection.to_string(),
        name: call.name(1).to_owned(),
        consistency_mode: asked,
        exclude_disks: exclude,
        disk_encryption_sets: encryption_sets(call)?,
        api_version: Some(call.version.to_owned()),
        at_once: call.at_once(),
    }))
}

/// The disk encryption sets that a body gives for disks, by the disk or the disk restore point that is copied.
fn encryption_sets(call: &Call<'_>) -> Result<SmallMap<String, String>, Failure> {
    let mut sets = SmallMap::new();
    let path = "properties.sourceMetadata.storageProfile";
    let Some(profile) = call.at(path) else {
        return Ok(sets);
    };
    let os = at(profile, "osDisk").map(|os| (format!("{path}.osDisk"), os));
    let data = at(profile, "dataDisks").and_then(Value::as_array);
    let data = data.into_iter().flatten().enumerate();
    let data = data.map(|(at, disk)| (format!("{path}.dataDisks[{at}]"), disk));
    for (path, given) in os.into_iter().chain(data) {
        let text = |place: &str| text_at(given, place, &format!("{path}.{place}"));
        let set = text("diskRestorePoint.encryption.diskEncryptionSet.id")?;
        let kind = text("diskRestorePoint.encryption.type")?;
        let Some(set) = set else {
            if kind.is_some_and(|kind| kind.contains("CustomerKey")) {
                let place = "diskRestorePoint.encryption.diskEncryptionSet.id";
                return Err(super::call::missing(&format!("{path}.{place}")));
            }
            continue;
        };
        if !call.since("2023-03-01") {
            return Err(needs_version("2023-03-01"));
        }
        let disk = match text("diskRestorePoint.sourceDiskRestorePoint.id")? {
            Some(source) => Some(source),
            None => text("managedDisk.id")?,
        };
        let disk = disk.ok_or_else(|| super::call::missing(&format!("{path}.managedDisk.id")))?;
        let set = linked(
            set,
            &format!("{path}.diskRestorePoint.encryption.diskEncryptionSet.id"),
        )?;
        sets.insert(disk.to_owned(), set.to_string());
    }
    Ok(sets)
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    let id = point_id(call);
    let Some(point) = call.cloud().restore_points().get(&id) else {
        return Ok(Answer::empty(204));
    };
    let location = match &point.replication {
        Some(_) => point.location.clone(),
        None => point.configuration.location.clone(),
    };
    let place = call.carry_out(Command::DeleteRestorePoint(DeleteRestorePoint {
        restore_point: id.to_string(),
        at_once: call.at_once(),
    }))?;
    let work = Work {
        place,
        location,
        of_disks: false,
        monitored: true,
    };
    Ok(call.begun(202, None, work))
}

/// The disk restore point that the path names.
pub(super) fn find_disk<'c>(
    call: &'c Call<'_>,
) -> Result<(&'c RestorePoint, &'c DiskRestorePoint), Failure> {
    let (_, point) = find(call)?;
    let mut disks = point.disks.iter();
    let named = |disk: &&DiskRestorePoint| disk.id.name().eq_ignore_ascii_case(call.name(2));
    let there = !matches!(point.state, ProvisioningState::Creating);
    let found = disks.find(named).filter(|_| there);
    found.map(|disk| (point, disk)).ok_or_else(|| {
        let name = call.names.join("/");
        Failure::not_found(&format!("{KIND}/diskRestorePoints"), call.group, &name)
    })
}

/// The body of a disk restore point.
fn disk_body(call: &Call<'_>, point: &RestorePoint, disk: &DiskRestorePoint) -> String {
    let facts = &disk.facts;
    let mut body = Object::default();
    body.text("id", disk.id.as_str());
    body.text("name", disk.id.name());
    body.text("type", format!("{KIND}/diskRestorePoints"));
    let mut properties = Object::default();
    properties.text("timeCreated", Call::time(point.time_created));
    properties.text("sourceResourceId", disk.disk.as_str());
    properties.text("sourceUniqueId", disk.disk_unique_id.as_str());
    if disk.role == DiskRole::Os {
        let vm = &point.configuration.facts;
        properties.maybe(
            "osType",
            word(facts, "osType").or_else(|| word(vm, "osType")),
        );
        let generation = word(facts, "hyperVGeneration").or_else(|| word(vm, "hyperVGeneration"));
        properties.maybe("hyperVGeneration", generation);
    }
    properties.text("familyId", disk.family_id.as_str());
    let mut encryption = Object::default();
    encryption.text("type", encryption_type(facts));
    encryption.maybe("diskEncryptionSetId", word(facts, "diskEncryptionSetId"));
    properties.object("encryption", encryption);
    properties.text(
        "networkAccessPolicy",
        word(facts, "networkAccessPolicy").unwrap_or("AllowAll"),
    );
    properties.text(
        "publicNetworkAccess",
        word(facts, "publicNetworkAccess").unwrap_or("Enabled"),
    );
    properties.maybe("diskAccessId", word(facts, "diskAccessId"));
    if let Some(kind) = word(facts, "diskSecurityType") {
        let mut profile = Object::default();
        profile.text("securityType", kind);
        properties.object("securityProfile", profile);
    }
    if let Some(FactValue::Integer(size)) = facts.get("logicalSectorSize") {
        properties.number("logicalSectorSize", size.unsigned_abs());
    }
    let copy = point.replication.as_ref();
    let travelling = copy.and_then(|copy| {
        let mut disks = copy.disks.iter();
        let own = disks.find(|own| own.disk_restore_point == disk.id)?;
        Some((copy, own))
    });
    if let Some((copy, own)) = travelling {
        properties.put("completionPercent", Node::Number(Replication::percent(own)));
        let state = match own.state {
            ReplicationState::Replicating => "Replicating",
            ReplicationState::Succeeded => "Succeeded",
            ReplicationState::Failed => "Failed",
        };
        properties.text("replicationState", state);
        properties.text("sourceResourceLocation", copy.from_region.as_str());
    }
    if call.since("2026-03-02")
        && let Some(parent) = disk.id.parent()
        && let Some(copy) = background(call.cloud(), &parent, point, disk)
    {
        properties.text("snapshotAccessState", copy.access);
    }
    body.object("properties", properties);
    body.print(call.cloud().kept(&disk.id))
}

pub(super) fn get_disk(call: &mut Call<'_>) -> Handled {
    let (point, disk) = find_disk(call)?;
    Ok(Answer::json(200, disk_body(call, point, disk)))
}

pub(super) fn list_disks(call: &mut Call<'_>) -> Handled {
    let call = &*call;
    let (_, point) = find(call)?;
    let there = point.state != ProvisioningState::Creating;
    let disks = point.disks.iter().filter(|_| there);
    page(call, disks.map(|disk| &disk.id), |id| {
        let disk = point.disks.iter().find(|disk| disk.id == *id)?;
        Some(disk_body(call, point, disk))
    })
}
