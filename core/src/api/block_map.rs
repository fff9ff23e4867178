//! The blocks of one disk over its restore points, in columns.

use super::block_grid::{Grid, number_of};
use super::block_history::BlockHistory;
use super::{BlockLane, BlockMap, InputError, Lab};
use std::ops::Range;

impl Lab {
    /// One lane for each retained point of a disk, oldest first, in at most `columns` columns.
    ///
    /// A column shows its newest block: who wrote it. It is tall where the lane's point pays for any
    /// block in it.
    ///
    /// # Errors
    /// No such disk, or no columns.
    pub fn block_map(&self, disk: &str, columns: u32) -> Result<BlockMap, InputError> {
        self.block_map_within(disk, 0, u64::MAX, columns)
    }

    /// The same for the blocks from `first` to `last` alone: a part of the disk, seen closer.
    ///
    /// # Errors
    /// No such disk, no columns, or no such blocks.
    pub fn block_map_within(
        &self,
        disk: &str,
        first: u64,
        last: u64,
        columns: u32,
    ) -> Result<BlockMap, InputError> {
        self.block_map_of(&self.block_history(disk)?, first, last, columns)
    }

    /// The map of a part of a disk, from what was found out about the disk before. The lab must not have changed since.
    ///
    /// # Errors
    /// No columns, or no such blocks; points that have gone since.
    pub fn block_map_of(
        &self,
        history: &BlockHistory,
        first: u64,
        last: u64,
        columns: u32,
    ) -> Result<BlockMap, InputError> {
        self.block_lanes_of(history, 0..usize::MAX, first, last, columns)
    }

    /// The same with some of the lanes alone, by their places among all. What lies before them is looked at only for what
    /// they still show of it.
    ///
    /// # Errors
    /// As [`block_map_of`](Self::block_map_of).
    pub fn block_lanes_of(
        &self,
        history: &BlockHistory,
        lanes: Range<usize>,
        first: u64,
        last: u64,
        columns: u32,
    ) -> Result<BlockMap, InputError> {
        let cloud = self.timeline.cloud();
        let grid = Grid::over(history.blocks, first, last, columns)?;
        let mut columns = grid.before(cloud, &history.lanes, lanes.start)?;
        let mut found = Vec::new();
        let asked = history.lanes.iter().enumerate().skip(lanes.start);
        for (place, lane) in asked.take_while(|(place, _)| *place < lanes.end) {
            // Of the first lane all is known by now.
            if place > 0 {
                grid.next(cloud, lane, number_of(place), &mut columns)?;
            }
            found.push(BlockLane {
                restore_point: lane.point.clone(),
                name: lane.name.clone(),
                disk_restore_point: lane.disk.id.clone(),
                columns: columns.clone(),
            });
        }
        Ok(BlockMap {
            disk: history.disk.clone(),
            blocks: history.blocks,
            first_block: first,
            block_size_bytes: history.block_size.bytes(),
            blocks_per_column: grid.width,
            lanes: found,
        })
    }
}
