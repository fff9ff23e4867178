//! What changed in a disk from each of its restore points to the next.

use super::read::shape_of;
use super::{InputError, Lab};
use crate::cloud::{Cloud, Command, DiskRestorePoint, RestorePoint};
use crate::ids::ResourceId;
use crate::order;
use crate::store::{ChangedRange, SnapshotId, Source, VolumeId};
use crate::timeline::LogEntry;
use crate::units::{BlockSize, SimDuration, SimInstant};
use std::sync::Arc;

/// What changed from each retained point of a disk to the next: what every map of the disk is made from, as long as
/// the lab stays as it is.
#[derive(Clone, Debug)]
pub struct BlockHistory {
    pub(super) disk: ResourceId,
    pub(super) block_size: BlockSize,
    pub(super) blocks: u64,
    pub(super) lanes: Vec<HistoryLane>,
    /// Of which lab it is, and until when.
    log: Vec<Arc<LogEntry>>,
    now: SimInstant,
}

/// A point, and what changed since the one before it.
#[derive(Clone, Debug)]
pub(super) struct HistoryLane {
    pub(super) point: ResourceId,
    pub(super) name: String,
    captured: SimInstant,
    pub(super) disk: DiskRestorePoint,
    /// The one before it, which `changed` is since; none for the first, which is held against nothing.
    since: Option<SnapshotId>,
    pub(super) changed: Arc<Vec<ChangedRange>>,
}

impl Lab {
    /// What changed from each retained point of a disk to the next.
    ///
    /// # Errors
    /// No such disk.
    pub fn block_history(&self, disk: &str) -> Result<BlockHistory, InputError> {
        Ok(self.block_history_since(disk, &[], usize::MAX)?.0)
    }

    /// The same, given what was `known` before, each of this lab at another time, of one that it was branched off, or of
    /// any other: what holds of it is not found out again. At most `most` points are looked at anew; whether that was
    /// all of them. Where it was not, what comes back has the first points only, and is known when this is asked again.
    ///
    /// # Errors
    /// No such disk.
    pub fn block_history_since(
        &self,
        disk: &str,
        known: &[&BlockHistory],
        most: usize,
    ) -> Result<(BlockHistory, bool), InputError> {
        let cloud = self.timeline.cloud();
        let found = shape_of(cloud, disk)?;
        let (log, now) = (self.timeline.log(), cloud.now());
        let of_disk = known.iter().filter(|known| known.disk == found.id);
        let known: Vec<(&BlockHistory, SimInstant)> = of_disk
            .filter_map(|known| Some((*known, known.is_of(log, now)?)))
            .collect();
        let (mut lanes, mut new, mut all): (Vec<HistoryLane>, _, _) = (Vec::new(), 0, true);
        for (id, point, disk) in captured_of(cloud, found.volume) {
            let since = lanes.last().map(|lane| lane.disk.snapshot);
            let same = |(known, common): &(&BlockHistory, SimInstant)| {
                let lane = known.lane(disk.snapshot)?;
                let holds = lane.since == since && lane.captured < *common;
                holds.then(|| Arc::clone(&lane.changed))
            };
            let changed = match (since, known.iter().find_map(same)) {
                (None, _) => Arc::default(),
                (_, Some(same)) => same,
                (Some(since), None) => {
                    if new == most {
                        all = false;
                        break;
                    }
                    new += 1;
                    let to = Source::Snapshot(disk.snapshot);
                    Arc::new(cloud.store().changed_ranges(since, to)?)
                }
            };
            lanes.push(HistoryLane {
                point: id.clone(),
                name: point.name.clone(),
                captured: point.time_created,
                disk: disk.clone(),
                since,
                changed,
            });
        }
        let history = BlockHistory {
            disk: found.id,
            block_size: found.block_size,
            blocks: found.block_size.blocks_in(found.size),
            lanes,
            log: log.to_vec(),
            now,
        };
        Ok((history, all))
    }
}

impl BlockHistory {
    /// The points that have a lane, in the order of the lanes.
    pub fn points(&self) -> impl ExactSizeIterator<Item = &ResourceId> {
        self.lanes.iter().map(|lane| &lane.point)
    }

    /// The lane of a snapshot; they are in the order of these.
    fn lane(&self, snapshot: SnapshotId) -> Option<&HistoryLane> {
        let own = |lane: &HistoryLane| lane.disk.snapshot;
        let place = self.lanes.binary_search_by_key(&snapshot, own).ok()?;
        self.lanes.get(place)
    }

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
