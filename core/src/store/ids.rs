//! Names of disks and snapshots inside a store.

use serde::Serialize;
use std::fmt;

/// A disk of the store: its live head and the family of its snapshots. Never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct VolumeId(pub u32);

/// A snapshot of the store. Never reused; a later snapshot has a larger id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SnapshotId(pub u64);

/// What can be read: a disk as it is now, or one of its snapshots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// The live disk.
    Head(VolumeId),
    /// A retained snapshot.
    Snapshot(SnapshotId),
}

impl fmt::Display for VolumeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "volume {}", self.0)
    }
}

impl fmt::Display for SnapshotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "snapshot {}", self.0)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head(volume) => write!(f, "the head of {volume}"),
            Self::Snapshot(snapshot) => snapshot.fmt(f),
        }
    }
}
