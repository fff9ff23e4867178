//! Hot leaves: leaves written in many intervals, with what spares a walk down a long chain.
//!
//! A write needs to know in which interval each block's live version was born: `births` says so.
//! A read at an old point needs the newest version up to there: it runs down the links, which lie
//! side by side with the mask of each record, and looks at no record but the one it wants.
//! A copy has no births; they are found again from the links when it is written to.

pub(super) use super::links::NEVER;
use super::links::{Births, Link, Links, NONE, touch};
use super::payload::bits;
use super::record::{NIL, Record, RecordId, Records};

/// A chain that a write finds longer than this becomes hot.
pub(super) const COLD_STEPS: usize = 8;
/// A leaf with a chain this short is no longer worth it.
const COOL_LENGTH: usize = 4;
/// Steps from a guessed place in the chain before a binary search takes over.
const GUESS_STEPS: usize = 16;
/// Bytes of a hot leaf and of a link of its chain, for the memory limit.
const HOT_BYTES: u64 = 336;
const LINK_BYTES: u64 = 16;
/// The most that one write to a leaf adds here.
pub(super) const HOT_WORST_BYTES: u64 = HOT_BYTES + 20 * LINK_BYTES;

#[derive(Debug)]
pub(super) struct HotLeaf {
    /// None in a copy that was not written to yet.
    births: Option<Box<Births>>,
    /// Which live versions are holes.
    holes: u64,
    /// The last of `chain`, kept here to spare a write one access to memory.
    newest: RecordId,
    newest_epoch: u32,
    /// Of the first of `chain`, for the same reason.
    oldest_epoch: u32,
    /// The chain, oldest first.
    chain: Links,
}

impl Clone for HotLeaf {
    fn clone(&self) -> Self {
        Self {
            births: None,
            chain: self.chain.clone(),
            ..*self
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
        let mut leaf = Self {
            births: Some(Box::new(NONE)),
            holes: 0,
            newest: NIL,
            newest_epoch: 0,
            oldest_epoch: 0,
            chain: Links::with_capacity(2 * ids.len()),
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

    pub(super) const fn newest_epoch(&self) -> u32 {
        self.newest_epoch
    }

    /// Visits the live versions of `mask` that take space: their birth, [`NEVER`] for blocks not
    /// written here, and the blocks; neighbours of one birth together.
    pub(super) fn for_each_live(&mut self, mask: u64, mut visit: impl FnMut(u32, u64)) {
        let holes = self.holes;
        let births = &*self.births();
        let (mut same, mut blocks) = (NEVER, 0);
        for bit in bits(mask & !holes) {
            let birth = birth_of(births, bit);
            if birth != same && blocks != 0 {
                visit(same, blocks);
                blocks = 0;
            }
            same = birth;
            blocks |= bit;
        }
        if blocks != 0 {
            visit(same, blocks);
        }
    }

    /// A new record on top; its blocks follow by [`HotLeaf::overwrite`].
    pub(super) fn push(&mut self, epoch: u32, record: RecordId) {
        let mask = 0;
        if self.chain.is_empty() {
            self.oldest_epoch = epoch;
        }
        self.chain.push(Link {
            mask,
            epoch,
            record,
        });
        (self.newest, self.newest_epoch) = (record, epoch);
    }

    /// `mask` was written in the interval of the newest record, with `holes`; `epoch` is of now.
    pub(super) fn overwrite(&mut self, mask: u64, holes: u64, epoch: u32) {
        let births = self.births();
        for bit in bits(mask) {
            if let Some(birth) = births.get_mut(bit.trailing_zeros() as usize) {
                *birth = epoch;
            }
        }
        self.holes = (self.holes & !mask) | holes;
        if let Some(newest) = self.chain.last_mut() {
            newest.mask |= mask;
        }
    }

    /// The births, found again where there are none.
    #[inline]
    fn births(&mut self) -> &mut Births {
        let chain = &self.chain;
        self.births.get_or_insert_with(|| Box::new(chain.births()))
    }

    /// Looks at what a write will need, so that it is at hand.
    pub(super) fn touch(&self) -> u64 {
        let seen = match &self.births {
            Some(births) => touch(births),
            None => self.chain.touch(),
        };
        seen ^ u64::from(self.newest)
    }

    /// Makes a copy of this leaf cheap.
    pub(super) fn share(&mut self) {
        self.chain.share();
    }

    /// How many links are of `epoch` or before.
    pub(super) fn position_after(&self, epoch: u32) -> usize {
        if self.newest_epoch <= epoch {
            return self.chain.len();
        }
        if epoch < self.oldest_epoch || self.chain.is_empty() {
            return 0;
        }
        // Hot leaves are written at a steady pace: a guess is close, and spares the far jumps of a
        // binary search.
        let span = u64::from(self.newest_epoch - self.oldest_epoch).max(1);
        let into = u64::from(epoch - self.oldest_epoch);
        let mut at = (into * self.chain.len() as u64 / span) as usize;
        let mut steps = 0;
        while at > 0
            && self
                .chain
                .epoch_at(at - 1)
                .is_none_or(|before| before > epoch)
        {
            at -= 1;
            steps += 1;
            if steps > GUESS_STEPS {
                return self.chain.position_after(epoch);
            }
        }
        while self.chain.epoch_at(at).is_some_and(|next| next <= epoch) {
            at += 1;
            steps += 1;
            if steps > GUESS_STEPS {
                return self.chain.position_after(epoch);
            }
        }
        at
    }

    /// The record of `epoch` was merged into the one below it. Gives the one above, if there is one.
    pub(super) fn remove(&mut self, epoch: u32) -> Option<RecordId> {
        let at = self.position_after(epoch).checked_sub(1)?;
        if self.chain.epoch_at(at) != Some(epoch) {
            return None;
        }
        let above = self.chain.merge(at);
        if above.is_none() {
            self.see_newest();
        }
        above
    }

    /// The newest record was taken back; the leaf takes no more writes.
    pub(super) fn pop(&mut self) {
        self.chain.pop();
        self.see_newest();
    }

    fn see_newest(&mut self) {
        let newest = self.chain.last();
        (self.newest, self.newest_epoch) =
            newest.map_or((NIL, 0), |link| (link.record, link.epoch));
    }

    /// Whether the chain is short enough to do without all this.
    pub(super) fn is_cool(&self) -> bool {
        self.chain.len() <= COOL_LENGTH
    }

    /// Visits the records that decide the blocks `wanted` up to `epoch`, and returns the blocks
    /// that were never written here.
    pub(super) fn walk<'a>(
        &self,
        records: &'a Records,
        epoch: u32,
        wanted: u64,
        visit: &mut impl FnMut(&'a Record, u64),
    ) -> u64 {
        let mut left = wanted;
        let end = self.position_after(epoch);
        for link in self.chain.newest_first(end) {
            let hit = left & link.mask;
            if hit != 0 {
                visit(&records[link.record], hit);
                left &= !hit;
                if left == 0 {
                    break;
                }
            }
        }
        left
    }

    /// Bytes for the memory limit.
    pub(super) fn bytes(&self) -> u64 {
        HOT_BYTES + self.chain.len() as u64 * LINK_BYTES
    }

    /// The records of the chain, newest first, each with its blocks.
    pub(super) fn records(&self) -> impl Iterator<Item = (RecordId, u64)> {
        let links = self.chain.newest_first(self.chain.len());
        links.map(|link| (link.record, link.mask))
    }
}
