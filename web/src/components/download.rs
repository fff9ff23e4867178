//! Files for the reader.

use crate::session::{Session, Tone};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// Hands a text to the reader as a file, and says so.
pub(crate) fn download(session: Session, name: &str, kind: &str, text: &str) {
    let blob = gloo::file::Blob::new_with_options(text, Some(kind));
    let url = gloo::file::ObjectUrl::from(blob);
    match offer(name, &url) {
        Ok(()) => session.tell(Tone::Done, format!("Saved {name}.")),
        Err(_) => session.tell(Tone::No, "The browser did not allow the download."),
    }
}

/// Hands what lies at an address of this page to the reader as a file.
///
/// # Errors
/// The browser makes no links.
pub(super) fn offer(name: &str, address: &str) -> Result<(), JsValue> {
    let link = document().create_element("a")?;
    link.set_attribute("href", address)?;
    link.set_attribute("download", name)?;
    link.unchecked_ref::<web_sys::HtmlElement>().click();
    Ok(())
}
