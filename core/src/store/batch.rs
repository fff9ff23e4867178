//! Many writes in one call: sorted by leaf, so that neighbours in memory are met together, and with
//! what the next ones need touched ahead of them.

use super::family::{Family, Pool, leaf_mask, leaves_of};
use super::identity::Change;
use super::record::{LEAF_BLOCKS, NIL, Part};
use super::sort::{Keyed, by_leaf, keyed, leaf_of, number_of};
use super::{Store, StoreError, VolumeId, check_range, family_mut, open_family};
use crate::units::BlockRange;
use std::hint::black_box;

/// Leaves that are sorted at a time; bounds what a batch takes beside the store.
const SORTED: u64 = 1 << 20;
/// Writes whose records are touched before the first of them is done.
const AHEAD: usize = 64;

/// A range and the seed of what is written to it.
type Write = (BlockRange, u64);

const fn leaf_count(range: BlockRange) -> u64 {
    range.last / LEAF_BLOCKS - range.first / LEAF_BLOCKS + 1
}

impl Store {
    /// Does [`Store::write`] for each range and seed in turn, all of them or none; with many, in a
    /// fraction of the time.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_batch(&mut self, volume: VolumeId, writes: &[Write]) -> Result<(), StoreError> {
        self.admit_batch(volume, writes, 0)?;
        let mut rest = writes;
        while !rest.is_empty() {
            let (some, others) = rest.split_at(sortable(rest));
            self.put_sorted(volume, some);
            rest = others;
        }
        self.note_writes(volume, writes);
        Ok(())
    }

    /// Whether [`Store::write_batch`] would do these writes where writes to other disks are still to take `beside` bytes;
    /// changes nothing. What is admitted can then be written bit by bit, by [`Store::write_part`] and
    /// [`Store::note_writes`]. Gives how many bytes it takes at most.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn admit_batch(
        &mut self,
        volume: VolumeId,
        writes: &[Write],
        beside: u64,
    ) -> Result<u64, StoreError> {
        let family = open_family(&mut self.families, volume)?;
        let mut leaves: u64 = 0;
        for &(range, _) in writes {
            check_range(range, family.blocks)?;
            leaves = leaves.saturating_add(leaf_count(range));
        }
        self.reserve_batch(volume, leaves, writes, beside)
    }

    /// Writes a part of what was admitted to an open disk, or of what surely fits. A part ends where a leaf does.
    pub fn write_part(&mut self, volume: VolumeId, part: &[Write]) {
        self.put_sorted(volume, part);
    }

    /// Adds whole writes, of which every part is written, to the history of the disk's content.
    pub fn note_writes(&mut self, volume: VolumeId, writes: &[Write]) {
        self.record_change(volume, |identity| {
            writes.iter().fold(identity, |identity, (range, seed)| {
                identity.after(Change::Write, &[range.first, range.last, *seed])
            })
        });
    }

    fn reserve_batch(
        &mut self,
        volume: VolumeId,
        leaves: u64,
        writes: &[Write],
        beside: u64,
    ) -> Result<u64, StoreError> {
        // Sorted, so that several writes to one leaf are seen to be that.
        let parts = writes.iter().flat_map(|&(range, seed)| {
            leaves_of(range).map(move |(leaf, mask)| (leaf, Part::seed(mask, seed)))
        });
        if writes.len() == 1 {
            return self.reserve_leaves(volume, leaves, (0, beside), parts);
        }
        if leaves > SORTED {
            // Too many to sort in one piece: each as if another one of the same leaf came before it.
            let parts = parts.flat_map(|part| [part; 2]);
            return self.reserve_leaves(volume, leaves, (0, beside), parts);
        }
        let list = sorted(writes);
        let parts = list.iter().filter_map(|&keyed| part_of(writes, keyed));
        self.reserve_leaves(volume, leaves, (0, beside), parts)
    }

    fn put_sorted(&mut self, volume: VolumeId, writes: &[Write]) {
        if let [(range, seed)] = *writes {
            let parts = leaves_of(range);
            return self.put(
                volume,
                parts.map(|(leaf, mask)| (leaf, Part::seed(mask, seed))),
            );
        }
        let list = sorted(writes);
        let Some(family) = self.families.get(&volume) else {
            return;
        };
        if family.base.is_some() {
            let parts: Vec<(u32, Part)> = merged(&list, writes).collect();
            return self.put(volume, parts.into_iter());
        }
        let before = family.bytes();
        if let Some(family) = family_mut(&mut self.families, volume) {
            self.work += list.len() as u64;
            for some in list.chunks(AHEAD) {
                family.touch(&self.pool, some);
                for (leaf, part) in merged(some, writes) {
                    family.put(&mut self.pool, leaf, part, 0);
                }
            }
            self.family_bytes = self.family_bytes - before + family.bytes();
        }
    }
}

/// The leaves of `writes`, each with the number of its write.
fn sorted(writes: &[Write]) -> Vec<Keyed> {
    let mut list: Vec<Keyed> = Vec::with_capacity(writes.len());
    for (number, &(range, _)) in (0..).zip(writes) {
        let (first, last) = (range.first / LEAF_BLOCKS, range.last / LEAF_BLOCKS);
        list.extend((first..=last).map(|leaf| keyed(leaf as u32, number)));
    }
    by_leaf(&mut list);
    list
}

fn part_of(writes: &[Write], keyed: Keyed) -> Option<(u32, Part)> {
    let leaf = leaf_of(keyed);
    let (range, seed) = *writes.get(number_of(keyed) as usize)?;
    Some((leaf, Part::seed(leaf_mask(range, u64::from(leaf)), seed)))
}

/// The parts of sorted writes; neighbours of one leaf and one seed as one.
fn merged(some: &[Keyed], writes: &[Write]) -> impl Iterator<Item = (u32, Part)> {
    let mut parts = some.iter().filter_map(|&keyed| part_of(writes, keyed));
    let mut next = parts.next();
    std::iter::from_fn(move || {
        let (leaf, mut part) = next.take()?;
        for (other, later) in parts.by_ref() {
            if other != leaf || later.payload != part.payload {
                next = Some((other, later));
                break;
            }
            part.mask |= later.mask;
        }
        Some((leaf, part))
    })
}

/// How many of `writes` are sorted together: at least one.
fn sortable(writes: &[Write]) -> usize {
    let mut leaves = 0;
    let within = writes.iter().take_while(|(range, _)| {
        leaves += leaf_count(*range);
        leaves <= SORTED
    });
    within.count().max(1)
}

impl Family {
    /// Reads what writes to these leaves will look at, one step of all chains at a time, so that the
    /// waits for memory overlap.
    fn touch(&self, pool: &Pool, leaves: &[Keyed]) {
        let mut records = [NIL; AHEAD];
        for (record, &keyed) in records.iter_mut().zip(leaves) {
            *record = self.index.get(leaf_of(keyed));
        }
        let mut seen = 0;
        for record in &mut records {
            if let Some(hot) = self.hot.get(*record) {
                seen ^= hot.touch();
                *record = NIL;
            }
        }
        while records.iter().any(|&record| record != NIL) {
            for record in &mut records {
                let found = &pool.records[*record];
                seen ^= found.mask();
                *record = found.older;
            }
        }
        black_box(seen);
    }
}
