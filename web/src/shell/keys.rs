//! Keys that work on every page.

use crate::session::Session;
use gloo::events::{EventListener, EventListenerOptions};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Ctrl Z and Ctrl Shift Z (or Y), except while typing.
pub(crate) fn shortcuts(session: Session) {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&window(), "keydown", options, move |event| {
        let Some(event) = event.dyn_ref::<web_sys::KeyboardEvent>() else {
            return;
        };
        if !(event.ctrl_key() || event.meta_key()) || event.alt_key() || types_text(event) {
            return;
        }
        let key = event.key().to_lowercase();
        let redo = key == "y" || (key == "z" && event.shift_key());
        if redo || key == "z" {
            event.prevent_default();
            if redo {
                session.redo();
            } else {
                session.undo();
            }
        }
    })
    .forget();
}

fn types_text(event: &web_sys::KeyboardEvent) -> bool {
    let Some(element) = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
    else {
        return false;
    };
    let ticked = matches!(
        element.get_attribute("type").as_deref(),
        Some("checkbox" | "radio" | "range")
    );
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA") && !ticked
}
