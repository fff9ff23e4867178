//! Writes and trims of the live disk.

use super::byte_blocks::BLOCK_WORST_BYTES;
use super::chain::is_hot;
use super::content::{Canonical, canonical};
use super::family::{Family, Head, Pool, leaf_mask};
use super::hot::{COLD_STEPS, HotLeaf, NEVER};
use super::identity::{Change, Identity};
use super::ledger::Ledger;
use super::read::View;
use super::record::{Kind, LEAF_BLOCKS, NIL, Part, Record, RecordId, Records};
use super::timeline::Timeline;
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
        self.write_batch(volume, &[(range, seed)])
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
                self.reserve_leaves(volume, 1, (0, 0), [(leaf, planned)].into_iter())?;
                let part = self.pool.payloads.pattern(bit, word);
                self.put(volume, [(leaf, part)].into_iter());
            }
            Canonical::Bytes(used) => {
                let planned = Part {
                    mask: bit,
                    kind: Kind::Mixed,
                    payload: 0,
                };
                let taken = used.len() as u64 + BLOCK_WORST_BYTES;
                self.reserve_leaves(volume, 1, (taken, 0), [(leaf, planned)].into_iter())?;
                let part = self.pool.payloads.bytes(bit, used);
                self.put(volume, [(leaf, part)].into_iter());
                if let Some(family) = family_mut(&mut self.families, volume) {
                    family.wrote_bytes = true;
                }
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
        self.reserve_leaves(volume, leaves, (0, 0), batches.iter().flatten().copied())?;
        for batch in batches {
            self.put(volume, batch.into_iter());
        }
        Ok(())
    }

    /// Writes parts to leaves of a disk whose head is open.
    pub(super) fn put(&mut self, volume: VolumeId, parts: impl Iterator<Item = (u32, Part)>) {
        let Some(family) = self.families.get(&volume) else {
            return;
        };
        let before = family.bytes();
        if let Some(base) = family.base {
            let below = View::of_base(base);
            for (leaf, part) in parts {
                self.work += 1;
                let below = self.written_mask(below, leaf, part.mask);
                if let Some(family) = family_mut(&mut self.families, volume) {
                    family.put(&mut self.pool, leaf, part, below);
                }
            }
        } else if let Some(family) = family_mut(&mut self.families, volume) {
            for (leaf, part) in parts {
                self.work += 1;
                family.put(&mut self.pool, leaf, part, 0);
            }
        }
        let after = self
            .families
            .get(&volume)
            .map_or(0, |family| family.bytes());
        self.family_bytes = self.family_bytes - before + after;
    }

    pub(super) fn record_change(
        &mut self,
        volume: VolumeId,
        change: impl FnOnce(Identity) -> Identity,
    ) {
        if let Some(family) = family_mut(&mut self.families, volume) {
            family.identity = change(family.identity);
        }
    }
}

/// Where the deaths of a write go.
struct Deaths<'a> {
    ledger: &'a mut Ledger,
    timeline: &'a Timeline,
    /// The interval that runs.
    head: Head,
    /// Blocks of the write that the base of a clone has.
    below: u64,
}

impl Deaths<'_> {
    /// The live versions of `blocks`, born in the interval of epoch `birth`, die.
    fn kill(&mut self, birth: u32, blocks: u64) {
        if blocks != 0
            && let Some(born) = self.timeline.slot_of(birth)
        {
            let count = u64::from(blocks.count_ones());
            self.ledger.kill(born, self.head.slot, count);
        }
    }

    /// Down a chain, as far as there are blocks left to find and in any case as far as tells whether it
    /// is long: a block that is always written again would hide that. Returns how many records it saw.
    fn walk(&mut self, pool: &Pool, newest: RecordId, mask: u64) -> usize {
        let (mut left, mut id, mut steps) = (mask, newest, 0);
        while id != NIL && (left != 0 || steps <= COLD_STEPS) {
            let record = &pool.records[id];
            let hit = left & record.mask();
            if hit != 0 {
                let died = hit & pool.payloads.written(record.part());
                self.kill(record.epoch(), died);
                left &= !hit;
            }
            id = record.older;
            steps += 1;
        }
        self.kill(0, left & self.below);
        steps
    }

    /// From what a hot leaf knows.
    fn look_up(&mut self, hot: &mut HotLeaf, mask: u64) {
        let below = self.below;
        hot.for_each_live(mask, |birth, blocks| match birth {
            NEVER => self.kill(0, blocks & below),
            _ => self.kill(birth, blocks),
        });
    }

    /// A new record of `part`, over `older` of epoch `older_epoch`.
    fn enter(
        &mut self,
        records: &mut Records,
        (leaf, part): (u32, Part),
        older: RecordId,
        older_epoch: u32,
    ) -> RecordId {
        let below = if older == NIL {
            None
        } else {
            self.timeline.slot_of(older_epoch)
        };
        let id = records.next_place();
        let mut record = Record::new(leaf, self.head.epoch, part, older);
        record.link = self.ledger.enter(self.head.slot, below, id, leaf);
        records.insert(record)
    }
}

impl Family {
    /// Writes `part` to `leaf` of the live disk. `below` are the blocks of `part` that the base of
    /// a clone has.
    #[inline]
    pub(super) fn put(&mut self, pool: &mut Pool, leaf: u32, part: Part, below: u64) {
        let Some(head) = self.head else { return };
        let (leaves, ended) = (self.leaves(), self.points.last().map(|point| point.epoch));
        let holes = pool.payloads.holes(part);
        let born = u64::from((part.mask & !holes).count_ones());
        let mut deaths = Deaths {
            ledger: &mut self.ledger,
            timeline: &self.timeline,
            head,
            below,
        };
        if holes != 0 {
            deaths.ledger.note_holes(head.slot);
        }
        let entry = self.index.entry(leaf, leaves);
        if is_hot(*entry) {
            self.hot.change(*entry, |hot| {
                deaths.look_up(hot, part.mask);
                let (newest, epoch) = (hot.newest(), hot.newest_epoch());
                if newest != NIL && ended.is_none_or(|ended| ended < epoch) {
                    pool.overwrite(leaf, newest, part);
                } else {
                    let id = deaths.enter(&mut pool.records, (leaf, part), newest, epoch);
                    hot.push(head.epoch, id);
                    self.records += 1;
                }
                hot.overwrite(part.mask, holes, head.epoch);
            });
            self.ledger.bear(head.slot, born);
            return;
        }
        let newest = *entry;
        let steps = deaths.walk(pool, newest, part.mask);
        let epoch = pool.records[newest].epoch();
        if newest != NIL && ended.is_none_or(|ended| ended < epoch) {
            pool.overwrite(leaf, newest, part);
        } else {
            *entry = deaths.enter(&mut pool.records, (leaf, part), newest, epoch);
            self.records += 1;
        }
        if steps > COLD_STEPS {
            let holes = |id: RecordId| pool.payloads.holes(pool.records[id].part());
            *entry = self.hot.insert(HotLeaf::new(&pool.records, *entry, holes));
        }
        self.ledger.bear(head.slot, born);
    }
}

impl Pool {
    /// Puts `part` over the blocks of record `id`.
    fn overwrite(&mut self, leaf: u32, id: RecordId, part: Part) {
        let old = self.records[id].part();
        let merged = self.payloads.combine(leaf, part, old);
        if merged != old {
            self.records[id].set_part(merged);
        }
    }
}
