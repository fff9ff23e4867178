//! A store with little memory beside one with plenty: what the first refuses changes nothing, what it
//! does not refuse does the same in both.

use proptest::prelude::*;
use rplab_core::digest::{Digest, Hasher};
use rplab_core::store::{SnapshotId, Source, Store, StoreError, StoreOptions, VolumeId};
use rplab_core::units::{BlockRange, BlockSize};

/// Blocks of the disks.
const BLOCKS: u64 = 40_000;

#[derive(Clone, Debug)]
pub(crate) enum Call {
    Batch(usize, Vec<(u64, u64, u64)>),
    Trim(usize, u64, u64),
    Bytes(usize, u64, Vec<u8>),
    Create,
    Snapshot(usize),
    Clone(usize),
    Delete(usize),
    Drop(usize),
}

pub(crate) fn call() -> impl Strategy<Value = Call> {
    let at = || 0..BLOCKS;
    let length = || prop_oneof![4 => 1u64..4, 2 => 1u64..400, 1 => 1000u64..20_000];
    let any = || 0usize..100;
    prop_oneof![
        8 => (any(), prop::collection::vec((at(), length(), 1u64..4), 1..40))
            .prop_map(|(disk, writes)| Call::Batch(disk, writes)),
        2 => (any(), at(), length()).prop_map(|(disk, at, length)| Call::Trim(disk, at, length)),
        2 => (any(), at(), prop::collection::vec(1u8..9, 9..900))
            .prop_map(|(disk, at, bytes)| Call::Bytes(disk, at, bytes)),
        1 => Just(Call::Create),
        5 => any().prop_map(Call::Snapshot),
        1 => any().prop_map(Call::Clone),
        3 => any().prop_map(Call::Delete),
        1 => any().prop_map(Call::Drop),
    ]
}

fn range(at: u64, length: u64) -> BlockRange {
    BlockRange::new(at, (at + length - 1).min(BLOCKS - 1)).unwrap()
}

fn pick<T: Copy>(all: &[T], choice: usize) -> Option<T> {
    (!all.is_empty()).then(|| all[choice % all.len()])
}

fn state(store: &Store) -> Digest {
    let mut hasher = Hasher::new();
    store.digest_into(&mut hasher);
    hasher.finish()
}

/// Does a call; none where there is nothing to do it to.
fn apply(store: &mut Store, call: &Call) -> Option<Result<(), StoreError>> {
    let heads: Vec<VolumeId> = store
        .volumes()
        .filter(|&volume| store.blocks(Source::Head(volume)).is_ok())
        .collect();
    let points: Vec<SnapshotId> = store
        .volumes()
        .flat_map(|volume| store.snapshots(volume).unwrap())
        .collect();
    Some(match *call {
        Call::Batch(disk, ref writes) => {
            let one = |&(at, length, seed): &(u64, u64, u64)| (range(at, length), seed);
            let writes: Vec<_> = writes.iter().map(one).collect();
            store.write_batch(pick(&heads, disk)?, &writes)
        }
        Call::Trim(disk, at, length) => store.trim(pick(&heads, disk)?, range(at, length)),
        Call::Bytes(disk, at, ref bytes) => store.write_bytes(pick(&heads, disk)?, at, bytes),
        Call::Create => store.create_volume(BlockSize::MIN, BLOCKS).map(|_| ()),
        Call::Snapshot(disk) => store.snapshot(pick(&heads, disk)?).map(|_| ()),
        Call::Clone(point) => store.clone_volume(pick(&points, point)?).map(|_| ()),
        Call::Delete(point) => store.delete_snapshot(pick(&points, point)?).map(|_| ()),
        Call::Drop(disk) => store.drop_volume(pick(&heads, disk)?),
    })
}

pub(crate) fn run(limit: u64, calls: &[Call]) {
    let options = |memory_limit_bytes| StoreOptions { memory_limit_bytes };
    let mut small = Store::new(options(limit));
    let mut large = Store::new(options(1 << 30));
    for call in calls {
        let (before, used) = (state(&small), small.memory().used_bytes);
        let Some(done) = apply(&mut small, call) else {
            continue;
        };
        // Deletions are never refused, and may need slabs for what they merge.
        let most = match call {
            Call::Delete(_) | Call::Drop(_) => {
                assert_eq!(done, Ok(()));
                u64::MAX
            }
            _ => limit.max(used),
        };
        let memory = small.memory();
        assert!(
            memory.used_bytes <= most,
            "{call:?}: {memory:?}, {used} before"
        );
        match done {
            Ok(()) => assert_eq!(apply(&mut large, call), Some(Ok(()))),
            Err(StoreError::MemoryLimit { needed, .. }) => {
                assert!(needed > limit, "{call:?}");
                assert_eq!(state(&small), before, "{call:?}");
            }
            Err(other) => panic!("{call:?}: {other}"),
        }
        small.check_invariants().unwrap();
        assert_eq!(state(&small), state(&large), "{call:?}");
    }
    for volume in small.volumes() {
        for point in small.snapshots(volume).unwrap() {
            let content = |store: &Store| store.content_digest(Source::Snapshot(point)).unwrap();
            assert_eq!(content(&small), content(&large));
        }
    }
}
