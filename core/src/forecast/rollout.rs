//! A plan rolled out: which points are taken when, where they are kept, and when each one goes.
//!
//! The same for every VM of the plan: it knows no disk and no byte. What happens here at which instant is what
//! the engine does with a protected item (`cloud::handlers::protection`); tests hold the two against each other.

use super::Tier;
use crate::cloud::Settings;
use crate::matrix::{CountedPoints, Service, limits};
use crate::policy::BackupPolicy;
use crate::units::{SimDuration, SimInstant};

const DAY: i64 = 86_400;
/// On-demand backups of a VM in a day that Azure VM Backup takes (S3-10a).
pub(super) const ON_DEMAND: u64 = 3;
/// Days that an on-demand backup is kept.
const ON_DEMAND_DAYS: u64 = 30;
/// The most captures that are reckoned with: a year of one every minute would be half a million.
pub(super) const MOST_CAPTURES: usize = 100_000;

/// What is rolled out.
#[derive(Debug)]
pub(super) struct Terms<'a> {
    pub(super) service: Service,
    pub(super) policy: &'a BackupPolicy,
    /// The policy of each copy, where it has one of its own.
    pub(super) copies: &'a [Option<BackupPolicy>],
    pub(super) on_demand_per_day: u64,
    pub(super) start: SimInstant,
    pub(super) end: SimInstant,
    pub(super) settings: &'a Settings,
    /// Points that the VM, or for Disk Backup the disk, may have.
    pub(super) limit: u64,
    /// Recovery points that the VM may have, over both tiers.
    pub(super) most_points: u64,
}

/// How a limit is touched as time goes on.
#[derive(Clone, Debug, Default)]
pub(super) struct Touched {
    /// Each time that there were more than ever: when, and how many.
    counts: Vec<(SimInstant, u64)>,
    /// When one more was refused first, and how many were refused in all.
    pub(super) refused: Option<(SimInstant, u64)>,
}

impl Touched {
    /// The most at once, and since when.
    pub(super) fn most(&self) -> Option<(u64, SimInstant)> {
        self.counts.last().map(|(at, count)| (*count, *at))
    }

    /// When there were so many first.
    pub(super) fn first(&self, count: u64) -> Option<SimInstant> {
        let mut counts = self.counts.iter();
        let found = counts.find(|(_, known)| *known >= count);
        found.map(|(at, _)| *at)
    }

    fn note(&mut self, at: SimInstant, count: u64) {
        if self.most().is_none_or(|(most, _)| count > most) {
            self.counts.push((at, count));
        }
    }

    fn refuse(&mut self, at: SimInstant) {
        self.refused.get_or_insert((at, 0)).1 += 1;
    }
}

/// A point comes to a tier, or goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) at: SimInstant,
    /// Which capture.
    pub(super) capture: usize,
    pub(super) comes: bool,
    /// The capture before it among those kept, and the one after it.
    pub(super) before: Option<usize>,
    pub(super) after: Option<usize>,
    /// How many are kept then.
    pub(super) count: u64,
    /// The capture that came to this tier last before this one, kept or not.
    pub(super) last: Option<usize>,
}

/// Where points are kept.
#[derive(Clone, Debug)]
pub(super) struct TierCourse {
    pub(super) tier: Tier,
    /// Which copy of the plan, for the tier of copies.
    pub(super) copy: Option<usize>,
    pub(super) steps: Vec<Step>,
    kept: Vec<usize>,
    last: Option<usize>,
}

/// What happens, and when.
#[derive(Clone, Debug)]
pub(super) struct Rollout {
    pub(super) captures: Vec<SimInstant>,
    pub(super) tiers: Vec<TierCourse>,
    /// Points that count against the limit of the VM or disk.
    pub(super) limit: Touched,
    /// Recovery points, in whichever tier.
    pub(super) points: Touched,
    /// On-demand backups of a day.
    pub(super) asked: Touched,
}

