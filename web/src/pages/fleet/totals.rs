//! How many VMs restore points can protect, in parts.

use crate::components::{Icon, follow, live, verdict_look};
use crate::session::Session;
use leptos::prelude::*;
use rplab_core::matrix::Verdict;

/// From good to bad, as the bar shows them.
const ORDER: [Verdict; 6] = [
    Verdict::Supported,
    Verdict::Caveat,
    Verdict::ExcludeDisk,
    Verdict::Undocumented,
    Verdict::Unknown,
    Verdict::NotSupported,
];

/// The totals; each part filters the table.
#[component]
pub(crate) fn Totals(
    /// The verdict that the table is filtered by.
    shown: RwSignal<Option<Verdict>>,
) -> impl IntoView {
    let session = Session::get();
    let count = move |verdict: Verdict| {
        session.report.with(|report| {
            report.as_ref().map_or(0, |report| {
                report
                    .machines
                    .iter()
                    .filter(|machine| machine.verdict == verdict)
                    .count()
            })
        })
    };
    let all = move || session.fleet.with(|fleet| fleet.machines.len());
    let protectable =
        move || count(Verdict::Supported) + count(Verdict::Caveat) + count(Verdict::ExcludeDisk);
    view! {
        <section class="card totals" aria-labelledby="totals-title" data-testid="totals">
            <div class="totals-head">
                <h2 id="totals-title">"VM restore points"</h2>
                <p class="total"><b data-testid="protectable">{protectable}</b> " of " {live(all)} <span class="hint">" can be protected"</span></p>
            </div>
            <div class="bar" aria-hidden="true">
                {ORDER
                    .map(|verdict| {
                        let class = format!("fill-{}", verdict_look(verdict).class);
                        view! { <i class=class hidden=follow(move || count(verdict) == 0) style:flex-grow=follow(move || count(verdict).to_string())></i> }
                    })
                    .collect_view()}
            </div>
            <ul class="legend">
                {ORDER.map(|verdict| view! { <Part verdict count=Signal::derive(move || count(verdict)) shown /> }).collect_view()}
            </ul>
        </section>
    }
}

#[component]
fn Part(verdict: Verdict, count: Signal<usize>, shown: RwSignal<Option<Verdict>>) -> impl IntoView {
    let look = verdict_look(verdict);
    let chosen = move || shown.get() == Some(verdict);
    let press = move |_| shown.set(if chosen() { None } else { Some(verdict) });
    view! {
        <li hidden=follow(move || count.get() == 0 && !chosen())>
            <button type="button" class=format!("part {}", look.class) aria-pressed=follow(move || chosen().to_string()) data-testid=format!("total-{}", verdict.as_str()) on:click=press>
                <Icon name=look.class />
                <b>{count}</b>
                " "
                {look.counted}
            </button>
        </li>
    }
}
