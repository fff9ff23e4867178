//! The services side by side: what each can do for the VM, and which of them the rest of the page is about.

use super::headline;
use crate::components::{Action, Look, Note, VerdictMark, act, follow, live};
use crate::session::{Services, Session, fetch_services};
use leptos::prelude::*;
use rplab_core::api::assess;
use rplab_core::matrix::{
    AssessOptions, Edition, MachineAssessment, MissingFact, Policy, Service, Vault, Verdict,
};
use rplab_core::model::{Fleet, Machine};
use rplab_core::policy::PolicyType;

/// The services that are shown side by side.
pub(super) const SIDE_BY_SIDE: [Service; 3] = [
    Service::RestorePoints,
    Service::VmBackup,
    Service::DiskBackup,
];

/// What the reader asks: of which service, and what they said about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) service: Service,
    policy_type: Option<PolicyType>,
    vault_location: Option<String>,
}

impl Asked {
    /// The same about another service.
    fn of(&self, service: Service) -> Self {
        Self {
            service,
            ..self.clone()
        }
    }

    /// The question to the matrix.
    fn options(&self, edition: Edition) -> AssessOptions {
        AssessOptions {
            service: self.service,
            edition,
            policy: self.policy_type.map(|policy_type| Policy {
                policy_type: Some(policy_type),
                ..Policy::default()
            }),
            vault: self.vault_location.clone().map(|location| Vault {
                location: Some(location),
                ..Vault::default()
            }),
            ..AssessOptions::default()
        }
    }

    /// Takes an answer to a question about the service.
    fn take(&mut self, fact: &str, answer: &str) {
        match fact {
            "policy.type" if answer == "Enhanced" => self.policy_type = Some(PolicyType::Enhanced),
            "policy.type" => self.policy_type = Some(PolicyType::Standard),
            _ => self.vault_location = Some(answer.to_owned()),
        }
    }

    /// What was said, in words.
    pub(super) fn said(&self) -> Option<String> {
        if self.service == Service::RestorePoints {
            return None;
        }
        let policy = self.policy_type.map(|policy| format!("{policy:?} policy"));
        let vault = self.vault_location.as_ref().map(|place| vault_words(place));
        let said: Vec<String> = policy.into_iter().chain(vault).collect();
        (!said.is_empty()).then(|| said.join(", "))
    }
}

fn vault_words(location: &str) -> String {
    match location {
        "other" => "vault in another region".to_owned(),
        region => format!("vault in {region}"),
    }
}

/// The judgement on a VM for what is asked.
pub(super) fn judged(
    machine: &Machine,
    asked: &Asked,
    edition: Edition,
) -> Option<MachineAssessment> {
    let fleet = Fleet {
        machines: vec![machine.clone()],
        disks: Vec::new(),
    };
    let report = assess(&fleet, &asked.options(edition)).ok()?;
    report.machines.into_iter().next()
}

const fn name(service: Service) -> &'static str {
    match service {
        Service::RestorePoints => "Restore points",
        Service::VmBackup => "VM Backup",
        Service::DiskBackup => "Disk Backup",
        Service::Mars => "MARS agent",
        Service::DpmMabs => "DPM and MABS",
    }
}

/// One column for each service.
#[component]
pub(super) fn ServiceColumns(machine: Machine, asked: RwSignal<Asked>) -> impl IntoView {
    let session = Session::get();
    let columns = SIDE_BY_SIDE.map(|service| {
        let machine = machine.clone();
        let verdict = move || {
            let own = asked.with(|asked| asked.of(service));
            let known = session.services.with(|services| *services == Services::Here);
            if service != Service::RestorePoints && !known {
                return view! { <span class="hint">"rows not loaded"</span> }.into_any();
            }
            let report = judged(&machine, &own, session.edition.get());
            report
                .map(|report| view! { <VerdictMark verdict=report.verdict words=headline(&report) /> })
                .into_any()
        };
        let choose = move || {
            asked.update(|asked| asked.service = service);
            if session.services.with_untracked(|services| matches!(services, Services::Failed(_))) {
                fetch_services(session);
            }
        };
        view! {
            <button type="button" class="dial-column" aria-pressed=follow(move || asked.with(|asked| asked.service == service).to_string()) data-testid=format!("service-{service:?}") on:click=act(choose)>
                <b>{name(service)}</b>
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
    asked: RwSignal<Asked>,
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
                <Action label="Ask again" icon="undo" look=Look::Quiet on_press=move || asked.update(|asked| *asked = Asked::default().of(asked.service)) />
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
fn ServiceQuestion(missing: MissingFact, asked: RwSignal<Asked>) -> impl IntoView {
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
fn ServiceAnswer(
    fact: String,
    word: String,
    verdict: Verdict,
    asked: RwSignal<Asked>,
) -> impl IntoView {
    let words = match (fact.as_str(), word.as_str()) {
        ("vault.location", "other") => "Another region".to_owned(),
        _ => word.clone(),
    };
    let answer = move || asked.update(|asked| asked.take(&fact, &word));
    view! {
        <button type="button" class="answer" on:click=act(answer)>
            <b>{words}</b>
            <VerdictMark verdict />
        </button>
    }
}
