//! The plan of a restore from a restore point: a disk for each disk restore point, then the VM.

use super::time::Times;
use super::{
    RehearsalRequest, RehearsalStep, RestOperation, RestoreStepKind, StepOutcome, TimeBand,
};
use crate::cloud::{
    Cloud, Command, CommandError, DiskRestorePoint, RestoreDisk, RestoreMethod, RestorePoint,
};
use crate::ids::{ResourceId, ResourceType};
use crate::model::{Disk, DiskRole, FactSet, FactValue, Machine};
use crate::units::ByteCount;
use serde_json::{Map, Value, json};

/// The version of the interface that requests about VMs, disks and points are written for.
const COMPUTE: &str = "2024-07-01";
const DISKS: &str = "2023-10-02";
const NETWORK: &str = "2023-11-01";

/// Steps that are put together, with what they take.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) steps: Vec<RehearsalStep>,
    pub(super) times: Times,
}

/// What a step is beside its kind and text.
pub(super) struct Doing<'a> {
    pub(super) resource: ResourceId,
    pub(super) operation: Option<RestOperation>,
    pub(super) command: Option<Command>,
    pub(super) after: Vec<u64>,
    pub(super) bytes: ByteCount,
    pub(super) assumptions: &'a [&'a str],
}

impl Plan {
    pub(super) fn new(request: &RehearsalRequest) -> Self {
        Self {
            steps: Vec::new(),
            times: Times::new(&request.assumptions),
        }
    }

    /// Adds a step; its number.
    pub(super) fn add(&mut self, kind: RestoreStepKind, text: String, doing: Doing<'_>) -> u64 {
        let number = self.steps.len() as u64 + 1;
        self.steps.push(RehearsalStep {
            number,
            kind,
            text,
            time: self.times.of(doing.assumptions, doing.bytes),
            bytes_moved: doing.bytes,
            resource: doing.resource,
            operation: doing.operation,
            command: doing.command,
            after: doing.after,
            assumptions: doing
                .assumptions
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            outcome: StepOutcome::NotRun,
        });
        number
    }

    /// How long everything takes: each step begins when those before it are over.
    pub(super) fn whole(&self) -> TimeBand {
        let mut ends: Vec<TimeBand> = Vec::new();
        let mut last = TimeBand::default();
        for step in &self.steps {
            let before = step.after.iter().filter_map(|number| {
                let at = usize::try_from(number.saturating_sub(1)).ok()?;
                ends.get(at).copied()
            });
            let begins = before.fold(TimeBand::default(), TimeBand::beside);
            let end = begins.then(step.time);
            ends.push(end);
            last = last.beside(end);
        }
        last
    }
}

/// A request that makes or replaces a resource.
pub(super) fn put(name: &str, api_version: &str, id: &ResourceId, body: Value) -> RestOperation {
    RestOperation {
        name: name.to_owned(),
        method: "PUT".to_owned(),
        path: id.to_string(),
        api_version: api_version.to_owned(),
        body,
    }
}

/// The id of something new: in the target's group and subscription where they are given, or else beside `beside`.
pub(super) fn target_id(
    request: &RehearsalRequest,
    beside: &ResourceId,
    kind: ResourceType,
    name: &str,
) -> ResourceId {
    let subscription = request.target_subscription.as_deref();
    let group = request.target_resource_group.as_deref();
    ResourceId::new(
        subscription.unwrap_or(beside.subscription()),
        group.unwrap_or(beside.resource_group()),
        kind,
        name,
    )
}

