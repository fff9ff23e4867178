//! A table that is shown, as CSV: what stands in it, row by row.

use super::grid::quoted;
use super::{Action, Look, download};
use crate::session::Session;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A button that saves the table of its card. Lines that head a group, and columns without a name, are left out.
#[component]
pub(crate) fn TableFile(
    /// What the table has, in the button's words.
    of: &'static str,
    /// The file's name without its ending.
    file: &'static str,
) -> impl IntoView {
    let session = Session::get();
    let node = NodeRef::<html::Div>::new();
    let save = move || {
        let card = node
            .get_untracked()
            .and_then(|node| node.closest(".card").ok().flatten());
        let table = card.and_then(|card| card.query_selector("table").ok().flatten());
        let Some(table) = table else { return };
        let head = cells(&table, "thead th");
        let width = head.iter().take_while(|name| !is_silent(name)).count();
        let mut lines = vec![line(head.iter().take(width))];
        for row in all(&table, "tbody tr") {
            let own = cells(&row, "th, td");
            if own.len() == head.len() {
                lines.push(line(own.iter().take(width)));
            }
        }
        let text = lines.join("\r\n");
        download(session, &format!("{file}.csv"), "text/csv", &text);
    };
    view! { <div class="card-foot" node_ref=node><Action label=format!("Save {of} as CSV") icon="export" look=Look::Quiet small=true testid=format!("csv-{file}") on_press=save /></div> }
}

/// Whether a column has only things to press.
fn is_silent(name: &str) -> bool {
    name == "Actions"
}

fn all(within: &web_sys::Element, selector: &str) -> Vec<web_sys::Element> {
    let Ok(found) = within.query_selector_all(selector) else {
        return Vec::new();
    };
    let elements = (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok());
    elements.collect()
}

fn cells(row: &web_sys::Element, selector: &str) -> Vec<String> {
    let said = |cell: web_sys::Element| {
        // What is shortened on the page is whole in the file.
        let whole = cell.query_selector("[data-digest]").ok().flatten();
        let whole = whole.and_then(|whole| whole.get_attribute("data-digest"));
        let text = whole.or(cell.text_content()).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    all(row, selector).into_iter().map(said).collect()
}

fn line<'a>(cells: impl Iterator<Item = &'a String>) -> String {
    let quoted: Vec<String> = cells.map(|cell| quoted(cell)).collect();
    quoted.join(",")
}
