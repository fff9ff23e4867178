//! Which limit is hit when. Only limits that are in force are told: what the engine refuses by.

use super::answer::QuotaForecast;
use super::guest;
use super::prepare::Prepared;
use super::rollout::{ON_DEMAND, Rollout, Touched};
use crate::matrix::{CountedPoints, Service, limits, normalise_region};
use crate::order;
use crate::units::SimInstant;

/// Every limit that the plan comes near to or not, the first one hit first, those that are not hit last.
pub(super) fn quota(prepared: &Prepared<'_>, rollout: &Rollout) -> Vec<QuotaForecast> {
    let mut found = Vec::new();
    let settings = &prepared.settings;
    let service = prepared.plan.service;
    let start = prepared.start;
    match service {
        Service::DiskBackup => {
            let (by_policy, snapshots) = settings.disk_limits();
            // As many as the policy keeps are there once it has run that long.
            let taken = rollout.limit.most().map_or(0, |(most, _)| most);
            let kept = prepared.plan.policy.expected_points().min(taken);
            let kept_at = rollout.limit.first(kept);
            found.push(QuotaForecast {
                about: "each disk".to_owned(),
                most_at: kept_at.unwrap_or(start),
                reached_at: kept_at.filter(|_| kept >= by_policy),
                text: "backups of a disk that a policy keeps".to_owned(),
                row_ids: vec!["S4-08b".to_owned()],
                ..entry("diskBackupsByPolicy", (kept, by_policy), start)
            });
            found.push(QuotaForecast {
                about: "each disk".to_owned(),
                text: "incremental snapshots of a disk".to_owned(),
                row_ids: vec!["S4-08a".to_owned()],
                ..touched("diskSnapshots", snapshots, &rollout.limit, start)
            });
            snapshots_of_regions(prepared, rollout, &mut found);
        }
        Service::RestorePoints | Service::VmBackup => {
            let of_edition = limits(settings.edition());
            let text = match of_edition.counts {
                CountedPoints::Retained => {
                    "restore points that are kept of a VM, over all collections and regions"
                }
                CountedPoints::Created => "restore points that were ever created of a VM",
            };
            let row = of_edition.rules.get("restorePointsPerVm").cloned();
            let allowed = settings.restore_points_per_vm();
            found.push(QuotaForecast {
                text: text.to_owned(),
                row_ids: row.into_iter().collect(),
                ..touched("restorePointsPerVm", allowed, &rollout.limit, start)
            });
        }
        Service::Mars | Service::DpmMabs => guest::limits(prepared, &mut found),
    }
    if matches!(
        service,
        Service::VmBackup | Service::Mars | Service::DpmMabs
    ) {
        let (allowed, of) = if service == Service::VmBackup {
            (settings.recovery_points_per_vm(), &rollout.points)
        } else {
            (prepared.limit(), &rollout.limit)
        };
        found.push(QuotaForecast {
            text: "recovery points of a protected VM".to_owned(),
            row_ids: vec!["S3-35".to_owned()],
            ..touched("recoveryPoints", allowed, of, start)
        });
    }
    if service == Service::VmBackup && prepared.plan.on_demand_per_day.is_some_and(|of| of > 0) {
        found.push(QuotaForecast {
            text: "on-demand backups of a VM in a day".to_owned(),
            row_ids: vec!["S3-10a".to_owned()],
            ..touched("onDemandPerDay", ON_DEMAND, &rollout.asked, start)
        });
    }
    if matches!(service, Service::RestorePoints | Service::VmBackup) {
        collections(prepared, &mut found);
    }
    let never = u64::MAX;
    order::by(found, |entry| {
        let at = entry.refused_at.or(entry.reached_at);
        at.map_or(never, |at| at.since(prepared.start).seconds())
    })
}

/// A limit that is counted as time goes on.
fn touched(limit: &str, allowed: u64, of: &Touched, start: SimInstant) -> QuotaForecast {
    let (most, most_at) = of.most().unwrap_or((0, start));
    QuotaForecast {
        most,
        most_at,
        reached_at: of.first(allowed),
        refused_at: of.refused.map(|(at, _)| at),
        refused: of.refused.map_or(0, |(_, count)| count),
        ..entry(limit, (0, allowed), start)
    }
}

/// A limit that is touched when the plan begins, or not at all.
fn entry(limit: &str, (most, allowed): (u64, u64), start: SimInstant) -> QuotaForecast {
    QuotaForecast {
        limit: limit.to_owned(),
        about: "each VM".to_owned(),
        allowed,
        most,
        most_at: start,
        reached_at: (most >= allowed).then_some(start),
        refused_at: (most > allowed).then_some(start),
        refused: most.saturating_sub(allowed),
        text: String::new(),
        row_ids: Vec::new(),
    }
}

/// How many there are for each subscription in each region.
type Counts = Vec<(String, String, u64)>;

fn count(counts: &mut Counts, subscription: &str, region: &str, more: u64) {
    let known = counts
        .iter_mut()
        .find(|(known, at, _)| known == subscription && at == region);
    match known {
        Some((.., count)) => *count += more,
        None => counts.push((subscription.to_owned(), region.to_owned(), more)),
    }
}

/// Each VM has a collection of its own in its region, and one in each region that it is copied to.
fn collections(prepared: &Prepared<'_>, found: &mut Vec<QuotaForecast>) {
    let allowed = prepared.settings.collections_per_region();
    if allowed == u64::MAX {
        return;
    }
    let copies: Vec<String> = prepared
        .plan
        .copies
        .iter()
        .map(|copy| normalise_region(&copy.region))
        .collect();
    let mut counts = Counts::new();
    for machine in &prepared.plan.fleet.machines {
        let own = normalise_region(machine.location.as_deref().unwrap_or_default());
        for region in copies.iter().chain([&own]) {
            count(&mut counts, machine.id.subscription(), region, 1);
        }
    }
    for (subscription, region, count) in counts {
        let text = "restore point collections of a subscription in a region; by a later page";
        found.push(QuotaForecast {
            about: [subscription, region].join(", "),
            text: text.to_owned(),
            ..entry("collectionsPerRegion", (count, allowed), prepared.start)
        });
    }
}

/// Every disk of Disk Backup has as many snapshots as the next; where the settings have a limit for a region, it
/// is held against their sum. What is refused by it is not taken out of the other figures.
fn snapshots_of_regions(
    prepared: &Prepared<'_>,
    rollout: &Rollout,
    found: &mut Vec<QuotaForecast>,
) {
    let Some(allowed) = prepared.settings.snapshots_per_region() else {
        return;
    };
    let mut counts = Counts::new();
    for group in &prepared.groups {
        let disks = group.disks.len() as u64;
        let machines = group.machines.iter();
        for machine in machines.filter_map(|at| prepared.plan.fleet.machines.get(*at)) {
            count(&mut counts, machine.id.subscription(), &group.region, disks);
        }
    }
    for (subscription, region, disks) in counts {
        let each = &rollout.limit;
        let (most, most_at) = each.most().unwrap_or((0, prepared.start));
        let most = most.saturating_mul(disks);
        let disks = disks.max(1);
        found.push(QuotaForecast {
            about: [subscription, region].join(", "),
            most,
            most_at,
            reached_at: each.first(allowed.div_ceil(disks)),
            refused_at: each.first((allowed / disks).saturating_add(1)),
            refused: most.saturating_sub(allowed),
            text: "snapshots of a subscription in a region".to_owned(),
            row_ids: vec!["S4-09".to_owned()],
            ..entry("snapshotsPerRegion", (0, allowed), prepared.start)
        });
    }
}
