//! Snapshots: one disk at one instant, as a resource of its own; and a disk that an address reads.
//!
//! A snapshot is kept as a point of one disk. Its content lies in a family of its own beside those of
//! restore points, so that what points store is counted as before.

use crate::cloud::lookup::{new_id, same_region};
use crate::cloud::setting::{DISK_SNAPSHOTS, REGION_SNAPSHOTS};
use crate::cloud::{
    CapturedConfiguration, Cloud, CommandError, CreateSnapshot, DeleteDisk, DeleteSnapshot,
    DiskRestorePoint, EventKind, Executed, RefusalCode, RestorePoint,
};
use crate::ids::{ResourceId, ResourceType};
use crate::model::{ConsistencyMode, Disk, DiskRole, FactSet, FactValue, ProvisioningState};
use crate::order;
use crate::units::{ByteCount, SimDuration, SimInstant};

/// What a snapshot is taken of.
struct Taken {
    disk: DiskRestorePoint,
    location: String,
    /// Whether the store's snapshot was taken for this, and is given back.
    borrowed: bool,
    unique_id: String,
}

impl Cloud {
    pub(in crate::cloud) fn create_snapshot(&mut self, fields: &CreateSnapshot) -> Executed {
        let source = match &fields.source {
            Some(source) => Some(self.snapshot_source(source)?),
            None => None,
        };
        let id = new_id(
            &fields.name,
            ResourceType::Snapshot,
            source.as_ref(),
            "name",
        )?;
        if self.snapshots.contains_key(&id) {
            return Err(CommandError::AlreadyExists { id });
        }
        let incremental = fields.incremental.unwrap_or_default();
        let (made, of) = match &source {
            Some(source) => {
                let asked = fields.location.as_deref();
                (self.take(&id, source, asked, incremental)?, source.name())
            }
            None => (self.take_of_nothing(&id, fields)?, "nothing"),
        };
        let text = format!("{} is there, taken of {of}", id.name());
        self.snapshots.insert(id.clone(), made);
        Ok(vec![self.event(EventKind::Created, &id, text)])
    }

    /// A snapshot of a disk of this size that nobody ever wrote to: the disk is there for this moment only.
    fn take_of_nothing(
        &mut self,
        id: &ResourceId,
        fields: &CreateSnapshot,
    ) -> Result<RestorePoint, CommandError> {
        let needed = |target: &str, what: &str| CommandError::InvalidParameter {
            target: target.to_owned(),
            message: format!("a snapshot without a source needs a {what}"),
        };
        let size = fields
            .size_gib
            .ok_or_else(|| needed("sizeGiB", "size, or give a source"))?;
        super::checks::check_size(size)?;
        let location = fields.location.as_deref();
        let location = location.ok_or_else(|| needed("location", "location"))?;
        let blank = id.sibling(ResourceType::Disk, &self.guids.guid());
        let disk = Disk {
            name: id.name().to_owned(),
            id: Some(blank.clone()),
            role: None,
            lun: None,
            size_gib: Some(size),
            location: Some(crate::matrix::normalise_region(location)),
            zones: Vec::new(),
            facts: FactSet::new(),
        };
        self.make_disk(&blank, &disk, None)?;
        let incremental = fields.incremental.unwrap_or_default();
        let mut made = self.take(id, &blank, None, incremental)?;
        self.delete_disk(&DeleteDisk {
            disk: blank.to_string(),
        })?;
        // It is its own source: it has no other.
        made.collection = id.clone();
        made.virtual_machine = id.clone();
        Ok(made)
    }

    /// The disk or snapshot that is named.
    fn snapshot_source(&self, reference: &str) -> Result<ResourceId, CommandError> {
        if let Ok(id) = reference.parse::<ResourceId>()
            && let Some((id, _)) = self.snapshots.get_key_value(&id)
        {
            return Ok(id.clone());
        }
        Ok(self.find_disk(reference, "source")?.0.clone())
    }

