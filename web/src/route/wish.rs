//! What an address asks for beside its page: `#/lifecycle/vm-sql-01?t=2026-01-07T00:00:00Z&e=2023-07&s=…`.

use super::decode;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// A scenario, a moment and an edition; each as it is written, and as far as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wish {
    /// The packed scenario.
    pub(crate) scenario: Option<String>,
    /// The moment to look at.
    pub(crate) moment: Option<String>,
    /// The edition to judge by.
    pub(crate) edition: Option<String>,
    /// What stands beside these, and nobody knows.
    pub(crate) unknown: Option<String>,
}

impl Wish {
    /// Whether there is something beside the scenario.
    pub(crate) const fn asks_for_more(&self) -> bool {
        self.moment.is_some() || self.edition.is_some() || self.unknown.is_some()
    }

    /// What the page's address asks for. It is taken out of it: once it is carried out, the reader goes on from there.
    pub(crate) fn take() -> Self {
        let hash = window().location().hash().unwrap_or_default();
        let Some((page, asked)) = hash.split_once('?') else {
            return Self::default();
        };
        if let Ok(history) = window().history() {
            // Should the address stay as it is, all of it is only carried out once more on the next load.
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(page));
        }
        Self::parse(asked)
    }

    /// The address under which `page` opens a packed scenario, and looks at a moment of it.
    pub(crate) fn address(page: &str, moment: Option<String>, scenario: &str) -> String {
        let moment = moment.map(|moment| format!("t={moment}&"));
        format!("{page}?{}s={scenario}", moment.unwrap_or_default())
    }

    fn parse(asked: &str) -> Self {
        let mut wish = Self::default();
        for part in asked.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let place = match name {
                "s" => &mut wish.scenario,
                "t" => &mut wish.moment,
                "e" => &mut wish.edition,
                _ => {
                    wish.unknown.get_or_insert_with(|| decode(name));
                    continue;
                }
            };
            *place = Some(decode(value));
        }
        wish
    }
}
