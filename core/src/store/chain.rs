//! The chains of a disk: from a leaf to its records, through the index or a hot leaf.

use super::family::Family;
use super::hot::{COLD_STEPS, HotLeaf};
use super::payload::Payloads;
use super::record::{NIL, Record, RecordId, Records};
use std::collections::BTreeMap;

/// The bit of an index entry that says it names a hot leaf.
const HOT: u32 = 1 << 31;

/// The hot leaves of a disk.
#[derive(Clone, Debug, Default)]
pub(super) struct HotLeaves {
    leaves: BTreeMap<u32, Box<HotLeaf>>,
    bytes: u64,
}

impl HotLeaves {
    pub(super) fn get(&self, leaf: u32) -> Option<&HotLeaf> {
        self.leaves.get(&leaf).map(AsRef::as_ref)
    }

    /// Changes a hot leaf and keeps count of its bytes.
    fn change(&mut self, leaf: u32, change: impl FnOnce(&mut HotLeaf)) {
        if let Some(hot) = self.leaves.get_mut(&leaf) {
            self.bytes -= hot.bytes();
            change(hot);
            self.bytes += hot.bytes();
        }
    }

    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn recount_bytes(&self) -> u64 {
        self.leaves.values().map(|hot| hot.bytes()).sum()
    }
}

impl Family {
    /// The newest record of `leaf`.
    pub(super) fn newest(&self, leaf: u32) -> RecordId {
        self.resolve(leaf, self.index.get(leaf))
    }

    fn resolve(&self, leaf: u32, entry: u32) -> RecordId {
        if entry & HOT == 0 {
            return entry;
        }
        self.hot.get(leaf).map_or(NIL, HotLeaf::newest)
    }

    pub(super) fn hot_leaf(&self, leaf: u32) -> Option<&HotLeaf> {
        if self.index.get(leaf) & HOT == 0 {
            None
        } else {
            self.hot.get(leaf)
        }
    }

    /// Visits the leaves `first` to `last` that have a record, in order, with their newest record.
    pub(super) fn for_each_leaf(
        &self,
        first: u32,
        last: u32,
        mut visit: impl FnMut(u32, RecordId),
    ) {
        self.index.for_each(first, last, |leaf, entry| {
            visit(leaf, self.resolve(leaf, entry))
        });
    }

    /// Visits the records that decide the blocks `wanted` of `leaf` up to `epoch`, each with the
    /// blocks it decides. Returns the blocks that were never written here.
    pub(super) fn walk<'a>(
        &self,
        records: &'a Records,
        leaf: u32,
        epoch: u32,
        wanted: u64,
        visit: &mut impl FnMut(&'a Record, u64),
    ) -> u64 {
        let entry = self.index.get(leaf);
        if entry & HOT != 0
            && let Some(hot) = self.hot.get(leaf)
        {
            return hot.walk(records, epoch, wanted, |birth| self.end_of(birth), visit);
        }
        let (mut left, mut id) = (wanted, entry);
        while id != NIL && left != 0 {
            let record = &records[id];
            let hit = left & record.mask();
            if hit != 0 && record.epoch() <= epoch {
                visit(record, hit);
                left &= !hit;
            }
            id = record.older;
        }
        left
    }

    /// The last epoch of the interval that has `epoch`.
    fn end_of(&self, epoch: u32) -> u32 {
        self.points
            .get(self.position_of(epoch))
            .map_or(u32::MAX, |point| point.epoch)
    }

    /// Puts record `id` on top of the chain of `leaf`.
    pub(super) fn push_record(&mut self, leaf: u32, epoch: u32, id: RecordId) {
        if self.index.get(leaf) & HOT == 0 {
            self.index.set(leaf, id, self.leaves());
        } else {
            self.hot.change(leaf, |hot| hot.push(epoch, id));
        }
    }

    /// Takes the newest record of `leaf` away; `older` is the next.
    pub(super) fn pop_record(&mut self, leaf: u32, older: RecordId) {
        if self.index.get(leaf) & HOT == 0 {
            self.index.set(leaf, older, self.leaves());
            return;
        }
        self.hot.change(leaf, HotLeaf::pop);
        self.cool(leaf);
    }

    /// The record of `epoch` was merged into the one above it.
    pub(super) fn unlink_record(&mut self, leaf: u32, epoch: u32) {
        if self.index.get(leaf) & HOT != 0 {
            self.hot.change(leaf, |hot| hot.remove(epoch));
            self.cool(leaf);
        }
    }

    /// Notes a write to a leaf, and makes the leaf hot if the write walked too far.
    pub(super) fn note_write(
        &mut self,
        records: &Records,
        payloads: &Payloads,
        leaf: u32,
        written: (u64, u64, u32),
        steps: usize,
    ) {
        let entry = self.index.get(leaf);
        if entry & HOT != 0 {
            let (mask, holes, epoch) = written;
            self.hot
                .change(leaf, |hot| hot.overwrite(mask, holes, epoch));
        } else if steps > COLD_STEPS {
            let holes = |id: RecordId| payloads.holes(records[id].part());
            let hot = HotLeaf::new(records, entry, holes);
            self.hot.bytes += hot.bytes();
            self.hot.leaves.insert(leaf, Box::new(hot));
            self.index.set(leaf, HOT, self.leaves());
        }
    }

    fn cool(&mut self, leaf: u32) {
        if self.hot.get(leaf).is_some_and(HotLeaf::is_cool)
            && let Some(hot) = self.hot.leaves.remove(&leaf)
        {
            self.hot.bytes -= hot.bytes();
            self.index.set(leaf, hot.newest(), self.leaves());
        }
    }
}
