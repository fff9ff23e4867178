//! Markdown.

use super::{Document, seen};

pub(super) fn write(document: &Document) -> String {
    let mut lines = format!("# {}\n", inert(&document.title));
    for section in &document.sections {
        lines += &format!("\n## {}\n", inert(&section.heading));
        for text in &section.text {
            lines += &format!("\n{}\n", inert(text));
        }
        if !section.rows.is_empty() {
            let columns = section.columns.iter().map(|column| inert(column));
            lines += &format!(
                "\n{}|{}\n",
                row(columns),
                "---|".repeat(section.columns.len())
            );
            for cells in &section.rows {
                lines += &row(cells.iter().map(|cell| inert(cell)));
            }
        }
    }
    lines
}

fn row(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.collect();
    format!("| {} |\n", cells.join(" | "))
}

/// A text that begins no markup.
fn inert(text: &str) -> String {
    let mut line = String::new();
    for c in seen(text).chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => {
                line.extend(['\\', c])
            }
            '<' => line.push_str("&lt;"),
            '>' => line.push_str("&gt;"),
            '&' => line.push_str("&amp;"),
            '@' => line.push_str("&#64;"),
            c => line.push(c),
        }
    }
    // Addresses become links by themselves.
    let line = line.replace("://", "&#58;//").replace("www.", "www&#46;");
    // A paragraph that would be a list, or a rule.
    match line.chars().next() {
        Some(c @ ('-' | '+' | '=')) => format!("\\{c}{}", line.get(1..).unwrap_or_default()),
        _ => line,
    }
}
