//! The file of services: fetched once, after the page is shown, for it is not part of the first load.

use super::Session;
use crate::components::{end_slowly, nothing_waits};
use crate::later::{NotFetched, is_awaited};
use crate::pages::{Asked, judged_fleet};
use crate::platform;
use gloo::timers::future::TimeoutFuture;
use leptos::prelude::*;
use rplab_core::api::{InputError, assess, load_services};
use rplab_core::matrix::{
    AssessOptions, Edition, MachineAssessment, Service, read_rows, rows_in_force,
};
use rplab_core::model::Fleet;
use std::sync::OnceLock;
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

/// Fetches the file when the page has settled, and then all other parts, so that everything works without a network from
/// then on.
pub(crate) fn fetch_soon(session: Session) {
    wasm_bindgen_futures::spawn_local(async move {
        loop {
            TimeoutFuture::new(QUIET_MILLISECONDS).await;
            // On a slow line the page itself comes first.
            if !is_awaited() && nothing_waits() {
                break;
            }
        }
        // Where it cannot be had now, it is asked for when it is needed, and the page then says why it is not there.
        fetched(session).await;
        // Nor is anything kept where an element was taken away by now.
        if session.projects.keeps.try_get_value() == Some(true) {
            // What did not come now is asked for when it is needed.
            let _ = platform::fetch_pieces().await;
            tell("pieces");
        }
    });
}

/// Judges the VMs of a fleet by a service that the file is about.
pub(crate) type Judge = fn(&Fleet, Asked, Service, Edition) -> Vec<MachineAssessment>;

/// What comes with the file: a first visit does without it.
struct Brought {
    read: fn(&str) -> Result<(), InputError>,
    judge: Judge,
    /// What the first question about another service would work out, in parts.
    ready: [fn(); 4],
}

/// There from the first reading of the file on.
static JUDGE: OnceLock<Judge> = OnceLock::new();

/// What judges a fleet by the services of the file, once that is there.
pub(crate) fn judge_of(services: &Services) -> Option<Judge> {
    let here = *services == Services::Here;
    JUDGE.get().copied().filter(|_| here)
}

#[wasm_split(services, fallible)]
fn reader() -> Result<Brought, NotFetched> {
    Ok(Brought {
        read: load_services,
        judge: judged_fleet,
        ready: [
            || look_at_rows(Service::VmBackup),
            || judge_nothing(Service::VmBackup),
            || look_at_rows(Service::DiskBackup),
            || judge_nothing(Service::DiskBackup),
        ],
    })
}

/// Reads the rows that are there, each file in a task of its own.
pub(crate) async fn read_all_rows() {
    for place in 0.. {
        TimeoutFuture::new(0).await;
        if !read_rows(place) {
            break;
        }
    }
}

fn look_at_rows(service: Service) {
    let _ = rows_in_force(service, Edition::default());
}

fn judge_nothing(service: Service) {
    let options = AssessOptions {
        service,
        ..AssessOptions::default()
    };
    let _ = assess(&Fleet::default(), &options);
}

/// Tells tests and the curious that something will not be fetched again.
fn tell(what: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(&format!("data-{what}"), "");
    }
}

/// Fetches the file.
pub(crate) fn fetch_services(session: Session) {
    wasm_bindgen_futures::spawn_local(fetched(session));
}

async fn fetched(session: Session) {
    let services = session.services;
    // An element may be taken away before it is settled.
    let Some(address) = session.services_address.try_with_value(String::clone) else {
        return;
    };
    // Whoever waits already need not hear of it again.
    if services.with_untracked(|services| *services != Services::Waiting) {
        services.set(Services::Waiting);
    }
    let found = match fetch_text(&address).await {
        Ok(text) => match reader().await {
            Ok(Brought { read, judge, ready }) => {
                let _ = JUDGE.set(judge);
                // Each in a task of its own.
                TimeoutFuture::new(0).await;
                let read = read(&text).map_err(|error| error.message);
                read_all_rows().await;
                for part in ready {
                    TimeoutFuture::new(0).await;
                    part();
                }
                read
            }
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
