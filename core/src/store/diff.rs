//! Changed blocks between two moments of one disk.

use super::read::View;
use super::record::{LEAF_BLOCKS, NIL};
use super::{SnapshotId, Source, Store, StoreError};
use crate::units::{BlockIndex, BlockRange};
use serde::{Deserialize, Serialize};

/// Leaves that a comparison collects and sorts; with more it goes through the whole index instead.
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
        let mut compare = |leaf: u32, touched: u64| {
            let written = self.written_mask(newer, leaf, touched);
            let cleared = self.written_mask(older, leaf, touched & !written);
            if written | cleared != 0 {
                visit(leaf, written, cleared);
            }
        };
        match self.touched_leaves(older, newer)? {
            Some(leaves) => leaves
                .into_iter()
                .for_each(|(leaf, mask)| compare(leaf, mask)),
            None => self.scan_touched_leaves(older, newer, compare)?,
        }
        Ok(())
    }

    /// The leaves written between the two views, sorted, with the blocks written; none where they
    /// are too many to collect.
    fn touched_leaves(&self, a: View, b: View) -> Result<Option<Vec<(u32, u64)>>, StoreError> {
        let family = self.family(a.volume)?;
        let (a, b) = (family.position_of(a.epoch), family.position_of(b.epoch));
        let intervals = family.slots(a.min(b) + 1..a.max(b) + 1);
        let all: Vec<Option<u32>> = std::iter::once(None)
            .chain(
                family
                    .slots(0..family.points.len() + 1)
                    .into_iter()
                    .map(Some),
            )
            .collect();
        let mut leaves: Vec<(u32, u64)> = Vec::new();
        for slot in intervals {
            for &older in &all {
                let mut id = family.ledger.listed(slot, older);
                while id != NIL {
                    let record = &self.pool.records[id];
                    if !record.is_merged_away() {
                        if leaves.len() == COLLECTED {
                            return Ok(None);
                        }
                        leaves.push((record.leaf, record.mask()));
                    }
                    id = record.link;
                }
            }
        }
        leaves.sort_unstable_by_key(|&(leaf, _)| leaf);
        leaves.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 |= next.1;
            }
            same
        });
        Ok(Some(leaves))
    }

    fn scan_touched_leaves(
        &self,
        a: View,
        b: View,
        mut visit: impl FnMut(u32, u64),
    ) -> Result<(), StoreError> {
        let family = self.family(a.volume)?;
        let (low, high) = (a.epoch.min(b.epoch), a.epoch.max(b.epoch));
        family.index.for_each(0, u32::MAX, |leaf, newest| {
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
