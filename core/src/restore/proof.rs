//! The proof of a restore: three readings of every block.
//!
//! The source as it was at the instant of the point is rebuilt from the record of its writes, which
//! the block store has no part in; the disk restore point and the restored disk are read through the
//! ordinary read path. All three are hashed alike. One block that differs fails the proof.

use super::digest_of;
use crate::cloud::{Cloud, DiskRestorePoint, ManagedDisk};
use crate::digest::Digest;
use crate::ids::ResourceId;
use crate::json::Write;
use crate::store::{Content, ContentHasher, Source, StoreError};
use crate::units::{BlockIndex, BlockRange};

/// Why there is nothing to prove.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The disk was not made by a restore.
    #[error("`{disk}` was not restored from a restore point")]
    NotRestored {
        /// The disk.
        disk: ResourceId,
    },
    /// Its restore point is gone.
    #[error(
        "the disk restore point `{disk_restore_point}` of `{disk}` is gone; prove a restore before deleting its point"
    )]
    PointGone {
        /// The disk.
        disk: ResourceId,
        /// What it was restored from.
        disk_restore_point: ResourceId,
    },
    /// The block store refused a reading.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the three readings of one disk gave.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct DiskProof {
    /// Whether all three readings agree.
    pub equal: bool,
    /// The restored disk.
    pub disk: ResourceId,
    /// The disk restore point.
    pub disk_restore_point: ResourceId,
    /// The source at the instant of the point, from the record of its writes.
    pub source_digest: Digest,
    /// The disk restore point as it reads now.
    pub point_digest: Digest,
    /// The restored disk as it reads now, over the size of the source.
    pub restored_digest: Digest,
    /// Blocks that hold something, in the reading of the point.
    pub blocks_read: u64,
    /// The first block where the readings differ.
    pub first_difference: Option<u64>,
    /// Whether the restored disk was written to since it was restored.
    pub written_since: bool,
}

/// Proves one restored disk.
///
/// # Errors
/// See [`ProofError`].
pub fn prove_disk(
    cloud: &Cloud,
    id: &ResourceId,
    disk: &ManagedDisk,
) -> Result<DiskProof, ProofError> {
    let from = disk
        .restored_from
        .as_ref()
        .ok_or_else(|| ProofError::NotRestored { disk: id.clone() })?;
    let points = cloud.restore_points().values();
    let points = points.chain(cloud.snapshots().values());
    let mut captured = points.flat_map(|point| &point.disks);
    let source = captured
        .find(|captured| captured.id == *from)
        .ok_or_else(|| ProofError::PointGone {
            disk: id.clone(),
            disk_restore_point: from.clone(),
        })?;
    let blocks = source.block_size.blocks_in(source.size);
    let mut expected = ContentHasher::new(source.block_size, blocks);
    cloud
        .records()
        .content_at(source.volume, source.writes)
        .for_each(|index, content| expected.add(index, content));
    let (source_digest, _) = expected.finish();
    let read = |from| digest_of(cloud.store(), from, source.block_size, blocks);
    let (point_digest, blocks_read) = read(Source::Snapshot(source.snapshot))?;
    let (restored_digest, _) = read(Source::Head(disk.volume))?;
    let mut proof = DiskProof {
        equal: source_digest == point_digest && point_digest == restored_digest,
        disk: id.clone(),
        disk_restore_point: source.id.clone(),
        source_digest,
        point_digest,
        restored_digest,
        blocks_read,
        first_difference: None,
        written_since: cloud.records().len(disk.volume) > 0,
    };
    if !proof.equal {
        proof.first_difference = first_difference(cloud, source, disk, blocks)?;
    }
    Ok(proof)
}

/// The first block that the record, the point and the restored disk do not agree on.
fn first_difference(
    cloud: &Cloud,
    source: &DiskRestorePoint,
    disk: &ManagedDisk,
    blocks: u64,
) -> Result<Option<BlockIndex>, StoreError> {
    let Some(all) = blocks
        .checked_sub(1)
        .and_then(|last| BlockRange::new(0, last))
    else {
        return Ok(None);
    };
    let written = |content: Content<'_>| matches!(content, Content::Pattern(_) | Content::Bytes(_));
    let differs =
        |index: BlockIndex, content: Content<'_>, from: Source| -> Result<bool, StoreError> {
            let read = cloud.store().read(from, index)?;
            Ok(read != content && (written(read) || written(content)))
        };
    let mut first: Option<BlockIndex> = None;
    let mut note = |index: BlockIndex| first = Some(first.map_or(index, |known| known.min(index)));
    let (point, restored) = (Source::Snapshot(source.snapshot), Source::Head(disk.volume));
    let mut failed = None;
    cloud
        .records()
        .content_at(source.volume, source.writes)
        .for_each(|index, content| {
            for from in [point, restored] {
                match differs(index, content, from) {
                    Ok(true) => note(index),
                    Ok(false) => {}
                    Err(error) => failed = Some(error),
                }
            }
        });
    for (here, there) in [(point, restored), (restored, point)] {
        cloud
            .store()
            .for_each_written(here, all, |index, content| {
                match differs(index, content, there) {
                    Ok(true) => note(index),
                    Ok(false) => {}
                    Err(error) => failed = Some(error),
                }
            })?;
    }
    failed.map_or(Ok(first), Err)
}

#[cfg(test)]
mod tests;