pub(super) fn text<'a>(facts: &'a FactSet, name: &str) -> Option<&'a str> {
    match facts.get(name) {
        Some(FactValue::Text(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// Whether a request names a disk, or takes all.
fn wanted(request: &RehearsalRequest, disk: &DiskRestorePoint) -> bool {
    let named = |name: &String| {
        name.eq_ignore_ascii_case(&disk.name) || name.eq_ignore_ascii_case(disk.disk.as_str())
    };
    request.disks.is_empty() || request.disks.iter().any(named)
}

/// Plans the restore of a restore point.
pub(super) fn from_restore_point(
    cloud: &Cloud,
    point_id: &ResourceId,
    point: &RestorePoint,
    request: &RehearsalRequest,
) -> Result<Plan, CommandError> {
    let makes_vm = match request.method {
        RestoreMethod::CreateNewVm => true,
        RestoreMethod::RestoreDisks => false,
        _ => {
            return Err(CommandError::InvalidParameter {
                target: "method".to_owned(),
                message: "a restore point is restored as createNewVm or restoreDisks; the other methods are those of a protected item: give recoveryPoint".to_owned(),
            });
        }
    };
    let os = point.disks.iter().find(|disk| disk.role == DiskRole::Os);
    if makes_vm && !os.is_some_and(|disk| wanted(request, disk)) {
        return Err(CommandError::NotAllowed {
            target: point_id.to_string(),
            message: format!(
                "no OS disk of `{}` is restored, so no VM can be built of it; ask for restoreDisks",
                point.name
            ),
        });
    }
    let source = &point.virtual_machine;
    let given = request.name.clone();
    let name = given.unwrap_or_else(|| format!("{}-restored", source.name()));
    let zones = match &request.target_zone {
        Some(zone) => vec![zone.clone()],
        None => point.zones_to_rebuild(),
    };
    let mut plan = Plan::new(request);
    let mut made = Vec::new();
    let mut numbers = Vec::new();
    for disk in point.disks.iter().filter(|disk| wanted(request, disk)) {
        let id = target_id(
            request,
            source,
            ResourceType::Disk,
            &format!("{name}-{}", disk.name),
        );
        let (operation, command) = disk_request(cloud, &id, point, disk, &zones);
        let text = format!(
            "Make the disk {} from {} of {}",
            id.name(),
            disk.name,
            point.name
        );
        numbers.push(plan.add(
            RestoreStepKind::CreateDisk,
            text,
            Doing {
                resource: id.clone(),
                operation: Some(operation),
                command: Some(command),
                after: Vec::new(),
                bytes: ByteCount(0),
                assumptions: &["createDisk"],
            },
        ));
        made.push((id, disk));
    }
    if makes_vm {
        numbers = vec![machine(
            &mut plan, point, request, &name, &zones, &made, numbers,
        )];
    }
    let read = made
        .iter()
        .filter_map(|(_, disk)| cloud.store().usage(disk.snapshot).ok());
    let bytes = read.map(|usage| usage.referenced).sum();
    let subject = made.first().map_or(source, |(id, _)| id).clone();
    verify(&mut plan, subject, numbers, bytes);
    Ok(plan)
}

/// The last step: reading what came back.
pub(super) fn verify(plan: &mut Plan, resource: ResourceId, after: Vec<u64>, bytes: ByteCount) {
    plan.add(
        RestoreStepKind::Verify,
        "Hold what came back against its source".to_owned(),
        Doing {
            resource,
            operation: None,
            command: None,
            after,
            bytes,
            assumptions: &["verifyRate"],
        },
    );
    // It is read where it is: nothing travels.
    if let Some(last) = plan.steps.last_mut() {
        last.bytes_moved = ByteCount(0);
    }
}

fn disk_request(
    cloud: &Cloud,
    id: &ResourceId,
    point: &RestorePoint,
    disk: &DiskRestorePoint,
    zones: &[String],
) -> (RestOperation, Command) {
    let redundant = text(&disk.facts, "sku").is_some_and(|sku| sku.ends_with("_ZRS"));
    let zones = if redundant { &[] } else { zones };
    let known = |set: &&str| {
        cloud
            .encryption_sets()
            .iter()
            .any(|own| own.id.as_str().eq_ignore_ascii_case(set))
    };
    let set = text(&disk.facts, "diskEncryptionSetId").filter(known);
    let set = set.filter(|_| point.replication.is_none());
    let sku = text(&disk.facts, "sku");
    let mut body = json!({
        "location": point.location,
        "properties": { "creationData": { "createOption": "Restore", "sourceResourceId": disk.id.as_str() } },
    });
    let mut add = |name: &str, value: Value| {
        if let Some(body) = body.as_object_mut() {
            body.insert(name.to_owned(), value);
        }
    };
    if let Some(sku) = sku {
        add("sku", json!({ "name": sku }));
    }
    if !zones.is_empty() {
        add("zones", json!(zones));
    }
    if let (Some(set), Some(properties)) = (
        set,
        body.get_mut("properties").and_then(Value::as_object_mut),
    ) {
        properties.insert("encryption".to_owned(), json!({ "diskEncryptionSetId": set, "type": text(&disk.facts, "encryptionType").unwrap_or("EncryptionAtRestWithCustomerKey") }));
    }
    let command = Command::RestoreDisk(RestoreDisk {
        disk_restore_point: disk.id.to_string(),
        restore_point: None,
        name: id.to_string(),
        size_gib: None,
        sku: sku.map(str::to_owned),
        zones: zones.to_vec(),
        disk_encryption_set: set.map(str::to_owned),
        at_once: Some(true),
    });
    (put("Disks_CreateOrUpdate", DISKS, id, body), command)
}

/// The network interfaces and the VM.
fn machine(
    plan: &mut Plan,
    point: &RestorePoint,
    request: &RehearsalRequest,
    name: &str,
    zones: &[String],
    disks: &[(ResourceId, &DiskRestorePoint)],
    mut after: Vec<u64>,
) -> u64 {
    let source = &point.virtual_machine;
    let id = target_id(request, source, ResourceType::VirtualMachine, name);
    let (mut facts, _) = point.facts_to_rebuild();
    facts.insert(
        "powerState".to_owned(),
        FactValue::Text("running".to_owned()),
    );
    let count = match facts.get("nicCount") {
        Some(FactValue::Integer(count)) => u64::try_from(*count).unwrap_or(1).clamp(1, 8),
        _ => 1,
    };
    let mut interfaces = Vec::new();
    for number in 1..=count {
        let nic = format!("{name}-nic{number}");
        let path = id
            .as_str()
            .rsplit_once("/providers/")
            .map_or("", |(scope, _)| scope);
        let path = format!("{path}/providers/Microsoft.Network/networkInterfaces/{nic}");
        let body = json!({
            "location": point.location,
            "properties": { "ipConfigurations": [{ "name": "ipconfig1", "properties": { "privateIPAllocationMethod": "Dynamic", "subnet": { "id": "SUBNET_ID" } } }] },
        });
        let operation = RestOperation {
            name: "NetworkInterfaces_CreateOrUpdate".to_owned(),
            method: "PUT".to_owned(),
            path: path.clone(),
            api_version: NETWORK.to_owned(),
            body,
        };
        let resource = path.parse().unwrap_or_else(|_| id.clone());
        after.push(plan.add(
            RestoreStepKind::CreateNetworkInterface,
            format!("Make the network interface {nic} in a subnet of your choice"),
            Doing {
                resource,
                operation: Some(operation),
                command: None,
                after: Vec::new(),
                bytes: ByteCount(0),
                assumptions: &["createNetworkInterface"],
            },
        ));
        interfaces.push(json!({ "id": path, "properties": { "primary": number == 1 } }));
    }
    let body = machine_body(point, &facts, zones, disks, interfaces);
    let attached = disks.iter().map(|(id, disk)| Disk {
        name: id.name().to_owned(),
        id: Some(id.clone()),
        role: Some(disk.role),
        lun: disk.lun,
        size_gib: None,
        location: None,
        zones: Vec::new(),
        facts: FactSet::new(),
    });
    let command = Command::CreateVirtualMachine(Machine {
        id: id.clone(),
        name: name.to_owned(),
        location: Some(point.location.clone()),
        zones: zones.to_vec(),
        tags: point.configuration.tags.clone(),
        facts,
        disks: attached.collect(),
    });
    plan.add(
        RestoreStepKind::CreateVirtualMachine,
        format!("Make the VM {name} of {} disks", disks.len()),
        Doing {
            operation: Some(put("VirtualMachines_CreateOrUpdate", COMPUTE, &id, body)),
            resource: id,
            command: Some(command),
            after,
            bytes: ByteCount(0),
            assumptions: &["createVirtualMachine"],
        },
    )
}

fn machine_body(
    point: &RestorePoint,
    facts: &FactSet,
    zones: &[String],
    disks: &[(ResourceId, &DiskRestorePoint)],
    interfaces: Vec<Value>,
) -> Value {
    let mut os = Value::Null;
    let mut data = Vec::new();
    for (id, disk) in disks {
        let mut one = json!({
            "name": id.name(),
            "createOption": "Attach",
            "managedDisk": { "id": id.as_str() },
            "caching": text(&disk.facts, "caching").unwrap_or("None"),
        });
        let extra = match disk.role {
            DiskRole::Os => ("osType", json!(text(facts, "osType").unwrap_or("Linux"))),
            DiskRole::Data => ("lun", json!(disk.lun.unwrap_or(data.len() as u32))),
        };
        if let Some(one) = one.as_object_mut() {
            one.insert(extra.0.to_owned(), extra.1);
        }
        if disk.role == DiskRole::Os {
            os = one;
        } else {
            data.push(one);
        }
    }
    let mut properties = Map::new();
    let size = text(facts, "vmSize").unwrap_or("Standard_D2s_v5");
    properties.insert("hardwareProfile".to_owned(), json!({ "vmSize": size }));
    properties.insert(
        "storageProfile".to_owned(),
        json!({ "osDisk": os, "dataDisks": data }),
    );
    properties.insert(
        "networkProfile".to_owned(),
        json!({ "networkInterfaces": interfaces }),
    );
    if let Some(kind) = text(facts, "securityType").filter(|kind| *kind != "Standard") {
        let yes = |name: &str| facts.get(name) == Some(&FactValue::Bool(true));
        let profile = json!({
            "securityType": kind,
            "uefiSettings": { "secureBootEnabled": yes("secureBoot"), "vTpmEnabled": yes("vTpm") },
        });
        properties.insert("securityProfile".to_owned(), profile);
    }
    for fact in ["licenseType", "priority", "evictionPolicy"] {
        if let Some(word) = text(facts, fact) {
            properties.insert(fact.to_owned(), json!(word));
        }
    }
    let mut body = Map::new();
    body.insert("location".to_owned(), json!(point.location));
    if !zones.is_empty() {
        body.insert("zones".to_owned(), json!(zones));
    }
    if !point.configuration.tags.is_empty() {
        let tags = point.configuration.tags.iter();
        let tags: Map<String, Value> = tags
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect();
        body.insert("tags".to_owned(), Value::Object(tags));
    }
    body.insert("properties".to_owned(), Value::Object(properties));
    Value::Object(body)
}
