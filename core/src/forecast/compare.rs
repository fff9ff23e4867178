//! Plans side by side, and the cheapest of them that does what it should.

use super::answer::{CostMonth, Forecast, PlanNote, state};
use super::check::reach_days;
use super::group::is;
use super::guest;
use super::{Plan, PlanError, forecast};
use crate::cloud::Settings;
use crate::json::Write;
use crate::matrix::{
    self, AskedSchedule, AssessError, AssessOptions, MachineAssessment, Policy, Service, Vault,
    Verdict,
};
use crate::model::{Disk, Fleet, Machine};
use crate::units::{ByteCount, Date, SimDuration, SimInstant};

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
        /// What the last whole month of the calendar costs with the low change rate, in millionths; nothing where a
        /// rate is missing or no whole month is foretold.
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
    let mut priced = Vec::new();
    for (at, plan) in plans.iter().enumerate() {
        let mut reasons = support(plan)?;
        let outcome = match forecast(plan) {
            Ok(forecast) => {
                let month = whole_month(&forecast).map(|month| month.month.clone());
                priced.push((month, forecast.cost.currency.clone()));
                outcome(plan, at, &forecast, &mut reasons)
            }
            Err(error) => {
                priced.push((None, String::new()));
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
    let (cheapest, why) = choose(plans, &priced, &outcomes);
    Ok(PlanComparison {
        plans: outcomes,
        cheapest,
        why,
    })
}

/// The cheapest of those that nothing rules out, and why it is. What backs up from within the guest has no price
/// here and cannot be it.
fn choose(
    plans: &[Plan],
    priced_in: &[(Option<String>, String)],
    outcomes: &[PlanOutcome],
) -> (Option<u64>, String) {
    let left = outcomes.iter().enumerate();
    let left = left.filter(|(_, outcome)| outcome.ruled_out.is_empty());
    let count = left.clone().count();
    let priced = |outcome: &PlanOutcome| guest::most_a_day(outcome.service).is_none();
    let compared: Vec<(usize, &PlanOutcome)> =
        left.filter(|(_, outcome)| priced(outcome)).collect();
    if count == 0 {
        return (None, "no plan is left: each has its reasons".to_owned());
    }
    let others = count - compared.len();
    let aside = if others == 0 {
        String::new()
    } else {
        format!("; {others} more would do and have no price: they back up from within the guest")
    };
    if compared.is_empty() {
        let why = "what is left backs up from within the guest and has no price";
        return (None, why.to_owned());
    }
    let of = |at: usize| (plans.get(at), priced_in.get(at));
    let mut whole = compared.iter().map(|(at, _)| of(*at).1);
    let none_whole =
        |known: Option<&(Option<String>, String)>| known.is_none_or(|(month, _)| month.is_none());
    if whole.any(none_whole) {
        let why = "no whole month of the calendar is foretold of a plan that is left, and parts of months are no prices: give horizonDays 62 or more";
        return (None, why.to_owned());
    }
    let unknown =
        |(_, outcome): &(usize, &PlanOutcome)| outcome.monthly_typical_millionths.is_none();
    if compared.iter().any(unknown) {
        let why = format!(
            "{count} of {} plans are left, and not all of them have a price: give rates",
            outcomes.len()
        );
        return (None, why);
    }
    if let Some(differs) = compared.first().and_then(|(first, _)| {
        let mut others = compared.iter().skip(1);
        others.find_map(|(other, _)| unlike(of(*first), of(*other)))
    }) {
        return (None, differs.to_owned());
    }
    let mut cheapest: Option<(u64, u64)> = None;
    for (at, outcome) in &compared {
        let cost = outcome.monthly_typical_millionths.unwrap_or_default();
        if cheapest.is_none_or(|(least, _)| cost < least) {
            cheapest = Some((cost, *at as u64));
        }
    }
    let why = match compared.len() {
        1 => "the only plan that nothing rules out".to_owned(),
        count => format!(
            "the lowest cost of the last whole month among {count} plans that nothing rules out"
        ),
    };
    (cheapest.map(|(_, at)| at), why + &aside)
}

/// What keeps the costs of two plans from being held against each other.
fn unlike(
    (one, one_in): (Option<&Plan>, Option<&(Option<String>, String)>),
    (other, other_in): (Option<&Plan>, Option<&(Option<String>, String)>),
) -> Option<&'static str> {
    let (one, other) = (one?, other?);
    let (one_in, other_in) = (one_in?, other_in?);
    if one_in.1 != other_in.1 {
        Some("the plans that are left have prices in different currencies: give all rates in one")
    } else if one.fleet != other.fleet {
        Some("the plans that are left protect different VMs: give all of them the same fleet")
    } else if one.start_time != other.start_time || one_in.0 != other_in.0 {
        Some(
            "the last whole months of the plans that are left are not the same: give all of them one startTime and horizonDays",
        )
    } else {
        None
    }
}

/// The last month of the calendar that is foretold from its first day to its last.
fn whole_month(forecast: &Forecast) -> Option<&CostMonth> {
    let is_whole = |month: &&CostMonth| {
        let (year, of_year) = month.month.split_once('-').unwrap_or_default();
        let first = Date {
            year: year.parse().unwrap_or_default(),
            month: of_year.parse().unwrap_or(1),
            day: 1,
        };
        u64::try_from(first.days_in_month()).is_ok_and(|days| month.days >= days)
    };
    forecast.cost.months.iter().rev().find(is_whole)
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
                "{}{of}: {} is asked for, {} is reached",
                result.objective, result.asked, result.achieved
            ),
            row_ids: result.row_ids.clone(),
        });
    }
    let worst = |of_remote: bool| {
        // That of the VM's own region comes first.
        let all = forecast
            .groups
            .iter()
            .flat_map(|group| group.rpo.iter().enumerate());
        let of = all.filter(|(at, _)| (*at > 0) == of_remote);
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
        let reason = against(plan, machine).filter(|_| reasons.len() < MOST_REASONS);
        // What stands against the point stands against each copy of it: it is told once.
        let told = |reason: &PlanNote| reasons.contains(reason);
        if let Some(reason) = reason.filter(|reason| !told(reason)) {
            reasons.push(reason);
        }
    };
    matrix::check(&plan.fleet)?;
    if !matches!(plan.service, Service::VmBackup | Service::DiskBackup) {
        ask(plan, &plan.fleet, &mut options, &mut judge)?;
        let copies = plan.copies.iter();
        for copy in copies.filter(|_| plan.service == Service::RestorePoints) {
            options.request.operation = Some("copyRestorePoint".to_owned());
            options.request.target_region = Some(copy.region.clone());
            ask(plan, &plan.fleet, &mut options, &mut judge)?;
        }
        return Ok(reasons);
    }
    // A vault stands in the region of what it protects, as where the plan is carried out: one for each region.
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
        let fleet = Fleet {
            machines: here.cloned().collect(),
            disks: Vec::new(),
        };
        options.vault = Some(Vault {
            location: region.map(str::to_owned),
            redundancy: plan.vault_redundancy.clone(),
            cross_region_restore: plan.cross_region_restore,
            ..Vault::default()
        });
        ask(plan, &fleet, &mut options, &mut judge)?;
    }
    Ok(reasons)
}