/// A point that is kept somewhere.
struct Held {
    capture: usize,
    at: SimInstant,
    first_of_day: bool,
    asked: bool,
    /// In which tiers.
    there: Vec<bool>,
    /// For each tier, the first instant at which its age keeps it no longer.
    until: Vec<SimInstant>,
}

struct Roll<'a> {
    terms: &'a Terms<'a>,
    rollout: Rollout,
    held: Vec<Held>,
    created: u64,
    /// The next run of each copy's schedule.
    copy_runs: Vec<SimInstant>,
    counts_created: bool,
}

/// How long a snapshot takes until it is there; one of Disk Backup is there at once.
pub(super) fn creation(service: Service, settings: &Settings) -> SimDuration {
    match service {
        Service::DiskBackup | Service::Mars | Service::DpmMabs => SimDuration::ZERO,
        _ => settings.create_restore_point(),
    }
}

/// Rolls a plan out. `None` where there would be too many captures to reckon with.
pub(super) fn roll_out(terms: &Terms<'_>) -> Option<Rollout> {
    let mut tiers = vec![course(Tier::Snapshots, None)];
    match terms.service {
        Service::VmBackup => tiers.push(course(Tier::Vault, None)),
        _ => tiers.extend((0..terms.copies.len()).map(|copy| course(Tier::Copies, Some(copy)))),
    }
    let counts = limits(terms.settings.edition()).counts;
    let mut roll = Roll {
        terms,
        rollout: Rollout {
            captures: Vec::new(),
            tiers,
            limit: Touched::default(),
            points: Touched::default(),
            asked: Touched::default(),
        },
        held: Vec::new(),
        created: 0,
        copy_runs: vec![terms.start; terms.copies.len()],
        counts_created: counts == CountedPoints::Created,
    };
    let schedule = &terms.policy.schedule;
    let creation = creation(terms.service, terms.settings);
    let (mut run, mut clean) = (
        schedule.next_after(terms.start),
        roll.next_cleanup(terms.start),
    );
    let mut asked = roll.next_asked(terms.start);
    let mut ending: Option<(SimInstant, usize)> = None;
    loop {
        let mut next = run.min(clean);
        for other in [asked, ending.map(|(at, _)| at)].into_iter().flatten() {
            next = next.min(other);
        }
        if next > terms.end {
            return Some(roll.rollout);
        }
        if roll.rollout.captures.len() > MOST_CAPTURES {
            return None;
        }
        if let Some((_, capture)) = ending.take_if(|(at, _)| *at == next) {
            roll.end(next, capture);
        } else if clean == next {
            clean = roll.next_cleanup(next);
            roll.clean_up(next);
        } else {
            let by_schedule = run == next;
            if by_schedule {
                run = schedule.next_after(next);
            } else {
                asked = roll.next_asked(next);
            }
            // What still runs stands in the way of the next, as the engine has it.
            if ending.is_none()
                && let Some(capture) = roll.take(next, by_schedule)
            {
                ending = Some((next.plus(creation), capture));
            }
        }
    }
}

fn course(tier: Tier, copy: Option<usize>) -> TierCourse {
    TierCourse {
        tier,
        copy,
        steps: Vec::new(),
        kept: Vec::new(),
        last: None,
    }
}

impl TierCourse {
    fn come(&mut self, at: SimInstant, capture: usize) {
        let before = self.kept.last().copied();
        self.kept.push(capture);
        let count = self.kept.len() as u64;
        let last = self.last.replace(capture);
        self.steps.push(Step {
            at,
            capture,
            comes: true,
            before,
            after: None,
            count,
            last,
        });
    }

