//! CSV.

use super::Document;

pub(super) fn write(document: &Document) -> String {
    let mut lines = String::new();
    let mut add = |section: &str, cells: &mut dyn Iterator<Item = &str>| {
        lines += &cell(section);
        cells.for_each(|text| {
            lines.push(',');
            lines += &cell(text);
        });
        lines += "\r\n";
    };
    for section in &document.sections {
        for text in &section.text {
            add(&section.heading, &mut std::iter::once(text.as_str()));
        }
        if !section.rows.is_empty() {
            add(
                &section.heading,
                &mut section.columns.iter().map(String::as_str),
            );
            for row in &section.rows {
                add(&section.heading, &mut row.iter().map(String::as_str));
            }
        }
    }
    lines
}

/// A cell; one that a spreadsheet would take for a formula is made a text.
#[must_use]
pub fn cell(cell: &str) -> String {
    let mark = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    if mark.is_empty() && !cell.contains([',', '"', '\n', '\r']) {
        return cell.to_owned();
    }
    format!("\"{mark}{}\"", cell.replace('"', "\"\""))
}
