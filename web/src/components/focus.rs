//! Focus that would be lost.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Puts the focus on the first element that `selector` finds, should the focused one have gone with a change of the page.
pub(crate) fn rescue_focus(selector: &'static str) {
    Timeout::new(0, move || {
        let focused = document().active_element();
        let lost = focused.is_none_or(|element| element.tag_name() == "BODY");
        let next = document().query_selector(selector).ok().flatten();
        if let Some(next) = next
            .filter(|_| lost)
            .and_then(|next| next.dyn_into::<web_sys::HtmlElement>().ok())
        {
            // An element that takes no focus leaves it where it is.
            let _ = next.focus();
        }
    })
    .forget();
}
