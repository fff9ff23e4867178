//! The block store against its peers, and commands of the lifecycle. The store: one process, in turn, the same writes for all.
//!
//! Every store plays the same writes. Each count that two of them give (changed blocks, freed blocks,
//! content read) must be the same, or the bench stops with an error: a peer that is wrong is no peer.
#![allow(
    clippy::indexing_slicing,
    reason = "a bench stops at the first surprise"
)]

pub mod allocations;
mod clock;
mod fleet;
pub mod lifecycle;
mod node;
mod peers;
mod platform;
mod published;
mod questions;
mod report;
mod requests;
mod series;
pub mod workload;

use report::Report;
use workload::Workload;

/// Measures everything and prints the rows, one JSON object a line, then a table.
pub fn run(quick: bool) {
    let sizes = workload::Sizes::of(quick);
    let mut report = Report::default();
    let mut series: Vec<series::Series> = Workload::ALL.map(series::Series::new).into();
    for repeat in 0..sizes.repeats {
        for one in &mut series {
            one.repeat(&sizes, repeat);
        }
        fleet::repeat(&sizes, &mut report);
        questions::repeat(&mut report);
    }
    report.add_series(&series);
    fleet::memory(&sizes, &mut report);
    published::add(&mut report);
    report.print();
}
