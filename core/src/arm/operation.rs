//! Work that goes on, and the addresses that tell how far it is.
//!
//! Such work is a command of the log, and its address names the command's place there. So there is nothing
//! to remember beside the log: undo, a loaded scenario and a copy of the lab have the same operations.

use super::body::Object;
use super::call::{Call, Handled};
use super::error::Failure;
use super::http::Answer;
use super::{disk_accesses, disks, encryption_sets, snapshots};
use crate::cloud::{Cloud, Command, EventKind};
use crate::ids::ResourceId;
use crate::model::ProvisioningState;
use crate::timeline::{LogEntry, Outcome, Timeline};
use crate::units::SimInstant;

/// Work that a request began.
#[derive(Clone, Debug)]
pub(super) struct Work {
    /// The command's place in the log.
    pub(super) place: usize,
    /// The region, as the record of its resource spells it.
    pub(super) location: String,
    /// Whether disks are worked on: another provider, other addresses.
    pub(super) of_disks: bool,
    /// Whether the answer also has the address that gives the result.
    pub(super) monitored: bool,
}

/// The GUID of the work at a place of the log: its first eight digits are the place, made unrecognisable.
fn guid(cloud: &Cloud, place: usize, entry: &LogEntry) -> String {
    let key = cloud.guid_of("operations");
    let mask = key
        .get(..8)
        .and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let place = u32::try_from(place).unwrap_or(u32::MAX) ^ mask.unwrap_or_default();
    let told = format!("{} {} {}", entry.command.type_name(), entry.at, place);
    let rest = cloud.guid_of(&told);
    format!("{place:08x}{}", rest.get(8..).unwrap_or_default())
}

/// The entry of the log that a GUID names.
fn find<'t>(timeline: &'t Timeline, name: &str) -> Option<(usize, &'t LogEntry)> {
    let cloud = timeline.cloud();
    let key = cloud.guid_of("operations");
    let mask = u32::from_str_radix(key.get(..8)?, 16).ok()?;
    let place = (u32::from_str_radix(name.get(..8)?, 16).ok()? ^ mask) as usize;
    let entry = timeline.log().get(place)?;
    let same = guid(cloud, place, entry).eq_ignore_ascii_case(name);
    same.then_some((place, entry))
}

/// Adds the headers that tell where to ask.
pub(super) fn announce(call: &Call<'_>, work: &Work, answer: &mut Answer) {
    let Some(entry) = call.timeline.log().get(work.place) else {
        return;
    };
    let cloud = call.cloud();
    let name = guid(cloud, work.place, entry);
    let kind = if work.of_disks {
        "DiskOperations"
    } else {
        "operations"
    };
    let partition = cloud.guid_of(&work.location);
    // No address has spaces; a region that is spelled with them is the same without.
    let location = work.location.replace(' ', "");
    let address = format!(
        "{}/subscriptions/{}/providers/Microsoft.Compute/locations/{location}/{kind}/{name}?p={partition}",
        call.address.origin, call.subscription
    );
    let version = call.version;
    if work.monitored {
        answer.header(
            "location",
            format!("{address}&monitor=true&api-version={version}"),
        );
    }
    answer.header(
        "azure-asyncoperation",
        format!("{address}&api-version={version}"),
    );
    if !work.of_disks {
        answer.header("azure-asyncnotification", "Enabled");
    }
}

/// How far work is.
enum Stage {
    Running,
    Done(SimInstant),
    Failed(SimInstant, Failure),
}

/// `GET .../operations/{guid}`.
pub(super) fn get(call: &mut Call<'_>) -> Handled {
    read(call, false)
}

/// `GET .../DiskOperations/{guid}`.
pub(super) fn get_disk(call: &mut Call<'_>) -> Handled {
    read(call, true)
}

