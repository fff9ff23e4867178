//! Restore points: capture and deletion.

use super::guest;
use crate::cloud::lookup::check_name;
use crate::cloud::{
    Attachment, CapturedConfiguration, Cloud, CommandError, CreateRestorePoint, DeleteRestorePoint,
    DiskReference, DiskRestorePoint, EventKind, Executed, ManagedDisk, RestorePoint, Task,
    VirtualMachine,
};
use crate::ids::ResourceId;
use crate::matrix::{self, CountedPoints};
use crate::model::{ConsistencyMode, ProvisioningState};
use crate::order;
use crate::store::StoreError;
use crate::transitions::{Trigger, next};
use crate::units::{ByteCount, SimInstant};

impl Cloud {
    pub(in crate::cloud) fn create_restore_point(
        &mut self,
        fields: &CreateRestorePoint,
    ) -> Executed {
        let (collection_id, collection) = self.find_collection(&fields.collection, "collection")?;
        if collection.state != ProvisioningState::Succeeded {
            let needs = "create points in another collection";
            return Err(CommandError::Conflict {
                id: collection_id.clone(),
                state: collection.state,
                needs,
            });
        }
        check_name(&fields.name).map_err(|message| CommandError::InvalidParameter {
            target: "name".to_owned(),
            message,
        })?;
        let id = collection_id.child("restorePoints", &fields.name);
        if self.restore_points.contains_key(&id) {
            return Err(CommandError::AlreadyExists { id });
        }
        let (vm_id, vm) = self.find_virtual_machine(collection.source.as_str(), "collection")?;
        let exclude = self.excluded(vm, &fields.exclude_disks)?;
        check_consistency(fields.consistency_mode)?;
        self.refuse_concurrent(vm_id, vm)?;
        self.refuse_over_limit(vm_id, vm)?;
        self.gate_creation(
            vm_id,
            vm,
            fields.consistency_mode,
            fields.api_version.as_deref(),
            &exclude,
        )?;

        let configuration = CapturedConfiguration {
            name: vm.name.clone(),
            location: vm.location.clone(),
            zones: vm.zones.clone(),
            tags: vm.tags.clone(),
            facts: vm.facts.clone(),
        };
        let (collection_id, vm_id, vm_unique_id) =
            (collection_id.clone(), vm_id.clone(), vm.unique_id.clone());
        let (vm_name, location) = (vm.name.clone(), collection.location.clone());
        let captured: Vec<Attachment> = vm
            .attachments
            .iter()
            .filter(|attachment| {
                attachment
                    .managed()
                    .is_some_and(|disk| !exclude.contains(disk))
            })
            .cloned()
            .collect();
        let disks = self.capture(&id, &captured)?;
        let until = self.now.plus(self.settings.create_restore_point());
        self.captures += 1;
        if let Some(vm) = self.virtual_machines.get_mut(&vm_id) {
            vm.points_created += 1;
        }
        let full = disks.iter().filter(|disk| disk.full).count();
        let point = RestorePoint {
            name: fields.name.clone(),
            sequence: self.captures,
            collection: collection_id,
            virtual_machine: vm_id,
            virtual_machine_unique_id: vm_unique_id,
            location,
            state: ProvisioningState::Creating,
            consistency_mode: guest::consistency(
                &configuration.facts,
                fields.consistency_mode,
                self.settings.edition(),
            ),
            time_created: self.now,
            busy_until: Some(until),
            exclude_disks: exclude,
            configuration,
            disks,
        };
        let text = format!(
            "{} captures {} disks of {vm_name} at one instant, {full} of them in full; ready at {until}",
            point.name,
            point.disks.len()
        );
        self.restore_points.insert(id.clone(), point);
        self.agenda.plan(until, Task::EndCreation(id.clone()));
        let mut events = vec![self.event(EventKind::RestorePointStarted, &id, text)];
        events.extend(self.run_until(self.now));
        Ok(events)
    }

    /// One snapshot of each disk at this instant; none at all if one cannot be taken.
    fn capture(
        &mut self,
        point: &ResourceId,
        disks: &[Attachment],
    ) -> Result<Vec<DiskRestorePoint>, CommandError> {
        let mut taken: Vec<DiskRestorePoint> = Vec::new();
        let mut guids = self.guids.clone();
        for attachment in disks {
            let found = attachment
                .managed()
                .and_then(|id| self.disks.get_key_value(id));
            let Some((disk_id, disk)) = found else {
                continue;
            };
            let snapshot = match self.store.snapshot(disk.volume) {
                Ok(snapshot) => snapshot,
                Err(error) => {
                    for disk in &taken {
                        self.store.delete_snapshot(disk.snapshot)?;
                    }
                    return Err(error.into());
                }
            };
            taken.push(DiskRestorePoint {
                id: point.child(
                    "diskRestorePoints",
                    &format!("{}_{}", disk.name, guids.guid()),
                ),
                disk: disk_id.clone(),
                name: disk.name.clone(),
                role: attachment.role,
                lun: attachment.lun,
                disk_unique_id: disk.unique_id.clone(),
                family_id: disk.family_id.clone(),
                full: self.is_first_of_family(disk),
                size: disk.size,
                block_size: disk.block_size,
                facts: disk.facts.clone(),
                volume: disk.volume,
                snapshot,
                writes: self.records.len(disk.volume),
            });
        }
        self.guids = guids;
        Ok(taken)
    }

    fn is_first_of_family(&self, disk: &ManagedDisk) -> bool {
        let mut captured = self.restore_points.values().flat_map(|point| &point.disks);
        !captured.any(|captured| captured.volume == disk.volume)
    }

