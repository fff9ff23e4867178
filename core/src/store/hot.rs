//! Hot leaves: leaves written in many intervals, with what spares a walk down a long chain.
//!
//! A write needs to know in which interval each block's live version was born: `births` says so.
//! A read at an old point needs the newest version up to there: it looks at the records after the
//! last keyframe before the point, and finds the rest through the births in the keyframe. Births
//! are epochs, and epochs find their interval whatever was merged since, so that keyframes stay
//! right when points are deleted.

use super::payload::bits;
use super::record::{LEAF_BLOCKS, NIL, RecordId, Records};

/// A chain that a write walks further than this becomes hot.
pub(super) const COLD_STEPS: usize = 8;
/// A leaf with a chain this short is no longer worth it.
const COOL_LENGTH: usize = 4;
/// Records from one keyframe to the next.
const FRAME_STEPS: usize = 16;
/// The birth of a block that was never written.
pub(super) const NEVER: u32 = u32::MAX;
/// Bytes of a hot leaf, of a link of its chain and of a keyframe, for the memory limit.
const HOT_BYTES: u64 = 360;
const LINK_BYTES: u64 = 8;
const FRAME_BYTES: u64 = 260;
/// The most that one write to a leaf adds here.
pub(super) const HOT_WORST_BYTES: u64 = HOT_BYTES + 20 * LINK_BYTES + 2 * FRAME_BYTES;

/// The birth epoch of each block's version, holes included.
pub(super) type Births = [u32; LEAF_BLOCKS as usize];

#[derive(Clone, Copy, Debug)]
struct Link {
    epoch: u32,
    record: RecordId,
}

#[derive(Clone, Debug)]
struct Frame {
    /// The record that this is the state after; the record may have been merged away since.
    epoch: u32,
    births: Births,
}

#[derive(Clone, Debug)]
pub(super) struct HotLeaf {
    births: Births,
    /// Which live versions are holes.
    holes: u64,
    /// The last of `chain`, kept here to spare a write one access to memory.
    newest: RecordId,
    /// Links of the chain after the last keyframe.
    unframed: usize,
    /// The chain, oldest first.
    chain: Vec<Link>,
    frames: Vec<Frame>,
}

fn set_births(births: &mut Births, mask: u64, epoch: u32) {
    for bit in bits(mask) {
        if let Some(birth) = births.get_mut(bit.trailing_zeros() as usize) {
            *birth = epoch;
        }
    }
}

fn birth_of(births: &Births, bit: u64) -> u32 {
    births
        .get(bit.trailing_zeros() as usize)
        .copied()
        .unwrap_or(NEVER)
}

impl HotLeaf {
    /// From the chain that starts at `newest`; `holes_of` gives the holes of a record.
    pub(super) fn new(
        records: &Records,
        newest: RecordId,
        holes_of: impl Fn(RecordId) -> u64,
    ) -> Self {
        let mut ids = Vec::new();
        let mut id = newest;
        while id != NIL {
            ids.push(id);
            id = records[id].older;
        }
        let births = [NEVER; LEAF_BLOCKS as usize];
        let mut leaf = Self {
            births,
            holes: 0,
            newest: NIL,
            unframed: 0,
            chain: Vec::new(),
            frames: Vec::new(),
        };
        for id in ids.into_iter().rev() {
            let record = &records[id];
            leaf.push(record.epoch(), id);
            leaf.overwrite(record.mask(), holes_of(id), record.epoch());
        }
        leaf
    }

    pub(super) const fn newest(&self) -> RecordId {
        self.newest
    }

    /// The live versions of `mask` that take space, by birth; [`NEVER`] for blocks not written here.
    pub(super) fn live(&self, mask: u64) -> impl Iterator<Item = (u64, u32)> {
        bits(mask & !self.holes).map(|bit| (bit, birth_of(&self.births, bit)))
    }

    /// A new record on top.
    pub(super) fn push(&mut self, epoch: u32, record: RecordId) {
        if self.unframed >= FRAME_STEPS
            && let Some(last) = self.chain.last()
        {
            // The state below the new record, which no write can change any more.
            self.frames.push(Frame {
                epoch: last.epoch,
                births: self.births,
            });
            self.unframed = 0;
        }
        self.chain.push(Link { epoch, record });
        self.newest = record;
        self.unframed += 1;
    }

    /// Brings what is derived from the chain and the keyframes up to date.
    fn refresh(&mut self) {
        let framed = self
            .frames
            .last()
            .map_or(0, |frame| self.position_after(frame.epoch));
        self.unframed = self.chain.len() - framed;
        self.newest = self.chain.last().map_or(NIL, |link| link.record);
    }

