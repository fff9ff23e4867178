//! What a rehearsal is asked, and what it answers.

use crate::cloud::{Command, RestoreMethod, RestoreTier};
use crate::ids::ResourceId;
use crate::json::{Read, Write, answers};
use crate::restore::DiskProof;
use crate::units::{ByteCount, SimInstant};
use serde_json::Value;

/// The restore to rehearse: from a restore point, or from a recovery point of a protected item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RehearsalRequest {
    /// The restore point, by id or name.
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub restore_point: Option<String>,
    /// The recovery point, by name.
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub recovery_point: Option<String>,
    /// The protected item that has the recovery point, or its VM; needed where several have one of that name.
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub item: Option<String>,
    /// The way; `createNewVm` where left out. Restore points know `createNewVm` and `restoreDisks`.
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub method: RestoreMethod,
    /// What a restore across regions, subscriptions or zones makes: `createNewVm` or `restoreDisks`.
    #[serde(rename = "as")]
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub makes: Option<RestoreMethod>,
    /// The tier that a recovery point is read from; the one that the method needs where left out.
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub tier: Option<RestoreTier>,
    /// The new VM's name, and what the names of new disks begin with; VM-restored where left out.
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub name: Option<String>,
    /// Where it is restored to; the source's resource group where left out.
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub target_resource_group: Option<String>,
    /// Where it is restored to; the source's subscription where left out.
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub target_subscription: Option<String>,
    /// Where it is restored to; what the point itself has where left out.
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub target_zone: Option<String>,
    /// The storage account for what is on its way; Azure VM Backup needs one to replace disks.
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub staging_location: Option<String>,
    /// Only these disks, by name; all where left out.
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub disks: Vec<String>,
    /// Assumptions in the place of the lab's own, by their names.
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub assumptions: Vec<RestoreAssumption>,
}

/// Seconds that something takes: with luck, usually, with bad luck.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct TimeBand {
    /// With luck.
    pub low_seconds: u64,
    /// Usually.
    pub typical_seconds: u64,
    /// With bad luck.
    pub high_seconds: u64,
}

/// A figure that no page gives: what a time was reckoned from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RestoreAssumption {
    /// Its name, such as `createDisk`.
    pub name: String,
    /// The value of the fastest case.
    pub low: u64,
    /// The usual value.
    pub typical: u64,
    /// The value of the slowest case.
    pub high: u64,
    /// `seconds`, or `MiB per second`.
    #[serde(default)]
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub unit: String,
    /// What it is, and what it rests on.
    #[serde(default)]
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub meaning: String,
}

