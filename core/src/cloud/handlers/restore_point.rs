//! Restore points: capture and deletion.

use super::guest;
use crate::cloud::lookup::check_name;
use crate::cloud::task::disks_in_words;
use crate::cloud::{
    Attachment, CapturedConfiguration, Cloud, CommandError, CreateRestorePoint, DeleteRestorePoint,
    DiskReference, DiskRestorePoint, EventKind, Executed, RefusalCode, Replication, RestorePoint,
    RestorePointCollection, Task, VirtualMachine,
};
use crate::ids::ResourceId;
use crate::matrix::{self, CountedPoints};
use crate::model::{ConsistencyMode, FactValue, ProvisioningState};
use crate::order;
use crate::transitions::{Trigger, next};
use crate::units::{ByteCount, SimDuration, SimInstant};

impl Cloud {
    pub(in crate::cloud) fn create_restore_point(
        &mut self,
        fields: &CreateRestorePoint,
    ) -> Executed {
        let (id, collection) = self.find_collection(&fields.collection, "collection")?;
        Self::refuse_managed(id, collection.managed_by.as_ref())?;
        self.take_point(fields)
    }

    /// Captures a VM, for a user or for the service that a collection belongs to.
    pub(super) fn take_point(&mut self, fields: &CreateRestorePoint) -> Executed {
        let (collection_id, collection, id) = self.new_point(&fields.collection, &fields.name)?;
        let (vm_id, vm) = self.source_of(collection_id, collection)?;
        self.refuse_sourceless(collection_id, collection)?;
        if let Some(ready) = vm.ready_at {
            return Err(CommandError::NotAllowed {
                target: vm_id.to_string(),
                message: format!("`{}` is being restored until {ready}; wait for it", vm.name),
            });
        }
        let exclude = self.excluded(vm, &fields.exclude_disks)?;
        check_consistency(fields.consistency_mode)?;
        check_version(fields.api_version.as_deref())?;
        self.refuse_concurrent(vm)?;
        self.refuse_over_limit(&vm.name, (&vm.unique_id, Some(vm)), true)?;
        let crash = fields.consistency_mode == Some(ConsistencyMode::CrashConsistent);
        let limit = if crash {
            "limits.crashPointsPerHour"
        } else {
            "limits.applicationPointsPerHour"
        };
        self.refuse_often(&vm.lately, &vm.name, limit, |other| other == crash)?;
        let remote = collection.source_collection.is_some();
        // What Azure VM Backup can protect was asked when it was protected.
        let asked = match &collection.managed_by {
            Some(_) => None,
            None => self.gate_creation(
                vm_id,
                vm,
                fields,
                (collection_id, &exclude),
                remote.then_some(collection.location.as_str()),
            )?,
        };

        let configuration = CapturedConfiguration {
            name: vm.name.clone(),
            location: vm.location.clone(),
            zones: vm.zones.clone(),
            tags: vm.tags.clone(),
            facts: vm.facts.clone(),
        };
        let (vm_id, vm_unique_id) = (vm_id.clone(), vm.unique_id.clone());
        let (collection_id, location) = (collection_id.clone(), collection.location.clone());
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
        if let Some(question) = asked {
            self.passed.note(vm_id.clone(), question);
        }
        let mut disks = self.capture(&id, &captured)?;
        let mut replication = None;
        if remote {
            let sequence = self.captures + 1;
            let (mut copies, travelling) = self.replicate(&id, &disks, &location, sequence)?;
            self.release(&disks);
            self.put_under_sets(&mut copies, &disks, &fields.disk_encryption_sets, &location)?;
            disks = copies;
            replication = Some(Replication {
                source: None,
                source_sequence: sequence,
                from_region: matrix::normalise_region(&configuration.location),
                disks: travelling,
                started: None,
                completed: None,
            });
        } else if !fields.disk_encryption_sets.is_empty() {
            let captured = disks.clone();
            self.put_under_sets(
                &mut disks,
                &captured,
                &fields.disk_encryption_sets,
                &location,
            )?;
        }
        let until = self.now.plus(self.settings.create_restore_point());
        self.captures += 1;
        let now = self.now;
        if let Some(vm) = self.virtual_machines.get_mut(&vm_id) {
            vm.points_created += 1;
            vm.creating = Some(id.clone());
            note_lately(&mut vm.lately, now, crash);
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
            vault: None,
            exclude_disks: exclude,
            configuration,
            disks,
            replication,
            failure: None,
        };
        let text = format!(
            "{} captures {} of {} at one instant, {}; ready at {until}",
            point.name,
            disks_in_words(point.disks.len()),
            point.configuration.name,
            match (point.disks.len(), full) {
                (1, 0) => "what changed of it".to_owned(),
                (1, _) => "in full".to_owned(),
                _ => format!("{full} of them in full"),
            }
        );
        let vm_id = point.virtual_machine.clone();
        self.restore_points.insert(id.clone(), point);
        self.capture_kept(&vm_id, &id);
        self.agenda.plan(until, Task::EndCreation(id.clone()));
        let mut events = vec![self.event(EventKind::RestorePointStarted, &id, text)];
        events.extend(self.run_until(self.now));
        Ok(events)
    }

