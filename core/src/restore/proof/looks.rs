//! How far to look at once along a disk: farther where it holds little, so that every look takes about as long.

use crate::units::{BlockIndex, BlockRange};

/// How many blocks that hold something are wanted of one look: a millisecond or two.
const WANTED: u64 = 4096;
/// As far as one look goes over a disk that holds nothing.
const FARTHEST: u64 = 1 << 26;
/// As near as one look goes, however much it finds.
const NEAREST: u64 = 64;

/// One way along the blocks of a disk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Looks {
    next: BlockIndex,
    step: u64,
    blocks: u64,
}

impl Looks {
    /// From the first block of a disk of so many.
    pub(super) const fn over(blocks: u64) -> Self {
        Self {
            next: 0,
            step: WANTED,
            blocks,
        }
    }

    /// From the first block again, as far at once as it last was.
    pub(super) const fn again(self) -> Self {
        Self { next: 0, ..self }
    }

    /// The blocks to look at next; none at the end.
    pub(super) fn next(&self) -> Option<BlockRange> {
        let end = self.next.saturating_add(self.step).min(self.blocks);
        BlockRange::new(self.next, end.checked_sub(1)?)
    }

    /// So many blocks of a range held something: goes on behind it.
    pub(super) fn found(&mut self, range: BlockRange, found: u64) {
        if found > WANTED {
            self.step = (self.step / 2).max(NEAREST);
        } else if found < WANTED / 4 {
            self.step = (self.step * 2).min(FARTHEST);
        }
        self.next = range.last + 1;
    }

    /// How far along, of a thousand.
    pub(super) fn thousandths(&self) -> u64 {
        self.next.min(self.blocks) * 1000 / self.blocks.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::{FARTHEST, Looks, NEAREST};

    /// Goes along a disk of which every `every`th block holds something; the ranges looked at.
    fn along(blocks: u64, every: u64) -> Vec<(u64, u64)> {
        let (mut looks, mut seen) = (Looks::over(blocks), Vec::new());
        while let Some(range) = looks.next() {
            seen.push((range.first, range.last));
            looks.found(range, (range.last - range.first + 1) / every);
        }
        seen
    }

    #[test]
    fn every_block_is_looked_at_once() {
        for (blocks, every) in [
            (0, 1),
            (1, 1),
            (63, 1),
            (100_000, 1),
            (1 << 33, 1 << 20),
            (100_001, 7),
        ] {
            let mut next = 0;
            for (first, last) in along(blocks, every) {
                assert!(
                    first == next && last >= first && last < blocks,
                    "{first} to {last} of {blocks}"
                );
                next = last + 1;
            }
            assert_eq!(next, blocks);
        }
    }

    #[test]
    fn looks_are_far_where_there_is_little_and_near_where_there_is_much() {
        let lengths = |seen: Vec<(u64, u64)>| {
            seen.into_iter()
                .map(|(first, last)| last - first + 1)
                .collect::<Vec<_>>()
        };
        let sparse = lengths(along(1 << 40, 1 << 40));
        assert_eq!(sparse.iter().max(), Some(&FARTHEST));
        let mut looks = Looks::over(1 << 40);
        for _ in 0..20 {
            let range = looks.next().unwrap();
            looks.found(range, u64::MAX);
        }
        let range = looks.next().unwrap();
        assert_eq!(range.last - range.first + 1, NEAREST);
    }
}
