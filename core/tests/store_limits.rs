//! What the store promises about memory, refusals, clones and digests.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use rplab_core::digest::{Digest, Hasher};
use rplab_core::store::{
    ChangeKind, Content, SnapshotId, Source, Store, StoreError, StoreOptions, VolumeId, stamp,
};
use rplab_core::units::{BlockRange, BlockSize, ByteCount};

const TIB_BLOCKS: u64 = (1 << 40) / 4096;

fn state(store: &Store) -> Digest {
    let mut hasher = Hasher::new();
    store.digest_into(&mut hasher);
    hasher.finish()
}

fn range(first: u64, last: u64) -> BlockRange {
    BlockRange::new(first, last).unwrap()
}

fn blocks(count: u64) -> ByteCount {
    BlockSize::MIN.bytes_of(count)
}

/// A store with one disk, its first `written` blocks written.
fn store_with(size: u64, written: u64) -> (Store, VolumeId) {
    let mut store = Store::default();
    let volume = store.create_volume(BlockSize::MIN, size).unwrap();
    if written > 0 {
        store.write(volume, range(0, written - 1), 7).unwrap();
    }
    (store, volume)
}

#[test]
fn memory_is_back_at_its_start_when_the_last_disk_is_gone() {
    let start = Store::default().memory();
    let (mut store, volume) = store_with(100_000, 100_000);
    let mut kept = Vec::new();
    for seed in 0..20 {
        store.write(volume, range(seed, 50_000), seed).unwrap();
        kept.push(store.snapshot(volume).unwrap());
    }
    let clone = store.clone_volume(kept[3]).unwrap();
    store.write_bytes(clone, 5, b"bytes").unwrap();
    store.drop_volume(volume).unwrap();
    for snapshot in kept {
        store.delete_snapshot(snapshot).unwrap();
        store.check_invariants().unwrap();
    }
    // The clone still reads what it came from.
    let below = store.read(Source::Head(clone), 40_000).unwrap();
    assert_eq!(below, Content::Pattern(stamp(3, 40_000)));
    assert!(store.memory().records > 0);
    store.drop_volume(clone).unwrap();
    assert_eq!(store.memory(), start);

    let again = store.create_volume(BlockSize::MIN, 100).unwrap();
    store.write(again, range(0, 9), 1).unwrap();
    store.check_invariants().unwrap();
}

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
fn deleting_everything_frees_everything_and_the_memory_is_used_again() {
    let (mut store, _) = store_with(1, 0);
    let rounds: Vec<u64> = (0..3).map(|_| fill_and_delete(&mut store)).collect();
    assert_eq!(rounds[0], rounds[1]);
    assert_eq!(rounds[1], rounds[2]);
}

/// Fills a disk in many snapshots and clones, deletes all; returns the memory that stays taken.
fn fill_and_delete(store: &mut Store) -> u64 {
    let volume = store.create_volume(BlockSize::MIN, 100_000).unwrap();
    let mut snapshots = Vec::new();
    for round in 0..20 {
        store
            .write(volume, range(round * 40, round * 40 + 5000), round)
            .unwrap();
        store
            .write(volume, range(round * 40 + 9, round * 40 + 20), 1)
            .unwrap();
        store.write_bytes(volume, round, b"user bytes").unwrap();
        store
            .trim(volume, range(round * 100, round * 100 + 64))
            .unwrap();
        snapshots.push(store.snapshot(volume).unwrap());
    }
    let clone = store.clone_volume(snapshots[4]).unwrap();
    store.write(clone, range(0, 700), 5).unwrap();
    store.drop_volume(volume).unwrap();
    snapshots.sort_by_key(|snapshot| snapshot.0 * 7 % 20);
    for snapshot in snapshots {
        store.delete_snapshot(snapshot).unwrap();
    }
    assert_eq!(store.stored(volume).unwrap(), ByteCount::ZERO);
    assert_ne!(store.held(volume).unwrap().clones, ByteCount::ZERO);
    store.drop_volume(clone).unwrap();
    assert_eq!(
        store.stored(volume),
        Err(StoreError::UnknownVolume { volume })
    );
    store.check_invariants().unwrap();
    let memory = store.memory();
    assert_eq!(
        (memory.records, memory.slab_words, memory.user_bytes),
        (0, 0, 0)
    );
    assert!(memory.free_records > 500);
    memory.used_bytes
}

