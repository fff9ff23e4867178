//! The service's visible state against an independent, naive model, driven by random commands.
//!
//! The model keeps full copies of every block and lists of everything, knows nothing of snapshots,
//! agendas or records, and says for each command whether it is refused and with which code.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

mod model;
mod run;
mod step;

use proptest::prelude::*;
use rplab_core::api::Lab;
use run::Run;
use step::{Step, step};

const BLOCK: u64 = 2 << 20;
const BLOCKS: usize = 512;
const DISKS: [&str; 2] = ["os", "data"];
const LIMIT: usize = 8;
/// Of the remainders by four, commands and deletions have 0, creations 2 and copies an odd one: what a creation or
/// a copy ends with never falls into the very second of a deletion. What arrives then may, and was there before.
const CREATE: u64 = 62;
const DELETE: u64 = 200;
const DELETE_COLLECTION: u64 = 328;
const COPY_START: u64 = 7;
/// A copy that takes longer is given up.
const COPY_ENDS: u64 = 300;
/// Seconds that a block travels.
const SECONDS_PER_BLOCK: u64 = 2;
/// The VM's region, and the other one.
const REGIONS: [&str; 2] = ["eastus", "westus"];

/// Carries steps out, comparing after each one.
fn run(steps: &[Step]) -> Run {
    let mut run = Run::new();
    for step in steps {
        run.apply(step);
        run.compare();
    }
    run
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_service_does_what_the_model_says(steps in prop::collection::vec(step(), 1..70)) {
        let run = run(&steps);
        let file = rplab_core::json::write(&run.lab().export_scenario());
        prop_assert_eq!(Lab::from_scenario(file).unwrap().digest(), run.lab().digest());
    }
}

/// A run of chosen steps meets what chance seldom does: every kind of step, carried out and refused.
#[test]
fn every_kind_of_step_is_met_both_ways() {
    let mut met = run::Met::default();
    let (mut waits, mut taken_over) = (0, 0);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let steps = prop::collection::vec(step(), 60..61);
    for _ in 0..120 {
        let tree = steps.new_tree(&mut runner).unwrap();
        let done = run(&proptest::strategy::ValueTree::current(&tree));
        met.add(done.met());
        let (more, over) = done.waited();
        (waits, taken_over) = (waits + more, taken_over + over);
    }
    let missing = met.missing();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(
        waits > 0 && taken_over > 0,
        "{waits} disks waited, {taken_over} took over"
    );
}
