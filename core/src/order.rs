//! What is in order: lists, small maps, tables of resources.
//!
//! Size counts in WebAssembly. The standard library compiles one sort and one B-tree for every type of
//! item, and those were a third of it. Here every sort is by a number, so that one serves all; a small
//! map is a sorted list, and one index of ids serves every kind of resource.

mod index;
mod small_map;
mod table;

pub(crate) use index::Index;
pub use small_map::SmallMap;
pub use table::Table;

/// Items in the order of a number; equal ones stay as they were.
#[must_use]
pub fn by<T>(items: Vec<T>, key: impl Fn(&T) -> u64) -> Vec<T> {
    let keys = items.iter().zip(0_u64..);
    let mut order: Vec<(u64, u64)> = keys.map(|(item, at)| (key(item), at)).collect();
    order.sort_unstable();
    let mut places: Vec<Option<T>> = items.into_iter().map(Some).collect();
    let place = |(_, at): (u64, u64)| places.get_mut(usize::try_from(at).ok()?)?.take();
    order.into_iter().filter_map(place).collect()
}

/// Numbers in their order, each once.
pub(crate) fn distinct(numbers: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut pairs: Vec<(u64, u64)> = numbers.map(|number| (number, 0)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs.into_iter().map(|(number, _)| number).collect()
}

/// The numbers that come up more than once, in their order.
pub(crate) fn repeated(numbers: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut pairs: Vec<(u64, u64)> = numbers.map(|number| (number, 0)).collect();
    pairs.sort_unstable();
    let neighbours = pairs.windows(2).filter_map(|pair| match pair {
        [(one, _), (other, _)] if one == other => Some((*one, 0)),
        _ => None,
    });
    let mut found: Vec<(u64, u64)> = neighbours.collect();
    found.dedup();
    found.into_iter().map(|(number, _)| number).collect()
}

/// A few things in their order, each once.
pub(crate) fn few<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut ordered: Vec<T> = Vec::new();
    join(&mut ordered, items);
    ordered
}

/// Adds a few things to others that are in order, each once.
pub(crate) fn join<T: Ord>(ordered: &mut Vec<T>, items: impl IntoIterator<Item = T>) {
    for item in items {
        if let Err(at) = ordered.binary_search(&item) {
            ordered.insert(at, item);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{by, distinct, few, repeated};

    #[test]
    fn equal_numbers_keep_their_order() {
        let items = vec![(2, 'a'), (1, 'b'), (2, 'c'), (0, 'd'), (1, 'e')];
        let ordered = by(items, |(number, _)| *number);
        assert_eq!(
            ordered.iter().map(|(_, name)| *name).collect::<String>(),
            "dbeac"
        );
    }

    #[test]
    fn each_once() {
        assert_eq!(distinct([3, 1, 3, 2, 1].into_iter()), [1, 2, 3]);
        assert_eq!(repeated([3, 1, 3, 2, 1, 3].into_iter()), [1, 3]);
        assert_eq!(few(["b", "a", "b"]), ["a", "b"]);
    }
}
