//! Managed disks.

use super::checks::{check_facts, check_size};
use super::encryption::{SET, is_under_platform_key};
use crate::cloud::lookup::{check_region, new_id, same_region};
use crate::cloud::{
    AttachDisk, AttachedDisk, Attachment, Cloud, CommandError, CreateDisk, DeleteDisk, DetachDisk,
    EventKind, Executed, ResizeDisk, Task, UpdateDisk,
};
use crate::ids::{ResourceId, ResourceType};
use crate::model::vocabulary::FactSubject;
use crate::model::{Disk, DiskRole};
use crate::store::VolumeId;
use crate::units::ByteCount;

impl Cloud {
    pub(in crate::cloud) fn create_disk(&mut self, fields: &CreateDisk) -> Executed {
        let id = new_id(&fields.name, ResourceType::Disk, None, "name")?;
        if self.disks.contains_key(&id) {
            return Err(CommandError::AlreadyExists { id });
        }
        check_size(fields.size_gib)?;
        check_facts("", FactSubject::Disk, &fields.facts)?;
        if fields.location.trim().is_empty() {
            return Err(CommandError::InvalidParameter {
                target: "location".to_owned(),
                message: "a disk needs a location, such as eastus2".to_owned(),
            });
        }
        check_region("location", &fields.location)?;
        let mut facts = fields.facts.clone();
        self.encrypt(&mut facts, &id, &fields.location)?;
        let disk = Disk {
            name: id.name().to_owned(),
            id: Some(id.clone()),
            role: None,
            lun: None,
            size_gib: Some(fields.size_gib),
            location: Some(fields.location.clone()),
            zones: fields.zones.clone(),
            facts,
        };
        Ok(vec![self.make_disk(&id, &disk, None)?])
    }

    /// Makes a disk of the fleet that no machine holds.
    pub(crate) fn add_disk(&mut self, disk: &Disk) -> Executed {
        let Some(id) = &disk.id else {
            return Err(CommandError::InvalidParameter {
                target: "id".to_owned(),
                message: format!("`{}` is not attached to a VM and has no id", disk.name),
            });
        };
        if self.disks.contains_key(id) {
            return Err(CommandError::AlreadyExists { id: id.clone() });
        }
        let made = self.make_disk(id, disk, None)?;
        self.use_group(id);
        Ok(vec![made])
    }

    pub(in crate::cloud) fn update_disk(&mut self, fields: &UpdateDisk) -> Executed {
        let (id, disk) = self.find_disk(&fields.disk, "disk")?;
        check_facts("", FactSubject::Disk, &fields.facts)?;
        let mut facts = fields.facts.clone();
        self.encrypt(&mut facts, id, &disk.location)?;
        let id = id.clone();
        if let Some(disk) = self.disks.get_mut(&id) {
            if is_under_platform_key(&facts) {
                disk.facts.remove(SET);
            }
            disk.facts.extend(facts);
            fields
                .remove
                .iter()
                .for_each(|name| drop(disk.facts.remove(name)));
        }
        Ok(vec![self.event(
            EventKind::Updated,
            &id,
            format!("facts of {} changed", id.name()),
        )])
    }

    pub(in crate::cloud) fn resize_disk(&mut self, fields: &ResizeDisk) -> Executed {
        let (id, disk) = self.find_disk(&fields.disk, "disk")?;
        check_size(fields.size_gib)?;
        let size = ByteCount::from_gib(fields.size_gib);
        if size < disk.size {
            return Err(CommandError::InvalidParameter {
                target: "sizeGiB".to_owned(),
                message: format!(
                    "`{}` has {}; a disk can only be made larger",
                    disk.name, disk.size
                ),
            });
        }
        let (id, volume, blocks) = (id.clone(), disk.volume, disk.block_size.blocks_in(size));
        if size == disk.size {
            let text = format!("{} has {size} already", id.name());
            return Ok(vec![self.event(EventKind::Noted, &id, text)]);
        }
        self.store.resize(volume, blocks)?;
        if let Some(disk) = self.disks.get_mut(&id) {
            disk.size = size;
        }
        Ok(vec![self.event(
            EventKind::Updated,
            &id,
            format!("{} has {size} now", id.name()),
        )])
    }

