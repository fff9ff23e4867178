//! Rows and the table.

use crate::peers::{HashLayers, ImblOrdMap, Peer, RadixTree, RoaringLayers, RpdsHashTrieMap};
use crate::platform::{NAME, say};
use crate::series::{Series, Values};
use std::collections::BTreeMap;

const WASM: bool = cfg!(target_arch = "wasm32");

/// Whether a value must reach its target or stay within it.
#[derive(Clone, Copy, Debug)]
enum Target {
    AtLeast(f64),
    AtMost(f64),
    None,
}

#[derive(Debug)]
struct Row {
    measure: &'static str,
    workload: String,
    store: &'static str,
    op: &'static str,
    values: Vec<f64>,
    unit: &'static str,
    target: Target,
}

/// Collects values, then rows.
#[derive(Debug, Default)]
pub(crate) struct Report {
    values: BTreeMap<&'static str, Values>,
    rows: Vec<Row>,
}

fn unit(op: &str) -> &'static str {
    match op {
        "bytes" | "countedBytes" | "restoredBytes" => "bytes a block",
        "memory" => "GiB",
        "pointsPerSecond" | "pointsPerSecondWithWrites" | "wholeFleetPointsPerSecond" => {
            "calls a second"
        }
        "write" | "writeOneByOne" | "diff" | "restoreAndWrite" => "ns a block",
        _ => "ns",
    }
}

/// Repeat by repeat.
fn ratios(above: &[f64], below: &[f64]) -> Vec<f64> {
    above.iter().zip(below).map(|(a, b)| a / b).collect()
}

/// The smaller of two peers, repeat by repeat.
fn best(one: &[f64], other: &[f64]) -> Vec<f64> {
    one.iter().zip(other).map(|(a, b)| a.min(*b)).collect()
}

impl Report {
    pub(crate) fn note(
        &mut self,
        workload: &'static str,
        store: &'static str,
        op: &'static str,
        value: f64,
    ) {
        let values = self.values.entry(workload).or_default();
        values.entry((store, op)).or_default().push(value);
    }

    fn get(&self, workload: &str, store: &'static str, op: &'static str) -> Vec<f64> {
        let values = self.values.get(workload);
        let found = values.and_then(|values| values.get(&(store, op)));
        found.cloned().unwrap_or_default()
    }

