//! Snapshots.

use super::body::{Node, Object};
use super::call::{Call, Handled, missing, page};
use super::collections::{begin, is_in};
use super::disks::{begun, changed_kept, echo, encryption, make, sku_node};
use super::error::Failure;
use super::http::Answer;
use super::points::flag;
use crate::cloud::{Cloud, Command, CreateSnapshot, DeleteSnapshot, RestorePoint};
use crate::ids::{ResourceId, ResourceType};
use serde_json::Value;

const KIND: &str = "Microsoft.Compute/snapshots";
const OPERATION: &str = "Snapshots_CreateOrUpdate";
const GIB: u64 = 1 << 30;

fn find<'c>(call: &'c Call<'_>) -> Result<(&'c ResourceId, &'c RestorePoint), Failure> {
    let found = call
        .cloud()
        .snapshots()
        .get_key_value(&call.id(ResourceType::Snapshot));
    found.ok_or_else(|| Failure::not_found(KIND, call.group, call.name(0)))
}

/// The body of a snapshot.
pub(super) fn body(call: &Call<'_>, id: &ResourceId) -> Option<String> {
    let cloud = call.cloud();
    let upper = call.group.is_empty() && call.names.is_empty();
    print(cloud, id, upper, call.since("2025-01-02"))
}

fn print(cloud: &Cloud, id: &ResourceId, upper: bool, instant: bool) -> Option<String> {
    let snapshot = cloud.snapshots().get(id)?;
    let disk = snapshot.disks.first()?;
    let kept = cloud.kept(id);
    let mut body = begin(&snapshot.name, id, upper, KIND);
    body.text("location", snapshot.location.as_str());
    let sku = kept
        .and_then(|kept| super::call::at(kept, "sku.name"))
        .and_then(Value::as_str);
    body.object("sku", sku_node(sku.unwrap_or("Standard_LRS")));
    let mut properties = Object::default();
    let from_snapshot = snapshot.collection.is(ResourceType::Snapshot);
    let far = snapshot.busy_until.is_some();
    let mut creation = Object::default();
    if snapshot.collection == *id {
        creation.unless_kept("createOption", "Empty");
    } else {
        creation.unless_kept("createOption", if far { "CopyStart" } else { "Copy" });
        creation.text("sourceResourceId", snapshot.collection.as_str());
        creation.text(
            "sourceUniqueId",
            snapshot.virtual_machine_unique_id.as_str(),
        );
    }
    properties.object("creationData", creation);
    properties.number("diskSizeGB", disk.size.0 / GIB);
    // As it was asked for; else as that of its source.
    if kept.is_none_or(|kept| super::call::at(kept, "properties.encryption.type").is_none()) {
        properties.object("encryption", encryption(&disk.facts));
    }
    let incremental = flag(&snapshot.configuration.facts, "incremental") == Some(true);
    properties.put("incremental", Node::Bool(incremental));
    properties.unless_kept("networkAccessPolicy", "AllowAll");
    properties.unless_kept("publicNetworkAccess", "Enabled");
    properties.text("timeCreated", Call::time(snapshot.time_created));
    properties.text("provisioningState", "Succeeded");
    properties.text(
        "diskState",
        if disk.access.is_some() {
            "ActiveSAS"
        } else {
            "Unattached"
        },
    );
    properties.number("diskSizeBytes", disk.size.0);
    properties.text("uniqueId", snapshot.configuration.name.as_str());
    let percent = percent(cloud, snapshot).filter(|_| from_snapshot);
    if let Some(percent) = percent {
        properties.number("completionPercent", percent);
    }
    if incremental {
        properties.text("incrementalSnapshotFamilyId", disk.family_id.as_str());
    }
    if instant {
        let there = percent.is_none_or(|percent| percent == 100);
        properties.text(
            "snapshotAccessState",
            if there { "Available" } else { "Pending" },
        );
    }
    body.object("properties", properties);
    Some(body.print(kept))
}

