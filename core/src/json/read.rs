//! What the types of every day are read from.

use super::Place;
use serde_json::{Map, Value};

pub use rplab_derive::Read;

/// What can be read from JSON.
///
/// Reading goes on where something does not fit: the place notes it, and what is given back is blank and
/// seen by nobody. So a type of ten fields is ten calls, with no way out between them.
pub trait Read: Sized {
    /// Reads what is at a place; where nothing is, a blank: empty, zero, the default of an enum.
    fn read(place: &Place<'_>) -> Self;
}

impl Read for bool {
    fn read(place: &Place<'_>) -> Self {
        let value = place.value().and_then(Value::as_bool);
        if value.is_none() {
            place.expected("true or false");
        }
        value.unwrap_or_default()
    }
}

macro_rules! whole_numbers {
    ($($type:ty),*) => {
        $(impl Read for $type {
            fn read(place: &Place<'_>) -> Self {
                place.whole_number(Self::MAX as u64) as Self
            }
        })*
    };
}

whole_numbers!(u8, u32, u64, usize);

impl Read for i64 {
    fn read(place: &Place<'_>) -> Self {
        let value = place.value().and_then(Value::as_i64);
        if value.is_none() {
            place.expected("a whole number");
        }
        value.unwrap_or_default()
    }
}

impl Read for String {
    #[inline(never)]
    fn read(place: &Place<'_>) -> Self {
        place.text().unwrap_or_default().to_owned()
    }
}

impl Read for Value {
    fn read(place: &Place<'_>) -> Self {
        place.value().cloned().unwrap_or_default()
    }
}

impl Read for Map<String, Value> {
    fn read(place: &Place<'_>) -> Self {
        place.object().cloned().unwrap_or_default()
    }
}

impl<T: Read> Read for Option<T> {
    fn read(place: &Place<'_>) -> Self {
        match place.value() {
            None | Some(Value::Null) => None,
            Some(_) => Some(T::read(place)),
        }
    }
}

impl<T: Read> Read for Box<T> {
    fn read(place: &Place<'_>) -> Self {
        Self::new(T::read(place))
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(place: &Place<'_>) -> Self {
        let items = place.list().iter().enumerate();
        items
            .map(|(index, item)| T::read(&place.item(index, Some(item))))
            .collect()
    }
}
