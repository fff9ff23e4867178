//! What deleting snapshots in any order leaves behind, under a sliding retention too.

use super::{blocks, range, state, store_with};
use rplab_core::store::{Content, SnapshotId, Source, Store, VolumeId, stamp};
use rplab_core::units::BlockSize;

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
