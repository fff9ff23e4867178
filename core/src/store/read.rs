//! The read path: from a source and a block to its content, through the bases of clones.

use super::content::Content;
use super::family::{Base, leaf_mask};
use super::payload::bits;
use super::record::{LEAF_BLOCKS, Record};
use super::{Source, Store, StoreError, VolumeId, check_range};
use crate::units::{BlockIndex, BlockRange};

/// Leaves that are listed at a time; bounds what a scan keeps in memory.
const SEGMENT: u64 = 1 << 20;

/// A disk at a moment: what was written up to and in `epoch`.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    pub(super) volume: VolumeId,
    pub(super) epoch: u32,
    pub(super) blocks: u64,
}

impl View {
    pub(super) const fn of_base(base: Base) -> Self {
        Self {
            volume: base.volume,
            epoch: base.epoch,
            blocks: u64::MAX,
        }
    }
}

impl Store {
    /// The content of one block.
    ///
    /// # Errors
    /// The source is unknown or closed, or the block is not on it.
    pub fn read(&self, source: Source, index: BlockIndex) -> Result<Content<'_>, StoreError> {
        let view = self.view(source)?;
        check_range(
            BlockRange {
                first: index,
                last: index,
            },
            view.blocks,
        )?;
        let (leaf, bit) = ((index / LEAF_BLOCKS) as u32, 1 << (index % LEAF_BLOCKS));
        let mut content = Content::NeverWritten;
        self.walk(view, leaf, bit, |record, _| {
            content = self.pool.payloads.content(leaf, record.part(), bit);
        });
        Ok(content)
    }

    /// Visits every written block of `range`, in order, with its content; holes and blocks never
    /// written are skipped without being looked at one by one.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn for_each_written<'a>(
        &'a self,
        source: Source,
        range: BlockRange,
        mut visit: impl FnMut(BlockIndex, Content<'a>),
    ) -> Result<(), StoreError> {
        let view = self.view(source)?;
        check_range(range, view.blocks)?;
        self.for_each_leaf_list(view, range, |leaves| {
            for &leaf in leaves {
                self.visit_leaf(view, leaf, leaf_mask(range, u64::from(leaf)), &mut visit);
            }
        });
        Ok(())
    }

    /// The first written block of `range`, without a look at what follows it, nor at any content.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn first_written(
        &self,
        source: Source,
        range: BlockRange,
    ) -> Result<Option<BlockIndex>, StoreError> {
        let view = self.view(source)?;
        check_range(range, view.blocks)?;
        let (mut first, mut look) = (range.first, LEAF_BLOCKS);
        while let Some(part) = BlockRange::new(first, range.last.min(first | (look - 1))) {
            let mut found = None;
            let written = |&leaf: &u32| {
                let written = self.written_mask(view, leaf, leaf_mask(part, u64::from(leaf)));
                let bit = u64::from(written.trailing_zeros());
                (written != 0).then(|| u64::from(leaf) * LEAF_BLOCKS + bit)
            };
            self.for_each_leaf_list(view, part, |leaves| {
                found = found.or_else(|| leaves.iter().find_map(written));
            });
            if found.is_some() || part.last == range.last {
                return Ok(found);
            }
            (first, look) = (part.last + 1, look.saturating_mul(2).min(SEGMENT));
        }
        Ok(None)
    }

    /// The written blocks of `range`, in order, neighbours as one, without a look at any content.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn written_ranges(
        &self,
        source: Source,
        range: BlockRange,
    ) -> Result<Vec<BlockRange>, StoreError> {
        let view = self.view(source)?;
        check_range(range, view.blocks)?;
        let mut ranges: Vec<BlockRange> = Vec::new();
        self.for_each_leaf_list(view, range, |leaves| {
            for &leaf in leaves {
                let start = u64::from(leaf) * LEAF_BLOCKS;
                let mut left = self.written_mask(view, leaf, leaf_mask(range, u64::from(leaf)));
                while left != 0 {
                    let at = left.trailing_zeros();
                    let length = (left >> at).trailing_ones();
                    left &= !((u64::MAX >> (64 - length)) << at);
                    let first = start + u64::from(at);
                    let last = first + u64::from(length) - 1;
                    match ranges.last_mut().filter(|before| before.last + 1 == first) {
                        Some(before) => before.last = last,
                        None => ranges.push(BlockRange { first, last }),
                    }
                }
            }
        });
        Ok(ranges)
    }

    fn visit_leaf<'a>(
        &'a self,
        view: View,
        leaf: u32,
        wanted: u64,
        visit: &mut impl FnMut(BlockIndex, Content<'a>),
    ) {
        let mut found = [Content::NeverWritten; LEAF_BLOCKS as usize];
        self.walk(view, leaf, wanted, |record, hit| {
            for bit in bits(hit) {
                if let Some(place) = found.get_mut(bit.trailing_zeros() as usize) {
                    *place = self.pool.payloads.content(leaf, record.part(), bit);
                }
            }
        });
        for (index, content) in (u64::from(leaf) * LEAF_BLOCKS..).zip(found) {
            if content.is_written() {
                visit(index, content);
            }
        }
    }

    pub(super) fn view(&self, source: Source) -> Result<View, StoreError> {
        match source {
            Source::Head(volume) => {
                let family = self.family(volume)?;
                let Some(head) = family.head else {
                    return Err(StoreError::HeadClosed { volume });
                };
                Ok(View {
                    volume,
                    epoch: head.epoch,
                    blocks: family.blocks,
                })
            }
            Source::Snapshot(snapshot) => {
                let unknown = StoreError::UnknownSnapshot { snapshot };
                let &(volume, epoch) = self.snapshots.get(&snapshot).ok_or(unknown.clone())?;
                let family = self.family(volume)?;
                let at = family.point_position(epoch).ok_or(unknown.clone())?;
                let blocks = family.points.get(at).ok_or(unknown)?.blocks;
                Ok(View {
                    volume,
                    epoch,
                    blocks,
                })
            }
        }
    }

    /// Visits the records that decide the blocks `wanted` of `leaf`, each with the blocks it
    /// decides, newest first, down through the bases of clones.
    pub(super) fn walk<'a>(
        &'a self,
        view: View,
        leaf: u32,
        wanted: u64,
        mut visit: impl FnMut(&'a Record, u64),
    ) {
        let mut left = wanted;
        let mut below = Some((view.volume, view.epoch));
        while let Some((volume, epoch)) = below
            && left != 0
        {
            let Some(family) = self.families.get(&volume) else {
                return;
            };
            left = family.walk(&self.pool.records, leaf, epoch, left, &mut visit);
            below = family.base.map(|base| (base.volume, base.epoch));
        }
    }

    /// Which of the blocks `wanted` of `leaf` are written.
    pub(super) fn written_mask(&self, view: View, leaf: u32, wanted: u64) -> u64 {
        let mut written = 0;
        self.walk(view, leaf, wanted, |record, hit| {
            written |= hit & self.pool.payloads.written(record.part());
        });
        written
    }

    /// Gives the leaves of `range` that `view`, or a base below it, has records of: sorted, each
    /// once, in lists of bounded length.
    pub(super) fn for_each_leaf_list(
        &self,
        view: View,
        range: BlockRange,
        mut visit: impl FnMut(&[u32]),
    ) {
        let (mut first, last) = (range.first / LEAF_BLOCKS, range.last / LEAF_BLOCKS);
        let mut leaves = Vec::new();
        while first <= last {
            let end = last.min(first + SEGMENT - 1);
            leaves.clear();
            let mut below = Some(view.volume);
            while let Some(family) = below.and_then(|volume| self.families.get(&volume)) {
                family
                    .index
                    .for_each(first as u32, end as u32, |leaf, _| leaves.push(leaf));
                below = family.base.map(|base| base.volume);
                // Cheap where there is no base: the list is sorted already.
                leaves.sort_unstable();
                leaves.dedup();
            }
            if !leaves.is_empty() {
                visit(&leaves);
            }
            first = end + 1;
        }
    }
}
