//! Order without the general sort.
//!
//! `sort` and collecting into ordered maps compile one merge sort for every type, and those were a
//! twelfth of the WebAssembly. Here every order is by a number, and one sort of pairs serves them all.

use std::collections::{BTreeMap, BTreeSet};

/// Items in the order of a number; equal ones stay as they were.
pub(crate) fn by<T>(items: Vec<T>, key: impl Fn(&T) -> u64) -> Vec<T> {
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

/// A few things in their order, each once.
pub(crate) fn few<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut ordered: Vec<T> = Vec::new();
    for item in items {
        if let Err(at) = ordered.binary_search(&item) {
            ordered.insert(at, item);
        }
    }
    ordered
}

/// A set by insertion.
pub(crate) fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(items);
    set
}

/// A map by insertion; of equal keys the last one counts.
pub(crate) fn map<K: Ord, V>(items: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(items);
    map
}

#[cfg(test)]
mod tests {
    use super::{by, distinct, few};

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
        assert_eq!(few(["b", "a", "b"]), ["a", "b"]);
    }
}
