//! The rows that were found.

use crate::components::{Cell, Grid, VerdictMark, act, follow, live, page_name};
use crate::route::{Page, address_of};
use crate::words;
use leptos::prelude::*;
use rplab_core::api::MatrixRow;
use std::sync::Arc;

/// How many rows are shown before the rest is asked for.
pub(super) const SHOWN: usize = 60;

/// The table of rows.
#[component]
pub(super) fn RowList(
    found: Memo<Vec<Arc<MatrixRow>>>,
    /// Whether more are on their way.
    gathers: RwSignal<bool>,
    opened: Memo<Option<String>>,
) -> impl IntoView {
    let all = RwSignal::new(false);
    // Rows that come behind those that are shown leave the table as it is.
    let shown = Memo::new(move |_| {
        let take = if all.get() { usize::MAX } else { SHOWN };
        found.with(|found| found.iter().take(take).cloned().collect::<Vec<_>>())
    });
    let table = move || {
        let rows = shown.with(|shown| shown.iter().map(|row| cells(row, opened)).collect());
        view! { <Grid caption="Rows of the support matrix" columns=vec!["Row", "Service", "About", "Verdict", "Pages"] rows file="support-matrix" testid="matrix-rows" /> }
    };
    let rest = Memo::new(move |_| found.with(Vec::len).saturating_sub(SHOWN));
    view! {
        {live(move || match shown.with(Vec::is_empty) {
            true if gathers.get() => ().into_any(),
            true => view! { <div class="empty"><b>"No row fits"</b><p>"Take a filter away, or search for fewer words."</p></div> }.into_any(),
            false => table().into_any(),
        })}
        {live(move || (rest.get() > 0 && !all.get()).then(|| view! { <div class="card-foot"><button type="button" class="link-button" data-testid="matrix-all" on:click=act(move || all.set(true))>{format!("Show {} more", rest.get())}</button></div> }))}
    }
}

fn cells(row: &MatrixRow, opened: Memo<Option<String>>) -> Vec<Cell> {
    let services: Vec<&str> = row
        .services
        .iter()
        .map(|service| words::service(*service))
        .collect();
    let mut pages: Vec<String> = Vec::new();
    let cited = row
        .rules
        .iter()
        .map(|rule| &rule.citation)
        .chain(&row.citations);
    for citation in cited {
        let name = page_name(&citation.page).to_owned();
        if !pages.contains(&name) {
            pages.push(name);
        }
    }
    let to = address_of(Page::Matrix, &row.id);
    let id = row.id.clone();
    let current = move || {
        let is_opened = opened.with(|opened| opened.as_deref() == Some(id.as_str()));
        is_opened.then_some("true")
    };
    let label = view! {
        <a class="row-link" href=to aria-current=follow(current) data-testid=format!("row-{}", row.id)>{row.label.clone()}</a>
        <span class="hint mono block">{row.id.clone()}</span>
    };
    vec![
        Cell::shown(row.label.clone(), label),
        Cell::new(services.join(", ")),
        Cell::new(words::subject(row.subject)),
        Cell::shown(
            row.verdict.as_str(),
            view! { <VerdictMark verdict=row.verdict /> },
        ),
        Cell::new(pages.join(", ")),
    ]
}
