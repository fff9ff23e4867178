//! How many VMs each service can protect, in parts.

use super::questions::fleet_questions;
use super::reports::Reports;
use crate::components::{Icon, act, follow, live, verdict_look};
use crate::later::part;
use crate::pages::support::{Asked, SIDE_BY_SIDE};
use crate::session::{Services, Session, fetch_services};
use leptos::prelude::*;
use rplab_core::matrix::{Service, Verdict};

/// From good to bad, as the bar shows them.
const ORDER: [Verdict; 6] = [
    Verdict::Supported,
    Verdict::Caveat,
    Verdict::ExcludeDisk,
    Verdict::Undocumented,
    Verdict::Unknown,
    Verdict::NotSupported,
];

/// The totals of each service; the chosen one is what the table is grouped by, and each part filters it.
#[component]
pub(super) fn Totals(
    /// The judgements.
    reports: Reports,
    /// The verdict that the table is filtered by.
    shown: RwSignal<Option<Verdict>>,
) -> impl IntoView {
    let asked = Asked::get();
    let asks = move || asked.service() != Service::RestorePoints;
    view! {
        <section class="card" aria-labelledby="totals-title" data-testid="totals">
            <h2 id="totals-title" class="unseen">"What can be protected"</h2>
            <div class="totals">
                {SIDE_BY_SIDE.map(|service| total(service, reports, shown, asked)).collect_view()}
            </div>
            {live(move || asks().then(|| part(|| Box::pin(fleet_questions()))))}
        </section>
    }
}

fn total(
    service: Service,
    reports: Reports,
    shown: RwSignal<Option<Verdict>>,
    asked: Asked,
) -> AnyView {
    let session = Session::get();
    let name = match service {
        Service::VmBackup => "Azure VM Backup",
        Service::DiskBackup => "Azure Disk Backup",
        _ => "VM restore points",
    };
    let count = move |verdict: Verdict| {
        reports.by(service, |all| {
            all.iter().filter(|own| own.verdict == verdict).count()
        })
    };
    let all = move || session.fleet.with(|fleet| fleet.machines.len());
    let protectable =
        move || count(Verdict::Supported) + count(Verdict::Caveat) + count(Verdict::ExcludeDisk);
    let waits = move || reports.waits(service);
    let choose = move |verdict: Option<Verdict>| {
        asked.choose(service);
        shown.set(verdict);
        if session
            .services
            .with_untracked(|services| matches!(services, Services::Failed(_)))
        {
            fetch_services(session);
        }
    };
    let bar = ORDER.map(|verdict| {
        let class = format!("fill-{}", verdict_look(verdict).class);
        view! { <i class=class hidden=follow(move || count(verdict) == 0) style:flex-grow=follow(move || count(verdict).to_string())></i> }
    });
    let parts = ORDER.map(|verdict| {
        let look = verdict_look(verdict);
        let chosen = move || asked.service() == service && shown.get() == Some(verdict);
        let press = move || choose((!untrack(chosen)).then_some(verdict));
        view! {
            <li hidden=follow(move || count(verdict) == 0 && !chosen())>
                <button type="button" class=format!("part {}", look.class) aria-pressed=follow(move || chosen().to_string()) data-testid=format!("total-{}", verdict.as_str()) on:click=act(press)>
                    <Icon name=look.class />
                    <b>{live(move || count(verdict))}</b>
                    " "
                    {look.counted}
                </button>
            </li>
        }
    });
    let numbers = move || {
        (!waits()).then(|| view! { <b data-testid="protectable">{protectable()}</b> " of " {all()} <span class="unseen">" can be protected"</span> })
    };
    view! {
        <div class="totals-part" data-testid=format!("totals-{service:?}")>
            <div class="totals-head">
                <h3><button type="button" class="totals-name" aria-pressed=follow(move || (asked.service() == service).to_string()) on:click=act(move || choose(None))>{name}</button></h3>
                <p class="total">{live(numbers)}</p>
            </div>
            <div class="bar" aria-hidden="true">{bar.collect_view()}</div>
            <ul class="legend">
                {live(move || waits().then(|| view! { <li class="hint">"rows not loaded"</li> }))}
                {parts.collect_view()}
            </ul>
        </div>
    }
    .into_any()
}
