//! Disk restore points.

use super::{KIND, encryption_type, find, word};
use crate::arm::body::{Node, Object};
use crate::arm::call::{Call, Handled, page};
use crate::arm::error::Failure;
use crate::arm::http::Answer;
use crate::arm::instant_access::background;
use crate::cloud::{DiskRestorePoint, Replication, ReplicationState, RestorePoint};
use crate::model::{DiskRole, FactValue, ProvisioningState};

/// The disk restore point that the path names.
pub(in crate::arm) fn find_disk<'c>(
    call: &'c Call<'_>,
) -> Result<(&'c RestorePoint, &'c DiskRestorePoint), Failure> {
    let (_, point) = find(call)?;
    let mut disks = point.disks.iter();
    let named = |disk: &&DiskRestorePoint| disk.id.name().eq_ignore_ascii_case(call.name(2));
    let there = !matches!(point.state, ProvisioningState::Creating);
    let found = disks.find(named).filter(|_| there);
    found.map(|disk| (point, disk)).ok_or_else(|| {
        let name = call.names.join("/");
        Failure::not_found(&format!("{KIND}/diskRestorePoints"), call.group, &name)
    })
}

/// The body of a disk restore point.
fn disk_body(call: &Call<'_>, point: &RestorePoint, disk: &DiskRestorePoint) -> String {
    let facts = &disk.facts;
    let mut body = Object::default();
    body.text("id", disk.id.as_str());
    body.text("name", disk.id.name());
    body.text("type", format!("{KIND}/diskRestorePoints"));
    let mut properties = Object::default();
    properties.text("timeCreated", Call::time(point.time_created));
    properties.text("sourceResourceId", disk.disk.as_str());
    properties.text("sourceUniqueId", disk.disk_unique_id.as_str());
    if disk.role == DiskRole::Os {
        let vm = &point.configuration.facts;
        properties.maybe(
            "osType",
            word(facts, "osType").or_else(|| word(vm, "osType")),
        );
        let generation = word(facts, "hyperVGeneration").or_else(|| word(vm, "hyperVGeneration"));
        properties.maybe("hyperVGeneration", generation);
    }
    properties.text("familyId", disk.family_id.as_str());
    let mut encryption = Object::default();
    encryption.text("type", encryption_type(facts));
    encryption.maybe("diskEncryptionSetId", word(facts, "diskEncryptionSetId"));
    properties.object("encryption", encryption);
    properties.text(
        "networkAccessPolicy",
        word(facts, "networkAccessPolicy").unwrap_or("AllowAll"),
    );
    properties.text(
        "publicNetworkAccess",
        word(facts, "publicNetworkAccess").unwrap_or("Enabled"),
    );
    properties.maybe("diskAccessId", word(facts, "diskAccessId"));
    if let Some(kind) = word(facts, "diskSecurityType") {
        let mut profile = Object::default();
        profile.text("securityType", kind);
        properties.object("securityProfile", profile);
    }
    if let Some(FactValue::Integer(size)) = facts.get("logicalSectorSize") {
        properties.number("logicalSectorSize", size.unsigned_abs());
    }
    let copy = point.replication.as_ref();
    let travelling = copy.and_then(|copy| {
        let mut disks = copy.disks.iter();
        let own = disks.find(|own| own.disk_restore_point == disk.id)?;
        Some((copy, own))
    });
    if let Some((copy, own)) = travelling {
        properties.put("completionPercent", Node::Number(Replication::percent(own)));
        let state = match own.state {
            ReplicationState::Replicating => "Replicating",
            ReplicationState::Succeeded => "Succeeded",
            ReplicationState::Failed => "Failed",
        };
        properties.text("replicationState", state);
        properties.text("sourceResourceLocation", copy.from_region.as_str());
    }
    if call.since("2026-03-02")
        && let Some(parent) = disk.id.parent()
        && let Some(copy) = background(call.cloud(), &parent, point, disk)
    {
        properties.text("snapshotAccessState", copy.access);
    }
    body.object("properties", properties);
    body.print(call.cloud().kept(&disk.id))
}

pub(in crate::arm) fn get_disk(call: &mut Call<'_>) -> Handled {
    let (point, disk) = find_disk(call)?;
    Ok(Answer::json(200, disk_body(call, point, disk)))
}

pub(in crate::arm) fn list_disks(call: &mut Call<'_>) -> Handled {
    let call = &*call;
    let (_, point) = find(call)?;
    let there = point.state != ProvisioningState::Creating;
    let disks = point.disks.iter().filter(|_| there);
    page(call, disks.map(|disk| &disk.id), |id| {
        let disk = point.disks.iter().find(|disk| disk.id == *id)?;
        Some(disk_body(call, point, disk))
    })
}
