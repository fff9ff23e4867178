//! The author's steps: moments of the scenario, each with a sentence.

use crate::components::{Action, Look, act, follow, live};
use crate::session::Session;
use leptos::prelude::*;
use rplab_core::units::SimInstant;
use serde_json::Value;

/// A moment, and what the author says of it.
#[derive(Clone, Debug)]
pub(super) struct Step {
    at: SimInstant,
    text: String,
}

impl Step {
    /// Reads `[{ at, text }]`.
    pub(super) fn read_all(given: Option<&Value>) -> Result<Vec<Self>, String> {
        let steps = given
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        let read = |step: &Value| {
            let word = |name: &str| step.get(name).and_then(Value::as_str).unwrap_or_default();
            let at: SimInstant = word("at").parse().map_err(|_| {
                format!(
                    "data-at=\"{}\": not an instant such as 2026-01-14T09:30:00Z",
                    word("at")
                )
            })?;
            Ok(Self {
                at,
                text: word("text").to_owned(),
            })
        };
        steps.iter().map(read).collect()
    }
}

/// The steps as a row of buttons, with the sentence of the one that is shown.
#[component]
pub(super) fn Steps(
    steps: Vec<Step>,
    current: RwSignal<usize>,
    /// What they are called; each on a page by another name.
    label: String,
) -> impl IntoView {
    let session = Session::get();
    let count = steps.len();
    let steps = StoredValue::new(steps);
    Effect::new(move |_| {
        let shown = current.get();
        let at = steps.with_value(|steps| steps.get(shown).map(|step| step.at));
        if let Some(at) = at {
            untrack(|| session.look_back(at));
        }
    });
    let button = move |index: usize| {
        let label = format!("Step {} of {count}", index + 1);
        view! {
            <li class:done=follow(move || index <= current.get())>
                <button type="button" aria-label=label aria-current=follow(move || (current.get() == index).then_some("step")) on:click=act(move || current.set(index))>{index + 1}</button>
            </li>
        }
    };
    let text =
        move || steps.with_value(|steps| steps.get(current.get()).map(|step| step.text.clone()));
    let at_start =
        Signal::derive(move || (current.get() == 0).then(|| "This is the first step".to_owned()));
    let at_end = Signal::derive(move || {
        (current.get() + 1 == count).then(|| "This is the last step".to_owned())
    });
    view! {
        <nav class="steps" aria-label=label data-testid="steps">
            <Action label="Previous step" icon="left" only_icon=true look=Look::Quiet reason=at_start on_press=move || current.update(|at| *at = at.saturating_sub(1)) />
            <ol>{(0..count).map(button).collect_view()}</ol>
            <Action label="Next step" icon="right" only_icon=true look=Look::Primary reason=at_end testid="next-step" on_press=move || current.update(|at| *at += 1) />
        </nav>
        <p class="step-text" aria-live="polite" data-testid="step-text">{live(text)}</p>
    }
}
