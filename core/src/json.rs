//! JSON: reading it into types, with the place of what does not fit, and writing types as JSON.
//!
//! One way for everything that is read: callers' input and the data files of the crate. It is our own
//! because size counts in WebAssembly: a type is a string of names and a call for each field
//! (`derive(Read)`, `derive(Write)`), all else is here once, and a path is put together only where there is an error.

mod answers;
mod error;
mod fields;
mod place;
mod read;
mod write;

pub(crate) use answers::answers;
pub use error::ReadError;
pub use fields::Fields;
pub use place::Place;
pub use read::Read;
pub(crate) use write::{Text, Written};
pub use write::{Write, Writer, write};

use place::Refusal;
use serde_json::Value;

/// Reads a value into a type.
///
/// # Errors
/// What does not fit and where.
pub fn read<T: Read>(value: &Value) -> Result<T, ReadError> {
    read_by(value, T::read)
}

/// Reads a value by a function.
///
/// # Errors
/// What does not fit and where.
pub(crate) fn read_by<T>(
    value: &Value,
    reader: impl FnOnce(&Place<'_>) -> T,
) -> Result<T, ReadError> {
    let refusal = Refusal::default();
    let read = reader(&Place::whole(value, &refusal));
    refusal.take().map_or(Ok(read), Err)
}

/// The JSON of a text.
///
/// # Errors
/// The text is no JSON; with line and column.
pub fn parse(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(text)
}

/// A value as text. Not by its `Display`, which brings the printing over several lines along.
#[must_use]
pub fn text(value: &Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// An object of these fields.
pub(crate) fn object(fields: impl Iterator<Item = (String, Value)>) -> Value {
    let mut object = serde_json::Map::new();
    // One by one: collecting would sort them first, by a sort of its own.
    for (name, value) in fields {
        object.insert(name, value);
    }
    Value::Object(object)
}

/// An object of this one field.
pub(crate) fn single(name: &str, value: Value) -> Value {
    object(std::iter::once((name.to_owned(), value)))
}

/// Takes a field out of an object. The map's own way of doing so is five kilobytes of WebAssembly.
pub(crate) fn take(object: &mut serde_json::Map<String, Value>, name: &str) -> Option<Value> {
    object.get(name)?;
    let mut taken = None;
    for (key, value) in std::mem::take(object) {
        if key == name {
            taken = Some(value);
        } else {
            object.insert(key, value);
        }
    }
    taken
}

/// A data file of this crate. That it can be read is shown by a test of its module.
pub(crate) fn embedded<T: Read>(text: &str) -> T {
    carried(&parse(text).unwrap_or_default())
}

/// A data file of this crate that is parsed already.
pub(crate) fn carried<T: Read>(value: &Value) -> T {
    let refusal = Refusal::default();
    let read = T::read(&Place::whole(value, &refusal));
    #[cfg(test)]
    assert_eq!(refusal.take(), None, "a data file that cannot be read");
    read
}

#[cfg(test)]
mod tests {
    use super::{Read, read};
    use crate::order::SmallMap;
    use serde_json::{Value, json};

    #[derive(Debug, PartialEq, Read)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Thing {
        size: u32,
        #[serde(default)]
        parts: Vec<Part>,
        #[serde(default)]
        by_name: SmallMap<String, Kind>,
        extra: Option<i64>,
    }

    #[derive(Debug, PartialEq, Read)]
    #[serde(deny_unknown_fields)]
    struct Part {
        name: String,
    }

    #[derive(Debug, PartialEq, Read)]
    #[serde(rename_all = "camelCase")]
    enum Kind {
        Plain,
        Sized(u8),
        Named { name: String },
    }

    #[test]
    fn what_fits_is_read() {
        let value = json!({ "size": 3, "parts": [{ "name": "a" }], "extra": null,
            "byName": { "x": "plain", "y": { "sized": 7 }, "z": { "named": { "name": "n" } } } });
        let thing: Thing = read(&value).unwrap();
        assert_eq!((thing.size, thing.parts.len(), thing.extra), (3, 1, None));
        let kinds: Vec<Kind> = thing.by_name.into_values().collect();
        assert_eq!(
            kinds,
            [
                Kind::Plain,
                Kind::Sized(7),
                Kind::Named {
                    name: "n".to_owned()
                }
            ]
        );
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_place() {
        for (value, path, part) in [
            (json!({ "size": -1 }), "size", "-1"),
            (json!({ "size": "3" }), "size", "the text `3`"),
            (json!({ "size": 3.5 }), "size", "3.5"),
            (
                json!({ "size": 1, "parts": [{ "name": "a" }, { "name": 5 }] }),
                "parts[1].name",
                "5",
            ),
            (
                json!({ "size": 1, "parts": [{ "nam": "a" }] }),
                "parts[0].nam",
                "unknown field",
            ),
            (
                json!({ "size": 1, "parts": [{}] }),
                "parts[0]",
                "missing field `name`",
            ),
            (
                json!({ "size": 1, "byName": { "x": "round" } }),
                "byName.x",
                "unknown variant `round`",
            ),
            (
                json!({ "size": 1, "byName": { "x": { "sized": 300 } } }),
                "byName.x.sized",
                "300",
            ),
            (
                json!({ "size": 1, "byName": { "x": {} } }),
                "byName.x",
                "one field",
            ),
            (json!([1]), "", "expected an object, found a list"),
        ] {
            let error = read::<Thing>(&value).unwrap_err();
            assert_eq!(error.path(), path, "{value}: {error}");
            assert!(error.to_string().contains(part), "{value}: {error}");
        }
        assert_eq!(
            read::<Value>(&json!({ "any": [1, null] })).unwrap(),
            json!({ "any": [1, null] })
        );
    }
}
