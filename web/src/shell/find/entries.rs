//! What can be found, and done from anywhere.

use super::Finder;
use crate::pages::Tour;
use crate::route::{Page, Way, address, address_of};
use crate::session::Session;
use crate::shell::keys::toggle_single_keys;
use crate::shell::scenario_file::save_file;
use crate::shell::scenario_menu::new_project;
use crate::shell::{Theme, choose_edition, edition_name};
use leptos::prelude::*;
use rplab_core::api::support_matrix;
use rplab_core::matrix::Edition;
use rplab_core::units::SimDuration;

/// One line of the list.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) icon: &'static str,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) deed: Deed,
    /// All of it in small letters.
    sought: String,
    /// It is listed where at least so many words are asked for.
    least: usize,
}

/// What an entry does.
#[derive(Clone)]
pub(super) enum Deed {
    /// Leads to an address.
    Go(String),
    /// Lets so many seconds pass.
    Advance(u64),
    /// Judges by another edition.
    Edition(Edition),
    /// Another theme.
    Theme(&'static str),
    /// Anything that needs nothing but the session.
    Do(fn(Session)),
    /// Lists the keys.
    Keys,
    /// The guided tour.
    Tour(Tour),
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.sought == other.sought
    }
}

impl Entry {
    fn new(icon: &'static str, label: impl Into<String>, hint: &str, deed: Deed) -> Self {
        let label = label.into();
        Self {
            icon,
            sought: format!("{label} {hint}").to_lowercase(),
            label,
            hint: hint.to_owned(),
            deed,
            least: 0,
        }
    }

    /// Whether the words stand in it as they were asked for.
    pub(super) fn says(&self, phrase: &str) -> bool {
        self.sought.contains(phrase)
    }

    /// Whether every word is in it.
    pub(super) fn fits(&self, words: &[&str]) -> bool {
        words.len() >= self.least && words.iter().all(|word| self.sought.contains(word))
    }
}

impl Deed {
    pub(super) fn carry_out(self, session: Session, way: Way, theme: Theme, finder: Finder) {
        match self {
            Self::Go(address) => way.go(&address),
            Self::Advance(seconds) => {
                session.advance(SimDuration::from_seconds(seconds));
            }
            Self::Edition(edition) => choose_edition(session, edition),
            Self::Theme(name) => theme.0.set(name.to_owned()),
            Self::Do(deed) => deed(session),
            Self::Keys => finder.keys.set(true),
            Self::Tour(tour) => tour.begin(session),
        }
    }
}

/// Pages and deeds first, then VMs and points, then rows of the matrix.
pub(super) fn entries(session: Session, way: Way) -> Vec<Entry> {
    let followed = session.machine.get();
    let page = way.route.with(|route| route.page);
    let mut all: Vec<Entry> = Page::PATH
        .into_iter()
        .chain(Page::BESIDE)
        .map(|page| {
            let to = address(page, followed.as_deref());
            Entry::new(page.word(), page.name(), "page", Deed::Go(to))
        })
        .collect();
    let tour = expect_context();
    all.extend([
        Entry::new(
            "play",
            "Guided tour, from nothing to a rehearsed restore",
            "do",
            Deed::Tour(tour),
        ),
        Entry::new(
            "undo",
            "Undo",
            "Ctrl Z",
            Deed::Do(|session| {
                session.undo();
            }),
        ),
        Entry::new(
            "redo",
            "Redo",
            "Ctrl Shift Z",
            Deed::Do(|session| {
                session.redo();
            }),
        ),
        Entry::new(
            "next",
            "Run to next event",
            "time",
            Deed::Do(Session::run_to_next_event),
        ),
        Entry::new("clock", "Advance 1 h", "time", Deed::Advance(3600)),
        Entry::new("clock", "Advance 1 d", "time", Deed::Advance(86_400)),
        Entry::new("clock", "Advance 7 d", "time", Deed::Advance(7 * 86_400)),
        Entry::new(
            "previous",
            "Back to now",
            "time",
            Deed::Do(Session::back_to_now),
        ),
        Entry::new("export", "Export scenario file", "do", Deed::Do(save_file)),
        Entry::new(
            "plus",
            "New project with the sample fleet",
            "do",
            Deed::Do(new_project),
        ),
        Entry::new(
            "file",
            "Projects",
            "do",
            Deed::Do(|session| session.projects.shown.set(true)),
        ),
        Entry::new("info", "Keys", "?", Deed::Keys),
        Entry::new(
            "lock",
            "Single keys on or off",
            "keys",
            Deed::Do(toggle_single_keys),
        ),
        Entry::new("sun", "Light theme", "theme", Deed::Theme("light")),
        Entry::new("moon", "Dark theme", "theme", Deed::Theme("dark")),
        Entry::new(
            "contrast",
            "High contrast theme",
            "theme",
            Deed::Theme("hc"),
        ),
        Entry::new("contrast", "Theme as the system", "theme", Deed::Theme("")),
    ]);
    all.extend(Edition::ALL.into_iter().map(|edition| {
        let label = format!("Judge by edition {}", edition_name(edition));
        Entry::new("book", label, edition.as_str(), Deed::Edition(edition))
    }));
    // A VM opens on the page that the reader is on, where that page is about one.
    let to = if page.is_about_machine() {
        page
    } else {
        Page::Support
    };
    session.fleet.with(|fleet| {
        all.extend(fleet.machines.iter().map(|machine| {
            let deed = Deed::Go(address(to, Some(&session.reference_of(machine))));
            Entry::new("fleet", session.label_of(machine), "VM", deed)
        }));
    });
    session.state.with(|state| {
        all.extend(state.restore_points.iter().map(|point| {
            let mut machines = state.virtual_machines.iter();
            let own = machines.find(|machine| machine.id == point.virtual_machine);
            let machine = own.map_or(point.virtual_machine.name(), |own| own.name.as_str());
            let to = session.reference(point.virtual_machine.as_str(), machine);
            let deed = Deed::Go(address(Page::Lifecycle, Some(&to)));
            Entry::new(
                "lifecycle",
                point.name.clone(),
                &format!("point of {machine}"),
                deed,
            )
        }));
    });
    all.extend(support_matrix().iter().map(|row| {
        let rules: Vec<&str> = row.rules.iter().map(|rule| rule.id.as_str()).collect();
        let deed = Deed::Go(address_of(Page::Matrix, &row.id));
        let mut entry = Entry::new("matrix", row.label.clone(), &row.id, deed);
        entry.sought.push_str(&rules.join(" ").to_lowercase());
        entry.least = 1;
        entry
    }));
    // Last, for they say what others say more shortly.
    let about = || {
        Page::PATH
            .into_iter()
            .filter(|page| page.is_about_machine())
    };
    session.fleet.with(|fleet| {
        all.extend(fleet.machines.iter().flat_map(|machine| {
            about().map(|page| {
                let label = format!("{} of {}", page.name(), session.label_of(machine));
                let deed = Deed::Go(address(page, Some(&session.reference_of(machine))));
                let mut entry = Entry::new(page.word(), label, "page", deed);
                entry.least = 2;
                entry
            })
        }));
    });
    all
}
