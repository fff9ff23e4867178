//! Making collections and points.

use super::bench::Bench;
use crate::components::{Action, Look, Reason, follow, live, reason_of};
use crate::session::{Session, Tone};
use crate::words;
use leptos::prelude::*;
use rplab_core::api::{Command, Outcome};
use rplab_core::cloud::{CreateRestorePoint, CreateRestorePointCollection, DiskReference};
use rplab_core::model::ConsistencyMode;

/// What the form has; empty means "as proposed".
#[derive(Clone, Copy)]
struct Form {
    session: Session,
    bench: Bench,
    collection: RwSignal<String>,
    collection_name: RwSignal<String>,
    name: RwSignal<String>,
    crash: RwSignal<bool>,
    /// Names of disks whose tick differs from the proposal.
    flipped: RwSignal<Vec<String>>,
}

impl Form {
    fn new() -> Self {
        Self {
            session: Session::get(),
            bench: Bench::get(),
            collection: RwSignal::new(String::new()),
            collection_name: RwSignal::new(String::new()),
            name: RwSignal::new(String::new()),
            crash: RwSignal::new(false),
            flipped: RwSignal::new(Vec::new()),
        }
    }

    /// The collection that is chosen, or the first one.
    fn target(self) -> Option<String> {
        let wanted = self.collection.get();
        self.bench.collections.with(|all| {
            let found = all
                .iter()
                .find(|collection| collection.id.as_str() == wanted);
            found
                .or_else(|| all.first())
                .map(|collection| collection.id.to_string())
        })
    }

    fn proposed_name(self) -> String {
        let time = self.session.state.with(|state| state.time);
        let base = format!("rp-{}", words::stamp(time));
        let taken = |name: &str| {
            self.bench
                .points
                .with(|points| points.iter().any(|point| point.name == name))
        };
        let later = (2..)
            .map(|number| format!("{base}-{number}"))
            .find(|name| !taken(name));
        if taken(&base) {
            later.unwrap_or(base)
        } else {
            base
        }
    }

    fn proposed_collection(self) -> String {
        let machine = self.bench.machine.with(|machine| {
            machine
                .as_ref()
                .map(|machine| machine.name.clone())
                .unwrap_or_default()
        });
        let count = self.bench.collections.with(Vec::len);
        if count == 0 {
            format!("{machine}-points")
        } else {
            format!("{machine}-points-{}", count + 1)
        }
    }

    /// Disks that the assessment leaves out.
    fn computed(self) -> Vec<String> {
        let id = self.bench.machine_id().unwrap_or_default();
        self.session.report.with(|report| {
            let machines = report
                .as_ref()
                .map(|report| report.machines.as_slice())
                .unwrap_or_default();
            machines
                .iter()
                .find(|machine| machine.id == id)
                .map(|machine| machine.exclude_disks.clone())
                .unwrap_or_default()
        })
    }

    fn excluded(self, disk: &str) -> bool {
        self.computed().iter().any(|name| name == disk)
            != self
                .flipped
                .with(|flipped| flipped.iter().any(|name| name == disk))
    }

    fn point(self) -> Option<Command> {
        let excluded = self.bench.machine.with(|machine| {
            let disks = machine
                .as_ref()
                .map(|machine| machine.disks.clone())
                .unwrap_or_default();
            disks
                .into_iter()
                .filter(|disk| self.excluded(&disk.name))
                .map(|disk| DiskReference {
                    id: disk.id.map_or(disk.name, |id| id.to_string()),
                })
                .collect()
        });
        let name = self.name.get();
        Some(Command::CreateRestorePoint(CreateRestorePoint {
            collection: self.target()?,
            name: if name.is_empty() {
                self.proposed_name()
            } else {
                name
            },
            consistency_mode: self.crash.get().then_some(ConsistencyMode::CrashConsistent),
            exclude_disks: excluded,
            disk_encryption_sets: Default::default(),
            api_version: None,
            at_once: None,
        }))
    }

    fn new_collection(self) -> Option<Command> {
        let name = self.collection_name.get();
        Some(Command::CreateRestorePointCollection(
            CreateRestorePointCollection {
                name: if name.is_empty() {
                    self.proposed_collection()
                } else {
                    name
                },
                source: self.bench.machine_id()?,
                location: None,
                tags: rplab_core::order::SmallMap::new(),
            },
        ))
    }

