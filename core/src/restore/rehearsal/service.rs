//! The plan of a restore from a recovery point of Azure VM Backup or Azure Disk Backup: one request to the
//! service, which does the rest.

use super::carry_out::Planned;
use super::plan::{Doing, Plan, verify};
use super::{RehearsalRequest, RestOperation, RestoreStepKind};
use crate::cloud::{
    Cloud, Command, CommandError, ProtectedItem, RecoveryPoint, RestoreBackup, RestoreMethod,
    RestorePlan, RestoreTier,
};
use crate::ids::ResourceId;
use crate::policy::BackupService;
use crate::units::ByteCount;
use serde_json::{Value, json};

const VAULTS: &str = "2023-04-01";
const BACKUP_VAULTS: &str = "2023-05-01";
/// Stands for the id that Azure gives a recovery point; the lab's own names are none.
const RECOVERY_POINT: &str = "RECOVERY_POINT_ID";

/// The command that a rehearsal carries out.
fn command(
    request: &RehearsalRequest,
    item: &ProtectedItem,
    recovery: &RecoveryPoint,
) -> RestoreBackup {
    let method = match (item.service, request.method) {
        (BackupService::DiskBackup, RestoreMethod::CreateNewVm) => RestoreMethod::NewDisk,
        (_, method) => method,
    };
    RestoreBackup {
        recovery_point: recovery.name.clone(),
        item: Some(item.id.to_string()),
        method,
        makes: request.makes,
        tier: request.tier,
        name: request.name.clone(),
        target_resource_group: request.target_resource_group.clone(),
        target_subscription: request.target_subscription.clone(),
        target_region: None,
        target_zone: request.target_zone.clone(),
        staging_location: request.staging_location.clone(),
        disks: request.disks.clone(),
        at_once: Some(true),
    }
}

/// Plans the restore of a recovery point.
pub(super) fn from_recovery_point(
    cloud: &Cloud,
    item: &ProtectedItem,
    recovery: &RecoveryPoint,
    request: &RehearsalRequest,
) -> Result<Planned, CommandError> {
    let command = command(request, item, recovery);
    // What stands against it is told when the step is tried.
    let found = cloud.plan_restore(&command).ok();
    let held = match &found {
        Some(found) => Some(&found.point_id),
        None => recovery.vault.as_ref().or(recovery.snapshot.as_ref()),
    };
    let point = held.and_then(|id| {
        let own = cloud.restore_points().get_key_value(id);
        own.or_else(|| cloud.snapshots().get_key_value(id))
    });
    let Some((point_id, point)) = point else {
        return Err(CommandError::NotAllowed {
            target: item.id.to_string(),
            message: format!("nothing is there of `{}`", recovery.name),
        });
    };
    let mut plan = Plan::new(request);
    let tier = found
        .as_ref()
        .map_or(RestoreTier::Snapshot, |found| found.tier);
    steps(
        cloud,
        &mut plan,
        item,
        recovery,
        point_id,
        found.as_ref(),
        command,
    );
    let region = found
        .as_ref()
        .map_or(&point.location, |found| &found.point.location);
    let makes_machine = |found: &&RestorePlan| {
        matches!(
            found.makes,
            RestoreMethod::CreateNewVm | RestoreMethod::ReplaceExisting
        )
    };
    Ok(Planned {
        point_id: point_id.clone(),
        point: point.clone(),
        item: Some(item.id.clone()),
        recovery_point: Some(recovery.name.clone()),
        tier,
        region: region.clone(),
        machine: found
            .as_ref()
            .filter(makes_machine)
            .map(|found| found.machine.clone()),
        disks: found
            .iter()
            .flat_map(|found| &found.disks)
            .map(|(id, _)| id.clone())
            .collect(),
        plan,
    })
}

