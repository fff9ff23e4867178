//! Questions about a disk with 500 points.

use crate::clock::nanoseconds;
use crate::peers::{Peer, Product};
use crate::report::Report;
use rplab_core::prng::Stream;
use rplab_core::units::BlockRange;
use std::hint::black_box;

const POINTS: usize = 500;
/// A small disk, so that points overwrite each other's blocks.
const BLOCKS: u64 = 1 << 16;
const WRITES: usize = 200;

/// Times the accounts of each of the points.
pub(crate) fn repeat(report: &mut Report) {
    let mut stream = Stream::named(5, "questions");
    let mut product = Product::new();
    for point in 0..POINTS {
        let mut one = || {
            let first = stream.below(BLOCKS);
            BlockRange { first, last: first }
        };
        let writes: Vec<BlockRange> = (0..WRITES).map(|_| one()).collect();
        product.write(&writes, point as u64 + 1);
        product.snapshot();
    }
    let (store, points) = (&product.store, &product.points);
    let mut ask = |op: &'static str, question: &dyn Fn(usize) -> u64| {
        let (time, sum) = nanoseconds(|| (0..POINTS).map(question).fold(0, u64::wrapping_add));
        black_box(sum);
        report.note("500 points", "rplab", op, time / POINTS as f64);
    };
    ask("unique", &|at| store.unique(points[at]).expect("a point").0);
    ask("freed", &|at| {
        store.freed_by(&points[at..=at]).expect("a point").0
    });
    ask("usage", &|at| {
        store.usage(points[at]).expect("a point").unique.0
    });
    let ten = |at: usize| &points[at / 10 * 10..at / 10 * 10 + 10];
    ask("freedByTen", &|at| {
        store.freed_by(ten(at)).expect("points").0
    });
}
