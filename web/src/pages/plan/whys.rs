//! What stands behind the figures of a plan: formulas, values, and where they come from.

use super::figures::{amount, instant, money, rules, size, span};
use super::outcome::REACH_DAYS;
use super::{at, items, names, number, text};
use crate::components::{Cell, Explained, Why};
use crate::words;
use leptos::prelude::*;
use serde_json::Value;

/// A cell whose figure says how it comes about.
pub(super) fn cell(said: String, of: impl Into<String>, why: Why) -> Cell {
    Cell::shown(said.clone(), shown(said, of, why))
}

/// A figure that says how it comes about.
pub(super) fn shown(said: String, of: impl Into<String>, why: Why) -> AnyView {
    shown_as(said, of, why, "figure")
}

/// The same, for tests to find.
pub(super) fn shown_as(
    said: String,
    of: impl Into<String>,
    why: Why,
    testid: &'static str,
) -> AnyView {
    let of: String = of.into();
    view! { <Explained text=Signal::stored(said) of why=move || why.clone() testid /> }.into_any()
}

fn why(lines: Vec<String>) -> Why {
    Why {
        lines,
        rules: Vec::new(),
    }
}

/// The assumptions whose names begin with one of these words, each with its value and what it rests on.
fn assumed<'a>(found: &'a Value, words: &'a [&str]) -> impl Iterator<Item = String> + 'a {
    let of = items(found, "/assumptions").iter().filter(move |one| {
        let name = text(one, "/name");
        words.iter().any(|word| name.starts_with(word))
    });
    of.map(|one| {
        let [name, value, meaning] = ["/name", "/value", "/meaning"].map(|path| text(one, path));
        format!("{name} is {value}: {meaning}")
    })
}

/// How old the newest usable point gets in each region.
pub(super) fn rpo(found: &Value) -> Why {
    let mut lines = vec![
        "At each moment: now less when the newest point that can be restored was taken. The figure is the oldest that it gets."
            .to_owned(),
    ];
    for one in items(found, "/groups")
        .iter()
        .flat_map(|group| items(group, "/rpo"))
    {
        let (region, worst) = (text(one, "/region"), span(&text(one, "/worst")));
        let when = instant(one, "/worstAt").unwrap_or_default();
        lines.push(format!("{region}: {worst}, on {when}"));
        if let Some(first) = instant(one, "/firstUsableAt") {
            lines.push(format!(
                "{region}: the first point can be restored from {first} on"
            ));
        }
    }
    lines.push("A point counts from the moment it can be restored: when its creation has ended, elsewhere when its copy has arrived. How long both take are settings of the lab.".to_owned());
    why(lines)
}

/// How many points there are of one VM.
pub(super) fn points(found: &Value, tier: &Value) -> Why {
    let until = instant(found, "/endTime").unwrap_or_default();
    let mut lines = vec![
        "Points that the schedule has taken by then, less those that no rule of retention keeps any longer."
            .to_owned(),
        format!(
            "On {until}: {}; at most {} at once",
            words::grouped(number(tier, "/points")),
            words::grouped(number(tier, "/peakPoints"))
        ),
    ];
    lines.push("The kept calendar shows each day with the rule that keeps its points.".to_owned());
    why(lines)
}

/// What the points of a tier take.
pub(super) fn stored(found: &Value, tier: &Value) -> Why {
    let mut lines = vec![
        "Distinct versions of blocks over all points that are kept: the first point holds every block that was written, each later one what has changed since the point before it."
            .to_owned(),
        format!(
            "As planned {}; with the low change rate {}, with the high one {}",
            size(tier, "/storedBytes"),
            size(tier, "/lowStoredBytes"),
            size(tier, "/highStoredBytes")
        ),
        format!(
            "The most at once: {}, on {}",
            size(tier, "/peakBytes"),
            instant(tier, "/peakAt").unwrap_or_default()
        ),
    ];
    lines.extend(assumed(found, &["change", "block"]));
    why(lines)
}

/// A figure over all places: what each of them says of it.
pub(super) fn each_tier(found: &Value, of: fn(&Value, &Value) -> Why) -> Why {
    let tiers = items(found, "/tiers");
    let mut lines = Vec::new();
    for tier in tiers {
        if tiers.len() > 1 {
            lines.push(format!("{}:", names::tier_there(tier)));
        }
        lines.extend(of(found, tier).lines);
    }
    why(lines)
}

/// What came to a tier from elsewhere.
pub(super) fn transferred(found: &Value, tier: &Value) -> Why {
    let mut lines = vec![
        "The sum over all points that came here from another tier or region: the first one whole, each later one what has changed."
            .to_owned(),
        format!("{} until {}", size(tier, "/transferredBytes"), instant(found, "/endTime").unwrap_or_default()),
    ];
    lines.extend(assumed(found, &["change"]));
    why(lines)
}

/// How near a limit is.
pub(super) fn limit(one: &Value) -> Why {
    let mut lines = vec![
        text(one, "/text"),
        format!(
            "At most {}, first on {}; {} are allowed",
            words::grouped(number(one, "/most")),
            instant(one, "/mostAt").unwrap_or_default(),
            words::grouped(number(one, "/allowed"))
        ),
    ];
    if let Some(at) = instant(one, "/reachedAt") {
        lines.push(format!("As many as are allowed from {at} on"));
    }
    if let Some(at) = instant(one, "/refusedAt") {
        let refused = words::grouped(number(one, "/refused"));
        lines.push(format!(
            "One more is refused from {at} on, {refused} until the end"
        ));
    }
    Why {
        lines,
        rules: rules(one),
    }
}

