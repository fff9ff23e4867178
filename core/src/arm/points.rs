//! Restore points: their requests. Bodies are in [`body`], disk restore points in [`disk`].

mod body;
mod disk;
mod pace;

pub(super) use body::{body, security};
pub(super) use disk::{find_disk, get_disk, list_disks};

use super::call::{Call, Handled, at, fields, keep, linked, merge, text_at};
use super::error::Failure;
use super::http::Answer;
use super::work::Work;
use crate::cloud::{
    Command, CopyRestorePoint, CreateRestorePoint, DeleteRestorePoint, DiskReference, RestorePoint,
};
use crate::ids::{ResourceId, ResourceType};
use crate::json::take;
use crate::model::{ConsistencyMode, FactSet, FactValue, ProvisioningState};
use crate::order::SmallMap;
use body::print;
use serde_json::{Map, Value};

const KIND: &str = "Microsoft.Compute/restorePointCollections/restorePoints";

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

/// The SKU of a disk; what the service gives where nobody said.
pub(super) fn sku(facts: &FactSet) -> &str {
    word(facts, "sku").unwrap_or("Standard_LRS")
}

pub(super) fn encryption_type(facts: &FactSet) -> &str {
    word(facts, "encryptionType").unwrap_or("EncryptionAtRestWithPlatformKey")
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
    let crash = matches!(
        &command,
        Command::CreateRestorePoint(asked)
            if asked.consistency_mode == Some(ConsistencyMode::CrashConsistent)
    );
    let copies = matches!(&command, Command::CopyRestorePoint(_));
    let place = match call.carry_out(command) {
        Ok(place) => place,
        Err(failure) => return Err(pace::too_often(call, &collection, failure)),
    };
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
    let mut answer = call.begun(201, Some(body), &work);
    pace::tell(call, &collection, (copies, crash), &mut answer);
    Ok(answer)
}

/// Brings a body of the first version into the form of the others: its first client wrote the fields of a point
/// beside `properties`, where the specification and the service have them inside.
pub(super) fn nest(body: &mut Value) {
    let Value::Object(all) = body else { return };
    for own in ["excludeDisks", "consistencyMode"] {
        let given = all.keys().find(|name| name.eq_ignore_ascii_case(own));
        let Some(value) = given.cloned().and_then(|name| take(all, &name)) else {
            continue;
        };
        let inside = all
            .entry("properties")
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(inside) = inside {
            inside.entry(own).or_insert(value);
        }
    }
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
    Ok(call.begun(202, None, &work))
}
