//! The life of snapshots, clones and heads.

use super::family::{Base, Family, Head, POINT_BYTES, Point, Pool};
use super::identity::Identity;
use super::ledger::SLOT_BYTES;
use super::record::{MAX_EPOCH, NIL};
use super::timeline::EPOCH_BYTES;
use super::usage::Freed;
use super::{SnapshotId, Source, Store, StoreError, VolumeId, family_mut, open_family};

/// Slots that are kept free in any case.
const SPARE_SLOTS: usize = 4;

impl Store {
    /// Takes a snapshot of the live disk. Copies nothing, whatever the disk's size.
    ///
    /// # Errors
    /// The disk is unknown or closed, or memory is at its limit.
    pub fn snapshot(&mut self, volume: VolumeId) -> Result<SnapshotId, StoreError> {
        let family = open_family(&mut self.families, volume)?;
        let exhausted = StoreError::IdsExhausted { kind: "snapshot" };
        let Some(head) = family.head.filter(|head| head.epoch < MAX_EPOCH) else {
            return Err(exhausted);
        };
        let next = self.next_snapshot.checked_add(1).ok_or(exhausted)?;
        self.make_room(POINT_BYTES + SLOT_BYTES + EPOCH_BYTES)?;
        let snapshot = SnapshotId(self.next_snapshot);
        let family = open_family(&mut self.families, volume)?;
        let before = family.bytes();
        family.push_point(head, snapshot);
        self.family_bytes = self.family_bytes - before + family.bytes();
        self.next_snapshot = next;
        self.snapshots.insert(snapshot, (volume, head.epoch));
        Ok(snapshot)
    }

    /// Deletes a snapshot; no other snapshot loses a byte. What a clone still reads stays, held for
    /// the clone and counted to no snapshot.
    ///
    /// # Errors
    /// [`StoreError::UnknownSnapshot`].
    pub fn delete_snapshot(&mut self, snapshot: SnapshotId) -> Result<Freed, StoreError> {
        let view = self.view(Source::Snapshot(snapshot))?;
        let unknown = StoreError::UnknownSnapshot { snapshot };
        let family = family_mut(&mut self.families, view.volume).ok_or(unknown.clone())?;
        let at = family.point_position(view.epoch).ok_or(unknown.clone())?;
        let freed = Freed {
            bytes: family.block_size.bytes_of(family.only_held_by(at, at)),
        };
        family.points.get_mut(at).ok_or(unknown)?.retained = false;
        self.snapshots.remove(&snapshot);
        self.collect(view.volume, Some(view.epoch));
        Ok(freed)
    }

    /// A new disk that starts as the snapshot. Copies nothing; outlives the snapshot's deletion. It
    /// is a family of its own: its first snapshot is full.
    ///
    /// # Errors
    /// [`StoreError::UnknownSnapshot`], [`StoreError::MemoryLimit`], [`StoreError::IdsExhausted`].
    pub fn clone_volume(&mut self, snapshot: SnapshotId) -> Result<VolumeId, StoreError> {
        let view = self.view(Source::Snapshot(snapshot))?;
        let unknown = StoreError::UnknownSnapshot { snapshot };
        let source = self.family(view.volume)?;
        let at = source.point_position(view.epoch).ok_or(unknown.clone())?;
        let point = source.points.get(at).ok_or(unknown.clone())?;
        let base = Base {
            volume: view.volume,
            epoch: view.epoch,
        };
        let mut clone = Family::new(
            source.block_size,
            point.blocks,
            Some((base, point.referenced)),
        );
        clone.identity = Identity::of_clone(point.identity);
        let clones = point
            .clones
            .checked_add(1)
            .ok_or(StoreError::IdsExhausted { kind: "clone" })?;
        let volume = self.add_family(clone)?;
        if let Some(source) = family_mut(&mut self.families, view.volume)
            && let Some(point) = source.points.get_mut(at)
        {
            point.clones = clones;
        }
        Ok(volume)
    }

    /// Drops the live disk. Its snapshots stay; where it has none, and no clone reads through it,
    /// the disk is gone.
    ///
    /// # Errors
    /// The disk is unknown or closed already.
    pub fn drop_volume(&mut self, volume: VolumeId) -> Result<(), StoreError> {
        let family = open_family(&mut self.families, volume)?;
        let before = family.bytes();
        family.close_head(&mut self.pool);
        family.identity = Identity::default();
        self.family_bytes = self.family_bytes - before + family.bytes();
        self.collect(volume, None);
        Ok(())
    }

