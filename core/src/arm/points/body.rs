//! The bodies of restore points.

use super::{flag, sku, word};
use crate::arm::body::{Node, Object};
use crate::arm::call::Call;
use crate::arm::instant_access::{background, hydrates};
use crate::cloud::{Cloud, DiskRestorePoint, Replication, ReplicationState, RestorePoint};
use crate::ids::ResourceId;
use crate::model::{ConsistencyMode, DiskRole, FactSet, ProvisioningState};

const GIB: u64 = 1 << 30;

/// Whether the request of a point that is being made asked for crash consistency.
fn asked_crash(cloud: &Cloud, point: &RestorePoint) -> bool {
    let vm = cloud.virtual_machines().get(&point.virtual_machine);
    let last = vm.and_then(|vm| vm.lately.last());
    last.is_some_and(|(at, crash)| *crash && *at == point.time_created)
}

const fn mode(mode: ConsistencyMode) -> &'static str {
    match mode {
        ConsistencyMode::CrashConsistent => "CrashConsistent",
        ConsistencyMode::FileSystemConsistent => "FileSystemConsistent",
        ConsistencyMode::ApplicationConsistent => "ApplicationConsistent",
    }
}

/// The body of a point as it is now.
pub(in crate::arm) fn body(
    call: &Call<'_>,
    id: &ResourceId,
    point: &RestorePoint,
    view: bool,
) -> String {
    print(call, id, point, point.state, view)
}

/// The body of a point in a state.
pub(super) fn print(
    call: &Call<'_>,
    id: &ResourceId,
    point: &RestorePoint,
    state: ProvisioningState,
    view: bool,
) -> String {
    let cloud = call.cloud();
    let creating = state == ProvisioningState::Creating;
    let copy = point
        .replication
        .as_ref()
        .filter(|copy| copy.source.is_some());
    let mut body = Object::default();
    body.text("name", point.name.as_str());
    body.text("id", id.as_str());
    let mut properties = Object::default();
    if !point.exclude_disks.is_empty() {
        let excluded = point.exclude_disks.iter().map(|disk| {
            let mut object = Object::default();
            object.text("id", disk.as_str());
            object.into()
        });
        properties.put("excludeDisks", Node::List(excluded.collect()));
    }
    properties.object("sourceMetadata", metadata(call, point, copy, creating));
    properties.text("provisioningState", state.as_str());
    let known = match creating {
        true => copy.is_some() || asked_crash(cloud, point),
        // A point that failed shows nothing.
        false => point.is_retained(),
    };
    if known {
        properties.text("consistencyMode", mode(point.consistency_mode));
    }
    if let Some(source) = copy.and_then(|copy| copy.source.as_ref()) {
        properties.reference("sourceRestorePoint", source.as_str());
    }
    if view {
        properties.object("instanceView", instance_view(call, id, point, state));
    }
    properties.text("timeCreated", Call::time(point.time_created));
    body.object("properties", properties);
    body.print(cloud.kept(id))
}

fn metadata<'p>(
    call: &'p Call<'_>,
    point: &'p RestorePoint,
    copy: Option<&'p Replication>,
    creating: bool,
) -> Object<'p> {
    let cloud = call.cloud();
    let vm = &point.configuration;
    // Version 2023-03-01 brought encryption and source of disk restore points.
    let links = call.since("2023-03-01");
    let mut source = Object::default();
    source.text("vmId", point.virtual_machine_unique_id.as_str());
    source.text("location", vm.location.as_str());
    let mut hardware = Object::default();
    hardware.text(
        "vmSize",
        word(&vm.facts, "vmSize").unwrap_or("Standard_D2s_v5"),
    );
    source.object("hardwareProfile", hardware);
    let from = copy.and_then(|copy| cloud.restore_points().get(copy.source.as_ref()?));
    let mut storage = Object::default();
    let mut data = Vec::new();
    for (at, disk) in point.disks.iter().enumerate() {
        let from = from.and_then(|from| from.disks.get(at));
        let object = captured(disk, &vm.facts, from.filter(|_| links), creating, links);
        if disk.role == DiskRole::Os {
            storage.object("osDisk", object);
        } else {
            data.push(object.into());
        }
    }
    storage.put("dataDisks", Node::List(data));
    storage.maybe("diskControllerType", word(&vm.facts, "diskControllerType"));
    source.object("storageProfile", storage);
    source.maybe("licenseType", word(&vm.facts, "licenseType"));
    if let Some(profile) = security(&vm.facts) {
        source.object("securityProfile", profile);
    }
    let generation = word(&vm.facts, "hyperVGeneration");
    source.maybe("hyperVGeneration", generation);
    source
}

