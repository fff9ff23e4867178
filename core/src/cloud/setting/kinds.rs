//! Which settings there are: names, defaults, ranges, units, and what each default rests on.

use crate::json::Write;
use crate::units::{BlockSize, MIB};

/// Where a default comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Basis {
    /// One of the pages says so.
    Documented,
    /// Our assumption; reports that used it name it.
    Assumed,
}

/// One setting: what it is called, what it may be, where its default comes from.
#[derive(Clone, Copy, Debug)]
pub struct SettingKind {
    /// Its name.
    pub name: &'static str,
    /// The default; `None` where the edition decides.
    pub default: Option<u64>,
    /// The smallest and the largest value.
    pub range: (u64, u64),
    /// The unit, for people.
    pub unit: &'static str,
    /// Where the default comes from.
    pub basis: Basis,
    /// What it does and what the default rests on.
    pub meaning: &'static str,
}

pub(super) const BLOCK_SIZE: &str = "blockSizeBytes";
pub(super) const EDITION: &str = "edition";
pub(super) const POINTS_PER_VM: &str = "limits.restorePointsPerVm";
pub(super) const CREATE_POINT: &str = "durations.createRestorePointSeconds";
pub(super) const DELETE_POINT: &str = "durations.deleteRestorePointSeconds";
pub(super) const DELETE_COLLECTION: &str = "durations.deleteRestorePointCollectionSeconds";
pub(super) const RESTORE: &str = "durations.restoreSeconds";
pub(super) const COPY_START: &str = "copyStartSeconds";
pub(super) const COPY_PER_DISK: &str = "copyMiBPerSecondPerDisk";
pub(super) const REQUESTS: &str = "throttling.requestsPerMinute";
pub(super) const PAGE_SIZE: &str = "api.pageSize";
pub(super) const COPY_ALL: &str = "copyMiBPerSecond";
pub(in crate::cloud) const CLEANUP_TIME: &str = "cleanupTime";
pub(super) const COPY_ENDS: &str = "durations.copyEndsAfterSeconds";
pub(super) const COLLECTIONS: &str = "limits.restorePointCollectionsPerRegion";
pub(in crate::cloud) const RECOVERY_POINTS: &str = "limits.recoveryPointsPerVm";
pub(super) const STRICT: &str = "strictScopes";
pub(in crate::cloud) const DISK_SNAPSHOTS: &str = "limits.diskSnapshots";
pub(super) const DISK_POLICY: &str = "limits.diskPolicyBackups";
pub(in crate::cloud) const REGION_SNAPSHOTS: &str = "limits.snapshotsPerRegion";
pub(in crate::cloud) const ROLES_TAKE: &str = "durations.roleAssignmentSeconds";
pub(super) const SECONDARY: &str = "durations.vaultSecondarySeconds";
pub(in crate::cloud) const MEMORY: &str = "memoryLimitMiB";

/// Units whose values people say otherwise than as a number and its unit.
pub(super) const BYTES: &str = "bytes";
pub(super) const SECONDS: &str = "seconds";
pub(super) const TIME_OF_DAY: &str = "minutes after midnight UTC";
pub(super) const SWITCH: &str = "(0 or 1)";