    fn create_collection(self) {
        if let Some(command) = untrack(|| self.new_collection())
            && let Outcome::Ok { .. } = self.session.dispatch(command)
        {
            self.collection_name.set(String::new());
        }
    }

    fn create_point(self) {
        if let Some(command) = untrack(|| self.point())
            && let Outcome::Ok { events } = self.session.dispatch(command)
        {
            self.name.set(String::new());
            if let Some(event) = events.into_iter().next() {
                self.session
                    .tell(Tone::Undo, words::as_we_write(&event.text));
            }
        }
    }
}

/// The two forms.
#[component]
pub(crate) fn CreatePoint() -> impl IntoView {
    let form = Form::new();
    let none = move || form.bench.collections.with(Vec::is_empty);
    let collection_reason = reason_of(move || {
        form.new_collection()
            .and_then(|command| form.session.refusal(&command))
    });
    view! {
        <section class="card" aria-labelledby="create-title">
            <div class="card-head"><h2 id="create-title">"Capture"</h2></div>
            <div class="card-body stack">
                {live(move || if none() {
                    view! { <p class="second">"Points live in a collection that belongs to the VM."</p> <NewCollection form reason=collection_reason /> }.into_any()
                } else {
                    view! {
                        <PointForm form />
                        <details><summary>"Another collection"</summary><div class="stack"><NewCollection form reason=collection_reason /></div></details>
                    }.into_any()
                })}
            </div>
        </section>
    }
}

#[component]
fn NewCollection(form: Form, reason: Signal<Option<String>>) -> impl IntoView {
    view! {
        <label class="field">"Collection name"
            <input class="input" data-testid="collection-name" placeholder=follow(move || form.proposed_collection()) bind:value=form.collection_name />
        </label>
        <Action label="Create collection" icon="plus" reason described_by="collection-reason" testid="create-collection" on_press=move || form.create_collection() />
        <Reason id="collection-reason" reason />
    }
}

#[component]
fn PointForm(form: Form) -> impl IntoView {
    let reason = reason_of(move || {
        form.point()
            .and_then(|command| form.session.refusal(&command))
    });
    let disks = move || {
        form.bench.machine.with(|machine| {
            machine
                .as_ref()
                .map(|machine| machine.disks.clone())
                .unwrap_or_default()
        })
    };
    let disk = move |name: String| {
        let (asked, flip) = (name.clone(), name.clone());
        let because = form
            .computed()
            .contains(&name)
            .then_some("the assessment leaves it out");
        let toggle = move |_| {
            form.flipped.update(
                |flipped| match flipped.iter().position(|other| *other == flip) {
                    Some(place) => drop(flipped.remove(place)),
                    None => flipped.push(flip.clone()),
                },
            );
        };
        let testid = format!("exclude-{name}");
        view! { <label class="tick"><input type="checkbox" data-testid=testid prop:checked=follow(move || form.excluded(&asked)) on:change=toggle /><span><span class="mono">{name}</span>" "<span class="hint">{because}</span></span></label> }
    };
    let collection = move || {
        form.bench
            .collections
            .get()
            .into_iter()
            .map(|collection| {
                let value = collection.id.to_string();
                view! { <option value=value>{collection.name}</option> }
            })
            .collect_view()
    };
    view! {
        <label class="field">"Collection"<select class="input" on:change:target=move |event| form.collection.set(event.target().value())>{live(collection)}</select></label>
        <label class="field">"Point name"<input class="input mono" data-testid="point-name" placeholder=follow(move || form.proposed_name()) bind:value=form.name /></label>
        <label class="field">"Consistency"
            <select class="input" data-testid="consistency" on:change:target=move |event| form.crash.set(event.target().value() == "crash")>
                <option value="">"What the guest gives"</option>
                <option value="crash">"Crash-consistent"</option>
            </select>
        </label>
        <fieldset class="stack"><legend class="field">"excludeDisks"</legend>{live(move || disks().into_iter().map(|attached| disk(attached.name)).collect_view())}</fieldset>
        <Action label="Create restore point" icon="plus" look=Look::Primary reason described_by="point-reason" testid="create-point" on_press=move || form.create_point() />
        <Reason id="point-reason" reason />
    }
}
