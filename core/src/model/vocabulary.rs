//! The closed vocabulary of facts: one entry for each name, with its type, what its absence means
//! and where it comes from. The entries are data, `core/data/facts.json`.

mod entry;
mod validate;

pub use entry::{Absence, FactEntry, FactSource, FactSubject, FactType};
pub use validate::{FactError, validate, validate_facts};

use crate::order::SmallMap;
use std::sync::OnceLock;

/// Every fact, in the order of the file: machine facts, then disk facts.
#[must_use]
pub fn vocabulary() -> &'static [FactEntry] {
    static ENTRIES: OnceLock<Vec<FactEntry>> = OnceLock::new();
    // The file is part of the program; a test proves that it parses.
    ENTRIES.get_or_init(|| crate::json::embedded(include_str!("../../data/facts.json")))
}

/// The entry of `name` for a subject.
#[must_use]
pub fn entry(subject: FactSubject, name: &str) -> Option<&'static FactEntry> {
    type Index = SmallMap<(FactSubject, &'static str), &'static FactEntry>;
    static INDEX: OnceLock<Index> = OnceLock::new();
    let index = INDEX.get_or_init(|| {
        let entries = vocabulary().iter();
        let by_name = entries.map(|entry| ((entry.subject, entry.name.as_str()), entry));
        by_name.collect()
    });
    index.get(&(subject, name)).copied()
}