answers! {
    /// A restore rehearsed: its plan, what stands against it, and what came of it on a copy of the lab.
    Rehearsal {
        /// The way.
        method: RestoreMethod,
        /// The VM that was captured; of Azure Disk Backup, the disk.
        source: ResourceId,
        /// The point that is read: a restore point, the vault's point, or a snapshot.
        point: ResourceId,
        /// The protected item, where the point is one of a service.
        item: Option<ResourceId>,
        /// The name of the recovery point, where it is one of a service.
        recovery_point: Option<String>,
        /// Where the point is read from.
        tier: RestoreTier,
        /// The instant that it captured.
        captured: SimInstant,
        /// How old it is: what is lost.
        age_seconds: u64,
        /// The region that it is restored in.
        region: String,
        /// What stands against it, all found before it starts. Where there is anything, nothing is carried out.
        blockers: Vec<RehearsalRemark>,
        /// What it comes with.
        cautions: Vec<RehearsalRemark>,
        /// What is done, in order.
        steps: Vec<RehearsalStep>,
        /// Whether every step was carried out.
        complete: bool,
        /// The VM that came of it.
        restored_virtual_machine: Option<ResourceId>,
        /// The disks that came of it.
        restored_disks: Vec<ResourceId>,
        /// What travels, over all steps.
        bytes_moved: ByteCount,
        /// How long it takes: the steps one after the other, but for disks, which are made side by side.
        time: TimeBand,
        /// What the times were reckoned from.
        assumptions: Vec<RestoreAssumption>,
        /// How what came back differs from its source.
        differences: Vec<RestoreDifference>,
        /// Three readings of every restored disk.
        proofs: Vec<DiskProof>,
        /// Whether there are proofs and in each all three readings agree.
        proved: bool,
    }
    /// Something to know before it starts.
    RehearsalRemark {
        /// A stable word.
        code: String,
        /// What it is about: a resource or a field.
        target: String,
        /// Why, and the way out.
        message: String,
        /// Rules of the support matrix that say so.
        row_ids: Vec<String>,
    }
    /// One step.
    RehearsalStep {
        /// Its number, from 1.
        number: u64,
        /// What kind of step it is.
        kind: RestoreStepKind,
        /// What is done, in a sentence.
        text: String,
        /// What it makes, changes or reads.
        resource: ResourceId,
        /// The request that does it; none where it is done inside a guest or by hand.
        operation: Option<RestOperation>,
        /// The lab's command that does it; none where the lab has nothing to do.
        command: Option<Command>,
        /// Numbers of the steps that have to be over before.
        after: Vec<u64>,
        /// What travels for it.
        bytes_moved: ByteCount,
        /// How long it takes.
        time: TimeBand,
        /// Names of the assumptions that its time rests on.
        assumptions: Vec<String>,
        /// What came of it on the copy of the lab.
        outcome: StepOutcome,
    }
    /// A request to Azure Resource Manager.
    RestOperation {
        /// The operation as its specification calls it, such as `Disks_CreateOrUpdate`.
        name: String,
        /// The HTTP method.
        method: String,
        /// The path below the endpoint, without a query.
        path: String,
        /// The version of the interface.
        api_version: String,
        /// The body, an object; `null` where there is none.
        #[cfg_attr(feature = "wasm", tsify(type = "unknown"))]
        body: Value,
    }
    /// What came back otherwise than it was.
    RestoreDifference {
        /// What it is about: `address`, `networkInterfaces`, `availabilitySet`, `zone`, `priority`, `host`,
        /// `identity`, `encryption`, `name`, `disk`, `size`, `tags`, ...
        aspect: String,
        /// The source as it was captured.
        source: String,
        /// What came back.
        restored: String,
        /// What Terraform would want with the source's own configuration: `replace`, `update`, `import` or
        /// nothing.
        terraform: Option<String>,
        /// What to do about it.
        remedy: String,
        /// Rules of the support matrix that say so.
        row_ids: Vec<String>,
    }
}

/// What kind of step it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum RestoreStepKind {
    /// A managed disk is made from a disk restore point or a snapshot.
    CreateDisk,
    /// A network interface is made for the new VM; the lab has no networks.
    CreateNetworkInterface,
    /// A VM is made from restored disks.
    CreateVirtualMachine,
    /// A VM is stopped and gives its host back.
    DeallocateVirtualMachine,
    /// A backup of the VM as it is, before its disks are replaced.
    SafetyBackup,
    /// A restore is asked of a vault: `recoveryPoints/.../restore`.
    VaultRestore,
    /// The template that a restore of disks writes is deployed.
    DeployTemplate,
    /// A VM's disks are replaced by restored ones.
    ReplaceDisks,
    /// A VM is started.
    StartVirtualMachine,
    /// A recovery point is mounted, to take files out of it.
    MountRecoveryPoint,
    /// What was mounted is let go.
    UnmountRecoveryPoint,
    /// The restored content is held against its source.
    Verify,
}

/// What came of a step on the copy of the lab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum StepOutcome {
    /// It was not begun.
    #[default]
    NotRun,
    /// It was carried out.
    Done,
    /// The lab has nothing to do for it.
    NotSimulated,
    /// It was refused; the blockers say why.
    Refused,
}
