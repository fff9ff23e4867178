//! Plans side by side, and the cheapest of them that does what it should.

use super::answer::{CostMonth, Forecast, PlanNote};
use super::check::reach_days;
use super::group::is;
use super::guest;
use super::{Plan, PlanError, forecast};
use crate::cloud::Settings;
use crate::json::answers;
use crate::matrix::{
    self, AskedSchedule, AssessError, AssessOptions, MachineAssessment, Policy, Service, Vault,
    Verdict,
};
use crate::model::{Disk, Fleet, Machine};
use crate::units::{ByteCount, Date, SimDuration, SimInstant};

/// Reasons that are listed of one plan.
const MOST_REASONS: usize = 20;

answers! {
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
        /// What somebody should know who chooses it.
        notes: Vec<PlanNote>,
    }
}

/// Holds plans against each other.
///
/// # Errors
/// The services of the support matrix are not loaded, or a fleet that cannot be judged.
pub fn compare_plans(plans: &[Plan]) -> Result<PlanComparison, AssessError> {
    let mut outcomes = Vec::new();
    let mut prices = Vec::new();
    for (at, plan) in plans.iter().enumerate() {
        let mut reasons = support(plan)?;
        let outcome = match forecast(plan) {
            Ok(forecast) => {
                prices.push(Price::of(&forecast));
                outcome(plan, at, &forecast, &mut reasons)
            }
            Err(error) => {
                prices.push(Price::default());
                // Copies that cannot be were judged VM by VM.
                let told = |reason: &PlanNote| {
                    error.path.starts_with("copies[")
                        && !error.row_ids.is_empty()
                        && reason.row_ids == error.row_ids
                };
                if !reasons.iter().any(told) {
                    reasons.push(refused(&error));
                }
                blank(plan, at)
            }
        };
        reasons.truncate(MOST_REASONS);
        outcomes.push(PlanOutcome {
            ruled_out: reasons,
            ..outcome
        });
    }
    let (cheapest, mut why) = choose(&outcomes, &prices);
    let left = outcomes.iter().zip(plans);
    let mut left = left.filter(|(outcome, _)| outcome.ruled_out.is_empty());
    if let Some((_, first)) = left.next()
        && left.any(|(_, plan)| plan.fleet != first.fleet)
    {
        why += "; mind that their fleets are not the same";
    }
    Ok(PlanComparison {
        plans: outcomes,
        cheapest,
        why,
    })
}

/// What a plan's prices can be held against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Price {
    currency: String,
    /// What all that is foretold costs; nothing where a rate is missing.
    total: Option<u64>,
    /// From when until when.
    span: Option<(SimInstant, SimInstant)>,
    /// The last whole month, where there is one.
    month: Option<String>,
}

impl Price {
    fn of(forecast: &Forecast) -> Self {
        let cost = &forecast.cost;
        Self {
            currency: cost.currency.clone(),
            total: cost
                .without_price
                .is_empty()
                .then_some(cost.typical_millionths),
            span: Some((forecast.start_time, forecast.end_time)),
            month: whole_month(forecast).map(|month| month.month.clone()),
        }
    }
}

