//! Writes and trims of the live disk.

use super::content::{Canonical, canonical};
use super::family::{Family, Head, Pool, leaf_mask, leaves_of};
use super::hot::NEVER;
use super::identity::{Change, Identity};
use super::read::View;
use super::record::{Kind, LEAF_BLOCKS, NIL, Part, Record};
use super::{Source, Store, StoreError, VolumeId, check_range, family_mut, open_family};
use crate::units::{BlockIndex, BlockRange};

impl Store {
    /// Writes every block of `range`: block `i` of the disk then holds `Pattern(stamp(seed, i))`.
    ///
    /// # Errors
    /// The disk is unknown or closed, the range leaves it, or memory is at its limit.
    pub fn write(
        &mut self,
        volume: VolumeId,
        range: BlockRange,
        seed: u64,
    ) -> Result<(), StoreError> {
        let family = open_family(&mut self.families, volume)?;
        check_range(range, family.blocks)?;
        let leaves = range.last / LEAF_BLOCKS - range.first / LEAF_BLOCKS + 1;
        let parts = leaves_of(range).map(|(leaf, mask)| (leaf, Part::seed(mask, seed)));
        self.reserve_leaves(volume, leaves, 0, parts.clone())?;
        self.put(volume, parts);
        self.record_change(volume, |identity| {
            identity.after(Change::Write, &[range.first, range.last, seed])
        });
        Ok(())
    }

    /// Does [`Store::write`] for each range and seed in turn, all of them or none.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_batch(
        &mut self,
        volume: VolumeId,
        writes: &[(BlockRange, u64)],
    ) -> Result<(), StoreError> {
        for &(range, seed) in writes {
            self.write(volume, range, seed)?;
        }
        Ok(())
    }

    /// Writes bytes to one block: as many as a block has, or fewer with zeros after them. Zeros make
    /// a hole, eight bytes repeated through the block are kept as a pattern.
    ///
    /// # Errors
    /// As [`Store::write`]; [`StoreError::BlockTooLong`].
    pub fn write_bytes(
        &mut self,
        volume: VolumeId,
        index: BlockIndex,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        let family = open_family(&mut self.families, volume)?;
        let range = BlockRange {
            first: index,
            last: index,
        };
        check_range(range, family.blocks)?;
        let block_size = family.block_size.bytes();
        if bytes.len() as u64 > block_size {
            return Err(StoreError::BlockTooLong {
                bytes: bytes.len() as u64,
                block_size,
            });
        }
        let (leaf, bit) = ((index / LEAF_BLOCKS) as u32, 1 << (index % LEAF_BLOCKS));
        match canonical(bytes, block_size) {
            Canonical::Zero => self.clear(volume, range)?,
            Canonical::Pattern(word) => {
                let planned = Part {
                    mask: bit,
                    kind: Kind::Words,
                    payload: 0,
                };
                self.reserve_leaves(volume, 1, 0, [(leaf, planned)].into_iter())?;
                let part = self.pool.payloads.pattern(bit, word);
                self.put(volume, [(leaf, part)].into_iter());
            }
            Canonical::Bytes(used) => {
                let planned = Part {
                    mask: bit,
                    kind: Kind::Mixed,
                    payload: 0,
                };
                let taken = used.len() as u64;
                self.reserve_leaves(volume, 1, taken, [(leaf, planned)].into_iter())?;
                let part = self.pool.payloads.bytes(bit, used);
                self.put(volume, [(leaf, part)].into_iter());
            }
        }
        self.record_change(volume, |identity| {
            identity.after(Change::Bytes, &[index]).with_bytes(bytes)
        });
        Ok(())
    }

    /// Clears every block of `range` that is written: it becomes a hole and takes no space. Blocks
    /// that were never written stay so.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn trim(&mut self, volume: VolumeId, range: BlockRange) -> Result<(), StoreError> {
        let family = open_family(&mut self.families, volume)?;
        check_range(range, family.blocks)?;
        self.clear(volume, range)?;
        self.record_change(volume, |identity| {
            identity.after(Change::Trim, &[range.first, range.last])
        });
        Ok(())
    }

    fn clear(&mut self, volume: VolumeId, range: BlockRange) -> Result<(), StoreError> {
        let view = self.view(Source::Head(volume))?;
        let mut leaves = 0;
        self.for_each_leaf_list(view, range, |found| leaves += found.len() as u64);
        let parts = |store: &Self, found: &[u32]| -> Vec<(u32, Part)> {
            let holes = found.iter().map(|&leaf| {
                let wanted = leaf_mask(range, u64::from(leaf));
                (leaf, Part::hole(store.written_mask(view, leaf, wanted)))
            });
            holes.filter(|(_, part)| part.mask != 0).collect()
        };
        let mut batches = Vec::new();
        self.for_each_leaf_list(view, range, |found| batches.push(parts(self, found)));
        self.reserve_leaves(volume, leaves, 0, batches.iter().flatten().copied())?;
        for batch in batches {
            self.put(volume, batch.into_iter());
        }
        Ok(())
    }

    /// Writes parts to leaves of a disk whose head is open.
    fn put(&mut self, volume: VolumeId, parts: impl Iterator<Item = (u32, Part)>) {
        let Some(family) = family_mut(&mut self.families, volume) else {
            return;
        };
        let before = family.bytes();
        if let Some(base) = family.base {
            let below = View::of_base(base);
            for (leaf, part) in parts {
                let below = self.written_mask(below, leaf, part.mask);
                if let Some(family) = family_mut(&mut self.families, volume) {
                    family.put(&mut self.pool, leaf, part, below);
                }
            }
        } else {
            for (leaf, part) in parts {
                family.put(&mut self.pool, leaf, part, 0);
            }
        }
        let after = self
            .families
            .get(&volume)
            .map_or(0, |family| family.bytes());
        self.family_bytes = self.family_bytes - before + after;
    }

    fn record_change(&mut self, volume: VolumeId, change: impl FnOnce(Identity) -> Identity) {
        if let Some(family) = family_mut(&mut self.families, volume) {
            family.identity = change(family.identity);
        }
    }
}

