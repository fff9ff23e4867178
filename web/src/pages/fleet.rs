//! Fleet: which VMs each service can protect, and what is in the way.

mod editor;
mod groups;
mod import;
mod large;
mod preview;
mod questions;
mod reports;
mod table;
mod totals;

pub(crate) use self::editor::fact_input::FactInput;
pub(crate) use self::editor::{Editor, EditorPart, disk_skus, fact_words};
pub(crate) use self::groups::text_fact;

use self::import::import_panel;
use self::large::large_fleet;
use self::reports::Reports;
use self::table::FleetTable;
use self::totals::Totals;
use crate::components::{Action, Look, Note, follow, live, soon};
use crate::later::part;
use crate::pages::Tour;
use crate::pages::support::Asked;
use crate::route::{Page, Way, address};
use crate::session::Session;
use crate::shell::Intake;
use crate::words;
use leptos::prelude::*;
use rplab_core::api::sample_fleet;
use rplab_core::matrix::{Edition, Verdict};

/// The page.
#[component]
pub(crate) fn FleetPage() -> impl IntoView {
    let session = Session::get();
    let intake = Intake::get();
    let editor = Editor::get();
    let shown = RwSignal::new(None::<Verdict>);
    let reports = Reports::new(session, Asked::get());
    let failed = move || {
        session
            .report
            .with(|report| report.as_ref().err().map(|error| error.message.clone()))
    };
    let way = Way::get();
    let unknown = move || {
        let unknown = way.route.with(|route| route.unknown.clone());
        unknown.map(|word| view! {
            <Note tone="caveat"><b data-testid="unknown-page">"There is no page " <span class="mono" translate="no">{word}</span> "."</b><span>"The address names it. This is the fleet."</span></Note>
        })
    };
    view! {
        <div class="page-head">
            <div>
                <h1>"Fleet"</h1>
                <p data-testid="fleet-summary">{live(move || summary(session))}</p>
            </div>
            <div class="page-actions">
                <Action label="Add VM" icon="plus" testid="add-vm" on_press=move || editor.create() />
                <Action label="Import" icon="import" look=Look::Primary testid="import" on_press=move || intake.open.set(true) />
            </div>
        </div>
        {live(unknown)}
        {live(move || failed().map(|message| view! { <Note tone="no" alert=true><b>"The fleet cannot be judged."</b><span>{message}</span></Note> }))}
        {live(move || is_sample(session).then(|| view! { <Welcome /> }))}
        <div class:columns=follow(move || intake.open.get()) class:fleet-columns=true>
            <div class="stack wide">
                {live(move || intake.large.with(Option::is_some).then(|| part(|| Box::pin(large_fleet()))))}
                {soon(move || view! { <Totals reports shown /> }.into_any())}
                {soon(move || view! { <FleetTable reports shown /> }.into_any())}
            </div>
            {live(move || intake.open.get().then(|| part(|| Box::pin(import_panel()))))}
        </div>
    }
}

/// Whether the planner is as a first visit finds it.
fn is_sample(session: Session) -> bool {
    session.projects.keeps.get_value()
        && session.log.with(Vec::is_empty)
        && session.fleet.with(|fleet| {
            let sample = sample_fleet().machines;
            let own = |id| fleet.machines.iter().any(|machine| machine.id == id);
            fleet.machines.len() == sample.len()
                && sample.into_iter().all(|machine| own(machine.id))
        })
}

/// What can be dropped, in the middle of a sentence.
fn what_to_drop() -> impl IntoView {
    view! { "the output of "<code>"az vm list -d -o json"</code>", best together with that of "<code>"az disk list -o json"</code>", a Resource Graph export, a template or a Terraform plan" }
}

/// What a reader who is here for the first time can do.
#[component]
fn Welcome() -> impl IntoView {
    let (intake, tour) = (Intake::get(), Tour::get());
    let to_tour = move || {
        (!tour.runs()).then(|| view! { <a class="button quiet small" href=address(Page::Scenarios, None)>"Take the tour, ten minutes"</a> })
    };
    view! {
        <Note tone="info">
            <p data-testid="welcome"><b>"These VMs are a sample. "</b>"For your own, drop "{what_to_drop()}" anywhere on this page: it is read here and sent nowhere."</p>
            <div class="line">
                <Action label="Judge my own VMs" small=true testid="welcome-import" on_press=move || intake.open.set(true) />
                {live(to_tour)}
            </div>
        </Note>
    }
}

fn summary(session: Session) -> String {
    session.fleet.with(|fleet| {
        let disks = fleet
            .machines
            .iter()
            .flat_map(|machine| &machine.disks)
            .chain(&fleet.disks);
        let (mut count, mut gib) = (0_u64, 0_u64);
        for disk in disks {
            count += 1;
            gib = gib.saturating_add(disk.size_gib.unwrap_or(0));
        }
        let machines = u64::try_from(fleet.machines.len()).unwrap_or(0);
        format!(
            "{}, {}, {} GiB provisioned, judged by {}.",
            words::count(machines, "VM", "VMs"),
            words::count(count, "disk", "disks"),
            words::grouped(gib),
            judged_by(session.edition.get()),
        )
    })
}

/// What an edition is, after "judged by".
pub(crate) const fn judged_by(edition: Edition) -> &'static str {
    match edition {
        Edition::E2021_01 => "the pages as of January 2021",
        Edition::E2022_02 => "the pages as of February 2022",
        Edition::E2022_07 => "the pages as of July 2022",
        Edition::E2023_07 => "the pages as of July 2023",
        Edition::Beyond => "the pages and what changed after them",
    }
}
