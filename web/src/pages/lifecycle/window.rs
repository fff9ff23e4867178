//! The part of the disk that is looked at, and the block in it.

use super::bench::Bench;
use leptos::prelude::*;

/// Columns that a lane has at most.
pub(super) const COLUMNS: u32 = 256;
/// Blocks that a lane shows at least, so that one is wide enough to be seen.
const FEWEST_BLOCKS: u64 = 32;

/// What the columns of the map stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scale {
    /// The first block shown.
    pub(crate) first: u64,
    /// How many blocks there are in a column.
    pub(crate) width: u64,
    /// How many columns.
    pub(crate) columns: u64,
    /// How many blocks the disk has.
    pub(crate) blocks: u64,
    /// The size of a block in bytes.
    pub(crate) block_size: u64,
}

impl Default for Scale {
    fn default() -> Self {
        Self {
            first: 0,
            width: 1,
            columns: 1,
            blocks: 1,
            block_size: 1,
        }
    }
}

impl Bench {
    /// So many columns as a part of all of them, for a style.
    pub(crate) fn share(self, of: u64) -> String {
        let parts = of * 10_000 / self.scale.get().columns;
        format!("{}.{:02}%", parts / 100, parts % 100)
    }

    /// Where the crosshair stands in each lane, for a style.
    pub(crate) fn crosshair(self) -> String {
        format!("translateX({})", self.share(self.column()))
    }

    /// The column that is looked at.
    pub(crate) fn column(self) -> u64 {
        let scale = self.scale.get();
        (self.looked_at().saturating_sub(scale.first) / scale.width).min(scale.columns - 1)
    }

    /// Moves the cursor by columns; at the edge what is shown moves with it.
    pub(crate) fn step(self, columns: i64) {
        let Scale { width, blocks, .. } = self.scale.get_untracked();
        let way = columns.unsigned_abs().saturating_mul(width);
        let here = self.block.get_untracked();
        let there = if columns < 0 {
            here.saturating_sub(way)
        } else {
            here.saturating_add(way)
        };
        self.go(there.min(blocks - 1));
    }

    /// Puts the cursor on a block, and shows the part of the disk that it is in.
    pub(crate) fn go(self, block: u64) {
        let Scale { blocks, .. } = self.scale.get_untracked();
        let block = block.min(blocks - 1);
        self.block.set(block);
        if let Some((first, count)) = self.window.get_untracked() {
            if block < first {
                self.window.set(Some((block, count)));
            } else if block >= first.saturating_add(count) {
                self.window
                    .set(Some(((block + 1).saturating_sub(count), count)));
            }
        }
    }

    /// Looks twice as close, or from twice as far, at the block under the cursor.
    pub(crate) fn zoom(self, closer: bool) {
        let Scale { blocks, .. } = self.scale.get_untracked();
        let (first, count) = self.window.get_untracked().unwrap_or((0, blocks));
        let new = if closer {
            (count / 2).max(FEWEST_BLOCKS)
        } else {
            count.saturating_mul(2)
        };
        if new >= blocks {
            self.window.set(None);
            return;
        }
        let block = self.block.get_untracked();
        // The block stays where it is on the screen.
        let before =
            u128::from(block.saturating_sub(first)) * u128::from(new) / u128::from(count.max(1));
        let start = block.saturating_sub(u64::try_from(before).unwrap_or(0));
        self.window.set(Some((start.min(blocks - new), new)));
    }

    /// Shows the whole disk.
    pub(crate) fn whole(self) {
        self.window.set(None);
    }

    /// Whether the whole disk is shown.
    pub(crate) fn is_whole(self) -> bool {
        self.window.with(Option::is_none)
    }
}