fn steps(
    cloud: &Cloud,
    plan: &mut Plan,
    item: &ProtectedItem,
    recovery: &RecoveryPoint,
    point: &ResourceId,
    found: Option<&RestorePlan>,
    command: RestoreBackup,
) {
    let disks = found.iter().flat_map(|found| &found.disks);
    let read = disks.filter_map(|(_, disk)| cloud.store().usage(disk.snapshot).ok());
    let referenced: ByteCount = read.map(|usage| usage.referenced).sum();
    let makes = found.map_or(command.method, |found| found.makes);
    let subject = match found {
        Some(found) if makes == RestoreMethod::CreateNewVm => found.machine.clone(),
        Some(found) if makes != RestoreMethod::ReplaceExisting => {
            found.disks.first().map_or(point, |(id, _)| id).clone()
        }
        _ => item.source.clone(),
    };
    let tier = found.map_or(RestoreTier::Snapshot, |found| found.tier);
    let travels = match tier {
        RestoreTier::Snapshot => ByteCount(0),
        _ => referenced,
    };
    let way: &[&str] = match (item.service, makes, tier) {
        (BackupService::DiskBackup, ..) => &["createDisk"],
        (_, RestoreMethod::FileRecovery, _) => &["mount"],
        (_, RestoreMethod::CreateNewVm, RestoreTier::Snapshot) => {
            &["snapshotRestore", "createVirtualMachine"]
        }
        (_, RestoreMethod::CreateNewVm, RestoreTier::Vault) => {
            &["startVaultRestore", "vaultRate", "createVirtualMachine"]
        }
        (_, RestoreMethod::CreateNewVm, RestoreTier::Secondary) => {
            &["startVaultRestore", "secondaryRate", "createVirtualMachine"]
        }
        (_, RestoreMethod::ReplaceExisting, RestoreTier::Snapshot) => {
            &["snapshotRestore", "replaceDisks"]
        }
        (_, RestoreMethod::ReplaceExisting, _) => {
            &["startVaultRestore", "vaultRate", "replaceDisks"]
        }
        (_, _, RestoreTier::Snapshot) => &["snapshotRestore"],
        (_, _, RestoreTier::Vault) => &["startVaultRestore", "vaultRate"],
        (_, _, RestoreTier::Secondary) => &["startVaultRestore", "secondaryRate"],
    };
    let mut add = |kind, text: String, operation, command, after: &[u64], bytes, names: &[&str]| {
        plan.add(
            kind,
            text,
            Doing {
                resource: subject.clone(),
                operation,
                command,
                after: after.to_vec(),
                bytes,
                assumptions: names,
            },
        )
    };
    let mut last = Vec::new();
    if makes == RestoreMethod::ReplaceExisting {
        let text = format!(
            "Azure VM Backup takes a snapshot of {} and keeps it as the policy says",
            item.source.name()
        );
        last = vec![add(
            RestoreStepKind::SafetyBackup,
            text,
            None,
            None,
            &[],
            ByteCount(0),
            &["safetyBackup"],
        )];
    }
    let kind = match (item.service, makes) {
        (BackupService::DiskBackup, _) => RestoreStepKind::CreateDisk,
        (_, RestoreMethod::FileRecovery) => RestoreStepKind::MountRecoveryPoint,
        (_, RestoreMethod::ReplaceExisting) => RestoreStepKind::ReplaceDisks,
        _ => RestoreStepKind::VaultRestore,
    };
    let text = match makes {
        RestoreMethod::FileRecovery => {
            format!("Mount {} and copy the files out of it", recovery.name)
        }
        RestoreMethod::ReplaceExisting => format!(
            "Replace the disks of {} by those of {}",
            subject.name(),
            recovery.name
        ),
        RestoreMethod::CreateNewVm => {
            format!("Make the VM {} from {}", subject.name(), recovery.name)
        }
        _ => format!("Make disks from {}", recovery.name),
    };
    let operation = operation(item, found, &command, makes);
    let restored = add(
        kind,
        text,
        Some(operation),
        Some(Command::RestoreBackup(command)),
        &last,
        travels,
        way,
    );
    last = vec![restored];
    match makes {
        RestoreMethod::RestoreDisks => {
            let text =
                "Deploy the template that the restore wrote, to make a VM of the disks".to_owned();
            last = vec![add(
                RestoreStepKind::DeployTemplate,
                text,
                None,
                None,
                &last,
                ByteCount(0),
                &["deployTemplate"],
            )];
        }
        RestoreMethod::FileRecovery => {
            let text = "Let the mounted point go".to_owned();
            add(
                RestoreStepKind::UnmountRecoveryPoint,
                text,
                None,
                None,
                &last,
                ByteCount(0),
                &["unmount"],
            );
            return;
        }
        _ => {}
    }
    verify(plan, subject, last, referenced);
}

/// The request that asks the service for a restore, where nothing stands against it.
pub(crate) fn restore_request(cloud: &Cloud, command: &RestoreBackup) -> Option<RestOperation> {
    let found = cloud.plan_restore(command).ok()?;
    let item = cloud.protected().get(found.item)?;
    let asked = operation(item, Some(&found), command, found.makes);
    (item.service != BackupService::RestorePoints).then_some(asked)
}

