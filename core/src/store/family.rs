//! One disk: its live head, the points of its family, and where each leaf's versions are.

use super::chain::HotLeaves;
use super::identity::Identity;
use super::index::LeafIndex;
use super::ledger::{Ledger, Slot};
use super::payload::Payloads;
use super::record::{LEAF_BLOCKS, Records};
use super::timeline::Timeline;
use super::{SnapshotId, VolumeId};
use crate::units::{BlockRange, BlockSize};

/// Bytes of a disk and of a point beside those of their intervals, for the memory limit: with their
/// places in the maps by id, and with what a list that doubles has to spare.
const FAMILY_BYTES: u64 = 432;
pub(super) const POINT_BYTES: u64 = 118;

/// The records and their content, of all disks.
#[derive(Clone, Debug, Default)]
pub(super) struct Pool {
    pub(super) records: Records,
    pub(super) payloads: Payloads,
}

impl Pool {
    /// About how many bytes a copy that is kept comes to have for itself.
    pub(super) fn copied_bytes(&self) -> u64 {
        self.records.copied_bytes() + self.payloads.slabs().copied_bytes()
    }
}

/// A moment of a disk that something still needs: a retained snapshot, or the base of clones.
#[derive(Clone, Debug)]
pub(super) struct Point {
    /// The interval that ended with this point.
    pub(super) epoch: u32,
    pub(super) slot: Slot,
    pub(super) snapshot: SnapshotId,
    /// False once the snapshot is deleted and only clones hold the point.
    pub(super) retained: bool,
    /// Disks that read through to this point.
    pub(super) clones: u32,
    pub(super) blocks: u64,
    pub(super) referenced: u64,
    pub(super) added: u64,
    pub(super) identity: Identity,
}

/// The interval that runs now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) epoch: u32,
    pub(super) slot: Slot,
}

/// What a clone reads where it was never written itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Base {
    pub(super) volume: VolumeId,
    pub(super) epoch: u32,
}

/// Versions that no retained point holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeldVersions {
    pub(super) live: u64,
    pub(super) clones: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Family {
    pub(super) block_size: BlockSize,
    pub(super) blocks: u64,
    pub(super) base: Option<Base>,
    /// Ascending by epoch.
    pub(super) points: Vec<Point>,
    pub(super) head: Option<Head>,
    pub(super) index: LeafIndex,
    pub(super) hot: HotLeaves,
    pub(super) ledger: Ledger,
    pub(super) timeline: Timeline,
    /// Whether a block of user bytes was ever written to it.
    pub(super) wrote_bytes: bool,
    /// Follows what was done to the live disk.
    pub(super) identity: Identity,
    /// Records in chains.
    pub(super) records: u64,
    /// Records that lie over one of the same interval, for a deletion made one of two intervals.
    pub(super) unmerged: u64,
}

/// The leaves that `range` touches, each with its blocks as a mask.
pub(super) fn leaves_of(range: BlockRange) -> impl Iterator<Item = (u32, u64)> + Clone {
    let (first, last) = (range.first / LEAF_BLOCKS, range.last / LEAF_BLOCKS);
    (first..=last).map(move |leaf| (leaf as u32, leaf_mask(range, leaf)))
}

/// The blocks of `leaf` that `range` has.
pub(super) fn leaf_mask(range: BlockRange, leaf: u64) -> u64 {
    let start = leaf * LEAF_BLOCKS;
    let low = range.first.saturating_sub(start);
    let high = (range.last - start).min(LEAF_BLOCKS - 1);
    (u64::MAX << low) & (u64::MAX >> (LEAF_BLOCKS - 1 - high))
}

impl Family {
    pub(super) fn new(block_size: BlockSize, blocks: u64, base: Option<(Base, u64)>) -> Self {
        let mut ledger = Ledger::default();
        let slot = ledger.open_slot();
        // What a clone can read of its base counts as born in its own first interval.
        ledger.bear(slot, base.map_or(0, |(_, written)| written));
        let mut timeline = Timeline::default();
        timeline.push(slot);
        Self {
            block_size,
            blocks,
            base: base.map(|(base, _)| base),
            points: Vec::new(),
            head: Some(Head { epoch: 0, slot }),
            index: LeafIndex::default(),
            hot: HotLeaves::default(),
            ledger,
            timeline,
            wrote_bytes: false,
            identity: Identity::default(),
            records: 0,
            unmerged: 0,
        }
    }

    pub(super) const fn leaves(&self) -> u64 {
        self.blocks.div_ceil(LEAF_BLOCKS)
    }

    /// Where the interval that has `epoch` ends: the position of a point, or the number of points
    /// for the interval that still runs.
    pub(super) fn position_of(&self, epoch: u32) -> usize {
        match self.points.last() {
            Some(last) if last.epoch < epoch => self.points.len(),
            _ => self.points.partition_point(|point| point.epoch < epoch),
        }
    }

    pub(super) fn slot_at(&self, position: usize) -> Option<Slot> {
        match self.points.get(position) {
            Some(point) => Some(point.slot),
            None => self.head.map(|head| head.slot),
        }
    }

    /// The interval that has `epoch`.
    pub(super) fn slot_of(&self, epoch: u32) -> Option<Slot> {
        self.timeline.slot_of(epoch)
    }

