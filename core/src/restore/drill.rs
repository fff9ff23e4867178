//! Drills: a region is down now, and everything in it is restored elsewhere.

use super::rehearsal::{
    Rehearsal, RehearsalRemark, RehearsalRequest, RestoreAssumption, TimeBand, check_assumptions,
    rehearse_compared,
};
use crate::cloud::{
    Cloud, Command, CommandError, FaultKind, InjectFault, RestoreMethod, RestorePoint, same_region,
};
use crate::ids::ResourceId;
use crate::json::{Read, answers};
use crate::model::{DiskRole, FactValue};
use crate::order;
use crate::policy::BackupService;
use crate::units::{ByteCount, SimInstant};

/// Restores that run side by side where nobody says otherwise; our assumption.
const AT_ONCE: u64 = 4;
/// More are never run side by side.
const MOST_AT_ONCE: u64 = 1_000;

/// The drill.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DrillRequest {
    /// The region that is down.
    pub region: String,
    /// VMs to restore first, in order; then domain controllers, then those that take the least time.
    #[serde(default)]
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub first: Vec<String>,
    /// How many restores run side by side; 4 where left out.
    #[serde(default)]
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub at_once: Option<u64>,
    /// Assumptions in the place of the lab's own, by their names.
    #[serde(default)]
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub assumptions: Vec<RestoreAssumption>,
}

answers! {
    /// What came of a drill.
    Drill {
        /// The region that is down.
        region: String,
        /// Since when: the moment of the drill.
        time: SimInstant,
        /// Every VM of the region: those that come back in the order in which they do, then those that do not.
        machines: Vec<DrilledMachine>,
        /// How many come back.
        restored: u64,
        /// How many do not.
        lost: u64,
        /// What is lost at most of one that comes back: the age of its point.
        worst_loss_seconds: Option<u64>,
        /// Until the last one is back.
        time_to_restore: TimeBand,
        /// What travels.
        bytes_moved: ByteCount,
        /// How many restores ran side by side.
        at_once: u64,
        /// What the times were reckoned from.
        assumptions: Vec<RestoreAssumption>,
    }
    /// A VM in a drill.
    DrilledMachine {
        /// The VM.
        virtual_machine: ResourceId,
        /// Its place in the order, from 1; none where it does not come back.
        order: Option<u64>,
        /// The point that it comes back from.
        point: Option<ResourceId>,
        /// Whose point that is.
        service: Option<BackupService>,
        /// What comes back: a VM, or disks to deploy one of where the service makes no VM of this one.
        makes: Option<RestoreMethod>,
        /// Where it comes back.
        region: Option<String>,
        /// What is lost: the age of that point.
        loss_seconds: Option<u64>,
        /// When its restore begins.
        begins: TimeBand,
        /// When it is back.
        ends: TimeBand,
        /// What travels.
        bytes_moved: ByteCount,
        /// Whether what came back was proved by digest.
        proved: bool,
        /// What stands against it.
        blockers: Vec<RehearsalRemark>,
    }
}

