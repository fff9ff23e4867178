//! Foretelling: what a plan takes, costs and achieves before anybody runs it.
//!
//! A plan is rolled out once for all its VMs (`rollout`): which points are there when. What they take follows
//! disk by disk from how much is written between two of them (`change`), for VMs that are alike only once.
//! `core/docs/forecast.md` says how, and what is assumed.

mod aim;
mod answer;
mod breaker;
mod calibrate;
mod change;
mod check;
mod compare;
mod cost;
mod course;
mod exact;
mod group;
mod guest;
mod objectives;
mod plan;
mod prepare;
mod quota;
mod rates;
mod rollout;
mod rpo;
mod sample;

pub use answer::*;
pub use breaker::{Breaker, BreakerOptions, BreakerReport, PlannedFault};
pub use calibrate::{Calibration, ObservedDisk, ObservedSnapshot, calibrate};
pub use compare::{PlanComparison, PlanOutcome, compare_plans};
pub use guest::GuestBackup;
pub use plan::{ForecastMethod, Objectives, Plan, PlannedCopy, PlannedWorkload};
pub use rates::{Meter, Rate, RateProfile, rate_profiles};
pub(crate) use rpo::{Usable, achieved};

use crate::matrix::normalise_region;
use crate::units::{ByteCount, SimInstant};
use course::{Bytes, Days};
use group::Profile;
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
    let machines = plan.fleet.machines.len() as u64;
    let rates = prepared.rates()?;
    let rollout = prepared.rollout()?;
    let quota = quota::quota(&prepared, &rollout);
    let simulated = guest::most_a_day(plan.service).is_none();
    let many = prepared.groups.len() > sample::MOST_KINDS;
    let method = match plan.method {
        Some(method) => method,
        None if many && simulated => ForecastMethod::Sampled,
        None => ForecastMethod::ClosedForm,
    };
    let (tiers, groups) = if simulated {
        reckon(&mut prepared, &rollout, method)?
    } else {
        (Vec::new(), guest::groups(&prepared, &rollout))
    };
    let cost = cost::cost(&prepared, &rates, &tiers);
    let objectives = objectives::objectives(&prepared, &groups, &cost);
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
        assumptions: std::mem::take(&mut prepared.assumptions),
        notes,
    })
}

/// What is kept in one place, in the typical, the low and the high case.
struct Place<'a> {
    course: &'a TierCourse,
    region: String,
    bytes: [Bytes; 3],
}

/// Disks that are reckoned at once, and how many there are of them.
struct Kind<'a> {
    region: &'a str,
    disks: &'a [Profile],
    /// In parts of [`sample::WHOLE`].
    share: u64,
    /// Whose copies arrive with theirs: the number of the group, or of the region in a sample.
    with: usize,
}

type Reckoned = (Vec<TierForecast>, Vec<GroupForecast>);
/// What one kind comes to in each tier: at the end, at most, and what moved.
type Figures = Vec<(u64, u64, u64)>;

fn reckon(
    prepared: &mut Prepared<'_>,
    rollout: &Rollout,
    method: ForecastMethod,
) -> Result<Reckoned, PlanError> {
    let sampled = method == ForecastMethod::Sampled;
    let sample = sampled.then(|| sample::sample(&prepared.groups));
    if let Some(sample) = &sample {
        prepared.assumptions.push(PlanAssumption {
            name: "method".to_owned(),
            value: format!("{} disks, {} for each doubling", sample.nodes.len(), sample.grid),
            meaning: "disks of chosen sizes and parts in use are reckoned, and every other in between; ask for closedForm to have each reckoned".to_owned(),
        });
    }
    let prepared = &*prepared;
    let groups = prepared.groups.iter().enumerate();
    let kinds: Vec<Kind<'_>> = match &sample {
        None => groups
            .map(|(with, group)| Kind {
                region: &group.region,
                disks: &group.disks,
                share: sample::WHOLE.saturating_mul(group.machines.len() as u64),
                with,
            })
            .collect(),
        Some(sample) => sample
            .nodes
            .iter()
            .filter_map(|node| {
                Some(Kind {
                    region: sample.regions.get(node.region)?,
                    disks: std::slice::from_ref(&node.profile),
                    share: node.share,
                    with: node.region,
                })
            })
            .collect(),
    };
    let mut places: Vec<Place<'_>> = Vec::new();
    if sampled {
        // Every region has its places, were its disks as empty as can be.
        for region in sample.iter().flat_map(|sample| &sample.regions) {
            for course in &rollout.tiers {
                place_of(&mut places, course, region_of(prepared, course, region));
            }
        }
    }
    let mut flows: Vec<Flow> = Vec::new();
    let figures = each_kind(prepared, rollout, &kinds, &mut places, &mut flows);
    let mut groups: Vec<GroupForecast> = Vec::with_capacity(prepared.groups.len());
    for (number, group) in prepared.groups.iter().enumerate() {
        let mix = sample.as_ref().and_then(|sample| sample.mixes.get(number));
        let own = [(number, sample::WHOLE)];
        let mix = mix.map_or(own.as_slice(), Vec::as_slice);
        let machines = group.machines.iter();
        let machines = machines.filter_map(|at| prepared.plan.fleet.machines.get(*at));
        groups.push(GroupForecast {
            machines: machines.map(|machine| machine.name.clone()).collect(),
            tiers: of_mix(prepared, rollout, &group.region, mix, &figures),
            rpo: Vec::new(),
        });
    }
    let regions = sample.as_ref().map(|sample| sample.regions.as_slice());
    achieve(prepared, rollout, &flows, regions, &mut groups);
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

