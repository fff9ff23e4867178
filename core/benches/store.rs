//! The block store against a plain array that keeps no history: time and memory of a written block.
//!
//! `cargo bench -p rplab-core --bench store [points]`. One JSON object a line; the two are measured
//! in turn in one process, `low` and `high` are the extremes of the repeats and `value` the median.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench stops at the first surprise"
)]

use rplab_core::prng::Stream;
use rplab_core::store::{SnapshotId, Source, Store, StoreOptions, VolumeId};
use rplab_core::units::{BlockRange, BlockSize};
use std::hint::black_box;
use std::time::Instant;

/// Blocks of the disk: 1 TiB of 4 KiB blocks.
const BLOCKS: u64 = 1 << 28;
/// Blocks written between two points.
const WRITTEN: u64 = 100_000;
const RUN: u64 = 256;
const REPEATS: usize = 5;

#[derive(Clone, Copy)]
enum Workload {
    /// Single blocks anywhere on the disk.
    Random,
    /// Nine in ten blocks in runs of 256.
    Runs,
    /// Single blocks, nine in ten of them on one hundredth of the disk.
    Hot,
}

impl Workload {
    const fn name(self) -> &'static str {
        match self {
            Self::Random => "W1",
            Self::Runs => "W2",
            Self::Hot => "W1h",
        }
    }

    /// The writes of one point.
    fn writes(self, stream: &mut Stream) -> Vec<BlockRange> {
        let mut ranges = Vec::new();
        let mut left = WRITTEN;
        while left > 0 {
            let run = match self {
                Self::Runs if stream.below(10 * RUN) < 9 * 10 => RUN.min(left),
                _ => 1,
            };
            let within = match self {
                Self::Hot if stream.below(10) < 9 => BLOCKS / 100,
                _ => BLOCKS - RUN,
            };
            let first = stream.below(within);
            ranges.push(BlockRange::new(first, first + run - 1).unwrap());
            left -= run;
        }
        ranges
    }
}

struct Measured {
    workload: Workload,
    points: u64,
}

impl Measured {
    fn row(&self, store: &str, op: &str, unit: &str, mut values: Vec<u64>) {
        values.sort_unstable();
        let (low, high) = (values[0], values[values.len() - 1]);
        let value = values[values.len() / 2];
        // Values are in hundredths.
        let shown = |n: u64| format!("{}.{:02}", n / 100, n % 100);
        println!(
            r#"{{"measure":"store","platform":"native","workload":"{}","points":{},"store":"{store}","op":"{op}","value":{},"low":{},"high":{},"unit":"{unit}"}}"#,
            self.workload.name(),
            self.points,
            shown(value),
            shown(low),
            shown(high)
        );
    }
}

#[allow(clippy::disallowed_methods, reason = "a bench measures real time")]
fn hundredths(count: u64, work: impl FnOnce()) -> u64 {
    let start = Instant::now();
    work();
    start.elapsed().as_nanos() as u64 * 100 / count.max(1)
}

fn array(points: &[Vec<BlockRange>], blocks: &mut [u64]) -> u64 {
    hundredths(points.len() as u64 * WRITTEN, || {
        for (seed, ranges) in (0..).zip(points) {
            for range in ranges {
                for block in &mut blocks[range.first as usize..=range.last as usize] {
                    *block = seed;
                }
            }
        }
        black_box(&blocks[1]);
    })
}

fn filled(points: &[Vec<BlockRange>]) -> (Store, VolumeId, Vec<SnapshotId>, u64) {
    let mut store = Store::new(StoreOptions {
        memory_limit_bytes: 8 << 30,
    });
    let volume = store.create_volume(BlockSize::MIN, BLOCKS).unwrap();
    let mut snapshots = Vec::new();
    let time = hundredths(points.len() as u64 * WRITTEN, || {
        for (seed, ranges) in (0..).zip(points) {
            for &range in ranges {
                store.write(volume, range, seed).unwrap();
            }
            snapshots.push(store.snapshot(volume).unwrap());
        }
    });
    (store, volume, snapshots, time)
}

fn measure(workload: Workload, points: u64) {
    let mut stream = Stream::named(1, workload.name());
    let writes: Vec<Vec<BlockRange>> = (0..points).map(|_| workload.writes(&mut stream)).collect();
    let mut blocks = vec![0u64; BLOCKS as usize];
    array(&writes, &mut blocks);
    let mut rows: [Vec<u64>; 6] = Default::default();
    for _ in 0..REPEATS {
        rows[0].push(array(&writes, &mut blocks));
        let (mut store, volume, snapshots, time) = filled(&writes);
        rows[1].push(time);
        rows[2].push(store.memory().used_bytes * 100 / (points * WRITTEN));
        let changed = |pair: &[SnapshotId]| {
            store
                .changed_ranges(pair[0], Source::Snapshot(pair[1]))
                .unwrap()
                .len()
        };
        rows[3].push(hundredths((points - 1) * WRITTEN, || {
            black_box(snapshots.windows(2).map(changed).sum::<usize>());
        }));
        let at = Source::Snapshot(snapshots[snapshots.len() / 2]);
        let places = &writes[0];
        rows[4].push(hundredths(places.len() as u64, || {
            for range in places {
                black_box(store.read(at, range.first).unwrap());
            }
        }));
        let half = points / 2;
        rows[5].push(hundredths(half * 1000, || {
            for &snapshot in snapshots.iter().step_by(2).take(half as usize) {
                store.delete_snapshot(snapshot).unwrap();
            }
        }));
        black_box(store.stored(volume).unwrap());
    }
    let measured = Measured { workload, points };
    let [floor, write, bytes, diff, read, delete] = rows;
    let ratio = floor
        .iter()
        .zip(&write)
        .map(|(&floor, &write)| write * 100 / floor.max(1));
    let ratio = ratio.collect();
    measured.row("plainArray", "write", "ns", floor);
    measured.row("rplab", "write", "ns", write);
    measured.row("rplab", "writeToPlainArray", "ratio", ratio);
    measured.row("rplab", "memory", "bytes per written block", bytes);
    measured.row("rplab", "changedRanges", "ns per changed block", diff);
    measured.row("rplab", "readOldPoint", "ns", read);
    measured.row("rplab", "delete", "us", delete);
}

fn main() {
    let points = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .next();
    for workload in [Workload::Random, Workload::Runs, Workload::Hot] {
        measure(workload, points.unwrap_or(20));
    }
}
