//! Changed blocks between two moments of one disk.

use super::family::Family;
use super::ledger::{Run, Slot};
use super::read::View;
use super::record::{LEAF_BLOCKS, NIL};
use super::sort::{Keyed, by_leaf, keyed, leaf_of, number_of};
use super::{SnapshotId, Source, Store, StoreError};
use crate::json::Write;
use crate::units::{BlockIndex, BlockRange};

/// Records that a comparison collects and sorts; with more it goes through the whole index instead.
const COLLECTED: usize = 1 << 21;

/// What happened to a range of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Write)]
#[serde(rename_all = "camelCase")]
pub enum ChangeKind {
    /// Written at the newer end, by another write than at the older end; the bytes may be equal.
    Written,
    /// Written at the older end and not at the newer: reads as zeros there.
    Cleared,
}

/// Neighbouring blocks that changed in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Write)]
#[serde(rename_all = "camelCase")]
pub struct ChangedRange {
    /// The blocks.
    pub range: BlockRange,
    /// What happened to them.
    pub kind: ChangeKind,
}

impl Store {
    /// The blocks that differ between `from` and `to`: in order, neighbours merged. Both must be
    /// of one disk; `to` may also be the older of the two.
    ///
    /// # Errors
    /// A source is unknown or closed; [`StoreError::DifferentFamilies`].
    pub fn changed_ranges(
        &self,
        from: SnapshotId,
        to: Source,
    ) -> Result<Vec<ChangedRange>, StoreError> {
        let mut ranges: Vec<ChangedRange> = Vec::with_capacity(self.run_length(from, to)?);
        self.for_each_changed_leaf(from, to, |leaf, written, cleared| {
            let start = u64::from(leaf) * LEAF_BLOCKS;
            let mut left = written | cleared;
            while left != 0 {
                let at = left.trailing_zeros();
                let (kind, mask) = match (written >> at) & 1 {
                    1 => (ChangeKind::Written, written),
                    _ => (ChangeKind::Cleared, cleared),
                };
                let length = (mask >> at).trailing_ones();
                left &= !((u64::MAX >> (64 - length)) << at);
                let first = start + u64::from(at);
                append(&mut ranges, first, first + u64::from(length) - 1, kind);
            }
        })?;
        Ok(ranges)
    }

    /// How many blocks [`Store::changed_ranges`] names. Read off the accounts where nothing was
    /// cleared between the two; else each changed leaf is looked at.
    ///
    /// # Errors
    /// As [`Store::changed_ranges`].
    pub fn changed_blocks(&self, from: SnapshotId, to: Source) -> Result<u64, StoreError> {
        let (a, b) = self.ends(from, to)?;
        let family = self.family(a.volume)?;
        let (first, last) = family.between(a, b);
        let intervals = first..last + 1;
        let forward = a.epoch <= b.epoch;
        let slots = || intervals.clone().filter_map(|at| family.slot_at(at));
        if forward && !slots().any(|slot| family.ledger.has_holes(slot)) {
            return Ok(family.born_and_held(first, last));
        }
        let mut blocks = 0;
        self.for_each_changed_leaf(from, to, |_, written, cleared| {
            blocks += u64::from((written | cleared).count_ones());
        })?;
        Ok(blocks)
    }

    /// How many records a comparison scans, where it scans a run.
    fn run_length(&self, from: SnapshotId, to: Source) -> Result<usize, StoreError> {
        let (a, b) = self.ends(from, to)?;
        let family = self.family(a.volume)?;
        let (first, last) = family.between(a, b);
        match family.slot_at(first).map(|slot| family.ledger.run(slot)) {
            Some(Run::Sorted {
                first: start, end, ..
            }) if first == last => Ok((end - start) as usize),
            _ => Ok(0),
        }
    }

    fn ends(&self, from: SnapshotId, to: Source) -> Result<(View, View), StoreError> {
        let (older, newer) = (self.view(Source::Snapshot(from))?, self.view(to)?);
        if older.volume != newer.volume {
            return Err(StoreError::DifferentFamilies { from, to });
        }
        Ok((older, newer))
    }

