//! How a disk changes: how much of it is written between two instants, in closed form.
//!
//! Between two captures a disk's points differ in the blocks that were written at least once. Where a workload
//! writes at seeded places that is an expectation: a run of writes misses a block with a known chance, and what
//! `n` runs have changed of a zone is its size less the part that all of them missed. No floats: chances are
//! fractions of 2^64, so that a forecast is the same on every machine.

use crate::cloud::{Workload, WritePattern};
use crate::units::{BlockSize, ByteCount, MIB, SimDuration, SimInstant};

/// Chances as fractions of 2^64.
type Chance = u64;

/// Blocks that are all equally likely to be written.
#[derive(Clone, Debug)]
struct Zone {
    blocks: u64,
    /// How many of them were not written at the start.
    unwritten: u64,
    /// The chance that a run misses one of them.
    missed: Chance,
}

/// What writes to a disk, as far as it can be reckoned.
#[derive(Clone, Debug)]
enum Kind {
    /// Runs at seeded places.
    Scattered(Vec<Zone>),
    /// One block after the other, beginning anew after so many.
    Around(u64),
    /// Every written block at each step.
    All,
    /// Nothing.
    Still,
}

/// A disk and what writes to it.
#[derive(Clone, Debug)]
pub(super) struct Change {
    block: u64,
    /// Blocks written at the start.
    used: u64,
    /// Blocks that the workload reaches.
    reach: u64,
    kind: Kind,
    /// Blocks of a run.
    run: u64,
    workload: Workload,
    /// How much more or less than planned is written, in thousandths.
    scale: u64,
    /// What between so many written blocks was found to change, the last of each remainder.
    known: Vec<(u64, u64)>,
}

/// Where a disk stands at each capture: blocks written since the start, and bytes in use.
#[derive(Clone, Debug, Default)]
pub(super) struct Course {
    pub(super) written: Vec<u64>,
    pub(super) used: Vec<u64>,
}

/// Steps of a workload until each capture: at the full rate, and at a tenth of it.
pub(super) type Steps = Vec<(u64, u64)>;

const KNOWN: usize = 256;

impl Change {
    /// A disk of this size, `used` of it written, under a workload scaled by thousandths.
    pub(super) fn new(
        block: BlockSize,
        size: ByteCount,
        used: ByteCount,
        workload: &Workload,
        scale: u64,
    ) -> Self {
        let blocks = block.blocks_in(size).max(1);
        let used = block.blocks_in(used).min(blocks);
        let reach = part(
            blocks,
            u64::from(workload.within_thousandths.min(1000)),
            1000,
        )
        .max(1);
        let run = workload.blocks_per_write.clamp(1, reach);
        let kind = match workload.pattern {
            WritePattern::Idle => Kind::Still,
            WritePattern::RewriteAll => Kind::All,
            // Where the next run would not fit it begins anew, so the last blocks are never written.
            WritePattern::Sequential | WritePattern::AppendLog => Kind::Around(reach - reach % run),
            WritePattern::HotSpot => {
                let hot = (reach / 10).max(1);
                let spot = hit(run.min(hot), hot, hot);
                let everywhere = hit(run, reach, reach);
                let in_spot = spot / 10 * 9 + everywhere / 10;
                Kind::Scattered(vec![
                    zone(0, hot, used, in_spot),
                    zone(hot, reach - hot, used, everywhere / 10),
                ])
            }
            WritePattern::Random | WritePattern::Weekdays => {
                Kind::Scattered(scattered(run, reach, used))
            }
        };
        Self {
            block: block.bytes(),
            used,
            reach,
            kind,
            run,
            workload: workload.clone(),
            scale,
            known: vec![(u64::MAX, 0); KNOWN],
        }
    }

    /// Where the disk stands at each capture, given the steps of its workload until then.
    pub(super) fn course(&self, steps: &Steps) -> Course {
        let mut course = Course::default();
        let grows = self.workload.used_thousandths_per_day.is_some() && self.grows();
        let (mut written, mut rest, mut before) = (0_u64, 0_u128, (0_u64, 0_u64));
        for &(full, low) in steps {
            if grows {
                // What is in use grows within the interval: half of it is gone first, then all at that rate.
                let tenths = (full - before.0) * 10 + (low - before.1);
                let parts = u64::try_from(
                    (u128::from(tenths) * u128::from(self.workload.every.seconds()))
                        .div_ceil(10 * 86_400),
                )
                .unwrap_or(1)
                .clamp(1, 400);
                let mut left = tenths;
                for at in 0..parts {
                    let now = left / (parts - at);
                    left -= now;
                    let (half, _) = self.grown(written, now / 2, rest);
                    let used = self.used_at(half);
                    (written, rest) = self.grown_at(written, now, rest, used);
                }
            } else {
                written = self.planned(full, low);
            }
            before = (full, low);
            course.written.push(written);
            course.used.push(self.used_at(written));
        }
        course
    }

