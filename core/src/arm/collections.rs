//! Restore point collections.

use super::body::{Node, Object};
use super::call::{Call, Handled, keep, linked, missing, page};
use super::error::Failure;
use super::http::Answer;
use super::points;
use super::work::Work;
use crate::cloud::{
    Command, CreateRestorePointCollection, DeleteRestorePointCollection, RestorePointCollection,
    UpdateRestorePointCollection,
};
use crate::ids::{ResourceId, ResourceType};
use crate::json::single;
use crate::order::SmallMap;
use serde_json::Value;

const KIND: &str = "Microsoft.Compute/restorePointCollections";

fn find<'c>(call: &'c Call<'_>) -> Result<(&'c ResourceId, &'c RestorePointCollection), Failure> {
    let id = call.id(ResourceType::RestorePointCollection);
    let found = call.cloud().collections().get_key_value(&id);
    found.ok_or_else(|| Failure::not_found(KIND, call.group, call.name(0)))
}

/// The body of a collection.
pub(super) fn body(
    call: &Call<'_>,
    id: &ResourceId,
    with_points: bool,
    upper: bool,
) -> Option<String> {
    let cloud = call.cloud();
    let collection = cloud.collections().get(id)?;
    let mut body = begin(&collection.name, id, upper, KIND);
    body.text("location", collection.location.as_str());
    if !collection.tags.is_empty() {
        body.put("tags", Node::Texts(&collection.tags));
    }
    let mut source = Object::default();
    let (from, location) = match &collection.source_collection {
        Some(from) => (
            from,
            cloud.collections().get(from).map(|from| &from.location),
        ),
        None => {
            let vm = cloud.virtual_machines().get(&collection.source);
            (&collection.source, vm.map(|vm| &vm.location))
        }
    };
    source.text(
        "location",
        location.unwrap_or(&collection.location).as_str(),
    );
    source.text("id", from.as_str());
    let mut properties = Object::default();
    properties.object("source", source);
    properties.text(
        "restorePointCollectionId",
        cloud.guid_of(&id.as_str().to_ascii_lowercase()),
    );
    if with_points {
        let inside = cloud.restore_points().iter();
        let inside = inside.filter(|(_, point)| point.collection == *id);
        let inside = inside.map(|(id, point)| Node::Raw(points::body(call, id, point, false)));
        properties.put("restorePoints", Node::List(inside.collect()));
    }
    properties.text("provisioningState", collection.state.as_str());
    body.object("properties", properties);
    Some(body.print(cloud.kept(id)))
}

/// What every body begins with: name, id and type. Some answers have the group of the id in capitals.
pub(super) fn begin<'b>(
    name: &'b str,
    id: &ResourceId,
    upper: bool,
    kind: &'static str,
) -> Object<'b> {
    let mut body = Object::default();
    body.text("name", name);
    body.text(
        "id",
        if upper {
            upper_group(id)
        } else {
            id.to_string()
        },
    );
    body.text("type", kind);
    body
}

/// An id as lists over a subscription have it: with the name of its group in capitals.
pub(super) fn upper_group(id: &ResourceId) -> String {
    let group = id.resource_group();
    let mut segments: Vec<&str> = id.as_str().split('/').collect();
    let upper = group.to_ascii_uppercase();
    if let Some(segment) = segments.get_mut(4) {
        *segment = &upper;
    }
    segments.join("/")
}

/// Tags that a body gives, if it does.
pub(super) fn tags(call: &Call<'_>) -> Result<Option<SmallMap<String, String>>, Failure> {
    let Some(given) = call.at("tags") else {
        return Ok(None);
    };
    let wrong = || super::call::wrong("tags", "an object of texts");
    let given = given.as_object().ok_or_else(wrong)?;
    if given.len() > 50 {
        let message = format!(
            "The number of tags '{}' exceeds the maximum of '50'.",
            given.len()
        );
        return Err(Failure::new(400, "InvalidTagCount", message));
    }
    let pairs = given.iter();
    let pairs = pairs.map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    pairs
        .collect::<Option<SmallMap<_, _>>>()
        .map(Some)
        .ok_or_else(wrong)
}

/// What is kept of a collection: what only later versions have.
fn kept(call: &Call<'_>, before: Option<&Value>) -> Result<Option<Value>, Failure> {
    let Some(instant) = call.at("properties.instantAccess") else {
        return Ok(None);
    };
    if !instant.is_boolean() {
        return Err(super::call::wrong(
            "properties.instantAccess",
            "true or false",
        ));
    }
    if !call.since("2025-04-01") {
        return Err(points::needs_version("2025-04-01"));
    }
    let after = single("properties", single("instantAccess", instant.clone()));
    Ok(Some(after).filter(|after| before != Some(after)))
}

