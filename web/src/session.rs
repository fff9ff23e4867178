//! One open scenario: the lab, how it got here, and what was said about it.

mod fleet_edit;
mod history;
mod saved;
mod toast;

use self::history::{History, Step};
pub(crate) use self::saved::{Found, Saved, autosave, find};
pub(crate) use self::toast::{Toast, Tone, dismiss};
use leptos::prelude::*;
use rplab_core::api::{Command, InputError, Lab, LabState, LogEntry, Outcome, Rejection, assess};
use rplab_core::cloud::SettingValue;
use rplab_core::matrix::{AssessOptions, AssessReport, Edition};
use rplab_core::model::Fleet;

/// What every part of the page shares. Copied freely: all of it is handles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Session {
    lab: StoredValue<Lab, LocalStorage>,
    history: StoredValue<History, LocalStorage>,
    version: RwSignal<u64>,
    /// The scenario's name, for the header and the file.
    pub(crate) name: RwSignal<String>,
    /// The VM that the reader follows from page to page.
    pub(crate) machine: RwSignal<Option<String>>,
    /// Messages at the lower edge.
    pub(crate) toasts: RwSignal<Vec<Toast>>,
    /// How the scenario is kept in the browser.
    pub(crate) saved: RwSignal<Saved>,
    /// The state after the last change.
    pub(crate) state: Memo<LabState>,
    /// The machines and disks as they are now.
    pub(crate) fleet: Memo<Fleet>,
    /// Commands so far, refused ones too.
    pub(crate) log: Memo<Vec<LogEntry>>,
    /// Commands that were undone, the next one to redo first.
    pub(crate) undone: Memo<Vec<Command>>,
    /// The edition that verdicts are given for.
    pub(crate) edition: Memo<Edition>,
    /// The judgement on the fleet.
    pub(crate) report: Memo<Result<AssessReport, InputError>>,
}

impl Session {
    /// A session over `lab`.
    pub(crate) fn new(lab: Lab, name: String, saved: Saved) -> Self {
        let lab = StoredValue::new_local(lab);
        let version = RwSignal::new(0);
        let seen = move || version.track();
        let fleet = Memo::new(move |_| {
            seen();
            lab.with_value(Lab::fleet)
        });
        let edition = Memo::new(move |_| {
            seen();
            lab.with_value(edition_of)
        });
        Self {
            lab,
            history: StoredValue::new_local(History::default()),
            version,
            name: RwSignal::new(name),
            machine: RwSignal::new(None),
            toasts: RwSignal::new(Vec::new()),
            saved: RwSignal::new(saved),
            state: Memo::new(move |_| {
                seen();
                lab.with_value(Lab::state)
            }),
            fleet,
            undone: Memo::new(move |_| {
                seen();
                lab.with_value(Lab::undone)
            }),
            log: Memo::new(move |_| {
                seen();
                lab.with_value(|lab| lab.log().to_vec())
            }),
            edition,
            report: Memo::new(move |_| fleet.with(|fleet| judge(fleet, edition.get()))),
        }
    }

    /// The session of the surrounding page.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// Reads the lab, again after every change.
    pub(crate) fn read<T>(self, read: impl FnOnce(&Lab) -> T) -> T {
        self.version.track();
        self.lab.with_value(read)
    }

    /// Whether the service would refuse `command` now, and why; asked again after every change.
    pub(crate) fn refusal(self, command: &Command) -> Option<Rejection> {
        self.read(|lab| lab.check(command))
    }

    /// Carries out one command. A refusal is an answer: it is told, and nothing else changes.
    pub(crate) fn dispatch(self, command: Command) -> Outcome {
        self.act(|lab| lab.dispatch(command))
    }

    /// Changes the lab by one step of its own, such as letting time pass.
    pub(crate) fn act(self, change: impl FnOnce(&mut Lab) -> Outcome) -> Outcome {
        self.act_as(false, change)
    }

