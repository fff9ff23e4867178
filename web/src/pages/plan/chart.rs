//! Points kept and bytes stored, day by day, of both plans.

use super::{Outcome, items, number, text};
use crate::components::{Action, Cell, Grid, Icon, Look, act, follow, in_svg, live, save_picture};
use crate::session::Session;
use crate::words;
use leptos::prelude::*;
use rplab_core::units::{ByteCount, SimInstant};
use serde_json::Value;
use std::fmt::Write;

const WIDTH: u64 = 640;
const HEIGHT: u64 = 140;
/// A line of a chart: its class, and its value on each day.
type Line = (&'static str, Vec<u64>);

/// How points of two tiers count together: a copy is a point of its own, and one in a vault was a snapshot before.
pub(super) fn points_of_tiers(found: &Value) -> fn(u64, u64) -> u64 {
    match text(found, "/service").as_str() {
        "vmBackup" => u64::max,
        _ => u64::saturating_add,
    }
}

/// A figure of every day over all tiers. None where nothing is foretold of what is kept.
fn column(found: &Value, name: &str) -> Option<Vec<u64>> {
    let both = match name {
        "points" => points_of_tiers(found),
        _ => u64::saturating_add,
    };
    let of_tier = |tier: &Value| -> Vec<u64> {
        let days = items(tier, &format!("/days/{name}")).iter();
        days.map(|value| value.as_u64().unwrap_or(0)).collect()
    };
    let mut tiers = items(found, "/tiers").iter().map(of_tier);
    let first = tiers.next()?;
    Some(tiers.fold(first, |all, tier| {
        let days = all.into_iter().zip(tier);
        days.map(|(one, other)| both(one, other)).collect()
    }))
}

/// Both charts.
#[component]
pub(super) fn Charts() -> impl IntoView {
    let outcome = expect_context::<Outcome>().at(2);
    let lines = move |name: &'static str| {
        let both = [("plan-a", outcome.of(0)), ("plan-b", outcome.of(1))];
        both.into_iter()
            .filter_map(move |(class, found)| {
                let found = found?;
                Some((class, column(&found, name)?))
            })
            .collect::<Vec<Line>>()
    };
    // The lowest limit of points, where the forecast tells of one.
    let limit = move || {
        let found = outcome.of(0)?;
        // In a vault there may be more than a VM has of snapshots.
        let of_points: &[&str] = match text(&found, "/service").as_str() {
            "vmBackup" => &["recoveryPoints"],
            _ => &["restorePointsPerVm", "diskSnapshots"],
        };
        let all = items(&found, "/quota")
            .iter()
            .filter(|one| of_points.contains(&text(one, "/limit").as_str()));
        all.map(|one| number(one, "/allowed"))
            .filter(|allowed| *allowed > 0)
            .min()
    };
    let instant = |found: &Value, path: &str| text(found, path).parse::<SimInstant>().ok();
    let span = move || {
        let found = outcome.of(0).or_else(|| outcome.of(1))?;
        Some((instant(&found, "/startTime")?, instant(&found, "/endTime")?))
    };
    // When each plan is refused a point for the first time, by a limit that is in force.
    let dates = move || {
        let both = [("A", outcome.of(0)), ("B", outcome.of(1))];
        let mut said = Vec::new();
        for (letter, found) in both {
            let found = found.unwrap_or_default();
            for one in items(&found, "/quota") {
                let allowed = words::grouped(number(one, "/allowed"));
                if let Some(at) = instant(one, "/refusedAt") {
                    said.push(format!(
                        "{}: {letter} has {allowed}, the next is refused.",
                        words::instant(at)
                    ));
                }
            }
        }
        said
    };
    view! {
        <Chart title="Points kept" file="plan-points" span=Signal::derive(span) dates=Signal::derive(dates) lines=Signal::derive(move || lines("points")) limit=Signal::derive(limit) said=words::grouped />
        <Chart title="Stored" file="plan-stored" span=Signal::derive(span) dates=Signal::stored(Vec::new()) lines=Signal::derive(move || lines("storedBytes")) limit=Signal::stored(None) said=|bytes| words::size(ByteCount(bytes)) />
    }
}

fn path(values: &[u64], most: u64) -> String {
    let last = u64::try_from(values.len().saturating_sub(1))
        .unwrap_or(0)
        .max(1);
    let mut path = String::new();
    for (day, value) in (0_u64..).zip(values) {
        let y = HEIGHT
            - u64::try_from(u128::from(*value) * u128::from(HEIGHT) / u128::from(most.max(1)))
                .unwrap_or(0)
                .min(HEIGHT);
        // Writing to a text does not fail.
        let _ = write!(
            path,
            "{}{} {y}",
            if day == 0 { 'M' } else { 'L' },
            WIDTH * day / last
        );
    }
    path
}

