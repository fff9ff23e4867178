//! One request on its way: what its handler reads and what it does.

use super::Mode;
use super::body::Object;
use super::error::Failure;
use super::http::{Answer, Request};
use super::url::Address;
use super::work::Work;
use crate::cloud::{Cloud, Command, KeepProperties};
use crate::ids::{ResourceId, ResourceType};
use crate::model::{FactSet, FactValue};
use crate::parts::Part;
use crate::timeline::Timeline;
use crate::units::SimInstant;
use serde_json::{Map, Value};

/// What a handler gives.
pub(super) type Handled = Result<Answer, Failure>;

/// A request that was understood: which operation, on what, with which body.
pub(super) struct Call<'a> {
    pub(super) timeline: &'a mut Timeline,
    pub(super) mode: &'a Mode,
    pub(super) request: &'a Request,
    pub(super) address: &'a Address<'a>,
    pub(super) version: &'a str,
    pub(super) subscription: &'a str,
    /// The resource group; empty for operations on a subscription.
    pub(super) group: &'a str,
    /// The names in the path, in their order.
    pub(super) names: Vec<&'a str>,
    /// The body; `null` where there is none.
    pub(super) body: Value,
}

impl<'a> Call<'a> {
    pub(super) fn cloud(&self) -> &Cloud {
        self.timeline.cloud()
    }

