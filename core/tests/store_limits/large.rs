//! Large disks, long chains and many families.

use super::{TIB_BLOCKS, blocks, range, store_with};
use rplab_core::store::{Content, SnapshotId, Source, Store, VolumeId, stamp};
use rplab_core::units::{BlockSize, ByteCount};

#[test]
fn a_snapshot_of_64_tib_costs_no_more_than_one_of_1_gib() {
    let cost = |size: u64| {
        let (mut store, volume) = store_with(size, 0);
        for at in 0..100 {
            store
                .write(volume, range(at * 2000, at * 2000 + 9), at)
                .unwrap();
        }
        let before = store.memory();
        store.snapshot(volume).unwrap();
        let after = store.memory();
        assert_eq!(
            (before.records, before.slab_words),
            (after.records, after.slab_words)
        );
        after.used_bytes - before.used_bytes
    };
    assert_eq!(cost(64 * TIB_BLOCKS), cost(TIB_BLOCKS / 1024));
}

#[test]
fn a_sparse_64_tib_disk_is_trimmed_read_and_cloned_for_what_was_written() {
    let (mut store, volume) = store_with(64 * TIB_BLOCKS, 0);
    let last = 64 * TIB_BLOCKS - 1;
    store.write(volume, range(last - 1, last), 3).unwrap();
    store.write(volume, range(5, 5), 3).unwrap();
    let snapshot = store.snapshot(volume).unwrap();
    let clone = store.clone_volume(snapshot).unwrap();
    store.trim(clone, range(0, last)).unwrap();
    assert!(store.memory().used_bytes < 4096);
    let mut seen = Vec::new();
    let all = range(0, last);
    store
        .for_each_written(Source::Snapshot(snapshot), all, |at, _| seen.push(at))
        .unwrap();
    assert_eq!(seen, [5, last - 1, last]);
    assert_eq!(
        store.read(Source::Head(clone), last).unwrap(),
        Content::Hole
    );
    assert_eq!(store.held(clone).unwrap().live, ByteCount::ZERO);
}

#[test]
fn a_chain_of_ten_thousand_clones_is_read_without_running_out_of_stack() {
    let (mut store, mut volume) = store_with(100, 100);
    for step in 0..10_000 {
        let snapshot = store.snapshot(volume).unwrap();
        let clone = store.clone_volume(snapshot).unwrap();
        store.delete_snapshot(snapshot).unwrap();
        store.drop_volume(volume).unwrap();
        store
            .write(clone, range(step % 100, step % 100), step)
            .unwrap();
        volume = clone;
    }
    assert_eq!(store.held(volume).unwrap().live, blocks(100));
    assert_eq!(
        store.read(Source::Head(volume), 99).unwrap(),
        Content::Pattern(stamp(9999, 99))
    );
    store.drop_volume(volume).unwrap();
    assert_eq!(store.memory().records, 0);
}

#[test]
fn five_hundred_snapshots_are_counted_exactly() {
    let (mut store, volume) = store_with(10_000, 10_000);
    let snapshots: Vec<SnapshotId> = (0..500)
        .map(|step| {
            store
                .write(volume, range(step * 10, step * 10 + 19), step)
                .unwrap();
            store.snapshot(volume).unwrap()
        })
        .collect();
    // Each step overwrites half of the step before.
    for (at, &snapshot) in snapshots.iter().enumerate().skip(1).take(498) {
        assert_eq!(store.usage(snapshot).unwrap().unique, blocks(10), "{at}");
        assert_eq!(store.usage(snapshot).unwrap().added, blocks(20));
    }
    assert_eq!(store.stored(volume).unwrap(), blocks(10_000 + 499 * 20));
    let all = store.freed_by(&snapshots).unwrap();
    assert_eq!(all, store.stored(volume).unwrap());
    let odd: Vec<SnapshotId> = snapshots.iter().copied().skip(1).step_by(2).collect();
    let expected = store.freed_by(&odd).unwrap();
    let freed: ByteCount = odd
        .iter()
        .map(|&snapshot| store.delete_snapshot(snapshot).unwrap().bytes)
        .sum();
    assert_eq!(freed, expected);
    store.check_invariants().unwrap();
}

#[test]
fn a_vm_of_64_disks_and_thousands_of_families_are_kept_apart_and_cost_little() {
    const DISKS: u64 = 64 * 64;
    let mut store = Store::default();
    let volumes: Vec<VolumeId> = (0..DISKS)
        .map(|_| store.create_volume(BlockSize::MIN, 1 << 20).unwrap())
        .collect();
    let mut points: Vec<Vec<SnapshotId>> = Vec::new();
    for round in 0..3 {
        for (disk, &volume) in (0..).zip(&volumes) {
            store
                .write(volume, range(disk, disk + round), round)
                .unwrap();
        }
        // One moment for all disks, whatever they hold.
        let all = volumes
            .iter()
            .map(|&volume| store.snapshot(volume).unwrap());
        points.push(all.collect());
    }
    let memory = store.memory().used_bytes;
    assert!(memory < DISKS * 1500, "{} bytes a disk", memory / DISKS);
    let freed = store.freed_by(&points[1]).unwrap();
    assert_eq!(freed, blocks(2 * DISKS));
    for &snapshot in &points[1] {
        assert_eq!(store.delete_snapshot(snapshot).unwrap().bytes, blocks(2));
    }
    for (&volume, (&first, &last)) in volumes.iter().zip(points[0].iter().zip(&points[2])) {
        assert_eq!(store.stored(volume).unwrap(), blocks(4));
        assert_eq!(store.usage(first).unwrap().pays, blocks(1));
        assert_eq!(store.usage(last).unwrap().pays, blocks(3));
    }
    store.check_invariants().unwrap();
}
