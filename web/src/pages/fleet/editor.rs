//! The editor of one VM: its name and place, its disks, its facts, and the verdict as one types.

mod disks;
mod draft;
pub(crate) mod fact_input;
mod facts;
mod judgement;
mod leaving;
mod machine_form;

pub(crate) use self::disks::disk_skus;
pub(crate) use self::fact_input::fact_words;

use self::disks::DiskForms;
use self::draft::{Draft, copied, empty};
use self::facts::FactGroups;
use self::judgement::Judgement;
use self::leaving::Leaving;
use self::machine_form::MachineForm;
use crate::components::{Action, Dialog, Look, Note, live};
use crate::later::{NotFetched, Show, when_opened};
use crate::session::{Session, Tone};
use crate::words;
use leptos::prelude::*;
use rplab_core::model::vocabulary::FactSubject;
use rplab_core::model::{Fleet, Machine};
use wasm_split_helpers::wasm_split;

/// The largest disk that a form takes.
pub(crate) const MOST_GIB: u64 = 65_536;

/// The one editor of the page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Editor {
    session: Session,
    open: RwSignal<bool>,
    draft: RwSignal<Draft>,
    wrong: RwSignal<Option<String>>,
    /// What was typed as the size of a disk and is none, by the disk's place.
    sizes: RwSignal<Vec<(usize, String)>>,
}

impl Editor {
    /// A closed editor.
    pub(crate) fn new(session: Session) -> Self {
        Self {
            session,
            open: RwSignal::new(false),
            draft: RwSignal::new(empty(&Fleet::default())),
            wrong: RwSignal::new(None),
            sizes: RwSignal::new(Vec::new()),
        }
    }

    /// The editor of the surrounding page.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// Opens it on a new VM.
    pub(crate) fn create(self) {
        let draft = self.session.fleet.with_untracked(empty);
        self.show(draft);
    }

    /// Opens it on a VM.
    pub(crate) fn edit(self, machine: &Machine) {
        self.show(Draft::new(Some(machine.clone()), machine.clone()));
    }

    /// Opens it on a copy of a VM.
    pub(crate) fn copy(self, machine: &Machine) {
        let machine = self
            .session
            .fleet
            .with_untracked(|fleet| copied(machine, fleet));
        self.show(Draft::new(None, machine));
    }

    /// Changes the VM at hand.
    pub(crate) fn change(self, change: impl FnOnce(&mut Machine)) {
        self.wrong.set(None);
        self.draft.update(|draft| change(&mut draft.machine));
    }

    /// Gives the VM at hand another name.
    pub(crate) fn rename(self, name: &str) {
        self.wrong.set(None);
        self.draft.update(|draft| draft.rename(name));
    }

    /// Why the name of the VM at hand is none.
    pub(crate) fn name_problem(self) -> Option<String> {
        self.draft.with(Draft::name_problem)
    }

    /// Reads the VM at hand.
    pub(crate) fn machine<T>(self, read: impl FnOnce(&Machine) -> T) -> T {
        self.draft.with(|draft| read(&draft.machine))
    }

    /// Whether the VM is in the fleet already.
    pub(crate) fn is_edit(self) -> bool {
        self.draft.with(|draft| draft.old.is_some())
    }

    /// Whether the lab has acted on the VM, so that what it goes by stays.
    pub(crate) fn is_fixed(self) -> bool {
        self.is_edit() && self.session.has_begun()
    }

    /// Whether the VM has this disk in the lab already.
    pub(crate) fn had_disk(self, index: usize) -> bool {
        self.draft.with(|draft| {
            let disk = draft.machine.disks.get(index);
            let old = draft.old.iter().flat_map(|old| &old.disks);
            disk.is_some_and(|disk| old.into_iter().any(|old| old.name == disk.name))
        })
    }

    /// What was typed as the size of a disk and is none.
    pub(crate) fn wrong_size(self, index: usize) -> Option<String> {
        self.sizes.with(|all| {
            let own = all.iter().find(|(disk, _)| *disk == index);
            own.map(|(_, typed)| typed.clone())
        })
    }

    /// Takes the size of a disk as it is typed; nothing is "not known".
    pub(crate) fn take_size(self, index: usize, typed: String) {
        let size = typed
            .parse()
            .ok()
            .filter(|size| (1..=MOST_GIB).contains(size));
        self.sizes.update(|all| {
            all.retain(|(disk, _)| *disk != index);
            if size.is_none() && !typed.is_empty() {
                all.push((index, typed));
            }
        });
        self.change(|machine| {
            if let Some(disk) = machine.disks.get_mut(index) {
                disk.size_gib = size;
            }
        });
    }

