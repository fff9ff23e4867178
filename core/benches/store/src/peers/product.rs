//! The project's block store.

use super::Peer;
use crate::workload::BLOCKS;
use rplab_core::store::{
    ChangedRange, Content, SnapshotId, Source, Store, StoreOptions, VolumeId, stamp,
};
use rplab_core::units::{BlockRange, BlockSize};

#[derive(Debug)]
pub(crate) struct Product {
    pub(crate) store: Store,
    pub(crate) volume: VolumeId,
    pub(crate) points: Vec<SnapshotId>,
    batch: Vec<(BlockRange, u64)>,
    restored: Vec<VolumeId>,
}

impl Product {
    /// Blocks that only the point at `at` holds.
    pub(crate) fn unique(&self, at: usize) -> u64 {
        let unique = self.store.unique(self.points[at]).expect("a point");
        unique.0 / BlockSize::MIN.bytes()
    }

    pub(crate) fn changed_blocks(&self, at: usize) -> u64 {
        let to = Source::Snapshot(self.points[at + 1]);
        self.store
            .changed_blocks(self.points[at], to)
            .expect("two points")
    }
}

impl Peer for Product {
    const NAME: &'static str = "rplab";
    type Changed = Vec<ChangedRange>;

    fn new() -> Self {
        let mut store = Store::new(StoreOptions {
            memory_limit_bytes: 16 << 30,
        });
        let volume = store
            .create_volume(BlockSize::MIN, BLOCKS)
            .expect("a valid size");
        Self {
            store,
            volume,
            points: Vec::new(),
            batch: Vec::new(),
            restored: Vec::new(),
        }
    }

    fn write(&mut self, writes: &[BlockRange], seed: u64) {
        self.batch.clear();
        self.batch.extend(writes.iter().map(|&range| (range, seed)));
        self.store
            .write_batch(self.volume, &self.batch)
            .expect("valid ranges");
    }

    fn snapshot(&mut self) {
        self.points
            .push(self.store.snapshot(self.volume).expect("a live disk"));
    }

    fn changed(&self, at: usize) -> Vec<ChangedRange> {
        let to = Source::Snapshot(self.points[at + 1]);
        let ranges = self.store.changed_ranges(self.points[at], to);
        ranges.expect("two points")
    }

    fn delete(&mut self, at: usize) -> u64 {
        let freed = self.store.delete_snapshot(self.points.remove(at));
        freed.expect("a point").bytes.0 / BlockSize::MIN.bytes()
    }

    fn read(&self, at: usize, block: u64) -> u64 {
        match self.store.read(Source::Snapshot(self.points[at]), block) {
            Ok(Content::Pattern(word)) => word,
            _ => 0,
        }
    }

    fn restore(&mut self, at: usize, writes: &[BlockRange], seed: u64) {
        let clone = self.store.clone_volume(self.points[at]).expect("a point");
        self.batch.clear();
        self.batch.extend(writes.iter().map(|&range| (range, seed)));
        self.store
            .write_batch(clone, &self.batch)
            .expect("valid ranges");
        self.restored.push(clone);
    }

    fn drop_restored(&mut self) {
        for disk in self.restored.drain(..) {
            self.store.drop_volume(disk).expect("a live disk");
        }
    }
}

/// The same store, one call for each write.
#[derive(Debug)]
pub(crate) struct SingleWrites(pub(crate) Product);

impl SingleWrites {
    pub(crate) fn write(&mut self, writes: &[BlockRange], seed: u64) {
        for &range in writes {
            self.0
                .store
                .write(self.0.volume, range, seed)
                .expect("valid ranges");
        }
    }
}

/// What a peer's seed reads as.
pub(crate) const fn word(seed: u64, block: u64) -> u64 {
    if seed == 0 { 0 } else { stamp(seed, block) }
}
