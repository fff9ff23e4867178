//! Sentences with code in backticks.

use leptos::prelude::*;

/// The text, with what stands in backticks as code.
pub(crate) fn prose(text: &str) -> impl IntoView + use<> {
    let parts = text.split('`').enumerate().map(|(index, part)| {
        let part = part.to_owned();
        if index % 2 == 1 {
            view! { <code>{part}</code> }.into_any()
        } else {
            part.into_any()
        }
    });
    parts.collect_view()
}
