use leptos::prelude::*;
#[component]
pub(crate) fn LifecyclePage() -> impl IntoView { view! { <h1>"Lifecycle"</h1> } }