/// Every numeric setting. `edition` is the one that takes a word.
pub const SETTINGS: &[SettingKind] = &[
    SettingKind {
        name: BLOCK_SIZE,
        default: Some(MIB),
        range: (BlockSize::MIN.bytes(), BlockSize::MAX.bytes()),
        unit: BYTES,
        basis: Basis::Assumed,
        meaning: "size of a block of disks made from now on, a power of two; the service does not publish its own",
    },
    SettingKind {
        name: POINTS_PER_VM,
        default: None,
        range: (1, 100_000),
        unit: "points",
        basis: Basis::Documented,
        meaning: "restore points that one VM may have over all its collections; the edition decides unless set",
    },
    SettingKind {
        name: CREATE_POINT,
        default: Some(60),
        range: (0, 86_400),
        unit: SECONDS,
        basis: Basis::Assumed,
        meaning: "from the request to Succeeded in the VM's region; the page says a few seconds, recorded runs took 45 to 278",
    },
    SettingKind {
        name: DELETE_POINT,
        default: Some(15),
        range: (0, 86_400),
        unit: SECONDS,
        basis: Basis::Assumed,
        meaning: "from the request until a restore point is gone; no page gives a figure",
    },
    SettingKind {
        name: DELETE_COLLECTION,
        default: Some(30),
        range: (0, 86_400),
        unit: SECONDS,
        basis: Basis::Assumed,
        meaning: "from the request until a collection with all its points is gone; no page gives a figure",
    },
    SettingKind {
        name: RESTORE,
        default: Some(0),
        range: (0, 86_400),
        unit: SECONDS,
        basis: Basis::Assumed,
        meaning: "from the request until a restored disk or VM is ready; no page gives a figure",
    },
    SettingKind {
        name: COPY_START,
        default: Some(6),
        range: (0, 86_400),
        unit: SECONDS,
        basis: Basis::Assumed,
        meaning: "from the request until a copy to another region has started; a recorded run took 6",
    },
    SettingKind {
        name: COPY_PER_DISK,
        default: Some(60),
        range: (1, 1_000_000),
        unit: "MiB per second",
        basis: Basis::Assumed,
        meaning: "what one disk gets at most on its way to another region; the service does not publish it",
    },
    SettingKind {
        name: COPY_ALL,
        default: Some(240),
        range: (1, 1_000_000),
        unit: "MiB per second",
        basis: Basis::Assumed,
        meaning: "what all disks on their way to other regions share evenly; the service does not publish it",
    },
    SettingKind {
        name: COPY_ENDS,
        default: Some(14 * 86_400),
        range: (0, 365 * 86_400),
        unit: SECONDS,
        basis: Basis::Documented,
        meaning: "from the start of a copy until the service gives it up; 0 is never, a later page says two weeks",
    },
    SettingKind {
        name: COLLECTIONS,
        default: Some(10_000),
        range: (0, 1_000_000),
        unit: "collections",
        basis: Basis::Documented,
        meaning: "restore point collections that a subscription may have in a region; 0 is no limit, a later page says 10,000",
    },
    SettingKind {
        name: STRICT,
        default: Some(0),
        range: (0, 1),
        unit: SWITCH,
        basis: Basis::Assumed,
        meaning: "1 refuses what is made in a resource group that is not there, as Azure does; 0 makes groups on first use",
    },
    SettingKind {
        name: "limits.applicationPointsPerHour",
        default: Some(0),
        range: (0, 100_000),
        unit: "points",
        basis: Basis::Documented,
        meaning: "application-consistent points of a VM in an hour; 0 is no limit, later pages say 3",
    },
    SettingKind {
        name: "limits.crashPointsPerHour",
        default: Some(0),
        range: (0, 100_000),
        unit: "points",
        basis: Basis::Documented,
        meaning: "crash-consistent points of a VM in an hour; 0 is no limit, later pages say 3",
    },
    SettingKind {
        name: "limits.copiesPerCollectionPerHour",
        default: Some(0),
        range: (0, 100_000),
        unit: "copies",
        basis: Basis::Documented,
        meaning: "copies into a collection in an hour; 0 is no limit, later pages say 3",
    },
    SettingKind {
        name: RECOVERY_POINTS,
        default: Some(9_999),
        range: (1, 9_999),
        unit: "points",
        basis: Basis::Documented,
        meaning: "recovery points that Azure VM Backup keeps of one VM, in both tiers",
    },
    SettingKind {
        name: REQUESTS,
        default: Some(0),
        range: (0, 1_000_000),
        unit: "requests",
        basis: Basis::Assumed,
        meaning: "requests that the API answers in a minute of the clock, further ones are told to come again; 0 is no limit",
    },
    SettingKind {
        name: CLEANUP_TIME,
        default: Some(0),
        range: (0, 1439),
        unit: TIME_OF_DAY,
        basis: Basis::Assumed,
        meaning: "when backups that no policy keeps are deleted, every day; no page gives the time",
    },
    SettingKind {
        name: PAGE_SIZE,
        default: Some(200),
        range: (1, 10_000),
        unit: "resources",
        basis: Basis::Assumed,
        meaning: "how many resources a list of the API has in one page; the service does not publish it",
    },
    SettingKind {
        name: DISK_SNAPSHOTS,
        default: Some(200),
        range: (1, 100_000),
        unit: "snapshots",
        basis: Basis::Documented,
        meaning: "incremental snapshots that one disk may have; later pages say 500",
    },
    SettingKind {
        name: DISK_POLICY,
        default: Some(180),
        range: (1, 100_000),
        unit: "backups",
        basis: Basis::Documented,
        meaning: "backups that a policy of Azure Disk Backup may keep of a disk; later pages say 450",
    },
    SettingKind {
        name: REGION_SNAPSHOTS,
        default: Some(0),
        range: (0, 1_000_000),
        unit: "snapshots",
        basis: Basis::Assumed,
        meaning: "snapshots that a subscription may have in a region; 0 is no limit, the page says that there is one and not which",
    },
    SettingKind {
        name: ROLES_TAKE,
        default: Some(300),
        range: (0, 86_400),
        unit: SECONDS,
        basis: Basis::Assumed,
        meaning: "from setIdentityRoles until the roles work; the page says a few minutes",
    },
    SettingKind {
        name: SECONDARY,
        default: Some(12 * 3_600),
        range: (0, 30 * 86_400),
        unit: SECONDS,
        basis: Basis::Assumed,
        meaning: "from the arrival of a point in the vault until it is in the paired region; the page gives no figure",
    },
    SettingKind {
        name: MEMORY,
        default: Some(1024),
        range: (1, 3 * 1024),
        unit: "MiB",
        basis: Basis::Assumed,
        meaning: "memory that the block store may take; set it when the lab is made",
    },
];
