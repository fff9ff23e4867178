//! A store and a naive model of it: operations done to both, and everything the store says compared.

use super::oracle::{Held, Oracle, user_bytes};
use rplab_core::digest::{Digest, Hasher};
use rplab_core::store::{Content, SnapshotId, Source, Store, VolumeId};
use rplab_core::units::{BlockRange, BlockSize, ByteCount};
use std::collections::{BTreeMap, BTreeSet};

/// One operation; the numbers choose among what there is then.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Write {
        disk: u8,
        at: u16,
        length: u16,
        seed: u8,
    },
    Batch {
        disk: u8,
        writes: Vec<(u16, u16, u8)>,
    },
    Trim {
        disk: u8,
        at: u16,
        length: u16,
    },
    Bytes {
        disk: u8,
        at: u16,
        kind: u8,
    },
    Resize {
        disk: u8,
        by: u8,
    },
    Snapshot {
        disk: u8,
    },
    Delete {
        snapshot: u8,
    },
    DeleteSet {
        members: u16,
    },
    Clone {
        snapshot: u8,
    },
    Drop {
        disk: u8,
    },
    Create {
        blocks: u16,
    },
    Diff {
        from: u8,
        to: u8,
    },
    Refused {
        snapshot: u8,
        disk: u8,
    },
    Settle,
}

fn pick<T: Copy>(all: &[T], choice: impl Into<usize>) -> Option<T> {
    (!all.is_empty()).then(|| all[choice.into() % all.len()])
}

fn state(store: &Store) -> Digest {
    let mut hasher = Hasher::new();
    store.digest_into(&mut hasher);
    hasher.finish()
}

pub(crate) struct Pair {
    pub(crate) store: Store,
    oracle: Oracle,
    /// Of all disks.
    size: BlockSize,
}

impl Pair {
    fn bytes(&self, blocks: u64) -> ByteCount {
        self.size.bytes_of(blocks)
    }

    fn heads(&self) -> Vec<VolumeId> {
        let open = self
            .oracle
            .volumes
            .iter()
            .filter(|(_, volume)| volume.head.is_some());
        open.map(|(&id, _)| id).collect()
    }

    fn retained(&self) -> Vec<SnapshotId> {
        let all = self
            .oracle
            .snapshots
            .iter()
            .filter(|(_, snapshot)| snapshot.retained);
        all.map(|(&id, _)| id).collect()
    }

    /// One disk, empty or written in full.
    pub(crate) fn with_disk(size: BlockSize, blocks: u64, full: bool) -> Self {
        let mut pair = Self {
            store: Store::default(),
            oracle: Oracle::default(),
            size,
        };
        pair.create(blocks);
        if full {
            let all = BlockRange::new(0, blocks - 1).unwrap();
            pair.store.write(VolumeId(0), all, 99).unwrap();
            pair.oracle.write(VolumeId(0), all, 99);
        }
        pair
    }

    /// A new disk in both.
    fn create(&mut self, blocks: u64) {
        let id = self.store.create_volume(self.size, blocks).unwrap();
        self.oracle.create(id, blocks);
    }

    /// A range of a live disk.
    fn range(&self, disk: u8, at: u16, length: u16) -> Option<(VolumeId, BlockRange)> {
        let volume = pick(&self.heads(), disk)?;
        let blocks = self.oracle.disk(Source::Head(volume)).len() as u64;
        // Leaf borders are where mistakes hide: half of all ranges start or end near one.
        let near = (u64::from(at) / 2 % blocks) / 64 * 64 + u64::from(at / 7 % 5);
        let first = if at.is_multiple_of(2) {
            near.saturating_sub(2)
        } else {
            u64::from(at)
        };
        let first = first % blocks;
        let last = (first + u64::from(length) - 1).min(blocks - 1);
        Some((volume, BlockRange::new(first, last)?))
    }

