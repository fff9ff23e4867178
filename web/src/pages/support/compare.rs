//! What changes for the whole fleet from one edition to another.

use super::asked::{Asked, about};
use crate::components::{Cell, Choice, Grid, RuleLinks, VerdictMark, live};
use crate::route::{Page, address};
use crate::session::Session;
use crate::shell::edition_name;
use crate::words;
use leptos::prelude::*;
use rplab_core::api::{EditionChange, compare_editions};
use rplab_core::matrix::{Edition, Finding};

/// The card; it judges the fleet only while it is open.
#[component]
pub(super) fn CompareEditions() -> impl IntoView {
    let open = RwSignal::new(false);
    let toggled = move |event: leptos::ev::Event| {
        let details = event_target::<web_sys::Element>(&event);
        open.set(details.has_attribute("open"));
    };
    view! {
        <section class="card" aria-labelledby="compare-title">
            <details data-testid="compare-editions" on:toggle=toggled>
                <summary class="card-head"><h2 id="compare-title">"The fleet between two editions"</h2></summary>
                {live(move || open.get().then(|| view! { <Compared /> }))}
            </details>
        </section>
    }
}

#[component]
fn Compared() -> impl IntoView {
    let session = Session::get();
    let asked = Asked::get();
    let options: Vec<_> = Edition::ALL
        .into_iter()
        .map(|edition| {
            (
                edition.as_str().to_owned(),
                edition_name(edition).to_owned(),
            )
        })
        .collect();
    let from = RwSignal::new(Edition::E2022_07.as_str().to_owned());
    let to = RwSignal::new(Edition::Beyond.as_str().to_owned());
    let named = |name: RwSignal<String>| {
        let mut all = Edition::ALL.into_iter();
        name.with(|name| all.find(|edition| edition.as_str() == name))
            .unwrap_or_default()
    };
    let changes = Memo::new(move |_| {
        session.services.track();
        // A fleet is in many regions.
        let asked = about(asked.0.get(), None);
        session.fleet.with(|fleet| {
            compare_editions(fleet, &asked, named(from), named(to)).unwrap_or_default()
        })
    });
    let said = move || {
        let machines = u64::try_from(changes.with(Vec::len)).unwrap_or(0);
        match machines {
            0 => "Nothing changes for any VM.".to_owned(),
            count => format!(
                "Something changes for {}.",
                words::count(count, "VM", "VMs")
            ),
        }
    };
    view! {
        <div class="card-body line">
            <Choice label="From" options=Signal::stored(options.clone()) value=from testid="compare-from" />
            <Choice label="To" options=Signal::stored(options) value=to testid="compare-to" />
            <p class="second" aria-live="polite" data-testid="compare-said">{live(said)}</p>
        </div>
        {live(move || (!changes.with(Vec::is_empty)).then(|| {
            let rows = changes.get().into_iter().map(|change| cells(session, change)).collect();
            view! { <Grid caption="What changes" columns=vec!["VM", "Before", "After", "Came", "Gone"] rows file="editions" testid="compare-rows" /> }
        }))}
    }
}

fn cells(session: Session, change: EditionChange) -> Vec<Cell> {
    let link = address(
        Page::Support,
        Some(&session.reference(&change.id, &change.name)),
    );
    let name = change.name.clone();
    vec![
        Cell::shown(change.name, view! { <a href=link>{name}</a> }),
        Cell::shown(
            change.before.as_str(),
            view! { <VerdictMark verdict=change.before /> },
        ),
        Cell::shown(
            change.after.as_str(),
            view! { <VerdictMark verdict=change.after /> },
        ),
        findings(change.came),
        findings(change.gone),
    ]
}

fn findings(found: Vec<Finding>) -> Cell {
    let text: Vec<String> = found
        .iter()
        .map(|finding| finding.matrix_row.clone())
        .collect();
    let shown = found.into_iter().map(|finding| {
        view! { <li title=finding.text>{finding.label} " " <span class="hint"><RuleLinks rules=finding.row_ids /></span></li> }
    });
    Cell::shown(
        text.join(" "),
        view! { <ul class="stack">{shown.collect_view()}</ul> },
    )
}
