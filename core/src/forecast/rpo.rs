//! How old the last usable point is at each moment: what is achieved, not what a schedule promises.

use super::answer::RegionRpo;
use super::check::check_region;
use super::prepare::Prepared;
use super::rollout::{Rollout, TierCourse};
use super::sample::WHOLE;
use super::{PlanError, Tier};
use crate::policy::Schedule;
use crate::units::{SimDuration, SimInstant};

const DAY: u64 = 86_400;

/// A point that can be restored from an instant on, or no longer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usable {
    pub(crate) at: SimInstant,
    pub(crate) taken: SimInstant,
    /// Whether it can be restored from now on; no longer where not.
    pub(crate) comes: bool,
}

/// What becomes of the age of the last usable point between two instants. `changes` are in order of time.
pub(crate) fn achieved(
    changes: &[Usable],
    start: SimInstant,
    end: SimInstant,
    region: &str,
    with_days: bool,
) -> RegionRpo {
    let mut usable: Vec<SimInstant> = Vec::new();
    let mut found = RegionRpo {
        region: region.to_owned(),
        worst: SimDuration::ZERO,
        worst_at: start,
        first_usable_at: None,
        without: SimDuration::ZERO,
        days: Vec::new(),
    };
    let days = end.since(start).seconds().div_ceil(DAY);
    if with_days {
        found.days = vec![0; usize::try_from(days).unwrap_or_default()];
    }
    let mut since = start;
    let ends = Usable {
        at: end,
        taken: end,
        comes: false,
    };
    for change in changes
        .iter()
        .filter(|change| change.at < end)
        .chain([&ends])
    {
        let at = change.at.max(start);
        match usable.last() {
            Some(newest) => {
                let age = at.since(*newest);
                if age > found.worst {
                    (found.worst, found.worst_at) = (age, at);
                }
                note_days(&mut found.days, start, since, at, *newest);
            }
            None if found.first_usable_at.is_some() => {
                let without = found.without.seconds() + at.since(since).seconds();
                found.without = SimDuration::from_seconds(without);
            }
            None => {}
        }
        since = at;
        match (change.comes, usable.binary_search(&change.taken)) {
            (true, Err(place)) => {
                usable.insert(place, change.taken);
                found.first_usable_at.get_or_insert(at);
            }
            (false, Ok(place)) => drop(usable.remove(place)),
            _ => {}
        }
    }
    found
}

/// The oldest that the last usable point is on each day that an interval touches.
fn note_days(
    days: &mut [u64],
    start: SimInstant,
    from: SimInstant,
    to: SimInstant,
    newest: SimInstant,
) {
    let (first, last) = (
        from.since(start).seconds() / DAY,
        to.since(start).seconds() / DAY,
    );
    for day in first..=last {
        let midnight = start.plus(SimDuration::from_seconds((day + 1).saturating_mul(DAY)));
        let age = to.min(midnight).since(newest).seconds();
        if let Some(worst) = usize::try_from(day).ok().and_then(|day| days.get_mut(day)) {
            *worst = age.max(*worst);
        }
    }
}

/// The longest time between two runs of a schedule: what it promises.
pub(super) fn promised(schedule: &Schedule, start: SimInstant) -> SimDuration {
    let mut longest = SimDuration::ZERO;
    let mut before = schedule.next_after(start);
    let until = before.plus(SimDuration::from_seconds(15 * DAY));
    while before < until {
        let next = schedule.next_after(before);
        longest = longest.max(next.since(before));
        before = next;
    }
    longest
}

/// What travels to other regions with one step of a tier: size, group and how many disks, in shares of [`WHOLE`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Flow {
    pub(super) tier: usize,
    pub(super) step: usize,
    pub(super) group: usize,
    pub(super) size: u64,
    pub(super) count: u64,
    /// Whether it is the first of its disks there. Any other builds on the flow before it in the list, and waits
    /// until that has arrived.
    pub(super) first: bool,
}

