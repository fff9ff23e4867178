//! Restores: disks from disk restore points, VMs from restore points.

use super::checks::check_size;
use super::encryption::key_refusal;
use crate::cloud::assessment::text_fact;
use crate::cloud::lookup::new_id;
use crate::cloud::{
    AttachedDisk, Attachment, Cloud, CommandError, DiskRestorePoint, Event, EventKind, Executed,
    ManagedDisk, RefusalCode, Replication, RestoreDisk, RestorePoint, RestoreVirtualMachine, Task,
    VirtualMachine,
};
use crate::ids::{ResourceId, ResourceType};
use crate::matrix;
use crate::model::{DiskRole, FactSet, FactValue, ProvisioningState};
use crate::units::{ByteCount, SimInstant};

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
pub(super) struct Changes {
    size: Option<ByteCount>,
    sku: Option<String>,
    zones: Vec<String>,
    encryption: FactSet,
}

impl Cloud {
    pub(in crate::cloud) fn restore_disk(&mut self, fields: &RestoreDisk) -> Executed {
        if let Some(disk) = self.disk_by_id(&fields.disk_restore_point).cloned() {
            return self.copy_disk(&disk, fields);
        }
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
        let mut changes = checked_changes(fields, source, &point.location)?;
        if let Some(set) = &fields.disk_encryption_set {
            changes.encryption = self.under_set(set, &point.location)?;
        }
        self.refuse_key(source, &changes.encryption)?;
        let (point, source) = (point.clone(), source.clone());
        Ok(vec![self.make_restored(&id, &point, &source, changes)?])
    }

    /// A disk made of another one as it is now.
    fn copy_disk(&mut self, source: &ResourceId, fields: &RestoreDisk) -> Executed {
        let id = new_id(&fields.name, ResourceType::Disk, Some(source), "name")?;
        if self.disks.contains_key(&id) {
            return Err(CommandError::AlreadyExists { id });
        }
        let taken = self.take(source, source, None, false)?;
        let Some(disk) = taken.disks.first() else {
            return Ok(Vec::new());
        };
        let mut changes = checked_changes(fields, disk, &taken.location)?;
        if let Some(set) = &fields.disk_encryption_set {
            changes.encryption = self.under_set(set, &taken.location)?;
        }
        self.refuse_key(disk, &changes.encryption)?;
        let made = self.make_restored(&id, &taken, disk, changes)?;
        self.release(&taken.disks);
        Ok(vec![made])
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
        for disk in &point.disks {
            self.refuse_key(disk, &FactSet::new())?;
        }
        let (point_id, point) = (point_id.clone(), point.clone());
        let disks = names.iter().zip(&point.disks);
        let mut events: Vec<Event> = disks
            .map(|(name, disk)| self.make_restored(name, &point, disk, Changes::default()))
            .collect::<Result<_, _>>()?;
        let zones = point.zones_to_rebuild();
        events.extend(self.make_machine(&id, &point_id, &point, names, zones));
        Ok(events)
    }

