//! A plan as steps: what has to be made so that it runs.

use super::asked::made_once;
use super::backup::Protection;
use super::request::request;
use super::translate::COMPUTE;
use super::{RunbookItem, RunbookRequest, RunbookStep, RunbookWait};
use crate::forecast::Plan;
use crate::ids::{ResourceId, ResourceType};
use crate::matrix::Service;
use crate::model::{Disk, Machine};
use crate::policy::BackupService;
use crate::timeline::Scenario;
use crate::units::SimInstant;
use serde_json::{Value, json};

/// The steps that set a plan up, VM after VM.
#[must_use]
pub fn plan_steps(plan: &Plan) -> Vec<RunbookStep> {
    let from = plan.start_time.unwrap_or_else(Scenario::default_start);
    let mut steps = Vec::new();
    let mut made = Vec::new();
    let vault_in = plan.vaults();
    for machine in &plan.fleet.machines {
        let vault = vault_in(machine.location.as_deref());
        match plan.service {
            Service::RestorePoints => restore_points(plan, machine, from, &mut steps),
            Service::VmBackup => {
                let left_out = machine.disks.iter().filter(|disk| is_excluded(plan, disk));
                let without_luns: Vec<u32> = left_out.filter_map(|disk| disk.lun).collect();
                let protection =
                    protection(plan, &machine.id, machine, &vault, &without_luns, from);
                let title = format!("let Azure VM Backup protect {}", machine.name);
                add(&mut steps, title, &mut made, protection.by_vm_backup());
                with_unsaid(plan, steps.last_mut(), BackupService::VmBackup);
            }
            Service::DiskBackup => {
                for disk in machine.disks.iter().filter(|disk| !is_excluded(plan, disk)) {
                    let Some(id) = &disk.id else { continue };
                    let protection = protection(plan, id, machine, &vault, &[], from);
                    steps.push(step(protection.roles(), Vec::new()));
                    let title = format!(
                        "let Azure Disk Backup protect {} of {}",
                        disk.name, machine.name
                    );
                    add(&mut steps, title, &mut made, protection.by_disk_backup());
                    with_unsaid(plan, steps.last_mut(), BackupService::DiskBackup);
                }
            }
            Service::Mars | Service::DpmMabs => steps.push(step(
                format!(
                    "install the agent in {} and set its schedule up there: no request does",
                    machine.name
                ),
                Vec::new(),
            )),
        }
    }
    steps
}

fn step(title: String, items: Vec<RunbookItem>) -> RunbookStep {
    // Vaults are none of the endpoint's.
    let own = |item: &RunbookItem| match item {
        RunbookItem::Request(request) => request.id.contains("/providers/Microsoft.Compute/"),
        RunbookItem::Wait(_) => true,
    };
    RunbookStep {
        title,
        replayed: items.iter().all(own),
        items,
        ..RunbookStep::default()
    }
}

fn protection<'a>(
    plan: &'a Plan,
    source: &'a ResourceId,
    machine: &'a Machine,
    vault: &'a str,
    without_luns: &'a [u32],
    from: SimInstant,
) -> Protection<'a> {
    Protection {
        source,
        location: machine.location.as_deref().unwrap_or_default(),
        vault,
        policy: &plan.policy,
        without_luns,
        from,
        redundancy: plan.vault_redundancy.as_deref(),
        cross_region: plan.cross_region_restore,
        snapshots: None,
        instance: source.name(),
        changed: 0,
    }
}

fn add(
    steps: &mut Vec<RunbookStep>,
    title: String,
    made: &mut Vec<RunbookRequest>,
    mut items: Vec<RunbookItem>,
) {
    made_once(made, &mut items);
    steps.push(step(title, items));
}

fn with_unsaid(plan: &Plan, step: Option<&mut RunbookStep>, service: BackupService) {
    let words = super::backup::unsaid(&plan.policy, service).join("; ");
    if let Some(step) = step.filter(|_| !words.is_empty()) {
        step.title = format!("{}; {words}", step.title);
        step.unsaid = words;
    }
}

fn is_excluded(plan: &Plan, disk: &Disk) -> bool {
    plan.exclude_disks.iter().any(|left_out| {
        left_out.id.eq_ignore_ascii_case(&disk.name)
            || disk
                .id
                .as_ref()
                .is_some_and(|id| id.as_str().eq_ignore_ascii_case(&left_out.id))
    })
}

/// The collections of a VM, and the requests of one run of the schedule: every other has them with another name.
fn restore_points(plan: &Plan, machine: &Machine, from: SimInstant, steps: &mut Vec<RunbookStep>) {
    let location = machine.location.as_deref().unwrap_or_default();
    let beside = |name: &str| {
        machine
            .id
            .sibling(ResourceType::RestorePointCollection, name)
    };
    let own = beside(&format!("{}-restore-points", machine.name));
    let collection = |id: &ResourceId, location: &str, source: &ResourceId| {
        let body =
            json!({ "location": location, "properties": { "source": { "id": source.as_str() } } });
        request("PUT", id, COMPUTE, body)
    };
    let mut made = vec![collection(&own, location, &machine.id)];
    let copies = plan.copies.iter();
    let copies: Vec<ResourceId> = copies
        .map(|copy| beside(&format!("{}-restore-points-{}", machine.name, copy.region)))
        .collect();
    for (id, copy) in copies.iter().zip(&plan.copies) {
        made.push(collection(id, &copy.region, &own));
    }
    steps.push(step(
        format!("make the collections of {}", machine.name),
        made,
    ));
    let run = plan.policy.schedule.next_after(from);
    let name: String = run
        .to_string()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let point = own.child("restorePoints", &name);
    let left_out = machine.disks.iter().filter(|disk| is_excluded(plan, disk));
    let left_out: Vec<Value> = left_out
        .filter_map(|disk| Some(json!({ "id": disk.id.as_ref()?.as_str() })))
        .collect();
    let body = if left_out.is_empty() {
        json!({ "properties": {} })
    } else {
        json!({ "properties": { "excludeDisks": left_out } })
    };
    let mut items = vec![request("PUT", &point, COMPUTE, body)];
    for id in &copies {
        items.push(RunbookItem::Wait(RunbookWait {
            id: point.to_string(),
            api_version: COMPUTE.to_owned(),
            instance_view: false,
        }));
        let body = json!({ "properties": { "sourceRestorePoint": { "id": point.as_str() } } });
        items.push(request(
            "PUT",
            id.child("restorePoints", &name),
            COMPUTE,
            body,
        ));
    }
    steps.push(RunbookStep {
        at: Some(run),
        ..step(format!("the first run for {}; let your automation do the same at every other run, with another name", machine.name), items)
    });
    let kept = super::language::one_line(&crate::json::write(&plan.policy));
    steps.push(step(
        format!("let your automation delete what the policy keeps no longer: {kept}"),
        Vec::new(),
    ));
}
