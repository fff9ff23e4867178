//! Foretelling: what a plan takes, costs and achieves before anybody runs it.
//!
//! A plan is rolled out once for all its VMs (`rollout`): which points are there when. What they take follows
//! disk by disk from how much is written between two of them (`change`), for VMs that are alike only once.
//! `core/docs/forecast.md` says how, and what is assumed.

mod answer;
mod breaker;
mod calibrate;
mod change;
mod compare;
mod cost;
mod course;
mod exact;
mod objectives;
mod plan;
mod prepare;
mod quota;
mod rates;
mod rollout;
mod rpo;

pub use answer::*;
pub use breaker::{Breaker, BreakerOptions, BreakerReport, PlannedFault};
pub use calibrate::{Calibration, ObservedDisk, ObservedSnapshot, calibrate};
pub use compare::{PlanComparison, PlanOutcome, compare_plans};
pub use plan::{ForecastMethod, Objectives, Plan, PlannedCopy, PlannedWorkload};
pub use rates::{Meter, Rate, RateProfile, rate_profiles};
pub(crate) use rpo::{Usable, achieved};

use crate::matrix::{Service, normalise_region};
use crate::units::{ByteCount, SimInstant};
use course::{Bytes, Days};
use prepare::{KnownSteps, Prepared, prepare};
use rollout::{Rollout, TierCourse};
use rpo::Flow;

/// Foretells a plan.
///
/// # Errors
/// The first field of the plan that cannot be.
pub fn forecast(plan: &Plan) -> Result<Forecast, PlanError> {
    let mut prepared = prepare(plan)?;
    let notes = std::mem::take(&mut prepared.notes);
    let assumptions = std::mem::take(&mut prepared.assumptions);
    let machines = plan.fleet.machines.len() as u64;
    let rates = prepared.rates()?;
    let method = plan.method.unwrap_or_default();
    let simulated = !matches!(plan.service, Service::Mars | Service::DpmMabs);
    let (tiers, groups, quota) = if simulated {
        let rollout = prepared.rollout()?;
        let (tiers, groups) = reckon(&prepared, &rollout, method)?;
        (tiers, groups, quota::quota(&prepared, &rollout))
    } else {
        (Vec::new(), Vec::new(), Vec::new())
    };
    let cost = cost::cost(&prepared, &rates, &tiers);
    let objectives = objectives::objectives(&prepared, &groups, &cost, simulated);
    Ok(Forecast {
        name: plan.name.clone(),
        service: plan.service,
        start_time: prepared.start,
        end_time: prepared.end,
        method,
        machines,
        tiers,
        groups,
        quota,
        cost,
        objectives,
        assumptions,
        notes,
    })
}

/// What is kept in one place, in the typical, the low and the high case.
struct Place<'a> {
    course: &'a TierCourse,
    region: String,
    bytes: [Bytes; 3],
}

type Reckoned = (Vec<TierForecast>, Vec<GroupForecast>);

fn reckon(
    prepared: &Prepared<'_>,
    rollout: &Rollout,
    method: ForecastMethod,
) -> Result<Reckoned, PlanError> {
    let mut places: Vec<Place<'_>> = Vec::new();
    let mut groups = Vec::new();
    let mut known = KnownSteps::new();
    let mut flows: Vec<Flow> = Vec::new();
    let mut followed = usize::MAX;
    for (number, group) in prepared.groups.iter().enumerate() {
        let times = group.machines.len() as u64;
        if flows.len() > MOST_FLOWS {
            followed = followed.min(number);
        }
        let mut tiers = Vec::new();
        for (case, scale) in prepared.scales().into_iter().enumerate() {
            let mut disks = prepared.disks(group, scale, &rollout.captures, &mut known);
            for (tier, course) in rollout.tiers.iter().enumerate() {
                if case == 0 && course.tier == Tier::Copies && number < followed {
                    for (change, at) in &mut disks {
                        let steps = course.steps.iter().enumerate();
                        let sizes = steps.filter(|(_, step)| step.comes).enumerate();
                        flows.extend(sizes.map(|(place, (step, of))| Flow {
                            tier,
                            step,
                            group: number,
                            size: course::effect(of, change, at).2,
                            count: times,
                            first: place == 0,
                        }));
                    }
                }
                let region = region_of(prepared, course, &group.region);
                let known = places
                    .iter()
                    .position(|place| place.region == region && std::ptr::eq(place.course, course));
                let at = known.unwrap_or_else(|| {
                    let bytes = std::array::from_fn(|_| Bytes::of(course));
                    let region = region.clone();
                    places.push(Place {
                        course,
                        region,
                        bytes,
                    });
                    places.len() - 1
                });
                let Some(place) = places.get_mut(at) else {
                    continue;
                };
                let Some(bytes) = place.bytes.get_mut(case) else {
                    continue;
                };
                let (stored, most, moved) = bytes.add(course, &mut disks, times);
                if case == 0 {
                    tiers.push(GroupTier {
                        tier: course.tier,
                        region,
                        stored_bytes: ByteCount(stored),
                        peak_bytes: ByteCount(most),
                        transferred_bytes: ByteCount(moved),
                    });
                }
            }
        }
        let machines = group.machines.iter();
        let machines = machines.filter_map(|at| prepared.plan.fleet.machines.get(*at));
        let machines = machines.map(|machine| machine.name.clone()).collect();
        groups.push(GroupForecast {
            machines,
            tiers,
            rpo: Vec::new(),
        });
    }
    achieve(prepared, rollout, &flows, &mut groups);
    if method == ForecastMethod::Exact {
        if places.len() > rollout.tiers.len() {
            let message = "the engine runs the VMs of one region at a time; ask for closedForm";
            return Err(PlanError::new("method", message));
        }
        let exact = exact::run(prepared, rollout)?;
        for (place, exact) in places.iter_mut().zip(exact) {
            let [typical, ..] = &mut place.bytes;
            *typical = exact;
        }
    }
    Ok((
        places
            .iter()
            .map(|place| tier_forecast(prepared, place))
            .collect(),
        groups,
    ))
}

