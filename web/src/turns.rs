//! What follows a change of the page, in turns.
//!
//! Leptos makes a task of each part of the page that follows something, and the browser runs all that are due before it
//! draws. While a page has much to follow ([`take_turns`]) only what answers the reader's hand ([`at_once`]) runs there; all else waits until that is drawn, and takes some milliseconds at a time. A part that is due again before its
//! turn runs once, with what is true by then.

use crate::components::live;
use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// How long the browser has to itself before each turn.
const PAUSE_MILLISECONDS: u32 = 4;
/// How long the hand is still before it rests.
const REST_MILLISECONDS: f64 = 60.0;
/// How long a turn takes; the last part of it may take longer.
const TURN_MILLISECONDS: f64 = 5.0;

/// In the context of a part of the page: whether it answers the reader's hand.
#[derive(Clone, Copy, Debug)]
struct AtOnce(bool);

/// A part that answers the reader's hand: it never waits for a turn.
pub(crate) fn at_once(show: impl Fn() -> AnyView + Send + 'static) -> impl IntoView {
    within(AtOnce(true), Box::new(show))
}

/// A part of such a part that takes turns again.
pub(crate) fn in_turns(show: impl Fn() -> AnyView + Send + 'static) -> impl IntoView {
    within(AtOnce(false), Box::new(show))
}

fn within(context: AtOnce, show: Box<dyn Fn() -> AnyView + Send>) -> impl IntoView {
    // What a closure provides is there for what it shows.
    live(move || {
        provide_context(context);
        show()
    })
}

#[derive(Debug)]
struct Turns {
    are_taken: bool,
    until: f64,
    /// The next turn is not before that.
    rests_until: f64,
    /// In the order in which they became due; the next turn is on its way where there are any.
    waiting: Vec<Waker>,
}

thread_local! {
    static TURNS: RefCell<Turns> = const { RefCell::new(Turns { are_taken: false, until: 0.0, rests_until: 0.0, waiting: Vec::new() }) };
}

/// Has Leptos' tasks run here. Before the first of them.
pub(crate) fn begin() {
    // It has begun before where an element is not the first.
    let _ = Executor::init_custom_executor(InTurns);
}

/// Whether there is so much to follow that it takes turns.
pub(crate) fn take_turns(are_taken: bool) {
    TURNS.with_borrow_mut(|turns| turns.are_taken = are_taken);
}

/// The reader's hand is moving: what takes turns waits until it rests.
pub(crate) fn wait_for_rest() {
    TURNS.with_borrow_mut(|turns| turns.rests_until = js_sys::Date::now() + REST_MILLISECONDS);
}

struct InTurns;

impl CustomExecutor for InTurns {
    fn spawn(&self, task: PinnedFuture<()>) {
        self.spawn_local(task);
    }

    fn spawn_local(&self, task: PinnedLocalFuture<()>) {
        let at_once = use_context::<AtOnce>().is_some_and(|AtOnce(at_once)| at_once);
        wasm_bindgen_futures::spawn_local(Task { task, at_once });
    }

    fn poll_local(&self) {}
}

struct Task {
    task: PinnedLocalFuture<()>,
    at_once: bool,
}

impl Future for Task {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if !self.at_once && has_to_wait(context.waker()) {
            return Poll::Pending;
        }
        self.task.as_mut().poll(context)
    }
}

fn has_to_wait(waker: &Waker) -> bool {
    TURNS.with_borrow_mut(|turns| {
        if !turns.are_taken || is_within(turns.until, TURN_MILLISECONDS) {
            return false;
        }
        if turns.waiting.is_empty() {
            Timeout::new(PAUSE_MILLISECONDS, next_turn).forget();
        }
        turns.waiting.push(waker.clone());
        true
    })
}

/// Whether it is before `until`, which is so many milliseconds ahead at most: the system's clock may be set back.
fn is_within(until: f64, most: f64) -> bool {
    let left = until - js_sys::Date::now();
    left > 0.0 && left <= most
}

fn next_turn() {
    let waiting = TURNS.with_borrow_mut(|turns| {
        if is_within(turns.rests_until, REST_MILLISECONDS) {
            Timeout::new(PAUSE_MILLISECONDS, next_turn).forget();
            return Vec::new();
        }
        turns.until = js_sys::Date::now() + TURN_MILLISECONDS;
        std::mem::take(&mut turns.waiting)
    });
    for waker in waiting {
        waker.wake();
    }
}