    /// The ids behind `excludeDisks`, each a disk of this VM.
    fn excluded(
        &self,
        vm: &VirtualMachine,
        given: &[DiskReference],
    ) -> Result<Vec<ResourceId>, CommandError> {
        let named = |reference: &DiskReference, id: &ResourceId| {
            reference
                .id
                .parse::<ResourceId>()
                .is_ok_and(|given| given == *id)
                || id.name().eq_ignore_ascii_case(&reference.id)
        };
        let find = |(at, reference): (usize, &DiskReference)| {
            let mut ids = vm.attachments.iter().filter_map(Attachment::managed);
            ids.find(|id| named(reference, id)).cloned().ok_or_else(|| {
                CommandError::InvalidParameter {
                    target: format!("excludeDisks[{at}].id"),
                    message: format!(
                        "`{}` is no managed disk of `{}`; its disks are {}",
                        reference.id,
                        vm.name,
                        vm.attachments
                            .iter()
                            .filter_map(Attachment::managed)
                            .map(ResourceId::name)
                            .collect::<Vec<_>>()
                            .join(", ")
                    ),
                }
            })
        };
        let ids: Vec<ResourceId> = given
            .iter()
            .enumerate()
            .map(find)
            .collect::<Result<_, _>>()?;
        Ok(order::few(ids))
    }

    /// The creation that runs for this VM, and until when.
    pub(super) fn running_creation(&self, vm: &ResourceId) -> Option<(&ResourceId, SimInstant)> {
        let running = |point: &RestorePoint| {
            point.virtual_machine == *vm && point.state == ProvisioningState::Creating
        };
        let (id, point) = self
            .restore_points
            .iter()
            .find(|(_, point)| running(point))?;
        Some((id, point.busy_until.unwrap_or(self.now)))
    }

    fn refuse_concurrent(&self, id: &ResourceId, vm: &VirtualMachine) -> Result<(), CommandError> {
        match self.running_creation(id) {
            Some((_, until)) => Err(CommandError::ConcurrentCreation {
                virtual_machine: vm.name.clone(),
                until: until.to_string(),
            }),
            None => Ok(()),
        }
    }

    fn refuse_over_limit(&self, id: &ResourceId, vm: &VirtualMachine) -> Result<(), CommandError> {
        let limit = self.settings.restore_points_per_vm();
        let limits = matrix::limits(self.settings.edition());
        let counted = match limits.counts {
            CountedPoints::Retained => self.retained_points(id),
            CountedPoints::Created => vm.points_created,
        };
        if counted < limit {
            return Ok(());
        }
        Err(CommandError::LimitReached {
            virtual_machine: vm.name.clone(),
            counted,
            counts: limits.counts,
            limit,
            row_ids: limits
                .rules
                .get("restorePointsPerVm")
                .cloned()
                .into_iter()
                .collect(),
        })
    }

    /// Points retained for a VM over all its collections.
    #[must_use]
    pub fn retained_points(&self, vm: &ResourceId) -> u64 {
        let of_vm = |point: &&RestorePoint| point.virtual_machine == *vm && point.is_retained();
        self.restore_points.values().filter(of_vm).count() as u64
    }

    pub(in crate::cloud) fn delete_restore_point(
        &mut self,
        fields: &DeleteRestorePoint,
    ) -> Executed {
        let (id, point) = self.find_restore_point(&fields.restore_point, "restorePoint")?;
        let Some(deleting) = next(point.state, Trigger::DeletionRequested) else {
            let needs = "delete it when what runs on it has ended";
            return Err(CommandError::Conflict {
                id: id.clone(),
                state: point.state,
                needs,
            });
        };
        let id = id.clone();
        let until = self.now.plus(self.settings.delete_restore_point());
        if let Some(point) = self.restore_points.get_mut(&id) {
            point.state = deleting;
            point.busy_until = Some(until);
        }
        self.agenda.plan(until, Task::EndDeletion(id.clone()));
        let text = format!("{} is being deleted until {until}", id.name());
        let mut events = vec![self.event(EventKind::DeletionStarted, &id, text)];
        events.extend(self.run_until(self.now));
        Ok(events)
    }

    /// Gives the snapshots of disk restore points back and tells what that freed.
    pub(in crate::cloud) fn release(&mut self, disks: &[DiskRestorePoint]) -> ByteCount {
        let freed: Result<ByteCount, StoreError> = disks
            .iter()
            .map(|disk| {
                self.store
                    .delete_snapshot(disk.snapshot)
                    .map(|freed| freed.bytes)
            })
            .sum();
        self.forget_records();
        // Each snapshot was taken by this engine and is released once; the store knows it.
        debug_assert!(freed.is_ok(), "{freed:?}");
        freed.unwrap_or_default()
    }
}

/// The service takes `CrashConsistent` as an input and decides the rest by the guest.
fn check_consistency(mode: Option<ConsistencyMode>) -> Result<(), CommandError> {
    match mode {
        None | Some(ConsistencyMode::CrashConsistent | ConsistencyMode::ApplicationConsistent) => Ok(()),
        Some(ConsistencyMode::FileSystemConsistent) => Err(CommandError::InvalidParameter {
            target: "consistencyMode".to_owned(),
            message: "FileSystemConsistent cannot be asked for: leave consistencyMode out, and a Linux guest without \
                      scripts gives it; only CrashConsistent is an input"
                .to_owned(),
        }),
    }
}
