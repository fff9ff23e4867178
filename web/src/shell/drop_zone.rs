//! Files dropped, or text pasted, anywhere on the page.

use super::Intake;
use crate::components::live;
use crate::session::Session;
use gloo::events::{EventListener, EventListenerOptions};
use leptos::prelude::*;
use rplab_core::api::NamedInput;
use wasm_bindgen::JsCast;

/// Takes what is dropped anywhere, and says so while it hovers.
#[component]
pub(crate) fn DropZone() -> impl IntoView {
    let session = Session::get();
    let intake = Intake::get();
    let over = RwSignal::new(false);
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&window(), "dragover", options, move |event| {
        if carries_files(event) {
            event.prevent_default();
            over.set(true);
        }
    })
    .forget();
    EventListener::new(&window(), "dragleave", move |event| {
        let left = event
            .dyn_ref::<web_sys::DragEvent>()
            .is_some_and(|drag| drag.related_target().is_none());
        if left {
            over.set(false);
        }
    })
    .forget();
    EventListener::new_with_options(&window(), "drop", options, move |event| {
        over.set(false);
        let Some(files) = transfer(event).and_then(|transfer| transfer.files()) else {
            return;
        };
        event.prevent_default();
        intake.take_files(session, files);
    })
    .forget();
    EventListener::new(&window(), "paste", move |event| {
        let Some(paste) = event.dyn_ref::<web_sys::ClipboardEvent>() else {
            return;
        };
        let typing = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|element| {
                matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            });
        let text = paste
            .clipboard_data()
            .and_then(|data| data.get_data("text/plain").ok())
            .unwrap_or_default();
        if !typing && looks_like_json(&text) {
            intake.take(session, vec![NamedInput::new("pasted text", text)]);
        }
    })
    .forget();
    view! {
        {live(move || over.get().then(|| view! { <div class="drop-veil"><p>"Drop to read. Nothing is added before you accept it."</p></div> }))}
    }
}

fn looks_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

fn transfer(event: &web_sys::Event) -> Option<web_sys::DataTransfer> {
    event.dyn_ref::<web_sys::DragEvent>()?.data_transfer()
}

fn carries_files(event: &web_sys::Event) -> bool {
    transfer(event).is_some_and(|transfer| {
        transfer
            .types()
            .iter()
            .any(|kind| kind.as_string().as_deref() == Some("Files"))
    })
}
