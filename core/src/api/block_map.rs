//! The blocks of one disk over its restore points, in columns.

use super::read::shape_of;
use super::{BlockColumn, BlockLane, BlockMap, InputError, Lab};
use crate::cloud::{Cloud, Command, DiskRestorePoint, RestorePoint};
use crate::ids::ResourceId;
use crate::order;
use crate::store::{ChangeKind, ChangedRange, Source, VolumeId};
use crate::timeline::LogEntry;
use crate::units::{BlockIndex, BlockRange, BlockSize, SimDuration, SimInstant};
use std::sync::Arc;

/// The most columns that are worth asking for.
const MOST_COLUMNS: u32 = 4096;

/// Columns of one lane while it is filled: the newest writer, and whether the lane pays.
type Columns = Vec<Option<BlockColumn>>;

/// How many blocks are looked at first for one that was written; twice as many each time after.
const FIRST_LOOK: u64 = 64;

/// What changed from each retained point of a disk to the next: what every map of the disk is made from, as long as
/// the lab stays as it is.
#[derive(Clone, Debug)]
pub struct BlockHistory {
    disk: ResourceId,
    block_size: BlockSize,
    blocks: u64,
    lanes: Vec<HistoryLane>,
    /// Of which lab it is, and until when.
    log: Vec<Arc<LogEntry>>,
    now: SimInstant,
}

/// A point, and what changed since the one before it.
#[derive(Clone, Debug)]
struct HistoryLane {
    point: ResourceId,
    name: String,
    captured: SimInstant,
    disk: DiskRestorePoint,
    changed: Arc<Vec<ChangedRange>>,
}

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

    /// What changed from each retained point of a disk to the next.
    ///
    /// # Errors
    /// No such disk.
    pub fn block_history(&self, disk: &str) -> Result<BlockHistory, InputError> {
        Ok(self.block_history_since(disk, None, usize::MAX)?.0)
    }

    /// The same, given what was found out `before`, of this lab at another time, of one that it was branched off, or of
    /// any other: what holds of it is not found out again. At most `most` points are looked at anew; whether that was
    /// all of them. Where it was not, what comes back has the first points only, and is the `before` to go on with.
    ///
    /// # Errors
    /// No such disk.
    pub fn block_history_since(
        &self,
        disk: &str,
        before: Option<&BlockHistory>,
        most: usize,
    ) -> Result<(BlockHistory, bool), InputError> {
        let cloud = self.timeline.cloud();
        let found = shape_of(cloud, disk)?;
        let before = before.filter(|before| before.disk == found.id);
        let log = self.timeline.log();
        let common = before.and_then(|before| before.is_of(log, cloud.now()));
        let mut known = before
            .map(|before| before.lanes.as_slice())
            .unwrap_or_default();
        let mut last_known = None;
        let (mut lanes, mut new, mut all): (Vec<HistoryLane>, _, _) = (Vec::new(), 0, true);
        for (id, point, disk) in captured_of(cloud, found.volume) {
            // Both are in the order of their snapshots.
            while let Some((first, left)) = known.split_first()
                && first.disk.snapshot < disk.snapshot
            {
                (last_known, known) = (Some(first), left);
            }
            let same = known
                .first()
                .filter(|lane| lane.disk.snapshot == disk.snapshot)
                .filter(|lane| common.is_some_and(|common| lane.captured < common));
            let changed = match (lanes.last(), same, last_known) {
                (None, ..) => Arc::default(),
                (Some(last), Some(same), Some(known))
                    if known.disk.snapshot == last.disk.snapshot =>
                {
                    Arc::clone(&same.changed)
                }
                (Some(last), ..) => {
                    if new == most {
                        all = false;
                        break;
                    }
                    new += 1;
                    let from = last.disk.snapshot;
                    let to = Source::Snapshot(disk.snapshot);
                    Arc::new(cloud.store().changed_ranges(from, to)?)
                }
            };
            lanes.push(HistoryLane {
                point: id.clone(),
                name: point.name.clone(),
                captured: point.time_created,
                disk: disk.clone(),
                changed,
            });
        }
        let history = BlockHistory {
            disk: found.id,
            block_size: found.block_size,
            blocks: found.block_size.blocks_in(found.size),
            lanes,
            log: log.to_vec(),
            now: cloud.now(),
        };
        Ok((history, all))
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
        let cloud = self.timeline.cloud();
        if !(1..=MOST_COLUMNS).contains(&columns) {
            return Err(InputError::new(
                "InvalidField",
                "columns",
                format!("give 1 to {MOST_COLUMNS} columns"),
            ));
        }
        let blocks = history.blocks;
        let last = last.min(blocks.saturating_sub(1));
        let Some(window) = BlockRange::new(first, last) else {
            let message = format!("the disk has no blocks {first} to {last}");
            return Err(InputError::new("InvalidField", "first", message));
        };
        let shown = last - first + 1;
        let width = shown.div_ceil(u64::from(columns)).max(1);
        let count = shown.div_ceil(width);
        let grid = Grid {
            window,
            width,
            count,
        };
        let mut lanes: Vec<BlockLane> = Vec::with_capacity(history.lanes.len());
        for (number, lane) in (0_u32..).zip(&history.lanes) {
            let columns = match lanes.last() {
                None => grid.first(cloud, &lane.disk, number)?,
                Some(before) => grid.next(cloud, lane, number, before.columns.clone())?,
            };
            lanes.push(BlockLane {
                restore_point: lane.point.clone(),
                name: lane.name.clone(),
                disk_restore_point: lane.disk.id.clone(),
                columns,
            });
        }
        Ok(BlockMap {
            disk: history.disk.clone(),
            blocks,
            first_block: first,
            block_size_bytes: history.block_size.bytes(),
            blocks_per_column: width,
            lanes,
        })
    }
}

