//! The projects that are kept in this browser, one of them open.

use super::history::Place;
use super::{STOPPED, Session, Tone, codec};
use crate::platform;
use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen::prelude::{Closure, JsValue};

/// What the list shows of a project.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Project {
    /// What it is kept under.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// When it was written last, in milliseconds since 1970.
    pub(crate) saved_at: f64,
    /// How often it was written.
    pub(crate) revision: f64,
    /// How long its text is.
    pub(crate) characters: f64,
    /// Whether it is deleted and can still be brought back.
    pub(crate) deleted: bool,
}

/// How the open project is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Saved {
    /// Nothing was kept yet.
    Nothing,
    /// It was resumed from an earlier visit.
    Resumed,
    /// It is kept as it is now.
    Kept,
    /// It could not be kept; the text says why and what to do.
    Failed(String),
    /// Another tab has it: what is changed here is not kept.
    Elsewhere,
}

/// A project that could not be opened. It stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    /// Its name.
    pub(crate) name: String,
    /// Why.
    pub(crate) reason: String,
    /// What is kept, to be downloaded.
    pub(crate) text: String,
}

/// The projects of this browser and the open one. Copied freely: all of it is handles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Projects {
    /// All of them, the one written last first.
    pub(crate) all: RwSignal<Vec<Project>>,
    /// The open one; `None` until it is kept for the first time.
    pub(crate) open: RwSignal<Option<String>>,
    /// How the open one is kept.
    pub(crate) saved: RwSignal<Saved>,
    /// One that could not be opened.
    pub(crate) unread: RwSignal<Option<Unread>>,
    /// Whether the list is shown.
    pub(crate) shown: RwSignal<bool>,
    /// Whether anything is kept at all: an element on somebody's page leaves that page's storage alone.
    pub(crate) keeps: StoredValue<bool>,
    /// How often each project was written, as far as this tab knows.
    revisions: StoredValue<Vec<(String, f64)>>,
    /// What the storage has of the open project: the change and the name.
    pub(super) kept: StoredValue<Option<(u64, String)>>,
    /// What is still to be written, one for each project.
    pub(super) waiting: StoredValue<Vec<Writing>>,
    pub(super) writing: StoredValue<bool>,
}

/// A project on its way into the storage.
#[derive(Clone, Debug)]
pub(super) struct Writing {
    pub(super) id: String,
    pub(super) work: (u64, String),
    pub(super) text: String,
    /// Its place among all texts of this page.
    pub(super) number: f64,
}

impl Projects {
    /// Nothing kept, nothing open.
    pub(crate) fn new() -> Self {
        Self {
            all: RwSignal::new(Vec::new()),
            open: RwSignal::new(None),
            saved: RwSignal::new(Saved::Nothing),
            unread: RwSignal::new(None),
            shown: RwSignal::new(false),
            keeps: StoredValue::new(true),
            revisions: StoredValue::new(Vec::new()),
            kept: StoredValue::new(None),
            waiting: StoredValue::new(Vec::new()),
            writing: StoredValue::new(false),
        }
    }

    /// Whether the open project is this one.
    pub(crate) fn is_open(self, id: &str) -> bool {
        self.open.with(|open| open.as_deref() == Some(id))
    }

    /// A name that no project has: `base`, or `base 2`.
    pub(super) fn unused(self, base: &str) -> String {
        self.all.with_untracked(|all| unused(all, base))
    }

    pub(super) fn revision(self, id: &str) -> f64 {
        self.revisions.with_value(|known| {
            let found = known.iter().find(|(known, _)| known == id);
            found.map_or(0.0, |(_, revision)| *revision)
        })
    }

    pub(super) fn note_revision(self, id: &str, revision: f64) {
        self.revisions.update_value(|known| {
            known.retain(|(known, _)| known != id);
            known.push((id.to_owned(), revision));
        });
    }
}

/// A name that none of these projects has: `base`, or `base 2`.
pub(super) fn unused(all: &[Project], base: &str) -> String {
    let taken = |name: &str| all.iter().any(|project| project.name == name);
    let numbered = (2..).map(|number| format!("{base} {number}"));
    std::iter::once(base.to_owned())
        .chain(numbered)
        .find(|name| !taken(name))
        .unwrap_or_default()
}

