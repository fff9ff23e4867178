//! The browser's own dialog: it holds the focus and gives it back when it closes.

use super::{Action, Look, rescue_focus};
use super::{act, live};
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A modal dialog with a title, a body that scrolls and a foot. Escape closes it.
#[component]
pub(crate) fn Dialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Its title.
    #[prop(into)]
    title: Signal<String>,
    /// Tests find it by this.
    testid: &'static str,
    /// Shown while it is open.
    body: fn() -> AnyView,
    /// The row of buttons at its foot.
    #[prop(optional)]
    foot: Option<fn() -> AnyView>,
    /// Asked before the reader closes it; where it says no, it stays.
    #[prop(optional)]
    may_close: Option<Callback<(), bool>>,
) -> impl IntoView {
    let stays = move || may_close.is_some_and(|asked| !asked.run(()));
    let stay = move |event: &ev::Event| {
        if stays() {
            event.prevent_default();
        }
    };
    // The key and not only what it asks of the dialog: a second Escape in a row would close it unasked.
    let key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() && !clears_search(&event) {
            stay(&event);
        }
    };
    let close = move || {
        if !stays() {
            open.set(false);
        }
    };
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let open = open.get();
        let Some(dialog) = node.get() else { return };
        match (open, dialog.open()) {
            // Where a browser refuses a modal, the dialog stays closed and the page usable.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let id = format!("{testid}-title");
    let labelled_by = id.clone();
    view! {
        <dialog class="dialog" node_ref=node aria-labelledby=labelled_by data-testid=testid on:keydown=key on:cancel=move |event| stay(&event) on:close=act(move || { open.set(false); rescue_focus("#main"); })>
            <header class="dialog-head">
                <h2 id=id class="grow">{live(move || title.get())}</h2>
                <Action label="Close" icon="close" look=Look::Quiet only_icon=true on_press=close />
            </header>
            <div class="dialog-body">{live(move || open.get().then(body))}</div>
            {foot.map(|foot| view! { <footer class="dialog-foot">{live(move || open.get().then(foot))}</footer> })}
        </dialog>
    }
}

/// Whether the key empties a field of search, and does no more.
fn clears_search(event: &ev::KeyboardEvent) -> bool {
    let target = event.target();
    let field = target.and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    field.is_some_and(|field| field.type_() == "search" && !field.value().is_empty())
}
