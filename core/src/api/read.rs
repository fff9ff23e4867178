//! Reads of accounting and content.

use super::{
    BlockState, BlockVersionState, ChangedRangeState, ChangedRangesQuery, InputError, Lab,
    StoredBytesQuery,
};
use crate::cloud::{Cloud, DiskRestorePoint, RestorePoint, same_region};
use crate::digest::Digest;
use crate::ids::ResourceId;
use crate::order::{self, SmallMap};
use crate::restore::digest_of;
use crate::store::{BlockVersion, ChangeKind, SnapshotId, Source, VersionKind, VolumeId};
use crate::units::{BlockRange, BlockSize, ByteCount};

impl Lab {
    /// Distinct block versions over all retained points, or over those of a disk, a region, a VM.
    ///
    /// # Errors
    /// No such disk or VM.
    pub fn stored_bytes(&self, query: &StoredBytesQuery) -> Result<ByteCount, InputError> {
        let cloud = self.timeline.cloud();
        let disk = match &query.disk {
            Some(reference) => Some(captured_disk(cloud, reference)?),
            None => None,
        };
        let vm = match &query.vm {
            Some(reference) => Some(captured_vm(cloud, reference)?),
            None => None,
        };
        let in_region = |point: &RestorePoint| {
            query
                .region
                .as_ref()
                .is_none_or(|region| same_region(region, &point.location))
        };
        let of_vm =
            |point: &RestorePoint| vm.as_ref().is_none_or(|vm| point.virtual_machine == *vm);
        let snapshots = cloud
            .restore_points()
            .values()
            .filter(|point| in_region(point) && of_vm(point))
            .flat_map(|point| &point.disks)
            .filter(|captured| disk.as_ref().is_none_or(|disk| captured.disk == *disk))
            .map(|captured| captured.snapshot);
        let asked = order::distinct(snapshots.map(|snapshot| snapshot.0));
        // What the asked points hold: everything, less what deleting all others would free.
        let all = cloud
            .restore_points()
            .values()
            .flat_map(|point| &point.disks);
        let others: Vec<SnapshotId> = all
            .map(|captured| captured.snapshot)
            .filter(|snapshot| asked.binary_search(&snapshot.0).is_err())
            .collect();
        let freed = cloud.store().freed_by(&others)?;
        Ok(ByteCount(cloud.stored_bytes().0.saturating_sub(freed.0)))
    }

    /// What deleting these restore points together frees.
    ///
    /// # Errors
    /// No such restore point.
    pub fn freed_by(&self, restore_points: &[String]) -> Result<ByteCount, InputError> {
        self.freed_where(restore_points, |_| true)
    }

    /// What of it is freed on one disk.
    ///
    /// # Errors
    /// No such point.
    pub fn freed_on(
        &self,
        restore_points: &[String],
        disk: &ResourceId,
    ) -> Result<ByteCount, InputError> {
        self.freed_where(restore_points, |captured| captured.disk == *disk)
    }

    fn freed_where(
        &self,
        restore_points: &[String],
        counts: impl Fn(&DiskRestorePoint) -> bool,
    ) -> Result<ByteCount, InputError> {
        let cloud = self.timeline.cloud();
        let mut snapshots: Vec<SnapshotId> = Vec::new();
        for reference in restore_points {
            let (_, point) = cloud.find_restore_point(reference, "restorePoints")?;
            let disks = point.disks.iter().filter(|disk| counts(disk));
            snapshots.extend(disks.map(|disk| disk.snapshot));
        }
        Ok(cloud.store().freed_by(&snapshots)?)
    }

