//! A recount of everything the store keeps in two places.

use super::family::Family;
use super::hot::COLD_STEPS;
use super::ledger::{Run, Slot};
use super::payload::bits;
use super::read::View;
use super::record::{LEAF_BLOCKS, NIL, RecordId};
use super::slab::{CLASS_WORDS, class_of};
use super::{InvariantViolation, Store, VolumeId};
use crate::units::BlockRange;
use std::collections::BTreeMap;

/// Compares what is on record with what was counted.
fn same(
    volume: Option<VolumeId>,
    rule: &'static str,
    recorded: u64,
    counted: u64,
) -> Result<(), InvariantViolation> {
    if recorded == counted {
        Ok(())
    } else {
        Err(InvariantViolation {
            volume,
            rule,
            recorded,
            counted,
        })
    }
}

/// What a walk through a family finds.
#[derive(Default)]
struct Recount {
    records: u64,
    /// (birth, death) positions to versions; `u64::MAX` stands for no death.
    versions: BTreeMap<(u64, u64), u64>,
    /// Record to the positions of its interval and of the one below.
    listed: BTreeMap<RecordId, (usize, Option<usize>)>,
    slab_words: u64,
    byte_blocks: u64,
    user_bytes: u64,
}

const NO_DEATH: u64 = u64::MAX;

impl Store {
    /// Recounts every record, list, account and reference. Reads all of the store: for tests.
    ///
    /// # Errors
    /// The first rule that does not hold.
    pub fn check_invariants(&self) -> Result<(), InvariantViolation> {
        let (mut records, mut slab_words, mut byte_blocks, mut bytes) = (0, 0, 0, 0);
        let (mut user_bytes, mut retained) = (0, 0);
        for (&volume, family) in self.families.iter() {
            let recount = self.recount(volume, family)?;
            records += recount.records;
            slab_words += recount.slab_words;
            byte_blocks += recount.byte_blocks;
            user_bytes += recount.user_bytes;
            bytes += family.bytes();
            retained += family.points.iter().filter(|point| point.retained).count() as u64;
            self.check_points(volume, family)?;
            check_versions(volume, family, &recount)?;
            self.check_lists(volume, family, &recount)?;
        }
        let payloads = &self.pool.payloads;
        self.check_places(records, slab_words)?;
        same(None, "records in use", self.pool.records.in_use(), records)?;
        same(
            None,
            "slab words in use",
            payloads.slabs().in_use(),
            slab_words,
        )?;
        same(
            None,
            "byte blocks in use",
            payloads.byte_block_count(),
            byte_blocks,
        )?;
        same(None, "user bytes in use", payloads.byte_total(), user_bytes)?;
        same(None, "bytes of families", self.family_bytes, bytes)?;
        same(
            None,
            "retained snapshots",
            self.snapshots.len() as u64,
            retained,
        )
    }

    /// Every place that memory is counted for is in use or in a list of free ones, once.
    fn check_places(&self, records: u64, slab_words: u64) -> Result<(), InvariantViolation> {
        let (free, places) = self.pool.records.recount();
        // Place 0 is no record.
        let counted = 1 + records + free;
        same(None, "places of records", places, counted)?;
        let recorded = self.pool.records.places();
        same(None, "memory covers the records", recorded, places)?;
        let slabs = self.pool.payloads.slabs();
        let (free, spare) = slabs.recount();
        let used = slab_words + free;
        let covered = (used..=used + spare).contains(&slabs.places());
        same(None, "memory covers the slabs", 1, u64::from(covered))
    }

    fn recount(&self, volume: VolumeId, family: &Family) -> Result<Recount, InvariantViolation> {
        let mut recount = Recount::default();
        let mut failed = Ok(());
        family.for_each_leaf(0, u32::MAX, |leaf, newest| {
            if failed.is_ok() {
                failed = self.recount_chain(volume, family, leaf, newest, &mut recount);
            }
        });
        failed?;
        self.recount_base(family, &mut recount);
        same(
            Some(volume),
            "bytes of hot leaves",
            family.hot.bytes(),
            family.hot.recount_bytes(),
        )?;
        same(
            Some(volume),
            "records of the disk",
            family.records,
            recount.records,
        )?;
        Ok(recount)
    }

