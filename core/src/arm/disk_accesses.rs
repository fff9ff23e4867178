//! Disk access resources: through them disks are read by private links. A link itself is a resource of the
//! network, which the lab has not, so an access has no connections; what matters to restores is that a disk names
//! one that is there, in its region, and that one which is named stays.

use super::body::{Node, Object};
use super::call::{Call, Handled, at, keep, merge, page};
use super::collections::{begin, is_in, tags};
use super::disks::begun;
use super::error::Failure;
use super::fields;
use super::http::Answer;
use super::points::word;
use crate::cloud::Cloud;
use crate::ids::ResourceId;
use crate::json::take;
use serde_json::Value;

const KIND: &str = "Microsoft.Compute/diskAccesses";
const OPERATION: &str = "DiskAccesses_CreateOrUpdate";

fn id(call: &Call<'_>) -> Option<ResourceId> {
    let group = ResourceId::group(call.subscription, call.group);
    ResourceId::scope(&format!("{group}/providers/{KIND}/{}", call.name(0)))
}

fn is_one(id: &ResourceId) -> bool {
    id.resource_type().eq_ignore_ascii_case(KIND)
}

fn find(call: &Call<'_>) -> Result<ResourceId, Failure> {
    // As it was written when it was made.
    let asked = id(call);
    let mut ids = call.cloud().kept_ids();
    let found = ids.find(|id| asked.as_ref() == Some(*id)).cloned();
    found.ok_or_else(|| Failure::not_found(KIND, call.group, call.name(0)))
}

/// The body of a disk access.
pub(super) fn body(call: &Call<'_>, id: &ResourceId) -> Option<String> {
    let kept = call.cloud().kept(id).filter(|_| is_one(id))?;
    let upper = call.group.is_empty() && call.names.is_empty();
    let mut body = begin(id.name(), id, upper, KIND);
    let mut properties = Object::default();
    properties.text("provisioningState", "Succeeded");
    body.object("properties", properties);
    Some(body.print(Some(kept)))
}

/// The first answer of work on a disk access: what was asked for, and nothing else.
fn asked(call: &Call<'_>, id: &ResourceId, location: &str) -> String {
    let mut body = begin(id.name(), id, false, KIND);
    body.text("location", location);
    for name in ["tags", "properties"] {
        if let Some(given) = call.at(name) {
            body.put(name, Node::Given(given));
        }
    }
    body.print(None)
}

pub(super) fn get(call: &mut Call<'_>) -> Handled {
    let id = find(call)?;
    Ok(Answer::json(200, body(call, &id).unwrap_or_default()))
}

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    let call = &*call;
    let ids = call.cloud().kept_ids();
    page(call, ids.filter(|id| is_one(id) && is_in(call, id)), |id| {
        body(call, id)
    })
}

pub(super) fn put(call: &mut Call<'_>) -> Handled {
    if let Ok(id) = find(call) {
        return update(call, &id, true);
    }
    let location = crate::matrix::normalise_region(call.needs("location")?);
    tags(call)?;
    let Some(id) = id(call) else {
        return Err(Failure::not_found(KIND, call.group, call.name(0)));
    };
    let mut kept = super::call::fields(&fields::kept(OPERATION, &call.body));
    let mut properties = super::call::fields(kept.get("properties").unwrap_or(&Value::Null));
    let now = Call::time(call.cloud().now());
    properties.insert("timeCreated".to_owned(), now.into());
    kept.insert("location".to_owned(), Value::String(location.to_string()));
    kept.insert("properties".to_owned(), Value::Object(properties));
    let place = call.carry_out(keep(&id, Value::Object(kept)))?;
    let body = asked(call, &id, &location);
    Ok(begun(call, 202, Some(body), place, &location))
}

pub(super) fn patch(call: &mut Call<'_>) -> Handled {
    let id = find(call)?;
    update(call, &id, false)
}

fn update(call: &mut Call<'_>, id: &ResourceId, whole: bool) -> Handled {
    tags(call)?;
    let mut kept = call
        .cloud()
        .kept(id)
        .map(super::call::fields)
        .unwrap_or_default();
    let before = kept.clone();
    let location = before.get("location").and_then(Value::as_str);
    let location = location.unwrap_or_default().to_owned();
    if let Some(asked) = call.text("location")?
        && !crate::cloud::same_region(asked, &location)
    {
        let message = format!(
            "The resource '{}' already exists in location '{location}' in resource group '{}'. A resource with the same name cannot be created in location '{asked}'. Please select a new resource name.",
            id.name(),
            call.group
        );
        return Err(Failure::new(409, "InvalidResourceLocation", message));
    }
    if whole {
        take(&mut kept, "tags");
    }
    if let Some(tags) = call.at("tags") {
        kept.insert("tags".to_owned(), tags.clone());
    }
    let mut given = fields::kept(OPERATION, &call.body);
    if let Some(given) = given.as_object_mut() {
        take(given, "tags");
        take(given, "location");
    }
    merge(&mut kept, &given);
    if kept == before {
        return Ok(Answer::json(200, body(call, id).unwrap_or_default()));
    }
    let place = call.carry_out(keep(id, Value::Object(kept)))?;
    let body = asked(call, id, &location);
    Ok(begun(call, 202, Some(body), place, &location))
}

