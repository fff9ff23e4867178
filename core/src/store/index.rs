//! From a leaf to its newest record: an ordered map while few leaves are written, pages of a table
//! once many are. Both are walked in leaf order and skip what is not there.

use super::record::{NIL, RecordId};
use std::collections::BTreeMap;

/// Leaves that a page of the table covers.
const PAGE: usize = 64;
/// Pages that a node of the directory names.
const NODE: usize = 512;
/// Bytes a written leaf takes in the map, for the memory limit: key, value and the tree around them.
pub(super) const SPARSE_BYTES: u64 = 16;
/// Bytes of a page and of a node, for the memory limit.
pub(super) const PAGE_BYTES: u64 = 4 * PAGE as u64;
pub(super) const NODE_BYTES: u64 = 8 * NODE as u64;

type Page = [RecordId; PAGE];
type Node = [Option<Box<Page>>; NODE];

/// Pages under two levels of pieces, so that no piece grows with the disk.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    nodes: Vec<Option<Box<Node>>>,
    pages: u64,
    full_nodes: u64,
}

#[derive(Clone, Debug)]
pub(super) enum LeafIndex {
    Sparse(BTreeMap<u32, RecordId>),
    Dense(Table),
}

impl Default for LeafIndex {
    fn default() -> Self {
        Self::Sparse(BTreeMap::new())
    }
}

const fn split(leaf: u32) -> (usize, usize, usize) {
    let page = leaf as usize / PAGE;
    (page / NODE, page % NODE, leaf as usize % PAGE)
}

impl Table {
    #[inline]
    fn get(&self, leaf: u32) -> RecordId {
        let (node, page, place) = split(leaf);
        let page = self
            .nodes
            .get(node)
            .and_then(Option::as_ref)
            .and_then(|node| node.get(page))
            .and_then(Option::as_ref);
        page.and_then(|page| page.get(place))
            .copied()
            .unwrap_or(NIL)
    }

    #[allow(
        clippy::indexing_slicing,
        reason = "a page and a place are remainders of the lengths of what they index"
    )]
    #[inline]
    fn entry(&mut self, leaf: u32) -> &mut RecordId {
        let (node, page, place) = split(leaf);
        if node >= self.nodes.len() {
            self.nodes.resize(node + 1, None);
        }
        let node = self.nodes[node].get_or_insert_with(|| {
            self.full_nodes += 1;
            Box::new([const { None }; NODE])
        });
        let page = node[page].get_or_insert_with(|| {
            self.pages += 1;
            Box::new([NIL; PAGE])
        });
        &mut page[place]
    }

    /// The pages that have leaves from `first` to `last`, each with its first leaf.
    fn pages(&self, first: u32, last: u32) -> impl Iterator<Item = (u32, &Page)> {
        let (from, to) = (first as usize / PAGE, last as usize / PAGE);
        let nodes = self.nodes.iter().enumerate();
        let nodes = nodes.skip(from / NODE).take(to / NODE - from / NODE + 1);
        let pages = nodes.flat_map(|(at, node)| {
            let pages = node.iter().flat_map(|node| node.iter());
            (at * NODE..).zip(pages)
        });
        let full = pages.filter_map(|(at, page)| Some((at, page.as_deref()?)));
        full.filter(move |(at, _)| (from..=to).contains(at))
            .map(|(at, page)| ((at * PAGE) as u32, page))
    }
}

impl LeafIndex {
    #[inline]
    pub(super) fn get(&self, leaf: u32) -> RecordId {
        match self {
            Self::Sparse(map) => map.get(&leaf).copied().unwrap_or(NIL),
            Self::Dense(table) => table.get(leaf),
        }
    }

    /// The place of `leaf`, of a disk with `leaves` leaves; the caller puts a record there.
    #[inline]
    pub(super) fn entry(&mut self, leaf: u32, leaves: u64) -> &mut RecordId {
        if let Self::Sparse(map) = self
            && Self::spreads(map.len() as u64 + 1, leaves)
            // A leaf that is there already makes nothing larger: room was asked for new ones only.
            && !map.contains_key(&leaf)
        {
            self.spread();
        }
        match self {
            Self::Sparse(map) => map.entry(leaf).or_insert(NIL),
            Self::Dense(table) => table.entry(leaf),
        }
    }

