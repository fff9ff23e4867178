//! Facts by name, shared between all that have the same.

use super::FactValue;
use crate::json::{Place, Read, Write, Writer};
use crate::order::SmallMap;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

type Facts = SmallMap<String, FactValue>;

/// Facts by name. Names are those of the vocabulary.
///
/// A copy shares its facts with the original until one of them changes: a fleet has a hundred thousand machines and a
/// few hundred kinds of them.
#[derive(Clone, Default, Eq)]
pub struct FactSet(Arc<Facts>);

impl FactSet {
    /// No facts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Facts that are in the order of their names, each once.
    pub(crate) fn of_sorted(facts: impl Iterator<Item = (String, FactValue)>) -> Self {
        Self(Arc::new(Facts::of_sorted(facts)))
    }

    /// Whether another has the very same facts in memory.
    pub(crate) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// A number that two sets have in common only while they share their facts.
    pub(crate) fn place(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }
}

impl Deref for FactSet {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.0
    }
}

impl DerefMut for FactSet {
    fn deref_mut(&mut self) -> &mut Facts {
        Arc::make_mut(&mut self.0)
    }
}

impl PartialEq for FactSet {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || *self.0 == *other.0
    }
}

impl fmt::Debug for FactSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Facts> for FactSet {
    fn from(facts: Facts) -> Self {
        Self(Arc::new(facts))
    }
}

impl FromIterator<(String, FactValue)> for FactSet {
    fn from_iter<I: IntoIterator<Item = (String, FactValue)>>(facts: I) -> Self {
        Facts::from_iter(facts).into()
    }
}

impl Extend<(String, FactValue)> for FactSet {
    fn extend<I: IntoIterator<Item = (String, FactValue)>>(&mut self, facts: I) {
        (**self).extend(facts);
    }
}

impl<const N: usize> From<[(String, FactValue); N]> for FactSet {
    fn from(facts: [(String, FactValue); N]) -> Self {
        facts.into_iter().collect()
    }
}

impl IntoIterator for FactSet {
    type Item = (String, FactValue);
    type IntoIter = std::vec::IntoIter<(String, FactValue)>;

    fn into_iter(self) -> Self::IntoIter {
        Arc::unwrap_or_clone(self.0).into_iter()
    }
}

impl<'a> IntoIterator for &'a FactSet {
    type Item = &'a (String, FactValue);
    type IntoIter = std::slice::Iter<'a, (String, FactValue)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.as_ref().into_iter()
    }
}

impl Write for FactSet {
    fn write(&self, to: &mut Writer<'_>) {
        self.0.write(to);
    }

    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

impl Read for FactSet {
    fn read(place: &Place<'_>) -> Self {
        Facts::read(place).into()
    }
}

#[cfg(test)]
mod tests {
    use super::{FactSet, FactValue};

    #[test]
    fn a_copy_shares_until_it_changes() {
        let fact = |name: &str| (name.to_owned(), FactValue::Bool(true));
        let first = FactSet::from([fact("a")]);
        let mut second = first.clone();
        assert!(first.is_shared() && first.place() == second.place());
        second.extend([fact("b")]);
        assert_eq!((first.len(), second.len()), (1, 2));
        assert!(!first.is_shared() && first.place() != second.place());
        second.remove("b");
        assert_eq!(first, second);
    }
}
