//! The stores that are compared, behind one interface.
//!
//! Each keeps, for a block, the seed of the write that put it there: what a block holds is the stamp of
//! seed and index, worked out when it is read, in every store alike.

mod array;
mod full_copy;
mod hash_layers;
mod imbl_map;
mod product;
mod radix_tree;
mod roaring_layers;
mod rpds_map;

pub(crate) use array::Array;
pub(crate) use full_copy::FullCopy;
pub(crate) use hash_layers::HashLayers;
pub(crate) use imbl_map::ImblOrdMap;
pub(crate) use product::{Product, SingleWrites, word};
pub(crate) use radix_tree::RadixTree;
pub(crate) use roaring_layers::RoaringLayers;
pub(crate) use rpds_map::RpdsHashTrieMap;

use rplab_core::prng::mix;
use rplab_core::store::ChangedRange;
use rplab_core::units::BlockRange;

/// A disk with points, and disks restored from them.
pub(crate) trait Peer {
    const NAME: &'static str;
    /// What a comparison gives its caller.
    type Changed: Ranges;

    fn new() -> Self;

    /// The writes of one interval.
    fn write(&mut self, writes: &[BlockRange], seed: u64);

    /// A point of what was written up to now.
    fn snapshot(&mut self);

    /// The blocks that differ between the points at `at` and `at + 1`: in order, neighbours merged.
    fn changed(&self, at: usize) -> Self::Changed;

    /// Deletes the point at `at` of those left; the blocks that no other point nor the live disk held.
    fn delete(&mut self, at: usize) -> u64;

    /// The seed of a block at a point; 0 where it was never written.
    fn read(&self, at: usize, block: u64) -> u64;

    /// A new disk from the point at `at`, and writes to it.
    fn restore(&mut self, at: usize, writes: &[BlockRange], seed: u64);

    /// Drops all restored disks, which would hold what is deleted later.
    fn drop_restored(&mut self);
}

/// Ranges of changed blocks.
pub(crate) trait Ranges {
    fn ranges(&self) -> impl Iterator<Item = BlockRange>;

    /// How many blocks they have, and a sum that depends on each of them.
    fn summary(&self) -> (u64, u64) {
        let each = self.ranges().map(|range| {
            let blocks = range.last - range.first + 1;
            (
                blocks,
                (range.first..=range.last)
                    .map(mix)
                    .fold(0, u64::wrapping_add),
            )
        });
        each.fold((0, 0), |all, one| {
            (all.0 + one.0, all.1.wrapping_add(one.1))
        })
    }
}

impl Ranges for Vec<BlockRange> {
    fn ranges(&self) -> impl Iterator<Item = BlockRange> {
        self.iter().copied()
    }
}

impl Ranges for Vec<ChangedRange> {
    fn ranges(&self) -> impl Iterator<Item = BlockRange> {
        self.iter().map(|changed| changed.range)
    }
}

/// Adds a block to ranges in order.
pub(crate) fn append(ranges: &mut Vec<BlockRange>, block: u64) {
    match ranges.last_mut() {
        Some(range) if range.last + 1 == block => range.last = block,
        _ => ranges.push(BlockRange {
            first: block,
            last: block,
        }),
    }
}

/// Ranges of blocks in any order.
pub(crate) fn merged(mut blocks: Vec<u32>) -> Vec<BlockRange> {
    blocks.sort_unstable();
    let mut ranges = Vec::new();
    for block in blocks {
        append(&mut ranges, u64::from(block));
    }
    ranges
}

/// The blocks of a range as keys.
pub(crate) fn keys(range: BlockRange) -> std::ops::RangeInclusive<u32> {
    range.first as u32..=range.last as u32
}