    /// Makes a VM as a point has it, of disks that were restored from it in the same order.
    pub(super) fn make_machine(
        &mut self,
        id: &ResourceId,
        point_id: &ResourceId,
        point: &RestorePoint,
        names: Vec<ResourceId>,
        zones: Vec<String>,
    ) -> Vec<Event> {
        let attachments = names
            .iter()
            .zip(&point.disks)
            .map(|(name, disk)| Attachment {
                role: disk.role,
                lun: disk.lun,
                disk: AttachedDisk::Managed(name.clone()),
            });
        let (mut facts, lost) = point.facts_to_rebuild();
        let ready_at = self.end_of_restore();
        facts.insert(
            "powerState".to_owned(),
            FactValue::Text("running".to_owned()),
        );
        let vm = VirtualMachine {
            unique_id: self.guids.guid(),
            name: id.name().to_owned(),
            location: point.location.clone(),
            zones,
            tags: point.configuration.tags.clone(),
            facts,
            attachments: attachments.collect(),
            restored_from: Some(point_id.clone()),
            points_created: 0,
            lately: Vec::new(),
            creating: None,
            ready_at,
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
        if let Some(ready) = ready_at {
            self.agenda.plan(ready, Task::EndRestore(id.clone()));
        }
        let mut events = vec![self.event(EventKind::Restored, id, text)];
        if !lost.is_empty() {
            let text = format!("{} came back without {}", id.name(), lost.join(", "));
            events.push(self.event(EventKind::Noted, id, text));
        }
        events
    }

    pub(super) fn make_restored(
        &mut self,
        id: &ResourceId,
        point: &RestorePoint,
        source: &DiskRestorePoint,
        changes: Changes,
    ) -> Result<Event, CommandError> {
        let volume = self.store.clone_volume(source.snapshot)?;
        let size = changes.size.unwrap_or(source.size);
        if size > source.size
            && let Err(error) = self.store.resize(volume, source.block_size.blocks_in(size))
        {
            // It was made a moment ago.
            let _given_back = self.store.drop_volume(volume);
            return Err(error.into());
        }
        self.records
            .begin_restored(volume, source.volume, source.writes);
        let mut facts = source.facts.clone();
        if let Some(sku) = changes.sku {
            facts.insert("sku".to_owned(), FactValue::Text(sku));
        }
        facts.extend(changes.encryption);
        let ready_at = self.end_of_restore();
        let zones = if changes.zones.is_empty() && !is_zone_redundant(&facts) {
            zones_in(point, &point.configuration.zones)
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
            ready_at,
            damage: source.damage.clone(),
        };
        let text = format!(
            "{} is there, restored from {} of {}",
            disk.name, source.name, point.name
        );
        self.disks.insert(id.clone(), disk);
        if let Some(ready) = ready_at {
            self.agenda.plan(ready, Task::EndRestore(id.clone()));
        }
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

/// Refuses a point that cannot be read yet, or not any more.
pub(super) fn usable(point: &RestorePoint, id: &ResourceId) -> Result<(), CommandError> {
    match point.state {
        ProvisioningState::Succeeded if point.is_replicating() => {
            let disks = point.replication.iter().flat_map(|copy| &copy.disks);
            let progress: Vec<String> = disks
                .map(|disk| format!("{} {} %", disk.name, Replication::percent(disk)))
                .collect();
            Err(CommandError::Refused {
                code: RefusalCode::OperationNotAllowed,
                target: id.to_string(),
                message: format!(
                    "not every disk of `{}` has arrived in {} yet ({}); wait until all have",
                    point.name,
                    point.location,
                    progress.join(", ")
                ),
                row_ids: &["S2-39"],
            })
        }
        ProvisioningState::Succeeded => Ok(()),
        state => Err(CommandError::Conflict {
            id: id.clone(),
            state,
            needs: "only a point that has Succeeded can be restored",
        }),
    }
}

impl Cloud {
    /// A disk under a key that cannot be used is not restored, nor is one to be put under such a key.
    pub(super) fn refuse_key(
        &self,
        disk: &DiskRestorePoint,
        new: &FactSet,
    ) -> Result<(), CommandError> {
        let trouble = [&disk.facts, new]
            .into_iter()
            .find_map(|facts| self.key_trouble(&disk.name, facts));
        trouble.map_or(Ok(()), |trouble| Err(key_refusal(&disk.id, trouble)))
    }

    /// When a restore that begins now ends; `None` where it takes no time.
    fn end_of_restore(&self) -> Option<SimInstant> {
        let ready = self.now.plus(self.settings.restore());
        Some(ready).filter(|ready| *ready > self.now)
    }
}

fn is_zone_redundant(facts: &FactSet) -> bool {
    text_fact(facts, "sku").is_some_and(|sku| sku.ends_with("_ZRS"))
}

/// The captured zones where the point is in the region that they are of.
fn zones_in(point: &RestorePoint, zones: &[String]) -> Vec<String> {
    if point.replication.is_some() {
        Vec::new()
    } else {
        zones.to_vec()
    }
}

impl Cloud {
    /// What stands against restoring a restore point's disks, or with `whole` the VM, as things are.
    pub(crate) fn refuse_restore(
        &self,
        id: &ResourceId,
        point: &RestorePoint,
        whole: bool,
    ) -> Result<(), CommandError> {
        usable(point, id)?;
        if let Some(fault) = self.is_down(&point.location, &[]) {
            return Err(CommandError::Refused {
                code: RefusalCode::InternalOperationError,
                target: id.to_string(),
                message: format!("{} is down", fault.target),
                row_ids: &[],
            });
        }
        if whole && !point.disks.iter().any(|disk| disk.role == DiskRole::Os) {
            return Err(CommandError::NotAllowed {
                target: id.to_string(),
                message: format!("`{}` holds no OS disk; restore its data disks", point.name),
            });
        }
        let none = FactSet::new();
        point
            .disks
            .iter()
            .try_for_each(|disk| self.refuse_key(disk, &none))
    }
}

impl RestorePoint {
    /// The facts that a VM rebuilt from this point has, and what it comes back without.
    #[must_use]
    pub fn facts_to_rebuild(&self) -> (FactSet, Vec<String>) {
        let mut facts = self.configuration.facts.clone();
        let lost = left_behind(self, &mut facts);
        (facts, lost)
    }

    /// The zones that what is restored from this point is in where nobody says otherwise.
    #[must_use]
    pub fn zones_to_rebuild(&self) -> Vec<String> {
        zones_in(self, &self.configuration.zones)
    }
}

/// What a rebuilt VM has not: disks left out, what lies on the host, what belongs to the old VM alone.
fn left_behind(point: &RestorePoint, facts: &mut FactSet) -> Vec<String> {
    let excluded = point.exclude_disks.iter();
    let mut lost: Vec<String> = excluded
        .map(|disk| format!("the disk {}, which was left out of the point", disk.name()))
        .collect();
    for (fact, what) in [
        ("temporaryDiskGiB", "the content of its temporary disk"),
        ("localNvmeDisks", "the content of its local NVMe disks"),
        ("publicIpAddress", "its public address"),
        ("staticIpAddress", "its static private address"),
        ("loadBalancer", "its place behind a load balancer"),
        ("availabilitySetId", "its availability set"),
        ("proximityPlacementGroupId", "its proximity placement group"),
        ("hostId", "its dedicated host"),
        ("scaleSetId", "its scale set"),
    ] {
        let had = match facts.get(fact) {
            None | Some(FactValue::Bool(false) | FactValue::Integer(0)) => false,
            Some(FactValue::Text(text)) => !matches!(text.as_str(), "" | "none" | "absent"),
            Some(_) => true,
        };
        if had {
            lost.push(what.to_owned());
            if !matches!(fact, "temporaryDiskGiB" | "localNvmeDisks") {
                facts.remove(fact);
            }
        }
    }
    lost
}

fn checked_changes(
    fields: &RestoreDisk,
    source: &DiskRestorePoint,
    region: &str,
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
    let sku = match &fields.sku {
        None => None,
        Some(given) => match SKUS.iter().find(|sku| sku.eq_ignore_ascii_case(given)) {
            Some(sku) => Some((*sku).to_owned()),
            None => {
                return invalid(
                    "sku",
                    format!("`{given}` is no disk SKU; there is {}", SKUS.join(", ")),
                );
            }
        },
    };
    if let Some(zone) = fields.zones.iter().find(|zone| !zone_exists(region, zone)) {
        return invalid("zones", format!("{region} has no zone `{zone}`"));
    }
    let zone_redundant = match &sku {
        Some(sku) => sku.ends_with("_ZRS"),
        None => is_zone_redundant(&source.facts),
    };
    if fields.zones.len() > 1 || (zone_redundant && !fields.zones.is_empty()) {
        let message =
            "a disk is in one zone, or zone-redundant by its SKU and then in none of its own";
        return invalid("zones", message.to_owned());
    }
    Ok(Changes {
        size: fields.size_gib.map(ByteCount::from_gib),
        sku,
        zones: fields.zones.clone(),
        encryption: FactSet::new(),
    })
}

/// Whether a region has a zone; in a region that the lab does not know, 1 to 3 are taken.
pub(super) fn zone_exists(region: &str, zone: &str) -> bool {
    let zones = matrix::region(region).map_or(3, |region| region.zones);
    zone.parse::<u64>()
        .is_ok_and(|zone| (1..=zones).contains(&zone))
}
