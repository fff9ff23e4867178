//! Ransomware and silent corruption: which point of a disk is clean, and what shows it.

use crate::cloud::{Cloud, DiskRestorePoint, FaultKind, RestorePoint};
use crate::ids::ResourceId;
use crate::json::{Read, Write};
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

macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty),* $(,)? })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, Write)]
            #[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
            #[serde(rename_all = "camelCase")]
            pub struct $name { $($(#[$field_doc])* pub $field: $type),* }
        )*
    };
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
        /// What points before it usually stored; none where too few were taken.
        usual_bytes: Option<ByteCount>,
        /// Whether it stored far more than usual: more than four times.
        out_of_line: bool,
        /// Whether it was taken after the harm, as the lab knows it.
        harmed: bool,
    }
}

/// The points of every disk of a VM, and which is clean. `taken` are the instants at which points of the VM were
/// taken, also of those that are deleted.
#[must_use]
pub fn clean_points(cloud: &Cloud, vm: &ResourceId, taken: &[SimInstant]) -> Vec<DiskCleanPoints> {
    let of_vm = |point: &RestorePoint| point.virtual_machine == *vm && point.is_retained();
    let near = |point: &RestorePoint| of_vm(point) && point.replication.is_none();
    // What a vault holds counts where its snapshot is gone.
    let snapshots = cloud.restore_points().values().filter(|point| near(point));
    let instants: Vec<SimInstant> = snapshots.map(|point| point.time_created).collect();
    let vaulted = |point: &RestorePoint| {
        let alone = !instants.contains(&point.time_created);
        of_vm(point) && point.vault.is_some() && !point.is_replicating() && alone
    };
    let mut captured: Vec<(&ResourceId, &RestorePoint, &DiskRestorePoint)> = Vec::new();
    for (id, point) in cloud.restore_points().iter() {
        if near(point) || vaulted(point) {
            captured.extend(point.disks.iter().map(|disk| (id, point, disk)));
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
    taken: &[SimInstant],
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
    for (id, point, disk) in captured {
        let added = cloud.store().usage(disk.snapshot).unwrap_or_default().added;
        // A full point stores everything: it tells nothing of what is usual.
        let usual = usual(&before).filter(|_| !disk.full);
        let least = disk.block_size.bytes();
        let out_of_line =
            usual.is_some_and(|usual| added.0 > usual.max(least).saturating_mul(OUT_OF_LINE));
        if !out_of_line && !disk.full {
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
        let before = taken.iter().filter(|at| **at < since);
        let ages = before.map(|at| cloud.now().since(*at).seconds());
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
