//! Scenarios: stories titled by the question that they answer, and a guided tour.

mod library;
mod story;

use self::library::{Library, Shelf};
use self::story::StoryCard;
use super::tour::TourInvitation;
use crate::components::{Action, Icon, Note, live, soon};
use crate::words;
use leptos::prelude::*;

/// The page.
#[component]
pub(crate) fn ScenariosPage() -> impl IntoView {
    let library = Library::new();
    library.fetch();
    let sought = RwSignal::new(String::new());
    let found = move || {
        let sought = sought.get().to_lowercase();
        library.shelf.with(|shelf| {
            let stories = shelf.stories().iter();
            let fits = stories.filter(|story| {
                sought
                    .split_whitespace()
                    .all(|word| story.title.to_lowercase().contains(word))
            });
            fits.cloned().collect::<Vec<_>>()
        })
    };
    let said = move || library.shelf.with(Shelf::said);
    let results = move || {
        library.summary().map(|(met, all)| {
            format!(
                "{met} of {} checked, all as they say.",
                words::count(all, "story", "stories")
            )
        })
    };
    view! {
        <div class="page-head">
            <div>
                <h1>"Scenarios"</h1>
                <p aria-live="polite" data-testid="scenarios-said">{live(said)} " " {live(results)}</p>
            </div>
            <div class="page-actions"><Action label="Check all" icon="ok" testid="check-all" on_press=move || library.check_all() /></div>
        </div>
        {soon(move || view! { <TourInvitation /> }.into_any())}
        {live(move || library.shelf.with(Shelf::failure).map(|reason| view! {
            <Note tone="no" alert=true><p>{reason}</p><Action label="Try again" icon="redo" small=true on_press=move || library.fetch() /></Note>
        }))}
        <label class="search"><Icon name="search" /><span class="unseen">"Search questions"</span><input type="search" placeholder="Search questions" data-testid="scenario-search" bind:value=sought /></label>
        <ul class="stories" data-testid="stories">{live(move || found().into_iter().map(|story| soon(move || view! { <StoryCard story=story.clone() library /> }.into_any())).collect_view())}</ul>
    }
}
