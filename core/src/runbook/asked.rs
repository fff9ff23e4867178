//! What is asked of a service of backups: the requests of Azure, and what a reader has to know or fill in.

use super::backup::{self, PROTECTION, Protection, RECOVERY};
use super::language::one_line;
use super::request::request;
use super::translate::COMPUTE;
use super::{RunbookItem, RunbookRequest};
use crate::cloud::{Attachment, BackupNow, Cloud, Command, Protect, ProtectedItem};
use crate::ids::ResourceId;
use crate::policy::{BackupPolicy, BackupService};
use crate::restore::{restore_request, vault_item};
use crate::units::SimDuration;
use serde_json::{Value, json};

/// What stands in a request for a value that Azure gives or that the lab has none of, and what belongs there.
const BLANKS: &[(&str, &str)] = &[
    (
        "RECOVERY_POINT_ID",
        "the id that Azure gave the recovery point: GET recoveryPoints of the item lists them with their times",
    ),
    (
        "JOB_ID",
        "the id that Azure gave the job: GET backupJobs of the vault lists them",
    ),
    (
        "ACCESS_DETAILS",
        "the properties that POST recoveryPoints/RECOVERY_POINT_ID/accessToken of the item answers",
    ),
    (
        "STORAGE_ACCOUNT_ID",
        "a storage account for what is on its way",
    ),
    ("VIRTUAL_NETWORK_ID", "the network of the new VM"),
    ("SUBNET_ID", "its subnet"),
    (
        "INITIATOR_NAME",
        "the iSCSI initiator of the machine that mounts it",
    ),
];

/// What a reader has to fill in before a request can be sent, as a sentence; blank where nothing.
pub(crate) fn to_fill(request: &RunbookRequest) -> String {
    let text = format!("{} {}", request.id, one_line(&request.body));
    let blanks = BLANKS.iter().filter(|(blank, _)| text.contains(blank));
    let words = blanks.map(|(blank, what)| format!("{blank} is {what}"));
    words.collect::<Vec<String>>().join("; ")
}

/// The requests of a command about backups, and what is to be known of them. `None` for every other command, and where
/// there is nothing but what the service, or a user's own automation, does by itself.
pub(super) fn asked(
    command: &Command,
    before: &Cloud,
    after: &Cloud,
) -> Option<(Vec<RunbookItem>, String)> {
    let find = |name: &str| before.protected().get(before.find_item(name).ok()?);
    let (items, mut words) = match command {
        Command::Protect(fields) => protect(fields, before, after)?,
        Command::ChangePolicy(fields) => {
            change_policy(find(&fields.item)?, &fields.policy, before)?
        }
        Command::BackupNow(fields) => {
            let item = find(&fields.item)?;
            let (request, words) = backup_now(item, fields, before, after)?;
            (vec![request], words.to_owned())
        }
        Command::CancelJob(fields) => {
            let item = find(&fields.item)?;
            let job = format!("{}/backupJobs/JOB_ID/cancel", vault(item));
            let cancel = request("POST", job, RECOVERY, Value::Null);
            (of_vm(item).then(|| vec![cancel])?, String::new())
        }
        Command::StopProtection(fields) => {
            let item = find(&fields.item)?;
            (vec![stop(item, fields.keep_points)?], String::new())
        }
        Command::RestoreBackup(fields) => {
            let asked = restore_request(before, fields)?;
            let request = request(&asked.method, &asked.path, &asked.api_version, asked.body);
            let named = |name: &str| name.eq_ignore_ascii_case(&fields.recovery_point);
            let plan = before.plan_restore(fields).ok()?;
            let item = before.protected().get(plan.item)?;
            let point = item.points.iter().find(|point| named(&point.name))?;
            let words = format!("{} was taken at {}", point.name, point.time);
            (vec![request], words)
        }
        _ => return None,
    };
    for item in &items {
        if let RunbookItem::Request(request) = item {
            let blanks = to_fill(request);
            if !blanks.is_empty() {
                words = join(words, &blanks);
            }
        }
    }
    Some((items, words))
}

