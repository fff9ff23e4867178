//! Every operation: method, path, the version that brought it, and its handler.

use super::call::{Call, Handled};
use super::http::Answer;
use super::{
    access, collections, disk_accesses, disks, encryption_sets, machines, operation, others,
    points, snapshots,
};
use rplab_derive::part;

/// What a path begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// `/subscriptions/{}`.
    Subscription,
    /// `/subscriptions/{}/resourceGroups/{}`.
    Group,
}

/// One operation.
pub(super) struct Operation {
    /// Its name in the service's specification; ends in `_` for a line that answers several.
    pub(super) name: &'static str,
    pub(super) method: &'static str,
    pub(super) scope: Scope,
    /// The path behind the scope, with `{}` for names.
    pub(super) path: &'static str,
    /// How many segments the path has.
    pub(super) depth: usize,
    /// The first version that has it.
    pub(super) since: &'static str,
    /// What the header of remaining requests calls it.
    pub(super) limit: &'static str,
    /// What answers it; where there is none, [`beside`] does.
    pub(super) handler: Option<Handler>,
}

type Handler = for<'a, 'b> fn(&'a mut Call<'b>) -> Handled;

const fn depth(mut path: &[u8]) -> usize {
    let mut depth = !path.is_empty() as usize;
    while let [first, rest @ ..] = path {
        depth += (*first == b'/') as usize;
        path = rest;
    }
    depth
}

macro_rules! operations {
    ($($name:literal $method:ident $scope:ident $path:literal $since:literal $limit:literal $handler:path $(, $part:ident)?;)*) => {
        /// Every operation that the endpoint has.
        pub(super) const OPERATIONS: &[Operation] = &[$(Operation {
            name: $name,
            method: stringify!($method),
            scope: Scope::$scope,
            path: $path,
            depth: depth($path.as_bytes()),
            since: $since,
            limit: $limit,
            handler: handler!(arm $handler $(, $part)?),
        }),*];

        /// Answers an operation on what stands beside VMs, disks and points.
        #[part(beside)]
        pub(super) fn beside(at: usize, call: &mut Call<'_>) -> Handled {
            const HANDLERS: &[Option<Handler>] = &[$(handler!(beside $handler $(, $part)?)),*];
            match HANDLERS.get(at) {
                Some(Some(handler)) => handler(call),
                // No other operation comes here.
                _ => Ok(Answer::empty(404)),
            }
        }
    };
}

/// The handler of an operation where it is in this part.
macro_rules! handler {
    (arm $handler:path) => {
        Some($handler)
    };
    (beside $handler:path, beside) => {
        Some($handler)
    };
    ($part:ident $handler:path $(, $own:ident)?) => {
        None
    };
}