    /// Does `op` to both; none where there is nothing to do it to.
    pub(crate) fn apply(&mut self, op: &Op) -> Option<()> {
        match *op {
            Op::Write {
                disk,
                at,
                length,
                seed,
            } => {
                let (volume, range) = self.range(disk, at, length)?;
                self.store.write(volume, range, u64::from(seed)).unwrap();
                self.oracle.write(volume, range, u64::from(seed));
            }
            Op::Batch { disk, ref writes } => {
                let volume = pick(&self.heads(), disk)?;
                let one = |&(at, length, seed)| {
                    let (_, range) = self.range(disk, at, length)?;
                    Some((range, u64::from(seed)))
                };
                let writes: Vec<(BlockRange, u64)> = writes.iter().filter_map(one).collect();
                self.store.write_batch(volume, &writes).unwrap();
                for (range, seed) in writes {
                    self.oracle.write(volume, range, seed);
                }
            }
            Op::Trim { disk, at, length } => {
                let (volume, range) = self.range(disk, at, length)?;
                self.store.trim(volume, range).unwrap();
                self.oracle.trim(volume, range);
            }
            Op::Bytes { disk, at, kind } => self.write_bytes(disk, at, kind)?,
            Op::Resize { disk, by } => {
                let volume = pick(&self.heads(), disk)?;
                let blocks = self.oracle.disk(Source::Head(volume)).len() as u64 + u64::from(by);
                self.store.resize(volume, blocks).unwrap();
                self.oracle.resize(volume, blocks);
            }
            Op::Snapshot { disk } => {
                let volume = pick(&self.heads(), disk)?;
                let id = self.store.snapshot(volume).unwrap();
                self.oracle.snapshot(volume, id);
            }
            Op::Delete { snapshot } => {
                let id = pick(&self.retained(), snapshot)?;
                self.delete(&BTreeSet::from([id]));
            }
            Op::DeleteSet { members } => {
                let all = self.retained();
                self.delete(&chosen(&all, members));
            }
            Op::Clone { snapshot } => {
                let id = pick(&self.retained(), snapshot)?;
                let volume = self.store.clone_volume(id).unwrap();
                self.oracle.clone_volume(id, volume);
            }
            Op::Drop { disk } => {
                let volume = pick(&self.heads(), disk)?;
                self.store.drop_volume(volume).unwrap();
                self.oracle.drop_volume(volume);
            }
            Op::Create { blocks } => self.create(u64::from(blocks)),
            Op::Diff { from, to } => self.compare(from, to)?,
            Op::Refused { snapshot, disk } => self.refused(snapshot, disk),
            Op::Settle => self.settle(),
        }
        Some(())
    }

    fn write_bytes(&mut self, disk: u8, at: u16, kind: u8) -> Option<()> {
        let (volume, range) = self.range(disk, at, 1)?;
        let block = self.size.bytes() as usize;
        match kind % 4 {
            0 => {
                self.store
                    .write_bytes(volume, range.first, &vec![0; block])
                    .unwrap();
                self.oracle.trim(volume, range);
            }
            1 => {
                let word = u64::from(kind) << 8 | 1;
                let repeated = word.to_le_bytes().repeat(block / 8);
                self.store
                    .write_bytes(volume, range.first, &repeated)
                    .unwrap();
                self.oracle.bytes(volume, range.first, Held::Pattern(word));
            }
            _ => {
                let mut given = user_bytes(kind);
                given.resize(if kind & 64 == 0 { given.len() } else { block }, 0);
                self.store.write_bytes(volume, range.first, &given).unwrap();
                self.oracle.bytes(volume, range.first, Held::Bytes(kind));
            }
        }
        Some(())
    }

    fn delete(&mut self, ids: &BTreeSet<SnapshotId>) {
        let list: Vec<SnapshotId> = ids.iter().rev().copied().collect();
        let expected = self.store.freed_by(&list).unwrap();
        assert_eq!(expected, self.bytes(self.oracle.freed_by(ids)));
        let freed: ByteCount = list
            .iter()
            .map(|&id| self.store.delete_snapshot(id).unwrap().bytes)
            .sum();
        assert_eq!(freed, expected);
        list.iter().for_each(|&id| self.oracle.delete(id));
    }

    fn compare(&self, from: u8, to: u8) -> Option<()> {
        let from = pick(&self.retained(), from)?;
        let volume = self.oracle.snapshots[&from].volume;
        let same_family = |source: &Source| match *source {
            Source::Head(head) => head == volume,
            Source::Snapshot(id) => self.oracle.snapshots[&id].volume == volume,
        };
        let all = self.oracle.sources();
        let (family, others): (Vec<Source>, Vec<Source>) = all.into_iter().partition(same_family);
        let other = pick(&family, to)?;
        let changed = self.oracle.changed(from, other);
        assert_eq!(self.store.changed_ranges(from, other).unwrap(), changed);
        let blocks: u64 = changed.iter().map(|changed| changed.range.len()).sum();
        assert_eq!(self.store.changed_blocks(from, other).unwrap(), blocks);
        if let Some(stranger) = pick(&others, to) {
            assert!(self.store.changed_ranges(from, stranger).is_err());
        }
        Some(())
    }

