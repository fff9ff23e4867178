//! The kept calendar: a cell for each day, with the rule that keeps what is left of it.

use super::draft::Plans;
use super::{Outcome, items, number, text};
use crate::components::{
    Action, Cell, Grid, Icon, Look, act, follow, in_svg, live, save_picture, soon,
};
use crate::session::Session;
use crate::words;
use leptos::prelude::*;
use rplab_core::json;
use rplab_core::policy::{BackupPolicy, KeptDay, RetentionRule};
use rplab_core::units::SimInstant;
use serde_json::Value;
use std::fmt::Write;

const DAY_SECONDS: i64 = 86_400;
/// Sides of a cell and of a week, in units of the picture.
const CELL: i64 = 14;
const STEP: i64 = 16;
const TOP: i64 = 18;
/// How wide a letter of a month's name is, with what parts it from the next name.
const LETTER: i64 = 6;
/// Days that are drawn in one go.
const AT_ONCE: usize = 60;

/// A rule's class, letter and words.
const fn look(rule: RetentionRule) -> (&'static str, &'static str, &'static str) {
    match rule {
        RetentionRule::None => ("gone", "", "deleted by the plan"),
        RetentionRule::Daily => ("daily", "d", "every point"),
        RetentionRule::Weekly => ("weekly", "w", "weekly"),
        RetentionRule::Monthly => ("monthly", "m", "monthly"),
        RetentionRule::Yearly => ("yearly", "y", "yearly"),
    }
}

/// What a rule keeps, in words.
const fn words_of(rule: RetentionRule, of_vault: bool) -> &'static str {
    match rule {
        RetentionRule::Daily if of_vault => "the first of a day",
        _ => look(rule).2,
    }
}

/// Whether the rules of retention are those of a vault.
fn is_vault(found: &Value) -> bool {
    text(found, "/service") == "vmBackup"
}

/// Where the points are whose days are shown.
fn shown_tier(found: &Value, of_vault: bool) -> Option<&Value> {
    let wanted = if of_vault { "vault" } else { "snapshots" };
    let mut tiers = items(found, "/tiers").iter();
    tiers.find(|tier| text(tier, "/tier") == wanted)
}

/// The colours of the picture that is saved.
const fn colour(rule: RetentionRule) -> &'static str {
    match rule {
        RetentionRule::None => "#e2e6eb",
        RetentionRule::Daily => "#145b9d",
        RetentionRule::Weekly => "#9a5b08",
        RetentionRule::Monthly => "#5a2a6b",
        RetentionRule::Yearly => "#14663f",
    }
}

const RULES: [RetentionRule; 5] = [
    RetentionRule::Daily,
    RetentionRule::Weekly,
    RetentionRule::Monthly,
    RetentionRule::Yearly,
    RetentionRule::None,
];

/// Where a day lies: the week from the first one, and the weekday from Monday.
fn place(first: SimInstant, day: SimInstant) -> (i64, i64) {
    // 1 January 1970 was a Thursday.
    let from_monday = |at: SimInstant| at.unix_seconds().div_euclid(DAY_SECONDS) + 3;
    let (start, here) = (from_monday(first), from_monday(day));
    (here.div_euclid(7) - start.div_euclid(7), here.rem_euclid(7))
}

