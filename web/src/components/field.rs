//! A line of text with its label.

use super::follow;
use leptos::prelude::*;

/// The label of the field that does not fit, given by the page whose form it is.
#[derive(Clone, Copy)]
pub(crate) struct WrongField(pub(crate) Signal<Option<&'static str>>);

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
    let wrong = use_context::<WrongField>().map(|WrongField(wrong)| {
        let own = label.clone();
        follow(move || (wrong.get() == Some(own.as_str())).then_some("true"))
    });
    view! {
        <label class="field">
            {label}
            <input class="input" class:number=number inputmode=keys placeholder=placeholder aria-invalid=wrong data-testid=testid bind:value=value />
        </label>
    }
}