/// How much of a copy from another region has arrived; nothing where all has, or it came from here.
fn percent(cloud: &Cloud, snapshot: &RestorePoint) -> Option<u64> {
    let arrives = snapshot.busy_until?;
    let all = arrives.since(snapshot.time_created).seconds();
    let passed = cloud.now().since(snapshot.time_created).seconds();
    (passed < all).then(|| passed * 100 / all.max(1))
}

pub(super) fn get(call: &mut Call<'_>) -> Handled {
    let (id, _) = find(call)?;
    Ok(Answer::json(200, body(call, id).unwrap_or_default()))
}

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    let call = &*call;
    let ids = call.cloud().snapshots().keys();
    let ids = ids.filter(|id| is_in(call, id) && id.is(ResourceType::Snapshot));
    page(call, ids, |id| body(call, id))
}

pub(super) fn put(call: &mut Call<'_>) -> Handled {
    let id = call.id(ResourceType::Snapshot);
    if call.cloud().snapshots().contains_key(&id) {
        return update(call, &id, true);
    }
    let location = call.needs("location")?.to_owned();
    let option = call.needs("properties.creationData.createOption")?;
    let incremental = call.at("properties.incremental") == Some(&Value::Bool(true));
    let mut create = CreateSnapshot {
        name: id.to_string(),
        source: None,
        size_gib: None,
        location: Some(location.clone()),
        incremental: incremental.then_some(true),
    };
    if option == "Empty" {
        let path = "properties.diskSizeGB";
        create.size_gib = Some(call.number(path)?.ok_or_else(|| missing(path))?);
        let create = Command::CreateSnapshot(create);
        return make(call, &id, create, (OPERATION, KIND), &location);
    }
    if !matches!(option, "Copy" | "CopyStart") {
        let message = format!(
            "The createOption '{option}' is not simulated for snapshots. There is Empty, Copy and CopyStart."
        );
        return Err(Failure::not_simulated(
            "properties.creationData.createOption",
            message,
        ));
    }
    let path = "properties.creationData.sourceResourceId";
    let source = call.id_at(path)?.ok_or_else(|| missing(path))?;
    let cloud = call.cloud();
    // A disk is looked for in the region of the snapshot, a snapshot everywhere.
    let near = match cloud.disks().get(&source) {
        Some(disk) => crate::cloud::same_region(&disk.location, &location),
        None => cloud.snapshots().contains_key(&source),
    };
    if !near {
        let message = format!("Resource {} is not found.", source.name());
        return Err(Failure::new(404, "NotFound", message));
    }
    create.source = Some(source.to_string());
    let create = Command::CreateSnapshot(create);
    make(call, &id, create, (OPERATION, KIND), &location)
}

pub(super) fn patch(call: &mut Call<'_>) -> Handled {
    let id = find(call)?.0.clone();
    update(call, &id, false)
}

fn update(call: &mut Call<'_>, id: &ResourceId, whole: bool) -> Handled {
    let location = find(call)?.1.location.clone();
    let Some(change) = changed_kept(call, id, OPERATION, whole) else {
        return Ok(Answer::json(200, body(call, id).unwrap_or_default()));
    };
    let place = call.carry_out(change)?;
    let body = echo(call, Some((id, KIND)), &location);
    Ok(begun(call, 202, Some(body), place, &location))
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    let id = call.id(ResourceType::Snapshot);
    let Some(snapshot) = call.cloud().snapshots().get(&id) else {
        return Ok(Answer::empty(204));
    };
    let location = snapshot.location.clone();
    let place = call.carry_out(Command::DeleteSnapshot(DeleteSnapshot {
        snapshot: id.to_string(),
    }))?;
    Ok(begun(call, 202, None, place, &location))
}

/// The id and region of the snapshot that the path names.
pub(super) fn named(call: &Call<'_>) -> Result<(ResourceId, String), Failure> {
    find(call).map(|(id, snapshot)| (id.clone(), snapshot.location.clone()))
}
