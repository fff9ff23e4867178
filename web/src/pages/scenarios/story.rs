//! One story: its question, what it claims, whether that holds, and opening it.

use super::library::{Checked, Library, Story, is_met};
use crate::components::{Action, Icon, live};
use crate::route::{self, Page};
use crate::session::{Session, Tone};
use crate::words;
use leptos::prelude::*;
use rplab_core::api::Lab;
use serde_json::Value;
use std::sync::Arc;

/// The card.
#[component]
pub(super) fn StoryCard(story: Story, library: Library) -> impl IntoView {
    let session = Session::get();
    let (question, answer) = split(&story.title);
    let count = |name: &str| {
        story
            .scenario
            .get(name)
            .and_then(Value::as_array)
            .map_or(0, Vec::len)
    };
    let commands = u64::try_from(count("commands")).unwrap_or(0);
    let claims = claims(&story.scenario);
    let name = story.name.clone();
    let checked = move || library.result(&name).map(|checked| result(&checked));
    let (to_open, to_check) = (story.clone(), story.clone());
    let open = move || {
        let title = to_open.title.clone();
        let then = move |lab: Box<Lab>| {
            session.replace(*lab, Some(title));
            session.tell(
                Tone::Undo,
                "The scenario is open. Undo brings back what was.",
            );
            route::go(&route::address(Page::Lifecycle, None));
        };
        session.go_through(Value::clone(&to_open.scenario), Box::new(then));
    };
    view! {
        <li class="card story" data-testid=format!("story-{}", story.name)>
            <h2>{question}</h2>
            <p class="second">{answer}</p>
            <p class="hint">{words::count(commands, "command", "commands")} ", seed " {story.scenario.get("seed").map(ToString::to_string)}</p>
            <div aria-live="polite" data-testid="story-result">{live(checked)}</div>
            <details><summary>"What it claims"</summary><ul class="bullets">{claims.into_iter().map(|claim| view! { <li>{claim}</li> }).collect_view()}</ul></details>
            <div class="line">
                <Action label="Open" icon="play" small=true testid="story-open" on_press=open />
                <Action label="Check" icon="ok" small=true testid="story-check" on_press=move || library.check(&to_check) />
            </div>
        </li>
    }
}

/// The question, and what the title says after it.
fn split(title: &str) -> (String, String) {
    match title.split_once('?') {
        Some((question, answer)) => (format!("{question}?"), answer.trim().to_owned()),
        None => (title.to_owned(), String::new()),
    }
}

/// Each claim in a line.
fn claims(scenario: &Value) -> Vec<String> {
    let expectations = scenario.get("expectations").and_then(Value::as_array);
    let mut said = Vec::new();
    for expectation in expectations.into_iter().flatten() {
        let after = expectation.get("afterCommands").and_then(Value::as_u64);
        let when = after.map_or_else(|| "At the end".to_owned(), |after| format!("After {after}"));
        for (name, value) in expectation.as_object().into_iter().flatten() {
            match (name.as_str(), value) {
                ("afterCommands", _) => {}
                ("state", Value::Object(paths)) => {
                    said.extend(
                        paths
                            .iter()
                            .map(|(path, value)| format!("{when}: {path} is {value}")),
                    );
                }
                (name, value) => said.push(format!("{when}: {name} is {value}")),
            }
        }
    }
    said
}

fn result(checked: &Arc<Checked>) -> AnyView {
    let met = is_met(checked);
    let (icon, words) = match &**checked {
        Err(reason) => ("no", reason.clone()),
        Ok(all) if met => (
            "ok",
            format!(
                "{} met",
                words::count(
                    u64::try_from(all.len()).unwrap_or(0),
                    "expectation",
                    "expectations"
                )
            ),
        ),
        Ok(_) => ("no", "Not as it says".to_owned()),
    };
    let differences = checked.iter().flatten().flat_map(|(after, differences)| {
        differences
            .iter()
            .map(move |text| format!("After {after}: {text}"))
    });
    let differences = differences
        .map(|text| view! { <li>{text}</li> })
        .collect_view();
    view! {
        <p class=format!("verdict {icon}") data-met=met.to_string()><Icon name=icon />{words}</p>
        <ul class="bullets">{differences}</ul>
    }
    .into_any()
}