/// Judges VMs, each with the disks of its own that the plan leaves out: a request takes their ids.
fn ask(
    plan: &Plan,
    fleet: &Fleet,
    options: &mut AssessOptions,
    judge: &mut dyn FnMut(MachineAssessment),
) -> Result<(), AssessError> {
    let left_out = |machine: &Machine| {
        let given = |disk: &&Disk| plan.exclude_disks.iter().any(|given| is(disk, &given.id));
        let disks = machine.disks.iter().filter(given);
        let id = |disk: &Disk| {
            disk.id
                .as_ref()
                .map_or_else(|| disk.name.clone(), ToString::to_string)
        };
        disks
            .map(|disk| matrix::DiskReference { id: id(disk) })
            .collect()
    };
    let all = fleet.machines.len();
    let mut from = 0;
    while from < all {
        let rest = fleet.machines.get(from..).unwrap_or_default();
        let mut alike = all - from;
        if !plan.exclude_disks.is_empty() {
            let own: Vec<matrix::DiskReference> = rest.first().map(left_out).unwrap_or_default();
            alike = rest
                .iter()
                .take_while(|machine| left_out(machine) == own)
                .count()
                .max(1);
            options.request.exclude_disks = own;
        }
        matrix::assess_some(fleet, from..from + alike, options, judge)?;
        from += alike;
    }
    Ok(())
}

/// Why a VM is none for the plan, where it is none.
fn against(plan: &Plan, machine: MachineAssessment) -> Option<PlanNote> {
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
        return None;
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
    Some(PlanNote {
        about: machine.name,
        text,
        row_ids: finding
            .map(|finding| finding.row_ids.clone())
            .unwrap_or_default(),
    })
}