/// The card.
#[component]
pub(super) fn KeptCalendar() -> impl IntoView {
    let (session, plans) = (Session::get(), Plans::get());
    let outcome = expect_context::<Outcome>().at(1);
    let as_table = RwSignal::new(false);
    let days = Memo::new(move |_| {
        let place = plans.place();
        let Some(found) = outcome.of(place) else {
            return Vec::new();
        };
        let instant = |path: &str| text(&found, path).parse::<SimInstant>().ok();
        let plan = untrack(|| plans.chosen().plan(session)).ok();
        let policy = plan.as_ref().and_then(|plan| plan.get("policy"));
        let policy = policy.map(json::read::<BackupPolicy>);
        match (policy, instant("/startTime"), instant("/endTime")) {
            // Of snapshots VM Backup keeps a few days; what the rules of retention keep is in the vault.
            (Some(Ok(policy)), Some(start), Some(end)) if is_vault(&found) => {
                policy.vault_days(start, end)
            }
            (Some(Ok(policy)), Some(start), Some(end)) => policy.kept_days(start, end),
            _ => Vec::new(),
        }
    });
    let count = move |rule: RetentionRule| {
        days.with(|days| days.iter().filter(|day| day.by == rule).count())
    };
    let of_vault = move || {
        outcome
            .of(plans.place())
            .is_some_and(|found| is_vault(&found))
    };
    let last = move || days.with(|days| days.last().map(|day| day.first));
    let said = move || {
        let Some(last) = last().map(words::instant) else {
            return String::new();
        };
        let found = outcome.of(plans.place());
        let there = if of_vault() { " in the vault" } else { "" };
        // As many as all other cards say; of what is not foretold, what the rules ask for.
        let told = found
            .as_deref()
            .and_then(|found| shown_tier(found, of_vault()));
        let asked = if told.is_some() {
            ""
        } else {
            " are asked for by the rules"
        };
        let count = told.map_or_else(
            || days.with(|days| days.iter().map(|day| day.kept).sum()),
            |tier| number(tier, "/points"),
        );
        let points = words::count(count, "point", "points");
        format!("{points} of each VM{there}{asked} when the last one is taken, {last}")
    };
    let nothing = move || match outcome.wrong(plans.place()) {
        Some(_) => "Nothing is foretold of this plan: why not stands above.",
        None => "Foretelling.",
    };
    let legend = move || {
        let rules = RULES.into_iter().filter(|rule| count(*rule) > 0);
        let part = |rule| {
            let (class, letter, _) = look(rule);
            let words = words_of(rule, of_vault());
            view! { <li><i class=format!("kept-swatch {class}") aria-hidden="true">{letter}</i>{words} " " <span class="hint">{words::count(u64::try_from(count(rule)).unwrap_or(0), "day", "days")}</span></li> }
        };
        rules.map(part).collect_view()
    };
    let table = move || {
        let of_vault = of_vault();
        let rows = days.with(|days| {
            let left = days.iter().filter(|day| day.kept > 0);
            left.map(|day| {
                vec![
                    Cell::new(words::instant(day.first)),
                    Cell::new(words_of(day.by, of_vault)),
                    Cell::new(words::grouped(day.taken)),
                    Cell::new(words::grouped(day.kept)),
                ]
            })
            .collect()
        });
        view! { <Grid caption="Days of which points are kept" columns=vec!["First point of the day", "Kept by", "#Taken", "#Kept"] rows file="plan-kept" testid="kept-table" /> }
    };
    let save = move |png: bool| {
        let all = days.get_untracked();
        let title = untrack(said);
        let (svg, size) = drawn(&all, &title);
        save_picture(session, "plan-kept", svg, size, png);
    };
    view! {
        <section class="card" aria-labelledby="kept-title" data-testid="kept">
            <div class="card-head">
                <h2 id="kept-title">"Kept calendar"</h2><span class="hint">{live(said)}</span>
                <span class="line end">
                    <button type="button" class="button quiet small" data-key="t" aria-pressed=follow(move || as_table.get().to_string()) data-testid="kept-as-table" on:click=act(move || as_table.update(|on| *on = !*on))><Icon name="table" />"Table"</button>
                    <Action label="SVG" icon="export" small=true look=Look::Quiet on_press=move || save(false) />
                    <Action label="PNG" icon="export" small=true look=Look::Quiet on_press=move || save(true) />
                </span>
            </div>
            {live(move || match (days.with(Vec::is_empty), as_table.get()) {
                (true, _) => view! { <p class="card-body second">{nothing()}</p> }.into_any(),
                (_, true) => table().into_any(),
                _ => days.with(|days| picture(days, &said(), of_vault())).into_any(),
            })}
            <ul class="kept-legend">{live(legend)}</ul>
        </section>
    }
}

fn width(days: &[KeptDay]) -> i64 {
    let weeks = days
        .first()
        .zip(days.last())
        .map_or(0, |(first, last)| place(first.first, last.first).0);
    (weeks + 1) * STEP
}

/// The name of each month that is shown, with its week.
fn months(days: &[KeptDay]) -> Vec<(i64, String)> {
    let Some(first) = days.first() else {
        return Vec::new();
    };
    let mut found: Vec<(i64, String)> = Vec::new();
    for day in days {
        let (week, _) = place(first.first, day.first);
        let month = words::month(day.first);
        let known = found.last();
        let new = known.is_none_or(|(_, name)| *name != month);
        // A name needs room before the next.
        let wide = |name: &str| LETTER * i64::try_from(name.chars().count()).unwrap_or(0);
        let room = known.is_none_or(|(last, name)| (week - last) * STEP >= wide(name));
        if new && room {
            found.push((week, month));
        } else if new && let Some(last) = found.last_mut() {
            *last = (week, month);
        }
    }
    found
}

