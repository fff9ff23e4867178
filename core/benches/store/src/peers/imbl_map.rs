//! imbl's persistent ordered map. 7.0.2 or later: before, its comparison lost single changes.

use super::{Peer, append, keys};
use imbl::OrdMap;
use imbl::ordmap::DiffItem;
use rplab_core::units::BlockRange;

type Map = OrdMap<u32, u64>;

#[derive(Debug, Default)]
pub(crate) struct ImblOrdMap {
    live: Map,
    points: Vec<Map>,
    restored: Vec<Map>,
}

impl ImblOrdMap {
    fn after(&self, at: usize) -> &Map {
        self.points.get(at + 1).unwrap_or(&self.live)
    }
}

fn put(map: &mut Map, writes: &[BlockRange], seed: u64) {
    for &range in writes {
        for block in keys(range) {
            map.insert(block, seed);
        }
    }
}

impl Peer for ImblOrdMap {
    const NAME: &'static str = "imbl OrdMap";
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
        let mut ranges = Vec::new();
        for item in self.points[at].diff(self.after(at)) {
            match item {
                DiffItem::Add(&block, _)
                | DiffItem::Update {
                    new: (&block, _), ..
                } => {
                    append(&mut ranges, u64::from(block));
                }
                DiffItem::Remove(..) => {}
            }
        }
        ranges
    }

    fn delete(&mut self, at: usize) -> u64 {
        let before = at.checked_sub(1).and_then(|before| self.points.get(before));
        let mut freed = 0;
        for item in self.points[at].diff(self.after(at)) {
            if let DiffItem::Update {
                old: (block, seed), ..
            } = item
                && before.is_none_or(|before| before.get(block) != Some(seed))
            {
                freed += 1;
            }
        }
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
