//! A disk that the body of a VM makes, attaches or restores.

use crate::arm::call::{Call, at, linked, missing, number_at, text_at};
use crate::arm::disks::from_source;
use crate::arm::error::Failure;
use crate::cloud::{Command, RestoreDisk};
use crate::ids::{ResourceId, ResourceType};
use crate::model::{Disk, DiskRole, FactValue};
use serde_json::Value;

/// Gives a disk of a new VM its id; the command that restores it, where it comes from a point.
pub(super) fn new_disk(
    call: &Call<'_>,
    vm: &ResourceId,
    disk: &mut Disk,
    path: &str,
    given: &Value,
    number: usize,
    location: &str,
) -> Result<Option<Command>, Failure> {
    let option = text_at(given, "createOption", &format!("{path}.createOption"))?;
    let option = option.ok_or_else(|| missing(&format!("{path}.createOption")))?;
    let unmanaged = given.get("vhd").is_some() || at(given, "diffDiskSettings.option").is_some();
    if unmanaged && disk.id.is_none() {
        return Ok(None);
    }
    if disk.role == Some(DiskRole::Data) && disk.lun.is_none() {
        return Err(missing(&format!("{path}.lun")));
    }
    if let Some(text) = text_at(given, "managedDisk.id", &format!("{path}.managedDisk.id"))? {
        disk.id = Some(linked(text, &format!("{path}.managedDisk.id"))?);
    }
    let kind = if disk.role == Some(DiskRole::Os) {
        "OsDisk_1"
    } else {
        "DataDisk"
    };
    if disk.id.is_none() {
        let name = match text_at(given, "name", &format!("{path}.name"))? {
            Some(name) => name.to_owned(),
            None => {
                let guid = call.cloud().guid_of(&format!("{vm} {number}"));
                let nth = if number == 0 {
                    String::new()
                } else {
                    format!("_{}", number - 1)
                };
                format!("{}_{kind}{nth}_{}", vm.name(), guid.replace('-', ""))
            }
        };
        disk.id = Some(vm.sibling(ResourceType::Disk, &name));
    }
    let Some(id) = &disk.id else { return Ok(None) };
    disk.name = id.name().to_owned();
    let there = call.cloud().disks().get(id);
    if option == "Attach" {
        let Some(there) = there else {
            return Err(Failure {
                target: Some(format!("{path}.managedDisk.id")),
                ..Failure::not_found("Microsoft.Compute/disks", id.resource_group(), id.name())
            });
        };
        if !crate::cloud::same_region(&there.location, location) {
            let message = format!(
                "Disk {} cannot be attached to the VM because it is not in the same location as the VM.",
                id.name()
            );
            return Err(Failure::new(409, "OperationNotAllowed", message));
        }
        return Ok(None);
    }
    let source = text_at(
        given,
        "sourceResource.id",
        &format!("{path}.sourceResource.id"),
    )?;
    if let (true, Some(source)) = (matches!(option, "Restore" | "Copy"), source) {
        let source = linked(source, &format!("{path}.sourceResource.id"))?;
        return Ok(Some(from_source(
            call,
            &source,
            &format!("{path}.sourceResource.id"),
            location,
            RestoreDisk {
                disk_restore_point: source.to_string(),
                restore_point: None,
                name: id.to_string(),
                size_gib: number_at(given, "diskSizeGB", &format!("{path}.diskSizeGB"))?,
                sku: text_at(given, "managedDisk.storageAccountType", path)?.map(str::to_owned),
                zones: Vec::new(),
                disk_encryption_set: text_at(given, "managedDisk.diskEncryptionSet.id", path)?
                    .map(str::to_owned),
                at_once: call.at_once(),
            },
        )?));
    }
    if there.is_some() {
        let message = format!(
            "The disk '{}' exists already; attach it with createOption Attach.",
            id.name()
        );
        return Err(Failure::new(409, "ConflictingUserInput", message));
    }
    if disk.size_gib.is_none() {
        if option == "Empty" {
            return Err(missing(&format!("{path}.diskSizeGB")));
        }
        disk.size_gib = Some(30);
    }
    if !disk.facts.contains_key("sku") {
        disk.facts
            .insert("sku".to_owned(), FactValue::Text("Premium_LRS".to_owned()));
    }
    Ok(None)
}
