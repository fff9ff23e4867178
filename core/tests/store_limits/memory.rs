//! Memory is given back when disks and snapshots go, and used again.

use super::{range, store_with};
use rplab_core::store::{Content, Source, Store, StoreError, stamp};
use rplab_core::units::{BlockSize, ByteCount};

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
