//! Bytes over time: what is kept in one place after each change, and what that comes to day by day.

use super::Tier;
use super::change::{Change, Course};
use super::rollout::{Step, TierCourse};
use super::sample::WHOLE;
use crate::units::{SimDuration, SimInstant};

const DAY: u64 = 86_400;

/// What is kept in one place after each change of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Bytes {
    pub(super) at: Vec<SimInstant>,
    /// Points of one VM.
    pub(super) count: Vec<u64>,
    pub(super) stored: Vec<u64>,
    /// What came from elsewhere with the change.
    pub(super) moved: Vec<u64>,
}

/// Figures of days.
#[derive(Clone, Debug, Default)]
pub(super) struct Days {
    pub(super) count: Vec<u64>,
    pub(super) stored: Vec<u64>,
    pub(super) average: Vec<u64>,
    pub(super) moved: Vec<u64>,
}

impl Bytes {
    /// Nothing, at the steps of a tier.
    pub(super) fn of(tier: &TierCourse) -> Self {
        Self {
            at: tier.steps.iter().map(|step| step.at).collect(),
            count: tier.steps.iter().map(|step| step.count).collect(),
            stored: vec![0; tier.steps.len()],
            moved: vec![0; tier.steps.len()],
        }
    }

    /// Adds what disks come to, as often as `share` says. What one VM has: at the end, at most, and what moved.
    pub(super) fn add(
        &mut self,
        tier: &TierCourse,
        disks: &mut [(Change, Course)],
        share: u64,
    ) -> (u64, u64, u64) {
        let (mut stored, mut most, mut moved) = (0_u64, 0, 0_u64);
        let sums = self.stored.iter_mut().zip(&mut self.moved);
        let later = tier
            .steps
            .iter()
            .skip(1)
            .map(|step| Some(step.at))
            .chain([None]);
        for ((step, next), (sum, moved_sum)) in tier.steps.iter().zip(later).zip(sums) {
            let mut came = 0_u64;
            for (change, course) in &mut *disks {
                let (more, less, travels) = effect(step, change, course);
                stored = stored.saturating_add(more).saturating_sub(less);
                came = came.saturating_add(travels);
            }
            if next != Some(step.at) {
                most = stored.max(most);
            }
            if tier.tier == Tier::Snapshots {
                // Taken where the disk is: nothing travels.
                came = 0;
            }
            moved = moved.saturating_add(came);
            *sum = sum.saturating_add(share_of(stored, share));
            *moved_sum = moved_sum.saturating_add(share_of(came, share));
        }
        (stored, most, moved)
    }

    /// A figure at each instant with what it has come to there: what comes and goes at the same instant was never there.
    fn settled<'a>(
        &'a self,
        figures: &'a [u64],
    ) -> impl Iterator<Item = (u64, SimInstant)> + use<'a> {
        let later = self.at.iter().skip(1).map(Some).chain([None]);
        let both = figures.iter().zip(&self.at).zip(later);
        both.filter(|((_, at), next)| *next != Some(at))
            .map(|((figure, at), _)| (*figure, *at))
    }

    /// The most at once, and when.
    pub(super) fn peak(&self, start: SimInstant) -> (u64, SimInstant) {
        self.settled(&self.stored).fold(
            (0, start),
            |most, now| {
                if now.0 > most.0 { now } else { most }
            },
        )
    }

    /// The most points of one VM at once.
    pub(super) fn most_points(&self) -> u64 {
        let counts = self.settled(&self.count).map(|(count, _)| count);
        counts.max().unwrap_or_default()
    }

    /// Day by day.
    pub(super) fn days(&self, start: SimInstant, days: u64) -> Days {
        let mut found = Days::default();
        let mut next = 0;
        let (mut stored, mut count) = (0_u64, 0_u64);
        for day in 1..=days {
            let end = start.plus(SimDuration::from_seconds(day.saturating_mul(DAY)));
            let mut since = start.plus(SimDuration::from_seconds((day - 1).saturating_mul(DAY)));
            let (mut area, mut moved) = (0_u128, 0_u64);
            while let Some(at) = self.at.get(next).filter(|at| **at <= end) {
                area += u128::from(stored) * u128::from(at.since(since).seconds());
                since = *at;
                stored = self.stored.get(next).copied().unwrap_or_default();
                count = self.count.get(next).copied().unwrap_or_default();
                moved = moved.saturating_add(self.moved.get(next).copied().unwrap_or_default());
                next += 1;
            }
            area += u128::from(stored) * u128::from(end.since(since).seconds());
            found.count.push(count);
            found.stored.push(stored);
            found
                .average
                .push(u64::try_from(area / u128::from(DAY)).unwrap_or(u64::MAX));
            found.moved.push(moved);
        }
        found
    }
}

/// Bytes, as often as a share says.
pub(super) fn share_of(bytes: u64, share: u64) -> u64 {
    let all = u128::from(bytes) * u128::from(share) / u128::from(WHOLE);
    u64::try_from(all).unwrap_or(u64::MAX)
}

/// What a step adds to what is kept of a disk, what it takes away, and what has to travel for it.
pub(super) fn effect(step: &Step, change: &mut Change, course: &Course) -> (u64, u64, u64) {
    let used = |at: usize| course.used.get(at).copied().unwrap_or_default();
    let this = step.capture;
    let mut between = |from: usize, to: usize| change.changed(course, from, to);
    if step.comes {
        let travels = match step.last {
            Some(last) if Some(last) == step.before => None,
            Some(last) => Some(between(last, this)),
            None => Some(used(this)),
        };
        let more = step
            .before
            .map_or_else(|| used(this), |before| between(before, this));
        return (more, 0, travels.unwrap_or(more));
    }
    // A block's versions on both sides become one where nothing but this point told them apart.
    match (step.before, step.after) {
        (None, None) => (0, used(this), 0),
        (None, Some(after)) => (used(after), used(this) + between(this, after), 0),
        (Some(before), None) => (0, between(before, this), 0),
        (Some(before), Some(after)) => {
            let apart = between(before, this) + between(this, after);
            (between(before, after), apart, 0)
        }
    }
}
