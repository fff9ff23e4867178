//! How what came back differs from what was captured.

use super::RestoreDifference;
use crate::cloud::{Cloud, RestorePoint};
use crate::ids::ResourceId;
use crate::model::FactValue;

/// A fact that matters when something comes back: its name, the aspect, what Terraform would want, what to do,
/// the rules.
type Mattering = (
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static str,
    &'static [&'static str],
);

/// Facts of a VM that matter.
const FACTS: &[Mattering] = &[
    (
        "staticIpAddress",
        "address",
        Some("update"),
        "Set the private address on the new network interface.",
        &["S3-111b"],
    ),
    (
        "publicIpAddress",
        "address",
        Some("update"),
        "Associate the public address with the new network interface.",
        &["S3-109"],
    ),
    (
        "loadBalancer",
        "loadBalancer",
        Some("update"),
        "Add the new network interface to the backend pool.",
        &["S3-106"],
    ),
    (
        "nicCount",
        "networkInterfaces",
        Some("update"),
        "Make the other network interfaces and attach them.",
        &["S3-105c"],
    ),
    (
        "availabilitySetId",
        "availabilitySet",
        Some("replace"),
        "Build the VM of restored disks with the availability set in its template.",
        &["S3-70b", "S3-63a"],
    ),
    (
        "proximityPlacementGroupId",
        "proximityPlacementGroup",
        Some("replace"),
        "Name the group when the VM is made.",
        &[],
    ),
    (
        "scaleSetId",
        "scaleSet",
        Some("replace"),
        "Name the scale set when the VM is made.",
        &["S3-83"],
    ),
    (
        "hostId",
        "host",
        Some("update"),
        "Name the host when the VM is made of restored disks.",
        &["S3-81b"],
    ),
    (
        "hostGroupId",
        "host",
        Some("update"),
        "Name the host group when the VM is made of restored disks.",
        &["S3-81b"],
    ),
    (
        "priority",
        "priority",
        Some("replace"),
        "Build a spot VM of restored disks, or accept a regular one.",
        &["S3-80b"],
    ),
    (
        "evictionPolicy",
        "priority",
        Some("replace"),
        "Build a spot VM of restored disks, or accept a regular one.",
        &["S3-80b"],
    ),
    (
        "identityType",
        "identity",
        Some("update"),
        "Assign the identity and its roles anew: a system-assigned one is another principal.",
        &["S3-84a"],
    ),
    (
        "nicCount",
        "networkInterfaces",
        Some("update"),
        "Add or remove network interfaces: as many come back as there were when protection began.",
        &["S3-105c"],
    ),
    (
        "encryptionAtHost",
        "encryption",
        Some("update"),
        "Switch encryption at host on again.",
        &[],
    ),
    (
        "securityType",
        "security",
        Some("replace"),
        "Build the VM with its security type.",
        &[],
    ),
    ("vmSize", "size", Some("update"), "Resize the VM.", &[]),
    (
        "licenseType",
        "licence",
        Some("update"),
        "Set the licence type.",
        &[],
    ),
    (
        "diagnosticSettings",
        "diagnostics",
        Some("update"),
        "Configure diagnostic settings anew.",
        &["S3-76a"],
    ),
];

/// Facts of a disk that matter.
const DISK_FACTS: &[Mattering] = &[
    (
        "sku",
        "disk",
        Some("update"),
        "Change the SKU of the disk.",
        &[],
    ),
    (
        "diskEncryptionSetId",
        "encryption",
        Some("update"),
        "Put the disk under its encryption set.",
        &["S3-91g"],
    ),
    (
        "encryptionType",
        "encryption",
        Some("update"),
        "Put the disk under its encryption set.",
        &["S3-91g"],
    ),
    (
        "writeAcceleratorEnabled",
        "disk",
        Some("update"),
        "Switch the write accelerator on once the disk is attached.",
        &["S4-05b"],
    ),
    (
        "tier",
        "disk",
        Some("update"),
        "Set the performance tier.",
        &["S4-21b"],
    ),
    (
        "networkAccessPolicy",
        "disk",
        Some("update"),
        "Set the network access of the disk.",
        &[],
    ),
    (
        "maxShares",
        "disk",
        Some("replace"),
        "Make a shared disk of it.",
        &[],
    ),
];

fn shown(value: Option<&FactValue>) -> String {
    match value {
        None => "none".to_owned(),
        Some(FactValue::Text(text)) => text.clone(),
        Some(value) => crate::json::write(value).to_string(),
    }
}

type Facts = crate::model::FactSet;