/// What Azure VM Backup calls a VM: a container with one item, in the vault that the item lies in.
pub(crate) fn vault_item(vault: &str, vm: &ResourceId) -> String {
    let name = format!("iaasvmcontainerv2;{};{}", vm.resource_group(), vm.name());
    format!(
        "{vault}/backupFabrics/Azure/protectionContainers/iaasvmcontainer;{name}/protectedItems/vm;{name}"
    )
}

/// The request that asks the service for the restore.
fn operation(
    item: &ProtectedItem,
    found: Option<&RestorePlan>,
    command: &RestoreBackup,
    makes: RestoreMethod,
) -> RestOperation {
    let source = &item.source;
    let post = |name: &str, path: String, api_version: &str, body: Value| RestOperation {
        name: name.to_owned(),
        method: "POST".to_owned(),
        path,
        api_version: api_version.to_owned(),
        body,
    };
    let region = found.map_or("", |found| &found.point.location);
    if item.service == BackupService::DiskBackup {
        let disk = found.and_then(|found| found.disks.first());
        let target = disk.map_or_else(String::new, |(id, _)| id.to_string());
        let body = json!({
            "objectType": "AzureBackupRecoveryPointBasedRestoreRequest",
            "recoveryPointId": RECOVERY_POINT,
            "sourceDataStoreType": "OperationalStore",
            "restoreTargetInfo": {
                "objectType": "RestoreTargetInfo",
                "recoveryOption": "FailIfExists",
                "restoreLocation": region,
                "datasourceInfo": { "datasourceType": "Microsoft.Compute/disks", "objectType": "Datasource", "resourceID": target, "resourceLocation": region },
            },
        });
        return post(
            "BackupInstances_TriggerRestore",
            format!("{}/restore", item.id),
            BACKUP_VAULTS,
            body,
        );
    }
    let vault = item
        .id
        .as_str()
        .split("/protectedItems/")
        .next()
        .unwrap_or_default();
    let point = format!(
        "{}/recoveryPoints/{RECOVERY_POINT}",
        vault_item(vault, source)
    );
    if makes == RestoreMethod::FileRecovery {
        let body = json!({ "properties": { "objectType": "IaasVMILRRegistrationRequest", "recoveryPointId": RECOVERY_POINT, "virtualMachineId": source.as_str(), "initiatorName": "INITIATOR_NAME", "renewExistingRegistration": true } });
        return post(
            "ItemLevelRecoveryConnections_Provision",
            format!("{point}/provisionInstantItemRecovery"),
            VAULTS,
            body,
        );
    }
    let kind = match makes {
        RestoreMethod::CreateNewVm => "AlternateLocation",
        RestoreMethod::ReplaceExisting => "OriginalLocation",
        _ => "RestoreDisks",
    };
    let mut properties = json!({
        "objectType": "IaasVMRestoreRequest",
        "recoveryPointId": RECOVERY_POINT,
        "recoveryType": kind,
        "sourceResourceId": source.as_str(),
        "region": region,
        "originalStorageAccountOption": false,
        "storageAccountId": command.staging_location.as_deref().unwrap_or("STORAGE_ACCOUNT_ID"),
    });
    let mut add = |name: &str, value: Value| {
        if let Some(properties) = properties.as_object_mut() {
            properties.insert(name.to_owned(), value);
        }
    };
    if let Some(found) = found {
        let group = ResourceId::group(found.machine.subscription(), found.machine.resource_group());
        add("targetResourceGroupId", json!(group.as_str()));
        if makes == RestoreMethod::CreateNewVm {
            add("targetVirtualMachineId", json!(found.machine.as_str()));
            add("virtualNetworkId", json!("VIRTUAL_NETWORK_ID"));
            add("subnetId", json!("SUBNET_ID"));
        }
    }
    if let Some(zone) = &command.target_zone {
        add("zones", json!([zone]));
    }
    if !command.disks.is_empty() {
        let luns = found.iter().flat_map(|found| &found.disks);
        let luns: Vec<u32> = luns.filter_map(|(_, disk)| disk.lun).collect();
        add("restoreDiskLunList", json!(luns));
    }
    if command.method == RestoreMethod::CrossRegion {
        let scope = format!(
            "/subscriptions/{}/providers/Microsoft.RecoveryServices/locations/{region}/backupCrossRegionRestore",
            source.subscription()
        );
        return post(
            "CrossRegionRestore_Trigger",
            scope,
            "2021-11-15",
            json!({ "crossRegionRestoreAccessDetails": "ACCESS_DETAILS", "restoreRequest": properties }),
        );
    }
    post(
        "Restores_Trigger",
        format!("{point}/restore"),
        VAULTS,
        json!({ "properties": properties }),
    )
}
