//! The element: one view of the planner inside somebody else's page.
//!
//! It keeps nothing, follows no address and answers no key outside itself. The tag, its shadow root and its loading
//! are a script (`wasm-pkg/ts/element`); what is shown is here.

mod frame;
mod options;
mod steps;

use self::frame::Frame;
use self::options::Options;
use crate::app::follow_machine;
use crate::later::{Fetching, NotFetched, at_once};
use crate::pages::{Asked, Branch, Console, Editor, Tour};
use crate::route::{Route, Way};
use crate::session::{Session, fetch_soon};
use crate::shell::{Intake, Theme};
use leptos::prelude::*;
use rplab_core::api::Lab;
use std::any::Any;
use wasm_bindgen::prelude::*;
use wasm_split_helpers::wasm_split;

/// One mounted view; gone when it is freed.
#[wasm_bindgen]
pub struct EmbeddedView {
    theme: RwSignal<String>,
    _mounted: Box<dyn Any>,
}

impl std::fmt::Debug for EmbeddedView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmbeddedView").finish_non_exhaustive()
    }
}

#[wasm_bindgen]
impl EmbeddedView {
    /// Chooses the theme: `light`, `dark`, `hc`; anything else follows the system.
    #[wasm_bindgen(js_name = setTheme)]
    pub fn set_theme(&self, theme: &str) {
        self.theme.set(options::theme(theme));
    }
}

/// Puts a view into `place`. `options` is JSON text; `tell` hears `(event name, JSON text)`.
///
/// # Errors
/// What is wrong with the options or the scenario, as a sentence.
#[wasm_bindgen(js_name = mountElement)]
pub fn mount_element(
    place: web_sys::HtmlElement,
    options: &str,
    tell: js_sys::Function,
) -> Result<EmbeddedView, JsError> {
    crate::turns::begin();
    let Some(mount) = at_once(&mut (Box::pin(element()) as Fetching<Mount>)) else {
        return Err(JsError::new(NotFetched::WORDS));
    };
    mount(place, options, tell).map_err(|reason| JsError::new(&reason))
}

/// Fetches what every element needs, before the first one is mounted.
///
/// # Errors
/// It could not be fetched.
#[wasm_bindgen(js_name = prepareElement)]
pub async fn prepare_element() -> Result<(), JsError> {
    let found = element().await;
    found
        .map(|_| ())
        .map_err(|_| JsError::new(NotFetched::WORDS))
}

type Mount = fn(web_sys::HtmlElement, &str, js_sys::Function) -> Result<EmbeddedView, String>;

#[wasm_split(element, fallible)]
fn element() -> Result<Mount, NotFetched> {
    Ok(mount)
}

fn mount(
    place: web_sys::HtmlElement,
    options: &str,
    tell: js_sys::Function,
) -> Result<EmbeddedView, String> {
    let options = Options::read(options)?;
    let lab = Lab::from_scenario(options.scenario.clone())
        .map_err(|error| format!("{} ({})", error.message, error.path))?;
    options.check_machine(&lab.fleet())?;
    let theme = RwSignal::new(options.theme.clone());
    let mounted = leptos::mount::mount_to(place, move || {
        let session = Session::new(lab, options.title.clone());
        session.services_address.set_value(options.services.clone());
        session.projects.keeps.set_value(false);
        let way = Way::of_its_own(Route {
            page: options.view,
            machine: options.machine.clone(),
            row: None,
            unknown: None,
        });
        provide_context(session);
        provide_context(Theme(theme));
        provide_context(Intake::new());
        provide_context(Editor::new(session));
        provide_context(Asked::new());
        provide_context(Console::new());
        provide_context(Tour::new());
        provide_context(Branch::new());
        provide_context(way);
        follow_machine(session, way.route);
        fetch_soon(session);
        announce(session, way, tell);
        view! { <Frame options /> }
    });
    Ok(EmbeddedView {
        theme,
        _mounted: Box::new(mounted),
    })
}

/// Tells the page what is shown, at first and after each change.
fn announce(session: Session, way: Way, tell: js_sys::Function) {
    let tell = StoredValue::new_local(tell);
    Effect::new(move |ran: Option<()>| {
        let view = way.route.with(|route| route.page.word());
        let detail = session.state.with(|state| {
            serde_json::json!({
                "view": view,
                "time": state.time.to_string(),
                "restorePoints": state.restore_points.len(),
                "storedBytes": state.stored_bytes.0,
            })
        });
        let name = if ran.is_some() { "change" } else { "ready" };
        tell.with_value(|tell| {
            // What a listener of the page throws is the page's own affair.
            let _ = tell.call2(&JsValue::NULL, &name.into(), &detail.to_string().into());
        });
    });
}
