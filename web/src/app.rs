//! Starts the planner and lays out its frame.

use crate::components::{follow, live};
use crate::later::part;
use crate::pages::{
    Asked, Branch, Console, Editor, EditorPart, Evidence, FleetPage, Plans, Tour, TourPart, later,
};
use crate::route::{Page, Route, Way};
use crate::session::{Arrival, Session, autosave, fetch_soon, find, follow_links};
use crate::shell::{
    Banner, DropZone, FindPart, Finder, Header, Intake, KeysPart, Navigation, ProjectPart,
    SharePart, Sharing, Tabs, Theme, Toasts, keep_offline, shortcuts,
};
use gloo::timers::future::TimeoutFuture;
use leptos::prelude::*;
use rplab_core::api::{InputError, Lab, LabOptions, sample_fleet};
use rplab_core::matrix::Verdict;

/// The name of the scenario that a first visit finds.
pub(crate) const SAMPLE_NAME: &str = "Sample fleet";

/// A lab over the sample fleet.
pub(crate) fn sample_lab() -> Result<Lab, InputError> {
    Lab::new(LabOptions {
        fleet: sample_fleet(),
        ..LabOptions::default()
    })
}

/// Puts the planner into the page.
pub(crate) fn mount() {
    // Leptos' own tasks begin with the first mount.
    wasm_bindgen_futures::spawn_local(async {
        // Kept for as long as the page, with the session in it.
        let owner = Owner::new();
        let found = find().await;
        let found = found.map(|found| owner.with(|| found.into_session()));
        if let Ok((session, _)) = &found {
            // Judged in a task of its own, so that none of them is long.
            session.state.with_untracked(|_| ());
            session.report.with_untracked(|_| ());
            TimeoutFuture::new(0).await;
        }
        if let Some(notice) = document().get_element_by_id("boot") {
            notice.remove();
        }
        leptos::mount::mount_to_body(|| match found {
            Ok((session, arrival)) => view! { <App session arrival /> }.into_any(),
            Err(error) => view! { <Stopped error /> }.into_any(),
        });
        std::mem::forget(owner);
    });
}

#[component]
fn App(session: Session, arrival: Arrival) -> impl IntoView {
    provide_context(session);
    provide_context(Theme::follow());
    provide_context(Intake::new());
    provide_context(Sharing::new());
    provide_context(Editor::new(session));
    provide_context(Asked::new());
    provide_context(Console::new());
    provide_context(Tour::new());
    provide_context(Branch::new());
    provide_context(Plans::new());
    provide_context(Evidence::new());
    provide_context(Finder::new());
    let way = Way::of_page();
    let route = way.route;
    provide_context(way);
    follow_machine(session, route);
    autosave(session);
    fetch_soon(session);
    shortcuts(session);
    session.arrive(arrival);
    follow_links(session);
    keep_offline(session);
    let main = NodeRef::<leptos::html::Main>::new();
    let skip = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        if let Some(main) = main.get_untracked() {
            // The page's main part takes focus only from here.
            let _ = main.focus();
        }
    };
    view! {
        <a class="skip" href="#main" on:click=skip>"Skip to the page"</a>
        <div class="frame" class:rail=follow(move || route.with(|route| route.page == Page::Lifecycle))>
            <Header />
            <Navigation />
            <main class="page" id="main" tabindex="-1" node_ref=main data-page=follow(move || route.with(|route| route.page.word()))>
                <Banner />
                <TourPart />
                {live(move || page(route.with(|route| route.page)))}
            </main>
            <Tabs />
        </div>
        <EditorPart />
        <ProjectPart />
        <SharePart />
        <FindPart />
        <KeysPart />
        <DropZone />
        <Toasts label="Messages" />
    }
}

fn page(page: Page) -> AnyView {
    document().set_title(&format!("{} \u{b7} Restore Point Lab", page.name()));
    page_view(page)
}

/// What a page shows.
pub(crate) fn page_view(page: Page) -> AnyView {
    match page {
        Page::Fleet => view! { <FleetPage /> }.into_any(),
        Page::Support => part(|| Box::pin(later::support())),
        Page::Lifecycle => part(|| Box::pin(later::lifecycle())),
        Page::Restore => part(|| Box::pin(later::restore())),
        Page::Plan => part(|| Box::pin(later::plan())),
        Page::Scenarios => part(|| Box::pin(later::scenarios())),
        Page::Report => part(|| Box::pin(later::report())),
        Page::Api => part(|| Box::pin(later::api())),
        Page::Matrix => part(|| Box::pin(later::matrix())),
    }
}

/// Takes the VM of the address for the one that the reader follows; without one, the first of the fleet.
pub(crate) fn follow_machine(session: Session, route: RwSignal<Route>) {
    Effect::new(move |_| {
        let wanted = route.with(|route| route.machine.clone());
        session.fleet.with(|fleet| {
            let known = |name: &String| {
                fleet
                    .machines
                    .iter()
                    .any(|machine| machine.name.eq_ignore_ascii_case(name))
            };
            let followed = session.machine.get_untracked();
            let next = wanted
                .filter(known)
                .or_else(|| followed.clone().filter(known))
                .or_else(|| first_protectable(session))
                .or_else(|| fleet.machines.first().map(|machine| machine.name.clone()));
            if next != followed {
                session.machine.set(next);
            }
        });
    });
}

fn first_protectable(session: Session) -> Option<String> {
    session.report.with(|report| {
        let machines = report.as_ref().ok()?.machines.iter();
        machines
            .filter(|machine| machine.verdict <= Verdict::ExcludeDisk)
            .map(|machine| machine.name.clone())
            .next()
    })
}

#[component]
fn Stopped(error: InputError) -> impl IntoView {
    view! {
        <main class="boot" role="alert">
            <p>{format!("The engine did not start: {} ({}, {}).", error.message, error.code, error.path)}</p>
        </main>
    }
}
