//! Every operation: method, path, the version that brought it, and its handler.

use super::call::{Call, Handled};
use super::{access, collections, disks, operation, points};

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
    /// Its name in the service's specification.
    pub(super) name: &'static str,
    pub(super) method: &'static str,
    pub(super) scope: Scope,
    /// The path behind the scope, with `{}` for names.
    pub(super) path: &'static str,
    /// The first version that has it.
    pub(super) since: &'static str,
    /// What the header of remaining requests calls it.
    pub(super) limit: &'static str,
    pub(super) handler: for<'a, 'b> fn(&'a mut Call<'b>) -> Handled,
}

macro_rules! operations {
    ($($name:literal $method:ident $scope:ident $path:literal $since:literal $limit:literal $handler:path;)*) => {
        /// Every operation that the endpoint has.
        pub(super) const OPERATIONS: &[Operation] = &[$(Operation {
            name: $name,
            method: stringify!($method),
            scope: Scope::$scope,
            path: $path,
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
    "Operations_Get" GET Subscription "Microsoft.Compute/locations/{}/operations/{}" "2015-06-15" "GetOperationResource;44" operation::get;
    "DiskOperations_Get" GET Subscription "Microsoft.Compute/locations/{}/DiskOperations/{}" "2015-06-15" "GetOperation3Min;49999" operation::get;
}
