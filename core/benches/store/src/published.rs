//! Figures of a prototype of this store, measured on another machine: a line to pass, not a peer.

use crate::report::Report;

/// Workload, operation of the rows, value, unit.
const FIGURES: [(&str, &str, f64); 6] = [
    ("W1", "write", 116.0),
    ("W2", "write", 8.0),
    ("W1h", "write", 94.0),
    ("W1", "bytes", 38.2),
    ("W1", "diff", 18.5),
    ("W1", "delete", 1_005_000.0),
];

pub(crate) fn add(report: &mut Report) {
    if cfg!(target_arch = "wasm32") {
        return;
    }
    for (workload, op, value) in FIGURES {
        report.against_published(workload, op, value);
    }
}
