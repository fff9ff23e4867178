//! Random operations on a store, compared after each with a naive model that copies every disk.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

mod limit;
mod oracle;
mod pair;

use pair::{Op, run};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use rplab_core::units::BlockSize;

fn operation() -> impl Strategy<Value = Op> {
    let disk = || any::<u8>();
    let length = || prop_oneof![4 => 1u16..4, 3 => 1u16..80, 1 => 60u16..200, 1 => 500u16..2000];
    prop_oneof![
        8 => (disk(), any::<u16>(), length(), 0u8..3)
            .prop_map(|(disk, at, length, seed)| Op::Write { disk, at, length, seed }),
        3 => (disk(), prop::collection::vec((any::<u16>(), length(), 0u8..3), 0..8))
            .prop_map(|(disk, writes)| Op::Batch { disk, writes }),
        3 => (disk(), any::<u16>(), length())
            .prop_map(|(disk, at, length)| Op::Trim { disk, at, length }),
        3 => (disk(), any::<u16>(), any::<u8>())
            .prop_map(|(disk, at, kind)| Op::Bytes { disk, at, kind }),
        1 => (disk(), 0u8..130).prop_map(|(disk, by)| Op::Resize { disk, by }),
        7 => disk().prop_map(|disk| Op::Snapshot { disk }),
        4 => any::<u8>().prop_map(|snapshot| Op::Delete { snapshot }),
        1 => any::<u16>().prop_map(|members| Op::DeleteSet { members }),
        2 => any::<u8>().prop_map(|snapshot| Op::Clone { snapshot }),
        1 => disk().prop_map(|disk| Op::Drop { disk }),
        1 => (1u16..300).prop_map(|blocks| Op::Create { blocks }),
        3 => (any::<u8>(), any::<u8>()).prop_map(|(from, to)| Op::Diff { from, to }),
        1 => (any::<u8>(), disk()).prop_map(|(snapshot, disk)| Op::Refused { snapshot, disk }),
        1 => Just(Op::Settle),
    ]
}

/// Fewer cases as WebAssembly: they repeat what runs natively, at a third of the speed.
fn config(cases: u32) -> ProptestConfig {
    let cases = if cfg!(target_arch = "wasm32") {
        cases / 10
    } else {
        cases
    };
    ProptestConfig {
        cases,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "proptest-regressions/store_model.txt",
        ))),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(1200))]

    #[test]
    fn a_few_leaves_behave_as_full_copies(
        blocks in prop_oneof![Just(1u64), Just(64), Just(65), 60u64..70, 100u64..260],
        full in any::<bool>(),
        ops in prop::collection::vec((operation(), any::<u16>()), 1..50),
    ) {
        run(BlockSize::MIN, blocks, full, &ops);
    }
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn one_hot_leaf_with_many_versions_behaves_as_full_copies(
        full in any::<bool>(),
        ops in prop::collection::vec((hot_operation(), any::<u16>()), 40..120),
    ) {
        run(BlockSize::MIN, 66, full, &ops);
    }
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn disks_with_many_written_leaves_behave_as_full_copies(
        blocks in 1100u64..2500,
        full in any::<bool>(),
        ops in prop::collection::vec((operation(), any::<u16>()), 1..40),
    ) {
        run(BlockSize::MIN, blocks, full, &ops);
    }
}

proptest! {
    #![proptest_config(config(300))]

    /// Tables made for many points, then used for few, and for many again.
    #[test]
    fn a_disk_that_loses_most_of_its_points_behaves_as_full_copies(
        before in prop::collection::vec((hot_operation(), any::<u16>()), 30..70),
        gone in prop::collection::vec(any::<u16>(), 1..4),
        after in prop::collection::vec((hot_operation(), any::<u16>()), 1..40),
    ) {
        let set = |members: u16| (Op::DeleteSet { members: members | 0xf7be }, members);
        let ops: Vec<_> = before.into_iter().chain(gone.into_iter().map(set)).chain(after).collect();
        run(BlockSize::MIN, 130, false, &ops);
    }
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn large_blocks_behave_as_full_copies(
        size in prop_oneof![Just(1u64 << 16), Just(4 << 20)],
        blocks in prop_oneof![Just(1u64), 2u64..20, 60u64..70],
        full in any::<bool>(),
        ops in prop::collection::vec((operation(), any::<u16>()), 1..30),
    ) {
        run(BlockSize::try_from(size).unwrap(), blocks, full, &ops);
    }
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn a_store_at_its_limit_does_all_of_a_call_or_nothing(
        limit in 3_000u64..60_000,
        calls in prop::collection::vec(limit::call(), 1..120),
    ) {
        limit::run(limit, &calls);
    }
}

/// Mostly single writes and snapshots, so that chains grow long.
fn hot_operation() -> impl Strategy<Value = Op> {
    prop_oneof![
        10 => (any::<u16>(), 1u16..3, 0u8..3)
            .prop_map(|(at, length, seed)| Op::Write { disk: 0, at, length, seed }),
        2 => (any::<u16>(), 1u16..9).prop_map(|(at, length)| Op::Trim { disk: 0, at, length }),
        9 => Just(Op::Snapshot { disk: 0 }),
        3 => any::<u8>().prop_map(|snapshot| Op::Delete { snapshot }),
        1 => any::<u16>().prop_map(|members| Op::DeleteSet { members: members & 0x1111 }),
        1 => operation(),
    ]
}
