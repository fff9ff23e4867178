//! What writes to disks by itself.

use crate::json::{Read, Write};
use crate::units::SimDuration;

command_fields! {
    /// See [`super::Command::SetWorkload`].
    SetWorkload {
        /// The disk.
        disk: String,
        /// What writes to it; `null` ends it.
        workload: Option<Workload>,
    }
    /// What writes to a disk by itself. Without a rate, each step has `writes` runs of `blocksPerWrite` blocks.
    Workload {
        /// How often.
        every: SimDuration,
        /// Where it writes; random places where left out.
        #[serde(default)]
        pattern: WritePattern,
        /// How many runs each time.
        #[serde(default = "one_write")]
        writes: u32,
        /// How many blocks a run has.
        #[serde(default = "one_block")]
        blocks_per_write: u64,
        /// The part of the disk that is written, in thousandths from its start (1 to 1000).
        #[serde(default = "whole_disk")]
        within_thousandths: u32,
        /// How much it writes in an hour, instead of counting runs.
        #[serde(default, rename = "mibPerHour", skip_serializing_if = "Option::is_none")]
        mib_per_hour: Option<u64>,
        /// How much it writes in a day, in thousandths of what the disk has written, instead of counting runs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        used_thousandths_per_day: Option<u64>,
    }
}

fn one_write() -> u32 {
    1
}

fn one_block() -> u64 {
    1
}

fn whole_disk() -> u32 {
    1000
}

/// Where a workload writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum WritePattern {
    /// At seeded places.
    #[default]
    Random,
    /// Nowhere.
    Idle,
    /// One block after the other, from the start again at the end.
    Sequential,
    /// Nine of ten writes in the first tenth, the others anywhere.
    HotSpot,
    /// Behind what is written already, from the start again at the end: an append-only log.
    AppendLog,
    /// At seeded places; in full Monday to Friday 8 to 18 h, a tenth of it at other times.
    Weekdays,
    /// Every block that is written, each time.
    RewriteAll,
}
