//! The copy of the scenario in the browser's storage.

use super::Session;
use gloo::storage::{LocalStorage, Storage};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use rplab_core::api::Lab;
use serde_json::{Value, json};

const KEY: &str = "restore-point-lab.scenario";
const DAMAGED_KEY: &str = "restore-point-lab.scenario.damaged";

/// How the scenario is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Saved {
    /// Nothing was kept before this visit.
    Nothing,
    /// It was resumed from an earlier visit.
    Resumed,
    /// It is kept as it is now.
    Kept,
    /// It could not be kept or read; the text says why and what to do.
    Failed(String),
}

/// What the storage held.
#[derive(Debug)]
pub(crate) enum Found {
    /// Nothing.
    Nothing,
    /// A scenario and its name.
    Scenario(Box<Lab>, String),
    /// Something unreadable, now kept aside.
    Damaged(String),
}

/// Reads the kept scenario. What cannot be read is set aside, never dropped.
pub(crate) fn find() -> Found {
    let Some(raw) = LocalStorage::raw().get_item(KEY).ok().flatten() else {
        return Found::Nothing;
    };
    let damaged = |reason: String| {
        // Should there be no room for the copy, the original stays until the next save.
        let _ = LocalStorage::raw().set_item(DAMAGED_KEY, &raw);
        Found::Damaged(reason)
    };
    let Ok(kept) = serde_json::from_str::<Value>(&raw) else {
        return damaged("it is not JSON".to_owned());
    };
    let name = kept
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or("Kept scenario")
        .to_owned();
    let scenario = kept.get("scenario").cloned().unwrap_or_default();
    match Lab::from_scenario(scenario) {
        Ok(lab) => Found::Scenario(Box::new(lab), name),
        Err(error) => damaged(format!("{} at {}", error.message, error.path)),
    }
}

/// Keeps the scenario half a second after each change.
pub(crate) fn autosave(session: Session) {
    let waiting = StoredValue::new_local(None::<Timeout>);
    Effect::new(move |ran: Option<()>| {
        session.name.track();
        session.present(|_| ());
        if ran.is_none() {
            return;
        }
        let save = move || {
            let kept = session.present(|lab| keep(lab, &session.name.get_untracked()));
            session
                .saved
                .set(kept.map_or_else(Saved::Failed, |()| Saved::Kept));
        };
        // Replacing the timer cancels the one before.
        waiting.set_value(Some(Timeout::new(500, move || untrack(save))));
    });
}

/// Keeps the scenario; the error is a sentence for the reader, where the storage has no room or is forbidden.
fn keep(lab: &Lab, name: &str) -> Result<(), String> {
    let text = json!({ "name": name, "scenario": rplab_core::json::write(&lab.export_scenario()) })
        .to_string();
    LocalStorage::raw()
        .set_item(KEY, &text)
        .map_err(|_| "Not saved: the browser's storage is full or forbidden. Export the scenario file to keep it.".to_owned())
}
