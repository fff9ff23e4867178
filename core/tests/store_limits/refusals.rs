//! The memory limit and every other refusal change nothing.

use super::{TIB_BLOCKS, many_writes, range, state, store_with};
use rplab_core::store::{SnapshotId, Source, Store, StoreError, StoreOptions, VolumeId};
use rplab_core::units::BlockSize;

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
