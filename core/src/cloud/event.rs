//! What happened.

use crate::ids::ResourceId;
use crate::json::{Read, Write};
use crate::units::SimInstant;

/// Something that happened, for people to read. Events explain; they are never replayed.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// When.
    pub at: SimInstant,
    /// What kind of thing.
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// The resource that it happened to.
    pub subject: ResourceId,
    /// One sentence.
    pub text: String,
}

/// The kinds of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum EventKind {
    /// A resource was made.
    Created,
    /// A resource was changed.
    Updated,
    /// A resource is gone.
    Deleted,
    /// Blocks of a disk were written or cleared.
    Written,
    /// The creation of a restore point began: its disks are captured.
    RestorePointStarted,
    /// A restore point is there.
    RestorePointSucceeded,
    /// The creation of a restore point failed.
    RestorePointFailed,
    /// The copy of a restore point to another region began.
    ReplicationStarted,
    /// Every disk of a copy has arrived.
    ReplicationSucceeded,
    /// A copy failed.
    ReplicationFailed,
    /// Access to a disk restore point was given or made longer.
    AccessGranted,
    /// Access to a disk restore point ended, by the clock or by command.
    AccessEnded,
    /// Something went wrong by an injected fault.
    FaultBegan,
    /// An injected fault is over.
    FaultEnded,
    /// A backup began.
    BackupStarted,
    /// A backup has what it wanted: its snapshot, and its data in the vault where it goes there.
    BackupSucceeded,
    /// A backup failed.
    BackupFailed,
    /// A deletion began.
    DeletionStarted,
    /// A disk or VM was restored.
    Restored,
    /// Something that a caller should know though it is no change.
    Noted,
}