/// When each step of each tier has arrived for each group. All travelling disks have the same rate, so that one
/// count of bytes serves as the clock of all: a disk of a size arrives when that clock has gone so far.
pub(super) fn arrivals(
    prepared: &Prepared<'_>,
    rollout: &Rollout,
    flows: &[Flow],
) -> Vec<(Flow, SimInstant)> {
    let (one, all) = prepared.settings.copy_rates();
    let begins = |flow: &Flow| {
        let tier = rollout.tiers.get(flow.tier);
        let step = tier.and_then(|tier| tier.steps.get(flow.step));
        let begun = step.map_or(prepared.start, |step| step.at);
        match tier.map(|tier| tier.tier) {
            // What goes to a vault sets out at once.
            Some(Tier::Vault) => begun,
            _ => begun.plus(prepared.settings.copy_start()),
        }
    };
    let in_time = |at: &usize| {
        let flow = flows.get(*at);
        flow.map_or(0, |flow| begins(flow).since(prepared.start).seconds())
    };
    let order = crate::order::by((0..flows.len()).collect(), in_time);
    let flow_at = |next: usize| order.get(next).and_then(|at| flows.get(*at));
    let mut arrived = Vec::with_capacity(flows.len());
    // Which flows have begun, and which have arrived.
    let mut begun = vec![false; flows.len()];
    let mut there = vec![false; flows.len()];
    // What travels: where the clock of bytes stands when it arrives, and which flow it is; the next one last.
    let mut travelling: Vec<(u64, u64)> = Vec::new();
    let (mut clock, mut disks, mut now) = (0_u64, 0_u64, prepared.start);
    let mut next = 0;
    loop {
        let begins_next = flow_at(next).map(begins);
        let rate = one.min(all.saturating_mul(WHOLE) / disks.max(WHOLE)).max(1);
        let ends = travelling.last().map(|(at, _)| {
            let seconds = at.saturating_sub(clock).div_ceil(rate);
            now.plus(SimDuration::from_seconds(seconds))
        });
        match (begins_next, ends) {
            (None, None) => return arrived,
            (Some(at), ends) if ends.is_none_or(|ends| at < ends) => {
                clock = clock.saturating_add(at.since(now).seconds().saturating_mul(rate));
                now = now.max(at);
                while let Some(flow) = flow_at(next).filter(|flow| begins(flow) <= now) {
                    let place = order.get(next).copied().unwrap_or_default();
                    let before = place.checked_sub(1).and_then(|before| there.get(before));
                    if flow.first || before == Some(&true) {
                        travelling.push((clock.saturating_add(flow.size), place as u64));
                        disks = disks.saturating_add(flow.count);
                    }
                    begun.get_mut(place).into_iter().for_each(|it| *it = true);
                    next += 1;
                }
                travelling.sort_unstable();
                travelling.reverse();
            }
            (_, ends) => {
                let at = ends.unwrap_or(now);
                clock = clock.saturating_add(at.since(now).seconds().saturating_mul(rate));
                now = at;
                let mut set_out = Vec::new();
                while let Some((_, place)) = travelling.pop_if(|(at, _)| *at <= clock) {
                    let place = usize::try_from(place).unwrap_or_default();
                    if let Some(flow) = flows.get(place) {
                        disks = disks.saturating_sub(flow.count);
                        arrived.push((*flow, now));
                    }
                    there.get_mut(place).into_iter().for_each(|it| *it = true);
                    // What waited for it sets out.
                    let after = flows.get(place + 1).filter(|after| !after.first);
                    if let Some(after) = after.filter(|_| begun.get(place + 1) == Some(&true)) {
                        disks = disks.saturating_add(after.count);
                        set_out.push((clock.saturating_add(after.size), (place + 1) as u64));
                    }
                }
                if !set_out.is_empty() {
                    travelling.append(&mut set_out);
                    travelling.sort_unstable();
                    travelling.reverse();
                }
            }
        }
    }
}