    /// `mask` was written in the interval of `epoch`, with `holes`.
    pub(super) fn overwrite(&mut self, mask: u64, holes: u64, epoch: u32) {
        set_births(&mut self.births, mask, epoch);
        self.holes = (self.holes & !mask) | holes;
    }

    /// How many links are of `epoch` or before.
    fn position_after(&self, epoch: u32) -> usize {
        match self.chain.last() {
            Some(newest) if newest.epoch <= epoch => self.chain.len(),
            _ => self.chain.partition_point(|link| link.epoch <= epoch),
        }
    }

    /// The record of `epoch` was merged into the one above it.
    pub(super) fn remove(&mut self, epoch: u32) {
        self.take_out(epoch);
        self.refresh();
    }

    fn take_out(&mut self, epoch: u32) {
        let Ok(at) = self.chain.binary_search_by_key(&epoch, |link| link.epoch) else {
            return;
        };
        self.chain.remove(at);
        // Drop a keyframe near by whose neighbours are close enough without it.
        let near = self.frames.partition_point(|frame| frame.epoch < epoch);
        for frame in [near, near.wrapping_sub(1)] {
            let before = frame
                .checked_sub(1)
                .and_then(|before| self.frames.get(before));
            let start = before.map_or(0, |frame| self.position_after(frame.epoch));
            let after = self.frames.get(frame.wrapping_add(1));
            let end = after.map_or(self.chain.len(), |frame| self.position_after(frame.epoch));
            if frame < self.frames.len() && end - start <= FRAME_STEPS {
                self.frames.remove(frame);
                return;
            }
        }
    }

    /// The newest record was taken back; the leaf takes no more writes.
    pub(super) fn pop(&mut self) {
        self.chain.pop();
        let newest = self.chain.last().map_or(0, |link| link.epoch);
        while self.frames.last().is_some_and(|frame| frame.epoch > newest) {
            self.frames.pop();
        }
        self.refresh();
    }

    /// Whether the chain is short enough to do without all this.
    pub(super) fn is_cool(&self) -> bool {
        self.chain.len() <= COOL_LENGTH
    }

    /// Visits the records that decide the blocks `wanted` up to `epoch`, and returns the blocks
    /// that were never written here. `end_of` gives the last epoch of the interval of an epoch.
    pub(super) fn walk<'a>(
        &self,
        records: &'a Records,
        epoch: u32,
        wanted: u64,
        end_of: impl Fn(u32) -> u32,
        visit: &mut impl FnMut(&'a super::record::Record, u64),
    ) -> u64 {
        let mut left = wanted;
        let frame = self
            .frames
            .partition_point(|frame| frame.epoch <= epoch)
            .checked_sub(1);
        let frame = frame.and_then(|at| self.frames.get(at));
        let start = frame.map_or(0, |frame| self.position_after(frame.epoch));
        let end = self.position_after(epoch);
        for link in self.chain.get(start..end).unwrap_or_default().iter().rev() {
            if left == 0 {
                return 0;
            }
            let record = &records[link.record];
            let hit = left & record.mask();
            if hit != 0 {
                visit(record, hit);
                left &= !hit;
            }
        }
        match frame {
            Some(frame) => self.walk_frame(records, &frame.births, left, end_of, visit),
            None => left,
        }
    }

    fn walk_frame<'a>(
        &self,
        records: &'a Records,
        births: &Births,
        wanted: u64,
        end_of: impl Fn(u32) -> u32,
        visit: &mut impl FnMut(&'a super::record::Record, u64),
    ) -> u64 {
        let (mut left, mut never) = (wanted, 0);
        while left != 0 {
            let birth = birth_of(births, left & left.wrapping_neg());
            let same = bits(left).filter(|&bit| birth_of(births, bit) == birth);
            let hit = same.fold(0, |mask, bit| mask | bit);
            left &= !hit;
            let at = self.position_after(end_of(birth)).checked_sub(1);
            match at.and_then(|at| self.chain.get(at)) {
                Some(link) if birth != NEVER => visit(&records[link.record], hit),
                _ => never |= hit,
            }
        }
        never
    }

    /// Bytes for the memory limit.
    pub(super) fn bytes(&self) -> u64 {
        let links = self.chain.len() as u64 * LINK_BYTES;
        HOT_BYTES + links + self.frames.len() as u64 * FRAME_BYTES
    }

    /// The records of the chain, newest first.
    pub(super) fn records(&self) -> impl Iterator<Item = RecordId> {
        self.chain.iter().rev().map(|link| link.record)
    }
}
