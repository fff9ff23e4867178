//! A copy-on-write radix tree: nodes of 16 in an arena, a path copied by the first write of an
//! interval. What most stores with snapshots are made of; it keeps no accounts here and frees nothing.

use super::{Peer, append};
use rplab_core::units::BlockRange;

const FANOUT_BITS: u32 = 4;
const FANOUT: usize = 1 << FANOUT_BITS;
/// Inner levels above the leaves: 28 bits in all.
const LEVELS: u32 = 6;
/// Nodes a chunk of an arena.
const CHUNK: usize = 1 << 14;

/// Nodes by number; 0 is no node.
#[derive(Debug)]
struct Arena<T> {
    chunks: Vec<Vec<(u32, [T; FANOUT])>>,
}

impl<T: Copy + Default> Arena<T> {
    fn new() -> Self {
        let mut arena = Self { chunks: Vec::new() };
        arena.insert(0, [T::default(); FANOUT]);
        arena
    }

    fn insert(&mut self, birth: u32, places: [T; FANOUT]) -> u32 {
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let chunk = self.chunks.len() - 1;
        self.chunks[chunk].push((birth, places));
        (chunk * CHUNK + self.chunks[chunk].len() - 1) as u32
    }

    fn get(&self, node: u32) -> &(u32, [T; FANOUT]) {
        &self.chunks[node as usize / CHUNK][node as usize % CHUNK]
    }

    fn places(&mut self, node: u32) -> &mut [T; FANOUT] {
        &mut self.chunks[node as usize / CHUNK][node as usize % CHUNK].1
    }

    /// The node to write to now: itself, or a copy where an earlier interval made it.
    fn owned(&mut self, node: u32, now: u32) -> u32 {
        let (birth, places) = *self.get(node);
        if node != 0 && birth == now {
            node
        } else {
            self.insert(now, places)
        }
    }
}

#[derive(Debug)]
pub(crate) struct RadixTree {
    inner: Arena<u32>,
    leaves: Arena<u64>,
    root: u32,
    now: u32,
    points: Vec<u32>,
}

const fn place(block: u64, level: u32) -> usize {
    (block >> (level * FANOUT_BITS)) as usize & (FANOUT - 1)
}

impl RadixTree {
    fn put(&mut self, block: u64, seed: u64) {
        self.root = self.inner.owned(self.root, self.now);
        let mut node = self.root;
        for level in (1..=LEVELS).rev() {
            let below = self.inner.get(node).1[place(block, level)];
            let owned = if level == 1 {
                self.leaves.owned(below, self.now)
            } else {
                self.inner.owned(below, self.now)
            };
            self.inner.places(node)[place(block, level)] = owned;
            node = owned;
        }
        self.leaves.places(node)[place(block, 0)] = seed;
    }

    fn compare(&self, older: u32, newer: u32, level: u32, start: u64, out: &mut Vec<BlockRange>) {
        if older == newer {
            return;
        }
        if level == 0 {
            let (older, newer) = (&self.leaves.get(older).1, &self.leaves.get(newer).1);
            for (block, (old, new)) in (start..).zip(older.iter().zip(newer)) {
                if old != new {
                    append(out, block);
                }
            }
            return;
        }
        let (older, newer) = (&self.inner.get(older).1, &self.inner.get(newer).1);
        for (at, (&old, &new)) in (0..).zip(older.iter().zip(newer)) {
            self.compare(
                old,
                new,
                level - 1,
                start + (at << (level * FANOUT_BITS)),
                out,
            );
        }
    }
}

impl Peer for RadixTree {
    const NAME: &'static str = "radix tree, copy on write";
    type Changed = Vec<BlockRange>;

    fn new() -> Self {
        Self {
            inner: Arena::new(),
            leaves: Arena::new(),
            root: 0,
            now: 1,
            points: Vec::new(),
        }
    }

    fn write(&mut self, writes: &[BlockRange], seed: u64) {
        for range in writes {
            for block in range.first..=range.last {
                self.put(block, seed);
            }
        }
    }

    fn snapshot(&mut self) {
        self.points.push(self.root);
        self.now += 1;
    }

    fn changed(&self, at: usize) -> Vec<BlockRange> {
        let mut ranges = Vec::new();
        let (older, newer) = (self.points[at], self.points[at + 1]);
        self.compare(older, newer, LEVELS, 0, &mut ranges);
        ranges
    }

    fn delete(&mut self, at: usize) -> u64 {
        self.points.remove(at);
        0
    }

    fn read(&self, at: usize, block: u64) -> u64 {
        let mut node = self.points[at];
        for level in (1..=LEVELS).rev() {
            node = self.inner.get(node).1[place(block, level)];
        }
        self.leaves.get(node).1[place(block, 0)]
    }

    fn restore(&mut self, at: usize, writes: &[BlockRange], seed: u64) {
        let live = std::mem::replace(&mut self.root, self.points[at]);
        self.now += 1;
        self.write(writes, seed);
        self.root = live;
        self.now += 1;
    }

    fn drop_restored(&mut self) {}
}