/// A disk or snapshot that names a disk access.
fn user<'c>(cloud: &'c Cloud, access: &ResourceId) -> Option<&'c ResourceId> {
    let is_it = |text: &str| text.eq_ignore_ascii_case(access.as_str());
    let mut disks = cloud.disks().iter();
    let disk = disks.find(|(_, disk)| word(&disk.facts, "diskAccessId").is_some_and(is_it));
    let mut snapshots = cloud.snapshots().keys();
    let snapshot = snapshots.find(|id| {
        let kept = cloud.kept(id);
        let named = kept.and_then(|kept| at(kept, "properties.diskAccessId"));
        named.and_then(Value::as_str).is_some_and(is_it)
    });
    disk.map(|(id, _)| id).or(snapshot)
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    let Ok(id) = find(call) else {
        return Ok(Answer::empty(204));
    };
    if let Some(user) = user(call.cloud(), &id) {
        let message = format!(
            "Disk access '{}' is used by '{user}'; give that another network access policy first.",
            id.name()
        );
        let mut failure = Failure::new(409, "OperationNotAllowed", message);
        failure.target = Some(user.to_string());
        return Err(failure);
    }
    let kept = call.cloud().kept(&id);
    let location = kept.and_then(|kept| kept.get("location"));
    let location = location.and_then(Value::as_str).unwrap_or_default();
    let location = location.to_owned();
    let place = call.carry_out(keep(&id, Value::Null))?;
    Ok(begun(call, 202, None, place, &location))
}

/// What a private link to a disk access can reach.
pub(super) fn link_resources(call: &mut Call<'_>) -> Handled {
    let id = find(call)?;
    let mut properties = Object::default();
    properties.text("groupId", "disks");
    let texts = |texts: &[&'static str]| {
        let texts = texts.iter().map(|text| Node::Text((*text).into()));
        Node::List(texts.collect())
    };
    properties.put("requiredMembers", texts(&["diskAccess_1"]));
    properties.put(
        "requiredZoneNames",
        texts(&["privatelink.blob.core.windows.net"]),
    );
    let mut disks = Object::default();
    disks.text("id", format!("{id}/privateLinkResources/disks"));
    disks.text("name", "disks");
    disks.text("type", format!("{KIND}/privateLinkResources"));
    disks.object("properties", properties);
    let mut list = Object::default();
    list.put("value", Node::List(vec![disks.into()]));
    Ok(Answer::json(200, list.print(None)))
}

/// There are none: a private endpoint is a resource of the network.
pub(super) fn connections(call: &mut Call<'_>) -> Handled {
    find(call)?;
    let mut list = Object::default();
    list.put("value", Node::List(Vec::new()));
    Ok(Answer::json(200, list.print(None)))
}

pub(super) fn connection(call: &mut Call<'_>) -> Handled {
    find(call)?;
    if call.request.method.eq_ignore_ascii_case("PUT") {
        return Err(Failure::not_simulated(
            "privateEndpointConnections",
            "Private endpoints are not simulated (Microsoft.Network/privateEndpoints), so there is no connection to approve or reject.",
        ));
    }
    if call.request.method.eq_ignore_ascii_case("DELETE") {
        return Ok(Answer::empty(204));
    }
    let name = format!("{}/{}", call.name(0), call.name(1));
    Err(Failure::not_found(
        &format!("{KIND}/privateEndpointConnections"),
        call.group,
        &name,
    ))
}

/// Refuses a disk that is read privately but names no disk access, or one that is elsewhere or, where scopes are
/// strict, not there.
pub(super) fn check_named(
    call: &Call<'_>,
    policy: &str,
    named: Option<&str>,
    location: &str,
) -> Result<(), Failure> {
    const PATH: &str = "properties.diskAccessId";
    let Some(named) = named else {
        if policy == "AllowPrivate" {
            return Err(Failure::invalid(
                PATH,
                "Required parameter 'properties.diskAccessId' is missing (null): the network access policy AllowPrivate needs a disk access.",
            ));
        }
        return Ok(());
    };
    if policy != "AllowPrivate" {
        let message = format!(
            "Parameter 'properties.diskAccessId' is not allowed with the network access policy {policy}; it goes with AllowPrivate."
        );
        return Err(Failure::invalid(PATH, message));
    }
    let access = super::call::linked(named, PATH)?;
    let Some(kept) = call.cloud().kept(&access).filter(|_| is_one(&access)) else {
        if !call.mode.strict_scopes {
            return Ok(());
        }
        let failure = Failure::not_found(KIND, access.resource_group(), access.name());
        return Err(Failure {
            target: Some(PATH.to_owned()),
            ..failure
        });
    };
    let place = kept.get("location").and_then(Value::as_str);
    if place.is_some_and(|place| !crate::cloud::same_region(place, location)) {
        let message = format!(
            "The disk access '{access}' is in '{}' and the disk in '{location}'; they have to be in one region.",
            place.unwrap_or_default()
        );
        return Err(Failure::invalid(PATH, message));
    }
    Ok(())
}
