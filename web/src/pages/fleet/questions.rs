//! What a service asks once for the whole fleet: where its vault is, and which policy.

use crate::components::{Action, Look, follow, live};
use crate::later::{NotFetched, Show};
use crate::pages::support::{Asked, OWN_REGION, asked_words};
use crate::session::Session;
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

/// The questions, below the totals.
#[wasm_split(support, fallible)]
pub(super) fn fleet_questions() -> Result<Show, NotFetched> {
    Ok(|| view! { <Questions /> }.into_any())
}

#[component]
fn Questions() -> impl IntoView {
    let asked = Asked::get();
    let session = Session::get();
    let regions = move || {
        let mut regions = vec![
            (String::new(), "Not said".to_owned()),
            (OWN_REGION.to_owned(), "Each VM's own region".to_owned()),
        ];
        let own = session.fleet.with(|fleet| {
            let own = fleet.machines.iter();
            own.filter_map(|machine| machine.location.clone())
                .collect::<Vec<_>>()
        });
        for region in own.into_iter().chain([asked.text("vault.location")]) {
            if regions.iter().all(|(known, _)| *known != region) {
                regions.push((region.clone(), region));
            }
        }
        regions
    };
    let policies = || {
        [
            ("", "Not said"),
            ("Standard", "Standard"),
            ("Enhanced", "Enhanced"),
        ]
        .map(|(value, words)| (value.to_owned(), words.to_owned()))
        .to_vec()
    };
    view! {
        <div class="card-foot" data-testid="fleet-questions">
            <span class="second">"Asked of every VM:"</span>
            {choice(asked, "Vault", "vault.location", "fleet-vault", regions)}
            {choice(asked, "Policy", "policy.type", "fleet-policy", policies)}
            {live(move || {
                asked.0.with(asked_words).map(|said| view! {
                    <span class="hint">{said}</span>
                    <Action label="Ask nothing" icon="undo" look=Look::Quiet small=true testid="fleet-ask-nothing" on_press=move || asked.forget() />
                })
            })}
        </div>
    }
}

fn choice(
    asked: Asked,
    label: &'static str,
    path: &'static str,
    testid: &'static str,
    options: impl Fn() -> Vec<(String, String)> + Send + 'static,
) -> AnyView {
    let option = move |(value, words): (String, String)| {
        let same = value.clone();
        view! { <option value=value selected=follow(move || asked.text(path) == same)>{words}</option> }
    };
    view! {
        <label class="line">
            <span class="hint">{label}</span>
            <select class="input" data-testid=testid on:change:target=move |event| asked.ask(path, &event.target().value())>
                {live(move || options().into_iter().map(option).collect_view())}
            </select>
        </label>
    }
    .into_any()
}