    fn recount_chain(
        &self,
        volume: VolumeId,
        family: &Family,
        leaf: u32,
        newest: RecordId,
        recount: &mut Recount,
    ) -> Result<(), InvariantViolation> {
        let volume = Some(volume);
        let mut deaths = [NO_DEATH; 64];
        let (mut id, mut above) = (newest, u32::MAX);
        while id != NIL {
            let record = &self.pool.records[id];
            let part = record.part();
            let position = family.position_of(record.epoch());
            same(
                volume,
                "leaf of a record",
                u64::from(record.leaf),
                u64::from(leaf),
            )?;
            same(
                volume,
                "a chain goes back in time",
                1,
                u64::from(record.epoch() < above),
            )?;
            same(
                volume,
                "the timeline knows the interval of an epoch",
                u64::from(family.slot_of(record.epoch()).unwrap_or(Slot::MAX)),
                u64::from(family.slot_at(position).unwrap_or(Slot::MAX)),
            )?;
            same(
                volume,
                "a record has an interval",
                1,
                u64::from(family.slot_at(position).is_some()),
            )?;
            same(volume, "a record has blocks", 1, u64::from(part.mask != 0))?;
            let written = self.pool.payloads.written(part);
            for bit in bits(part.mask) {
                let death = deaths.get_mut(bit.trailing_zeros() as usize);
                let death = death.map(|place| std::mem::replace(place, position as u64));
                // In one interval, records that wait to be merged may have a block each.
                if written & bit != 0 && death != Some(position as u64) {
                    let span = (position as u64, death.unwrap_or(NO_DEATH));
                    *recount.versions.entry(span).or_default() += 1;
                }
            }
            recount.records += 1;
            let words = self.pool.payloads.slab_words(part);
            if words != 0 {
                recount.slab_words += CLASS_WORDS.get(class_of(words)).copied().unwrap_or(0);
            }
            let (blocks, bytes) = self.pool.payloads.byte_blocks(part);
            recount.byte_blocks += blocks;
            recount.user_bytes += bytes;
            above = record.epoch();
            let below = record.older;
            let older =
                (below != NIL).then(|| family.position_of(self.pool.records[below].epoch()));
            recount.listed.insert(id, (position, older));
            id = below;
        }
        self.check_hot_leaf(volume, family, leaf, newest)
    }

    /// A hot leaf has the records of the chain, and finds for every point what a walk down the
    /// whole chain finds.
    fn check_hot_leaf(
        &self,
        volume: Option<VolumeId>,
        family: &Family,
        leaf: u32,
        newest: RecordId,
    ) -> Result<(), InvariantViolation> {
        let Some(hot) = family.hot_leaf(leaf) else {
            let older = |&id: &RecordId| Some(self.pool.records[id].older).filter(|&id| id != NIL);
            let length = std::iter::successors(Some(newest), older).count();
            let short = length <= COLD_STEPS + 1;
            return same(volume, "a long chain is hot", 1, u64::from(short));
        };
        let mut chain = hot.records();
        let mut id = newest;
        while id != NIL {
            let (linked, mask) = chain.next().unwrap_or_default();
            same(
                volume,
                "links of a hot leaf",
                u64::from(linked),
                u64::from(id),
            )?;
            let blocks = self.pool.records[id].mask();
            same(volume, "masks of a hot leaf", mask, blocks)?;
            id = self.pool.records[id].older;
        }
        same(volume, "links of a hot leaf", 0, chain.count() as u64)?;
        let epochs = family.points.iter().map(|point| point.epoch);
        for epoch in epochs.chain(family.head.map(|head| head.epoch)) {
            let (mut left, mut expected, mut id) = (u64::MAX, Vec::new(), newest);
            while id != NIL {
                let record = &self.pool.records[id];
                let hit = if record.epoch() <= epoch {
                    left & record.mask()
                } else {
                    0
                };
                expected.extend(bits(hit).map(|bit| (bit, record.epoch())));
                left &= !hit;
                id = record.older;
            }
            let mut found = Vec::new();
            let never = family.walk(
                &self.pool.records,
                leaf,
                epoch,
                u64::MAX,
                &mut |record, hit| {
                    found.extend(bits(hit).map(|bit| (bit, record.epoch())));
                },
            );
            expected.sort_unstable();
            found.sort_unstable();
            same(
                volume,
                "a hot leaf is read as its chain",
                1,
                u64::from(found == expected),
            )?;
            same(volume, "blocks of a hot leaf never written", left, never)?;
        }
        Ok(())
    }