    pub(super) fn take(
        &mut self,
        id: &ResourceId,
        source: &ResourceId,
        asked: Option<&str>,
        incremental: bool,
    ) -> Result<RestorePoint, CommandError> {
        if incremental {
            self.refuse_snapshots(source)?;
        }
        let taken = self.taken(source)?;
        let location = asked.unwrap_or(&taken.location);
        let location = crate::matrix::normalise_region(location);
        let near = same_region(&location, &taken.location);
        let wrong = |message: String| CommandError::InvalidParameter {
            target: "location".to_owned(),
            message,
        };
        let far_from_disk = !near && taken.borrowed;
        let far_and_whole = !near && !incremental;
        if far_from_disk || far_and_whole {
            if taken.borrowed {
                let _given_back = self.store.delete_snapshot(taken.disk.snapshot);
            }
            return Err(wrong(format!(
                "`{}` is in {}; only an incremental snapshot is copied to another region, from an incremental snapshot",
                source.name(),
                taken.location
            )));
        }
        let own = format!("snapshot {id}");
        let mut family = if incremental {
            format!("snapshots {location}")
        } else {
            own.clone()
        };
        // What is taken of a disk is never older than what was taken of it before; of a snapshot it may be.
        let newest = self.replica(&taken.disk, &family);
        if newest.is_some_and(|newest| newest.1.writes > taken.disk.writes) {
            if !near {
                return Err(CommandError::NotAllowed {
                    target: source.to_string(),
                    message: format!(
                        "a later snapshot than `{}` was copied to {location} before; snapshots are copied in the order they were taken: copy a newer one",
                        source.name()
                    ),
                });
            }
            family = own;
        }
        let copied = self.replicate(
            id,
            std::slice::from_ref(&taken.disk),
            &family,
            self.captures + 1,
        );
        if taken.borrowed {
            let _given_back = self.store.delete_snapshot(taken.disk.snapshot);
        }
        let (mut disks, travelling) = copied?;
        self.captures += 1;
        for disk in &mut disks {
            disk.id = id.clone();
            disk.facts = taken.disk.facts.clone();
        }
        let total = travelling.iter().map(|disk| disk.total).sum::<ByteCount>();
        let base = disks.first().and_then(|disk| self.arrival_before(disk));
        let arrives = (!near).then(|| self.arrival_of(base, total));
        let mut facts = FactSet::new();
        facts.insert("incremental".to_owned(), FactValue::Bool(incremental));
        Ok(RestorePoint {
            name: id.name().to_owned(),
            sequence: self.captures,
            collection: source.clone(),
            virtual_machine: source.clone(),
            virtual_machine_unique_id: taken.unique_id,
            location,
            state: ProvisioningState::Succeeded,
            consistency_mode: ConsistencyMode::CrashConsistent,
            time_created: self.now,
            busy_until: arrives,
            exclude_disks: Vec::new(),
            configuration: CapturedConfiguration {
                name: self.guids.guid(),
                location: taken.location,
                zones: Vec::new(),
                tags: crate::order::SmallMap::new(),
                facts,
            },
            disks,
            replication: None,
            failure: None,
            vault: None,
        })
    }

    /// When the newest copied snapshot arrives that this one builds on; none where all of them are there.
    fn arrival_before(&self, disk: &DiskRestorePoint) -> Option<SimInstant> {
        let arrivals = self.snapshots.values().filter_map(|other| {
            let before = other.disks.first()?;
            let builds = before.volume == disk.volume && before.snapshot < disk.snapshot;
            other.busy_until.filter(|_| builds)
        });
        arrivals.max().filter(|at| *at > self.now)
    }

    /// When a copied snapshot arrives that has so much to bring, after the one that it builds on.
    fn arrival_of(&self, base: Option<SimInstant>, total: ByteCount) -> SimInstant {
        let (per_disk, _) = self.settings.copy_rates();
        let seconds = total.0.div_ceil(per_disk.max(1));
        let begins = base.unwrap_or(self.now);
        begins.plus(SimDuration::from_seconds(seconds))
    }

    /// What built on a copied snapshot that never arrived brings what that was to bring.
    fn arrive_without(&mut self, gone: &RestorePoint) {
        let Some(lost) = gone.disks.first() else {
            return;
        };
        if gone.busy_until.is_none_or(|at| at <= self.now) {
            return;
        }
        let disk_of = |id: &ResourceId| self.snapshots.get(id).and_then(|at| at.disks.first());
        let builds = |id: &&ResourceId| {
            disk_of(id).is_some_and(|at| at.volume == lost.volume && at.snapshot > lost.snapshot)
        };
        let later: Vec<ResourceId> = self.snapshots.keys().filter(builds).cloned().collect();
        let later = order::by(later, |id| disk_of(id).map_or(0, |disk| disk.snapshot.0));
        for (place, id) in later.iter().enumerate() {
            let Some(disk) = self.snapshots.get(id).and_then(|at| at.disks.first()) else {
                continue;
            };
            let usage = self.store.usage(disk.snapshot).unwrap_or_default();
            let total = if place == 0 { usage.pays } else { usage.added };
            let arrives = self.arrival_of(self.arrival_before(disk), total);
            if let Some(snapshot) = self.snapshots.get_mut(id) {
                snapshot.busy_until = Some(arrives);
            }
        }
    }