    /// The ranges of a disk that changed between two of its restore points, or since one.
    ///
    /// # Errors
    /// No such disk or point, or points of different families.
    pub fn changed_ranges(
        &self,
        query: &ChangedRangesQuery,
    ) -> Result<Vec<ChangedRangeState>, InputError> {
        let cloud = self.timeline.cloud();
        let of_point = |reference: &str, target| -> Result<&DiskRestorePoint, InputError> {
            let (_, point) = cloud.find_restore_point(reference, target)?;
            Ok(cloud
                .find_disk_restore_point(&query.disk, Some(&point_id(cloud, point)), "disk")?
                .1)
        };
        let from = of_point(&query.from, "from")?;
        let to = match &query.to {
            Some(reference) => Source::Snapshot(of_point(reference, "to")?.snapshot),
            None => Source::Head(cloud.find_disk(&query.disk, "disk")?.1.volume),
        };
        let ranges = cloud.store().changed_ranges(from.snapshot, to)?;
        Ok(ranges
            .into_iter()
            .map(|changed| ChangedRangeState {
                first: changed.range.first,
                last: changed.range.last,
                kind: match changed.kind {
                    ChangeKind::Written => "written".to_owned(),
                    ChangeKind::Cleared => "cleared".to_owned(),
                },
            })
            .collect())
    }

    /// The digest of what a disk, or a disk restore point, holds: equal content, equal digest.
    ///
    /// # Errors
    /// Nothing of that name.
    pub fn content_digest(&self, reference: &str) -> Result<Digest, InputError> {
        let cloud = self.timeline.cloud();
        let (source, block_size, size) = match cloud.find_disk(reference, "id") {
            Ok((_, disk)) => (Source::Head(disk.volume), disk.block_size, disk.size),
            Err(_) => {
                let (_, captured) = cloud.find_disk_restore_point(reference, None, "id")?;
                (
                    Source::Snapshot(captured.snapshot),
                    captured.block_size,
                    captured.size,
                )
            }
        };
        Ok(digest_of(
            cloud.store(),
            source,
            block_size,
            block_size.blocks_in(size),
        )?
        .0)
    }

    /// The disk restore point that an address reads now.
    ///
    /// # Errors
    /// The address was never given, was altered, ran out or was taken back.
    pub fn open_access(&self, address: &str) -> Result<super::OpenedAccess, InputError> {
        let (_, disk, until) = self.timeline.cloud().open(address)?;
        Ok(super::OpenedAccess {
            disk_restore_point: disk.id.clone(),
            size_bytes: disk.size,
            until,
        })
    }

    /// The first block from `first` to `last` of a disk that a restore point holds something in.
    ///
    /// # Errors
    /// No such point, or the disk is not in it.
    pub fn first_held(
        &self,
        disk: &str,
        restore_point: &str,
        first: u64,
        last: u64,
    ) -> Result<Option<u64>, InputError> {
        let cloud = self.timeline.cloud();
        let (_, captured) = cloud.find_disk_restore_point(disk, Some(restore_point), "disk")?;
        let Some(range) = BlockRange::new(first, last) else {
            return Ok(None);
        };
        let source = Source::Snapshot(captured.snapshot);
        Ok(cloud.store().first_written(source, range)?)
    }

    /// The versions of one block, who refers to them, who pays.
    ///
    /// # Errors
    /// No such disk, or the block lies outside it.
    pub fn block(&self, disk: &str, index: u64) -> Result<BlockState, InputError> {
        let cloud = self.timeline.cloud();
        let disk = shape_of(cloud, disk)?;
        let points = points_by_snapshot(cloud);
        let versions = cloud.store().block_versions(disk.volume, index)?;
        let taken = |snapshot: &SnapshotId| {
            let point = cloud.restore_points().get(points.get(snapshot)?)?;
            let mut disks = point.disks.iter();
            let disk = disks.find(|disk| disk.snapshot == *snapshot)?;
            Some((point.time_created, disk.writes))
        };
        let records = cloud.records();
        let versions = versions.into_iter().map(|version| {
            let after = version.after.as_ref().and_then(taken);
            let before = version.snapshots.first().and_then(taken);
            let from = after.map_or(0, |(_, writes)| writes);
            let to = match before {
                Some((_, writes)) => writes,
                None if version.live => records.len(disk.volume),
                None => from,
            };
            let write = if version.from_base {
                None
            } else {
                records.last_write(disk.volume, from, to, index)
            };
            let referenced_by: Vec<ResourceId> = version
                .snapshots
                .iter()
                .filter_map(|snapshot| points.get(snapshot).cloned())
                .collect();
            BlockVersionState {
                kind: if written(&version) {
                    "written"
                } else {
                    "cleared"
                }
                .to_owned(),
                written_after: version.after.and_then(|point| points.get(&point).cloned()),
                after: after.map(|(time, _)| time),
                captured_by: referenced_by.first().cloned(),
                before: before.map(|(time, _)| time),
                write: write.map(|(number, _)| number),
                write_kind: write.map(|(_, mark)| mark.kind().to_owned()),
                paid_by: referenced_by.first().filter(|_| written(&version)).cloned(),
                referenced_by,
                live: version.live,
            }
        });
        Ok(BlockState {
            index,
            versions: versions.collect(),
        })
    }
}

