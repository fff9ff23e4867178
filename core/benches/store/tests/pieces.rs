//! No single allocation grows with the disk: a machine that has the memory in pieces is enough.

use rplab_core::store::{Content, Source, Store, StoreOptions};
use rplab_core::units::{BlockRange, BlockSize};
use rplab_store_bench::allocations::take_largest;
use std::sync::Mutex;

const TIB_BLOCKS: u64 = (1 << 40) / 4096;
const LARGEST: usize = 64 << 20;

/// The allocator counts for the whole process: one test at a time.
static COUNTING: Mutex<()> = Mutex::new(());

/// A disk of 64 TiB whose table of leaves is a dense one that reaches its last block.
#[test]
fn a_densely_written_disk_of_64_tib_takes_no_piece_above_64_mib() {
    let _alone = COUNTING.lock();
    let mut store = Store::new(StoreOptions {
        memory_limit_bytes: 4 << 30,
    });
    let disk = 64 * TIB_BLOCKS;
    let volume = store
        .create_volume(BlockSize::MIN, disk)
        .expect("a valid size");
    take_largest();
    // More leaves than one in 64 of the disk's.
    let last = disk / 64 + 64 * 64;
    let dense = BlockRange { first: 0, last };
    store.write(volume, dense, 1).expect("within the limit");
    let ends = [0, disk / 2, disk - 1].map(|block| {
        let range = BlockRange {
            first: block,
            last: block,
        };
        (range, 2)
    });
    store.write_batch(volume, &ends).expect("within the limit");
    store.snapshot(volume).expect("a live disk");
    let largest = take_largest();
    assert!(
        largest > 0 && largest <= LARGEST,
        "a piece of {largest} bytes"
    );
}

/// More byte blocks than the names of all would fit in one piece.
#[test]
fn five_million_blocks_of_bytes_take_no_piece_above_64_mib() {
    let _alone = COUNTING.lock();
    const BLOCKS: u64 = 5 << 20;
    let mut store = Store::new(StoreOptions {
        memory_limit_bytes: 4 << 30,
    });
    let volume = store
        .create_volume(BlockSize::MIN, BLOCKS)
        .expect("a valid size");
    take_largest();
    for block in 0..BLOCKS {
        let bytes = (block << 8 | 1).to_le_bytes();
        store.write_bytes(volume, block, &bytes).expect("memory");
    }
    let largest = take_largest();
    assert!(
        largest > 0 && largest <= LARGEST,
        "a piece of {largest} bytes"
    );
    let last = store.read(Source::Head(volume), BLOCKS - 1);
    let expected = ((BLOCKS - 1) << 8 | 1).to_le_bytes();
    let used = expected.iter().rposition(|&byte| byte != 0).expect("a one");
    assert_eq!(last, Ok(Content::Bytes(&expected[..=used])));
}
