//! What stands around VMs and disks: keys, resource groups, locks.

use super::body::Object;
use super::call::{Call, Handled, at, keep, missing, page};
use super::collections::tags;
use super::disks::changed_kept;
use super::error::Failure;
use super::fields;
use super::http::Answer;
use crate::cloud::{
    Cloud, Command, CreateResourceGroup, DeleteDisk, DeleteResourceGroup,
    DeleteRestorePointCollection, DeleteSnapshot, DeleteVirtualMachine, Lock, PlaceLock,
    RemoveLock, SetKeyState,
};
use crate::ids::{ResourceId, ResourceType};
use serde_json::Value;

/// The address of a key, without its version.
fn key_url(vault: &str, key: &str) -> String {
    format!("https://{vault}.vault.azure.net/keys/{key}").to_ascii_lowercase()
}

/// The state of a key that was made through the endpoint, where it is not enabled.
pub(super) fn state_of_key(cloud: &Cloud, url: &str) -> Option<&'static str> {
    let url = url.to_ascii_lowercase();
    let rest = url.strip_prefix("https://")?;
    let (vault, rest) = rest.split_once('.')?;
    let key = rest.split_once("/keys/")?.1.split('/').next()?;
    let mut ids = cloud.kept_ids();
    let id = ids.find(|id| {
        let mut parent = id.as_str().rsplit('/');
        let names = (parent.next(), parent.next(), parent.next());
        names.0.is_some_and(|name| name.eq_ignore_ascii_case(key))
            && names.1 == Some("keys")
            && names.2.is_some_and(|name| name.eq_ignore_ascii_case(vault))
    })?;
    let enabled = cloud
        .kept(id)
        .and_then(|kept| at(kept, "properties.attributes.enabled"));
    (enabled == Some(&Value::Bool(false))).then_some("disabled")
}

/// The id of a key of a vault.
fn key_id(call: &Call<'_>) -> ResourceId {
    let vault = format!(
        "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.KeyVault/vaults/{}",
        call.subscription,
        call.group,
        call.name(0)
    );
    let vault = ResourceId::scope(&vault).unwrap_or_else(|| call.id(ResourceType::Disk));
    as_written(call, vault.child("keys", call.name(1)))
}

/// The id in the spelling that it was made with, where it was.
fn as_written(call: &Call<'_>, id: ResourceId) -> ResourceId {
    call.cloud().kept_id(&id).cloned().unwrap_or(id)
}

/// The sets whose key a vault's key is.
fn sets_of(call: &Call<'_>) -> Vec<String> {
    let url = key_url(call.name(0), call.name(1));
    let sets = call.cloud().encryption_sets().iter();
    let own = sets.filter(|set| {
        let key = set.key.to_ascii_lowercase();
        key == url
            || key
                .strip_prefix(&url)
                .is_some_and(|rest| rest.starts_with('/'))
    });
    own.map(|set| set.id.to_string()).collect()
}

/// A key decides restores: one that is disabled disables every set that has it.
pub(super) fn put_key(call: &mut Call<'_>) -> Handled {
    let id = key_id(call);
    let enabled = call.at("properties.attributes.enabled") != Some(&Value::Bool(false));
    let state = if enabled { "enabled" } else { "disabled" };
    let sets = sets_of(call);
    let mut commands: Vec<Command> = sets
        .into_iter()
        .map(|disk_encryption_set| {
            Command::SetKeyState(SetKeyState {
                disk_encryption_set,
                state: state.to_owned(),
                key: None,
            })
        })
        .collect();
    let mut kept = super::call::fields(&fields::kept("Keys_CreateIfNotExist", &call.body));
    let properties = kept
        .entry("properties")
        .or_insert_with(|| serde_json::json!({}));
    if let Some(properties) = properties.as_object_mut() {
        let attributes = properties
            .entry("attributes")
            .or_insert_with(|| serde_json::json!({}));
        if let Some(attributes) = attributes.as_object_mut() {
            attributes.insert("enabled".to_owned(), Value::Bool(enabled));
        }
    }
    commands.push(keep(&id, Value::Object(kept)));
    call.carry_out_all(commands)?;
    get_key(call)
}

pub(super) fn get_key(call: &mut Call<'_>) -> Handled {
    const KIND: &str = "Microsoft.KeyVault/vaults/keys";
    let id = key_id(call);
    let Some(kept) = call.cloud().kept(&id) else {
        let name = format!("{}/{}", call.name(0), call.name(1));
        return Err(Failure::not_found(KIND, call.group, &name));
    };
    let mut body = Object::default();
    body.text("id", id.as_str());
    body.text("name", id.name());
    body.text("type", KIND);
    let mut properties = Object::default();
    properties.text("keyUri", key_url(call.name(0), call.name(1)));
    body.object("properties", properties);
    Ok(Answer::json(200, body.print(Some(kept))))
}