pub(super) fn put(call: &mut Call<'_>) -> Handled {
    let id = call.id(ResourceType::RestorePointCollection);
    if call.cloud().collections().contains_key(&id) {
        return update(call, &id, true);
    }
    let location = call.needs("location")?.to_owned();
    let source = call
        .id_at("properties.source.id")?
        .ok_or_else(|| missing("properties.source.id"))?;
    let of_vm = source.is(ResourceType::VirtualMachine);
    if !of_vm && !source.is(ResourceType::RestorePointCollection) {
        let message = format!(
            "Property id '{source}' at path 'properties.source.id' is neither a virtual machine nor a restore point collection."
        );
        return Err(Failure::new(400, "LinkedInvalidPropertyId", message));
    }
    let cloud = call.cloud();
    let there =
        cloud.virtual_machines().contains_key(&source) || cloud.collections().contains_key(&source);
    if !there {
        let mut failure = Failure::not_found(
            &source.resource_type(),
            source.resource_group(),
            source.name(),
        );
        failure.target = Some("properties.source.id".to_owned());
        return Err(failure);
    }
    let create = Command::CreateRestorePointCollection(CreateRestorePointCollection {
        name: id.to_string(),
        source: source.to_string(),
        location: Some(location),
        tags: tags(call)?.unwrap_or_default(),
    });
    let mut commands = vec![create];
    commands.extend(kept(call, None)?.map(|kept| keep(&id, kept)));
    call.carry_out_all(commands)?;
    let body = body(call, &id, false, false).unwrap_or_default();
    Ok(Answer::json(201, body))
}

pub(super) fn patch(call: &mut Call<'_>) -> Handled {
    let id = find(call)?.0.clone();
    update(call, &id, false)
}

fn update(call: &mut Call<'_>, id: &ResourceId, whole: bool) -> Handled {
    let collection = find(call)?.1;
    if let Some(text) = call.text("properties.source.id")? {
        let source = linked(text, "properties.source.id")?;
        let own = collection
            .source_collection
            .as_ref()
            .unwrap_or(&collection.source);
        if source != *own {
            let message = "Changing property 'source.id' is not allowed.";
            let mut failure = Failure::new(409, "PropertyChangeNotAllowed", message);
            failure.target = Some("source.id".to_owned());
            return Err(failure);
        }
    }
    if let Some(location) = call.text("location")?
        && !crate::cloud::same_region(location, &collection.location)
    {
        let message = format!(
            "The resource '{}' already exists in location '{}' in resource group '{}'. A resource with the same name cannot be created in location '{location}'. Please select a new resource name.",
            call.name(0),
            collection.location,
            call.group
        );
        return Err(Failure::new(409, "InvalidResourceLocation", message));
    }
    let tags = tags(call)?.or_else(|| whole.then(SmallMap::new));
    let changed = tags.filter(|tags| *tags != collection.tags);
    let change = changed.map(|tags| {
        Command::UpdateRestorePointCollection(UpdateRestorePointCollection {
            collection: id.to_string(),
            tags,
        })
    });
    let kept = kept(call, call.cloud().kept(id))?.map(|kept| keep(id, kept));
    let commands: Vec<Command> = change.into_iter().chain(kept).collect();
    call.carry_out_all(commands)?;
    let body = body(call, id, false, false).unwrap_or_default();
    Ok(Answer::json(200, body))
}

pub(super) fn get(call: &mut Call<'_>) -> Handled {
    call.check_expand(&["restorePoints"])?;
    let (id, _) = find(call)?;
    let body = body(call, id, call.expands("restorePoints"), false);
    Ok(Answer::json(200, body.unwrap_or_default()))
}

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    let call = &*call;
    let cloud = call.cloud();
    let ids = cloud.collections().keys().filter(|id| is_in(call, id));
    page(call, ids, |id| body(call, id, false, call.group.is_empty()))
}

/// Whether a resource is in the scope of the request.
pub(super) fn is_in(call: &Call<'_>, id: &ResourceId) -> bool {
    id.subscription().eq_ignore_ascii_case(call.subscription)
        && (call.group.is_empty() || id.resource_group().eq_ignore_ascii_case(call.group))
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    let id = call.id(ResourceType::RestorePointCollection);
    let Some(collection) = call.cloud().collections().get(&id) else {
        return Ok(Answer::empty(204));
    };
    let location = collection.location.clone();
    let place = call.carry_out(Command::DeleteRestorePointCollection(
        DeleteRestorePointCollection {
            collection: id.to_string(),
            at_once: call.at_once(),
        },
    ))?;
    let work = Work {
        place,
        location,
        of_disks: false,
        monitored: true,
    };
    Ok(call.begun(202, None, &work))
}
