//! The ledger: where the pages contradict each other, and what is followed.

use super::Edition;
use crate::json::{self, Read};
use crate::order;
use serde::Serialize;
use std::sync::OnceLock;

/// Rules that say different things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Read)]
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

/// Every contradiction that concerns restore points.
#[must_use]
pub fn ledger() -> &'static [LedgerEntry] {
    static LEDGER: OnceLock<Vec<LedgerEntry>> = OnceLock::new();
    // The file is part of the program; a test proves that it parses.
    LEDGER.get_or_init(|| json::embedded(include_str!("../../data/ledger.json")))
}

/// The rules that say something else than one of `rules`, sorted. A row that weighs both sides
/// against each other names both.
pub(super) fn against(rules: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for entry in ledger() {
        for (side, other) in [(&entry.left, &entry.right), (&entry.right, &entry.left)] {
            if side.iter().any(|rule| rules.contains(rule)) {
                found.extend(other.iter().cloned());
            }
        }
    }
    order::few(found)
}
