//! The page's thread, taken for a short while at a time.

use crate::session::jobs::Progress;
use gloo::timers::future::TimeoutFuture;
use leptos::prelude::*;

/// How long the page may be held up at a time. On a phone as on a desk: the clock decides, not the work.
const SLICE_MILLISECONDS: f64 = 12.0;
/// What takes less than this ends before a reader could make out a bar.
const SHOWN_AFTER_MILLISECONDS: f64 = 150.0;

/// Work in slices.
#[derive(Debug)]
pub(crate) struct Slices {
    begun: f64,
    until: f64,
}

impl Slices {
    /// The first slice begins.
    pub(crate) fn new() -> Self {
        let begun = js_sys::Date::now();
        Self {
            begun,
            until: begun + SLICE_MILLISECONDS,
        }
    }

    /// Whether the page has been held up for long enough.
    pub(crate) fn is_over(&self) -> bool {
        js_sys::Date::now() >= self.until
    }

    /// Whether all of it takes so long that the reader should see how far it is.
    pub(crate) fn is_long(&self) -> bool {
        js_sys::Date::now() >= self.begun + SHOWN_AFTER_MILLISECONDS
    }

    /// Leaves the page to others.
    pub(crate) async fn pause(&mut self) {
        TimeoutFuture::new(0).await;
        self.until = js_sys::Date::now() + SLICE_MILLISECONDS;
    }
}

/// Something that a card has worked out in slices, anew for every question; the last one counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    turn: StoredValue<u64>,
    /// Whether it has taken long enough to be shown.
    pub(crate) shown: RwSignal<bool>,
    /// How far it is.
    pub(crate) progress: RwSignal<Progress>,
    /// Whether the reader stopped the last one.
    pub(crate) stopped: RwSignal<bool>,
}

impl Work {
    /// Nothing to work out yet.
    pub(crate) fn new() -> Self {
        Self {
            turn: StoredValue::new(0),
            shown: RwSignal::new(false),
            progress: RwSignal::new(Progress::default()),
            stopped: RwSignal::new(false),
        }
    }

    /// A question; those before it are given up.
    pub(crate) fn begin(self) -> u64 {
        self.stopped.set(false);
        self.shown.set(false);
        self.turn.update_value(|turn| *turn += 1);
        self.turn.get_value()
    }

    /// Whether a question still counts.
    pub(crate) fn counts(self, turn: u64) -> bool {
        self.turn.try_get_value() == Some(turn)
    }

    /// Stops the one that is worked on.
    pub(crate) fn stop(self) {
        self.begin();
        self.stopped.set(true);
    }

    /// Tells how far it is, `what` being a word of [`crate::words::working`], and leaves the page to others where that
    /// is due. Whether the question still counts.
    pub(crate) async fn rest(
        self,
        turn: u64,
        slices: &mut Slices,
        what: &str,
        thousandths: u64,
    ) -> bool {
        if !slices.is_over() {
            return true;
        }
        if slices.is_long() {
            #[expect(clippy::cast_precision_loss, reason = "at most a thousand")]
            let done = thousandths as f64;
            self.progress.set(Progress {
                what: what.to_owned(),
                done,
                total: 1000.0,
            });
            if !self.shown.get_untracked() {
                self.shown.set(true);
            }
        }
        slices.pause().await;
        self.counts(turn)
    }

    /// An answer is there.
    pub(crate) fn end(self) {
        self.shown.set(false);
    }
}
