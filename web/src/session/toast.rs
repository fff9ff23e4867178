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
    /// Something was done and can be taken back, with what has followed from it.
    Undo,
    /// Something was resumed; one may start fresh instead.
    Resumed,
    /// Something was refused.
    No,
    /// Something that is about no page.
    News,
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
    /// How many steps lead back before what it tells of.
    pub(crate) steps: usize,
}

impl Toast {
    fn offers_step_back(&self) -> bool {
        self.tone == Tone::Undo
    }
}

/// Shows a message. Where too many stand the oldest goes, but not the offer to take a step back: as long as no other step
/// was made ([`follow_step`]) it holds, whatever is said besides.
pub(crate) fn show(toasts: RwSignal<Vec<Toast>>, tone: Tone, text: String) {
    // Never the id of one that has just gone: the list would take the two for the same.
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    toasts.update(|all| {
        if tone == Tone::Undo {
            // Of one step there is one offer.
            all.retain(|toast| !toast.offers_step_back() || toast.steps > 1);
        }
        all.push(Toast {
            id,
            tone,
            text,
            held: false,
            steps: 1,
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

/// A step that was made, for the offers to take one back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// A step of the reader's own: nothing before it is offered any more.
    Own,
    /// A step that came of the one before: that is offered on, together with this one.
    Further,
    /// A step back.
    Back,
}

/// Has the offers to take a step back follow a step.
pub(super) fn follow_step(toasts: RwSignal<Vec<Toast>>, made: Made) {
    if !toasts.with_untracked(|all| all.iter().any(Toast::offers_step_back)) {
        return;
    }
    toasts.update(|all| {
        for toast in all.iter_mut().filter(|toast| toast.offers_step_back()) {
            toast.steps = match made {
                Made::Own => 0,
                Made::Further => toast.steps + 1,
                Made::Back => toast.steps.saturating_sub(1),
            };
        }
        all.retain(|toast| toast.steps > 0);
    });
}

/// How many steps a message's offer takes back; none where it does not stand any more.
pub(crate) fn steps_back(toasts: RwSignal<Vec<Toast>>, id: u64) -> usize {
    toasts.with_untracked(|all| {
        let toast = all.iter().find(|toast| toast.id == id);
        toast.map_or(0, |toast| toast.steps)
    })
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

/// Takes away what only told of a page that is left: no offer, and nothing that is being read.
pub(crate) fn leave_page(toasts: RwSignal<Vec<Toast>>) {
    let goes = |toast: &Toast| matches!(toast.tone, Tone::Done | Tone::No) && !toast.held;
    if toasts.with_untracked(|all| all.iter().any(goes)) {
        toasts.update(|all| all.retain(|toast| !goes(toast)));
    }
}

/// Takes a message away.
pub(crate) fn dismiss(toasts: RwSignal<Vec<Toast>>, id: u64) {
    toasts.try_update(|all| all.retain(|toast| toast.id != id));
}
