//! Whether a plan reaches what it is made for.

use super::answer::{CostForecast, GroupForecast, ObjectiveResult, RegionRpo};
use super::check::reach_days;
use super::cost::decimal;
use super::guest;
use super::prepare::Prepared;
use crate::matrix::{Service, normalise_region};
use crate::restore::BackFrom;
use crate::units::SimDuration;

/// Every objective of the plan with what is reached.
pub(super) fn objectives(
    prepared: &Prepared<'_>,
    groups: &[GroupForecast],
    cost: &CostForecast,
) -> Vec<ObjectiveResult> {
    let mut found = Vec::new();
    let Some(asked) = &prepared.plan.objectives else {
        return found;
    };
    if let Some(rpo) = asked.rpo {
        let own = groups.iter().map(|group| group.rpo.first());
        found.push(age("rpo", "", rpo, own));
    }
    for region in &asked.regions {
        let region = normalise_region(region);
        let there = groups
            .iter()
            .map(|group| group.rpo.iter().find(|rpo| rpo.region == region));
        match asked.remote_rpo.or(asked.rpo) {
            Some(rpo) => found.push(age("remoteRpo", &region, rpo, there)),
            None => {
                let any = there.flatten().count() == groups.len() && !groups.is_empty();
                let text = if any {
                    "every VM has points there"
                } else {
                    "not every VM has points there"
                };
                found.push(result(
                    "region",
                    &region,
                    "points".to_owned(),
                    text.to_owned(),
                    Some(any),
                ));
            }
        }
    }
    if let Some(days) = asked.retention_days {
        let reach = reach_days(&prepared.plan.policy);
        found.push(result(
            "retentionDays",
            "",
            format!("{days} days"),
            format!("{reach} days"),
            Some(reach >= days),
        ));
    }
    if let Some(within) = asked.restorable_within {
        let all = prepared.groups.iter();
        let all = all.map(|group| prepared.until_back(group, BackFrom::Newest));
        let (usual, takes) = all.max_by_key(|(_, takes)| *takes).unwrap_or_default();
        let known = guest::most_a_day(prepared.plan.service).is_none();
        let always = |group: &GroupForecast| {
            let own = group.rpo.first();
            own.is_some_and(|rpo| rpo.first_usable_at.is_some() && rpo.without == SimDuration::ZERO)
        };
        let gap = known && !groups.iter().all(always);
        let text = if gap {
            "no usable point at some moment".to_owned()
        } else if known && usual == takes {
            takes.to_string()
        } else if known {
            let place = if prepared.leaves_snapshots() {
                " in the vault"
            } else {
                ""
            };
            format!("{usual} usually and {takes} with bad luck, from the newest point{place},")
        } else {
            "a time that is not known: it runs within the guest".to_owned()
        };
        let met = known.then_some(!gap && takes <= within);
        found.push(result(
            "restorableWithin",
            "",
            within.to_string(),
            text,
            met,
        ));
    }
    if asked.whole_vm == Some(true) {
        let (text, met, rows) = whole_vm(prepared.plan.service);
        found.push(ObjectiveResult {
            row_ids: rows.iter().map(|row| (*row).to_owned()).collect(),
            ..result(
                "wholeVm",
                "",
                "whole VMs".to_owned(),
                text.to_owned(),
                Some(met),
            )
        });
    }
    if let Some(budget) = asked.monthly_budget_millionths {
        let most = cost
            .months
            .iter()
            .map(|month| month.typical_millionths)
            .max()
            .unwrap_or_default();
        let simulated = guest::most_a_day(prepared.plan.service).is_none();
        let known = cost.without_price.is_empty() && simulated;
        let text = if known {
            decimal(most)
        } else if !simulated {
            "a cost that is not known: what it takes is not foretold".to_owned()
        } else {
            "a cost that is not known: rates are missing".to_owned()
        };
        found.push(result(
            "monthlyBudget",
            "",
            decimal(budget),
            text,
            known.then_some(most <= budget),
        ));
    }
    found
}

/// What comes back by a service, whether that is a VM, and the rules that say so.
fn whole_vm(service: Service) -> (&'static str, bool, &'static [&'static str]) {
    match service {
        Service::RestorePoints => ("all disks of one instant, and the VM from them", true, &[]),
        Service::VmBackup => ("a new VM", true, &["S3-43a"]),
        Service::DiskBackup => (
            "disks, each of its own instant",
            false,
            &["S4-07b", "S4-10"],
        ),
        Service::Mars => ("files and folders", false, &["S3-02c"]),
        Service::DpmMabs => ("what lies in the VM", false, &["S3-03d"]),
    }
}

fn result(
    objective: &str,
    region: &str,
    asked: String,
    achieved: String,
    met: Option<bool>,
) -> ObjectiveResult {
    ObjectiveResult {
        objective: objective.to_owned(),
        region: region.to_owned(),
        asked,
        achieved,
        met,
        row_ids: Vec::new(),
    }
}

/// The worst age over all VMs; a VM without any point there has none.
fn age<'a>(
    objective: &str,
    region: &str,
    asked: SimDuration,
    of_groups: impl Iterator<Item = Option<&'a RegionRpo>>,
) -> ObjectiveResult {
    let mut worst = Some(SimDuration::ZERO);
    for rpo in of_groups {
        let rpo =
            rpo.filter(|rpo| rpo.first_usable_at.is_some() && rpo.without == SimDuration::ZERO);
        worst = match (worst, rpo) {
            (Some(worst), Some(rpo)) => Some(worst.max(rpo.worst)),
            _ => None,
        };
    }
    let achieved = worst.map_or_else(
        || "no usable point at some moment".to_owned(),
        |worst| worst.to_string(),
    );
    let met = worst.is_some_and(|worst| worst <= asked);
    result(objective, region, asked.to_string(), achieved, Some(met))
}
