//! Fields that nothing is concluded from: counted by name, and their secrets dropped.

use super::UnreadField;
use super::secrets::is_secret;
use crate::order::SmallMap;
use serde_json::Value;

/// How many names are listed; what is beyond is counted as one.
const MOST: usize = 200;

/// Names that are read, or known to decide nothing, in lower case and alphabetical order.
const KNOWN: &str = include_str!("../../data/known-fields.txt");

/// Fields whose content is a user's own and is not looked into.
const OPAQUE: [&str; 4] = ["tags", "userAssignedIdentities", "settings", "identity"];

/// The fields so far.
#[derive(Debug, Default)]
pub(super) struct Unread {
    fields: SmallMap<String, UnreadField>,
    pub(super) secrets: u64,
}

impl Unread {
    /// Looks at the names of a resource.
    pub(super) fn look(&mut self, value: &Value, path: &str) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                    if is_known(name) {
                        if !OPAQUE.iter().any(|own| own.eq_ignore_ascii_case(name)) {
                            self.look(value, path);
                        }
                    } else if is_secret(name) && holds_text(value) {
                        self.secrets += 1;
                    } else if !is_empty(value) {
                        self.count(name, path);
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.look(item, path)),
            _ => {}
        }
    }

    /// Counts a field that is not understood.
    pub(super) fn count(&mut self, name: &str, path: &str) {
        let known = self.fields.get(name).is_some() || self.fields.len() < MOST;
        let name = if known { name } else { "(others)" };
        let first = || UnreadField {
            field: name.to_owned(),
            count: 0,
            path: path.to_owned(),
        };
        if let Some(field) = self.fields.or_insert_with(name.to_owned(), first) {
            field.count += 1;
        }
    }

    pub(super) fn take_fields(&mut self) -> Vec<UnreadField> {
        std::mem::take(&mut self.fields).into_values().collect()
    }
}

fn holds_text(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => false,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

fn is_known(name: &str) -> bool {
    use std::sync::OnceLock;
    static WORDS: OnceLock<Vec<&str>> = OnceLock::new();
    let words = WORDS.get_or_init(|| KNOWN.split_ascii_whitespace().collect());
    let folded = || name.bytes().map(|byte| byte.to_ascii_lowercase());
    words
        .binary_search_by(|word| word.bytes().cmp(folded()))
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, is_known};

    #[test]
    fn the_known_names_are_in_order() {
        let words: Vec<&str> = KNOWN.split_ascii_whitespace().collect();
        assert!(words.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(is_known("STORAGEPROFILE") && is_known("id") && !is_known("nonsense"));
    }
}
