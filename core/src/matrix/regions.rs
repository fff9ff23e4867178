//! Regions: their names, and where points can be copied to.

use crate::json::{self, Read};
use std::sync::OnceLock;

/// A part of the list of regions that restore points can be copied between.
#[derive(Clone, Debug, PartialEq, Eq, Read)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegionArea {
    /// The area's name in the page.
    pub area: String,
    /// The rule that lists it.
    pub rule: String,
    /// Its regions, normalised.
    pub regions: Vec<String>,
}

/// A region.
#[derive(Clone, Debug, PartialEq, Eq, Read)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Region {
    /// Its name, normalised.
    pub name: String,
    /// How many availability zones it has.
    pub zones: u64,
    /// The region that it is paired with, where it has one.
    #[serde(default)]
    pub pair: Option<String>,
}

#[derive(Default, Read)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Regions {
    cross_region: Vec<RegionArea>,
    regions: Vec<Region>,
}

fn data() -> &'static Regions {
    static REGIONS: OnceLock<Regions> = OnceLock::new();
    // The file is part of the program; a test proves that it parses.
    REGIONS.get_or_init(|| json::embedded(include_str!("../../data/regions.json")))
}

/// What is known of a region, given in any spelling.
#[must_use]
pub fn region(name: &str) -> Option<&'static Region> {
    let name = normalise_region(name);
    data().regions.iter().find(|region| region.name == name)
}

/// The areas of the page's list (S2-20 to S2-23).
#[must_use]
pub fn cross_region_areas() -> &'static [RegionArea] {
    &data().cross_region
}

/// The regions that points can be copied from and to, normalised.
#[must_use]
pub fn cross_region_regions() -> Vec<&'static str> {
    let areas = cross_region_areas().iter();
    areas
        .flat_map(|area| area.regions.iter().map(String::as_str))
        .collect()
}

/// The name by which the pages know a region. None names those in which the service tries itself out
/// (`eastus2euap`): they go by the public ones beside them.
#[must_use]
pub(super) fn public_region(name: &str) -> String {
    let mut name = normalise_region(name);
    let public = name.strip_suffix("euap").map_or(name.len(), str::len);
    name.truncate(public);
    name
}

/// Whether Azure has a region of this name, in any spelling.
#[must_use]
pub fn region_exists(name: &str) -> bool {
    region(&public_region(name)).is_some()
}

/// A region's name as ARM writes it: `East US 2` is `eastus2`.
#[must_use]
pub fn normalise_region(name: &str) -> String {
    let kept = name.chars().filter(|c| c.is_ascii_alphanumeric());
    kept.map(|c| c.to_ascii_lowercase()).collect()
}
