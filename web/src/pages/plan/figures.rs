//! What is foretold: objectives, what is kept where, limits with their dates, cost with its formulas, remarks.

use super::draft::millionths;
use super::{at, items, names, number, text, whys};
use crate::components::{Cell, Grid, Icon, RuleLinks, SettingName};
use crate::words;
use leptos::prelude::*;
use rplab_core::matrix::Service;
use rplab_core::units::{ByteCount, SimInstant};
use serde_json::Value;
use std::sync::Arc;

pub(super) fn size(value: &Value, path: &str) -> String {
    about(ByteCount(number(value, path)))
}

/// A size as a forecast has it: whole GiB, where that does not hide it.
pub(super) fn about(bytes: ByteCount) -> String {
    if bytes.0 < 10 << 30 {
        return words::size(bytes);
    }
    let gib = bytes.0.saturating_add(1 << 29) >> 30;
    format!("{} GiB", words::grouped(gib))
}

/// Both ends of a band, the unit once.
pub(super) fn band(value: &Value, low: &str, high: &str) -> String {
    let (low, high) = (size(value, low), size(value, high));
    let unit = |text: &str| text.rsplit_once(' ').map(|(_, unit)| unit.to_owned());
    match low.rsplit_once(' ') {
        Some((number, own)) if unit(&high).as_deref() == Some(own) => format!("{number} to {high}"),
        _ => format!("{low} to {high}"),
    }
}

pub(super) fn instant(value: &Value, path: &str) -> Option<String> {
    let at: SimInstant = at(value, path).as_str()?.parse().ok()?;
    Some(words::instant(at))
}

/// A span of time in words; any other text as it is.
pub(super) fn span(text: &str) -> String {
    text.parse()
        .map_or_else(|_| text.to_owned(), words::duration)
}

/// What a service is called.
pub(super) fn service(word: &str) -> String {
    match word {
        "restorePoints" => words::service(Service::RestorePoints),
        "vmBackup" => words::service(Service::VmBackup),
        "diskBackup" => words::service(Service::DiskBackup),
        "mars" => words::service(Service::Mars),
        "dpmMabs" => words::service(Service::DpmMabs),
        other => other,
    }
    .to_owned()
}

/// An amount in millionths with two decimals.
pub(super) fn money(millionths: u64) -> String {
    words::in_hundredths(millionths.saturating_add(5_000) / 10_000)
}

/// What an objective asks for, or what is reached of it, as people write it.
pub(super) fn amount(found: &Value, objective: &Value, path: &str) -> String {
    let said = text(objective, path);
    match text(objective, "/objective").as_str() {
        "monthlyBudget" => millionths(&said, '.').as_u64().map_or(said, |amount| {
            format!("{} {}", text(found, "/cost/currency"), money(amount))
        }),
        "retentionDays" => {
            let days = said.strip_suffix(" days").map(str::parse);
            match days {
                Some(Ok(days)) => words::count(days, "day", "days"),
                _ => said,
            }
        }
        _ => {
            let words: Vec<String> = said.trim_end_matches(',').split(' ').map(span).collect();
            words.join(" ")
        }
    }
}

pub(super) fn rules(value: &Value) -> Vec<String> {
    items(value, "/rowIds")
        .iter()
        .filter_map(Value::as_str)
        .map(ToOwned::to_owned)
        .collect()
}

/// Whether each objective is met.
#[component]
pub(super) fn Objectives(found: Arc<Value>) -> impl IntoView {
    let lines = items(&found, "/objectives").iter().map(|one| {
        let (icon, word) = match at(one, "/met").as_bool() {
            Some(true) => ("ok", "met"),
            Some(false) => ("no", "missed"),
            None => ("unknown", "not known"),
        };
        let title = names::objective(one);
        let achieved = whys::shown(amount(&found, one, "/achieved"), title.clone(), whys::objective(&found, one));
        view! {
            <li class="disk-verdict" data-met=at(one, "/met").to_string()>
                <span class="grow"><b>{title}</b><span class="hint block">"asked " {amount(&found, one, "/asked")} ", reached " {achieved}</span></span>
                <span class=format!("verdict {icon}")><Icon name=icon />{word}</span>
            </li>
        }
    });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then(|| view! { <section class="card" aria-labelledby="objectives-title" data-testid="objectives"><div class="card-head"><h2 id="objectives-title">"Objectives"</h2></div><ul>{lines}</ul></section> })
}