    /// A name in the path.
    pub(super) fn name(&self, at: usize) -> &'a str {
        self.names.get(at).copied().unwrap_or_default()
    }

    /// The id of a resource of this group.
    pub(super) fn id(&self, kind: ResourceType) -> ResourceId {
        ResourceId::new(self.subscription, self.group, kind, self.name(0))
    }

    /// Whether the version of the request is at least this one.
    pub(super) fn since(&self, version: &str) -> bool {
        self.version >= version
    }

    /// Whether the query asks to expand something.
    pub(super) fn expands(&self, what: &str) -> bool {
        let asked = self.address.parameter("$expand").unwrap_or_default();
        asked
            .split(',')
            .any(|word| word.trim().eq_ignore_ascii_case(what))
    }

    /// Refuses expansions that the operation does not have.
    pub(super) fn check_expand(&self, known: &[&str]) -> Result<(), Failure> {
        let Some(asked) = self.address.parameter("$expand") else {
            return Ok(());
        };
        let is_known = |word: &str| {
            known
                .iter()
                .any(|known| known.eq_ignore_ascii_case(word.trim()))
        };
        if asked.split(',').all(is_known) {
            return Ok(());
        }
        let message = format!("The value '{asked}' of parameter $expand is invalid.");
        Err(Failure::invalid("$expand", message))
    }

    /// What stands at a place of the body; nothing where it is `null`.
    pub(super) fn at(&self, path: &str) -> Option<&Value> {
        at(&self.body, path)
    }

    /// The text at a place of the body.
    pub(super) fn text(&self, path: &str) -> Result<Option<&str>, Failure> {
        text_at(&self.body, path, path)
    }

    /// The text at a place of the body, which must be there.
    pub(super) fn needs(&self, path: &str) -> Result<&str, Failure> {
        self.text(path)?.ok_or_else(|| missing(path))
    }

    /// The whole number at a place of the body.
    pub(super) fn number(&self, path: &str) -> Result<Option<u64>, Failure> {
        number_at(&self.body, path, path)
    }

    /// The id at a place of the body, which must be one.
    pub(super) fn id_at(&self, path: &str) -> Result<Option<ResourceId>, Failure> {
        self.text(path)?.map(|text| linked(text, path)).transpose()
    }

    /// Notes the texts that stand at these paths as facts, each under its name.
    pub(super) fn words(&self, facts: &mut FactSet, of: &[(&str, &str)]) -> Result<(), Failure> {
        for (fact, path) in of {
            if let Some(word) = self.text(path)? {
                facts.insert((*fact).to_owned(), FactValue::Text(word.to_owned()));
            }
        }
        Ok(())
    }

    /// Refuses what a lock stops where it is only kept: a lock stops a change of tags like any other. What is
    /// kept of a lock itself is none.
    fn refuse_locked(&self, command: &Command) -> Result<(), Failure> {
        if let Command::KeepProperties(kept) = command
            && let Some(id) = ResourceId::scope(&kept.resource)
            && !id.as_str().contains("/Microsoft.Authorization/locks/")
        {
            self.cloud().refuse_locked(&id, kept.properties.is_none())?;
        }
        // What asks for such a command is refused before its handler; this is for what is overlooked there.
        let lacks = Part::Resources.is_missing()
            && Command::part_of(command.type_name()) == Some(Part::Resources);
        if lacks {
            return Err(Failure::lacks(Part::Beside));
        }
        Ok(())
    }

    /// Carries a command out; its place in the log.
    pub(super) fn carry_out(&mut self, command: Command) -> Result<usize, Failure> {
        self.refuse_locked(&command)?;
        self.timeline.execute(command)?;
        Ok(self.timeline.log().len() - 1)
    }

    /// Carries out what belongs to the command before.
    pub(super) fn also(&mut self, command: Command) -> Result<(), Failure> {
        Ok(self.timeline.join(command)?)
    }

    /// Carries several commands out as one step, all or none; the place of the first in the log.
    pub(super) fn carry_out_all(&mut self, commands: Vec<Command>) -> Result<usize, Failure> {
        let place = self.timeline.log().len();
        commands
            .iter()
            .try_for_each(|command| self.refuse_locked(command))?;
        self.timeline.execute_all(commands)?;
        Ok(place)
    }

    /// Whether what begins now is over at the first poll.
    pub(super) fn at_once(&self) -> Option<bool> {
        self.mode.first_poll.then_some(true)
    }

    /// The answer of work that goes on: with the addresses that tell how far it is.
    pub(super) fn begun(&self, status: u16, body: Option<String>, work: &Work) -> Answer {
        let mut answer =
            body.map_or_else(|| Answer::empty(status), |body| Answer::json(status, body));
        let Some(path) = work.path(self.timeline, self.subscription) else {
            return answer;
        };
        let (origin, version) = (&self.address.origin, self.version);
        if work.monitored {
            let monitor = format!("{origin}{path}&monitor=true&api-version={version}");
            answer.header("location", monitor);
        }
        let progress = format!("{origin}{path}&api-version={version}");
        answer.header("azure-asyncoperation", progress);
        if !work.of_disks {
            answer.header("azure-asyncnotification", "Enabled");
        }
        answer
    }

    /// An instant as the service writes it.
    pub(super) fn time(at: SimInstant) -> String {
        let text = at.to_string();
        text.strip_suffix('Z').unwrap_or(&text).to_owned() + "+00:00"
    }
}

/// The command that keeps what was given and is not simulated.
pub(super) fn keep(id: &ResourceId, properties: Value) -> Command {
    let properties = match properties {
        Value::Object(fields) => Some(fields),
        _ => None,
    };
    Command::KeepProperties(KeepProperties {
        resource: id.to_string(),
        properties,
    })
}

/// The value at a place, members parted by dots; nothing where it is `null`.
pub(super) fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let steps = path.split('.').filter(|_| !path.is_empty());
    let found = steps.into_iter().try_fold(value, |value, name| {
        let fields = value.as_object()?;
        fields.get(name)
    });
    found.filter(|value| !value.is_null())
}

pub(super) fn text_at<'v>(
    value: &'v Value,
    path: &str,
    target: &str,
) -> Result<Option<&'v str>, Failure> {
    match at(value, path) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(wrong(target, "a text")),
    }
}

