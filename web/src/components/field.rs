//! A line of text with its label.

use leptos::prelude::*;

/// An input with its label.
#[component]
pub(crate) fn Field(
    /// Its words.
    #[prop(into)]
    label: String,
    /// The text.
    value: RwSignal<String>,
    /// What stands there while it is empty.
    #[prop(optional, into)]
    placeholder: Signal<String>,
    /// Whether it takes numbers.
    #[prop(optional)]
    number: bool,
    /// Whether these may have decimals: keys on a screen have no mark for them otherwise.
    #[prop(optional)]
    decimal: bool,
    /// Tests find it by this.
    #[prop(optional, into)]
    testid: Option<String>,
) -> impl IntoView {
    let keys = number.then_some(if decimal { "decimal" } else { "numeric" });
    view! {
        <label class="field">
            {label}
            <input class="input" class:number=number inputmode=keys placeholder=placeholder data-testid=testid bind:value=value />
        </label>
    }
}
