//! Why the store refuses a call. A refused call changes no answer and no digest; before it refuses
//! for memory the store may merge records that deletions left, and then takes less.

use super::{MAX_MEMORY_LIMIT_BYTES, SnapshotId, Source, VolumeId};

/// A call that the store refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No such disk, or its last snapshot and clone are gone.
    #[error("{volume} is not in the store; name a volume that create_volume or clone_volume gave")]
    UnknownVolume {
        /// The disk asked for.
        volume: VolumeId,
    },
    /// No such snapshot, or it was deleted.
    #[error("{snapshot} is not in the store; name one that is listed by snapshots")]
    UnknownSnapshot {
        /// The snapshot asked for.
        snapshot: SnapshotId,
    },
    /// The live disk was dropped; only its snapshots are left.
    #[error("{volume} has no live disk any more; read one of its snapshots or clone it")]
    HeadClosed {
        /// The disk asked for.
        volume: VolumeId,
    },
    /// Blocks beyond the end of the disk.
    #[error("blocks {first} to {last} are not on the disk; last may be {} at most", blocks.saturating_sub(1))]
    OutOfRange {
        /// First block asked for.
        first: u64,
        /// Last block asked for.
        last: u64,
        /// Blocks of the disk.
        blocks: u64,
    },
    /// More bytes than a block holds.
    #[error("{bytes} bytes do not fit in one block; give {block_size} bytes at most")]
    BlockTooLong {
        /// Bytes given.
        bytes: u64,
        /// Bytes of a block.
        block_size: u64,
    },
    /// A disk size that the store does not take.
    #[error("a disk of {blocks} blocks is refused; blocks must be from 1 to {limit}")]
    DiskSize {
        /// Blocks asked for.
        blocks: u64,
        /// The largest number of blocks.
        limit: u64,
    },
    /// Disks only grow.
    #[error("a disk of {blocks} blocks cannot shrink to {requested}; give {blocks} blocks or more")]
    ShrinkRefused {
        /// Blocks of the disk.
        blocks: u64,
        /// Blocks asked for.
        requested: u64,
    },
    /// The two ends of a comparison have no common history.
    #[error("{from} and {to} are not of one family; compare snapshots of the same disk")]
    DifferentFamilies {
        /// The older end.
        from: SnapshotId,
        /// The newer end.
        to: Source,
    },
    /// The call would take the store beyond its memory limit.
    #[error(
        "this needs {needed} bytes of memory and the limit is {limit}; give the store more (a lab by memoryLimitMiB, when it is made), to {MAX_MEMORY_LIMIT_BYTES} bytes at most, or write less"
    )]
    MemoryLimit {
        /// The limit in bytes.
        limit: u64,
        /// What the store would take with the call, in bytes.
        needed: u64,
    },
    /// A counter of ids is used up.
    #[error("no {kind} ids are left; start a new store")]
    IdsExhausted {
        /// What the id would have named.
        kind: &'static str,
    },
}

/// What [`super::Store::check_invariants`] found wrong: always a bug of the store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{volume:?}: {rule}: recorded {recorded}, counted {counted}")]
pub struct InvariantViolation {
    /// The disk, where the rule is about one.
    pub volume: Option<VolumeId>,
    /// The rule that does not hold.
    pub rule: &'static str,
    /// What the store has on record.
    pub recorded: u64,
    /// What a recount finds.
    pub counted: u64,
}
