//! How far what is under way is, with a button that stops it.

use crate::components::{Working, act, live, rescue_focus};
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
        session.passing.get().then(|| {
            // The button to stop it goes with it, and the focus that is on it.
            let focused = StoredValue::new(false);
            on_cleanup(move || {
                if focused.try_get_value() == Some(true) {
                    rescue_focus("#main");
                }
            });
            view! {
                <div class="toast passing" data-testid="passing" on:focusin=act(move || focused.set_value(true))>
                    <Working progress on_stop />
                </div>
            }
        })
    };
    view! { {live(bar)} }
}
