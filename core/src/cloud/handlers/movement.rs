//! A VM that moves to another resource group or subscription.

use crate::cloud::lookup::check_name;
use crate::cloud::{
    AttachedDisk, Attachment, Cloud, CommandError, EventKind, Executed, MoveVirtualMachine,
    RefusalCode, Task,
};
use crate::ids::{ResourceId, ResourceType};

impl Cloud {
    pub(in crate::cloud) fn move_virtual_machine(
        &mut self,
        fields: &MoveVirtualMachine,
    ) -> Executed {
        let (id, vm) = self.find_virtual_machine(&fields.virtual_machine, "virtualMachine")?;
        for (target, name) in [
            ("resourceGroup", Some(&fields.resource_group)),
            ("subscription", fields.subscription.as_ref()),
        ] {
            name.map_or(Ok(()), |name| check_name(name))
                .map_err(|message| CommandError::InvalidParameter {
                    target: target.to_owned(),
                    message,
                })?;
        }
        let subscription = fields.subscription.as_deref().unwrap_or(id.subscription());
        let moved = |id: &ResourceId, kind| {
            ResourceId::new(subscription, &fields.resource_group, kind, id.name())
        };
        let new = moved(id, ResourceType::VirtualMachine);
        if new == *id {
            return Err(CommandError::Refused {
                code: RefusalCode::Conflict,
                target: "resourceGroup".to_owned(),
                message: format!(
                    "`{}` is in the group `{}` already; name another group, or another subscription",
                    id.name(),
                    id.resource_group()
                ),
                row_ids: &[],
            });
        }
        let disks: Vec<(ResourceId, ResourceId)> = vm
            .attachments
            .iter()
            .filter_map(Attachment::managed)
            .map(|disk| (disk.clone(), moved(disk, ResourceType::Disk)))
            .collect();
        let taken = disks
            .iter()
            .map(|(_, new)| new)
            .find(|new| self.disks.contains_key(new));
        if let Some(taken) =
            taken.or(Some(&new).filter(|new| self.virtual_machines.contains_key(new)))
        {
            return Err(CommandError::AlreadyExists { id: taken.clone() });
        }
        if let Some((shared, _)) = disks.iter().find(|(disk, _)| {
            let holders = self.virtual_machines.values();
            let holds = |vm: &&crate::cloud::VirtualMachine| {
                vm.attachments.iter().any(|a| a.managed() == Some(disk))
            };
            holders.filter(holds).count() > 1
        }) {
            return Err(CommandError::NotAllowed {
                target: shared.to_string(),
                message: format!(
                    "`{}` is attached to other VMs too; detach it before the move",
                    shared.name()
                ),
            });
        }
        if let Some(lock) = self.lock_on(&new, false) {
            return Err(super::lock::locked(&new, lock));
        }
        self.gate_move(id, vm)?;

        let id = id.clone();
        self.disturb(&id);
        for (old, new) in &disks {
            if let Some(disk) = self.disks.remove(old) {
                self.disks.insert(new.clone(), disk);
            }
            self.agenda.change(|task| {
                if let Task::Write(disk, _) = task
                    && *disk == *old
                {
                    *disk = new.clone();
                }
            });
        }
        if let Some(mut vm) = self.virtual_machines.remove(&id) {
            for attachment in &mut vm.attachments {
                let known = disks
                    .iter()
                    .find(|(old, _)| attachment.managed() == Some(old));
                if let Some((_, new)) = known {
                    attachment.disk = AttachedDisk::Managed(new.clone());
                }
            }
            self.virtual_machines.insert(new.clone(), vm);
        }
        for (old, new) in disks.iter().chain([&(id.clone(), new.clone())]) {
            self.move_kept(old, new);
        }
        let text = format!(
            "{} and its disks are in {} now; points and collections go on naming the old ids, and a new point needs a new collection",
            new.name(),
            new.resource_group()
        );
        Ok(vec![self.event(EventKind::Updated, &new, text)])
    }
}
