//! The blocks of one disk over its restore points, in columns.

use super::read::shape_of;
use super::{BlockColumn, BlockLane, BlockMap, InputError, Lab};
use crate::cloud::{Cloud, DiskRestorePoint, RestorePoint};
use crate::ids::ResourceId;
use crate::order;
use crate::store::{ChangeKind, SnapshotId, Source, VolumeId};
use crate::units::{BlockIndex, BlockRange};

/// The most columns that are worth asking for.
const MOST_COLUMNS: u32 = 4096;

/// Columns of one lane while it is filled: the newest writer, and whether the lane pays.
type Columns = Vec<Option<BlockColumn>>;

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
        let cloud = self.timeline.cloud();
        let found = shape_of(cloud, disk)?;
        if !(1..=MOST_COLUMNS).contains(&columns) {
            return Err(InputError::new(
                "InvalidField",
                "columns",
                format!("give 1 to {MOST_COLUMNS} columns"),
            ));
        }
        let blocks = found.block_size.blocks_in(found.size);
        let last = last.min(blocks.saturating_sub(1));
        let Some(window) = BlockRange::new(first, last) else {
            let message = format!("the disk has no blocks {first} to {last}");
            return Err(InputError::new("InvalidField", "first", message));
        };
        let shown = last - first + 1;
        let width = shown.div_ceil(u64::from(columns)).max(1);
        let count = shown.div_ceil(width);
        let captured = captured_of(cloud, found.volume);
        let mut lanes: Vec<BlockLane> = Vec::with_capacity(captured.len());
        let mut previous: Option<(SnapshotId, Columns)> = None;
        for (lane, (point_id, point, disk)) in captured.into_iter().enumerate() {
            let lane = u32::try_from(lane).unwrap_or(u32::MAX);
            let grid = Grid {
                window,
                width,
                count,
            };
            let filled = match previous {
                None => grid.first(cloud, disk, lane)?,
                Some((before, columns)) => grid.next(cloud, before, disk, lane, columns)?,
            };
            lanes.push(BlockLane {
                restore_point: point_id.clone(),
                name: point.name.clone(),
                disk_restore_point: disk.id.clone(),
                columns: filled.clone(),
            });
            previous = Some((disk.snapshot, filled));
        }
        Ok(BlockMap {
            disk: found.id,
            blocks,
            first_block: first,
            block_size_bytes: found.block_size.bytes(),
            blocks_per_column: width,
            lanes,
        })
    }
}

fn captured_of(
    cloud: &Cloud,
    volume: VolumeId,
) -> Vec<(&ResourceId, &RestorePoint, &DiskRestorePoint)> {
    let captured: Vec<_> = cloud
        .restore_points()
        .iter()
        .flat_map(|(id, point)| point.disks.iter().map(move |disk| (id, point, disk)))
        .filter(|(_, _, disk)| disk.volume == volume)
        .collect();
    order::by(captured, |(_, point, _)| point.sequence)
}

/// Columns of `width` blocks over a part of a disk.
struct Grid {
    window: BlockRange,
    width: u64,
    count: u64,
}

impl Grid {
    /// The oldest point: it pays for everything that it holds.
    fn first(
        &self,
        cloud: &Cloud,
        disk: &DiskRestorePoint,
        lane: u32,
    ) -> Result<Columns, InputError> {
        let mut columns = self.empty();
        self.for_each_written_column(cloud, disk, |column| {
            if let Some(column) = columns.get_mut(column) {
                *column = Some(BlockColumn {
                    writer: lane,
                    pays: true,
                });
            }
        })?;
        Ok(columns)
    }

    /// A later point: it pays for what was written since the one before, and refers to the rest.
    fn next(
        &self,
        cloud: &Cloud,
        before: SnapshotId,
        disk: &DiskRestorePoint,
        lane: u32,
        mut columns: Columns,
    ) -> Result<Columns, InputError> {
        for column in columns.iter_mut().flatten() {
            column.pays = false;
        }
        for changed in cloud
            .store()
            .changed_ranges(before, Source::Snapshot(disk.snapshot))?
        {
            for column in self.columns_of(changed.range) {
                match changed.kind {
                    ChangeKind::Written => {
                        if let Some(column) = columns.get_mut(column) {
                            *column = Some(BlockColumn {
                                writer: lane,
                                pays: true,
                            });
                        }
                    }
                    ChangeKind::Cleared if !self.has_written(cloud, disk, column)? => {
                        if let Some(column) = columns.get_mut(column) {
                            *column = None;
                        }
                    }
                    ChangeKind::Cleared => {}
                }
            }
        }
        Ok(columns)
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
        let mut any = false;
        cloud
            .store()
            .for_each_written(Source::Snapshot(disk.snapshot), range, |_, content| {
                any |= content.is_written()
            })?;
        Ok(any)
    }

    fn for_each_written_column(
        &self,
        cloud: &Cloud,
        disk: &DiskRestorePoint,
        mut visit: impl FnMut(usize),
    ) -> Result<(), InputError> {
        let blocks = disk.block_size.blocks_in(disk.size);
        let Some(all) = blocks
            .checked_sub(1)
            .and_then(|last| BlockRange::new(self.window.first, last.min(self.window.last)))
        else {
            return Ok(());
        };
        let mut last = None;
        cloud.store().for_each_written(
            Source::Snapshot(disk.snapshot),
            all,
            |index, content| {
                let column = self.column_of(index);
                if content.is_written() && last != Some(column) {
                    visit(column);
                    last = Some(column);
                }
            },
        )?;
        Ok(())
    }
}
