//! Ransomware and silent corruption: which point of a disk is clean, and what shows it.

use crate::cloud::{Cloud, DiskRestorePoint, FaultKind, RestorePoint};
use crate::ids::ResourceId;
use crate::json::{Read, answers};
use crate::model::ProvisioningState;
use crate::order;
use crate::units::{ByteCount, SimInstant};

/// A point is out of line where it stores more than so many times what the points before it usually did.
const OUT_OF_LINE: u64 = 4;
/// So many points before it show what is usual.
const USUAL_OVER: usize = 3;
const DAY: u64 = 86_400;

/// Whose points are looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CleanPointsQuery {
    /// The VM: one that is there, or one that is gone and has points.
    pub vm: String,
}

answers! {
    /// The points of one disk, and which of them is clean.
    DiskCleanPoints {
        /// The disk.
        disk: ResourceId,
        /// Its points, the oldest first.
        points: Vec<CapturedChange>,
        /// What the change rate tells: the newest point before the first one out of line. None where no point is
        /// out of line, or none is before it.
        last_clean_by_rate: Option<ResourceId>,
        /// Whether any point is out of line: whether anybody would see it by its change rate.
        shows_in_rate: bool,
        /// The newest point that is kept and was taken before the harm, as the lab knows it.
        last_clean: Option<ResourceId>,
        /// What harms the disk, as the lab knows it.
        harm: Option<FaultKind>,
        /// Since when.
        harmed_since: Option<SimInstant>,
        /// How old the newest clean point is: what is lost with it.
        loss_seconds: Option<u64>,
        /// Days that daily points must be kept for one from before the harm to be there now; none where there is
        /// one, or where none was ever taken.
        retention_days_needed: Option<u64>,
    }
    /// What a point of a disk stored.
    CapturedChange {
        /// The restore point, or the snapshot.
        point: ResourceId,
        /// The instant that it captured.
        captured: SimInstant,
        /// What it stored.
        added_bytes: ByteCount,
        /// What points before it usually stored, or where those are deleted all that are kept; none where too few were
        /// taken.
        usual_bytes: Option<ByteCount>,
        /// Whether it stored far more than usual: more than four times.
        out_of_line: bool,
        /// Whether it was taken after the harm, as the lab knows it.
        harmed: bool,
    }
}

/// The points of every disk of a VM, and which is clean. `taken` are the instants at which points of the VM, or of the
/// disk that is named, were taken, also of those that are deleted.
#[must_use]
pub fn clean_points(
    cloud: &Cloud,
    vm: &ResourceId,
    taken: &[(Option<ResourceId>, SimInstant)],
) -> Vec<DiskCleanPoints> {
    let usable = |point: &RestorePoint| {
        let there = point.state == ProvisioningState::Succeeded && !point.is_replicating();
        point.virtual_machine == *vm && there
    };
    // Of one instant the point beside the VM is looked at; what a vault or another region holds where that is gone.
    let rank = |point: &RestorePoint| match (&point.vault, &point.replication) {
        (None, None) => 0,
        (Some(_), _) => 1,
        (None, Some(_)) => 2,
    };
    let points = cloud.restore_points().iter();
    let points: Vec<(&ResourceId, &RestorePoint)> =
        points.filter(|(_, point)| usable(point)).collect();
    let mut instants: Vec<SimInstant> = Vec::new();
    let mut captured: Vec<(&ResourceId, &RestorePoint, &DiskRestorePoint)> = Vec::new();
    for place in 0..=2 {
        let from = instants.len();
        for (id, point) in points.iter().filter(|(_, point)| rank(point) == place) {
            let instant = point.time_created;
            let earlier = instants.get(..from).unwrap_or_default();
            let beside = place == 2 && instants.contains(&instant);
            if earlier.contains(&instant) || beside {
                continue;
            }
            instants.push(instant);
            captured.extend(point.disks.iter().map(|disk| (*id, *point, disk)));
        }
    }
    let attached = cloud.virtual_machines().get(vm);
    let attached: Vec<ResourceId> = attached
        .into_iter()
        .flat_map(|vm| {
            vm.attachments
                .iter()
                .filter_map(|one| one.managed().cloned())
        })
        .collect();
    for (id, snapshot) in cloud.snapshots().iter() {
        if id != &snapshot.collection && attached.contains(&snapshot.collection) {
            captured.extend(snapshot.disks.iter().map(|disk| (id, snapshot, disk)));
        }
    }
    let start = cloud.now();
    let age = |point: &RestorePoint| u64::MAX - start.since(point.time_created).seconds();
    let disks = order::few(captured.iter().map(|(_, _, disk)| disk.disk.clone()));
    let all = disks.into_iter().map(|disk| {
        let own = captured
            .iter()
            .filter(|(_, _, own)| own.disk == disk)
            .copied();
        of_disk(
            cloud,
            &disk,
            order::by(own.collect(), |(_, point, _)| age(point)),
            taken,
        )
    });
    all.collect()
}