/// Two sentences as one.
fn join(words: String, more: &str) -> String {
    if words.is_empty() {
        more.to_owned()
    } else {
        format!("{words}; {more}")
    }
}

fn of_vm(item: &ProtectedItem) -> bool {
    item.service == BackupService::VmBackup
}

/// The id of an item's vault.
fn vault(item: &ProtectedItem) -> &str {
    let id = item.id.as_str();
    let end = id
        .find("/protectedItems/")
        .or_else(|| id.find("/backupInstances/"));
    end.and_then(|end| id.get(..end)).unwrap_or(id)
}

/// The id by which Azure knows an item.
fn known_as(item: &ProtectedItem) -> String {
    if of_vm(item) {
        vault_item(vault(item), &item.source)
    } else {
        item.id.to_string()
    }
}

/// What an item is protected with, and the LUNs that it leaves out.
fn protection<'a>(
    item: &'a ProtectedItem,
    policy: &'a BackupPolicy,
    before: &'a Cloud,
    luns: &'a mut Vec<u32>,
) -> Option<Protection<'a>> {
    let location = if of_vm(item) {
        let vm = before.virtual_machines().get(&item.source)?;
        let left_out = |attachment: &&Attachment| {
            let disk = attachment.managed();
            disk.is_some_and(|disk| item.exclude_disks.contains(disk))
        };
        let left_out = vm.attachments.iter().filter(left_out);
        luns.extend(left_out.filter_map(|attachment| attachment.lun));
        &vm.location
    } else {
        &before.disks().get(&item.source)?.location
    };
    Some(Protection {
        source: &item.source,
        location,
        vault: item.vault.as_deref()?,
        policy,
        without_luns: luns,
        from: before.now(),
        redundancy: None,
        cross_region: None,
        snapshots: Some(&item.collection),
        instance: item.id.name(),
        changed: 0,
    })
}

fn protect(fields: &Protect, before: &Cloud, after: &Cloud) -> Option<(Vec<RunbookItem>, String)> {
    let item = after.protected().last()?;
    let mut luns = Vec::new();
    let words = backup::unsaid(&item.policy, item.service).join("; ");
    if item.service == BackupService::RestorePoints {
        let made = after.collections().get(&item.collection)?;
        let words = "its points are made and deleted by an automation of your own";
        if before.collections().contains_key(&item.collection) {
            return None;
        }
        let body = json!({ "location": made.location, "properties": { "source": { "id": item.source.as_str() } } });
        let made = request("PUT", &item.collection, COMPUTE, body);
        return Some((vec![made], words.to_owned()));
    }
    let mut protection = protection(item, &item.policy, before, &mut luns)?;
    protection.redundancy = fields.vault_redundancy.as_deref();
    protection.cross_region = fields.cross_region_restore;
    if of_vm(item) {
        return Some((protection.by_vm_backup(), words));
    }
    let roles = match &fields.identity_roles {
        None => protection.roles(),
        Some(roles) => format!(
            "the identity of the vault has these roles: {}",
            roles.join(", ")
        ),
    };
    Some((protection.by_disk_backup(), join(roles, &words)))
}

/// Another policy, and the item put under it.
fn change_policy(
    item: &ProtectedItem,
    policy: &BackupPolicy,
    before: &Cloud,
) -> Option<(Vec<RunbookItem>, String)> {
    let mut luns = Vec::new();
    let mut protection = protection(item, policy, before, &mut luns)?;
    protection.changed = item.schedule + 1;
    let words = backup::unsaid(policy, item.service).join("; ");
    Some(match item.service {
        BackupService::VmBackup => (protection.under_vm_policy(), words),
        BackupService::DiskBackup => (protection.under_disk_policy(), words),
        BackupService::RestorePoints => return None,
    })
}

