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
    let mut known: Vec<&str> = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let number = number + 1;
        if step.items.is_empty() {
            declared
                .notes
                .push(format!("Step {number}: {}", step.title));
        }
        let notes = declared.notes.len();
        for item in &step.items {
            let RunbookItem::Request(request) = item else {
                continue;
            };
            declared.add(request, number, &step.title, actions);
        }
        // Titles are not declared. What holds for many steps is said once.
        let unsaid = step.unsaid.as_str();
        if !unsaid.is_empty() && notes == declared.notes.len() && !known.contains(&unsaid) {
            known.push(unsaid);
            declared.notes.push(format!("Step {number}: {unsaid}"));
        }
    }
    declared
}

/// Ids in small letters with the places of their resources, sorted.
pub(super) type ById = Vec<(String, usize)>;

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

    /// The resources by their ids in small letters, to be looked up by [`Self::needs`].
    pub(super) fn by_id(&self) -> ById {
        let places = self.resources.iter().enumerate();
        let mut all: ById = places
            .map(|(at, own)| (own.id.to_ascii_lowercase(), at))
            .collect();
        all.sort_unstable();
        all
    }

    /// The places of the resources that one of them refers to, or is a part of. `by_id` is what [`Self::by_id`] gave.
    pub(super) fn needs(&self, place: usize, by_id: &ById) -> Vec<usize> {
        let Some(own) = self.resources.get(place) else {
            return Vec::new();
        };
        let mut texts = vec![own.id.as_str()];
        let extends = target(&own.id).scope;
        texts.push(&extends);
        mentioned(&own.body, &mut texts);
        let mut needed: Vec<usize> = Vec::new();
        for text in texts {
            let text = text.to_ascii_lowercase();
            // The id itself, and each that it lies below.
            let ends = text.match_indices('/').map(|(end, _)| end);
            for end in ends.chain([text.len()]) {
                let id = text.get(..end).unwrap_or_default();
                needed.extend(places_of(by_id, id).filter(|at| *at < place));
            }
        }
        needed.sort_unstable();
        needed.dedup();
        needed.extend(self.captured_before(place, own, by_id));
        needed
    }

    /// The points of the same VM that are made before a point: two creations for one VM do not overlap. The last of
    /// all, and the last of its own group, for what another group has is in another deployment.
    fn captured_before(&self, place: usize, own: &RunbookRequest, by_id: &ById) -> Vec<usize> {
        let Some(collection) = captures(own) else {
            return Vec::new();
        };
        let source = |id: &str| {
            let id = id.to_ascii_lowercase();
            let mut made = places_of(by_id, &id).filter_map(|at| self.resources.get(at));
            let made = made.find(|made| made.method == "PUT");
            let source = made.and_then(|made| made.body.pointer("/properties/source/id"));
            source.and_then(Value::as_str).map(str::to_lowercase)
        };
        let vm = source(collection);
        let before = self.resources.iter().enumerate().take(place).rev();
        let mut same_vm = before.filter(|(_, other)| {
            captures(other).is_some_and(|other| {
                other.eq_ignore_ascii_case(collection) || (vm.is_some() && source(other) == vm)
            })
        });
        let group = |id: &str| target(id).group.to_lowercase();
        let Some((last, one)) = same_vm.next() else {
            return Vec::new();
        };
        let here = group(&own.id);
        let beside = (group(&one.id) != here)
            .then(|| same_vm.find(|(_, other)| group(&other.id) == here))
            .flatten();
        beside.map(|(at, _)| at).into_iter().chain([last]).collect()
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

/// Every text in a value.
fn mentioned<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(items) => items.iter().for_each(|item| mentioned(item, texts)),
        Value::Object(fields) => fields.values().for_each(|value| mentioned(value, texts)),
        _ => {}
    }
}

/// The places of the resources with an id in small letters, in the order made.
fn places_of<'a>(by_id: &'a ById, id: &'a str) -> impl Iterator<Item = usize> + 'a {
    let first = by_id.partition_point(|(known, _)| known.as_str() < id);
    let from = by_id.iter().skip(first);
    from.take_while(move |(known, _)| known == id)
        .map(|(_, at)| *at)
}
