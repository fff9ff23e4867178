//! The CSV of Resource Graph: one resource a row, objects as JSON in cells.

use crate::json;
use serde_json::Value;

/// The rows of a CSV text, quoted as RFC 4180 has it.
pub(super) fn records(text: &str) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                cell.push('"');
                chars.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !record.is_empty() {
        record.push(cell);
        records.push(record);
    }
    records
}

/// The resources of a Resource Graph export; `None` where the header is not that of one.
pub(super) fn resources(text: &str) -> Option<Value> {
    let mut records = records(text).into_iter();
    let header: Vec<String> = records
        .next()?
        .into_iter()
        .map(|name| name.trim().to_owned())
        .collect();
    let has = |name: &str| {
        header
            .iter()
            .any(|column| column.eq_ignore_ascii_case(name))
    };
    if !has("id") || !has("properties") {
        return None;
    }
    let rows = records.filter(|record| record.iter().any(|cell| !cell.is_empty()));
    let rows = rows.map(|record| {
        let cells = header
            .iter()
            .cloned()
            .zip(record.iter().map(|cell| value(cell)));
        json::object(cells)
    });
    Some(Value::Array(rows.collect()))
}

fn value(cell: &str) -> Value {
    let cell = cell.trim();
    match cell.chars().next() {
        None => Value::Null,
        Some('{' | '[') => crate::json::parse(cell).unwrap_or_else(|_| cell.into()),
        Some(_) if cell == "null" => Value::Null,
        Some(_) => cell.into(),
    }
}
