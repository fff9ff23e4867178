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
        let mut parts = hash.trim_start_matches('#').split('/').skip(1);
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

/// Where links lead: to the address of the page, or, in an element on somebody else's page, to a route of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    /// Where the reader is.
    pub(crate) route: RwSignal<Route>,
    own: bool,
}

impl Way {
    /// The way of the planner, which is the page's address.
    pub(crate) fn of_page() -> Self {
        Self {
            route: follow(),
            own: false,
        }
    }

    /// A way that leaves the address of the page alone.
    pub(crate) fn of_its_own(start: Route) -> Self {
        Self {
            route: RwSignal::new(start),
            own: true,
        }
    }

    /// The way of the surrounding view.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// Goes to an address.
    pub(crate) fn go(self, address: &str) {
        if self.own {
            self.route.set(Route::parse(address));
        } else {
            go(address);
        }
    }
}

/// Follows the address for as long as the page lives.
fn follow() -> RwSignal<Route> {
    let read = || Route::parse(&window().location().hash().unwrap_or_default());
    let route = RwSignal::new(read());
    EventListener::new(&window(), "hashchange", move |_| route.set(read())).forget();
    route
}