#[component]
fn Chart(
    title: &'static str,
    file: &'static str,
    lines: Signal<Vec<Line>>,
    limit: Signal<Option<u64>>,
    /// From when to when.
    span: Signal<Option<(SimInstant, SimInstant)>>,
    /// What happens on which date.
    dates: Signal<Vec<String>>,
    said: fn(u64) -> String,
) -> impl IntoView {
    let session = Session::get();
    let as_table = RwSignal::new(false);
    let most = move || {
        let own = lines.with(|lines| {
            lines
                .iter()
                .flat_map(|(_, values)| values)
                .copied()
                .max()
                .unwrap_or(0)
        });
        // A limit far above is told, not drawn: the lines would lie flat.
        let shown = limit.get().filter(|limit| *limit <= own.saturating_mul(4));
        (own.max(shown.unwrap_or(0)), shown)
    };
    let drawn = move || {
        let (most, limit) = most();
        let paths = lines
            .get()
            .into_iter()
            .map(|(class, values)| view! { <path class=class d=path(&values, most) /> })
            .collect_view();
        let label = lines.with(|lines| {
            let ends = lines.iter().map(|(class, values)| {
                format!(
                    "{}: {} at the end, {} at most",
                    class.replace("plan-", "plan "),
                    said(values.last().copied().unwrap_or(0)),
                    said(values.iter().copied().max().unwrap_or(0))
                )
            });
            ends.collect::<Vec<_>>().join("; ")
        });
        let days = lines.with(|lines| lines.first().map_or(0, |(_, values)| values.len()));
        let limit = limit.map(|limit| {
            let y = HEIGHT
                - u64::try_from(u128::from(limit) * u128::from(HEIGHT) / u128::from(most.max(1)))
                    .unwrap_or(0);
            view! { <path class="limit" d=format!("M0 {y}L{WIDTH} {y}") /> }
        });
        let view_box = format!("0 0 {WIDTH} {HEIGHT}");
        let top = match limit.is_some() {
            true => format!("{}, the limit", said(most)),
            false => said(most),
        };
        let (from, to) = match span.get() {
            Some((start, end)) => (words::month(start), words::month(end)),
            None => ("day 1".to_owned(), format!("day {days}")),
        };
        let dates = dates.get();
        let dates = (!dates.is_empty()).then(|| {
            let lines = dates.into_iter().map(|line| view! { <li>{line}</li> });
            view! { <ul class="bullets hint" data-testid="limit-dates">{lines.collect_view()}</ul> }
        });
        view! {
            <figure class="chart">
                <span class="chart-top hint number">{top}</span>
                <svg viewBox=view_box preserveAspectRatio="none" role="img" aria-label=format!("{title}. {label}")>{limit}{paths}</svg>
                <figcaption class="ticks hint"><span>{from}</span><span>{to}</span></figcaption>
                {dates}
            </figure>
        }
    };
    let table = move || {
        let lines = lines.get();
        let days = lines
            .iter()
            .map(|(_, values)| values.len())
            .max()
            .unwrap_or(0);
        let rows = (0..days)
            .filter(|day| day % 30 == 29 || day + 1 == days)
            .map(|day| {
                let values = ["plan-a", "plan-b"].map(|plan| {
                    let line = lines.iter().find(|(class, _)| *class == plan);
                    let value = line.and_then(|(_, values)| values.get(day));
                    Cell::new(value.map_or_else(String::new, |value| said(*value)))
                });
                std::iter::once(Cell::new((day + 1).to_string()))
                    .chain(values)
                    .collect()
            });
        view! { <Grid caption=title columns=vec!["Day", "#A", "#B"] rows=rows.collect() file /> }
    };
    let save = move |png: bool| {
        let (most, _) = untrack(most);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"220\" viewBox=\"0 0 760 220\" font-family=\"system-ui, sans-serif\" font-size=\"12\"><rect width=\"760\" height=\"220\" fill=\"#fff\"/><text x=\"60\" y=\"20\" font-weight=\"600\">{}, at most {}</text><g transform=\"translate(60 40)\" fill=\"none\" stroke-width=\"2\">",
            in_svg(title),
            in_svg(&said(most))
        );
        for (class, values) in &lines.get_untracked() {
            let (colour, dash) = match *class {
                "plan-a" => ("#0b5fc0", ""),
                _ => ("#a5402d", "6 4"),
            };
            let _ = write!(
                svg,
                "<path d=\"{}\" stroke=\"{colour}\" stroke-dasharray=\"{dash}\"/>",
                path(values, most)
            );
        }
        svg.push_str("</g></svg>");
        save_picture(session, file, svg, (760, 220), png);
    };
    view! {
        <section class="card" aria-label=title data-testid=file>
            <div class="card-head">
                <h2>{title}</h2>
                <span class="hint line"><i class="key-line plan-a" aria-hidden="true"></i>"A"<i class="key-line plan-b" aria-hidden="true"></i>"B"</span>
                <span class="line end">
                    <button type="button" class="button quiet small" data-key="t" aria-pressed=follow(move || as_table.get().to_string()) on:click=act(move || as_table.update(|on| *on = !*on))><Icon name="table" />"Table"</button>
                    <Action label="SVG" icon="export" small=true look=Look::Quiet on_press=move || save(false) />
                    <Action label="PNG" icon="export" small=true look=Look::Quiet on_press=move || save(true) />
                </span>
            </div>
            {live(move || if as_table.get() { table().into_any() } else { drawn().into_any() })}
        </section>
    }
}