    /// The collection of a new point, and the point's id. A point whose creation failed does not keep its name.
    pub(super) fn new_point(
        &self,
        collection: &str,
        name: &str,
    ) -> Result<(&ResourceId, &RestorePointCollection, ResourceId), CommandError> {
        let (collection_id, collection) = self.find_collection(collection, "collection")?;
        if collection.state != ProvisioningState::Succeeded {
            let needs = "create points in another collection";
            return Err(CommandError::Conflict {
                id: collection_id.clone(),
                state: collection.state,
                needs,
            });
        }
        check_name(name).map_err(|message| CommandError::InvalidParameter {
            target: "name".to_owned(),
            message,
        })?;
        let id = collection_id.child("restorePoints", name);
        match self.restore_points.get(&id) {
            Some(known) if known.state != ProvisioningState::Failed => {
                Err(CommandError::AlreadyExists { id })
            }
            _ => Ok((collection_id, collection, id)),
        }
    }

    /// The VM of a collection: the very one that it was made for.
    fn source_of(
        &self,
        id: &ResourceId,
        collection: &RestorePointCollection,
    ) -> Result<(&ResourceId, &VirtualMachine), CommandError> {
        let not_allowed = |message| CommandError::Refused {
            code: RefusalCode::OperationNotAllowed,
            target: id.to_string(),
            message,
            row_ids: &["S0-43b", "S1-15b", "S2-09"],
        };
        let own = |vm: &&VirtualMachine| vm.unique_id == collection.source_unique_id;
        let mut machines = self.virtual_machines.iter();
        let (name, source) = (&collection.name, &collection.source);
        match self.virtual_machines.get_key_value(source) {
            Some((id, vm)) if own(&vm) => Ok((id, vm)),
            Some(_) => Err(not_allowed(format!(
                "`{name}` belongs to a VM {} that is gone; the VM that has its name now is another one and needs a collection of its own",
                source.name()
            ))),
            None => match machines.find(|(_, vm)| own(vm)) {
                Some((moved, _)) => Err(not_allowed(format!(
                    "`{name}` names {source}, and that VM is {moved} now; make a new collection for it"
                ))),
                None => self.find_virtual_machine(source.as_str(), "collection"),
            },
        }
    }

    /// A collection in another region takes points for as long as the one that it names is there.
    fn refuse_sourceless(
        &self,
        id: &ResourceId,
        collection: &RestorePointCollection,
    ) -> Result<(), CommandError> {
        let Some(source) = &collection.source_collection else {
            return Ok(());
        };
        match self.collections.get(source) {
            Some(found) if found.state == ProvisioningState::Succeeded => Ok(()),
            _ => Err(CommandError::Refused {
                code: RefusalCode::OperationNotAllowed,
                target: id.to_string(),
                message: format!(
                    "`{}` is for the points of {}, and that collection is gone or going; make it anew, or another pair",
                    collection.name,
                    source.name()
                ),
                row_ids: &["S1-05b", "S2-34b"],
            }),
        }
    }

