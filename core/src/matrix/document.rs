//! `docs/support-matrix.md`, made from the data.

use super::example::difference;
use super::{
    Citation, JudgedBy, LedgerSide, MatrixRow, Simulated, ledger, page::rule, support_matrix,
};
use crate::order::{self, SmallMap};
use std::fmt::Write;

/// The whole matrix and the ledger as Markdown.
#[must_use]
pub fn support_matrix_markdown() -> String {
    let rows = support_matrix();
    let mut text = String::from(
        "# Support matrix\n\nMade from `core/data`; change the data, then run the tests with `UPDATE=1`.\n\n",
    );
    text.push_str(&index(&rows));
    text.push_str(
        "\n## Rows that facts decide\n\n\
         An example is what differs from a plain Windows VM with a premium OS disk and a premium data disk.\n\n\
         | Service | Rules | Row | Verdict | When | What is so | Way out | Editions | Conflicts with | Example |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for row in rows.iter().filter(|row| row.judged_by != JudgedBy::Engine) {
        let _ = writeln!(
            text,
            "| {} | {} | <a id=\"{}\"></a>{} | {} | {} | {} | {} | {} to {} | {} | `{}` |",
            services(row),
            places(row),
            row.id,
            cell(&row.label),
            row.verdict.as_str(),
            cell(&row.when),
            cell(&row.text),
            cell(&row.remedy),
            row.from.as_str(),
            row.until.as_str(),
            row.conflicts_with.join(", "),
            cell(&difference(&row.id).unwrap_or_default())
        );
    }
    text.push_str(
        "\n## Rows that the lab shows\n\n\
         | Service | Rules | Row | What is so | In the lab |\n| --- | --- | --- | --- | --- |\n",
    );
    for row in rows.iter().filter(|row| row.simulated.is_some()) {
        let _ = writeln!(
            text,
            "| {} | {} | {}{} | {} | {} |",
            services(row),
            places(row),
            // A row of both lists is linked where facts decide it.
            match row.judged_by {
                JudgedBy::Engine => format!("<a id=\"{}\"></a>", row.id),
                _ => String::new(),
            },
            cell(&row.label),
            cell(&row.text),
            cell(&simulated(row))
        );
    }
    text.push_str(&contradictions());
    text
}

/// Links to every row: by service, by what it is about, by page.
fn index(rows: &[MatrixRow]) -> String {
    type Of = fn(&MatrixRow) -> Vec<String>;
    let by: [(&str, Of); 3] = [
        ("service", |row| row.services.iter().map(word).collect()),
        ("subject", |row| vec![word(&row.subject)]),
        ("page", |row| {
            let rules = row.rules.iter().map(|rule| &rule.citation);
            let cited = rules.chain(&row.citations);
            let pages = cited.map(|cited| cited.page.split(' ').next().unwrap_or_default());
            order::few(pages.map(str::to_owned))
        }),
    ];
    let mut text = String::from("## Index\n");
    for (what, of) in by {
        let mut found: SmallMap<String, Vec<&MatrixRow>> = SmallMap::new();
        for row in rows {
            for name in of(row) {
                if let Some(own) = found.or_insert_with(name, Vec::new) {
                    own.push(row);
                }
            }
        }
        let _ = writeln!(text, "\n### By {what}\n");
        for (name, own) in &found {
            let links = own.iter().map(|row| {
                let label = cell(&row.label).replace('[', "\\[").replace(']', "\\]");
                format!("[{label}](#{})", row.id)
            });
            let links: Vec<String> = links.collect();
            let _ = writeln!(text, "- **{name}** ({}): {}", own.len(), links.join(", "));
        }
    }
    text
}

/// A word of the data as it is written.
fn word<T: crate::json::Write>(value: &T) -> String {
    let written = crate::json::write(value);
    written.as_str().unwrap_or_default().to_owned()
}

fn contradictions() -> String {
    let mut text = String::from(
        "\n## Where the pages contradict each other\n\n\
         | # | What | One side | Other side | Followed |\n| --- | --- | --- | --- | --- |\n",
    );
    for entry in ledger() {
        let followed = entry.followed.iter().map(|followed| {
            let side = match followed.side {
                LedgerSide::Left => "the first",
                LedgerSide::Right => "the second",
                LedgerSide::Both => "both",
            };
            format!("from {}: {side}, {}", followed.from.as_str(), followed.why)
        });
        let followed: Vec<String> = followed.collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            entry.number,
            cell(&entry.what),
            cited(&entry.left),
            cited(&entry.right),
            cell(&followed.join("; "))
        );
    }
    text
}

fn services(row: &MatrixRow) -> String {
    let names = row.services.iter().map(word);
    names.collect::<Vec<_>>().join(", ")
}

/// The rules of a row with their places, one a line.
fn places(row: &MatrixRow) -> String {
    let rules = row.rules.iter();
    let rules = rules.map(|rule| format!("{}: {}", rule.id, place(&rule.citation)));
    let elsewhere = row.citations.iter().map(place);
    rules.chain(elsewhere).collect::<Vec<_>>().join("<br>")
}

fn place(citation: &Citation) -> String {
    let page = citation.page.split(' ').next().unwrap_or_default();
    cell(&format!("{page}, {}, {}", citation.section, citation.row))
}

fn cited(ids: &[String]) -> String {
    let ids = ids.iter().map(|id| match rule(id) {
        Some((_, citation)) => format!("{id}: {}", place(citation)),
        None => id.clone(),
    });
    ids.collect::<Vec<_>>().join("<br>")
}

fn simulated(row: &MatrixRow) -> String {
    match &row.simulated {
        Some(Simulated::Yes(how)) => format!("yes: {how}"),
        Some(Simulated::NotYet(what)) => format!("not yet: {what}"),
        None => String::new(),
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
