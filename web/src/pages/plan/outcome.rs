//! What is foretold of both plans: asked of the worker, a moment after each change.

use super::Foretold;
use super::draft::Draft;
use crate::components::{all_made, open_slowly};
use crate::session::Session;
use crate::session::jobs::{Heard, Job};
use gloo::timers::future::TimeoutFuture;
use leptos::prelude::*;
use serde_json::{Value, json};
use std::sync::Arc;

/// How long typing rests before the plans are foretold anew.
const QUIET_MILLISECONDS: u32 = 150;

/// Where a plan that is held against another one has how far its points reach back.
pub(super) const REACH_DAYS: &str = "/reachDays";

/// A plan that is to be foretold, or why the form makes none.
type Asked = Result<Value, String>;

/// What is foretold of both plans. While the next answer is awaited, the last one stands.
#[derive(Clone, Copy)]
pub(super) struct Outcome {
    pub(super) plans: RwSignal<[Option<Foretold>; 2]>,
    /// The same, for cards that are drawn after the first one, each in a task of its own.
    later: [RwSignal<[Option<Foretold>; 2]>; 3],
    /// The plans held against each other, where both can be.
    pub(super) compared: RwSignal<Option<Value>>,
    /// Whether an answer is awaited.
    pub(super) busy: RwSignal<bool>,
    /// The plans that were asked last, while the answer before them is awaited.
    next: StoredValue<Option<[Asked; 2]>>,
    running: StoredValue<bool>,
}

impl Outcome {
    /// Foretells both plans a moment after each change of theirs.
    pub(super) fn new(session: Session, drafts: [Draft; 2]) -> Self {
        let outcome = Self {
            plans: RwSignal::new([None, None]),
            later: [(); 3].map(|()| RwSignal::new([None, None])),
            compared: RwSignal::new(None),
            busy: RwSignal::new(true),
            next: StoredValue::new(None),
            running: StoredValue::new(false),
        };
        let turn = StoredValue::new(0_u64);
        Effect::new(move |_| {
            let asked = drafts.map(|draft| draft.plan(session));
            turn.update_value(|turn| *turn += 1);
            let mine = turn.get_value();
            outcome.busy.set(true);
            wasm_bindgen_futures::spawn_local(async move {
                TimeoutFuture::new(QUIET_MILLISECONDS).await;
                // The worker and its engine are not fetched while the page itself is made.
                all_made().await;
                if turn.try_get_value() == Some(mine) {
                    outcome.next.set_value(Some(asked));
                    outcome.ask();
                }
            });
        });
        outcome
    }

    /// Asks for what was wanted last, one question at a time: a worker that is ended has to load the engine again.
    fn ask(self) {
        if self.running.try_get_value() != Some(false) {
            return;
        }
        let Some(Some(plans)) = self.next.try_update_value(Option::take) else {
            return;
        };
        self.running.set_value(true);
        // The worker refuses what is none, and the form has said why.
        let sent = plans.each_ref().map(|plan| plan.as_ref().ok());
        let request = json!({ "work": "plans", "plans": sent });
        let mut told = [None, None];
        Job::start(&request, &[], move |heard| {
            let (told, compared) = match heard {
                Heard::Part(part) => {
                    of_worker(part, &mut told);
                    return;
                }
                Heard::Done(compared) => {
                    let mut told = std::mem::take(&mut told);
                    for (told, plan) in told.iter_mut().zip(&plans) {
                        if let Err(reason) = plan {
                            *told = Some(Err(reason.clone()));
                        }
                    }
                    for (place, told) in told.iter_mut().enumerate() {
                        note_reach(told, &compared, place);
                    }
                    (told, (!compared.is_null()).then_some(compared))
                }
                // Without a worker the page foretells by itself; which is better then stays open.
                Heard::Failed(_) => (
                    plans.clone().map(|plan| {
                        Some(plan.and_then(|plan| super::foretold(&plan)).map(Arc::new))
                    }),
                    None,
                ),
                Heard::Progress(_) => return,
            };
            wasm_bindgen_futures::spawn_local(self.show(told, compared));
        });
    }

    /// Shows an answer card by card, then asks the next question.
    async fn show(self, told: [Option<Foretold>; 2], compared: Option<Value>) {
        // Reading the answer was a task of its own.
        TimeoutFuture::new(0).await;
        let first = self
            .plans
            .try_with_untracked(|plans| plans.iter().all(Option::is_none));
        // The page may have gone meanwhile.
        self.compared.try_set(compared);
        TimeoutFuture::new(0).await;
        for plans in std::iter::once(self.plans).chain(self.later) {
            // Where nothing stood yet; what stands there is replaced at once.
            if first == Some(true) {
                open_slowly();
            }
            plans.try_set(told.clone());
            TimeoutFuture::new(0).await;
        }
        if self.running.try_set_value(false).is_some() {
            return;
        }
        self.busy.set(self.next.with_value(Option::is_some));
        self.ask();
    }

    /// As the card at this place sees it: the first one at once, those below it after it.
    pub(super) fn at(self, place: usize) -> Self {
        let later = place.checked_sub(1).and_then(|place| self.later.get(place));
        let plans = later.copied().unwrap_or(self.plans);
        Self { plans, ..self }
    }

    /// What is foretold of a plan, where it can be.
    pub(super) fn of(self, plan: usize) -> Option<Arc<Value>> {
        self.plans
            .with(|plans| plans.get(plan)?.as_ref()?.as_ref().ok().cloned())
    }

    /// Why a plan cannot be foretold.
    pub(super) fn wrong(self, plan: usize) -> Option<String> {
        self.plans
            .with(|plans| plans.get(plan)?.as_ref()?.as_ref().err().cloned())
    }
}

/// What the worker says of a plan, put where it belongs.
fn of_worker(mut part: Value, told: &mut [Option<Foretold>; 2]) {
    let place = part.get("place").and_then(Value::as_u64);
    let place = place.and_then(|place| usize::try_from(place).ok());
    let Some(own) = place.and_then(|place| told.get_mut(place)) else {
        return;
    };
    *own = match part.get("wrong").and_then(Value::as_str) {
        Some(wrong) => Some(Err(wrong.to_owned())),
        None => part
            .get_mut("foretold")
            .map(|found| Ok(Arc::new(found.take()))),
    };
}

/// Notes with what is foretold of a plan what holding it against the other one told of it.
fn note_reach(told: &mut Option<Foretold>, compared: &Value, place: usize) {
    let reach = compared.pointer(&format!("/plans/{place}{REACH_DAYS}"));
    if let (Some(Ok(found)), Some(reach)) = (told, reach)
        && let Some(found) = Arc::make_mut(found).as_object_mut()
    {
        found.insert(REACH_DAYS.trim_start_matches('/').to_owned(), reach.clone());
    }
}
