//! Restorability over time: which way to restore was open when, from some point; and every point by every way now.

use crate::components::{
    Action, Cell, Glyph, Grid, Icon, Look, Note, RuleLinks, Segments, all_made, follow, in_svg,
    live, save_picture, verdict_look,
};
use crate::session::Session;
use crate::session::jobs::{Heard, Job};
use crate::words;
use gloo::timers::future::TimeoutFuture;
use leptos::prelude::*;
use rplab_core::api::Lab;
use rplab_core::json;
use rplab_core::matrix::Verdict;
use rplab_core::units::SimInstant;
use serde_json::{Value, json};
use std::fmt::Write;

/// How long changes rest before the worker is asked anew.
const QUIET_MILLISECONDS: u32 = 200;
/// Points that are listed before the rest is asked for.
const SHOWN: usize = 40;

/// Ways to restore, with their words, in the order in which they are shown.
const METHODS: [(&str, &str); 10] = [
    ("createNewVm", "New VM"),
    ("restoreDisks", "Disks only"),
    ("replaceExisting", "Replace in place"),
    ("crossRegion", "Another region"),
    ("crossSubscription", "Another subscription"),
    ("crossZonal", "Another zone"),
    ("fileRecovery", "Single files"),
    ("newDisk", "New disk"),
    ("replaceSource", "Disk in place"),
    ("signedAccess", "Read by address"),
];

fn method_words(method: &str) -> &str {
    let known = METHODS.iter().find(|(word, _)| *word == method);
    known.map_or(method, |(_, words)| words)
}

/// A stretch of time in which a way is open, or is not.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stretch {
    from: SimInstant,
    until: SimInstant,
    able: bool,
    because: String,
    rules: Vec<String>,
}

/// One way with its stretches, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    method: String,
    stretches: Vec<Stretch>,
}

/// A point with its answers.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PointRow {
    name: String,
    captured: Option<SimInstant>,
    region: String,
    answers: Vec<(String, Verdict, String, Vec<String>)>,
}

/// What the worker said, in the shape in which it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Told {
    rows: Vec<Row>,
    points: Vec<PointRow>,
    span: Option<(SimInstant, SimInstant)>,
    every_moment: bool,
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let list = value.get(name).and_then(Value::as_array);
    list.map(Vec::as_slice).unwrap_or_default()
}

fn rules(value: &Value) -> Vec<String> {
    let rules = list(value, "rowIds").iter().filter_map(Value::as_str);
    rules.map(ToOwned::to_owned).collect()
}

fn instant(value: &Value, name: &str) -> Option<SimInstant> {
    text(value, name).parse().ok()
}

/// Puts changes together to stretches, from the first moment to the last.
fn told(found: &Value, start: SimInstant) -> Told {
    let end = instant(found, "time").unwrap_or(start);
    let mut rows: Vec<Row> = Vec::new();
    for change in list(found, "changes") {
        let (Some(at), method) = (instant(change, "at"), text(change, "method")) else {
            continue;
        };
        if !rows.iter().any(|row| row.method == method) {
            rows.push(Row {
                method: method.to_owned(),
                stretches: Vec::new(),
            });
        }
        let Some(row) = rows.iter_mut().find(|row| row.method == method) else {
            continue;
        };
        if let Some(last) = row.stretches.last_mut() {
            last.until = at;
        }
        row.stretches.push(Stretch {
            from: at,
            until: end,
            able: change.get("able").and_then(Value::as_bool) == Some(true),
            because: text(change, "because").to_owned(),
            rules: rules(change),
        });
    }
    let order = |method: &str| METHODS.iter().position(|(word, _)| *word == method);
    rows.sort_by_key(|row| order(&row.method));
    let points = list(found, "points").iter().map(|point| PointRow {
        name: text(point, "name").to_owned(),
        captured: instant(point, "captured"),
        region: text(point, "region").to_owned(),
        answers: list(point, "methods")
            .iter()
            .map(|one| {
                let verdict = one.get("verdict").map(json::read).and_then(Result::ok);
                (
                    text(one, "method").to_owned(),
                    verdict.unwrap_or(Verdict::Unknown),
                    text(one, "message").to_owned(),
                    rules(one),
                )
            })
            .collect(),
    });
    Told {
        points: points.collect(),
        rows,
        span: Some((start, end)),
        every_moment: found.get("everyMoment").and_then(Value::as_bool) != Some(false),
    }
}

