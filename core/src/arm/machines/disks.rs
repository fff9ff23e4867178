//! Changes of the disks of a VM: attached, made, resized, detached.

use super::GIB;
use super::disk::new_disk;
use crate::arm::call::{Call, linked, missing, number_at, text_at, wrong};
use crate::arm::error::Failure;
use crate::cloud::{
    AttachDisk, Attachment, Command, CreateDisk, DetachDisk, ResizeDisk, VirtualMachine,
};
use crate::ids::ResourceId;
use crate::model::{Disk, DiskRole, FactSet, FactValue};
use serde_json::Value;

/// Attaches, makes, resizes and detaches disks so that the VM has those of the body.
pub(super) fn changed_disks(
    call: &Call<'_>,
    id: &ResourceId,
    vm: &VirtualMachine,
) -> Result<Vec<Command>, Failure> {
    let mut commands = Vec::new();
    let os_path = "properties.storageProfile.osDisk";
    let os = vm
        .attachments
        .iter()
        .find(|attachment| attachment.role == DiskRole::Os);
    let os = os.and_then(Attachment::managed);
    if let Some(given) = call.id_at(&format!("{os_path}.managedDisk.id"))?
        && os != Some(&given)
    {
        let message = "Changing property 'osDisk.managedDisk.id' is not allowed: swapping the OS disk is not simulated.";
        return Err(Failure::invalid("osDisk.managedDisk.id", message));
    }
    commands.extend(resized(
        call,
        os,
        call.number(&format!("{os_path}.diskSizeGB"))?,
    ));
    let path = "properties.storageProfile.dataDisks";
    let Some(list) = call.at(path) else {
        return Ok(commands);
    };
    let list = list.as_array().ok_or_else(|| wrong(path, "a list"))?;
    let mut stay = Vec::new();
    let mut attach = Vec::new();
    for (at, given) in list.iter().enumerate() {
        let path = format!("{path}[{at}]");
        let lun = number_at(given, "lun", &format!("{path}.lun"))?
            .ok_or_else(|| missing(&format!("{path}.lun")))?;
        let lun = u32::try_from(lun).map_err(|_| wrong(&format!("{path}.lun"), "a LUN"))?;
        if given.get("toBeDetached") == Some(&Value::Bool(true)) {
            continue;
        }
        let own = vm
            .attachments
            .iter()
            .find(|attachment| attachment.lun == Some(lun));
        let named = text_at(given, "managedDisk.id", &format!("{path}.managedDisk.id"))?;
        let named = named
            .map(|text| linked(text, &format!("{path}.managedDisk.id")))
            .transpose()?;
        let name = text_at(given, "name", &format!("{path}.name"))?;
        let same = |disk: &ResourceId| match (&named, name) {
            (Some(named), _) => named == disk,
            (None, Some(name)) => disk.name().eq_ignore_ascii_case(name),
            (None, None) => true,
        };
        if let Some(disk) = own.and_then(Attachment::managed).filter(|disk| same(disk)) {
            commands.extend(resized(
                call,
                Some(disk),
                number_at(given, "diskSizeGB", &path)?,
            ));
            stay.push(disk.clone());
            continue;
        }
        let mut disk = Disk {
            name: String::new(),
            id: named,
            role: Some(DiskRole::Data),
            lun: Some(lun),
            size_gib: number_at(given, "diskSizeGB", &format!("{path}.diskSizeGB"))?,
            location: Some(vm.location.clone()),
            zones: vm.zones.clone(),
            facts: FactSet::new(),
        };
        if let Some(sku) = text_at(given, "managedDisk.storageAccountType", &path)? {
            disk.facts
                .insert("sku".to_owned(), FactValue::Text(sku.to_owned()));
        }
        let number = usize::try_from(lun).unwrap_or_default() + 1;
        let restored = new_disk(call, id, &mut disk, &path, given, number, &vm.location)?;
        let Some(disk_id) = disk.id.clone() else {
            continue;
        };
        match restored {
            Some(command) => attach.push(command),
            None if !call.cloud().disks().contains_key(&disk_id) => {
                attach.push(Command::CreateDisk(CreateDisk {
                    name: disk_id.to_string(),
                    location: vm.location.clone(),
                    zones: disk.zones,
                    size_gib: disk.size_gib.unwrap_or_default(),
                    facts: disk.facts,
                }));
            }
            None => {}
        }
        stay.push(disk_id.clone());
        attach.push(Command::AttachDisk(AttachDisk {
            virtual_machine: id.to_string(),
            disk: disk_id.to_string(),
            lun: Some(lun),
        }));
    }
    for attachment in vm
        .attachments
        .iter()
        .filter(|attachment| attachment.role == DiskRole::Data)
    {
        if let Some(disk) = attachment.managed().filter(|disk| !stay.contains(disk)) {
            commands.push(Command::DetachDisk(DetachDisk {
                disk: disk.to_string(),
            }));
        }
    }
    commands.extend(attach);
    Ok(commands)
}

fn resized(call: &Call<'_>, disk: Option<&ResourceId>, size: Option<u64>) -> Option<Command> {
    let id = disk?;
    let own = call.cloud().disks().get(id)?.size.0 / GIB;
    let size_gib = size.filter(|size| *size != own)?;
    Some(Command::ResizeDisk(ResizeDisk {
        disk: id.to_string(),
        size_gib,
    }))
}
