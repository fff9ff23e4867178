//! Changed blocks between two moments of one disk.

use super::read::View;
use super::record::{LEAF_BLOCKS, NIL, RecordId};
use super::{SnapshotId, Source, Store, StoreError};
use crate::units::{BlockIndex, BlockRange};
use serde::{Deserialize, Serialize};

/// Records that a comparison collects and sorts; with more it goes through the whole index instead.
const COLLECTED: usize = 1 << 21;

/// What happened to a range of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChangeKind {
    /// Written at the newer end, by another write than at the older end; the bytes may be equal.
    Written,
    /// Written at the older end and not at the newer: reads as zeros there.
    Cleared,
}

/// A record made between the two ends.
#[derive(Clone, Copy)]
struct Touched {
    leaf: u32,
    /// How many intervals it is from the newest of those compared.
    age: u32,
    record: RecordId,
}

/// Neighbouring blocks that changed in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
        let mut ranges: Vec<ChangedRange> = Vec::new();
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

    /// How many blocks [`Store::changed_ranges`] names.
    ///
    /// # Errors
    /// As [`Store::changed_ranges`].
    pub fn changed_blocks(&self, from: SnapshotId, to: Source) -> Result<u64, StoreError> {
        let mut blocks = 0;
        self.for_each_changed_leaf(from, to, |_, written, cleared| {
            blocks += u64::from((written | cleared).count_ones());
        })?;
        Ok(blocks)
    }

    fn for_each_changed_leaf(
        &self,
        from: SnapshotId,
        to: Source,
        mut visit: impl FnMut(u32, u64, u64),
    ) -> Result<(), StoreError> {
        let (older, newer) = (self.view(Source::Snapshot(from))?, self.view(to)?);
        if older.volume != newer.volume {
            return Err(StoreError::DifferentFamilies { from, to });
        }
        if let Some(touched) = self.touched_records(older, newer)? {
            let forward = older.epoch < newer.epoch;
            for same in touched.chunk_by(|a, b| a.leaf == b.leaf) {
                let Some(&Touched { leaf, .. }) = same.first() else {
                    continue;
                };
                let (blocks, written) = self.newest_state(same);
                let written = if forward {
                    written
                } else {
                    self.written_mask(newer, leaf, blocks)
                };
                let cleared = self.written_mask(older, leaf, blocks & !written);
                if written | cleared != 0 {
                    visit(leaf, written, cleared);
                }
            }
            return Ok(());
        }
        self.scan_touched_leaves(older, newer, |leaf, touched| {
            let written = self.written_mask(newer, leaf, touched);
            let cleared = self.written_mask(older, leaf, touched & !written);
            if written | cleared != 0 {
                visit(leaf, written, cleared);
            }
        })
    }

    /// All blocks of one leaf's records, newest first, and those that are written in the end.
    fn newest_state(&self, records: &[Touched]) -> (u64, u64) {
        records.iter().fold((0, 0), |(blocks, written), touched| {
            let part = self.pool.records[touched.record].part();
            let new = self.pool.payloads.written(part) & !blocks;
            (blocks | part.mask, written | new)
        })
    }

    /// The records made between the two views, by leaf and newest first; none where they are too
    /// many to collect.
    fn touched_records(&self, a: View, b: View) -> Result<Option<Vec<Touched>>, StoreError> {
        let family = self.family(a.volume)?;
        let (a, b) = (family.position_of(a.epoch), family.position_of(b.epoch));
        let intervals = family.slots(a.min(b) + 1..a.max(b) + 1);
        let mut touched = Vec::new();
        for (age, &slot) in (0..intervals.len() as u32).rev().zip(&intervals) {
            for mut record in family.ledger.lists(slot) {
                while record != NIL {
                    let found = &self.pool.records[record];
                    if !found.is_merged_away() {
                        if touched.len() == COLLECTED {
                            return Ok(None);
                        }
                        touched.push(Touched {
                            leaf: found.leaf,
                            age,
                            record,
                        });
                    }
                    record = found.link;
                }
            }
        }
        touched.sort_unstable_by_key(|t| u64::from(t.leaf) << 32 | u64::from(t.age));
        Ok(Some(touched))
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

fn append(ranges: &mut Vec<ChangedRange>, first: BlockIndex, last: BlockIndex, kind: ChangeKind) {
    match ranges.last_mut() {
        Some(end) if end.kind == kind && end.range.last + 1 == first => end.range.last = last,
        _ => ranges.push(ChangedRange {
            range: BlockRange { first, last },
            kind,
        }),
    }
}