    /// A disk has so many incremental snapshots at most (S4-08a), and a subscription so many snapshots in a
    /// region (S4-09).
    fn refuse_snapshots(&self, source: &ResourceId) -> Result<(), CommandError> {
        let Some(disk) = self.disks.get(source) else {
            return Ok(());
        };
        let own = self
            .snapshots
            .iter()
            .filter(|(id, _)| id.is(ResourceType::Snapshot));
        let of_disk = own.clone().filter(|(_, snapshot)| {
            let incremental = snapshot.configuration.facts.get("incremental");
            snapshot.virtual_machine_unique_id == disk.unique_id
                && incremental == Some(&FactValue::Bool(true))
        });
        let beside = own.filter(|(id, snapshot)| {
            id.subscription()
                .eq_ignore_ascii_case(source.subscription())
                && same_region(&snapshot.location, &disk.location)
        });
        for (limit, count, of, rows) in [
            (DISK_SNAPSHOTS, of_disk.count(), "the disk", &["S4-08a"]),
            (
                REGION_SNAPSHOTS,
                beside.count(),
                "the subscription in this region",
                &["S4-09"],
            ),
        ] {
            let most = self.settings.number(limit);
            if most > 0 && count as u64 >= most {
                return Err(CommandError::Refused {
                    code: RefusalCode::SnapshotCountExceeded,
                    target: source.to_string(),
                    message: format!(
                        "{of} has {count} snapshots, as many as there may be; delete some"
                    ),
                    row_ids: rows,
                });
            }
        }
        Ok(())
    }

    /// What there is to take of a disk or a snapshot.
    fn taken(&mut self, source: &ResourceId) -> Result<Taken, CommandError> {
        if let Some(snapshot) = self.snapshots.get(source) {
            let arrives = snapshot.busy_until.filter(|at| *at > self.now);
            let disk = snapshot.disks.first().filter(|_| arrives.is_none());
            let Some(disk) = disk else {
                return Err(CommandError::NotAllowed {
                    target: source.to_string(),
                    message: format!("not all of `{}` has arrived yet", snapshot.name),
                });
            };
            return Ok(Taken {
                disk: disk.clone(),
                location: snapshot.location.clone(),
                borrowed: false,
                unique_id: snapshot.configuration.name.clone(),
            });
        }
        let (id, disk) = self.find_disk(source.as_str(), "source")?;
        let (id, disk) = (id.clone(), disk.clone());
        if let Some(trouble) = self.key_trouble(&disk.name, &disk.facts) {
            return Err(super::encryption::key_refusal(&id, trouble));
        }
        let snapshot = self.store.snapshot(disk.volume)?;
        Ok(Taken {
            disk: DiskRestorePoint {
                id: id.clone(),
                disk: id,
                name: disk.name.clone(),
                role: DiskRole::Data,
                lun: None,
                disk_unique_id: disk.unique_id.clone(),
                family_id: disk.family_id.clone(),
                full: true,
                size: disk.size,
                block_size: disk.block_size,
                facts: disk.facts.clone(),
                volume: disk.volume,
                snapshot,
                writes: self.records.len(disk.volume),
                access: None,
                damage: disk.damage.clone(),
            },
            location: disk.location,
            borrowed: true,
            unique_id: disk.unique_id,
        })
    }

    pub(in crate::cloud) fn delete_snapshot(&mut self, fields: &DeleteSnapshot) -> Executed {
        let (id, snapshot) = self.find_snapshot(&fields.snapshot, "snapshot")?;
        Self::refuse_accessed(std::iter::once(snapshot))?;
        let id = id.clone();
        self.drop_snapshot(&id);
        let text = format!("{} is gone", id.name());
        Ok(vec![self.event(EventKind::Deleted, &id, text)])
    }

    pub(super) fn drop_snapshot(&mut self, id: &ResourceId) {
        if let Some(snapshot) = self.snapshots.remove(id) {
            self.release(&snapshot.disks);
            self.arrive_without(&snapshot);
        }
        self.forget_kept(id);
    }

    /// Takes what an address of a disk reads: the disk as it is now. Refused while its VM runs.
    pub(super) fn hold_disk(&mut self, id: &ResourceId) -> Result<(), CommandError> {
        let id = self.find_disk(id.as_str(), "disk")?.0.clone();
        if self.snapshots.contains_key(&id) {
            return Ok(());
        }
        let runs = |vm: &ResourceId| {
            let vm = self.virtual_machines.get(vm);
            vm.is_some_and(|vm| super::guest::is_running(&vm.facts))
        };
        if let Some(vm) = self.attached_to(&id).filter(|vm| runs(vm)) {
            let message = format!(
                "`{}` is attached to {}, which is running; deallocate it, or detach the disk, first",
                id.name(),
                vm.name()
            );
            return Err(CommandError::NotAllowed {
                target: id.to_string(),
                message,
            });
        }
        let held = self.take(&id, &id, None, false)?;
        self.snapshots.insert(id.clone(), held);
        Ok(())
    }

    /// Gives back what an address of a disk read.
    pub(super) fn let_go_of_disk(&mut self, id: &ResourceId) {
        if id.is(ResourceType::Disk)
            && let Some(held) = self.snapshots.remove(id)
        {
            self.release(&held.disks);
        }
    }
}
