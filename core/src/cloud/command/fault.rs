//! Commands about what goes wrong.

use crate::json::{Read, Write};
use crate::units::{SimDuration, SimInstant};

command_fields! {
    /// See [`super::Command::InjectFault`].
    InjectFault {
        /// What goes wrong; see [`FaultKind`].
        fault: FaultKind,
        /// Whom it befalls: a VM, a disk, a region, a group, a disk encryption set, a restore point.
        target: String,
        /// A name to clear it by; the fault's kind where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// When it begins; now where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<SimInstant>,
        /// How long it lasts; until it is cleared where left out.
        #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
        lasts: Option<SimDuration>,
        /// The chance that it happens, in thousandths, drawn anew every `every`; certain where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chance_thousandths: Option<u32>,
        /// How often chance is asked; a day where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        every: Option<SimDuration>,
    }
    /// See [`super::Command::ClearFault`].
    ClearFault {
        /// The fault's name.
        #[serde(alias = "fault")]
        name: String,
    }
}

/// What can go wrong by command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum FaultKind {
    /// The VM's agent does not answer.
    AgentNotReady,
    /// The VM's VSS writers fail.
    VssFailing,
    /// The VM's pre and post scripts fail.
    ScriptsFailing,
    /// The key of a disk encryption set is disabled.
    KeyDisabled,
    /// The key of a disk encryption set is deleted.
    KeyDeleted,
    /// A region is down.
    RegionDown,
    /// A zone is down, given as REGION/ZONE.
    ZoneDown,
    /// Copies into a region, or of one point, stand still.
    CopyStalled,
    /// The copy of one disk fails: the disk restore point or the copied point.
    CopyFailed,
    /// The service answers "too many requests" for a VM or a region.
    Throttled,
    /// A lock that forbids deletion appears on a resource or a group.
    LockPlaced,
    /// A data disk is detached.
    DiskDetached,
    /// Everything on a VM's disks is encrypted by an attacker.
    MassEncryption,
    /// A resource is deleted by mistake.
    AccidentalDelete,
    /// From then on a disk's content goes bad without a sign.
    SilentCorruption,
}
