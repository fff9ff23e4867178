//! What can be restored: every method, for every point of a VM, at one moment; and whether every member of a set
//! is covered.

use crate::cloud::{
    Cloud, ProtectedItem, RecoveryPoint, Rejection, RestoreBackup, RestoreMethod, RestorePoint,
};
use crate::ids::ResourceId;
use crate::json::{Read, answers};
use crate::matrix::{
    self, AskedSchedule, AssessOptions, Policy, RestoreRequest, Service, Vault, Verdict,
};
use crate::model::{Disk, FactValue, Fleet, Machine};
use crate::order;
use crate::policy::BackupService;
use crate::units::SimInstant;

/// Whose abilities are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AbilitiesQuery {
    /// The VM: one that is there, or one that is gone and has points.
    pub vm: String,
}

answers! {
    /// What can be restored of a VM.
    RestoreAbilities {
        /// The VM.
        virtual_machine: ResourceId,
        /// The moment.
        time: SimInstant,
        /// Every point, the newest first.
        points: Vec<PointAbilities>,
        /// When a method was first possible from any point, and when no more, in order.
        changes: Vec<AbilityChange>,
        /// Whether every moment at which something happened was looked at; where there were too many, evenly
        /// spaced ones.
        every_moment: bool,
        /// The availability set or scale set that the VM is of.
        group: Option<GroupCoverage>,
    }
    /// One point with its methods.
    PointAbilities {
        /// Its name.
        name: String,
        /// Its id: of a restore point, or of a snapshot.
        point: ResourceId,
        /// Whose it is: a user's own restore points, or those of a service.
        service: BackupService,
        /// The protected item, where it is of a service.
        item: Option<ResourceId>,
        /// The instant that it captured.
        captured: SimInstant,
        /// How old it is.
        age_seconds: u64,
        /// Where it lies.
        region: String,
        /// Each method.
        methods: Vec<PointMethod>,
    }
    /// Whether a point can be restored in a way.
    PointMethod {
        /// The method: as in `restoreBackup`, or `signedAccess` for an address that reads its disks.
        method: String,
        /// Supported and caveat are a yes, not supported is a no, the others are not known.
        verdict: Verdict,
        /// Why not, or what to know.
        message: String,
        /// The rules that decide it.
        row_ids: Vec<String>,
        /// The facts that it waits for.
        missing: Vec<String>,
    }
    /// A method became possible, or no longer is.
    AbilityChange {
        /// When.
        at: SimInstant,
        /// The method.
        method: String,
        /// Whether it is possible from then on, from some point.
        able: bool,
        /// What happened then, or what stands against it.
        because: String,
        /// The rules that stand against it.
        row_ids: Vec<String>,
    }
    /// Whether every member of a set can be restored.
    GroupCoverage {
        /// `availabilitySet` or `scaleSet`.
        kind: String,
        /// Its id.
        id: String,
        /// Its members.
        members: Vec<MemberCoverage>,
        /// Whether each has a point that can be restored.
        covered: bool,
        /// Seconds between the oldest and the newest of the members' newest points.
        spread_seconds: u64,
        /// What that means.
        text: String,
        /// Rules that say so.
        row_ids: Vec<String>,
    }
    /// A member of a set.
    MemberCoverage {
        /// The VM.
        virtual_machine: ResourceId,
        /// The newest point that its disks can be restored from.
        newest: Option<SimInstant>,
    }
}

const OWN_METHODS: [RestoreMethod; 2] = [RestoreMethod::CreateNewVm, RestoreMethod::RestoreDisks];
const VM_METHODS: [RestoreMethod; 7] = [
    RestoreMethod::CreateNewVm,
    RestoreMethod::RestoreDisks,
    RestoreMethod::ReplaceExisting,
    RestoreMethod::CrossRegion,
    RestoreMethod::CrossSubscription,
    RestoreMethod::CrossZonal,
    RestoreMethod::FileRecovery,
];
const DISK_METHODS: [RestoreMethod; 2] = [RestoreMethod::NewDisk, RestoreMethod::ReplaceSource];

