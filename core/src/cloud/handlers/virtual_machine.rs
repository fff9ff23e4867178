//! Virtual machines.

use super::checks::{check_facts, check_size};
use crate::cloud::lookup::{check_name, check_region, check_tags, same_region};
use crate::cloud::{
    AttachedDisk, Attachment, Cloud, CommandError, DeallocateVirtualMachine, DeleteVirtualMachine,
    Event, EventKind, Executed, ManagedDisk, StartVirtualMachine, UpdateVirtualMachine,
    VirtualMachine,
};
use crate::ids::{ResourceId, ResourceType};
use crate::model::vocabulary::FactSubject;
use crate::model::{Disk, DiskRole, FactSet, FactValue, Machine};

impl Cloud {
    /// Makes a VM of the fleet: it is as it was found, whatever a command may make.
    pub(crate) fn add_machine(&mut self, machine: &Machine) -> Executed {
        self.count_command();
        self.take_in(machine)
    }

    pub(in crate::cloud) fn create_virtual_machine(&mut self, machine: &Machine) -> Executed {
        let disks = machine.disks.iter().enumerate();
        let own = disks.map(|(at, disk)| (format!("disks[{at}].location"), &disk.location));
        for (target, location) in own.chain([("location".to_owned(), &machine.location)]) {
            if let Some(location) = location.as_deref().filter(|location| !location.is_empty()) {
                check_region(&target, location)?;
            }
        }
        check_tags(&machine.tags)?;
        self.take_in(machine)
    }

    fn take_in(&mut self, machine: &Machine) -> Executed {
        self.check_machine(machine)?;
        let mut events = Vec::new();
        let mut attachments = Vec::new();
        for disk in &machine.disks {
            let role = disk.role.unwrap_or(DiskRole::Data);
            let attached = match &disk.id {
                Some(id) if self.disks.contains_key(id) => AttachedDisk::Managed(id.clone()),
                Some(id) => {
                    events.push(self.make_disk(id, disk, machine.location.as_deref())?);
                    AttachedDisk::Managed(id.clone())
                }
                None => AttachedDisk::Unmanaged(disk.clone()),
            };
            attachments.push(Attachment {
                role,
                lun: disk.lun,
                disk: attached,
            });
        }
        let restored_from = self.common_point(&attachments);
        let vm = VirtualMachine {
            unique_id: self.guids.guid(),
            name: machine.name.clone(),
            location: machine.location.clone().unwrap_or_default(),
            zones: machine.zones.clone(),
            tags: machine.tags.clone(),
            facts: machine.facts.clone(),
            attachments,
            restored_from,
            points_created: 0,
            lately: Vec::new(),
            creating: None,
            ready_at: None,
        };
        let text = format!("{} is there with {} disks", vm.name, vm.attachments.len());
        self.virtual_machines.insert(machine.id.clone(), vm);
        events.push(self.event(EventKind::Created, &machine.id, text));
        Ok(events)
    }

    /// The restore point that every disk was restored from: a VM around such disks is restored from it, whether
    /// one command made it or disk after disk.
    fn common_point(&self, attachments: &[Attachment]) -> Option<ResourceId> {
        let mut points = attachments.iter().map(|attachment| {
            let disk = self.disks.get(attachment.managed()?)?;
            disk.restored_from.as_ref()?.parent()
        });
        let first = points.next()??;
        let all = points.all(|point| point.as_ref() == Some(&first));
        (all && self.restore_points.contains_key(&first)).then_some(first)
    }

