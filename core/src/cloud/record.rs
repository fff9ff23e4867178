//! The record of what was written to each disk, kept apart from the block store.
//!
//! A proof needs to know what a disk held at an instant without asking the store that is on trial.
//! The record is the plain list of writes in their order; [`Record::content_at`] paints them one over
//! the other. It takes memory in proportion to the number of writes, not of blocks.

use crate::order::{self, SmallMap};
use crate::store::{Content, VolumeId, stamp};
use crate::units::{BlockIndex, BlockRange};
use std::sync::Arc;

/// What one write left in its blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// New content from a seed.
    Seeded(u64),
    /// Nothing: the blocks were trimmed.
    Cleared,
    /// Given bytes, padded with zeros to a whole block.
    Bytes(Vec<u8>),
}

impl Mark {
    /// Whether it is new content from a seed.
    pub(super) const fn is_seeded(&self) -> bool {
        matches!(self, Self::Seeded(_))
    }

    /// `write`, `bytes` or `trim`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Seeded(_) => "write",
            Self::Cleared => "trim",
            Self::Bytes(_) => "bytes",
        }
    }
}

/// Writes a piece.
const PIECE: usize = 512;

/// The writes of one disk: pieces that copies share, and the last ones.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// The disk that this one was restored from, and how many of its writes count.
    base: Option<(VolumeId, u64)>,
    full: Vec<Arc<[(BlockRange, Mark)]>>,
    open: Vec<(BlockRange, Mark)>,
}

impl Record {
    fn len(&self) -> u64 {
        (self.full.len() * PIECE + self.open.len()) as u64
    }

    fn add(&mut self, range: BlockRange, mark: Mark) {
        if self.open.len() == PIECE {
            self.full.push(self.open.drain(..).collect());
        }
        self.open.push((range, mark));
    }

    /// Those among the first `to`, the last first, with their numbers counted from 0.
    fn backwards(&self, to: u64) -> impl Iterator<Item = (u64, &(BlockRange, Mark))> + Clone {
        let full = (self.full.len() * PIECE) as u64;
        let to = to.min(self.len());
        let few = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let open = self.open.iter().rev();
        let open = open.skip(few(self.len() - to.max(full)));
        let pieces = few(to.min(full)).div_ceil(PIECE);
        let beyond = pieces * PIECE - few(to.min(full));
        let full = self.full.iter().take(pieces).rev();
        let full = full.flat_map(|piece| piece.iter().rev()).skip(beyond);
        (0..to).rev().zip(open.chain(full))
    }
}

/// The records of all disks; copies share them until one writes.
#[derive(Clone, Debug, Default)]
pub struct Records {
    by_volume: SmallMap<VolumeId, Arc<Record>>,
}

impl Records {
    /// Begins the record of an empty disk.
    pub fn begin(&mut self, volume: VolumeId) {
        self.by_volume.insert(volume, Arc::default());
    }

    /// Begins the record of a disk restored from `source` as it was after `writes` writes.
    pub fn begin_restored(&mut self, volume: VolumeId, source: VolumeId, writes: u64) {
        let record = Record {
            base: Some((source, writes)),
            ..Record::default()
        };
        self.by_volume.insert(volume, Arc::new(record));
    }

    /// Adds a write.
    pub fn add(&mut self, volume: VolumeId, range: BlockRange, mark: Mark) {
        if let Some(record) = self.by_volume.or_insert_with(volume, Arc::default) {
            Arc::make_mut(record).add(range, mark);
        }
    }

    /// How many writes the disk has had since it was made.
    #[must_use]
    pub fn len(&self, volume: VolumeId) -> u64 {
        self.by_volume.get(&volume).map_or(0, |record| record.len())
    }

    /// No fewer than the places where what the disk holds begins or ends: two for each write, those included that it had
    /// of the disks that it was restored from.
    #[must_use]
    pub fn edges(&self, volume: VolumeId) -> u64 {
        let mut writes: u64 = 0;
        let mut next = Some((volume, self.len(volume)));
        while let Some((volume, count)) = next {
            writes = writes.saturating_add(count);
            next = self.by_volume.get(&volume).and_then(|one| one.base);
        }
        writes.saturating_mul(2)
    }

    /// The writes that came after the first `from` and among the first `to`.
    #[must_use]
    pub fn between(&self, volume: VolumeId, from: u64, to: u64) -> Vec<(BlockRange, Mark)> {
        let record = self.by_volume.get(&volume).into_iter();
        let writes = record.flat_map(|record| record.backwards(to));
        let after = writes.take_while(|(number, _)| *number >= from);
        let mut writes: Vec<(BlockRange, Mark)> = after.map(|(_, write)| write.clone()).collect();
        writes.reverse();
        writes
    }

    /// No fewer leaves than the writes touch that came after the first `from`.
    #[must_use]
    pub fn leaves_after(&self, volume: VolumeId, from: u64) -> u64 {
        let record = self.by_volume.get(&volume).into_iter();
        let writes = record.flat_map(|record| record.backwards(record.len()));
        let after = writes.take_while(|(number, _)| *number >= from);
        let leaves = after.map(|(_, (range, mark))| {
            let given = match mark {
                Mark::Bytes(bytes) => bytes.len() as u64,
                Mark::Seeded(_) | Mark::Cleared => 0,
            };
            // A leaf is 64 blocks, and takes more than a KiB at its worst.
            (range.last - range.first) / 64 + given / 1024 + 3
        });
        leaves.fold(0, u64::saturating_add)
    }

