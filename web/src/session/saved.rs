//! When the scenario is kept: a while after each change, and when the page goes.
//!
//! A page that goes has no time to see its database written, so what it has not written yet is noted where that takes none
//! (`web/platform/left.js`); the next page puts it into the database.

use super::Session;
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;

/// How long a change may wait for the next one.
const PAUSE_MILLISECONDS: u32 = 500;

/// Keeps the scenario after each change.
pub(crate) fn autosave(session: Session) {
    let waiting = StoredValue::new_local(None::<Timeout>);
    Effect::new(move |ran: Option<()>| {
        session.name.track();
        session.present(|_| ());
        if ran.is_none() {
            return;
        }
        // Whatever was changed may be left in the next moment.
        Session::get_ready_to_save();
        let save = move || untrack(|| session.save());
        // Replacing the timer cancels the one before.
        waiting.set_value(Some(Timeout::new(PAUSE_MILLISECONDS, save)));
    });
    EventListener::new(&window(), "pagehide", move |_| session.save_and_leave()).forget();
    EventListener::new(&document(), "visibilitychange", move |_| {
        if document().hidden() {
            session.save_and_leave();
        }
    })
    .forget();
}
