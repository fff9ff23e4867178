//! Focus that would be lost.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Brings a heading into sight that a press of the reader's has made, and the focus to it, unless it is in sight.
pub(crate) fn reveal(selector: &'static str) {
    Timeout::new(0, move || {
        let found = document().query_selector(selector).ok().flatten();
        let Some(heading) = found.and_then(|own| own.dyn_into::<web_sys::HtmlElement>().ok())
        else {
            return;
        };
        let place = heading.get_bounding_client_rect();
        let height = window().inner_height().ok();
        let height = height.and_then(|height| height.as_f64()).unwrap_or(0.0);
        // What stands at the edge is below the header or the tabs.
        let margin = 48.0;
        if place.top() < margin || place.bottom() > height - margin {
            // At once: no motion that somebody may not want.
            heading.scroll_into_view();
            // A heading that takes no focus leaves it where it is.
            let _ = heading.focus();
        }
    })
    .forget();
}

/// Puts the focus on the first element that `selector` finds, should the focused one have gone with a change of the page.
pub(crate) fn rescue_focus(selector: &'static str) {
    return_focus(selector.to_owned());
}

/// The same for an element that is known only now.
pub(crate) fn return_focus(selector: String) {
    Timeout::new(0, move || {
        let focused = document().active_element();
        let lost = focused.is_none_or(|element| element.tag_name() == "BODY");
        let next = document().query_selector(&selector).ok().flatten();
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
