//! What is backed up by a policy, as callers see it.

use super::FailureState;
use crate::cloud::{Cloud, JobPhase, ProtectedItem, RecoveryPoint, Task};
use crate::ids::ResourceId;
use crate::json::Write;
use crate::model::ConsistencyMode;
use crate::policy::{BackupPolicy, BackupService, RetentionRule};
use crate::units::SimInstant;

/// A VM or a disk that a service backs up.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct ProtectedItemState {
    /// Its id.
    pub id: ResourceId,
    /// Its name.
    pub name: String,
    /// Who backs it up.
    pub service: BackupService,
    /// The vault, where the service has one.
    pub vault: Option<String>,
    /// The VM; of Azure Disk Backup the disk.
    pub virtual_machine: ResourceId,
    /// When it is backed up, and how long points are kept.
    pub policy: BackupPolicy,
    /// The region that points of its vault are copied to, where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secondary_region: Option<String>,
    /// The disks left out.
    pub exclude_disks: Vec<ResourceId>,
    /// Whether it is backed up no more.
    pub stopped: bool,
    /// When its schedule runs next.
    pub next_backup: Option<SimInstant>,
    /// What is being done.
    pub job: Option<BackupJobState>,
    /// What was taken and is kept, the oldest first.
    pub recovery_points: Vec<RecoveryPointState>,
    /// Why the last backup failed, if it did.
    pub last_failure: Option<FailureState>,
}

/// A backup that runs.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct BackupJobState {
    /// The recovery point that it makes.
    pub recovery_point: String,
    /// How far it is.
    pub phase: JobPhase,
    /// When it began.
    pub started: SimInstant,
    /// Whether somebody asked for it.
    pub on_demand: bool,
}

/// What was taken at one instant, and where it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct RecoveryPointState {
    /// Its name.
    pub name: String,
    /// The instant.
    pub time: SimInstant,
    /// What the guest gave.
    pub consistency_mode: ConsistencyMode,
    /// Whether somebody asked for it.
    pub on_demand: bool,
    /// The restore point, or the snapshot, of its snapshot tier, while that is kept.
    pub snapshot_tier: Option<ResourceId>,
    /// The point of its vault tier, once it is on its way there.
    pub vault_tier: Option<ResourceId>,
    /// From when on it can be restored in the paired region, where it will be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_secondary_from: Option<SimInstant>,
    /// The first instant at which the policy keeps it no longer; it goes at the clean-up after that.
    pub kept_until: SimInstant,
    /// By which rule.
    pub kept_by: RetentionRule,
}

/// Every protected item.
pub(super) fn items(cloud: &Cloud) -> Vec<ProtectedItemState> {
    let mut items = Vec::new();
    for item in cloud.protected() {
        items.push(shown(cloud, item));
    }
    items
}

fn shown(cloud: &Cloud, item: &ProtectedItem) -> ProtectedItemState {
    let runs = |task: &Task| matches!(task, Task::Backup(of, _) if *of == item.id);
    let next = cloud.agenda().iter().find(|(_, task)| runs(task));
    let mut recovery_points = Vec::new();
    for point in &item.points {
        recovery_points.push(recovery_point(cloud, item, point));
    }
    ProtectedItemState {
        id: item.id.clone(),
        name: item.id.name().to_owned(),
        service: item.service,
        vault: item.vault.clone(),
        virtual_machine: item.source.clone(),
        policy: item.policy.clone(),
        secondary_region: item.secondary.clone(),
        exclude_disks: item.exclude_disks.clone(),
        stopped: item.stopped,
        next_backup: next.map(|(at, _)| at),
        job: item.job.as_ref().map(|job| BackupJobState {
            recovery_point: job.point.clone(),
            phase: job.phase,
            started: job.started,
            on_demand: job.on_demand,
        }),
        recovery_points,
        last_failure: item
            .last_failure
            .clone()
            .map(|(code, message)| FailureState {
                code: code.as_str().to_owned(),
                message,
            }),
    }
}

fn recovery_point(
    cloud: &Cloud,
    item: &ProtectedItem,
    point: &RecoveryPoint,
) -> RecoveryPointState {
    let kept = item.policy.kept_until(point.time, point.first_of_day);
    RecoveryPointState {
        name: point.name.clone(),
        time: point.time,
        consistency_mode: point.consistency_mode,
        on_demand: point.keep_until.is_some(),
        snapshot_tier: point.snapshot.clone(),
        vault_tier: point.vault.clone(),
        in_secondary_from: cloud.in_secondary_from(item, point),
        kept_until: point.keep_until.unwrap_or(kept.until),
        kept_by: kept.by,
    }
}