/// The cheapest of those that nothing rules out, and why it is. What backs up from within the guest has no price
/// here and cannot be it.
fn choose(outcomes: &[PlanOutcome], prices: &[Price]) -> (Option<u64>, String) {
    let left = outcomes.iter().zip(prices).enumerate();
    let left = left.filter(|(_, (outcome, _))| outcome.ruled_out.is_empty());
    let count = left.clone().count();
    let priced = |outcome: &PlanOutcome| guest::most_a_day(outcome.service).is_none();
    let compared: Vec<(usize, (&PlanOutcome, &Price))> =
        left.filter(|(_, (outcome, _))| priced(outcome)).collect();
    if count == 0 {
        return (None, "no plan is left: each has its reasons".to_owned());
    }
    let others = count - compared.len();
    let aside = if others == 0 {
        String::new()
    } else {
        format!("; {others} more would do and have no price: they back up from within the guest")
    };
    let Some((_, (_, first))) = compared.first() else {
        let why = "what is left backs up from within the guest and has no price";
        return (None, why.to_owned());
    };
    if compared.iter().any(|(_, (_, price))| price.total.is_none()) {
        let why = format!(
            "{count} of {} plans are left, and not all of them have a price: give rates",
            outcomes.len()
        );
        return (None, why);
    }
    let other = compared
        .iter()
        .find(|(_, (_, price))| price.currency != first.currency);
    if let Some((_, (_, other))) = other {
        let why = format!(
            "prices are in {} and in {}: give the rates of all plans in one currency",
            first.currency, other.currency
        );
        return (None, why);
    }
    let months = compared
        .iter()
        .all(|(_, (outcome, _))| outcome.monthly_typical_millionths.is_some());
    let spans = compared
        .iter()
        .all(|(_, (_, price))| price.span == first.span);
    if !months && !spans {
        let why = "not every plan that is left foretells a whole month: let them begin and end together, or give them a horizonDays of 62 or more";
        return (None, why.to_owned());
    }
    let other = compared
        .iter()
        .find(|(_, (_, price))| price.month != first.month);
    if let Some((_, (_, other))) = other.filter(|_| months) {
        let [one, other] = [first, other].map(|price| price.month.as_deref().unwrap_or_default());
        let why = format!(
            "the last whole month of one plan that is left is {one} and of another {other}: give all of them one startTime and horizonDays"
        );
        return (None, why);
    }
    let mut cheapest: Option<(u64, u64)> = None;
    for (at, (outcome, price)) in &compared {
        let cost = outcome.monthly_typical_millionths.filter(|_| months);
        let cost = cost.or(price.total).unwrap_or_default();
        if cheapest.is_none_or(|(least, _)| cost < least) {
            cheapest = Some((cost, *at as u64));
        }
    }
    let of = if months {
        "the last whole month"
    } else {
        "all days that are foretold, which make no whole month,"
    };
    let why = match compared.len() {
        1 => "the only plan that nothing rules out".to_owned(),
        count => format!("the lowest cost of {of} among {count} plans that nothing rules out"),
    };
    (cheapest.map(|(_, at)| at), why + &aside)
}

fn refused(error: &PlanError) -> PlanNote {
    PlanNote {
        about: error.path.clone(),
        text: error.message.clone(),
        row_ids: error.row_ids.clone(),
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
        notes: Vec::new(),
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
                "{} is asked for{of}, {} is reached",
                result.asked, result.achieved
            ),
            row_ids: result.row_ids.clone(),
        });
    }
    // Of each kind of VM its own region comes first.
    let worst = |of_remote: bool| {
        let groups = forecast.groups.iter();
        let of = groups.flat_map(|group| group.rpo.iter().enumerate());
        let of = of.filter(|(at, _)| (*at > 0) == of_remote);
        of.map(|(_, rpo)| rpo.worst).max()
    };
    let hit = forecast.quota.iter();
    let simulated = guest::most_a_day(plan.service).is_none();
    let month = whole_month(forecast);
    let month = month.filter(|_| simulated && forecast.cost.without_price.is_empty());
    let sum = |of: fn(&super::TierForecast) -> u64| {
        forecast.tiers.iter().map(of).fold(0, u64::saturating_add)
    };
    PlanOutcome {
        worst_rpo: worst(false),
        worst_remote_rpo: worst(true),
        peak_points: sum(|tier| tier.peak_points),
        limit_reached_at: hit.filter_map(|quota| quota.reached_at).min(),
        notes: forecast.notes.clone(),
        stored_bytes: ByteCount(sum(|tier| tier.stored_bytes.0)),
        transferred_bytes: ByteCount(sum(|tier| tier.transferred_bytes.0)),
        monthly_low_millionths: month.map(|month| month.low_millionths),
        monthly_typical_millionths: month.map(|month| month.typical_millionths),
        monthly_high_millionths: month.map(|month| month.high_millionths),
        ..blank(plan, at)
    }
}