pub(super) fn put_vault(call: &mut Call<'_>) -> Handled {
    let id = vault_id(call);
    let there = call.cloud().kept(&id).is_some();
    let kept = fields::kept("Vaults_CreateOrUpdate", &call.body);
    let kept = Value::Object(super::call::fields(&kept));
    if call.cloud().kept(&id) != Some(&kept) {
        call.carry_out(keep(&id, kept))?;
    }
    let mut answer = get_vault(call)?;
    answer.status = if there { 200 } else { 201 };
    Ok(answer)
}

fn vault_id(call: &Call<'_>) -> ResourceId {
    let id = format!(
        "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.KeyVault/vaults/{}",
        call.subscription,
        call.group,
        call.name(0)
    );
    let id = ResourceId::scope(&id).unwrap_or_else(|| call.id(ResourceType::Disk));
    as_written(call, id)
}

pub(super) fn get_vault(call: &mut Call<'_>) -> Handled {
    const KIND: &str = "Microsoft.KeyVault/vaults";
    let id = vault_id(call);
    let Some(kept) = call.cloud().kept(&id) else {
        return Err(Failure::not_found(KIND, call.group, call.name(0)));
    };
    let mut body = Object::default();
    body.text("id", id.as_str());
    body.text("name", id.name());
    body.text("type", KIND);
    let mut properties = Object::default();
    properties.text(
        "vaultUri",
        format!(
            "https://{}.vault.azure.net/",
            id.name().to_ascii_lowercase()
        ),
    );
    properties.text("provisioningState", "Succeeded");
    body.object("properties", properties);
    Ok(Answer::json(200, body.print(Some(kept))))
}

fn group_id(call: &Call<'_>) -> ResourceId {
    let name = if call.group.is_empty() {
        call.name(0)
    } else {
        call.group
    };
    match call.cloud().resource_group(call.subscription, name) {
        Some(made) => ResourceId::group(&made.subscription, &made.name),
        None => ResourceId::group(call.subscription, name),
    }
}

fn group_is_there(call: &Call<'_>) -> bool {
    call.cloud()
        .resource_group(call.subscription, call.group)
        .is_some()
}

fn group_body(call: &Call<'_>, id: &ResourceId) -> String {
    let mut body = Object::default();
    body.text("id", id.as_str());
    body.text("name", id.as_str().rsplit('/').next().unwrap_or_default());
    body.text("type", "Microsoft.Resources/resourceGroups");
    let cloud = call.cloud();
    let found = cloud.resource_group(id.subscription(), id.resource_group());
    body.maybe("location", found.map(|group| group.location.as_str()));
    let mut properties = Object::default();
    properties.text("provisioningState", "Succeeded");
    body.object("properties", properties);
    body.print(call.cloud().kept(id))
}

fn no_group(group: &str) -> Failure {
    let message = format!("Resource group '{group}' could not be found.");
    Failure::new(404, "ResourceGroupNotFound", message)
}

pub(super) fn put_group(call: &mut Call<'_>) -> Handled {
    let location = call.needs("location")?.to_owned();
    tags(call)?;
    let id = group_id(call);
    let there = group_is_there(call);
    let mut commands = Vec::new();
    if !there {
        commands.push(Command::CreateResourceGroup(CreateResourceGroup {
            name: call.group.to_owned(),
            location,
            subscription: Some(call.subscription.to_owned()),
        }));
    }
    commands.extend(changed_kept(
        call,
        &id,
        "ResourceGroups_CreateOrUpdate",
        true,
    ));
    call.carry_out_all(commands)?;
    Ok(Answer::json(
        if there { 200 } else { 201 },
        group_body(call, &id),
    ))
}

pub(super) fn get_group(call: &mut Call<'_>) -> Handled {
    if !group_is_there(call) {
        return Err(no_group(call.group));
    }
    Ok(Answer::json(200, group_body(call, &group_id(call))))
}

pub(super) fn head_group(call: &mut Call<'_>) -> Handled {
    let there = group_is_there(call);
    Ok(Answer::empty(if there { 204 } else { 404 }))
}

pub(super) fn list_groups(call: &mut Call<'_>) -> Handled {
    let call = &*call;
    let groups = call.cloud().resource_groups().iter();
    let own = groups.filter(|group| group.subscription.eq_ignore_ascii_case(call.subscription));
    let groups: Vec<ResourceId> = own
        .map(|group| ResourceId::group(&group.subscription, &group.name))
        .collect();
    page(call, groups.iter(), |id| Some(group_body(call, id)))
}