#[test]
fn the_memory_limit_refuses_and_changes_nothing() {
    let (mut store, volume, _) = limited_store();
    let before = (state(&store), store.memory());
    let refused = store
        .write(volume, range(0, TIB_BLOCKS - 1), 2)
        .unwrap_err();
    let StoreError::MemoryLimit { limit, needed } = refused else {
        panic!("{refused}")
    };
    assert_eq!(limit, 100_000);
    assert!(needed > limit);
    assert_eq!((state(&store), store.memory()), before);
    store.check_invariants().unwrap();
}

#[test]
fn calls_that_fit_go_on_until_the_limit_and_deletions_make_room_again() {
    let (mut store, volume, snapshot) = limited_store();
    let fill = |store: &mut Store| {
        let fits = |&at: &u64| {
            store
                .write(volume, range(at * 64, at * 64 + 63), at)
                .is_ok()
        };
        (0..).take_while(fits).count()
    };
    assert!(fill(&mut store) > 100);
    let used = store.memory().used_bytes;
    assert!((95_000..=100_000).contains(&used), "{used}");
    assert!(store.write_bytes(volume, 64 * 499, &[5; 4000]).is_err());
    assert_eq!(fill(&mut store.clone()), fill(&mut store));
    store.check_invariants().unwrap();

    // The head has overwritten what only the snapshot held: its places are free again.
    store.delete_snapshot(snapshot).unwrap();
    store.drop_volume(VolumeId(1)).unwrap();
    let again = store.snapshot(volume).unwrap();
    assert!(fill(&mut store) > 50);
    assert!(store.usage(again).is_ok());
    store.check_invariants().unwrap();
}

#[test]
fn a_table_of_leaves_that_becomes_dense_stays_within_the_limit() {
    for batch in [1, 50] {
        let limit = 600_000;
        let mut store = Store::new(StoreOptions {
            memory_limit_bytes: limit,
        });
        let leaves = 640_000;
        let volume = store.create_volume(BlockSize::MIN, leaves * 64).unwrap();
        let one = |at: u64| (range(at * 32 * 64, at * 32 * 64), 1);
        let fits = |round: &u64| {
            let writes: Vec<_> = (round * batch..(round + 1) * batch).map(one).collect();
            let fits = store.write_batch(volume, &writes).is_ok();
            assert!(store.memory().used_bytes <= limit, "{:?}", store.memory());
            fits
        };
        let rounds = (0..leaves / 32 / batch).take_while(fits).count() as u64;
        assert!((9_000..=10_000).contains(&(rounds * batch)), "{rounds}");
        store.check_invariants().unwrap();
    }
}

/// A write that finds its block in the newest record sees nothing of a long chain below.
#[test]
fn a_block_that_is_always_written_again_leaves_no_long_chain_to_others() {
    let (mut store, volume) = store_with(64 * 20, 0);
    let mut points = Vec::new();
    for round in 0..40 {
        let writes: Vec<_> = (0..20)
            .map(|leaf| (range(leaf * 64, leaf * 64), round + 1))
            .collect();
        store.write_batch(volume, &writes).unwrap();
        points.push(store.snapshot(volume).unwrap());
        store.check_invariants().unwrap();
    }
    for (round, &point) in (1..).zip(&points) {
        let read = store.read(Source::Snapshot(point), 64).unwrap();
        assert_eq!(read, Content::Pattern(stamp(round, 64)));
    }
}