/// The last month that is foretold from its first day to its last.
fn whole_month(forecast: &Forecast) -> Option<&CostMonth> {
    let whole = |month: &&CostMonth| is_whole(&month.month, month.days);
    forecast.cost.months.iter().rev().find(whole)
}

/// Whether so many days are all of a month, `YYYY-MM`.
fn is_whole(month: &str, days: u64) -> bool {
    let Some((year, month)) = month.split_once('-') else {
        return false;
    };
    let (Ok(year), Ok(month)) = (year.parse(), month.parse()) else {
        return false;
    };
    let day = 1;
    let length = Date { year, month, day }.days_in_month();
    u64::try_from(length).is_ok_and(|length| days >= length)
}

/// Judges machines one after the other. Disks may be left out by name: what is left out of one is no disk of another.
fn judge_each(
    plan: &Plan,
    machines: Vec<Machine>,
    options: &mut AssessOptions,
    judge: &mut dyn FnMut(MachineAssessment),
) -> Result<(), AssessError> {
    let disks = Vec::new;
    if plan.exclude_disks.is_empty() {
        let disks = disks();
        return matrix::assess_each(&Fleet { machines, disks }, options, &mut *judge);
    }
    for machine in machines {
        let out = |disk: &&Disk| {
            let mut given = plan.exclude_disks.iter();
            given.any(|given| is(disk, &given.id))
        };
        let out = machine.disks.iter().filter(out);
        let id = |disk: &Disk| {
            disk.id
                .as_ref()
                .map_or_else(|| disk.name.clone(), ToString::to_string)
        };
        options.request.exclude_disks = out
            .map(|disk| matrix::DiskReference { id: id(disk) })
            .collect();
        let (machines, disks) = (vec![machine], disks());
        matrix::assess_each(&Fleet { machines, disks }, options, &mut *judge)?;
    }
    Ok(())
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
    let runs = policy.schedule.runs_a_day();
    options.request.schedules_per_day = guest::most_a_day(plan.service).map(|_| runs);
    if let Some(guest) = &plan.guest {
        let request = &mut options.request;
        request.scope.clone_from(&guest.scope);
        request.workload.clone_from(&guest.workload);
        let to = guest.destination.as_deref().unwrap_or("vault");
        request.destination = Some(to.to_owned());
        request.interval_minutes = guest.interval_minutes;
        request.disk_recovery_points = guest.disk_recovery_points;
    }
    let mut reasons: Vec<PlanNote> = Vec::new();
    let mut judge = |machine: MachineAssessment| {
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
        let reason = PlanNote {
            about: machine.name.clone(),
            text,
            row_ids: finding
                .map(|finding| finding.row_ids.clone())
                .unwrap_or_default(),
        };
        // What stands against the point stands against its copies too.
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    };
    if !matches!(plan.service, Service::VmBackup | Service::DiskBackup) {
        matrix::check(&plan.fleet)?;
        judge_each(plan, plan.fleet.machines.clone(), &mut options, &mut judge)?;
        let copies = plan
            .copies
            .iter()
            .filter(|_| plan.service == Service::RestorePoints);
        for copy in copies {
            options.request.operation = Some("copyRestorePoint".to_owned());
            options.request.target_region = Some(copy.region.clone());
            judge_each(plan, plan.fleet.machines.clone(), &mut options, &mut judge)?;
        }
        return Ok(reasons);
    }
    // A vault stands in the region of what it protects, as where the plan is carried out: one for each region.
    matrix::check(&plan.fleet)?;
    let mut seen: Vec<&str> = Vec::new();
    for machine in &plan.fleet.machines {
        let region = machine.location.as_deref();
        let name = region.unwrap_or_default();
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        let here = plan.fleet.machines.iter();
        let here = here.filter(|other| other.location.as_deref() == region);
        options.vault = Some(Vault {
            location: region.map(str::to_owned),
            redundancy: plan.vault_redundancy.clone(),
            cross_region_restore: plan.cross_region_restore,
            ..Vault::default()
        });
        judge_each(plan, here.cloned().collect(), &mut options, &mut judge)?;
    }
    Ok(reasons)
}
