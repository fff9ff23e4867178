//! Files on their way in: read, recognised, and held until the reader accepts them.

use crate::later::NotFetched;
use crate::route::{self, Page, address};
use crate::session::codec::{self, Opened};
use crate::session::jobs::{Heard, Job, JobFile, Progress};
use crate::session::{STOPPED, Session, Tone, judge};
use leptos::prelude::*;
use rplab_core::json::{Read, read};
use rplab_core::matrix::Verdict;
use serde_json::{Value, json};
use std::sync::Arc;
use wasm_split_helpers::wasm_split;

/// What is read in the page itself, within a blink; more goes to a worker.
const AT_ONCE_BYTES: u64 = 300_000;

/// A fleet of more VMs than this is looked at where it was read: a lab simulates some of them, not all.
const LARGE: u64 = 2_000;

/// How near to the beginning or the end of a scenario file its version stands.
const NEAR_BYTES: u32 = 1 << 16;
use rplab_core::api::{Import, InputError, NamedInput, import_inventory};

/// What waits for the reader's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pending {
    /// A large inventory is being read in a worker.
    Reading {
        /// From which inputs.
        names: String,
        /// How far it is.
        progress: RwSignal<Progress>,
        /// What does it.
        job: Job,
    },
    /// A large inventory would take the place of the fleet that stays in the worker: the reader is asked.
    Instead {
        /// From which inputs.
        names: String,
        /// What would go.
        of: LargeFleet,
        /// What would be read.
        files: StoredValue<Vec<JobFile>, LocalStorage>,
    },
    /// An inventory was read.
    Preview {
        /// What was read from which inputs.
        names: String,
        /// The result.
        import: Arc<Import>,
        /// How many machines got which verdict.
        verdicts: Vec<(Verdict, u64)>,
        /// Whether its VMs stay in the worker; `import` is what is said about them.
        large: bool,
    },
    /// Nothing could be read.
    Failed {
        /// From which inputs.
        names: String,
        /// Why.
        error: InputError,
    },
}

/// A fleet that is too large for a lab. It stays in the worker, which is asked for what is on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LargeFleet {
    /// From which inputs.
    pub(crate) names: String,
    /// How many VMs it has.
    pub(crate) machines: u64,
}

/// What reads, fetched with the panel that shows it.
struct Reading {
    take: fn(Intake, Session, Vec<NamedInput>),
    take_files: fn(Intake, Session, Vec<gloo::file::File>),
}

#[wasm_split(import, fallible)]
fn reading() -> Result<Reading, NotFetched> {
    Ok(Reading {
        take: Intake::take_now,
        take_files: Intake::take_files_now,
    })
}

/// The one import that may be pending.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Intake {
    /// What waits.
    pub(crate) pending: RwSignal<Option<Pending>>,
    /// Whether the panel for pasting and choosing is open.
    pub(crate) open: RwSignal<bool>,
    /// The fleet that stays in the worker.
    pub(crate) large: RwSignal<Option<LargeFleet>>,
}

impl Intake {
    /// Nothing pending.
    pub(crate) fn new() -> Self {
        Self {
            pending: RwSignal::new(None),
            open: RwSignal::new(false),
            large: RwSignal::new(None),
        }
    }

    /// The intake of the surrounding page.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// Reads inputs. A scenario file is opened, which undo takes back; anything else becomes a preview.
    pub(crate) fn take(self, session: Session, inputs: Vec<NamedInput>) {
        session.with(Box::pin(reading()), move |reading| {
            (reading.take)(self, session, inputs);
        });
    }

