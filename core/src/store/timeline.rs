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
        if let Some(first) = first {
            let begin = first.saturating_sub(self.start) as usize;
            if let Some(merged) = self.slots.get_mut(begin..end) {
                merged.fill(slot);
            }
            return;
        }
        // The oldest: what is before its last epoch is never told apart again.
        let kept = end.saturating_sub(1).min(self.slots.len());
        if let Some(merged) = self.slots.get_mut(..end) {
            merged.fill(slot);
        }
        if kept >= SLACK {
            self.slots.drain(..kept);
            self.start += kept as u32;
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
            assert!(timeline.bytes() < 1000);
            assert_eq!(timeline.slot_of(0), Some(epoch - 29));
            assert_eq!(timeline.slot_of(epoch), Some(epoch));
        }
    }
}
