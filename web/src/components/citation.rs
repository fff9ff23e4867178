//! A citation: page and row; opens the rows of the matrix that it stands for.

use super::Icon;
use leptos::prelude::*;
use rplab_core::matrix::Citation;

/// The page's short name: `VM restore points support matrix` out of `000 Support matrix … (2022-07-05)`.
pub(crate) fn page_name(page: &str) -> String {
    let page = page.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
    page.split(" (").next().unwrap_or(page).to_owned()
}

/// A chip that opens the cited row in place.
#[component]
pub(crate) fn CitationChip(
    /// The place in the page.
    citation: Citation,
    /// The rules of the pages that the row stands for.
    row_ids: Vec<String>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let name = page_name(&citation.page);
    let row = citation.row.clone();
    let title = format!("{}: {}: {}", citation.page, citation.section, citation.row);
    view! {
        <button
            type="button"
            class="cite"
            title=title
            aria-expanded=move || open.get().to_string()
            on:click=move |_| open.update(|open| *open = !*open)
        >
            <Icon name="book" />
            <span><b>{name}</b>" "{row}</span>
        </button>
        {move || open.get().then(|| view! { <CitedRow citation=citation.clone() row_ids=row_ids.clone() /> })}
    }
}

#[component]
fn CitedRow(citation: Citation, row_ids: Vec<String>) -> impl IntoView {
    view! {
        <dl class="pairs cited" data-testid="cited-row">
            <dt>"Page"</dt>
            <dd>{citation.page}</dd>
            <dt>"Section"</dt>
            <dd>{citation.section}</dd>
            <dt>"Row"</dt>
            <dd>{citation.row}</dd>
            <dt>"Rules"</dt>
            <dd class="mono">{row_ids.join(", ")}</dd>
        </dl>
    }
}
