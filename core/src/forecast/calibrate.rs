//! How much a disk changes, read off the sizes of its incremental snapshots.
//!
//! A snapshot counts a block once however often it was written, so the longer the time between two of them the
//! less of what was written is seen. That is undone here: as many writes at seeded places are sought as change
//! what was seen. A part of what changed was not used before; how far writes reach follows from how much more is
//! used at the end than at first, and what was used in between follows from that.

use super::change::{chance, part, power, times};
use super::{PlanError, PlanNote, PlannedWorkload};
use crate::cloud::{Workload, WritePattern};
use crate::json::{Read, Write, answers};
use crate::order;
use crate::units::{ByteCount, MIB, SimDuration, SimInstant};

const DAY: u64 = 86_400;

/// The snapshots that were seen of a disk.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObservedDisk {
    /// The disk's name or id.
    pub disk: String,
    /// How much of it is used at the end, in bytes; as much as its snapshots show where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_bytes: Option<u64>,
    /// Its size in bytes; what is used where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<u64>,
    /// Its snapshots, in any order.
    pub snapshots: Vec<ObservedSnapshot>,
}

/// One snapshot that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObservedSnapshot {
    /// When it was taken.
    pub at: SimInstant,
    /// What it takes by itself, in bytes.
    pub bytes: u64,
    /// Whether it is a full one: the first of a disk is, whatever is said.
    #[serde(default)]
    pub full: bool,
}

answers! {
    /// How much a disk changes.
    Calibration {
        /// The disk, as given.
        disk: String,
        /// How much of it is used.
        used_bytes: ByteCount,
        /// Incremental snapshots that it rests on.
        samples: u64,
        /// The time that they span.
        span: SimDuration,
        /// Thousandths of what is used that are written in a day.
        change_thousandths_per_day: u64,
        /// The least between two snapshots.
        low_change_thousandths_per_day: u64,
        /// The most between two snapshots.
        high_change_thousandths_per_day: u64,
        /// A workload that changes as much, for a plan or a lab.
        workload: PlannedWorkload,
        /// What somebody should know who reads the figures.
        notes: Vec<PlanNote>,
    }
}

/// Reads change rates off snapshots.
///
/// # Errors
/// A disk without two snapshots, of which nothing is used, or with more than it has room for.
pub fn calibrate(disks: &[ObservedDisk]) -> Result<Vec<Calibration>, PlanError> {
    let disks = disks.iter().enumerate();
    disks
        .map(|(at, disk)| one(disk, &format!("[{at}]")))
        .collect()
}

fn one(disk: &ObservedDisk, path: &str) -> Result<Calibration, PlanError> {
    refuse(disk, path)?;
    let epoch = SimInstant::from_unix_seconds(0);
    let snapshots = order::by(disk.snapshots.clone(), |seen| {
        seen.at.since(epoch).seconds()
    });
    let gaps = snapshots.iter().zip(snapshots.iter().skip(1));
    let gaps = gaps.filter_map(|(before, seen)| {
        let gap = seen.at.since(before.at).seconds();
        (!seen.full && gap > 0).then_some((seen.bytes, gap))
    });
    let gaps: Vec<(u64, u64)> = gaps.collect();
    let grown = Grown::new(disk, &snapshots, &gaps);
    if grown.used == 0 {
        let message = "nothing of the disk is used; give usedBytes, or its full snapshot";
        return Err(PlanError::new(format!("{path}.usedBytes"), message));
    }
    let (mut written, mut weight, mut span) = (0_u64, 0_u128, 0_u64);
    let (mut low, mut high, mut whole) = (u64::MAX, 0, 0_u64);
    let blocks = grown.reach.div_ceil(MIB);
    let mut missed = u64::MAX;
    for (bytes, gap) in &gaps {
        let before = grown.used_after(missed);
        let changed = (*bytes).min(grown.reach);
        missed = times(missed, u64::MAX - chance(changed, grown.reach));
        let used = u128::from(before.midpoint(grown.used_after(missed)).max(1));
        // Where all of it changed nobody knows how often: each block once, at least.
        let all = changed.saturating_add(MIB) > grown.reach;
        let runs = if all {
            blocks
        } else {
            runs_that_change(changed, grown.reach, blocks)
        };
        whole += u64::from(all && changed > 0);
        let rate = a_day(runs, used * u128::from(*gap));
        (low, high) = (low.min(rate), high.max(rate));
        written = written.saturating_add(runs);
        weight += used * u128::from(*gap);
        span += gap;
    }
    let samples = gaps.len() as u64;
    if samples == 0 {
        let message =
            "give two snapshots of different instants at least, the later one incremental";
        return Err(PlanError::new(format!("{path}.snapshots"), message));
    }
    let rate = a_day(written, weight);
    let size = disk.size_bytes.unwrap_or(grown.reach).max(grown.reach);
    let within = part(grown.reach, 1000, size).clamp(1, 1000);
    let all = whole == samples;
    let hour = SimDuration::from_seconds(3600);
    let mut notes = Vec::new();
    if whole > 0 {
        let text = format!(
            "all that is used changed between two snapshots in {whole} of {samples} samples: the rate is the least that does that; take snapshots more often to see more"
        );
        notes.push(PlanNote {
            about: disk.disk.clone(),
            text,
            row_ids: Vec::new(),
        });
    }
    Ok(Calibration {
        disk: disk.disk.clone(),
        used_bytes: ByteCount(grown.used),
        samples,
        span: SimDuration::from_seconds(span),
        change_thousandths_per_day: rate,
        low_change_thousandths_per_day: low,
        high_change_thousandths_per_day: high,
        workload: PlannedWorkload {
            disks: vec![disk.disk.clone()],
            workload: Workload {
                every: if all {
                    SimDuration::from_seconds(span / samples).max(hour)
                } else {
                    hour
                },
                pattern: if all {
                    WritePattern::RewriteAll
                } else {
                    WritePattern::Random
                },
                writes: 1,
                blocks_per_write: 1,
                within_thousandths: u32::try_from(within).unwrap_or(1000),
                mib_per_hour: None,
                used_thousandths_per_day: (!all).then_some(rate),
            },
        },
        notes,
    })
}