/// The security profile of a VM that has one.
pub(in crate::arm) fn security(facts: &FactSet) -> Option<Object<'_>> {
    let mut uefi = Object::default();
    for (field, fact) in [("secureBootEnabled", "secureBoot"), ("vTpmEnabled", "vTpm")] {
        if let Some(value) = flag(facts, fact) {
            uefi.put(field, Node::Bool(value));
        }
    }
    let kind = word(facts, "securityType").filter(|kind| *kind != "Standard")?;
    let mut profile = Object::default();
    profile.object("uefiSettings", uefi);
    profile.text("securityType", kind);
    Some(profile)
}

/// A disk as the metadata of a point has it.
fn captured<'p>(
    disk: &'p DiskRestorePoint,
    vm: &'p FactSet,
    from: Option<&'p DiskRestorePoint>,
    creating: bool,
    links: bool,
) -> Object<'p> {
    let facts = &disk.facts;
    let mut object = Object::default();
    let os = disk.role == DiskRole::Os;
    if os {
        let kind = word(facts, "osType").or_else(|| word(vm, "osType"));
        object.maybe("osType", kind);
    } else if let Some(lun) = disk.lun {
        object.number("lun", u64::from(lun));
    }
    object.text("name", disk.name.as_str());
    object.number("diskSizeGB", disk.size.0 / GIB);
    let caching = if os { "ReadWrite" } else { "None" };
    object.text("caching", word(facts, "caching").unwrap_or(caching));
    let mut managed = Object::default();
    managed.text("storageAccountType", sku(facts));
    managed.text("id", disk.disk.as_str());
    object.object("managedDisk", managed);
    if !creating {
        let mut reference = Object::default();
        if links {
            let mut encryption = Object::default();
            encryption.text("type", super::encryption_type(facts));
            if let Some(set) = word(facts, "diskEncryptionSetId") {
                encryption.reference("diskEncryptionSet", set);
            }
            reference.object("encryption", encryption);
        }
        if let Some(from) = from {
            reference.reference("sourceDiskRestorePoint", from.id.as_str());
        }
        reference.text("id", disk.id.as_str());
        object.object("diskRestorePoint", reference);
    }
    if flag(facts, "writeAcceleratorEnabled") == Some(true) {
        object.put("writeAcceleratorEnabled", Node::Bool(true));
    }
    object
}

fn status(state: ReplicationState) -> Object<'static> {
    let (code, shown) = match state {
        ReplicationState::Replicating => ("ReplicationState/replicating", "Replicating"),
        ReplicationState::Succeeded => ("ReplicationState/succeeded", "Succeeded"),
        ReplicationState::Failed => ("ReplicationState/failed", "Failed"),
    };
    let mut status = Object::default();
    status.text("code", code);
    status.text(
        "level",
        if state == ReplicationState::Failed {
            "Error"
        } else {
            "Info"
        },
    );
    status.text("displayStatus", shown);
    status
}

/// How far the disks of a point are.
fn instance_view<'p>(
    call: &Call<'_>,
    id: &ResourceId,
    point: &'p RestorePoint,
    state: ProvisioningState,
) -> Object<'p> {
    let mut all = ReplicationState::Succeeded;
    let mut disks = Vec::new();
    let mut add = |id: &'p ResourceId, access: Option<&'static str>, state, percent| {
        let mut replication = Object::default();
        replication.object("status", status(state));
        replication.number("completionPercent", percent);
        let mut disk = Object::default();
        disk.text("id", id.as_str());
        disk.maybe(
            "snapshotAccessState",
            access.filter(|_| call.since("2025-04-01")),
        );
        disk.object("replicationStatus", replication);
        disks.push(disk.into());
    };
    if let Some(copy) = &point.replication {
        for disk in &copy.disks {
            let percent = Replication::percent(disk);
            add(&disk.disk_restore_point, None, disk.state, percent);
            match disk.state {
                ReplicationState::Failed => all = ReplicationState::Failed,
                ReplicationState::Replicating if all == ReplicationState::Succeeded => {
                    all = ReplicationState::Replicating;
                }
                _ => {}
            }
        }
    } else if state == ProvisioningState::Succeeded {
        for disk in point.disks.iter().filter(|disk| hydrates(disk)) {
            match background(call.cloud(), id, point, disk) {
                Some(copy) if copy.percent < 100 => {
                    all = ReplicationState::Replicating;
                    add(&disk.id, Some(copy.access), all, copy.percent);
                }
                copy => {
                    let access = copy.map(|copy| copy.access);
                    add(&disk.id, access, ReplicationState::Succeeded, 100);
                }
            }
        }
    }
    let all = match state {
        ProvisioningState::Creating => ReplicationState::Replicating,
        ProvisioningState::Failed => ReplicationState::Failed,
        _ => all,
    };
    let mut view = Object::default();
    if !disks.is_empty() {
        view.put("diskRestorePoints", Node::List(disks));
    }
    view.put("statuses", Node::List(vec![status(all).into()]));
    view
}
