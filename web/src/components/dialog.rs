//! The browser's own dialog: it holds the focus and gives it back when it closes.

use super::{Action, Look, rescue_focus};
use super::{act, live};
use leptos::html;
use leptos::prelude::*;

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
) -> impl IntoView {
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
        <dialog class="dialog" node_ref=node aria-labelledby=labelled_by data-testid=testid on:close=act(move || { open.set(false); rescue_focus("#main"); })>
            <header class="dialog-head">
                <h2 id=id class="grow">{live(move || title.get())}</h2>
                <Action label="Close" icon="close" look=Look::Quiet only_icon=true on_press=move || open.set(false) />
            </header>
            <div class="dialog-body">{live(move || open.get().then(body))}</div>
            {foot.map(|foot| view! { <footer class="dialog-foot">{live(move || open.get().then(foot))}</footer> })}
        </dialog>
    }
}