/// The card.
#[component]
pub(super) fn AbilitiesCard() -> impl IntoView {
    let session = Session::get();
    let answer = RwSignal::new(None::<Result<Told, String>>);
    let busy = RwSignal::new(true);
    let turn = StoredValue::new(0_u64);
    let running = StoredValue::new(None::<Job>);
    Effect::new(move |_| {
        let id = session.machine_id().map(|id| id.to_string());
        let machine = id.or(session.machine.get());
        let scenario = session.read(Lab::export_scenario);
        turn.update_value(|turn| *turn += 1);
        let mine = turn.get_value();
        busy.set(true);
        wasm_bindgen_futures::spawn_local(async move {
            TimeoutFuture::new(QUIET_MILLISECONDS).await;
            // The worker and its engine are not fetched while the page itself is made.
            all_made().await;
            if turn.try_get_value() != Some(mine) {
                return;
            }
            let start = scenario.start_time;
            let request = json!({ "work": "lab", "scenario": json::write(&scenario), "name": "restoreAbilities", "args": [{ "vm": machine }] });
            let job = Job::start(&request, &[], move |heard| {
                let said = match heard {
                    Heard::Done(found) => Ok(told(&found, start)),
                    Heard::Failed(error) => Err(error.message),
                    _ => return,
                };
                wasm_bindgen_futures::spawn_local(async move {
                    // Reading the answer was a task of its own.
                    TimeoutFuture::new(0).await;
                    if turn.try_get_value() == Some(mine) {
                        answer.set(Some(said));
                        busy.set(false);
                    }
                });
            });
            running.set_value(Some(job));
        });
    });
    on_cleanup(move || {
        if let Some(Some(job)) = running.try_get_value() {
            job.stop();
        }
    });
    let form = RwSignal::new("time".to_owned());
    let forms = [
        ("time", "Over time"),
        ("points", "Points now"),
        ("table", "Table"),
    ]
    .map(|(value, words)| (value.to_owned(), words.to_owned()))
    .to_vec();
    let shown = move || {
        match answer.get() {
        None => view! { <p class="card-body hint">"Going through what happened."</p> }.into_any(),
        Some(Err(reason)) => view! { <div class="card-body"><Note tone="info"><p>{reason}</p></Note></div> }.into_any(),
        Some(Ok(told)) if told.rows.is_empty() && told.points.is_empty() => view! { <p class="card-body hint">"Nothing could be restored at any moment: there was never a point."</p> }.into_any(),
        Some(Ok(told)) => match form.get().as_str() {
            "points" => view! { <PointsNow told /> }.into_any(),
            "table" => view! { <Changes told /> }.into_any(),
            _ => view! { <OverTime told /> }.into_any(),
        },
    }
    };
    let save = move |png: bool| {
        if let Some(Ok(told)) = answer.get_untracked() {
            let name = untrack(|| session.machine_name()).unwrap_or_default();
            let (svg, size) = drawn(&told, &name);
            save_picture(session, "restorability", svg, size, png);
        }
    };
    view! {
        <section class="card" aria-labelledby="abilities-title" data-testid="abilities" aria-busy=follow(move || busy.get().then_some("true"))>
            <div class="card-head">
                <h2 id="abilities-title">"Restorability"</h2>
                <Segments label="Form of restorability" options=forms value=form />
                <span class="line end">
                    <Action label="SVG" icon="export" small=true look=Look::Quiet on_press=move || save(false) />
                    <Action label="PNG" icon="export" small=true look=Look::Quiet on_press=move || save(true) />
                </span>
            </div>
            {live(shown)}
        </section>
    }
}

/// Parts in ten thousand of the span at which an instant lies.
fn along((start, end): (SimInstant, SimInstant), at: SimInstant) -> u64 {
    let whole = end.since(start).seconds().max(1);
    (at.since(start).seconds().min(whole)) * 10_000 / whole
}

fn percent(parts: u64) -> String {
    format!("{}.{:02}%", parts / 100, parts % 100)
}

