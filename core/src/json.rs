//! Reading JSON into types, with the place of what does not fit.
//!
//! One deserializer for everything that is read: callers' input and the data files of the crate. It is
//! our own because size counts in WebAssembly: every type is compiled for this one reader and for no
//! other, and the path is put together only when there is an error.

mod error;
mod reader;

pub use error::ReadError;

use reader::Reader;
use serde::Deserialize;
use serde_json::Value;

/// Reads a value into a type.
///
/// # Errors
/// What does not fit and where.
pub fn read<'a, T: Deserialize<'a>>(value: &'a Value) -> Result<T, ReadError> {
    T::deserialize(Reader::new(value))
}

/// A data file of this crate. That it can be read is shown by a test of its module.
pub(crate) fn embedded<T: for<'a> Deserialize<'a> + Default>(text: &str) -> T {
    serde_json::from_str::<Value>(text)
        .ok()
        .and_then(|value| read(&value).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::read;
    use serde::Deserialize;
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Thing {
        size: u32,
        #[serde(default)]
        parts: Vec<Part>,
        #[serde(default)]
        by_name: BTreeMap<String, Kind>,
        extra: Option<i64>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Part {
        name: String,
    }

    #[derive(Debug, PartialEq, Deserialize)]
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
