use leptos::prelude::*;
#[component]
pub(crate) fn SupportPage() -> impl IntoView { view! { <h1>"Support"</h1> } }
