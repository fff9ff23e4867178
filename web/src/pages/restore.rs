//! Restore: what comes back, and whether it is the same.

mod abilities;
mod disk_form;
mod machine_form;
mod methods;
mod points;
mod proof;
mod rehearsal;
mod rehearse;
mod restored;
mod restoring;
mod ways;

use self::abilities::AbilitiesCard;
use self::disk_form::RestoreDiskForm;
use self::machine_form::RestoreMachineForm;
use self::methods::RestoreMethods;
use self::points::PointChoice;
use self::proof::ProofCard;
use self::rehearsal::Rehearsal;
use self::rehearse::RehearsalCard;
use self::restored::RestoredList;
use super::parts::{MachineSwitch, NoMachine, UnknownMachine};
use crate::components::{Icon, follow, live, soon};
use crate::route::{Page, address};
use crate::session::Session;
use crate::words;
use leptos::prelude::*;

/// The page.
#[component]
pub(crate) fn RestorePage() -> impl IntoView {
    let session = Session::get();
    let rehearsal = Rehearsal::new(session);
    provide_context(rehearsal);
    move || match session.machine.with(Option::is_some) {
        true => view! { <Ways /> }.into_any(),
        false => view! { <NoMachine page=Page::Restore /> }.into_any(),
    }
}

#[component]
fn Ways() -> impl IntoView {
    let session = Session::get();
    let rehearsal = Rehearsal::get();
    let from = move || match rehearsal.point() {
        Some(point) => format!(
            "From {}, {} UTC, {}.",
            point.name,
            words::instant(point.time_created),
            words::count(
                u64::try_from(point.disks.len()).unwrap_or(0),
                "disk",
                "disks"
            )
        ),
        None => "No points yet.".to_owned(),
    };
    let none = move || rehearsal.points.with(Vec::is_empty);
    view! {
        <UnknownMachine page=Page::Restore />
        <div class="page-head">
            <div>
                <h1>"Restore " {live(move || session.machine_name())}</h1>
                <p>{live(from)}</p>
            </div>
            <div class="page-actions"><MachineSwitch page=Page::Restore /></div>
        </div>
        {live(move || if none() {
            view! { <Nothing />{soon(move || view! { <RestoreMethods /> }.into_any())} }.into_any()
        } else {
            view! {
                <div class="restore-columns">
                    <div class="stack wide">
                        {soon(move || view! { <PointChoice /> }.into_any())}
                        {soon(move || view! { <RestoreMachineForm /> }.into_any())}
                        {soon(move || view! { <RestoreDiskForm /> }.into_any())}
                    </div>
                    <div class="stack wide">
                        {soon(move || view! { <RestoreMethods /> }.into_any())}
                        {soon(move || view! { <AbilitiesCard /> }.into_any())}
                        {soon(move || view! { <RehearsalCard /> }.into_any())}
                        {soon(move || view! { <RestoredList /> }.into_any())}
                        {soon(move || view! { <ProofCard /> }.into_any())}
                    </div>
                </div>
            }.into_any()
        })}
    }
}

#[component]
fn Nothing() -> impl IntoView {
    let session = Session::get();
    view! {
        <div class="card empty">
            <Icon name="restore" />
            <b>"There is no point to restore from"</b>
            <p>"Create one on the Lifecycle page; it is ready when its state says Succeeded."</p>
            <a class="button primary" href=follow(move || address(Page::Lifecycle, session.machine.get().as_deref()))>"Go to Lifecycle"</a>
        </div>
    }
}
