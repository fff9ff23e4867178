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

/// The runs of ones in a mask, lowest first: where each begins, and how long it is.
fn runs(mut mask: u64) -> impl Iterator<Item = (u64, u64)> {
    std::iter::from_fn(move || {
        let first = mask.trailing_zeros();
        let ones = mask.checked_shr(first)?.trailing_ones();
        let beyond = u64::MAX.checked_shl(first + ones).unwrap_or(0);
        mask &= beyond;
        Some((u64::from(first), u64::from(ones)))
    })
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

    /// Visits the stretches of written blocks of `range`, in order, each as long as it can be; what the blocks hold is not
    /// looked at.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn for_each_written_range(
        &self,
        source: Source,
        range: BlockRange,
        mut visit: impl FnMut(BlockRange),
    ) -> Result<(), StoreError> {
        let view = self.view(source)?;
        check_range(range, view.blocks)?;
        let mut open: Option<BlockRange> = None;
        self.for_each_leaf_list(view, range, |leaves| {
            for &leaf in leaves {
                let wanted = leaf_mask(range, u64::from(leaf));
                for (first, blocks) in runs(self.written_mask(view, leaf, wanted)) {
                    let first = u64::from(leaf) * LEAF_BLOCKS + first;
                    let last = first + blocks - 1;
                    match &mut open {
                        Some(open) if open.last + 1 == first => open.last = last,
                        _ => open
                            .replace(BlockRange { first, last })
                            .into_iter()
                            .for_each(&mut visit),
                    }
                }
            }
        });
        open.into_iter().for_each(visit);
        Ok(())
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
                // Where there is no base it is. To sort what is sorted takes long where the library is made small.
                if !leaves.is_sorted() {
                    leaves.sort_unstable();
                }
                leaves.dedup();
            }
            if !leaves.is_empty() {
                visit(&leaves);
            }
            first = end + 1;
        }
    }
}
