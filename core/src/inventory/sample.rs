//! The fleet that a new user meets.

use crate::model::Fleet;
use std::sync::OnceLock;

/// A fleet to start from: eight machines of a shop that are judged differently.
#[must_use]
pub fn sample_fleet() -> Fleet {
    static FLEET: OnceLock<Fleet> = OnceLock::new();
    // The file is part of the program; a test proves that it parses.
    let fleet =
        FLEET.get_or_init(|| crate::json::embedded(include_str!("../../data/sample-fleet.json")));
    fleet.clone()
}
