//! How far what is under way is, with a button that stops it.

use crate::components::{Working, live};
use crate::later::{NotFetched, Show};
use crate::session::Session;
use crate::session::jobs::Progress;
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

/// The bar, once something has taken long.
#[wasm_split(passing, fallible)]
pub(super) fn passing() -> Result<Show, NotFetched> {
    Ok(|| view! { <Passing /> }.into_any())
}

#[component]
fn Passing() -> impl IntoView {
    let session = Session::get();
    let progress = RwSignal::new(Progress::default());
    Effect::new(move |_| {
        let (what, done) = session.far.get();
        #[expect(clippy::cast_precision_loss, reason = "at most a thousand")]
        let done = done as f64;
        progress.set(Progress {
            what: what.to_owned(),
            done,
            total: 1000.0,
        });
    });
    let bar = move || {
        let on_stop = move || {
            session.stop_underway();
        };
        session.passing.get().then(|| view! { <div class="toast passing" data-testid="passing"><Working progress on_stop /></div> })
    };
    view! { {live(bar)} }
}
