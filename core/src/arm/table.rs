//! Every operation: method, path, the version that brought it, and its handler.

use super::call::{Call, Handled};
use super::{
    access, collections, disk_accesses, disks, encryption_sets, machines, operation, others,
    points, snapshots,
};

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
    pub(super) handler: for<'a, 'b> fn(&'a mut Call<'b>) -> Handled,
}

const fn depth(mut path: &[u8]) -> usize {
    let mut depth = !path.is_empty() as usize;
    while let [first, rest @ ..] = path {
        depth += (*first == b'/') as usize;
        path = rest;
    }
    depth
}

macro_rules! operations {
    ($($name:literal $method:ident $scope:ident $path:literal $since:literal $limit:literal $handler:path;)*) => {
        /// Every operation that the endpoint has.
        pub(super) const OPERATIONS: &[Operation] = &[$(Operation {
            name: $name,
            method: stringify!($method),
            scope: Scope::$scope,
            path: $path,
            depth: depth($path.as_bytes()),
            since: $since,
            limit: $limit,
            handler: $handler,
        }),*];
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
    "Snapshots_CreateOrUpdate" PUT Group "Microsoft.Compute/snapshots/{}" "2016-04-30-preview" "HighCostSnapshotCreateHydrate3Min;999" snapshots::put;
    "Snapshots_Update" PATCH Group "Microsoft.Compute/snapshots/{}" "2016-04-30-preview" "CreateUpdateDisks3Min;999" snapshots::patch;
    "Snapshots_Get" GET Group "Microsoft.Compute/snapshots/{}" "2016-04-30-preview" "LowCostGet3Min;14999" snapshots::get;
    "Snapshots_Delete" DELETE Group "Microsoft.Compute/snapshots/{}" "2016-04-30-preview" "DeleteDisks3Min;2999" snapshots::delete;
    "Snapshots_ListByResourceGroup" GET Group "Microsoft.Compute/snapshots" "2016-04-30-preview" "HighCostGet3Min;999" snapshots::list;
    "Snapshots_List" GET Subscription "Microsoft.Compute/snapshots" "2016-04-30-preview" "HighCostGet3Min;999" snapshots::list;
    "Snapshots_GrantAccess" POST Group "Microsoft.Compute/snapshots/{}/beginGetAccess" "2016-04-30-preview" "HighCostGetAccess3Min;999" access::grant_snapshot;
    "Snapshots_RevokeAccess" POST Group "Microsoft.Compute/snapshots/{}/endGetAccess" "2016-04-30-preview" "HighCostGetAccess3Min;999" access::revoke_snapshot;
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
    "Others_" POST Group "Microsoft.Compute/virtualMachines/{}/{}" "2015-06-15" "" others::other_action;
    "Others_" POST Group "Microsoft.Compute/snapshots/{}/{}" "2016-04-30-preview" "" others::other_action;
    "DiskEncryptionSets_CreateOrUpdate" PUT Group "Microsoft.Compute/diskEncryptionSets/{}" "2019-07-01" "CreateUpdateDisks3Min;999" encryption_sets::put;
    "DiskEncryptionSets_Get" GET Group "Microsoft.Compute/diskEncryptionSets/{}" "2019-07-01" "LowCostGet3Min;14999" encryption_sets::get;
    "DiskEncryptionSets_ListByResourceGroup" GET Group "Microsoft.Compute/diskEncryptionSets" "2019-07-01" "HighCostGet3Min;999" encryption_sets::list;
    "DiskEncryptionSets_List" GET Subscription "Microsoft.Compute/diskEncryptionSets" "2019-07-01" "HighCostGet3Min;999" encryption_sets::list;
    "DiskEncryptionSets_Update" PATCH Group "Microsoft.Compute/diskEncryptionSets/{}" "2019-11-01" "CreateUpdateDisks3Min;999" encryption_sets::patch;
    "DiskEncryptionSets_Delete" DELETE Group "Microsoft.Compute/diskEncryptionSets/{}" "2019-07-01" "DeleteDisks3Min;2999" encryption_sets::delete;
    "DiskEncryptionSets_ListAssociatedResources" GET Group "Microsoft.Compute/diskEncryptionSets/{}/associatedResources" "2020-06-30" "HighCostGet3Min;999" encryption_sets::associated;
    "DiskAccesses_CreateOrUpdate" PUT Group "Microsoft.Compute/diskAccesses/{}" "2020-05-01" "HighCostDiskAccess3Min;99" disk_accesses::put;
    "DiskAccesses_Get" GET Group "Microsoft.Compute/diskAccesses/{}" "2020-05-01" "LowCostDiskAccessGet3Min;999" disk_accesses::get;
    "DiskAccesses_Update" PATCH Group "Microsoft.Compute/diskAccesses/{}" "2020-05-01" "HighCostDiskAccess3Min;99" disk_accesses::patch;
    "DiskAccesses_Delete" DELETE Group "Microsoft.Compute/diskAccesses/{}" "2020-05-01" "HighCostDiskAccess3Min;99" disk_accesses::delete;
    "DiskAccesses_ListByResourceGroup" GET Group "Microsoft.Compute/diskAccesses" "2020-05-01" "HighCostGet3Min;999" disk_accesses::list;
    "DiskAccesses_List" GET Subscription "Microsoft.Compute/diskAccesses" "2020-05-01" "HighCostGet3Min;999" disk_accesses::list;
    "DiskAccesses_GetPrivateLinkResources" GET Group "Microsoft.Compute/diskAccesses/{}/privateLinkResources" "2020-05-01" "LowCostDiskAccessGet3Min;999" disk_accesses::link_resources;
    "DiskAccesses_ListPrivateEndpointConnections" GET Group "Microsoft.Compute/diskAccesses/{}/privateEndpointConnections" "2020-09-30" "LowCostGet3Min;14999" disk_accesses::connections;
    "DiskAccesses_GetAPrivateEndpointConnection" GET Group "Microsoft.Compute/diskAccesses/{}/privateEndpointConnections/{}" "2020-09-30" "LowCostDiskAccessGet3Min;999" disk_accesses::connection;
    "DiskAccesses_UpdateAPrivateEndpointConnection" PUT Group "Microsoft.Compute/diskAccesses/{}/privateEndpointConnections/{}" "2020-09-30" "HighCostDiskAccess3Min;99" disk_accesses::connection;
    "DiskAccesses_DeleteAPrivateEndpointConnection" DELETE Group "Microsoft.Compute/diskAccesses/{}/privateEndpointConnections/{}" "2020-09-30" "HighCostDiskAccess3Min;99" disk_accesses::connection;
    "Vaults_CreateOrUpdate" PUT Group "Microsoft.KeyVault/vaults/{}" "2015-06-01" "" others::put_vault;
    "Vaults_Get" GET Group "Microsoft.KeyVault/vaults/{}" "2015-06-01" "" others::get_vault;
    "Keys_CreateIfNotExist" PUT Group "Microsoft.KeyVault/vaults/{}/keys/{}" "2019-09-01" "" others::put_key;
    "Keys_Get" GET Group "Microsoft.KeyVault/vaults/{}/keys/{}" "2019-09-01" "" others::get_key;
    "ResourceGroups_CreateOrUpdate" PUT Group "" "2015-11-01" "" others::put_group;
    "ResourceGroups_Get" GET Group "" "2015-11-01" "" others::get_group;
    "ResourceGroups_CheckExistence" HEAD Group "" "2015-11-01" "" others::head_group;
    "ResourceGroups_Delete" DELETE Group "" "2015-11-01" "" others::delete_group;
    "ResourceGroups_List" GET Subscription "resourceGroups" "2015-11-01" "" others::list_groups;
    "ManagementLocks_CreateOrUpdateAtResourceGroupLevel" PUT Group "Microsoft.Authorization/locks/{}" "2015-01-01" "" others::put_lock;
    "ManagementLocks_GetAtResourceGroupLevel" GET Group "Microsoft.Authorization/locks/{}" "2015-01-01" "" others::get_lock;
    "ManagementLocks_DeleteAtResourceGroupLevel" DELETE Group "Microsoft.Authorization/locks/{}" "2015-01-01" "" others::delete_lock;
    "ManagementLocks_ListAtResourceGroupLevel" GET Group "Microsoft.Authorization/locks" "2015-01-01" "" others::list_locks;
    "ManagementLocks_CreateOrUpdateAtResourceLevel" PUT Group "Microsoft.Compute/*/{}/providers/Microsoft.Authorization/locks/{}" "2015-01-01" "" others::put_lock;
    "ManagementLocks_GetAtResourceLevel" GET Group "Microsoft.Compute/*/{}/providers/Microsoft.Authorization/locks/{}" "2015-01-01" "" others::get_lock;
    "ManagementLocks_DeleteAtResourceLevel" DELETE Group "Microsoft.Compute/*/{}/providers/Microsoft.Authorization/locks/{}" "2015-01-01" "" others::delete_lock;
    "Operations_Get" GET Subscription "Microsoft.Compute/locations/{}/operations/{}" "2015-06-15" "GetOperationResource;44" operation::get;
    "DiskOperations_Get" GET Subscription "Microsoft.Compute/locations/{}/DiskOperations/{}" "2015-06-15" "GetOperation3Min;49999" operation::get_disk;
}
