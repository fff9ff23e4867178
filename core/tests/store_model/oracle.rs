//! What a store must answer, worked out the naive way: every snapshot is a full copy, every count
//! a comparison of whole disks.

use rplab_core::store::{
    BlockVersion, ChangeKind, ChangedRange, SnapshotId, Source, VersionKind, VolumeId, stamp,
};
use rplab_core::units::BlockRange;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Held {
    Never,
    Hole,
    Pattern(u64),
    /// Bytes made from a tag by [`user_bytes`].
    Bytes(u8),
}

/// One block: its content and the write that put it there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) held: Held,
    write: u64,
    from_base: bool,
}

const NEVER: Block = Block {
    held: Held::Never,
    write: 0,
    from_base: false,
};

impl Block {
    pub(crate) fn is_written(self) -> bool {
        matches!(self.held, Held::Pattern(_) | Held::Bytes(_))
    }
}

/// Bytes that are neither zeros nor a pattern.
pub(crate) fn user_bytes(tag: u8) -> Vec<u8> {
    let mut bytes = vec![0; 40];
    bytes[3] = tag | 1;
    bytes[9 + usize::from(tag % 8)] = 7;
    bytes
}

pub(crate) type Disk = Vec<Block>;

pub(crate) struct Snapshot {
    pub(crate) volume: VolumeId,
    pub(crate) disk: Disk,
    pub(crate) added: u64,
    pub(crate) retained: bool,
}

pub(crate) struct Volume {
    pub(crate) head: Option<Disk>,
    base: Option<SnapshotId>,
}

#[derive(Default)]
pub(crate) struct Oracle {
    pub(crate) volumes: BTreeMap<VolumeId, Volume>,
    /// Deleted ones too, while a clone needs them.
    pub(crate) snapshots: BTreeMap<SnapshotId, Snapshot>,
    writes: u64,
}

fn has(versions: &[(usize, u64)], version: &(usize, u64)) -> bool {
    versions.binary_search(version).is_ok()
}

fn written(disk: &Disk) -> u64 {
    disk.iter().filter(|block| block.is_written()).count() as u64
}

impl Oracle {
    pub(crate) fn create(&mut self, id: VolumeId, blocks: u64) {
        let head = Some(vec![NEVER; blocks as usize]);
        self.volumes.insert(id, Volume { head, base: None });
    }

    fn head(&mut self, volume: VolumeId) -> &mut Disk {
        self.volumes
            .get_mut(&volume)
            .unwrap()
            .head
            .as_mut()
            .unwrap()
    }

    fn put(&mut self, volume: VolumeId, index: u64, held: Held) {
        self.writes += 1;
        let write = self.writes;
        self.head(volume)[index as usize] = Block {
            held,
            write,
            from_base: false,
        };
    }

    pub(crate) fn write(&mut self, volume: VolumeId, range: BlockRange, seed: u64) {
        for index in range.first..=range.last {
            self.put(volume, index, Held::Pattern(stamp(seed, index)));
        }
    }

    pub(crate) fn bytes(&mut self, volume: VolumeId, index: u64, held: Held) {
        self.put(volume, index, held);
    }

    pub(crate) fn trim(&mut self, volume: VolumeId, range: BlockRange) {
        for index in range.first..=range.last {
            if self.head(volume)[index as usize].is_written() {
                self.put(volume, index, Held::Hole);
            }
        }
    }

    pub(crate) fn resize(&mut self, volume: VolumeId, blocks: u64) {
        self.head(volume).resize(blocks as usize, NEVER);
    }

    pub(crate) fn snapshot(&mut self, volume: VolumeId, id: SnapshotId) {
        let disk = self.head(volume).clone();
        let before = self
            .retained(volume)
            .last()
            .map(|(_, snapshot)| &snapshot.disk);
        let added = match before {
            Some(before) => {
                let new = disk.iter().enumerate().filter(|&(index, block)| {
                    block.is_written() && before.get(index) != Some(block)
                });
                new.count() as u64
            }
            None => written(&disk),
        };
        self.snapshots.insert(
            id,
            Snapshot {
                volume,
                disk,
                added,
                retained: true,
            },
        );
    }