    /// Counts what a clone reads of its base as versions of its first interval.
    fn recount_base(&self, family: &Family, recount: &mut Recount) {
        let Some(base) = family.base else { return };
        let all = BlockRange {
            first: 0,
            last: family.blocks - 1,
        };
        self.for_each_leaf_list(View::of_base(base), all, |leaves| {
            for &leaf in leaves {
                let mut left = self.written_mask(View::of_base(base), leaf, u64::MAX);
                let mut chain = Vec::new();
                let mut id = family.newest(leaf);
                while id != NIL {
                    chain.push(id);
                    id = self.pool.records[id].older;
                }
                for id in chain.into_iter().rev() {
                    let record = &self.pool.records[id];
                    let hit = left & record.mask();
                    let death = family.position_of(record.epoch()) as u64;
                    *recount.versions.entry((0, death)).or_default() += u64::from(hit.count_ones());
                    left &= !hit;
                }
                let span = (0, NO_DEATH);
                *recount.versions.entry(span).or_default() += u64::from(left.count_ones());
            }
        });
    }

    fn check_points(&self, volume: VolumeId, family: &Family) -> Result<(), InvariantViolation> {
        let mut before = None;
        for point in &family.points {
            let held = self.families.values().filter_map(|clone| clone.base);
            let clones = held
                .filter(|b| b.volume == volume && b.epoch == point.epoch)
                .count();
            same(
                Some(volume),
                "clones of a point",
                u64::from(point.clones),
                clones as u64,
            )?;
            same(
                Some(volume),
                "a point is needed",
                1,
                u64::from(point.retained || clones != 0),
            )?;
            same(
                Some(volume),
                "points in order",
                1,
                u64::from(Some(point.epoch) > before),
            )?;
            before = Some(point.epoch);
            let view = View {
                volume,
                epoch: point.epoch,
                blocks: point.blocks,
            };
            let all = BlockRange {
                first: 0,
                last: point.blocks - 1,
            };
            let mut referenced = 0;
            self.for_each_leaf_list(view, all, |leaves| {
                for &leaf in leaves {
                    let written = self.written_mask(view, leaf, u64::MAX);
                    referenced += u64::from(written.count_ones());
                }
            });
            same(
                Some(volume),
                "referenced by a point",
                point.referenced,
                referenced,
            )?;
            if point.retained {
                let listed = self.snapshots.get(&point.snapshot) == Some(&(volume, point.epoch));
                same(
                    Some(volume),
                    "a retained snapshot is listed",
                    1,
                    u64::from(listed),
                )?;
            }
        }
        let needed = family.head.is_some() || !family.points.is_empty();
        same(
            Some(volume),
            "a disk has a head or a point",
            1,
            u64::from(needed),
        )
    }