impl Family {
    /// Writes `part` to `leaf` of the live disk. `below` are the blocks of `part` that the base of
    /// a clone has.
    fn put(&mut self, pool: &mut Pool, leaf: u32, part: Part, below: u64) {
        let Some(head) = self.head else { return };
        let newest = self.newest(leaf);
        let holes = pool.payloads.holes(part);
        let born = u64::from((part.mask & !holes).count_ones());
        let steps = self.account(pool, head, leaf, part.mask, below);
        self.ledger.bear(head.slot, born);
        let open = newest != NIL && self.is_open(pool.records[newest].epoch());
        if open {
            let old = pool.records[newest].part();
            let merged = pool.payloads.combine(leaf, part, old);
            pool.records[newest].set_part(merged);
        } else {
            let older = self.slot_of_record(&pool.records, newest);
            let record = Record::new(leaf, head.epoch, part, newest);
            let id = pool.records.insert(record);
            self.ledger.list(&mut pool.records, head.slot, older, id);
            self.push_record(leaf, head.epoch, id);
            self.records += 1;
        }
        let written = (part.mask, holes, head.epoch);
        self.note_write(&pool.records, &pool.payloads, leaf, written, steps);
    }

    /// Whether `epoch` lies in the interval that still runs.
    fn is_open(&self, epoch: u32) -> bool {
        self.points.last().is_none_or(|last| last.epoch < epoch)
    }

    /// Enters the deaths of what a write of `mask` to `leaf` overwrites. Returns how many records
    /// it had to look at.
    fn account(&mut self, pool: &Pool, head: Head, leaf: u32, mask: u64, below: u64) -> usize {
        if let Some(hot) = self.hot_leaf(leaf) {
            let live: Vec<(u64, u32)> = hot.live(mask).collect();
            for same in live.chunk_by(|(_, birth), (_, next)| birth == next) {
                let blocks = same.iter().fold(0, |blocks, (bit, _)| blocks | bit);
                match same.first() {
                    Some(&(_, NEVER)) | None => self.kill(0, head.slot, blocks & below),
                    Some(&(_, birth)) => self.kill(birth, head.slot, blocks),
                }
            }
            return 0;
        }
        let (mut left, mut id, mut steps) = (mask, self.newest(leaf), 0);
        while left != 0 && id != NIL {
            let record = &pool.records[id];
            let hit = left & record.mask();
            if hit != 0 {
                let died = hit & pool.payloads.written(record.part());
                self.kill(record.epoch(), head.slot, died);
                left &= !hit;
            }
            id = record.older;
            steps += 1;
        }
        self.kill(0, head.slot, left & below);
        steps
    }

    fn kill(&mut self, birth: u32, death: u32, blocks: u64) {
        if blocks != 0
            && let Some(born) = self.slot_of(birth)
        {
            self.ledger
                .kill(born, death, u64::from(blocks.count_ones()));
        }
    }
}
