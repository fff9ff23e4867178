//! Points in another region than the VM's: copies of points, and points created straight there.

use super::restore_point::check_version;
use crate::cloud::{
    Attachment, Cloud, CommandError, CopyRestorePoint, CreateRestorePoint, DiskReplication,
    DiskRestorePoint, EventKind, Executed, Mark, RefusalCode, Replica, Replication,
    ReplicationState, RestorePoint, Task, same_region,
};
use crate::ids::ResourceId;
use crate::model::{FactValue, ProvisioningState};
use crate::store::{Source, VolumeId};
use crate::units::BlockRange;

/// The disks of a point in another region, and how they get there.
type Replicated = (Vec<DiskRestorePoint>, Vec<DiskReplication>);

impl Cloud {
    pub(in crate::cloud) fn copy_restore_point(&mut self, fields: &CopyRestorePoint) -> Executed {
        let (source_id, source) = self.find_restore_point(&fields.restore_point, "restorePoint")?;
        let name = fields.name.as_deref().unwrap_or(&source.name);
        let (collection_id, collection, id) = self.new_point(&fields.collection, name)?;
        check_version(fields.api_version.as_deref())?;
        let not_allowed = |message| CommandError::NotAllowed {
            target: source_id.to_string(),
            message,
        };
        if source.replication.is_some() {
            return Err(not_allowed(format!(
                "`{}` came from another region itself; copy the point that it was made from",
                source.name
            )));
        }
        if source.state != ProvisioningState::Succeeded {
            return Err(CommandError::Conflict {
                id: source_id.clone(),
                state: source.state,
                needs: "only a point that has Succeeded can be copied",
            });
        }
        if collection.source_collection.as_ref() != Some(&source.collection) {
            return Err(CommandError::Refused {
                code: RefusalCode::OperationNotAllowed,
                target: collection_id.to_string(),
                message: format!(
                    "`{}` does not hold copies of the points of {}; make a collection in the other region with that one as its source",
                    collection.name,
                    source.collection.name()
                ),
                row_ids: &["S1-05a", "S1-05b", "S2-34a", "S2-34b"],
            });
        }
        let region = collection.location.clone();
        self.refuse_order(source_id, source, &region)?;
        self.refuse_often(
            &collection.lately,
            &collection.name,
            "limits.copiesPerCollectionPerHour",
            |_| true,
        )?;
        let vm = self.virtual_machines.get(&source.virtual_machine);
        self.refuse_over_limit(
            &source.configuration.name,
            (&source.virtual_machine_unique_id, vm),
            false,
        )?;
        let asked = self.gate_copy(
            source,
            collection_id,
            &region,
            fields.api_version.as_deref(),
        )?;

        let (source_id, source) = (source_id.clone(), source.clone());
        let collection_id = collection_id.clone();
        if let Some(question) = asked {
            self.passed.note(collection_id.clone(), question);
        }
        self.captures += 1;
        let (mut disks, travelling) =
            self.replicate(&id, &source.disks, &region, source.sequence)?;
        let sets = &fields.disk_encryption_sets;
        self.put_under_sets(&mut disks, &source.disks, sets, &region)?;
        let until = self.now.plus(self.settings.copy_start());
        let now = self.now;
        if let Some(collection) = self.collections.get_mut(&collection_id) {
            super::restore_point::note_lately(&mut collection.lately, now, false);
        }
        let text = format!(
            "{} copies {} to {region}; the copy starts at {until}",
            id.name(),
            source.name
        );
        let point = RestorePoint {
            name: id.name().to_owned(),
            sequence: self.captures,
            collection: collection_id,
            location: region,
            state: ProvisioningState::Creating,
            busy_until: Some(until),
            disks,
            replication: Some(Replication {
                source: Some(source_id),
                source_sequence: source.sequence,
                from_region: source.location.clone(),
                disks: travelling,
                started: None,
                completed: None,
            }),
            ..source
        };
        if let Some(source) = point
            .replication
            .as_ref()
            .and_then(|copy| copy.source.clone())
        {
            self.copy_kept(&source, &id);
        }
        self.restore_points.insert(id.clone(), point);
        self.agenda.plan(until, Task::EndCreation(id.clone()));
        let mut events = vec![self.event(EventKind::RestorePointStarted, &id, text)];
        events.extend(self.run_until(self.now));
        Ok(events)
    }

