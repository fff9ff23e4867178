//! The support matrix as the gate of the engine: check and engine cannot disagree.

use super::{
    AttachedDisk, Cloud, CommandError, CreateRestorePoint, DiskRestorePoint, RefusalCode,
    RejectionDetail, RestorePoint, RestorePointCollection, VirtualMachine,
};
use crate::ids::ResourceId;
use crate::matrix::{self, AssessOptions, Edition, Finding, MachineAssessment, Request, Verdict};
use crate::model::{ConsistencyMode, Disk, FactSet, FactValue, Fleet, Machine};
use crate::order::Table;
use std::fmt;

/// What the matrix says against a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssessmentRefusal {
    /// The code that Azure gives.
    pub code: RefusalCode,
    /// The VM's name.
    pub target: String,
    /// One for each row that stands against it.
    pub details: Vec<RejectionDetail>,
    /// Inventory ids of those rows.
    pub row_ids: Vec<String>,
    /// The disks that would have to be left out.
    pub exclude_disks: Vec<String>,
}

impl fmt::Display for AssessmentRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let says = match self.code {
            RefusalCode::FactMissing => "cannot decide on",
            _ => "stands against",
        };
        write!(f, "the support matrix {says} this for `{}`", self.target)?;
        for (number, detail) in self.details.iter().enumerate() {
            write!(
                f,
                "{}{}",
                if number == 0 { ": " } else { "; " },
                detail.message.trim_end_matches('.')
            )?;
        }
        if !self.exclude_disks.is_empty() {
            write!(
                f,
                "; leave out {} with excludeDisks",
                self.exclude_disks.join(", ")
            )?;
        }
        Ok(())
    }
}

/// What the matrix let through last, by machine, or for copies by the collection that they go to: the same
/// question again has the same answer. No part of the state, for it says nothing that the state does not.
#[derive(Clone, Debug, Default)]
pub(super) struct Passed(Table<Question>);

/// What the matrix is asked.
pub(super) type Question = (Machine, AssessOptions);

impl Passed {
    fn last(&self, key: &ResourceId) -> Option<&Question> {
        self.0.get(key)
    }

    /// Keeps what was let through.
    pub(super) fn note(&mut self, key: ResourceId, question: Question) {
        self.0.insert(key, question);
    }

    /// Forgets a machine or a collection that is gone.
    pub(super) fn forget(&mut self, id: &ResourceId) {
        self.0.remove(id);
    }
}

impl Cloud {
    /// The fleet as it is now: what the matrix judges.
    #[must_use]
    pub fn fleet(&self) -> Fleet {
        let machines: Vec<Machine> = self
            .virtual_machines
            .iter()
            .map(|(id, vm)| self.machine(id, vm))
            .collect();
        let attached = |id: &ResourceId| self.attached_to(id).is_some();
        let disks = self
            .disks
            .iter()
            .filter(|(id, _)| !attached(id))
            .map(|(id, _)| self.disk(id))
            .collect();
        Fleet { machines, disks }
    }

    /// The VM that holds a disk; the first, where a shared disk has several.
    #[must_use]
    pub fn attached_to(&self, disk: &ResourceId) -> Option<&ResourceId> {
        self.virtual_machines
            .iter()
            .find(|(_, vm)| {
                vm.attachments
                    .iter()
                    .any(|attachment| attachment.managed() == Some(disk))
            })
            .map(|(id, _)| id)
    }

    pub(super) fn machine(&self, id: &ResourceId, vm: &VirtualMachine) -> Machine {
        let disks = vm
            .attachments
            .iter()
            .map(|attachment| match &attachment.disk {
                AttachedDisk::Managed(disk) => Disk {
                    role: Some(attachment.role),
                    lun: attachment.lun,
                    ..self.disk(disk)
                },
                AttachedDisk::Unmanaged(disk) => disk.clone(),
            });
        Machine {
            id: id.clone(),
            name: vm.name.clone(),
            location: Some(vm.location.clone()).filter(|location| !location.is_empty()),
            zones: vm.zones.clone(),
            tags: vm.tags.clone(),
            facts: vm.facts.clone(),
            disks: disks.collect(),
        }
    }

