//! A citation: page and row; opens the rows of the matrix that it stands for.

use super::Icon;
use super::{act, follow, live};
use crate::route::{Page, address_of};
use leptos::prelude::*;
use rplab_core::matrix::Citation;

/// What a page is called on a chip, by its number; its own title where the number is new.
pub(crate) fn page_name(page: &str) -> &str {
    match page.split_whitespace().next() {
        Some("000") => "RP matrix",
        Some("001") => "RP copy",
        Some("002") => "RP create",
        Some("003") => "VM Backup",
        Some("004") => "Disk Backup",
        _ => page.split(" (").next().unwrap_or(page),
    }
}

/// A chip that opens the cited row in place.
#[component]
pub(crate) fn CitationChip(
    /// The place in the page.
    citation: Citation,
    /// The rules of the pages that the row stands for.
    row_ids: Vec<String>,
    /// Whether the page alone is named, because the row stands beside it.
    #[prop(optional)]
    brief: bool,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let name = page_name(&citation.page).to_owned();
    let row = (!brief).then(|| format!(" {}", citation.row));
    let title = format!("{}: {}: {}", citation.page, citation.section, citation.row);
    view! {
        <button
            type="button"
            class="cite"
            title=title
            aria-expanded=follow(move || open.get().to_string())
            on:click=act(move || open.update(|open| *open = !*open))
        >
            <Icon name="book" />
            <span><b>{name}</b>{row}</span>
        </button>
        {live(move || open.get().then(|| view! { <CitedRow citation=citation.clone() row_ids=row_ids.clone() /> }))}
    }
}

/// Rules of the pages, each leading to its row of the support matrix.
#[component]
pub(crate) fn RuleLinks(rules: Vec<String>) -> impl IntoView {
    let link = |rule: String| {
        let to = address_of(Page::Matrix, &rule);
        view! { <a class="mono" href=to>{rule}</a> " " }
    };
    rules.into_iter().map(link).collect_view()
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
            <dd><RuleLinks rules=row_ids /></dd>
        </dl>
    }
}
