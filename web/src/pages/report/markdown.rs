//! The Markdown that the core writes, shown: headings, tables, lists, paragraphs. Texts stay texts.

use crate::components::{SettingName, VerdictMark, prose};
use crate::words;
use leptos::prelude::*;
use rplab_core::matrix::Verdict;

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Heading(usize, &'a str),
    Table(Vec<Vec<String>>),
    List(Vec<&'a str>),
    Code(Vec<&'a str>),
    Paragraph(&'a str),
}

/// The text, laid out.
#[component]
pub(super) fn Markdown(text: String) -> impl IntoView {
    let mut under = "";
    let shown = parts(&text).into_iter().enumerate().map(|part| {
        if let (_, Part::Heading(_, heading)) = part {
            under = heading;
        }
        shown(part, under)
    });
    shown.collect::<Vec<_>>()
}

/// The columns that hold names of settings, where a table is of those.
const OF_SETTINGS: [&str; 2] = ["setting", "name"];
/// The column that holds verdicts.
const OF_VERDICTS: &str = "verdict";

/// A part under a heading.
fn shown((number, part): (usize, Part<'_>), under: &str) -> AnyView {
    match part {
        Part::Heading(1, text) => {
            view! { <h2 class="report-title">{text.to_owned()}</h2> }.into_any()
        }
        Part::Heading(2, text) => view! { <h3>{text.to_owned()}</h3> }.into_any(),
        Part::Heading(_, text) => view! { <h4>{text.to_owned()}</h4> }.into_any(),
        Part::Paragraph(text) => view! { <p>{prose(&words::as_we_write(text))}</p> }.into_any(),
        Part::Code(lines) => {
            view! { <pre class="code" tabindex="0">{lines.join("\n")}</pre> }.into_any()
        }
        Part::List(items) => {
            let items = items
                .into_iter()
                .map(|item| view! { <li>{prose(&words::as_we_write(item))}</li> });
            view! { <ul class="bullets">{items.collect_view()}</ul> }.into_any()
        }
        Part::Table(mut rows) => {
            let head = if rows.is_empty() {
                Vec::new()
            } else {
                rows.remove(0)
            };
            let names = head.clone();
            let settings = under.to_lowercase().ends_with("assumptions");
            let head = head
                .into_iter()
                .map(|cell| view! { <th scope="col">{words::capitalized(&cell)}</th> })
                .collect_view();
            let row = |cells: Vec<String>| {
                let cells = cells.into_iter().enumerate().map(|(at, cell)| {
                    let column = names.get(at).map(String::as_str).unwrap_or_default();
                    let verdict = Verdict::ALL.into_iter().find(|own| own.as_str() == cell);
                    let shown = match (column, verdict) {
                        (OF_VERDICTS, Some(verdict)) => {
                            view! { <VerdictMark verdict /> }.into_any()
                        }
                        _ if settings && OF_SETTINGS.contains(&column) => {
                            view! { <SettingName name=cell /> }.into_any()
                        }
                        _ => prose(&words::as_we_write(&cell)).into_any(),
                    };
                    match at {
                        0 => view! { <th scope="row">{shown}</th> }.into_any(),
                        _ => view! { <td data-label=words::capitalized(column)>{shown}</td> }
                            .into_any(),
                    }
                });
                view! { <tr>{cells.collect_view()}</tr> }
            };
            let body = rows.into_iter().map(row).collect_view();
            view! { <div class="table-wrap" tabindex="0" role="region" aria-label=format!("Table, part {number} of the report")><table class="cards"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div> }.into_any()
        }
    }
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut fenced: Option<Vec<&str>> = None;
    for line in text.lines() {
        if line.starts_with("```") {
            match fenced.take() {
                Some(lines) => parts.push(Part::Code(lines)),
                None => fenced = Some(Vec::new()),
            }
            continue;
        }
        if let Some(lines) = &mut fenced {
            lines.push(line);
            continue;
        }
        let marks = line.chars().take_while(|mark| *mark == '#').count();
        if let Some(heading) = line
            .get(marks..)
            .and_then(|rest| rest.strip_prefix(' '))
            .filter(|_| marks > 0)
        {
            parts.push(Part::Heading(marks, heading));
        } else if let Some(row) = line.strip_prefix('|') {
            let cells = cells(row);
            let rule = cells
                .iter()
                .all(|cell| !cell.is_empty() && cell.chars().all(|mark| "-: ".contains(mark)));
            match parts.last_mut() {
                Some(Part::Table(_)) if rule => {}
                Some(Part::Table(rows)) => rows.push(cells),
                _ => parts.push(Part::Table(vec![cells])),
            }
        } else if let Some(item) = line.strip_prefix("- ") {
            match parts.last_mut() {
                Some(Part::List(items)) => items.push(item),
                _ => parts.push(Part::List(vec![item])),
            }
        } else if line.trim().is_empty() {
            // Ends a table or a list: the next one is another.
            parts.push(Part::Paragraph(""));
        } else {
            parts.push(Part::Paragraph(line));
        }
    }
    parts.extend(fenced.map(Part::Code));
    parts.retain(|part| *part != Part::Paragraph(""));
    parts
}

/// The cells of a row; a bar after a backslash is part of its cell.
fn cells(row: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut marks = row.trim_end().trim_end_matches('|').chars();
    while let Some(mark) = marks.next() {
        let taken = match mark {
            '\\' => marks.next(),
            '|' => {
                cells.push(String::new());
                None
            }
            other => Some(other),
        };
        if let Some(cell) = cells.last_mut() {
            cell.extend(taken);
        }
    }
    cells
        .into_iter()
        .map(|cell| cell.trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Part, parts};

    #[test]
    fn headings_tables_and_lists_are_told_apart() {
        let text = "# Title\n\nWords.\n| a | b |\n|---|---|\n| 1 \\| 2 | 3 |\n\n- one\n- two\n\n## Next\n```\n# no heading\n```\n";
        let table = vec![
            vec!["a".to_owned(), "b".to_owned()],
            vec!["1 | 2".to_owned(), "3".to_owned()],
        ];
        assert_eq!(
            parts(text),
            vec![
                Part::Heading(1, "Title"),
                Part::Paragraph("Words."),
                Part::Table(table),
                Part::List(vec!["one", "two"]),
                Part::Heading(2, "Next"),
                Part::Code(vec!["# no heading"]),
            ]
        );
    }
}
