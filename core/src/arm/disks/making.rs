//! What makes a disk, of nothing or of a source, and what is kept of what was given with it.

use super::{facts, zones};
use crate::arm::call::{Call, missing};
use crate::arm::error::Failure;
use crate::cloud::{Command, CreateDisk, RestoreDisk};
use crate::ids::{ResourceId, ResourceType};
use crate::json::take;
use serde_json::Value;

/// Ways to make a disk that are not simulated, and why.
pub(in crate::arm) const NOT_SIMULATED: &[(&str, &str)] = &[
    ("Upload", "pages are not written through addresses"),
    (
        "UploadPreparedSecure",
        "pages are not written through addresses",
    ),
    ("ImportSecure", "a guest state is not simulated"),
    (
        "CopyStart",
        "a disk is restored from a point or copy in its region; points and snapshots travel",
    ),
    ("CopyFromSanSnapshot", "Elastic SAN is not simulated"),
];

/// The createOption that a body of the endpoint has by itself for what a command makes.
pub(super) fn create_option(commands: &[Command]) -> Option<&'static str> {
    match commands.first()? {
        Command::CreateDisk(_) => Some("Empty"),
        Command::RestoreDisk(from) => Some(restored_by(&from.disk_restore_point.parse().ok()?)),
        Command::CreateSnapshot(made) if made.source.is_none() => Some("Empty"),
        _ => None,
    }
}

/// How a disk is made of a source.
pub(super) fn restored_by(source: &ResourceId) -> &'static str {
    if source.is(ResourceType::Snapshot) || source.is(ResourceType::Disk) {
        "Copy"
    } else {
        "Restore"
    }
}

/// What is kept, without a createOption that is told anyway: what need not be kept is not.
pub(super) fn told(mut kept: Value, option: &str) -> Value {
    let Some(all) = kept.as_object_mut() else {
        return kept;
    };
    let Some(properties) = all.get_mut("properties").and_then(Value::as_object_mut) else {
        return kept;
    };
    if let Some(creation) = properties
        .get_mut("creationData")
        .and_then(Value::as_object_mut)
    {
        if creation.get("createOption").and_then(Value::as_str) == Some(option) {
            take(creation, "createOption");
        }
        if creation.is_empty() {
            take(properties, "creationData");
        }
    }
    if properties.is_empty() {
        take(all, "properties");
    }
    if all.is_empty() { Value::Null } else { kept }
}

/// The command that makes a disk as the body says.
pub(super) fn create(call: &Call<'_>, id: &ResourceId, location: &str) -> Result<Command, Failure> {
    let option = call.needs("properties.creationData.createOption")?;
    let size = call.number("properties.diskSizeGB")?;
    let source_path = "properties.creationData.sourceResourceId";
    match option {
        "Import" if call.text("properties.creationData.sourceUri")?.is_none() => {
            Err(missing("properties.creationData.sourceUri"))
        }
        "Empty" | "FromImage" | "Import" => Ok(Command::CreateDisk(CreateDisk {
            name: id.to_string(),
            location: location.to_owned(),
            zones: zones(call),
            size_gib: match size {
                Some(size) => size,
                None if option == "FromImage" => 30,
                None => return Err(missing("properties.diskSizeGB")),
            },
            facts: facts(call)?,
        })),
        "Restore" | "Copy" => {
            let source = call
                .id_at(source_path)?
                .ok_or_else(|| missing(source_path))?;
            let restore = RestoreDisk {
                disk_restore_point: source.to_string(),
                restore_point: None,
                name: id.to_string(),
                size_gib: size,
                sku: call.text("sku.name")?.map(str::to_owned),
                zones: zones(call),
                disk_encryption_set: call
                    .text("properties.encryption.diskEncryptionSetId")?
                    .map(str::to_owned),
                at_once: call.at_once(),
            };
            from_source(call, &source, source_path, location, restore)
        }
        other => {
            let path = "properties.creationData.createOption";
            let mut known = NOT_SIMULATED.iter();
            let Some((_, why)) = known.find(|(option, _)| *option == other) else {
                let message = format!("The createOption '{other}' makes no disk by itself.");
                return Err(Failure::invalid(path, message));
            };
            let message = format!(
                "The createOption '{other}' is not simulated: {why}. There is Empty, FromImage, Import, Restore and Copy."
            );
            Err(Failure::not_simulated(path, message))
        }
    }
}

/// The command that makes a disk from a disk restore point, a snapshot or a disk, in their region.
pub(in crate::arm) fn from_source(
    call: &Call<'_>,
    source: &ResourceId,
    path: &str,
    location: &str,
    restore: RestoreDisk,
) -> Result<Command, Failure> {
    let cloud = call.cloud();
    let found = match cloud.disks().get(source) {
        Some(disk) => Some((disk.location.as_str(), disk.ready_at)),
        None => cloud
            .find_disk_restore_point(source.as_str(), None, "")
            .ok()
            .map(|(point, _)| (point.location.as_str(), point.busy_until)),
    };
    let Some((place, busy_until)) = found else {
        let message = format!("Resource {} is not found.", source.name());
        return Err(Failure::new(404, "NotFound", message));
    };
    if busy_until.is_some_and(|at| at > cloud.now()) && source.is(ResourceType::Snapshot) {
        let message = format!(
            "The source snapshot '{}' has not been copied completely yet.",
            source.name()
        );
        return Err(Failure::new(409, "OperationNotAllowed", message));
    }
    if !crate::cloud::same_region(place, location) {
        let message = format!(
            "The source '{source}' is in '{place}' and the disk in '{location}'; they have to be in one region."
        );
        return Err(Failure::invalid(path, message));
    }
    Ok(Command::RestoreDisk(restore))
}
