//! The verdict in every edition; choosing one judges everything by it.

use super::asked::{Asked, judged};
use super::services::SIDE_BY_SIDE;
use crate::components::{VerdictMark, act, follow, verdict_look};
use crate::session::{Services, Session};
use crate::shell::{choose_edition, edition_name};
use crate::words;
use gloo::timers::callback::Timeout;
use leptos::html;
use leptos::prelude::*;
use rplab_core::matrix::{AssessOptions, Edition, MachineAssessment, Service, Verdict};
use rplab_core::model::Machine;
use wasm_bindgen::JsCast;

/// One column for each edition.
#[component]
pub(crate) fn EditionDial(machine: Machine) -> impl IntoView {
    let asked = Asked::get();
    let session = Session::get();
    // Services whose rows are not there yet have no answer in any edition.
    let known = session
        .services
        .with(|services| *services == Services::Here);
    let services = SIDE_BY_SIDE
        .into_iter()
        .filter(|service| known || *service == Service::RestorePoints);
    let options: Vec<AssessOptions> = services.map(|service| asked.of(service)).collect();
    let mut before: Vec<Option<Verdict>> = Vec::new();
    let columns: Vec<_> = Edition::ALL
        .into_iter()
        .map(|edition| {
            let reports = options
                .iter()
                .map(|options| (options.service, judged(&machine, options.clone(), edition)));
            let reports: Vec<_> = reports.collect();
            let verdicts = reports.iter();
            let verdicts: Vec<_> = verdicts
                .map(|(_, report)| report.as_ref().map(|report| report.verdict))
                .collect();
            let changed = !before.is_empty() && verdicts != before;
            before = verdicts;
            view! { <Column edition reports changed /> }
        })
        .collect();
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let Some(row) = node.get() else { return };
        // Where it stands is known when it is laid out: in a task of its own.
        Timeout::new(0, move || show_chosen(&row)).forget();
    });
    view! {
        <section class="card dial" aria-labelledby="dial-title" data-testid="edition-dial">
            <div class="dial-title"><h2 id="dial-title">"Edition"</h2><p class="hint">"judged by the pages as of"</p></div>
            <div class="dial-columns" node_ref=node role="group" aria-labelledby="dial-title">{columns}</div>
        </section>
    }
}

/// Scrolls the chosen edition into the row.
fn show_chosen(row: &web_sys::HtmlElement) {
    let chosen = row.query_selector("[aria-pressed=true]").ok().flatten();
    if let Some(chosen) = chosen.and_then(|chosen| chosen.dyn_into::<web_sys::HtmlElement>().ok()) {
        row.set_scroll_left(
            chosen.offset_left() + chosen.offset_width() - row.offset_left() - row.client_width(),
        );
    }
}

#[component]
fn Column(
    edition: Edition,
    reports: Vec<(Service, Option<MachineAssessment>)>,
    changed: bool,
) -> impl IntoView {
    let session = Session::get();
    let chosen = move || session.edition.get() == edition;
    let answer = |(service, report): (Service, Option<MachineAssessment>)| {
        let report = report?;
        let verdict = report.verdict;
        let words = match verdict {
            Verdict::ExcludeDisk => match report.exclude_disks.len() {
                1 => "Without 1 disk".to_owned(),
                count => format!("Without {count} disks"),
            },
            Verdict::Unknown if !report.missing.is_empty() => {
                let count = u64::try_from(report.missing.len()).unwrap_or(0);
                words::count(count, "fact missing", "facts missing")
            }
            _ => verdict_look(verdict).word.to_owned(),
        };
        Some(
            view! { <span class="dial-answer" data-service=format!("{service:?}")><span class="hint">{words::service(service)}</span><VerdictMark verdict words /></span> },
        )
    };
    let answers: Vec<_> = reports.into_iter().map(answer).collect();
    view! {
        <button type="button" class="dial-column" class:changed=changed aria-pressed=follow(move || chosen().to_string()) data-testid=format!("edition-{}", edition.as_str()) on:click=act(move || choose_edition(session, edition))>
            <b>{edition_name(edition)}</b>
            <span class="hint">{what_came(edition)}</span>
            {answers}
            {changed.then(|| view! { <span class="unseen">"changed here"</span> })}
        </button>
    }
}

const fn what_came(edition: Edition) -> &'static str {
    match edition {
        Edition::E2021_01 => "Disk Backup preview",
        Edition::E2022_02 => "points, how to create",
        Edition::E2022_07 => "points, support matrix",
        Edition::E2023_07 => "VM Backup matrix",
        Edition::Beyond => "after the five pages",
    }
}