    fn take_now(self, session: Session, inputs: Vec<NamedInput>) {
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
            Ok(import) => Pending::preview(session, names, import),
            Err(error) => Pending::Failed { names, error },
        }));
        self.open.set(true);
        route::go(&address(Page::Fleet, None));
    }

    /// Reads files from the reader's disk, then takes them. Large ones are read in a worker.
    pub(crate) fn take_files(self, session: Session, files: web_sys::FileList) {
        let files = gloo::file::FileList::from(files);
        let files: Vec<gloo::file::File> = files.iter().cloned().collect();
        if !files.is_empty() {
            session.with(Box::pin(reading()), move |reading| {
                (reading.take_files)(self, session, files);
            });
        }
    }

    fn take_files_now(self, session: Session, files: Vec<gloo::file::File>) {
        let large = files.iter().map(|file| file.size()).sum::<u64>() > AT_ONCE_BYTES;
        wasm_bindgen_futures::spawn_local(async move {
            let mut read = Vec::new();
            for file in files {
                let blob: &web_sys::Blob = file.as_ref();
                match wasm_bindgen_futures::JsFuture::from(blob.array_buffer()).await {
                    Ok(buffer) => read.push(JobFile {
                        name: file.name(),
                        data: js_sys::Uint8Array::new(&buffer),
                    }),
                    Err(_) => session.tell(
                        Tone::No,
                        format!("{} could not be read: the browser refused.", file.name()),
                    ),
                }
            }
            match read.as_slice() {
                [] => {}
                [file] if !large || says_scenario(&file.data) => {
                    self.take_now(
                        session,
                        vec![NamedInput::new(&file.name, file.data.to_vec())],
                    );
                }
                files if large => match self.large.get_untracked() {
                    Some(of) => self.ask_instead(of, files),
                    None => self.take_large(session, files),
                },
                files => {
                    let input = |file: &JobFile| NamedInput::new(&file.name, file.data.to_vec());
                    self.take_now(session, files.iter().map(input).collect());
                }
            }
        });
    }

    /// Asks before a large fleet goes: nothing of it is stored.
    fn ask_instead(self, of: LargeFleet, files: &[JobFile]) {
        self.stop();
        self.pending.set(Some(Pending::Instead {
            names: names_of(files),
            of,
            files: StoredValue::new_local(files.to_vec()),
        }));
        self.open.set(true);
        route::go(&address(Page::Fleet, None));
    }

    /// Has files read and judged in a worker. The page takes what comes of it piece by piece.
    pub(crate) fn take_large(self, session: Session, files: &[JobFile]) {
        self.stop();
        self.large.set(None);
        let names = names_of(files);
        let edition = session.edition.get_untracked();
        let request = json!({
            "work": "inventory", "fleet": true, "keepAbove": LARGE,
            "options": { "edition": edition.as_str() },
        });
        let progress = RwSignal::new(Progress::default());
        let mut parts = Parts::default();
        let read_names = names.clone();
        let job = Job::start(&request, files, move |heard| {
            let names = || read_names.clone();
            match heard {
                Heard::Progress(far) => progress.set(far),
                Heard::Part(part) => parts.take(&part),
                Heard::Done(mut head) => {
                    let names = names();
                    let large = head.as_object_mut().and_then(|head| head.remove("large"));
                    self.pending.set(Some(match read::<Import>(&head) {
                        Ok(head) => match large {
                            Some(large) => self.keep(names, head, &large),
                            None => std::mem::take(&mut parts).preview(names, head),
                        },
                        Err(error) => Pending::failed(names, "WorkerFailed", &error.to_string()),
                    }));
                }
                Heard::Failed(error) => {
                    let names = names();
                    self.pending.set(Some(Pending::Failed { names, error }));
                }
            }
        });
        self.pending.set(Some(Pending::Reading {
            names,
            progress,
            job,
        }));
        self.open.set(true);
        route::go(&address(Page::Fleet, None));
    }

    /// What is said of a fleet that stays in the worker, and its table opened.
    fn keep(self, names: String, import: Import, large: &Value) -> Pending {
        self.large.set(Some(LargeFleet {
            names: names.clone(),
            machines: import.preview.read.machines,
        }));
        let of_service = large.get("verdicts").and_then(|of| of.get(0));
        let counts = of_service.and_then(Value::as_array).into_iter().flatten();
        let verdicts = counts.filter_map(|count| {
            let verdict = read(count.get(0)?).ok()?;
            Some((verdict, count.get(1)?.as_u64()?))
        });
        Pending::Preview {
            names,
            verdicts: verdicts.collect(),
            import: Arc::new(import),
            large: true,
        }
    }

    /// Drops what waits, and stops what is being read.
    pub(crate) fn stop(self) {
        if let Some(Pending::Reading { job, .. }) = self.pending.get_untracked() {
            job.stop();
        }
        self.pending.set(None);
    }

    fn open_scenario(self, session: Session, name: &str, text: &str) {
        let (name, text) = (name.to_owned(), text.to_owned());
        wasm_bindgen_futures::spawn_local(async move {
            let opened = codec::read(Some(session), &text).await;
            self.take_scenario(session, &name, opened);
        });
    }

    fn take_scenario(self, session: Session, name: &str, opened: Result<Opened, InputError>) {
        match opened {
            Err(error) if error.code == STOPPED => {}
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
        let fleet = import.fleet.clone();
        let result = if replace {
            session.start(fleet)
        } else {
            session.add(fleet)
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

fn names_of(files: &[JobFile]) -> String {
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    names.join(", ")
}

/// What a worker has said of an import so far.
#[derive(Default)]
struct Parts {
    import: Import,
    subjects: Vec<(usize, String)>,
    verdicts: Vec<(Verdict, u64)>,
}

impl Parts {
    fn take(&mut self, part: &Value) {
        take(part, "machines", &mut self.import.fleet.machines);
        take(part, "problems", &mut self.import.problems);
        take(part, "guessed", &mut self.import.preview.guessed);
        take(part, "leftOut", &mut self.import.preview.left_out);
        for item in items(part, "subjects") {
            let of = item.get("of").and_then(Value::as_u64);
            let subject = item.get("subject").and_then(Value::as_str);
            if let (Some(of), Some(subject)) = (of, subject) {
                let of = usize::try_from(of).unwrap_or(usize::MAX);
                self.subjects.push((of, subject.to_owned()));
            }
        }
        for verdict in items(part, "verdicts").filter_map(|verdict| read(verdict).ok()) {
            count(&mut self.verdicts, verdict);
        }
    }

    /// All of it, with the head that comes last.
    fn preview(self, names: String, mut head: Import) -> Pending {
        head.fleet.machines = self.import.fleet.machines;
        head.problems = self.import.problems;
        head.preview.guessed = self.import.preview.guessed;
        head.preview.left_out = self.import.preview.left_out;
        for (of, subject) in self.subjects {
            if let Some(missing) = head.preview.missing.get_mut(of) {
                missing.subjects.push(subject);
            }
        }
        Pending::Preview {
            names,
            import: Arc::new(head),
            verdicts: self.verdicts,
            large: false,
        }
    }
}

fn take<T: Read>(part: &Value, name: &str, into: &mut Vec<T>) {
    into.extend(items(part, name).filter_map(|item| read(item).ok()));
}

impl Pending {
    /// A small import, judged here.
    fn preview(session: Session, names: String, import: Import) -> Self {
        let report = judge(&import.fleet, session.edition.get_untracked()).ok();
        let mut verdicts = Vec::new();
        for machine in report.iter().flat_map(|report| &report.machines) {
            count(&mut verdicts, machine.verdict);
        }
        Self::Preview {
            names,
            import: Arc::new(import),
            verdicts,
            large: false,
        }
    }

    fn failed(names: String, code: &str, message: &str) -> Self {
        let error = InputError {
            code: code.to_owned(),
            path: String::new(),
            message: message.to_owned(),
        };
        Self::Failed { names, error }
    }
}

fn items<'a>(part: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    part.get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn count(verdicts: &mut Vec<(Verdict, u64)>, verdict: Verdict) {
    match verdicts.iter_mut().find(|(known, _)| *known == verdict) {
        Some((_, count)) => *count += 1,
        None => {
            verdicts.push((verdict, 1));
            verdicts.sort_by_key(|(verdict, _)| *verdict);
        }
    }
}

/// Whether the bytes look like a scenario file, without taking all of them over.
fn says_scenario(data: &js_sys::Uint8Array) -> bool {
    let first = data.slice(0, NEAR_BYTES).to_vec();
    let last = data
        .slice(data.length().saturating_sub(NEAR_BYTES), data.length())
        .to_vec();
    names_scenario(&first) || names_scenario(&last)
}

fn names_scenario(part: &[u8]) -> bool {
    const FIELD: &[u8] = b"\"schemaVersion\"";
    part.windows(FIELD.len()).any(|window| window == FIELD)
}

/// The text of a scenario file, told by its schema version.
fn scenario(data: &[u8]) -> Option<&str> {
    let near = usize::try_from(NEAR_BYTES).unwrap_or(usize::MAX);
    let first = data.get(..near).unwrap_or(data);
    let last = data.get(data.len().saturating_sub(near)..).unwrap_or(data);
    let text = std::str::from_utf8(data).ok()?;
    let named = names_scenario(first) || names_scenario(last);
    let value = named
        .then(|| rplab_core::json::parse(text).ok())
        .flatten()?;
    value.get("schemaVersion").is_some().then_some(text)
}
