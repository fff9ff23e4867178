//! Both plans line by line, the better value marked, and which of them is the choice.

use super::chart::points_of_tiers;
use super::draft::Plans;
use super::figures::{about, amount, instant, money, rules, service, span, without_rate};
use super::outcome::REACH_DAYS;
use super::{Outcome, at, items, names, number, text, whys};
use crate::components::{Cell, Grid, Icon, RuleLinks, Why, live};
use crate::words;
use leptos::prelude::*;
use rplab_core::units::{ByteCount, SimDuration};
use serde_json::Value;
use std::sync::Arc;

/// A value of one plan: what is said, and what it is compared by; the smaller, the better.
struct Side {
    said: String,
    weight: Option<u64>,
    why: Option<Why>,
}

impl Side {
    fn new(said: String, weight: Option<u64>) -> Self {
        Self {
            said,
            weight,
            why: None,
        }
    }

    /// The same with what it rests on.
    fn because(self, why: Why) -> Self {
        Self {
            why: Some(why),
            ..self
        }
    }
}

/// A figure of every tier; none where nothing is foretold of what is kept, as from within the guest.
fn of_tiers(found: &Value, name: &str) -> Option<Vec<u64>> {
    let tiers = items(found, "/tiers").iter();
    let all: Vec<u64> = tiers.map(|tier| number(tier, name)).collect();
    (!all.is_empty()).then_some(all)
}

/// Points: copies are points of their own, and one in a vault is the one that was a snapshot before.
fn points(found: &Value, name: &str) -> Side {
    let all = of_tiers(found, name).map(|all| {
        let both = points_of_tiers(found);
        all.into_iter().fold(0, both)
    });
    all.map_or_else(not_foretold, |count| {
        Side::new(words::grouped(count), None).because(whys::each_tier(found, whys::points))
    })
}

fn not_foretold() -> Side {
    Side::new("not foretold".to_owned(), None)
}

