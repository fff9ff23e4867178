//! Records: all blocks of one leaf that were written in one interval between snapshots.

use std::ops::{Index, IndexMut};
use std::sync::Arc;

/// Blocks of a leaf: as many as a mask has bits.
pub(super) const LEAF_BLOCKS: u64 = 64;
/// Epochs take 29 bits of a record; the other three name its kind.
const EPOCH_BITS: u32 = 29;
pub(super) const MAX_EPOCH: u32 = (1 << EPOCH_BITS) - 1;
/// Bytes of a record, for the memory limit.
pub(super) const RECORD_BYTES: u64 = 32;

/// Position of a record in its arena; [`NIL`] is no record.
pub(super) type RecordId = u32;
/// No record.
pub(super) const NIL: RecordId = 0;

/// How the blocks of a record, or of a write under way, find their content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Every block holds the stamp of one seed; the payload is the seed.
    Seed,
    /// Every block is a hole.
    Hole,
    /// One pattern per block in the slab; the payload is the slab's address.
    Words,
    /// As `Words`, behind two masks: which blocks are holes, and which words name byte blocks.
    Mixed,
    /// Blocks of few seeds: a count, a mask of holes, then a mask and a seed for each.
    Layers,
}

/// Blocks of one leaf and their content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) mask: u64,
    pub(super) kind: Kind,
    pub(super) payload: u64,
}

impl Part {
    pub(super) const fn seed(mask: u64, seed: u64) -> Self {
        Self {
            mask,
            kind: Kind::Seed,
            payload: seed,
        }
    }

    pub(super) const fn hole(mask: u64) -> Self {
        Self {
            mask,
            kind: Kind::Hole,
            payload: 0,
        }
    }
}

/// One version of the blocks in `mask`; 32 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    mask: u64,
    payload: u64,
    pub(super) leaf: u32,
    /// Birth epoch in the low 29 bits, kind in the three above.
    birth: u32,
    /// The same leaf's record of the interval before that wrote it.
    pub(super) older: RecordId,
    /// The next record of the same pair list, or of the free list.
    pub(super) link: RecordId,
}

impl Record {
    pub(super) const fn new(leaf: u32, epoch: u32, part: Part, older: RecordId) -> Self {
        let mut record = Self {
            mask: 0,
            payload: 0,
            leaf,
            birth: epoch,
            older,
            link: NIL,
        };
        record.set_part(part);
        record
    }

    pub(super) const fn mask(&self) -> u64 {
        self.mask
    }

    pub(super) const fn epoch(&self) -> u32 {
        self.birth & MAX_EPOCH
    }

    pub(super) const fn part(&self) -> Part {
        let kind = match self.birth >> EPOCH_BITS {
            0 => Kind::Seed,
            1 => Kind::Hole,
            2 => Kind::Words,
            3 => Kind::Mixed,
            _ => Kind::Layers,
        };
        Part {
            mask: self.mask,
            kind,
            payload: self.payload,
        }
    }

    pub(super) const fn set_part(&mut self, part: Part) {
        self.mask = part.mask;
        self.payload = part.payload;
        self.birth = (self.birth & MAX_EPOCH) | ((part.kind as u32) << EPOCH_BITS);
    }
}

/// Records a chunk: 256 KiB.
const CHUNK_BITS: u32 = 13;
const CHUNK: usize = 1 << CHUNK_BITS;

/// The arena of all records: chunks that never move, and a list of free places. A copy shares the
/// full chunks until one of the two changes them.
#[derive(Clone, Debug)]
pub(super) struct Records {
    full: Vec<Arc<[Record]>>,
    /// The chunk that grows: not shared, so that a new record needs no look at who else has it.
    open: Vec<Record>,
    next: RecordId,
    free: RecordId,
    free_count: u64,
}

impl Default for Records {
    fn default() -> Self {
        // Place 0 stands for "no record" and is never given out.
        let nil = Record::new(0, 0, Part::hole(0), NIL);
        Self {
            full: Vec::new(),
            open: vec![nil],
            next: 1,
            free: NIL,
            free_count: 0,
        }
    }
}

