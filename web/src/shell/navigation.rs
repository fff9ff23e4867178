//! Where one can go: words, a rail, or tabs at the lower edge.

use crate::components::{Icon, follow, live};
use crate::route::{Page, Way, address};
use crate::session::Session;
use leptos::prelude::*;
use rplab_core::api::{Lab, version};

/// The navigation at the left edge, with what the reader may rely on at its foot.
#[component]
pub(crate) fn Navigation() -> impl IntoView {
    let session = Session::get();
    let version = version();
    let seed = move || session.read(Lab::seed);
    view! {
        <nav class="navigation" aria-label="Pages">
            <ul>{Page::PATH.map(|page| view! { <li><PageLink page counted=true /></li> }).collect_view()}</ul>
            <hr aria-hidden="true" />
            <ul>{Page::BESIDE.map(|page| view! { <li><PageLink page counted=false /></li> }).collect_view()}</ul>
            <footer>
                <Icon name="offline" />
                "Works offline. Nothing leaves this browser."
                <br />
                {format!("Engine {}", version.engine)} " \u{b7} seed " {live(seed)}
                <br />
                {format!("Matrix rev. {}", version.matrix_revision)}
            </footer>
        </nav>
    }
}

/// The same at the lower edge of a narrow screen.
#[component]
pub(crate) fn Tabs() -> impl IntoView {
    view! {
        <nav class="tabs" aria-label="Pages">
            <ul>{Page::PATH.map(|page| view! { <li><PageLink page counted=false /></li> }).collect_view()}</ul>
        </nav>
    }
}

/// The pages beside the path, where the tabs have no room for them.
#[component]
pub(crate) fn MorePages() -> impl IntoView {
    view! {
        <nav class="more-pages" aria-label="More pages">
            {Page::BESIDE.map(|page| view! { <PageLink page counted=false /> }).collect_view()}
        </nav>
    }
}

#[component]
fn PageLink(page: Page, counted: bool) -> impl IntoView {
    let session = Session::get();
    let Way { route, .. } = Way::get();
    let here = move || route.with(|route| route.page == page).then_some("page");
    let count = move || session.fleet.with(|fleet| fleet.machines.len());
    view! {
        <a href=follow(move || address(page, session.machine.get().as_deref())) aria-current=follow(here) title=page.name()>
            <Icon name=page.word() />
            <span class="words">{page.name()}</span>
            {(counted && page == Page::Fleet).then(|| view! { <span class="count" aria-hidden="true">{live(count)}</span> })}
        </a>
    }
}