/// The projects of this browser; the error is the platform's word for why there are none.
pub(super) async fn list() -> Result<Vec<Project>, String> {
    let text = platform::list_projects().await.map_err(word)?;
    let heads: Value =
        serde_json::from_str(&text.as_string().unwrap_or_default()).unwrap_or_default();
    let heads = heads.as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(heads.iter().map(project).collect())
}

fn project(head: &Value) -> Project {
    let text = |name: &str| head.get(name).and_then(Value::as_str).unwrap_or_default();
    let number = |name: &str| head.get(name).and_then(Value::as_f64).unwrap_or_default();
    Project {
        id: text("id").to_owned(),
        name: text("name").to_owned(),
        saved_at: number("savedAt"),
        revision: number("revision"),
        characters: number("characters"),
        deleted: head.get("deletedAt").is_some(),
    }
}

pub(super) fn word(thrown: JsValue) -> String {
    thrown
        .as_string()
        .unwrap_or_else(|| "for a reason it does not give".to_owned())
}

/// Why something is not kept, and the way out.
pub(super) fn not_kept(reason: &str) -> String {
    match reason {
        "full" => "Not saved: the browser's storage is full. Save the file to keep your work, or delete projects.".to_owned(),
        "refused" => "Not saved: this browser keeps nothing for this page (a private window, or a policy). Save the file to keep your work.".to_owned(),
        "newer" => "Not saved: a newer version of the planner has changed this browser's storage. Save the file, then load the page again.".to_owned(),
        other => format!("Not saved: {other}. Save the file to keep your work."),
    }
}

impl Session {
    /// Reads the list again.
    pub(crate) async fn list_again(self) {
        let projects = self.projects;
        match list().await {
            Ok(all) => projects.all.set(all),
            Err(reason) => projects.saved.set(Saved::Failed(not_kept(&reason))),
        }
        self.tell_overtaken();
    }

    /// The text of a project and its revision.
    async fn stored(self, id: &str) -> Option<(String, f64)> {
        let found = stored(id).await;
        self.tell_overtaken();
        found
    }

    /// Makes the open scenario the project `id` of this tab. False where another tab has it, unless `take`.
    pub(super) async fn hold(self, id: &str, take: bool) -> bool {
        let projects = self.projects;
        let lost = Closure::new(move || projects.saved.set(Saved::Elsewhere));
        let held = platform::hold_project(id, take, &lost).await;
        // The lock outlives this call, and so does what is called when it is lost.
        lost.forget();
        held.is_truthy()
    }

    /// Notes that the storage has the scenario as it is now.
    pub(super) fn settled(self, id: String, revision: f64) {
        let projects = self.projects;
        projects.note_revision(&id, revision);
        projects.open.set(Some(id));
        projects.kept.set_value(Some(self.work()));
    }

    /// What the open scenario goes by.
    pub(crate) fn place(self) -> Place {
        Place {
            name: self.name.get_untracked(),
            project: self.projects.open.get_untracked(),
        }
    }

    /// From here on the open scenario is another one.
    pub(super) fn go_by(self, place: Place) {
        let projects = self.projects;
        let other = projects.open.get_untracked() != place.project || place.project.is_none();
        self.name.set(place.name);
        projects.open.set(place.project);
        if other {
            projects.kept.set_value(None);
            if projects.saved.get_untracked() == Saved::Elsewhere {
                projects.saved.set(Saved::Nothing);
            }
        }
    }

    pub(super) fn work(self) -> (u64, String) {
        (self.changes.get_untracked(), self.name.get_untracked())
    }

    /// Opens a project of the list.
    pub(crate) async fn open_project(self, project: Project) {
        let projects = self.projects;
        let Some((text, revision)) = self.stored(&project.id).await else {
            self.tell(
                Tone::No,
                format!("{} is gone: another tab has deleted it.", project.name),
            );
            self.list_again().await;
            return;
        };
        match codec::read(Some(self), &text).await {
            Ok(opened) => {
                let (id, name) = (project.id, project.name);
                self.put(
                    *opened.lab,
                    Place {
                        name,
                        project: Some(id.clone()),
                    },
                );
                self.settled(id.clone(), revision);
                projects.unread.set(None);
                projects.shown.set(false);
                let mine = self.hold(&id, false).await;
                projects.saved.set(if mine {
                    Saved::Resumed
                } else {
                    Saved::Elsewhere
                });
            }
            Err(error) if error.code == STOPPED => {}
            Err(error) => projects.unread.set(Some(Unread {
                name: project.name,
                reason: why_unread(&error),
                text,
            })),
        }
    }

