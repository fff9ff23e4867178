//! Requests to begin with, about what there is in the lab.

use crate::session::Session;
use leptos::prelude::*;
use rplab_core::api::LabState;
use rplab_core::ids::ResourceId;
use serde_json::{Value, json};

/// The version of the interface that examples ask for.
const VERSION: &str = "2024-03-01";

/// An example: what it does, and the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) title: String,
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) body: String,
}

fn sample(title: impl Into<String>, method: &'static str, path: &str, body: &Value) -> Sample {
    let mark = if path.contains('?') { '&' } else { '?' };
    Sample {
        title: title.into(),
        method,
        path: format!("{path}{mark}api-version={VERSION}"),
        body: if body.is_null() {
            String::new()
        } else {
            format!("{body:#}")
        },
    }
}

/// What can be asked now. The VM that the reader follows comes first.
pub(super) fn samples(session: Session) -> Vec<Sample> {
    let followed = session.machine_id();
    session.state.with(|state| about(state, followed.as_ref()))
}

fn about(state: &LabState, followed: Option<&ResourceId>) -> Vec<Sample> {
    let mut found = Vec::new();
    let chosen = state
        .virtual_machines
        .iter()
        .find(|machine| Some(&machine.id) == followed);
    // Machines of a scale set are not resources of their own to the interface.
    let mut own = state
        .virtual_machines
        .iter()
        .filter(|machine| !machine.id.as_str().contains("ScaleSets"));
    let chosen = chosen.filter(|machine| !machine.id.as_str().contains("ScaleSets"));
    let Some(machine) = chosen.or_else(|| own.next()) else {
        return found;
    };
    let id = &machine.id;
    let none = Value::Null;
    let collection = collection_path(id, &format!("{}-points", machine.name));
    let group = collection
        .rsplit_once('/')
        .map(|(parent, _)| parent.to_owned())
        .unwrap_or_default();
    found.push(sample(
        format!("Read {}", machine.name),
        "GET",
        id.as_str(),
        &none,
    ));
    found.push(sample(
        "List the VMs of its group",
        "GET",
        id.as_str()
            .rsplit_once('/')
            .map_or("", |(parent, _)| parent),
        &none,
    ));
    let body =
        json!({ "location": machine.location, "properties": { "source": { "id": id.as_str() } } });
    found.push(sample(
        format!("Make a collection for {}", machine.name),
        "PUT",
        &collection,
        &body,
    ));
    found.push(sample(
        "List the collections of its group",
        "GET",
        &group,
        &none,
    ));
    let own = state
        .restore_point_collections
        .iter()
        .find(|collection| collection.source == *id);
    if let Some(own) = own {
        let path = format!("{}/restorePoints/rp-by-request", own.id);
        found.push(sample(
            "Create a restore point",
            "PUT",
            &path,
            &json!({ "properties": {} }),
        ));
        let crash = json!({ "properties": { "consistencyMode": "CrashConsistent" } });
        found.push(sample(
            "Create a crash-consistent point",
            "PUT",
            &path,
            &crash,
        ));
        found.push(sample(
            "Read the collection with its points",
            "GET",
            &format!("{}?$expand=restorePoints", own.id),
            &none,
        ));
    }
    if let Some(point) = state
        .restore_points
        .iter()
        .find(|point| point.virtual_machine == *id)
    {
        found.push(sample(
            format!("Read {} with its instance view", point.name),
            "GET",
            &format!("{}?$expand=instanceView", point.id),
            &none,
        ));
        if let Some(disk) = point.disks.first() {
            let grant = json!({ "access": "Read", "durationInSeconds": 3600 });
            found.push(sample(
                format!("Grant access to {} in {}", disk.name, point.name),
                "POST",
                &format!("{}/beginGetAccess", disk.id),
                &grant,
            ));
            let restore = json!({
                "location": point.location,
                "properties": { "creationData": { "createOption": "Restore", "sourceResourceId": disk.id.as_str() } },
            });
            let path = disk.disk.sibling(
                rplab_core::ids::ResourceType::Disk,
                &format!("{}-restored", disk.name),
            );
            found.push(sample(
                format!("Make a disk from {} in {}", disk.name, point.name),
                "PUT",
                path.as_str(),
                &restore,
            ));
        }
        found.push(sample(
            format!("Delete {}", point.name),
            "DELETE",
            point.id.as_str(),
            &none,
        ));
    }
    found
}

fn collection_path(machine: &ResourceId, name: &str) -> String {
    machine
        .sibling(rplab_core::ids::ResourceType::RestorePointCollection, name)
        .to_string()
}