    /// Bytes that differ between two captures with so many blocks written between them.
    pub(super) fn changed(&mut self, course: &Course, from: usize, to: usize) -> u64 {
        let at = |of: &[u64], at: usize| of.get(at).copied().unwrap_or_default();
        let written = at(&course.written, to).saturating_sub(at(&course.written, from));
        match &self.kind {
            Kind::Still => 0,
            Kind::All if written == 0 => 0,
            Kind::All => at(&course.used, to),
            Kind::Around(most) => written.min(*most).saturating_mul(self.block),
            Kind::Scattered(zones) => {
                let slot = usize::try_from(written).unwrap_or_default() % KNOWN;
                match self.known.get(slot) {
                    Some((known, changed)) if *known == written => *changed,
                    _ => {
                        let found = zones
                            .iter()
                            .map(|zone| self.reached(zone.blocks, zone.missed, written))
                            .fold(0, u64::saturating_add);
                        if let Some(known) = self.known.get_mut(slot) {
                            *known = (written, found);
                        }
                        found
                    }
                }
            }
        }
    }

    /// Bytes in use once so many blocks were written.
    fn used_at(&self, written: u64) -> u64 {
        let first = self.used.saturating_mul(self.block);
        first.saturating_add(match &self.kind {
            Kind::Scattered(zones) => zones
                .iter()
                .filter(|zone| zone.unwritten > 0)
                .map(|zone| self.reached(zone.unwritten, zone.missed, written))
                .fold(0, u64::saturating_add),
            Kind::Around(_) if self.workload.pattern == WritePattern::AppendLog => {
                let room = self.reach.saturating_sub(self.used);
                written.min(room).saturating_mul(self.block)
            }
            Kind::Around(most) => written
                .min(*most)
                .saturating_sub(self.used)
                .saturating_mul(self.block),
            Kind::All | Kind::Still => 0,
        })
    }

    fn grows(&self) -> bool {
        match &self.kind {
            Kind::Scattered(zones) => zones.iter().any(|zone| zone.unwritten > 0),
            Kind::Around(_) => self.used < self.reach,
            Kind::All | Kind::Still => false,
        }
    }

    /// Blocks that so many steps write, where the rate stays what it is at the start.
    fn planned(&self, full: u64, low: u64) -> u64 {
        let tenths = full.saturating_mul(10).saturating_add(low);
        match self.rate(self.used.saturating_mul(self.block)) {
            Some(_) => self.grown(0, tenths, 0).0,
            None if matches!(self.kind, Kind::All) => full + low,
            None => {
                let step =
                    u64::from(self.workload.writes).saturating_mul(self.workload.blocks_per_write);
                let at_a_tenth = low.saturating_mul(step / 10);
                let blocks = full.saturating_mul(step).saturating_add(at_a_tenth);
                part(blocks, self.scale, 1000)
            }
        }
    }

    /// Blocks written after so many more tenths of steps, and what is left for a block that is not whole yet.
    fn grown(&self, written: u64, tenths: u64, rest: u128) -> (u64, u128) {
        self.grown_at(written, tenths, rest, self.used_at(written))
    }

    fn grown_at(&self, written: u64, tenths: u64, rest: u128, used: u64) -> (u64, u128) {
        let Some((bytes, seconds)) = self.rate(used) else {
            return (written, rest);
        };
        let unit = u128::from(self.block) * u128::from(seconds) * 10 * 1000;
        let each = u128::from(bytes)
            .saturating_mul(u128::from(self.workload.every.seconds()))
            .saturating_mul(u128::from(self.scale));
        let all = each.saturating_mul(u128::from(tenths)).saturating_add(rest);
        let blocks = u64::try_from(all / unit.max(1)).unwrap_or(u64::MAX);
        (written.saturating_add(blocks), all % unit.max(1))
    }

    /// Bytes, and the seconds that they are for, where the workload has a rate.
    fn rate(&self, used: u64) -> Option<(u64, u64)> {
        let by_time = self
            .workload
            .mib_per_hour
            .map(|mib| (mib.saturating_mul(MIB), 3600));
        let by_size = |thousandths| (part(used, thousandths, 1000), 86_400);
        by_time.or(self.workload.used_thousandths_per_day.map(by_size))
    }

