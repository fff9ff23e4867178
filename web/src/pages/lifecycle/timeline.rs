//! What was done and what is planned, on a line of days.

use super::bench::Bench;
use super::command_words::command_title;
use super::entry_key::EntryKey;
use crate::components::{act, follow, live};
use crate::session::Session;
use crate::turns::{all_in_turns, at_once, wait_a_while};
use crate::words;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use rplab_core::api::{Command, Lab, LogEntry, Outcome};
use rplab_core::units::{SimDuration, SimInstant};
use std::sync::Arc;
use wasm_bindgen::JsCast;

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;
/// Half the width of a mark.
const MARK_PIXELS: f64 = 6.0;
/// How long the thumb rests before the page follows it, and how long it may move without that.
const REST_MILLISECONDS: u32 = 40;
const BEHIND_MILLISECONDS: f64 = 250.0;

/// The stretch of time that is shown: whole days around what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Span {
    from: SimInstant,
    seconds: u64,
}

impl Span {
    fn around(first: SimInstant, now: SimInstant) -> Self {
        let midnight = first.unix_seconds().div_euclid(86_400) * 86_400;
        let from = SimInstant::from_unix_seconds(midnight);
        let days = (now.since(from).seconds() / DAY + 3).max(7);
        Self {
            from,
            seconds: days * DAY,
        }
    }

    /// Where an instant stands, in thousandths of the width.
    fn thousandths(self, at: SimInstant) -> u64 {
        at.since(self.from).seconds().min(self.seconds) * 1000 / self.seconds.max(1)
    }

    /// Where an instant stands, for a style.
    fn place(self, at: SimInstant) -> String {
        let thousandths = self.thousandths(at);
        format!("{}.{}%", thousandths / 10, thousandths % 10)
    }
}

/// Days, what was done, and a slider to look back with.
#[component]
pub(crate) fn Timeline() -> impl IntoView {
    let session = Session::get();
    let now = Memo::new(move |_| session.present(Lab::time));
    let log = Memo::new(move |_| session.present(|lab| lab.log().to_vec()));
    let span = Memo::new(move |_| {
        let first = log.with(|log| log.first().map_or(now.get(), |entry| entry.at));
        Span::around(first, now.get())
    });
    let days = move || {
        let span = span.get();
        let count = span.seconds / DAY;
        let every = count.div_ceil(14).max(1);
        let shown = (0..count).filter(|day| day % every == 0).map(|day| {
            let at = span.from.plus(SimDuration::from_seconds(day * DAY));
            view! { <span class="day" style:left=span.place(at)>{words::day(at)}</span> }
        });
        shown.collect_view()
    };
    // What was done before stays as it stands, unless other days are shown.
    let marks = Memo::new(move |_| {
        let span = span.get();
        let own = |(place, entry): (usize, &Arc<LogEntry>)| {
            class_of(entry).map(|class| (place, Arc::clone(entry), class, span))
        };
        log.with(|log| log.iter().enumerate().filter_map(own).collect::<Vec<_>>())
    });
    let key = |(place, entry, _, span): &Mark| (*place, EntryKey::new(entry), *span);
    let next = move || {
        session.present(Lab::next_event).map(|next| {
            view! { <span class="mark planned" style:left=span.get().place(next.at) title=next.what></span> }
        })
    };
    // The slider lies over the marks: what the pointer is at is told by its place.
    let cause = Bench::get().cause;
    let point = move |event: leptos::ev::PointerEvent| {
        let line = event.current_target();
        let line = line.and_then(|line| line.dyn_into::<web_sys::Element>().ok());
        let Some(line) = line.map(|line| line.get_bounding_client_rect()) else {
            return;
        };
        let pixels = f64::from(event.client_x()) - line.left();
        match marks.with_untracked(|marks| nearest(marks, pixels, line.width())) {
            Some(place) => cause.point_at((place, place)),
            None => cause.leave(),
        }
    };
    view! {
        <div class="timeline" on:pointermove=point on:pointerleave=act(move || cause.leave())>
            <div aria-hidden="true">
                <span class="past" style:width=follow(move || span.get().place(now.get()))></span>
                {live(days)}
                <For each=move || marks.get() key=key let:mark>{view! { <DoneMark mark /> }.into_any()}</For>
                {live(next)}
                <span class="playhead" style:left=follow(move || span.get().place(session.cursor.get().unwrap_or(now.get())))></span>
            </div>
            {at_once(move || view! { <Scrubber span now /> }.into_any())}
        </div>
    }
}