operations! {
    "RestorePointCollections_CreateOrUpdate" PUT Group "Microsoft.Compute/restorePointCollections/{}" "2021-03-01" "PutRestorePointCollectionResource;14" collections::put;
    "RestorePointCollections_Update" PATCH Group "Microsoft.Compute/restorePointCollections/{}" "2021-03-01" "UpdateRestorePointCollectionResource;14" collections::patch;
    "RestorePointCollections_Get" GET Group "Microsoft.Compute/restorePointCollections/{}" "2021-03-01" "LowCostGetRestorePointSubscriptionMaximum;599" collections::get;
    "RestorePointCollections_Delete" DELETE Group "Microsoft.Compute/restorePointCollections/{}" "2021-03-01" "DeleteRestorePointSubscriptionMaximum;359" collections::delete;
    "RestorePointCollections_List" GET Group "Microsoft.Compute/restorePointCollections" "2021-03-01" "HighCostGetRestorePointSubscriptionMaximum;149" collections::list;
    "RestorePointCollections_ListAll" GET Subscription "Microsoft.Compute/restorePointCollections" "2021-03-01" "HighCostGetRestorePointSubscriptionMaximum;149" collections::list;
    "RestorePoints_Create" PUT Group "Microsoft.Compute/restorePointCollections/{}/restorePoints/{}" "2021-03-01" "PutRestorePointResource;5" points::put;
    "RestorePoints_Get" GET Group "Microsoft.Compute/restorePointCollections/{}/restorePoints/{}" "2021-03-01" "LowCostGetRestorePointSubscriptionMaximum;599" points::get;
    "RestorePoints_Delete" DELETE Group "Microsoft.Compute/restorePointCollections/{}/restorePoints/{}" "2021-03-01" "DeleteRestorePointSubscriptionMaximum;359" points::delete;
    "DiskRestorePoint_Get" GET Group "Microsoft.Compute/restorePointCollections/{}/restorePoints/{}/diskRestorePoints/{}" "2020-09-30" "LowCostGet3Min;14999" points::get_disk;
    "DiskRestorePoint_ListByRestorePoint" GET Group "Microsoft.Compute/restorePointCollections/{}/restorePoints/{}/diskRestorePoints" "2020-09-30" "LowCostGet3Min;14999" points::list_disks;
    "DiskRestorePoint_GrantAccess" POST Group "Microsoft.Compute/restorePointCollections/{}/restorePoints/{}/diskRestorePoints/{}/beginGetAccess" "2020-12-01" "HighCostGetAccess3Min;999" access::grant_point;
    "DiskRestorePoint_RevokeAccess" POST Group "Microsoft.Compute/restorePointCollections/{}/restorePoints/{}/diskRestorePoints/{}/endGetAccess" "2020-12-01" "HighCostGetAccess3Min;999" access::revoke_point;
    "Disks_CreateOrUpdate" PUT Group "Microsoft.Compute/disks/{}" "2016-04-30-preview" "CreateUpdateDisks3Min;999" disks::put;
    "Disks_Get" GET Group "Microsoft.Compute/disks/{}" "2016-04-30-preview" "LowCostGet3Min;14999" disks::get;
    "Disks_Delete" DELETE Group "Microsoft.Compute/disks/{}" "2016-04-30-preview" "DeleteDisks3Min;2999" disks::delete;
    "Disks_ListByResourceGroup" GET Group "Microsoft.Compute/disks" "2016-04-30-preview" "HighCostGet3Min;999" disks::list;
    "Disks_List" GET Subscription "Microsoft.Compute/disks" "2016-04-30-preview" "HighCostGet3Min;999" disks::list;
    "Disks_Update" PATCH Group "Microsoft.Compute/disks/{}" "2016-04-30-preview" "CreateUpdateDisks3Min;999" disks::patch;
    "Disks_GrantAccess" POST Group "Microsoft.Compute/disks/{}/beginGetAccess" "2016-04-30-preview" "HighCostGetAccess3Min;999" access::grant_disk;
    "Disks_RevokeAccess" POST Group "Microsoft.Compute/disks/{}/endGetAccess" "2016-04-30-preview" "HighCostGetAccess3Min;999" access::revoke_disk;
    "Snapshots_CreateOrUpdate" PUT Group "Microsoft.Compute/snapshots/{}" "2016-04-30-preview" "HighCostSnapshotCreateHydrate3Min;999" snapshots::put, beside;
    "Snapshots_Update" PATCH Group "Microsoft.Compute/snapshots/{}" "2016-04-30-preview" "CreateUpdateDisks3Min;999" snapshots::patch, beside;
    "Snapshots_Get" GET Group "Microsoft.Compute/snapshots/{}" "2016-04-30-preview" "LowCostGet3Min;14999" snapshots::get, beside;
    "Snapshots_Delete" DELETE Group "Microsoft.Compute/snapshots/{}" "2016-04-30-preview" "DeleteDisks3Min;2999" snapshots::delete, beside;
    "Snapshots_ListByResourceGroup" GET Group "Microsoft.Compute/snapshots" "2016-04-30-preview" "HighCostGet3Min;999" snapshots::list, beside;
    "Snapshots_List" GET Subscription "Microsoft.Compute/snapshots" "2016-04-30-preview" "HighCostGet3Min;999" snapshots::list, beside;
    "Snapshots_GrantAccess" POST Group "Microsoft.Compute/snapshots/{}/beginGetAccess" "2016-04-30-preview" "HighCostGetAccess3Min;999" access::grant_snapshot, beside;
    "Snapshots_RevokeAccess" POST Group "Microsoft.Compute/snapshots/{}/endGetAccess" "2016-04-30-preview" "HighCostGetAccess3Min;999" access::revoke_snapshot, beside;
    "VirtualMachines_CreateOrUpdate" PUT Group "Microsoft.Compute/virtualMachines/{}" "2015-06-15" "UpdateVMResource;11" machines::put;
    "VirtualMachines_Update" PATCH Group "Microsoft.Compute/virtualMachines/{}" "2016-04-30-preview" "UpdateVMResource;11" machines::patch;
    "VirtualMachines_Get" GET Group "Microsoft.Compute/virtualMachines/{}" "2015-06-15" "LowCostGetResource;35" machines::get;
    "VirtualMachines_InstanceView" GET Group "Microsoft.Compute/virtualMachines/{}/instanceView" "2017-12-01" "LowCostGetResource;35" machines::view;
    "VirtualMachines_Delete" DELETE Group "Microsoft.Compute/virtualMachines/{}" "2015-06-15" "DeleteVMResource;11" machines::delete;
    "VirtualMachines_List" GET Group "Microsoft.Compute/virtualMachines" "2015-06-15" "HighCostGetSubscriptionMaximum;899" machines::list;
    "VirtualMachines_ListAll" GET Subscription "Microsoft.Compute/virtualMachines" "2015-06-15" "HighCostGetSubscriptionMaximum;899" machines::list;
    "VirtualMachines_ListByLocation" GET Subscription "Microsoft.Compute/locations/{}/virtualMachines" "2017-03-30" "HighCostGetSubscriptionMaximum;899" machines::list;
    "VirtualMachines_Start" POST Group "Microsoft.Compute/virtualMachines/{}/start" "2015-06-15" "UpdateVMResource;11" machines::start;
    "VirtualMachines_Restart" POST Group "Microsoft.Compute/virtualMachines/{}/restart" "2015-06-15" "UpdateVMResource;11" machines::start;
    "VirtualMachines_Deallocate" POST Group "Microsoft.Compute/virtualMachines/{}/deallocate" "2015-06-15" "UpdateVMResource;11" machines::deallocate;
    "VirtualMachines_PowerOff" POST Group "Microsoft.Compute/virtualMachines/{}/powerOff" "2015-06-15" "UpdateVMResource;11" machines::power_off;
    "VirtualMachines_SimulateEviction" POST Group "Microsoft.Compute/virtualMachines/{}/simulateEviction" "2020-06-01" "UpdateVMResource;11" machines::evict;
    "Others_" POST Group "Microsoft.Compute/virtualMachines/{}/{}" "2015-06-15" "" others::other_action, beside;
    "Others_" POST Group "Microsoft.Compute/snapshots/{}/{}" "2016-04-30-preview" "" others::other_action, beside;
    "DiskEncryptionSets_CreateOrUpdate" PUT Group "Microsoft.Compute/diskEncryptionSets/{}" "2019-07-01" "CreateUpdateDisks3Min;999" encryption_sets::put, beside;
    "DiskEncryptionSets_Get" GET Group "Microsoft.Compute/diskEncryptionSets/{}" "2019-07-01" "LowCostGet3Min;14999" encryption_sets::get, beside;
    "DiskEncryptionSets_ListByResourceGroup" GET Group "Microsoft.Compute/diskEncryptionSets" "2019-07-01" "HighCostGet3Min;999" encryption_sets::list, beside;
    "DiskEncryptionSets_List" GET Subscription "Microsoft.Compute/diskEncryptionSets" "2019-07-01" "HighCostGet3Min;999" encryption_sets::list, beside;
    "DiskEncryptionSets_Update" PATCH Group "Microsoft.Compute/diskEncryptionSets/{}" "2019-11-01" "CreateUpdateDisks3Min;999" encryption_sets::patch, beside;
    "DiskEncryptionSets_Delete" DELETE Group "Microsoft.Compute/diskEncryptionSets/{}" "2019-07-01" "DeleteDisks3Min;2999" encryption_sets::delete, beside;
    "DiskEncryptionSets_ListAssociatedResources" GET Group "Microsoft.Compute/diskEncryptionSets/{}/associatedResources" "2020-06-30" "HighCostGet3Min;999" encryption_sets::associated, beside;
    "DiskAccesses_CreateOrUpdate" PUT Group "Microsoft.Compute/diskAccesses/{}" "2020-05-01" "HighCostDiskAccess3Min;99" disk_accesses::put, beside;
    "DiskAccesses_Get" GET Group "Microsoft.Compute/diskAccesses/{}" "2020-05-01" "LowCostDiskAccessGet3Min;999" disk_accesses::get, beside;
    "DiskAccesses_Update" PATCH Group "Microsoft.Compute/diskAccesses/{}" "2020-05-01" "HighCostDiskAccess3Min;99" disk_accesses::patch, beside;
    "DiskAccesses_Delete" DELETE Group "Microsoft.Compute/diskAccesses/{}" "2020-05-01" "HighCostDiskAccess3Min;99" disk_accesses::delete, beside;
    "DiskAccesses_ListByResourceGroup" GET Group "Microsoft.Compute/diskAccesses" "2020-05-01" "HighCostGet3Min;999" disk_accesses::list, beside;
    "DiskAccesses_List" GET Subscription "Microsoft.Compute/diskAccesses" "2020-05-01" "HighCostGet3Min;999" disk_accesses::list, beside;
    "DiskAccesses_GetPrivateLinkResources" GET Group "Microsoft.Compute/diskAccesses/{}/privateLinkResources" "2020-05-01" "LowCostDiskAccessGet3Min;999" disk_accesses::link_resources, beside;
    "DiskAccesses_ListPrivateEndpointConnections" GET Group "Microsoft.Compute/diskAccesses/{}/privateEndpointConnections" "2020-09-30" "LowCostGet3Min;14999" disk_accesses::connections, beside;
    "DiskAccesses_GetAPrivateEndpointConnection" GET Group "Microsoft.Compute/diskAccesses/{}/privateEndpointConnections/{}" "2020-09-30" "LowCostDiskAccessGet3Min;999" disk_accesses::connection, beside;
    "DiskAccesses_UpdateAPrivateEndpointConnection" PUT Group "Microsoft.Compute/diskAccesses/{}/privateEndpointConnections/{}" "2020-09-30" "HighCostDiskAccess3Min;99" disk_accesses::connection, beside;
    "DiskAccesses_DeleteAPrivateEndpointConnection" DELETE Group "Microsoft.Compute/diskAccesses/{}/privateEndpointConnections/{}" "2020-09-30" "HighCostDiskAccess3Min;99" disk_accesses::connection, beside;
    "Vaults_CreateOrUpdate" PUT Group "Microsoft.KeyVault/vaults/{}" "2015-06-01" "" others::put_vault, beside;
    "Vaults_Get" GET Group "Microsoft.KeyVault/vaults/{}" "2015-06-01" "" others::get_vault, beside;
    "Keys_CreateIfNotExist" PUT Group "Microsoft.KeyVault/vaults/{}/keys/{}" "2019-09-01" "" others::put_key, beside;
    "Keys_Get" GET Group "Microsoft.KeyVault/vaults/{}/keys/{}" "2019-09-01" "" others::get_key, beside;
    "ResourceGroups_CreateOrUpdate" PUT Group "" "2015-11-01" "" others::put_group, beside;
    "ResourceGroups_Get" GET Group "" "2015-11-01" "" others::get_group, beside;
    "ResourceGroups_CheckExistence" HEAD Group "" "2015-11-01" "" others::head_group, beside;
    "ResourceGroups_Delete" DELETE Group "" "2015-11-01" "" others::delete_group, beside;
    "ResourceGroups_List" GET Subscription "resourceGroups" "2015-11-01" "" others::list_groups, beside;
    "ManagementLocks_CreateOrUpdateAtResourceGroupLevel" PUT Group "Microsoft.Authorization/locks/{}" "2015-01-01" "" others::put_lock, beside;
    "ManagementLocks_GetAtResourceGroupLevel" GET Group "Microsoft.Authorization/locks/{}" "2015-01-01" "" others::get_lock, beside;
    "ManagementLocks_DeleteAtResourceGroupLevel" DELETE Group "Microsoft.Authorization/locks/{}" "2015-01-01" "" others::delete_lock, beside;
    "ManagementLocks_ListAtResourceGroupLevel" GET Group "Microsoft.Authorization/locks" "2015-01-01" "" others::list_locks, beside;
    "ManagementLocks_CreateOrUpdateAtResourceLevel" PUT Group "Microsoft.Compute/*/{}/providers/Microsoft.Authorization/locks/{}" "2015-01-01" "" others::put_lock, beside;
    "ManagementLocks_GetAtResourceLevel" GET Group "Microsoft.Compute/*/{}/providers/Microsoft.Authorization/locks/{}" "2015-01-01" "" others::get_lock, beside;
    "ManagementLocks_ListAtResourceLevel" GET Group "Microsoft.Compute/*/{}/providers/Microsoft.Authorization/locks" "2015-01-01" "" others::list_locks, beside;
    "ManagementLocks_DeleteAtResourceLevel" DELETE Group "Microsoft.Compute/*/{}/providers/Microsoft.Authorization/locks/{}" "2015-01-01" "" others::delete_lock, beside;
    "Operations_Get" GET Subscription "Microsoft.Compute/locations/{}/operations/{}" "2015-06-15" "GetOperationResource;44" operation::get;
    "DiskOperations_Get" GET Subscription "Microsoft.Compute/locations/{}/DiskOperations/{}" "2015-06-15" "GetOperation3Min;49999" operation::get_disk;
}
