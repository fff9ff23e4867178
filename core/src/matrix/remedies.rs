//! Ways out, worked out: what is changed one at a time, and the verdict that follows.

use super::written::rows;
use super::{
    AssessError, AssessOptions, DiskReference, DiskSelector, Finding, MachineAssessment, Predicate,
    Service, Verdict, assess,
};
use crate::json::{self, Write};
use crate::model::vocabulary::{FactSubject, FactType, entry};
use crate::model::{DiskRole, FactValue, Fleet, Machine};
use serde_json::Value;

/// A change that betters the verdict on a machine.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Remedy {
    /// What kind of change.
    pub kind: RemedyKind,
    /// What changes: a fact, a path into the options, `excludeDisks` or `service`.
    pub what: String,
    /// Its new value; for disks, their names.
    pub value: Vec<String>,
    /// The verdict then.
    pub verdict: Verdict,
    /// What it costs; empty where the matrix knows of nothing.
    pub loses: String,
}

/// What a remedy changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum RemedyKind {
    /// Disks are left out.
    LeaveOut,
    /// Something else is asked: another API version, policy, vault.
    Ask,
    /// The VM or its disks are changed.
    Change,
    /// Another service does it.
    Service,
}

/// The ways out for each machine of a fleet, in its order; none where nothing stands in the way.
///
/// Each is one change, judged anew. A large fleet takes its time: ask for the machines that matter.
///
/// # Errors
/// As [`assess`].
pub fn remedies(fleet: &Fleet, options: &AssessOptions) -> Result<Vec<Vec<Remedy>>, AssessError> {
    let judged = assess(fleet, options)?.machines.into_iter();
    let each = judged.zip(&fleet.machines);
    Ok(each
        .map(|(judged, machine)| of_machine(&judged, machine, options))
        .collect())
}

fn of_machine(
    judged: &MachineAssessment,
    machine: &Machine,
    options: &AssessOptions,
) -> Vec<Remedy> {
    let mut found = Vec::new();
    if judged.verdict <= Verdict::Caveat {
        return found;
    }
    let mut offer = |machine: &Machine, options: &AssessOptions, mut remedy: Remedy| {
        let fleet = Fleet {
            machines: vec![machine.clone()],
            disks: Vec::new(),
        };
        let after = assess(&fleet, options).ok();
        let after = after.and_then(|report| report.machines.into_iter().next());
        let Some(after) = after.filter(|after| after.verdict < judged.verdict) else {
            return;
        };
        // Nobody makes a disk one that cannot be captured where only a fact is missing.
        if (remedy.kind, judged.verdict, after.verdict)
            == (RemedyKind::Change, Verdict::Unknown, Verdict::ExcludeDisk)
        {
            return;
        }
        remedy.verdict = after.verdict;
        if !found.contains(&remedy) {
            found.push(remedy);
        }
    };
    if let Some((options, remedy)) = leave_out(judged, machine, options) {
        offer(machine, &options, remedy);
    }
    for finding in &judged.findings {
        let mut all = rows();
        let row = all.find(|row| row.id == finding.matrix_row);
        let decides = finding.verdict >= Verdict::ExcludeDisk;
        let Some(when) = row.and_then(|row| row.when.as_ref()).filter(|_| decides) else {
            continue;
        };
        let mut changes = Vec::new();
        candidates(when, machine, &mut changes);
        for (name, value) in changes {
            let mut remedy = Remedy {
                kind: RemedyKind::Ask,
                what: name.to_owned(),
                value: vec![shown(&value)],
                verdict: judged.verdict,
                loses: String::new(),
            };
            if name.contains('.') {
                if let Some(options) = asking(options, name, &value) {
                    offer(machine, &options, remedy);
                }
            } else {
                remedy.kind = RemedyKind::Change;
                offer(&changed(machine, finding, name, &value), options, remedy);
            }
        }
    }
    for service in [
        Service::RestorePoints,
        Service::VmBackup,
        Service::DiskBackup,
    ] {
        let other = AssessOptions {
            service,
            edition: options.edition,
            policy: options.policy.clone(),
            vault: options.vault.clone(),
            ..AssessOptions::default()
        };
        let remedy = Remedy {
            kind: RemedyKind::Service,
            what: "service".to_owned(),
            value: vec![shown_json(&json::write(&service))],
            verdict: judged.verdict,
            loses: String::new(),
        };
        if service != options.service {
            offer(machine, &other, remedy);
        }
    }
    found
}

