//! Files for the reader.

use crate::session::{Session, Tone};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// Hands a text to the reader as a file, and says so.
pub(crate) fn download(session: Session, name: &str, kind: &str, text: &str) {
    match offer(name, kind, text) {
        Ok(()) => session.tell(Tone::Done, format!("Saved {name}.")),
        Err(_) => session.tell(Tone::No, "The browser did not allow the download."),
    }
}

fn offer(name: &str, kind: &str, text: &str) -> Result<(), JsValue> {
    let blob = gloo::file::Blob::new_with_options(text, Some(kind));
    let url = gloo::file::ObjectUrl::from(blob);
    let link = document().create_element("a")?;
    link.set_attribute("href", &url)?;
    link.set_attribute("download", name)?;
    link.unchecked_ref::<web_sys::HtmlElement>().click();
    Ok(())
}
