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

mod content;
mod large;
mod memory;
mod refusals;
mod retention;

use rplab_core::digest::{Digest, Hasher};
use rplab_core::store::{Store, VolumeId};
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

/// Writes that hit each other, more than are sorted by comparison.
fn many_writes(count: u64, size: u64) -> Vec<(BlockRange, u64)> {
    let at = |n: u64| n * 7_919 % (size - 300);
    let one = |n: u64| (range(at(n), at(n) + n * n % 5 * 60), 1 + n % 3);
    (0..count).map(one).collect()
}