impl BlockHistory {
    /// Until when a lab with this log has gone the same way; what happened before that instant happened in both.
    fn is_of(&self, log: &[Arc<LogEntry>], now: SimInstant) -> Option<SimInstant> {
        let both = self.log.iter().zip(log);
        let same = both.take_while(|(own, other)| Arc::ptr_eq(own, other));
        let same = same.count();
        if same == self.log.len().max(log.len()) && self.now == now {
            return Some(now.plus(SimDuration::from_seconds(1)));
        }
        let until = undisturbed(&self.log, same, self.now).min(undisturbed(log, same, now));
        // There is no point before the first command, and labs that begin otherwise share none.
        (same > 0).then_some(until)
    }
}

/// Until when nothing but time passed after the first `count` commands. How it was cut into advances changes nothing.
fn undisturbed(log: &[Arc<LogEntry>], count: usize, now: SimInstant) -> SimInstant {
    let mut after = log.iter().skip(count);
    let next = after.find(|entry| !matches!(entry.command, Command::AdvanceClock(_)));
    next.map_or(now, |entry| entry.at)
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
        for (number, column) in columns.iter_mut().enumerate() {
            if self.has_written(cloud, disk, number)? {
                *column = Some(BlockColumn {
                    writer: lane,
                    pays: true,
                });
            }
        }
        Ok(columns)
    }

    /// A later point: it pays for what was written since the one before, and refers to the rest.
    fn next(
        &self,
        cloud: &Cloud,
        since: &HistoryLane,
        lane: u32,
        mut columns: Columns,
    ) -> Result<Columns, InputError> {
        for column in columns.iter_mut().flatten() {
            column.pays = false;
        }
        // They are in order: those before the window are passed over at once.
        let before = |changed: &ChangedRange| changed.range.last < self.window.first;
        let from = since.changed.partition_point(before);
        let within = since.changed.iter().skip(from);
        for changed in within.take_while(|changed| changed.range.first <= self.window.last) {
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
                    ChangeKind::Cleared if !self.has_written(cloud, &since.disk, column)? => {
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

    /// Whether any block of a column is written. A column that is used is seen by its first blocks.
    fn has_written(
        &self,
        cloud: &Cloud,
        disk: &DiskRestorePoint,
        column: usize,
    ) -> Result<bool, InputError> {
        let mut first = self.window.first + (column as u64).saturating_mul(self.width);
        let last = disk
            .block_size
            .blocks_in(disk.size)
            .saturating_sub(1)
            .min(self.window.last)
            .min(first + self.width - 1);
        let mut look = FIRST_LOOK;
        let mut any = false;
        while let Some(range) = BlockRange::new(first, last.min(first.saturating_add(look - 1))) {
            cloud.store().for_each_written(
                Source::Snapshot(disk.snapshot),
                range,
                |_, content| any |= content.is_written(),
            )?;
            if any || range.last >= last {
                break;
            }
            first = range.last + 1;
            look = look.saturating_mul(2);
        }
        Ok(any)
    }
}