    fn for_each_changed_leaf(
        &self,
        from: SnapshotId,
        to: Source,
        mut visit: impl FnMut(u32, u64, u64),
    ) -> Result<(), StoreError> {
        let (older, newer) = self.ends(from, to)?;
        let forward = older.epoch < newer.epoch;
        let mut changed = |leaf: u32, blocks: u64, written: u64| {
            let written = if forward {
                written
            } else {
                self.written_mask(newer, leaf, blocks)
            };
            let cleared = match blocks & !written {
                0 => 0,
                left => self.written_mask(older, leaf, left),
            };
            if written | cleared != 0 {
                visit(leaf, written, cleared);
            }
        };
        let family = self.family(older.volume)?;
        let (first, last) = family.between(older, newer);
        if let (true, Some(slot)) = (first == last, family.slot_at(first))
            && let Run::Sorted { first, end, .. } = family.ledger.run(slot)
        {
            let holes = family.ledger.has_holes(slot);
            for piece in self.pool.records.run(first, end) {
                for record in piece {
                    let written = if holes {
                        self.pool.payloads.written(record.part())
                    } else {
                        record.mask()
                    };
                    changed(record.leaf, record.mask(), written);
                }
            }
            return Ok(());
        }
        // Records that wait to be merged are not listed by age, which matters where some are holes.
        let slots = family.slots(first..last + 1);
        let by_age =
            family.unmerged == 0 || !slots.iter().any(|&slot| family.ledger.has_holes(slot));
        if let Some(touched) = self.touched_records(family, &slots) {
            for same in touched.chunk_by(|&a, &b| leaf_of(a) == leaf_of(b)) {
                if let Some(&first) = same.first() {
                    let leaf = leaf_of(first);
                    let (blocks, mut written) = self.newest_state(same);
                    if !by_age {
                        written = self.written_mask(newer, leaf, blocks);
                    }
                    changed(leaf, blocks, written);
                }
            }
            return Ok(());
        }
        self.scan_touched_leaves(older, newer, |leaf, touched| {
            changed(leaf, touched, self.written_mask(newer, leaf, touched));
        })
    }

    /// All blocks of one leaf's records, newest first, and those that are written in the end.
    fn newest_state(&self, records: &[Keyed]) -> (u64, u64) {
        records.iter().fold((0, 0), |(blocks, written), &touched| {
            let part = self.pool.records[number_of(touched)].part();
            let new = self.pool.payloads.written(part) & !blocks;
            (blocks | part.mask, written | new)
        })
    }

    /// The records of the intervals `slots`, by leaf and newest interval first; none where they are too
    /// many to collect.
    fn touched_records(&self, family: &Family, slots: &[Slot]) -> Option<Vec<Keyed>> {
        let mut touched = Vec::new();
        for &slot in slots.iter().rev() {
            for mut id in family.ledger.lists(slot) {
                while id != NIL {
                    let record = &self.pool.records[id];
                    if touched.len() == COLLECTED {
                        return None;
                    }
                    touched.push(keyed(record.leaf, id));
                    id = record.link;
                }
            }
        }
        by_leaf(&mut touched);
        Some(touched)
    }

    fn scan_touched_leaves(
        &self,
        a: View,
        b: View,
        mut visit: impl FnMut(u32, u64),
    ) -> Result<(), StoreError> {
        let family = self.family(a.volume)?;
        let (low, high) = (a.epoch.min(b.epoch), a.epoch.max(b.epoch));
        family.for_each_leaf(0, u32::MAX, |leaf, newest| {
            let (mut id, mut touched) = (newest, 0);
            while id != NIL {
                let record = &self.pool.records[id];
                if (low + 1..=high).contains(&record.epoch()) {
                    touched |= record.mask();
                }
                id = record.older;
            }
            if touched != 0 {
                visit(leaf, touched);
            }
        });
        Ok(())
    }
}

impl Family {
    /// The positions of the intervals between two views: the first, and the last, which is before it
    /// where both views are of one moment.
    fn between(&self, a: View, b: View) -> (usize, usize) {
        let (a, b) = (self.position_of(a.epoch), self.position_of(b.epoch));
        (a.min(b) + 1, a.max(b))
    }
}

fn append(ranges: &mut Vec<ChangedRange>, first: BlockIndex, last: BlockIndex, kind: ChangeKind) {
    match ranges.last_mut() {
        Some(end) if end.kind == kind && end.range.last + 1 == first => end.range.last = last,
        _ => ranges.push(ChangedRange {
            range: BlockRange { first, last },
            kind,
        }),
    }
}
