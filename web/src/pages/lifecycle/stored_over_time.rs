//! What is stored, over time: looked up at instants between the start and now, a few at a time.

use super::bench::Bench;
use crate::components::{Action, Cell, Grid, Icon, Look, act, follow, in_svg, live, save_picture};
use crate::session::Session;
use crate::turns::at_rest;
use crate::words;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use rplab_core::api::{Lab, StoredBytesQuery};
use rplab_core::units::{ByteCount, SimDuration, SimInstant};
use std::fmt::Write;

/// How many instants are looked up.
const SAMPLES: u64 = 32;
/// How long the lab is left alone before it is asked.
const QUIET_MILLISECONDS: u32 = 400;
const WIDTH: u64 = 640;
const HEIGHT: u64 = 120;

/// What was stored at an instant: in all, and for the VM.
type Sample = (SimInstant, u64, u64);

#[derive(Clone, Copy)]
struct Samples {
    taken: RwSignal<Vec<Sample>>,
    /// Raised with every change, so that what was asked before it stops.
    turn: StoredValue<u64>,
}

impl Samples {
    fn new(session: Session, bench: Bench) -> Self {
        let samples = Self {
            taken: RwSignal::new(Vec::new()),
            turn: StoredValue::new(0),
        };
        Effect::new(move |_| {
            session.present(|_| ());
            let machine = bench.machine_id();
            samples.turn.update_value(|turn| *turn += 1);
            let turn = samples.turn.get_value();
            Timeout::new(QUIET_MILLISECONDS, move || {
                samples.begin(session, machine, turn)
            })
            .forget();
        });
        samples
    }

    fn begin(self, session: Session, machine: Option<String>, turn: u64) {
        if self.turn.try_get_value() != Some(turn) {
            return;
        }
        // Cheap: what two labs have in common they share.
        let lab = untrack(|| session.present(Lab::clone));
        let first = lab.log().first().map(|entry| entry.at);
        let now = lab.time();
        let span = first.map_or(0, |first| now.since(first).seconds());
        let Some(first) = first.filter(|_| span > 0) else {
            self.taken.try_set(Vec::new());
            return;
        };
        let instants =
            (0..=SAMPLES).map(|at| first.plus(SimDuration::from_seconds(span * at / SAMPLES)));
        self.take(lab, machine, instants.collect(), Vec::new(), turn);
    }

    /// Looks up one instant, then leaves the page to others before the next one, and to the reader's hand as long as it moves.
    fn take(
        self,
        lab: Lab,
        machine: Option<String>,
        mut left: Vec<SimInstant>,
        mut taken: Vec<Sample>,
        turn: u64,
    ) {
        if self.turn.try_get_value() != Some(turn) {
            return;
        }
        if left.is_empty() {
            self.taken.try_set(taken);
            return;
        }
        let at = left.remove(0);
        if let Ok(then) = lab.branch_at(at) {
            let all = then
                .stored_bytes(&StoredBytesQuery::default())
                .unwrap_or(ByteCount::ZERO);
            let own = StoredBytesQuery {
                vm: machine.clone(),
                ..StoredBytesQuery::default()
            };
            let own = then.stored_bytes(&own).unwrap_or(ByteCount::ZERO);
            taken.push((at, all.0, own.0));
        }
        at_rest(move || self.take(lab, machine, left, taken, turn));
    }
}

/// The card: a picture with its table.
#[component]
pub(crate) fn StoredOverTime() -> impl IntoView {
    let session = Session::get();
    let bench = Bench::get();
    let samples = Samples::new(session, bench);
    let as_table = RwSignal::new(false);
    let save = move |png: bool| {
        let svg = samples.taken.with_untracked(|taken| file(taken));
        save_picture(session, "stored-over-time", svg, (760, 180), png);
    };
    let body = move || {
        let taken = samples.taken.get();
        match (taken.is_empty(), as_table.get()) {
            (true, _) => view! { <p class="card-body hint">"Let time pass to see what is stored over it."</p> }.into_any(),
            (_, true) => table(&taken).into_any(),
            (_, false) => view! { <Chart taken /> }.into_any(),
        }
    };
    view! {
        <section class="card" aria-labelledby="over-time-title" data-testid="stored-over-time">
            <div class="card-head">
                <h2 id="over-time-title">"Stored over time"</h2>
                <span class="hint line"><i class="key-line all" aria-hidden="true"></i>"all points"<i class="key-line own" aria-hidden="true"></i>"this VM"</span>
                <span class="line end">
                    <button type="button" class="button quiet small" aria-pressed=follow(move || as_table.get().to_string()) data-testid="over-time-table" data-key="t" on:click=act(move || as_table.update(|on| *on = !*on))><Icon name="table" />"Table"</button>
                    <Action label="SVG" icon="export" small=true look=Look::Quiet testid="over-time-svg" on_press=move || save(false) />
                    <Action label="PNG" icon="export" small=true look=Look::Quiet testid="over-time-png" on_press=move || save(true) />
                </span>
            </div>
            {live(body)}
        </section>
    }
}

