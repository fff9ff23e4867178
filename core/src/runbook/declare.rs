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
            // What is protected no more stays declared as it was made, for nothing is made in that state.
            ("PUT", _)
                if request
                    .body
                    .pointer("/properties/protectionState")
                    .is_some() =>
            {
                let body = super::language::one_line(&request.body);
                let note = format!(
                    "Step {number}: {title}; send PUT {} with {body}",
                    request.id
                );
                self.notes.push(note);
            }
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

    /// For each resource the places of those that it refers to, is a part of, or is made after.
    pub(super) fn needs(&self) -> Vec<Vec<usize>> {
        // Ids in order, so that each text is looked up and not held against all.
        let ids = self.resources.iter().enumerate();
        let mut ids: Vec<(String, usize)> = ids
            .map(|(at, own)| (own.id.to_ascii_lowercase(), at))
            .collect();
        ids.sort_unstable();
        let found = |text: &str, place: usize, needed: &mut Vec<usize>| {
            let text = text.to_ascii_lowercase();
            let ends = text.match_indices('/').map(|(end, _)| end);
            for end in ends.chain([text.len()]).filter(|end| *end > 0) {
                let Some(part) = text.get(..end) else {
                    continue;
                };
                let from = ids.partition_point(|(id, _)| id.as_str() < part);
                let same = ids.iter().skip(from).take_while(|(id, _)| id == part);
                needed.extend(same.map(|(_, at)| *at).filter(|at| *at < place));
            }
        };
        let captured = self.captured_before();
        let mut all = Vec::with_capacity(self.resources.len());
        for (place, (own, before)) in self.resources.iter().zip(captured).enumerate() {
            let mut needed = Vec::new();
            found(&own.id, place, &mut needed);
            found(&target(&own.id).scope, place, &mut needed);
            mentions(&own.body, &mut |text| found(text, place, &mut needed));
            needed.sort_unstable();
            needed.dedup();
            needed.extend(before);
            all.push(needed);
        }
        all
    }

    /// For each point the points of the same VM that are made before it: two creations for one VM do not overlap. The
    /// last of all, and the last of its own group, for what another group has is in another deployment.
    fn captured_before(&self) -> Vec<Vec<usize>> {
        let mut collections: Vec<(String, String)> = Vec::new();
        for made in &self.resources {
            let source = made.body.pointer("/properties/source/id");
            if let Some(source) = source.and_then(Value::as_str) {
                collections.push((made.id.to_ascii_lowercase(), source.to_ascii_lowercase()));
            }
        }
        collections.sort_unstable();
        let vm = |collection: &str| {
            let collection = collection.to_ascii_lowercase();
            let at = collections.binary_search_by(|(id, _)| id.as_str().cmp(&collection));
            let known = at.ok().and_then(|at| collections.get(at));
            known.map_or(collection, |(_, source)| source.clone())
        };
        // Of each VM and of each VM in each group the last point so far.
        let mut last: Vec<(String, usize)> = Vec::new();
        let mut note =
            |key: String, place: usize| match last.binary_search_by(|(known, _)| known.cmp(&key)) {
                Ok(at) => last
                    .get_mut(at)
                    .map(|known| std::mem::replace(&mut known.1, place)),
                Err(at) => {
                    last.insert(at, (key, place));
                    None
                }
            };
        let mut all = Vec::with_capacity(self.resources.len());
        for (place, own) in self.resources.iter().enumerate() {
            let Some(collection) = captures(own) else {
                all.push(Vec::new());
                continue;
            };
            let vm = vm(collection);
            let group = target(&own.id).group.to_ascii_lowercase();
            let beside = note(format!("{group} {vm}"), place);
            let one = note(vm, place);
            let mut before: Vec<usize> = beside.into_iter().chain(one).collect();
            before.dedup();
            all.push(before);
        }
        all
    }
}

/// The collection of a point that is taken of a VM, and not copied from another point.
fn captures(own: &RunbookRequest) -> Option<&str> {
    let copied = own.body.pointer("/properties/sourceRestorePoint").is_some();
    let (collection, name) = own.id.rsplit_once("/restorePoints/")?;
    (own.method == "PUT" && !copied && !name.contains('/')).then_some(collection)
}

/// Whether an id is that of a resource or of something in it.
fn is_below(id: &str, resource: &str) -> bool {
    let (Some(begin), Some(rest)) = (id.get(..resource.len()), id.get(resource.len()..)) else {
        return false;
    };
    begin.eq_ignore_ascii_case(resource) && (rest.is_empty() || rest.starts_with('/'))
}

fn mentions(value: &Value, found: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => found(text),
        Value::Array(items) => items.iter().for_each(|item| mentions(item, found)),
        Value::Object(fields) => fields.values().for_each(|value| mentions(value, found)),
        _ => {}
    }
}