/// Deletes everything in a group: VMs first, then what they held.
pub(super) fn delete_group(call: &mut Call<'_>) -> Handled {
    let cloud = call.cloud();
    if !group_is_there(call) {
        return Err(no_group(call.group));
    }
    let (subscription, group) = (call.subscription, call.group);
    let own = |id: &&ResourceId| {
        id.subscription().eq_ignore_ascii_case(subscription)
            && id.resource_group().eq_ignore_ascii_case(group)
    };
    let machines = cloud.virtual_machines().keys().filter(&own);
    let collections = cloud.collections().keys().filter(&own);
    let snapshots = cloud.snapshots().keys().filter(&own);
    let snapshots = snapshots.filter(|id| id.is(ResourceType::Snapshot));
    let disks = cloud.disks().keys().filter(&own);
    let mut commands: Vec<Command> = Vec::new();
    commands.extend(machines.map(|id| {
        Command::DeleteVirtualMachine(DeleteVirtualMachine {
            virtual_machine: id.to_string(),
        })
    }));
    commands.extend(collections.map(|id| {
        Command::DeleteRestorePointCollection(DeleteRestorePointCollection {
            collection: id.to_string(),
            at_once: Some(true),
        })
    }));
    commands.extend(snapshots.map(|id| {
        Command::DeleteSnapshot(DeleteSnapshot {
            snapshot: id.to_string(),
        })
    }));
    commands.extend(disks.map(|id| {
        Command::DeleteDisk(DeleteDisk {
            disk: id.to_string(),
        })
    }));
    // What is there only by what is kept of it: vaults, keys, disk accesses.
    let beside = cloud.kept_ids().filter(&own).filter(|id| {
        let kind = id.resource_type().to_ascii_lowercase();
        kind.starts_with("microsoft.keyvault/") || kind == "microsoft.compute/diskaccesses"
    });
    commands.extend(beside.map(|id| keep(id, Value::Null)));
    commands.push(Command::DeleteResourceGroup(DeleteResourceGroup {
        name: group.to_owned(),
        subscription: Some(subscription.to_owned()),
    }));
    let place = call.carry_out_all(commands)?;
    let work = super::work::Work {
        place,
        location: "eastus".to_owned(),
        of_disks: false,
        monitored: true,
    };
    Ok(call.begun(202, None, &work))
}

/// The scope of a lock in the path: a group, or a resource in it.
fn lock_scope(call: &Call<'_>) -> (String, &'static str) {
    let group = ResourceId::group(call.subscription, call.group).to_string();
    let kind = match call.address.path.get(6).map(AsRef::as_ref) {
        Some(kind) if call.names.len() > 1 || call.address.path.len() > 8 => kind,
        _ => return (group, "group"),
    };
    (
        format!(
            "{group}/providers/Microsoft.Compute/{kind}/{}",
            call.name(0)
        ),
        "resource",
    )
}

fn lock_name<'c>(call: &'c Call<'_>) -> &'c str {
    call.names.last().copied().unwrap_or_default()
}

fn find_lock<'c>(call: &'c Call<'_>) -> Option<&'c Lock> {
    let (scope, _) = lock_scope(call);
    let mut locks = call.cloud().locks().iter();
    locks.find(|lock| {
        lock.name.eq_ignore_ascii_case(lock_name(call)) && lock.scope.eq_ignore_ascii_case(&scope)
    })
}

fn lock_body(call: &Call<'_>, lock: &Lock) -> String {
    let id = lock.id();
    let mut body = Object::default();
    let mut properties = Object::default();
    properties.text(
        "level",
        if lock.read_only {
            "ReadOnly"
        } else {
            "CanNotDelete"
        },
    );
    body.object("properties", properties);
    body.text("id", id.clone());
    body.text("type", "Microsoft.Authorization/locks");
    body.text("name", lock.name.as_str());
    let id = ResourceId::scope(&id);
    body.print(id.and_then(|id| call.cloud().kept(&id)))
}

pub(super) fn put_lock(call: &mut Call<'_>) -> Handled {
    let level = call.needs("properties.level")?.to_owned();
    let (scope, _) = lock_scope(call);
    let name = lock_name(call).to_owned();
    let mut commands = Vec::new();
    let there = find_lock(call).map(Lock::id);
    let status = if there.is_some() { 200 } else { 201 };
    commands.extend(there.map(|name| Command::RemoveLock(RemoveLock { name })));
    commands.push(Command::PlaceLock(PlaceLock {
        name: Some(name.clone()),
        scope: scope.clone(),
        level,
    }));
    let kept = fields::kept("ManagementLocks_CreateOrUpdate", &call.body);
    let id = ResourceId::scope(&Lock::id_on(&scope, &name));
    if let Some(id) = id.filter(|_| !kept.is_null()) {
        commands.push(keep(&id, kept));
    }
    call.carry_out_all(commands)?;
    let lock = find_lock(call).ok_or_else(|| missing("properties.level"))?;
    Ok(Answer::json(status, lock_body(call, lock)))
}

