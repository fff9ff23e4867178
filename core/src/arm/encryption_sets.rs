//! Disk encryption sets.

use super::body::Object;
use super::call::{Call, Handled, at, keep, page};
use super::collections::{begin, is_in};
use super::disks::{begun, changed_kept, echo};
use super::error::Failure;
use super::fields;
use super::http::Answer;
use super::others::state_of_key;
use crate::cloud::{
    Command, CreateDiskEncryptionSet, DeleteDiskEncryptionSet, DiskEncryptionSet, SetKeyState,
};
use crate::ids::{ResourceId, ResourceType};
use serde_json::Value;

const KIND: &str = "Microsoft.Compute/diskEncryptionSets";
const OPERATION: &str = "DiskEncryptionSets_CreateOrUpdate";

fn find<'c>(call: &'c Call<'_>) -> Result<&'c DiskEncryptionSet, Failure> {
    let id = call.id(ResourceType::DiskEncryptionSet);
    let mut sets = call.cloud().encryption_sets().iter();
    let found = sets.find(|set| set.id == id);
    found.ok_or_else(|| Failure::not_found(KIND, call.group, call.name(0)))
}

/// The body of a set.
pub(super) fn body(call: &Call<'_>, id: &ResourceId) -> Option<String> {
    let cloud = call.cloud();
    let mut sets = cloud.encryption_sets().iter();
    let set = sets.find(|set| set.id == *id)?;
    let kept = cloud.kept(id);
    let upper = call.group.is_empty() && call.names.is_empty();
    let mut body = begin(set.id.name(), id, upper, KIND);
    body.text("location", set.location.as_str());
    let kind = kept.and_then(|kept| at(kept, "identity.type"));
    if let Some(kind) = kind.and_then(Value::as_str) {
        let mut identity = Object::default();
        identity.text("type", kind);
        if kind.contains("SystemAssigned") {
            let guid = |what: &str| cloud.guid_of(&format!("{what} {id}").to_ascii_lowercase());
            identity.text("principalId", guid("principal"));
            identity.text("tenantId", cloud.guid_of("tenant"));
        }
        body.object("identity", identity);
    }
    let mut properties = Object::default();
    let mut key = Object::default();
    key.text("keyUrl", set.key.as_str());
    properties.object("activeKey", key);
    properties.text("encryptionType", set.encryption_type.as_str());
    properties.text("provisioningState", "Succeeded");
    body.object("properties", properties);
    Some(body.print(kept))
}

pub(super) fn get(call: &mut Call<'_>) -> Handled {
    let id = find(call)?.id.clone();
    Ok(Answer::json(200, body(call, &id).unwrap_or_default()))
}

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    let call = &*call;
    let sets = call.cloud().encryption_sets().iter();
    let ids = sets.map(|set| &set.id).filter(|id| is_in(call, id));
    page(call, ids, |id| body(call, id))
}

/// The ids of what is under a set.
pub(super) fn associated(call: &mut Call<'_>) -> Handled {
    let call = &*call;
    let id = &find(call)?.id;
    let users = call.cloud().under_encryption_set(id);
    page(call, users, |user| {
        Some(Value::from(user.as_str()).to_string())
    })
}

pub(super) fn put(call: &mut Call<'_>) -> Handled {
    if find(call).is_ok() {
        return update(call, true);
    }
    let id = call.id(ResourceType::DiskEncryptionSet);
    let location = call.needs("location")?.to_owned();
    let key = call.text("properties.activeKey.keyUrl")?;
    let mut commands = vec![Command::CreateDiskEncryptionSet(CreateDiskEncryptionSet {
        name: id.to_string(),
        location: location.clone(),
        key: key.map(str::to_owned),
        encryption_type: call.text("properties.encryptionType")?.map(str::to_owned),
    })];
    // The set follows the key that is there already.
    if let Some(state) = state_of_key(call.cloud(), key.unwrap_or_default()) {
        commands.push(key_state(&id, state, None));
    }
    let kept = fields::kept(OPERATION, &call.body);
    if !kept.is_null() {
        commands.push(keep(&id, kept));
    }
    answer(call, commands, &location)
}

pub(super) fn patch(call: &mut Call<'_>) -> Handled {
    find(call)?;
    update(call, false)
}

fn update(call: &mut Call<'_>, whole: bool) -> Handled {
    let set = find(call)?.clone();
    let mut commands = Vec::new();
    if let Some(kind) = call.text("properties.encryptionType")?
        && kind != set.encryption_type
    {
        let message = "Changing property 'encryptionType' is not allowed.";
        let mut failure = Failure::new(409, "PropertyChangeNotAllowed", message);
        failure.target = Some("encryptionType".to_owned());
        return Err(failure);
    }
    if let Some(key) = call.text("properties.activeKey.keyUrl")?
        && key != set.key
    {
        let state = state_of_key(call.cloud(), key).unwrap_or("enabled");
        commands.push(key_state(&set.id, state, Some(key)));
    }
    commands.extend(changed_kept(call, &set.id, OPERATION, whole));
    if commands.is_empty() {
        return get(call);
    }
    answer(call, commands, &set.location)
}

fn key_state(set: &ResourceId, state: &str, key: Option<&str>) -> Command {
    Command::SetKeyState(SetKeyState {
        disk_encryption_set: set.to_string(),
        state: state.to_owned(),
        key: key.map(str::to_owned),
    })
}

/// Carries out and answers with what was asked for, as the service does: without name, id and type.
fn answer(call: &mut Call<'_>, commands: Vec<Command>, location: &str) -> Handled {
    let place = call.carry_out_all(commands)?;
    let body = echo(call, None, &crate::matrix::normalise_region(location));
    Ok(begun(call, 202, Some(body), place, location))
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    let Ok(set) = find(call) else {
        return Ok(Answer::empty(204));
    };
    let location = set.location.clone();
    let delete = Command::DeleteDiskEncryptionSet(DeleteDiskEncryptionSet {
        disk_encryption_set: set.id.to_string(),
    });
    let place = call.carry_out(delete)?;
    Ok(begun(call, 202, None, place, &location))
}
