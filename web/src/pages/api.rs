//! API console: requests to the simulated service, its answers, and the same to take away.

mod examples;
mod exchange;
mod form;
mod replayed;

pub(crate) use self::exchange::Console;

use self::exchange::{ExchangeList, ShownExchange};
use self::form::RequestForm;
use self::replayed::Replayed;
use super::runbook::LabRunbook;
use crate::components::soon;
use leptos::prelude::*;

/// The page.
#[component]
pub(crate) fn ApiPage() -> impl IntoView {
    view! {
        <div class="page-head">
            <div>
                <h1>"API console"</h1>
                <p>"The simulated service answers as Azure Resource Manager does. What a request changes stands in the log and can be undone."</p>
            </div>
        </div>
        <div class="columns">
            <div class="stack wide">
                {soon(move || view! { <RequestForm /> }.into_any())}
                {soon(move || view! { <ShownExchange /> }.into_any())}
                {soon(move || view! { <LabRunbook /> }.into_any())}
            </div>
            <aside aria-label="Requests and answers">
                {soon(move || view! { <ExchangeList /> }.into_any())}
                {soon(move || view! { <Replayed /> }.into_any())}
            </aside>
        </div>
    }
}
