//! Keeping the planner for visits without a network.

use crate::platform;
use crate::session::{Services, Session};
use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;

/// Keeps the planner's files once everything that the page needs is there.
pub(crate) fn keep_offline(session: Session) {
    Effect::new(move |asked: Option<bool>| {
        let asked = asked.unwrap_or(false);
        if asked
            || session
                .services
                .with(|services| *services == Services::Waiting)
        {
            return asked;
        }
        let ready = Closure::new(move || session.update_ready.set(true));
        wasm_bindgen_futures::spawn_local(async move {
            platform::keep_offline(&ready).await;
            // A newer version may be found at any time.
            ready.forget();
        });
        true
    });
}
