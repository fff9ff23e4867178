//! The proof of a restore: three readings of every block.
//!
//! The source as it was at the instant of the point is rebuilt from the record of its writes, which
//! the block store has no part in; the disk restore point and the restored disk are read through the
//! ordinary read path. All three are hashed alike. One block that differs fails the proof.

mod looks;

use crate::cloud::{Cloud, DiskRestorePoint, ManagedDisk, Painting};
use crate::digest::Digest;
use crate::ids::ResourceId;
use crate::json::Write;
use crate::store::{Content, ContentHasher, Source, StoreError};
use crate::units::{BlockIndex, BlockRange};
use looks::Looks;

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
    let mut proving = DiskProving::new(cloud, id, disk)?;
    loop {
        if let Some(proof) = proving.go_on()? {
            return Ok(proof);
        }
    }
}

/// What is read, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// The record of the source's writes.
    Written,
    /// The disk restore point.
    Point,
    /// The restored disk.
    Restored,
    /// All three, for the first block that differs.
    Difference,
}

/// The proof of one restored disk, bit by bit.
#[derive(Debug)]
pub struct DiskProving<'a> {
    cloud: &'a Cloud,
    disk: &'a ManagedDisk,
    source: &'a DiskRestorePoint,
    written: Painting<'a>,
    blocks: u64,
    reading: Reading,
    looks: Looks,
    hasher: ContentHasher,
    proof: DiskProof,
}

impl<'a> DiskProving<'a> {
    /// Begins a proof.
    ///
    /// # Errors
    /// There is nothing to prove: see [`ProofError`].
    pub fn new(
        cloud: &'a Cloud,
        id: &ResourceId,
        disk: &'a ManagedDisk,
    ) -> Result<Self, ProofError> {
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
        let none = ContentHasher::new(source.block_size, blocks).finish().0;
        Ok(Self {
            cloud,
            disk,
            source,
            written: cloud.records().content_at(source.volume, source.writes),
            blocks,
            reading: Reading::Written,
            looks: Looks::over(blocks),
            hasher: ContentHasher::new(source.block_size, blocks),
            proof: DiskProof {
                equal: false,
                disk: id.clone(),
                disk_restore_point: source.id.clone(),
                source_digest: none,
                point_digest: none,
                restored_digest: none,
                blocks_read: 0,
                first_difference: None,
                written_since: cloud.records().len(disk.volume) > 0,
            },
        })
    }

    /// Of a thousand, how much was read.
    #[must_use]
    pub fn thousandths(&self) -> u64 {
        let read = self.reading as u64;
        ((read * 1000 + self.looks.thousandths()) / 3).min(1000)
    }

    /// Reads a little more. `None` while there is more to read.
    ///
    /// # Errors
    /// The block store refused a reading.
    pub fn go_on(&mut self) -> Result<Option<DiskProof>, ProofError> {
        if let Some(range) = self.looks.next() {
            let found = self.look(range)?;
            self.looks.found(range, found);
        }
        if self.looks.next().is_some() && self.proof.first_difference.is_none() {
            return Ok(None);
        }
        Ok(self.turned().then(|| self.proof.clone()))
    }

    /// Looks at a range; how many blocks hold something.
    fn look(&mut self, range: BlockRange) -> Result<u64, StoreError> {
        let (hasher, mut found) = (&mut self.hasher, 0);
        let add = |index, content: Content<'_>| {
            found += 1;
            hasher.add(index, content);
        };
        let store = self.cloud.store();
        match self.reading {
            Reading::Written => self.written.for_each_in(range, add),
            Reading::Point => {
                store.for_each_written(Source::Snapshot(self.source.snapshot), range, add)?;
            }
            Reading::Restored => {
                store.for_each_written(Source::Head(self.disk.volume), range, add)?;
            }
            Reading::Difference => {
                (self.proof.first_difference, found) = self.first_difference(range)?;
            }
        }
        Ok(found)
    }

    /// Whether all three readings agree, block by block: what equal digests say, for who does not want these.
    ///
    /// # Errors
    /// The block store refused a reading.
    pub fn agrees(&self) -> Result<bool, StoreError> {
        let store = self.cloud.store();
        let readings = [
            Source::Snapshot(self.source.snapshot),
            Source::Head(self.disk.volume),
        ];
        let mut looks = Looks::over(self.blocks);
        let mut written: Vec<(BlockIndex, Content<'_>)> = Vec::new();
        while let Some(range) = looks.next() {
            written.clear();
            self.written.for_each_in(range, |index, content| {
                if content.is_written() {
                    written.push((index, content));
                }
            });
            let mut most = written.len();
            for reading in readings {
                let (mut at, mut same) = (0, true);
                store.for_each_written(reading, range, |index, content| {
                    same &= written.get(at) == Some(&(index, content));
                    at += 1;
                })?;
                if !same || at != written.len() {
                    return Ok(false);
                }
                most = most.max(at);
            }
            looks.found(range, most as u64);
        }
        Ok(true)
    }

    /// Ends a reading and begins the next one. Whether there is none.
    fn turned(&mut self) -> bool {
        let empty = ContentHasher::new(self.source.block_size, self.blocks);
        let (digest, blocks) = std::mem::replace(&mut self.hasher, empty).finish();
        let proof = &mut self.proof;
        self.looks = self.looks.again();
        self.reading = match self.reading {
            Reading::Written => {
                proof.source_digest = digest;
                Reading::Point
            }
            Reading::Point => {
                (proof.point_digest, proof.blocks_read) = (digest, blocks);
                Reading::Restored
            }
            Reading::Restored => {
                proof.restored_digest = digest;
                proof.equal = proof.source_digest == proof.point_digest
                    && proof.point_digest == proof.restored_digest;
                if proof.equal {
                    return true;
                }
                Reading::Difference
            }
            Reading::Difference => return true,
        };
        false
    }

    /// The first block of a range that the record, the point and the restored disk do not agree on, and how many were
    /// looked at.
    fn first_difference(&self, range: BlockRange) -> Result<(Option<BlockIndex>, u64), StoreError> {
        let store = self.cloud.store();
        let written =
            |content: Content<'_>| matches!(content, Content::Pattern(_) | Content::Bytes(_));
        let (mut first, mut found, mut failed) = (None::<BlockIndex>, 0, None);
        let mut compare = |index: BlockIndex, content: Content<'_>, from: Source| {
            found += 1;
            match store.read(from, index) {
                Ok(read) if read != content && (written(read) || written(content)) => {
                    first = Some(first.map_or(index, |known| known.min(index)));
                }
                Ok(_) => {}
                Err(error) => failed = Some(error),
            }
        };
        let point = Source::Snapshot(self.source.snapshot);
        let restored = Source::Head(self.disk.volume);
        self.written.for_each_in(range, |index, content| {
            for from in [point, restored] {
                compare(index, content, from);
            }
        });
        for (here, there) in [(point, restored), (restored, point)] {
            store.for_each_written(here, range, |index, content| {
                compare(index, content, there);
            })?;
        }
        failed.map_or(Ok((first, found)), Err)
    }
}

#[cfg(test)]
mod tests;
