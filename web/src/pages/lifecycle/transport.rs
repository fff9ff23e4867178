//! Time in the hand: advance, run to what happens next, play.

use super::branch::{Branch, BranchNote};
use super::timeline::Timeline;
use crate::components::{Action, Look, Note, follow, live, reason_of, soon};
use crate::session::Session;
use crate::shell::single_keys;
use crate::turns::all_in_turns;
use crate::words;
use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::{Interval, Timeout};
use leptos::prelude::*;
use rplab_core::units::{SimDuration, SimInstant};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;

const STEPS: [(&str, u64); 6] = [
    ("1 h", 3600),
    ("4 h", 4 * 3600),
    ("1 d", 86_400),
    ("7 d", 7 * 86_400),
    ("30 d", 30 * 86_400),
    ("1 y", 365 * 86_400),
];
/// Seconds of virtual time for each tick of half a second while playing, with their names.
const SPEEDS: [(&str, u64); 5] = [
    ("30 min a second", 900),
    ("2 h a second", 3600),
    ("12 h a second", 6 * 3600),
    ("2 d a second", 86_400),
    ("14 d a second", 7 * 86_400),
];
const TICK_MILLISECONDS: u32 = 500;

/// Says that the past is shown, and leads back.
#[component]
fn LookingBack() -> impl IntoView {
    let session = Session::get();
    let branch = Branch::get();
    move || {
        session.cursor.get().map(|at| {
            view! {
                <div class="looking-back" data-testid="looking-back">
                    <Note tone="info">
                        <span>"You look at " <b>{words::instant(at)}</b> ". Nothing can be changed here, and nothing was."</span>
                        <Action label="Go on from here" small=true testid="branch-here" on_press=move || branch.begin(session) />
                        <Action label="Back to now" small=true look=Look::Primary testid="back-to-now" on_press=move || all_in_turns(|| session.back_to_now()) />
                    </Note>
                </div>
            }
        })
    }
}

