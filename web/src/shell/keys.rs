//! Keys that work on every page, the list of them, and the way to turn single keys off.

use super::find::Finder;
use crate::components::{Action, Dialog, follow, live};
use crate::later::{NotFetched, Show, when_opened};
use crate::route::{Page, Way, address};
use crate::session::{Session, Tone};
use gloo::events::{EventListener, EventListenerOptions};
use gloo::storage::{LocalStorage, Storage};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_split_helpers::wasm_split;

const KEPT: &str = "restore-point-lab.single-keys";
/// How long the second key of a pair is waited for.
const PAIR_MILLISECONDS: f64 = 1500.0;

/// The second key after G, and the page that it leads to.
const PAGES: [(&str, Page); 9] = [
    ("f", Page::Fleet),
    ("s", Page::Support),
    ("l", Page::Lifecycle),
    ("r", Page::Restore),
    ("p", Page::Plan),
    ("c", Page::Scenarios),
    ("o", Page::Report),
    ("a", Page::Api),
    ("m", Page::Matrix),
];

/// Keys and what they do, as the list has them.
const LISTED: [(&str, &str); 16] = [
    ("Ctrl K", "Find or do; \u{2318} K on a Mac"),
    ("Ctrl Z", "Undo"),
    ("Ctrl Shift Z", "Redo"),
    ("/", "Find or do"),
    ("?", "This list"),
    (
        "G, then F S L R P",
        "Go to Fleet, Support, Lifecycle, Restore, Plan",
    ),
    (
        "G, then C O A M",
        "Go to Scenarios, Report, API console, Support matrix",
    ),
    ("J, K", "Next VM, previous VM"),
    (
        "T",
        "The table of the picture in focus, or the picture again",
    ),
    (
        "E",
        "Explain the number in focus, or the first one beside it",
    ),
    ("Space", "On Lifecycle: play, pause"),
    (", .", "On Lifecycle: the event before, the next event"),
    (
        "Arrows",
        "On the block map: column and lane; with Shift 16 columns",
    ),
    ("+ -", "On the block map: closer, and back"),
    (
        "\u{2190} \u{2192}",
        "On the line of time: an hour; with Shift a day",
    ),
    ("Esc", "Close what is open"),
];

/// Whether single keys do something. They can be turned off, since speech and switches can press them by mistake.
pub(crate) fn single_keys() -> bool {
    LocalStorage::raw().get_item(KEPT).ok().flatten().is_none()
}

/// Turns single keys off, or on again.
pub(crate) fn toggle_single_keys(session: Session) {
    let storage = LocalStorage::raw();
    let on = single_keys();
    // Where storage is forbidden they stay on; the toast says what is so.
    let _ = if on {
        storage.set_item(KEPT, "off")
    } else {
        storage.remove_item(KEPT)
    };
    let said = if single_keys() {
        "Single keys are on."
    } else {
        "Single keys are off. Ctrl K still finds, and turns them on again."
    };
    session.tell(Tone::Done, said);
}

/// What keys do anywhere: with Ctrl always, alone only outside of fields, and only while they are on.
pub(crate) fn shortcuts(session: Session) {
    let (finder, way) = (Finder::get(), Way::get());
    let paired = StoredValue::new(0.0_f64);
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&window(), "keydown", options, move |event| {
        let Some(event) = event.dyn_ref::<web_sys::KeyboardEvent>() else {
            return;
        };
        if event.alt_key() || event.default_prevented() {
            return;
        }
        let key = event.key().to_lowercase();
        let done = if event.ctrl_key() || event.meta_key() {
            with_control(session, finder, event, &key)
        } else {
            let after_g = event.time_stamp() - paired.get_value() < PAIR_MILLISECONDS;
            paired.set_value(0.0);
            let free = !types_text(event) && !is_over_page() && single_keys();
            if free && key == "g" && !event.shift_key() {
                paired.set_value(event.time_stamp());
            }
            free && alone(session, finder, way, &key, after_g)
        };
        if done {
            event.prevent_default();
        }
    })
    .forget();
}

fn with_control(
    session: Session,
    finder: Finder,
    event: &web_sys::KeyboardEvent,
    key: &str,
) -> bool {
    if key == "k" {
        finder.open.set(true);
        return true;
    }
    let redo = key == "y" || (key == "z" && event.shift_key());
    if types_text(event) || !(redo || key == "z") {
        return false;
    }
    if redo {
        session.redo();
    } else {
        session.undo();
    }
    true
}

