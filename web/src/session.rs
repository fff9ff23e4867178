//! One open scenario: the lab, how it got here, and what was said about it.

mod acting;
pub(crate) mod codec;
mod engine;
mod fleet_edit;
mod followed;
mod history;
pub(crate) mod jobs;
mod opening;
mod passing;
mod past;
mod projects;
mod saved;
mod services;
pub(crate) mod slices;
mod toast;
mod wish;

pub(crate) use self::followed::is_meant;
use self::history::History;
pub(crate) use self::history::Place;
pub(crate) use self::opening::{Arrival, find, follow_links};
pub(crate) use self::passing::STOPPED;
pub(crate) use self::projects::{Project, Projects, Saved, Unread};
pub(crate) use self::saved::autosave;
pub(crate) use self::services::{
    Services, fetch_services, fetch_soon, fetch_text, judge_of, read_all_rows,
};
pub(crate) use self::toast::{Toast, Tone, dismiss, leave_page, steps_back};
use crate::words;
use leptos::prelude::*;
use rplab_core::api::{Command, InputError, Lab, LabState, LogEntry, assess};
use rplab_core::cloud::{SetSetting, SettingValue};
use rplab_core::matrix::{AssessOptions, AssessReport, Edition, services_file_name};
use rplab_core::model::Fleet;
use rplab_core::units::SimInstant;
use std::sync::Arc;

/// What every part of the page shares. Copied freely: all of it is handles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Session {
    lab: StoredValue<Lab, LocalStorage>,
    history: StoredValue<History, LocalStorage>,
    past: StoredValue<Option<Lab>, LocalStorage>,
    /// Raised when something else is shown: after a change, and when one looks back.
    version: RwSignal<u64>,
    /// Raised when the lab has changed.
    changes: RwSignal<u64>,
    /// The instant that the reader looks back at; `None` for the present.
    pub(crate) cursor: RwSignal<Option<SimInstant>>,
    /// The scenario's name, for the header and the file.
    pub(crate) name: RwSignal<String>,
    /// The VM that the reader follows from page to page: its name, or its id where others have that name.
    pub(crate) machine: RwSignal<Option<String>>,
    /// Names of several VMs of the fleet, in small letters, sorted.
    shared_names: StoredValue<Vec<String>>,
    /// Messages at the lower edge.
    pub(crate) toasts: RwSignal<Vec<Toast>>,
    /// The rows of services other than restore points.
    pub(crate) services: RwSignal<Services>,
    /// The projects that are kept in the browser.
    pub(crate) projects: Projects,
    /// Whether a newer version of the planner waits.
    pub(crate) update_ready: RwSignal<bool>,
    /// Where the file of services lies: beside the page, unless an element says otherwise.
    pub(crate) services_address: StoredValue<String>,
    /// Odd while something is under way that takes long, another number for each.
    turn: StoredValue<u64>,
    /// The number of the last deed that was not over at once.
    deed: StoredValue<Option<u64>>,
    /// Whether something has been under way for long enough to be shown.
    pub(crate) passing: RwSignal<bool>,
    /// What it is, a word of [`crate::words::working`], and how far, of a thousand.
    pub(crate) far: RwSignal<(&'static str, u64)>,
    /// The state after the last change.
    pub(crate) state: Memo<Arc<LabState>>,
    /// The machines and disks as they are now.
    pub(crate) fleet: Memo<Fleet>,
    /// Commands so far, refused ones too.
    pub(crate) log: Memo<Log>,
    /// The edition that verdicts are given for.
    pub(crate) edition: Memo<Edition>,
    /// The judgement on the fleet.
    pub(crate) report: Memo<Result<AssessReport, InputError>>,
}

/// The lab that is shown.
#[derive(Clone, Copy)]
struct Shown {
    lab: StoredValue<Lab, LocalStorage>,
    past: StoredValue<Option<Lab>, LocalStorage>,
    version: RwSignal<u64>,
}

impl Shown {
    fn read<T>(self, read: impl FnOnce(&Lab) -> T) -> T {
        self.version.track();
        self.past.with_value(|past| match past {
            Some(past) => read(past),
            None => self.lab.with_value(read),
        })
    }
}

