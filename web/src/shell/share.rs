//! A link that carries the scenario, or its file where no link can.

use super::scenario_file::save_file;
use crate::components::{Action, CopyButton, Dialog, Icon, Look, Note, act, live};
use crate::later::{NotFetched, Show, when_opened};
use crate::platform;
use crate::route::Wish;
use crate::session::Session;
use crate::words;
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

/// What every browser takes in an address; Safari is the strictest.
const LONGEST_LINK: usize = 64_000;

/// What the dialog has to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Share {
    /// Not yet.
    Packing,
    /// A link.
    Link(String),
    /// No link can; why.
    Only(String),
}

/// The dialog and what it has to give.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sharing {
    open: RwSignal<bool>,
    share: RwSignal<Share>,
}

impl Sharing {
    /// Closed.
    pub(crate) fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            share: RwSignal::new(Share::Packing),
        }
    }
}

/// The button of the header.
#[component]
pub(crate) fn ShareButton() -> impl IntoView {
    let session = Session::get();
    let sharing = expect_context::<Sharing>();
    view! {
        <button type="button" class="button share" aria-label="Share" title="Share" data-testid="share" on:click=act(move || pack(session, sharing))>
            <Icon name="export" />
            <span class="not-small">"Share"</span>
        </button>
    }
}

/// The dialog. Apart from the button, because a dialog has a head of its own, which no header may hold.
#[component]
pub(crate) fn SharePart() -> impl IntoView {
    when_opened(expect_context::<Sharing>().open, || Box::pin(sharing()))
}

#[wasm_split(dialogs, fallible)]
fn sharing() -> Result<Show, NotFetched> {
    Ok(|| view! { <ShareDialog /> }.into_any())
}

#[component]
fn ShareDialog() -> impl IntoView {
    let sharing = expect_context::<Sharing>();
    view! { <Dialog open=sharing.open title="Share this scenario".to_owned() testid="share-dialog" body=|| view! { <Ways /> }.into_any() /> }
}

fn pack(session: Session, sharing: Sharing) {
    sharing.share.set(Share::Packing);
    sharing.open.set(true);
    if platform::is_one_file() {
        let why = "This planner is a file on your disk, which a link cannot lead others to.";
        sharing.share.set(Share::Only(why.to_owned()));
        return;
    }
    // Whoever looks back shows others what they look at.
    let moment = session.cursor.get_untracked();
    let moment = moment.map(|moment| moment.to_string());
    session.with_file(false, move |text| {
        wasm_bindgen_futures::spawn_local(async move {
            let packed = platform::pack_text(&text).await;
            let packed = packed.ok().and_then(|packed| packed.as_string());
            sharing.share.set(match packed {
                Some(packed) => link(&packed, moment),
                None => Share::Only("This browser cannot pack a scenario into a link.".to_owned()),
            });
        });
    });
}

fn link(packed: &str, moment: Option<String>) -> Share {
    let location = window().location();
    let hash = location.hash().unwrap_or_default();
    let page = hash.split('?').next().filter(|page| !page.is_empty());
    let here = location.href().unwrap_or_default();
    let here = here.split('#').next().unwrap_or_default();
    let link = format!(
        "{here}{}",
        Wish::address(page.unwrap_or("#/fleet"), moment, packed)
    );
    if link.len() <= LONGEST_LINK {
        return Share::Link(link);
    }
    let count = |length: usize| words::grouped(u64::try_from(length).unwrap_or(u64::MAX));
    Share::Only(format!(
        "The link would have {} characters, and not every browser opens more than {}.",
        count(link.len()),
        count(LONGEST_LINK)
    ))
}

#[component]
fn Ways() -> impl IntoView {
    let session = Session::get();
    let sharing = expect_context::<Sharing>();
    let save = move || save_file(session);
    view! {
        <div class="stack wide">
            {live(move || match sharing.share.get() {
                Share::Packing => view! { <p role="status">"Packing the scenario."</p> }.into_any(),
                Share::Link(link) => {
                    let length = words::grouped(u64::try_from(link.len()).unwrap_or(0));
                    view! {
                        <label class="field">
                            "Link"
                            <input class="input mono" readonly=true value=link.clone() data-testid="share-link" on:focus:target=move |event| event.target().select() />
                        </label>
                        <div class="line">
                            <CopyButton text=link label="Copy link" />
                            <span class="hint">{length} " characters"</span>
                        </div>
                    }
                        .into_any()
                }
                Share::Only(why) => {
                    view! {
                        <Note tone="caveat">
                            <b data-testid="share-only">"Share the file instead."</b>
                            <span>{why}</span>
                        </Note>
                    }
                        .into_any()
                }
            })}
            <Action label="Save scenario file" icon="export" look=Look::Plain testid="share-file" on_press=save />
            <p class="hint line tight">
                <Icon name="lock" />
                "Link and file hold the fleet with its names, the seed and every command. The link keeps them behind the #, which browsers do not send to any server."
            </p>
        </div>
    }
}
