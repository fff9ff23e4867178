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
}

/// Where the reader is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// The page.
    pub(crate) page: Page,
    /// The VM in the address.
    pub(crate) machine: Option<String>,
    /// What else the page is about: a row, a scenario.
    pub(crate) item: Option<String>,
}

impl Route {
    /// Reads the address of the page.
    pub(crate) fn of_page() -> Self {
        Self::parse(&window().location().hash().unwrap_or_default())
    }

    /// Reads a fragment; anything else is the fleet.
    pub(crate) fn parse(hash: &str) -> Self {
        let path = hash.split('?').next().unwrap_or_default();
        let mut parts = path.trim_start_matches('#').split('/').skip(1);
        let word = parts.next().unwrap_or_default();
        let page = Page::PATH
            .into_iter()
            .chain(Page::BESIDE)
            .find(|page| page.word() == word)
            .unwrap_or(Page::Fleet);
        let about = parts.next().filter(|name| !name.is_empty()).map(decode);
        let (machine, item) = match page.is_about_machine() {
            true => (about, None),
            false => (None, about),
        };
        Self {
            page,
            machine,
            item,
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

/// The address of one thing on a page: a row of the matrix, a scenario.
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
    let packed = query
        .split('&')
        .find_map(|part| part.strip_prefix(SHARED))?;
    if let Ok(history) = window().history() {
        // Should the address stay as it is, the scenario is only opened once more on the next load.
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(page));
    }
    Some(packed.to_owned())
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
