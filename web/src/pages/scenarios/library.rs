//! The stories that ship beside the planner: one file, fetched when they are first looked at.

use crate::session::fetch_text;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use rplab_core::api::run_scenario;
use rplab_core::order::SmallMap;
use serde_json::Value;
use std::sync::Arc;

const FILE: &str = "scenarios.json";

/// A scenario with its question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Story {
    /// Its name in the library.
    pub(super) name: String,
    /// The question, and the answer where the title has one.
    pub(super) title: String,
    /// The scenario.
    pub(super) scenario: Arc<Value>,
}

/// The library, as far as it is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shelf {
    /// On its way.
    Waiting,
    /// Here.
    Here(Vec<Story>),
    /// It could not be fetched.
    Failed,
}

impl Shelf {
    /// The stories that are here.
    pub(super) fn stories(&self) -> &[Story] {
        match self {
            Self::Here(stories) => stories,
            Self::Waiting | Self::Failed => &[],
        }
    }

    /// What there is, in words.
    pub(super) fn said(&self) -> String {
        match self {
            Self::Waiting => "The library is on its way.".to_owned(),
            Self::Failed => String::new(),
            Self::Here(stories) => format!(
                "{} questions, each a scenario that answers it and checks itself.",
                stories.len()
            ),
        }
    }

    /// Why there is nothing.
    pub(super) fn failure(&self) -> Option<&'static str> {
        (*self == Self::Failed).then_some("The library could not be fetched, or is not whole.")
    }
}

/// What came of checking a story: for each expectation, what does not hold.
pub(super) type Checked = Result<Vec<(usize, Vec<String>)>, String>;

/// The library and what was checked of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Library {
    /// The stories.
    pub(super) shelf: RwSignal<Shelf>,
    checked: RwSignal<SmallMap<String, Arc<Checked>>>,
}

impl Library {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self {
            shelf: RwSignal::new(Shelf::Waiting),
            checked: RwSignal::new(SmallMap::new()),
        }
    }

    /// Fetches the library.
    pub(super) fn fetch(self) {
        self.shelf.set(Shelf::Waiting);
        wasm_bindgen_futures::spawn_local(async move {
            let text = fetch_text(FILE).await.ok();
            let stories = text
                .and_then(|text| serde_json::from_str(&text).ok())
                .and_then(stories);
            // The page may have been left by now.
            self.shelf
                .try_set(stories.map_or(Shelf::Failed, Shelf::Here));
        });
    }

    /// Runs a story from its start and notes whether it is as it says.
    pub(super) fn check(self, story: &Story) {
        let checked = match run_scenario(Value::clone(&story.scenario)) {
            Ok(result) => Ok(result
                .expectations
                .into_iter()
                .map(|one| (one.after_commands, one.differences))
                .collect()),
            Err(error) => Err(format!("{}: {}", error.path, error.message)),
        };
        let name = story.name.clone();
        self.checked
            .try_update(|all| all.insert(name, Arc::new(checked)));
    }

    /// Runs every story, one after the other, so that the page stays at hand.
    pub(super) fn check_all(self) {
        let stories = self.shelf.with_untracked(|shelf| shelf.stories().to_vec());
        for (at, story) in (0_u32..).zip(stories) {
            Timeout::new(at * 20, move || self.check(&story)).forget();
        }
    }

    /// What came of a story.
    pub(super) fn result(self, name: &str) -> Option<Arc<Checked>> {
        self.checked.with(|all| all.get(name).cloned())
    }

    /// How many of those checked are as they say, and how many were checked.
    pub(super) fn summary(self) -> Option<(u64, u64)> {
        self.checked.with(|all| {
            let met = all.values().filter(|checked| is_met(checked)).count();
            let count = |number: usize| u64::try_from(number).unwrap_or(0);
            (!all.is_empty()).then(|| (count(met), count(all.len())))
        })
    }
}

/// Whether a story is as it says.
pub(super) fn is_met(checked: &Checked) -> bool {
    checked
        .as_ref()
        .is_ok_and(|all| all.iter().all(|(_, differences)| differences.is_empty()))
}

fn stories(file: Value) -> Option<Vec<Story>> {
    let Value::Object(fields) = file else {
        return None;
    };
    let mut stories = Vec::new();
    for (name, scenario) in fields {
        let title = scenario.get("title")?.as_str()?.to_owned();
        stories.push(Story {
            name,
            title,
            scenario: Arc::new(scenario),
        });
    }
    Some(stories)
}
