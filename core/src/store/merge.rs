//! Records of one leaf that a deletion left in one interval are made one. A deletion does not wait for
//! that; it is done for many at a time.

use super::family::{Family, Pool};
use super::record::{NIL, RecordId};
use super::sort::{Keyed, by_leaf, keyed, number_of};
use super::{Store, family_mut};
use std::hint::black_box;

/// Merges whose records are touched before the first of them is done.
const AHEAD: usize = 32;
/// Records that are sorted at a time.
const SORTED: usize = 1 << 20;

impl Store {
    /// Gives back what records take that deletions left behind. Deletions do this by themselves when
    /// there is much of it, and writes before memory is refused; a caller may when there is time.
    /// Changes no answer, and no digest.
    pub fn settle(&mut self) {
        let volumes = self.families.iter();
        let volumes: Vec<_> = volumes
            .filter(|(_, family)| family.unmerged != 0)
            .map(|(&volume, _)| volume)
            .collect();
        for volume in volumes {
            if let Some(family) = family_mut(&mut self.families, volume) {
                let before = family.bytes();
                family.settle(&mut self.pool);
                self.family_bytes = self.family_bytes - before + family.bytes();
            }
        }
    }
}

/// A disk with fewer records is merged in less than a moment, and sooner.
const SMALL: u64 = 1 << 14;

impl Family {
    /// Never more records wait than there are others; of a small disk, a third of that. Bytes that
    /// users wrote to this disk are given back at once.
    pub(super) fn settle_if_due(&mut self, pool: &mut Pool) {
        let parts = if self.records < SMALL { 4 } else { 2 };
        if self.unmerged * parts > self.records
            || (self.wrote_bytes && pool.payloads.byte_total() != 0)
        {
            self.settle(pool);
        }
    }

    /// Makes one record of all that a leaf has in one interval.
    pub(super) fn settle(&mut self, pool: &mut Pool) {
        if self.unmerged == 0 {
            return;
        }
        let mut some: Vec<Keyed> = Vec::new();
        for slot in self.slots(0..self.points.len() + 1) {
            let mut listed = self.ledger.take_listed(slot, Some(slot));
            while listed != NIL {
                some.clear();
                while listed != NIL && some.len() < SORTED {
                    let record = &pool.records[listed];
                    some.push(keyed(record.leaf, listed));
                    listed = record.link;
                }
                // Those of one leaf together: what leads there is looked at once.
                by_leaf(&mut some);
                for few in some.chunks(AHEAD) {
                    self.touch_merges(pool, few);
                    for &one in few {
                        self.merge_with_older(pool, number_of(one));
                    }
                }
            }
        }
        self.unmerged = 0;
    }

    /// Reads what the merges of these records will look at, one step of all at a time, so that the
    /// waits for memory overlap.
    fn touch_merges(&self, pool: &Pool, some: &[Keyed]) {
        let mut seen = 0;
        for &one in some {
            let record = &pool.records[number_of(one)];
            seen ^= pool.records[record.older].mask();
        }
        for &one in some {
            let record = &pool.records[number_of(one)];
            seen ^= match self.hot_leaf(record.leaf) {
                Some(hot) => hot.position_after(record.epoch()) as u64,
                None => pool.records[self.newest(record.leaf)].mask(),
            };
        }
        black_box(seen);
    }

    /// Merges record `id` into the one below it, which is of the same interval and stays in its list.
    fn merge_with_older(&mut self, pool: &mut Pool, id: RecordId) {
        let upper = pool.records[id];
        let lower = &pool.records[upper.older];
        let merged = pool
            .payloads
            .combine(upper.leaf, upper.part(), lower.part());
        pool.records[upper.older].set_part(merged);
        self.unlink_record(&mut pool.records, id);
        pool.records.remove(id);
        self.records -= 1;
    }
}
