//! Parts of the page that a visit begins with, or that is opened, made one after the other, each in a task of its own: on
//! a slow phone all of them at once would hold the page up for half a second.

use super::live;
use crate::later::is_awaited;
use gloo::timers::callback::Timeout;
use gloo::timers::future::TimeoutFuture;
use leptos::prelude::*;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Whether the planner is starting.
static STARTING: AtomicBool = AtomicBool::new(false);
/// Pages that are being opened.
static OPENING: AtomicU32 = AtomicU32::new(0);
/// Parts that are still to be made.
static WAITING: AtomicU32 = AtomicU32::new(0);

/// From here on parts wait for each other.
pub(crate) fn begin_slowly() {
    STARTING.store(true, Ordering::Relaxed);
}

/// From here on parts are made where they stand, at once.
pub(crate) fn end_slowly() {
    STARTING.store(false, Ordering::Relaxed);
}

/// The parts of a page that is opened from here on wait for each other, until all of them are made.
pub(crate) fn open_slowly() {
    OPENING.fetch_add(1, Ordering::Relaxed);
    wasm_bindgen_futures::spawn_local(async {
        // A page may have to be fetched first.
        loop {
            TimeoutFuture::new(0).await;
            if nothing_waits() && !is_awaited() {
                break;
            }
        }
        OPENING.fetch_sub(1, Ordering::Relaxed);
    });
}

/// Whether all parts so far are made.
pub(crate) fn nothing_waits() -> bool {
    WAITING.load(Ordering::Relaxed) == 0
}

/// Waits until no page is being opened.
pub(crate) async fn all_opened() {
    while OPENING.load(Ordering::Relaxed) > 0 {
        TimeoutFuture::new(0).await;
    }
}

/// Waits until all parts so far are made.
pub(crate) async fn all_made() {
    while !nothing_waits() {
        TimeoutFuture::new(0).await;
    }
}

/// A part of the page; while the planner is starting or a page is opened, in a task of its own.
pub(crate) fn soon(show: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    part(Box::new(show))
}

fn part(show: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    if !is_slow() {
        return show();
    }
    let here = RwSignal::new(false);
    wait(move || {
        // The page may have been left.
        let _ = here.try_set(true);
    });
    live(move || here.get().then(|| untrack(&show))).into_any()
}

/// How many rows of a list are made by now: all of them; while the planner is starting or a page is opened `step` more in
/// each task, until these are `most`.
pub(crate) fn more_and_more(step: usize, most: usize) -> Signal<usize> {
    if !is_slow() {
        return Signal::stored(usize::MAX);
    }
    let made = RwSignal::new(step);
    add_rows(made, step, most);
    made.into()
}

fn add_rows(made: RwSignal<usize>, step: usize, most: usize) {
    wait(move || {
        let more = made.try_get_untracked().map(|made| made + step);
        match more {
            Some(more) if more < most => {
                made.set(more);
                add_rows(made, step, most);
            }
            Some(_) => made.set(usize::MAX),
            // The page has been left.
            None => {}
        }
    });
}

fn is_slow() -> bool {
    STARTING.load(Ordering::Relaxed) || OPENING.load(Ordering::Relaxed) > 0
}

/// Makes something in a task of its own; all is made once that is laid out.
fn wait(make: impl FnOnce() + 'static) {
    WAITING.fetch_add(1, Ordering::Relaxed);
    // Timers of the same length go off in their order.
    Timeout::new(0, make).forget();
    Timeout::new(0, || {
        lay_out();
        WAITING.fetch_sub(1, Ordering::Relaxed);
    })
    .forget();
}

/// Has the browser lay out what has been made so far: all of it at once, before it is drawn, would be the longest task of a
/// start.
fn lay_out() {
    if let Some(body) = document().body() {
        let _ = body.offset_height();
    }
}

/// As [`soon`], for what can be made once.
pub(crate) fn soon_once(show: impl FnOnce() -> AnyView + Send + 'static) -> AnyView {
    let show = Mutex::new(Some(show));
    soon(move || {
        let show = show.lock().ok().and_then(|mut show| show.take());
        show.map(|show| show()).into_any()
    })
}
