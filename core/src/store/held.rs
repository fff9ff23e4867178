//! What is kept only for disks that were restored from snapshots which are deleted.

use super::family::Family;
use super::{Store, VolumeId};
use crate::units::ByteCount;

impl Store {
    /// What deleted snapshots hold that are kept because one of `disks` was made from them: what no retained
    /// snapshot of theirs holds, and no live disk reads. Each version counts once. A volume that is none of
    /// `disks` keeps its base too, and that does not count.
    #[must_use]
    pub fn held_for(&self, disks: &[VolumeId]) -> ByteCount {
        let base = |disk| self.family(disk).ok()?.base;
        let bases: Vec<_> = disks.iter().filter_map(|&disk| base(disk)).collect();
        let held = self.volumes().filter_map(|volume| {
            let family = self.family(volume).ok()?;
            let of_family = bases.iter().filter(|base| base.volume == volume);
            let epochs: Vec<u32> = of_family.map(|base| base.epoch).collect();
            Some(family.block_size.bytes_of(family.held_at(&epochs)))
        });
        held.sum()
    }
}

impl Family {
    /// Versions of the points with these epochs that no retained point and no live disk has.
    fn held_at(&self, epochs: &[u32]) -> u64 {
        let wanted = |at: usize| {
            let point = self.points.get(at);
            point.is_some_and(|point| epochs.contains(&point.epoch))
        };
        let end = self.points.len();
        let mut held = 0;
        for birth in 0..end {
            if epochs.is_empty() {
                break;
            }
            let retained = self.next_retained(birth);
            for death in birth + 1..=retained {
                if (birth..death).any(wanted) {
                    held += self.versions(birth, death);
                }
            }
            let is_read = retained == end && self.head.is_some() && (birth..end).any(wanted);
            if is_read && let Some(born) = self.slot_at(birth) {
                held -= self.ledger.live(born);
            }
        }
        held
    }
}
