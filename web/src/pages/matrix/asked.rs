//! What is asked for: words and filters.

use crate::route::Way;
use leptos::prelude::*;
use std::cell::RefCell;

thread_local! {
    /// What was asked for last, for as long as the visit lasts.
    static LAST: RefCell<[String; 5]> = RefCell::default();
}

/// The words and the filters; an empty text asks for nothing.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub(super) text: RwSignal<String>,
    pub(super) service: RwSignal<String>,
    pub(super) subject: RwSignal<String>,
    pub(super) verdict: RwSignal<String>,
    pub(super) edition: RwSignal<String>,
}

impl Asked {
    /// What was asked for when the page was left. An element on somebody else's page begins with nothing.
    pub(super) fn new(way: Way) -> Self {
        let is_kept = way.is_address();
        let last = match is_kept {
            true => LAST.with_borrow(Clone::clone),
            false => <[String; 5]>::default(),
        };
        let signals = last.map(RwSignal::new);
        if is_kept {
            Effect::new(move |_| LAST.set(signals.map(|signal| signal.get())));
        }
        let [text, service, subject, verdict, edition] = signals;
        Self {
            text,
            service,
            subject,
            verdict,
            edition,
        }
    }
}