pub(super) fn get_lock(call: &mut Call<'_>) -> Handled {
    let Some(lock) = find_lock(call) else {
        let message = format!("The lock '{}' could not be found.", lock_name(call));
        return Err(Failure::new(404, "LockNotFound", message));
    };
    Ok(Answer::json(200, lock_body(call, lock)))
}

pub(super) fn delete_lock(call: &mut Call<'_>) -> Handled {
    let Some(lock) = find_lock(call) else {
        return Ok(Answer::empty(204));
    };
    let name = lock.id();
    call.carry_out(Command::RemoveLock(RemoveLock { name }))?;
    Ok(Answer::empty(200))
}

/// The locks on a group and on what is in it, or on a resource.
pub(super) fn list_locks(call: &mut Call<'_>) -> Handled {
    let call = &*call;
    let scope = lock_scope(call).0.to_ascii_lowercase();
    let all = call.cloud().locks().iter();
    let own = all.filter(|lock| {
        let lock = lock.scope.to_ascii_lowercase();
        lock.strip_prefix(&scope)
            .is_some_and(|below| below.is_empty() || below.starts_with('/'))
    });
    let locks: Vec<(ResourceId, &Lock)> = own
        .filter_map(|lock| Some((ResourceId::scope(&lock.id())?, lock)))
        .collect();
    page(call, locks.iter().map(|(id, _)| id), |id| {
        let (_, lock) = locks.iter().find(|(own, _)| own == id)?;
        Some(lock_body(call, lock))
    })
}

/// Actions that the service has and the lab does not simulate, by their paths.
pub(super) const OTHER_ACTIONS: &[(&str, &str)] = &[
    (
        "VirtualMachines_AssessPatches",
        "Microsoft.Compute/virtualMachines/{}/assessPatches",
    ),
    (
        "VirtualMachines_AttachDetachDataDisks",
        "Microsoft.Compute/virtualMachines/{}/attachDetachDataDisks",
    ),
    (
        "VirtualMachines_Capture",
        "Microsoft.Compute/virtualMachines/{}/capture",
    ),
    (
        "VirtualMachines_ConvertToManagedDisks",
        "Microsoft.Compute/virtualMachines/{}/convertToManagedDisks",
    ),
    (
        "VirtualMachines_Generalize",
        "Microsoft.Compute/virtualMachines/{}/generalize",
    ),
    (
        "VirtualMachines_InstallPatches",
        "Microsoft.Compute/virtualMachines/{}/installPatches",
    ),
    (
        "VirtualMachines_PerformMaintenance",
        "Microsoft.Compute/virtualMachines/{}/performMaintenance",
    ),
    (
        "VirtualMachines_Reapply",
        "Microsoft.Compute/virtualMachines/{}/reapply",
    ),
    (
        "VirtualMachines_Redeploy",
        "Microsoft.Compute/virtualMachines/{}/redeploy",
    ),
    (
        "VirtualMachines_Reimage",
        "Microsoft.Compute/virtualMachines/{}/reimage",
    ),
    (
        "VirtualMachines_RetrieveBootDiagnosticsData",
        "Microsoft.Compute/virtualMachines/{}/retrieveBootDiagnosticsData",
    ),
    (
        "VirtualMachines_RunCommand",
        "Microsoft.Compute/virtualMachines/{}/runCommand",
    ),
    (
        "Snapshots_UpdateImmutabilityPolicy",
        "Microsoft.Compute/snapshots/{}/updateImmutabilityPolicy",
    ),
    (
        "Snapshots_UpdateImmutabilityPolicyLock",
        "Microsoft.Compute/snapshots/{}/updateImmutabilityPolicyLock",
    ),
];

/// An action that no other line of the table has: named where the service has it.
pub(super) fn other_action(call: &mut Call<'_>) -> Handled {
    let kind = call.address.path.get(6).map_or("", AsRef::as_ref);
    let action = call.name(1);
    let mut known = OTHER_ACTIONS.iter();
    let known = known.find(|(_, path)| {
        let mut parts = path.split('/').skip(1);
        let is = |part: Option<&str>, word: &str| {
            part.is_some_and(|part| part.eq_ignore_ascii_case(word))
        };
        is(parts.next(), kind) && is(parts.nth(1), action)
    });
    Err(match known {
        Some((name, _)) => {
            Failure::not_simulated(action, format!("The operation {name} is not simulated."))
        }
        None => {
            let message = format!(
                "The resource type '{kind}/{action}' could not be found in the namespace 'Microsoft.Compute' for api version '{}'.",
                call.version
            );
            Failure::new(404, "InvalidResourceType", message)
        }
    })
}