fn written(version: &BlockVersion) -> bool {
    version.kind == VersionKind::Written
}

fn point_id(cloud: &Cloud, point: &RestorePoint) -> String {
    let found = cloud
        .restore_points()
        .iter()
        .find(|(_, other)| other.sequence == point.sequence);
    found.map(|(id, _)| id.to_string()).unwrap_or_default()
}

/// The restore point that each snapshot belongs to.
pub(super) fn points_by_snapshot(cloud: &Cloud) -> SmallMap<SnapshotId, ResourceId> {
    let mut points = SmallMap::new();
    for (id, point) in cloud.restore_points().iter() {
        points.extend(point.disks.iter().map(|disk| (disk.snapshot, id.clone())));
    }
    points
}

/// What the content of a disk is laid out like.
pub(super) struct Shape {
    /// The disk.
    pub(super) id: ResourceId,
    /// Its content.
    pub(super) volume: VolumeId,
    /// The size of its blocks.
    pub(super) block_size: BlockSize,
    /// Its size.
    pub(super) size: ByteCount,
}

/// The shape of a disk that is there, or of one that is gone as its newest point has it.
pub(super) fn shape_of(cloud: &Cloud, reference: &str) -> Result<Shape, InputError> {
    let id = captured_disk(cloud, reference)?;
    if let Some(disk) = cloud.disks().get(&id) {
        return Ok(Shape {
            volume: disk.volume,
            block_size: disk.block_size,
            size: disk.size,
            id,
        });
    }
    let points = cloud.restore_points().values();
    let local = points.filter(|point| point.replication.is_none());
    let captured = local.flat_map(|point| point.disks.iter().map(|disk| (point.sequence, disk)));
    let of_disk = captured.filter(|(_, disk)| disk.disk == id);
    let newest = of_disk.max_by_key(|(sequence, _)| *sequence);
    let (_, disk) = newest.ok_or_else(|| not_there(cloud.find_disk(reference, "disk").err()))?;
    Ok(Shape {
        volume: disk.volume,
        block_size: disk.block_size,
        size: disk.size,
        id,
    })
}

/// A disk that is there, or one that is gone and has points.
fn captured_disk(cloud: &Cloud, reference: &str) -> Result<ResourceId, InputError> {
    if let Ok((id, _)) = cloud.find_disk(reference, "disk") {
        return Ok(id.clone());
    }
    let captured = cloud
        .restore_points()
        .values()
        .flat_map(|point| &point.disks)
        .map(|disk| &disk.disk);
    named(captured, reference).ok_or_else(|| not_there(cloud.find_disk(reference, "disk").err()))
}

/// A VM that is there, or one that is gone and has points.
pub(super) fn captured_vm(cloud: &Cloud, reference: &str) -> Result<ResourceId, InputError> {
    if let Ok((id, _)) = cloud.find_virtual_machine(reference, "vm") {
        return Ok(id.clone());
    }
    let captured = cloud
        .restore_points()
        .values()
        .map(|point| &point.virtual_machine);
    named(captured, reference)
        .ok_or_else(|| not_there(cloud.find_virtual_machine(reference, "vm").err()))
}

fn named<'a>(mut ids: impl Iterator<Item = &'a ResourceId>, reference: &str) -> Option<ResourceId> {
    let given = reference.parse::<ResourceId>().ok();
    ids.find(|id| given.as_ref() == Some(*id) || id.name().eq_ignore_ascii_case(reference))
        .cloned()
}

fn not_there(error: Option<crate::cloud::CommandError>) -> InputError {
    error.map_or_else(
        || InputError::new("ResourceNotFound", "", "nothing of that name"),
        InputError::from,
    )
}
