//! Foretelling: what a plan takes, costs and achieves before anybody runs it.
//!
//! A plan is rolled out once for all its VMs (`rollout`): which points are there when. What they take follows
//! disk by disk from how much is written between two of them (`change`), for VMs that are alike only once.
//! `core/docs/forecast.md` says how, and what is assumed.

mod answer;
mod change;
mod course;
mod exact;
mod plan;
mod prepare;
mod rates;
mod rollout;

pub use answer::*;
pub use plan::{ForecastMethod, Objectives, Plan, PlannedCopy, PlannedWorkload};
pub use rates::{Meter, Rate, RateProfile};

use crate::matrix::{Service, normalise_region};
use crate::units::ByteCount;
use course::{Bytes, Days};
use prepare::{KnownSteps, Prepared, prepare};
use rollout::{Rollout, TierCourse};

/// Foretells a plan.
///
/// # Errors
/// The first field of the plan that cannot be.
pub fn forecast(plan: &Plan) -> Result<Forecast, PlanError> {
    let mut prepared = prepare(plan)?;
    let notes = std::mem::take(&mut prepared.notes);
    let assumptions = std::mem::take(&mut prepared.assumptions);
    let machines = plan.fleet.machines.len() as u64;
    let method = plan.method.unwrap_or_default();
    let simulated = !matches!(plan.service, Service::Mars | Service::DpmMabs);
    let (tiers, groups) = if simulated {
        let rollout = prepared.rollout()?;
        reckon(&prepared, &rollout, method)?
    } else {
        (Vec::new(), Vec::new())
    };
    Ok(Forecast {
        name: plan.name.clone(),
        service: plan.service,
        start_time: prepared.start,
        end_time: prepared.end,
        method,
        machines,
        tiers,
        groups,
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
    for group in &prepared.groups {
        let times = group.machines.len() as u64;
        let mut tiers = Vec::new();
        for (case, scale) in prepared.scales().into_iter().enumerate() {
            let mut disks = prepared.disks(group, scale, &rollout.captures, &mut known);
            for course in &rollout.tiers {
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
        groups.push(GroupForecast { machines, tiers });
    }
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
