//! Which interval an epoch lies in: a table from the oldest point's epoch on, so that its length is
//! that of the history that is kept.

use super::ledger::Slot;

/// The intervals of a disk by epoch.
#[derive(Clone, Debug, Default)]
pub(super) struct Timeline {
    /// The epoch of the first entry; all before it lie in the same interval.
    start: u32,
    slots: Vec<Slot>,
}

/// Bytes of an epoch, for the memory limit.
pub(super) const EPOCH_BYTES: u64 = 4;
/// Entries in front that no point needs are dropped once there are this many.
const SLACK: usize = 64;

impl Timeline {
    /// The interval of `slot` begins with the next epoch.
    pub(super) fn push(&mut self, slot: Slot) {
        self.slots.push(slot);
    }

    /// The newest interval is taken back; it has the epochs from `first` on.
    pub(super) fn pop(&mut self, first: u32) {
        self.slots
            .truncate(first.saturating_sub(self.start) as usize);
    }

    /// The interval that ends with epoch `last` merges into the one of `slot` after it; it begins with
    /// `first`, or is the oldest.
    pub(super) fn merge(&mut self, first: Option<u32>, last: u32, slot: Slot) {
        let end = last.wrapping_sub(self.start).wrapping_add(1) as usize;
        let begin = first.map_or(0, |first| first.saturating_sub(self.start) as usize);
        if let Some(merged) = self.slots.get_mut(begin..end) {
            merged.fill(slot);
        }
    }

    /// The oldest interval has `epoch`: what is before it is never told apart again.
    pub(super) fn forget_before(&mut self, epoch: u32) {
        let gone = epoch.saturating_sub(self.start) as usize;
        if gone >= SLACK && gone < self.slots.len() {
            self.slots.drain(..gone);
            self.slots.shrink_to(2 * self.slots.len());
            self.start = epoch;
        }
    }

    /// Every slot got the name that `renamed` has for it.
    pub(super) fn rename(&mut self, renamed: &[Slot]) {
        for slot in &mut self.slots {
            *slot = renamed.get(*slot as usize).copied().unwrap_or(*slot);
        }
    }

    /// The interval of `epoch`.
    #[inline]
    pub(super) fn slot_of(&self, epoch: u32) -> Option<Slot> {
        let at = epoch.saturating_sub(self.start) as usize;
        self.slots.get(at).copied()
    }

    /// Bytes for the memory limit.
    pub(super) fn bytes(&self) -> u64 {
        self.slots.len() as u64 * EPOCH_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::Timeline;

    #[test]
    fn merged_intervals_keep_the_epochs_of_both() {
        let mut timeline = Timeline::default();
        (10..20).for_each(|slot| timeline.push(slot));
        timeline.merge(Some(3), 4, 15);
        assert_eq!(timeline.slot_of(2), Some(12));
        assert_eq!(timeline.slot_of(3), Some(15));
        assert_eq!(timeline.slot_of(5), Some(15));
        timeline.merge(None, 1, 12);
        assert_eq!(timeline.slot_of(0), Some(12));
        timeline.pop(8);
        assert_eq!(timeline.slot_of(7), Some(17));
        assert_eq!(timeline.slot_of(8), None);
    }

    #[test]
    fn a_long_life_with_few_points_stays_short() {
        let mut timeline = Timeline::default();
        (0..30).for_each(|slot| timeline.push(slot));
        for epoch in 30..100_000 {
            timeline.push(epoch);
            timeline.merge(None, epoch - 30, epoch - 29);
            timeline.forget_before(epoch - 29);
            assert!(timeline.bytes() < 1000);
            assert_eq!(timeline.slot_of(0), Some(epoch - 29));
            assert_eq!(timeline.slot_of(epoch), Some(epoch));
        }
    }
}
