//! A hash map for each point, of what was written since the point before. No accounts are kept: a
//! deletion counts what it frees.

use super::{Peer, keys, merged};
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use rplab_core::units::BlockRange;

type Map = HashMap<u32, u64>;

#[derive(Debug, Default)]
pub(crate) struct HashLayers {
    live: Map,
    layers: Vec<Map>,
    restored: Vec<Map>,
}

impl Peer for HashLayers {
    const NAME: &'static str = "hash map a point";
    type Changed = Vec<BlockRange>;

    fn new() -> Self {
        Self::default()
    }

    fn write(&mut self, writes: &[BlockRange], seed: u64) {
        for &range in writes {
            for block in keys(range) {
                self.live.insert(block, seed);
            }
        }
    }

    fn snapshot(&mut self) {
        let mut layer = std::mem::take(&mut self.live);
        layer.shrink_to_fit();
        self.layers.push(layer);
    }

    fn changed(&self, at: usize) -> Vec<BlockRange> {
        merged(self.layers[at + 1].keys().copied().collect())
    }

    fn delete(&mut self, at: usize) -> u64 {
        let gone = self.layers.remove(at);
        let next = self.layers.get_mut(at).unwrap_or(&mut self.live);
        let mut freed = 0;
        for (block, seed) in gone {
            match next.entry(block) {
                Entry::Occupied(_) => freed += 1,
                Entry::Vacant(place) => {
                    place.insert(seed);
                }
            }
        }
        freed
    }

    fn read(&self, at: usize, block: u64) -> u64 {
        let block = block as u32;
        let found = self.layers[..=at]
            .iter()
            .rev()
            .find_map(|layer| layer.get(&block));
        found.copied().unwrap_or_default()
    }

    fn restore(&mut self, _at: usize, writes: &[BlockRange], seed: u64) {
        let mut disk = Map::new();
        for &range in writes {
            disk.extend(keys(range).map(|block| (block, seed)));
        }
        self.restored.push(disk);
    }

    fn drop_restored(&mut self) {
        self.restored.clear();
    }
}
