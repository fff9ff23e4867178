//! What steps leave behind, for languages that declare resources instead of doing one thing after the other.

use super::facts::merge;
use super::target::target;
use super::{RunbookItem, RunbookRequest, RunbookStep};
use serde_json::Value;

/// What is declared and what can only be said.
#[derive(Debug, Default)]
pub(super) struct Declared {
    /// Resources in the order made, and, where they can be declared, actions between them.
    pub(super) resources: Vec<RunbookRequest>,
    /// What has to be done otherwise.
    pub(super) notes: Vec<String>,
}

/// What the steps leave behind; with `actions`, an action and a change of what is not declared are kept too.
pub(super) fn declare(steps: &[RunbookStep], actions: bool) -> Declared {
    let mut declared = Declared::default();
    for (number, step) in steps.iter().enumerate() {
        let number = number + 1;
        if step.items.is_empty() {
            declared
                .notes
                .push(format!("Step {number}: {}", step.title));
        }
        for item in &step.items {
            let RunbookItem::Request(request) = item else {
                continue;
            };
            declared.add(request, number, &step.title, actions);
        }
    }
    declared
}

impl Declared {
    fn add(&mut self, request: &RunbookRequest, number: usize, title: &str, actions: bool) {
        let same = |own: &&mut RunbookRequest| {
            own.method == "PUT" && own.id.eq_ignore_ascii_case(&request.id)
        };
        let there = self.resources.iter_mut().find(same);
        match (request.method.as_str(), there) {
            ("PUT", Some(own)) => own.body.clone_from(&request.body),
            ("PATCH", Some(own)) => merge(&mut own.body, &request.body),
            ("PUT", None) => self.resources.push(request.clone()),
            ("DELETE", found) => {
                let note = if found.is_some() {
                    "is made and deleted again"
                } else {
                    "is deleted; do it by hand"
                };
                self.notes
                    .push(format!("Step {number}: {} {note}", request.id));
                self.resources.retain(|own| !is_below(&own.id, &request.id));
            }
            _ if actions => self.resources.push(request.clone()),
            (method, _) => self.notes.push(format!(
                "Step {number}: {title}; send {method} {}",
                request.id
            )),
        }
    }

    /// The places of the resources that one of them refers to, or is a part of.
    pub(super) fn needs(&self, place: usize) -> Vec<usize> {
        let Some(own) = self.resources.get(place) else {
            return Vec::new();
        };
        let mut needed = Vec::new();
        for (at, other) in self.resources.iter().enumerate().take(place) {
            let below = |text: &str| is_below(text, &other.id);
            let extends = target(&own.id).scope;
            if below(&own.id) || below(&extends) || mentions(&own.body, &below) {
                needed.push(at);
            }
        }
        needed
    }
}

/// Whether an id is that of a resource or of something in it.
fn is_below(id: &str, resource: &str) -> bool {
    let (Some(begin), Some(rest)) = (id.get(..resource.len()), id.get(resource.len()..)) else {
        return false;
    };
    begin.eq_ignore_ascii_case(resource) && (rest.is_empty() || rest.starts_with('/'))
}

fn mentions(value: &Value, is_wanted: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => is_wanted(text),
        Value::Array(items) => items.iter().any(|item| mentions(item, is_wanted)),
        Value::Object(fields) => fields.values().any(|value| mentions(value, is_wanted)),
        _ => false,
    }
}