/// A store of 100,000 bytes, about half of them taken.
fn limited_store() -> (Store, VolumeId, SnapshotId) {
    let mut store = Store::new(StoreOptions {
        memory_limit_bytes: 100_000,
    });
    let volume = store.create_volume(BlockSize::MIN, TIB_BLOCKS).unwrap();
    store.write(volume, range(0, 64 * 1000 - 1), 1).unwrap();
    let snapshot = store.snapshot(volume).unwrap();
    store.create_volume(BlockSize::MIN, 1).unwrap();
    (store, volume, snapshot)
}

#[test]
fn every_refusal_names_what_is_wrong_and_changes_nothing() {
    let (mut store, volume) = store_with(100, 10);
    let snapshot = store.snapshot(volume).unwrap();
    let closed = store.create_volume(BlockSize::MIN, 10).unwrap();
    let other = store.snapshot(closed).unwrap();
    store.drop_volume(closed).unwrap();
    let before = (state(&store), store.memory());
    let (gone, nothing) = (VolumeId(77), SnapshotId(77));
    let refusals = [
        store.write(volume, range(50, 100), 1).unwrap_err(),
        store.trim(gone, range(0, 1)).unwrap_err(),
        store.write(closed, range(0, 1), 1).unwrap_err(),
        store.write_bytes(volume, 3, &[0; 5000]).unwrap_err(),
        store.resize(volume, 99).unwrap_err(),
        store.resize(volume, u64::MAX).unwrap_err(),
        store.create_volume(BlockSize::MIN, 0).unwrap_err(),
        store.snapshot(closed).unwrap_err(),
        store.delete_snapshot(nothing).unwrap_err(),
        store.clone_volume(nothing).unwrap_err(),
        store.drop_volume(closed).unwrap_err(),
        store.usage(nothing).unwrap_err(),
        store.freed_by(&[snapshot, nothing]).unwrap_err(),
        store
            .changed_ranges(snapshot, Source::Snapshot(other))
            .unwrap_err(),
        store.read(Source::Head(closed), 0).unwrap_err(),
        store.block_versions(volume, 100).unwrap_err(),
    ];
    assert_eq!((state(&store), store.memory()), before);
    let texts: Vec<String> = refusals.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts[0],
        "blocks 50 to 100 are not on the disk; last may be 99 at most"
    );
    assert_eq!(
        texts[4],
        "a disk of 100 blocks cannot shrink to 99; give 100 blocks or more"
    );
    assert!(texts[13].contains("not of one family"));
}

#[test]
fn a_copy_of_the_store_is_a_checkpoint_and_a_replay_gives_its_digest() {
    let build = |steps: u64| {
        let (mut store, volume) = store_with(500, 100);
        for step in 0..steps {
            store
                .write(volume, range(step * 3, step * 3 + 70), step)
                .unwrap();
            let snapshot = store.snapshot(volume).unwrap();
            store.clone_volume(snapshot).unwrap();
            if step % 2 == 1 {
                store.delete_snapshot(snapshot).unwrap();
            }
        }
        store
    };
    let mut store = build(6);
    let checkpoint = store.clone();
    let before = state(&store);
    store.write(VolumeId(0), range(0, 499), 9).unwrap();
    store.delete_snapshot(SnapshotId(0)).unwrap();
    assert_ne!(state(&store), before);
    assert_eq!(state(&checkpoint), before);
    checkpoint.check_invariants().unwrap();
    assert_eq!(state(&build(6)), before);
    assert_ne!(state(&build(5)), before);
}

#[test]
fn a_sliding_retention_on_a_hot_leaf_keeps_a_bounded_number_of_records() {
    let (mut store, volume) = store_with(64, 64);
    let mut kept = std::collections::VecDeque::new();
    let mut most = 0;
    for round in 0..5000 {
        store
            .write(volume, range(round % 64, round % 64), round)
            .unwrap();
        kept.push_back(store.snapshot(volume).unwrap());
        if kept.len() > 10 {
            store.delete_snapshot(kept.pop_front().unwrap()).unwrap();
        }
        most = most.max(store.memory().records);
    }
    store.check_invariants().unwrap();
    assert!(most < 400, "{most} records for 11 versions of one leaf");
}