impl Session {
    /// A session over `lab`.
    pub(crate) fn new(lab: Lab, name: String) -> Self {
        let lab = StoredValue::new_local(lab);
        let version = RwSignal::new(0);
        let past = StoredValue::new_local(None::<Lab>);
        let shown = Shown { lab, past, version };
        let shared_names = StoredValue::new(Vec::new());
        let fleet = Memo::new(move |_| {
            let fleet = shown.read(Lab::fleet);
            shared_names.set_value(followed::shared_names(&fleet));
            fleet
        });
        let edition = Memo::new(move |_| shown.read(edition_of));
        Self {
            lab,
            history: StoredValue::new_local(History::default()),
            past,
            version,
            changes: RwSignal::new(0),
            cursor: RwSignal::new(None),
            name: RwSignal::new(name),
            machine: RwSignal::new(None),
            shared_names,
            toasts: RwSignal::new(Vec::new()),
            services: RwSignal::new(Services::Waiting),
            projects: Projects::new(),
            update_ready: RwSignal::new(false),
            services_address: StoredValue::new(services_file_name()),
            turn: StoredValue::new(0),
            deed: StoredValue::new(None),
            passing: RwSignal::new(false),
            far: RwSignal::new(("passing", 0)),
            state: Memo::new(move |_| Arc::new(shown.read(Lab::state))),
            fleet,
            log: Memo::new_with_compare(
                move |_| shown.read(|lab| lab.log().to_vec()),
                is_another_log,
            ),
            edition,
            report: Memo::new(move |_| fleet.with(|fleet| judge(fleet, edition.get()))),
        }
    }

    /// The session of the surrounding page.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// Reads what is shown, the present or a moment of the past; again after every change.
    pub(crate) fn read<T>(self, read: impl FnOnce(&Lab) -> T) -> T {
        Shown {
            lab: self.lab,
            past: self.past,
            version: self.version,
        }
        .read(read)
    }

    /// Commands that were undone, the next one to redo first.
    pub(crate) fn undone(self) -> Vec<Command> {
        self.read(Lab::undone)
    }

    /// Reads the present, whatever is shown; again after every change of it.
    pub(crate) fn present<T>(self, read: impl FnOnce(&Lab) -> T) -> T {
        self.changes.track();
        self.lab.with_value(read)
    }

    /// Why the service would refuse `command` now, with its code and the rules; asked again after every change.
    pub(crate) fn refusal(self, command: &Command) -> Option<String> {
        if self.cursor.with(Option::is_some) {
            return Some(past::looking_back().message);
        }
        let refused = self.read(|lab| lab.check(command))?;
        let said = words::in_short(&words::as_we_write(&refused.message));
        let mut beside = refused.code;
        for rule in refused
            .row_ids
            .iter()
            .take(RULES)
            .filter(|rule| !said.contains(*rule))
        {
            beside.push_str(", ");
            beside.push_str(rule);
        }
        Some(format!("{} ({beside})", said.trim_end_matches('.')))
    }
}

/// Whether a log has other entries; those of the same lab are one and the same.
fn is_another_log(before: Option<&Log>, now: Option<&Log>) -> bool {
    let (Some(before), Some(now)) = (before, now) else {
        return true;
    };
    let mut both = before.iter().zip(now);
    before.len() != now.len() || both.any(|(before, now)| !Arc::ptr_eq(before, now))
}

type Log = Vec<Arc<LogEntry>>;

/// How many rules a refusal names; the log has all of them.
const RULES: usize = 4;

/// Judges a fleet by an edition, for the service that the planner simulates.
pub(crate) fn judge(fleet: &Fleet, edition: Edition) -> Result<AssessReport, InputError> {
    assess(
        fleet,
        &AssessOptions {
            edition,
            ..AssessOptions::default()
        },
    )
}

/// The command by which verdicts are given for an edition from then on.
pub(crate) fn judging_by(edition: Edition) -> Command {
    Command::SetSetting(SetSetting {
        name: "edition".to_owned(),
        value: SettingValue::Text(edition.as_str().to_owned()),
    })
}

fn edition_of(lab: &Lab) -> Edition {
    let value = lab
        .settings()
        .into_iter()
        .find(|setting| setting.name == "edition");
    let Some(SettingValue::Text(name)) = value.map(|setting| setting.value) else {
        return Edition::default();
    };
    Edition::ALL
        .into_iter()
        .find(|edition| edition.as_str() == name)
        .unwrap_or_default()
}
