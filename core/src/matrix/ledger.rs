//! The ledger: where the pages contradict each other, and what is followed.

use super::Edition;
use crate::json::{self, Read, Write};
use crate::order;
use std::sync::OnceLock;

/// Rules that say different things.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LedgerEntry {
    /// Its number.
    pub number: u32,
    /// What it is about.
    pub what: String,
    /// The rules of one side.
    pub left: Vec<String>,
    /// The rules of the other.
    pub right: Vec<String>,
    /// What is followed, oldest edition first.
    pub followed: Vec<Followed>,
}

/// What is followed from an edition on.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Followed {
    /// The first edition.
    pub from: Edition,
    /// Which side.
    pub side: LedgerSide,
    /// Why.
    pub why: String,
}

/// A side of a contradiction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum LedgerSide {
    /// The rules of `left`.
    Left,
    /// The rules of `right`.
    Right,
    /// Both hold, each in its place.
    Both,
}

/// The rules of both sides. Apart from the words, which who judges has no use for.
#[derive(Debug, Read)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Sides {
    number: u32,
    left: Vec<String>,
    right: Vec<String>,
}

/// What is said of both sides.
#[derive(Debug, Read)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Words {
    number: u32,
    what: String,
    followed: Vec<Followed>,
}

// The files are part of the program; a test proves that they parse and belong together.
fn sides() -> &'static [Sides] {
    static SIDES: OnceLock<Vec<Sides>> = OnceLock::new();
    SIDES.get_or_init(|| json::embedded(include_str!("../../data/ledger.json")))
}

/// Every contradiction that concerns restore points.
#[must_use]
pub fn ledger() -> &'static [LedgerEntry] {
    static LEDGER: OnceLock<Vec<LedgerEntry>> = OnceLock::new();
    LEDGER.get_or_init(|| {
        let words: Vec<Words> = json::embedded(include_str!("../../data/ledger-words.json"));
        let entry = |words: Words| {
            let sides = sides().iter().find(|sides| sides.number == words.number)?;
            Some(LedgerEntry {
                number: words.number,
                what: words.what,
                left: sides.left.clone(),
                right: sides.right.clone(),
                followed: words.followed,
            })
        };
        words.into_iter().filter_map(entry).collect()
    })
}

/// The rules that say something else than one of `rules`, sorted. A row that weighs both sides
/// against each other names both.
pub(super) fn against(rules: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for entry in sides() {
        for (side, other) in [(&entry.left, &entry.right), (&entry.right, &entry.left)] {
            if side.iter().any(|rule| rules.contains(rule)) {
                found.extend(other.iter().cloned());
            }
        }
    }
    order::few(found)
}

#[cfg(test)]
mod tests {
    use super::{ledger, sides};

    #[test]
    fn every_contradiction_has_its_words_and_every_word_its_sides() {
        let of_sides: Vec<u32> = sides().iter().map(|entry| entry.number).collect();
        let of_words: Vec<u32> = ledger().iter().map(|entry| entry.number).collect();
        assert_eq!(of_words, of_sides);
    }
}
