//! Support: what can protect one VM, decided by which row, as of when.

mod asked;
mod compare;
mod dial;
mod disks;
mod exclusion;
mod findings;
mod missing;
mod remedies;
mod services;
mod what_if;

use self::asked::judged as judged_for;
pub(crate) use self::asked::judged_fleet;
pub(crate) use self::asked::{Asked, OWN_REGION, about, asked_words};
use self::compare::CompareEditions;
use self::dial::EditionDial;
use self::disks::{Assumed, DiskVerdicts};
use self::exclusion::Exclusion;
use self::findings::Findings;
use self::missing::MissingFacts;
use self::remedies::WaysOut;
pub(crate) use self::services::SIDE_BY_SIDE;
use self::services::{ServiceColumns, ServiceRemarks};
use self::what_if::WhatIf;
use super::fleet::Editor;
use super::matrix::TouchingContradictions;
use super::parts::{MachineSwitch, NoMachine, UnknownMachine, machine_line};
use crate::components::{Action, Look, VerdictMark, live, soon, verdict_look};
use crate::route::{Page, Way, address};
use crate::session::{Session, is_meant};
use leptos::prelude::*;
use rplab_core::matrix::{AssessOptions, MachineAssessment, Service, Verdict};
use rplab_core::model::Machine;

/// The VM that the page is about, and its judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Judged {
    /// The VM.
    pub(crate) machine: Machine,
    /// Its judgement in the chosen edition.
    pub(crate) report: MachineAssessment,
}

/// The page.
#[component]
pub(crate) fn SupportPage() -> impl IntoView {
    let session = Session::get();
    let judged = Memo::new(move |_| {
        let reference = session.machine.get()?;
        let index = session.fleet.with(|fleet| {
            fleet
                .machines
                .iter()
                .position(|machine| is_meant(&reference, &machine.id, &machine.name))
        })?;
        let machine = session
            .fleet
            .with(|fleet| fleet.machines.get(index).cloned())?;
        let report = session.report.with(|report| {
            report
                .as_ref()
                .ok()
                .and_then(|report| report.machines.get(index).cloned())
        })?;
        Some(Judged { machine, report })
    });
    // Anew for another VM, and not for another fact of the same one.
    let of = Memo::new(move |_| {
        judged.with(|judged| judged.as_ref().map(|judged| judged.machine.id.clone()))
    });
    move || match of.with(Option::is_some) {
        true => view! { <Answer judged=Signal::derive(move || judged.get()) /> }.into_any(),
        false => view! { <NoMachine page=Page::Support /> }.into_any(),
    }
}

#[component]
fn Answer(judged: Signal<Option<Judged>>) -> impl IntoView {
    let session = Session::get();
    let editor = Editor::get();
    let edit = move || {
        if let Some(judged) = judged.get_untracked() {
            editor.edit(&judged.machine);
        }
    };
    let way = Way::get();
    let run = move || {
        way.go(&address(
            Page::Lifecycle,
            session.machine.get_untracked().as_deref(),
        ))
    };
    let part = move |view: fn(Judged) -> AnyView| move || judged.get().map(view);
    let asked = Asked::get();
    // The same for the chosen service; nothing while its rows are not there.
    let chosen = Memo::new(move |_| {
        session.services.track();
        let Judged { machine, report } = judged.get()?;
        let report = match asked.0.get() {
            plain
                if plain
                    == AssessOptions {
                        edition: plain.edition,
                        ..AssessOptions::default()
                    } =>
            {
                Some(report)
            }
            options => judged_for(&machine, options, session.edition.get()),
        };
        report.map(|report| Judged { machine, report })
    });
    let of_chosen = move |view: fn(Judged) -> AnyView| move || chosen.get().map(view);
    let is_simulated = move || asked.service() == Service::RestorePoints;
    let said = move || asked_words(&asked.0.get());
    view! {
        <UnknownMachine page=Page::Support />
        <div class="page-head">
            <div>
                <div class="line">
                    <h1 data-testid="support-name" translate="no">{live(move || judged.get().map(|judged| judged.machine.name))}</h1>
                    <span data-testid="headline">{part(|judged| { let words = headline(&judged.report); view! { <VerdictMark verdict=judged.report.verdict words solid=true /> }.into_any() })}</span>
                </div>
                <p>{live(move || judged.get().map(|judged| machine_line(&judged.machine)))}</p>
            </div>
            <div class="page-actions">
                <MachineSwitch page=Page::Support />
                <Action label="Edit facts" icon="edit" on_press=edit />
                <Action label="Run it" icon="play" look=Look::Primary on_press=run />
            </div>
        </div>
        {soon(move || live(part(|judged| view! { <EditionDial machine=judged.machine /> }.into_any())).into_any())}
        {soon(move || view! { <WhatIf asked /> }.into_any())}
        {soon(move || live(move || judged.get().map(|judged| view! { <ServiceColumns machine=judged.machine asked /> })).into_any())}
        <div class="columns">
            <div class="stack wide">
                {soon(move || live(move || view! { <ServiceRemarks report=chosen.get().map(|judged| judged.report) services=session.services.get() said=said() asked /> }).into_any())}
                {soon(move || live(of_chosen(|judged| view! { <MissingFacts judged /> }.into_any())).into_any())}
                {soon(move || live(of_chosen(|judged| view! { <Findings report=judged.report /> }.into_any())).into_any())}
            </div>
            <aside aria-label="Disks and facts">
                {soon(move || live(of_chosen(|judged| view! { <DiskVerdicts judged /> }.into_any())).into_any())}
                {soon(move || live(of_chosen(|judged| view! { <WaysOut judged /> }.into_any())).into_any())}
                {soon(move || live(of_chosen(|judged| view! { <TouchingContradictions report=judged.report /> }.into_any())).into_any())}
                {soon(move || live(move || chosen.get().filter(|_| is_simulated()).map(|judged| view! { <Exclusion judged /> })).into_any())}
                {soon(move || live(of_chosen(|judged| view! { <Assumed report=judged.report /> }.into_any())).into_any())}
            </aside>
        </div>
        {soon(move || view! { <CompareEditions /> }.into_any())}
    }
}

/// The verdict in words that name what it takes.
pub(crate) fn headline(report: &MachineAssessment) -> String {
    match (
        report.verdict,
        report.exclude_disks.as_slice(),
        report.missing.len(),
    ) {
        (Verdict::ExcludeDisk, [disk], _) => format!("Protectable without {disk}"),
        (Verdict::ExcludeDisk, disks, _) => format!("Protectable without {} disks", disks.len()),
        (Verdict::Unknown, _, 1) => "Unknown: 1 fact missing".to_owned(),
        (Verdict::Unknown, _, count) if count > 1 => format!("Unknown: {count} facts missing"),
        (verdict, ..) => verdict_look(verdict).word.to_owned(),
    }
}