/// When the first limit is reached.
pub(super) fn limits(found: &Value) -> Why {
    let all = items(found, "/quota").iter().map(limit);
    let (mut lines, mut rules) = (Vec::new(), Vec::new());
    for one in all {
        lines.extend(one.lines);
        for rule in one.rules {
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
    }
    if lines.is_empty() {
        lines.push("No limit of this service is in force in the edition".to_owned());
    }
    Why { lines, rules }
}

/// How far points reach back.
pub(super) fn reach(found: &Value) -> Why {
    let mut lines = vec![
        "The age of the oldest point that is kept once the plan has run for so long that every rule of retention is full."
            .to_owned(),
    ];
    let days = words::count(number(found, REACH_DAYS), "day", "days");
    lines.push(format!("{days}, from the longest rule of the plan"));
    why(lines)
}

/// What the objective is held against.
pub(super) fn objective(found: &Value, one: &Value) -> Why {
    let mut told = match text(one, "/objective").as_str() {
        "rpo" | "remoteRpo" => rpo(found),
        "monthlyBudget" => why(vec![
            "The dearest month of the forecast, as planned; under Cost by month each one opens its meters".to_owned(),
        ]),
        "retentionDays" => why(vec![
            "How long the longest of the plan's rules of retention keeps a point".to_owned(),
        ]),
        _ => why(vec![
            "What the plan reaches, held against what is asked for".to_owned(),
        ]),
    };
    told.lines.push(format!(
        "Asked: {}; reached: {}",
        amount(found, one, "/asked"),
        amount(found, one, "/achieved")
    ));
    told.rules = rules(one);
    told
}

/// How a month's cost comes about: each meter with its formula, its values, and where they come from.
pub(super) fn month(month: &Value) -> Why {
    let mut lines = Vec::new();
    for line in items(month, "/lines") {
        lines.push(format!(
            "{}: {} = {}",
            names::metered(line),
            text(line, "/formula"),
            text(line, "/withValues")
        ));
        lines.extend(items(line, "/values").iter().map(|value| {
            let [name, value, source] =
                ["/name", "/value", "/source"].map(|path| text(value, path));
            format!("{name} is {value}: {source}")
        }));
    }
    why(lines)
}

/// The same with the low or the high change rate.
pub(super) fn month_band(month: &Value, name: &str) -> Why {
    let mut lines = vec![format!(
        "Each meter as in the planned amount, with the {name} change rate of the disks"
    )];
    for line in items(month, "/lines") {
        let of = |path: &str| number(line, path);
        let amount = at(line, &format!("/{name}Millionths"));
        let amount = amount.as_u64().map_or_else(|| "no rate".to_owned(), money);
        let quantity = money(of(&format!("/{name}QuantityMillionths")));
        let price = at(line, "/priceMillionths");
        let price = price
            .as_u64()
            .map_or_else(|| "no rate".to_owned(), money_exact);
        lines.push(format!(
            "{}: {quantity} {} * {price} = {amount}",
            names::metered(line),
            text(line, "/unit")
        ));
    }
    why(lines)
}

/// A price with all of its digits.
fn money_exact(millionths: u64) -> String {
    let whole = format!(
        "{}.{:06}",
        words::grouped(millionths / 1_000_000),
        millionths % 1_000_000
    );
    whole.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// How the whole cost comes about: the sum of the months.
pub(super) fn total(found: &Value) -> Why {
    let months = items(found, "/cost/months");
    let amount = |month: &Value| money(number(month, "/typicalMillionths"));
    let sum: Vec<String> = months.iter().map(amount).collect();
    let mut lines = vec![
        "The sum of the months that are foretold, the first and the last perhaps in part"
            .to_owned(),
        sum.join(" + "),
        "Low and high: the same with the low and the high change rate of the disks".to_owned(),
    ];
    if let Some(last) = last_whole_month(found) {
        lines.push(format!("For instance {}:", text(last, "/month")));
        lines.extend(month(last).lines);
    }
    why(lines)
}

/// The last month that is foretold whole.
pub(super) fn last_whole_month(found: &Value) -> Option<&Value> {
    let months = items(found, "/cost/months");
    months.iter().rev().nth(1).or_else(|| months.last())
}

#[cfg(test)]
mod tests {
    use super::{limits, money_exact, month_band};
    use serde_json::json;

    #[test]
    fn a_price_keeps_its_digits() {
        assert_eq!(money_exact(50_000), "0.05");
        assert_eq!(money_exact(2_000_000), "2");
    }

    #[test]
    fn figures_without_a_source_say_so() {
        assert_eq!(
            limits(&json!({})).lines,
            ["No limit of this service is in force in the edition"]
        );
        let month = json!({ "lines": [{ "meter": "storedSource", "region": "eastus2", "unit": "GiB", "lowQuantityMillionths": 3_000_000 }] });
        assert_eq!(
            month_band(&month, "low").lines[1],
            "Points, eastus2: 3.00 GiB * no rate = no rate"
        );
    }
}
