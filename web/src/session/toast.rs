//! Messages at the lower edge.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

/// How long a message stays, unless it is hovered or focused.
const SHOWN_MILLISECONDS: u32 = 8000;

/// How many messages stand at a time.
const STANDING: usize = 3;

/// The id of the next message.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// What kind of message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Something was done.
    Done,
    /// Something was done and can be taken back.
    Undo,
    /// Something was resumed; one may start fresh instead.
    Resumed,
    /// Something was refused.
    No,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Toast {
    /// Tells it from the others.
    pub(crate) id: u64,
    /// Its kind.
    pub(crate) tone: Tone,
    /// Its words.
    pub(crate) text: String,
    /// Whether it waits, because it is hovered or focused.
    pub(crate) held: bool,
}

impl Toast {
    fn offers_step_back(&self) -> bool {
        self.tone == Tone::Undo
    }
}

/// Shows a message. Where too many stand the oldest goes, but not the offer to take a step back: as long as no other step
/// was made ([`forget_step`]) it holds, whatever is said besides.
pub(crate) fn show(toasts: RwSignal<Vec<Toast>>, tone: Tone, text: String) {
    // Never the id of one that has just gone: the list would take the two for the same.
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    toasts.update(|all| {
        if tone == Tone::Undo {
            // Only the newest step can be taken back.
            all.retain(|toast| !toast.offers_step_back());
        }
        all.push(Toast {
            id,
            tone,
            text,
            held: false,
        });
        let mut surplus = all.len().saturating_sub(STANDING);
        all.retain(|toast| {
            let goes = surplus > 0 && !toast.offers_step_back();
            surplus -= usize::from(goes);
            !goes
        });
    });
    expire(toasts, id);
}

/// Takes away the offer to take a step back, for another one has been made since.
pub(crate) fn forget_step(toasts: RwSignal<Vec<Toast>>) {
    if toasts.with_untracked(|all| all.iter().any(Toast::offers_step_back)) {
        toasts.update(|all| all.retain(|toast| !toast.offers_step_back()));
    }
}

fn expire(toasts: RwSignal<Vec<Toast>>, id: u64) {
    Timeout::new(SHOWN_MILLISECONDS, move || {
        let held = toasts
            .try_with_untracked(|all| all.iter().any(|toast| toast.id == id && toast.held))
            .unwrap_or(false);
        if held {
            expire(toasts, id);
        } else {
            dismiss(toasts, id);
        }
    })
    .forget();
}

/// Takes a message away.
pub(crate) fn dismiss(toasts: RwSignal<Vec<Toast>>, id: u64) {
    toasts.try_update(|all| all.retain(|toast| toast.id != id));
}