    pub(in crate::cloud) fn attach_disk(&mut self, fields: &AttachDisk) -> Executed {
        let (vm_id, vm) = self.find_virtual_machine(&fields.virtual_machine, "virtualMachine")?;
        let (disk_id, disk) = self.find_disk(&fields.disk, "disk")?;
        let not_allowed = |message: String| CommandError::NotAllowed {
            target: disk_id.to_string(),
            message,
        };
        if let Some(ready) = disk.ready_at {
            let message = format!(
                "`{}` is being restored until {ready}; wait for it",
                disk.name
            );
            return Err(not_allowed(message));
        }
        let holds = |attachment: &Attachment| attachment.managed() == Some(disk_id);
        if vm.attachments.iter().any(holds) {
            return Err(not_allowed(format!(
                "`{}` is attached to `{}` already",
                disk.name, vm.name
            )));
        }
        if let Some(holder) = self.attached_to(disk_id)
            && !self.is_shared(disk_id)
        {
            return Err(not_allowed(format!(
                "`{}` is attached to {}; detach it first",
                disk.name,
                holder.name()
            )));
        }
        if !same_region(&disk.location, &vm.location) {
            let message = format!(
                "`{}` is in {} and `{}` in {}",
                disk.name, disk.location, vm.name, vm.location
            );
            return Err(not_allowed(message));
        }
        let taken = |lun: u32| {
            vm.attachments
                .iter()
                .any(|attachment| attachment.lun == Some(lun))
        };
        let lun = match fields.lun {
            Some(lun) if taken(lun) => {
                return Err(CommandError::InvalidParameter {
                    target: "lun".to_owned(),
                    message: format!("LUN {lun} of `{}` is taken", vm.name),
                });
            }
            Some(lun) => lun,
            None => (0..).find(|lun| !taken(*lun)).unwrap_or_default(),
        };
        let (vm_id, disk_id) = (vm_id.clone(), disk_id.clone());
        let text = format!(
            "{} is attached to {} as LUN {lun}",
            disk_id.name(),
            vm_id.name()
        );
        self.disturb(&vm_id);
        if let Some(vm) = self.virtual_machines.get_mut(&vm_id) {
            let disk = AttachedDisk::Managed(disk_id.clone());
            vm.attachments.push(Attachment {
                role: DiskRole::Data,
                lun: Some(lun),
                disk,
            });
        }
        Ok(vec![self.event(EventKind::Updated, &disk_id, text)])
    }

    pub(in crate::cloud) fn detach_disk(&mut self, fields: &DetachDisk) -> Executed {
        let (id, disk) = self.find_disk(&fields.disk, "disk")?;
        let not_allowed = |message: String| CommandError::NotAllowed {
            target: id.to_string(),
            message,
        };
        let Some(vm_id) = self.attached_to(id) else {
            return Err(not_allowed(format!("`{}` is attached to no VM", disk.name)));
        };
        let is_os = |vm: &ResourceId| {
            let vm = self.virtual_machines.get(vm);
            vm.is_some_and(|vm| {
                vm.attachments
                    .iter()
                    .any(|a| a.managed() == Some(id) && a.role == DiskRole::Os)
            })
        };
        if is_os(vm_id) {
            return Err(not_allowed(format!(
                "`{}` is the OS disk of {}; only data disks are detached",
                disk.name,
                vm_id.name()
            )));
        }
        let (id, vm_id) = (id.clone(), vm_id.clone());
        self.disturb(&vm_id);
        if let Some(vm) = self.virtual_machines.get_mut(&vm_id) {
            vm.attachments
                .retain(|attachment| attachment.managed() != Some(&id));
        }
        Ok(vec![self.event(
            EventKind::Updated,
            &id,
            format!("{} is detached from {}", id.name(), vm_id.name()),
        )])
    }

    pub(in crate::cloud) fn delete_disk(&mut self, fields: &DeleteDisk) -> Executed {
        let (id, disk) = self.find_disk(&fields.disk, "disk")?;
        if let Some(holder) = self.attached_to(id) {
            return Err(CommandError::NotAllowed {
                target: id.to_string(),
                message: format!(
                    "`{}` is attached to {}; detach it, or delete that VM, first",
                    disk.name,
                    holder.name()
                ),
            });
        }
        Self::refuse_accessed(self.snapshots.get(id).into_iter())?;
        let (id, volume) = (id.clone(), disk.volume);
        self.store.drop_volume(volume)?;
        self.disks.remove(&id);
        self.forget_kept(&id);
        self.agenda
            .cancel(|task| matches!(task, Task::Write(disk, _) if *disk == id));
        self.forget_records(volume);
        let text = format!("{} is gone; restore points of it stay", id.name());
        Ok(vec![self.event(EventKind::Deleted, &id, text)])
    }

    /// Drops the record of writes of a disk that the store holds nothing of any more, and those below it.
    pub(in crate::cloud) fn forget_records(&mut self, volume: VolumeId) {
        let mut next = Some(volume);
        while let Some(volume) = next.take_if(|volume| self.store.block_size(*volume).is_err()) {
            next = self.records.forget(volume);
        }
    }
}
