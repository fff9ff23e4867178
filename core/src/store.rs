//! Copy-on-write block store: disks, their snapshots, and exact accounts of what each one holds.
//!
//! A disk is a [`VolumeId`] with a live head and the family of its snapshots. Taking a snapshot
//! copies nothing. Snapshots are deleted in any order, and what a deletion frees is known before it
//! happens, for one snapshot or for any set. `core/docs/store.md` has the definitions, the
//! structure and its costs.

mod batch;
mod byte_blocks;
mod chain;
mod check;
mod checkpoint;
mod content;
mod content_digest;
mod diff;
mod error;
mod family;
mod held;
mod hot;
mod identity;
mod ids;
mod index;
mod layers;
mod ledger;
mod links;
mod memory;
mod merge;
mod owners;
mod payload;
mod read;
mod record;
mod slab;
mod snapshots;
mod sort;
mod timeline;
mod usage;
mod write;

pub use content::{Content, stamp};
pub use content_digest::ContentHasher;
pub use diff::{ChangeKind, ChangedRange};
pub use error::{InvariantViolation, StoreError};
pub use ids::{SnapshotId, Source, VolumeId};
pub use memory::{MAX_MEMORY_LIMIT_BYTES, MemoryUse};
pub use owners::{BlockVersion, VersionKind};
pub use usage::{Freed, Held, Usage};

use crate::order::SmallMap;
use crate::units::{BlockRange, BlockSize};
use checkpoint::Kept;
use family::{Family, Pool};
use identity::Change;
use record::LEAF_BLOCKS;
use std::collections::BTreeMap;

/// Blocks of a leaf, what the store keeps together.
pub(crate) const BLOCKS_OF_A_LEAF: u64 = LEAF_BLOCKS;

/// The largest disk in blocks: 256 TiB of 4 KiB blocks.
pub const MAX_BLOCKS: u64 = LEAF_BLOCKS << 30;

/// How a store is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreOptions {
    /// Memory that the store may take, in bytes. Calls that add content are refused beyond it.
    /// Counted the same on every machine: what the store keeps, not what an allocator rounds it to.
    /// At most [`MAX_MEMORY_LIMIT_BYTES`]; a higher limit is taken as that.
    pub memory_limit_bytes: u64,
}

impl Default for StoreOptions {
    /// 1 GiB: well within a browser tab.
    fn default() -> Self {
        Self {
            memory_limit_bytes: 1 << 30,
        }
    }
}

/// All disks of a lab with their snapshots. A clone of the store is independent of it; the two share what
/// neither has changed since. [`Store::checkpoint`] makes one that leaves the store itself as fast as it was.
#[derive(Clone, Debug)]
pub struct Store {
    memory_limit_bytes: u64,
    families: SmallMap<VolumeId, Kept>,
    /// Retained snapshots: their disk and the epoch of their point.
    snapshots: BTreeMap<SnapshotId, (VolumeId, u32)>,
    pool: Pool,
    next_volume: u32,
    next_snapshot: u64,
    /// The sum of [`Family::bytes`].
    family_bytes: u64,
    /// Leaves written so far.
    work: u64,
}

impl Default for Store {
    fn default() -> Self {
        Self::new(StoreOptions::default())
    }
}

impl Store {
    /// An empty store.
    #[must_use]
    pub fn new(options: StoreOptions) -> Self {
        Self {
            memory_limit_bytes: options.memory_limit_bytes.min(MAX_MEMORY_LIMIT_BYTES),
            families: SmallMap::new(),
            snapshots: BTreeMap::new(),
            pool: Pool::default(),
            next_volume: 0,
            next_snapshot: 0,
            family_bytes: 0,
            work: 0,
        }
    }

