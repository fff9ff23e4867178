//! Carrying a rehearsal out: on a copy of the lab, which is then thrown away.

use super::difference::differences;
use super::plan::{Plan, from_restore_point};
use super::service::from_recovery_point;
use super::time::check_assumptions;
use super::{Rehearsal, RehearsalRemark, RehearsalRequest, RestoreStepKind, StepOutcome};
use crate::cloud::{
    Cloud, Command, CommandError, Rejection, RestoreMethod, RestorePoint, RestoreTier,
};
use crate::ids::{ResourceId, ResourceType};
use crate::model::{ConsistencyMode, ProvisioningState};
use crate::policy::BackupService;
use crate::restore::{DiskProof, DiskProving};

/// Rehearses a restore: the lab is as it was.
///
/// # Errors
/// What is asked for is not there, or no such restore can be meant.
pub fn rehearse(cloud: &Cloud, request: &RehearsalRequest) -> Result<Rehearsal, CommandError> {
    let rehearsing = begin_rehearsal(cloud, request)?;
    let mut proofs = Vec::new();
    for mut proving in rehearsing.provings() {
        // What cannot be read is not proved.
        while let Ok(read) = proving.go_on() {
            if let Some(proof) = read {
                proofs.push(proof);
                break;
            }
        }
    }
    Ok(rehearsing.end(proofs))
}

/// Rehearses a restore of which nobody wants the digests: the rehearsal without proofs, and whether all three readings
/// of every disk agree.
pub(crate) fn rehearse_compared(
    cloud: &Cloud,
    request: &RehearsalRequest,
) -> Result<(Rehearsal, bool), CommandError> {
    let rehearsing = begin_rehearsal(cloud, request)?;
    let provings = rehearsing.provings();
    // What cannot be read is not proved.
    let agree = |proving: &DiskProving<'_>| matches!(proving.agrees(), Ok(true));
    let proved = provings.iter().all(agree) && !provings.is_empty();
    drop(provings);
    Ok((rehearsing.end(Vec::new()), proved))
}

/// Rehearses a restore but for the proofs, which take long and are read bit by bit.
///
/// # Errors
/// What is asked for is not there, or no such restore can be meant.
pub fn begin_rehearsal(
    cloud: &Cloud,
    request: &RehearsalRequest,
) -> Result<Rehearsing, CommandError> {
    check_assumptions(&request.assumptions)?;
    if let Some(name) = &request.recovery_point {
        let (_, item, recovery) = cloud.find_recovery_point(name, request.item.as_deref())?;
        if item.service == BackupService::RestorePoints {
            return of_restore_point(
                cloud,
                request,
                recovery.snapshot.as_ref().map(ToString::to_string),
            );
        }
        let planned = from_recovery_point(cloud, item, recovery, request)?;
        return Ok(run(cloud, request, planned));
    }
    of_restore_point(cloud, request, request.restore_point.clone())
}

fn of_restore_point(
    cloud: &Cloud,
    request: &RehearsalRequest,
    name: Option<String>,
) -> Result<Rehearsing, CommandError> {
    let Some(name) = name else {
        return Err(CommandError::InvalidParameter {
            target: "restorePoint".to_owned(),
            message: "name the restorePoint, or the recoveryPoint of a protected item".to_owned(),
        });
    };
    let (id, point) = cloud.find_restore_point(&name, "restorePoint")?;
    let plan = from_restore_point(cloud, id, point, request)?;
    let of_kind = |kind| {
        let makes = plan.steps.iter().filter(move |step| {
            matches!(
                step.command,
                Some(Command::RestoreDisk(_) | Command::CreateVirtualMachine(_))
            ) && step.resource.is(kind)
        });
        makes.map(|step| step.resource.clone())
    };
    let planned = Planned {
        point_id: id.clone(),
        point: point.clone(),
        item: None,
        recovery_point: None,
        tier: RestoreTier::Snapshot,
        region: point.location.clone(),
        machine: of_kind(ResourceType::VirtualMachine).next(),
        disks: of_kind(ResourceType::Disk).collect(),
        plan,
    };
    Ok(run(cloud, request, planned))
}

/// A plan with what it reads and what it makes.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) point_id: ResourceId,
    /// The point as it was captured.
    pub(super) point: RestorePoint,
    pub(super) item: Option<ResourceId>,
    pub(super) recovery_point: Option<String>,
    pub(super) tier: RestoreTier,
    pub(super) region: String,
    pub(super) machine: Option<ResourceId>,
    pub(super) disks: Vec<ResourceId>,
    pub(super) plan: Plan,
}

fn remark(error: &CommandError) -> RehearsalRemark {
    let told = Rejection::from(error);
    RehearsalRemark {
        code: told.code,
        target: told.target.unwrap_or_default(),
        message: told.message,
        row_ids: told.row_ids,
    }
}