fn said(row: &Row) -> String {
    let last = row.stretches.last();
    let now = match last {
        Some(last) if last.able => format!("open since {}", words::short_instant(last.from)),
        Some(last) => format!(
            "closed since {}: {}",
            words::short_instant(last.from),
            last.because
        ),
        None => "never open".to_owned(),
    };
    format!("{}: {now}", method_words(&row.method))
}

#[component]
fn OverTime(told: Told) -> impl IntoView {
    let session = Session::get();
    let Some(span) = told.span else {
        return ().into_any();
    };
    let lines = told.rows.iter().map(|row| {
        let parts = row.stretches.iter().map(|stretch| {
            let (from, until) = (along(span, stretch.from), along(span, stretch.until));
            let class = if stretch.able { "able" } else { "unable" };
            let title = format!(
                "{} from {}: {}",
                if stretch.able { "open" } else { "closed" },
                words::short_instant(stretch.from),
                stretch.because
            );
            // A stretch without length is a moment; it is still seen.
            view! { <i class=class title=title style:left=percent(from) style:width=percent(until.saturating_sub(from).max(40))></i> }
        });
        let parts = parts.collect_view();
        view! {
            <li>
                <span class="ability-name">{method_words(&row.method).to_owned()}</span>
                <span class="ability-strip" role="img" aria-label=said(row)>{parts}</span>
            </li>
        }
    });
    let lines = lines.collect_view();
    // The moments at which a way was lost: each can be looked at.
    let lost = told.rows.iter().flat_map(|row| {
        let gone = row.stretches.iter().filter(|stretch| !stretch.able);
        gone.map(|stretch| (row.method.clone(), stretch.clone()))
    });
    let mut lost: Vec<_> = lost.collect();
    lost.sort_by_key(|(_, stretch)| std::cmp::Reverse(stretch.from));
    let lost = lost.into_iter().take(6).map(|(method, stretch)| {
        let at = stretch.from;
        view! {
            <li>
                <button type="button" class="link-button" on:click=move |_| session.look_back(at)>{words::short_instant(at)}</button>
                " " <b>{method_words(&method).to_owned()}</b> " was lost: " {stretch.because} " " <RuleLinks rules=stretch.rules />
            </li>
        }
    });
    let lost: Vec<_> = lost.collect();
    let (from, to) = (words::instant(span.0), words::instant(span.1));
    view! {
        <div class="card-body stack">
            <ul class="abilities" data-testid="abilities-map">{lines}</ul>
            <p class="ticks hint ability-ticks"><span>{from}</span><span>{to}</span></p>
            <ul class="ability-legend hint"><li><i class="able" aria-hidden="true"></i>"open from some point"</li><li><i class="unable" aria-hidden="true"></i>"not open any more"</li><li><i aria-hidden="true"></i>"not yet"</li></ul>
            {(!lost.is_empty()).then(|| view! { <ul class="bullets" data-testid="abilities-lost">{lost}</ul> })}
            {(!told.every_moment).then(|| view! { <p class="hint">"More happened than was looked at: evenly spaced moments stand for all."</p> })}
        </div>
    }
    .into_any()
}

#[component]
fn Changes(told: Told) -> impl IntoView {
    let rows = told.rows.into_iter().flat_map(|row| {
        let name = method_words(&row.method).to_owned();
        row.stretches.into_iter().map(move |stretch| {
            vec![
                Cell::new(words::instant(stretch.from)),
                Cell::new(name.clone()),
                Cell::new(if stretch.able { "open" } else { "closed" }),
                Cell::new(stretch.because),
                Cell::shown(
                    stretch.rules.join(" "),
                    view! { <RuleLinks rules=stretch.rules.clone() /> },
                ),
            ]
        })
    });
    view! { <Grid caption="Restorability over time" columns=vec!["From", "Way", "It is", "Because", "Rules"] rows=rows.collect() file="restorability" testid="abilities-table" /> }
}

