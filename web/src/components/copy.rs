//! Copies a text.

use super::{Action, Look};
use crate::session::{Session, Tone};
use leptos::prelude::*;

/// A button that copies `text` and says so.
#[component]
pub(crate) fn CopyButton(
    /// What it copies.
    #[prop(into)]
    text: Signal<String>,
    /// Its words.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let session = Session::get();
    let copy = move || {
        let promise = window()
            .navigator()
            .clipboard()
            .write_text(&text.get_untracked());
        wasm_bindgen_futures::spawn_local(async move {
            match wasm_bindgen_futures::JsFuture::from(promise).await {
                Ok(_) => session.tell(Tone::Done, "Copied."),
                Err(_) => session.tell(
                    Tone::No,
                    "The browser did not allow copying. Select the text and copy it.",
                ),
            }
        });
    };
    view! { <Action label icon="copy" look=Look::Plain small=true on_press=copy /> }
}