    /// Takes a disk away.
    pub(crate) fn remove_disk(self, index: usize) {
        self.sizes.update(|all| {
            all.retain(|(disk, _)| *disk != index);
            for (disk, _) in all.iter_mut().filter(|(disk, _)| *disk > index) {
                *disk -= 1;
            }
        });
        self.change(|machine| {
            if index < machine.disks.len() {
                machine.disks.remove(index);
            }
        });
    }

    /// Whether there is something that leaving would lose.
    fn is_changed(self) -> bool {
        self.draft.with_untracked(Draft::is_changed)
            || self.sizes.with_untracked(|all| !all.is_empty())
    }

    /// Which size is none.
    fn size_problem(self) -> Option<String> {
        let first = self.sizes.with_untracked(|all| all.first().cloned());
        let (index, typed) = first?;
        let disk = self.draft.with_untracked(|draft| {
            let disk = draft.machine.disks.get(index);
            disk.map(|disk| disk.name.clone()).unwrap_or_default()
        });
        Some(format!(
            "{disk}: {typed} GiB is no size of a disk. Give a whole number from 1 to {}.",
            words::grouped(MOST_GIB)
        ))
    }

    fn show(self, draft: Draft) {
        self.wrong.set(None);
        self.sizes.set(Vec::new());
        self.draft.set(draft);
        self.open.set(true);
    }

    fn save(self) {
        let session = self.session;
        let draft = self.draft.get_untracked();
        let problem = session.fleet.with_untracked(|fleet| draft.problem(fleet));
        let problem = self.size_problem().or(problem);
        let name = draft.machine.name.clone();
        let edited = draft.old.is_some();
        let result = problem.map_or_else(|| session.save_machine(draft.old, draft.machine), Err);
        match result {
            Ok(()) => {
                self.open.set(false);
                let verb = if edited { "Changed" } else { "Added" };
                session.tell(Tone::Undo, format!("{verb} {name}."));
            }
            Err(reason) => self.wrong.set(Some(reason)),
        }
    }
}

/// The editor's dialog, fetched when it is first opened.
#[component]
pub(crate) fn EditorPart() -> impl IntoView {
    when_opened(Editor::get().open, || Box::pin(editor_dialog()))
}

#[wasm_split(editor, fallible)]
fn editor_dialog() -> Result<Show, NotFetched> {
    Ok(|| view! { <EditorDialog /> }.into_any())
}

#[component]
fn EditorDialog() -> impl IntoView {
    let editor = Editor::get();
    let leaving = Leaving::new(editor);
    provide_context(leaving);
    let title = move || {
        let name = editor.machine(|machine| machine.name.clone());
        if editor.is_edit() {
            format!("Edit {name}")
        } else {
            "Add a VM".to_owned()
        }
    };
    view! { <Dialog open=editor.open title=Signal::derive(title) testid="editor" body=body foot=foot may_close=leaving.may_close() /> }
}

fn body() -> AnyView {
    view! {
        <div class="editor">
            <div class="stack wide">
                <MachineForm />
                <DiskForms />
                <section aria-labelledby="facts-title" class="stack">
                    <h3 id="facts-title">"Facts of the VM"</h3>
                    <FactGroups subject=FactSubject::Machine disk=None />
                </section>
            </div>
            <Judgement />
        </div>
    }
    .into_any()
}

fn foot() -> AnyView {
    let leaving: Leaving = expect_context();
    live(move || match leaving.asks.get() {
        true => leaving.question(),
        false => buttons(leaving),
    })
    .into_any()
}

fn buttons(leaving: Leaving) -> AnyView {
    let editor = leaving.editor;
    let words = move || if editor.is_edit() { "Save" } else { "Add VM" };
    view! {
        <div class="grow">{live(move || editor.wrong.get().map(|reason| view! { <Note tone="no" alert=true><span data-testid="editor-error">{reason}</span></Note> }))}</div>
        <Action label="Cancel" testid="editor-cancel" on_press=move || leaving.leave() />
        <Action label=Signal::derive(move || words().to_owned()) look=Look::Primary testid="editor-save" on_press=move || editor.save() />
    }
    .into_any()
}