    /// One copy of a point for each region, and copies in the order of captures.
    fn refuse_order(
        &self,
        id: &ResourceId,
        source: &RestorePoint,
        region: &str,
    ) -> Result<(), CommandError> {
        let not_allowed = |message| {
            Err(CommandError::NotAllowed {
                target: id.to_string(),
                message,
            })
        };
        // Where no disk got as far as this point, no copy of it is there.
        let newest = |disk: &DiskRestorePoint| self.replica(disk, region).map(|at| at.1.sequence);
        let reached = |disk| newest(disk).is_some_and(|newest| newest >= source.sequence);
        if !source.disks.is_empty() && !source.disks.iter().any(reached) {
            return Ok(());
        }
        let here = |point: &&RestorePoint| {
            let copy = point.replication.as_ref();
            copy.is_some_and(|copy| copy.source.as_ref() == Some(id))
                && same_region(&point.location, region)
                && point.is_retained()
        };
        if let Some(copy) = self.restore_points.values().find(here) {
            return not_allowed(format!(
                "`{}` is in {region} already, as {}; a point has one copy in a region",
                source.name, copy.name
            ));
        }
        let after = |disk| newest(disk).is_some_and(|newest| newest > source.sequence);
        let later = source.disks.iter().any(after);
        if later {
            return not_allowed(format!(
                "a later point of `{}` was copied to {region} before; points are copied in the order they were captured, so none older follows it: copy a newer one",
                source.configuration.name
            ));
        }
        Ok(())
    }

    /// Whether the store surely has room for these disks in a region: then nothing fails on the way there.
    fn surely_fits(&self, disks: impl Iterator<Item = VolumeId>, region: &str) -> bool {
        self.store.surely_fits(disks.map(|volume| {
            let mut replicas = self.replicas.iter();
            let known = replicas.find(|at| at.volume == volume && same_region(&at.region, region));
            let leaves = known.map_or(0, |at| self.records.leaves_after(volume, at.writes));
            (known.map(|at| at.copy), leaves)
        }))
    }

    /// As [`Self::surely_fits`], for a copy.
    pub(in crate::cloud) fn copy_fits(&self, fields: &CopyRestorePoint) -> bool {
        let point = self.find_restore_point(&fields.restore_point, "restorePoint");
        let target = self.find_collection(&fields.collection, "collection");
        let (Ok((_, point)), Ok((_, target))) = (point, target) else {
            return true;
        };
        let disks = point.disks.iter().map(|disk| disk.volume);
        self.surely_fits(disks, &target.location)
    }

    /// As [`Self::surely_fits`], for a point; one in the VM's own region needs no room.
    pub(in crate::cloud) fn creation_fits(&self, fields: &CreateRestorePoint) -> bool {
        let found = self.find_collection(&fields.collection, "collection");
        let Some((_, target)) = found.ok().filter(|(_, at)| at.source_collection.is_some()) else {
            return true;
        };
        let vm = self.virtual_machines.get(&target.source).into_iter();
        let disks = vm.flat_map(|vm| vm.attachments.iter().filter_map(Attachment::managed));
        let disks = disks.filter_map(|id| self.disks.get(id).map(|disk| disk.volume));
        self.surely_fits(disks, &target.location)
    }

    pub(super) fn replica(
        &self,
        disk: &DiskRestorePoint,
        region: &str,
    ) -> Option<(usize, &Replica)> {
        let mut replicas = self.replicas.iter().enumerate();
        replicas.find(|(_, at)| at.volume == disk.volume && same_region(&at.region, region))
    }

