//! What else can be done: every command of the lab that no other form has, from a table of what each takes.

mod faults;
mod form;
mod in_force;
mod spec;

pub(crate) use self::faults::FaultMenu;
pub(crate) use self::form::DeedForm;
pub(crate) use self::in_force::InForce;

use crate::session::{Session, Tone};
use crate::words;
use rplab_core::api::Command;
use serde_json::{Map, Value};

/// The command of these fields; the error is a sentence for the reader.
fn command(tag: &str, fields: Map<String, Value>) -> Result<Command, String> {
    match Command::from_fields(tag, &Value::Object(fields)) {
        Some(read) => read.map_err(|error| error.to_string()),
        None => Err(format!("There is no command {tag}")),
    }
}

/// The same from texts.
fn of_texts(tag: &str, fields: &[(&str, &str)]) -> Result<Command, String> {
    let fields = fields
        .iter()
        .map(|(name, text)| ((*name).to_owned(), Value::from(*text)));
    command(tag, fields.collect())
}

/// Why a command cannot be given now.
fn refusal(session: Session, command: &Result<Command, String>) -> Option<String> {
    match command {
        Ok(command) => session.refusal(command),
        Err(reason) => Some(reason.clone()),
    }
}

/// Gives a command, says what came of it, and offers to take it back.
fn run(session: Session, command: Result<Command, String>) {
    let Ok(command) = command else { return };
    session.give(command, move |events| {
        let said = events.into_iter().next().map_or_else(
            || "Done.".to_owned(),
            |event| words::as_we_write(&event.text),
        );
        session.tell(Tone::Undo, said);
    });
}
