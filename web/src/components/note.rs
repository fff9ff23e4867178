//! A boxed remark.

use super::Icon;
use leptos::prelude::*;

/// A remark with a tone: `ok`, `caveat`, `no`, `unknown` or `info`.
#[component]
pub(crate) fn Note(
    /// The tone, which is its class.
    tone: &'static str,
    /// Whether readers are told at once.
    #[prop(optional)]
    alert: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <div class=format!("note {tone}") role=alert.then_some("alert")>
            <Icon name=tone />
            <div>{children()}</div>
        </div>
    }
}
