//! The projects that are kept in this browser, one of them open.

use super::{Session, Tone, codec};
use crate::platform;
use gloo::timers::future::TimeoutFuture;
use leptos::prelude::*;
use rplab_core::api::Lab;
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
    revision: StoredValue<f64>,
    /// What the browser's storage has: the change and the name.
    kept: StoredValue<Option<(u64, String)>>,
    writing: StoredValue<bool>,
    again: StoredValue<bool>,
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
            revision: StoredValue::new(0.0),
            kept: StoredValue::new(None),
            writing: StoredValue::new(false),
            again: StoredValue::new(false),
        }
    }

    /// Whether the open project is this one.
    pub(crate) fn is_open(self, id: &str) -> bool {
        self.open.with(|open| open.as_deref() == Some(id))
    }

    /// A name that no project has: `base`, or `base 2`.
    fn unused(self, base: &str) -> String {
        self.all.with_untracked(|all| {
            let taken = |name: &str| all.iter().any(|project| project.name == name);
            let numbered = (2..).map(|number| format!("{base} {number}"));
            std::iter::once(base.to_owned())
                .chain(numbered)
                .find(|name| !taken(name))
                .unwrap_or_default()
        })
    }

    /// Reads the list again.
    pub(crate) async fn refresh(self) {
        match list().await {
            Ok(all) => self.all.set(all),
            Err(reason) => self.saved.set(Saved::Failed(not_kept(&reason))),
        }
    }
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

