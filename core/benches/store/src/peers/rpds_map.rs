//! rpds' persistent hash map. It has no comparison of its own: all of the newer map is looked up in the
//! older.

use super::{Peer, keys, merged};
use rpds::HashTrieMap;
use rplab_core::units::BlockRange;

type Map = HashTrieMap<u32, u64>;

#[derive(Debug, Default)]
pub(crate) struct RpdsHashTrieMap {
    live: Map,
    points: Vec<Map>,
    restored: Vec<Map>,
}

fn put(map: &mut Map, writes: &[BlockRange], seed: u64) {
    for &range in writes {
        for block in keys(range) {
            map.insert_mut(block, seed);
        }
    }
}

impl RpdsHashTrieMap {
    fn after(&self, at: usize) -> &Map {
        self.points.get(at + 1).unwrap_or(&self.live)
    }
}

impl Peer for RpdsHashTrieMap {
    const NAME: &'static str = "rpds HashTrieMap";
    type Changed = Vec<BlockRange>;

    fn new() -> Self {
        Self::default()
    }

    fn write(&mut self, writes: &[BlockRange], seed: u64) {
        put(&mut self.live, writes, seed);
    }

    fn snapshot(&mut self) {
        self.points.push(self.live.clone());
    }

    fn changed(&self, at: usize) -> Vec<BlockRange> {
        let older = &self.points[at];
        let changed = self.after(at).iter();
        let changed = changed.filter(|(block, seed)| older.get(*block) != Some(*seed));
        merged(changed.map(|(&block, _)| block).collect())
    }

    fn delete(&mut self, at: usize) -> u64 {
        let before = at.checked_sub(1).and_then(|before| self.points.get(before));
        let (gone, after) = (&self.points[at], self.after(at));
        let only = gone.iter().filter(|(block, seed)| {
            after.get(*block) != Some(*seed)
                && before.is_none_or(|before| before.get(*block) != Some(*seed))
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
        put(&mut disk, writes, seed);
        self.restored.push(disk);
    }

    fn drop_restored(&mut self) {
        self.restored.clear();
    }
}