/// Kinds of VMs of which it is told day by day how old their last usable point is.
const SHOWN_BY_DAY: usize = 20;
/// Journeys of disks that are followed one by one. VMs beyond them are taken to have their copies at once.
const MOST_FLOWS: usize = 200_000;

/// Fills in how old the last usable point of each group is. Groups of one region differ only in when their copies
/// arrive.
fn achieve(
    prepared: &Prepared<'_>,
    rollout: &Rollout,
    flows: &[Flow],
    groups: &mut [GroupForecast],
) {
    let followed = flows.last().map_or(0, |flow| flow.group + 1);
    let steps = |tier: &TierCourse| match tier.tier {
        Tier::Copies => {
            let begin = tier.steps.iter().map(|step| step.at);
            begin
                .map(|at| at.plus(prepared.settings.copy_start()))
                .collect()
        }
        _ => Vec::new(),
    };
    let mut arrived: Vec<Vec<Vec<SimInstant>>> = (0..followed)
        .map(|_| rollout.tiers.iter().map(steps).collect())
        .collect();
    for (flow, at) in rpo::arrivals(prepared, rollout, flows) {
        let of_group = arrived.get_mut(flow.group);
        let of_step = of_group.and_then(|tiers| tiers.get_mut(flow.tier)?.get_mut(flow.step));
        of_step.into_iter().for_each(|last| *last = at.max(*last));
    }
    let with_days = groups.len() <= SHOWN_BY_DAY;
    let (start, end) = (prepared.start, prepared.end);
    let mut known: Vec<(String, Vec<RegionRpo>)> = Vec::new();
    for (number, group) in groups.iter_mut().enumerate() {
        let own = group.tiers.first().map(|tier| tier.region.clone());
        let own = own.unwrap_or_default();
        let arrived = arrived.get(number);
        if arrived.is_none()
            && let Some((_, rpo)) = known.iter().find(|(region, _)| *region == own)
        {
            group.rpo.clone_from(rpo);
            continue;
        }
        let mut here: Vec<Usable> = Vec::new();
        for (at, (tier, of_group)) in rollout.tiers.iter().zip(&group.tiers).enumerate() {
            let arrived = arrived
                .and_then(|arrived| arrived.get(at))
                .map(Vec::as_slice);
            let changes = rpo::usable(prepared, rollout, tier, arrived);
            match tier.tier {
                Tier::Copies => {
                    let region = &of_group.region;
                    let found = rpo::achieved(&changes, start, end, region, with_days);
                    group.rpo.push(found);
                }
                Tier::Snapshots => here = changes,
                Tier::Vault => here = rpo::either(&here, &changes, start),
            }
        }
        let found = rpo::achieved(&here, start, end, &own, with_days);
        group.rpo.insert(0, found);
        if arrived.is_none() {
            known.push((own, group.rpo.clone()));
        }
    }
}

/// The region of a tier of VMs in this region.
fn region_of(prepared: &Prepared<'_>, course: &TierCourse, own: &str) -> String {
    let copy = course.copy.and_then(|copy| prepared.plan.copies.get(copy));
    copy.map_or_else(|| own.to_owned(), |copy| normalise_region(&copy.region))
}

fn tier_forecast(prepared: &Prepared<'_>, place: &Place<'_>) -> TierForecast {
    let [typical, low, high] = &place.bytes;
    let (peak_bytes, peak_at) = typical.peak(prepared.start);
    let days = |bytes: &Bytes| bytes.days(prepared.start, prepared.days);
    let [days, low, high]: [Days; 3] = [days(typical), days(low), days(high)];
    let last = |of: &[u64]| ByteCount(of.last().copied().unwrap_or_default());
    TierForecast {
        tier: place.course.tier,
        region: place.region.clone(),
        points: days.count.last().copied().unwrap_or_default(),
        peak_points: typical.count.iter().copied().max().unwrap_or_default(),
        stored_bytes: last(&days.stored),
        low_stored_bytes: last(&low.stored),
        high_stored_bytes: last(&high.stored),
        peak_bytes: ByteCount(peak_bytes),
        peak_at,
        transferred_bytes: ByteCount(typical.moved.iter().copied().fold(0, u64::saturating_add)),
        days: TierDays {
            points: days.count,
            stored_bytes: days.stored,
            average_bytes: days.average,
            low_average_bytes: low.average,
            high_average_bytes: high.average,
            transferred_bytes: days.moved,
            low_transferred_bytes: low.moved,
            high_transferred_bytes: high.moved,
        },
    }
}
