//! What a command line tool calls a request: one table for `az`, PowerShell and azurerm.
//!
//! A row fits a request only where it says everything that the request's body says; all other requests are sent
//! as they are. In a row, `{name}` and its like stand for parts of the id and every other `{place}` for a value
//! of the body. A word that begins with `?` is left out where the body has no such value; `!place=value` is
//! not written and wants the value, and `!place~part` wants it to contain the part.

use super::RunbookRequest;
use super::facts::take;
use super::target::{Target, target};
use serde_json::Value;

/// A request in the words of three tools; blank where a tool has none.
struct Row {
    method: &'static str,
    kind: &'static str,
    az: &'static str,
    powershell: &'static str,
    azurerm: &'static str,
}

/// A tool of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    Az,
    PowerShell,
    Azurerm,
}

macro_rules! rows {
    ($($method:ident $kind:literal $az:literal $powershell:literal $azurerm:literal;)*) => {
        const ROWS: &[Row] = &[$(Row { method: stringify!($method), kind: $kind, az: $az, powershell: $powershell, azurerm: $azurerm }),*];
    };
}

rows! {
    PUT ""
        "az group create {s} --name={name} --location={location} ?--tags={tags}"
        "New-AzResourceGroup -Name:{name} -Location:{location} ?-Tag:{tags} -Force"
        "azurerm_resource_group name={name} location={location} ?tags={tags}";
    DELETE ""
        "az group delete {s} --name={name} --yes"
        "Remove-AzResourceGroup -Name:{name} -Force" "";
    PUT "Microsoft.Compute/restorePointCollections"
        "az restore-point collection create {s} --resource-group={group} --collection-name={name} --location={location} --source-id={properties.source.id} ?--tags={tags}"
        "New-AzRestorePointCollection -ResourceGroupName:{group} -Name:{name} -VmId:{properties.source.id} -Location:{location} !properties.source.id~/virtualMachines/"
        "azurerm_virtual_machine_restore_point_collection name={name} resource_group_name={group} location={location} source_virtual_machine_id={properties.source.id} ?tags={tags} !properties.source.id~/virtualMachines/";
    PUT "Microsoft.Compute/restorePointCollections"
        "" "New-AzRestorePointCollection -ResourceGroupName:{group} -Name:{name} -RestorePointCollectionId:{properties.source.id} -Location:{location}" "";
    PATCH "Microsoft.Compute/restorePointCollections"
        "az restore-point collection update {s} --resource-group={group} --collection-name={name} --tags={tags}"
        "Update-AzRestorePointCollection -ResourceGroupName:{group} -Name:{name} -Tag:{tags}" "";
    DELETE "Microsoft.Compute/restorePointCollections"
        "az restore-point collection delete {s} --resource-group={group} --collection-name={name} --yes"
        "Remove-AzRestorePointCollection -ResourceGroupName:{group} -Name:{name}" "";
    PUT "Microsoft.Compute/restorePointCollections/restorePoints"
        "az restore-point create {s} --resource-group={group} --collection-name={parent} --name={name} ?--consistency-mode={properties.consistencyMode} ?--exclude-disks={properties.excludeDisks} ?--source-restore-point={properties.sourceRestorePoint.id}"
        "New-AzRestorePoint -ResourceGroupName:{group} -RestorePointCollectionName:{parent} -Name:{name} ?-ConsistencyMode:{properties.consistencyMode} ?-DisksToExclude:{properties.excludeDisks} ?-RestorePointId:{properties.sourceRestorePoint.id}"
        "azurerm_virtual_machine_restore_point name={name} virtual_machine_restore_point_collection_id={above} ?excluded_disks={properties.excludeDisks}";
    DELETE "Microsoft.Compute/restorePointCollections/restorePoints"
        "az restore-point delete {s} --resource-group={group} --collection-name={parent} --name={name} --yes"
        "Remove-AzRestorePoint -ResourceGroupName:{group} -RestorePointCollectionName:{parent} -Name:{name}" "";
    PUT "Microsoft.Compute/disks"
        "az disk create {s} --resource-group={group} --name={name} --location={location} --source={properties.creationData.sourceResourceId} ?--sku={sku.name} ?--size-gb={properties.diskSizeGB} ?--zone={zones} ?--disk-encryption-set={properties.encryption.diskEncryptionSetId} !properties.creationData.createOption=Restore"
        "New-AzDiskConfig -Location:{location} -CreateOption Restore -SourceResourceId:{properties.creationData.sourceResourceId} ?-SkuName:{sku.name} ?-DiskSizeGB:{properties.diskSizeGB} ?-Zone:{zones} ?-DiskEncryptionSetId:{properties.encryption.diskEncryptionSetId} | New-AzDisk -ResourceGroupName:{group} -DiskName:{name} !properties.creationData.createOption=Restore"
        "azurerm_managed_disk name={name} resource_group_name={group} location={location} storage_account_type={sku.name} create_option=Restore source_resource_id={properties.creationData.sourceResourceId} ?disk_size_gb={properties.diskSizeGB} ?disk_encryption_set_id={properties.encryption.diskEncryptionSetId} !properties.creationData.createOption=Restore";
    PUT "Microsoft.Compute/disks"
        "az disk create {s} --resource-group={group} --name={name} --location={location} --size-gb={properties.diskSizeGB} ?--sku={sku.name} ?--zone={zones} !properties.creationData.createOption=Empty"
        "New-AzDiskConfig -Location:{location} -CreateOption Empty -DiskSizeGB:{properties.diskSizeGB} ?-SkuName:{sku.name} ?-Zone:{zones} | New-AzDisk -ResourceGroupName:{group} -DiskName:{name} !properties.creationData.createOption=Empty"
        "azurerm_managed_disk name={name} resource_group_name={group} location={location} storage_account_type={sku.name} create_option=Empty disk_size_gb={properties.diskSizeGB} !properties.creationData.createOption=Empty";
    PATCH "Microsoft.Compute/disks"
        "az disk update {s} --resource-group={group} --name={name} ?--size-gb={properties.diskSizeGB} ?--sku={sku.name} ?--network-access-policy={properties.networkAccessPolicy} ?--disk-access={properties.diskAccessId}"
        "New-AzDiskUpdateConfig ?-DiskSizeGB:{properties.diskSizeGB} ?-SkuName:{sku.name} ?-NetworkAccessPolicy:{properties.networkAccessPolicy} ?-DiskAccessId:{properties.diskAccessId} | Update-AzDisk -ResourceGroupName:{group} -DiskName:{name}" "";
    DELETE "Microsoft.Compute/disks"
        "az disk delete {s} --resource-group={group} --name={name} --yes"
        "Remove-AzDisk -ResourceGroupName:{group} -DiskName:{name} -Force" "";
    POST "Microsoft.Compute/disks/beginGetAccess"
        "az disk grant-access {s} --resource-group={group} --name={name} --access-level={access} --duration-in-seconds={durationInSeconds}"
        "Grant-AzDiskAccess -ResourceGroupName:{group} -DiskName:{name} -Access:{access} -DurationInSecond:{durationInSeconds}" "";
    POST "Microsoft.Compute/disks/endGetAccess"
        "az disk revoke-access {s} --resource-group={group} --name={name}"
        "Revoke-AzDiskAccess -ResourceGroupName:{group} -DiskName:{name}" "";
    PUT "Microsoft.Compute/snapshots"
        "az snapshot create {s} --resource-group={group} --name={name} --location={location} --source={properties.creationData.sourceResourceId} ?--incremental={properties.incremental} !properties.creationData.createOption=Copy"
        "" "azurerm_snapshot name={name} resource_group_name={group} location={location} create_option=Copy source_resource_id={properties.creationData.sourceResourceId} ?incremental_enabled={properties.incremental} !properties.creationData.createOption=Copy";
    DELETE "Microsoft.Compute/snapshots"
        "az snapshot delete {s} --resource-group={group} --name={name}"
        "Remove-AzSnapshot -ResourceGroupName:{group} -SnapshotName:{name} -Force" "";
    POST "Microsoft.Compute/virtualMachines/start"
        "az vm start {s} --resource-group={group} --name={name}" "Start-AzVM -ResourceGroupName:{group} -Name:{name}" "";
    POST "Microsoft.Compute/virtualMachines/deallocate"
        "az vm deallocate {s} --resource-group={group} --name={name}" "Stop-AzVM -ResourceGroupName:{group} -Name:{name} -Force" "";
    POST "Microsoft.Compute/virtualMachines/powerOff"
        "az vm stop {s} --resource-group={group} --name={name}" "Stop-AzVM -ResourceGroupName:{group} -Name:{name} -Force -StayProvisioned" "";
    DELETE "Microsoft.Compute/virtualMachines"
        "az vm delete {s} --resource-group={group} --name={name} --yes" "Remove-AzVM -ResourceGroupName:{group} -Name:{name} -Force" "";
    PUT "Microsoft.Authorization/locks"
        "" "New-AzResourceLock -LockName:{name} -Scope:{scope} -LockLevel:{properties.level} -Force"
        "azurerm_management_lock name={name} scope={scope} lock_level={properties.level}";
    DELETE "Microsoft.Authorization/locks"
        "az lock delete --ids={id}" "Remove-AzResourceLock -LockId:{id} -Force" "";
}