    pub(crate) fn delete(&mut self, id: SnapshotId) {
        self.snapshots.get_mut(&id).unwrap().retained = false;
        self.forget();
    }

    pub(crate) fn clone_volume(&mut self, id: SnapshotId, volume: VolumeId) {
        let mut disk = self.snapshots[&id].disk.clone();
        for block in &mut disk {
            block.from_base = true;
        }
        self.volumes.insert(
            volume,
            Volume {
                head: Some(disk),
                base: Some(id),
            },
        );
    }

    pub(crate) fn drop_volume(&mut self, volume: VolumeId) {
        self.volumes.get_mut(&volume).unwrap().head = None;
        self.forget();
    }

    /// Drops deleted snapshots that no clone needs and disks of which nothing is left.
    fn forget(&mut self) {
        loop {
            let needed: BTreeSet<SnapshotId> = self
                .volumes
                .values()
                .filter_map(|volume| volume.base)
                .collect();
            let before = (self.snapshots.len(), self.volumes.len());
            self.snapshots
                .retain(|id, snapshot| snapshot.retained || needed.contains(id));
            let used: BTreeSet<VolumeId> = self.snapshots.values().map(|s| s.volume).collect();
            self.volumes
                .retain(|id, volume| volume.head.is_some() || used.contains(id));
            if before == (self.snapshots.len(), self.volumes.len()) {
                return;
            }
        }
    }

    pub(crate) fn retained(
        &self,
        volume: VolumeId,
    ) -> impl Iterator<Item = (SnapshotId, &Snapshot)> {
        let all = self.snapshots.iter().map(|(&id, snapshot)| (id, snapshot));
        all.filter(move |(_, snapshot)| snapshot.retained && snapshot.volume == volume)
    }

