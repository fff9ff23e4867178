//! The services side by side: what each can do for the VM, and which of them the rest of the page is about.

use super::asked::{Asked, judged};
use super::headline;
use crate::components::{Action, Look, Note, VerdictMark, act, follow, live};
use crate::session::{Services, Session, fetch_services};
use crate::words;
use leptos::prelude::*;
use rplab_core::matrix::{MachineAssessment, MissingFact, Service, Verdict};
use rplab_core::model::Machine;

/// The services that are shown side by side.
pub(crate) const SIDE_BY_SIDE: [Service; 3] = [
    Service::RestorePoints,
    Service::VmBackup,
    Service::DiskBackup,
];

/// One column for each service.
#[component]
pub(super) fn ServiceColumns(machine: Machine, asked: Asked) -> impl IntoView {
    let session = Session::get();
    let columns = SIDE_BY_SIDE.map(|service| {
        let machine = machine.clone();
        let verdict = move || {
            let own = asked.of(service);
            let known = session.services.with(|services| *services == Services::Here);
            if service != Service::RestorePoints && !known {
                return view! { <span class="hint">"rows not loaded"</span> }.into_any();
            }
            let report = judged(&machine, own, session.edition.get());
            report
                .map(|report| view! { <VerdictMark verdict=report.verdict words=headline(&report) /> })
                .into_any()
        };
        let choose = move || {
            asked.choose(service);
            if session.services.with_untracked(|services| matches!(services, Services::Failed(_))) {
                fetch_services(session);
            }
        };
        view! {
            <button type="button" class="dial-column" aria-pressed=follow(move || (asked.service() == service).to_string()) data-testid=format!("service-{service:?}") on:click=act(choose)>
                <b>{words::service(service)}</b>
                {live(verdict)}
            </button>
        }
    });
    view! {
        <section class="card dial services" aria-labelledby="services-title" data-testid="services">
            <div class="dial-title"><h2 id="services-title">"Service"</h2><p class="hint">"each opens its rows"</p></div>
            <div class="dial-columns" role="group" aria-labelledby="services-title">{columns.into_iter().collect_view()}</div>
        </section>
    }
}

/// What has to be said about the chosen service: its rows on their way, its policy and vault, or nothing.
#[component]
pub(super) fn ServiceRemarks(
    report: Option<MachineAssessment>,
    services: Services,
    said: Option<String>,
    asked: Asked,
) -> impl IntoView {
    let session = Session::get();
    let Some(report) = report else {
        return match services {
            Services::Failed(reason) => view! {
                <Note tone="no" alert=true>
                    <p>"The rows of this service could not be fetched: " {reason} "."</p>
                    <Action label="Try again" icon="redo" look=Look::Quiet on_press=move || fetch_services(session) />
                </Note>
            }
            .into_any(),
            _ => view! { <Note tone="info"><p>"The rows of this service are being fetched."</p></Note> }.into_any(),
        };
    };
    let questions = report.missing.into_iter().filter(is_of_service);
    view! {
        {said.map(|said| view! {
            <div class="line" data-testid="asked">
                <span class="second">"Judged with " {said} "."</span>
                <Action label="Ask again" icon="undo" look=Look::Quiet on_press=move || asked.forget() />
            </div>
        })}
        {questions.map(|missing| view! { <ServiceQuestion missing asked /> }).collect_view()}
    }
    .into_any()
}

/// Whether a missing fact is about the service and not about the VM.
pub(super) fn is_of_service(missing: &MissingFact) -> bool {
    missing.fact.contains('.')
}

#[component]
fn ServiceQuestion(missing: MissingFact, asked: Asked) -> impl IntoView {
    let MissingFact {
        fact,
        decides,
        verdict_for,
        ..
    } = missing;
    let title = match fact.as_str() {
        "policy.type" => "Which policy?",
        "vault.location" => "Where is the vault?",
        other => other,
    }
    .to_owned();
    let label = title.clone();
    let answers = verdict_for
        .into_iter()
        .map(|(word, verdict)| view! { <ServiceAnswer fact=fact.clone() word verdict asked /> });
    let answers = answers.collect_view();
    view! {
        <section class="note unknown question" aria-label=label data-testid=format!("asks-{fact}")>
            <crate::components::Icon name="unknown" />
            <div>
                <p><b>{title}</b></p>
                <p>"Decides " {decides} "."</p>
                <div class="answers">{answers}</div>
            </div>
        </section>
    }
}

#[component]
fn ServiceAnswer(fact: String, word: String, verdict: Verdict, asked: Asked) -> impl IntoView {
    let words = match (fact.as_str(), word.as_str()) {
        ("vault.location", "other") => "Another region".to_owned(),
        _ => word.clone(),
    };
    let answer = move || asked.ask(&fact, &word);
    view! {
        <button type="button" class="answer" on:click=act(answer)>
            <b>{words}</b>
            <VerdictMark verdict />
        </button>
    }
}
