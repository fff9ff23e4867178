//! Mark, scenario, time, edition, undo and redo, theme.

use super::find::FindButton;
use super::scenario_menu::ScenarioMenu;
use super::share::ShareButton;
use super::theme::ThemeMenu;
use crate::components::{Action, Icon, Look, Mark, act, follow, live, soon};
use crate::route::{Page, address};
use crate::session::{Saved, Session, judging_by};
use crate::words;
use leptos::prelude::*;
use rplab_core::matrix::Edition;

/// The header of every page.
#[component]
pub(crate) fn Header() -> impl IntoView {
    let session = Session::get();
    let time = move || session.state.with(|state| words::instant(state.time));
    let nothing_done = move || (!session.can_undo()).then(|| "Nothing to undo".to_owned());
    let nothing_undone = move || (!session.can_redo()).then(|| "Nothing to redo".to_owned());
    view! {
        <header class="header">
            <a class="brand" href=address(Page::Fleet, None) aria-label="Restore Point Lab, fleet">
                <Mark />
                <span class="not-small">"Restore Point Lab"</span>
            </a>
            <span class="rule not-small"></span>
            {soon(|| view! { <ScenarioMenu /> }.into_any())}
            <SavedState />
            <span class="header-fact time not-small" title="The lab's clock" data-testid="time">
                <Icon name="clock" />
                <span>{live(time)} <span class="hint">" UTC"</span></span>
            </span>
            {soon(|| view! { <EditionMenu /><FindButton /> }.into_any())}
            <span class="rule not-small"></span>
            <Action label="Undo" icon="undo" look=Look::Quiet only_icon=true testid="undo" reason=Signal::derive(nothing_done) on_press=move || session.undo() />
            <Action label="Redo" icon="redo" look=Look::Quiet only_icon=true testid="redo" reason=Signal::derive(nothing_undone) on_press=move || session.redo() />
            {soon(|| view! { <ThemeMenu /><ShareButton /> }.into_any())}
        </header>
    }
}

#[component]
fn SavedState() -> impl IntoView {
    let session = Session::get();
    let words = move || match session.projects.saved.get() {
        Saved::Nothing => "",
        Saved::Resumed => "resumed from your last visit",
        Saved::Kept => "saved in this browser",
        Saved::Failed(_) | Saved::Elsewhere => "not saved",
    };
    view! { <span class="saved not-narrow" title=follow(words)>{live(words)}</span> }
}

/// What an edition is called.
pub(crate) const fn edition_name(edition: Edition) -> &'static str {
    match edition {
        Edition::E2021_01 => "Jan 2021",
        Edition::E2022_02 => "Feb 2022",
        Edition::E2022_07 => "Jul 2022",
        Edition::E2023_07 => "Jul 2023",
        Edition::Beyond => "Beyond",
    }
}

/// Judges by another edition from now on.
pub(crate) fn choose_edition(session: Session, edition: Edition) {
    if session.edition.get_untracked() != edition {
        session.dispatch_soon(judging_by(edition));
    }
}

#[component]
fn EditionMenu() -> impl IntoView {
    let session = Session::get();
    let choice = move |edition: Edition| {
        view! {
            <button
                type="button"
                aria-pressed=follow(move || (session.edition.get() == edition).to_string())
                popovertarget="edition-menu"
                popovertargetaction="hide"
                on:click=act(move || choose_edition(session, edition))
            >
                <Icon name="book" />
                {edition_name(edition)}
                <span class="hint end">{edition.as_str()}</span>
            </button>
        }
    };
    let label = move || edition_name(session.edition.get());
    view! {
        <button type="button" class="button quiet edition" popovertarget="edition-menu" data-testid="edition" title="Judge by the pages as of">
            <Icon name="book" />
            <span><span class="not-small">"Edition "</span>{live(label)}</span>
        </button>
        <div id="edition-menu" class="menu at-end" popover="auto">
            <p>"Verdicts follow every page dated at or before the edition."</p>
            {Edition::ALL.map(choice).collect_view()}
        </div>
    }
}
