//! A table that can be taken away as CSV.

use super::{Action, Look, download, soon_once};
use crate::session::Session;
use leptos::prelude::*;

/// Rows that are made in one go.
const AT_ONCE: usize = 16;

/// One cell: its text, for the file, and how it is shown where that is more than the text.
pub(crate) struct Cell {
    text: String,
    shown: Option<AnyView>,
}

impl Cell {
    /// A cell of text.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            shown: None,
        }
    }

    /// A cell that shows more than its text.
    pub(crate) fn shown(text: impl Into<String>, view: impl IntoView + 'static) -> Self {
        Self {
            text: text.into(),
            shown: Some(view.into_any()),
        }
    }
}

/// A table with a header row; the first column heads its row. Names of columns of numbers begin with `#`.
#[component]
pub(crate) fn Grid(
    /// What it has, for readers and for the file's name.
    #[prop(into)]
    caption: String,
    /// The names of its columns.
    columns: Vec<&'static str>,
    /// Its rows.
    rows: Vec<Vec<Cell>>,
    /// The file's name without its ending; without one there is no file.
    #[prop(optional)]
    file: Option<&'static str>,
    /// Tests find it by this.
    #[prop(optional, into)]
    testid: Option<String>,
) -> impl IntoView {
    let session = Session::get();
    let plain = |name: &'static str| name.trim_start_matches('#');
    let mut csv = vec![
        columns
            .iter()
            .map(|name| quoted(plain(name)))
            .collect::<Vec<_>>()
            .join(","),
    ];
    csv.extend(rows.iter().map(|row| {
        let cells = row.iter().map(|cell| quoted(&cell.text));
        cells.collect::<Vec<_>>().join(",")
    }));
    let csv = StoredValue::new(csv);
    let head = columns.iter().map(|name| {
        let number = name.starts_with('#');
        view! { <th scope="col" class:number=number>{plain(name)}</th> }
    });
    let head = head.collect_view();
    let columns = StoredValue::new(columns);
    let row =
        move |row: Vec<Cell>| {
            let cells =
                row.into_iter()
                    .zip(columns.get_value())
                    .enumerate()
                    .map(|(at, (cell, column))| {
                        let inner = cell.shown.unwrap_or_else(|| cell.text.into_any());
                        let number = column.starts_with('#');
                        match at {
                    0 => view! { <th scope="row">{inner}</th> }.into_any(),
                    _ => view! { <td class:number=number data-label=plain(column)>{inner}</td> }
                        .into_any(),
                }
                    });
            view! { <tr>{cells.collect_view()}</tr> }
        };
    // A long table is made some rows at a time while the planner starts.
    let mut body = Vec::new();
    let mut rows = rows.into_iter();
    while rows.len() > 0 {
        let some: Vec<_> = rows.by_ref().take(AT_ONCE).collect();
        let some = move || some.into_iter().map(row).collect_view().into_any();
        // What stands below the table is never where its first rows will be.
        body.push(if body.is_empty() {
            some()
        } else {
            soon_once(some)
        });
    }
    let save = move || {
        if let Some(name) = file {
            let text = csv.with_value(|lines| lines.join("\r\n"));
            download(session, &format!("{name}.csv"), "text/csv", &text);
        }
    };
    let label = format!("Save {} as CSV", caption.to_lowercase());
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=format!("{caption}, table")>
            <table class="cards" data-testid=testid>
                <caption class="unseen">{caption.clone()}</caption>
                <thead><tr>{head}</tr></thead>
                <tbody>{body}</tbody>
            </table>
        </div>
        {file.map(|_| view! { <div class="card-foot"><Action label icon="export" look=Look::Quiet small=true on_press=save /></div> })}
    }
}

/// A cell of a CSV file. What a spreadsheet would take for a formula is made text.
pub(super) fn quoted(text: &str) -> String {
    let formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<i64>().is_err();
    let text = if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn what_a_spreadsheet_would_carry_out_stays_text() {
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("-5"), "-5");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(quoted("@SUM(A1)\n"), "\"'@SUM(A1)\n\"");
    }
}
