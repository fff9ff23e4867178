//! A part of a disk in columns of equal width, point by point.

use super::block_history::HistoryLane;
use super::{BlockColumn, InputError};
use crate::cloud::{Cloud, DiskRestorePoint};
use crate::store::{ChangeKind, ChangedRange, Source};
use crate::units::{BlockIndex, BlockRange};

/// Columns of one lane while it is filled: the newest writer, and whether the lane pays.
pub(super) type Columns = Vec<Option<BlockColumn>>;

/// The most columns that are worth asking for.
const MOST_COLUMNS: u32 = 4096;

/// The number that a column calls a lane by.
pub(super) fn number_of(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn set(columns: &mut Columns, column: usize, writer: u32, pays: bool) {
    if let Some(column) = columns.get_mut(column) {
        *column = Some(BlockColumn { writer, pays });
    }
}

/// Columns of `width` blocks over a part of a disk.
pub(super) struct Grid {
    window: BlockRange,
    pub(super) width: u64,
    count: u64,
}

impl Grid {
    /// At most so many columns over the blocks from `first` to `last` of a disk of `blocks`.
    ///
    /// # Errors
    /// No columns, or no such blocks.
    pub(super) fn over(
        blocks: u64,
        first: u64,
        last: u64,
        columns: u32,
    ) -> Result<Self, InputError> {
        if !(1..=MOST_COLUMNS).contains(&columns) {
            return Err(InputError::new(
                "InvalidField",
                "columns",
                format!("give 1 to {MOST_COLUMNS} columns"),
            ));
        }
        let last = last.min(blocks.saturating_sub(1));
        let Some(window) = BlockRange::new(first, last) else {
            let message = format!("the disk has no blocks {first} to {last}");
            return Err(InputError::new("InvalidField", "first", message));
        };
        let shown = last - first + 1;
        let width = shown.div_ceil(u64::from(columns)).max(1);
        Ok(Self {
            window,
            width,
            count: shown.div_ceil(width),
        })
    }

    /// What the lane at `place` begins with: what the one before it shows, all of it paid for by older ones. The first
    /// lane begins with what it holds, and pays for that.
    pub(super) fn before(
        &self,
        cloud: &Cloud,
        lanes: &[HistoryLane],
        place: usize,
    ) -> Result<Columns, InputError> {
        let mut columns = self.empty();
        let Some(oldest) = lanes.first() else {
            return Ok(columns);
        };
        // From the newest on: who wrote last is seen, and what was cleared since is empty.
        let mut open: Vec<bool> = columns.iter().map(|_| true).collect();
        let mut left = columns.len();
        let older = lanes.iter().enumerate().take(place).skip(1);
        for (place, lane) in older.rev() {
            if left == 0 {
                break;
            }
            let changes = self.changes_of(lane);
            let mut cleared = Vec::new();
            for (column, kind) in changes {
                let Some(open) = open.get_mut(column).filter(|open| **open) else {
                    continue;
                };
                match kind {
                    ChangeKind::Written => {
                        (*open, left) = (false, left - 1);
                        set(&mut columns, column, number_of(place), false);
                    }
                    ChangeKind::Cleared => cleared.push(column),
                }
            }
            for column in cleared {
                let Some(open) = open.get_mut(column).filter(|open| **open) else {
                    continue;
                };
                if !self.has_written(cloud, &lane.disk, column)? {
                    (*open, left) = (false, left - 1);
                }
            }
        }
        for (column, _) in open.iter().enumerate().filter(|(_, open)| **open) {
            if self.has_written(cloud, &oldest.disk, column)? {
                set(&mut columns, column, 0, place == 0);
            }
        }
        Ok(columns)
    }

    /// A later point: it pays for what was written since the one before, and refers to the rest.
    pub(super) fn next(
        &self,
        cloud: &Cloud,
        since: &HistoryLane,
        lane: u32,
        columns: &mut Columns,
    ) -> Result<(), InputError> {
        for column in columns.iter_mut().flatten() {
            column.pays = false;
        }
        for (column, kind) in self.changes_of(since) {
            match kind {
                ChangeKind::Written => set(columns, column, lane, true),
                ChangeKind::Cleared if !self.has_written(cloud, &since.disk, column)? => {
                    if let Some(column) = columns.get_mut(column) {
                        *column = None;
                    }
                }
                ChangeKind::Cleared => {}
            }
        }
        Ok(())
    }

    /// What changed in a lane, column by column.
    fn changes_of(&self, lane: &HistoryLane) -> impl Iterator<Item = (usize, ChangeKind)> {
        // They are in order: those before the window are passed over at once.
        let before = |changed: &ChangedRange| changed.range.last < self.window.first;
        let from = lane.changed.partition_point(before);
        let within = lane.changed.iter().skip(from);
        let within = within.take_while(|changed| changed.range.first <= self.window.last);
        within.flat_map(|changed| {
            self.columns_of(changed.range)
                .map(|column| (column, changed.kind))
        })
    }

    fn empty(&self) -> Columns {
        vec![None; usize::try_from(self.count).unwrap_or_default()]
    }

    fn column_of(&self, index: BlockIndex) -> usize {
        usize::try_from(index.saturating_sub(self.window.first) / self.width).unwrap_or(usize::MAX)
    }

    /// The columns that a range touches; none where it lies outside the window.
    fn columns_of(&self, range: BlockRange) -> std::ops::Range<usize> {
        if range.last < self.window.first || range.first > self.window.last {
            return 0..0;
        }
        self.column_of(range.first)..self.column_of(range.last.min(self.window.last)) + 1
    }

    /// Whether any block of a column is written.
    fn has_written(
        &self,
        cloud: &Cloud,
        disk: &DiskRestorePoint,
        column: usize,
    ) -> Result<bool, InputError> {
        let first = self.window.first + (column as u64).saturating_mul(self.width);
        let last = disk
            .block_size
            .blocks_in(disk.size)
            .saturating_sub(1)
            .min(self.window.last)
            .min(first + self.width - 1);
        let Some(range) = BlockRange::new(first, last) else {
            return Ok(false);
        };
        let source = Source::Snapshot(disk.snapshot);
        Ok(cloud.store().first_written(source, range)?.is_some())
    }
}