/// Lets a region be down and restores everything in it, on a copy of the lab.
///
/// # Errors
/// A region that cannot be down.
pub fn drill(cloud: &Cloud, request: &DrillRequest) -> Result<Drill, CommandError> {
    let at_once = request.at_once.unwrap_or(AT_ONCE);
    if !(1..=MOST_AT_ONCE).contains(&at_once) {
        return Err(CommandError::InvalidParameter {
            target: "atOnce".to_owned(),
            message: format!("give 1 to {MOST_AT_ONCE} restores side by side"),
        });
    }
    check_assumptions(&request.assumptions)?;
    for name in &request.first {
        let (id, vm) = cloud.find_virtual_machine(name, "first")?;
        if !same_region(&vm.location, &request.region) {
            return Err(CommandError::InvalidParameter {
                target: "first".to_owned(),
                message: format!(
                    "`{}` is in {}, which is not the region that is down",
                    id.name(),
                    vm.location
                ),
            });
        }
    }
    let mut trial = cloud.clone();
    if trial.is_down(&request.region, &[]).is_none() {
        trial.execute(&Command::InjectFault(InjectFault {
            fault: FaultKind::RegionDown,
            target: request.region.clone(),
            name: Some(fault_name(&trial)),
            from: None,
            lasts: None,
            chance_thousandths: None,
            every: None,
        }))?;
    }
    let mut back: Vec<(u64, Back)> = Vec::new();
    let mut gone: Vec<DrilledMachine> = Vec::new();
    for (id, vm) in trial.virtual_machines().iter() {
        if !same_region(&vm.location, &request.region) {
            continue;
        }
        match way_out(&trial, id, &vm.unique_id, request) {
            Some(found) if found.rehearsal.complete => {
                let named = |name: &String| {
                    name.eq_ignore_ascii_case(id.name()) || name.eq_ignore_ascii_case(id.as_str())
                };
                let first = request
                    .first
                    .iter()
                    .position(named)
                    .map(|place| place as u64);
                let controller = vm.facts.get("domainController") == Some(&FactValue::Bool(true));
                let rest = found
                    .rehearsal
                    .time
                    .typical_seconds
                    .saturating_add(if controller { 1 << 32 } else { 1 << 40 });
                back.push((first.unwrap_or(rest), found));
            }
            found => gone.push(DrilledMachine {
                virtual_machine: id.clone(),
                order: None,
                point: None,
                service: None,
                makes: None,
                region: None,
                loss_seconds: None,
                begins: TimeBand::default(),
                ends: TimeBand::default(),
                bytes_moved: ByteCount(0),
                proved: false,
                blockers: found.map_or_else(
                    || nothing_elsewhere(&trial, id),
                    |found| found.rehearsal.blockers,
                ),
            }),
        }
    }
    let back = order::by(back, |(rank, _)| *rank);
    let lanes = usize::try_from(at_once).unwrap_or(1).min(back.len().max(1));
    let mut low = vec![0; lanes];
    let (mut typical, mut high) = (low.clone(), low.clone());
    let (restored, lost) = (back.len() as u64, gone.len() as u64);
    let mut assumptions: Vec<RestoreAssumption> = Vec::new();
    let mut machines = Vec::new();
    for (number, (_, found)) in (1..).zip(back) {
        let Back {
            rehearsal,
            proved,
            service,
            makes,
        } = found;
        let time = rehearsal.time;
        let (begins_low, ends_low) = take_lane(&mut low, time.low_seconds);
        let (begins_typical, ends_typical) = take_lane(&mut typical, time.typical_seconds);
        let (begins_high, ends_high) = take_lane(&mut high, time.high_seconds);
        for used in rehearsal.assumptions {
            if !assumptions.iter().any(|known| known.name == used.name) {
                assumptions.push(used);
            }
        }
        machines.push(DrilledMachine {
            virtual_machine: rehearsal.source,
            order: Some(number),
            point: Some(rehearsal.point),
            service: Some(service),
            makes: Some(makes),
            region: Some(rehearsal.region),
            loss_seconds: Some(rehearsal.age_seconds),
            begins: TimeBand {
                low_seconds: begins_low,
                typical_seconds: begins_typical,
                high_seconds: begins_high,
            },
            ends: TimeBand {
                low_seconds: ends_low,
                typical_seconds: ends_typical,
                high_seconds: ends_high,
            },
            bytes_moved: rehearsal.bytes_moved,
            proved,
            blockers: Vec::new(),
        });
    }
    let ends = machines.iter().map(|machine| machine.ends);
    let time_to_restore = ends.fold(TimeBand::default(), TimeBand::beside);
    let bytes_moved = machines.iter().map(|machine| machine.bytes_moved).sum();
    let worst_loss_seconds = machines
        .iter()
        .filter_map(|machine| machine.loss_seconds)
        .max();
    machines.extend(gone);
    Ok(Drill {
        region: crate::matrix::normalise_region(&request.region),
        time: cloud.now(),
        machines,
        restored,
        lost,
        worst_loss_seconds,
        time_to_restore,
        bytes_moved,
        at_once,
        assumptions,
    })
}

/// A name that no fault of the lab has.
fn fault_name(cloud: &Cloud) -> String {
    let mut name = "drill".to_owned();
    while cloud
        .faults()
        .iter()
        .any(|fault| fault.id.name().eq_ignore_ascii_case(&name))
    {
        name.push('-');
    }
    name
}

/// The lane that is free first takes something; when it begins and when it ends.
fn take_lane(lanes: &mut [u64], seconds: u64) -> (u64, u64) {
    let free = lanes.iter().copied().min().unwrap_or_default();
    let ends = free.saturating_add(seconds);
    if let Some(lane) = lanes.iter_mut().find(|lane| **lane == free) {
        *lane = ends;
    }
    (free, ends)
}

