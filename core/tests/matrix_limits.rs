//! Limits and regions that the simulator shares with the assessment.

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use rplab_core::matrix::{CountedPoints, Edition, cross_region_regions, limits, normalise_region};

#[test]
fn the_stricter_page_of_a_day_counts_until_a_newer_one_says_more() {
    let before = limits(Edition::E2022_02);
    assert_eq!(
        (before.restore_points_per_vm, before.counts),
        (200, CountedPoints::Created)
    );
    for edition in [Edition::E2022_07, Edition::E2023_07, Edition::Beyond] {
        let limits = limits(edition);
        assert_eq!(
            (limits.restore_points_per_vm, limits.counts),
            (500, CountedPoints::Retained)
        );
        assert_eq!(limits.min_api_version_application, "2021-03-01");
        assert_eq!(limits.min_api_version_crash, "2021-07-01");
    }
}

#[test]
fn a_region_is_the_same_however_it_is_written() {
    for name in ["East US 2", "eastus2", "EASTUS2", "East  US-2"] {
        assert_eq!(normalise_region(name), "eastus2");
    }
    let regions = cross_region_regions();
    assert_eq!(regions.len(), 13);
    assert!(
        regions
            .iter()
            .all(|region| normalise_region(region) == *region)
    );
}
