//! Looking back: the lab as it was at an instant. History stays as it is.

use super::Session;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use rplab_core::api::{Lab, Rejection};
use rplab_core::units::SimInstant;

impl Session {
    /// Shows the lab as it was at `at`, after what was commanded at that instant; the present for an instant that is not past.
    pub(crate) fn look_back(self, at: SimInstant) {
        let now = self.lab.with_value(Lab::time);
        // An instant before the start is none; the present stays.
        match self.lab.with_value(|lab| lab.branch_at(at)) {
            Ok(past) if at < now => {
                let mut before = None;
                self.past.update_value(|held| before = held.replace(past));
                self.cursor.set(Some(at));
                self.looked_at_anew();
                // What only the moment before had is given back when this one is drawn.
                Timeout::new(0, move || drop(before)).forget();
            }
            _ => self.back_to_now(),
        }
    }

    /// Shows the present.
    pub(crate) fn back_to_now(self) {
        if self.leave_past() {
            self.looked_at_anew();
        }
    }

    /// Shows the present from the next change on. Whether the past was shown.
    pub(super) fn leave_past(self) -> bool {
        let was = self.cursor.with_untracked(Option::is_some);
        self.past.set_value(None);
        if was {
            self.cursor.set(None);
        }
        was
    }
}

/// What an action meets while the past is shown.
pub(super) fn looking_back() -> Rejection {
    Rejection {
        code: "LookingBack".to_owned(),
        message: "You look at the past, which stays as it was; go back to now to act".to_owned(),
        target: None,
        details: Vec::new(),
        row_ids: Vec::new(),
    }
}
