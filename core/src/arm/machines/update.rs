//! Changes of a VM: its facts, and what is kept of it.

use super::body::body;
use super::disks::changed_disks;
use super::{KIND, work};
use crate::arm::call::{Call, Handled, at, fields, keep, merge, wrong};
use crate::arm::collections::tags;
use crate::arm::error::Failure;
use crate::arm::http::Answer;
use crate::cloud::{Command, UpdateVirtualMachine, VirtualMachine};
use crate::ids::ResourceId;
use crate::json::take;
use crate::model::{FactSet, FactValue};
use serde_json::{Value, json};

/// Changes a VM: what its body says, and with `whole` nothing else.
pub(super) fn update(call: &mut Call<'_>, id: &ResourceId, whole: bool) -> Handled {
    let Some(vm) = call.cloud().virtual_machines().get(id).cloned() else {
        return Err(Failure::not_found(KIND, call.group, call.name(0)));
    };
    if let Some(location) = call.text("location")?
        && !crate::cloud::same_region(location, &vm.location)
    {
        let message = format!(
            "The resource '{}' already exists in location '{}' in resource group '{}'. A resource with the same name cannot be created in location '{location}'. Please select a new resource name.",
            id.name(),
            vm.location,
            call.group
        );
        return Err(Failure::new(409, "InvalidResourceLocation", message));
    }
    let mut commands = changed_facts(call, id, &vm)?;
    commands.extend(changed_disks(call, id, &vm)?);
    let before = call.cloud().kept(id).cloned().unwrap_or_default();
    let given = crate::arm::fields::kept("VirtualMachines_Update", &call.body);
    let mut kept = fields(&before);
    if whole {
        let time = at(&before, "properties.timeCreated").cloned();
        kept = fields(&given);
        if let Some(time) = time {
            let properties = kept.entry("properties").or_insert_with(|| json!({}));
            if let Some(properties) = properties.as_object_mut() {
                properties.insert("timeCreated".to_owned(), time);
            }
        }
    } else {
        merge(&mut kept, &given);
    }
    if let Some(tags) = call.at("tags") {
        tags_checked(call)?;
        kept.insert("tags".to_owned(), tags.clone());
    }
    take(&mut kept, "etag");
    let mut unchanged = fields(&before);
    let etag = take(&mut unchanged, "etag");
    let number = etag.as_ref().and_then(Value::as_str).unwrap_or("\"1\"");
    let number = number.trim_matches('"').parse::<u64>().unwrap_or(1);
    if commands.is_empty() && kept == unchanged {
        return Ok(Answer::json(200, body(call, id, None).unwrap_or_default()));
    }
    kept.insert("etag".to_owned(), format!("\"{}\"", number + 1).into());
    commands.push(keep(id, Value::Object(kept)));
    let place = call.carry_out_all(commands)?;
    let body = body(call, id, Some("Updating"));
    Ok(call.begun(200, body, &work(place, vm.location)))
}

fn tags_checked(call: &Call<'_>) -> Result<(), Failure> {
    tags(call).map(drop)
}

fn changed_facts(
    call: &Call<'_>,
    id: &ResourceId,
    vm: &VirtualMachine,
) -> Result<Vec<Command>, Failure> {
    let mut facts = FactSet::new();
    call.words(
        &mut facts,
        &[
            ("vmSize", "properties.hardwareProfile.vmSize"),
            ("securityType", "properties.securityProfile.securityType"),
            ("licenseType", "properties.licenseType"),
            ("priority", "properties.priority"),
            (
                "diskControllerType",
                "properties.storageProfile.diskControllerType",
            ),
            ("availabilitySetId", "properties.availabilitySet.id"),
            (
                "proximityPlacementGroupId",
                "properties.proximityPlacementGroup.id",
            ),
            ("hostId", "properties.host.id"),
        ],
    )?;
    for (fact, path) in [
        (
            "secureBoot",
            "properties.securityProfile.uefiSettings.secureBootEnabled",
        ),
        (
            "vTpm",
            "properties.securityProfile.uefiSettings.vTpmEnabled",
        ),
        (
            "encryptionAtHost",
            "properties.securityProfile.encryptionAtHost",
        ),
        (
            "ultraDiskEnabled",
            "properties.additionalCapabilities.ultraSSDEnabled",
        ),
        (
            "hibernationEnabled",
            "properties.additionalCapabilities.hibernationEnabled",
        ),
    ] {
        match call.at(path) {
            Some(Value::Bool(value)) => {
                drop(facts.insert(fact.to_owned(), FactValue::Bool(*value)))
            }
            Some(_) => return Err(wrong(path, "true or false")),
            None => {}
        }
    }
    let facts: FactSet = facts
        .into_iter()
        .filter(|(name, value)| vm.facts.get(name.as_str()) != Some(value))
        .collect();
    let change = (!facts.is_empty()).then(|| {
        Command::UpdateVirtualMachine(UpdateVirtualMachine {
            virtual_machine: id.to_string(),
            facts,
            remove: Vec::new(),
        })
    });
    Ok(change.into_iter().collect())
}
