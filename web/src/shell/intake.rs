//! Files on their way in: read, recognised, and held until the reader accepts them.

use crate::route::{self, Page, address};
use crate::session::{Session, Tone, codec};
use leptos::prelude::*;
use rplab_core::api::{Import, InputError, NamedInput, import_inventory};

/// What waits for the reader's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pending {
    /// An inventory was read.
    Preview {
        /// What was read from which inputs.
        names: String,
        /// The result.
        import: Import,
    },
    /// Nothing could be read.
    Failed {
        /// From which inputs.
        names: String,
        /// Why.
        error: InputError,
    },
}

/// The one import that may be pending.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Intake {
    /// What waits.
    pub(crate) pending: RwSignal<Option<Pending>>,
    /// Whether the panel for pasting and choosing is open.
    pub(crate) open: RwSignal<bool>,
}

impl Intake {
    /// Nothing pending.
    pub(crate) fn new() -> Self {
        Self {
            pending: RwSignal::new(None),
            open: RwSignal::new(false),
        }
    }

    /// The intake of the surrounding page.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// Reads inputs. A scenario file is opened, which undo takes back; anything else becomes a preview.
    pub(crate) fn take(self, session: Session, inputs: Vec<NamedInput>) {
        if let [input] = inputs.as_slice()
            && let Some(scenario) = scenario(&input.data)
        {
            self.open_scenario(session, &input.name, scenario);
            return;
        }
        let names = inputs
            .iter()
            .map(|input| input.name.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        self.pending.set(Some(match import_inventory(&inputs) {
            Ok(import) => Pending::Preview { names, import },
            Err(error) => Pending::Failed { names, error },
        }));
        self.open.set(true);
        route::go(&address(Page::Fleet, None));
    }

    /// Reads files from the reader's disk, then takes them.
    pub(crate) fn take_files(self, session: Session, files: web_sys::FileList) {
        let files = gloo::file::FileList::from(files);
        let files: Vec<gloo::file::File> = files.iter().cloned().collect();
        if files.is_empty() {
            return;
        }
        leptos::task::spawn_local(async move {
            let mut inputs = Vec::new();
            for file in files {
                match gloo::file::futures::read_as_bytes(&file).await {
                    Ok(data) => inputs.push(NamedInput::new(file.name(), data)),
                    Err(error) => session.tell(
                        Tone::No,
                        format!("{} could not be read: {error}", file.name()),
                    ),
                }
            }
            if !inputs.is_empty() {
                self.take(session, inputs);
            }
        });
    }

    fn open_scenario(self, session: Session, name: &str, text: &str) {
        match codec::read(text) {
            Ok(opened) => {
                let plain = name.trim_end_matches(".json").trim_end_matches(".scenario");
                let title = opened.title.clone().unwrap_or_else(|| plain.to_owned());
                let migration = opened.migration().unwrap_or_default();
                self.pending.set(None);
                let remark = format!("Opened {name}. It is a project of its own. {migration}");
                session.open_scenario(*opened.lab, title, remark);
            }
            Err(error) => {
                self.pending.set(Some(Pending::Failed {
                    names: name.to_owned(),
                    error,
                }));
                self.open.set(true);
                route::go(&address(Page::Fleet, None));
            }
        }
    }

    /// Takes the previewed fleet in: in place of the present one, or beside it.
    pub(crate) fn accept(self, session: Session, replace: bool) {
        let Some(Pending::Preview { import, .. }) = self.pending.get_untracked() else {
            return;
        };
        let count = import.fleet.machines.len();
        let result = if replace {
            session.start(import.fleet)
        } else {
            session.add(import.fleet)
        };
        match result {
            Ok(()) => {
                self.pending.set(None);
                self.open.set(false);
                let verb = if replace { "The fleet is now" } else { "Added" };
                let machines = crate::words::count(u64::try_from(count).unwrap_or(0), "VM", "VMs");
                session.tell(Tone::Undo, format!("{verb} {machines}."));
            }
            Err(reason) => session.tell(Tone::No, reason),
        }
    }
}

/// The text of a scenario file, told by its schema version.
fn scenario(data: &[u8]) -> Option<&str> {
    // Large inventories are not parsed only to be told apart: the field stands near the beginning or the end.
    const NEAR_BYTES: usize = 1 << 16;
    const FIELD: &[u8] = b"\"schemaVersion\"";
    let first = data.get(..NEAR_BYTES).unwrap_or(data);
    let last = data.get(data.len().saturating_sub(NEAR_BYTES)..).unwrap_or(data);
    let text = std::str::from_utf8(data).ok()?;
    let named = [first, last]
        .iter()
        .any(|part| part.windows(FIELD.len()).any(|window| window == FIELD));
    let value = named.then(|| rplab_core::json::parse(text).ok()).flatten()?;
    value.get("schemaVersion").is_some().then_some(text)
}
