//! What is written: the same for every store.

use rplab_core::prng::Stream;
use rplab_core::units::BlockRange;

/// Blocks of the disk: 1 TiB of 4 KiB blocks.
pub const BLOCKS: u64 = 1 << 28;
/// Blocks written between two points.
pub const WRITTEN: u64 = 100_000;
const RUN: u64 = 256;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) repeats: usize,
    /// Points of the stores that are fast enough for all of them.
    pub(crate) points: usize,
    /// Points of the radix tree.
    pub(crate) tree_points: usize,
    /// Points of persistent maps and full copies.
    pub(crate) map_points: usize,
    /// Disks of the fleet whose speed is measured, and of the one whose memory is.
    pub(crate) fleet_disks: usize,
    pub(crate) fleet_days: usize,
    pub(crate) memory_disks: usize,
}

impl Sizes {
    pub(crate) const fn of(quick: bool) -> Self {
        if quick {
            Self {
                repeats: 2,
                points: 100,
                tree_points: 10,
                map_points: 4,
                fleet_disks: 200,
                fleet_days: 120,
                memory_disks: 2_000,
            }
        } else {
            Self {
                repeats: 5,
                points: 100,
                tree_points: 20,
                map_points: 8,
                fleet_disks: 400,
                fleet_days: 365,
                memory_disks: 10_000,
            }
        }
    }
}

/// What is written between points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// Single blocks anywhere on the disk.
    Random,
    /// Nine in ten blocks in runs of 256.
    Runs,
    /// Single blocks, nine in ten of them on one hundredth of the disk.
    Hot,
}

impl Workload {
    pub(crate) const ALL: [Self; 3] = [Self::Random, Self::Runs, Self::Hot];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Random => "W1",
            Self::Runs => "W2",
            Self::Hot => "W1h",
        }
    }

    /// The writes of `points` points.
    #[must_use]
    pub fn writes(self, points: usize) -> Vec<Vec<BlockRange>> {
        let mut stream = Stream::named(1, self.name());
        (0..points).map(|_| self.point(&mut stream)).collect()
    }

    fn point(self, stream: &mut Stream) -> Vec<BlockRange> {
        let (mut ranges, mut left) = (Vec::new(), WRITTEN);
        while left > 0 {
            // One write in 29 is a run: nine blocks in ten are in runs.
            let run = match self {
                Self::Runs if stream.below(10 * RUN + 90) < 90 => RUN.min(left),
                _ => 1,
            };
            let within = match self {
                Self::Hot if stream.below(10) < 9 => BLOCKS / 100,
                _ => BLOCKS - RUN,
            };
            let first = stream.below(within);
            let last = first + run - 1;
            ranges.push(BlockRange { first, last });
            left -= run;
        }
        ranges
    }
}

/// The content of a write at `point`: one seed a point; a block's content is its stamp.
#[must_use]
pub const fn seed(point: usize) -> u64 {
    point as u64 + 1
}

/// A mix of small restores: where a restored disk is written to.
pub(crate) fn restore_writes(count: usize) -> Vec<Vec<BlockRange>> {
    let mut stream = Stream::named(1, "restores");
    let mut one = || {
        let first = stream.below(BLOCKS);
        BlockRange { first, last: first }
    };
    (0..count)
        .map(|_| (0..1_000).map(|_| one()).collect())
        .collect()
}
