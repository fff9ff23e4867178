//! One workload, played to every store in turn.

use crate::allocations::live_bytes;
use crate::clock::nanoseconds;
use crate::peers::{
    Array, FullCopy, HashLayers, ImblOrdMap, Peer, Product, RadixTree, Ranges, RoaringLayers,
    RpdsHashTrieMap, SingleWrites, word,
};
use crate::workload::{Sizes, WRITTEN, Workload, restore_writes, seed};
use rplab_core::prng::Stream;
use rplab_core::units::BlockRange;
use std::collections::BTreeMap;
use std::hint::black_box;

/// Values by store and operation, one for each repeat.
pub(crate) type Values = BTreeMap<(&'static str, &'static str), Vec<f64>>;

/// Comparisons and deletions that a slow peer does.
const SAMPLES: usize = 2;
const READS: usize = 50_000;
const CHECKED_READS: usize = 2_000;
const RESTORES: usize = 100;

/// What must be the same in every store.
#[derive(Debug, Default)]
struct Expected {
    changed: Vec<(u64, u64)>,
    /// Freed by each single deletion, and by the deletions of the long list in order.
    unique: Vec<u64>,
    freed: Vec<u64>,
    content: Vec<u64>,
}

#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) workload: Workload,
    pub(crate) values: Values,
    expected: Expected,
}

/// How a peer is measured.
#[derive(Clone, Copy)]
struct Plan {
    points: usize,
    /// All comparisons and half of the points deleted in random order, or samples.
    all: bool,
    deletes: bool,
    restores: usize,
}

impl Series {
    pub(crate) fn new(workload: Workload) -> Self {
        Self {
            workload,
            values: Values::new(),
            expected: Expected::default(),
        }
    }

    fn note(&mut self, store: &'static str, op: &'static str, value: f64) {
        self.values.entry((store, op)).or_default().push(value);
    }

    pub(crate) fn repeat(&mut self, sizes: &Sizes, repeat: usize) {
        crate::platform::say(&format!("# {} repeat {}", self.workload.name(), repeat + 1));
        let writes = self.workload.writes(sizes.points);
        self.array(&writes);
        self.product(&writes);
        self.single_writes(&writes);
        let all = Plan {
            points: sizes.points,
            all: true,
            deletes: true,
            restores: RESTORES,
        };
        self.peer::<RoaringLayers>(&writes, all);
        self.peer::<HashLayers>(&writes, all);
        let few = Plan {
            points: sizes.tree_points,
            all: true,
            deletes: false,
            restores: RESTORES,
        };
        self.peer::<RadixTree>(&writes, few);
        let samples = Plan {
            points: sizes.map_points,
            all: false,
            deletes: true,
            restores: 10,
        };
        self.peer::<ImblOrdMap>(&writes, samples);
        self.peer::<RpdsHashTrieMap>(&writes, samples);
        self.peer::<FullCopy>(&writes, samples);
    }

    fn array(&mut self, writes: &[Vec<BlockRange>]) {
        let mut array = Array::new();
        let (time, ()) = nanoseconds(|| {
            for (at, ranges) in writes.iter().enumerate() {
                array.write(ranges, seed(at));
            }
        });
        self.note(
            "array",
            "write",
            time / (writes.len() as u64 * WRITTEN) as f64,
        );
    }

    /// The store; what it answers is what the peers must answer.
    fn product(&mut self, writes: &[Vec<BlockRange>]) {
        let before = live_bytes();
        let mut product = self.play::<Product>(writes);
        let blocks = (writes.len() as u64 * WRITTEN) as f64;
        self.note("rplab", "bytes", (live_bytes() - before) as f64 / blocks);
        let used = product.store.memory().used_bytes;
        self.note("rplab", "countedBytes", used as f64 / blocks);
        let changed = self.compare(&product, writes.len() - 1, blocks);
        let (time, counts) = nanoseconds(|| -> Vec<u64> {
            let pairs = 0..writes.len() - 1;
            pairs.map(|at| product.changed_blocks(at)).collect()
        });
        self.note("rplab", "changedCount", time / counts.len() as f64);
        assert!(
            counts.iter().eq(changed.iter().map(|(blocks, _)| blocks)),
            "changed_blocks counts what changed_ranges names"
        );
        let content = self.read(&product, writes);
        self.restore(&mut product, writes.len(), RESTORES);
        let unique = (0..writes.len() - 1).map(|at| product.unique(at)).collect();
        let freed = self.delete_half(&mut product, writes.len());
        self.settle(&mut product, freed.len());
        self.expected = Expected {
            changed,
            unique,
            freed,
            content,
        };
    }

    /// What the deletions left to be done later, done; and the deletions with their part of it.
    fn settle(&mut self, product: &mut Product, deletions: usize) {
        let (time, ()) = nanoseconds(|| product.store.settle());
        let each = time / deletions as f64;
        self.note("rplab", "settle", each);
        let delete = self.values.get(&("rplab", "delete"));
        let delete = delete.and_then(|values| values.last()).copied();
        self.note("rplab", "deleteSettled", delete.unwrap_or(f64::NAN) + each);
    }

