//! Parts of the planner that are fetched when they are first needed.
//!
//! The build cuts the module at the functions marked `wasm_split`: what only they reach becomes a file of its own. Each
//! gives function pointers, so that what has come once is there at once from then on.

use crate::components::{Action, Note, live};
use leptos::prelude::*;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use wasm_split_helpers::SplitLoaderError;

/// A part that could not be fetched. It is asked for anew the next time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotFetched;

impl From<SplitLoaderError> for NotFetched {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

impl NotFetched {
    /// What the reader is told.
    pub(crate) const WORDS: &str =
        "A part of the planner could not be fetched. Look at the connection and try again.";
}

/// A part on its way: functions of it.
pub(crate) type Fetching<T> = Pin<Box<dyn Future<Output = Result<T, NotFetched>>>>;

/// Parts that the reader waits for.
static AWAITED: AtomicU32 = AtomicU32::new(0);

/// Whether the reader waits for a part.
pub(crate) fn is_awaited() -> bool {
    AWAITED.load(Ordering::Relaxed) > 0
}

/// What a part shows.
pub(crate) type Show = fn() -> AnyView;

/// The functions of a part, where it is there already.
pub(crate) fn at_once<T>(fetching: &mut Fetching<T>) -> Option<T> {
    match fetching
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(Ok(part)) => Some(part),
        _ => None,
    }
}

/// A dialog that is fetched when it is opened for the first time.
pub(crate) fn when_opened(open: RwSignal<bool>, fetch: fn() -> Fetching<Show>) -> AnyView {
    let wanted = Memo::new(move |before: Option<&bool>| before == Some(&true) || open.get());
    live(move || wanted.get().then(|| part(fetch))).into_any()
}

/// A part of the page that may have to be fetched first.
pub(crate) fn part(fetch: fn() -> Fetching<Show>) -> AnyView {
    if let Some(show) = at_once(&mut fetch()) {
        return show();
    }
    let found = RwSignal::new(None::<Result<Show, NotFetched>>);
    let ask = move || {
        wasm_bindgen_futures::spawn_local(async move {
            AWAITED.fetch_add(1, Ordering::Relaxed);
            let show = fetch().await;
            AWAITED.fetch_sub(1, Ordering::Relaxed);
            // The reader may have gone on.
            let _ = found.try_set(Some(show));
        });
    };
    ask();
    let again = move || {
        found.set(None);
        ask();
    };
    // Where the reader has gone on, what was found is gone too, and nobody looks.
    live(move || match found.try_get().flatten() {
        Some(Ok(show)) => show(),
        Some(Err(NotFetched)) => view! {
            <Note tone="no" alert=true>
                <b data-testid="not-fetched">{NotFetched::WORDS}</b>
                <div class="line"><Action label="Try again" small=true on_press=again /></div>
            </Note>
        }
        .into_any(),
        None => view! { <p class="second" role="status">"Loading"</p> }.into_any(),
    })
    .into_any()
}
