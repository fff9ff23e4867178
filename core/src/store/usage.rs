//! What snapshots hold, share and cost.

use super::family::Family;
use super::{SnapshotId, Source, Store, StoreError, VolumeId};
use crate::digest::Hasher;
use crate::json::Write;
use crate::order::{self, SmallMap};
use crate::units::ByteCount;

/// What one snapshot holds. Counted in whole blocks, over the retained snapshots of its family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Write)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Every written block of the snapshot; holes and blocks never written are not counted.
    pub referenced: ByteCount,
    /// What no other retained snapshot holds: what deleting this one alone frees.
    pub unique: ByteCount,
    /// What another retained snapshot holds too: `referenced - unique`.
    pub shared: ByteCount,
    /// What its creation stored: all that it holds and the retained snapshot before it did not.
    /// The first of a family is full. Later deletions do not change this number.
    pub added: ByteCount,
    /// What no older retained snapshot holds: summed over a family, this is what is stored.
    pub pays: ByteCount,
}

/// What no retained snapshot of a family holds but something else keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Write)]
#[serde(rename_all = "camelCase")]
pub struct Held {
    /// Kept by the live disk, whether or not clones read it too.
    pub live: ByteCount,
    /// Kept only for disks cloned from snapshots that were deleted since.
    pub clones: ByteCount,
}

/// What a deletion freed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Write)]
#[serde(rename_all = "camelCase")]
pub struct Freed {
    /// The snapshot's unique bytes when it was deleted. Where the live disk or a clone still uses
    /// some of them, these move to [`Held`].
    pub bytes: ByteCount,
}

impl Store {
    /// What a snapshot holds.
    ///
    /// # Errors
    /// [`StoreError::UnknownSnapshot`].
    pub fn usage(&self, snapshot: SnapshotId) -> Result<Usage, StoreError> {
        let (family, at) = self.point(snapshot)?;
        family
            .usage(at)
            .ok_or(StoreError::UnknownSnapshot { snapshot })
    }

    /// What deleting a snapshot alone frees: [`Usage::unique`], without the rest.
    ///
    /// # Errors
    /// [`StoreError::UnknownSnapshot`].
    pub fn unique(&self, snapshot: SnapshotId) -> Result<ByteCount, StoreError> {
        let (family, at) = self.point(snapshot)?;
        Ok(family.block_size.bytes_of(family.only_held_by(at, at)))
    }

    /// The written blocks of a live disk or a snapshot.
    ///
    /// # Errors
    /// The source is unknown or closed.
    pub fn written(&self, source: Source) -> Result<ByteCount, StoreError> {
        match source {
            Source::Snapshot(snapshot) => self.usage(snapshot).map(|usage| usage.referenced),
            Source::Head(volume) => {
                let family = self.family(self.view(Source::Head(volume))?.volume)?;
                Ok(family.block_size.bytes_of(family.ledger.live_total()))
            }
        }
    }

    /// What deleting all of `snapshots` frees: every version that they hold and no other retained
    /// snapshot does. Exact for any set, of any number of disks; naming one twice counts once.
    ///
    /// # Errors
    /// [`StoreError::UnknownSnapshot`].
    pub fn freed_by(&self, snapshots: &[SnapshotId]) -> Result<ByteCount, StoreError> {
        let mut sets: SmallMap<VolumeId, Vec<usize>> = SmallMap::new();
        for &snapshot in snapshots {
            let volume = self.view(Source::Snapshot(snapshot))?.volume;
            let (_, at) = self.point(snapshot)?;
            if let Some(positions) = sets.or_insert_with(volume, Vec::new) {
                order::join(positions, [at]);
            }
        }
        let mut freed = ByteCount::ZERO;
        for (volume, positions) in sets {
            let family = self.family(volume)?;
            freed += family.block_size.bytes_of(family.freed_by(&positions));
        }
        Ok(freed)
    }

    /// What all retained snapshots of a disk hold together, each version counted once.
    ///
    /// # Errors
    /// [`StoreError::UnknownVolume`].
    pub fn stored(&self, volume: VolumeId) -> Result<ByteCount, StoreError> {
        let family = self.family(volume)?;
        Ok(family.block_size.bytes_of(family.stored()))
    }

