//! Instant access: disks with provisioned performance are copied in the background after a point is there.
//! In a collection with `instantAccess` they can be read for a while before that copy is complete.

use super::call::at;
use super::points::sku;
use crate::cloud::{Cloud, DiskRestorePoint, RestorePoint};
use crate::ids::ResourceId;
use crate::model::ProvisioningState;
use crate::units::SimDuration;
use serde_json::Value;

/// Minutes that access lasts where nobody says.
const USUAL_MINUTES: u64 = 300;

/// How far the background copy of a disk is.
pub(super) struct Background {
    pub(super) percent: u64,
    /// `InstantAccess`, `AvailableWithInstantAccess`, `Available` or `Pending`.
    pub(super) access: &'static str,
}

/// Whether a disk's snapshots are copied in the background even within their region.
pub(super) fn hydrates(disk: &DiskRestorePoint) -> bool {
    matches!(sku(&disk.facts), "PremiumV2_LRS" | "UltraSSD_LRS")
}

/// The background copy of a disk of a local point, where its collection has instant access.
pub(super) fn background(
    cloud: &Cloud,
    id: &ResourceId,
    point: &RestorePoint,
    disk: &DiskRestorePoint,
) -> Option<Background> {
    let ready = point.state == ProvisioningState::Succeeded && point.replication.is_none();
    if !(ready && hydrates(disk) && cloud.has_instant_access(&point.collection)) {
        return None;
    }
    let kept = cloud.kept(id);
    let minutes = kept.and_then(|kept| at(kept, "properties.instantAccessDurationMinutes"));
    let minutes = minutes.and_then(Value::as_u64);
    let lasts = SimDuration::from_seconds(minutes.unwrap_or(USUAL_MINUTES) * 60);
    let passed = cloud.now().since(point.time_created);
    let (per_disk, _) = cloud.settings().copy_rates();
    let added = cloud
        .store()
        .usage(disk.snapshot)
        .map_or(0, |usage| usage.added.0);
    let begins = cloud.settings().copy_start().seconds();
    let takes = added.div_ceil(per_disk.max(1)).max(1);
    let percent = passed.seconds().saturating_sub(begins) * 100 / takes;
    let percent = percent.min(100);
    let access = match (passed < lasts, percent == 100) {
        (true, true) => "AvailableWithInstantAccess",
        (true, false) => "InstantAccess",
        (false, true) => "Available",
        (false, false) => "Pending",
    };
    Some(Background { percent, access })
}