fn picture(days: &[KeptDay], said: &str, of_vault: bool) -> impl IntoView + use<> {
    let first = days.first().map(|day| day.first);
    let cell = move |day: &KeptDay| {
        let (week, weekday) = place(first.unwrap_or(day.first), day.first);
        let (class, letter, _) = look(day.by);
        let rule = words_of(day.by, of_vault);
        let (x, y) = (week * STEP, TOP + weekday * STEP);
        let title = format!(
            "{}: {} of {} kept, {rule}",
            words::day(day.first),
            day.kept,
            day.taken
        );
        view! {
            <g class=format!("kept-day {class}")>
                <rect x=x y=y width=CELL height=CELL rx="3"><title>{title}</title></rect>
                <text x=x + CELL / 2 y=y + CELL - 4>{letter}</text>
            </g>
        }
    };
    // Some days at a time: a year of them takes a slow phone a good part of a second.
    let cells = days.chunks(AT_ONCE).map(|days| {
        let days = days.to_vec();
        soon(move || days.iter().map(cell).collect_view().into_any())
    });
    let cells = cells.collect_view();
    let names = months(days)
        .into_iter()
        .map(|(week, name)| view! { <text class="kept-month" x=week * STEP y="11">{name}</text> });
    let names = names.collect_view();
    // The last name reaches beyond its week.
    let across = width(days) + 2 * STEP;
    view! {
        <div class="kept-scroll" tabindex="0" role="region" aria-label="Kept calendar, picture">
            <svg class="kept-picture" viewBox=format!("0 0 {across} {}", TOP + 7 * STEP) role="img" aria-label=format!("Kept calendar: {said}.")>{names}{cells}</svg>
        </div>
    }
}

/// The picture as SVG, with its size.
fn drawn(days: &[KeptDay], title: &str) -> (String, (u32, u32)) {
    let (across, down) = (width(days) + 20, TOP + 7 * STEP + 40);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{across}\" height=\"{down}\" viewBox=\"0 0 {across} {down}\" font-family=\"system-ui, sans-serif\" font-size=\"10\"><rect width=\"{across}\" height=\"{down}\" fill=\"#fff\"/><text x=\"10\" y=\"18\" font-size=\"12\" font-weight=\"600\">{}</text><g transform=\"translate(10 30)\">",
        in_svg(title)
    );
    let Some(first) = days.first() else {
        svg.push_str("</g></svg>");
        return (svg, (320, 180));
    };
    for (week, name) in months(days) {
        // Writing to a text does not fail.
        let _ = write!(
            svg,
            "<text x=\"{}\" y=\"11\">{}</text>",
            week * STEP,
            in_svg(&name)
        );
    }
    for day in days {
        let (week, weekday) = place(first.first, day.first);
        let (x, y) = (week * STEP, TOP + weekday * STEP);
        let _ = write!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{CELL}\" height=\"{CELL}\" rx=\"3\" fill=\"{}\"/><text x=\"{}\" y=\"{}\" fill=\"#fff\" text-anchor=\"middle\">{}</text>",
            colour(day.by),
            x + CELL / 2,
            y + CELL - 4,
            look(day.by).1
        );
    }
    svg.push_str("</g></svg>");
    let side = |length: i64| u32::try_from(length.max(320)).unwrap_or(320);
    (svg, (side(across), u32::try_from(down).unwrap_or(180)))
}

#[cfg(test)]
mod tests {
    use super::place;
    use rplab_core::units::SimInstant;

    #[test]
    fn days_lie_by_week_and_weekday() {
        let at = |text: &str| text.parse::<SimInstant>().unwrap();
        let monday = at("2026-01-05T02:00:00Z");
        assert_eq!(place(monday, monday), (0, 0));
        assert_eq!(place(monday, at("2026-01-11T23:00:00Z")), (0, 6));
        assert_eq!(place(monday, at("2026-01-12T00:00:00Z")), (1, 0));
        assert_eq!(
            place(at("2026-01-11T00:00:00Z"), at("2026-01-12T00:00:00Z")),
            (1, 0)
        );
    }
}