    fn go(&mut self, at: SimInstant, capture: usize) {
        let Ok(place) = self.kept.binary_search(&capture) else {
            return;
        };
        self.kept.remove(place);
        let before = place
            .checked_sub(1)
            .and_then(|place| self.kept.get(place))
            .copied();
        let after = self.kept.get(place).copied();
        let count = self.kept.len() as u64;
        if count == 0 {
            // Where nothing is left of a family, the next point is a full one.
            self.last = None;
        }
        self.steps.push(Step {
            at,
            capture,
            comes: false,
            before,
            after,
            count,
            last: None,
        });
    }
}

impl Roll<'_> {
    fn next_cleanup(&self, after: SimInstant) -> SimInstant {
        let minutes = i64::try_from(self.terms.settings.cleanup_minutes()).unwrap_or_default();
        let (now, of_day) = (after.unix_seconds(), minutes * 60);
        let ahead = (of_day - now.rem_euclid(DAY) - 1).rem_euclid(DAY) + 1;
        SimInstant::from_unix_seconds(now + ahead)
    }

    /// When somebody next asks for a backup: at noon of the schedule's clock, and each hour after it.
    fn next_asked(&self, after: SimInstant) -> Option<SimInstant> {
        let clock = self.terms.policy.schedule.utc_offset;
        let count = i64::try_from(self.terms.on_demand_per_day.min(12)).unwrap_or_default();
        let today = clock.day(after);
        (today..=today + 1)
            .flat_map(|day| (0..count).map(move |at| clock.instant(day, 720 + 60 * at + 30)))
            .find(|at| *at > after)
    }

    /// Points that count against the limit of the VM: those of every tier but the vault.
    fn counted(&self) -> u64 {
        if self.counts_created {
            return self.created;
        }
        let tiers = self
            .rollout
            .tiers
            .iter()
            .filter(|tier| tier.tier != Tier::Vault);
        tiers.map(|tier| tier.kept.len() as u64).sum()
    }

    fn has_room(&mut self, at: SimInstant) -> bool {
        let room = self.counted() < self.terms.limit;
        if !room {
            self.rollout.limit.refuse(at);
        }
        room
    }

    /// Whether one more recovery point is taken, and of those that somebody asks for one more on this day.
    fn is_taken(&mut self, at: SimInstant, by_schedule: bool) -> bool {
        if self.held.len() as u64 >= self.terms.most_points {
            self.rollout.points.refuse(at);
            return false;
        }
        if by_schedule || self.terms.service != Service::VmBackup {
            return true;
        }
        let taken = self.asked_today(at) < ON_DEMAND;
        if !taken {
            self.rollout.asked.refuse(at);
        }
        taken
    }

    /// How many of the points that are there somebody asked for on the day of `at`.
    fn asked_today(&self, at: SimInstant) -> u64 {
        let clock = self.terms.policy.schedule.utc_offset;
        let today = |held: &&Held| held.asked && clock.day(held.at) == clock.day(at);
        self.held.iter().filter(today).count() as u64
    }

    fn note(&mut self, at: SimInstant) {
        let counted = self.counted();
        self.rollout.limit.note(at, counted);
        self.rollout.points.note(at, self.held.len() as u64);
    }

    fn take(&mut self, at: SimInstant, by_schedule: bool) -> Option<usize> {
        if !self.is_taken(at, by_schedule) || !self.has_room(at) {
            return None;
        }
        let clock = self.terms.policy.schedule.utc_offset;
        let today = |held: &Held| clock.day(held.at) == clock.day(at);
        let of_schedule = |held: &&Held| !held.asked;
        let first_of_day = by_schedule && !self.held.iter().filter(of_schedule).any(today);
        let capture = self.rollout.captures.len();
        self.rollout.captures.push(at);
        self.created += 1;
        let mut there = vec![false; self.rollout.tiers.len()];
        if let (Some(tier), Some(here)) = (self.rollout.tiers.first_mut(), there.first_mut()) {
            tier.come(at, capture);
            *here = true;
        }
        let days = |days: u64| at.plus(SimDuration::from_seconds(days.saturating_mul(86_400)));
        let policy = self.terms.policy;
        let kept = if by_schedule {
            policy.kept_until(at, first_of_day).until
        } else {
            days(ON_DEMAND_DAYS)
        };
        let mut until = vec![kept; there.len()];
        if let (Service::VmBackup, Some(snapshot)) = (self.terms.service, until.first_mut()) {
            *snapshot = kept.min(days(policy.instant_days()));
        }
        self.held.push(Held {
            capture,
            at,
            first_of_day,
            asked: !by_schedule,
            there,
            until,
        });
        if !by_schedule {
            self.rollout.asked.note(at, self.asked_today(at));
        }
        self.note(at);
        Some(capture)
    }

    /// The snapshot is there: it goes to the vault, or is copied; what a schedule keeps no longer goes.
    fn end(&mut self, at: SimInstant, capture: usize) {
        let Some(place) = self.held.iter().position(|held| held.capture == capture) else {
            return;
        };
        for tier in 1..self.rollout.tiers.len() {
            if self.goes_to(tier, place)
                && (self.terms.service == Service::VmBackup || self.has_room(at))
            {
                self.created += 1;
                if let Some(course) = self.rollout.tiers.get_mut(tier) {
                    course.come(at, capture);
                }
                if let Some(there) = self
                    .held
                    .get_mut(place)
                    .and_then(|held| held.there.get_mut(tier))
                {
                    *there = true;
                }
            }
        }
        self.note(at);
        if self.terms.service == Service::RestorePoints {
            self.clean_up(at);
        }
    }

    fn goes_to(&mut self, tier: usize, place: usize) -> bool {
        let Some(held) = self.held.get(place) else {
            return false;
        };
        if self.terms.service == Service::VmBackup {
            return held.first_of_day || held.asked;
        }
        let copy = tier - 1;
        let Some(policy) = self.terms.copies.get(copy).and_then(Option::as_ref) else {
            return true;
        };
        let taken = held.at;
        let Some(due) = self.copy_runs.get_mut(copy) else {
            return false;
        };
        if taken < *due {
            return false;
        }
        *due = policy.schedule.next_after(taken);
        let clock = policy.schedule.utc_offset;
        let same_day = |other: &Held| {
            other.there.get(tier) == Some(&true) && clock.day(other.at) == clock.day(taken)
        };
        let first = !self.held.iter().any(same_day);
        let kept = policy.kept_until(taken, first).until;
        if let Some(until) = self
            .held
            .get_mut(place)
            .and_then(|held| held.until.get_mut(tier))
        {
            *until = kept;
        }
        true
    }

    fn clean_up(&mut self, now: SimInstant) {
        for place in 0..self.held.len() {
            let goes: Vec<usize> = (0..self.rollout.tiers.len())
                .filter(|tier| self.is_over(*tier, place, now))
                .collect();
            let Some(held) = self.held.get_mut(place) else {
                continue;
            };
            for tier in goes {
                let there = held.there.get_mut(tier).is_some_and(std::mem::take);
                if let Some(course) = self.rollout.tiers.get_mut(tier).filter(|_| there) {
                    course.go(now, held.capture);
                }
            }
        }
        self.held.retain(|held| held.there.contains(&true));
    }

    fn is_over(&self, tier: usize, place: usize, now: SimInstant) -> bool {
        let Some(held) = self.held.get(place) else {
            return false;
        };
        if held.until.get(tier).is_none_or(|until| *until > now) {
            return false;
        }
        let own = tier
            .checked_sub(1)
            .and_then(|copy| self.terms.copies.get(copy)?.as_ref());
        let Some(counted) = own.unwrap_or(self.terms.policy).keep_last else {
            return true;
        };
        let newer = self.held.iter().skip(place + 1);
        // A copy without a policy of its own goes with its source.
        let tier = if own.is_some() { tier } else { 0 };
        newer
            .filter(|held| held.there.get(tier) == Some(&true))
            .count() as u64
            >= counted
    }
}
