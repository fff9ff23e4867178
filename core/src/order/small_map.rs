//! A small ordered map.

use crate::json::{Place, Read, Write, Writer};
use std::borrow::Borrow;
use std::fmt;

/// Values by key, in the order of the keys: pairs in one sorted list.
///
/// For facts, tags and the like, of which there are tens. Every type of B-tree is ten times this in
/// WebAssembly; what grows with the fleet is kept in a [`Table`](super::Table).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SmallMap<K, V> {
    pairs: Vec<(K, V)>,
}

impl<K, V> SmallMap<K, V> {
    /// An empty map.
    #[must_use]
    pub const fn new() -> Self {
        Self { pairs: Vec::new() }
    }

    /// A map of pairs that are in the order of their keys, each key once.
    pub(crate) fn of_sorted(pairs: impl Iterator<Item = (K, V)>) -> Self {
        Self {
            pairs: pairs.collect(),
        }
    }

    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Keys and values in the order of the keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + Clone {
        self.pairs.iter().map(|(key, value)| (key, value))
    }

    /// Keys and values in the order of the keys, the values to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.pairs.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// The keys in their order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + Clone {
        self.pairs.iter().map(|(key, _)| key)
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + Clone {
        self.pairs.iter().map(|(_, value)| value)
    }

    /// The values themselves, in the order of their keys.
    pub fn into_values(self) -> impl DoubleEndedIterator<Item = V> {
        self.pairs.into_iter().map(|(_, value)| value)
    }
}

impl<K: Ord, V> SmallMap<K, V> {
    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        self.pairs
            .binary_search_by(|(own, _)| own.borrow().cmp(key))
    }

    /// The value of a key.
    #[must_use]
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let pair = self.pairs.get(self.place(key).ok()?);
        pair.map(|(_, value)| value)
    }

    /// The value of a key, to be changed.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let at = self.place(key).ok()?;
        self.pairs.get_mut(at).map(|(_, value)| value)
    }

    /// Whether a key has a value.
    #[must_use]
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.place(key).is_ok()
    }

    /// Gives a key a value; the one that it had before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok(at) => {
                let own = self.pairs.get_mut(at)?;
                Some(std::mem::replace(&mut own.1, value))
            }
            Err(at) => {
                self.pairs.insert(at, (key, value));
                None
            }
        }
    }

    /// Takes a key's value out.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let at = self.place(key).ok()?;
        Some(self.pairs.remove(at).1)
    }

    /// The value of a key, made by `make` where it has none.
    pub fn or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> Option<&mut V> {
        let at = match self.place(&key) {
            Ok(at) => at,
            Err(at) => {
                self.pairs.insert(at, (key, make()));
                at
            }
        };
        self.pairs.get_mut(at).map(|(_, value)| value)
    }
}

impl<K, V> Default for SmallMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for SmallMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: Ord, V> Extend<(K, V)> for SmallMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        for (key, value) in pairs {
            self.insert(key, value);
        }
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for SmallMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut map = Self::new();
        map.extend(pairs);
        map
    }
}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for SmallMap<K, V> {
    fn from(pairs: [(K, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}

impl<K, V> IntoIterator for SmallMap<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;
    fn into_iter(self) -> Self::IntoIter {
        self.pairs.into_iter()
    }
}

impl<'a, K, V> IntoIterator for &'a SmallMap<K, V> {
    type Item = &'a (K, V);
    type IntoIter = std::slice::Iter<'a, (K, V)>;
    fn into_iter(self) -> Self::IntoIter {
        self.pairs.iter()
    }
}

impl<K: Ord + Borrow<Q>, V, Q: Ord + ?Sized> std::ops::Index<&Q> for SmallMap<K, V> {
    type Output = V;

    /// As for the maps of the standard library.
    ///
    /// # Panics
    /// If the key has no value.
    #[expect(clippy::expect_used, reason = "the contract of indexing")]
    fn index(&self, key: &Q) -> &V {
        self.get(key).expect("no value for this key")
    }
}

impl<K: AsRef<str>, V: Write> Write for SmallMap<K, V> {
    fn write(&self, to: &mut Writer<'_>) {
        to.map(self.iter().map(|(key, value)| (key.as_ref(), value)));
    }

    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Read> Read for SmallMap<String, T> {
    fn read(place: &Place<'_>) -> Self {
        let mut map = Self::new();
        for (name, value) in place.object().into_iter().flatten() {
            map.insert(name.clone(), T::read(&place.field(name, Some(value))));
        }
        map
    }
}

#[cfg(test)]
mod tests {
    use super::SmallMap;
    use std::collections::BTreeMap;

    #[test]
    fn it_does_what_the_map_of_the_standard_library_does() {
        let mut own: SmallMap<u32, u32> = SmallMap::new();
        let mut std: BTreeMap<u32, u32> = BTreeMap::new();
        for step in 0..2_000_u32 {
            let key = step.wrapping_mul(2_654_435_761) >> 26;
            match step % 5 {
                0 => assert_eq!(own.remove(&key), std.remove(&key)),
                1 => {
                    let (a, b) = (own.get_mut(&key), std.get_mut(&key));
                    assert_eq!(a, b);
                    a.into_iter().chain(b).for_each(|value| *value += 1);
                }
                2 => assert_eq!(
                    own.or_insert_with(key, || step),
                    Some(std.entry(key).or_insert(step))
                ),
                _ => assert_eq!(own.insert(key, step), std.insert(key, step)),
            }
            assert!(own.iter().eq(std.iter()));
            assert_eq!(own.contains_key(&key), std.contains_key(&key));
        }
        assert_eq!(own, std.into_iter().collect());
    }
}
