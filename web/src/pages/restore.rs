use leptos::prelude::*;
#[component]
pub(crate) fn RestorePage() -> impl IntoView { view! { <h1>"Restore"</h1> } }