    /// One snapshot of each disk at this instant.
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
            let full = self.store.has_snapshots(disk.volume) == Ok(false);
            let snapshot = match self.store.snapshot(disk.volume) {
                Ok(snapshot) => snapshot,
                Err(error) => {
                    for disk in &taken {
                        // It was taken a moment ago.
                        let _given_back = self.store.delete_snapshot(disk.snapshot);
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
                full,
                size: disk.size,
                block_size: disk.block_size,
                facts: disk.facts.clone(),
                volume: disk.volume,
                snapshot,
                writes: self.records.len(disk.volume),
                access: None,
                damage: disk.damage.clone(),
            });
        }
        self.guids = guids;
        Ok(taken)
    }

    /// The ids behind `excludeDisks`, each a disk of this VM.
    pub(super) fn excluded(
        &self,
        vm: &VirtualMachine,
        given: &[DiskReference],
    ) -> Result<Vec<ResourceId>, CommandError> {
        let find = |(at, reference): (usize, &DiskReference)| {
            let target = format!("excludeDisks[{at}].id");
            let invalid = |message| CommandError::InvalidParameter { target, message };
            let ids = || vm.attachments.iter().filter_map(Attachment::managed);
            if let Ok(given) = reference.id.parse::<ResourceId>()
                && let Some(id) = ids().find(|id| **id == given)
            {
                return Ok(id.clone());
            }
            let mut named = ids().filter(|id| id.name().eq_ignore_ascii_case(&reference.id));
            match (named.next(), named.next()) {
                (Some(id), None) => Ok(id.clone()),
                (Some(_), Some(_)) => Err(invalid(format!(
                    "`{}` has two disks called `{}`; give the id",
                    vm.name, reference.id
                ))),
                (None, _) => Err(invalid(format!(
                    "`{}` is no managed disk of `{}`; its disks are {}",
                    reference.id,
                    vm.name,
                    ids().map(ResourceId::name).collect::<Vec<_>>().join(", ")
                ))),
            }
        };
        let ids: Vec<ResourceId> = given
            .iter()
            .enumerate()
            .map(find)
            .collect::<Result<_, _>>()?;
        Ok(order::few(ids))
    }

    /// A VM that changes while a point of it is being created spoils that point.
    pub(super) fn disturb(&mut self, vm: &ResourceId) {
        let running = self
            .virtual_machines
            .get(vm)
            .and_then(|vm| vm.creating.as_ref());
        let Some(running) = running else { return };
        self.restore_points.change(running, |point| {
            let message = format!(
                "`{}` was changed while the point was being created; create it again",
                vm.name()
            );
            point.failure = Some((RefusalCode::OperationNotAllowed, message));
        });
    }

    fn refuse_concurrent(&self, vm: &VirtualMachine) -> Result<(), CommandError> {
        let running = vm.creating.as_ref();
        match running.and_then(|id| self.restore_points.get(id)) {
            Some(point) => Err(CommandError::ConcurrentCreation {
                virtual_machine: vm.name.clone(),
                until: point.busy_until.unwrap_or(self.now).to_string(),
            }),
            None => Ok(()),
        }
    }

    /// At most so many in the last hour, where that is limited.
    pub(super) fn refuse_often(
        &self,
        lately: &[(SimInstant, bool)],
        target: &str,
        setting: &str,
        counts: impl Fn(bool) -> bool,
    ) -> Result<(), CommandError> {
        let limit = self.settings.number(setting);
        if limit == 0 {
            return Ok(());
        }
        let recent = lately
            .iter()
            .filter(|(at, kind)| self.now.since(*at) < HOUR && counts(*kind));
        let count = recent.clone().count() as u64;
        if count < limit {
            return Ok(());
        }
        let first = recent.map(|(at, _)| *at).next().unwrap_or(self.now);
        Err(CommandError::Refused {
            code: RefusalCode::TooManyRequests,
            target: target.to_owned(),
            message: format!(
                "`{target}` had {count} in the last hour and {setting} is {limit}; try again at {}",
                first.plus(HOUR)
            ),
            row_ids: &[],
        })
    }

    /// Refuses one point more than a VM may have, by its `vmId`; beside that the VM, where it is the one with the
    /// id that is known of it. A copy is none that was created of the VM.
    pub(super) fn refuse_over_limit(
        &self,
        name: &str,
        (unique_id, vm): (&str, Option<&VirtualMachine>),
        created: bool,
    ) -> Result<(), CommandError> {
        let limit = self.settings.restore_points_per_vm();
        let limits = matrix::limits(self.settings.edition());
        let own = |vm: &&VirtualMachine| vm.unique_id == unique_id;
        let vm = vm
            .filter(own)
            .or_else(|| self.virtual_machines.values().find(own));
        let counted = match limits.counts {
            CountedPoints::Created if created => vm.map_or(0, |vm| vm.points_created),
            CountedPoints::Created => return Ok(()),
            CountedPoints::Retained => {
                self.restore_points.retained(unique_id) + vm.map_or(0, points_elsewhere)
            }
        };
        if counted < limit {
            return Ok(());
        }
        Err(CommandError::LimitReached {
            virtual_machine: name.to_owned(),
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

    /// Points retained for a VM over all its collections, in every region and group.
    #[must_use]
    pub fn retained_points(&self, vm: &ResourceId) -> u64 {
        let vm = self.virtual_machines.get(vm);
        vm.map_or(0, |vm| {
            self.restore_points.retained(&vm.unique_id) + points_elsewhere(vm)
        })
    }

    pub(in crate::cloud) fn delete_restore_point(
        &mut self,
        fields: &DeleteRestorePoint,
    ) -> Executed {
        let (id, point) = self.find_restore_point(&fields.restore_point, "restorePoint")?;
        let collection = self.collections.get(&point.collection);
        Self::refuse_managed(id, collection.and_then(|at| at.managed_by.as_ref()))?;
        let Some(deleting) = next(point.state, Trigger::DeletionRequested) else {
            let needs = "delete it when what runs on it has ended";
            return Err(CommandError::Conflict {
                id: id.clone(),
                state: point.state,
                needs,
            });
        };
        Self::refuse_accessed(std::iter::once(point))?;
        let id = id.clone();
        let until = self.now.plus(self.settings.delete_restore_point());
        self.restore_points.change(&id, |point| {
            point.state = deleting;
            point.busy_until = Some(until);
        });
        self.agenda.plan(until, Task::EndDeletion(id.clone()));
        let text = format!("{} is being deleted until {until}", id.name());
        let mut events = vec![self.event(EventKind::DeletionStarted, &id, text)];
        events.extend(self.run_until(self.now));
        Ok(events)
    }

    /// Gives the snapshots of disk restore points back and tells what that freed.
    pub(in crate::cloud) fn release(&mut self, disks: &[DiskRestorePoint]) -> ByteCount {
        let mut freed = ByteCount::ZERO;
        for disk in disks {
            let given_back = self.store.delete_snapshot(disk.snapshot);
            // Each snapshot was taken by this engine and is released once; the store knows it.
            debug_assert!(given_back.is_ok(), "{given_back:?}");
            freed += given_back.unwrap_or_default().bytes;
            if let Some(at) = self.replicas.iter().position(|at| at.copy == disk.volume)
                && self.store.has_snapshots(disk.volume) == Ok(false)
            {
                // Nothing is left in that region: the next copy starts anew.
                let _gone = self.store.drop_volume(disk.volume);
                self.replicas.remove(at);
            }
            self.forget_records(disk.volume);
        }
        freed
    }
}

/// Adds to what was done lately, and forgets what was done an hour ago or earlier; it is in the order of time.
pub(super) fn note_lately(lately: &mut Vec<(SimInstant, bool)>, now: SimInstant, kind: bool) {
    let old = lately.partition_point(|(at, _)| now.since(*at) >= HOUR);
    lately.drain(..old);
    lately.push((now, kind));
}

/// An hour.
pub(super) const HOUR: SimDuration = SimDuration::from_seconds(3600);

/// Points that the fleet says the VM has already, outside the lab.
fn points_elsewhere(vm: &VirtualMachine) -> u64 {
    match vm.facts.get("restorePointsRetained") {
        Some(FactValue::Integer(points)) => u64::try_from(*points).unwrap_or_default(),
        _ => 0,
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

/// A version is a date, with `-preview` behind it or not.
pub(super) fn check_version(version: Option<&str>) -> Result<(), CommandError> {
    let Some(version) = version else {
        return Ok(());
    };
    let date = version.strip_suffix("-preview").unwrap_or(version);
    let is_date = date.len() == 10 && format!("{date}T00:00:00Z").parse::<SimInstant>().is_ok();
    if is_date {
        return Ok(());
    }
    Err(CommandError::InvalidParameter {
        target: "apiVersion".to_owned(),
        message: format!("`{version}` is no API version; give a date such as 2023-03-01"),
    })
}