    /// A sorted run has the records of its interval, all of them, in the order of their leaves.
    fn check_run(
        &self,
        volume: VolumeId,
        family: &Family,
        position: usize,
    ) -> Result<(), InvariantViolation> {
        let Some(slot) = family.slot_at(position) else {
            return Ok(());
        };
        let lists = family.ledger.lists(slot);
        let listed = lists.map(|first| {
            let next = |&id: &RecordId| Some(self.pool.records[id].link);
            let chain = std::iter::successors(Some(first), next);
            chain.take_while(|&id| id != NIL).count() as u64
        });
        let listed: u64 = listed.sum();
        let (first, end) = match family.ledger.run(slot) {
            Run::Empty => (0, 0),
            Run::Sorted { first, end, .. } => (first, end),
            Run::Scattered => return Ok(()),
        };
        same(
            Some(volume),
            "records of a run",
            u64::from(end - first),
            listed,
        )?;
        let mut before = None;
        for id in first..end {
            let record = &self.pool.records[id];
            let own = family.slot_of(record.epoch()) == Some(slot) && Some(record.leaf) > before;
            same(Some(volume), "a run is sorted", 1, u64::from(own))?;
            before = Some(record.leaf);
        }
        Ok(())
    }

    /// Every record is in the list of its own interval and the one below, once.
    fn check_lists(
        &self,
        volume: VolumeId,
        family: &Family,
        recount: &Recount,
    ) -> Result<(), InvariantViolation> {
        let (mut listed, mut unmerged) = (0, 0);
        let positions = 0..family.points.len() + usize::from(family.head.is_some());
        for position in positions.clone() {
            self.check_run(volume, family, position)?;
            for older in std::iter::once(None).chain(positions.clone().map(Some)) {
                let Some(slot) = family.slot_at(position) else {
                    continue;
                };
                let below = older.and_then(|older| family.slot_at(older));
                let mut id = family.ledger.listed(slot, below);
                while id != NIL {
                    let record = &self.pool.records[id];
                    unmerged += u64::from(older == Some(position));
                    let expected = recount.listed.get(&id) == Some(&(position, older));
                    same(
                        Some(volume),
                        "a record is in its list",
                        1,
                        u64::from(expected),
                    )?;
                    listed += 1;
                    id = record.link;
                }
            }
        }
        same(Some(volume), "records in lists", listed, recount.records)?;
        same(
            Some(volume),
            "records that wait to be merged",
            family.unmerged,
            unmerged,
        )
    }
}

/// The ledger has exactly the versions that the chains have.
fn check_versions(
    volume: VolumeId,
    family: &Family,
    recount: &Recount,
) -> Result<(), InvariantViolation> {
    let counted = |birth: usize, death: u64| {
        recount
            .versions
            .get(&(birth as u64, death))
            .copied()
            .unwrap_or(0)
    };
    let positions = 0..family.points.len() + usize::from(family.head.is_some());
    let (mut live, mut total) = (0, 0);
    for birth in positions.clone() {
        let Some(born) = family.slot_at(birth) else {
            continue;
        };
        let alive = counted(birth, NO_DEATH);
        let mut all = alive;
        same(
            Some(volume),
            "live versions",
            family.ledger.live(born),
            alive,
        )?;
        live += alive;
        total += alive;
        for death in positions.clone().filter(|&death| death > birth) {
            let Some(died) = family.slot_at(death) else {
                continue;
            };
            let dead = counted(birth, death as u64);
            same(
                Some(volume),
                "dead versions",
                family.ledger.dead(born, died),
                dead,
            )?;
            total += dead;
            all += dead;
        }
        same(Some(volume), "versions born", family.ledger.born(born), all)?;
    }
    same(
        Some(volume),
        "all live versions",
        family.ledger.live_total(),
        live,
    )?;
    same(Some(volume), "all versions", family.ledger.total(), total)?;
    let beyond = family.blocks.saturating_sub(1);
    let last_leaf = beyond / LEAF_BLOCKS;
    let mut newest_leaf = 0;
    family
        .index
        .for_each(0, u32::MAX, |leaf, _| newest_leaf = leaf);
    let inside = u64::from(newest_leaf) <= last_leaf;
    same(Some(volume), "leaves lie on the disk", 1, u64::from(inside))
}