/// Deleting looks at no record: what the two intervals wrote to one leaf is made one later.
#[test]
fn what_a_deletion_leaves_behind_is_bounded_and_given_back() {
    let leaves = 100;
    let (mut store, volume) = store_with(leaves * 64, 0);
    let all = range(0, leaves * 64 - 1);
    let mut points = Vec::new();
    for seed in 1..=11 {
        store.write(volume, all, seed).unwrap();
        points.push(store.snapshot(volume).unwrap());
    }
    let before = store.memory().records;
    assert_eq!(before, 11 * leaves);
    let freed = store.delete_snapshot(points[4]).unwrap();
    assert_eq!(freed.bytes, blocks(leaves * 64));
    assert_eq!(store.memory().records, before, "the records wait");
    let digest = state(&store);
    store.settle();
    assert_eq!(store.memory().records, 10 * leaves);
    assert_eq!(state(&store), digest);
    store.check_invariants().unwrap();
    // However many are deleted, those that wait are never more than the others.
    for (left, point) in (1..10).rev().zip([3, 2, 1, 0, 5, 6, 7, 8, 9]) {
        store.delete_snapshot(points[point]).unwrap();
        store.check_invariants().unwrap();
        assert!(store.memory().records <= 2 * left * leaves);
    }
    assert_eq!(store.stored(volume).unwrap(), blocks(leaves * 64));
}

