//! Restores: disks from disk restore points, VMs from restore points.

use super::disk::check_size;
use crate::cloud::lookup::new_id;
use crate::cloud::{
    AttachedDisk, Attachment, Cloud, CommandError, DiskRestorePoint, Event, EventKind, Executed,
    ManagedDisk, RestoreDisk, RestorePoint, RestoreVirtualMachine, VirtualMachine,
};
use crate::ids::{ResourceId, ResourceType};
use crate::model::{DiskRole, FactValue, ProvisioningState};
use crate::units::ByteCount;

/// SKUs that a disk can be restored to.
const SKUS: &[&str] = &[
    "Standard_LRS",
    "StandardSSD_LRS",
    "StandardSSD_ZRS",
    "Premium_LRS",
    "Premium_ZRS",
    "PremiumV2_LRS",
    "UltraSSD_LRS",
];

/// What a restored disk has otherwise than its source.
#[derive(Clone, Debug, Default)]
struct Changes {
    size: Option<ByteCount>,
    sku: Option<String>,
    zones: Vec<String>,
}

impl Cloud {
    pub(in crate::cloud) fn restore_disk(&mut self, fields: &RestoreDisk) -> Executed {
        let (point, source) = self.find_disk_restore_point(
            &fields.disk_restore_point,
            fields.restore_point.as_deref(),
            "diskRestorePoint",
        )?;
        usable(point, &source.id)?;
        let id = new_id(&fields.name, ResourceType::Disk, Some(&source.disk), "name")?;
        if self.disks.contains_key(&id) {
            return Err(CommandError::AlreadyExists { id });
        }
        let changes = checked_changes(fields, source)?;
        let (point, source) = (point.clone(), source.clone());
        Ok(vec![self.make_restored(&id, &point, &source, changes)?])
    }

    pub(in crate::cloud) fn restore_virtual_machine(
        &mut self,
        fields: &RestoreVirtualMachine,
    ) -> Executed {
        let (point_id, point) = self.find_restore_point(&fields.restore_point, "restorePoint")?;
        usable(point, point_id)?;
        let id = new_id(
            &fields.name,
            ResourceType::VirtualMachine,
            Some(&point.virtual_machine),
            "name",
        )?;
        if self.virtual_machines.contains_key(&id) {
            return Err(CommandError::AlreadyExists { id });
        }
        if !point.disks.iter().any(|disk| disk.role == DiskRole::Os) {
            return Err(CommandError::NotAllowed {
                target: point_id.to_string(),
                message: format!(
                    "`{}` holds no OS disk, so no VM can be built from it; restore its data disks with restoreDisk",
                    point.name
                ),
            });
        }
        let names = disk_ids(&id, point)?;
        if let Some(taken) = names.iter().find(|name| self.disks.contains_key(name)) {
            return Err(CommandError::AlreadyExists { id: taken.clone() });
        }
        let (point_id, point) = (point_id.clone(), point.clone());
        let disks = names.iter().zip(&point.disks);
        let mut events: Vec<Event> = disks
            .map(|(name, disk)| self.make_restored(name, &point, disk, Changes::default()))
            .collect::<Result<_, _>>()?;
        let attachments = names
            .iter()
            .zip(&point.disks)
            .map(|(name, disk)| Attachment {
                role: disk.role,
                lun: disk.lun,
                disk: AttachedDisk::Managed(name.clone()),
            });
        let mut facts = point.configuration.facts.clone();
        facts.insert(
            "powerState".to_owned(),
            FactValue::Text("running".to_owned()),
        );
        let vm = VirtualMachine {
            unique_id: self.guids.guid(),
            name: id.name().to_owned(),
            location: point.configuration.location.clone(),
            zones: point.configuration.zones.clone(),
            tags: point.configuration.tags.clone(),
            facts,
            attachments: attachments.collect(),
            restored_from: Some(point_id),
            points_created: 0,
        };
        let text = format!(
            "{} is there, rebuilt from {} as {} was at {}, with {} disks",
            vm.name,
            point.name,
            point.configuration.name,
            point.time_created,
            names.len()
        );
        self.virtual_machines.insert(id.clone(), vm);
        events.push(self.event(EventKind::Restored, &id, text));
        Ok(events)
    }

    fn make_restored(
        &mut self,
        id: &ResourceId,
        point: &RestorePoint,
        source: &DiskRestorePoint,
        changes: Changes,
    ) -> Result<Event, CommandError> {
        let volume = self.store.clone_volume(source.snapshot)?;
        let size = changes.size.unwrap_or(source.size);
        if size > source.size {
            self.store
                .resize(volume, source.block_size.blocks_in(size))?;
        }
        self.records
            .begin_restored(volume, source.volume, source.writes);
        let mut facts = source.facts.clone();
        if let Some(sku) = changes.sku {
            facts.insert("sku".to_owned(), FactValue::Text(sku));
        }
        let zones = if changes.zones.is_empty() {
            point.configuration.zones.clone()
        } else {
            changes.zones
        };
        let disk = ManagedDisk {
            unique_id: self.guids.guid(),
            family_id: self.guids.guid(),
            name: id.name().to_owned(),
            location: point.location.clone(),
            zones,
            size,
            block_size: source.block_size,
            facts,
            volume,
            workload: None,
            restored_from: Some(source.id.clone()),
            time_created: self.now,
        };
        let text = format!(
            "{} is there, restored from {} of {}",
            disk.name, source.name, point.name
        );
        self.disks.insert(id.clone(), disk);
        Ok(self.event(EventKind::Restored, id, text))
    }
}

/// Ids for the restored disks of a VM: VM-DISK, numbered where two disks have one name.
fn disk_ids(vm: &ResourceId, point: &RestorePoint) -> Result<Vec<ResourceId>, CommandError> {
    let mut ids: Vec<ResourceId> = Vec::new();
    for disk in &point.disks {
        let plain = format!("{}-{}", vm.name(), disk.name);
        let numbered = (2_u64..).map(|number| format!("{plain}-{number}"));
        for name in std::iter::once(plain.clone()).chain(numbered) {
            let id = new_id(&name, ResourceType::Disk, Some(vm), "name")?;
            if !ids.contains(&id) {
                ids.push(id);
                break;
            }
        }
    }
    Ok(ids)
}

fn usable(point: &RestorePoint, id: &ResourceId) -> Result<(), CommandError> {
    match point.state {
        ProvisioningState::Succeeded => Ok(()),
        state => Err(CommandError::Conflict {
            id: id.clone(),
            state,
            needs: "only a point that has Succeeded can be restored",
        }),
    }
}

fn checked_changes(
    fields: &RestoreDisk,
    source: &DiskRestorePoint,
) -> Result<Changes, CommandError> {
    let invalid = |target: &str, message: String| {
        Err(CommandError::InvalidParameter {
            target: target.to_owned(),
            message,
        })
    };
    if let Some(gib) = fields.size_gib {
        check_size(gib)?;
        if ByteCount::from_gib(gib) < source.size {
            return invalid(
                "sizeGiB",
                format!(
                    "`{}` has {}; a restored disk is as large or larger",
                    source.name, source.size
                ),
            );
        }
    }
    if let Some(sku) = &fields.sku
        && !SKUS.contains(&sku.as_str())
    {
        return invalid(
            "sku",
            format!("`{sku}` is no disk SKU; there is {}", SKUS.join(", ")),
        );
    }
    Ok(Changes {
        size: fields.size_gib.map(ByteCount::from_gib),
        sku: fields.sku.clone(),
        zones: fields.zones.clone(),
    })
}
