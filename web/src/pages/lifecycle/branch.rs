//! Another way from a moment of the past: the present is kept beside it, to compare with and to go back to.

use crate::components::{Action, Cell, Grid, Look, Note, live};
use crate::session::{Place, Session, Tone};
use crate::words;
use leptos::prelude::*;
use rplab_core::api::{Difference, Lab};

/// The most differences that are shown.
const SHOWN: usize = 100;

/// The lab that the branch left, with what it goes by.
#[derive(Clone, Copy)]
pub(crate) struct Branch {
    main: StoredValue<Option<(Lab, Place)>, LocalStorage>,
    on: RwSignal<bool>,
}

impl Branch {
    /// No branch.
    pub(crate) fn new() -> Self {
        Self {
            main: StoredValue::new_local(None),
            on: RwSignal::new(false),
        }
    }

    /// The branch of the surrounding page.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// Goes on from the moment that is looked at; undo goes back to the present.
    pub(crate) fn begin(self, session: Session) {
        let Some(at) = session.cursor.get_untracked() else {
            return;
        };
        let main = untrack(|| session.present(Lab::clone));
        match main.branch_at(at) {
            Ok(branch) => {
                let place = session.place();
                let name = format!("{}, branch of {}", place.name, words::short_instant(at));
                let said = words::short_instant(at);
                self.main.set_value(Some((main, place)));
                self.on.set(true);
                session.replace(branch, Some(name));
                session.tell(
                    Tone::Undo,
                    format!("You go another way from {said}. The other one is kept."),
                );
            }
            Err(error) => session.tell(Tone::No, error.message),
        }
    }

    /// Goes back to the lab that the branch left.
    fn back(self, session: Session) {
        let Some((lab, place)) = self.main.get_value() else {
            return;
        };
        self.main.set_value(None);
        self.on.set(false);
        session.put(lab, place);
        session.tell(Tone::Undo, "Back to main.");
    }

    /// What differs between here and there, resources first.
    fn differences(self, session: Session) -> Vec<Difference> {
        self.main.with_value(|main| {
            let main = main.as_ref().map(|(main, _)| main);
            main.map(|main| session.read(|lab| lab.compare(main)))
                .unwrap_or_default()
        })
    }
}

/// Says that this is a branch, what differs, and leads back.
#[component]
pub(crate) fn BranchNote() -> impl IntoView {
    let session = Session::get();
    let branch = Branch::get();
    let open = RwSignal::new(false);
    let label = Signal::derive(move || {
        if open.get() {
            "Hide what differs"
        } else {
            "What differs"
        }
        .to_owned()
    });
    live(move || {
        branch.on.get().then(|| {
            view! {
                <div class="looking-back" data-testid="branch">
                    <Note tone="info">
                        <span>"You are on a branch. Main is kept as it was."</span>
                        <Action label small=true testid="branch-compare" on_press=move || open.update(|open| *open = !*open) />
                        <Action label="Back to main" small=true look=Look::Primary testid="back-to-main" on_press=move || branch.back(session) />
                    </Note>
                    {live(move || open.get().then(|| table(branch.differences(session))))}
                </div>
            }
        })
    })
}

fn table(differences: Vec<Difference>) -> impl IntoView {
    let count = words::count(
        u64::try_from(differences.len()).unwrap_or(0),
        "value differs",
        "values differ",
    );
    let rows = differences.into_iter().take(SHOWN).map(|one| {
        // Ids are long; their last parts tell.
        let path: Vec<&str> = one.path.split('/').collect();
        let last = path
            .iter()
            .rev()
            .take(3)
            .rev()
            .copied()
            .collect::<Vec<_>>()
            .join(" / ");
        vec![
            Cell::shown(
                one.path.clone(),
                view! { <span class="mono" title=one.path>{last}</span> },
            ),
            Cell::new(one.here),
            Cell::new(one.there),
        ]
    });
    view! {
        <p class="second">{count}</p>
        <Grid caption="What differs" columns=vec!["Where", "Here", "On main"] rows=rows.collect() file="branch" testid="differences" />
    }
}
