//! What the reader has to know about the page as a whole, above every page.

use super::project_list::UnreadNote;
use super::scenario_file::save_file;
use crate::components::{Action, Look, Note, live};
use crate::platform;
use crate::session::{Saved, Session};
use leptos::prelude::*;

/// Work that is not kept, a project in another tab, one that cannot be read, a version that waits.
#[component]
pub(crate) fn Banner() -> impl IntoView {
    let session = Session::get();
    let projects = session.projects;
    let again = move || {
        projects.saved.set(Saved::Nothing);
        session.save();
    };
    let kept = move || {
        match projects.saved.get() {
        Saved::Failed(reason) => Some(
            view! {
                <Note tone="caveat" alert=true>
                    <b data-testid="not-saved">{reason}</b>
                    <div class="line">
                        <Action label="Save the file" small=true testid="save-file" on_press=move || save_file(session) />
                        <Action label="Try again" small=true look=Look::Quiet on_press=again />
                        <Action label="Projects" small=true look=Look::Quiet on_press=move || projects.shown.set(true) />
                    </div>
                </Note>
            }
            .into_any(),
        ),
        Saved::Elsewhere => Some(
            view! {
                <Note tone="caveat" alert=true>
                    <b data-testid="elsewhere">{format!("{} is open in another tab.", session.name.get_untracked())}</b>
                    <span>"What is changed here is not kept."</span>
                    <div class="line">
                        <Action label="Continue as a copy" small=true testid="as-copy" on_press=move || wasm_bindgen_futures::spawn_local(session.continue_as_copy()) />
                        <Action label="Take over" small=true look=Look::Quiet testid="take-over" on_press=move || wasm_bindgen_futures::spawn_local(session.take_over()) />
                    </div>
                </Note>
            }
            .into_any(),
        ),
        _ => None,
    }
    };
    let update = move || {
        session.update_ready.get().then(|| {
            view! {
                <Note tone="info">
                    <b data-testid="update">"A newer version is ready."</b>
                    <span>"It starts when every tab with the planner is closed, or now."</span>
                    <div class="line"><Action label="Load it now" small=true testid="update-now" on_press=move || { session.save(); platform::use_new_version() } /></div>
                </Note>
            }
        })
    };
    view! {
        {live(kept)}
        <UnreadNote />
        <div role="status">{live(update)}</div>
    }
}
