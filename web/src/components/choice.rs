//! One of several.

use super::{act, follow, live};
use leptos::prelude::*;

/// A select with its label. An empty value stands for the first option.
#[component]
pub(crate) fn Choice(
    /// Its words.
    #[prop(into)]
    label: String,
    /// Values with their words.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// The chosen value.
    value: RwSignal<String>,
    /// Whether the words are for readers only.
    #[prop(optional)]
    brief: bool,
    /// Tests find it by this.
    #[prop(optional, into)]
    testid: Option<String>,
) -> impl IntoView {
    let option = move |(of, words): (String, String)| {
        let same = of.clone();
        view! { <option value=of selected=follow(move || value.with(|value| *value == same))>{words}</option> }
    };
    view! {
        <label class="field">
            <span class:unseen=brief>{label}</span>
            <select class="input" data-testid=testid on:change:target=move |event| value.set(event.target().value())>
                {live(move || options.get().into_iter().map(option).collect_view())}
            </select>
        </label>
    }
}

/// A row of buttons, one of them pressed.
#[component]
pub(crate) fn Segments(
    /// What is chosen, for readers.
    #[prop(into)]
    label: String,
    /// Values with their words.
    options: Vec<(String, String)>,
    /// The chosen value.
    value: RwSignal<String>,
) -> impl IntoView {
    let button = move |(of, words): (String, String)| {
        let (same, testid) = (of.clone(), format!("choose-{of}"));
        view! {
            <button type="button" data-testid=testid aria-pressed=follow(move || value.with(|value| *value == same).to_string()) on:click=act(move || value.set(of.clone()))>{words}</button>
        }
    };
    view! { <div class="segments" role="group" aria-label=label>{options.into_iter().map(button).collect_view()}</div> }
}