    /// Calls that must fail, and must leave everything as it was.
    fn refused(&mut self, snapshot: u8, disk: u8) {
        let before = state(&self.store);
        let unknown = SnapshotId(u64::MAX - u64::from(snapshot));
        assert!(self.store.delete_snapshot(unknown).is_err());
        assert!(self.store.clone_volume(unknown).is_err());
        assert!(self.store.create_volume(self.size, 0).is_err());
        if let Some(volume) = pick(&self.heads(), disk) {
            let blocks = self.oracle.disk(Source::Head(volume)).len() as u64;
            let beyond = BlockRange::new(blocks - 1, blocks).unwrap();
            assert!(self.store.write(volume, beyond, 1).is_err());
            let within = BlockRange::new(0, 0).unwrap();
            let batch = [(within, 1), (beyond, 1)];
            assert!(self.store.write_batch(volume, &batch).is_err());
            assert!(self.store.trim(volume, beyond).is_err());
            assert!(self.store.write_bytes(volume, blocks, &[1]).is_err());
            let long = vec![1; self.size.bytes() as usize + 1];
            assert!(self.store.write_bytes(volume, 0, &long).is_err());
            assert!(self.store.resize(volume, blocks - 1).is_err());
            assert!(self.store.read(Source::Head(volume), blocks).is_err());
        }
        assert_eq!(state(&self.store), before);
    }

    /// Changes nothing that can be asked, and leaves one record for each leaf and interval.
    fn settle(&mut self) {
        let before = state(&self.store);
        let records = self.store.memory().records;
        self.store.settle();
        assert_eq!(state(&self.store), before);
        assert!(self.store.memory().records <= records);
    }

    /// Everything the store says, against the model.
    pub(crate) fn check(&self, members: u16) {
        self.store.check_invariants().unwrap();
        let volumes: Vec<VolumeId> = self.store.volumes().collect();
        assert_eq!(
            volumes,
            self.oracle.volumes.keys().copied().collect::<Vec<_>>()
        );
        let for_clones = volumes.iter().map(|&volume| self.oracle.held(volume).1);
        assert_eq!(
            self.store.held_for(&volumes),
            self.bytes(for_clones.sum()),
            "what any clone keeps"
        );
        assert_eq!(self.store.held_for(&[]), ByteCount::ZERO);
        for &volume in &volumes {
            let retained: Vec<SnapshotId> =
                self.oracle.retained(volume).map(|(id, _)| id).collect();
            assert_eq!(self.store.snapshots(volume).unwrap(), retained);
            assert_eq!(
                self.store.stored(volume).unwrap(),
                self.bytes(self.oracle.stored(volume))
            );
            let pays = |&id| self.store.usage(id).unwrap().pays;
            let paid: ByteCount = retained.iter().map(pays).sum();
            assert_eq!(paid, self.store.stored(volume).unwrap());
            let held = self.store.held(volume).unwrap();
            let (live, clones) = self.oracle.held(volume);
            assert_eq!(
                (held.live, held.clones),
                (self.bytes(live), self.bytes(clones))
            );
        }
        for id in self.retained() {
            let usage = self.store.usage(id).unwrap();
            let unique = self.oracle.freed_by(&BTreeSet::from([id]));
            assert_eq!(usage.referenced, self.bytes(self.oracle.referenced(id)));
            assert_eq!(usage.unique, self.bytes(unique));
            assert_eq!(usage.pays, self.bytes(self.oracle.pays(id)));
            assert_eq!(self.store.unique(id).unwrap(), self.bytes(unique));
            assert_eq!(usage.unique + usage.shared, usage.referenced);
            assert_eq!(usage.added, self.bytes(self.oracle.snapshots[&id].added));
        }
        let set = chosen(&self.retained(), members);
        let list: Vec<SnapshotId> = set.iter().copied().collect();
        assert_eq!(
            self.store.freed_by(&list).unwrap(),
            self.bytes(self.oracle.freed_by(&set))
        );
        self.check_content(members);
    }