    fn check_machine(&self, machine: &Machine) -> Result<(), CommandError> {
        let invalid = |target: String, message: String| {
            Err(CommandError::InvalidParameter { target, message })
        };
        if self.virtual_machines.contains_key(&machine.id) {
            return Err(CommandError::AlreadyExists {
                id: machine.id.clone(),
            });
        }
        if !machine
            .id
            .resource_type()
            .to_ascii_lowercase()
            .ends_with("/virtualmachines")
        {
            let message = format!("`{}` is not the id of a virtual machine", machine.id);
            return invalid("id".to_owned(), message);
        }
        if let Err(message) = check_name(&machine.name) {
            return invalid("name".to_owned(), message);
        }
        if machine
            .disks
            .iter()
            .filter(|disk| disk.role == Some(DiskRole::Os))
            .count()
            > 1
        {
            return invalid("disks".to_owned(), "a VM has one OS disk".to_owned());
        }
        check_facts("", FactSubject::Machine, &machine.facts)?;
        let mut ids: Vec<&ResourceId> = Vec::new();
        let mut luns: Vec<u32> = Vec::new();
        for (at, disk) in machine.disks.iter().enumerate() {
            if let Some(lun) = disk.lun {
                if luns.contains(&lun) {
                    let message =
                        format!("LUN {lun} of `{}` is taken by another disk", machine.name);
                    return invalid(format!("disks[{at}].lun"), message);
                }
                luns.push(lun);
            }
            check_facts(&format!("disks[{at}]"), FactSubject::Disk, &disk.facts)?;
            if let Some(size_gib) = disk.size_gib {
                check_size(size_gib)?;
            }
            let Some(id) = &disk.id else { continue };
            if ids.contains(&id) {
                return invalid(format!("disks[{at}].id"), format!("`{id}` is listed twice"));
            }
            ids.push(id);
            let (known, region) = (self.disks.get(id), machine.location.as_deref());
            if let (Some(known), Some(region)) = (known, region)
                && !known.location.is_empty()
                && !same_region(&known.location, region)
            {
                let message = format!(
                    "`{}` is in {} and `{}` in {region}",
                    disk.name, known.location, machine.name
                );
                return invalid(format!("disks[{at}].location"), message);
            }
            if let Some(ready) = known.and_then(|known| known.ready_at) {
                let message = format!("`{}` is being restored until {ready}", disk.name);
                return invalid(format!("disks[{at}].id"), message);
            }
            if let Some(holder) = self.attached_to(id)
                && !self.is_shared(id)
            {
                let message = format!(
                    "`{}` is attached to {} and is not a shared disk",
                    disk.name,
                    holder.name()
                );
                return invalid(format!("disks[{at}].id"), message);
            }
        }
        Ok(())
    }

    /// Whether a disk may be attached to several VMs.
    pub(super) fn is_shared(&self, disk: &ResourceId) -> bool {
        let facts = self.disks.get(disk).map(|disk| &disk.facts);
        facts.is_some_and(|facts| matches!(facts.get("maxShares"), Some(FactValue::Integer(shares)) if *shares > 1))
    }

    pub(in crate::cloud) fn start_virtual_machine(
        &mut self,
        fields: &StartVirtualMachine,
    ) -> Executed {
        self.set_power(&fields.virtual_machine, "running", "is running")
    }

    pub(in crate::cloud) fn deallocate_virtual_machine(
        &mut self,
        fields: &DeallocateVirtualMachine,
    ) -> Executed {
        self.set_power(
            &fields.virtual_machine,
            "deallocated",
            "is deallocated; points of it are crash-consistent",
        )
    }

    fn set_power(&mut self, reference: &str, state: &str, text: &str) -> Executed {
        let id = self
            .find_virtual_machine(reference, "virtualMachine")?
            .0
            .clone();
        let power = |vm: &VirtualMachine| match vm.facts.get("powerState") {
            Some(FactValue::Text(power)) => power == state,
            _ => state == "running",
        };
        if !self.virtual_machines.get(&id).is_some_and(power) {
            self.disturb(&id);
        }
        if let Some(vm) = self.virtual_machines.get_mut(&id) {
            vm.facts
                .insert("powerState".to_owned(), FactValue::Text(state.to_owned()));
        }
        Ok(vec![self.event(
            EventKind::Updated,
            &id,
            format!("{} {text}", id.name()),
        )])
    }

