//! The list of projects.

use super::scenario_file::file_name;
use super::scenario_menu::new_project;
use crate::components::{Action, Dialog, Look, Note, download, follow, live};
use crate::later::{NotFetched, Show, when_opened};
use crate::session::{Project, Session};
use crate::words;
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

/// The dialog with every project of this browser.
#[component]
pub(crate) fn ProjectPart() -> impl IntoView {
    when_opened(Session::get().projects.shown, || Box::pin(projects()))
}

#[wasm_split(dialogs, fallible)]
fn projects() -> Result<Show, NotFetched> {
    Ok(|| view! { <ProjectDialog /> }.into_any())
}

#[component]
fn ProjectDialog() -> impl IntoView {
    let projects = Session::get().projects;
    view! { <Dialog open=projects.shown title="Projects in this browser".to_owned() testid="projects" body=|| view! { <List /> }.into_any() /> }
}

#[component]
fn List() -> impl IntoView {
    let session = Session::get();
    let projects = session.projects;
    wasm_bindgen_futures::spawn_local(session.list_again());
    let none = move || projects.all.with(Vec::is_empty);
    view! {
        <div class="stack wide">
            <UnreadNote />
            {live(move || none().then(|| view! { <p class="second">"Nothing is kept yet. A scenario is kept as soon as you change it."</p> }))}
            <ul class="project-list">
                <For each=move || projects.all.get() key=|project| (project.id.clone(), project.name.clone(), project.revision.to_bits(), project.deleted) let:project>
                    <Row project />
                </For>
            </ul>
            <Action label="New project" icon="plus" testid="list-new" on_press=move || new_project(session) />
        </div>
    }
}

#[component]
fn Row(project: Project) -> impl IntoView {
    let session = Session::get();
    let projects = session.projects;
    let id = project.id.clone();
    let here = Memo::new(move |_| projects.is_open(&id));
    let kept = StoredValue::new(project.clone());
    let act = move |act: fn(Session, Project)| move || act(session, kept.get_value());
    let name = project.name.clone();
    let facts = format!(
        "{}, {}",
        words::moment(project.saved_at),
        words::characters(project.characters)
    );
    view! {
        <li class="project" class:gone=project.deleted aria-current=follow(move || here.get().then_some("true")) data-testid="project">
            <div class="project-words">
                <b>{name.clone()}</b>
                <span class="hint">{if project.deleted { "deleted".to_owned() } else { facts }} {live(move || here.get().then_some(" \u{b7} open here"))}</span>
            </div>
            {if project.deleted {
                view! { <Action label="Bring back" small=true on_press=act(|session, project| wasm_bindgen_futures::spawn_local(session.delete_project(project, false))) /> }.into_any()
            } else {
                view! {
                    {live(move || (!here.get()).then(|| view! { <Action label="Open" small=true on_press=act(|session, project| wasm_bindgen_futures::spawn_local(session.open_project(project))) /> }))}
                    <Action label=format!("Duplicate {name}") icon="copy" small=true only_icon=true look=Look::Quiet on_press=act(|session, project| wasm_bindgen_futures::spawn_local(session.duplicate(project))) />
                    <Action label=format!("Delete {name}") icon="trash" small=true only_icon=true look=Look::Quiet on_press=act(|session, project| wasm_bindgen_futures::spawn_local(session.delete_project(project, true))) />
                }
                    .into_any()
            }}
        </li>
    }
}

/// A project that could not be opened: kept as it is, and to be had as a file.
#[component]
pub(crate) fn UnreadNote() -> impl IntoView {
    let session = Session::get();
    let projects = session.projects;
    let note = move || {
        projects.unread.get().map(|unread| {
            let text = StoredValue::new(unread.text);
            let name = StoredValue::new(unread.name.clone());
            let save = move || {
                let name = file_name(&name.get_value());
                download(session, &name, "application/json", &text.get_value());
            };
            view! {
                <Note tone="no" alert=true>
                    <b data-testid="unread">{format!("{} could not be opened.", unread.name)}</b>
                    <span>{format!("It is kept as it was: {}.", unread.reason)}</span>
                    <div class="line">
                        <Action label="Save what is kept" small=true testid="save-unread" on_press=save />
                        <Action label="Dismiss" small=true look=Look::Quiet on_press=move || projects.unread.set(None) />
                    </div>
                </Note>
            }
        })
    };
    live(note)
}
