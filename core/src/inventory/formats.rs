//! Ways into the part that reads what is no list of resources in JSON: templates, plans, tables, packed files.

use super::assemble::Assembly;
use super::collect::Found;
use super::csv::Records;
use super::declared::{self, Declares};
use super::gzip::Gunzip;
use super::rows::Rows;
use super::split::Fault;
use rplab_derive::part;
use serde_json::Value;

/// The resources that a template or a plan declares.
#[part(formats)]
pub(super) fn declared(
    by: Declares,
    value: &Value,
    path: &str,
    found: &mut Found,
) -> Vec<(String, Value)> {
    declared::resources(by, value, path, found)
}

/// A packed file of nothing yet.
#[part(formats)]
pub(super) fn packed() -> Gunzip {
    Gunzip::new()
}

/// Unpacks a chunk.
#[part(formats)]
pub(super) fn unpack(
    packed: &mut Gunzip,
    chunk: &[u8],
    out: &mut dyn FnMut(&[u8]),
) -> Result<(), &'static str> {
    packed.push(chunk, out)
}

/// Takes a table's next rows; `None` is its end.
#[part(formats)]
pub(super) fn table(
    records: &mut Records,
    rows: &mut Rows,
    text: Option<&[u8]>,
    input: &str,
    found: &mut Found,
    assembly: &mut Assembly,
) -> Result<(), Fault> {
    let mut take = |record: Vec<String>, line: u64| rows.take(record, line, input, found, assembly);
    match text {
        Some(text) => records.push(text, &mut take),
        None => records.finish(&mut take),
    }
}