fn read(call: &Call<'_>, of_disks: bool) -> Handled {
    let name = call.name(1);
    let unknown = || {
        Failure::new(
            404,
            "NotFound",
            "The entity was not found in this Azure location.",
        )
    };
    let (place, entry) = find(call.timeline, name).ok_or_else(unknown)?;
    let Outcome::Ok { events } = &entry.outcome else {
        return Err(unknown());
    };
    let subject = events.first().map(|event| event.subject.clone());
    let stage = stage(call.timeline, place, entry, subject.as_ref());
    let monitor = call
        .address
        .parameter("monitor")
        .is_some_and(|word| word.eq_ignore_ascii_case("true"));
    let output = match (&stage, &subject) {
        (Stage::Done(_), Some(id)) if of_disks => output(call, &entry.command, id),
        _ => None,
    };
    if monitor {
        return Ok(match stage {
            Stage::Running => {
                let mut answer = Answer::empty(202);
                answer.header("location", call.request.url.clone());
                answer
            }
            Stage::Done(_) => {
                output.map_or_else(|| Answer::empty(200), |body| Answer::json(200, body))
            }
            Stage::Failed(_, failure) => failure.answer(),
        });
    }
    let mut body = Object::default();
    body.text("startTime", Call::time(entry.at));
    match &stage {
        Stage::Running => body.text("status", "InProgress"),
        Stage::Done(at) => {
            body.text("endTime", Call::time(*at));
            body.text("status", "Succeeded");
        }
        Stage::Failed(at, failure) => {
            body.text("endTime", Call::time(*at));
            body.text("status", "Failed");
            body.object("error", failure.node());
        }
    }
    if let Some(output) = output {
        let mut properties = Object::default();
        properties.put("output", super::body::Node::Raw(output));
        body.object("properties", properties);
    }
    body.text("name", name);
    Ok(Answer::json(200, body.print(None)))
}

/// How far a command is: where it begins something that takes its time, the events since tell.
fn stage(
    timeline: &Timeline,
    place: usize,
    entry: &LogEntry,
    subject: Option<&ResourceId>,
) -> Stage {
    let takes_time = matches!(
        entry.command,
        Command::CreateRestorePoint(_)
            | Command::CopyRestorePoint(_)
            | Command::DeleteRestorePoint(_)
            | Command::DeleteRestorePointCollection(_)
    );
    let Some(subject) = subject else {
        return Stage::Done(entry.at);
    };
    if !takes_time {
        let disk = timeline.cloud().disks().get(subject);
        return match disk.and_then(|disk| disk.ready_at) {
            Some(_) => Stage::Running,
            None => Stage::Done(entry.at),
        };
    }
    let later = timeline.log().iter().skip(place);
    let events = later.filter_map(|entry| match &entry.outcome {
        Outcome::Ok { events } => Some(events),
        Outcome::Rejected { .. } => None,
    });
    for event in events.flatten().filter(|event| event.subject == *subject) {
        match event.kind {
            EventKind::RestorePointSucceeded | EventKind::Deleted => return Stage::Done(event.at),
            EventKind::RestorePointFailed => {
                let (code, message) = event
                    .text
                    .split_once(": ")
                    .unwrap_or(("InternalError", &event.text));
                return Stage::Failed(event.at, Failure::new(200, code, message));
            }
            _ => {}
        }
    }
    Stage::Running
}

/// What the provider of disks gives at the end: the resource, or the address that reads it.
fn output(call: &Call<'_>, command: &Command, id: &ResourceId) -> Option<String> {
    match command {
        Command::GrantAccess(_) => return super::access::output(call, id),
        Command::RevokeAccess(_) => return None,
        _ => {}
    }
    let made = disks::body(call, id).or_else(|| snapshots::body(call, id));
    let made = made.or_else(|| encryption_sets::body(call, id));
    made.or_else(|| disk_accesses::body(call, id))
}

/// The words for a life stage.
pub(super) const fn state(state: ProvisioningState) -> &'static str {
    match state {
        ProvisioningState::Creating => "Creating",
        ProvisioningState::Succeeded => "Succeeded",
        ProvisioningState::Failed => "Failed",
        ProvisioningState::Deleting => "Deleting",
    }
}