/// A line: its title, and how it is read off what is foretold.
type Line = (&'static str, fn(&Value) -> Side);

/// The line that only plans have that were held against each other.
const REACH: &str = "Points reach back, in the long run";

const LINES: [Line; 8] = [
    ("Service", |found| {
        Side::new(service(&text(found, "/service")), None)
    }),
    ("Worst RPO", |found| {
        let rpo = || {
            let groups = items(found, "/groups").iter();
            groups.flat_map(|group| items(group, "/rpo"))
        };
        let seconds = |one: &Value| text(one, "/worst").parse().map(SimDuration::seconds).ok();
        let said: Vec<String> = rpo()
            .map(|one| format!("{}: {}", text(one, "/region"), span(&text(one, "/worst"))))
            .collect();
        if said.is_empty() {
            return Side::new("no figure".to_owned(), None);
        }
        Side::new(said.join(", "), rpo().filter_map(seconds).max()).because(whys::rpo(found))
    }),
    (REACH, |found| {
        // The further, the better.
        let reach = number(found, REACH_DAYS);
        Side::new(words::count(reach, "day", "days"), Some(u64::MAX - reach))
            .because(whys::reach(found))
    }),
    ("Points of one VM, at most", |found| {
        points(found, "/peakPoints")
    }),
    ("Points at the end", |found| points(found, "/points")),
    ("Limit reached", |found| {
        let in_force = items(found, "/quota")
            .iter()
            .filter(|one| at(one, "/inForce").as_bool() != Some(false));
        let mut refused = in_force.filter(|one| !at(one, "/refusedAt").is_null());
        match refused.next() {
            Some(one) => Side::new(instant(one, "/refusedAt").unwrap_or_default(), Some(1)),
            None => Side::new("never".to_owned(), Some(0)),
        }
        .because(whys::limits(found))
    }),
    ("Stored at the end", |found| {
        let of = |name: &str| {
            let all = of_tiers(found, name)?;
            Some(all.into_iter().fold(0, u64::saturating_add))
        };
        let said = |name: &str| about(ByteCount(of(name).unwrap_or_default()));
        let Some(stored) = of("/storedBytes") else {
            return not_foretold();
        };
        let (low, high) = (said("/lowStoredBytes"), said("/highStoredBytes"));
        let text = format!("{} ({low} to {high})", about(ByteCount(stored)));
        Side::new(text, Some(stored)).because(whys::each_tier(found, whys::stored))
    }),
    ("Cost of the last whole month", |found| {
        if items(found, "/tiers").is_empty() {
            return Side::new("no price: what it takes is not foretold".to_owned(), None);
        }
        let Some(month) = whys::last_whole_month(found) else {
            return Side::new("no rates".to_owned(), None);
        };
        let part = |name: &str| money(number(month, &format!("/{name}Millionths")));
        let said = format!(
            "{} {} ({} to {})",
            text(found, "/cost/currency"),
            part("typical"),
            part("low"),
            part("high")
        );
        // What leaves meters out is no less than another sum.
        let (said, weight) = match without_rate(found) {
            Some(meters) => (format!("{said}, with no rate for {meters}"), None),
            None => (said, Some(number(month, "/typicalMillionths"))),
        };
        Side::new(said, weight).because(whys::month(month))
    }),
];

/// Why a plan is out: what it is about, what is said of it, and the rules.
type Reason = (String, String, Vec<String>);

/// Why a plan is out, with objectives as their card says them.
fn reasons(plan: &Value, found: Option<&Value>) -> Vec<Reason> {
    let objectives = found.map(|found| items(found, "/objectives"));
    let missed = objectives.unwrap_or_default().iter();
    let missed = missed.filter(|one| at(one, "/met").as_bool() != Some(true));
    // A VM may be called as an objective is, and is not reached.
    let is_missed = |note: &Value| {
        let (about, said) = (text(note, "/about"), text(note, "/text"));
        let mut all = missed.clone();
        said.ends_with(" is reached") && all.any(|one| text(one, "/objective") == about)
    };
    let notes = items(plan, "/ruledOut").iter();
    let others = notes.filter(|note| !is_missed(note)).map(|note| {
        let about = names::about(&text(note, "/about")).to_owned();
        (about, text(note, "/text"), rules(note))
    });
    let missed = missed.clone().map(|one| {
        let part = |path: &str| found.map_or_else(String::new, |found| amount(found, one, path));
        let said = format!(
            "{} asked for, {} reached",
            part("/asked"),
            part("/achieved")
        );
        (names::objective(one), said, rules(one))
    });
    others.chain(missed).collect()
}

/// The card.
#[component]
pub(super) fn Compared() -> impl IntoView {
    let plans = Plans::get();
    let outcome: Outcome = expect_context();
    let rows = move || {
        let both = [0, 1].map(|plan| outcome.of(plan));
        // Told where the plans could be held against each other.
        let told = |found: &Arc<Value>| !at(found, REACH_DAYS).is_null();
        let known = both.iter().flatten().any(told);
        let lines = LINES.iter().filter(|(title, _)| known || *title != REACH);
        let rows = lines.map(|(title, read)| {
            let sides = both.each_ref().map(|found| {
                found.as_deref().map_or_else(
                    not_foretold,
                    read,
                )
            });
            let [a, b] = sides.each_ref().map(|side| side.weight);
            let better = match (a, b) {
                (Some(a), Some(b)) if a != b => [a < b, b < a],
                _ => [false, false],
            };
            let cells = sides.into_iter().zip(better).zip(["A", "B"]);
            std::iter::once(Cell::new(*title))
                .chain(cells.map(|((side, better), letter)| {
                    let said = side.said;
                    let figure = match side.why {
                        Some(why) => whys::shown(said.clone(), format!("{title}, plan {letter}"), why),
                        None => said.clone().into_any(),
                    };
                    let shown = match better {
                        true => view! { <span class="better"><Icon name="play" /><span class="unseen">"better: "</span><b>{figure}</b></span> }.into_any(),
                        false => figure,
                    };
                    Cell::shown(said, shown)
                }))
                .collect()
        });
        view! { <Grid caption="Figures of both plans" columns=vec!["Figure", "A", "B"] rows=rows.collect() file="plans" testid="compared" /> }
    };
    let names = move || plans.drafts.map(|draft| draft.name.get());
    let said = move || {
        let [a, b] = names();
        format!("A: {a}. B: {b}. ")
    };
    let verdict = move || {
        let all = outcome.compared.get()?;
        let choice = match at(&all, "/cheapest").as_u64() {
            Some(place) => {
                let letter = if place == 0 { "A" } else { "B" };
                let name = names().into_iter().nth(usize::try_from(place).unwrap_or(0));
                format!("Better: {letter}, {}:", name.unwrap_or_default())
            }
            None => "Neither is the choice:".to_owned(),
        };
        let why = text(&all, "/why");
        let found = [0, 1].map(|plan| outcome.of(plan));
        let plans = items(&all, "/plans").iter().zip(found).zip(["A", "B"]);
        let out = plans.flat_map(|((plan, found), letter)| {
            reasons(plan, found.as_deref()).into_iter().map(move |(about, said, rules)| {
                view! { <li><b>{letter}</b> " is out: " {about} ": " {said} " " <RuleLinks rules /></li> }
            })
        });
        let out: Vec<_> = out.collect();
        Some(view! {
            <div class="card-body stack" data-testid="which-is-better">
                <p><b>{choice}</b> " " <span class="second">{why} "."</span></p>
                {(!out.is_empty()).then(|| view! { <ul class="bullets">{out}</ul> })}
            </div>
        })
    };
    view! {
        <section class="card" aria-labelledby="compared-title">
            <div class="card-head"><h2 id="compared-title">"Compare"</h2><span class="hint">{live(said)} <span class="better"><Icon name="play" /></span> " marks the better one."</span></div>
            <div aria-live="polite">{live(verdict)}</div>
            {live(rows)}
        </section>
    }
}
