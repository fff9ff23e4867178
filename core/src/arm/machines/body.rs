//! The body of a VM.

use super::instance_view::{created, instance_view};
use super::{GIB, KIND};
use crate::arm::body::{Node, Object};
use crate::arm::call::Call;
use crate::arm::collections::begin;
use crate::arm::points::{flag, security, sku, word};
use crate::cloud::{AttachedDisk, Attachment, Cloud, VirtualMachine};
use crate::ids::ResourceId;
use crate::model::DiskRole;
use serde_json::Value;

/// The body of a VM. `state` is its provisioning state where work on it was begun a moment ago.
pub(super) fn body(
    call: &Call<'_>,
    id: &ResourceId,
    state: Option<&'static str>,
) -> Option<String> {
    let cloud = call.cloud();
    let vm = cloud.virtual_machines().get(id)?;
    let kept = cloud.kept(id);
    let mut body = begin(&vm.name, id, call.group.is_empty(), KIND);
    body.text("location", crate::matrix::normalise_region(&vm.location));
    match kept.and_then(|kept| kept.get("tags")) {
        Some(tags) => body.put("tags", Node::Given(tags)),
        None if !vm.tags.is_empty() => body.put("tags", Node::Texts(&vm.tags)),
        None => {}
    }
    if !vm.zones.is_empty() {
        let zones = vm.zones.iter();
        let zones = zones.map(|zone| Node::Text(zone.as_str().into()));
        body.put("zones", Node::List(zones.collect()));
    }
    let mut properties = Object::default();
    properties.text("vmId", vm.unique_id.as_str());
    let mut hardware = Object::default();
    hardware.text(
        "vmSize",
        word(&vm.facts, "vmSize").unwrap_or("Standard_D2s_v5"),
    );
    properties.object("hardwareProfile", hardware);
    properties.object("storageProfile", storage(cloud, vm));
    if let Some(profile) = security(&vm.facts) {
        properties.object("securityProfile", profile);
    }
    for fact in ["licenseType", "priority", "evictionPolicy"] {
        properties.maybe(fact, word(&vm.facts, fact));
    }
    let ready = if vm.ready_at.is_none() {
        "Succeeded"
    } else {
        "Creating"
    };
    properties.text("provisioningState", state.unwrap_or(ready));
    if call.expands("instanceView") && state.is_none() {
        properties.object("instanceView", instance_view(cloud, id, vm));
    }
    if !call.expands("userData") {
        // Given back only where it is asked for.
        properties.put("userData", Node::Nothing);
    }
    properties.text("timeCreated", created(cloud, id, vm));
    body.object("properties", properties);
    let etag = kept
        .and_then(|kept| kept.get("etag"))
        .and_then(Value::as_str);
    if call.since("2024-03-01") {
        body.text("etag", etag.unwrap_or("\"1\""));
    } else {
        body.put("etag", Node::Nothing);
    }
    Some(body.print(kept))
}

fn storage<'c>(cloud: &'c Cloud, vm: &'c VirtualMachine) -> Object<'c> {
    let mut storage = Object::default();
    let mut data = Vec::new();
    for attachment in &vm.attachments {
        let object = attached(cloud, vm, attachment);
        if attachment.role == DiskRole::Os {
            storage.object("osDisk", object);
        } else {
            data.push(object.into());
        }
    }
    storage.put("dataDisks", Node::List(data));
    storage.maybe("diskControllerType", word(&vm.facts, "diskControllerType"));
    storage
}

fn attached<'c>(
    cloud: &'c Cloud,
    vm: &'c VirtualMachine,
    attachment: &'c Attachment,
) -> Object<'c> {
    let os = attachment.role == DiskRole::Os;
    let (name, facts, id, size) = match &attachment.disk {
        AttachedDisk::Managed(id) => match cloud.disks().get(id) {
            Some(disk) => (
                disk.name.as_str(),
                Some(&disk.facts),
                Some(id),
                disk.size.0 / GIB,
            ),
            None => (id.name(), None, Some(id), 0),
        },
        AttachedDisk::Unmanaged(disk) => (
            disk.name.as_str(),
            Some(&disk.facts),
            None,
            disk.size_gib.unwrap_or_default(),
        ),
    };
    let fact = |name| facts.and_then(|facts| word(facts, name));
    let mut object = Object::default();
    if os {
        object.maybe(
            "osType",
            word(&vm.facts, "osType").or_else(|| fact("osType")),
        );
    } else if let Some(lun) = attachment.lun {
        object.number("lun", u64::from(lun));
    }
    object.text("name", name);
    let from_image = os && word(&vm.facts, "imageReference").is_some();
    object.unless_kept(
        "createOption",
        if from_image { "FromImage" } else { "Attach" },
    );
    object.text(
        "caching",
        fact("caching").unwrap_or(if os { "ReadWrite" } else { "None" }),
    );
    if let Some(id) = id {
        let mut managed = Object::default();
        managed.text("storageAccountType", facts.map_or("Standard_LRS", sku));
        if let Some(set) = fact("diskEncryptionSetId") {
            managed.reference("diskEncryptionSet", set);
        }
        managed.text("id", id.as_str());
        object.object("managedDisk", managed);
    }
    object.unless_kept("deleteOption", "Detach");
    if size > 0 {
        object.number("diskSizeGB", size);
    }
    if !os {
        object.put("toBeDetached", Node::Bool(false));
    }
    if facts.is_some_and(|facts| flag(facts, "writeAcceleratorEnabled") == Some(true)) {
        object.put("writeAcceleratorEnabled", Node::Bool(true));
    }
    object
}
