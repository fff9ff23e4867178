//! The closed vocabulary of facts: one entry for each name, with its type, what its absence means
//! and where it comes from. The entries are data, `core/data/facts.json`.

mod entry;
mod validate;

pub use entry::{Absence, FactEntry, FactSource, FactSubject, FactType};
pub use validate::{FactError, near_word, nearest_word, validate, validate_facts};

use crate::order;
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
    ranked(subject, name).map(|(_, entry)| entry)
}

/// The entry of `name` for a subject, and its place among all names in their order.
pub(crate) fn ranked(subject: FactSubject, name: &str) -> Option<(u16, &'static FactEntry)> {
    type Alike = Vec<(u16, &'static FactEntry)>;
    static PLACES: OnceLock<Vec<Alike>> = OnceLock::new();
    let places = PLACES.get_or_init(|| {
        let names = order::few(vocabulary().iter().map(|entry| entry.name.as_str()));
        let mut places: Vec<Alike> = vec![Vec::new(); 256];
        for entry in vocabulary() {
            let rank = names.binary_search(&entry.name.as_str());
            let rank = rank.ok().and_then(|rank| u16::try_from(rank).ok());
            let alike = places.get_mut(usize::from(place(&entry.name)));
            if let (Some(rank), Some(alike)) = (rank, alike) {
                alike.push((rank, entry));
            }
        }
        places
    });
    let mut alike = places.get(usize::from(place(name)))?.iter().copied();
    alike.find(|(_, entry)| entry.subject == subject && entry.name == name)
}

/// Names are told apart by their length and three of their letters, for a fleet has millions of them.
fn place(name: &str) -> u8 {
    let name = name.as_bytes();
    let letter = |at: usize| name.get(at).copied().unwrap_or_default();
    let ends = letter(0).wrapping_mul(31) ^ letter(name.len().wrapping_sub(1)).wrapping_mul(7);
    let middle = letter(name.len() / 2).wrapping_mul(13);
    ends ^ middle
        ^ u8::try_from(name.len() & 0xFF)
            .unwrap_or_default()
            .wrapping_mul(67)
}
