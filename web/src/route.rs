//! Addresses in the fragment: `#/support/vm-sql-01`.

use gloo::events::EventListener;
use leptos::prelude::*;

/// A page of the planner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    /// What there is.
    Fleet,
    /// What can protect one VM.
    Support,
    /// What happens to points, blocks and bytes.
    Lifecycle,
    /// What comes back, and whether it is the same.
    Restore,
}

impl Page {
    /// In the order of the navigation.
    pub(crate) const ALL: [Self; 4] = [Self::Fleet, Self::Support, Self::Lifecycle, Self::Restore];

    /// The name that the navigation shows.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Fleet => "Fleet",
            Self::Support => "Support",
            Self::Lifecycle => "Lifecycle",
            Self::Restore => "Restore",
        }
    }

    /// Its word in the address, which is its icon's name too.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Fleet => "fleet",
            Self::Support => "support",
            Self::Lifecycle => "lifecycle",
            Self::Restore => "restore",
        }
    }
}

/// Where the reader is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// The page.
    pub(crate) page: Page,
    /// The VM in the address.
    pub(crate) machine: Option<String>,
}

impl Route {
    /// Reads a fragment; anything else is the fleet.
    pub(crate) fn parse(hash: &str) -> Self {
        let path = hash.split('?').next().unwrap_or_default();
        let mut parts = path.trim_start_matches('#').split('/').skip(1);
        let word = parts.next().unwrap_or_default();
        let page = Page::ALL
            .into_iter()
            .find(|page| page.word() == word)
            .unwrap_or(Page::Fleet);
        let machine = parts.next().filter(|name| !name.is_empty()).map(decode);
        Self { page, machine }
    }
}

/// The address of a page, with the VM that it is about.
pub(crate) fn address(page: Page, machine: Option<&str>) -> String {
    match machine.filter(|_| page != Page::Fleet) {
        Some(name) => format!("#/{}/{}", page.word(), encode(name)),
        None => format!("#/{}", page.word()),
    }
}

fn encode(name: &str) -> String {
    js_sys::encode_uri_component(name).into()
}

fn decode(name: &str) -> String {
    js_sys::decode_uri_component(name).map_or_else(|_| name.to_owned(), String::from)
}

/// Goes to an address of this page.
pub(crate) fn go(address: &str) {
    // A browser without a location has no page to go to.
    let _ = window().location().set_hash(address);
}

/// What stands before a scenario in an address.
const SHARED: &str = "s=";

/// The address under which `page` opens a packed scenario, to be put behind the page's own.
pub(crate) fn shared_address(page: &str, packed: &str) -> String {
    format!("{page}?{SHARED}{packed}")
}

/// The packed scenario of the address. It is taken out of it, so that the address does not keep what the scenario was.
pub(crate) fn take_shared() -> Option<String> {
    let hash = window().location().hash().ok()?;
    let (page, query) = hash.split_once('?')?;
    let packed = query.split('&').find_map(|part| part.strip_prefix(SHARED))?;
    if let Ok(history) = window().history() {
        // Should the address stay as it is, the scenario is only opened once more on the next load.
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(page));
    }
    Some(packed.to_owned())
}

/// Follows the address for as long as the page lives.
pub(crate) fn follow() -> RwSignal<Route> {
    let read = || Route::parse(&window().location().hash().unwrap_or_default());
    let route = RwSignal::new(read());
    EventListener::new(&window(), "hashchange", move |_| route.set(read())).forget();
    route
}