#[test]
fn a_clone_outlives_its_snapshot_and_is_a_full_disk_of_its_own() {
    let (mut store, volume) = store_with(1000, 300);
    let snapshot = store.snapshot(volume).unwrap();
    let digest = store.content_digest(Source::Snapshot(snapshot)).unwrap();
    let clone = store.clone_volume(snapshot).unwrap();
    store.write(volume, range(0, 999), 8).unwrap();
    assert_eq!(store.delete_snapshot(snapshot).unwrap().bytes, blocks(300));
    assert_eq!(store.stored(volume).unwrap(), ByteCount::ZERO);
    assert_eq!(store.held(volume).unwrap().clones, blocks(300));
    assert_eq!(store.content_digest(Source::Head(clone)).unwrap(), digest);
    store.write(clone, range(0, 9), 5).unwrap();
    let first = store.usage(store.clone().snapshot(clone).unwrap());
    assert!(first.is_err(), "the copy's snapshot is not in the original");
    let first = store.snapshot(clone).unwrap();
    let usage = store.usage(first).unwrap();
    assert_eq!(
        (usage.referenced, usage.added, usage.unique),
        (blocks(300), blocks(300), blocks(300))
    );
    store.write(clone, range(290, 309), 6).unwrap();
    let second = store.snapshot(clone).unwrap();
    let usage = store.usage(second).unwrap();
    assert_eq!((usage.referenced, usage.added), (blocks(310), blocks(20)));
    assert_eq!(store.stored(clone).unwrap(), blocks(320));
    let changed = store
        .changed_ranges(first, Source::Snapshot(second))
        .unwrap();
    assert_eq!(changed.len(), 1);
    assert_eq!(
        (changed[0].range, changed[0].kind),
        (range(290, 309), ChangeKind::Written)
    );
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
fn equal_content_has_an_equal_digest_whatever_wrote_it() {
    let (mut store, stamped) = store_with(130, 0);
    store.write(stamped, range(60, 69), 4).unwrap();
    let typed = store.create_volume(BlockSize::MIN, 130).unwrap();
    let mut block = [0; 4096];
    for index in 60..70 {
        Content::Pattern(stamp(4, index)).fill(&mut block);
        store.write_bytes(typed, index, &block).unwrap();
        assert_eq!(
            store.read(Source::Head(typed), index).unwrap(),
            Content::Pattern(stamp(4, index))
        );
    }
    store.write_bytes(typed, 3, b"gone again").unwrap();
    store.write_bytes(typed, 3, &[0; 4096]).unwrap();
    assert_eq!(store.read(Source::Head(typed), 3).unwrap(), Content::Hole);
    let digest = store.content_digest(Source::Head(stamped)).unwrap();
    assert_eq!(store.content_digest(Source::Head(typed)).unwrap(), digest);
    assert_eq!(store.memory().user_bytes, 0);

    store.write_bytes(typed, 3, b"user").unwrap();
    assert_ne!(store.content_digest(Source::Head(typed)).unwrap(), digest);
    store.read(Source::Head(typed), 3).unwrap().fill(&mut block);
    assert_eq!(block[..5], *b"user\0");
    assert!(block[5..].iter().all(|&byte| byte == 0));
    let mut longer = store.clone();
    store.trim(typed, range(3, 3)).unwrap();
    assert_eq!(store.content_digest(Source::Head(typed)).unwrap(), digest);
    longer.trim(typed, range(3, 3)).unwrap();
    longer.resize(typed, 131).unwrap();
    assert_ne!(longer.content_digest(Source::Head(typed)).unwrap(), digest);
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
fn the_tables_of_a_disk_shrink_when_its_snapshots_go() {
    let (mut store, volume) = store_with(64, 64);
    let snapshots: Vec<SnapshotId> = (0..500)
        .map(|step| {
            store
                .write(volume, range(step % 64, step % 64), step)
                .unwrap();
            store.snapshot(volume).unwrap()
        })
        .collect();
    let most = store.memory().used_bytes;
    assert!(most > 1 << 20, "{most} bytes: a table of 500 by 500");
    for (_, &snapshot) in (0..).zip(&snapshots).filter(|(at, _)| at % 50 != 0) {
        store.delete_snapshot(snapshot).unwrap();
    }
    store.check_invariants().unwrap();
    let left = store.memory().used_bytes;
    assert!(left < most / 10, "{left} bytes of {most} for 10 snapshots");
}

/// `count` points of one leaf, a block written before each; of one seed, so that a merge needs no slab.
fn points_of_one_leaf(store: &mut Store, volume: VolumeId, count: u64) -> Vec<SnapshotId> {
    let mut point = |step: u64| {
        let at = range(step % 64, step % 64);
        store.write(volume, at, 7).unwrap();
        store.snapshot(volume).unwrap()
    };
    (0..count).map(&mut point).collect()
}

/// In whatever order the old points went, new ones cost what they cost on a new disk.
#[test]
fn the_tables_of_a_disk_forget_how_many_snapshots_it_had() {
    let fresh = {
        let (mut store, volume) = store_with(64, 64);
        points_of_one_leaf(&mut store, volume, 10);
        store.memory().used_bytes - store.memory().records * 32
    };
    for order in 0..4 {
        let (mut store, volume) = store_with(64, 64);
        let mut old = points_of_one_leaf(&mut store, volume, 500);
        match order {
            0 => {}
            1 => old.reverse(),
            2 => old.sort_by_key(|snapshot| snapshot.0 * 7_919 % 499),
            // The oldest goes last, and the rest stays a while beside new ones.
            _ => old.rotate_left(400),
        }
        for snapshot in old {
            store.delete_snapshot(snapshot).unwrap();
        }
        store.check_invariants().unwrap();
        store.settle();
        points_of_one_leaf(&mut store, volume, 10);
        store.check_invariants().unwrap();
        let memory = store.memory();
        let places = (memory.records + memory.free_records) * 32;
        let left = memory.used_bytes - places;
        assert!(
            left < fresh * 2,
            "{left} bytes, fresh {fresh}, order {order}"
        );
    }
}

/// Whether bytes that a user wrote are given back at once is a matter of the disk they are on.
#[test]
fn user_bytes_on_one_disk_do_not_make_deletions_on_another_merge_at_once() {
    let left = |bytes_on: Option<usize>| {
        let (mut store, volume) = store_with(64 * 100, 0);
        let other = store.create_volume(BlockSize::MIN, 10).unwrap();
        let mut points = Vec::new();
        for seed in 1..=11 {
            let all = range(0, 64 * 100 - 1);
            store.write(volume, all, seed).unwrap();
            points.push(store.snapshot(volume).unwrap());
        }
        if let Some(at) = bytes_on {
            let disk = [volume, other][at];
            store.write_bytes(disk, 1, b"user bytes").unwrap();
        }
        let before = store.memory().records;
        store.delete_snapshot(points[4]).unwrap();
        before - store.memory().records
    };
    assert_eq!(left(None), 0);
    assert_eq!(left(Some(1)), 0, "another disk's bytes");
    assert_eq!(left(Some(0)), 100, "its own are given back");
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

/// Writes that hit each other, more than are sorted by comparison.
fn many_writes(count: u64, size: u64) -> Vec<(BlockRange, u64)> {
    let at = |n: u64| n * 7_919 % (size - 300);
    let one = |n: u64| (range(at(n), at(n) + n * n % 5 * 60), 1 + n % 3);
    (0..count).map(one).collect()
}

#[test]
fn a_batch_is_its_writes_in_turn() {
    for count in [1, 40, 3_000] {
        let writes = many_writes(count, 100_000);
        let (mut batched, volume) = store_with(100_000, 70);
        let (mut single, _) = store_with(100_000, 70);
        for _ in 0..3 {
            batched.write_batch(volume, &writes).unwrap();
            for &(range, seed) in &writes {
                single.write(volume, range, seed).unwrap();
            }
            batched.snapshot(volume).unwrap();
            single.snapshot(volume).unwrap();
        }
        batched.check_invariants().unwrap();
        assert_eq!(state(&batched), state(&single));
        let digest = |store: &Store| store.content_digest(Source::Head(volume)).unwrap();
        assert_eq!(digest(&batched), digest(&single));
    }
}

#[test]
fn a_batch_that_passes_the_memory_limit_writes_nothing() {
    let limit = 200_000;
    let mut store = Store::new(StoreOptions {
        memory_limit_bytes: limit,
    });
    let volume = store.create_volume(BlockSize::MIN, 1 << 20).unwrap();
    for round in 1.. {
        let before = state(&store);
        let refused = store.write_batch(volume, &many_writes(100 * round, 1 << 20));
        assert!(store.memory().used_bytes <= limit);
        if refused.is_err() {
            assert!(round > 1, "the first of them fits");
            assert_eq!(state(&store), before);
            break;
        }
        store.snapshot(volume).unwrap();
    }
    store.check_invariants().unwrap();
}

#[test]
fn changed_blocks_counts_what_changed_ranges_names_with_and_without_holes() {
    let (mut store, volume) = store_with(100_000, 5_000);
    let mut points = vec![store.snapshot(volume).unwrap()];
    for round in 0..12 {
        store
            .write_batch(volume, &many_writes(50, 100_000 - round))
            .unwrap();
        if round % 4 == 3 {
            store.trim(volume, range(round * 100, round * 300)).unwrap();
        }
        points.push(store.snapshot(volume).unwrap());
        if round % 5 == 4 {
            store.delete_snapshot(points.remove(3)).unwrap();
        }
    }
    for (at, &from) in points.iter().enumerate() {
        let ends = points.iter().map(|&to| Source::Snapshot(to));
        for to in ends.chain([Source::Head(volume)]) {
            let ranges = store.changed_ranges(from, to).unwrap();
            let named: u64 = ranges.iter().map(|changed| changed.range.len()).sum();
            assert_eq!(
                store.changed_blocks(from, to).unwrap(),
                named,
                "{at} to {to}"
            );
        }
    }
}
