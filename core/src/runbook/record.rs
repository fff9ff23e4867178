//! Steps from commands: each is carried out in a lab, translated, and its requests are sent to the endpoint of
//! a second lab that has seen nothing but the runbook so far.

use super::asked::{asked, made_once};
use super::translate::{translate, until_ready};
use super::{RunbookItem, RunbookRequest, RunbookStep, facts};
use crate::arm::{self, Mode};
use crate::cloud::{
    AdvanceClock, Attachment, Cloud, Command, KeepProperties, UpdateDisk, UpdateVirtualMachine,
    WriteBlocks,
};
use crate::ids::ResourceId;
use crate::model::{FactSet, FactValue, ProvisioningState};
use crate::timeline::{Outcome, TimedCommand, Timeline};
use crate::units::{ByteCount, SimInstant};
use serde_json::Value;

/// The steps that commands come to, from a state on.
#[must_use]
pub fn record(origin: &Cloud, commands: &[TimedCommand]) -> Vec<RunbookStep> {
    let mut recorder = Recorder {
        lab: Timeline::new(origin.clone()),
        replay: Timeline::new(origin.clone()),
        begun: Vec::new(),
        vaults: Vec::new(),
        steps: Vec::new(),
    };
    let mut rest = commands;
    while let Some((timed, after)) = rest.split_first() {
        rest = after;
        let now = recorder.lab.cloud().now();
        let at = timed.at.unwrap_or(now).max(now);
        recorder.pass(at);
        // What the resource was given beside stands in the same request.
        let beside = rest.first().and_then(|next| match &next.command {
            Command::KeepProperties(kept) if next.at.unwrap_or(at) <= at => Some(kept),
            _ => None,
        });
        if recorder.step(at, &timed.command, beside) {
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    let at = recorder.lab.cloud().now();
    let waits = recorder.waits();
    if !waits.is_empty() {
        recorder.steps.push(RunbookStep {
            at: Some(at),
            title: "what is still to be waited for".to_owned(),
            items: waits,
            replayed: true,
            ..RunbookStep::default()
        });
    }
    recorder.steps
}

struct Recorder {
    lab: Timeline,
    /// The lab behind the endpoint that the requests are tried on.
    replay: Timeline,
    /// What was begun and not yet waited for.
    begun: Vec<ResourceId>,
    /// The requests that made vaults.
    vaults: Vec<RunbookRequest>,
    steps: Vec<RunbookStep>,
}

/// Commands of which there are many and whose one request says all that they say: that the endpoint takes it is
/// enough. All others are held against what their requests do by the digest.
fn is_plain(command: &Command) -> bool {
    match command {
        Command::CreateRestorePoint(fields) => fields.disk_encryption_sets.is_empty(),
        Command::CopyRestorePoint(fields) => fields.disk_encryption_sets.is_empty(),
        Command::DeleteRestorePoint(_) => true,
        _ => false,
    }
}

impl Recorder {
    fn pass(&mut self, to: SimInstant) {
        for timeline in [&mut self.lab, &mut self.replay] {
            if timeline.cloud().now() < to {
                let wait = AdvanceClock {
                    by: None,
                    to: Some(to),
                    until: None,
                };
                // An instant that is to come can be waited for.
                let _passed = timeline.execute(Command::AdvanceClock(wait));
            }
        }
    }

    /// Carries a command out and notes its step; whether what is kept `beside` it went the same way.
    fn step(&mut self, at: SimInstant, command: &Command, beside: Option<&KeepProperties>) -> bool {
        let before = self.lab.cloud().clone();
        let events = match self.lab.dispatch(command.clone()) {
            Outcome::Ok { events } => events,
            Outcome::Rejected { error } => {
                let title = format!(
                    "not done: {} was refused with {}: {}",
                    command.type_name(),
                    error.code,
                    error.message
                );
                // A refusal changes nothing.
                self.steps.push(RunbookStep {
                    at: Some(at),
                    title,
                    replayed: true,
                    ..RunbookStep::default()
                });
                return false;
            }
        };
        let mut step = RunbookStep {
            at: Some(at),
            title: events.first().map_or_else(
                || command.type_name().to_owned(),
                |event| event.text.clone(),
            ),
            replayed: true,
            at_once: command.is_at_once().then_some(true),
            ..RunbookStep::default()
        };
        let subject = events.first().map(|event| event.subject.clone());
        let items = if let Some((mut items, words)) = asked(command, &before, self.lab.cloud()) {
            if !words.is_empty() {
                step.title = format!("{}; {words}", step.title);
                step.unsaid = words;
            }
            made_once(&mut self.vaults, &mut items);
            Some(items)
        } else {
            let subject = subject.as_ref();
            subject.and_then(|subject| translate(command, &before, self.lab.cloud(), subject))
        };
        let Some(mut items) = items else {
            step.lab.push(command.clone());
            let _same = self.replay.dispatch(command.clone());
            self.steps.push(step);
            return false;
        };
        let with = beside.filter(|kept| merge_kept(&mut items, kept));
        if let Some(kept) = with {
            let _kept = self.lab.dispatch(Command::KeepProperties(kept.clone()));
        }
        step.items = self.waits();
        self.begun
            .extend(subject.filter(|id| goes_on(self.lab.cloud(), id)));
        if !self.try_requests(&items, (!is_plain(command)).then_some(&before), &mut step) {
            step.replayed = false;
            step.lab = vec![command.clone()];
            step.lab.extend(with.cloned().map(Command::KeepProperties));
            for command in &step.lab {
                let _same = self.replay.dispatch(command.clone());
            }
        }
        step.items.extend(items);
        self.steps.push(step);
        with.is_some()
    }

    /// Sends requests to the endpoint; whether they end, with what is added to the step, in the same state. Where the
    /// state before is given, that is looked at.
    fn try_requests(
        &mut self,
        items: &[RunbookItem],
        before: Option<&Cloud>,
        step: &mut RunbookStep,
    ) -> bool {
        let untried = before.map(|before| (before, self.replay.clone()));
        let mode = Mode {
            first_poll: step.at_once == Some(true),
            strict_scopes: false,
        };
        let requests = items.iter().filter_map(|item| match item {
            RunbookItem::Request(request) => Some(request),
            RunbookItem::Wait(_) => None,
        });
        let mut done = requests
            .clone()
            .all(|request| arm::handle(&mut self.replay, &mode, &request.request()).status < 400);
        if let Some((before, untried)) = untried {
            if done {
                let ids = requests.map(|request| request.id.as_str());
                step.lab = self.differences(ids, before);
                for command in &step.lab {
                    let _noted = self.replay.dispatch(command.clone());
                }
                done = self.replay.cloud().digest() == self.lab.cloud().digest();
            }
            if !done {
                self.replay = untried;
            }
        }
        done
    }

    /// Commands that make up for what requests do not carry: facts, content, and what is kept beside.
    fn differences<'a>(&self, ids: impl Iterator<Item = &'a str>, before: &Cloud) -> Vec<Command> {
        let (lab, replay) = (self.lab.cloud(), self.replay.cloud());
        let mut commands = Vec::new();
        let mut touched: Vec<ResourceId> = Vec::new();
        for id in ids {
            let Some(id) = ResourceId::scope(id) else {
                continue;
            };
            let vm = lab.virtual_machines().get(&id);
            touched.push(id);
            touched.extend(
                vm.into_iter()
                    .flat_map(|vm| &vm.attachments)
                    .filter_map(Attachment::managed)
                    .cloned(),
            );
        }
        for id in &touched {
            if let (Some(own), Some(other)) = (
                lab.virtual_machines().get(id),
                replay.virtual_machines().get(id),
            ) && let Some((facts, remove)) = changed(&own.facts, &other.facts)
            {
                let virtual_machine = id.to_string();
                commands.push(Command::UpdateVirtualMachine(UpdateVirtualMachine {
                    virtual_machine,
                    facts,
                    remove,
                }));
            }
            if let (Some(own), Some(other)) = (lab.disks().get(id), replay.disks().get(id))
                && let Some((facts, remove)) = changed(&own.facts, &other.facts)
            {
                let disk = id.to_string();
                if let Some(FactValue::Integer(used)) = facts.get("usedGiB")
                    && !before.disks().contains_key(id)
                    && let Some(last) = blocks(*used, own.block_size).checked_sub(1)
                {
                    let disk = disk.clone();
                    commands.push(Command::WriteBlocks(WriteBlocks {
                        disk,
                        first: 0,
                        last,
                    }));
                }
                commands.push(Command::UpdateDisk(UpdateDisk {
                    disk,
                    facts,
                    remove,
                }));
            }
            if lab.kept(id) != replay.kept(id) {
                commands.push(Command::KeepProperties(KeepProperties {
                    resource: id.to_string(),
                    properties: lab.kept(id).and_then(Value::as_object).cloned(),
                }));
            }
        }
        commands
    }

    /// Waits for what was begun and has ended by now.
    fn waits(&mut self) -> Vec<RunbookItem> {
        let cloud = self.lab.cloud();
        let (rest, over) = std::mem::take(&mut self.begun)
            .into_iter()
            .partition(|id| goes_on(cloud, id));
        self.begun = rest;
        let over: Vec<ResourceId> = over;
        let there = over.iter().filter(|id| is_there(cloud, id));
        there
            .map(|id| RunbookItem::Wait(until_ready(id, cloud)))
            .collect()
    }
}

fn blocks(used_gib: i64, block_size: crate::units::BlockSize) -> u64 {
    block_size.blocks_in(ByteCount::from_gib(used_gib.unsigned_abs()))
}

/// Whether work on a resource is not over.
fn goes_on(cloud: &Cloud, id: &ResourceId) -> bool {
    let point = cloud.restore_points().get(id);
    let point = point
        .is_some_and(|point| point.state == ProvisioningState::Creating || point.is_replicating());
    let disk = cloud.disks().get(id);
    point || disk.is_some_and(|disk| disk.ready_at.is_some())
}

fn is_there(cloud: &Cloud, id: &ResourceId) -> bool {
    let point = cloud.restore_points().get(id);
    point.is_some_and(|point| point.state == ProvisioningState::Succeeded)
        || cloud.disks().contains_key(id)
}

/// The facts to set and the names to take back.
fn changed(own: &FactSet, other: &FactSet) -> Option<(FactSet, Vec<String>)> {
    let set = own
        .iter()
        .filter(|(name, value)| other.get(name.as_str()) != Some(value));
    let set: FactSet = set
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let remove = other
        .iter()
        .filter(|(name, _)| !own.contains_key(name.as_str()));
    let remove: Vec<String> = remove.map(|(name, _)| name.clone()).collect();
    (!set.is_empty() || !remove.is_empty()).then_some((set, remove))
}

/// Puts what a resource was given beside into the request that makes it; whether there is one.
fn merge_kept(items: &mut [RunbookItem], kept: &KeepProperties) -> bool {
    let Some(properties) = &kept.properties else {
        return false;
    };
    let made = items.iter_mut().find_map(|item| match item {
        RunbookItem::Request(request)
            if request.method != "DELETE" && request.id.eq_ignore_ascii_case(&kept.resource) =>
        {
            Some(&mut request.body)
        }
        _ => None,
    });
    let Some(body) = made.filter(|body| body.is_object()) else {
        return false;
    };
    let mut properties = Value::Object(properties.clone());
    for path in ["etag", "properties.timeCreated"] {
        facts::take(&mut properties, path);
    }
    merge_disks(body, &mut properties);
    facts::merge(body, &properties);
    true
}

/// What is kept of data disks is told apart by their LUNs.
fn merge_disks(body: &mut Value, kept: &mut Value) {
    const PLACE: &str = "/properties/storageProfile/dataDisks";
    let Some(list) = kept.pointer(PLACE).and_then(Value::as_array).cloned() else {
        return;
    };
    facts::take(kept, "properties.storageProfile.dataDisks");
    let Some(Value::Array(disks)) = body.pointer_mut(PLACE) else {
        return;
    };
    for disk in disks {
        let own = list.iter().find(|own| own.get("lun") == disk.get("lun"));
        own.into_iter().for_each(|own| facts::merge(disk, own));
    }
}