/// Why nothing of a VM is in another region.
fn nothing_elsewhere(cloud: &Cloud, vm: &ResourceId) -> Vec<RehearsalRemark> {
    let holds = |source: &ResourceId| source == vm || cloud.attached_to(source) == Some(vm);
    let items = || cloud.protected().iter().filter(|item| holds(&item.source));
    let by = |service| items().any(|item| item.service == service);
    let pair = items().find_map(|item| item.secondary.as_ref());
    let (message, rows): (String, &[&str]) = match pair {
        Some(pair) => (
            format!("no point of it is in {pair} yet: what is in the vault comes there {} later", cloud.settings().vault_secondary()),
            &["S3-46b"],
        ),
        None if by(BackupService::VmBackup) => (
            "no point of it is in another region: its vault has no cross-region restore; use a geo-redundant one that has, or copy restore points there".to_owned(),
            &["S3-46b"],
        ),
        None if by(BackupService::DiskBackup) => (
            "no point of it is in another region: Azure Disk Backup keeps snapshots in the region of the disk; copy restore points there, or use a geo-redundant vault of Azure VM Backup with cross-region restore".to_owned(),
            &["S4-06b", "S4-11b"],
        ),
        None => (
            "no point of it is in another region: copy restore points there, or use a geo-redundant vault with cross-region restore".to_owned(),
            &[],
        ),
    };
    vec![RehearsalRemark {
        code: "NothingElsewhere".to_owned(),
        target: String::new(),
        message,
        row_ids: rows.iter().map(|row| (*row).to_owned()).collect(),
    }]
}

/// A rehearsal of a way out: whose point it is, and what it makes.
struct Back {
    rehearsal: Rehearsal,
    /// Whether what came back reads as its source.
    proved: bool,
    service: BackupService,
    makes: RestoreMethod,
}

/// The newest point in another region that the VM comes back from, rehearsed: as a VM, or else as disks to deploy one of.
/// Where none does, the newest that was tried.
fn way_out(cloud: &Cloud, vm: &ResourceId, unique_id: &str, drill: &DrillRequest) -> Option<Back> {
    let mut requests: Vec<(SimInstant, RehearsalRequest, BackupService)> = Vec::new();
    let plain = || RehearsalRequest {
        name: Some(format!("{}-drill", vm.name())),
        assumptions: drill.assumptions.clone(),
        ..RehearsalRequest::default()
    };
    let is_own = |point: &RestorePoint| {
        point.virtual_machine == *vm && point.virtual_machine_unique_id == unique_id
    };
    for (id, point) in cloud.restore_points().iter() {
        let elsewhere = point.vault.is_none() && !same_region(&point.location, &drill.region);
        let whole = point.disks.iter().any(|disk| disk.role == DiskRole::Os);
        if elsewhere && is_own(point) && whole && !point.is_replicating() && point.is_retained() {
            let request = RehearsalRequest {
                restore_point: Some(id.to_string()),
                ..plain()
            };
            requests.push((point.time_created, request, BackupService::RestorePoints));
        }
    }
    for item in cloud.protected().iter().filter(|item| item.source == *vm) {
        for point in &item.points {
            // A VM that was made anew has nothing of the one before it.
            let held = point.vault.as_ref();
            let held = held.and_then(|id| cloud.restore_points().get(id));
            let from = cloud.in_secondary_from(item, point);
            if held.is_some_and(is_own) && from.is_some_and(|from| from <= cloud.now()) {
                let request = RehearsalRequest {
                    recovery_point: Some(point.name.clone()),
                    item: Some(item.id.to_string()),
                    method: RestoreMethod::CrossRegion,
                    ..plain()
                };
                requests.push((point.time, request, item.service));
            }
        }
    }
    let requests = order::by(requests, |(at, ..)| cloud.now().since(*at).seconds());
    let mut tried = None;
    for (_, request, service) in requests {
        for makes in [RestoreMethod::CreateNewVm, RestoreMethod::RestoreDisks] {
            let mut request = request.clone();
            if makes == RestoreMethod::RestoreDisks {
                if service == BackupService::VmBackup {
                    request.makes = Some(makes);
                } else {
                    request.method = makes;
                }
            }
            let Ok((rehearsal, proved)) = rehearse_compared(cloud, &request) else {
                continue;
            };
            let found = Back {
                rehearsal,
                proved,
                service,
                makes,
            };
            if found.rehearsal.complete {
                return Some(found);
            }
            tried.get_or_insert(found);
        }
    }
    tried
}
