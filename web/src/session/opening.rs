//! What a visit starts with: the scenario of a link, the project of the last visit, or the sample.

use super::projects::{list, not_kept, stored, unused, why_unread};
use super::{Project, Saved, Session, Tone, Unread, codec};
use crate::app::{SAMPLE_NAME, sample_lab};
use crate::platform;
use crate::route::Wish;
use gloo::events::EventListener;
use leptos::prelude::*;
use rplab_core::api::{InputError, Lab};

/// What a visit starts with.
#[derive(Debug)]
pub(crate) struct Found {
    /// What is shown.
    pub(crate) lab: Lab,
    /// Its name.
    pub(crate) name: String,
    all: Vec<Project>,
    source: Source,
    trouble: Option<String>,
    unread: Option<Unread>,
    remark: Option<String>,
    wish: Wish,
}

#[derive(Debug, PartialEq)]
enum Source {
    Sample,
    Link,
    Project { id: String, revision: f64 },
}

/// Looks at the address, then at what the browser keeps.
///
/// # Errors
/// The sample cannot be opened, which is a fault of ours.
pub(crate) async fn find() -> Result<Found, InputError> {
    let mut found = Found {
        lab: sample_lab()?,
        name: SAMPLE_NAME.to_owned(),
        all: Vec::new(),
        source: Source::Sample,
        trouble: None,
        unread: None,
        remark: None,
        wish: Wish::take(),
    };
    match list().await {
        Ok(all) => found.all = all,
        Err(reason) => found.trouble = Some(not_kept(&reason)),
    }
    if let Some(packed) = &found.wish.scenario {
        match unpacked(None, packed, &found.all).await {
            Ok((lab, name, remark)) => {
                (found.lab, found.name, found.source) = (lab, name, Source::Link);
                found.remark = Some(remark);
                return Ok(found);
            }
            Err(reason) => {
                // What it asks for besides was meant for its own scenario.
                (found.remark, found.wish) = (Some(reason), Wish::default());
            }
        }
    }
    let own = platform::own_project();
    let kept = || found.all.iter().filter(|project| !project.deleted);
    let last = kept()
        .find(|project| Some(&project.id) == own.as_ref())
        .or_else(|| kept().next());
    if let Some(project) = last.cloned()
        && let Some((text, revision)) = stored(&project.id).await
    {
        match codec::read(None, &text).await {
            Ok(opened) => {
                found.lab = *opened.lab;
                found.name = project.name;
                let id = project.id;
                found.source = Source::Project { id, revision };
            }
            Err(error) => {
                found.unread = Some(Unread {
                    name: project.name,
                    reason: why_unread(&error),
                    text,
                });
            }
        }
    }
    Ok(found)
}

/// The lab in a link, a name that it can have beside these projects, and what to say.
async fn unpacked(
    of: Option<Session>,
    packed: &str,
    beside: &[Project],
) -> Result<(Lab, String, String), String> {
    let text = platform::unpack_text(packed).await.map_err(|thrown| {
        match thrown.as_string().as_deref() {
            Some("coding") => "The link was made by a newer version of the planner. Load the page again, or ask for the file.",
            Some("large") => "The link unpacks to more than a scenario can be. It was not opened.",
            _ => "The link cannot be read: it was cut off or changed on its way. Ask for the file instead.",
        }
        .to_owned()
    })?;
    let text = text.as_string().unwrap_or_default();
    let opened = codec::read(of, &text)
        .await
        .map_err(|error| format!("The link cannot be opened: {}.", why_unread(&error)))?;
    let name = unused(beside, opened.title.as_deref().unwrap_or("From a link"));
    let migration = opened.migration().unwrap_or_default();
    let remark = format!("Opened {name} from the link, as a project of its own. {migration}");
    Ok((*opened.lab, name, remark))
}

impl Session {
    /// Takes over what the visit starts with; after the session is made.
    pub(crate) fn arrive(self, found: Arrival) {
        let projects = self.projects;
        projects.all.set(found.all);
        projects.unread.set(found.unread);
        let tone = if found.source == Source::Link {
            Tone::News
        } else {
            Tone::No
        };
        if let Some(remark) = found.remark {
            self.tell(tone, remark);
        }
        self.tell_overtaken();
        match found.trouble {
            Some(trouble) => projects.saved.set(Saved::Failed(trouble)),
            None => self.arrive_from(found.source),
        }
        self.fulfil(found.wish);
    }

    /// Says what was made of notes as the projects were listed: any list may come upon some.
    pub(super) fn tell_overtaken(self) {
        let overtaken = platform::take_overtaken();
        if !overtaken.is_empty() {
            let remark = format!(
                "A page was left with changes, and another tab has saved since. The changes are kept as {overtaken}."
            );
            self.tell(Tone::News, remark);
        }
    }

    fn arrive_from(self, source: Source) {
        let projects = self.projects;
        match source {
            Source::Sample => {}
            Source::Link => {
                self.changed();
                self.save();
            }
            Source::Project { id, revision } => {
                self.settled(id.clone(), revision);
                projects.saved.set(Saved::Resumed);
                self.tell(
                    Tone::Resumed,
                    format!("Resumed {}.", self.name.get_untracked()),
                );
                wasm_bindgen_futures::spawn_local(async move {
                    if !self.hold(&id, false).await {
                        projects.saved.set(Saved::Elsewhere);
                    }
                });
            }
        }
    }

    /// Opens a scenario as a project of its own; the one before is kept, and undo brings it back.
    pub(crate) fn open_scenario(self, lab: Lab, name: String, remark: String) {
        self.replace(lab, Some(name));
        self.save();
        self.tell(Tone::Undo, remark);
    }
}

/// What is left of [`Found`] when its lab is in the session.
#[derive(Debug)]
pub(crate) struct Arrival {
    all: Vec<Project>,
    source: Source,
    trouble: Option<String>,
    unread: Option<Unread>,
    remark: Option<String>,
    wish: Wish,
}

impl Found {
    /// The session, and what it is to take over.
    pub(crate) fn into_session(self) -> (Session, Arrival) {
        let arrival = Arrival {
            all: self.all,
            source: self.source,
            trouble: self.trouble,
            unread: self.unread,
            remark: self.remark,
            wish: self.wish,
        };
        (Session::new(self.lab, self.name), arrival)
    }
}

/// Follows links while the page is open: opens their scenario, and shows what else they ask for.
pub(crate) fn follow_links(session: Session) {
    EventListener::new(&window(), "hashchange", move |_| {
        let wish = Wish::take();
        wasm_bindgen_futures::spawn_local(async move {
            if let Some(packed) = &wish.scenario {
                let beside = session.projects.all.get_untracked();
                match unpacked(Some(session), packed, &beside).await {
                    Ok((lab, name, remark)) => session.open_scenario(lab, name, remark),
                    Err(reason) => return session.tell(Tone::No, reason),
                }
            }
            session.fulfil(wish);
        });
    })
    .forget();
}