fn alone(session: Session, finder: Finder, way: Way, key: &str, after_g: bool) -> bool {
    if after_g {
        let page = PAGES.into_iter().find(|(second, _)| *second == key);
        return page.is_some_and(|(_, page)| {
            way.go(&address(page, session.machine.get_untracked().as_deref()));
            true
        });
    }
    match key {
        "/" => finder.open.set(true),
        "?" => finder.keys.set(true),
        "j" => follow_next(session, way, 1),
        "k" => follow_next(session, way, -1),
        "t" | "e" => return press(key),
        _ => return false,
    }
    true
}

/// Follows the VM so many places on, on the page that is open where that is about one.
fn follow_next(session: Session, way: Way, by: isize) {
    let page = way.route.with_untracked(|route| route.page);
    let machines: Vec<String> = session.fleet.with_untracked(|fleet| {
        let machines = fleet.machines.iter();
        machines
            .map(|machine| untrack(|| session.reference_of(machine)))
            .collect()
    });
    let followed = session.machine.get_untracked();
    let here = machines
        .iter()
        .position(|own| Some(own) == followed.as_ref());
    let count = isize::try_from(machines.len()).unwrap_or(1).max(1);
    let there = isize::try_from(here.unwrap_or(0)).unwrap_or(0) + by;
    let place = usize::try_from(there.rem_euclid(count)).ok();
    if let Some(next) = place.and_then(|place| machines.get(place)) {
        if page.is_about_machine() {
            way.go(&address(page, Some(next)));
        } else {
            session.machine.set(Some(next.clone()));
        }
    }
}

/// Presses what answers to a key: the thing in focus, else the first one in the card in focus, else on the page.
fn press(key: &str) -> bool {
    let answers = format!("[data-key={key}]");
    let focused = document().active_element();
    let own = focused
        .clone()
        .filter(|element| element.matches(&answers).unwrap_or(false));
    let beside = || {
        let card = focused?.closest(".card").ok()??;
        card.query_selector(&answers).ok()?
    };
    let anywhere = || document().query_selector(&format!("main {answers}")).ok()?;
    let found = own.or_else(beside).or_else(anywhere);
    let found = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    found.is_some_and(|element| {
        element.click();
        true
    })
}

/// Whether a dialog stands over the page; keys belong to it then.
fn is_over_page() -> bool {
    let over = document().query_selector("dialog[open]");
    over.is_ok_and(|over| over.is_some())
}

fn types_text(event: &web_sys::KeyboardEvent) -> bool {
    let Some(element) = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
    else {
        return false;
    };
    let ticked = matches!(
        element.get_attribute("type").as_deref(),
        Some("checkbox" | "radio" | "range")
    );
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") && !ticked
}

/// The list of keys, fetched when it is opened first.
#[component]
pub(crate) fn KeysPart() -> impl IntoView {
    when_opened(Finder::get().keys, || Box::pin(list()))
}

#[wasm_split(dialogs, fallible)]
fn list() -> Result<Show, NotFetched> {
    Ok(|| view! { <KeysDialog /> }.into_any())
}

#[component]
fn KeysDialog() -> impl IntoView {
    let finder = Finder::get();
    view! { <Dialog open=finder.keys title="Keys".to_owned() testid="keys-dialog" body=|| view! { <List /> }.into_any() /> }
}

#[component]
fn List() -> impl IntoView {
    let session = Session::get();
    let on = RwSignal::new(single_keys());
    let label = Signal::derive(move || {
        if on.get() {
            "Turn single keys off"
        } else {
            "Turn single keys on"
        }
        .to_owned()
    });
    let toggle = move || {
        toggle_single_keys(session);
        on.set(single_keys());
    };
    let said = move || {
        if on.get() {
            "Keys pressed alone are on, except while you type."
        } else {
            "Keys pressed alone are off; those with Ctrl work."
        }
    };
    let rows = LISTED.map(|(keys, what)| view! { <dt><kbd>{keys}</kbd></dt><dd>{what}</dd> });
    view! {
        <dl class="pairs keys" class:off=follow(move || !on.get())>{rows.collect_view()}</dl>
        <div class="line"><p class="grow second" role="status" data-testid="single-keys">{live(said)}</p><Action label testid="toggle-keys" on_press=toggle /></div>
    }
}