/// The ways in which points of a service are restored.
#[must_use]
pub const fn methods_of(service: BackupService) -> &'static [RestoreMethod] {
    match service {
        BackupService::RestorePoints => &OWN_METHODS,
        BackupService::VmBackup => &VM_METHODS,
        BackupService::DiskBackup => &DISK_METHODS,
    }
}

const ELSEWHERE: [RestoreMethod; 3] = [
    RestoreMethod::CrossRegion,
    RestoreMethod::CrossSubscription,
    RestoreMethod::CrossZonal,
];
const AS_DISKS: &str = "; that way too: as `restoreDisks`, to deploy a VM of them";
const ACCESS: &str = "signedAccess";

fn word(method: RestoreMethod) -> String {
    crate::json::write(&method)
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn answered(method: String, refused: Option<Rejection>) -> PointMethod {
    let verdict = if refused.is_some() {
        Verdict::NotSupported
    } else {
        Verdict::Supported
    };
    let (message, row_ids) =
        refused.map_or_else(Default::default, |told| (told.message, told.row_ids));
    PointMethod {
        method,
        verdict,
        message,
        row_ids,
        missing: Vec::new(),
    }
}

/// The question whether a recovery point can be restored in a way, with a target for each method.
fn question(
    cloud: &Cloud,
    item: &ProtectedItem,
    recovery: &RecoveryPoint,
    method: RestoreMethod,
    region: &str,
    zones: &[String],
) -> RestoreBackup {
    let other = (1..=3).map(|zone: u64| zone.to_string());
    let mut other = other.filter(|zone| {
        !zones.contains(zone) && cloud.is_down(region, std::slice::from_ref(zone)).is_none()
    });
    let across = method == RestoreMethod::CrossSubscription;
    let zone = (method == RestoreMethod::CrossZonal).then(|| other.next().unwrap_or_default());
    RestoreBackup {
        recovery_point: recovery.name.clone(),
        item: Some(item.id.to_string()),
        method,
        makes: None,
        tier: None,
        // A name that nothing has: names are the caller's to choose.
        name: Some(format!(
            "{}-{}",
            item.id.name(),
            &cloud.guid_of(&recovery.name).replace('-', "")
        )),
        target_resource_group: None,
        target_subscription: across.then(|| "00000000-0000-0000-0000-000000000001".to_owned()),
        target_region: None,
        target_zone: zone,
        staging_location: Some("staging".to_owned()),
        disks: Vec::new(),
        at_once: None,
    }
}

/// Every point of a VM with its methods, as the engine has it; `judge` asks the support matrix too.
pub fn point_abilities(cloud: &Cloud, vm: &ResourceId, judge: bool) -> Vec<PointAbilities> {
    let mut found = Vec::new();
    let now = cloud.now();
    let points = cloud.restore_points().iter();
    for (id, point) in
        points.filter(|(_, point)| point.virtual_machine == *vm && point.vault.is_none())
    {
        let of_service = cloud
            .collections()
            .get(&point.collection)
            .and_then(|own| own.managed_by.as_ref());
        if of_service.is_some() || !point.is_retained() {
            continue;
        }
        let mut methods: Vec<PointMethod> = Vec::new();
        for method in OWN_METHODS {
            let refused = cloud.refuse_restore(id, point, method == RestoreMethod::CreateNewVm);
            methods.push(answered(
                word(method),
                refused.err().map(|error| Rejection::from(&error)),
            ));
        }
        let open = cloud.refuse_restore(id, point, false).err();
        methods.push(answered(
            ACCESS.to_owned(),
            open.map(|error| Rejection::from(&error)),
        ));
        found.push(PointAbilities {
            name: point.name.clone(),
            point: id.clone(),
            service: BackupService::RestorePoints,
            item: None,
            captured: point.time_created,
            age_seconds: now.since(point.time_created).seconds(),
            region: point.location.clone(),
            methods,
        });
    }
    let mut last: Option<(Machine, Vec<PointMethod>)> = None;
    for item in cloud.protected() {
        let of_vm = item.source == *vm || cloud.attached_to(&item.source) == Some(vm);
        let methods = methods_of(item.service);
        for recovery in item.points.iter().filter(|_| of_vm) {
            let held = recovery
                .snapshot
                .iter()
                .chain(&recovery.vault)
                .find_map(|id| {
                    let own = cloud.restore_points().get_key_value(id);
                    own.or_else(|| cloud.snapshots().get_key_value(id))
                });
            let Some((id, point)) = held else { continue };
            let mut answers: Vec<PointMethod> = Vec::new();
            for method in methods {
                let asked = question(
                    cloud,
                    item,
                    recovery,
                    *method,
                    &point.location,
                    &point.configuration.zones,
                );
                let refused = cloud.plan_restore(&asked).err();
                // Where no VM can be made elsewhere, disks may be, to deploy one of.
                let as_disks = RestoreBackup {
                    makes: Some(RestoreMethod::RestoreDisks),
                    ..asked
                };
                let only_disks = refused.is_some()
                    && ELSEWHERE.contains(method)
                    && cloud.plan_restore(&as_disks).is_ok();
                let refused = refused.map(|error| Rejection::from(&error));
                let mut answer = answered(word(*method), refused);
                if only_disks {
                    answer.message += AS_DISKS;
                }
                answers.push(answer);
            }
            if judge && item.service == BackupService::VmBackup {
                let machine = machine(point);
                let known = last.take().filter(|(other, _)| *other == machine);
                let judged = known.unwrap_or_else(|| {
                    let judged = judged(cloud, item, &machine, methods);
                    (machine, judged)
                });
                answers = answers
                    .into_iter()
                    .zip(&judged.1)
                    .map(|(own, page)| worse(own, page))
                    .collect();
                last = Some(judged);
            }
            found.push(PointAbilities {
                name: recovery.name.clone(),
                point: id.clone(),
                service: item.service,
                item: Some(item.id.clone()),
                captured: recovery.time,
                age_seconds: now.since(recovery.time).seconds(),
                region: point.location.clone(),
                methods: answers,
            });
        }
    }
    order::by(found, |point| point.age_seconds)
}

/// What the engine found, or what the matrix says where that is worse.
fn worse(own: PointMethod, page: &PointMethod) -> PointMethod {
    if own.verdict == Verdict::NotSupported || page.verdict <= own.verdict {
        own
    } else {
        page.clone()
    }
}

/// The VM as a point has it.
fn machine(point: &RestorePoint) -> Machine {
    let disks = point.disks.iter().map(|disk| Disk {
        name: disk.name.clone(),
        id: Some(disk.disk.clone()),
        role: Some(disk.role),
        lun: disk.lun,
        size_gib: Some(disk.size.0 >> 30),
        location: None,
        zones: Vec::new(),
        facts: disk.facts.clone(),
    });
    Machine {
        id: point.virtual_machine.clone(),
        name: point.configuration.name.clone(),
        location: Some(point.configuration.location.clone()),
        zones: point.configuration.zones.clone(),
        tags: point.configuration.tags.clone(),
        facts: point.configuration.facts.clone(),
        disks: disks.collect(),
    }
}

/// What the support matrix says of a VM and each method; yes where its rows are not loaded.
fn judged(
    cloud: &Cloud,
    item: &ProtectedItem,
    machine: &Machine,
    methods: &[RestoreMethod],
) -> Vec<PointMethod> {
    let fleet = Fleet {
        machines: vec![machine.clone()],
        disks: Vec::new(),
    };
    let region = machine.location.clone().unwrap_or_default();
    let pair = matrix::region(&region).and_then(|region| region.pair.clone());
    let mut all = Vec::new();
    for method in methods {
        let word = word(*method);
        let across = *method == RestoreMethod::CrossRegion;
        let options = AssessOptions {
            service: Service::VmBackup,
            edition: cloud.settings().edition(),
            policy: Some(Policy {
                policy_type: item.policy.policy_type,
                schedule: Some(AskedSchedule {
                    frequency: Some(item.policy.schedule.frequency),
                    interval_hours: item.policy.schedule.interval_hours,
                }),
                ..Policy::default()
            }),
            vault: Some(Vault {
                location: Some(region.clone()),
                cross_region_restore: Some(item.secondary.is_some()),
                ..Vault::default()
            }),
            restore: Some(RestoreRequest {
                method: Some(word.clone()),
                vm_exists: Some(cloud.virtual_machines().contains_key(&machine.id)),
                point_tier: Some("vault".to_owned()),
                target_region: pair.clone().filter(|_| across),
                target_zone: (*method == RestoreMethod::CrossZonal)
                    .then(|| FactValue::Text("other".to_owned())),
                ..RestoreRequest::default()
            }),
            request: matrix::Request {
                operation: Some("restore".to_owned()),
                ..matrix::Request::default()
            },
            ..AssessOptions::default()
        };
        let answer = matrix::restore_method(&fleet, &options, &word)
            .ok()
            .flatten();
        let mut told = answered(word, None);
        if let Some((answer, text)) = answer {
            told.verdict = answer.verdict;
            told.row_ids = answer.row_ids;
            told.missing = answer.missing;
            told.message = text;
        }
        all.push(told);
    }
    all
}

/// The set that a VM is of, and whether each member has a point.
pub fn group_coverage(cloud: &Cloud, vm: &ResourceId) -> Option<GroupCoverage> {
    let set = |id: &ResourceId| {
        let facts = &cloud.virtual_machines().get(id)?.facts;
        ["availabilitySetId", "scaleSetId"]
            .into_iter()
            .find_map(|fact| match facts.get(fact) {
                Some(FactValue::Text(set)) if !set.is_empty() => Some((fact, set.clone())),
                _ => None,
            })
    };
    let (fact, id) = set(vm)?;
    let mut members = Vec::new();
    for member in cloud.virtual_machines().keys() {
        if set(member).is_some_and(|(own, other)| own == fact && other.eq_ignore_ascii_case(&id)) {
            let points = point_abilities(cloud, member, false);
            let able = |point: &&PointAbilities| {
                point.service != BackupService::DiskBackup
                    && point.methods.iter().any(|method| {
                        method.method == "restoreDisks" && method.verdict == Verdict::Supported
                    })
            };
            members.push(MemberCoverage {
                virtual_machine: member.clone(),
                newest: points.iter().find(able).map(|point| point.captured),
            });
        }
    }
    let newest = members.iter().filter_map(|member| member.newest);
    let ages = order::distinct(newest.map(|at| cloud.now().since(at).seconds()));
    let spread = match (ages.first(), ages.last()) {
        (Some(first), Some(last)) => last - first,
        _ => 0,
    };
    let covered = members.iter().all(|member| member.newest.is_some());
    let lacking = members
        .iter()
        .filter(|member| member.newest.is_none())
        .count();
    let text = if covered {
        format!(
            "Each of the {} members comes back on its own: no instant is common to them, and their newest points lie {spread} seconds apart. What one member wrote to another in between is on one side only.",
            members.len()
        )
    } else {
        format!(
            "{lacking} of {} members have no point that can be restored. The others come back on their own: no instant is common to them.",
            members.len()
        )
    };
    Some(GroupCoverage {
        kind: if fact == "scaleSetId" {
            "scaleSet"
        } else {
            "availabilitySet"
        }
        .to_owned(),
        id,
        members,
        covered,
        spread_seconds: spread,
        text,
        row_ids: vec!["S3-75".to_owned()],
    })
}

/// For each method, whether some point allows it; and of the newest point that does not, why not.
pub fn able(points: &[PointAbilities]) -> Vec<PointMethod> {
    let mut methods: Vec<PointMethod> = Vec::new();
    for method in points.iter().flat_map(|point| &point.methods) {
        match methods
            .iter_mut()
            .find(|known| known.method == method.method)
        {
            Some(known)
                if known.verdict == Verdict::NotSupported
                    && method.verdict != Verdict::NotSupported =>
            {
                *known = method.clone();
            }
            Some(_) => {}
            None => methods.push(method.clone()),
        }
    }
    methods
}
