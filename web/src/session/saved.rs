//! When the scenario is kept: a while after each change, and when the page goes.
//!
//! A page that goes has no time to see its database written, so what it has not written yet is noted where that takes none
//! (`web/platform/left.js`); the next page puts it into the database.

use super::projects::{Writing, not_kept, word};
use super::{Saved, Session};
use crate::platform;
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;

/// How long a change may wait for the next one.
const PAUSE_MILLISECONDS: u32 = 500;

/// Keeps the scenario after each change.
pub(crate) fn autosave(session: Session) {
    let waiting = StoredValue::new_local(None::<Timeout>);
    Effect::new(move |ran: Option<()>| {
        session.name.track();
        session.present(|_| ());
        if ran.is_none() {
            return;
        }
        // Whatever was changed may be left in the next moment.
        Session::get_ready_to_save();
        let save = move || untrack(|| session.save());
        // Replacing the timer cancels the one before.
        waiting.set_value(Some(Timeout::new(PAUSE_MILLISECONDS, save)));
    });
    EventListener::new(&window(), "pagehide", move |_| session.save_and_leave()).forget();
    EventListener::new(&document(), "visibilitychange", move |_| {
        if document().hidden() {
            session.save_and_leave();
        }
    })
    .forget();
}

impl Session {
    /// Keeps the scenario, unless it is kept as it is.
    pub(crate) fn save(self) {
        self.keep(false);
    }

    /// The same, where the page may have no time to write it.
    pub(super) fn save_and_leave(self) {
        self.keep(true);
    }

    fn keep(self, leaves: bool) {
        let projects = self.projects;
        if !projects.keeps.get_value() {
            return;
        }
        let work = self.work();
        let as_it_is = projects
            .kept
            .with_value(|kept| kept.as_ref() == Some(&work));
        // What nobody has changed is no project yet.
        let untouched = work.0 == 0
            && work.1 == crate::app::SAMPLE_NAME
            && projects.open.with_untracked(Option::is_none);
        if as_it_is || untouched || projects.saved.get_untracked() == Saved::Elsewhere {
            return;
        }
        let id = projects
            .open
            .get_untracked()
            .unwrap_or_else(platform::new_project_id);
        projects.open.set(Some(id.clone()));
        self.with_file(false, move |text| {
            // Another scenario may be open by now.
            if self.work() != work {
                return;
            }
            let number = platform::next_number();
            if leaves {
                platform::note_left(&id, &work.1, projects.revision(&id), &text, number);
            }
            projects.waiting.update_value(|waiting| {
                waiting.retain(|writing| writing.id != id);
                waiting.push(Writing {
                    id,
                    work,
                    text,
                    number,
                });
            });
            if !projects.writing.get_value() {
                projects.writing.set_value(true);
                wasm_bindgen_futures::spawn_local(self.write());
            }
        });
    }

    /// Writes what waits, one after the other.
    async fn write(self) {
        let projects = self.projects;
        let next = || {
            projects
                .waiting
                .try_update_value(|waiting| (!waiting.is_empty()).then(|| waiting.remove(0)))
                .flatten()
        };
        while let Some(Writing {
            id,
            work,
            text,
            number,
        }) = next()
        {
            let is_open = || {
                projects
                    .open
                    .with_untracked(|open| open.as_ref() == Some(&id))
            };
            if is_open() && !self.hold(&id, false).await {
                projects.saved.set(Saved::Elsewhere);
                continue;
            }
            let revision = projects.revision(&id);
            let written = platform::write_project(&id, &work.1, revision, &text, number).await;
            let saved = match written {
                Ok(revision) => {
                    projects.note_revision(&id, revision.as_f64().unwrap_or_default());
                    if is_open() {
                        projects.kept.set_value(Some(work));
                    }
                    Saved::Kept
                }
                Err(thrown) => match word(thrown).as_str() {
                    "changed" => Saved::Elsewhere,
                    reason => Saved::Failed(not_kept(reason)),
                },
            };
            if is_open() || matches!(saved, Saved::Failed(_)) {
                projects.saved.set(saved);
            }
            if revision == 0.0 {
                self.list_again().await;
            }
        }
        projects.writing.set_value(false);
    }
}