    /// What is kept beyond the retained snapshots. A clone's live disk counts what it reads of its
    /// base as its own, as a restored disk is billed in full.
    ///
    /// # Errors
    /// [`StoreError::UnknownVolume`].
    pub fn held(&self, volume: VolumeId) -> Result<Held, StoreError> {
        let family = self.family(volume)?;
        let held = family.held();
        Ok(Held {
            live: family.block_size.bytes_of(held.live),
            clones: family.block_size.bytes_of(held.clones),
        })
    }

    /// The retained snapshots of a disk, oldest first.
    ///
    /// # Errors
    /// [`StoreError::UnknownVolume`].
    pub fn snapshots(&self, volume: VolumeId) -> Result<Vec<SnapshotId>, StoreError> {
        let points = &self.family(volume)?.points;
        Ok(points
            .iter()
            .filter(|point| point.retained)
            .map(|point| point.snapshot)
            .collect())
    }

    /// Whether a disk has retained snapshots.
    ///
    /// # Errors
    /// [`StoreError::UnknownVolume`].
    pub fn has_snapshots(&self, volume: VolumeId) -> Result<bool, StoreError> {
        let points = &self.family(volume)?.points;
        Ok(points.iter().rev().any(|point| point.retained))
    }

    /// The disk that a snapshot is of.
    ///
    /// # Errors
    /// [`StoreError::UnknownSnapshot`].
    pub fn volume_of(&self, snapshot: SnapshotId) -> Result<VolumeId, StoreError> {
        Ok(self.view(Source::Snapshot(snapshot))?.volume)
    }

    /// Feeds the logical state: the next ids; of every disk, in order, its block size, size, base
    /// and the history of its live content; of every snapshot its history, size and usage. Reads
    /// no block: content goes in as the history of writes that made it. Equal command sequences
    /// give equal digests; refused calls do not count.
    pub fn digest_into(&self, hasher: &mut Hasher) {
        hasher.update(b"store");
        hasher.update_u64(u64::from(self.next_volume));
        hasher.update_u64(self.next_snapshot);
        hasher.update_u64(self.families.len() as u64);
        for (volume, family) in &self.families {
            hasher.update_u64(u64::from(volume.0));
            family.digest_into(hasher);
        }
    }

    pub(super) fn point(&self, snapshot: SnapshotId) -> Result<(&Family, usize), StoreError> {
        let view = self.view(Source::Snapshot(snapshot))?;
        let family = self.family(view.volume)?;
        let at = family.point_position(view.epoch);
        Ok((family, at.ok_or(StoreError::UnknownSnapshot { snapshot })?))
    }
}

impl Family {
    fn usage(&self, at: usize) -> Option<Usage> {
        let point = self.points.get(at)?;
        let unique = self.only_held_by(at, at);
        Some(Usage {
            referenced: self.block_size.bytes_of(point.referenced),
            unique: self.block_size.bytes_of(unique),
            shared: self.block_size.bytes_of(point.referenced - unique),
            added: self.block_size.bytes_of(point.added),
            pays: self.block_size.bytes_of(self.paid_by(at)),
        })
    }

    fn digest_into(&self, hasher: &mut Hasher) {
        hasher.update_u64(self.block_size.bytes());
        hasher.update_u64(self.blocks);
        hasher.update_u64(self.base.map_or(u64::MAX, |base| u64::from(base.volume.0)));
        hasher.update_u64(self.base.map_or(u64::MAX, |base| u64::from(base.epoch)));
        hasher.update_u64(self.head.map_or(u64::MAX, |_| self.ledger.live_total()));
        self.identity.digest_into(hasher);
        hasher.update_u64(self.points.len() as u64);
        for (at, point) in self.points.iter().enumerate() {
            hasher.update_u64(point.snapshot.0);
            hasher.update_u64(u64::from(point.retained));
            hasher.update_u64(u64::from(point.clones));
            hasher.update_u64(point.blocks);
            hasher.update_u64(point.referenced);
            hasher.update_u64(point.added);
            hasher.update_u64(if point.retained {
                self.only_held_by(at, at)
            } else {
                0
            });
            point.identity.digest_into(hasher);
        }
    }
}