/// What is kept where.
#[component]
pub(super) fn TierTable(found: Arc<Value>) -> impl IntoView {
    if items(&found, "/tiers").is_empty() {
        return None;
    }
    let rows = items(&found, "/tiers").iter().map(|tier| {
        let name = names::tier_there(tier);
        let (points, stored) = (whys::points(&found, tier), whys::stored(&found, tier));
        let of = |what: &str| format!("{what}, {name}");
        let figure = |path: &str| words::grouped(number(tier, path));
        let band = band(tier, "/lowStoredBytes", "/highStoredBytes");
        let travelled = size(tier, "/transferredBytes");
        vec![
            Cell::new(names::tier(tier)),
            Cell::new(text(tier, "/region")),
            whys::cell(figure("/points"), of("Points"), points.clone()),
            whys::cell(figure("/peakPoints"), of("Points at most"), points),
            whys::cell(size(tier, "/storedBytes"), of("Stored"), stored.clone()),
            whys::cell(band, of("Low to high"), stored),
            whys::cell(
                travelled,
                of("Transferred"),
                whys::transferred(&found, tier),
            ),
        ]
    });
    Some(view! {
        <section class="card" aria-labelledby="tiers-title">
            <div class="card-head"><h2 id="tiers-title">"Kept where"</h2><span class="hint">{instant(&found, "/endTime").map(|end| format!("on {end}"))}</span></div>
            <Grid caption="Kept where" columns=vec!["Tier", "Region", "#Points", "#At most", "#Stored", "#Low to high", "#Transferred"] rows=rows.collect() file="plan-tiers" testid="tiers" />
        </section>
    })
}

/// Limits, and when they are hit.
#[component]
pub(super) fn Limits(found: Arc<Value>) -> impl IntoView {
    let lines = items(&found, "/quota").iter().map(|one| {
        let refused = instant(one, "/refusedAt");
        let icon = if refused.is_some() { "no" } else { "ok" };
        let when = refused.map_or_else(|| "never refused".to_owned(), |at| format!("refused from {at}"));
        let all = format!("{} of {} at most", words::grouped(number(one, "/most")), words::grouped(number(one, "/allowed")));
        let all = whys::shown(all, text(one, "/text"), whys::limit(one));
        view! {
            <li class="disk-verdict">
                <span class="grow"><b>{text(one, "/text")}</b><span class="hint block">{names::limited(items(&found, "/quota"), one)} ", " {all} " " <RuleLinks rules=rules(one) /></span></span>
                <span class=format!("verdict {icon}")><Icon name=icon />{when}</span>
            </li>
        }
    });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then(|| view! { <section class="card" aria-labelledby="limits-title" data-testid="limits"><div class="card-head"><h2 id="limits-title">"Limits and their dates"</h2></div><ul>{lines}</ul></section> })
}

/// The meters that run and have no rate, where there are any.
pub(super) fn without_rate(found: &Value) -> Option<String> {
    let meters = items(found, "/cost/withoutPrice").iter();
    let meters: Vec<&str> = meters.filter_map(Value::as_str).map(names::meter).collect();
    (!meters.is_empty()).then(|| meters.join(", "))
}

