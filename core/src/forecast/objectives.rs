//! Whether a plan reaches what it is made for.

use super::answer::{CostForecast, GroupForecast, ObjectiveResult, RegionRpo};
use super::cost::decimal;
use super::prepare::{Prepared, reach_days};
use crate::matrix::normalise_region;
use crate::units::SimDuration;

/// Every objective of the plan with what is reached.
pub(super) fn objectives(
    prepared: &Prepared<'_>,
    groups: &[GroupForecast],
    cost: &CostForecast,
    simulated: bool,
) -> Vec<ObjectiveResult> {
    let mut found = Vec::new();
    let Some(asked) = &prepared.plan.objectives else {
        return found;
    };
    if let Some(rpo) = asked.rpo {
        let own = groups.iter().map(|group| group.rpo.first());
        found.push(age("rpo", "", rpo, own, simulated));
    }
    for region in &asked.regions {
        let region = normalise_region(region);
        let there = groups
            .iter()
            .map(|group| group.rpo.iter().find(|rpo| rpo.region == region));
        match asked.remote_rpo.or(asked.rpo) {
            Some(rpo) => found.push(age("remoteRpo", &region, rpo, there, simulated)),
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
                    simulated.then_some(any),
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
    if let Some(budget) = asked.monthly_budget_millionths {
        let most = cost
            .months
            .iter()
            .map(|month| month.typical_millionths)
            .max()
            .unwrap_or_default();
        let known = cost.without_price.is_empty() && simulated;
        let text = if known {
            decimal(most)
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
    }
}

/// The worst age over all VMs; a VM without any point there has none.
fn age<'a>(
    objective: &str,
    region: &str,
    asked: SimDuration,
    of_groups: impl Iterator<Item = Option<&'a RegionRpo>>,
    simulated: bool,
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
    result(
        objective,
        region,
        asked.to_string(),
        achieved,
        simulated.then_some(met),
    )
}