/// The place of a tier in a region, made where there is none yet.
fn place_of<'a>(places: &mut Vec<Place<'a>>, course: &'a TierCourse, region: String) -> usize {
    let known = places
        .iter()
        .position(|place| place.region == region && std::ptr::eq(place.course, course));
    known.unwrap_or_else(|| {
        let bytes = std::array::from_fn(|_| Bytes::of(course));
        places.push(Place {
            course,
            region,
            bytes,
        });
        places.len() - 1
    })
}

/// Adds what every kind comes to where it is kept; what one of each comes to in each tier.
fn each_kind<'a>(
    prepared: &Prepared<'_>,
    rollout: &'a Rollout,
    kinds: &[Kind<'_>],
    places: &mut Vec<Place<'a>>,
    flows: &mut Vec<Flow>,
) -> Vec<Figures> {
    let mut known = KnownSteps::new();
    let mut figures = Vec::with_capacity(kinds.len());
    for kind in kinds {
        let follow = flows.len() <= MOST_FLOWS;
        let mut own = Figures::new();
        for (case, scale) in prepared.scales().into_iter().enumerate() {
            let mut disks = prepared.disks(kind.disks, scale, &rollout.captures, &mut known);
            for (tier, course) in rollout.tiers.iter().enumerate() {
                if case == 0 && prepared.travels(course.tier) && follow {
                    for (change, at) in &mut disks {
                        let steps = course.steps.iter().enumerate();
                        let sizes = steps.filter(|(_, step)| step.comes).enumerate();
                        flows.extend(sizes.map(|(place, (step, of))| Flow {
                            tier,
                            step,
                            group: kind.with,
                            size: course::effect(of, change, at).2,
                            count: kind.share,
                            first: place == 0,
                        }));
                    }
                }
                let region = region_of(prepared, course, kind.region);
                let at = place_of(places, course, region);
                let place = places.get_mut(at);
                let Some(bytes) = place.and_then(|place| place.bytes.get_mut(case)) else {
                    continue;
                };
                let found = bytes.add(course, &mut disks, kind.share);
                if case == 0 {
                    own.push(found);
                }
            }
        }
        figures.push(own);
    }
    figures
}

/// What one VM comes to that is made up of such shares of kinds.
fn of_mix(
    prepared: &Prepared<'_>,
    rollout: &Rollout,
    region: &str,
    mix: &[(usize, u64)],
    figures: &[Figures],
) -> Vec<GroupTier> {
    let of_tier = |(at, course): (usize, &TierCourse)| {
        let sum = |of: fn(&(u64, u64, u64)) -> u64| {
            let parts = mix.iter().map(|(kind, share)| {
                let figure = figures.get(*kind).and_then(|of_kind| of_kind.get(at));
                course::share_of(figure.map_or(0, of), *share)
            });
            ByteCount(parts.fold(0, u64::saturating_add))
        };
        GroupTier {
            tier: course.tier,
            region: region_of(prepared, course, region),
            stored_bytes: sum(|figure| figure.0),
            peak_bytes: sum(|figure| figure.1),
            transferred_bytes: sum(|figure| figure.2),
        }
    };
    rollout.tiers.iter().enumerate().map(of_tier).collect()
}

/// Kinds of VMs of which it is told day by day how old their last usable point is.
const SHOWN_BY_DAY: usize = 20;
/// Journeys of disks that are followed one by one. VMs beyond them are taken to have their copies at once.
const MOST_FLOWS: usize = 200_000;

/// Fills in how old the last usable point of each group is. Groups of one region differ only in when their copies
/// arrive; in a sample of `regions` they do not, and have the age of the slowest disk there.
fn achieve(
    prepared: &Prepared<'_>,
    rollout: &Rollout,
    flows: &[Flow],
    regions: Option<&[String]>,
    groups: &mut [GroupForecast],
) {
    let steps = |tier: &TierCourse| {
        let begin = tier.steps.iter().map(|step| step.at);
        match tier.tier {
            Tier::Copies => begin
                .map(|at| at.plus(prepared.settings.copy_start()))
                .collect(),
            Tier::Vault if prepared.travels(Tier::Vault) => begin.collect(),
            _ => Vec::new(),
        }
    };
    let most = flows.iter().map(|flow| flow.group + 1).max();
    let mut arrived: Vec<Vec<Vec<SimInstant>>> = (0..most.unwrap_or_default())
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
        let with = match regions {
            None => Some(number),
            Some(regions) => regions.iter().position(|region| *region == own),
        };
        let arrived = with.and_then(|with| arrived.get(with));
        let shared = regions.is_some() || arrived.is_none();
        if shared && let Some((_, rpo)) = known.iter().find(|(region, _)| *region == own) {
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
                Tier::Vault => {
                    if let Some(pair) = prepared.pair(&own) {
                        let later = prepared.settings.vault_secondary();
                        let there = rpo::later(&changes, later, start);
                        let found = rpo::achieved(&there, start, end, &pair, with_days);
                        group.rpo.push(found);
                    }
                    here = rpo::either(&here, &changes, start);
                }
            }
        }
        let found = rpo::achieved(&here, start, end, &own, with_days);
        group.rpo.insert(0, found);
        if shared {
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
        peak_points: typical.most_points(),
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
