//! What changes a lab: the whole engine, fetched when it is first needed. The first page shows the sample without it.

use super::codec::{self, Opened};
use super::{Session, Tone};
use crate::later::{Fetching, NotFetched, at_once};
use crate::route::Wish;
use rplab_core::api::{Command, InputError};
use rplab_core::model::Machine;
use std::future::Future;
use std::pin::Pin;
use wasm_split_helpers::wasm_split;

/// A scenario file that is being read.
type Reading = Pin<Box<dyn Future<Output = Result<Opened, InputError>>>>;

/// Functions of the engine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Engine {
    /// Takes the last step back.
    undo: fn(Session),
    /// Takes the last undone step again.
    redo: fn(Session),
    /// Carries out a command.
    dispatch: fn(Session, Command),
    /// Judges by the edition and looks at the moment of an address.
    fulfil: fn(Session, &Wish),
    /// Takes a machine out.
    delete: fn(Session, &Machine),
    /// Reads a scenario file.
    read: fn(Option<Session>, &str) -> Reading,
    /// Writes one.
    write: fn(Session, bool) -> String,
}

#[wasm_split(engine, fallible)]
fn engine() -> Result<Engine, NotFetched> {
    Ok(Engine {
        undo: Session::undo_now,
        redo: Session::redo_now,
        dispatch: |session, command| drop(session.dispatch(command)),
        fulfil: Session::fulfil_now,
        delete: Session::delete_machine_now,
        read: |of, text| match codec::begin(text) {
            Ok(underway) => Box::pin(codec::opened(of, underway)),
            Err(error) => Box::pin(async { Err(error) }),
        },
        write: Session::written,
    })
}

/// Reads a scenario file, and tells the session's reader, or the page before there is one, how far it is.
///
/// # Errors
/// What does not fit and where; the code `UnsupportedSchemaVersion` for a file of a newer version, [`super::STOPPED`]
/// where the reader stopped it.
pub(crate) async fn read(of: Option<Session>, text: &str) -> Result<Opened, InputError> {
    match engine().await {
        Ok(engine) => (engine.read)(of, text).await,
        Err(NotFetched) => Err(InputError {
            code: "NotFetched".to_owned(),
            path: String::new(),
            message: NotFetched::WORDS.to_owned(),
        }),
    }
}

impl Session {
    /// Does something with a part: at once where it is there, and otherwise when it has come.
    pub(crate) fn with<T: 'static>(self, mut fetching: Fetching<T>, act: impl FnOnce(T) + 'static) {
        if let Some(part) = at_once(&mut fetching) {
            return act(part);
        }
        wasm_bindgen_futures::spawn_local(async move {
            match fetching.await {
                Ok(part) => act(part),
                Err(NotFetched) => self.tell(Tone::No, NotFetched::WORDS),
            }
        });
    }

    /// Does something with the open scenario as a file, whatever moment is shown; `pretty` for people who read it. At once
    /// where the engine is there, as it is after any change.
    pub(crate) fn with_file(self, pretty: bool, act: impl FnOnce(String) + 'static) {
        self.with(Box::pin(engine()), move |engine| {
            act((engine.write)(self, pretty));
        });
    }

    /// Has what writes a scenario file there when it is needed.
    pub(super) fn get_ready_to_save() {
        wasm_bindgen_futures::spawn_local(async {
            // Where it does not come, saving says so.
            let _ = engine().await;
        });
    }

    /// Takes the last step back.
    pub(crate) fn undo(self) {
        self.with(Box::pin(engine()), move |engine| (engine.undo)(self));
    }

    /// Takes the last undone step again.
    pub(crate) fn redo(self) {
        self.with(Box::pin(engine()), move |engine| (engine.redo)(self));
    }

    /// Takes a machine out, with its disks where nothing was captured yet.
    pub(crate) fn delete_machine(self, machine: Machine, then: fn()) {
        self.with(Box::pin(engine()), move |engine| {
            (engine.delete)(self, &machine);
            then();
        });
    }

    /// Carries out one command when the engine is there; what comes of it is told as ever.
    pub(crate) fn dispatch_soon(self, command: Command) {
        self.with(Box::pin(engine()), move |engine| {
            (engine.dispatch)(self, command);
        });
    }

    /// Does what an address asks for beside its scenario, when the engine is there; without a wish that is not fetched.
    pub(crate) fn fulfil(self, wish: Wish) {
        if wish.asks_for_more() {
            self.with(Box::pin(engine()), move |engine| {
                (engine.fulfil)(self, &wish);
            });
        }
    }
}