/// What it costs, month by month, with the formulas of the last whole month.
#[component]
pub(super) fn CostCard(found: Arc<Value>) -> impl IntoView {
    let months = items(&found, "/cost/months");
    // What backs up from within the guest has no price: nothing is foretold of what it keeps.
    if months.is_empty() || items(&found, "/tiers").is_empty() {
        return None;
    }
    let currency = text(&found, "/cost/currency");
    let amount = |value: &Value, name: &str| money(number(value, &format!("/{name}Millionths")));
    let rows = months.iter().map(|month| {
        let name = text(month, "/month");
        let said = |part: &str| format!("{currency} {} in {name}", amount(month, part));
        let band = |part: &str| {
            whys::cell(
                amount(month, part),
                said(part),
                whys::month_band(month, part),
            )
        };
        let typical = amount(month, "typical");
        vec![
            Cell::new(name.clone()),
            whys::cell(typical, said("typical"), whys::month(month)),
            band("low"),
            band("high"),
        ]
    });
    let rows: Vec<_> = rows.collect();
    let last = whys::last_whole_month(&found);
    let formulas = items(last.unwrap_or(&Value::Null), "/lines").iter().map(|line| {
        let sources = items(line, "/values").iter().map(|value| view! { <li><code>{text(value, "/name")}</code> " = " {text(value, "/value")} ", " <span class="hint">{text(value, "/source")}</span></li> });
        view! {
            <details>
                <summary>{names::metered(line)} ": " {line.get("typicalMillionths").and_then(Value::as_u64).map_or_else(|| "no rate".to_owned(), money)}</summary>
                <p>{text(line, "/formula")}</p>
                <p class="mono">{text(line, "/withValues")}</p>
                <ul class="bullets">{sources.collect_view()}</ul>
            </details>
        }
    });
    let formulas = formulas.collect_view();
    let without = without_rate(&found);
    let total = format!(
        "{currency} {}, {} to {}",
        amount(at(&found, "/cost"), "typical"),
        amount(at(&found, "/cost"), "low"),
        amount(at(&found, "/cost"), "high")
    );
    let total = whys::shown_as(total, "The cost in all", whys::total(&found), "cost-total");
    Some(view! {
        <section class="card" aria-labelledby="cost-title" data-testid="cost">
            <div class="card-head"><h2 id="cost-title">"Cost"</h2><span class="hint">{text(&found, "/cost/profile")} " rates; low and high by the change rate"</span></div>
            <div class="card-body stack">
                <p>"In all: " <b>{total}</b></p>
                {without.map(|without| view! { <p class="second">"Without a rate, and not in the sum: " {without}</p> })}
                <div class="stack"><h3>"How a month comes about"</h3>{formulas}</div>
            </div>
            <Grid caption="Cost by month" columns=vec!["Month", "#As planned", "#Low", "#High"] rows file="plan-cost" testid="cost-months" />
        </section>
    })
}

/// Notes and assumptions.
#[component]
pub(super) fn Remarks(found: Arc<Value>) -> impl IntoView {
    let notes = items(&found, "/notes").iter().map(|note| view! { <li><b>{names::about(&text(note, "/about")).to_owned()}</b> ": " {text(note, "/text")} " " <span class="hint"><RuleLinks rules=rules(note) /></span></li> });
    let notes: Vec<_> = notes.collect();
    let assumed = items(&found, "/assumptions").iter().map(|one| {
        let name = text(one, "/name");
        vec![
            Cell::shown(name.clone(), view! { <SettingName name /> }),
            Cell::new(words::as_we_write(&text(one, "/value"))),
            Cell::new(text(one, "/meaning")),
        ]
    });
    view! {
        <section class="card" aria-labelledby="remarks-title">
            <div class="card-head"><h2 id="remarks-title">"What it rests on"</h2></div>
            {(!notes.is_empty()).then(|| view! { <ul class="bullets card-body">{notes}</ul> })}
            <Grid caption="Assumptions" columns=vec!["Name", "Value", "Meaning"] rows=assumed.collect() file="plan-assumptions" testid="plan-assumptions" />
        </section>
    }
}
