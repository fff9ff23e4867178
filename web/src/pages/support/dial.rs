//! The verdict in every edition; choosing one judges everything by it.

use super::asked::{Asked, judged};
use super::headline;
use crate::components::{VerdictMark, act, follow, verdict_look};
use crate::session::Session;
use crate::shell::{choose_edition, edition_name};
use leptos::html;
use leptos::prelude::*;
use rplab_core::matrix::{Edition, MachineAssessment, Service, Verdict};
use rplab_core::model::Machine;
use wasm_bindgen::JsCast;

/// One column for each edition.
#[component]
pub(crate) fn EditionDial(machine: Machine) -> impl IntoView {
    let asked = Asked::get();
    let mut before = None::<Verdict>;
    // What is asked of the service that the lab simulates; the view is made anew when it changes.
    let options = asked.of(Service::RestorePoints);
    let columns: Vec<_> = Edition::ALL
        .into_iter()
        .map(|edition| {
            let report = judged(&machine, options.clone(), edition);
            let verdict = report.as_ref().map(|report| report.verdict);
            let changed = before.is_some() && verdict != before;
            before = verdict;
            view! { <Column edition report changed /> }
        })
        .collect();
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let Some(row) = node.get() else { return };
        let chosen = row.query_selector("[aria-pressed=true]").ok().flatten();
        if let Some(chosen) =
            chosen.and_then(|chosen| chosen.dyn_into::<web_sys::HtmlElement>().ok())
        {
            row.set_scroll_left(
                chosen.offset_left() + chosen.offset_width()
                    - row.offset_left()
                    - row.client_width(),
            );
        }
    });
    view! {
        <section class="card dial" aria-labelledby="dial-title" data-testid="edition-dial">
            <div class="dial-title"><h2 id="dial-title">"Edition"</h2><p class="hint">"judged by the pages as of"</p></div>
            <div class="dial-columns" node_ref=node role="group" aria-labelledby="dial-title">{columns}</div>
        </section>
    }
}

#[component]
fn Column(edition: Edition, report: Option<MachineAssessment>, changed: bool) -> impl IntoView {
    let session = Session::get();
    let chosen = move || session.edition.get() == edition;
    let answer = report.map(|report| {
        let verdict = report.verdict;
        let words = match verdict {
            Verdict::ExcludeDisk => match report.exclude_disks.len() {
                1 => "Without 1 disk".to_owned(),
                count => format!("Without {count} disks"),
            },
            Verdict::Unknown => headline(&report).replace("Unknown: ", ""),
            _ => verdict_look(verdict).word.to_owned(),
        };
        view! { <VerdictMark verdict words /> }
    });
    view! {
        <button type="button" class="dial-column" class:changed=changed aria-pressed=follow(move || chosen().to_string()) data-testid=format!("edition-{}", edition.as_str()) on:click=act(move || choose_edition(session, edition))>
            <b>{edition_name(edition)}</b>
            <span class="hint">{what_came(edition)}</span>
            {answer}
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