fn table(taken: &[Sample]) -> impl IntoView + use<> {
    let rows = taken.iter().map(|(at, all, own)| {
        vec![
            Cell::new(words::instant(*at)),
            Cell::new(words::size(ByteCount(*all))),
            Cell::new(words::size(ByteCount(*own))),
        ]
    });
    view! { <Grid caption="Stored over time" columns=vec!["Time, UTC", "#All points", "#This VM"] rows=rows.collect() file="stored-over-time" testid="over-time-rows" /> }
}

/// The steps of one line, as an SVG path in a picture of `WIDTH` by `HEIGHT`.
fn steps(taken: &[Sample], value: fn(&Sample) -> u64, most: u64, closed: bool) -> String {
    let last = taken.len().saturating_sub(1).max(1);
    let mut path = String::new();
    let mut before = HEIGHT;
    for (at, sample) in taken.iter().enumerate() {
        let x = WIDTH * u64::try_from(at).unwrap_or(0) / u64::try_from(last).unwrap_or(1);
        let y = HEIGHT
            - u64::try_from(
                u128::from(value(sample)) * u128::from(HEIGHT) / u128::from(most.max(1)),
            )
            .unwrap_or(0);
        // Writing to a text does not fail.
        let _ = if at == 0 {
            write!(path, "M{x} {y}")
        } else {
            write!(path, "L{x} {before}L{x} {y}")
        };
        before = y;
    }
    if closed {
        let _ = write!(path, "L{WIDTH} {HEIGHT}L0 {HEIGHT}Z");
    }
    path
}

fn most(taken: &[Sample]) -> u64 {
    taken.iter().map(|(_, all, _)| *all).max().unwrap_or(0)
}

#[component]
fn Chart(taken: Vec<Sample>) -> impl IntoView {
    let most = most(&taken);
    let (first, last) = (taken.first().copied(), taken.last().copied());
    let said = first.zip(last).map(|((from, before, _), (to, after, _))| {
        format!(
            "From {} on {} to {} on {}, at most {}.",
            words::size(ByteCount(before)),
            words::instant(from),
            words::size(ByteCount(after)),
            words::instant(to),
            words::size(ByteCount(most))
        )
    });
    let ends = first.zip(last).map(|((from, ..), (to, ..))| view! { <span>{words::short_instant(from)}</span><span>{words::short_instant(to)}</span> });
    let view_box = format!("0 0 {WIDTH} {HEIGHT}");
    let cause = Bench::get().cause;
    let span = first.zip(last).map(|((from, ..), (to, ..))| (from, to));
    let lit = move || {
        let (at, (from, to)) = cause.given().zip(span)?;
        let x = WIDTH * at.since(from).seconds() / to.since(from).seconds().max(1);
        Some(format!("M{x} 0V{HEIGHT}"))
    };
    view! {
        <figure class="chart">
            <span class="chart-top hint number">{words::size(ByteCount(most))}</span>
            <svg viewBox=view_box preserveAspectRatio="none" role="img" aria-label=said>
                <path class="area" d=steps(&taken, |sample| sample.1, most, true) />
                <path class="line-all" d=steps(&taken, |sample| sample.1, most, false) />
                <path class="line-own" d=steps(&taken, |sample| sample.2, most, false) />
                <path class="lit-at" d=follow(move || lit().unwrap_or_default()) />
            </svg>
            <figcaption class="ticks hint">{ends}</figcaption>
        </figure>
    }
}

/// The picture as a file, in colours of its own.
fn file(taken: &[Sample]) -> String {
    let most = most(taken);
    let title = format!("Stored over time, at most {}", words::size(ByteCount(most)));
    let ends = taken.first().zip(taken.last()).map_or_else(String::new, |((from, ..), (to, ..))| {
        format!("<text x=\"60\" y=\"172\">{}</text><text x=\"700\" y=\"172\" text-anchor=\"end\">{}</text>", words::instant(*from), words::instant(*to))
    });
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"180\" viewBox=\"0 0 760 180\" font-family=\"system-ui, sans-serif\" font-size=\"12\"><rect width=\"760\" height=\"180\" fill=\"#fff\"/><text x=\"60\" y=\"20\" font-weight=\"600\">{}</text><g transform=\"translate(60 32)\" fill=\"none\"><path d=\"{}\" fill=\"#2f6fb3\" fill-opacity=\".25\"/><path d=\"{}\" stroke=\"#2f6fb3\" stroke-width=\"2\"/><path d=\"{}\" stroke=\"#c2760f\" stroke-width=\"2\" stroke-dasharray=\"6 4\"/></g>{ends}</svg>",
        in_svg(&title),
        steps(taken, |sample| sample.1, most, true),
        steps(taken, |sample| sample.1, most, false),
        steps(taken, |sample| sample.2, most, false),
    )
}

#[cfg(test)]
mod tests {
    use super::steps;

    #[test]
    fn a_line_goes_in_steps_and_never_out_of_the_picture() {
        let at = |day: &str| format!("2026-01-{day}T00:00:00Z").parse().unwrap();
        let taken = [(at("05"), 0, 0), (at("06"), 10, 5), (at("07"), u64::MAX, 5)];
        assert_eq!(
            steps(&taken, |sample| sample.1, u64::MAX, false),
            "M0 120L320 120L320 120L640 120L640 0"
        );
        assert_eq!(steps(&[], |sample| sample.1, 0, false), "");
    }
}