/// When the points of a tier can be restored, and until when. `arrived` has the instants of those that travel.
pub(super) fn usable(
    prepared: &Prepared<'_>,
    rollout: &Rollout,
    tier: &TierCourse,
    arrived: Option<&[SimInstant]>,
) -> Vec<Usable> {
    let creation = prepared.creation();
    let mut gone: Vec<Option<SimInstant>> = vec![None; rollout.captures.len()];
    for step in tier.steps.iter().filter(|step| !step.comes) {
        let known = gone.get_mut(step.capture).into_iter();
        known.for_each(|at| *at = Some(step.at));
    }
    let mut changes: Vec<Usable> = Vec::with_capacity(tier.steps.len());
    for (place, step) in tier.steps.iter().enumerate() {
        let taken = rollout
            .captures
            .get(step.capture)
            .copied()
            .unwrap_or(step.at);
        let here = arrived.and_then(|arrived| arrived.get(place)).copied();
        let at = match (step.comes, tier.tier, here) {
            (false, ..) => step.at,
            (true, Tier::Snapshots, _) => step.at.plus(creation),
            (true, _, Some(arrived)) => arrived,
            (true, _, None) => step.at.plus(prepared.settings.copy_start()),
        };
        // What goes as soon as it is there, or while it is on its way, can never be restored.
        let gone = gone.get(step.capture).copied().flatten();
        if step.comes && gone.is_some_and(|gone| gone <= at) {
            continue;
        }
        changes.push(Usable {
            at,
            taken,
            comes: step.comes,
        });
    }
    crate::order::by(changes, |change| change.at.since(prepared.start).seconds())
}

/// The same where points come so much later, and go when they go.
pub(super) fn later(changes: &[Usable], by: SimDuration, start: SimInstant) -> Vec<Usable> {
    let at = |change: &Usable| {
        if change.comes {
            change.at.plus(by)
        } else {
            change.at
        }
    };
    let mut goes: Vec<SimInstant> = Vec::new();
    let moved = changes.iter().map(|change| Usable {
        at: at(change),
        ..*change
    });
    let moved = crate::order::by(moved.collect(), |change| change.at.since(start).seconds());
    // What is gone before it came never comes.
    let mut found = Vec::new();
    for change in moved {
        if !change.comes {
            goes.push(change.taken);
        } else if goes.contains(&change.taken) {
            continue;
        }
        found.push(change);
    }
    found
}

/// When a point can be restored from either of two tiers: from the first instant on, until the last.
pub(super) fn either(one: &[Usable], other: &[Usable], start: SimInstant) -> Vec<Usable> {
    let key = |change: &Usable| change.at.since(start).seconds();
    let all = crate::order::by([one, other].concat(), key);
    let mut there: Vec<(SimInstant, u32)> = Vec::new();
    let mut changes = Vec::new();
    for change in all {
        let place = there.binary_search_by(|(taken, _)| taken.cmp(&change.taken));
        match (place, change.comes) {
            (Err(place), true) => {
                there.insert(place, (change.taken, 1));
                changes.push(change);
            }
            (Ok(place), true) => there
                .get_mut(place)
                .into_iter()
                .for_each(|known| known.1 += 1),
            (Ok(place), false) => {
                let left = there.get_mut(place).map_or(0, |known| {
                    known.1 = known.1.saturating_sub(1);
                    known.1
                });
                if left == 0 {
                    there.remove(place);
                    changes.push(change);
                }
            }
            (Err(_), false) => {}
        }
    }
    changes
}

/// Fails where a region of the objectives has no name, or an age is asked of none.
pub(super) fn check_regions(prepared: &Prepared<'_>) -> Result<(), PlanError> {
    let Some(objectives) = &prepared.plan.objectives else {
        return Ok(());
    };
    if objectives.remote_rpo.is_some() && objectives.regions.is_empty() {
        let message = "name the regions that remoteRpo is asked of";
        return Err(PlanError::new("objectives.regions", message));
    }
    for (at, region) in objectives.regions.iter().enumerate() {
        let path = format!("objectives.regions[{at}]");
        if region.is_empty() {
            return Err(PlanError::new(path, "name a region"));
        }
        check_region(region, &path)?;
    }
    Ok(())
}
