//! Work that is under way, and how to stop it.

use super::{Action, follow, live};
use crate::session::jobs::Progress;
use crate::words;
use leptos::prelude::*;

/// What is being done, how far it is, and a button that stops it.
#[component]
pub(crate) fn Working(
    /// How far it is.
    progress: RwSignal<Progress>,
    /// Stops it.
    on_stop: impl Fn() + 'static,
) -> impl IntoView {
    let what = move || progress.with(|far| words::working(&far.what));
    let part = move || {
        progress.with(|far| {
            if far.total > 0.0 {
                far.done / far.total
            } else {
                0.0
            }
        })
    };
    // Readers are told at quarters only, whatever else changes meanwhile.
    let told = Memo::new(move |before: Option<&(f64, &'static str)>| {
        let quarter = (part() * 4.0).floor() * 25.0;
        match before {
            Some(before) if before.0 == quarter => *before,
            _ => (quarter, what()),
        }
    });
    view! {
        <div class="working">
            <div class="line">
                <b class="grow">{live(what)}</b>
                <Action label="Stop" small=true testid="stop-work" on_press=on_stop />
            </div>
            <progress max="1" value=follow(move || part().to_string()) aria-label="Progress"></progress>
            <span class="unseen" role="status">{live(move || told.with(|(quarter, what)| format!("{what} {quarter} %")))}</span>
        </div>
    }
}