    fn row(
        &mut self,
        measure: &'static str,
        workload: impl Into<String>,
        (store, op): (&'static str, &'static str),
        values: Vec<f64>,
        (unit, target): (&'static str, Target),
    ) {
        self.rows.push(Row {
            measure,
            workload: workload.into(),
            store,
            op,
            values,
            unit,
            target,
        });
    }

    pub(crate) fn add_series(&mut self, series: &[Series]) {
        for one in series {
            self.values.insert(one.workload.name(), one.values.clone());
        }
        self.write_ratios();
        self.peer_ratios();
    }

    fn write_ratios(&mut self) {
        let to_array = |report: &Self, workload| {
            ratios(
                &report.get(workload, "rplab", "write"),
                &report.get(workload, "array", "write"),
            )
        };
        for (workload, target) in [
            ("W1", Target::AtMost(if WASM { 4.0 } else { 6.0 })),
            ("W2", Target::AtMost(2.5)),
        ] {
            let values = to_array(self, workload);
            let op = ("rplab", "write");
            self.row("writeToPlainArray", workload, op, values, ("ratio", target));
        }
        let hot = ratios(
            &self.get("W1h", "rplab", "write"),
            &self.get("W1", "rplab", "write"),
        );
        let target = ("ratio", Target::AtMost(1.2));
        self.row(
            "hotWriteToRandomWrite",
            "W1h",
            ("rplab", "write"),
            hot,
            target,
        );
        let bytes = self.get("W1", "rplab", "bytes");
        let target = ("bytes a block", Target::AtMost(34.0));
        self.row(
            "bytesPerChangedBlock",
            "W1",
            ("rplab", "bytes"),
            bytes,
            target,
        );
    }

    fn peer_ratios(&mut self) {
        for (workload, target) in [("W1", 5.0), ("W2", 100.0), ("W1h", 2.0)] {
            let peers = best(
                &self.get(workload, RoaringLayers::NAME, "delete"),
                &self.get(workload, HashLayers::NAME, "delete"),
            );
            let target = ("times as fast", Target::AtLeast(target));
            // As the caller sees it, and with what was put off done.
            for op in ["delete", "deleteSettled"] {
                let values = ratios(&peers, &self.get(workload, "rplab", op));
                self.row("deleteToBestPeer", workload, ("rplab", op), values, target);
            }
        }
        let speed = |report: &Self, workload, peer, op| {
            ratios(
                &report.get(workload, peer, op),
                &report.get(workload, "rplab", op),
            )
        };
        let diff = speed(self, "W1", RoaringLayers::NAME, "diff");
        let target = ("times as fast", Target::AtLeast(1.0));
        self.row("sortedDiffToRoaring", "W1", ("rplab", "diff"), diff, target);
        let reads = ["W1", "W2", "W1h"].map(|workload| {
            let speeds = speed(self, workload, RadixTree::NAME, "readOldPoint");
            (workload, speeds)
        });
        let worst = reads
            .into_iter()
            .min_by(|a, b| median(&a.1).total_cmp(&median(&b.1)));
        if let Some((workload, values)) = worst {
            let target = ("times as fast", Target::AtLeast(0.5));
            let (name, op) = (format!("worst ({workload})"), ("rplab", "readOldPoint"));
            self.row("oldReadToRadixTree", name, op, values, target);
        }
        for peer in [ImblOrdMap::NAME, RpdsHashTrieMap::NAME] {
            let writes = speed(self, "W1", peer, "write");
            let target = ("times as fast", Target::None);
            self.row(
                "writeToPersistentMap",
                "W1",
                (peer, "write"),
                writes,
                target,
            );
        }
    }

    pub(crate) fn against_published(
        &mut self,
        workload: &'static str,
        op: &'static str,
        line: f64,
    ) {
        let values = self.get(workload, "rplab", op);
        let source = "prototype, other machine run";
        let target = Target::AtMost(line);
        self.row(
            "publishedPrototype",
            workload,
            (source, op),
            values,
            (unit(op), target),
        );
    }

    fn add_targets_of_questions(&mut self) {
        for op in ["unique", "freed"] {
            let values = self.get("500 points", "rplab", op);
            let target = ("ns", Target::AtMost(1_000.0));
            self.row(
                "accountAt500Points",
                "500 points",
                ("rplab", op),
                values,
                target,
            );
        }
        let rate = self.get("fleet", "rplab", "pointsPerSecond");
        let target = ("calls a second", Target::AtLeast(250_000.0));
        self.row("fleet", "fleet", ("rplab", "pointsPerSecond"), rate, target);
        let memory = self.get("fleet", "rplab", "memory");
        let target = ("GiB", Target::AtMost(2.0));
        self.row("fleet", "fleet", ("rplab", "memory"), memory, target);
    }

    /// Prints all rows as JSON, one a line, then the table.
    pub(crate) fn print(mut self) {
        self.add_targets_of_questions();
        let values = std::mem::take(&mut self.values);
        for (workload, values) in values {
            for ((store, op), values) in values {
                self.row(
                    "value",
                    workload,
                    (store, op),
                    values,
                    (unit(op), Target::None),
                );
            }
        }
        for row in &self.rows {
            say(&row.json());
        }
        say("");
        for row in &self.rows {
            say(&row.text());
        }
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => sorted[count / 2],
        count => f64::midpoint(sorted[count / 2 - 1], sorted[count / 2]),
    }
}

impl Row {
    fn range(&self) -> (f64, f64) {
        let low = self.values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = self
            .values
            .iter()
            .copied()
            .fold(f64::NEG_INFINITY, f64::max);
        (low, high)
    }

    /// The target, and whether the median meets it.
    fn verdict(&self) -> Option<(f64, bool)> {
        let value = median(&self.values);
        match self.target {
            Target::AtLeast(target) => Some((target, value >= target)),
            Target::AtMost(target) => Some((target, value <= target)),
            Target::None => None,
        }
    }

    fn json(&self) -> String {
        let (low, high) = self.range();
        let (target, met) = match self.verdict() {
            Some((target, met)) => (target.to_string(), met.to_string()),
            None => ("null".to_owned(), "null".to_owned()),
        };
        format!(
            r#"{{"measure":"{}","platform":"{NAME}","workload":"{}","store":"{}","op":"{}","value":{:.4},"low":{low:.4},"high":{high:.4},"unit":"{}","target":{target},"met":{met}}}"#,
            self.measure,
            self.workload,
            self.store,
            self.op,
            median(&self.values),
            self.unit,
        )
    }

    fn text(&self) -> String {
        let (low, high) = self.range();
        let value = format!(
            "{:.2} ({low:.2} .. {high:.2}) {}",
            median(&self.values),
            self.unit
        );
        let what = format!("{} {} {}", self.workload, self.store, self.op);
        let verdict = match self.verdict() {
            Some((target, true)) => format!("  target {target}: met"),
            Some((target, false)) => format!("  target {target}: NOT MET"),
            None => String::new(),
        };
        format!("{NAME:<7} {:<22} {what:<46} {value}{verdict}", self.measure)
    }
}