    fn check_content(&self, at: u16) {
        for source in self.oracle.sources() {
            let disk = self.oracle.disk(source);
            assert_eq!(self.store.blocks(source).unwrap(), disk.len() as u64);
            for (index, block) in (0..).zip(disk) {
                assert_content(self.store.read(source, index).unwrap(), block.held);
            }
            let first = u64::from(at) % disk.len() as u64;
            let range = BlockRange::new(first, disk.len() as u64 - 1).unwrap();
            let mut expected = (0..)
                .zip(disk)
                .skip(first as usize)
                .filter(|(_, b)| b.is_written());
            let check = |index: u64, content: Content<'_>| {
                let (at, block) = expected.next().unwrap();
                assert_eq!(index, at);
                assert_content(content, block.held);
            };
            self.store.for_each_written(source, range, check).unwrap();
            assert!(expected.next().is_none());
            let mut ranges: Vec<BlockRange> = Vec::new();
            let each = |range| ranges.push(range);
            self.store
                .for_each_written_range(source, range, each)
                .unwrap();
            let apart = ranges.windows(2).all(|two| two[0].last + 1 < two[1].first);
            assert!(apart, "each is as long as it can be: {ranges:?}");
            let written = (0..).zip(disk).skip(first as usize);
            let written = written.filter(|(_, block)| block.is_written());
            assert!(
                ranges
                    .iter()
                    .flat_map(|range| range.first..=range.last)
                    .eq(written.map(|(at, _)| at)),
                "{ranges:?}"
            );
        }
        for (&volume, model) in &self.oracle.volumes {
            let blocks = model.head.as_ref().map_or(1, |disk| disk.len() as u64);
            for index in [0, u64::from(at) % blocks, blocks - 1] {
                let versions = self.store.block_versions(volume, index).unwrap();
                assert_eq!(versions, self.oracle.block_versions(volume, index));
            }
        }
    }

    fn digests(&self) -> Vec<(Source, Digest)> {
        let sources = self.oracle.sources().into_iter();
        sources
            .map(|source| (source, self.store.content_digest(source).unwrap()))
            .collect()
    }

    /// Digests are equal exactly where what a reader gets is.
    pub(crate) fn check_digests(&self) {
        let mut seen: BTreeMap<Vec<Vec<u8>>, Digest> = BTreeMap::new();
        for source in self.oracle.sources() {
            let disk = self.oracle.disk(source);
            let content = disk.iter().map(|block| canonical(block.held)).collect();
            let digest = self.store.content_digest(source).unwrap();
            assert_eq!(*seen.entry(content).or_insert(digest), digest);
        }
        let distinct: BTreeSet<Digest> = seen.values().copied().collect();
        assert_eq!(distinct.len(), seen.len());
    }
}

/// Different tags can stand for the same bytes.
fn canonical(held: Held) -> Vec<u8> {
    match held {
        Held::Bytes(tag) => user_bytes(tag),
        Held::Pattern(word) => word.to_le_bytes().to_vec(),
        Held::Never | Held::Hole => Vec::new(),
    }
}

fn chosen(all: &[SnapshotId], members: u16) -> BTreeSet<SnapshotId> {
    let numbered = all.iter().enumerate();
    numbered
        .filter(|(at, _)| members >> (at % 16) & 1 == 1)
        .map(|(_, &id)| id)
        .collect()
}

fn assert_content(content: Content<'_>, expected: Held) {
    match expected {
        Held::Never => assert_eq!(content, Content::NeverWritten),
        Held::Hole => assert_eq!(content, Content::Hole),
        Held::Pattern(word) => assert_eq!(content, Content::Pattern(word)),
        Held::Bytes(tag) => {
            let mut read = [1; 64];
            content.fill(&mut read);
            assert!(matches!(content, Content::Bytes(_)));
            assert_eq!(read[..40], user_bytes(tag));
            assert_eq!(read[40..], [0; 24]);
        }
    }
}

/// Plays operations on a disk of `blocks` blocks, empty or written in full, and compares after each.
pub(crate) fn run(size: BlockSize, blocks: u64, full: bool, ops: &[(Op, u16)]) {
    let mut pair = Pair::with_disk(size, blocks, full);
    let half = ops.len() / 2;
    let mut checkpoint = None;
    for (at, (op, members)) in ops.iter().enumerate() {
        if at == half || at % 9 == 5 {
            // A copy and the store are the same; it does not matter which of them goes on.
            let (mut copy, _) = pair.store.checkpoint();
            if members % 2 == 1 {
                std::mem::swap(&mut copy, &mut pair.store);
            }
            if at == half {
                checkpoint = Some((copy, pair.digests()));
            }
        }
        let _ = pair.apply(op);
        pair.check(*members);
    }
    pair.check_digests();
    // What came after a checkpoint has not reached it.
    if let Some((store, digests)) = checkpoint {
        store.check_invariants().unwrap();
        for (source, digest) in digests {
            assert_eq!(store.content_digest(source).unwrap(), digest);
        }
    }
}
