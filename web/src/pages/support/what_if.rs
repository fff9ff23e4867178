//! What is asked of restore points, changed in place: every verdict on the page follows.

use super::asked::{Asked, asked_words};
use crate::components::{Action, Choice, Look, Segments, live};
use leptos::prelude::*;
use rplab_core::matrix::cross_region_regions;

const CONSISTENCY: [(&str, &str); 3] = [
    ("", "As the guest gives"),
    ("application", "Application"),
    ("crash", "Crash"),
];
const VERSIONS: [&str; 6] = [
    "2020-12-01",
    "2021-03-01",
    "2021-07-01",
    "2022-03-01",
    "2023-03-01",
    "2024-03-01",
];

/// The controls.
#[component]
pub(super) fn WhatIf(asked: Asked) -> impl IntoView {
    let consistency = linked(asked, "request.consistency");
    let version = linked(asked, "request.apiVersion");
    let region = linked(asked, "request.targetRegion");
    let words = |(value, words): (&str, &str)| (value.to_owned(), words.to_owned());
    let any = |any: &str| (String::new(), any.to_owned());
    let versions = std::iter::once(any("newest"))
        .chain(VERSIONS.map(|version| words((version, version))))
        .collect();
    let regions = cross_region_regions()
        .into_iter()
        .map(|region| words((region, region)));
    let regions = std::iter::once(any("the VM's own"))
        .chain(regions)
        .collect::<Vec<_>>();
    let asks = move || asked.0.with(asked_words).is_some();
    view! {
        <section class="card what-if" aria-labelledby="what-if-title" data-testid="what-if">
            <h2 id="what-if-title">"What if"</h2>
            <Segments label="Consistency" options=CONSISTENCY.map(words).to_vec() value=consistency />
            <Choice label="API version" options=Signal::stored(versions) value=version testid="what-if-api" />
            <Choice label="Region of the point" options=Signal::stored(regions) value=region testid="what-if-region" />
            {live(move || asks().then(|| view! { <Action label="As it is" icon="undo" look=Look::Quiet small=true testid="what-if-reset" on_press=move || asked.forget() /> }))}
        </section>
    }
}

/// A text that follows the question at a path, and changes it.
fn linked(asked: Asked, path: &'static str) -> RwSignal<String> {
    let text = RwSignal::new(asked.text(path));
    Effect::new(move |_| {
        let now = asked.text(path);
        if text.get_untracked() != now {
            text.set(now);
        }
    });
    Effect::new(move |_| {
        let wanted = text.get();
        if untrack(|| asked.text(path)) != wanted {
            asked.ask(path, &wanted);
        }
    });
    text
}
