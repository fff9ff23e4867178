//! An ordered map, copied whole for every point.

use super::{Peer, append, keys};
use rplab_core::units::BlockRange;
use std::collections::BTreeMap;

type Map = BTreeMap<u32, u64>;

#[derive(Debug, Default)]
pub(crate) struct FullCopy {
    live: Map,
    points: Vec<Map>,
    restored: Vec<Map>,
}

impl FullCopy {
    fn after(&self, at: usize) -> &Map {
        self.points.get(at + 1).unwrap_or(&self.live)
    }
}

impl Peer for FullCopy {
    const NAME: &'static str = "BTreeMap, full copies";
    type Changed = Vec<BlockRange>;

    fn new() -> Self {
        Self::default()
    }

    fn write(&mut self, writes: &[BlockRange], seed: u64) {
        for &range in writes {
            self.live.extend(keys(range).map(|block| (block, seed)));
        }
    }

    fn snapshot(&mut self) {
        self.points.push(self.live.clone());
    }

    fn changed(&self, at: usize) -> Vec<BlockRange> {
        let mut ranges = Vec::new();
        // Blocks are never cleared here, so every key of the older is in the newer.
        let mut older = self.points[at].iter().peekable();
        for (&block, seed) in self.after(at) {
            let before = older.next_if(|(known, _)| **known == block);
            if before.is_none_or(|(_, known)| known != seed) {
                append(&mut ranges, u64::from(block));
            }
        }
        ranges
    }

    fn delete(&mut self, at: usize) -> u64 {
        let before = at.checked_sub(1).and_then(|before| self.points.get(before));
        let (gone, after) = (&self.points[at], self.after(at));
        let only = gone.iter().filter(|(block, seed)| {
            after.get(block) != Some(seed)
                && before.is_none_or(|before| before.get(block) != Some(seed))
        });
        let freed = only.count() as u64;
        self.points.remove(at);
        freed
    }

    fn read(&self, at: usize, block: u64) -> u64 {
        self.points[at]
            .get(&(block as u32))
            .copied()
            .unwrap_or_default()
    }

    fn restore(&mut self, at: usize, writes: &[BlockRange], seed: u64) {
        let mut disk = self.points[at].clone();
        for &range in writes {
            disk.extend(keys(range).map(|block| (block, seed)));
        }
        self.restored.push(disk);
    }

    fn drop_restored(&mut self) {
        self.restored.clear();
    }
}