    /// As [`Session::act`], as a part of the step before: undo takes both back.
    pub(crate) fn act_on(self, change: impl FnOnce(&mut Lab) -> Outcome) -> Outcome {
        self.act_as(true, change)
    }

    fn act_as(self, continued: bool, change: impl FnOnce(&mut Lab) -> Outcome) -> Outcome {
        let outcome = self
            .lab
            .try_update_value(change)
            .unwrap_or(Outcome::Ok { events: Vec::new() });
        match &outcome {
            Outcome::Ok { .. } if continued => self.history.update_value(History::extend),
            Outcome::Ok { .. } => self.record(Step::Commands(1)),
            Outcome::Rejected { error } => {
                self.tell(Tone::No, format!("{}: {}", error.code, error.message))
            }
        }
        self.changed();
        outcome
    }

    /// Carries out several commands as one step: all of them, or none.
    ///
    /// # Errors
    /// The first refusal.
    pub(crate) fn dispatch_all(self, commands: Vec<Command>) -> Result<(), Rejection> {
        let before = self.lab.get_value();
        let count = commands.len();
        for command in commands {
            let outcome = self.lab.try_update_value(|lab| lab.dispatch(command));
            if let Some(Outcome::Rejected { error }) = outcome {
                self.lab.set_value(before);
                self.changed();
                return Err(error);
            }
        }
        if count > 0 {
            self.record(Step::Commands(count));
        }
        self.changed();
        Ok(())
    }

    /// Puts another lab in the place of this one; undo brings this one back.
    pub(crate) fn replace(self, lab: Lab, name: Option<String>) {
        let was = self.lab.get_value();
        let was_name = self.name.get_untracked();
        self.lab.set_value(lab);
        if let Some(name) = name {
            self.name.set(name);
        }
        self.record(Step::Replaced {
            lab: Box::new(was),
            name: was_name,
        });
        self.changed();
    }

    /// Opens the same scenario over a changed fleet.
    ///
    /// # Errors
    /// What is wrong with the fleet.
    pub(crate) fn rebuild(self, fleet: Fleet) -> Result<(), InputError> {
        let lab = self.lab.with_value(|lab| rebuilt(lab, fleet))?;
        self.replace(lab, None);
        Ok(())
    }

    /// Takes the last step back.
    pub(crate) fn undo(self) -> bool {
        self.travel(History::undo)
    }

    /// Takes the last undone step again.
    pub(crate) fn redo(self) -> bool {
        self.travel(History::redo)
    }

    /// Whether there is a step to take back.
    pub(crate) fn can_undo(self) -> bool {
        self.state.with(|state| state.can_undo) || self.history.with_value(History::can_undo)
    }

    /// Whether there is a step to take again.
    pub(crate) fn can_redo(self) -> bool {
        self.state.with(|state| state.can_redo) || self.history.with_value(History::can_redo)
    }

    /// Says something at the lower edge; `Tone::Undo` offers to take it back.
    pub(crate) fn tell(self, tone: Tone, text: impl Into<String>) {
        toast::show(self.toasts, tone, text.into());
    }

    fn travel(self, way: fn(&mut History, &mut Lab, &mut String) -> bool) -> bool {
        let mut name = self.name.get_untracked();
        let done = self.history.try_update_value(|history| {
            self.lab
                .try_update_value(|lab| way(history, lab, &mut name))
                .unwrap_or(false)
        });
        self.name.set(name);
        self.changed();
        done.unwrap_or(false)
    }

    fn record(self, step: Step) {
        self.history.update_value(|history| history.record(step));
    }

    fn changed(self) {
        self.version.update(|version| *version += 1);
    }
}

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

fn rebuilt(lab: &Lab, fleet: Fleet) -> Result<Lab, InputError> {
    let mut scenario = lab.export_scenario();
    scenario.fleet = fleet;
    Lab::from_scenario(serde_json::to_value(scenario).unwrap_or_default())
}
