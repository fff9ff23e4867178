//! Numbers that bound restore points, shared by the assessment and the simulator.

use super::Edition;
use crate::json::{self, Read, Write};
use crate::order::SmallMap;
use std::sync::OnceLock;

/// The limits of an edition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Limits {
    /// The first edition that they hold in.
    pub from: Edition,
    /// Restore points of a VM over all its collections.
    pub restore_points_per_vm: u64,
    /// Which points count against it.
    pub counts: CountedPoints,
    /// The first version of the REST interface for application-consistent points.
    pub min_api_version_application: String,
    /// The first version for crash-consistent points.
    pub min_api_version_crash: String,
    /// Creations that may run at once for a VM.
    pub concurrent_creations_per_vm: u64,
    /// The rule behind each limit, by its name here.
    #[cfg_attr(feature = "wasm", tsify(type = "Record<string, string>"))]
    pub rules: SmallMap<String, String>,
}

/// Which points a limit counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum CountedPoints {
    /// Those that exist.
    #[default]
    Retained,
    /// Those that were ever created.
    Created,
}

/// The limits of an edition. An edition before the first page on restore points has those of that page.
#[must_use]
pub fn limits(edition: Edition) -> &'static Limits {
    static LIMITS: OnceLock<Vec<Limits>> = OnceLock::new();
    static NONE: OnceLock<Limits> = OnceLock::new();
    // The file is part of the program; a test proves that it parses.
    let all = LIMITS.get_or_init(|| json::embedded(include_str!("../../data/limits.json")));
    let newest = all.iter().rev().find(|limits| limits.from <= edition);
    newest.unwrap_or_else(|| NONE.get_or_init(Limits::default))
}
