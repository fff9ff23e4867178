//! The memory limit: what the store takes, and what a call would add.

use super::family::Family;
use super::hot::{COLD_STEPS, HOT_WORST_BYTES};
use super::ledger::CELL_BYTES;
use super::payload::block_words;
use super::record::{Kind, NIL, Part, RECORD_BYTES, RecordId};
use super::slab::{CLASS_WORDS, class_of};
use super::{Store, StoreError, VolumeId};

/// What a store takes, counted the same on every machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryUse {
    /// The limit in bytes.
    pub limit_bytes: u64,
    /// All that counts against the limit, in bytes, free places included.
    pub used_bytes: u64,
    /// Records in use: one per leaf of 64 blocks and interval that wrote it, and those that deletions
    /// left to be merged ([`Store::settle`]).
    pub records: u64,
    /// Records made earlier that wait to be used again.
    pub free_records: u64,
    /// Words in use for patterns that a record cannot hold itself.
    pub slab_words: u64,
    /// Bytes in use for blocks that users wrote as bytes.
    pub user_bytes: u64,
}

/// The highest memory limit there is, 64 GiB: a record above it would need the bit of its id that says
/// "hot leaf".
pub const MAX_MEMORY_LIMIT_BYTES: u64 = RECORD_BYTES << 31;

/// More than any write to one leaf can take, but for the index.
const LEAF_WORST_BYTES: u64 = RECORD_BYTES + 8 * 2 * 66 + HOT_WORST_BYTES;

/// More than a disk without content and a snapshot of it can take.
const VOLUME_WORST_BYTES: u64 = 1 << 16;

/// What a call would add at most.
#[derive(Default)]
struct Need {
    records: u64,
    slabs: [u64; CLASS_WORDS.len()],
    bytes: u64,
    new_leaves: u64,
}

impl Need {
    fn slab(&mut self, words: u64) {
        if words != 0
            && let Some(count) = self.slabs.get_mut(class_of(words))
        {
            *count += 1;
        }
    }

    /// What writing `part`, already in the slab or not, to `leaf` takes.
    fn leaf(&mut self, family: &Family, store: &Store, leaf: u32, part: Part) {
        self.slab(block_words(part.kind, part.mask));
        let id = family.newest(leaf);
        if id == NIL {
            self.records += 1;
            self.new_leaves += 1;
            return;
        }
        if family.hot_leaf(leaf).is_some() || store.chain_is_long(id) {
            self.bytes += HOT_WORST_BYTES;
        }
        let record = &store.pool.records[id];
        if family.position_of(record.epoch()) < family.points.len() {
            self.records += 1;
            return;
        }
        let old = record.part();
        let same = old.kind == part.kind && old.payload == part.payload;
        if old.mask & !part.mask != 0 && !(same && matches!(part.kind, Kind::Seed | Kind::Hole)) {
            self.slab(store.pool.payloads.combined_words(part, old));
        }
    }

    /// In bytes; where free places may be used, beside these.
    fn total(&self, family: &Family, store: &Store, uses_free: bool) -> u64 {
        let pool = &store.pool;
        let free = |count: u64| if uses_free { count } else { 0 };
        let records = self.records.saturating_sub(free(pool.records.free_count())) * RECORD_BYTES;
        let slabs = CLASS_WORDS
            .iter()
            .zip(&self.slabs)
            .zip(0..)
            .map(|((size, count), class)| {
                count.saturating_sub(free(pool.payloads.slabs().free_count(class))) * size * 8
            });
        let cells = (family.ledger.slots() as u64 + 1) * CELL_BYTES;
        let index = family.index.growth_bytes(self.new_leaves, family.leaves());
        records + slabs.sum::<u64>() + self.bytes + cells + index
    }
}

impl Store {
    /// What the store takes now.
    #[must_use]
    pub fn memory(&self) -> MemoryUse {
        let records = &self.pool.records;
        let payloads = &self.pool.payloads;
        MemoryUse {
            limit_bytes: self.memory_limit_bytes,
            used_bytes: records.places() * RECORD_BYTES
                + payloads.slabs().places() * 8
                + payloads.bytes_taken()
                + self.family_bytes,
            records: records.in_use(),
            free_records: records.free_count(),
            slab_words: payloads.slabs().in_use(),
            user_bytes: payloads.byte_total(),
        }
    }

    /// Whether a write may make the chain that starts at `id` hot.
    fn chain_is_long(&self, id: RecordId) -> bool {
        let records = &self.pool.records;
        let older = |&id: &RecordId| Some(records[id].older).filter(|&older| older != NIL);
        std::iter::successors(Some(id), older)
            .nth(COLD_STEPS)
            .is_some()
    }

    /// Refuses `bytes` more than the limit allows.
    pub(super) fn reserve(&self, bytes: u64) -> Result<(), StoreError> {
        let needed = self.memory().used_bytes.saturating_add(bytes);
        if needed <= self.memory_limit_bytes {
            return Ok(());
        }
        Err(StoreError::MemoryLimit {
            limit: self.memory_limit_bytes,
            needed,
        })
    }

    /// Refuses `bytes` more than the limit allows, even with what deletions left behind given back.
    pub(super) fn make_room(&mut self, bytes: u64) -> Result<(), StoreError> {
        if self.reserve(bytes).is_err() {
            self.settle();
        }
        self.reserve(bytes)
    }

    /// Whether a write to so many leaves of 64 blocks fits whatever it is.
    #[must_use]
    pub fn fits_at_worst(&self, volume: VolumeId, leaves: u64) -> bool {
        self.has_room(self.worst_of(volume, leaves))
    }

