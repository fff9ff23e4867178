//! How far the work is that a request began.

use super::body::Object;
use super::call::{Call, Handled};
use super::error::Failure;
use super::http::Answer;
use super::{disk_accesses, disks, encryption_sets, snapshots, work};
use crate::cloud::{Command, EventKind};
use crate::ids::ResourceId;
use crate::timeline::{LogEntry, Outcome, Timeline};
use crate::units::SimInstant;

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
    let (place, entry) = work::find(call.timeline, name).ok_or_else(unknown)?;
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