    fn single_writes(&mut self, writes: &[Vec<BlockRange>]) {
        let mut product = SingleWrites(Product::new());
        let (time, ()) = nanoseconds(|| {
            for (at, ranges) in writes.iter().enumerate() {
                product.write(ranges, seed(at));
                product.0.snapshot();
            }
        });
        let blocks = (writes.len() as u64 * WRITTEN) as f64;
        self.note("rplab", "writeOneByOne", time / blocks);
    }

    fn peer<P: Peer>(&mut self, writes: &[Vec<BlockRange>], plan: Plan) {
        let writes = &writes[..plan.points];
        let blocks = (writes.len() as u64 * WRITTEN) as f64;
        let before = live_bytes();
        let mut peer = self.play::<P>(writes);
        self.note(P::NAME, "bytes", (live_bytes() - before) as f64 / blocks);
        let pairs = if plan.all { plan.points - 1 } else { SAMPLES };
        let changed = self.compare(&peer, pairs, blocks);
        assert_eq!(
            changed,
            self.expected.changed[..pairs],
            "{}: changed blocks",
            P::NAME
        );
        let content = self.read(&peer, writes);
        assert_eq!(content, self.expected.content, "{}: content", P::NAME);
        self.restore(&mut peer, plan.points, plan.restores);
        if !plan.deletes {
            return;
        }
        if plan.all {
            let freed = self.delete_half(&mut peer, plan.points);
            assert_eq!(freed, self.expected.freed, "{}: freed blocks", P::NAME);
            return;
        }
        // Points that are not neighbours: each frees what it alone holds.
        let (time, freed) = nanoseconds(|| [peer.delete(2), peer.delete(0)]);
        self.note(P::NAME, "delete", time / 2.0);
        let unique = &self.expected.unique;
        assert_eq!(freed, [unique[2], unique[0]], "{}: freed blocks", P::NAME);
    }

    fn play<P: Peer>(&mut self, writes: &[Vec<BlockRange>]) -> P {
        let mut peer = P::new();
        let (mut all, mut points) = (0.0, 0.0);
        for (at, ranges) in writes.iter().enumerate() {
            all += nanoseconds(|| peer.write(ranges, seed(at))).0;
            points += nanoseconds(|| peer.snapshot()).0;
        }
        let blocks = (writes.len() as u64 * WRITTEN) as f64;
        self.note(P::NAME, "write", (all + points) / blocks);
        self.note(P::NAME, "snapshot", points / writes.len() as f64);
        peer
    }

    fn compare<P: Peer>(&mut self, peer: &P, pairs: usize, blocks: f64) -> Vec<(u64, u64)> {
        let (mut time, mut changed) = (0.0, Vec::new());
        for at in 0..pairs {
            let (taken, ranges) = nanoseconds(|| black_box(peer.changed(at)));
            time += taken;
            changed.push(ranges.summary());
        }
        let compared: u64 = changed.iter().map(|(blocks, _)| blocks).sum();
        self.note(P::NAME, "diff", time / compared.max(1) as f64);
        black_box(blocks);
        changed
    }

    /// Reads at old points, of blocks that are written at some point; gives what some of them hold at
    /// points that every store has.
    fn read<P: Peer>(&mut self, peer: &P, writes: &[Vec<BlockRange>]) -> Vec<u64> {
        let mut stream = Stream::named(2, "reads");
        let mut places = |count: usize, points: usize| -> Vec<(usize, u64)> {
            let mut one = || {
                let of = &writes[stream.below(points as u64) as usize];
                let range = of[stream.below(of.len() as u64) as usize];
                (stream.below(points as u64) as usize, range.first)
            };
            (0..count).map(|_| one()).collect()
        };
        let checked = places(CHECKED_READS, 4);
        let timed = places(READS, writes.len());
        let (time, ()) = nanoseconds(|| {
            for &(at, block) in &timed {
                black_box(peer.read(at, block));
            }
        });
        self.note(P::NAME, "readOldPoint", time / READS as f64);
        let own = P::NAME == Product::NAME;
        let as_word = |seed, block| if own { seed } else { word(seed, block) };
        let read = checked
            .iter()
            .map(|&(at, block)| as_word(peer.read(at, block), block));
        read.collect()
    }

    fn restore<P: Peer>(&mut self, peer: &mut P, points: usize, count: usize) {
        let all = restore_writes(count);
        let before = live_bytes();
        let (time, ()) = nanoseconds(|| {
            for (at, writes) in all.iter().enumerate() {
                peer.restore(at * 7 % points, writes, 7);
            }
        });
        let blocks = all.iter().map(Vec::len).sum::<usize>() as f64;
        self.note(P::NAME, "restoreAndWrite", time / blocks);
        let bytes = live_bytes().saturating_sub(before) as f64;
        self.note(P::NAME, "restoredBytes", bytes / blocks);
        peer.drop_restored();
    }

    /// Deletes half of the points in random order; not the newest, whose blocks the live disk holds too.
    fn delete_half<P: Peer>(&mut self, peer: &mut P, points: usize) -> Vec<u64> {
        let mut stream = Stream::named(3, "deletes");
        let order = (0..points / 2).map(|done| stream.below((points - done - 1) as u64) as usize);
        let order: Vec<usize> = order.collect();
        let (time, freed) =
            nanoseconds(|| -> Vec<u64> { order.iter().map(|&at| peer.delete(at)).collect() });
        self.note(P::NAME, "delete", time / order.len() as f64);
        freed
    }
}
