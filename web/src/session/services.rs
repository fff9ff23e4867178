//! The file of services: fetched once, after the page is shown, for it is not part of the first load.

use super::Session;
use crate::components::{end_slowly, nothing_waits};
use crate::later::{NotFetched, is_awaited};
use crate::platform;
use gloo::timers::callback::Timeout;
use gloo::timers::future::TimeoutFuture;
use leptos::prelude::*;
use rplab_core::api::{InputError, load_services};
use wasm_bindgen::JsValue;
use wasm_split_helpers::wasm_split;

/// Whether services other than restore points can be asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Services {
    /// Not yet.
    Waiting,
    /// Yes.
    Here,
    /// They could not be fetched; why.
    Failed(String),
}

/// How long the page is left alone, once it is there, before the file is fetched.
const QUIET_MILLISECONDS: u32 = 1000;

/// Fetches the file when the page has settled, so that everything works without a network from then on.
pub(crate) fn fetch_soon(session: Session) {
    // Where it cannot be had now, it is asked for when it is needed, and the page then says why it is not there.
    Timeout::new(QUIET_MILLISECONDS, move || {
        // On a slow line the page itself comes first.
        if is_awaited() || !nothing_waits() {
            return fetch_soon(session);
        }
        fetch_services(session);
        // Nor is anything kept where an element was taken away by now.
        if session.projects.keeps.try_get_value() != Some(true) {
            return;
        }
        leptos::task::spawn_local(async {
            // What did not come now is asked for when it is needed.
            let _ = platform::fetch_pieces().await;
            tell("pieces");
        });
    })
    .forget();
}

/// What reads the file.
type Reader = fn(&str) -> Result<(), InputError>;

#[wasm_split(services, fallible)]
fn reader() -> Result<Reader, NotFetched> {
    Ok(load_services)
}

/// Tells tests and the curious that something will not be fetched again.
fn tell(what: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(&format!("data-{what}"), "");
    }
}

/// Fetches the file.
pub(crate) fn fetch_services(session: Session) {
    let services = session.services;
    // An element may be taken away before it is settled.
    let Some(address) = session.services_address.try_with_value(String::clone) else {
        return;
    };
    services.set(Services::Waiting);
    leptos::task::spawn_local(async move {
        let found = match fetch_text(&address).await {
            Ok(text) => match reader().await {
                Ok(read) => read(&text).map_err(|error| error.message),
                Err(NotFetched) => Err(NotFetched::WORDS.to_owned()),
            },
            Err(_) => Err("the server could not be reached or does not have the file".to_owned()),
        };
        // Whoever waits for it does so in a task of its own.
        TimeoutFuture::new(0).await;
        services.try_set(match found {
            Ok(()) => Services::Here,
            Err(reason) => Services::Failed(reason),
        });
        TimeoutFuture::new(0).await;
        end_slowly();
        tell("loaded");
    });
}

/// A file that lies beside the page, or inside it where the page is one file.
///
/// # Errors
/// The server cannot be reached, or does not have it.
pub(crate) async fn fetch_text(name: &str) -> Result<String, JsValue> {
    platform::file_text(name)
        .await
        .map(|text| text.as_string().unwrap_or_default())
}
