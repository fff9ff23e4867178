//! Plans: what becomes of them, and what a lab shows of what they foretell.

use super::{Calibration, Forecast, InputError, Lab, ObservedDisk, Plan, PlanComparison};
use crate::cloud::{Cloud, ProtectedItem, RestorePoint};
use crate::forecast::{self, ObservedSnapshot, RegionRpo, Usable, achieved};
use crate::ids::ResourceId;
use crate::json::Write;
use crate::matrix::normalise_region;
use crate::policy::BackupService;
use crate::units::SimInstant;

/// How old the last usable point of a VM was, in each region that had any.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct MachineRpo {
    /// The VM's id, when its points were taken; a disk's, where Azure Disk Backup backs up one that no VM has.
    pub virtual_machine: ResourceId,
    /// Region by region, in the order in which they had a usable point first.
    pub regions: Vec<RegionRpo>,
}

/// Foretells a plan.
///
/// # Errors
/// The first field of the plan that cannot be.
pub fn forecast(plan: &Plan) -> Result<Forecast, InputError> {
    Ok(forecast::forecast(plan)?)
}

/// Holds plans against each other, and picks the cheapest that nothing rules out.
///
/// # Errors
/// The services of the support matrix are not loaded, or a fleet that cannot be judged. What is wrong with one
/// plan is a reason that rules it out.
pub fn compare_plans(plans: &[Plan]) -> Result<PlanComparison, InputError> {
    Ok(forecast::compare_plans(plans)?)
}

/// Reads change rates off the sizes of incremental snapshots.
///
/// # Errors
/// A disk without two snapshots, or of which nothing is used.
pub fn calibrate(disks: &[ObservedDisk]) -> Result<Vec<Calibration>, InputError> {
    Ok(forecast::calibrate(disks)?)
}

/// What can be restored of one VM in one region, as it came and went.
struct Watched {
    virtual_machine: ResourceId,
    region: String,
    changes: Vec<Usable>,
    there: Vec<SimInstant>,
}

impl Lab {
    /// How old the last usable point of each VM was at each moment so far, region by region: what was achieved, not
    /// what a schedule promises. Under Azure Disk Backup a VM is as old as that of its disks whose last snapshot is
    /// oldest. Goes through the lab's history again.
    #[must_use]
    pub fn rpo(&self) -> Vec<MachineRpo> {
        let mut watched: Vec<Watched> = Vec::new();
        let mut holders: Vec<(ResourceId, ResourceId)> = Vec::new();
        self.timeline
            .watch(&mut |cloud| watch(cloud, &mut watched, &mut holders));
        // What reached a paired region since the last change.
        watch(self.timeline.cloud(), &mut watched, &mut holders);
        let (start, end) = (self.start_time(), self.timeline.cloud().now());
        let mut machines: Vec<MachineRpo> = Vec::new();
        for of_region in &mut watched {
            let changes = std::mem::take(&mut of_region.changes);
            let changes = crate::order::by(changes, |change| change.at.since(start).seconds());
            let found = achieved(&changes, start, end, &of_region.region, true);
            let known = machines
                .iter_mut()
                .find(|known| known.virtual_machine == of_region.virtual_machine);
            match known {
                Some(known) => known.regions.push(found),
                None => machines.push(MachineRpo {
                    virtual_machine: of_region.virtual_machine.clone(),
                    regions: vec![found],
                }),
            }
        }
        machines
    }

    /// What each disk's points in its own region have added, for [`calibrate`].
    #[must_use]
    pub fn observed_disks(&self) -> Vec<ObservedDisk> {
        let mut found: Vec<ObservedDisk> = Vec::new();
        let cloud = self.timeline.cloud();
        let own = cloud
            .restore_points()
            .values()
            .filter(|point| point.replication.is_none());
        for (point, captured) in
            own.flat_map(|point| point.disks.iter().map(move |disk| (point, disk)))
        {
            let seen = ObservedSnapshot {
                at: point.time_created,
                // Held against the one before it that is still there, as the times are.
                bytes: cloud
                    .store()
                    .usage(captured.snapshot)
                    .map_or(0, |usage| usage.pays.0),
                full: captured.full,
            };
            match found
                .iter_mut()
                .find(|known| captured.disk.as_str() == known.disk)
            {
                Some(known) => known.snapshots.push(seen),
                None => found.push(ObservedDisk {
                    disk: captured.disk.to_string(),
                    used_bytes: None,
                    size_bytes: Some(captured.size.0),
                    snapshots: vec![seen],
                }),
            }
        }
        for disk in &mut found {
            // What the newest refers to is used at the end.
            let points = cloud
                .restore_points()
                .values()
                .flat_map(|point| &point.disks);
            let of_it = points.filter(|captured| captured.disk.as_str() == disk.disk);
            let used = of_it.filter_map(|captured| cloud.store().usage(captured.snapshot).ok());
            disk.used_bytes = used.map(|usage| usage.referenced.0).max();
        }
        found
    }
}