    /// Shows what another tab has kept and goes on here; undo brings back what was here.
    pub(crate) async fn take_over(self) {
        let projects = self.projects;
        let Some(id) = projects.open.get_untracked() else {
            return;
        };
        self.hold(&id, true).await;
        // The other tab may be writing; what it has written is there when it has let go.
        let Some((text, revision)) = self.stored(&id).await else {
            // Deleted by the other tab: it is kept again from here.
            projects.saved.set(Saved::Nothing);
            self.go_on_as(self.name.get_untracked());
            return;
        };
        if let Ok(opened) = codec::read(Some(self), &text).await {
            let place = Place {
                name: opened.title.unwrap_or_default(),
                project: Some(id.clone()),
            };
            self.put(*opened.lab, place);
            // The reader has chosen the other's; what was here is for undo.
            platform::forget_left(&id);
        }
        self.settled(id, revision);
        projects.saved.set(Saved::Resumed);
        self.tell(Tone::Undo, "This tab goes on with what the other one kept.");
    }

    /// Goes on in a project of its own.
    pub(crate) async fn continue_as_copy(self) {
        let projects = self.projects;
        self.list_again().await;
        let copy = format!("{} (copy)", self.name.get_untracked());
        self.go_on_as(projects.unused(&copy));
    }

    /// Goes on in a project of its own, under this name.
    fn go_on_as(self, name: String) {
        let left = self.projects.open.get_untracked();
        self.go_by(Place {
            name,
            project: None,
        });
        // What was noted of the one before is in this one: the next visit would make a second copy of it. First, for
        // there may not be room for both.
        if let Some(id) = left {
            platform::forget_left(&id);
        }
        self.save_and_leave();
    }

    /// Copies a project beside itself.
    pub(crate) async fn duplicate(self, project: Project) {
        let name = self.projects.unused(&format!("{} (copy)", project.name));
        let id = platform::new_project_id();
        match platform::copy_project(&project.id, &id, &name).await {
            Ok(()) => self.tell(Tone::Done, format!("Made {name}.")),
            Err(thrown) => self.tell(Tone::No, not_kept(&word(thrown))),
        }
        self.list_again().await;
    }

    /// Deletes a project, or brings a deleted one back.
    pub(crate) async fn delete_project(self, project: Project, gone: bool) {
        let projects = self.projects;
        let open = projects.open.get_untracked().as_ref() == Some(&project.id);
        // One that is shown here may be another tab's.
        let own = open && projects.saved.get_untracked() != Saved::Elsewhere;
        if gone && !own && platform::project_is_held(&project.id).await.is_truthy() {
            self.tell(
                Tone::No,
                format!(
                    "{} is open in another tab. Close it there first.",
                    project.name
                ),
            );
            return;
        }
        if gone && open {
            match crate::app::sample_lab() {
                Ok(lab) => {
                    self.replace(lab, Some(crate::app::SAMPLE_NAME.to_owned()));
                    self.save();
                }
                Err(error) => return self.tell(Tone::No, error.message),
            }
        }
        if let Err(thrown) = platform::delete_project(&project.id, gone).await {
            self.tell(Tone::No, not_kept(&word(thrown)));
        }
        self.list_again().await;
    }
}

/// The text of a project and its revision.
pub(super) async fn stored(id: &str) -> Option<(String, f64)> {
    // The head first: should the text be newer, the next write is refused and nothing is overwritten.
    let head = list()
        .await
        .ok()?
        .into_iter()
        .find(|project| project.id == id)?;
    let text = platform::read_project(id).await.ok()?.as_string()?;
    Some((text, head.revision))
}

/// Why a kept project cannot be read, as the end of a sentence.
pub(super) fn why_unread(error: &rplab_core::api::InputError) -> String {
    if error.code == "UnsupportedSchemaVersion" {
        return format!(
            "a newer version of the planner wrote it ({})",
            error.message
        );
    }
    match error.path.as_str() {
        "" => error.message.clone(),
        path => format!("{} (at {path})", error.message),
    }
}
