//! Records of one leaf that a deletion left in one interval are made one. A deletion does not wait for
//! that; it is done for many at a time.

use super::family::{Family, Pool};
use super::record::{MERGED_AWAY, NIL, RecordId};
use super::{Store, family_mut};
use std::hint::black_box;

/// Merges whose records are touched before the first of them is done.
const AHEAD: usize = 32;

impl Store {
    /// Gives back what records take that deletions left behind. Deletions do this by themselves when
    /// there is much of it, and writes before memory is refused; a caller may when there is time.
    /// Changes no answer, and no digest.
    pub fn settle(&mut self) {
        let waiting = |family: &Family| family.unmerged + family.merged_away != 0;
        let volumes = self.families.iter();
        let volumes: Vec<_> = volumes
            .filter(|(_, family)| waiting(family))
            .map(|(&volume, _)| volume)
            .collect();
        for volume in volumes {
            if let Some(family) = family_mut(&mut self.families, volume) {
                let before = family.bytes();
                family.settle(&mut self.pool);
                family.sweep(&mut self.pool);
                self.family_bytes = self.family_bytes - before + family.bytes();
            }
        }
    }
}

impl Family {
    /// Makes one record of all that a leaf has in one interval.
    pub(super) fn settle(&mut self, pool: &mut Pool) {
        if self.unmerged != 0 {
            for slot in self.slots(0..self.points.len() + 1) {
                self.settle_slot(pool, slot);
            }
            self.unmerged = 0;
        }
        if self.merged_away * 2 > self.records + self.ledger.cells() + 64 {
            self.sweep(pool);
        }
    }

    fn sweep(&mut self, pool: &mut Pool) {
        self.merged_away -= self.ledger.sweep(&mut pool.records);
    }

    fn settle_slot(&mut self, pool: &mut Pool, slot: u32) {
        let mut some = Vec::with_capacity(AHEAD);
        // A merged record goes to the end of this very list where a third one lies below.
        let mut listed = NIL;
        loop {
            if listed == NIL {
                listed = self.ledger.take_listed(slot, Some(slot));
            }
            if listed == NIL {
                return;
            }
            some.clear();
            while listed != NIL && some.len() < AHEAD {
                some.push(listed);
                listed = pool.records[listed].link;
            }
            self.touch_merges(pool, &some);
            for &id in &some {
                if pool.records[id].is_merged_away() {
                    pool.records.remove(id);
                    self.merged_away -= 1;
                } else {
                    self.merge_with_older(pool, slot, id);
                }
            }
        }
    }

    /// Reads what the merges of these records will look at, one step of all at a time, so that the
    /// waits for memory overlap.
    fn touch_merges(&self, pool: &Pool, ids: &[RecordId]) {
        let mut seen = 0;
        let below = |id: RecordId| pool.records[id].older;
        for &id in ids {
            let older = &pool.records[below(id)];
            seen ^= older.mask() ^ u64::from(older.leaf);
        }
        for &id in ids {
            let leaf = pool.records[id].leaf;
            if leaf < MERGED_AWAY
                && let Some(hot) = self.hot_leaf(leaf)
            {
                seen ^= u64::from(hot.newest());
            }
        }
        for &id in ids {
            let record = &pool.records[id];
            if record.leaf < MERGED_AWAY
                && let Some(hot) = self.hot_leaf(record.leaf)
            {
                seen ^= hot.position_after(record.epoch()) as u64;
            }
        }
        black_box(seen);
    }

    /// Merges record `id` of interval `slot` with the one below it, which is of the same interval
    /// now. The one below stays in its list until that is walked.
    fn merge_with_older(&mut self, pool: &mut Pool, slot: u32, id: RecordId) {
        let below = pool.records[id].older;
        let old = pool.records[below];
        let part = pool.records[id].part();
        let merged = pool.payloads.combine(old.leaf, part, old.part());
        let record = &mut pool.records[id];
        record.set_part(merged);
        record.older = old.older;
        pool.records[below].mark_merged_away();
        let older_epoch = self.unlink_record(old.leaf, old.epoch());
        self.records -= 1;
        self.merged_away += 1;
        let older = match (old.older, older_epoch) {
            (NIL, _) => None,
            (_, Some(epoch)) => self.slot_of(epoch),
            (older, None) => self.slot_of(pool.records[older].epoch()),
        };
        self.ledger.list(&mut pool.records, slot, older, id);
    }
}
