//! Plan: does a schedule meet its objectives, for how long, and at what cost; two of them side by side.

mod breaker;
mod calendar;
mod chart;
mod compared;
mod draft;
mod editor;
mod figures;
mod names;
mod outcome;
mod whys;

pub(crate) use self::draft::Plans;

use self::breaker::BreakerCard;
use self::calendar::KeptCalendar;
use self::chart::Charts;
use self::compared::Compared;
use self::editor::PlanEditor;
use self::figures::{CostCard, Limits, Objectives, Remarks, TierTable};
use self::outcome::Outcome;
use super::parts::{MachineSwitch, NoMachine, UnknownMachine};
use crate::components::{Note, Segments, WrongField, follow, live, soon};
use crate::route::Page;
use crate::session::Session;
use leptos::prelude::*;
use rplab_core::api::{InputError, Plan, forecast};
use rplab_core::json;
use serde_json::Value;
use std::sync::Arc;

/// Plan A and what becomes of it, for the report; the error is a sentence.
pub(crate) fn foretold_plan(session: Session, plans: Plans) -> Result<(Value, Value), String> {
    let [first, _] = plans.drafts;
    let plan = first.plan(session)?;
    let foretold = foretold(&plan)?;
    Ok((plan, foretold))
}

/// What is foretold of one plan; the error is a sentence.
pub(super) type Foretold = Result<Arc<Value>, String>;

fn foretold(plan: &Value) -> Result<Value, String> {
    let plan: Plan = json::read(plan).map_err(|error| format!("{}: {error}", error.path()))?;
    let said = |error: InputError| format!("{}: {}", error.path, error.message);
    let foretold = forecast(&plan).map_err(said)?;
    Ok(json::write(&foretold))
}

/// A value in what is foretold.
pub(super) fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    value.pointer(path).unwrap_or(&Value::Null)
}

/// The items of a list in what is foretold.
pub(super) fn items<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    at(value, path)
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
}

/// A text in what is foretold.
pub(super) fn text(value: &Value, path: &str) -> String {
    match at(value, path) {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A number in what is foretold.
pub(super) fn number(value: &Value, path: &str) -> u64 {
    at(value, path).as_u64().unwrap_or(0)
}

/// The page.
#[component]
pub(crate) fn PlanPage() -> impl IntoView {
    let session = Session::get();
    move || match session.machine.with(Option::is_some) {
        true => view! { <Planned /> }.into_any(),
        false => view! { <NoMachine page=Page::Plan /> }.into_any(),
    }
}

#[component]
fn Planned() -> impl IntoView {
    let session = Session::get();
    let plans = Plans::get();
    let outcome = Outcome::new(session, plans.drafts);
    provide_context(outcome);
    let chosen = move || plans.place();
    let options = [("a", "A"), ("b", "B")]
        .map(|(value, words)| (value.to_owned(), format!("Plan {words}")))
        .to_vec();
    let editor = move || {
        let draft = plans.drafts.into_iter().nth(chosen());
        draft.map(|draft| view! { <PlanEditor draft /> })
    };
    // Known with the first card: the reason stands above what it leaves open, and the field is marked.
    let wrong = Memo::new(move |_| outcome.wrong(chosen()));
    let marked = move || wrong.with(|wrong| wrong.as_deref().and_then(names::marked));
    provide_context(WrongField(Signal::derive(marked)));
    let refusal = move || {
        wrong.get().map(|reason| view! { <Note tone="no" alert=true><p data-testid="plan-error">{names::field(&reason).map(|words| view! { <b>{words}</b> " " })}{reason}</p></Note> })
    };
    let below = outcome.at(3);
    let figures = move || match (below.wrong(chosen()), below.of(chosen())) {
        (Some(_), _) => ().into_any(),
        (None, None) => view! { <p class="second">"Foretelling."</p> }.into_any(),
        (None, Some(found)) => {
            let parts: [fn(Arc<Value>) -> AnyView; 5] = [
                |found| view! { <Objectives found /> }.into_any(),
                |found| view! { <TierTable found /> }.into_any(),
                |found| view! { <Limits found /> }.into_any(),
                |found| view! { <CostCard found /> }.into_any(),
                |found| view! { <Remarks found /> }.into_any(),
            ];
            let part = |part: fn(Arc<Value>) -> AnyView| {
                let found = found.clone();
                soon(move || part(found.clone()))
            };
            parts.map(part).collect_view().into_any()
        }
    };
    view! {
        <UnknownMachine page=Page::Plan />
        <div class="page-head">
            <div>
                <h1>"Plan for " {live(move || session.machine_name())}</h1>
                <p>"Rolled out day by day before anybody runs it. Every figure rests on the assumptions below."</p>
            </div>
            <div class="page-actions"><Segments label="Plan" options value=plans.shown /><MachineSwitch page=Page::Plan /></div>
        </div>
        <div class="plan-columns">
            <div class="stack wide">{soon(move || live(editor).into_any())}</div>
            <div class="stack wide">
                {live(refusal)}
                {soon(move || view! { <Compared /> }.into_any())}
                {soon(move || view! { <KeptCalendar /> }.into_any())}
                {soon(move || view! { <Charts /> }.into_any())}
                {soon(move || view! { <BreakerCard /> }.into_any())}
                <div class="stack wide" data-testid="plan-figures" aria-busy=follow(move || outcome.busy.get().then_some("true"))>{live(figures)}</div>
            </div>
        </div>
    }
}
