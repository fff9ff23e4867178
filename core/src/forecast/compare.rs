//! Plans side by side, and the cheapest of them that does what it should.

use super::answer::{Forecast, PlanNote, state};
use super::prepare::reach_days;
use super::{Plan, PlanError, Tier, forecast};
use crate::cloud::Settings;
use crate::json::Write;
use crate::matrix::{self, AskedSchedule, AssessError, AssessOptions, Policy, Service, Verdict};
use crate::units::{ByteCount, SimDuration, SimInstant};

/// Reasons that are listed of one plan.
const MOST_REASONS: usize = 20;

state! {
    /// Plans side by side.
    PlanComparison {
        /// What becomes of each plan, in the order given.
        plans: Vec<PlanOutcome>,
        /// The place of the cheapest plan that nothing rules out; none where no plan is left, or one has no price.
        cheapest: Option<u64>,
        /// Why it is that one, or why there is none.
        why: String,
    }
    /// What becomes of one plan, in a few figures.
    PlanOutcome {
        /// Its name.
        name: String,
        /// Its service.
        service: Service,
        /// Why it is no choice: the service does not support a VM, the policy cannot be, an objective is missed.
        ruled_out: Vec<PlanNote>,
        /// How old the last usable point of any VM gets in its own region.
        worst_rpo: Option<SimDuration>,
        /// The same in other regions.
        worst_remote_rpo: Option<SimDuration>,
        /// How far back points reach once it has run for long enough, in days.
        reach_days: u64,
        /// Points of one VM at most, over all tiers and regions.
        peak_points: u64,
        /// When a limit is hit first.
        limit_reached_at: Option<SimInstant>,
        /// What all points take at the end.
        stored_bytes: ByteCount,
        /// What travels in all.
        transferred_bytes: ByteCount,
        /// What the last whole month costs with the low change rate, in millionths; nothing where a rate is missing.
        monthly_low_millionths: Option<u64>,
        /// As planned.
        monthly_typical_millionths: Option<u64>,
        /// With the high change rate.
        monthly_high_millionths: Option<u64>,
    }
}

/// Holds plans against each other.
///
/// # Errors
/// The services of the support matrix are not loaded, or a fleet that cannot be judged.
pub fn compare_plans(plans: &[Plan]) -> Result<PlanComparison, AssessError> {
    let mut outcomes = Vec::new();
    for (at, plan) in plans.iter().enumerate() {
        let mut reasons = support(plan)?;
        let outcome = match forecast(plan) {
            Ok(forecast) => outcome(plan, at, &forecast, &mut reasons),
            Err(error) => {
                reasons.push(refused(&error));
                blank(plan, at)
            }
        };
        reasons.truncate(MOST_REASONS);
        outcomes.push(PlanOutcome {
            ruled_out: reasons,
            ..outcome
        });
    }
    let left = |outcome: &&PlanOutcome| outcome.ruled_out.is_empty();
    let count = outcomes.iter().filter(left).count();
    let priced = outcomes
        .iter()
        .filter(left)
        .all(|outcome| outcome.monthly_typical_millionths.is_some());
    let mut cheapest: Option<(u64, u64)> = None;
    for (at, outcome) in outcomes
        .iter()
        .enumerate()
        .filter(|(_, outcome)| left(outcome))
    {
        let cost = outcome.monthly_typical_millionths.unwrap_or_default();
        // Without prices, or at the same price, what takes less.
        let cost = if priced { cost } else { u64::MAX };
        if priced && cheapest.is_none_or(|(least, _)| cost < least) {
            cheapest = Some((cost, at as u64));
        }
    }
    let why = match (count, priced, plans.len()) {
        (0, ..) => "no plan is left: each has its reasons".to_owned(),
        (_, false, _) => format!(
            "{count} of {} plans are left, and not all of them have a price: give rates",
            plans.len()
        ),
        (1, ..) => "the only plan that nothing rules out".to_owned(),
        _ => format!(
            "the lowest cost of the last whole month among {count} plans that nothing rules out"
        ),
    };
    Ok(PlanComparison {
        plans: outcomes,
        cheapest: cheapest.map(|(_, at)| at),
        why,
    })
}

fn refused(error: &PlanError) -> PlanNote {
    PlanNote {
        about: error.path.clone(),
        text: error.message.clone(),
        row_ids: Vec::new(),
    }
}

fn blank(plan: &Plan, at: usize) -> PlanOutcome {
    PlanOutcome {
        name: plan
            .name
            .clone()
            .unwrap_or_else(|| format!("plan {}", at + 1)),
        service: plan.service,
        ruled_out: Vec::new(),
        worst_rpo: None,
        worst_remote_rpo: None,
        reach_days: reach_days(&plan.policy),
        peak_points: 0,
        limit_reached_at: None,
        stored_bytes: ByteCount::ZERO,
        transferred_bytes: ByteCount::ZERO,
        monthly_low_millionths: None,
        monthly_typical_millionths: None,
        monthly_high_millionths: None,
    }
}

