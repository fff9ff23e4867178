//! The scenario's name and what can be done with it as a whole.

use super::Intake;
use super::find::Finder;
use super::navigation::MorePages;
use super::scenario_file::save_file;
use crate::app::{SAMPLE_NAME, sample_lab};
use crate::components::{Icon, act, live};
use crate::session::{Session, Tone};
use leptos::html;
use leptos::prelude::*;

/// The menu behind the scenario's name.
#[component]
pub(crate) fn ScenarioMenu() -> impl IntoView {
    let session = Session::get();
    let intake = Intake::get();
    let finder = Finder::get();
    let chooser = NodeRef::<html::Input>::new();
    let choose = move |_| {
        if let Some(input) = chooser.get_untracked() {
            input.click();
        }
    };
    let chosen = move |_| {
        if let Some(input) = chooser.get_untracked()
            && let Some(files) = input.files()
        {
            intake.take_files(session, files);
            input.set_value("");
        }
    };
    view! {
        <button type="button" class="button quiet" popovertarget="scenario-menu" data-testid="scenario" title="Scenario">
            <span class="scenario-name" translate="no">{live(move || session.name.get())}</span>
            <Icon name="down" />
        </button>
        <div id="scenario-menu" class="menu" popover="auto">
            <label>"Name" <input class="input" bind:value=session.name /></label>
            <button type="button" popovertarget="scenario-menu" popovertargetaction="hide" data-testid="export" on:click=act(move || save_file(session))>
                <Icon name="export" />
                "Export scenario file"
            </button>
            <button type="button" popovertarget="scenario-menu" popovertargetaction="hide" on:click=choose>
                <Icon name="import" />
                "Open scenario file"
            </button>
            <button type="button" popovertarget="scenario-menu" popovertargetaction="hide" data-testid="new-project" on:click=act(move || new_project(session))>
                <Icon name="plus" />
                "New project"
            </button>
            <button type="button" popovertarget="scenario-menu" popovertargetaction="hide" data-testid="all-projects" on:click=act(move || session.projects.shown.set(true))>
                <Icon name="file" />
                "Projects"
                <span class="hint end">{live(move || session.projects.all.with(|all| all.iter().filter(|project| !project.deleted).count()))}</span>
            </button>
            <button type="button" popovertarget="scenario-menu" popovertargetaction="hide" data-testid="find-from-menu" on:click=act(move || finder.open.set(true))>
                <Icon name="search" />
                "Find or do"
                <span class="hint end">"Ctrl K"</span>
            </button>
            <button type="button" popovertarget="scenario-menu" popovertargetaction="hide" data-testid="keys-from-menu" on:click=act(move || finder.keys.set(true))>
                <Icon name="info" />
                "Keys"
                <span class="hint end">"?"</span>
            </button>
            <MorePages />
            <p>"The file has the fleet, the seed and every command: whoever opens it sees what you see."</p>
        </div>
        <input class="unseen" type="file" accept=".json,application/json" tabindex="-1" aria-label="Scenario file" data-testid="scenario-file" node_ref=chooser on:change=chosen />
    }
}

/// Opens the sample as a project of its own; the one before is kept.
pub(crate) fn new_project(session: Session) {
    match sample_lab() {
        Ok(lab) => {
            session.projects.shown.set(false);
            let remark = "New project with the sample fleet. The one before is kept.";
            session.open_scenario(lab, SAMPLE_NAME.to_owned(), remark.to_owned());
        }
        Err(error) => session.tell(Tone::No, error.message),
    }
}