    /// The last write to `block` that came after the first `from` and among the first `to`: its number,
    /// counted from 1, and what it left.
    #[must_use]
    pub fn last_write(
        &self,
        volume: VolumeId,
        from: u64,
        to: u64,
        block: BlockIndex,
    ) -> Option<(u64, &Mark)> {
        let writes = self.by_volume.get(&volume)?.backwards(to);
        let mut after = writes.take_while(|(number, _)| *number >= from);
        let (number, (_, mark)) =
            after.find(|(_, (range, _))| range.first <= block && block <= range.last)?;
        Some((number + 1, mark))
    }

    /// Drops the record of a disk that nobody can ask for any more, and tells which one it rested on.
    pub fn forget(&mut self, volume: VolumeId) -> Option<VolumeId> {
        let record = self.by_volume.remove(&volume)?;
        record.base.map(|(base, _)| base)
    }

    /// What the disk held after its first `writes` writes.
    #[must_use]
    pub fn content_at(&self, volume: VolumeId, writes: u64) -> Painting<'_> {
        let mut layers = Vec::new();
        let mut next = Some((volume, writes));
        while let Some((volume, writes)) = next {
            let Some(record) = self.by_volume.get(&volume) else {
                break;
            };
            layers.push((record, writes));
            next = record.base;
        }
        let layers = layers.into_iter();
        let writes = layers.flat_map(|(record, writes)| record.backwards(writes));
        Painting::backwards(writes.map(|(_, write)| write))
    }
}

/// What each block of a disk was last written with.
#[derive(Clone, Debug, Default)]
pub struct Painting<'a> {
    /// Ranges in their order that no write begins or ends in, each with the last write that reached it.
    pieces: Vec<(BlockRange, &'a Mark)>,
}

impl<'a> Painting<'a> {
    /// Paints from the last write to the first, each piece once.
    fn backwards(writes: impl Iterator<Item = &'a (BlockRange, Mark)> + Clone) -> Self {
        let edges = writes.clone();
        let edges = order::distinct(edges.flat_map(|(range, _)| [range.first, range.last + 1]));
        let place = |edge: u64| edges.partition_point(|other| *other < edge);
        let mut marks: Vec<Option<&Mark>> = vec![None; edges.len()];
        // From a piece that is painted to one further on that may not be.
        let mut onward: Vec<usize> = (0..=edges.len()).collect();
        for (range, mark) in writes {
            let end = place(range.last + 1);
            let mut at = place(range.first);
            while at < end {
                if let Some(unpainted @ None) = marks.get_mut(at) {
                    *unpainted = Some(mark);
                }
                let next = onward.get(at).map_or(end, |next| (*next).max(at + 1));
                if let Some(step) = onward.get_mut(at) {
                    *step = next.max(end);
                }
                at = next;
            }
        }
        let spans = edges.iter().zip(edges.iter().skip(1)).zip(marks);
        let pieces = spans
            .filter_map(|((first, end), mark)| Some((BlockRange::new(*first, end - 1)?, mark?)));
        Self {
            pieces: pieces.collect(),
        }
    }

    /// Visits every block of `within` that was ever written, in order.
    pub fn for_each_in(&self, within: BlockRange, mut visit: impl FnMut(BlockIndex, Content<'a>)) {
        let from = (self.pieces).partition_point(|(range, _)| range.last < within.first);
        let reached = self.pieces.iter().skip(from);
        for (range, mark) in reached.take_while(|(range, _)| range.first <= within.last) {
            for index in range.first.max(within.first)..=range.last.min(within.last) {
                visit(
                    index,
                    match mark {
                        Mark::Seeded(seed) => Content::Pattern(stamp(*seed, index)),
                        Mark::Cleared => Content::Hole,
                        Mark::Bytes(bytes) => Content::of_block(bytes),
                    },
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Mark, Records};
    use crate::store::{Content, Store, stamp};
    use crate::units::{BlockRange, BlockSize};

    fn range(first: u64, last: u64) -> BlockRange {
        BlockRange::new(first, last).unwrap()
    }

    #[test]
    fn later_writes_cover_earlier_ones_and_a_restored_disk_starts_from_its_source() {
        let mut store = Store::default();
        let disk = store.create_volume(BlockSize::MIN, 100).unwrap();
        let restored = store.create_volume(BlockSize::MIN, 100).unwrap();
        let mut records = Records::default();
        records.begin(disk);
        records.add(disk, range(0, 9), Mark::Seeded(1));
        records.add(disk, range(3, 5), Mark::Seeded(2));
        records.add(disk, range(4, 4), Mark::Cleared);
        records.begin_restored(restored, disk, 2);
        records.add(restored, range(9, 12), Mark::Seeded(3));

        let read = |volume, writes| {
            let mut seen = Vec::new();
            records
                .content_at(volume, writes)
                .for_each_in(range(0, 99), |index, content| {
                    seen.push((
                        index,
                        if let Content::Pattern(stamp) = content {
                            stamp
                        } else {
                            0
                        },
                    ));
                });
            seen
        };
        let at_point: Vec<_> = (0..=9)
            .map(|i| {
                (
                    i,
                    if (3..=5).contains(&i) {
                        stamp(2, i)
                    } else {
                        stamp(1, i)
                    },
                )
            })
            .collect();
        assert_eq!(read(disk, 2), at_point);
        assert_eq!(read(disk, 3)[4], (4, 0));
        let of_restored = read(restored, 1);
        assert_eq!(of_restored[..9], at_point[..9]);
        assert_eq!(
            of_restored[9..],
            [
                (9, stamp(3, 9)),
                (10, stamp(3, 10)),
                (11, stamp(3, 11)),
                (12, stamp(3, 12))
            ]
        );
    }
}