fn outcome(
    plan: &Plan,
    at: usize,
    forecast: &Forecast,
    reasons: &mut Vec<PlanNote>,
) -> PlanOutcome {
    for result in forecast
        .objectives
        .iter()
        .filter(|result| result.met != Some(true))
    {
        let of = if result.region.is_empty() {
            String::new()
        } else {
            format!(" in {}", result.region)
        };
        reasons.push(PlanNote {
            about: result.objective.clone(),
            text: format!(
                "{}{of}: {} is asked for, {} is reached",
                result.objective, result.asked, result.achieved
            ),
            row_ids: Vec::new(),
        });
    }
    let remote = |region: &str| {
        let copies = forecast
            .tiers
            .iter()
            .filter(|tier| tier.tier == Tier::Copies);
        copies.into_iter().any(|tier| tier.region == region)
    };
    let worst = |of_remote: bool| {
        let all = forecast.groups.iter().flat_map(|group| &group.rpo);
        let of = all.filter(|rpo| remote(&rpo.region) == of_remote);
        of.map(|rpo| rpo.worst).max()
    };
    let hit = forecast.quota.iter().filter(|quota| quota.in_force);
    let whole = |month: &&super::CostMonth| month.days >= 28;
    let month = forecast
        .cost
        .months
        .iter()
        .rev()
        .find(whole)
        .or(forecast.cost.months.last());
    let month = month.filter(|_| forecast.cost.without_price.is_empty());
    let sum = |of: fn(&super::TierForecast) -> u64| {
        forecast.tiers.iter().map(of).fold(0, u64::saturating_add)
    };
    PlanOutcome {
        worst_rpo: worst(false),
        worst_remote_rpo: worst(true),
        peak_points: sum(|tier| tier.peak_points),
        limit_reached_at: hit.filter_map(|quota| quota.reached_at).min(),
        stored_bytes: ByteCount(sum(|tier| tier.stored_bytes.0)),
        transferred_bytes: ByteCount(sum(|tier| tier.transferred_bytes.0)),
        monthly_low_millionths: month.map(|month| month.low_millionths),
        monthly_typical_millionths: month.map(|month| month.typical_millionths),
        monthly_high_millionths: month.map(|month| month.high_millionths),
        ..blank(plan, at)
    }
}

/// The VMs that the service does not support as the plan has it, with the rows that decide.
fn support(plan: &Plan) -> Result<Vec<PlanNote>, AssessError> {
    let mut settings = Settings::default();
    for (name, value) in &plan.settings {
        // What cannot be is told by the forecast.
        drop(settings.set(name, value.clone()));
    }
    let policy = &plan.policy;
    let mut options = AssessOptions {
        service: plan.service,
        edition: settings.edition(),
        policy: Some(Policy {
            policy_type: policy.policy_type,
            schedule: Some(AskedSchedule {
                frequency: Some(policy.schedule.frequency),
                interval_hours: policy.schedule.interval_hours,
            }),
            instant_restore_days: policy.instant_restore_days,
            daily_retention_days: policy.daily_retention_days,
            operational_retention_days: policy.operational_retention_days,
        }),
        ..AssessOptions::default()
    };
    let excluded = plan.exclude_disks.iter();
    options.request.exclude_disks = excluded
        .map(|disk| matrix::DiskReference {
            id: disk.id.clone(),
        })
        .collect();
    let mut reasons: Vec<PlanNote> = Vec::new();
    matrix::assess_each(&plan.fleet, &options, &mut |machine| {
        if reasons.len() >= MOST_REASONS {
            return;
        }
        let named = |name: &str| {
            let given = plan.exclude_disks.iter();
            given
                .map(|disk| disk.id.rsplit('/').next().unwrap_or_default())
                .any(|id| id.eq_ignore_ascii_case(name))
        };
        let left_in: Vec<&str> = machine
            .exclude_disks
            .iter()
            .map(String::as_str)
            .filter(|name| !named(name))
            .collect();
        let decisive = matches!(machine.verdict, Verdict::NotSupported | Verdict::Unknown);
        if !decisive && left_in.is_empty() {
            return;
        }
        let wanted = if decisive {
            machine.verdict
        } else {
            Verdict::ExcludeDisk
        };
        let finding = machine
            .findings
            .iter()
            .find(|finding| finding.verdict == wanted);
        let text = finding
            .map(|finding| finding.text.clone())
            .unwrap_or_default();
        let text = if decisive {
            text
        } else {
            format!("{} must be left out: {text}", left_in.join(", "))
        };
        reasons.push(PlanNote {
            about: machine.name.clone(),
            text,
            row_ids: finding
                .map(|finding| finding.row_ids.clone())
                .unwrap_or_default(),
        });
    })?;
    Ok(reasons)
}