fn backup_now(
    item: &ProtectedItem,
    fields: &BackupNow,
    before: &Cloud,
    after: &Cloud,
) -> Option<(RunbookItem, &'static str)> {
    let address = format!("{}/backup", known_as(item));
    Some(match item.service {
        BackupService::VmBackup => {
            let mut properties = json!({ "objectType": "IaasVMBackupRequest" });
            let Some(days) = fields.retain_days else {
                let body = json!({ "properties": properties });
                return Some((request("POST", address, RECOVERY, body), ""));
            };
            let until = SimDuration::from_seconds(days.saturating_mul(86_400));
            let until = before.now().plus(until).to_string();
            super::facts::put(
                &mut properties,
                "recoveryPointExpiryTimeInUTC",
                until.into(),
            );
            let body = json!({ "properties": properties });
            (request("POST", address, RECOVERY, body), "")
        }
        BackupService::DiskBackup => {
            let option = json!({ "retentionTagOverride": "Default" });
            let rule = json!({ "ruleName": "Backup", "triggerOption": option });
            let body = json!({ "backupRuleOptions": rule });
            let words = "it is kept as long as the policy says, for the request has no days";
            (request("POST", address, PROTECTION, body), words)
        }
        BackupService::RestorePoints => {
            let same = after.protected().iter().find(|own| own.id == item.id)?;
            let point = same.points.last()?.snapshot.as_ref()?;
            let left_out = item.exclude_disks.iter();
            let left_out: Vec<Value> = left_out
                .map(|id| json!({ "id": ResourceId::as_str(id) }))
                .collect();
            let mut body = json!({ "properties": {} });
            if !left_out.is_empty() {
                super::facts::put(&mut body, "properties.excludeDisks", left_out.into());
            }
            (request("PUT", point, COMPUTE, body), "")
        }
    })
}

/// The end of protection. A user's own automation is ended where it runs.
fn stop(item: &ProtectedItem, keep: bool) -> Option<RunbookItem> {
    let known = known_as(item);
    Some(match (item.service, keep) {
        (BackupService::RestorePoints, _) => return None,
        (BackupService::VmBackup, true) => {
            let properties = json!({ "protectedItemType": "Microsoft.Compute/virtualMachines", "sourceResourceId": item.source.as_str(), "protectionState": "ProtectionStopped" });
            request("PUT", known, RECOVERY, json!({ "properties": properties }))
        }
        (BackupService::VmBackup, false) => request("DELETE", known, RECOVERY, Value::Null),
        (BackupService::DiskBackup, true) => request(
            "POST",
            format!("{known}/stopProtection"),
            PROTECTION,
            Value::Null,
        ),
        (BackupService::DiskBackup, false) => request("DELETE", known, PROTECTION, Value::Null),
    })
}

/// A vault is made once: one that is among `made` is not made again, and keeps the settings that it has; new ones are
/// put beside them.
pub(super) fn made_once(made: &mut Vec<RunbookRequest>, items: &mut Vec<RunbookItem>) {
    let Some(RunbookItem::Request(own)) = items.first_mut() else {
        return;
    };
    let kind = super::target::target(&own.id).kind;
    if !kind.ends_with("/vaults") && !kind.ends_with("/backupVaults") {
        return;
    }
    let mut known = made.iter_mut();
    let Some(known) = known.find(|known| known.id.eq_ignore_ascii_case(&own.id)) else {
        made.push(own.clone());
        return;
    };
    let mut body = known.body.clone();
    super::facts::merge(&mut body, &own.body);
    if body == known.body {
        items.retain(|item| {
            let id = match item {
                RunbookItem::Request(request) => &request.id,
                RunbookItem::Wait(wait) => &wait.id,
            };
            !id.eq_ignore_ascii_case(&known.id)
        });
    } else {
        own.body.clone_from(&body);
        known.body = body;
    }
}
