//! Starts the planner and lays out its frame.

use crate::components::{all_made, all_opened, begin_slowly, follow, live, open_slowly, soon};
use crate::later::{Fetching, Show, part};
use crate::pages::{
    Asked, Branch, Console, Editor, EditorPart, Evidence, FleetPage, Plans, Tour, TourPart, later,
};
use crate::platform;
use crate::route::{Page, Route, Way};
use crate::session::{
    Arrival, Session, autosave, fetch_soon, find, follow_links, is_meant, judge, read_all_rows,
};
use crate::shell::{
    Banner, DropZone, FindPart, Finder, Header, Intake, KeysPart, Navigation, ProjectPart,
    SharePart, Sharing, Tabs, Theme, Toasts, keep_offline, shortcuts,
};
use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::future::TimeoutFuture;
use leptos::prelude::*;
use rplab_core::api::{InputError, Lab, LabOptions, sample_fleet};
use rplab_core::matrix::{Edition, Service, pages, rows_in_force};
use rplab_core::model::Fleet;
use rplab_core::model::vocabulary::vocabulary;
use wasm_bindgen::JsCast;

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
    // On their way while what every page needs gets ready.
    platform::fetch_early();
    // Leptos' own tasks begin with the first mount.
    wasm_bindgen_futures::spawn_local(async {
        // Kept for as long as the page, with the session in it.
        let owner = Owner::new();
        warm().await;
        let found = find().await;
        TimeoutFuture::new(0).await;
        let found = found.map(|found| owner.with(|| found.into_session()));
        if let Ok((session, _)) = &found {
            session.state.with_untracked(|_| ());
            TimeoutFuture::new(0).await;
            session.report.with_untracked(|_| ());
            TimeoutFuture::new(0).await;
        }
        // What stands in the page stays until the page itself is there.
        fetched(Route::of_page().page).await;
        begin_slowly();
        leptos::mount::mount_to_body(|| match found {
            Ok((session, arrival)) => view! { <App session arrival /> }.into_any(),
            Err(error) => view! { <Stopped error /> }.into_any(),
        });
        std::mem::forget(owner);
        let behind = Behind::new();
        all_made().await;
        if let Some(notice) = document().get_element_by_id("boot") {
            notice.remove();
        }
        behind.show();
    });
}

/// The page while it is made behind the notice: nobody sees it, reads it or gets into it. Made known element by element,
/// for what all of the page inherits would have each of them looked at again when it is shown.
struct Behind {
    frame: Option<web_sys::Element>,
    /// The focus stays where it is.
    tabs: EventListener,
}

impl Behind {
    fn new() -> Self {
        let frame = document().query_selector(".behind > .frame").ok().flatten();
        if let Some(frame) = &frame {
            // Where it cannot be set the page is read early.
            let _ = frame.set_attribute("aria-hidden", "true");
        }
        let options = EventListenerOptions::enable_prevent_default();
        let tabs = EventListener::new_with_options(&document(), "keydown", options, |event| {
            let key = event.dyn_ref::<web_sys::KeyboardEvent>();
            if key.is_some_and(|event| event.key() == "Tab") {
                event.prevent_default();
            }
        });
        Self { frame, tabs }
    }

    fn show(self) {
        drop(self.tabs);
        if let Some(frame) = self.frame {
            let _ = frame.remove_attribute("aria-hidden");
        }
        if let Some(body) = document().body() {
            let _ = body.class_list().remove_1("behind");
        }
    }
}

/// Reads what every fleet is judged by, each part in a task of its own so that none of them is long.
async fn warm() {
    let before: [fn(); 2] = [
        || {
            let _ = vocabulary();
        },
        || {
            let _ = pages();
        },
    ];
    let behind: [fn(); 3] = [
        || {
            let _ = rows_in_force(Service::RestorePoints, Edition::default());
        },
        || {
            let _ = judge(&Fleet::default(), Edition::default());
        },
        || {
            let _ = sample_fleet();
        },
    ];
    for part in before {
        TimeoutFuture::new(0).await;
        part();
    }
    read_all_rows().await;
    for part in behind {
        TimeoutFuture::new(0).await;
        part();
    }
    TimeoutFuture::new(0).await;
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
    let (route, open) = (way.route, way.page());
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
        <div class="frame" class:rail=follow(move || open.get() == Page::Lifecycle)>
            {soon(move || view! { <Header /> }.into_any())}
            {soon(move || view! { <Navigation /> }.into_any())}
            <main class="page" id="main" tabindex="-1" node_ref=main data-page=follow(move || open.get().word())>
                <Banner />
                <TourPart />
                {soon(move || live(move || page(open.get())).into_any())}
            </main>
            {soon(move || view! { <Tabs /> }.into_any())}
        </div>
        {soon(move || view! {
            <EditorPart />
            <ProjectPart />
            <SharePart />
            <FindPart />
            <KeysPart />
            <DropZone />
            <Toasts label="Messages" />
        }.into_any())}
    }
}

fn page(page: Page) -> AnyView {
    document().set_title(&format!("{} \u{b7} Restore Point Lab", page.name()));
    open_slowly();
    mark_opening();
    page_view(page)
}

/// Lets whoever drives the page know while one is being made, part by part.
fn mark_opening() {
    const MARK: &str = "data-opening";
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(MARK, "");
        wasm_bindgen_futures::spawn_local(async move {
            all_opened().await;
            let _ = root.remove_attribute(MARK);
        });
    }
}

/// Waits for the part that a page takes. Where it does not come the page itself says so.
async fn fetched(page: Page) {
    if let Some(part) = part_of(page) {
        let _ = part().await;
    }
}

/// The part that a page takes, for the pages that do not come with the planner itself.
fn part_of(page: Page) -> Option<fn() -> Fetching<Show>> {
    Some(match page {
        Page::Fleet => return None,
        Page::Support => || Box::pin(later::support()),
        Page::Lifecycle => || Box::pin(later::lifecycle()),
        Page::Restore => || Box::pin(later::restore()),
        Page::Plan => || Box::pin(later::plan()),
        Page::Scenarios => || Box::pin(later::scenarios()),
        Page::Report => || Box::pin(later::report()),
        Page::Api => || Box::pin(later::api()),
        Page::Matrix => || Box::pin(later::matrix()),
    })
}

/// What a page shows.
pub(crate) fn page_view(page: Page) -> AnyView {
    match part_of(page) {
        Some(fetch) => part(fetch),
        None => view! { <FleetPage /> }.into_any(),
    }
}

/// Takes the VM of the address for the one that the reader follows; without one, the first of the fleet.
pub(crate) fn follow_machine(session: Session, route: RwSignal<Route>) {
    Effect::new(move |_| {
        let wanted = route.with(|route| route.machine.clone());
        session.fleet.with(|fleet| {
            // As the fleet writes it: in an address the case of letters does not count.
            let known = |wanted: &String| {
                let mut machines = fleet.machines.iter();
                let own = machines.find(|machine| is_meant(wanted, &machine.id, &machine.name));
                own.map(|machine| session.reference_of(machine))
            };
            let followed = session.machine.get_untracked();
            let next = wanted
                .as_ref()
                .and_then(known)
                .or_else(|| followed.as_ref().and_then(known))
                .or_else(|| first_protectable(session))
                .or_else(|| {
                    fleet
                        .machines
                        .first()
                        .map(|machine| session.reference_of(machine))
                });
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
            .filter(|machine| machine.verdict.is_protectable())
            .map(|machine| session.reference(&machine.id, &machine.name))
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
