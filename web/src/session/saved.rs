//! When the scenario is kept: a while after each change, and when the page goes.

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
        let save = move || untrack(|| session.save());
        // Replacing the timer cancels the one before.
        waiting.set_value(Some(Timeout::new(PAUSE_MILLISECONDS, save)));
    });
    EventListener::new(&window(), "pagehide", move |_| session.save()).forget();
    EventListener::new(&document(), "visibilitychange", move |_| session.save()).forget();
}