/// The question without the disks that stand in the way, where there are such.
fn leave_out(
    judged: &MachineAssessment,
    machine: &Machine,
    options: &AssessOptions,
) -> Option<(AssessOptions, Remedy)> {
    let mut options = options.clone();
    let by_name = options.service == Service::VmBackup;
    let (mut value, mut selectors, mut os) = (Vec::new(), Vec::new(), false);
    for (disk, judged) in machine.disks.iter().zip(&judged.disks) {
        let in_the_way = matches!(judged.verdict, Verdict::ExcludeDisk | Verdict::NotSupported);
        let Some(id) = disk
            .id
            .as_ref()
            .filter(|_| in_the_way && !options.leaves_out(disk))
        else {
            continue;
        };
        os |= disk.role == Some(DiskRole::Os);
        value.push(disk.name.clone());
        selectors.push(DiskSelector::Name(disk.name.clone()));
        if !by_name {
            let id = id.to_string();
            options.request.exclude_disks.push(DiskReference { id });
        }
    }
    if value.is_empty() {
        return None;
    }
    if by_name {
        let selective = options.request.selective_disk.get_or_insert_default();
        selective.exclude.get_or_insert_default().extend(selectors);
    }
    let loses = if os {
        "No VM can be rebuilt from such a point, only its data disks can be restored."
    } else {
        "What is on these disks is not in the point: a restored VM comes without them."
    };
    let remedy = Remedy {
        kind: RemedyKind::LeaveOut,
        what: "excludeDisks".to_owned(),
        value,
        verdict: judged.verdict,
        loses: loses.to_owned(),
    };
    Some((options, remedy))
}

/// Values that could make a predicate another one, each with the name that takes it.
fn candidates<'a>(when: &'a Predicate, machine: &Machine, found: &mut Vec<(&'a str, FactValue)>) {
    match when {
        Predicate::All(of) | Predicate::Any(of) => {
            of.iter().for_each(|of| candidates(of, machine, found));
        }
        Predicate::Not(of) | Predicate::AnyDisk(of) => candidates(of, machine, found),
        Predicate::Is(name, _) | Predicate::OneOf(name, _) | Predicate::Present(name) => {
            // A way out changes what can be changed: not what the machine is.
            if name == "osType" || name == "restore.method" {
                return;
            }
            let subjects = [FactSubject::Asked, FactSubject::Disk, FactSubject::Machine];
            let known = subjects.iter().find_map(|subject| entry(*subject, name));
            match known.map(|entry| &entry.value_type) {
                Some(FactType::Bool | FactType::Presence) => {
                    found
                        .extend([true, false].map(|value| (name.as_str(), FactValue::Bool(value))));
                }
                Some(FactType::OneOf(words)) => {
                    let words = words.iter();
                    found.extend(words.map(|word| (name.as_str(), FactValue::Text(word.clone()))));
                }
                _ => {}
            }
        }
        Predicate::Above(name, number) | Predicate::Below(name, number) => {
            found.push((name, FactValue::Integer(*number)));
        }
        Predicate::VersionBelow(name, version) => {
            found.push((name, FactValue::Text(version.clone())));
        }
        Predicate::Same(name, other) if other == "location" => {
            let location = machine.location.clone().unwrap_or_default();
            found.push((name, FactValue::Text(location)));
        }
        Predicate::Same(name, other) if other == "subscriptionId" => {
            let subscription = machine.id.subscription().to_owned();
            found.push((name, FactValue::Text(subscription)));
        }
        _ => {}
    }
}

/// The question with another value at a path.
fn asking(options: &AssessOptions, path: &str, value: &FactValue) -> Option<AssessOptions> {
    let mut whole = json::write(options);
    let mut place = &mut whole;
    for step in path.split('.') {
        if !place.is_object() {
            *place = json::object(std::iter::empty());
        }
        let fields = place.as_object_mut()?;
        if !fields.contains_key(step) {
            fields.insert(step.to_owned(), Value::Null);
        }
        place = fields.get_mut(step)?;
    }
    *place = json::write(value);
    json::read(&whole).ok()
}

/// The machine with another fact, on the disks that a finding is about where it is one of disks.
fn changed(machine: &Machine, finding: &Finding, name: &str, value: &FactValue) -> Machine {
    let mut machine = machine.clone();
    if entry(FactSubject::Disk, name).is_some() {
        for disk in &mut machine.disks {
            if finding.disks.is_empty() || finding.disks.contains(&disk.name) {
                disk.facts.insert(name.to_owned(), value.clone());
            }
        }
    } else {
        machine.facts.insert(name.to_owned(), value.clone());
    }
    machine
}

fn shown(value: &FactValue) -> String {
    shown_json(&json::write(value))
}

fn shown_json(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