pub(super) fn number_at(value: &Value, path: &str, target: &str) -> Result<Option<u64>, Failure> {
    match at(value, path) {
        None => Ok(None),
        Some(Value::Number(number)) if number.is_u64() => Ok(number.as_u64()),
        Some(_) => Err(wrong(target, "a whole number, zero or more")),
    }
}

pub(super) fn wrong(target: &str, expected: &str) -> Failure {
    Failure::invalid(
        target,
        format!("The value of parameter {target} is invalid: expected {expected}."),
    )
}

pub(super) fn missing(path: &str) -> Failure {
    Failure::invalid(
        path,
        format!("Required parameter '{path}' is missing (null)."),
    )
}

/// The id that a text in a body is.
pub(super) fn linked(text: &str, path: &str) -> Result<ResourceId, Failure> {
    text.parse().map_err(|_| {
        let message = format!(
            "Property id '{text}' at path '{path}' is invalid. Expect fully qualified resource Id that start with '/subscriptions/{{subscriptionId}}' or '/providers/{{resourceProviderNamespace}}/'."
        );
        Failure::new(400, "LinkedInvalidPropertyId", message)
    })
}

/// `{ "value": [...], "nextLink": ... }` of a page of items.
pub(super) fn page<'i>(
    call: &Call<'_>,
    mut items: impl Iterator<Item = &'i ResourceId>,
    mut body: impl FnMut(&'i ResourceId) -> Option<String>,
) -> Handled {
    page_of(call, &mut || items.next(), &mut body)
}

// Once for all lists: each has iterators of its own.
fn page_of<'i>(
    call: &Call<'_>,
    next: &mut dyn FnMut() -> Option<&'i ResourceId>,
    body: &mut dyn FnMut(&'i ResourceId) -> Option<String>,
) -> Handled {
    let asked = match call.address.parameter("$top") {
        None => None,
        Some(text) => match text.parse::<usize>() {
            Ok(top) if top > 0 => Some(top),
            _ => return Err(wrong("$top", "a whole number, one or more")),
        },
    };
    let configured = usize::try_from(call.cloud().settings().page_size()).unwrap_or(usize::MAX);
    let size = asked.unwrap_or(configured).min(configured).max(1);
    let skip = match call.address.parameter("$skiptoken") {
        None => 0,
        Some(text) => text
            .parse::<usize>()
            .map_err(|_| wrong("$skiptoken", "a token of a nextLink"))?,
    };
    let passed = (0..skip).all(|_| next().is_some());
    let mut nodes = Vec::new();
    for _ in 0..size {
        let Some(id) = next().filter(|_| passed) else {
            break;
        };
        nodes.extend(body(id).map(super::body::Node::Raw));
    }
    let more = passed && next().is_some();
    let mut list = Object::default();
    list.put("value", super::body::Node::List(nodes));
    if more {
        // The path as it was sent: what had to be encoded there has to be here.
        let url = call.request.url.as_str();
        let path = url.split(['?', '#']).next().unwrap_or(url);
        let mut link = format!(
            "{path}?api-version={}&$skiptoken={}",
            call.version,
            skip + size
        );
        if let Some(top) = asked {
            link += &format!("&$top={top}");
        }
        if let Some(expand) = call.address.parameter("$expand") {
            link += &format!("&$expand={expand}");
        }
        list.text("nextLink", link);
    }
    Ok(Answer::json(200, list.print(None)))
}

/// The fields of a body that are objects, blank where it is none.
pub(super) fn fields(value: &Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields.clone(),
        _ => Map::new(),
    }
}

/// Puts what is new into what is kept; `null` and lists replace.
pub(super) fn merge(kept: &mut Map<String, Value>, new: &Value) {
    for (name, value) in new.as_object().into_iter().flatten() {
        match (kept.get_mut(name), value) {
            (Some(Value::Object(inner)), Value::Object(_)) => merge(inner, value),
            _ => drop(kept.insert(name.clone(), value.clone())),
        }
    }
}