#[component]
fn Scrubber(span: Memo<Span>, now: Memo<SimInstant>) -> impl IntoView {
    let session = Session::get();
    let elapsed = move || now.get().since(span.get().from).seconds();
    let at = move || session.cursor.get().unwrap_or(now.get());
    // The thumb stays where it was put until the page has followed it.
    let wanted = RwSignal::new(None::<u64>);
    let value = move || {
        let shown = at().since(span.get().from).seconds();
        wanted.get().unwrap_or(shown).to_string()
    };
    let said = move || {
        let points = session.state.with(|state| state.restore_points.len());
        let points = words::count(u64::try_from(points).unwrap_or(0), "point", "points");
        format!("{}, {points}", words::instant(at()))
    };
    // The page follows when the thumb rests: of what is asked for meanwhile the last counts.
    let follow_thumb = move || {
        // The page may have been left.
        if let Some(seconds) = wanted.try_get_untracked().flatten() {
            let from = span.get_untracked().from;
            all_in_turns(|| {
                session.look_back(from.plus(SimDuration::from_seconds(seconds)));
                wanted.set(None);
            });
        }
    };
    let since = StoredValue::new(0.0);
    let timer = StoredValue::new_local(None::<Timeout>);
    let look = move |text: String| {
        if let Ok(seconds) = text.parse::<u64>() {
            wait_a_while();
            let now = js_sys::Date::now();
            if wanted.get_untracked().is_none() {
                since.set_value(now);
            }
            wanted.set(Some(seconds));
            // Nor does it stand still under a thumb that never rests; nor if the system's clock is set back.
            let moves = (0.0..BEHIND_MILLISECONDS).contains(&(now - since.get_value()));
            let wait = if moves { REST_MILLISECONDS } else { 0 };
            timer.set_value(Some(Timeout::new(wait, follow_thumb)));
        }
    };
    on_cleanup(move || {
        timer.try_set_value(None);
    });
    // The browser's own step would be the finest that the thumb can stand at.
    let step = move |event: leptos::ev::KeyboardEvent| {
        let way = if event.shift_key() { DAY } else { HOUR };
        let here = untrack(|| {
            wanted
                .get()
                .unwrap_or(at().since(span.get().from).seconds())
        });
        let there = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => here.saturating_sub(way),
            "ArrowRight" | "ArrowUp" => here.saturating_add(way),
            _ => return,
        };
        // With these the browser goes back, or a reader to another word.
        if event.alt_key() || event.ctrl_key() || event.meta_key() {
            return;
        }
        event.prevent_default();
        look(there.min(untrack(elapsed)).to_string());
    };
    view! {
        <input
            type="range"
            class="scrubber"
            aria-label="Time to look at"
            min="0"
            step="900"
            data-testid="scrubber"
            max=follow(move || elapsed().to_string())
            prop:value=follow(value)
            aria-valuetext=follow(said)
            style:width=follow(move || span.get().place(now.get()))
            on:input:target=move |event| look(event.target().value())
            on:keydown=step
        />
    }
}

/// Something that was done: its place in the log, how it is marked, and the days that are shown.
type Mark = (usize, Arc<LogEntry>, &'static str, Span);

/// The place in the log of the mark at so many pixels of the line's width.
fn nearest(marks: &[Mark], pixels: f64, width: f64) -> Option<usize> {
    let away = |(place, entry, _, span): &Mark| {
        // At most 1000, which a float holds.
        let own = span.thousandths(entry.at) as f64 * width / 1000.0;
        ((own - pixels).abs(), *place)
    };
    let near = marks.iter().map(away);
    let near = near.filter(|(away, _)| *away <= MARK_PIXELS);
    let nearest = near.min_by(|(one, _), (other, _)| one.total_cmp(other));
    nearest.map(|(_, place)| place)
}

fn class_of(entry: &LogEntry) -> Option<&'static str> {
    Some(match (&entry.outcome, &entry.command) {
        (Outcome::Rejected { .. }, _) => "mark refused",
        (_, Command::CreateRestorePoint(_)) => "mark point",
        (_, Command::DeleteRestorePoint(_) | Command::DeleteRestorePointCollection(_)) => {
            "mark deleted"
        }
        (_, Command::RestoreDisk(_) | Command::RestoreVirtualMachine(_)) => "mark restored",
        _ => return None,
    })
}

#[component]
fn DoneMark(mark: Mark) -> impl IntoView {
    let (place, entry, class, span) = mark;
    let cause = Bench::get().cause;
    let lit = move || cause.is_lit((place, place));
    let title = format!(
        "{}, {}",
        command_title(&entry.command),
        words::short_instant(entry.at)
    );
    view! { <span class=class class:lit=follow(lit) style:left=span.place(entry.at) title=title></span> }
}