/// A word of a row with its value.
pub(super) struct Word {
    /// What stands before the value, such as `--name=`.
    pub(super) before: &'static str,
    pub(super) value: Option<Value>,
}

/// The request in the words of a tool; `None` where no row says all of it.
pub(super) fn words(operation: &RunbookRequest, tool: Tool) -> Option<Vec<Word>> {
    let target = target(&operation.id);
    let mut rows = ROWS.iter();
    rows.find_map(|row| {
        let text = match tool {
            Tool::Az => row.az,
            Tool::PowerShell => row.powershell,
            Tool::Azurerm => row.azurerm,
        };
        let fits = row.method == operation.method && row.kind.eq_ignore_ascii_case(&target.kind);
        if fits && !text.is_empty() {
            filled(text, operation, &target)
        } else {
            None
        }
    })
}

fn filled(row: &'static str, operation: &RunbookRequest, target: &Target<'_>) -> Option<Vec<Word>> {
    let mut rest = operation.body.clone();
    // An object without fields says nothing.
    if rest
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(serde_json::Map::is_empty)
    {
        take(&mut rest, "properties");
    }
    let mut words: Vec<Word> = Vec::new();
    for word in row.split(' ') {
        if let Some(wish) = word.strip_prefix('!') {
            if let Some((place, part)) = wish.split_once('~') {
                let value = place
                    .split('.')
                    .try_fold(&operation.body, |value, name| value.get(name))?;
                value.as_str().filter(|value| value.contains(part))?;
            } else {
                let (place, wanted) = wish.split_once('=')?;
                take(&mut rest, place).filter(|value| value.as_str() == Some(wanted))?;
            }
            continue;
        }
        let (optional, word) = word
            .strip_prefix('?')
            .map_or((false, word), |word| (true, word));
        let Some((before, place)) = word.split_once('{') else {
            words.push(Word {
                before: word,
                value: None,
            });
            continue;
        };
        let place = place.trim_end_matches('}');
        let before = if place == "s" {
            "--subscription="
        } else {
            before
        };
        let above = || operation.id.rsplitn(3, '/').nth(2);
        let part = match place {
            "s" => Some(target.subscription),
            "group" => Some(target.group),
            "name" => Some(target.name),
            "parent" => Some(target.parent),
            "scope" => Some(target.scope.as_str()),
            "id" => Some(operation.id.as_str()),
            "above" => above(),
            _ => None,
        };
        match part.map(Value::from).or_else(|| take(&mut rest, place)) {
            Some(value) => words.push(Word {
                before,
                value: Some(plain(value)),
            }),
            None if optional => {}
            None => return None,
        }
    }
    let all = rest.is_null() || rest.as_object().is_some_and(serde_json::Map::is_empty);
    all.then_some(words)
}

/// A list of references is the list of their ids.
fn plain(value: Value) -> Value {
    let Value::Array(items) = &value else {
        return value;
    };
    let ids = items.iter().map(|item| item.get("id").cloned());
    ids.collect::<Option<Vec<_>>>()
        .map_or(value.clone(), Value::Array)
}