/// The clock's controls.
#[component]
pub(crate) fn Transport(
    /// Whether it answers keys pressed anywhere on the page.
    #[prop(optional)]
    with_keys: bool,
) -> impl IntoView {
    let session = Session::get();
    let playing = StoredValue::new_local(None::<Interval>);
    let is_playing = RwSignal::new(false);
    let speed = RwSignal::new(3600_u64);
    let stop = move || {
        playing.set_value(None);
        is_playing.set(false);
    };
    on_cleanup(move || {
        playing.try_set_value(None);
    });
    let toggle = move || {
        if is_playing.get_untracked() {
            stop();
            return;
        }
        // One play is one step to undo. Kept by the play itself: what pressed the button is drawn anew meanwhile.
        let started = Rc::new(Cell::new(false));
        let tick = move || {
            let by = SimDuration::from_seconds(speed.get_untracked());
            if session.cursor.with_untracked(Option::is_some) {
                go_on_in_past(session, by);
                if session.cursor.with_untracked(Option::is_none) {
                    // It has come to the present; not within what plays it.
                    Timeout::new(0, stop).forget();
                }
            } else if session.play(by, !started.get()) {
                started.set(true);
            }
        };
        playing.set_value(Some(Interval::new(TICK_MILLISECONDS, tick)));
        is_playing.set(true);
    };
    let next = move || session.state.with(|state| state.next_event.clone());
    let nothing_next = reason_of(move || {
        let nothing = next().is_none() && session.cursor.with(Option::is_none);
        nothing.then(|| "Nothing is planned".to_owned())
    });
    // While the past is shown, the next event is the next one of it.
    let run = move || {
        let at = session.cursor.get_untracked();
        let later = at.and_then(|at| {
            untrack(|| instants(session))
                .into_iter()
                .find(|instant| *instant > at)
        });
        match (at, later) {
            (None, _) => session.run_to_next_event(),
            (Some(_), Some(later)) => all_in_turns(|| session.look_back(later)),
            (Some(_), None) => all_in_turns(|| session.back_to_now()),
        }
    };
    let earlier = move || {
        let at = session
            .cursor
            .get()
            .unwrap_or_else(|| session.state.with(|state| state.time));
        instants(session)
            .into_iter()
            .rev()
            .find(|instant| *instant < at)
    };
    let nothing_earlier = reason_of(move || {
        earlier()
            .is_none()
            .then(|| "This is the beginning".to_owned())
    });
    let back = move || {
        if let Some(at) = untrack(earlier) {
            all_in_turns(|| session.look_back(at));
        }
    };
    if with_keys {
        keys(toggle, back, run);
    }
    let time = move || session.state.with(|state| words::instant(state.time));
    let coming = move || {
        let time = session.state.with(|state| state.time);
        next().map_or_else(
            || "Nothing is planned.".to_owned(),
            |next| {
                format!(
                    "Next in {}: {}, {}",
                    words::duration(next.at.since(time)),
                    next.what,
                    words::short_instant(next.at)
                )
            },
        )
    };
    let step = move |(label, seconds): (&'static str, u64)| {
        let by = SimDuration::from_seconds(seconds);
        let press = move |_| match session.cursor.with_untracked(Option::is_some) {
            true => go_on_in_past(session, by),
            false => session.advance(by),
        };
        view! { <button type="button" data-testid=format!("advance-{seconds}") on:click=press><span class="unseen">"Advance by "</span>"+"{label}</button> }
    };
    let play_label =
        Signal::derive(move || if is_playing.get() { "Pause" } else { "Play" }.to_owned());
    view! {
        <section class="card transport" aria-label="Time">
            <div class="transport-line">
                <div class="line">
                    {live(move || {
                        let icon = if is_playing.get() { "pause" } else { "play" };
                        view! { <Action label=play_label icon look=Look::Primary only_icon=true testid="play" on_press=toggle /> }
                    })}
                    <label><span class="unseen">"Speed"</span>
                        <select class="input" on:change:target=move |event| speed.set(event.target().value().parse().unwrap_or(3600))>
                            {SPEEDS.map(|(name, seconds)| view! { <option value=seconds.to_string() selected=seconds == 3600>{name}</option> }).collect_view()}
                        </select>
                    </label>
                    <div class="segments" role="group" aria-label="Advance">{STEPS.map(step).collect_view()}</div>
                    <Action label="To the event before" icon="previous" only_icon=true reason=nothing_earlier testid="previous-event" on_press=back />
                    <Action label="To next event" icon="next" reason=nothing_next testid="next-event" on_press=run />
                </div>
                <p class="now"><b data-testid="lifecycle-time">{live(time)}</b> " " <span class="hint">"UTC"</span> <span class="second coming" title=follow(coming)>{live(coming)}</span></p>
            </div>
            {soon(move || view! { <Timeline /> }.into_any())}
            <LookingBack />
            <BranchNote />
        </section>
    }
}

/// Looks at a later moment of the past, at most at the present: time does not pass where it has passed.
fn go_on_in_past(session: Session, by: SimDuration) {
    if let Some(at) = session.cursor.get_untracked() {
        all_in_turns(|| session.look_back(at.plus(by)));
    }
}

/// When something was done, oldest first.
fn instants(session: Session) -> Vec<SimInstant> {
    let mut instants: Vec<SimInstant> =
        session.present(|lab| lab.log().iter().map(|entry| entry.at).collect());
    instants.dedup();
    instants
}

/// Space plays, comma and full stop go from event to event, wherever no text and no button has the focus.
fn keys(play: impl Fn() + 'static, back: impl Fn() + 'static, forth: impl Fn() + 'static) {
    let options = EventListenerOptions::enable_prevent_default();
    let listener = EventListener::new_with_options(&window(), "keydown", options, move |event| {
        let Some(event) = event.dyn_ref::<web_sys::KeyboardEvent>() else {
            return;
        };
        let focused = document()
            .active_element()
            .map(|element| element.tag_name())
            .unwrap_or_default();
        let free = matches!(focused.as_str(), "" | "BODY" | "MAIN" | "DIV" | "A");
        if !free || !single_keys() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        match event.key().as_str() {
            " " => play(),
            "," => back(),
            "." => forth(),
            _ => return,
        }
        event.prevent_default();
    });
    let listener = StoredValue::new_local(Some(listener));
    on_cleanup(move || {
        listener.try_set_value(None);
    });
}