fn word(thrown: JsValue) -> String {
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
        projects.open.set(Some(id));
        projects.revision.set_value(revision);
        projects.kept.set_value(Some(self.edition_of_work()));
    }

    fn edition_of_work(self) -> (u64, String) {
        (self.version.get_untracked(), self.name.get_untracked())
    }

    /// Keeps the scenario, unless it is kept as it is.
    pub(crate) fn save(self) {
        let projects = self.projects;
        if projects.saved.get_untracked() == Saved::Elsewhere {
            return;
        }
        if projects.writing.get_value() {
            projects.again.set_value(true);
            return;
        }
        let work = self.edition_of_work();
        if projects.kept.with_value(|kept| kept.as_ref() == Some(&work)) {
            return;
        }
        let text = self.written(false);
        let known = projects.open.get_untracked();
        let id = known.clone().unwrap_or_else(platform::new_project_id);
        projects.open.set(Some(id.clone()));
        projects.writing.set_value(true);
        leptos::task::spawn_local(async move {
            if known.is_none() {
                self.hold(&id, false).await;
            }
            let revision = projects.revision.get_value();
            let written = platform::write_project(&id, &work.1, revision, &text).await;
            projects.writing.set_value(false);
            match written {
                Ok(revision) => {
                    projects.revision.set_value(revision.as_f64().unwrap_or_default());
                    projects.kept.set_value(Some(work));
                    projects.saved.set(Saved::Kept);
                    if known.is_none() {
                        projects.refresh().await;
                    }
                }
                Err(thrown) => {
                    let reason = word(thrown);
                    projects.saved.set(if reason == "changed" {
                        Saved::Elsewhere
                    } else {
                        Saved::Failed(not_kept(&reason))
                    });
                }
            }
            if projects.again.get_value() {
                projects.again.set_value(false);
                self.save();
            }
        });
    }

    /// Waits until what was changed is kept, or is known not to be.
    async fn kept(self) {
        self.save();
        while self.projects.writing.get_value() {
            TimeoutFuture::new(5).await;
        }
    }

    /// Leaves the open project and shows another scenario, which is no project until it is saved.
    pub(crate) async fn begin(self, lab: Lab, name: &str) {
        let projects = self.projects;
        self.kept().await;
        // What has no place to be kept is not thrown away either.
        let lost = matches!(projects.saved.get_untracked(), Saved::Failed(_) | Saved::Elsewhere);
        platform::leave_project();
        projects.refresh().await;
        projects.open.set(None);
        projects.revision.set_value(0.0);
        projects.kept.set_value(None);
        if projects.saved.get_untracked() == Saved::Elsewhere || !lost {
            projects.saved.set(Saved::Nothing);
        }
        self.open(lab, projects.unused(name), lost);
    }

    /// Opens a project of the list.
    pub(crate) async fn open_project(self, project: Project) {
        self.kept().await;
        let projects = self.projects;
        let Some((text, revision)) = stored(&project.id).await else {
            self.tell(Tone::No, format!("{} is gone: another tab has deleted it.", project.name));
            projects.refresh().await;
            return;
        };
        match codec::read(&text) {
            Ok(opened) => {
                let mine = self.hold(&project.id, false).await;
                self.open(*opened.lab, project.name, false);
                self.settled(project.id, revision);
                projects.saved.set(if mine { Saved::Resumed } else { Saved::Elsewhere });
                projects.unread.set(None);
                projects.shown.set(false);
            }
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
        let Some(id) = projects.open.get_untracked() else { return };
        self.hold(&id, true).await;
        // The other tab may be writing; what it has written is there when it has let go.
        let Some((text, revision)) = stored(&id).await else {
            // Deleted by the other tab: it is kept again from here.
            projects.open.set(None);
            projects.saved.set(Saved::Nothing);
            self.save();
            return;
        };
        if let Ok(opened) = codec::read(&text) {
            self.replace(*opened.lab, opened.title);
        }
        self.settled(id, revision);
        projects.saved.set(Saved::Resumed);
        self.tell(Tone::Undo, "This tab goes on with what the other one kept.");
    }

    /// Goes on in a project of its own.
    pub(crate) async fn continue_as_copy(self) {
        let projects = self.projects;
        projects.refresh().await;
        platform::leave_project();
        projects.open.set(None);
        projects.revision.set_value(0.0);
        projects.kept.set_value(None);
        projects.saved.set(Saved::Nothing);
        let copy = format!("{} (copy)", self.name.get_untracked());
        self.name.set(projects.unused(&copy));
        self.save();
    }

    /// Copies a project beside itself.
    pub(crate) async fn duplicate(self, project: Project) {
        self.kept().await;
        let name = self.projects.unused(&format!("{} (copy)", project.name));
        let id = platform::new_project_id();
        match platform::copy_project(&project.id, &id, &name).await {
            Ok(()) => self.tell(Tone::Done, format!("Made {name}.")),
            Err(thrown) => self.tell(Tone::No, not_kept(&word(thrown))),
        }
        self.projects.refresh().await;
    }

    /// Deletes a project, or brings a deleted one back.
    pub(crate) async fn delete_project(self, project: Project, gone: bool) {
        let projects = self.projects;
        let open = projects.open.get_untracked().as_ref() == Some(&project.id);
        if gone && !open && platform::project_is_held(&project.id).await.is_truthy() {
            self.tell(
                Tone::No,
                format!("{} is open in another tab. Close it there first.", project.name),
            );
            return;
        }
        if gone && open {
            match crate::app::sample_lab() {
                Ok(lab) => self.begin(lab, crate::app::SAMPLE_NAME).await,
                Err(error) => return self.tell(Tone::No, error.message),
            }
        }
        if let Err(thrown) = platform::delete_project(&project.id, gone).await {
            self.tell(Tone::No, not_kept(&word(thrown)));
        }
        projects.refresh().await;
    }
}

/// The text of a project and its revision.
pub(super) async fn stored(id: &str) -> Option<(String, f64)> {
    // The head first: should the text be newer, the next write is refused and nothing is overwritten.
    let head = list().await.ok()?.into_iter().find(|project| project.id == id)?;
    let text = platform::read_project(id).await.ok()?.as_string()?;
    Some((text, head.revision))
}

/// Why a kept project cannot be read, as the end of a sentence.
pub(super) fn why_unread(error: &rplab_core::api::InputError) -> String {
    if error.code == "UnsupportedSchemaVersion" {
        return format!("a newer version of the planner wrote it ({})", error.message);
    }
    match error.path.as_str() {
        "" => error.message.clone(),
        path => format!("{} (at {path})", error.message),
    }
}