fn run(cloud: &Cloud, request: &RehearsalRequest, mut planned: Planned) -> Rehearsing {
    let plan = &mut planned.plan;
    let mut trial = cloud.clone();
    let mut blockers: Vec<RehearsalRemark> = Vec::new();
    for step in &mut plan.steps {
        // What rests on a refused step says nothing of its own.
        let first = step.after.is_empty() || blockers.is_empty();
        let done = match &step.command {
            Some(command) if first => match trial.execute(command) {
                Ok(_) => StepOutcome::Done,
                Err(error) => {
                    blockers.push(remark(&error));
                    StepOutcome::Refused
                }
            },
            _ => StepOutcome::NotSimulated,
        };
        step.outcome = done;
    }
    let complete = blockers.is_empty();
    if !complete {
        for step in &mut plan.steps {
            if step.outcome != StepOutcome::Refused {
                step.outcome = StepOutcome::NotRun;
            }
        }
        trial = cloud.clone();
    }
    let disks = std::mem::take(&mut planned.disks).into_iter();
    let there = |id: &ResourceId| complete && trial.disks().contains_key(id);
    let disks = disks.filter(there).collect();
    let there = |id: &ResourceId| complete && trial.virtual_machines().contains_key(id);
    let machine = planned.machine.take().filter(there);
    Rehearsing {
        age_seconds: cloud.now().since(planned.point.time_created).seconds(),
        method: request.method,
        planned,
        trial,
        blockers,
        disks,
        machine,
    }
}

/// A rehearsal whose proofs are not read yet.
#[derive(Debug)]
pub struct Rehearsing {
    planned: Planned,
    /// The copy that the restore was carried out on.
    trial: Cloud,
    blockers: Vec<RehearsalRemark>,
    disks: Vec<ResourceId>,
    machine: Option<ResourceId>,
    method: RestoreMethod,
    age_seconds: u64,
}

impl Rehearsing {
    /// The proofs of what came back, not begun. A disk that there is nothing to read of is not among them.
    #[must_use]
    pub fn provings(&self) -> Vec<DiskProving<'_>> {
        let disks = self.disks.iter();
        let disks = disks.filter_map(|id| self.trial.disks().get_key_value(id));
        let provings = disks.map(|(id, disk)| DiskProving::new(&self.trial, id, disk));
        provings.filter_map(Result::ok).collect()
    }

    /// The rehearsal with its proofs.
    #[must_use]
    pub fn end(self, proofs: Vec<DiskProof>) -> Rehearsal {
        let Self {
            planned,
            trial,
            blockers,
            disks,
            machine: vm,
            method,
            age_seconds,
        } = self;
        let Planned {
            point, mut plan, ..
        } = planned;
        let complete = blockers.is_empty();
        let proved = proofs.iter().all(|proof| proof.equal) && !proofs.is_empty();
        for step in &mut plan.steps {
            if complete && step.kind == RestoreStepKind::Verify {
                step.outcome = StepOutcome::Done;
            }
        }
        let by_service = planned.item.is_some();
        let time = plan.whole();
        Rehearsal {
            method,
            source: point.virtual_machine.clone(),
            point: planned.point_id,
            recovery_point: planned.recovery_point,
            tier: planned.tier,
            captured: point.time_created,
            age_seconds,
            region: planned.region,
            cautions: cautions(&point),
            blockers,
            complete,
            differences: differences(&trial, &point, vm.as_ref(), &disks, by_service),
            item: planned.item,
            restored_virtual_machine: vm,
            restored_disks: disks,
            bytes_moved: plan.steps.iter().map(|step| step.bytes_moved).sum(),
            time,
            steps: plan.steps,
            assumptions: plan.times.used(),
            proofs,
            proved,
        }
    }
}

/// What a point comes with, whatever is made of it.
fn cautions(point: &RestorePoint) -> Vec<RehearsalRemark> {
    let mut found = Vec::new();
    let mut say = |code: &str, target: String, message: String| {
        found.push(RehearsalRemark {
            code: code.to_owned(),
            target,
            message,
            row_ids: Vec::new(),
        });
    };
    for disk in &point.exclude_disks {
        let message = format!(
            "{} was left out of the point: its content does not come back",
            disk.name()
        );
        say("DiskLeftOut", disk.to_string(), message);
    }
    if point.state == ProvisioningState::Succeeded
        && point.consistency_mode == ConsistencyMode::CrashConsistent
    {
        let message = format!(
            "`{}` is crash-consistent: the guest starts as after a power cut",
            point.name
        );
        say("CrashConsistent", point.name.clone(), message);
    }
    found
}