    fn disk(&self, id: &ResourceId) -> Disk {
        let found = self.disks.get(id);
        Disk {
            name: found.map_or_else(|| id.name().to_owned(), |disk| disk.name.clone()),
            id: Some(id.clone()),
            role: None,
            lun: None,
            size_gib: found
                .map(|disk| disk.size.0 / crate::units::GIB)
                .filter(|gib| *gib > 0),
            location: found
                .map(|disk| disk.location.clone())
                .filter(|location| !location.is_empty()),
            zones: found.map(|disk| disk.zones.clone()).unwrap_or_default(),
            facts: found.map(|disk| disk.facts.clone()).unwrap_or_default(),
        }
    }

    /// Asks the matrix whether this VM can be captured so; `Err` where it cannot. Gives the question back where
    /// it was not the last one about this VM.
    pub(super) fn gate_creation(
        &self,
        id: &ResourceId,
        vm: &VirtualMachine,
        fields: &CreateRestorePoint,
        (collection, exclude): (&ResourceId, &[ResourceId]),
        target_region: Option<&str>,
    ) -> Result<Option<Question>, CommandError> {
        let request = Request {
            operation: Some("createRestorePoint".to_owned()),
            consistency: fields.consistency_mode.map(asked),
            api_version: fields.api_version.clone(),
            target_region: target_region.map(str::to_owned),
            exclude_disks: exclude
                .iter()
                .map(|id| matrix::DiskReference { id: id.to_string() })
                .collect(),
            ..Request::default()
        };
        let request = Request {
            instant_access: self.has_instant_access(collection).then_some(true),
            ..request
        };
        let options = options_of(self.settings.edition(), request);
        if let Some((passed, asked)) = self.passed.last(id)
            && *asked == options
            && self.is_unchanged(passed, id, vm)
        {
            return Ok(None);
        }
        self.ask(id, self.machine(id, vm), options, (exclude, &[]))
    }

    /// Whether a machine that the matrix let through is this VM as it is now.
    fn is_unchanged(&self, passed: &Machine, id: &ResourceId, vm: &VirtualMachine) -> bool {
        let location =
            |place: &str, known: Option<&String>| place == known.map_or("", String::as_str);
        let disks = || passed.disks.iter().zip(&vm.attachments);
        passed.id == *id
            && passed.name == vm.name
            && location(&vm.location, passed.location.as_ref())
            && passed.zones == vm.zones
            && passed.tags == vm.tags
            && passed.facts == vm.facts
            && passed.disks.len() == vm.attachments.len()
            && disks().all(|(known, attachment)| match &attachment.disk {
                AttachedDisk::Unmanaged(disk) => known == disk,
                AttachedDisk::Managed(id) => self.disks.get(id).is_some_and(|disk| {
                    known.id.as_ref() == Some(id)
                        && known.name == disk.name
                        && known.role == Some(attachment.role)
                        && known.lun == attachment.lun
                        && known.size_gib.unwrap_or_default() == disk.size.0 / crate::units::GIB
                        && location(&disk.location, known.location.as_ref())
                        && known.zones == disk.zones
                        && known.facts == disk.facts
                }),
            })
    }

    /// Whether a collection was given instant access.
    pub(crate) fn has_instant_access(&self, collection: &ResourceId) -> bool {
        let kept = self.kept.get(collection);
        let given = kept.and_then(|kept| kept.get("properties")?.get("instantAccess"));
        given == Some(&serde_json::Value::Bool(true))
    }

    /// Asks the matrix whether this point can be copied to a region by a request of this version.
    pub(super) fn gate_copy(
        &self,
        point: &RestorePoint,
        collection: &ResourceId,
        region: &str,
        api_version: Option<&str>,
    ) -> Result<Option<Question>, CommandError> {
        let disk = |disk: &DiskRestorePoint| Disk {
            name: disk.name.clone(),
            id: Some(disk.disk.clone()),
            role: Some(disk.role),
            lun: disk.lun,
            size_gib: Some(disk.size.0 / crate::units::GIB).filter(|gib| *gib > 0),
            location: Some(point.location.clone()),
            zones: Vec::new(),
            facts: disk.facts.clone(),
        };
        let captured = &point.configuration;
        let machine = Machine {
            id: point.virtual_machine.clone(),
            name: captured.name.clone(),
            location: Some(captured.location.clone()),
            zones: captured.zones.clone(),
            tags: captured.tags.clone(),
            facts: captured.facts.clone(),
            disks: point.disks.iter().map(disk).collect(),
        };
        let request = Request {
            api_version: api_version.map(str::to_owned),
            ..to_region(region)
        };
        // A copy is as consistent as its source, and asks for the version that this takes (S1-11a).
        if point.consistency_mode == ConsistencyMode::CrashConsistent && api_version.is_some() {
            let request = Request {
                consistency: Some(matrix::Consistency::Crash),
                ..request.clone()
            };
            self.gate(machine.clone(), request, &[matrix::Subject::Api])?;
        }
        let options = options_of(self.settings.edition(), request);
        self.ask(collection, machine, options, (&[], &[]))
    }

