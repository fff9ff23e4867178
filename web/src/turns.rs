//! What follows a change of the page, in turns.
//!
//! Leptos makes a task of each part of the page that follows something, and the browser runs all that are due before it
//! draws. While a page has much to follow ([`take_turns`]) only what answers the reader's hand ([`at_once`]) runs there; all
//! else waits until that is drawn, and takes some milliseconds at a time. A part that is due again before its turn runs once,
//! with what is true by then.

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
/// How long a while is.
const WHILE_MILLISECONDS: f64 = 250.0;
/// How long a turn takes; the last part of it may take longer.
const TURN_MILLISECONDS: f64 = 5.0;

/// In the context of a part of the page: whether it answers the reader's hand.
#[derive(Clone, Copy, Debug)]
struct AtOnce(bool);

/// A part that answers the reader's hand: it waits for a turn with all others only ([`all_in_turns`]).
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
    /// How many have so much to follow that turns are taken.
    long: usize,
    /// Whether what becomes due now takes turns whatever it answers.
    all: bool,
    until: f64,
    /// The next turn is not before that.
    rests_until: f64,
    /// When the hand last moved while nothing waited.
    waits_since: f64,
    /// In the order in which they became due; the next turn is on its way where there are any.
    waiting: Vec<Waker>,
}

thread_local! {
    static TURNS: RefCell<Turns> = const { RefCell::new(Turns { long: 0, all: false, until: 0.0, rests_until: 0.0, waits_since: 0.0, waiting: Vec::new() }) };
}

/// Has Leptos' tasks run here. Before the first of them.
pub(crate) fn begin() {
    // It has begun before where an element is not the first.
    let _ = Executor::init_custom_executor(InTurns);
}

/// Has turns taken while it is held; others on the same page may hold one too.
#[derive(Debug)]
struct Long;

impl Long {
    fn new() -> Self {
        TURNS.with_borrow_mut(|turns| turns.long += 1);
        Self
    }
}

impl Drop for Long {
    fn drop(&mut self) {
        TURNS.with_borrow_mut(|turns| turns.long = turns.long.saturating_sub(1));
    }
}

/// Takes turns while there is so much to follow, until what calls this goes.
pub(crate) fn take_turns(is_long: impl Fn() -> bool + 'static) {
    let held = StoredValue::new_local(None::<Long>);
    Effect::new(move |_| held.set_value(is_long().then(Long::new)));
    on_cleanup(move || {
        held.try_set_value(None);
    });
}

/// Has all that `change` brings about take turns, what answers the reader's hand too: a whole new state of the page is more
/// than is drawn at once.
pub(crate) fn all_in_turns(change: impl FnOnce()) {
    TURNS.with_borrow_mut(|turns| turns.all = true);
    change();
    // What follows is due before this.
    Timeout::new(0, || TURNS.with_borrow_mut(|turns| turns.all = false)).forget();
}

/// The reader's hand is moving: what takes turns waits until it rests.
pub(crate) fn wait_for_rest() {
    wait(f64::INFINITY);
}

/// The same, but what has waited for a while waits no longer.
pub(crate) fn wait_a_while() {
    wait(WHILE_MILLISECONDS);
}

/// Does something in a task of its own, when the reader's hand rests.
pub(crate) fn at_rest(act: impl FnOnce() + 'static) {
    let until = TURNS.with_borrow(|turns| turns.rests_until);
    let timer = match left_until(until, REST_MILLISECONDS) {
        Some(left) => Timeout::new(left.ceil() as u32, move || at_rest(act)),
        None => Timeout::new(0, act),
    };
    timer.forget();
}

fn wait(most: f64) {
    TURNS.with_borrow_mut(|turns| {
        let now = js_sys::Date::now();
        if turns.waiting.is_empty() || now < turns.waits_since {
            turns.waits_since = now;
        }
        turns.rests_until = (now + REST_MILLISECONDS).min(turns.waits_since + most);
    });
}

struct InTurns;

impl CustomExecutor for InTurns {
    fn spawn(&self, task: PinnedFuture<()>) {
        self.spawn_local(task);
    }

    fn spawn_local(&self, task: PinnedLocalFuture<()>) {
        let at_once = use_context::<AtOnce>().is_some_and(|AtOnce(at_once)| at_once);
        wasm_bindgen_futures::spawn_local(Task {
            task,
            at_once,
            waits: false,
        });
    }

    fn poll_local(&self) {}
}

struct Task {
    task: PinnedLocalFuture<()>,
    at_once: bool,
    /// Whether it has become due and waits for its turn.
    waits: bool,
}

impl Future for Task {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let at_once = self.at_once && !self.waits;
        self.waits = has_to_wait(context.waker(), at_once);
        if self.waits {
            return Poll::Pending;
        }
        self.task.as_mut().poll(context)
    }
}

fn has_to_wait(waker: &Waker, at_once: bool) -> bool {
    TURNS.with_borrow_mut(|turns| {
        let free = turns.long == 0 || (at_once && !turns.all);
        if free || is_within(turns.until, TURN_MILLISECONDS) {
            return false;
        }
        if turns.waiting.is_empty() {
            Timeout::new(PAUSE_MILLISECONDS, next_turn).forget();
        }
        turns.waiting.push(waker.clone());
        true
    })
}

/// Whether it is before `until`, which is so many milliseconds ahead at most.
fn is_within(until: f64, most: f64) -> bool {
    left_until(until, most).is_some()
}

/// How many milliseconds are left until then; none where that is further ahead than it can be, for the system's clock may
/// be set back.
fn left_until(until: f64, most: f64) -> Option<f64> {
    let left = until - js_sys::Date::now();
    (left > 0.0 && left <= most).then_some(left)
}

fn next_turn() {
    let waiting = TURNS.with_borrow_mut(|turns| {
        if let Some(left) = left_until(turns.rests_until, REST_MILLISECONDS) {
            Timeout::new(left.ceil() as u32, next_turn).forget();
            return Vec::new();
        }
        turns.until = js_sys::Date::now() + TURN_MILLISECONDS;
        std::mem::take(&mut turns.waiting)
    });
    for waker in waiting {
        waker.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::{Long, TURNS};

    #[test]
    fn turns_are_taken_while_anyone_has_much_to_follow() {
        let long = || TURNS.with_borrow(|turns| turns.long);
        let (one, other) = (Long::new(), Long::new());
        drop(one);
        assert_eq!(long(), 1);
        drop(other);
        assert_eq!(long(), 0);
    }
}
