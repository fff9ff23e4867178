//! What was done in the planner, as the requests that do it and the answers of the simulated service.

use super::exchange::{Console, Exchange, line};
use crate::components::{Action, live};
use crate::pages::runbook::AT_ONCE;
use crate::session::Session;
use leptos::prelude::*;
use rplab_core::api::{Lab, LongRunning, RunbookItem};
use rplab_core::json;
use std::sync::Arc;

/// Sends the requests of everything that was done to a lab that has seen nothing but them.
fn replayed(session: Session) -> Vec<Arc<Exchange>> {
    let (steps, mut scenario) =
        session.read(|lab| (lab.runbook_steps().ok(), lab.export_scenario()));
    scenario.commands.clear();
    let lab = Lab::from_scenario(json::write(&scenario)).ok();
    let mut found = Vec::new();
    let Some((steps, mut lab)) = steps.zip(lab) else {
        return found;
    };
    for step in steps {
        if let Some(at) = step.at {
            lab.advance_to(at);
        }
        lab.set_long_running(match step.at_once {
            Some(true) => LongRunning::FirstPoll,
            _ => LongRunning::Clock,
        });
        for item in step.items {
            let request = match item {
                RunbookItem::Request(request) => request.request(),
                RunbookItem::Wait(wait) => wait.request(),
            };
            let answer = lab.request(&request);
            found.push(Arc::new(Exchange { request, answer }));
        }
        for command in step.lab {
            lab.dispatch(command);
        }
    }
    found
}

/// The list, newest first. It follows what is done.
#[component]
pub(super) fn Replayed() -> impl IntoView {
    let (session, console) = (Session::get(), Console::get());
    let open = RwSignal::new(session.log.with_untracked(Vec::len) <= AT_ONCE);
    let all = Memo::new_with_compare(
        move |_| {
            let nothing = session.log.with(Vec::is_empty);
            match open.get() && !nothing {
                true => replayed(session),
                false => Vec::new(),
            }
        },
        |_, _| true,
    );
    let entries = move || {
        let lines = all.get().into_iter().rev().map(|one| line(console, one));
        lines.collect_view()
    };
    let said = move || {
        match (open.get(), all.with(Vec::is_empty)) {
        (false, _) => view! { <div class="card-body"><Action label="List them" icon="api" small=true testid="list-replayed" on_press=move || open.set(true) /></div> }.into_any(),
        (true, true) => view! { <p class="card-body hint">"Commands of the planner stand here as the requests that do them, each with its answer."</p> }.into_any(),
        (true, false) => ().into_any(),
    }
    };
    view! {
        <section class="card" aria-labelledby="replayed-title">
            <div class="card-head"><h2 id="replayed-title">"Done in the planner"</h2><span class="hint">{live(move || all.with(Vec::len))}</span></div>
            {live(said)}
            <ol class="exchange-list" tabindex="0" aria-labelledby="replayed-title" data-testid="replayed">{live(entries)}</ol>
        </section>
    }
}
