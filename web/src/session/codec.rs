//! The scenario file. Project, file and link are this one text.

use leptos::prelude::*;
use rplab_core::api::{InputError, Lab, Underway};
use rplab_core::json;
use serde_json::Value;

use super::{STOPPED, Session, Tone};

/// What a scenario file came to.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The lab after its commands.
    pub(crate) lab: Box<Lab>,
    /// Its title.
    pub(crate) title: Option<String>,
}

impl Opened {
    /// What was done to bring the file of an older version up to this one, as a sentence.
    pub(crate) fn migration(&self) -> Option<String> {
        let migrated = self.lab.migrated()?;
        Some(format!("It was written by an older version: {migrated}."))
    }
}

pub(crate) use super::engine::read;

/// Begins to read a scenario file; where the engine is there.
///
/// # Errors
/// What does not fit and where; the code `UnsupportedSchemaVersion` for a file of a newer version.
pub(super) fn begin(text: &str) -> Result<Underway, InputError> {
    let value = json::parse(text).map_err(|error| InputError {
        code: "NotJson".to_owned(),
        path: String::new(),
        message: format!("it is not JSON: {error}"),
    })?;
    Lab::begin_scenario(value)
}

/// Goes the way of a scenario, bit by bit.
///
/// # Errors
/// A command that does not fit; the code [`super::STOPPED`] where the reader stopped it.
pub(super) async fn opened(of: Option<Session>, underway: Underway) -> Result<Opened, InputError> {
    let lab = Session::opened(of, underway).await?;
    let title = lab.title().map(ToOwned::to_owned);
    let lab = Box::new(lab);
    Ok(Opened { lab, title })
}

impl Session {
    /// Goes the way of a scenario, bit by bit, and hands over the lab at its end. What does not fit is told; where the reader
    /// stops it, everything stays as it is.
    pub(crate) fn go_through(self, scenario: Value, then: Box<dyn FnOnce(Box<Lab>)>) {
        wasm_bindgen_futures::spawn_local(async move {
            let lab = match Lab::begin_scenario(scenario) {
                Ok(underway) => opened(Some(self), underway).await,
                Err(error) => Err(error),
            };
            match lab {
                Ok(opened) => then(opened.lab),
                Err(error) if error.code == STOPPED => {}
                Err(error) => self.tell(Tone::No, format!("{}: {}", error.path, error.message)),
            }
        });
    }

    /// The open scenario as a file, whatever moment is shown; `pretty` for people who read it. Where the engine is there.
    pub(super) fn written(self, pretty: bool) -> String {
        let mut scenario = untrack(|| self.present(Lab::export_scenario));
        scenario.title = Some(self.name.get_untracked());
        let value = json::write(&scenario);
        if pretty {
            format!("{value:#}")
        } else {
            value.to_string()
        }
    }
}
