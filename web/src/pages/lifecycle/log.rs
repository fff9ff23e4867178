//! Every command with what came of it, newest first.

use super::bench::Bench;
use super::command_words::command_title;
use super::entry_key::EntryKey;
use super::explained;
use crate::components::{Action, Explained, Icon, Look, act, follow, live, more_and_more};
use crate::session::Session;
use crate::words;
use leptos::prelude::*;
use rplab_core::api::{Command, LogEntry, Outcome, Rejection};
use std::sync::Arc;

/// How many commands are shown before the rest is asked for.
const SHOWN: usize = 30;
/// How many are made in one task while the page is opened.
const AT_ONCE: usize = 8;

/// The log.
#[component]
pub(crate) fn CommandLog() -> impl IntoView {
    let session = Session::get();
    let all = RwSignal::new(false);
    let count = move || session.log.with(Vec::len);
    let made = more_and_more(AT_ONCE, SHOWN);
    let entries = move || {
        let take = if all.get() { usize::MAX } else { SHOWN };
        let take = take.min(made.get());
        session.log.with(|log| {
            let mut lines = folded(log);
            lines.truncate(take);
            lines
        })
    };
    // A line stays as long as it says the same.
    let key = |(entry, place, times): &Line| (EntryKey::new(entry), *place, *times);
    let undone = move || {
        session.undone().iter().take(3).rev().map(|command| view! { <li><time></time><span class="glyph undoc"><Icon name="undo" /></span><p class="command">{command_title(command)} " " <span class="hint">"undone"</span></p></li> }).collect_view()
    };
    let nothing =
        Signal::derive(move || (!session.can_undo()).then(|| "Nothing to undo".to_owned()));
    view! {
        <section class="card" aria-labelledby="log-title">
            <div class="card-head"><h2 id="log-title">"Commands"</h2><span class="hint">{live(count)} " so far"</span>
                <span class="end"><Action label="Undo" icon="undo" small=true look=Look::Quiet reason=nothing on_press=move || session.undo() /></span>
            </div>
            <ul class="log undone">{live(undone)}</ul>
            <ol class="log" tabindex="0" aria-label="Commands, newest first" data-testid="log"><For each=entries key=key let:line>{view! { <Entry line /> }.into_any()}</For></ol>
            {live(move || (count() == 0).then(|| view! { <p class="card-body hint">"What you do is listed here, refused commands too."</p> }))}
            {live(move || (count() > SHOWN && !all.get()).then(|| view! { <div class="card-foot"><button type="button" class="link-button" on:click=act(move || all.set(true))>{live(move || format!("Show all {}", count()))}</button></div> }))}
        </section>
    }
}

/// A command, its place in the log, and how often it stands there.
type Line = (Arc<LogEntry>, usize, u32);

/// Newest first; runs of letting time pass are one line.
fn folded(log: &[Arc<LogEntry>]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let passes = |entry: &LogEntry| matches!((&entry.command, &entry.outcome), (Command::AdvanceClock(_), Outcome::Ok { events }) if events.is_empty());
    for (place, entry) in log.iter().enumerate().rev() {
        match lines.last_mut() {
            Some((last, _, times)) if passes(last) && passes(entry) => *times += 1,
            _ => lines.push((Arc::clone(entry), place, 1)),
        }
    }
    lines
}

#[component]
fn Entry(line: Line) -> impl IntoView {
    let (entry, place, times) = line;
    let session = Session::get();
    let cause = Bench::get().cause;
    // Those that are folded into a line stand before its own.
    let before = usize::try_from(times).unwrap_or(1).saturating_sub(1);
    let places = (place.saturating_sub(before), place);
    let point_at = move || cause.point_at(places);
    let leave = move || cause.leave();
    let why = move || explained(session, &format!("log/{place}"));
    let of = command_title(&entry.command).to_owned();
    let refused = matches!(entry.outcome, Outcome::Rejected { .. });
    let icon = if refused { "no" } else { "ok" };
    let outcome = match &entry.outcome {
        Outcome::Ok { events } => {
            let texts = events
                .iter()
                .take(3)
                .map(|event| view! { <p>{words::as_we_write(&event.text)}</p> });
            view! { <div class="came">{texts.collect_view()}</div> }.into_any()
        }
        Outcome::Rejected { error } => view! { <Refused error=error.clone() /> }.into_any(),
    };
    let again = (times > 1).then(|| format!(" \u{d7} {times}"));
    view! {
        <li class:refused=refused class:lit=follow(move || cause.is_lit(places)) on:pointerenter=act(point_at) on:pointerleave=act(leave) on:focusin=act(point_at) on:focusout=act(leave)>
            <time>{words::short_instant(entry.at)}</time>
            <span class=format!("glyph {icon}")><Icon name=icon /><span class="unseen">{if refused { "refused" } else { "done" }}</span></span>
            <div class="grow"><p class="command"><bdi>{command_title(&entry.command)}</bdi> {again} " " <Explained text=Signal::stored("why".to_owned()) of why /></p>{outcome}</div>
        </li>
    }
}

#[component]
fn Refused(error: Rejection) -> impl IntoView {
    let rows = error.row_ids.join(", ");
    view! {
        <div class="came">
            <p><b class="mono">{error.code}</b></p>
            <p>{words::as_we_write(&error.message)}</p>
            {error.details.into_iter().map(|detail| view! { <p>{words::as_we_write(&detail.message)}</p> }).collect_view()}
            {(!rows.is_empty()).then(|| view! { <p class="hint">"Rules " <span class="mono">{rows}</span></p> })}
        </div>
    }
}
