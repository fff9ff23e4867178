//! A fleet: many disks, a point a day, thirty kept.

use crate::allocations::live_bytes;
use crate::clock::nanoseconds;
use crate::report::Report;
use crate::workload::Sizes;
use rplab_core::prng::Stream;
use rplab_core::store::{SnapshotId, Store, StoreOptions, VolumeId};
use rplab_core::units::{BlockRange, BlockSize};
use std::collections::VecDeque;

const KEPT: usize = 30;
/// 128 GiB of 64 KiB blocks.
const BLOCKS: u64 = 1 << 21;
/// Runs of up to 64 blocks that a disk gets in a day: nine in ten in its first twentieth.
const RUNS: usize = 10;

struct Fleet {
    store: Store,
    disks: Vec<(VolumeId, VecDeque<SnapshotId>)>,
    stream: Stream,
    /// Nanoseconds in creations and deletions of points, and in writes.
    points_time: f64,
    writes_time: f64,
    calls: u64,
}

impl Fleet {
    fn new(disks: usize) -> Self {
        let mut store = Store::new(StoreOptions {
            memory_limit_bytes: 16 << 30,
        });
        let size = BlockSize::try_from(65_536).expect("a power of two");
        let mut disk = || store.create_volume(size, BLOCKS).expect("a valid size");
        let disks = (0..disks).map(|_| (disk(), VecDeque::new())).collect();
        Self {
            store,
            disks,
            stream: Stream::named(4, "fleet"),
            points_time: 0.0,
            writes_time: 0.0,
            calls: 0,
        }
    }

    fn day(&mut self, day: usize) {
        let Self {
            store,
            disks,
            stream,
            ..
        } = self;
        let mut run = || {
            let within = if stream.below(10) < 9 {
                BLOCKS / 20
            } else {
                BLOCKS
            };
            let first = stream.below(within / 64) * 64;
            let last = first + stream.below(64);
            (BlockRange { first, last }, day as u64 + 1)
        };
        let writes: Vec<[_; RUNS]> = disks
            .iter()
            .map(|_| std::array::from_fn(|_| run()))
            .collect();
        self.writes_time += nanoseconds(|| {
            for ((disk, _), writes) in disks.iter().zip(&writes) {
                store.write_batch(*disk, writes).expect("valid ranges");
            }
        })
        .0;
        let mut calls = 0;
        self.points_time += nanoseconds(|| {
            for (disk, kept) in disks {
                kept.push_back(store.snapshot(*disk).expect("a live disk"));
                calls += 1;
                if kept.len() > KEPT
                    && let Some(oldest) = kept.pop_front()
                {
                    store.delete_snapshot(oldest).expect("a point");
                    calls += 1;
                }
            }
        })
        .0;
        self.calls += calls;
    }
}

/// Points created and deleted in a second, in the calls that do it and with the writes of the days.
pub(crate) fn repeat(sizes: &Sizes, report: &mut Report) {
    crate::platform::say("# fleet");
    let mut fleet = Fleet::new(sizes.fleet_disks);
    for day in 0..sizes.fleet_days {
        fleet.day(day);
    }
    let calls = fleet.calls as f64 * 1e9;
    report.note(
        "fleet",
        "rplab",
        "pointsPerSecond",
        calls / fleet.points_time,
    );
    let all = fleet.points_time + fleet.writes_time;
    report.note("fleet", "rplab", "pointsPerSecondWithWrites", calls / all);
}

/// Memory of the whole fleet after its last day.
pub(crate) fn memory(sizes: &Sizes, report: &mut Report) {
    crate::platform::say("# fleet memory");
    let before = live_bytes();
    let mut fleet = Fleet::new(sizes.memory_disks);
    for day in 0..sizes.fleet_days {
        fleet.day(day);
    }
    let bytes = (live_bytes() - before) as f64;
    let gib = bytes * (10_000.0 / sizes.memory_disks as f64) / f64::from(1 << 30);
    report.note("fleet", "rplab", "memory", gib);
    let calls = fleet.calls as f64 * 1e9;
    report.note(
        "fleet",
        "rplab",
        "wholeFleetPointsPerSecond",
        calls / fleet.points_time,
    );
}
