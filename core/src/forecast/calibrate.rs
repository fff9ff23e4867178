//! How much a disk changes, read off the sizes of its incremental snapshots.
//!
//! A snapshot counts a block once however often it was written, so the longer the time between two of them the
//! less of what was written is seen. That is undone here: as many writes at seeded places are sought as change
//! what was seen.

use super::answer::state;
use super::change::{chance, part, power};
use super::{PlanError, PlannedWorkload};
use crate::cloud::{Workload, WritePattern};
use crate::json::{Read, Write};
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
    /// How much of it is used, in bytes; what its full snapshot has where left out.
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

state! {
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
    }
}

/// Reads change rates off snapshots.
///
/// # Errors
/// A disk without two snapshots, or of which nothing is used.
pub fn calibrate(disks: &[ObservedDisk]) -> Result<Vec<Calibration>, PlanError> {
    let disks = disks.iter().enumerate();
    disks
        .map(|(at, disk)| one(disk, &format!("[{at}]")))
        .collect()
}

fn one(disk: &ObservedDisk, path: &str) -> Result<Calibration, PlanError> {
    let epoch = SimInstant::from_unix_seconds(0);
    let snapshots = order::by(disk.snapshots.clone(), |seen| {
        seen.at.since(epoch).seconds()
    });
    let full = snapshots
        .iter()
        .find(|seen| seen.full)
        .or(snapshots.first());
    let used = disk
        .used_bytes
        .or(full.map(|seen| seen.bytes))
        .unwrap_or_default();
    if used == 0 {
        let message = "nothing of the disk is used; give usedBytes, or its full snapshot";
        return Err(PlanError::new(format!("{path}.usedBytes"), message));
    }
    let (mut runs_in_all, mut span, mut samples) = (0_u64, 0_u64, 0_u64);
    let (mut low, mut high) = (u64::MAX, 0);
    let blocks = used.div_ceil(MIB);
    for (before, seen) in snapshots.iter().zip(snapshots.iter().skip(1)) {
        let gap = seen.at.since(before.at).seconds();
        if seen.full || gap == 0 {
            continue;
        }
        let runs = runs_that_change(seen.bytes.min(used), used, blocks);
        let rate = a_day(runs, blocks, gap);
        (low, high) = (low.min(rate), high.max(rate));
        runs_in_all = runs_in_all.saturating_add(runs);
        (span, samples) = (span + gap, samples + 1);
    }
    if samples == 0 {
        let message =
            "give two snapshots of different instants at least, the later one incremental";
        return Err(PlanError::new(format!("{path}.snapshots"), message));
    }
    let rate = a_day(runs_in_all, blocks, span);
    let size = disk.size_bytes.unwrap_or(used).max(used);
    let within = part(used, 1000, size).clamp(1, 1000);
    Ok(Calibration {
        disk: disk.disk.clone(),
        used_bytes: ByteCount(used),
        samples,
        span: SimDuration::from_seconds(span),
        change_thousandths_per_day: rate,
        low_change_thousandths_per_day: low,
        high_change_thousandths_per_day: high,
        workload: PlannedWorkload {
            disks: vec![disk.disk.clone()],
            workload: Workload {
                every: SimDuration::from_seconds(3600),
                pattern: WritePattern::Random,
                writes: 1,
                blocks_per_write: 1,
                within_thousandths: u32::try_from(within).unwrap_or(1000),
                mib_per_hour: None,
                used_thousandths_per_day: Some(rate),
            },
        },
    })
}

/// Thousandths a day, half of one rounded up.
fn a_day(runs: u64, blocks: u64, seconds: u64) -> u64 {
    let whole = u128::from(blocks) * u128::from(seconds.max(1));
    let twice = u128::from(runs) * u128::from(DAY) * 2000 / whole.max(1);
    u64::try_from(twice.div_ceil(2)).unwrap_or(u64::MAX)
}

/// How many writes of a block anywhere in what is used change so many bytes of it.
fn runs_that_change(changed: u64, used: u64, blocks: u64) -> u64 {
    let wanted = chance(changed, used);
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
