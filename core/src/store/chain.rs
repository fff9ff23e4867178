//! The chains of a disk: from a leaf to its records, through the index or a hot leaf.

use super::family::Family;
use super::hot::HotLeaf;
use super::record::{NIL, Record, RecordId, Records};

/// The bit of an index entry that says the rest is the place of a hot leaf.
const HOT: u32 = 1 << 31;

/// Bytes of a hot leaf that copies do not share: itself and half a piece of links.
const COPIED_BYTES: u64 = 240;
/// Hot leaves a chunk.
const CHUNK: usize = 256;

/// The hot leaves of a disk, in places that are used again.
#[derive(Clone, Debug, Default)]
pub(super) struct HotLeaves {
    chunks: Vec<Vec<Option<HotLeaf>>>,
    places: u32,
    free: Vec<u32>,
    bytes: u64,
}

/// Whether an index entry names a hot leaf.
pub(super) const fn is_hot(entry: u32) -> bool {
    entry & HOT != 0
}

impl HotLeaves {
    fn place(&mut self, entry: u32) -> Option<&mut Option<HotLeaf>> {
        let place = (entry & !HOT) as usize;
        self.chunks.get_mut(place / CHUNK)?.get_mut(place % CHUNK)
    }

    /// The hot leaf that an index entry names.
    pub(super) fn get(&self, entry: u32) -> Option<&HotLeaf> {
        if !is_hot(entry) {
            return None;
        }
        let place = (entry & !HOT) as usize;
        self.chunks.get(place / CHUNK)?.get(place % CHUNK)?.as_ref()
    }

    /// Keeps a hot leaf; gives the index entry that names it.
    pub(super) fn insert(&mut self, hot: HotLeaf) -> u32 {
        self.bytes += hot.bytes();
        if let Some(place) = self.free.pop() {
            if let Some(empty) = self.place(place) {
                *empty = Some(hot);
            }
            return HOT | place;
        }
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => chunk.push(Some(hot)),
            // Grows with the leaves: many disks have one or two that are hot.
            _ => self.chunks.push(vec![Some(hot)]),
        }
        self.places += 1;
        HOT | (self.places - 1)
    }

    fn remove(&mut self, entry: u32) {
        if let Some(hot) = self.place(entry).and_then(Option::take) {
            self.bytes -= hot.bytes();
            self.free.push(entry & !HOT);
        }
    }

    /// Changes a hot leaf and keeps count of its bytes.
    pub(super) fn change(&mut self, entry: u32, change: impl FnOnce(&mut HotLeaf)) {
        if let Some(hot) = self.place(entry).and_then(Option::as_mut) {
            let before = hot.bytes();
            change(hot);
            let after = hot.bytes();
            self.bytes = self.bytes - before + after;
        }
    }

    /// About how many bytes a copy that is kept has for itself.
    pub(super) fn copied_bytes(&self) -> u64 {
        u64::from(self.places) * COPIED_BYTES
    }

    /// Makes a copy of the leaves cheap.
    pub(super) fn share(&mut self) {
        let leaves = self.chunks.iter_mut().flatten().flatten();
        leaves.for_each(HotLeaf::share);
    }

    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn recount_bytes(&self) -> u64 {
        let places = self.chunks.iter().flatten().flatten();
        places.map(HotLeaf::bytes).sum()
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
            return hot.walk(records, epoch, wanted, visit);
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

    /// Takes the newest record of `leaf` away; `older` is the next.
    pub(super) fn pop_record(&mut self, leaf: u32, older: RecordId) {
        let entry = self.index.get(leaf);
        if !is_hot(entry) {
            self.index.replace(leaf, older);
        } else {
            self.hot.change(entry, HotLeaf::pop);
            self.cool(leaf, entry);
        }
    }

    /// Takes record `id`, which was merged into the one below it, out of its chain.
    pub(super) fn unlink_record(&mut self, records: &mut Records, id: RecordId) {
        let (leaf, below, epoch) = (records[id].leaf, records[id].older, records[id].epoch());
        let entry = self.index.get(leaf);
        if is_hot(entry) {
            let mut above = None;
            self.hot.change(entry, |hot| above = hot.remove(epoch));
            if let Some(above) = above {
                records[above].older = below;
            }
            return self.cool(leaf, entry);
        }
        if entry == id {
            return self.index.replace(leaf, below);
        }
        let mut above = entry;
        while above != NIL && records[above].older != id {
            above = records[above].older;
        }
        records[above].older = below;
    }

    fn cool(&mut self, leaf: u32, entry: u32) {
        if let Some(hot) = self.hot.get(entry)
            && hot.is_cool()
        {
            let newest = hot.newest();
            self.hot.remove(entry);
            self.index.replace(leaf, newest);
        }
    }
}
