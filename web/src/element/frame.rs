//! What surrounds the view: the question, the steps, the way back and the way on.

use super::options::Options;
use super::steps::Steps;
use crate::app::page_view;
use crate::components::{Action, Look, Mark, follow, live};
use crate::pages::{EditorPart, LifecycleEmbed};
use crate::route::{Page, Way};
use crate::session::{Session, Tone};
use crate::shell::{Theme, Toasts};
use leptos::prelude::*;
use rplab_core::api::{Lab, version};
use std::cell::RefCell;
use wasm_bindgen::JsCast;

/// The views that an element shows.
pub(super) const VIEWS: [Page; 5] = [
    Page::Lifecycle,
    Page::Support,
    Page::Restore,
    Page::Fleet,
    Page::Matrix,
];

thread_local! {
    static NAMES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// What an element is called as long as it is there: its title, and a number where another one has the same.
fn own_name(title: &str) -> String {
    let free = NAMES.with_borrow_mut(|names| {
        let numbered = (2..).map(|number| format!("{title} ({number})"));
        let free = std::iter::once(title.to_owned())
            .chain(numbered)
            .find(|name| !names.contains(name))
            .unwrap_or_default();
        names.push(free.clone());
        free
    });
    let taken = free.clone();
    on_cleanup(move || NAMES.with_borrow_mut(|names| names.retain(|name| *name != taken)));
    free
}

/// The frame with the view in it.
#[component]
pub(super) fn Frame(options: Options) -> impl IntoView {
    let (session, way, Theme(theme)) = (Session::get(), Way::get(), expect_context());
    let Options {
        scenario,
        title,
        view: first,
        machine,
        steps,
        planner,
        disk,
        ..
    } = options;
    let current = RwSignal::new(0_usize);
    let has_steps = !steps.is_empty();
    let open = way.page();
    let shown = move || match open.get() {
        Page::Lifecycle => view! { <LifecycleEmbed disk=disk.clone() has_steps /> }.into_any(),
        page => page_view(page),
    };
    let start = crate::route::address(first, machine.as_deref());
    let reset = move || {
        // It was read once, so it is read again.
        if let Ok(lab) = Lab::from_scenario(scenario.clone()) {
            session.replace(lab, None);
            current.set(0);
            way.go(&start);
            session.tell(Tone::Undo, "As the author left it.");
        }
    };
    // Links between views lead inside the element, not away from the page.
    let stay = move |event: leptos::ev::MouseEvent| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let link = target.and_then(|target| target.closest("a[href^='#/']").ok().flatten());
        if let Some(address) = link.and_then(|link| link.get_attribute("href")) {
            event.prevent_default();
            way.go(&address);
        }
    };
    let tab = move |page: Page| {
        let here = move || way.route.with(|route| route.page == page);
        let address = move || crate::route::address(page, session.machine.get().as_deref());
        view! { <li><a href=follow(address) aria-current=follow(move || here().then_some("page"))>{page.name()}</a></li> }
    };
    let on = planner.map(|planner| view! { <a class="on" href=planner target="_blank" rel="noopener">"Open the planner"</a> });
    // Several elements on a page: what a screen reader lists has to tell them apart.
    let name = own_name(&title);
    let label = format!("Restore Point Lab: {name}");
    let step_name = format!("Steps: {name}");
    let (views, messages) = (format!("Views: {name}"), format!("Messages: {name}"));
    view! {
        <section class="rpl" aria-label=label data-theme=follow(move || Some(theme.get()).filter(|theme| !theme.is_empty())) on:click=stay>
            <header class="rpl-head">
                <Mark />
                <h2 class="grow" data-testid="element-title">{title}</h2>
                <Action label="Undo" icon="undo" look=Look::Quiet only_icon=true reason=Signal::derive(move || (!session.can_undo()).then(|| "Nothing to undo".to_owned())) on_press=move || session.undo() />
                <Action label="Start again" icon="again" look=Look::Quiet only_icon=true testid="reset" on_press=reset />
            </header>
            {has_steps.then(|| view! { <Steps steps current label=step_name /> })}
            <div class="page" data-page=follow(move || way.route.with(|route| route.page.word()))>
                {live(shown)}
            </div>
            <footer class="rpl-foot">
                <span>"Runs in this page, offline \u{b7} engine " {version().engine}</span>
                <nav aria-label=views><ul>{VIEWS.map(tab).collect_view()}</ul></nav>
                {on}
            </footer>
            <EditorPart />
            <Toasts label=messages />
        </section>
    }
}
