//! The fields of a struct, or the items of a list of fixed length, read one after the other.

use super::place::listed;
use super::{Place, Read};
use serde_json::{Map, Value};

/// What is still to be read of an object or a list.
///
/// The names of an object's fields stand in one string in the order in which they are read, with commas
/// between them: `name|id!,location` is a field `name` that must be there and may be called `id`, and
/// a field `location` that may be left out. A string is a fraction of the size of a table of names.
#[derive(Debug)]
pub struct Fields<'a> {
    place: &'a Place<'a>,
    object: Option<&'a Map<String, Value>>,
    /// All names.
    names: &'static str,
    /// Those still to be read.
    rest: &'static str,
    /// How many were found.
    found: usize,
    items: std::slice::Iter<'a, Value>,
}

impl<'a> Fields<'a> {
    pub(super) fn of_object(
        place: &'a Place<'a>,
        object: Option<&'a Map<String, Value>>,
        names: &'static str,
    ) -> Self {
        Self {
            place,
            object,
            names,
            rest: names,
            found: 0,
            items: [].iter(),
        }
    }

    pub(super) fn of_list(place: &'a Place<'a>, items: &'a [Value]) -> Self {
        Self {
            items: items.iter(),
            ..Self::of_object(place, None, "")
        }
    }

    /// Reads the next one.
    #[inline(never)]
    pub(crate) fn next<T: Read>(&mut self) -> T {
        T::read(&self.enter())
    }

    /// Reads the next one; where it was left out it is what `missing` gives.
    pub(crate) fn next_or<T: Read>(&mut self, missing: impl FnOnce() -> T) -> T {
        let place = self.enter();
        if place.value().is_none() {
            return missing();
        }
        T::read(&place)
    }

    /// Reads the next one by a function.
    pub(crate) fn next_by<T>(&mut self, reader: impl FnOnce(&Place<'_>) -> T) -> T {
        reader(&self.enter())
    }

    /// Goes to the next field or item.
    #[inline(never)]
    fn enter(&mut self) -> Place<'a> {
        let Some(object) = self.object else {
            self.found += 1;
            return self.place.item(self.found - 1, self.items.next());
        };
        let (names, rest) = self.rest.split_once(',').unwrap_or((self.rest, ""));
        self.rest = rest;
        let (names, required) = match names.strip_suffix('!') {
            Some(names) => (names, true),
            None => (names, false),
        };
        let mut name = names;
        let mut value = None;
        for alias in names.split('|') {
            value = object.get(alias);
            if value.is_some() {
                name = alias;
                break;
            }
        }
        let is_missing = required && value.is_none();
        self.found += usize::from(value.is_some());
        if is_missing || (rest.is_empty() && self.found < object.len()) {
            self.refuse(object, is_missing.then_some(names));
        }
        self.place.field(name, value)
    }

    /// Says which field is too many, or else which is missing.
    #[cold]
    #[inline(never)]
    fn refuse(&self, object: &Map<String, Value>, missing: Option<&str>) {
        let known = |name: &String| self.names.split([',', '|', '!']).any(|known| known == name);
        if let Some((unknown, value)) = object.iter().find(|(name, _)| !known(name)) {
            let message = format!(
                "unknown field `{unknown}`, expected one of {}",
                listed(self.names)
            );
            return self.place.field(unknown, Some(value)).refuse(message);
        }
        let message = match missing {
            Some(names) => format!(
                "missing field `{}`",
                names.split('|').next().unwrap_or_default()
            ),
            None => "one field is given twice, under two names".to_owned(),
        };
        self.place.refuse(message);
    }
}
