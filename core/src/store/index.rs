//! From a leaf to its newest record: an ordered map while few leaves are written, pages of a table
//! once many are. Both are walked in leaf order and skip what is not there.

use super::record::{NIL, RecordId};
use std::collections::BTreeMap;

/// Leaves that a page of the table covers.
const PAGE: u32 = 64;
/// Bytes a written leaf takes in the map, for the memory limit: key, value and the tree around them.
pub(super) const SPARSE_BYTES: u64 = 16;
/// Bytes of a page, for the memory limit.
pub(super) const PAGE_BYTES: u64 = 4 * PAGE as u64;

type Page = [RecordId; PAGE as usize];

#[derive(Clone, Debug)]
pub(super) enum LeafIndex {
    Sparse(BTreeMap<u32, RecordId>),
    Dense {
        directory: Vec<Option<Box<Page>>>,
        pages: u64,
    },
}

impl Default for LeafIndex {
    fn default() -> Self {
        Self::Sparse(BTreeMap::new())
    }
}

impl LeafIndex {
    pub(super) fn get(&self, leaf: u32) -> RecordId {
        match self {
            Self::Sparse(map) => map.get(&leaf).copied().unwrap_or(NIL),
            Self::Dense { directory, .. } => directory
                .get((leaf / PAGE) as usize)
                .and_then(Option::as_ref)
                .and_then(|page| page.get((leaf % PAGE) as usize))
                .copied()
                .unwrap_or(NIL),
        }
    }

    /// Points `leaf` at `id`, of a disk with `leaves` leaves; [`NIL`] takes the leaf out.
    pub(super) fn set(&mut self, leaf: u32, id: RecordId, leaves: u64) {
        match self {
            Self::Sparse(map) if id == NIL => {
                map.remove(&leaf);
            }
            Self::Sparse(map) => {
                map.insert(leaf, id);
                if Self::spreads(map.len() as u64, leaves) {
                    self.spread();
                }
            }
            Self::Dense { directory, pages } => Self::set_dense(directory, pages, leaf, id),
        }
    }

    /// Whether `written` leaves of a disk with `leaves` are kept in pages: from one a page on, when
    /// the pages cost at most 16 times what the map does, and are found much faster.
    pub(super) fn spreads(written: u64, leaves: u64) -> bool {
        written * u64::from(PAGE) > leaves.max(16 * u64::from(PAGE))
    }

    fn set_dense(directory: &mut Vec<Option<Box<Page>>>, pages: &mut u64, leaf: u32, id: RecordId) {
        let at = (leaf / PAGE) as usize;
        if at >= directory.len() {
            directory.resize(at + 1, None);
        }
        if let Some(place) = directory.get_mut(at) {
            let page = place.get_or_insert_with(|| {
                *pages += 1;
                Box::new([NIL; PAGE as usize])
            });
            if let Some(head) = page.get_mut((leaf % PAGE) as usize) {
                *head = id;
            }
        }
    }

    fn spread(&mut self) {
        let Self::Sparse(map) = std::mem::take(self) else {
            return;
        };
        let (mut directory, mut pages) = (Vec::new(), 0);
        for (leaf, id) in map {
            Self::set_dense(&mut directory, &mut pages, leaf, id);
        }
        *self = Self::Dense { directory, pages };
    }

    /// Visits the leaves `first` to `last` that have a record, in order.
    pub(super) fn for_each(&self, first: u32, last: u32, mut visit: impl FnMut(u32, RecordId)) {
        match self {
            Self::Sparse(map) => map
                .range(first..=last)
                .for_each(|(&leaf, &id)| visit(leaf, id)),
            Self::Dense { directory, .. } => {
                let from = first / PAGE;
                let count = (last / PAGE - from + 1) as usize;
                let pages = (from..).zip(directory.iter().skip(from as usize).take(count));
                for (at, page) in pages.filter_map(|(at, page)| Some((at, page.as_deref()?))) {
                    for (leaf, &id) in (at * PAGE..).zip(page) {
                        if id != NIL && (first..=last).contains(&leaf) {
                            visit(leaf, id);
                        }
                    }
                }
            }
        }
    }

    /// Bytes for the memory limit.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Sparse(map) => map.len() as u64 * SPARSE_BYTES,
            Self::Dense { directory, pages } => directory.len() as u64 * 8 + pages * PAGE_BYTES,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LeafIndex;

    #[test]
    fn both_forms_give_the_same_leaves_in_order() {
        let mut index = LeafIndex::default();
        let leaves: Vec<u32> = (0..200).map(|n| n * 37 % 4001).collect();
        for (at, &leaf) in (1..).zip(&leaves) {
            index.set(leaf, at, 4001);
            let mut expected: Vec<(u32, u32)> = leaves.iter().copied().zip(1..=at).collect();
            expected.sort_unstable();
            expected.retain(|&(leaf, _)| (100..=3000).contains(&leaf));
            let mut found = Vec::new();
            index.for_each(100, 3000, |leaf, id| found.push((leaf, id)));
            assert_eq!(found, expected);
        }
        assert!(matches!(index, LeafIndex::Dense { .. }));
        assert_eq!(index.get(leaves[5]), 6);
        index.set(leaves[5], 0, 4001);
        assert_eq!(index.get(leaves[5]), 0);
    }
}
