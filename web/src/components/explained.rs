//! A number or a state that says how it comes about: a button with a dashed line under it, and what it opens.

use super::{RuleLinks, live};
use leptos::ev;
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;

/// What stands behind a number or a state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Why {
    /// Formulas, values with their sources, events: one after the other.
    pub(crate) lines: Vec<String>,
    /// The rules that it rests on.
    pub(crate) rules: Vec<String>,
}

/// Where what stands behind it comes from; asked when it is opened.
#[derive(Clone)]
pub(crate) struct Reasons(Rc<dyn Fn() -> Why>);

impl<F: Fn() -> Why + 'static> From<F> for Reasons {
    fn from(read: F) -> Self {
        Self(Rc::new(read))
    }
}

thread_local! {
    static NEXT: Cell<u32> = const { Cell::new(0) };
}

/// The number as a button; it opens what it rests on.
#[component]
pub(crate) fn Explained(
    /// The number or the state, as it is shown.
    #[prop(into)]
    text: Signal<String>,
    /// What it is, as the title of what opens.
    #[prop(into)]
    of: String,
    /// What it rests on.
    #[prop(into)]
    why: Reasons,
    /// Tests find it by this.
    #[prop(optional, into)]
    testid: Option<String>,
) -> impl IntoView {
    let number = NEXT.with(|next| next.replace(next.get().wrapping_add(1)));
    let id = format!("why-{number}");
    let (target, label, title) = (id.clone(), of.clone(), StoredValue::new(of));
    let found = RwSignal::new(None::<Why>);
    let why = StoredValue::new_local(why);
    let toggled = move |event: ev::Event| {
        let panel = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let open = panel.is_some_and(|panel| panel.matches(":popover-open").unwrap_or(false));
        let read = move || why.with_value(|why| (why.0)());
        found.set(open.then(|| untrack(read)));
    };
    let shown = move || {
        found.get().map(|why| {
            let lines = why.lines.into_iter().map(|line| view! { <li>{line}</li> });
            let rules = (!why.rules.is_empty()).then(|| view! { <p class="hint">"Rules " <RuleLinks rules=why.rules /></p> });
            view! { <h3>{title.get_value()}</h3><ul class="bullets">{lines.collect_view()}</ul>{rules} }
        })
    };
    view! {
        <button type="button" class="explained" data-key="e" popovertarget=target aria-haspopup="dialog" data-testid=testid>{live(move || text.get())}</button>
        <div id=id class="why" popover="auto" role="dialog" aria-label=label data-testid="why" on:toggle=toggled>
            // Some browsers go past what opens where nothing within it takes the keyboard.
            <div class="why-text" tabindex="0">{live(shown)}</div>
        </div>
    }
}
