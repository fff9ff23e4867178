//! Content: clones, batches, changed blocks and digests.

use super::{blocks, many_writes, range, state, store_with};
use rplab_core::store::{ChangeKind, Content, SnapshotId, Source, Store, VolumeId, stamp};
use rplab_core::units::{BlockSize, ByteCount};

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
