//! Lifecycle in an element: the lanes first, everything to act with behind one line.

use super::bench::Bench;
use super::blocks::BlocksCard;
use super::create::CreatePoint;
use super::log::CommandLog;
use super::stored::Stored;
use super::transport::Transport;
use super::write::WriteForms;
use crate::components::{act, live};
use crate::pages::parts::NoMachine;
use crate::route::Page;
use crate::session::Session;
use leptos::prelude::*;

/// The lanes of one disk. With the author's steps time is theirs until the reader wants to act.
#[component]
pub(crate) fn LifecycleEmbed(disk: Option<String>, has_steps: bool) -> impl IntoView {
    let session = Session::get();
    let bench = Bench::new(session);
    provide_context(bench);
    Effect::new(move |_| {
        let wanted = bench.disks.with(|disks| {
            let named = |name: &String| disks.iter().find(|found| found.name == *name);
            disk.as_ref().and_then(named).map(|found| found.id.clone())
        });
        if let Some(id) = wanted {
            bench.show_disk(id);
        }
    });
    let of = Memo::new(move |_| bench.machine_id());
    let shown = move || match of.with(Option::is_some) {
        true => view! {
            {(!has_steps).then(|| view! { <Transport /> })}
            <BlocksCard />
            <details class="card act" on:toggle=act(move || session.back_to_now())>
                <summary data-testid="act">"Try it yourself"</summary>
                <div class="stack wide">
                    {has_steps.then(|| view! { <Transport /> })}
                    <div class="columns">
                        <div class="stack wide"><Stored /><CommandLog /></div>
                        <div class="stack wide"><CreatePoint /><WriteForms /></div>
                    </div>
                </div>
            </details>
        }
        .into_any(),
        false => view! { <NoMachine page=Page::Lifecycle /> }.into_any(),
    };
    live(shown)
}
