//! Protected items: what a service backs up by a policy, and what it has taken.

use super::RefusalCode;
use crate::ids::ResourceId;
use crate::json::Write;
use crate::model::{ConsistencyMode, FactValue};
use crate::policy::{BackupPolicy, BackupService};
use crate::units::SimInstant;

/// A VM or a disk that a service backs up.
#[derive(Clone, Debug, Write)]
pub struct ProtectedItem {
    /// Its id.
    pub id: ResourceId,
    /// Who backs it up.
    pub service: BackupService,
    /// The vault's name, where the service has one.
    pub vault: Option<String>,
    /// The VM; for Azure Disk Backup the disk.
    pub source: ResourceId,
    /// When it is backed up, and how long points are kept.
    pub policy: BackupPolicy,
    /// The disks left out.
    pub exclude_disks: Vec<ResourceId>,
    /// Where its snapshots are: a collection, or for Azure Disk Backup a resource group.
    pub collection: ResourceId,
    /// Where its vault's copies are.
    pub vault_collection: Option<ResourceId>,
    /// Collections in other regions that every point is copied to; a copy is kept as long as its point.
    pub copy_to: Vec<ResourceId>,
    /// The region that points of its vault are copied to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secondary: Option<String>,
    /// Since when its vault does that, where it did not from the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secondary_since: Option<SimInstant>,
    /// The redundancy of its vault, where it was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_redundancy: Option<String>,
    /// Whether the vault restores in the paired region, where it was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cross_region_restore: Option<bool>,
    /// Network interfaces that the VM had when protection began, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interfaces: Option<FactValue>,
    /// The roles of the vault's identity, where they were said, and since when they work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<(Vec<String>, SimInstant)>,
    /// Whether it is backed up no more.
    pub stopped: bool,
    /// Which of its schedules is in force, so that the runs of an earlier one are told apart.
    pub schedule: u64,
    /// How many points were taken.
    pub taken: u64,
    /// What is being done.
    pub job: Option<BackupJob>,
    /// The on-demand backups begun lately: when, and whether it succeeded.
    pub on_demand: Vec<(SimInstant, bool)>,
    /// What was taken and is kept, the oldest first.
    pub points: Vec<RecoveryPoint>,
    /// Why the last backup failed, if it did: code and message.
    pub last_failure: Option<(RefusalCode, String)>,
}

/// What was taken at one instant, and where it is kept.
#[derive(Clone, Debug, Write)]
pub struct RecoveryPoint {
    /// Its name.
    pub name: String,
    /// The instant.
    pub time: SimInstant,
    /// For an on-demand backup: until when it is kept.
    pub keep_until: Option<SimInstant>,
    /// Whether it is the first of its day, which alone goes to the vault by schedule.
    pub first_of_day: bool,
    /// What the guest gave.
    pub consistency_mode: ConsistencyMode,
    /// The restore point that is its snapshot tier, while that is kept.
    pub snapshot: Option<ResourceId>,
    /// The point that is its vault tier, once it is there.
    pub vault: Option<ResourceId>,
}

/// A backup that runs.
#[derive(Clone, Debug, Write)]
pub struct BackupJob {
    /// When it began.
    pub started: SimInstant,
    /// How far it is.
    pub phase: JobPhase,
    /// The name of the recovery point.
    pub point: String,
    /// Whether somebody asked for it.
    pub on_demand: bool,
}

/// How far a backup is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum JobPhase {
    /// The snapshot is taken; it can be cancelled.
    Snapshot,
    /// Data goes to the vault; it cannot be cancelled any more.
    Transfer,
}

impl ProtectedItem {
    /// The recovery point that its job makes.
    pub(super) fn in_progress(&mut self) -> Option<&mut RecoveryPoint> {
        let name = &self.job.as_ref()?.point;
        self.points.iter_mut().find(|point| point.name == *name)
    }
}
