//! Choosing the point.

use super::rehearsal::Rehearsal;
use crate::components::{act, follow, live};
use crate::pages::lifecycle::consistency_word;
use crate::words;
use leptos::prelude::*;
use rplab_core::api::RestorePointState;

/// One choice for each point of the VM.
#[component]
pub(crate) fn PointChoice() -> impl IntoView {
    let rehearsal = Rehearsal::get();
    let choice = move |point: RestorePointState| {
        let (id, same) = (point.id.clone(), point.id.clone());
        let chosen = move || rehearsal.point().is_some_and(|chosen| chosen.id == same);
        let consistency = consistency_word(point.consistency_mode, point.provisioning_state);
        let disks = words::count(
            u64::try_from(point.disks.len()).unwrap_or(0),
            "disk",
            "disks",
        );
        view! {
            <li>
                <label class="point-choice">
                    <input type="radio" name="point" data-testid=format!("from-{}", point.name) prop:checked=follow(chosen) on:change=act(move || rehearsal.chosen.set(Some(id.clone()))) />
                    <span class="mono strong">{point.name.clone()}</span>
                    <span class="hint end">{words::short_instant(point.time_created)} " \u{b7} " {consistency} " \u{b7} " {disks}</span>
                </label>
            </li>
        }
    };
    view! {
        <section class="card" aria-labelledby="from-title">
            <div class="card-head"><h2 id="from-title">"From"</h2></div>
            {live(move || rehearsal.passed_over().map(|said| view! { <p class="card-body hint" id="passed-over" data-testid="passed-over">{said}</p> }))}
            <fieldset aria-describedby="passed-over"><legend class="unseen">"Point to restore from"</legend>
                <ul class="point-choices">{live(move || rehearsal.points.get().into_iter().rev().map(choice).collect_view())}</ul>
            </fieldset>
        </section>
    }
}
