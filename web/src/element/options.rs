//! What the tag says, as its script hands it over.

use super::frame::VIEWS;
use super::steps::Step;
use crate::app::sample_lab;
use crate::route::Page;
use rplab_core::matrix::Edition;
use rplab_core::model::Fleet;
use serde_json::{Value, json};

/// One element's options, checked.
#[derive(Clone, Debug)]
pub(super) struct Options {
    /// The scenario, with the edition that the tag asks for.
    pub(super) scenario: Value,
    /// What stands above: the scenario's title.
    pub(super) title: String,
    /// The view.
    pub(super) view: Page,
    /// The VM that is looked at first.
    pub(super) machine: Option<String>,
    /// The disk whose blocks are looked at first.
    pub(super) disk: Option<String>,
    /// The theme; empty for the system's.
    pub(super) theme: String,
    /// The author's steps.
    pub(super) steps: Vec<Step>,
    /// Where the file of services lies.
    pub(super) services: String,
    /// The address of a planner to go on in.
    pub(super) planner: Option<String>,
}

impl Options {
    /// Reads and checks them; the error is a sentence that names the attribute and the way out.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let given: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let word = |name: &str| given.get(name).and_then(Value::as_str).unwrap_or_default();
        let some = |name: &str| Some(word(name).to_owned()).filter(|text| !text.is_empty());
        let mut scenario = match given.get("scenario") {
            None | Some(Value::Null) => sample()?,
            Some(scenario) => scenario.clone(),
        };
        let edition = word("edition");
        if !edition.is_empty() {
            let known = Edition::ALL.map(Edition::as_str);
            if !known.contains(&edition) {
                return Err(format!(
                    "edition=\"{edition}\": no such edition; there are {}",
                    known.join(", ")
                ));
            }
            choose_edition(&mut scenario, edition);
        }
        let title = scenario.get("title").and_then(Value::as_str);
        Ok(Self {
            title: title
                .unwrap_or("Restore points of a sample fleet")
                .to_owned(),
            scenario,
            view: view(word("view"))?,
            machine: some("vm"),
            disk: some("disk"),
            theme: theme(word("theme")),
            steps: Step::read_all(given.get("steps"))?,
            services: word("services").to_owned(),
            planner: some("planner"),
        })
    }
}

impl Options {
    /// Whether the VM that the tag names is one of the scenario's.
    pub(super) fn check_machine(&self, fleet: &Fleet) -> Result<(), String> {
        let Some(wanted) = &self.machine else {
            return Ok(());
        };
        let names: Vec<&str> = fleet
            .machines
            .iter()
            .map(|machine| machine.name.as_str())
            .collect();
        if names.iter().any(|name| name.eq_ignore_ascii_case(wanted)) {
            return Ok(());
        }
        Err(format!(
            "vm=\"{wanted}\": the scenario has no such VM; there are {}",
            names.join(", ")
        ))
    }
}

fn sample() -> Result<Value, String> {
    let lab = sample_lab().map_err(|error| error.message)?;
    Ok(rplab_core::json::write(&lab.export_scenario()))
}

fn choose_edition(scenario: &mut Value, edition: &str) {
    let Some(fields) = scenario.as_object_mut() else {
        // Not a scenario at all: the lab says so.
        return;
    };
    let settings = fields.entry("settings").or_insert_with(|| json!({}));
    if let Some(settings) = settings.as_object_mut() {
        settings.insert("edition".to_owned(), edition.into());
    }
}

fn view(word: &str) -> Result<Page, String> {
    let pages = VIEWS.into_iter();
    if word.is_empty() {
        return Ok(Page::Lifecycle);
    }
    pages
        .clone()
        .find(|page| page.word() == word)
        .ok_or_else(|| {
            let known: Vec<_> = pages.map(Page::word).collect();
            format!(
                "view=\"{word}\": no such view; there are {}",
                known.join(", ")
            )
        })
}

/// A theme's word; anything else follows the system.
pub(super) fn theme(word: &str) -> String {
    match word {
        "light" | "dark" | "hc" => word.to_owned(),
        _ => String::new(),
    }
}
