//! Fields that nothing is concluded from: counted by name, and their secrets dropped.

use super::UnreadField;
use super::node::Node;
use super::secrets::is_secret;
use crate::order::{self, SmallMap};

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
    pub(super) fn look(&mut self, node: Node<'_>, path: &str) {
        if node.is_list() {
            for item in node.list() {
                self.look(item, path);
            }
        }
        node.members(&mut |name, tag, value| {
            if !value.exists() {
                return;
            }
            if is_tagged(name, tag) {
                if value.is_composed() && !is_opaque(name) {
                    self.look(value, path);
                }
            } else if is_secret(name) && value.is_composed() && !value.is_empty() {
                self.secrets += 1;
            } else if !value.is_empty() {
                self.count(name, path);
            }
        });
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

    /// Adds what was found in another resource of the same shape.
    pub(super) fn add(&mut self, other: &Self, path: &str) {
        self.secrets += other.secrets;
        for field in other.fields.values() {
            for _ in 0..field.count {
                self.count(&field.field, path);
            }
        }
    }

    pub(super) fn take_fields(&mut self) -> Vec<UnreadField> {
        std::mem::take(&mut self.fields).into_values().collect()
    }
}

/// Whether the content of a field of this name is a user's own.
pub(super) fn is_opaque(name: &str) -> bool {
    OPAQUE.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// Whether a field of this name is read, or known to decide nothing.
pub(super) fn is_known(name: &str) -> bool {
    is_tagged(name, rplab_scan::tag(name))
}

fn is_tagged(name: &str, tag: u32) -> bool {
    use std::sync::OnceLock;
    // By tag, for most names that differ do so in that.
    static WORDS: OnceLock<Vec<(u64, &str)>> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        let words = KNOWN.split_ascii_whitespace();
        let tagged = words.map(|word| (u64::from(rplab_scan::tag(word)), word));
        order::by(tagged.collect(), |(tag, _)| *tag)
    });
    let first = words.partition_point(|(own, _)| *own < u64::from(tag));
    let alike = words.iter().skip(first);
    let mut alike = alike.take_while(|(own, _)| *own == u64::from(tag));
    alike.any(|(_, word)| word.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, is_known};

    #[test]
    fn the_known_names_are_in_order() {
        let words: Vec<&str> = KNOWN.split_ascii_whitespace().collect();
        assert!(words.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(words.iter().all(|word| is_known(word)));
        assert!(is_known("STORAGEPROFILE") && is_known("id") && !is_known("nonsense"));
    }
}