fn of_disk(
    cloud: &Cloud,
    disk: &ResourceId,
    captured: Vec<(&ResourceId, &RestorePoint, &DiskRestorePoint)>,
    taken: &[(Option<ResourceId>, SimInstant)],
) -> DiskCleanPoints {
    let live = cloud
        .disks()
        .get(disk)
        .and_then(|disk| disk.damage.as_ref());
    let of_points = captured
        .iter()
        .rev()
        .find_map(|(_, _, disk)| disk.damage.as_ref());
    let damage = live.or(of_points);
    let mut points: Vec<CapturedChange> = Vec::new();
    let mut before: Vec<u64> = Vec::new();
    let added = |disk: &DiskRestorePoint| {
        let usage = cloud.store().usage(disk.snapshot).unwrap_or_default();
        usage.added
    };
    // Where rotation has left too few before it, all that are kept show what is usual: all but the oldest one, which
    // has come to hold what those before it did.
    let rotated = captured.first().is_some_and(|(_, _, disk)| !disk.full);
    let kept = captured.iter().skip(1).filter(|(_, _, disk)| !disk.full);
    let kept: Vec<u64> = kept.map(|(_, _, disk)| added(disk).0).collect();
    let of_all = usual(&kept).filter(|_| rotated);
    for (place, (id, point, disk)) in captured.into_iter().enumerate() {
        let added = added(disk);
        let inherits = rotated && place == 0;
        // A full point stores everything: it tells nothing of what is usual.
        let usual = usual(&before).or(of_all);
        let usual = usual.filter(|_| !disk.full && !inherits);
        let least = disk.block_size.bytes();
        let out_of_line =
            usual.is_some_and(|usual| added.0 > usual.max(least).saturating_mul(OUT_OF_LINE));
        if !out_of_line && !disk.full && !inherits {
            before.push(added.0);
        }
        points.push(CapturedChange {
            point: id.clone(),
            captured: point.time_created,
            added_bytes: added,
            usual_bytes: usual.map(ByteCount),
            out_of_line,
            harmed: disk.damage.is_some(),
        });
    }
    let first_out = points.iter().position(|point| point.out_of_line);
    let by_rate = first_out.and_then(|at| points.get(at.checked_sub(1)?));
    let clean = points.iter().rev().find(|point| !point.harmed);
    let since = damage.map(|damage| damage.since);
    let lost = clean.is_none();
    let needed = since.filter(|_| lost).and_then(|since| {
        let own = taken
            .iter()
            .filter(|(of, _)| of.as_ref().is_none_or(|of| of == disk));
        let before = own.filter(|(_, at)| *at < since);
        let ages = before.map(|(_, at)| cloud.now().since(*at).seconds());
        Some(ages.min()? / DAY + 1)
    });
    DiskCleanPoints {
        disk: disk.clone(),
        last_clean_by_rate: by_rate.map(|point| point.point.clone()),
        shows_in_rate: first_out.is_some(),
        last_clean: clean
            .map(|point| point.point.clone())
            .filter(|_| damage.is_some()),
        harm: damage.map(|damage| damage.fault),
        harmed_since: since,
        loss_seconds: clean
            .filter(|_| damage.is_some())
            .map(|point| cloud.now().since(point.captured).seconds()),
        retention_days_needed: needed,
        points,
    }
}

/// The median of what was stored before; none where that is too little to tell.
fn usual(before: &[u64]) -> Option<u64> {
    let ordered = order::by(before.to_vec(), |bytes| *bytes);
    (ordered.len() >= USUAL_OVER).then(|| ordered.get(ordered.len() / 2).copied())?
}