    /// Asks the matrix whether points of a collection can go to a region at all.
    pub(super) fn gate_region(
        &self,
        source: &RestorePointCollection,
        region: &str,
    ) -> Result<(), CommandError> {
        let machine = Machine {
            id: source.source.clone(),
            name: source.source.name().to_owned(),
            location: Some(source.location.clone()),
            zones: Vec::new(),
            tags: crate::order::SmallMap::new(),
            facts: FactSet::new(),
            disks: Vec::new(),
        };
        self.gate(machine, to_region(region), &[matrix::Subject::Region])
    }

    /// Asks the matrix whether a VM can be moved.
    pub(super) fn gate_move(
        &self,
        id: &ResourceId,
        vm: &VirtualMachine,
    ) -> Result<(), CommandError> {
        let mut machine = self.machine(id, vm);
        let retained = i64::try_from(self.retained_points(id)).unwrap_or(i64::MAX);
        let retained = FactValue::Integer(retained);
        machine
            .facts
            .insert("restorePointsRetained".to_owned(), retained);
        let request = Request {
            operation: Some("moveVirtualMachine".to_owned()),
            ..Request::default()
        };
        self.gate(machine, request, &[matrix::Subject::Management])
    }

    /// Asks the matrix of the lab's edition about some subjects.
    fn gate(
        &self,
        machine: Machine,
        request: Request,
        only: &[matrix::Subject],
    ) -> Result<(), CommandError> {
        let options = options_of(self.settings.edition(), request);
        let key = machine.id.clone();
        self.ask(&key, machine, options, (&[], only)).map(drop)
    }

    /// Asks the matrix, unless this was the last question under this key. Beside it, the disks that are left out
    /// and the subjects that count, all of them where none is given.
    fn ask(
        &self,
        key: &ResourceId,
        mut machine: Machine,
        options: AssessOptions,
        (exclude, only): (&[ResourceId], &[matrix::Subject]),
    ) -> Result<Option<Question>, CommandError> {
        // The engine counts retained points and running creations itself, with its own settings.
        let moves = options.request.operation.as_deref() == Some("moveVirtualMachine");
        for fact in [
            "restorePointCollections",
            "restorePointCreationInProgress",
            "restorePointsCreatedEver",
        ] {
            machine.facts.remove(fact);
        }
        if !moves {
            machine.facts.remove("restorePointsRetained");
        }
        if let Some((passed, asked)) = self.passed.last(key)
            && (passed, asked) == (&machine, &options)
        {
            return Ok(None);
        }
        let name = machine.name.clone();
        let code = if options.request.operation.as_deref() == Some("createRestorePoint") {
            RefusalCode::VMRestorePointClientError
        } else {
            RefusalCode::OperationNotAllowed
        };
        let ids: Vec<Option<ResourceId>> =
            machine.disks.iter().map(|disk| disk.id.clone()).collect();
        let mut fleet = Fleet {
            machines: vec![machine],
            disks: Vec::new(),
        };
        let report =
            matrix::assess(&fleet, &options).map_err(|error| CommandError::InvalidParameter {
                target: error.path().to_owned(),
                message: error.to_string(),
            })?;
        if let Some(assessment) = report.machines.first() {
            refuse(&name, code, assessment, &ids, exclude, only)?;
        }
        Ok(fleet.machines.pop().map(|machine| (machine, options)))
    }
}

fn options_of(edition: Edition, request: Request) -> AssessOptions {
    AssessOptions {
        edition,
        request,
        ..AssessOptions::default()
    }
}

