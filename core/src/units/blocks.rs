//! Block positions, ranges and sizes.

use super::{ByteCount, MIB};
use crate::json::{Write, Writer};
use std::fmt;

/// The position of a block on its disk, counted from 0.
pub type BlockIndex = u64;

/// Blocks `first` to `last`, both included. Never empty; made by [`BlockRange::new`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Write)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BlockRange {
    /// First block of the range.
    pub first: BlockIndex,
    /// Last block of the range, included.
    pub last: BlockIndex,
}

impl BlockRange {
    /// The range, or `None` where `last` lies before `first`.
    #[must_use]
    pub const fn new(first: BlockIndex, last: BlockIndex) -> Option<Self> {
        if first <= last {
            Some(Self { first, last })
        } else {
            None
        }
    }

    /// How many blocks the range has.
    #[must_use]
    pub const fn len(self) -> u64 {
        self.last.saturating_sub(self.first).saturating_add(1)
    }

    /// Always false: a range holds one block at least.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        false
    }

    /// The blocks that both ranges have.
    #[must_use]
    pub fn intersect(self, other: Self) -> Option<Self> {
        Self::new(self.first.max(other.first), self.last.min(other.last))
    }
}

/// The size of a block: a power of two from 4 KiB to 4 MiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockSize(u8);

/// A block size that is not a power of two from 4096 to 4194304.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("block size {bytes} is not a power of two from 4096 to 4194304")]
pub struct BlockSizeError {
    /// What was asked for.
    pub bytes: u64,
}

impl BlockSize {
    /// 4 KiB, the smallest.
    pub const MIN: Self = Self(12);
    /// 4 MiB, the largest.
    pub const MAX: Self = Self(22);

    /// The block size in bytes.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        1 << self.0
    }

    /// Blocks that `bytes` need, the last one perhaps in part.
    #[must_use]
    pub const fn blocks_in(self, bytes: ByteCount) -> u64 {
        bytes.0.div_ceil(self.bytes())
    }

    /// The bytes of `blocks` blocks.
    #[must_use]
    pub const fn bytes_of(self, blocks: u64) -> ByteCount {
        ByteCount(blocks.saturating_mul(self.bytes()))
    }
}

impl fmt::Display for BlockSize {
    /// `64 KiB`, `1 MiB`: a power of two is whole in its unit.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bytes() {
            bytes if bytes >= MIB => write!(f, "{} MiB", bytes / MIB),
            bytes => write!(f, "{} KiB", bytes / 1024),
        }
    }
}

impl TryFrom<u64> for BlockSize {
    type Error = BlockSizeError;
    fn try_from(bytes: u64) -> Result<Self, BlockSizeError> {
        let size = Self(bytes.trailing_zeros() as u8);
        if bytes.is_power_of_two() && (Self::MIN..=Self::MAX).contains(&size) {
            Ok(size)
        } else {
            Err(BlockSizeError { bytes })
        }
    }
}

impl Write for BlockSize {
    fn write(&self, to: &mut Writer<'_>) {
        self.bytes().write(to);
    }
}

#[cfg(test)]
mod tests {
    use super::{BlockRange, BlockSize};
    use crate::units::ByteCount;

    #[test]
    fn only_powers_of_two_between_4_kib_and_4_mib_are_block_sizes() {
        assert_eq!(BlockSize::try_from(4096).unwrap().bytes(), 4096);
        assert_eq!(BlockSize::try_from(4 << 20).unwrap(), BlockSize::MAX);
        for wrong in [0, 1, 2048, 4097, 12288, 8 << 20, 1 << 40] {
            assert!(BlockSize::try_from(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_size_of_a_block_is_said_in_its_unit() {
        let said = |bytes| BlockSize::try_from(bytes).unwrap().to_string();
        assert_eq!(said(4096), "4 KiB");
        assert_eq!(said(1 << 20), "1 MiB");
        assert_eq!(said(4 << 20), "4 MiB");
    }

    #[test]
    fn a_disk_that_ends_inside_a_block_has_that_block() {
        assert_eq!(BlockSize::MIN.blocks_in(ByteCount(4097)), 2);
    }

    #[test]
    fn ranges_include_both_ends() {
        let range = BlockRange::new(3, 7).unwrap();
        assert_eq!(range.len(), 5);
        assert_eq!(
            range.intersect(BlockRange::new(7, 9).unwrap()),
            BlockRange::new(7, 7)
        );
        assert_eq!(range.intersect(BlockRange::new(8, 9).unwrap()), None);
        assert_eq!(BlockRange::new(4, 3), None);
    }
}
