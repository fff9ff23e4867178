//! The form of one command: its fields, why it would be refused, and the button.

use super::spec::{DEEDS, Deed, Input, Kind, options};
use super::{command, refusal, run};
use crate::components::{Action, Choice, Field, Reason, live, reason_of};
use crate::pages::lifecycle::bench::Bench;
use crate::session::Session;
use leptos::prelude::*;
use serde_json::{Map, Value};

/// A field at work.
#[derive(Clone, Copy)]
struct Given {
    input: &'static Input,
    text: RwSignal<String>,
}

impl Given {
    /// What is given: the chosen option, or the first one where that is gone.
    fn value(self, session: Session) -> String {
        let text = self.text.get();
        match options(session, self.input.kind) {
            Some(all) if !all.iter().any(|(value, _)| *value == text) => all
                .into_iter()
                .next()
                .map(|(value, _)| value)
                .unwrap_or_default(),
            _ => text,
        }
    }

    fn json(self, session: Session) -> Option<Value> {
        let value = self.value(session);
        match self.input.kind {
            Kind::Json(_) | Kind::Number(_) => serde_json::from_str(&value).ok(),
            Kind::Text(_) => Some(value)
                .filter(|text| !text.trim().is_empty())
                .map(|text| Value::from(text.trim())),
            _ => Some(Value::from(value)),
        }
    }
}

/// The card.
#[component]
pub(crate) fn DeedForm() -> impl IntoView {
    let tag = RwSignal::new("copyRestorePoint".to_owned());
    let groups = groups().into_iter().map(|group| {
        let deeds = DEEDS.iter().filter(move |deed| deed.group == group);
        let deeds = deeds.map(|deed| view! { <option value=deed.tag selected=deed.tag == "copyRestorePoint">{deed.title}</option> });
        view! { <optgroup label=group>{deeds.collect_view()}</optgroup> }
    });
    let form = move || {
        let tag = tag.get();
        let deed = DEEDS.iter().find(|deed| deed.tag == tag);
        deed.map(|deed| view! { <Fields deed /> })
    };
    view! {
        <section class="card" aria-labelledby="deeds-title" data-testid="deeds">
            <div class="card-head"><h2 id="deeds-title">"Do something else"</h2></div>
            <div class="card-body stack">
                <label class="field">"Command"
                    <select class="input" data-testid="deed" on:change:target=move |event| tag.set(event.target().value())>{groups.collect_view()}</select>
                </label>
                {live(form)}
            </div>
        </section>
    }
}

fn groups() -> Vec<&'static str> {
    let mut groups: Vec<&str> = Vec::new();
    for deed in DEEDS {
        if !groups.contains(&deed.group) {
            groups.push(deed.group);
        }
    }
    groups
}

#[component]
fn Fields(deed: &'static Deed) -> impl IntoView {
    let session = Session::get();
    let bench = Bench::get();
    let given: Vec<Given> = deed
        .inputs
        .iter()
        .map(|input| Given {
            input,
            text: RwSignal::new(untrack(|| proposed(bench, input.kind))),
        })
        .collect();
    let controls = given.iter().map(|given| {
        let Given { input, text } = *given;
        let testid = format!("deed-{}", input.name);
        match input.kind {
            Kind::Text(placeholder) => {
                view! { <Field label=input.label value=text placeholder testid /> }.into_any()
            }
            Kind::Number(_) => {
                view! { <Field label=input.label value=text number=true testid /> }.into_any()
            }
            kind => {
                let options = Signal::derive(move || options(session, kind).unwrap_or_default());
                view! { <Choice label=input.label options value=text testid /> }.into_any()
            }
        }
    });
    let controls = controls.collect_view();
    let given = StoredValue::new(given);
    let wanted = Memo::new(move |_| {
        let mut fields = Map::new();
        for one in given.get_value() {
            if options(session, one.input.kind).is_some_and(|all| all.is_empty()) {
                return Err(format!("{}: there is none yet", one.input.label));
            }
            if let Some(value) = one.json(session) {
                fields.insert(one.input.name.to_owned(), value);
            }
        }
        command(deed.tag, fields)
    });
    let reason = reason_of(move || wanted.with(|wanted| refusal(session, wanted)));
    view! {
        {controls}
        <Action label=deed.title icon="play" reason described_by="deed-reason" testid="deed-run" on_press=move || run(session, wanted.get_untracked()) />
        <Reason id="deed-reason" reason />
    }
}

/// What the reader looks at, where the field takes it.
fn proposed(bench: Bench, kind: Kind) -> String {
    let id = match kind {
        Kind::Number(text) => return text.to_owned(),
        Kind::Machine => bench.machine_id(),
        Kind::Disk | Kind::SnapshotSource => bench
            .disk
            .with(|disk| disk.as_ref().map(|disk| disk.id.to_string())),
        Kind::Point => bench.chosen().map(|point| point.id.to_string()),
        Kind::Collection => bench
            .collections
            .with(|all| all.first().map(|own| own.id.to_string())),
        Kind::DiskPoint => bench.chosen().and_then(|point| {
            let disk = bench
                .disk
                .with(|disk| disk.as_ref().map(|disk| disk.id.clone()));
            let own = point
                .disks
                .iter()
                .find(|own| Some(&own.disk) == disk.as_ref());
            own.map(|own| own.id.to_string())
        }),
        _ => None,
    };
    id.unwrap_or_default()
}
