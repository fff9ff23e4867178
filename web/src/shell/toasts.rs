//! Messages at the lower edge, read out politely.

use super::passing::passing;
use super::scenario_menu::new_project;
use crate::components::{Action, Icon, Look, act, rescue_focus};
use crate::later::when_opened;
use crate::route::{Page, Way};
use crate::session::{Session, Toast, Tone, dismiss, leave_page, steps_back};
use leptos::prelude::*;

/// The messages that stand now.
#[component]
pub(crate) fn Toasts(
    /// What the region is called; each on a page by another name.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let session = Session::get();
    let route = Way::get().route;
    Effect::new(move |before: Option<Page>| {
        let page = route.with(|route| route.page);
        if before.is_some_and(|before| before != page) {
            leave_page(session.toasts);
        }
        page
    });
    view! {
        <section class="toasts" aria-live="polite" aria-label=label data-testid="toasts">
            <For each=move || session.toasts.get() key=|toast| toast.id let:toast>
                <OneToast toast />
            </For>
            {when_opened(session.passing, || Box::pin(passing()))}
        </section>
    }
}

#[component]
fn OneToast(toast: Toast) -> impl IntoView {
    let session = Session::get();
    let id = toast.id;
    let hold = move |held: bool| {
        session.toasts.update(|all| {
            if let Some(toast) = all.iter_mut().find(|toast| toast.id == id) {
                toast.held = held;
            }
        });
    };
    let (class, icon) = match toast.tone {
        Tone::No => ("toast no", "no"),
        Tone::Done | Tone::Undo => ("toast", "ok"),
        Tone::Resumed => ("toast", "again"),
        Tone::News => ("toast", "info"),
    };
    let gone = move || {
        dismiss(session.toasts, id);
        rescue_focus("#main");
    };
    let undo = move || {
        // What is under way would be the first step back.
        session.stop_underway();
        for _ in 0..steps_back(session.toasts, id) {
            session.undo();
        }
        gone();
    };
    let fresh = move || {
        gone();
        new_project(session);
    };
    // Two steps may stand that can be taken back.
    let told = format!("toast-{id}");
    view! {
        <div
            class=class
            on:mouseenter=act(move || hold(true))
            on:mouseleave=act(move || hold(false))
            on:focusin=act(move || hold(true))
            on:focusout=act(move || hold(false))
        >
            <Icon name=icon />
            <p id=told.clone()>{toast.text}</p>
            {(toast.tone == Tone::Undo).then(|| view! { <Action label="Undo" icon="undo" small=true look=Look::Quiet described_by=told on_press=undo /> })}
            {(toast.tone == Tone::Resumed).then(|| view! { <Action label="Start fresh" small=true look=Look::Quiet testid="start-fresh" on_press=fresh /> })}
            <Action label="Dismiss" icon="close" look=Look::Quiet small=true only_icon=true on_press=gone />
        </div>
    }
}