    /// The first epoch of the interval that ends at `position`; none for the first.
    pub(super) fn first_epoch(&self, position: usize) -> Option<u32> {
        let before = self.points.get(position.checked_sub(1)?)?;
        Some(before.epoch + 1)
    }

    /// The slots of all intervals at positions `range`, the running one included.
    pub(super) fn slots(&self, range: std::ops::Range<usize>) -> Vec<Slot> {
        range
            .filter_map(|position| self.slot_at(position))
            .collect()
    }

    /// Versions born in the interval at `birth` and held by the points from there up to `death`,
    /// without it. `death` may be the number of points: held up to the newest point.
    pub(super) fn versions(&self, birth: usize, death: usize) -> u64 {
        let Some(born) = self.slot_at(birth) else {
            return 0;
        };
        if death < self.points.len() {
            return self
                .slot_at(death)
                .map_or(0, |died| self.ledger.dead(born, died));
        }
        let overwritten = self
            .head
            .map_or(0, |head| self.ledger.dead(born, head.slot));
        overwritten + self.ledger.live(born)
    }

    /// The first retained point at `position` or later; the number of points if there is none.
    pub(super) fn next_retained(&self, position: usize) -> usize {
        let later = self
            .points
            .iter()
            .skip(position)
            .position(|point| point.retained);
        later.map_or(self.points.len(), |steps| position + steps)
    }

    /// Versions that the retained point at `position` is the oldest to hold.
    pub(super) fn paid_by(&self, position: usize) -> u64 {
        let older = self
            .points
            .iter()
            .take(position)
            .rposition(|point| point.retained);
        self.born_and_held(older.map_or(0, |before| before + 1), position)
    }

    /// Versions born in the intervals from `first` to `last` and held by the point at `last`, or by the
    /// live disk where that is the last.
    pub(super) fn born_and_held(&self, first: usize, last: usize) -> u64 {
        let slots = self.slots(first..last + 1);
        let born: u64 = slots.iter().map(|&slot| self.ledger.born(slot)).sum();
        let pairs = slots.iter().enumerate().flat_map(|(at, &birth)| {
            let later = slots.iter().skip(at + 1);
            later.map(move |&death| self.ledger.dead(birth, death))
        });
        born - pairs.sum::<u64>()
    }

    /// Versions that only the retained points from position `first` to `last` hold, where every
    /// retained point between them counts too.
    pub(super) fn only_held_by(&self, first: usize, last: usize) -> u64 {
        let start = self
            .points
            .iter()
            .take(first)
            .rposition(|point| point.retained);
        let births = start.map_or(0, |before| before + 1)..=last;
        let end = self.next_retained(last + 1);
        let held = births.map(|birth| {
            let deaths = self.next_retained(birth) + 1..=end;
            deaths.map(|death| self.versions(birth, death)).sum::<u64>()
        });
        held.sum()
    }

    /// Versions that a deletion of the retained points at `positions` frees; ascending.
    pub(super) fn freed_by(&self, positions: &[usize]) -> u64 {
        let mut freed = 0;
        let mut run: Option<(usize, usize)> = None;
        for &position in positions {
            run = match run {
                Some((first, last)) if self.next_retained(last + 1) == position => {
                    Some((first, position))
                }
                Some((first, last)) => {
                    freed += self.only_held_by(first, last);
                    Some((position, position))
                }
                None => Some((position, position)),
            };
        }
        freed + run.map_or(0, |(first, last)| self.only_held_by(first, last))
    }

    /// Versions that no retained point holds: of the live disk, and of clones only.
    pub(super) fn held(&self) -> HeldVersions {
        let end = self.points.len();
        let mut held = HeldVersions { live: 0, clones: 0 };
        if let Some(head) = self.head {
            held.live = self.ledger.live(head.slot);
        }
        for birth in (0..end).filter(|&at| self.points.get(at).is_some_and(|p| !p.retained)) {
            let retained = self.next_retained(birth);
            for death in birth + 1..=retained {
                held.clones += self.versions(birth, death);
            }
            if retained == end
                && self.head.is_some()
                && let Some(born) = self.slot_at(birth)
            {
                held.live += self.ledger.live(born);
                held.clones -= self.ledger.live(born);
            }
        }
        held
    }

    /// Versions that some retained point holds.
    pub(super) fn stored(&self) -> u64 {
        let held = self.held();
        self.ledger.total() - held.live - held.clones
    }

    /// Versions born after the newest retained point: what a snapshot taken now would store.
    pub(super) fn added_now(&self) -> u64 {
        let newest = self.points.iter().rposition(|point| point.retained);
        let births = newest.map_or(0, |at| at + 1)..=self.points.len();
        births
            .filter_map(|at| self.slot_at(at))
            .map(|slot| self.ledger.live(slot))
            .sum()
    }

    pub(super) fn point_position(&self, epoch: u32) -> Option<usize> {
        self.points
            .binary_search_by_key(&epoch, |point| point.epoch)
            .ok()
    }

    /// Bytes for the memory limit.
    pub(super) fn bytes(&self) -> u64 {
        FAMILY_BYTES
            + self.points.len() as u64 * POINT_BYTES
            + self.ledger.bytes()
            + self.index.bytes()
            + self.hot.bytes()
            + self.timeline.bytes()
    }
}
