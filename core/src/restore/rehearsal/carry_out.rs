//! Carrying a rehearsal out: on a copy of the lab, which is then thrown away.

use super::difference::differences;
use super::plan::{Plan, from_restore_point};
use super::{
    Rehearsal, RehearsalRemark, RehearsalRequest, RestoreStepKind, RestoreTier, StepOutcome,
};
use crate::cloud::{Cloud, Command, CommandError, Rejection, RestorePoint};
use crate::ids::{ResourceId, ResourceType};
use crate::model::{ConsistencyMode, ProvisioningState};
use crate::restore::prove_disk;

/// Rehearses a restore: the lab is as it was.
///
/// # Errors
/// What is asked for is not there, or no such restore can be meant.
pub fn rehearse(cloud: &Cloud, request: &RehearsalRequest) -> Result<Rehearsal, CommandError> {
    let Some(name) = &request.restore_point else {
        return Err(CommandError::InvalidParameter {
            target: "restorePoint".to_owned(),
            message: "name the restorePoint, or the recoveryPoint of a protected item".to_owned(),
        });
    };
    let (id, point) = cloud.find_restore_point(name, "restorePoint")?;
    let plan = from_restore_point(cloud, id, point, request)?;
    Ok(run(cloud, request, id, point, plan))
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

fn run(
    cloud: &Cloud,
    request: &RehearsalRequest,
    point_id: &ResourceId,
    point: &RestorePoint,
    mut plan: Plan,
) -> Rehearsal {
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
    let made = |kind: ResourceType, there: &dyn Fn(&ResourceId) -> bool| -> Vec<ResourceId> {
        let makes = plan.steps.iter().filter(|step| {
            matches!(
                step.command,
                Some(Command::RestoreDisk(_) | Command::CreateVirtualMachine(_))
            )
        });
        let ids = makes.map(|step| step.resource.clone());
        ids.filter(|id| complete && id.is(kind) && there(id))
            .collect()
    };
    let disks = made(ResourceType::Disk, &|id| trial.disks().contains_key(id));
    let machines = made(ResourceType::VirtualMachine, &|id| {
        trial.virtual_machines().contains_key(id)
    });
    let read = disks
        .iter()
        .filter_map(|id| trial.disks().get_key_value(id));
    let proofs: Vec<_> = read
        .filter_map(|(id, disk)| prove_disk(&trial, id, disk).ok())
        .collect();
    let proved = proofs.iter().all(|proof| proof.equal) && !proofs.is_empty();
    for step in &mut plan.steps {
        if complete && step.kind == RestoreStepKind::Verify {
            step.outcome = StepOutcome::Done;
        }
    }
    let vm = machines.first().cloned();
    let time = plan.whole();
    Rehearsal {
        method: request.method,
        source: point.virtual_machine.clone(),
        point: point_id.clone(),
        item: None,
        recovery_point: None,
        tier: RestoreTier::Snapshot,
        captured: point.time_created,
        age_seconds: cloud.now().since(point.time_created).seconds(),
        region: point.location.clone(),
        cautions: cautions(point),
        blockers,
        complete,
        differences: differences(&trial, point, vm.as_ref(), &disks, false),
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
