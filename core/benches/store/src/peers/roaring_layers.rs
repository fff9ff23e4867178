//! A roaring bitmap for each point, of what was written since the point before, with the seeds in
//! order beside it. No accounts are kept: a deletion counts what it frees.

use super::{Peer, append, keys};
use hashbrown::HashMap;
use roaring::RoaringBitmap;
use rplab_core::units::BlockRange;

#[derive(Debug, Default)]
struct Layer {
    blocks: RoaringBitmap,
    seeds: Vec<u64>,
}

#[derive(Debug, Default)]
pub(crate) struct RoaringLayers {
    live: RoaringBitmap,
    live_seeds: HashMap<u32, u64>,
    layers: Vec<Layer>,
    restored: Vec<(RoaringBitmap, HashMap<u32, u64>)>,
}

fn put(
    blocks: &mut RoaringBitmap,
    seeds: &mut HashMap<u32, u64>,
    writes: &[BlockRange],
    seed: u64,
) {
    for &range in writes {
        if range.first == range.last {
            blocks.insert(range.first as u32);
        } else {
            blocks.insert_range(keys(range));
        }
        seeds.extend(keys(range).map(|block| (block, seed)));
    }
}

impl Layer {
    /// This layer with `newer` on top.
    fn under(self, newer: &Self) -> Self {
        let blocks = &self.blocks | &newer.blocks;
        let mut seeds = Vec::with_capacity(blocks.len() as usize);
        let mut older = self.blocks.iter().zip(self.seeds).peekable();
        for (block, &seed) in newer.blocks.iter().zip(&newer.seeds) {
            while let Some((_, below)) = older.next_if(|&(known, _)| known < block) {
                seeds.push(below);
            }
            older.next_if(|&(known, _)| known == block);
            seeds.push(seed);
        }
        seeds.extend(older.map(|(_, seed)| seed));
        Self { blocks, seeds }
    }
}

impl Peer for RoaringLayers {
    const NAME: &'static str = "roaring layers";
    type Changed = Vec<BlockRange>;

    fn new() -> Self {
        Self::default()
    }

    fn write(&mut self, writes: &[BlockRange], seed: u64) {
        put(&mut self.live, &mut self.live_seeds, writes, seed);
    }

    fn snapshot(&mut self) {
        let mut blocks = std::mem::take(&mut self.live);
        blocks.optimize();
        let by_block = std::mem::take(&mut self.live_seeds);
        let seeds = blocks.iter().map(|block| by_block[&block]).collect();
        self.layers.push(Layer { blocks, seeds });
    }

    fn changed(&self, at: usize) -> Vec<BlockRange> {
        let mut ranges = Vec::new();
        for block in &self.layers[at + 1].blocks {
            append(&mut ranges, u64::from(block));
        }
        ranges
    }

    fn delete(&mut self, at: usize) -> u64 {
        let gone = self.layers.remove(at);
        let Some(next) = self.layers.get_mut(at) else {
            let freed = gone.blocks.intersection_len(&self.live);
            for (block, seed) in gone.blocks.iter().zip(gone.seeds) {
                if self.live.insert(block) {
                    self.live_seeds.insert(block, seed);
                }
            }
            return freed;
        };
        let freed = gone.blocks.intersection_len(&next.blocks);
        *next = gone.under(next);
        freed
    }

    fn read(&self, at: usize, block: u64) -> u64 {
        let block = block as u32;
        let layers = self.layers[..=at].iter().rev();
        let mut holding = layers.filter(|layer| layer.blocks.contains(block));
        let found = holding.next();
        found.map_or(0, |layer| {
            layer.seeds[layer.blocks.rank(block) as usize - 1]
        })
    }

    fn restore(&mut self, _at: usize, writes: &[BlockRange], seed: u64) {
        let (mut blocks, mut seeds) = (RoaringBitmap::new(), HashMap::new());
        put(&mut blocks, &mut seeds, writes, seed);
        self.restored.push((blocks, seeds));
    }

    fn drop_restored(&mut self) {
        self.restored.clear();
    }
}