/// Refuses figures that no disk has.
fn refuse(disk: &ObservedDisk, path: &str) -> Result<(), PlanError> {
    let Some(size) = disk.size_bytes else {
        return Ok(());
    };
    let message =
        || format!("the disk has {size} bytes, and this is more; give sizeBytes as it is");
    let snapshots = disk.snapshots.iter();
    if let Some(at) = snapshots.into_iter().position(|seen| seen.bytes > size) {
        let field = format!("{path}.snapshots[{at}].bytes");
        return Err(PlanError::new(field, message()));
    }
    if disk.used_bytes.is_some_and(|used| used > size) {
        return Err(PlanError::new(format!("{path}.usedBytes"), message()));
    }
    Ok(())
}

/// How what is used of a disk came to be: from what was used first, by writes anywhere within a reach.
struct Grown {
    /// Bytes that were used at first.
    first: u64,
    /// Bytes that are used at the end.
    used: u64,
    /// Bytes that writes reach: as many as let what changed grow the one to the other.
    reach: u64,
}

impl Grown {
    fn new(disk: &ObservedDisk, snapshots: &[ObservedSnapshot], gaps: &[(u64, u64)]) -> Self {
        let first = snapshots.first().map_or(0, |seen| seen.bytes);
        let full = snapshots.iter().filter(|seen| seen.full);
        let largest = gaps.iter().map(|(bytes, _)| *bytes).max();
        let seen = full.map(|seen| seen.bytes).chain(largest).chain([first]);
        let used = disk.used_bytes.or(seen.max()).unwrap_or_default();
        let all = gaps.iter().map(|(bytes, _)| *bytes);
        let all = all.fold(first, u64::saturating_add);
        // What did not change enough to have grown so far was used from the start.
        let first = if all < used { used } else { first.min(used) };
        let least = used.max(
            largest
                .unwrap_or_default()
                .min(disk.size_bytes.unwrap_or(used)),
        );
        let most = disk
            .size_bytes
            .unwrap_or(least.saturating_mul(64))
            .max(least);
        let mut grown = Self {
            first,
            used,
            reach: least,
        };
        let mut most = most;
        while grown.reach < most {
            let middle = grown.reach.midpoint(most);
            let tried = Self {
                reach: middle,
                ..grown
            };
            if tried.at_the_end(gaps) < used {
                grown.reach = middle + 1;
            } else {
                most = middle;
            }
        }
        grown
    }

    /// What is used where writes have missed each block with this chance.
    fn used_after(&self, missed: u64) -> u64 {
        let room = u128::from(self.reach.saturating_sub(self.first));
        let left = (room * u128::from(missed)) >> 64;
        self.reach - u64::try_from(left).unwrap_or_default()
    }

    fn at_the_end(&self, gaps: &[(u64, u64)]) -> u64 {
        let missed = gaps.iter().fold(u64::MAX, |missed, (bytes, _)| {
            times(
                missed,
                u64::MAX - chance((*bytes).min(self.reach), self.reach),
            )
        });
        self.used_after(missed)
    }
}

/// Blocks written as thousandths a day of what was used, given as bytes times seconds; half of one rounded up.
fn a_day(blocks: u64, used: u128) -> u64 {
    let written = u128::from(blocks) * u128::from(MIB);
    let twice = written.saturating_mul(u128::from(DAY) * 2000) / used.max(1);
    u64::try_from(twice.div_ceil(2)).unwrap_or(u64::MAX)
}

/// How many writes of a block anywhere within a reach change so many bytes of it.
fn runs_that_change(changed: u64, reach: u64, blocks: u64) -> u64 {
    let wanted = chance(changed, reach);
    let missed = u64::MAX - chance(1, blocks);
    let (mut low, mut high) = (0, blocks.saturating_mul(64));
    while low < high {
        let middle = low + (high - low) / 2;
        if u64::MAX - power(missed, middle) >= wanted {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}
