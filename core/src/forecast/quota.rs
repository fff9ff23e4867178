//! Which limit is hit when.

use super::answer::QuotaForecast;
use super::prepare::Prepared;
use super::rollout::Rollout;
use crate::matrix::{CountedPoints, Edition, Service, limits, normalise_region};
use crate::order;
use crate::units::SimInstant;

/// Recovery points of a protected instance (S3-35).
const RECOVERY_POINTS: u64 = 9_999;
/// On-demand backups of a day (S3-10a).
const ON_DEMAND: u64 = 3;

/// Every limit that the plan comes near to or not, the first one hit first, those that are not hit last.
pub(super) fn quota(prepared: &Prepared<'_>, rollout: &Rollout) -> Vec<QuotaForecast> {
    let mut found = Vec::new();
    let first = |allowed: u64| {
        let mut counts = rollout.counts.iter();
        counts
            .find(|(_, count)| *count >= allowed)
            .map(|(at, _)| *at)
    };
    let (most, most_at) = rollout.most();
    let mut of_points = |limit: &str, allowed: u64, in_force: bool, rows: &[String], text: &str| {
        found.push(QuotaForecast {
            limit: limit.to_owned(),
            about: "each VM".to_owned(),
            allowed,
            most,
            most_at,
            reached_at: first(allowed),
            refused_at: rollout.refused.filter(|_| in_force).map(|(at, _)| at),
            refused: rollout
                .refused
                .filter(|_| in_force)
                .map_or(0, |(_, count)| count),
            in_force,
            text: text.to_owned(),
            row_ids: rows.to_vec(),
        });
    };
    match prepared.plan.service {
        Service::DiskBackup => {
            let row = |id: &str| vec![id.to_owned()];
            let (by_policy, snapshots) = prepared.settings.disk_limits();
            of_points(
                "diskBackupsByPolicy",
                by_policy,
                true,
                &row("S4-08b"),
                "backups of a disk that a policy keeps",
            );
            of_points(
                "diskSnapshots",
                snapshots,
                true,
                &row("S4-08a"),
                "incremental snapshots of a disk",
            );
        }
        _ => {
            let edition = prepared.settings.edition();
            let counted = limits(edition).counts;
            let allowed = prepared.settings.restore_points_per_vm();
            let rows = |edition: Edition| limits(edition).rules.get("restorePointsPerVm").cloned();
            let rows_of = |edition| rows(edition).into_iter().collect::<Vec<String>>();
            let text = match counted {
                CountedPoints::Retained => {
                    "restore points that are kept of a VM, over all collections and regions"
                }
                CountedPoints::Created => "restore points that were ever created of a VM",
            };
            of_points("restorePointsPerVm", allowed, true, &rows_of(edition), text);
            let older = limits(Edition::E2022_02);
            if older.restore_points_per_vm < allowed {
                let text = "the same by the older page, which gives another number";
                of_points(
                    "restorePointsPerVm",
                    older.restore_points_per_vm,
                    false,
                    &rows_of(Edition::E2022_02),
                    text,
                );
            }
            if prepared.plan.service == Service::VmBackup {
                of_points(
                    "recoveryPoints",
                    RECOVERY_POINTS,
                    true,
                    &["S3-35".to_owned()],
                    "recovery points of a protected VM",
                );
            }
        }
    }
    on_demand(prepared, &mut found);
    collections(prepared, &mut found);
    let never = u64::MAX;
    order::by(found, |entry| {
        let at = entry.refused_at.or(entry.reached_at);
        at.map_or(never, |at| at.since(prepared.start).seconds())
    })
}

fn entry(limit: &str, about: String, counts: (u64, u64), start: SimInstant) -> QuotaForecast {
    let (most, allowed) = counts;
    let reached = most >= allowed;
    QuotaForecast {
        limit: limit.to_owned(),
        about,
        allowed,
        most,
        most_at: start,
        reached_at: reached.then_some(start),
        refused_at: (most > allowed).then_some(start),
        refused: most.saturating_sub(allowed),
        in_force: true,
        text: String::new(),
        row_ids: Vec::new(),
    }
}

fn on_demand(prepared: &Prepared<'_>, found: &mut Vec<QuotaForecast>) {
    let asked = prepared.plan.on_demand_per_day.unwrap_or_default();
    if prepared.plan.service != Service::VmBackup || asked == 0 {
        return;
    }
    found.push(QuotaForecast {
        text: "on-demand backups of a VM in a day".to_owned(),
        row_ids: vec!["S3-10a".to_owned()],
        ..entry(
            "onDemandPerDay",
            "each VM".to_owned(),
            (asked, ON_DEMAND),
            prepared.start,
        )
    });
}

/// Each VM has a collection of its own in its region, and one in each region that it is copied to.
fn collections(prepared: &Prepared<'_>, found: &mut Vec<QuotaForecast>) {
    if prepared.plan.service == Service::DiskBackup {
        return;
    }
    let mut counts: Vec<(String, String, u64)> = Vec::new();
    let copies: Vec<String> = prepared
        .plan
        .copies
        .iter()
        .map(|copy| normalise_region(&copy.region))
        .collect();
    for machine in &prepared.plan.fleet.machines {
        let own = normalise_region(machine.location.as_deref().unwrap_or_default());
        let subscription = machine.id.subscription();
        for region in copies.iter().chain([&own]) {
            match counts
                .iter_mut()
                .find(|(known, at, _)| known == subscription && at == region)
            {
                Some((.., count)) => *count += 1,
                None => counts.push((subscription.to_owned(), region.clone(), 1)),
            }
        }
    }
    let allowed = prepared.settings.collections_per_region();
    for (subscription, region, count) in counts {
        let about = [subscription.as_str(), region.as_str()].join(", ");
        found.push(QuotaForecast {
            text: "restore point collections of a subscription in a region; by a later page"
                .to_owned(),
            ..entry(
                "collectionsPerRegion",
                about,
                (count, allowed.min(1 << 53)),
                prepared.start,
            )
        });
    }
}
