//! How what came back differs from what was captured.

use super::RestoreDifference;
use super::mattering::{DISK_FACTS, FACTS, KEY, Mattering};
use crate::cloud::{Cloud, DiskRestorePoint, RestorePoint};
use crate::ids::ResourceId;
use crate::model::FactValue;

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
    aspects: fn(&str) -> bool,
    name: &str,
    (source, restored): (&Facts, &Facts),
    found: &mut Vec<RestoreDifference>,
) {
    for (fact, aspect, terraform, remedy, rows) in table {
        if !aspects(aspect) {
            continue;
        }
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

/// What a disk was encrypted by before its point came to another region, where its key does not go: as the point has
/// it that was copied, or else the disk itself.
fn before_the_way<'a>(
    cloud: &'a Cloud,
    point: &RestorePoint,
    captured: &'a DiskRestorePoint,
) -> &'a Facts {
    let Some(replication) = &point.replication else {
        return &captured.facts;
    };
    let origin = replication.source.as_ref();
    let origin = origin.and_then(|id| cloud.restore_points().get(id));
    let of_point = origin.and_then(|origin| {
        let mut disks = origin.disks.iter();
        disks.find(|own| own.disk == captured.disk)
    });
    let of_disk = || cloud.disks().get(&captured.disk).map(|disk| &disk.facts);
    of_point
        .map(|own| &own.facts)
        .or_else(of_disk)
        .unwrap_or(&captured.facts)
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
            if let Some(FactValue::Text(kind)) = source.facts.get("identityType")
                && kind.contains("SystemAssigned")
            {
                add(
                    "identity",
                    format!("{}: identityType {kind}", source.name),
                    "another principal, without the roles of the old one".to_owned(),
                    Some("update"),
                    "Give the new principal the roles and the access to keys that the old one had.",
                    &["S3-84a"],
                );
            }
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
        let both = (&source.facts, &vm.facts);
        of_facts(FACTS, |_| true, &source.name, both, &mut found);
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
            let (name, is) = (&captured.name, &disk.facts);
            let keys = before_the_way(cloud, point, captured);
            of_facts(
                DISK_FACTS,
                |of| of != KEY,
                name,
                (&captured.facts, is),
                &mut found,
            );
            of_facts(DISK_FACTS, |of| of == KEY, name, (keys, is), &mut found);
        }
    }
    if !by_service {
        // The rules are those of the services' own pages; of copies, the page of restore points speaks of keys.
        let copied = point.replication.is_some();
        for one in &mut found {
            one.row_ids.clear();
            if copied && one.aspect == KEY {
                one.row_ids = ["S0-46a", "S0-46b"].map(str::to_owned).into();
            }
        }
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
