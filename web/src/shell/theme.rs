//! Light, dark, high contrast, or what the system prefers.

use crate::components::{Icon, act, follow};
use gloo::storage::{LocalStorage, Storage};
use leptos::prelude::*;

const KEY: &str = "restore-point-lab.theme";
const CHOICES: [(&str, &str, &str); 4] = [
    ("", "As the system", "contrast"),
    ("light", "Light", "sun"),
    ("dark", "Dark", "moon"),
    ("hc", "High contrast", "contrast"),
];

/// The chosen theme; empty for the system's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Theme(pub(crate) RwSignal<String>);

impl Theme {
    /// Reads the choice and applies every later one.
    pub(crate) fn follow() -> Self {
        let kept = LocalStorage::raw()
            .get_item(KEY)
            .ok()
            .flatten()
            .unwrap_or_default();
        let theme = RwSignal::new(kept);
        Effect::new(move |_| theme.with(|theme| apply(theme)));
        Self(theme)
    }
}

fn apply(theme: &str) {
    let Some(root) = document().document_element() else {
        return;
    };
    let storage = LocalStorage::raw();
    // Where storage is forbidden the choice lasts as long as the page.
    let _ = if theme.is_empty() {
        root.remove_attribute("data-theme")
            .and(storage.remove_item(KEY))
    } else {
        root.set_attribute("data-theme", theme)
            .and(storage.set_item(KEY, theme))
    };
}

/// The theme's button and menu.
#[component]
pub(crate) fn ThemeMenu() -> impl IntoView {
    let Theme(theme) = expect_context();
    let choice = move |(value, label, icon): (&'static str, &'static str, &'static str)| {
        view! {
            <button
                type="button"
                aria-pressed=follow(move || (theme.get() == value).to_string())
                popovertarget="theme-menu"
                popovertargetaction="hide"
                on:click=act(move || theme.set(value.to_owned()))
            >
                <Icon name=icon />
                {label}
            </button>
        }
    };
    view! {
        <button type="button" class="button quiet only-icon" aria-label="Theme" title="Theme" popovertarget="theme-menu" data-testid="theme">
            <Icon name="sun" />
        </button>
        <div id="theme-menu" class="menu at-end" popover="auto">{CHOICES.map(choice).collect_view()}</div>
    }
}
