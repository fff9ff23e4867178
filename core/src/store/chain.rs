//! The chains of a disk: from a leaf to its records, through the index or a hot leaf.

use super::family::Family;
use super::hot::{COLD_STEPS, HotLeaf};
use super::payload::Payloads;
use super::record::{NIL, Record, RecordId, Records};

/// The bit of an index entry that says the rest is the place of a hot leaf.
const HOT: u32 = 1 << 31;

/// The hot leaves of a disk, in places that are used again.
#[derive(Clone, Debug, Default)]
pub(super) struct HotLeaves {
    places: Vec<Option<Box<HotLeaf>>>,
    free: Vec<u32>,
    bytes: u64,
}

impl HotLeaves {
    /// The hot leaf that an index entry names.
    fn get(&self, entry: u32) -> Option<&HotLeaf> {
        if entry & HOT == 0 {
            return None;
        }
        self.places.get((entry & !HOT) as usize)?.as_deref()
    }

    /// Keeps a hot leaf; gives the index entry that names it.
    fn insert(&mut self, hot: HotLeaf) -> u32 {
        self.bytes += hot.bytes();
        let hot = Some(Box::new(hot));
        if let Some(place) = self.free.pop() {
            if let Some(empty) = self.places.get_mut(place as usize) {
                *empty = hot;
            }
            return HOT | place;
        }
        self.places.push(hot);
        HOT | (self.places.len() as u32 - 1)
    }

    fn remove(&mut self, entry: u32) {
        let place = entry & !HOT;
        if let Some(hot) = self.places.get_mut(place as usize).and_then(Option::take) {
            self.bytes -= hot.bytes();
            self.free.push(place);
        }
    }

    /// Changes a hot leaf and keeps count of its bytes.
    fn change(&mut self, entry: u32, change: impl FnOnce(&mut HotLeaf)) {
        let place = self.places.get_mut((entry & !HOT) as usize);
        if let Some(hot) = place.and_then(Option::as_deref_mut) {
            self.bytes -= hot.bytes();
            change(hot);
            self.bytes += hot.bytes();
        }
    }

    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn recount_bytes(&self) -> u64 {
        self.places.iter().flatten().map(|hot| hot.bytes()).sum()
    }
}

impl Family {
    /// The newest record of `leaf`.
    pub(super) fn newest(&self, leaf: u32) -> RecordId {
        self.resolve(self.index.get(leaf))
    }

    fn resolve(&self, entry: u32) -> RecordId {
        self.hot.get(entry).map_or(entry, HotLeaf::newest)
    }

    pub(super) fn hot_leaf(&self, leaf: u32) -> Option<&HotLeaf> {
        self.hot.get(self.index.get(leaf))
    }

    /// Visits the leaves `first` to `last` that have a record, in order, with their newest record.
    pub(super) fn for_each_leaf(
        &self,
        first: u32,
        last: u32,
        mut visit: impl FnMut(u32, RecordId),
    ) {
        self.index
            .for_each(first, last, |leaf, entry| visit(leaf, self.resolve(entry)));
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
        if let Some(hot) = self.hot.get(entry) {
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
        let entry = self.index.get(leaf);
        if entry & HOT == 0 {
            self.index.set(leaf, id, self.leaves());
        } else {
            self.hot.change(entry, |hot| hot.push(epoch, id));
        }
    }

    /// Takes the newest record of `leaf` away; `older` is the next.
    pub(super) fn pop_record(&mut self, leaf: u32, older: RecordId) {
        let entry = self.index.get(leaf);
        if entry & HOT == 0 {
            self.index.set(leaf, older, self.leaves());
        } else {
            self.hot.change(entry, HotLeaf::pop);
            self.cool(leaf, entry);
        }
    }

    /// The record of `epoch` was merged into the one above it.
    pub(super) fn unlink_record(&mut self, leaf: u32, epoch: u32) {
        let entry = self.index.get(leaf);
        if entry & HOT != 0 {
            self.hot.change(entry, |hot| hot.remove(epoch));
            self.cool(leaf, entry);
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
                .change(entry, |hot| hot.overwrite(mask, holes, epoch));
        } else if steps > COLD_STEPS {
            let holes = |id: RecordId| payloads.holes(records[id].part());
            let entry = self.hot.insert(HotLeaf::new(records, entry, holes));
            self.index.set(leaf, entry, self.leaves());
        }
    }

    fn cool(&mut self, leaf: u32, entry: u32) {
        if let Some(hot) = self.hot.get(entry)
            && hot.is_cool()
        {
            let newest = hot.newest();
            self.hot.remove(entry);
            self.index.set(leaf, newest, self.leaves());
        }
    }
}
