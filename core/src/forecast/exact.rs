//! A plan run by the engine: every write, every point, every copy.

use super::course::Bytes;
use super::rollout::Rollout;
use super::{PlanError, Prepared, Tier};
use crate::cloud::{
    Cloud, Command, CopyRestorePoint, CreateRestorePointCollection, DeleteRestorePoint, Protect,
    RestorePoint, SetWorkload, same_region,
};
use crate::ids::{ResourceId, ResourceType};
use crate::matrix::Service;
use crate::model::Machine;
use crate::order::{self, SmallMap};
use crate::policy::BackupService;
use crate::store::VolumeId;
use crate::units::SimInstant;

/// Writes that a run may take; more is foretold in closed form.
const MOST_WRITES: u64 = 20_000_000;

/// Runs a plan. One course of bytes for each tier of the rollout, over all VMs.
pub(super) fn run(prepared: &Prepared<'_>, rollout: &Rollout) -> Result<Vec<Bytes>, PlanError> {
    let writes = prepared.writes();
    if writes > MOST_WRITES {
        let message = format!(
            "the engine would write {writes} times, and {MOST_WRITES} are allowed; ask for closedForm, or take larger blocks"
        );
        return Err(PlanError::new("method", message));
    }
    let mut cloud = begin(prepared)?;
    let mut commands: Vec<Command> = writing(prepared).collect();
    let copies = schedule(prepared, false, &mut commands)?;
    for command in &commands {
        let path = match command {
            Command::SetWorkload(_) => "workloads",
            Command::Protect(_) => "policy",
            _ => "copies",
        };
        cloud
            .execute(command)
            .map_err(|error| PlanError::refused(path, &error))?;
    }
    let mut orders = orders(prepared, rollout, &copies)?;
    orders.reverse();
    let mut bytes: Vec<Bytes> = rollout.tiers.iter().map(|_| Bytes::default()).collect();
    let mut seen = 0;
    loop {
        let planned = cloud.agenda().next().map(|(at, _)| at);
        let ordered = orders.last().map(|(at, _)| *at);
        let next = match (planned, ordered) {
            (Some(one), Some(other)) => one.min(other),
            (one, other) => match one.or(other) {
                Some(at) => at,
                None => return Ok(bytes),
            },
        };
        if next > prepared.end {
            return Ok(bytes);
        }
        drop(cloud.run_until(next));
        while let Some((_, command)) = orders.pop_if(|(at, _)| *at <= next) {
            cloud
                .execute(&command)
                .map_err(|error| PlanError::refused("copies", &error))?;
        }
        seen = sample(&cloud, prepared, rollout, &mut bytes, seen);
    }
}

pub(super) fn begin(prepared: &Prepared<'_>) -> Result<Cloud, PlanError> {
    let mut cloud = Cloud::new(1, prepared.start, prepared.settings.clone());
    for (at, machine) in prepared.plan.fleet.machines.iter().enumerate() {
        let command = Command::CreateVirtualMachine(machine.clone());
        cloud
            .execute(&command)
            .map_err(|error| PlanError::refused(&format!("fleet.machines[{at}]"), &error))?;
    }
    Ok(cloud)
}

/// The commands that set a plan going: workloads, and what protects every VM, with every point copied as it comes.
pub(super) fn set_up(prepared: &Prepared<'_>) -> Result<Vec<Command>, PlanError> {
    let mut commands: Vec<Command> = writing(prepared).collect();
    schedule(prepared, true, &mut commands)?;
    Ok(commands)
}

fn writing<'a>(prepared: &'a Prepared<'_>) -> impl Iterator<Item = Command> + 'a {
    let workloads = prepared.workloads().into_iter();
    workloads.map(|(disk, workload)| {
        Command::SetWorkload(SetWorkload {
            disk: disk.to_string(),
            workload: Some(workload),
        })
    })
}

/// Protects every VM; for each of them the collection of its points, then one for each copy.
fn schedule(
    prepared: &Prepared<'_>,
    copying: bool,
    commands: &mut Vec<Command>,
) -> Result<Vec<Vec<ResourceId>>, PlanError> {
    let plan = prepared.plan;
    let service = match plan.service {
        Service::RestorePoints => BackupService::RestorePoints,
        Service::VmBackup => BackupService::VmBackup,
        Service::DiskBackup => return Ok(by_disk(prepared, commands)),
        _ => {
            let message = "what runs in the guest is not simulated; ask for closedForm";
            return Err(PlanError::new("method", message));
        }
    };
    let mut all = Vec::new();
    let vault_in = plan.vaults();
    for (at, machine) in plan.fleet.machines.iter().enumerate() {
        // Machines of one name may lie in several groups.
        let name = format!("plan-{at}");
        let collection = |name: &str| {
            let (subscription, group) = (machine.id.subscription(), machine.id.resource_group());
            ResourceId::new(
                subscription,
                group,
                ResourceType::RestorePointCollection,
                name,
            )
        };
        let own = collection(&name);
        let mut of_machine = vec![own.clone()];
        if service == BackupService::RestorePoints {
            let make = |id: &ResourceId, source: String, location: Option<String>| {
                Command::CreateRestorePointCollection(CreateRestorePointCollection {
                    name: id.to_string(),
                    source,
                    location,
                    tags: SmallMap::new(),
                })
            };
            commands.push(make(&own, machine.id.to_string(), None));
            for (number, copy) in plan.copies.iter().enumerate() {
                let id = collection(&format!("{name}-copy-{number}"));
                commands.push(make(&id, own.to_string(), Some(copy.region.clone())));
                of_machine.push(id);
            }
        }
        let excluded = prepared.excluded(machine);
        let copies = of_machine.iter().skip(1).filter(|_| copying);
        commands.push(Command::Protect(Protect {
            virtual_machine: machine.id.to_string(),
            service,
            vault: (service == BackupService::VmBackup)
                .then(|| vault_in(machine.location.as_deref())),
            policy: plan.policy.clone(),
            exclude_disks: excluded,
            copy_to: copies.map(ToString::to_string).collect(),
            vault_location: None,
            vault_redundancy: plan.vault_redundancy.clone(),
            cross_region_restore: plan.cross_region_restore,
            snapshot_resource_group: None,
            identity_roles: None,
            name: Some(name),
        }));
        all.push(of_machine);
    }
    Ok(all)
}