fn of_facts(
    table: &[Mattering],
    name: &str,
    source: &Facts,
    restored: &Facts,
    found: &mut Vec<RestoreDifference>,
) {
    for (fact, aspect, terraform, remedy, rows) in table {
        let (was, is) = (source.get(*fact), restored.get(*fact));
        if was != is {
            found.push(RestoreDifference {
                aspect: (*aspect).to_owned(),
                source: format!("{name}: {fact} {}", shown(was)),
                restored: shown(is),
                terraform: terraform.map(str::to_owned),
                remedy: (*remedy).to_owned(),
                row_ids: rows.iter().map(|row| (*row).to_owned()).collect(),
            });
        }
    }
}

/// What differs between a captured VM and what was restored of it.
pub(super) fn differences(
    cloud: &Cloud,
    point: &RestorePoint,
    vm: Option<&ResourceId>,
    disks: &[ResourceId],
    by_service: bool,
) -> Vec<RestoreDifference> {
    let mut found = Vec::new();
    let mut add = |aspect: &str,
                   source: String,
                   restored: String,
                   terraform: Option<&str>,
                   remedy: &str,
                   rows: &[&str]| {
        found.push(RestoreDifference {
            aspect: aspect.to_owned(),
            source,
            restored,
            terraform: terraform.map(str::to_owned),
            remedy: remedy.to_owned(),
            row_ids: rows.iter().map(|row| (*row).to_owned()).collect(),
        });
    };
    let source = &point.configuration;
    let made = vm.and_then(|id| Some((id, cloud.virtual_machines().get(id)?)));
    if let Some((id, vm)) = made {
        if id != &point.virtual_machine {
            let remedy =
                "Import the new VM in the place of the old one, or rename it in the configuration.";
            add(
                "name",
                point.virtual_machine.to_string(),
                id.to_string(),
                Some("replace"),
                remedy,
                &[],
            );
        }
        if vm.unique_id != point.virtual_machine_unique_id {
            let remedy =
                "Make a new collection, or protect the new VM: both belong to the old vmId.";
            add(
                "vmId",
                point.virtual_machine_unique_id.clone(),
                vm.unique_id.clone(),
                None,
                remedy,
                &[],
            );
            let remedy = "Change what knows the VM by its address: names, firewalls, clients.";
            add(
                "address",
                "the addresses of its network interfaces".to_owned(),
                "dynamic addresses of new network interfaces".to_owned(),
                Some("update"),
                remedy,
                &["S3-112"],
            );
        }
        if !crate::cloud::same_region(&vm.location, &source.location) {
            let remedy = "Everything that the VM talks to is in another region now.";
            add(
                "region",
                source.location.clone(),
                vm.location.clone(),
                Some("replace"),
                remedy,
                &[],
            );
        }
        if vm.zones != source.zones {
            let remedy = "A zone is fixed when the VM is made; restore with targetZone.";
            add(
                "zone",
                zones(&source.zones),
                zones(&vm.zones),
                Some("replace"),
                remedy,
                &["S3-77b"],
            );
        }
        if vm.tags != source.tags {
            add(
                "tags",
                "its tags".to_owned(),
                "other tags".to_owned(),
                Some("update"),
                "Set the tags.",
                &[],
            );
        }
        let wanted = point.disks.len() + point.exclude_disks.len();
        if vm.attachments.len() != wanted {
            let remedy = "Attach what was left out of the point, or make it anew.";
            add(
                "disk",
                format!("{wanted} disks"),
                format!("{} disks", vm.attachments.len()),
                Some("update"),
                remedy,
                &[],
            );
        }
    }
    for id in disks {
        let Some(disk) = cloud.disks().get(id) else {
            continue;
        };
        let captured = point
            .disks
            .iter()
            .find(|own| disk.restored_from.as_ref() == Some(&own.id));
        let Some(captured) = captured else { continue };
        if *id != captured.disk {
            let remedy = "Import the new disk in the place of the old one.";
            add(
                "disk",
                captured.disk.to_string(),
                id.to_string(),
                Some("replace"),
                remedy,
                &[],
            );
        }
    }
    if let Some((_, vm)) = made {
        of_facts(FACTS, &source.name, &source.facts, &vm.facts, &mut found);
    }
    for id in disks {
        let Some(disk) = cloud.disks().get(id) else {
            continue;
        };
        let captured = point
            .disks
            .iter()
            .find(|own| disk.restored_from.as_ref() == Some(&own.id));
        if let Some(captured) = captured {
            of_facts(
                DISK_FACTS,
                &captured.name,
                &captured.facts,
                &disk.facts,
                &mut found,
            );
        }
    }
    if !by_service {
        // The rules are those of the services' own pages.
        found.iter_mut().for_each(|one| one.row_ids.clear());
    }
    found
}

fn zones(zones: &[String]) -> String {
    if zones.is_empty() {
        "no zone".to_owned()
    } else {
        zones.join(", ")
    }
}
