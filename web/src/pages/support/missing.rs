//! Facts that a verdict waits for: answered in place, with what each answer would mean.

use super::Judged;
use super::services::is_of_service;
use crate::components::{Icon, VerdictMark, act, rescue_focus};
use crate::pages::fleet::{FactInput, disk_skus};
use crate::session::{Session, Tone, judge};
use leptos::prelude::*;
use rplab_core::matrix::{Edition, MissingFact, Verdict};
use rplab_core::model::vocabulary::{FactEntry, FactSubject, FactType, entry};
use rplab_core::model::{FactValue, Fleet, Machine};

/// One question for each missing fact.
#[component]
pub(crate) fn MissingFacts(judged: Judged) -> impl IntoView {
    let Judged { machine, report } = judged;
    report
        .missing
        .into_iter()
        .filter(|missing| !is_of_service(missing))
        .map(|missing| view! { <Question machine=machine.clone() missing /> })
        .collect_view()
}

#[component]
fn Question(machine: Machine, missing: MissingFact) -> impl IntoView {
    let session = Session::get();
    let subject = if missing.disk.is_some() {
        FactSubject::Disk
    } else {
        FactSubject::Machine
    };
    let known = entry(subject, &missing.fact);
    let title = match &missing.disk {
        Some(disk) => format!("{} of {disk}", missing.fact),
        None => missing.fact.clone(),
    };
    let MissingFact {
        fact,
        disk,
        decides,
        az,
        ..
    } = missing;
    let machine = StoredValue::new(machine);
    let answer = Callback::new(move |value: Option<FactValue>| {
        let Some(value) = value else { return };
        let answered =
            machine.with_value(|machine| with_fact(machine, disk.as_deref(), &fact, value));
        let old = machine.get_value();
        match session.save_machine(Some(old), answered) {
            Ok(()) => {
                rescue_focus(".question .answer, #main");
                session.tell(Tone::Undo, format!("Set {fact}."));
            }
            Err(reason) => session.tell(Tone::No, reason),
        }
    });
    let disk_name = title.split(" of ").nth(1).map(ToOwned::to_owned);
    let edition = session.edition.get_untracked();
    let outcomes = known.map(|entry| {
        candidates(entry)
            .into_iter()
            .map(|value| {
                let verdict = machine.with_value(|machine| {
                    outcome(machine, disk_name.as_deref(), entry, value.clone(), edition)
                });
                view! { <Answer value verdict answer /> }
            })
            .collect_view()
    });
    let label = format!("Missing: {title}");
    view! {
        <section class="note unknown question" aria-label=label data-testid="missing">
            <Icon name="unknown" />
            <div>
                <p><b>"Unknown: "<span class="mono">{title}</span></b></p>
                <p>{known.map(|entry| entry.meaning.clone())} " Decides " {decides} "."</p>
                <div class="answers">{outcomes}</div>
                {known.filter(|entry| open_ended(entry)).map(|entry| view! { <FactInput entry value=Signal::stored(None) set=answer /> })}
                {az.map(|az| view! { <code class="code">{az}</code> })}
            </div>
        </section>
    }
}

#[component]
fn Answer(
    value: FactValue,
    verdict: Option<Verdict>,
    answer: Callback<Option<FactValue>>,
) -> impl IntoView {
    let words = crate::pages::fleet::fact_words(&value);
    view! {
        <button type="button" class="answer" on:click=act(move || answer.run(Some(value.clone())))>
            <b>{words}</b>
            {verdict.map(|verdict| view! { <VerdictMark verdict /> })}
        </button>
    }
}

/// Values worth offering.
fn candidates(entry: &FactEntry) -> Vec<FactValue> {
    match &entry.value_type {
        FactType::Bool | FactType::Presence => vec![FactValue::Bool(true), FactValue::Bool(false)],
        FactType::OneOf(words) => words.iter().cloned().map(FactValue::Text).collect(),
        FactType::Text if entry.name == "sku" => disk_skus().map(FactValue::Text).collect(),
        FactType::Integer { min } => vec![FactValue::Integer(*min), FactValue::Integer(min + 1)],
        FactType::Text | FactType::Locks | FactType::IntegerList | FactType::TextList => Vec::new(),
    }
}

/// Whether other values than the offered ones are possible.
fn open_ended(entry: &FactEntry) -> bool {
    !matches!(entry.value_type, FactType::Bool | FactType::OneOf(_))
}

fn with_fact(machine: &Machine, disk: Option<&str>, fact: &str, value: FactValue) -> Machine {
    let mut machine = machine.clone();
    let facts = match disk {
        Some(name) => machine
            .disks
            .iter_mut()
            .find(|disk| disk.name == name)
            .map(|disk| &mut disk.facts),
        None => Some(&mut machine.facts),
    };
    if let Some(facts) = facts {
        facts.insert(fact.to_owned(), value);
    }
    machine
}

fn outcome(
    machine: &Machine,
    disk: Option<&str>,
    entry: &FactEntry,
    value: FactValue,
    edition: Edition,
) -> Option<Verdict> {
    let answered = with_fact(machine, disk, &entry.name, value);
    let fleet = Fleet {
        machines: vec![answered],
        disks: Vec::new(),
    };
    let report = judge(&fleet, edition).ok()?;
    let judged = report.machines.first()?;
    // Other disks may lack the same fact, so an answer about a disk shows what it makes of that disk.
    match disk {
        Some(name) => judged
            .disks
            .iter()
            .find(|other| other.name == name)
            .map(|other| other.verdict),
        None => Some(judged.verdict),
    }
}