    /// The content of captured disks in another region: in full the first time, then what changed.
    pub(in crate::cloud) fn replicate(
        &mut self,
        point: &ResourceId,
        captured: &[DiskRestorePoint],
        region: &str,
        sequence: u64,
    ) -> Result<Replicated, CommandError> {
        let mut replicated: Replicated = (Vec::new(), Vec::new());
        for source in captured {
            let known = self.replica(source, region);
            let (at, mut replica) = match known {
                Some((at, replica)) => (at, replica.clone()),
                None => {
                    let copy = self.store.clone_volume(source.snapshot)?;
                    self.records
                        .begin_restored(copy, source.volume, source.writes);
                    let replica = Replica {
                        volume: source.volume,
                        region: region.to_owned(),
                        copy,
                        family_id: self.guids.guid(),
                        writes: source.writes,
                        sequence,
                        newest: None,
                    };
                    self.replicas.push(replica.clone());
                    (self.replicas.len() - 1, replica)
                }
            };
            let blocks = source.block_size.blocks_in(source.size).max(1);
            if blocks > self.store.blocks(Source::Head(replica.copy))? {
                self.store.resize(replica.copy, blocks)?;
            }
            let marks = self
                .records
                .between(replica.volume, replica.writes, source.writes);
            for alike in marks.chunk_by(|(_, one), (_, next)| one.is_seeded() && next.is_seeded()) {
                self.write_marks(replica.copy, alike)?;
            }
            for (range, mark) in marks {
                self.records.add(replica.copy, range, mark);
            }
            replica.writes = source.writes;
            replica.sequence = sequence;
            let full = !self.store.has_snapshots(replica.copy)?;
            let snapshot = self.store.snapshot(replica.copy)?;
            let name = format!("{}_{}", source.name, self.guids.guid());
            let disk = DiskRestorePoint {
                id: point.child("diskRestorePoints", &name),
                family_id: replica.family_id.clone(),
                full,
                volume: replica.copy,
                snapshot,
                writes: self.records.len(replica.copy),
                facts: under_platform_key(&source.facts),
                access: None,
                ..source.clone()
            };
            replicated.1.push(DiskReplication {
                disk_restore_point: disk.id.clone(),
                name: source.name.clone(),
                total: self.store.usage(snapshot)?.added,
                copied: crate::units::ByteCount::ZERO,
                state: ReplicationState::Replicating,
                waits_for: replica.newest.replace(disk.id.clone()),
            });
            replicated.0.push(disk);
            if let Some(known) = self.replicas.get_mut(at) {
                *known = replica;
            }
        }
        Ok(replicated)
    }
}

impl Cloud {
    /// Writes to the store what a record has: one write, or several that all have seeds.
    fn write_marks(
        &mut self,
        volume: VolumeId,
        marks: &[(BlockRange, Mark)],
    ) -> Result<(), CommandError> {
        match marks {
            [(range, Mark::Cleared)] => self.store.trim(volume, *range)?,
            [(range, Mark::Bytes(bytes))] => {
                self.store.write_bytes(volume, range.first, bytes)?;
            }
            seeded => {
                let seeded = seeded.iter().filter_map(|(range, mark)| match mark {
                    Mark::Seeded(seed) => Some((*range, *seed)),
                    Mark::Cleared | Mark::Bytes(_) => None,
                });
                self.store
                    .write_batch(volume, &seeded.collect::<Vec<_>>())?;
            }
        }
        Ok(())
    }
}

/// What a copy's encryption is: a platform key, whatever the source's was (S0-46a, S0-46b).
fn under_platform_key(facts: &crate::model::FactSet) -> crate::model::FactSet {
    let mut facts = facts.clone();
    facts.remove("diskEncryptionSetId");
    if facts.contains_key("encryptionType") {
        let platform = FactValue::Text("EncryptionAtRestWithPlatformKey".to_owned());
        facts.insert("encryptionType".to_owned(), platform);
    }
    facts
}
