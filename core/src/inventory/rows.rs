//! Tables: the CSV of Resource Graph, one resource a row with objects as JSON in cells, and our own.

use super::assemble::{Assembly, warning};
use super::collect::Found;
use super::own_csv;
use super::split::Fault;
use crate::json;
use serde_json::Value;

/// The rows of a table so far.
#[derive(Debug)]
pub(super) struct Rows {
    is_own: bool,
    header: Option<Vec<String>>,
    taken: usize,
}

/// Whether a line is the header of a table that can be read.
pub(super) fn is_table(header: &str) -> bool {
    Rows::of_header(header).is_some()
}

impl Rows {
    /// By the header's columns: `id` and `properties`, or `machine`.
    pub(super) fn of_header(header: &str) -> Option<Self> {
        let has = |name: &str| {
            let mut columns = header.split([',', ';', '\t']);
            columns.any(|column| column.trim().trim_matches('"').eq_ignore_ascii_case(name))
        };
        let is_own = has("machine");
        (is_own || has("id") && has("properties")).then_some(Self {
            is_own,
            header: None,
            taken: 0,
        })
    }

    /// Takes a record; the first is the header.
    pub(super) fn take(
        &mut self,
        record: Vec<String>,
        line: u64,
        input: &str,
        found: &mut Found,
        assembly: &mut Assembly,
    ) -> Result<(), Fault> {
        let Some(header) = &self.header else {
            twice(&record, &format!("{input}:{line}"), found);
            self.header = Some(record);
            return Ok(());
        };
        if self.is_own {
            own_csv::row(header, &record, &format!("{input}:{line}"), found, assembly);
            return Ok(());
        }
        let cells = header.iter().cloned();
        let row = json::object(cells.zip(record.iter().map(|cell| value(cell))));
        found.read(row, format!("{input}[{}]", self.taken));
        self.taken += 1;
        assembly.take(found);
        Ok(())
    }
}

/// Tells the columns that are there twice.
fn twice(header: &[String], path: &str, found: &mut Found) {
    for (at, column) in header.iter().enumerate().filter(|(_, own)| !own.is_empty()) {
        let mut earlier = header.iter().take(at);
        if earlier.any(|own| own.eq_ignore_ascii_case(column)) {
            let message = format!(
                "the column `{column}` is there twice; the last cell that is not empty counts"
            );
            found
                .problems
                .push(warning("DuplicateColumn", path, message));
        }
    }
}

fn value(cell: &str) -> Value {
    match cell.chars().next() {
        None => Value::Null,
        Some('{' | '[') => json::parse(cell).unwrap_or_else(|_| cell.into()),
        Some(_) if cell == "null" => Value::Null,
        Some(_) => cell.into(),
    }
}