    /// Points `leaf`, which has a record, at `id`; [`NIL`] takes the leaf out.
    pub(super) fn replace(&mut self, leaf: u32, id: RecordId) {
        match self {
            Self::Sparse(map) if id == NIL => {
                map.remove(&leaf);
            }
            Self::Sparse(map) => {
                map.insert(leaf, id);
            }
            Self::Dense(table) => *table.entry(leaf) = id,
        }
    }

    /// Whether `written` leaves of a disk with `leaves` are kept in pages: from one a page on, when
    /// the pages cost at most 16 times what the map does, and are found much faster.
    #[inline]
    pub(super) fn spreads(written: u64, leaves: u64) -> bool {
        written.saturating_mul(PAGE as u64) > leaves.max(16 * PAGE as u64)
    }

    /// The most that `new` leaves more add on a disk of `leaves` leaves, for the memory limit; with all
    /// that the pages take where the map becomes a table.
    pub(super) fn growth_bytes(&self, new: u64, leaves: u64) -> u64 {
        let nodes = leaves.div_ceil((PAGE * NODE) as u64);
        let written = match self {
            Self::Sparse(map) => (map.len() as u64).saturating_add(new),
            Self::Dense(_) => new,
        };
        if matches!(self, Self::Sparse(_)) && !Self::spreads(written, leaves) {
            return new.saturating_mul(SPARSE_BYTES);
        }
        let pages = written.saturating_mul(PAGE_BYTES);
        pages.saturating_add(written.min(nodes) * NODE_BYTES + nodes * 8)
    }

    fn spread(&mut self) {
        let Self::Sparse(map) = std::mem::take(self) else {
            return;
        };
        let mut table = Table::default();
        for (leaf, id) in map {
            *table.entry(leaf) = id;
        }
        *self = Self::Dense(table);
    }

    /// Visits the leaves `first` to `last` that have a record, in order.
    pub(super) fn for_each(&self, first: u32, last: u32, mut visit: impl FnMut(u32, RecordId)) {
        match self {
            Self::Sparse(map) => map
                .range(first..=last)
                .for_each(|(&leaf, &id)| visit(leaf, id)),
            Self::Dense(table) => {
                for (start, page) in table.pages(first, last) {
                    for (leaf, &id) in (start..).zip(page) {
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
            Self::Dense(table) => {
                table.nodes.len() as u64 * 8
                    + table.full_nodes * NODE_BYTES
                    + table.pages * PAGE_BYTES
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LeafIndex;

    #[test]
    fn only_a_new_leaf_makes_a_table_of_the_map() {
        const LEAVES: u64 = 600;
        let mut index = LeafIndex::default();
        (0..16).for_each(|leaf| *index.entry(leaf, LEAVES) = 1);
        let before = index.bytes();
        *index.entry(5, LEAVES) = 2;
        assert_eq!(index.bytes(), before + index.growth_bytes(0, LEAVES));
        let most = before + index.growth_bytes(1, LEAVES);
        *index.entry(16, LEAVES) = 3;
        assert!(index.bytes() > before + 16 && index.bytes() <= most);
        assert_eq!((index.get(5), index.get(16)), (2, 3));
    }

    #[test]
    fn both_forms_give_the_same_leaves_in_order() {
        const LEAVES: u64 = 400_009;
        let mut index = LeafIndex::default();
        let leaves: Vec<u32> = (0..7000).map(|n| n * 37_003 % 400_009).collect();
        for (at, &leaf) in (1..).zip(&leaves) {
            *index.entry(leaf, LEAVES) = at;
            if at % 100 > 1 && at > 100 {
                continue;
            }
            let mut expected: Vec<(u32, u32)> = leaves.iter().copied().zip(1..=at).collect();
            expected.sort_unstable();
            for (first, last) in [
                (100, 300_000),
                (0, u32::MAX),
                (leaf, leaf),
                (40_000, 40_063),
            ] {
                let within = |&&(leaf, _): &&(u32, u32)| (first..=last).contains(&leaf);
                let expected: Vec<_> = expected.iter().filter(within).copied().collect();
                let mut found = Vec::new();
                index.for_each(first, last, |leaf, id| found.push((leaf, id)));
                assert_eq!(found, expected);
            }
        }
        assert!(matches!(index, LeafIndex::Dense(_)));
        assert_eq!(index.get(leaves[5]), 6);
        index.replace(leaves[5], 0);
        assert_eq!(index.get(leaves[5]), 0);
    }
}