    pub(in crate::cloud) fn delete_virtual_machine(
        &mut self,
        fields: &DeleteVirtualMachine,
    ) -> Executed {
        let id = self
            .find_virtual_machine(&fields.virtual_machine, "virtualMachine")?
            .0
            .clone();
        self.disturb(&id);
        self.virtual_machines.remove(&id);
        self.forget_kept(&id);
        self.passed.forget(&id);
        let text = format!("{} is gone; its disks and restore points stay", id.name());
        Ok(vec![self.event(EventKind::Deleted, &id, text)])
    }

    pub(in crate::cloud) fn update_virtual_machine(
        &mut self,
        fields: &UpdateVirtualMachine,
    ) -> Executed {
        let (id, vm) = self.find_virtual_machine(&fields.virtual_machine, "virtualMachine")?;
        check_facts("", FactSubject::Machine, &fields.facts)?;
        let id = id.clone();
        let mut set = fields.facts.iter();
        if set.any(|(name, value)| vm.facts.get(name) != Some(value))
            || fields.remove.iter().any(|name| vm.facts.contains_key(name))
        {
            self.disturb(&id);
        }
        if let Some(vm) = self.virtual_machines.get_mut(&id) {
            vm.facts.extend(fields.facts.clone());
            fields
                .remove
                .iter()
                .for_each(|name| drop(vm.facts.remove(name)));
        }
        Ok(vec![self.event(
            EventKind::Updated,
            &id,
            format!("facts of {} changed", id.name()),
        )])
    }

    /// Makes a managed disk and fills what was ever written of it (`usedGiB`).
    pub(super) fn make_disk(
        &mut self,
        id: &ResourceId,
        disk: &Disk,
        location: Option<&str>,
    ) -> Result<Event, CommandError> {
        let block_size = self.settings.block_size();
        let size = crate::units::ByteCount::from_gib(disk.size_gib.unwrap_or_default());
        let used = used_gib(&disk.facts)?;
        if used > disk.size_gib.unwrap_or_default() && used > 0 {
            return Err(CommandError::InvalidParameter {
                target: "usedGiB".to_owned(),
                message: format!(
                    "`{}` cannot have {used} GiB written: its size is {} GiB",
                    disk.name,
                    disk.size_gib.unwrap_or_default()
                ),
            });
        }
        if !id.is(ResourceType::Disk) {
            return Err(CommandError::InvalidParameter {
                target: "id".to_owned(),
                message: format!("`{id}` is not the id of a managed disk"),
            });
        }
        let volume = self
            .store
            .create_volume(block_size, block_size.blocks_in(size).max(1))?;
        self.records.begin(volume);
        let written = crate::units::BlockRange::new(
            0,
            block_size
                .blocks_in(crate::units::ByteCount::from_gib(used))
                .saturating_sub(1),
        );
        if let Some(range) = written.filter(|_| used > 0) {
            self.write_seeded(volume, &[range])?;
        }
        let made = ManagedDisk {
            unique_id: self.guids.guid(),
            family_id: self.guids.guid(),
            name: disk.name.clone(),
            location: disk
                .location
                .as_deref()
                .or(location)
                .unwrap_or_default()
                .to_owned(),
            zones: disk.zones.clone(),
            size,
            block_size,
            facts: disk.facts.clone(),
            volume,
            workload: None,
            restored_from: None,
            time_created: self.now,
            ready_at: None,
            damage: None,
        };
        let text = format!("{} is there, {size}, {used} GiB of it written", made.name);
        self.disks.insert(id.clone(), made);
        Ok(self.event(EventKind::Created, id, text))
    }
}

fn used_gib(facts: &FactSet) -> Result<u64, CommandError> {
    match facts.get("usedGiB") {
        None => Ok(0),
        Some(FactValue::Integer(gib)) if *gib >= 0 => Ok(gib.unsigned_abs()),
        Some(_) => Err(CommandError::InvalidParameter {
            target: "usedGiB".to_owned(),
            message: "usedGiB is a whole number of GiB, zero or more".to_owned(),
        }),
    }
}
