//! What must not grow, counted and not timed: the bytes of a changed block, and the pieces of memory that
//! a call asks for.

use rplab_core::store::{SnapshotId, Source, Store, StoreOptions, VolumeId};
use rplab_core::units::{BlockRange, BlockSize};
use rplab_store_bench::allocations::{live_bytes, take_calls};
use rplab_store_bench::workload::{BLOCKS, WRITTEN, Workload, seed};
use std::sync::Mutex;

const POINTS: usize = 100;

/// The allocator counts for the whole process: one test at a time.
static COUNTING: Mutex<()> = Mutex::new(());

fn played(workload: Workload, points: usize) -> (Store, VolumeId, Vec<SnapshotId>) {
    let writes = workload.writes(points);
    let mut store = Store::new(StoreOptions {
        memory_limit_bytes: 16 << 30,
    });
    let volume = store
        .create_volume(BlockSize::MIN, BLOCKS)
        .expect("a valid size");
    let mut snapshots = Vec::with_capacity(points);
    for (point, ranges) in writes.into_iter().enumerate() {
        let writes: Vec<(BlockRange, u64)> = ranges
            .into_iter()
            .map(|range| (range, seed(point)))
            .collect();
        store.write_batch(volume, &writes).expect("memory");
        snapshots.push(store.snapshot(volume).expect("a live disk"));
    }
    (store, volume, snapshots)
}

/// The bytes that the allocator gave out for the store, for each block written.
fn bytes_a_block(workload: Workload) -> (f64, f64) {
    let before = live_bytes();
    let (store, _, _) = played(workload, POINTS);
    let blocks = (POINTS as u64 * WRITTEN) as f64;
    let taken = (live_bytes() - before) as f64 / blocks;
    (taken, store.memory().used_bytes as f64 / blocks)
}

#[test]
fn a_changed_block_takes_no_more_bytes_than_it_may() {
    let _alone = COUNTING.lock();
    for (workload, most) in [
        (Workload::Random, 34.0),
        (Workload::Runs, 6.0),
        (Workload::Hot, 30.0),
    ] {
        let (taken, counted) = bytes_a_block(workload);
        assert!(
            taken > 1.0 && taken <= most,
            "{workload:?}: {taken:.2} bytes a block"
        );
        // The memory limit counts what is really taken, but for what the allocator rounds up.
        assert!(
            counted <= taken && counted > taken * 0.8,
            "{workload:?}: {counted:.2} of {taken:.2}"
        );
    }
}

#[test]
fn questions_ask_for_no_memory_and_points_for_next_to_none() {
    let _alone = COUNTING.lock();
    let (mut store, volume, snapshots) = played(Workload::Hot, 20);
    take_calls();
    for &snapshot in &snapshots {
        store.unique(snapshot).expect("a point");
        store.read(Source::Snapshot(snapshot), 77).expect("a block");
    }
    store.stored(volume).expect("a disk");
    assert_eq!(take_calls(), 0, "reads and accounts");
    for _ in 0..1_000 {
        let snapshot = store.snapshot(volume).expect("a live disk");
        store.delete_snapshot(snapshot).expect("a point");
    }
    let calls = take_calls();
    assert!(
        calls < 6_000,
        "{calls} pieces for 1,000 points made and deleted"
    );
    // Deleting a point of 100,000 blocks asks for no more than one of none.
    store.delete_snapshot(snapshots[9]).expect("a point");
    let calls = take_calls();
    assert!(calls < 12, "{calls} pieces for a deletion");
}

/// What the memory limit counts is what is taken, for many small things too.
#[test]
fn small_blocks_of_bytes_and_disks_with_a_hot_leaf_are_counted() {
    let _alone = COUNTING.lock();
    let before = live_bytes();
    let mut store = Store::default();
    let volume = store
        .create_volume(BlockSize::MIN, 1 << 20)
        .expect("a valid size");
    for block in 0..1 << 18 {
        store.write_bytes(volume, block, &[7]).expect("memory");
    }
    let taken = (live_bytes() - before) as u64;
    let counted = store.memory().used_bytes;
    assert!(
        counted <= taken && counted * 3 / 2 > taken,
        "blocks of bytes: {counted} of {taken}"
    );
    drop(store);

    let before = live_bytes();
    let mut store = Store::default();
    for _ in 0..1_000 {
        let volume = store
            .create_volume(BlockSize::MIN, 1 << 20)
            .expect("a valid size");
        for block in 0..12 {
            let range = BlockRange {
                first: block,
                last: block,
            };
            store.write(volume, range, block + 1).expect("memory");
            store.snapshot(volume).expect("a live disk");
        }
    }
    let taken = (live_bytes() - before) as u64;
    let counted = store.memory().used_bytes;
    assert!(
        counted <= taken && counted * 3 > taken,
        "disks with a hot leaf: {counted} of {taken}"
    );
}