fn to_region(region: &str) -> Request {
    Request {
        operation: Some("copyRestorePoint".to_owned()),
        target_region: Some(region.to_owned()),
        ..Request::default()
    }
}

fn asked(mode: ConsistencyMode) -> matrix::Consistency {
    match mode {
        ConsistencyMode::ApplicationConsistent => matrix::Consistency::Application,
        ConsistencyMode::FileSystemConsistent => matrix::Consistency::FileSystem,
        ConsistencyMode::CrashConsistent => matrix::Consistency::Crash,
    }
}

/// Refuses what the assessment is against: a disk that must be left out and is not, a plain no, a fact
/// that is missing.
fn refuse(
    name: &str,
    code: RefusalCode,
    assessment: &MachineAssessment,
    ids: &[Option<ResourceId>],
    excluded: &[ResourceId],
    only: &[matrix::Subject],
) -> Result<(), CommandError> {
    // A disk without an id is none that a point could capture: it stays out by itself.
    let must_go = |id: &Option<ResourceId>| id.as_ref().is_some_and(|id| !excluded.contains(id));
    let judged = assessment.disks.iter().zip(ids);
    let left: Vec<String> = judged
        .filter(|(disk, id)| disk.verdict == Verdict::ExcludeDisk && must_go(id))
        .map(|(disk, _)| disk.name.clone())
        .collect();
    // The guest's trouble ends a creation that has begun; it is no refusal.
    let stands_against = |finding: &&Finding| match finding.verdict {
        _ if finding.subject == matrix::Subject::GuestOs => false,
        _ if !only.is_empty() && !only.contains(&finding.subject) => false,
        Verdict::NotSupported | Verdict::Unknown | Verdict::Undocumented => true,
        Verdict::ExcludeDisk => finding.disks.iter().any(|disk| left.contains(disk)),
        Verdict::Caveat | Verdict::Supported => false,
    };
    let against: Vec<&Finding> = assessment.findings.iter().filter(stands_against).collect();
    // What stands against it may all be for want of facts; then nothing is decided.
    let undecided = |finding: &&Finding| finding.verdict == Verdict::Unknown;
    let fact_missing = left.is_empty() && against.iter().all(undecided);
    let nothing = against.is_empty() && left.is_empty();
    if nothing && (assessment.verdict != Verdict::Unknown || !only.is_empty()) {
        return Ok(());
    }
    let old_version = |finding: &&Finding| finding.subject == matrix::Subject::Api;
    let code = if fact_missing {
        RefusalCode::FactMissing
    } else if left.is_empty() && against.iter().all(old_version) {
        RefusalCode::BadRequest
    } else {
        code
    };
    let mut details: Vec<RejectionDetail> = against
        .iter()
        .map(|finding| RejectionDetail {
            code: code.as_str().to_owned(),
            message: finding.text.clone(),
            target: finding.disks.first().cloned().or(Some(name.to_owned())),
        })
        .collect();
    details.extend(
        assessment
            .missing
            .iter()
            .filter(|_| fact_missing)
            .map(|missing| RejectionDetail {
                code: code.as_str().to_owned(),
                message: format!(
                    "the fact {} is missing; supply it with updateVirtualMachine or updateDisk",
                    missing.fact
                ),
                target: Some(missing.fact.clone()),
            }),
    );
    let mut row_ids: Vec<String> = against
        .iter()
        .flat_map(|finding| finding.row_ids.clone())
        .collect();
    row_ids.dedup();
    Err(CommandError::Unsupported(Box::new(AssessmentRefusal {
        code,
        target: name.to_owned(),
        details,
        row_ids,
        exclude_disks: left,
    })))
}

/// A fact of a VM or disk as a word.
pub(super) fn text_fact<'a>(facts: &'a crate::model::FactSet, name: &str) -> Option<&'a str> {
    match facts.get(name) {
        Some(FactValue::Text(text)) => Some(text),
        _ => None,
    }
}

/// A fact of a VM or disk as yes or no; no where it is absent.
pub(super) fn bool_fact(facts: &crate::model::FactSet, name: &str) -> bool {
    matches!(facts.get(name), Some(FactValue::Bool(true)))
}