/// `holders` are the disks that were backed up by themselves, and the VM of each when that was first seen; a disk of
/// no VM stands for itself.
fn watch(cloud: &Cloud, watched: &mut Vec<Watched>, holders: &mut Vec<(ResourceId, ResourceId)>) {
    // Which place, when it was taken, and since when it is there.
    let mut seen: Vec<(usize, SimInstant, SimInstant)> = Vec::new();
    let mut note = |watched: &mut Vec<Watched>, of: &ResourceId, region: &str, taken, since| {
        let region = normalise_region(region);
        let known = watched
            .iter()
            .position(|at| at.virtual_machine == *of && at.region == region);
        let at = known.unwrap_or_else(|| {
            watched.push(Watched {
                virtual_machine: of.clone(),
                region,
                changes: Vec::new(),
                there: Vec::new(),
            });
            watched.len() - 1
        });
        seen.push((at, taken, since));
    };
    let points = cloud.restore_points().values();
    for point in points.filter(|point| point.is_usable()) {
        let region = cloud.region_of(point);
        let taken = point.time_created;
        note(watched, &point.virtual_machine, region, taken, cloud.now());
    }
    // A vault's points are in its paired region a while after they arrived in the vault, which is no change.
    for item in cloud.protected() {
        let Some(pair) = item.secondary.as_deref() else {
            continue;
        };
        for point in &item.points {
            let since = cloud.in_secondary_from(item, point);
            if let Some(since) = since.filter(|since| *since <= cloud.now()) {
                note(watched, &item.source, pair, point.time, since);
            }
        }
    }
    // The newest of each disk; a VM can go back to the oldest of these.
    let mut newest: Vec<(&ResourceId, Option<&RestorePoint>)> = Vec::new();
    let items = cloud.protected().iter();
    let by_disk = items.filter(|item| item.service == BackupService::DiskBackup);
    let by_disk: Vec<&ProtectedItem> = by_disk.collect();
    for item in &by_disk {
        if !holders.iter().any(|(disk, _)| *disk == item.source) {
            let vm = cloud.attached_to(&item.source).unwrap_or(&item.source);
            holders.push((item.source.clone(), vm.clone()));
        }
    }
    for item in by_disk {
        let Some((_, of)) = holders.iter().find(|(disk, _)| *disk == item.source) else {
            continue;
        };
        let taken = cloud.usable_snapshots(item);
        let last = taken.max_by_key(|taken| taken.time_created);
        match newest.iter_mut().find(|(known, _)| *known == of) {
            Some((_, oldest)) => {
                let both = oldest.zip(last);
                *oldest = both.map(|(one, other)| {
                    if one.time_created <= other.time_created {
                        one
                    } else {
                        other
                    }
                });
            }
            None => newest.push((of, last)),
        }
    }
    for (of, taken) in newest {
        if let Some(taken) = taken {
            note(
                watched,
                of,
                &taken.location,
                taken.time_created,
                cloud.now(),
            );
        }
    }
    let at = cloud.now();
    for (number, of_region) in watched.iter_mut().enumerate() {
        let now = seen.iter().filter(|(at, ..)| *at == number);
        for (_, taken, since) in now.clone() {
            if !of_region.there.contains(taken) {
                of_region.changes.push(Usable {
                    at: *since,
                    taken: *taken,
                    comes: true,
                });
            }
        }
        let now: Vec<SimInstant> = now.map(|(_, taken, _)| *taken).collect();
        for taken in &of_region.there {
            if !now.contains(taken) {
                of_region.changes.push(Usable {
                    at,
                    taken: *taken,
                    comes: false,
                });
            }
        }
        of_region.there = now;
    }
}
