//! Find or do: one field that leads to every page, VM, point and row, and to what can be done from anywhere.

mod entries;

use self::entries::{Deed, Entry, entries};
use crate::components::{Dialog, Icon, follow, live};
use crate::later::{NotFetched, Show, when_opened};
use crate::route::Way;
use crate::session::Session;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

/// How many finds are listed.
const LISTED: usize = 12;

/// Whether the dialogs that keys open are open.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finder {
    /// Find or do.
    pub(crate) open: RwSignal<bool>,
    /// The list of keys.
    pub(crate) keys: RwSignal<bool>,
}

impl Finder {
    /// Both closed.
    pub(crate) fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            keys: RwSignal::new(false),
        }
    }

    /// The finder of the surrounding page.
    pub(crate) fn get() -> Self {
        expect_context()
    }
}

/// The field of the header that opens it.
#[component]
pub(crate) fn FindButton() -> impl IntoView {
    let finder = Finder::get();
    view! {
        <button type="button" class="find-button not-small" aria-keyshortcuts="Control+K" title="Find a page, a VM, a row, or do something" data-testid="find" on:click=move |_| finder.open.set(true)>
            <Icon name="search" />
            <span class="not-narrow">"Find or do"</span>
            <kbd class="not-narrow">"Ctrl K"</kbd>
        </button>
    }
}

/// The dialog, fetched when it is opened first.
#[component]
pub(crate) fn FindPart() -> impl IntoView {
    when_opened(Finder::get().open, || Box::pin(find()))
}

#[wasm_split(find, fallible)]
fn find() -> Result<Show, NotFetched> {
    Ok(|| view! { <FindDialog /> }.into_any())
}

#[component]
fn FindDialog() -> impl IntoView {
    let finder = Finder::get();
    view! { <Dialog open=finder.open title="Find or do".to_owned() testid="find-dialog" body=|| view! { <Search /> }.into_any() /> }
}

#[component]
fn Search() -> impl IntoView {
    let (session, finder, way) = (Session::get(), Finder::get(), Way::get());
    let theme = expect_context();
    let words = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let all = StoredValue::new_local(untrack(|| entries(session, way)));
    let found = Memo::new(move |_| {
        let asked = words.with(|words| words.to_lowercase());
        let asked: Vec<&str> = asked.split_whitespace().collect();
        all.with_value(|all| {
            let phrase = asked.join(" ");
            let fitting = || all.iter().filter(|entry| entry.fits(&asked));
            // What says it in these very words comes first.
            let exact = fitting().filter(|entry| entry.says(&phrase));
            let loose = fitting().filter(|entry| !entry.says(&phrase));
            let found = exact.chain(loose).take(LISTED);
            found.cloned().collect::<Vec<_>>()
        })
    });
    let act = move |deed: Deed| {
        finder.open.set(false);
        deed.carry_out(session, way, theme, finder);
    };
    let keys = move |event: ev::KeyboardEvent| {
        let last = found.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = if *at >= last { 0 } else { *at + 1 }),
            "ArrowUp" => at.update(|at| *at = at.checked_sub(1).unwrap_or(last)),
            "Enter" => {
                let chosen = found.with_untracked(|found| found.get(at.get_untracked()).cloned());
                if let Some(entry) = chosen {
                    act(entry.deed);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            // A field that takes no focus can still be clicked.
            let _ = field.focus();
        }
    });
    let option = move |(place, entry): (usize, Entry)| {
        let chosen = move || at.get() == place;
        let deed = entry.deed.clone();
        view! {
            <li id=format!("find-{place}") role="option" aria-selected=follow(move || chosen().to_string()) data-testid="find-option" on:click=move |_| act(deed.clone())>
                <Icon name=entry.icon />
                <span class="grow">{entry.label}</span>
                <span class="hint">{entry.hint}</span>
            </li>
        }
    };
    let options = move || {
        let options = found.get().into_iter().enumerate().map(option);
        options.collect_view()
    };
    let count = move || match found.with(Vec::len) {
        0 => "Nothing fits. Try a page, a VM, a rule such as S0-03, or a deed such as undo."
            .to_owned(),
        LISTED => format!("The first {LISTED}; more words find less."),
        count => crate::words::count(u64::try_from(count).unwrap_or(0), "find", "finds"),
    };
    view! {
        <div class="stack">
            <label class="search">
                <Icon name="search" />
                <span class="unseen">"Find or do"</span>
                <input type="text" role="combobox" autocomplete="off" spellcheck="false" aria-expanded="true" aria-controls="find-list" aria-autocomplete="list"
                    aria-activedescendant=follow(move || format!("find-{}", at.get())) placeholder="A page, a VM, a row, something to do" data-testid="find-words" node_ref=field
                    on:keydown=keys on:input:target=move |event| { at.set(0); words.set(event.target().value()); } />
            </label>
            <ul id="find-list" class="find-list" role="listbox" aria-label="Finds">{live(options)}</ul>
            <p class="hint" role="status">{live(count)}</p>
        </div>
    }
}