    /// The most that any write to so many leaves takes.
    fn worst_of(&self, volume: VolumeId, leaves: u64) -> u64 {
        let family = self.families.get(&volume);
        let slots = family.map_or(0, |family| family.ledger.slots() as u64);
        let index = family.map_or(0, |family| {
            family.index.growth_bytes(leaves, family.leaves())
        });
        let worst = leaves.saturating_mul(LEAF_WORST_BYTES);
        let worst = worst.saturating_add(index);
        worst.saturating_add((slots + 1) * CELL_BYTES)
    }

    /// The most that it takes to write anew whatever is written in `leaves` leaves of 64 blocks, of which `partly` at most
    /// have blocks that are written and others that are not.
    #[must_use]
    pub fn worst_of_anew(&self, volume: VolumeId, leaves: u64, partly: u64) -> u64 {
        let Some(family) = self.families.get(&volume) else {
            return 0;
        };
        let (leaves, index) = match family.base {
            Some(_) => (leaves, family.index.growth_bytes(leaves, family.leaves())),
            // Only leaves with a record are written.
            None => (leaves.min(family.records), 0),
        };
        // A leaf that is or becomes hot has more records than this.
        let hot = leaves.min(family.records / 4 + 1);
        let cells = (family.ledger.slots() as u64 + 1) * CELL_BYTES;
        (leaves.saturating_mul(RECORD_BYTES))
            .saturating_add(leaves.min(partly).saturating_mul(LEAF_WORST_BYTES))
            .saturating_add(hot.saturating_mul(HOT_WORST_BYTES))
            .saturating_add(index)
            .saturating_add(cells)
    }

    /// Whether so many bytes more are allowed.
    #[must_use]
    pub fn has_room(&self, bytes: u64) -> bool {
        self.reserve(bytes).is_ok()
    }

    /// Whether writes to `volume`, each call to a part of so many leaves, surely fit, with snapshots between them.
    #[must_use]
    pub fn surely_fits(&self, writes: impl Iterator<Item = (Option<VolumeId>, u64)>) -> bool {
        let mut worst: u64 = 0;
        for (volume, leaves) in writes {
            let family = volume.and_then(|volume| self.families.get(&volume));
            let slots = family.map_or(0, |family| family.ledger.slots() as u64);
            let index = family.map_or(0, |family| {
                family.index.growth_bytes(leaves, family.leaves())
            });
            let leaf = LEAF_WORST_BYTES + (slots + 2) * CELL_BYTES;
            let bytes = leaves.saturating_mul(leaf).saturating_add(index);
            worst = worst.saturating_add(bytes.saturating_add(VOLUME_WORST_BYTES));
        }
        self.reserve(worst.saturating_mul(2)).is_ok()
    }

    /// Refuses a write of `parts` to `volume`, with `bytes` of user bytes, that the limit forbids beside `beside` bytes
    /// that others are still to take. Looks at each leaf only where the worst case would not fit. Gives what it takes at
    /// most, without use of free places.
    pub(super) fn reserve_leaves(
        &mut self,
        volume: VolumeId,
        leaves: u64,
        (bytes, beside): (u64, u64),
        parts: impl Iterator<Item = (u32, Part)>,
    ) -> Result<u64, StoreError> {
        let worst = leaves.saturating_add(bytes.div_ceil(LEAF_WORST_BYTES));
        let worst = self.worst_of(volume, worst);
        if self.has_room(worst.saturating_add(beside)) {
            return Ok(worst);
        }
        self.settle();
        let family = self.family(volume)?;
        let mut need = Need {
            bytes,
            ..Need::default()
        };
        let mut before = None;
        for (leaf, part) in parts {
            if before.replace(leaf) == Some(leaf) {
                // Over a part of the same call, which is not there yet.
                need.slab(66);
            }
            need.leaf(family, self, leaf, part);
            if need.records > self.memory_limit_bytes / RECORD_BYTES {
                break;
            }
        }
        let most = need.total(family, self, false);
        self.reserve(match beside {
            0 => need.total(family, self, true),
            // The others may take the free places.
            _ => most.saturating_add(beside),
        })?;
        Ok(most)
    }
}

#[cfg(test)]
mod tests {
    use super::MAX_MEMORY_LIMIT_BYTES;
    use crate::store::chain::is_hot;
    use crate::store::record::{RECORD_BYTES, RecordId};
    use crate::store::{Store, StoreError, StoreOptions};
    use crate::units::{BlockRange, BlockSize};

    #[test]
    fn no_limit_lets_record_ids_reach_those_of_hot_leaves() {
        let mut store = Store::new(StoreOptions {
            memory_limit_bytes: u64::MAX,
        });
        assert_eq!(store.memory().limit_bytes, MAX_MEMORY_LIMIT_BYTES);
        let last = RecordId::try_from(MAX_MEMORY_LIMIT_BYTES / RECORD_BYTES - 1).unwrap();
        assert!(!is_hot(last) && is_hot(last + 1));

        let volume = store.create_volume(BlockSize::MIN, 100).unwrap();
        store.check_invariants().unwrap();
        store.pool.records.use_up_places(1);
        let broken = store.check_invariants().unwrap_err();
        assert_eq!(broken.rule, "memory covers the records");
        let all = BlockRange { first: 0, last: 99 };
        let refused = store.write(volume, all, 1).unwrap_err();
        let limit = MAX_MEMORY_LIMIT_BYTES;
        assert!(
            matches!(refused, StoreError::MemoryLimit { limit: at, .. } if at == limit),
            "{refused}"
        );
        assert!(refused.to_string().contains("68719476736 bytes at most"));
    }
}
