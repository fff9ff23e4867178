//! Tables: the CSV of Resource Graph, one resource a row with objects as JSON in cells, and our own.

use super::assemble::{Assembly, warning};
use super::collect::Found;
use super::own_csv;
use super::split::Fault;
use super::unread::is_known;
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
        let cells = || header.iter().zip(&record);
        let is_cut = |(name, cell): &(&String, &String)| is_known(name) && value(cell).is_none();
        let cut = cells().find(is_cut).map(|(name, _)| name.as_str());
        // Resource Graph writes every cell of a row.
        let missing = header.get(record.len()).map(String::as_str);
        if let Some(column) = cut.or(missing) {
            let what = format!(
                "a row whose cell `{column}` is cut off, as spreadsheets do with long ones; export it again and give the file as it is"
            );
            found.leave_out(&format!("{input}:{line}"), &what, "CutOff");
        } else {
            let cells = cells().map(|(name, cell)| {
                let value = value(cell).unwrap_or_else(|| cell.as_str().into());
                (name.clone(), value)
            });
            found.read(json::object(cells), format!("{input}[{}]", self.taken));
        }
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

/// What a cell says; `None` for JSON that does not end.
fn value(cell: &str) -> Option<Value> {
    match cell.chars().next() {
        None => Some(Value::Null),
        Some('{' | '[') => json::parse(cell).ok(),
        Some(_) if cell == "null" => Some(Value::Null),
        Some(_) => Some(cell.into()),
    }
}