    /// Removes the point of `volume` at `epoch` if nothing needs it any more, then the disk if
    /// nothing is left of it, then what only that disk held of its base, and so on down.
    fn collect(&mut self, volume: VolumeId, epoch: Option<u32>) {
        let mut next = Some((volume, epoch));
        while let Some((volume, epoch)) = next.take() {
            let Some(family) = family_mut(&mut self.families, volume) else {
                return;
            };
            let before = family.bytes();
            let at = epoch.and_then(|epoch| family.point_position(epoch));
            if let Some(at) = at
                && family
                    .points
                    .get(at)
                    .is_some_and(|p| !p.retained && p.clones == 0)
            {
                family.remove_point(&mut self.pool, at);
            }
            self.family_bytes = self.family_bytes - before + family.bytes();
            if family.head.is_some() || !family.points.is_empty() {
                return;
            }
            self.family_bytes -= family.bytes();
            let base = family.base;
            self.families.remove(&volume);
            if self.families.is_empty() {
                // Nothing names a record any more: the places go with the last disk.
                self.pool = Pool::default();
            }
            next = base.and_then(|base| self.release_hold(base));
        }
    }

    /// One clone less on `base`: the point that may be needless now.
    fn release_hold(&mut self, base: Base) -> Option<(VolumeId, Option<u32>)> {
        let family = family_mut(&mut self.families, base.volume)?;
        let at = family.point_position(base.epoch)?;
        family.points.get_mut(at)?.clones -= 1;
        Some((base.volume, Some(base.epoch)))
    }
}

impl Family {
    fn push_point(&mut self, head: Head, snapshot: SnapshotId) {
        self.points.push(Point {
            epoch: head.epoch,
            slot: head.slot,
            snapshot,
            retained: true,
            clones: 0,
            blocks: self.blocks,
            referenced: self.ledger.live_total(),
            added: self.added_now(),
            identity: self.identity,
        });
        let slot = self.ledger.open_slot();
        self.timeline.push(slot);
        self.head = Some(Head {
            epoch: head.epoch + 1,
            slot,
        });
    }

    /// Takes the point at `at` out: its interval merges into the next, or ends with it.
    fn remove_point(&mut self, pool: &mut Pool, at: usize) {
        match (self.slot_at(at), self.slot_at(at + 1)) {
            (Some(gone), Some(next)) => self.fold(pool, at, gone, next),
            (Some(newest), None) => {
                self.pop(pool, newest, at);
                self.points.pop();
            }
            (None, _) => {}
        }
        self.settle_if_due(pool);
        self.compact_if_due();
    }

    /// Gives the tables of intervals back what deletions left free, once that is well above half.
    fn compact_if_due(&mut self) {
        let oldest = self.points.first().map(|point| point.epoch);
        if let Some(oldest) = oldest.or(self.head.map(|head| head.epoch)) {
            self.timeline.forget_before(oldest);
        }
        let (points, slots) = (self.points.len(), self.ledger.slots());
        if slots <= 2 * (points + 1) + SPARE_SLOTS {
            return;
        }
        let kept = self.slots(0..points + 1);
        let mut renamed = vec![0; slots];
        for (name, &slot) in (0..).zip(&kept) {
            if let Some(place) = renamed.get_mut(slot as usize) {
                *place = name;
            }
        }
        self.ledger.compact(&kept);
        self.timeline.rename(&renamed);
        let named = self.points.iter_mut().map(|point| &mut point.slot);
        let named = named.chain(self.head.iter_mut().map(|head| &mut head.slot));
        for (name, slot) in (0..).zip(named) {
            *slot = name;
        }
        self.points.shrink_to(2 * self.points.len());
    }

    fn close_head(&mut self, pool: &mut Pool) {
        if let Some(head) = self.head {
            self.pop(pool, head.slot, self.points.len());
            self.head = None;
            self.compact_if_due();
        }
    }

    /// Merges interval `gone` at position `at` into `next`, the one after it. No record is looked at:
    /// those of one leaf in both stay apart until [`Family::settle`].
    fn fold(&mut self, pool: &mut Pool, at: usize, gone: u32, next: u32) {
        let earlier = self.slots(0..at).into_iter();
        let later = self.slots(at + 2..self.points.len() + 1).into_iter();
        self.unmerged += self
            .ledger
            .fold(&mut pool.records, gone, next, earlier, later);
        if let Some(point) = self.points.get(at) {
            self.timeline.merge(self.first_epoch(at), point.epoch, next);
        }
        self.points.remove(at);
    }

    /// Takes the newest interval back; `earlier` points are left below it.
    fn pop(&mut self, pool: &mut Pool, newest: u32, earlier: usize) {
        self.settle(pool);
        let first = self.first_epoch(earlier).unwrap_or(0);
        let earlier = self.slots(0..earlier);
        for older in std::iter::once(None).chain(earlier.iter().copied().map(Some)) {
            let mut listed = self.ledger.take_listed(newest, older);
            while listed != NIL {
                let id = listed;
                let record = pool.records[id];
                listed = record.link;
                pool.records.remove(id);
                pool.payloads.release(record.part());
                self.pop_record(record.leaf, record.older);
                self.records -= 1;
            }
        }
        self.ledger.pop(newest, earlier.into_iter());
        self.timeline.pop(first);
    }
}
