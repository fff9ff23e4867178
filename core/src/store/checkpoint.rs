//! Copies that are kept: only disks that changed since the last one are copied, and what but speeds writes up
//! stays with the store that goes on.

use super::Store;
use super::family::Family;
use std::ops::Deref;
use std::sync::Arc;

/// A disk, and its last copy where nothing has changed since.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    live: Arc<Family>,
    copy: Option<Arc<Family>>,
}

impl Deref for Kept {
    type Target = Family;
    fn deref(&self) -> &Family {
        &self.live
    }
}

impl Kept {
    pub(super) fn new(family: Family) -> Self {
        Self {
            live: Arc::new(family),
            copy: None,
        }
    }

    /// The disk to change; copied first where a copy of the store shares it.
    pub(super) fn change(&mut self) -> &mut Family {
        self.copy = None;
        Arc::make_mut(&mut self.live)
    }

    /// A copy to be kept, and the bytes that were copied for it.
    fn keep(&mut self) -> (Self, u64) {
        let mut copied = 0;
        let live = self.copy.get_or_insert_with(|| {
            let family = Arc::make_mut(&mut self.live);
            let copy = family.share();
            copied = copy.copied_bytes();
            Arc::new(copy)
        });
        let live = Arc::clone(live);
        let copy = Some(Arc::clone(&live));
        (Self { live, copy }, copied)
    }
}

impl Family {
    /// A copy with which it shares what it can.
    fn share(&mut self) -> Self {
        self.hot.share();
        self.ledger.share();
        self.clone()
    }

    /// About how many bytes a copy of a disk has for itself.
    fn copied_bytes(&self) -> u64 {
        let points = self.points.len() as u64;
        self.index.bytes() + self.hot.copied_bytes() + points * 144
    }
}

impl Store {
    /// A copy to be kept: it shares with the store what the store does not change, and the store stays as fast
    /// as it was. Beside it, about how many bytes it took: of what changed since the last copy.
    pub fn checkpoint(&mut self) -> (Self, u64) {
        let mut copied = self.pool.copied_bytes() + 32 * self.snapshots.len() as u64;
        let families = self.families.iter_mut().map(|(&volume, family)| {
            let (kept, bytes) = family.keep();
            copied += bytes;
            (volume, kept)
        });
        let families = families.collect();
        let copy = Self {
            families,
            snapshots: self.snapshots.clone(),
            pool: self.pool.clone(),
            ..*self
        };
        (copy, copied)
    }

    /// Leaves of 64 blocks that were written so far, each time counted: what it would take to do all of it again.
    #[must_use]
    pub const fn work(&self) -> u64 {
        self.work
    }
}

#[cfg(test)]
mod tests {
    use super::Store;
    use crate::units::{BlockRange, BlockSize};
    use std::sync::Arc;

    #[test]
    fn a_copy_takes_only_what_changed_since_the_last_one() {
        let mut store = Store::default();
        let range = |first: u64, last| BlockRange { first, last };
        let disks: Vec<_> = (0..30)
            .map(|_| store.create_volume(BlockSize::MIN, 20_000).unwrap())
            .collect();
        for round in 0..12 {
            for &disk in &disks {
                store.write(disk, range(round, 19_000), round).unwrap();
                store.snapshot(disk).unwrap();
            }
        }
        let (first, all) = store.checkpoint();
        let (second, none) = store.checkpoint();
        store.write(disks[7], range(0, 9), 99).unwrap();
        let (third, one) = store.checkpoint();
        let constant = none;
        assert!(
            one > constant && (one - constant) * 20 < all - constant,
            "{one} {none} {all}"
        );
        let mut copied = 0;
        for ((_, a), ((_, b), (_, c))) in first
            .families
            .iter()
            .zip(second.families.iter().zip(third.families.iter()))
        {
            assert!(Arc::ptr_eq(&a.live, &b.live));
            copied += usize::from(!Arc::ptr_eq(&b.live, &c.live));
        }
        assert_eq!(copied, 1);
        for store in [first, second, third, store] {
            store.check_invariants().unwrap();
        }
    }
}
