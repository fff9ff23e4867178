//! Much that a command or a task writes: decided with it, and written piece by piece after it, so that nobody has to wait
//! for all of it at once.
//!
//! What is put off surely fits, and nothing looks at a disk before it is written: [`Cloud::execute`] and the passing of
//! time write all of it before they go on. Pieces are the same however many are written at a time, and so is what comes of
//! them.

use super::{Cloud, CommandError, Mark};
use crate::store::{BLOCKS_OF_A_LEAF, Source, VolumeId};
use crate::units::{BlockIndex, BlockRange};
use std::collections::VecDeque;

/// Leaves of a piece. No more than this is written with the command itself.
const PIECE: u64 = 256;

/// A range and the seed of what is written to it.
type Seeded = (BlockRange, u64);

/// What is to be written to one disk.
#[derive(Clone, Debug)]
enum Writing {
    /// These ranges, the next one last.
    Ranges(Vec<Seeded>),
    /// All that is written of `left`. Neighbours are one write, which may go on in the next piece.
    Anew {
        left: Option<BlockRange>,
        open: Option<Seeded>,
    },
}

/// Everything that is to be written, in its order.
#[derive(Clone, Debug, Default)]
pub(super) struct Unwritten {
    disks: VecDeque<(VolumeId, Writing)>,
    /// Leaves, at most: of all disks, and those of them that are done.
    all: u64,
    done: u64,
    /// What it takes at most, in bytes.
    bytes: u64,
}

fn leaf(block: BlockIndex) -> u64 {
    block / BLOCKS_OF_A_LEAF
}

fn leaves(range: BlockRange) -> u64 {
    leaf(range.last) - leaf(range.first) + 1
}

/// The first `leaves` leaves of a range, and the rest.
fn split(range: BlockRange, leaves: u64) -> (BlockRange, Option<BlockRange>) {
    let end = (leaf(range.first) + leaves) * BLOCKS_OF_A_LEAF;
    let last = range.last.min(end - 1);
    let piece = BlockRange { last, ..range };
    (piece, BlockRange::new(end, range.last))
}