    /// A new disk of `blocks` blocks, none of them ever written.
    ///
    /// # Errors
    /// [`StoreError::DiskSize`], [`StoreError::MemoryLimit`], [`StoreError::IdsExhausted`].
    pub fn create_volume(
        &mut self,
        block_size: BlockSize,
        blocks: u64,
    ) -> Result<VolumeId, StoreError> {
        check_size(blocks)?;
        let mut family = Family::new(block_size, blocks, None);
        family.identity = family
            .identity
            .after(Change::Create, &[block_size.bytes(), blocks]);
        self.add_family(family)
    }

    /// Makes the live disk larger; the new blocks were never written.
    ///
    /// # Errors
    /// [`StoreError::ShrinkRefused`], [`StoreError::DiskSize`], or the disk is unknown or closed.
    pub fn resize(&mut self, volume: VolumeId, blocks: u64) -> Result<(), StoreError> {
        let family = open_family(&mut self.families, volume)?;
        if blocks < family.blocks {
            let requested = blocks;
            return Err(StoreError::ShrinkRefused {
                blocks: family.blocks,
                requested,
            });
        }
        check_size(blocks)?;
        family.blocks = blocks;
        family.identity = family.identity.after(Change::Resize, &[blocks]);
        Ok(())
    }

    /// The block size of a disk and its snapshots.
    ///
    /// # Errors
    /// [`StoreError::UnknownVolume`].
    pub fn block_size(&self, volume: VolumeId) -> Result<BlockSize, StoreError> {
        Ok(self.family(volume)?.block_size)
    }

    /// The size in blocks of a live disk, or of the disk when the snapshot was taken.
    ///
    /// # Errors
    /// The source is unknown or closed.
    pub fn blocks(&self, source: Source) -> Result<u64, StoreError> {
        Ok(self.view(source)?.blocks)
    }

    /// All disks, the closed ones with snapshots left included, in order of creation.
    pub fn volumes(&self) -> impl Iterator<Item = VolumeId> {
        self.families.keys().copied()
    }

    fn add_family(&mut self, family: Family) -> Result<VolumeId, StoreError> {
        self.make_room(family.bytes())?;
        let volume = VolumeId(self.next_volume);
        let next = self.next_volume.checked_add(1);
        self.next_volume = next.ok_or(StoreError::IdsExhausted { kind: "volume" })?;
        self.family_bytes += family.bytes();
        self.families.insert(volume, Kept::new(family));
        Ok(volume)
    }

    fn family(&self, volume: VolumeId) -> Result<&Family, StoreError> {
        match self.families.get(&volume) {
            Some(family) => Ok(family),
            None => Err(StoreError::UnknownVolume { volume }),
        }
    }
}

fn check_size(blocks: u64) -> Result<(), StoreError> {
    if (1..=MAX_BLOCKS).contains(&blocks) {
        Ok(())
    } else {
        Err(StoreError::DiskSize {
            blocks,
            limit: MAX_BLOCKS,
        })
    }
}

fn check_range(range: BlockRange, blocks: u64) -> Result<(), StoreError> {
    let BlockRange { first, last } = range;
    if first <= last && last < blocks {
        Ok(())
    } else {
        Err(StoreError::OutOfRange {
            first,
            last,
            blocks,
        })
    }
}

/// The disk to change; copied first where a copy of the store shares it.
fn family_mut(families: &mut SmallMap<VolumeId, Kept>, volume: VolumeId) -> Option<&mut Family> {
    families.get_mut(&volume).map(Kept::change)
}

fn open_family(
    families: &mut SmallMap<VolumeId, Kept>,
    volume: VolumeId,
) -> Result<&mut Family, StoreError> {
    match family_mut(families, volume) {
        Some(family) if family.head.is_some() => Ok(family),
        Some(_) => Err(StoreError::HeadClosed { volume }),
        None => Err(StoreError::UnknownVolume { volume }),
    }
}

#[cfg(test)]
impl Store {
    /// Damages content as failing memory would: flips a bit of every block of user bytes.
    pub(crate) fn damage_bytes(&mut self) {
        self.pool.payloads.damage_bytes();
    }
}