impl Records {
    /// The place that the next record gets.
    pub(super) const fn next_place(&self) -> RecordId {
        if self.free == NIL {
            self.next
        } else {
            self.free
        }
    }

    pub(super) fn insert(&mut self, record: Record) -> RecordId {
        if self.free != NIL {
            let id = self.free;
            self.free = self[id].link;
            self.free_count -= 1;
            self[id] = record;
            return id;
        }
        let id = self.next;
        self.next += 1;
        if self.open.len() == CHUNK {
            self.full.push(self.open.drain(..).collect());
        }
        self.open.push(record);
        id
    }

    pub(super) fn remove(&mut self, id: RecordId) {
        let free = self.free;
        self[id].link = free;
        self.free = id;
        self.free_count += 1;
    }

    /// Bytes of the chunks that no copy shares.
    pub(super) fn copied_bytes(&self) -> u64 {
        let own = self.full.iter();
        let own = own.filter(|chunk| Arc::strong_count(chunk) == 1);
        (1 + own.count() as u64) * CHUNK as u64 * RECORD_BYTES
    }

    /// The records at all places from `first` up to `end`, without it, in pieces.
    pub(super) fn run(&self, first: RecordId, end: RecordId) -> impl Iterator<Item = &[Record]> {
        let (first, end) = (first as usize, end as usize);
        (first >> CHUNK_BITS..end.div_ceil(CHUNK)).filter_map(move |at| {
            let chunk = self.full.get(at).map_or(&*self.open, |chunk| chunk);
            let before = at << CHUNK_BITS;
            chunk.get(first.saturating_sub(before)..CHUNK.min(end - before))
        })
    }

    /// Records that are in use.
    pub(super) fn in_use(&self) -> u64 {
        u64::from(self.next) - 1 - self.free_count
    }

    /// Places that can be given out again.
    pub(super) const fn free_count(&self) -> u64 {
        self.free_count
    }

    /// The places that the list of free ones names, and those that the chunks have.
    pub(super) fn recount(&self) -> (u64, u64) {
        let chunks = self.full.iter().map(|chunk| chunk.len() as u64);
        let places = chunks.sum::<u64>() + self.open.len() as u64;
        let first = Some(self.free).filter(|&id| id != NIL);
        let next = |&id: &RecordId| Some(self[id].link).filter(|&id| id != NIL);
        let free = std::iter::successors(first, next).take(places as usize);
        (free.count() as u64, places)
    }

    /// Places ever made; they are reused and handed back with the last disk only.
    pub(super) const fn places(&self) -> u64 {
        self.next as u64
    }
}

#[allow(
    clippy::indexing_slicing,
    reason = "record ids are made by this arena only; a wrong one is a bug that must not pass unseen"
)]
impl Index<RecordId> for Records {
    type Output = Record;
    fn index(&self, id: RecordId) -> &Record {
        let place = id as usize & (CHUNK - 1);
        match self.full.get((id >> CHUNK_BITS) as usize) {
            Some(chunk) => &chunk[place],
            None => &self.open[place],
        }
    }
}

#[allow(
    clippy::indexing_slicing,
    reason = "record ids are made by this arena only; a wrong one is a bug that must not pass unseen"
)]
impl IndexMut<RecordId> for Records {
    fn index_mut(&mut self, id: RecordId) -> &mut Record {
        let place = id as usize & (CHUNK - 1);
        match self.full.get_mut((id >> CHUNK_BITS) as usize) {
            Some(chunk) => &mut Arc::make_mut(chunk)[place],
            None => &mut self.open[place],
        }
    }
}

#[cfg(test)]
impl Records {
    /// As if all places but `left` of those that ids can name were in use.
    pub(super) fn use_up_places(&mut self, left: u32) {
        self.next = (1 << 31) - left;
    }
}