impl Unwritten {
    fn add(&mut self, volume: VolumeId, writing: Writing, leaves: u64, bytes: u64) {
        self.disks.push_back((volume, writing));
        self.all += leaves;
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

impl Cloud {
    /// As [`Self::write_seeded`], but what is much is left for [`Self::write_some`].
    pub(super) fn write_soon(
        &mut self,
        volume: VolumeId,
        ranges: &[BlockRange],
    ) -> Result<(), CommandError> {
        let all = ranges.iter().map(|&range| leaves(range));
        let all = all.fold(0, u64::saturating_add);
        self.write_all();
        if all <= PIECE {
            return self.write_seeded(volume, ranges);
        }
        let mut seeds = self.write_seeds.clone();
        let mut writes: Vec<Seeded> = ranges.iter().map(|&range| (range, seeds.next())).collect();
        let bytes = self.store.admit_batch(volume, &writes, 0)?;
        self.write_seeds = seeds;
        self.note(volume, &writes);
        writes.reverse();
        self.unwritten
            .add(volume, Writing::Ranges(writes), all, bytes);
        Ok(())
    }

    /// New content for every block of `range` that is written.
    pub(super) fn write_all_anew(
        &mut self,
        volume: VolumeId,
        range: BlockRange,
    ) -> Result<(), CommandError> {
        let all = leaves(range);
        // After what is much, little waits too.
        if all <= PIECE && self.is_written() {
            let ranges = self.store.written_ranges(Source::Head(volume), range)?;
            return self.write_seeded(volume, &ranges);
        }
        let bytes = self.admit_anew(volume, range)?;
        let (left, open) = (Some(range), None);
        let anew = Writing::Anew { left, open };
        self.unwritten.add(volume, anew, all, bytes);
        Ok(())
    }

    /// Refuses to write `range` anew where that does not fit beside what is to be written; what it takes at most.
    fn admit_anew(&mut self, volume: VolumeId, range: BlockRange) -> Result<u64, CommandError> {
        let partly = self.records.edges(volume) + 1;
        let worst = self.store.worst_of_anew(volume, leaves(range), partly);
        let beside = self.unwritten.bytes;
        if self.store.has_room(worst.saturating_add(beside)) {
            return Ok(worst);
        }
        // So much that what is there decides whether it fits.
        let ranges = self.store.written_ranges(Source::Head(volume), range)?;
        let mut seeds = self.write_seeds.clone();
        let writes: Vec<Seeded> = ranges.iter().map(|&range| (range, seeds.next())).collect();
        if beside > 0
            && let Ok(bytes) = self.store.admit_batch(volume, &writes, beside)
        {
            return Ok(bytes);
        }
        // So little room that only what the disks before it have really taken tells.
        self.write_all();
        Ok(self.store.admit_batch(volume, &writes, 0)?)
    }

    /// Whether nothing is left to be written.
    pub(crate) fn is_written(&self) -> bool {
        self.unwritten.disks.is_empty()
    }

    /// Of a thousand, how much of what is to be written is written.
    pub(crate) fn written_thousandths(&self) -> u64 {
        let all = self.unwritten.all.max(1);
        self.unwritten.done.min(all) * 1000 / all
    }

    /// Writes all that is left.
    pub(super) fn write_all(&mut self) {
        while !self.write_some(u64::MAX) {}
    }

    /// Writes some of what is left: about so many leaves, and one piece at least. Whether that was all.
    pub(crate) fn write_some(&mut self, leaves: u64) -> bool {
        let end = self.unwritten.done.saturating_add(leaves);
        while let Some((volume, writing)) = self.unwritten.disks.pop_front() {
            let left = match writing {
                Writing::Ranges(writes) => self.write_ranges(volume, writes),
                Writing::Anew { left, open } => self.write_anew(volume, left, open),
            };
            self.unwritten.done += PIECE;
            if let Some(writing) = left {
                self.unwritten.disks.push_front((volume, writing));
            }
            if self.unwritten.done >= end {
                break;
            }
        }
        if self.is_written() {
            self.unwritten = Unwritten::default();
        }
        self.is_written()
    }

    /// Writes a piece of these; what is left.
    fn write_ranges(&mut self, volume: VolumeId, mut writes: Vec<Seeded>) -> Option<Writing> {
        let (mut piece, mut room) = (Vec::new(), PIECE);
        while room > 0
            && let Some((range, seed)) = writes.pop()
        {
            let (some, left) = split(range, room);
            room -= leaves(some);
            piece.push((some, seed));
            writes.extend(left.map(|left| (left, seed)));
        }
        self.store.write_part(volume, &piece);
        (!writes.is_empty()).then_some(Writing::Ranges(writes))
    }

    /// Writes a piece of this anew; what is left.
    fn write_anew(
        &mut self,
        volume: VolumeId,
        left: Option<BlockRange>,
        mut open: Option<Seeded>,
    ) -> Option<Writing> {
        let Some((some, left)) = left.map(|left| split(left, PIECE)) else {
            self.note(volume, open.as_slice());
            return None;
        };
        // It is a disk of this state, and open.
        let found = self.store.written_ranges(Source::Head(volume), some);
        let mut piece = Vec::new();
        for range in found.unwrap_or_default() {
            let goes_on = open.filter(|(before, _)| before.last + 1 == range.first);
            let (whole, seed) = match goes_on {
                Some((before, seed)) => (
                    BlockRange {
                        first: before.first,
                        ..range
                    },
                    seed,
                ),
                None => {
                    self.note(volume, open.as_slice());
                    (range, self.write_seeds.next())
                }
            };
            open = Some((whole, seed));
            piece.push((range, seed));
        }
        self.store.write_part(volume, &piece);
        Some(Writing::Anew { left, open })
    }

    /// Notes whole writes, whose parts are or will be written.
    fn note(&mut self, volume: VolumeId, writes: &[Seeded]) {
        self.store.note_writes(volume, writes);
        for &(range, seed) in writes {
            self.records.add(volume, range, Mark::Seeded(seed));
        }
    }
}

#[cfg(test)]
mod tests;
