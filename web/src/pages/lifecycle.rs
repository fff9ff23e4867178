//! Lifecycle: what happens to points, blocks and bytes as time passes.

mod bench;
mod blocks;
mod branch;
mod canvas;
mod cause;
mod command_words;
mod create;
mod deeds;
mod embed;
mod entry_key;
mod example;
mod inspector;
mod lane;
mod log;
mod owners;
mod palette;
mod picked;
mod picture;
mod point;
mod points;
mod points_table;
mod shown;
mod slide;
mod stored;
mod stored_over_time;
mod stretches;
mod timeline;
mod transport;
mod window;
mod write;

pub(crate) use self::embed::LifecycleEmbed;
pub(crate) use self::point::consistency_word;

use self::bench::Bench;
use self::blocks::BlocksCard;
pub(crate) use self::branch::Branch;
use self::create::CreatePoint;
use self::deeds::{DeedForm, FaultMenu, InForce};
use self::log::CommandLog;
use self::stored::Stored;
use self::stored_over_time::StoredOverTime;
use self::transport::Transport;
use self::write::WriteForms;
use super::parts::{MachineSwitch, NoMachine, UnknownMachine};
use crate::components::{Why, live, soon};
use crate::route::Page;
use crate::session::Session;
use leptos::prelude::*;

/// The page.
#[component]
pub(crate) fn LifecyclePage() -> impl IntoView {
    let bench = Bench::new(Session::get());
    provide_context(bench);
    // Anew for another VM, and not for another fact of the same one: what the keyboard is on stays.
    let of = Memo::new(move |_| bench.machine_id());
    move || match of.with(Option::is_some) {
        true => {
            bench.anew();
            view! { <Running /> }.into_any()
        }
        false => view! { <NoMachine page=Page::Lifecycle /> }.into_any(),
    }
}

/// What the lab says of a resource, a number or a command.
fn explained(session: Session, subject: &str) -> Why {
    match session.read(|lab| lab.explain(subject)) {
        Ok(found) => Why {
            lines: found.lines,
            rules: found.row_ids,
        },
        Err(error) => Why {
            lines: vec![error.message],
            rules: Vec::new(),
        },
    }
}

#[component]
fn Running() -> impl IntoView {
    let bench = Bench::get();
    let name = move || {
        bench
            .machine
            .with(|machine| machine.as_ref().map(|machine| machine.name.clone()))
    };
    view! {
        <UnknownMachine page=Page::Lifecycle />
        <div class="page-head compact">
            <h1 data-testid="lifecycle-name" translate="no">{live(name)}</h1>
            <div class="page-actions"><MachineSwitch page=Page::Lifecycle /></div>
        </div>
        {soon(move || view! { <Transport with_keys=true /> }.into_any())}
        <div class="columns lifecycle-columns">
            // Where there is one column, what one does comes before what it comes to.
            <div class="stack wide">{soon(move || view! { <BlocksCard /> }.into_any())}</div>
            <aside aria-label="Act and look back">
                {soon(move || view! { <CreatePoint /> }.into_any())}
                {soon(move || view! { <CommandLog /> }.into_any())}
                {soon(move || view! { <InForce /> }.into_any())}
                {soon(move || view! { <WriteForms /> }.into_any())}
                {soon(move || view! { <DeedForm /> }.into_any())}
                {soon(move || view! { <FaultMenu /> }.into_any())}
            </aside>
            <div class="stack wide">
                {soon(move || view! { <Stored /> }.into_any())}
                {soon(move || view! { <StoredOverTime /> }.into_any())}
            </div>
        </div>
    }
}
