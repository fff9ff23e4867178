//! Addresses in the fragment: `#/support/vm-sql-01`.

mod wish;

pub(crate) use wish::Wish;

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
    /// What a schedule comes to.
    Plan,
    /// Stories that answer a question.
    Scenarios,
    /// What it all comes to, to take away.
    Report,
    /// Requests to the simulated service, and its answers.
    Api,
    /// Every row of the support matrix.
    Matrix,
}

impl Page {
    /// The path through the planner, in the order of the navigation.
    pub(crate) const PATH: [Self; 5] = [
        Self::Fleet,
        Self::Support,
        Self::Lifecycle,
        Self::Restore,
        Self::Plan,
    ];
    /// What stands beside the path.
    pub(crate) const BESIDE: [Self; 4] = [Self::Scenarios, Self::Report, Self::Api, Self::Matrix];

    /// The name that the navigation shows.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Fleet => "Fleet",
            Self::Support => "Support",
            Self::Lifecycle => "Lifecycle",
            Self::Restore => "Restore",
            Self::Plan => "Plan",
            Self::Scenarios => "Scenarios",
            Self::Report => "Report",
            Self::Api => "API console",
            Self::Matrix => "Support matrix",
        }
    }

    /// Its word in the address, which is its icon's name too.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Fleet => "fleet",
            Self::Support => "support",
            Self::Lifecycle => "lifecycle",
            Self::Restore => "restore",
            Self::Plan => "plan",
            Self::Scenarios => "scenarios",
            Self::Report => "report",
            Self::Api => "api",
            Self::Matrix => "matrix",
        }
    }

    /// Whether the page is about one VM, which its address names.
    pub(crate) const fn is_about_machine(self) -> bool {
        matches!(
            self,
            Self::Support | Self::Lifecycle | Self::Restore | Self::Plan
        )
    }

    /// Whether its address may name one thing: a VM, or a row.
    const fn is_about_one(self) -> bool {
        self.is_about_machine() || matches!(self, Self::Matrix)
    }
}

/// Where the reader is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// The page.
    pub(crate) page: Page,
    /// The VM in the address.
    pub(crate) machine: Option<String>,
    /// The row of the matrix in the address.
    pub(crate) row: Option<String>,
    /// The address, where there is no such page.
    pub(crate) unknown: Option<String>,
}

impl Route {
    /// Reads the address of the page.
    pub(crate) fn of_page() -> Self {
        Self::parse(&window().location().hash().unwrap_or_default())
    }

    /// Reads a fragment; without a page, or with one that is none, it is the fleet.
    pub(crate) fn parse(hash: &str) -> Self {
        let path = hash.split('?').next().unwrap_or_default();
        let path = path.trim_start_matches('#').trim_start_matches('/');
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let word = parts.next().unwrap_or(Page::Fleet.word());
        let (about, more) = (parts.next(), parts.next());
        let mut pages = Page::PATH.into_iter().chain(Page::BESIDE);
        let page = pages.find(|page| page.word() == word);
        let page = page.filter(|page| more.is_none() && (about.is_none() || page.is_about_one()));
        let about = about.filter(|_| page.is_some()).map(decode);
        let (machine, row) = match page.is_some_and(Page::is_about_machine) {
            true => (about, None),
            false => (None, about),
        };
        Self {
            page: page.unwrap_or(Page::Fleet),
            machine,
            row,
            unknown: page.is_none().then(|| decode(path)),
        }
    }
}

/// The address of a page, with the VM that it is about where it is about one.
pub(crate) fn address(page: Page, machine: Option<&str>) -> String {
    match machine.filter(|_| page.is_about_machine()) {
        Some(name) => address_of(page, name),
        None => format!("#/{}", page.word()),
    }
}

/// The address of one thing on a page: a VM, a row of the matrix.
pub(crate) fn address_of(page: Page, item: &str) -> String {
    format!("#/{}/{}", page.word(), encode(item))
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

    /// The page that is shown: what else the address says may change while it stands.
    pub(crate) fn page(self) -> Memo<Page> {
        let route = self.route;
        Memo::new(move |_| route.with(|route| route.page))
    }

    /// Whether it is the page's address.
    pub(crate) const fn is_address(self) -> bool {
        !self.own
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
    let route = RwSignal::new(Route::of_page());
    EventListener::new(&window(), "hashchange", move |_| {
        route.set(Route::of_page())
    })
    .forget();
    route
}