    /// Bytes of so many blocks that runs of `written` blocks in all have changed.
    fn reached(&self, blocks: u64, missed: Chance, written: u64) -> u64 {
        let bytes = u128::from(blocks) * u128::from(self.block);
        let after = |runs| {
            let reached = u64::MAX - power(missed, runs);
            u64::try_from((bytes * u128::from(reached)) >> 64).unwrap_or(u64::MAX)
        };
        let (runs, over) = (written / self.run, written % self.run);
        let whole = after(runs);
        if over == 0 {
            return whole;
        }
        // The last run is a part of one.
        whole + part(after(runs + 1).saturating_sub(whole), over, self.run)
    }
}

/// Steps that a workload has made before each instant: those at the full rate, those at a tenth of it.
pub(super) fn steps(
    every: SimDuration,
    weekdays: bool,
    start: SimInstant,
    captures: &[SimInstant],
) -> Steps {
    let every = every.seconds().max(1);
    let (mut full, mut low, mut done) = (0, 0, 0);
    let mut before = start;
    captures
        .iter()
        .map(|at| {
            // At one instant that comes first which was planned first: whichever comes less often.
            let first = every >= at.since(before).seconds();
            before = *at;
            let passed = at.since(start).seconds();
            let until = passed.saturating_sub(u64::from(!first)) / every;
            if weekdays {
                while done < until {
                    done += 1;
                    let at = start.plus(SimDuration::from_seconds(done.saturating_mul(every)));
                    if at_work(at) {
                        full += 1;
                    } else {
                        low += 1;
                    }
                }
            } else {
                full = until;
            }
            (full, low)
        })
        .collect()
}

/// Whether a weekday workload writes in full at this hour.
fn at_work(at: SimInstant) -> bool {
    let hours = at.unix_seconds().div_euclid(3600);
    // The epoch was a Thursday.
    let (day, hour) = (
        (hours.div_euclid(24) + 3).rem_euclid(7),
        hours.rem_euclid(24),
    );
    day < 5 && (8..18).contains(&hour)
}

/// `of` times `thousandths` over `whole`.
pub(super) fn part(of: u64, thousandths: u64, whole: u64) -> u64 {
    let part = u128::from(of) * u128::from(thousandths) / u128::from(whole.max(1));
    u64::try_from(part).unwrap_or(u64::MAX)
}

/// The chance that a run of blocks hits one of `reach`, on average over them.
fn hit(run: u64, reach: u64, whole: u64) -> Chance {
    chance(run.min(reach), whole)
}

/// So many of so many, as a chance.
pub(super) fn chance(some: u64, all: u64) -> Chance {
    let fraction = (u128::from(some) << 64) / u128::from(all.max(1));
    u64::try_from(fraction).unwrap_or(u64::MAX)
}

/// The chance of both of two things that have nothing to do with each other.
pub(super) fn times(one: Chance, other: Chance) -> Chance {
    ((u128::from(one) * u128::from(other)) >> 64) as u64
}

/// The chance that `runs` runs all miss.
pub(super) fn power(mut missed: Chance, mut runs: u64) -> Chance {
    let mut all = u64::MAX;
    while runs > 0 && all > 0 {
        if runs & 1 == 1 {
            all = times(all, missed);
        }
        missed = times(missed, missed);
        runs >>= 1;
    }
    all
}

/// A zone whose blocks a run hits with this chance.
fn zone(first: u64, blocks: u64, used: u64, hit: Chance) -> Zone {
    Zone {
        blocks,
        unwritten: blocks.saturating_sub(used.saturating_sub(first)),
        missed: u64::MAX - hit,
    }
}

/// Zones of runs that begin anywhere: at both ends fewer runs reach a block.
fn scattered(run: u64, reach: u64, used: u64) -> Vec<Zone> {
    const EDGES: u64 = 8;
    let room = reach - run + 1;
    if run == 1 || run.saturating_mul(64) < reach || run.saturating_mul(2) > reach {
        return vec![zone(0, reach, used, hit(run, reach, reach))];
    }
    let edge = run - 1;
    let mut zones = Vec::new();
    let mut first = 0;
    for at in 0..EDGES {
        let next = part(edge, at + 1, EDGES);
        let hits = (first + next).div_ceil(2).max(1);
        zones.push(zone(first, next - first, used, chance(hits, room)));
        zones.push(zone(reach - next, next - first, used, chance(hits, room)));
        first = next;
    }
    zones.push(zone(edge, reach - 2 * edge, used, chance(run, room)));
    zones
}
