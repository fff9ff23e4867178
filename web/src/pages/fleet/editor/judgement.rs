//! The verdict on the VM at hand, as one types.

use super::Editor;
use crate::components::{CitationChip, Glyph, VerdictMark, live, prose};
use crate::session::{Session, judge};
use leptos::prelude::*;
use rplab_core::matrix::{Finding, MachineAssessment, Verdict};
use rplab_core::model::Fleet;

/// The verdict with the rows that decide it.
#[component]
pub(crate) fn Judgement() -> impl IntoView {
    let session = Session::get();
    let editor = Editor::get();
    let judged = Memo::new(move |_| {
        // A name that is none is told at its field; there is nothing to judge yet.
        if editor.name_problem().is_some() {
            return Ok(None);
        }
        let fleet = Fleet {
            machines: vec![editor.machine(Clone::clone)],
            disks: Vec::new(),
        };
        judge(&fleet, session.edition.get()).map(|report| report.machines.into_iter().next())
    });
    view! {
        <section class="judgement" aria-labelledby="judgement-title" aria-live="polite">
            <h3 id="judgement-title">"Restore points"</h3>
            {live(move || match judged.get() {
                Ok(Some(machine)) => view! { <Judged machine /> }.into_any(),
                Ok(None) => ().into_any(),
                Err(error) => view! { <p class="wrong" role="alert">{error.message}</p> }.into_any(),
            })}
        </section>
    }
}

#[component]
fn Judged(machine: MachineAssessment) -> impl IntoView {
    let excluded = machine.exclude_disks.join(", ");
    let missing: Vec<_> = machine
        .missing
        .iter()
        .map(|missing| missing.fact.clone())
        .collect();
    let decisive = machine
        .findings
        .into_iter()
        .filter(|finding| finding.verdict != Verdict::Supported)
        .take(6);
    view! {
        <div data-testid="editor-verdict"><VerdictMark verdict=machine.verdict solid=true /></div>
        {(!excluded.is_empty()).then(|| view! { <p class="second">"Exclude " <span class="mono">{excluded}</span></p> })}
        {(!missing.is_empty()).then(|| view! { <p class="second">"Missing: " <span class="mono">{missing.join(", ")}</span></p> })}
        <ul class="stack">{decisive.map(|finding| view! { <Row finding /> }).collect_view()}</ul>
    }
}

#[component]
fn Row(finding: Finding) -> impl IntoView {
    let citation = finding.citations.first().cloned();
    view! {
        <li class="stack">
            <p><Glyph verdict=finding.verdict />" "{prose(&finding.text)}</p>
            {citation.map(|citation| view! { <div><CitationChip citation row_ids=finding.row_ids /></div> })}
        </li>
    }
}