    /// Versions as (block, write), that any of `disks` holds; sorted, each once.
    fn versions<'a>(disks: impl Iterator<Item = &'a Disk>) -> Vec<(usize, u64)> {
        let mut all = Vec::new();
        for disk in disks {
            let written = disk
                .iter()
                .enumerate()
                .filter(|(_, block)| block.is_written());
            all.extend(written.map(|(at, block)| (at, block.write)));
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    pub(crate) fn referenced(&self, id: SnapshotId) -> u64 {
        written(&self.snapshots[&id].disk)
    }

    pub(crate) fn freed_by(&self, ids: &BTreeSet<SnapshotId>) -> u64 {
        let mut freed = 0;
        for &volume in self.volumes.keys() {
            let gone = self.retained(volume).filter(|(id, _)| ids.contains(id));
            let gone = Self::versions(gone.map(|(_, snapshot)| &snapshot.disk));
            let left = self.retained(volume).filter(|(id, _)| !ids.contains(id));
            let left = Self::versions(left.map(|(_, snapshot)| &snapshot.disk));
            freed += gone.iter().filter(|&version| !has(&left, version)).count() as u64;
        }
        freed
    }

    /// Blocks that no older retained snapshot holds.
    pub(crate) fn pays(&self, id: SnapshotId) -> u64 {
        let Snapshot { volume, disk, .. } = &self.snapshots[&id];
        let older = self.retained(*volume).filter(|(other, _)| *other < id);
        let older = Self::versions(older.map(|(_, snapshot)| &snapshot.disk));
        let own = Self::versions(std::iter::once(disk));
        own.iter().filter(|&version| !has(&older, version)).count() as u64
    }

    pub(crate) fn stored(&self, volume: VolumeId) -> u64 {
        Self::versions(self.retained(volume).map(|(_, s)| &s.disk)).len() as u64
    }

    /// Blocks kept by the live disk, and by clones only.
    pub(crate) fn held(&self, volume: VolumeId) -> (u64, u64) {
        let stored = Self::versions(self.retained(volume).map(|(_, s)| &s.disk));
        let live = Self::versions(self.volumes[&volume].head.iter());
        let deleted = self
            .snapshots
            .values()
            .filter(|s| s.volume == volume && !s.retained);
        let clones = Self::versions(deleted.map(|snapshot| &snapshot.disk));
        let live_only = live
            .iter()
            .filter(|&version| !has(&stored, version))
            .count() as u64;
        let clones_only = clones
            .iter()
            .filter(|v| !stored.contains(v) && !live.contains(v));
        (live_only, clones_only.count() as u64)
    }

    pub(crate) fn disk(&self, source: Source) -> &Disk {
        match source {
            Source::Head(volume) => self.volumes[&volume].head.as_ref().unwrap(),
            Source::Snapshot(id) => &self.snapshots[&id].disk,
        }
    }

    /// Everything that can be read.
    pub(crate) fn sources(&self) -> Vec<Source> {
        let open = self
            .volumes
            .iter()
            .filter(|(_, volume)| volume.head.is_some());
        let heads = open.map(|(&id, _)| Source::Head(id));
        let retained = self
            .snapshots
            .iter()
            .filter(|(_, snapshot)| snapshot.retained);
        heads
            .chain(retained.map(|(&id, _)| Source::Snapshot(id)))
            .collect()
    }

    pub(crate) fn changed(&self, from: SnapshotId, to: Source) -> Vec<ChangedRange> {
        let (from, to) = (self.disk(Source::Snapshot(from)), self.disk(to));
        let mut ranges: Vec<ChangedRange> = Vec::new();
        for index in 0..from.len().max(to.len()) {
            let old = from.get(index).copied().unwrap_or(NEVER);
            let new = to.get(index).copied().unwrap_or(NEVER);
            let kind = match (old.is_written(), new.is_written()) {
                _ if old.write == new.write => continue,
                (_, true) => ChangeKind::Written,
                (true, false) => ChangeKind::Cleared,
                (false, false) => continue,
            };
            let index = index as u64;
            match ranges.last_mut() {
                Some(last) if last.kind == kind && last.range.last + 1 == index => {
                    last.range.last = index;
                }
                _ => {
                    let range = BlockRange::new(index, index).unwrap();
                    ranges.push(ChangedRange { range, kind });
                }
            }
        }
        ranges
    }

    pub(crate) fn block_versions(&self, volume: VolumeId, index: u64) -> Vec<BlockVersion> {
        let mut found: Vec<(u64, BlockVersion)> = Vec::new();
        let mut newest_retained = None;
        let points = self
            .snapshots
            .iter()
            .filter(|(_, snapshot)| snapshot.volume == volume);
        let points = points.map(|(&id, snapshot)| (Some((id, snapshot.retained)), &snapshot.disk));
        let head = self.volumes[&volume].head.iter().map(|disk| (None, disk));
        for (point, disk) in points.chain(head) {
            let block = disk.get(index as usize).copied().unwrap_or(NEVER);
            let counts = match block.held {
                Held::Never => false,
                Held::Hole => !block.from_base,
                _ => true,
            };
            if counts {
                if found.last().is_none_or(|(write, _)| *write != block.write) {
                    let version = BlockVersion {
                        kind: match block.held {
                            Held::Hole => VersionKind::Hole,
                            _ => VersionKind::Written,
                        },
                        after: newest_retained,
                        snapshots: Vec::new(),
                        live: false,
                        held_for_clones: false,
                        from_base: block.from_base,
                    };
                    found.push((block.write, version));
                }
                let version = &mut found.last_mut().unwrap().1;
                match point {
                    Some((id, true)) => version.snapshots.push(id),
                    Some((_, false)) => version.held_for_clones = true,
                    None => version.live = true,
                }
            }
            if let Some((id, true)) = point {
                newest_retained = Some(id);
            }
        }
        found.into_iter().map(|(_, version)| version).collect()
    }
}