#[component]
fn PointsNow(told: Told) -> impl IntoView {
    let methods: Vec<(&str, &str)> = METHODS
        .into_iter()
        .filter(|(word, _)| {
            let mut answers = told.points.iter().flat_map(|point| &point.answers);
            answers.any(|(method, ..)| method == word)
        })
        .collect();
    let mut columns = vec!["Point", "Captured", "Region"];
    columns.extend(methods.iter().map(|(_, words)| *words));
    let rows = told.points.into_iter().take(SHOWN).map(|point| {
        let mut cells = vec![
            Cell::new(point.name),
            Cell::new(point.captured.map(words::short_instant).unwrap_or_default()),
            Cell::new(point.region),
        ];
        for (word, _) in &methods {
            let answer = point.answers.iter().find(|(method, ..)| method == word);
            cells.push(match answer {
                None => Cell::shown("no such way", view! { <Icon name="undoc" /><span class="unseen">"no such way"</span> }),
                Some((_, verdict, message, rules)) => {
                    let look = verdict_look(*verdict);
                    let said = [look.word, message, &rules.join(" ")].join(" ");
                    Cell::shown(said.trim(), view! { <span title=format!("{message} {}", rules.join(" "))><Glyph verdict=*verdict /></span> })
                }
            });
        }
        cells
    });
    view! { <Grid caption="Points by ways to restore, now" columns rows=rows.collect() file="restorability-points" testid="abilities-points" /> }
}

/// The picture as SVG, with its size.
fn drawn(told: &Told, machine: &str) -> (String, (u32, u32)) {
    let rows = u32::try_from(told.rows.len()).unwrap_or(0);
    let height = 70 + rows * 26;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"{height}\" viewBox=\"0 0 760 {height}\" font-family=\"system-ui, sans-serif\" font-size=\"12\"><rect width=\"760\" height=\"{height}\" fill=\"#fff\"/><text x=\"16\" y=\"24\" font-weight=\"600\">Restorability of {}</text>",
        in_svg(machine)
    );
    let Some(span) = told.span else {
        svg.push_str("</svg>");
        return (svg, (760, height));
    };
    for (place, row) in told.rows.iter().enumerate() {
        let y = 40 + 26 * place;
        // Writing to a text does not fail.
        let _ = write!(
            svg,
            "<text x=\"16\" y=\"{}\">{}</text><rect x=\"180\" y=\"{y}\" width=\"560\" height=\"18\" fill=\"#f0f2f5\"/>",
            y + 13,
            in_svg(method_words(&row.method))
        );
        for stretch in &row.stretches {
            let (from, until) = (along(span, stretch.from), along(span, stretch.until));
            let colour = if stretch.able { "#1f8a5b" } else { "#c93a47" };
            let _ = write!(
                svg,
                "<rect x=\"{}\" y=\"{y}\" width=\"{}\" height=\"{}\" fill=\"{colour}\"/>",
                180 + from * 560 / 10_000,
                (until.saturating_sub(from) * 560 / 10_000).max(2),
                if stretch.able { 18 } else { 6 }
            );
        }
    }
    let _ = write!(
        svg,
        "<text x=\"180\" y=\"{}\">{}</text><text x=\"740\" y=\"{}\" text-anchor=\"end\">{}</text></svg>",
        height - 12,
        in_svg(&words::instant(span.0)),
        height - 12,
        in_svg(&words::instant(span.1))
    );
    (svg, (760, height))
}

#[cfg(test)]
mod tests {
    use super::{along, told};
    use serde_json::json;

    #[test]
    fn changes_become_stretches_until_the_next_one() {
        let change = |at: &str, method: &str, able: bool| json!({ "at": at, "method": method, "able": able, "because": "b", "rowIds": ["S0-01"] });
        let found = json!({ "time": "2026-01-11T00:00:00Z", "everyMoment": true, "points": [], "changes": [
            change("2026-01-02T00:00:00Z", "restoreDisks", true),
            change("2026-01-02T00:00:00Z", "createNewVm", true),
            change("2026-01-06T00:00:00Z", "createNewVm", false),
        ] });
        let start = "2026-01-01T00:00:00Z".parse().unwrap();
        let told = told(&found, start);
        let methods: Vec<_> = told.rows.iter().map(|row| row.method.as_str()).collect();
        assert_eq!(methods, ["createNewVm", "restoreDisks"]);
        let span = told.span.unwrap();
        let ends: Vec<_> = told.rows[0]
            .stretches
            .iter()
            .map(|stretch| {
                (
                    along(span, stretch.from),
                    along(span, stretch.until),
                    stretch.able,
                )
            })
            .collect();
        assert_eq!(ends, [(1000, 5000, true), (5000, 10_000, false)]);
    }
}