/// Protects every disk by Azure Disk Backup.
fn by_disk(prepared: &Prepared<'_>, commands: &mut Vec<Command>) -> Vec<Vec<ResourceId>> {
    let vault_in = prepared.plan.vaults();
    let machines = &prepared.plan.fleet.machines;
    for (number, (disk, _)) in prepared.workloads().into_iter().enumerate() {
        let own = |machine: &&Machine| {
            machine
                .disks
                .iter()
                .any(|own| own.id.as_ref() == Some(disk))
        };
        let region = machines.iter().find(own);
        let region = region.and_then(|machine| machine.location.as_deref());
        commands.push(Command::Protect(Protect {
            virtual_machine: disk.to_string(),
            service: BackupService::DiskBackup,
            vault: Some(vault_in(region)),
            policy: prepared.plan.policy.clone(),
            exclude_disks: Vec::new(),
            copy_to: Vec::new(),
            vault_location: None,
            vault_redundancy: None,
            cross_region_restore: None,
            snapshot_resource_group: None,
            identity_roles: None,
            name: Some(format!("plan-{number}")),
        }));
    }
    Vec::new()
}

/// What nobody but the plan does: points are copied, and copies deleted.
fn orders(
    prepared: &Prepared<'_>,
    rollout: &Rollout,
    collections: &[Vec<ResourceId>],
) -> Result<Vec<(SimInstant, Command)>, PlanError> {
    if prepared.plan.on_demand_per_day.is_some() {
        let message = "backups on demand are foretold in closed form only";
        return Err(PlanError::new("onDemandPerDay", message));
    }
    let mut orders: Vec<(SimInstant, Command)> = Vec::new();
    for tier in &rollout.tiers {
        let Some(copy) = tier.copy else {
            continue;
        };
        for step in &tier.steps {
            for (at, of_machine) in collections.iter().enumerate() {
                let (Some(own), Some(target)) = (of_machine.first(), of_machine.get(copy + 1))
                else {
                    continue;
                };
                let name = format!("plan-{at}-{}", step.capture + 1);
                let command = if step.comes {
                    Command::CopyRestorePoint(CopyRestorePoint {
                        restore_point: own.child("restorePoints", &name).to_string(),
                        collection: target.to_string(),
                        name: None,
                        api_version: None,
                        disk_encryption_sets: Default::default(),
                        at_once: None,
                    })
                } else {
                    Command::DeleteRestorePoint(DeleteRestorePoint {
                        restore_point: target.child("restorePoints", &name).to_string(),
                        at_once: Some(true),
                    })
                };
                orders.push((step.at, command));
            }
        }
    }
    let seconds = |order: &(SimInstant, Command)| order.0.since(prepared.start).seconds();
    Ok(order::by(orders, seconds))
}

/// Notes what is kept, where it changed.
fn sample(
    cloud: &Cloud,
    prepared: &Prepared<'_>,
    rollout: &Rollout,
    bytes: &mut [Bytes],
    seen: u64,
) -> u64 {
    let by_disk = prepared.plan.service == Service::DiskBackup;
    let all = if by_disk {
        cloud.snapshots()
    } else {
        cloud.restore_points()
    };
    let points: Vec<&RestorePoint> = all.values().filter(|point| point.is_retained()).collect();
    let newest = points
        .iter()
        .map(|point| point.sequence)
        .max()
        .unwrap_or_default();
    let sources = if by_disk {
        prepared.workloads().len()
    } else {
        prepared.plan.fleet.machines.len()
    };
    let sources = (sources as u64).max(1);
    for (tier, bytes) in rollout.tiers.iter().zip(bytes) {
        let region = tier.copy.and_then(|copy| prepared.plan.copies.get(copy));
        let here = |point: &&&RestorePoint| match tier.tier {
            Tier::Vault => point.vault.is_some(),
            Tier::Snapshots => point.replication.is_none(),
            Tier::Copies => {
                point.vault.is_none()
                    && point.replication.is_some()
                    && region.is_some_and(|copy| same_region(&copy.region, &point.location))
            }
        };
        let own: Vec<&&RestorePoint> = points.iter().filter(here).collect();
        let count = own.len() as u64 / sources;
        let new = own.iter().filter(|point| point.sequence > seen);
        let moved = new
            .flat_map(|point| point.replication.iter().flat_map(|copy| &copy.disks))
            .map(|disk| disk.total.0)
            .fold(0, u64::saturating_add);
        let disks = own.iter().flat_map(|point| &point.disks);
        let volumes = order::distinct(disks.map(|disk| u64::from(disk.volume.0)));
        let volumes = volumes.into_iter().filter_map(|id| u32::try_from(id).ok());
        let stored = volumes
            .filter_map(|id| cloud.store().stored(VolumeId(id)).ok())
            .map(|stored| stored.0)
            .fold(0, u64::saturating_add);
        let known = (bytes.count.last(), bytes.stored.last());
        if moved > 0 || known != (Some(&count), Some(&stored)) {
            bytes.at.push(cloud.now());
            bytes.count.push(count);
            bytes.stored.push(stored);
            bytes.moved.push(moved);
        }
    }
    newest.max(seen)
}
