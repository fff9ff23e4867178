//! Facts that matter when something comes back otherwise: what each is about, what Terraform would want, what to do.

/// A fact that matters when something comes back: its name, the aspect, what Terraform would want, what to do,
/// the rules.
pub(super) type Mattering = (
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static str,
    &'static [&'static str],
);

/// Facts of a VM that matter.
pub(super) const FACTS: &[Mattering] = &[
    (
        "staticIpAddress",
        "address",
        Some("update"),
        "Set the private address on the new network interface.",
        &["S3-111b"],
    ),
    (
        "publicIpAddress",
        "address",
        Some("update"),
        "Associate the public address with the new network interface.",
        &["S3-109"],
    ),
    (
        "loadBalancer",
        "loadBalancer",
        Some("update"),
        "Add the new network interface to the backend pool.",
        &["S3-106"],
    ),
    (
        "availabilitySetId",
        "availabilitySet",
        Some("replace"),
        "Build the VM of restored disks with the availability set in its template.",
        &["S3-70b", "S3-63a"],
    ),
    (
        "proximityPlacementGroupId",
        "proximityPlacementGroup",
        Some("replace"),
        "Name the group when the VM is made.",
        &[],
    ),
    (
        "scaleSetId",
        "scaleSet",
        Some("replace"),
        "Name the scale set when the VM is made.",
        &["S3-83"],
    ),
    (
        "hostId",
        "host",
        Some("update"),
        "Name the host when the VM is made of restored disks.",
        &["S3-81b"],
    ),
    (
        "hostGroupId",
        "host",
        Some("update"),
        "Name the host group when the VM is made of restored disks.",
        &["S3-81b"],
    ),
    (
        "priority",
        "priority",
        Some("replace"),
        "Build a spot VM of restored disks, or accept a regular one.",
        &["S3-80b"],
    ),
    (
        "evictionPolicy",
        "priority",
        Some("replace"),
        "Build a spot VM of restored disks, or accept a regular one.",
        &["S3-80b"],
    ),
    (
        "nicCount",
        "networkInterfaces",
        Some("update"),
        "Add or remove network interfaces: as many come back as there were when protection began.",
        &["S3-105c"],
    ),
    (
        "encryptionAtHost",
        "encryption",
        Some("update"),
        "Switch encryption at host on again.",
        &[],
    ),
    (
        "securityType",
        "security",
        Some("replace"),
        "Build the VM with its security type.",
        &[],
    ),
    ("vmSize", "size", Some("update"), "Resize the VM.", &[]),
    (
        "licenseType",
        "licence",
        Some("update"),
        "Set the licence type.",
        &[],
    ),
    (
        "diagnosticSettings",
        "diagnostics",
        Some("update"),
        "Configure diagnostic settings anew.",
        &["S3-76a"],
    ),
];

/// The aspect of keys.
pub(super) const KEY: &str = "encryption";

/// Facts of a disk that matter.
pub(super) const DISK_FACTS: &[Mattering] = &[
    (
        "sku",
        "disk",
        Some("update"),
        "Change the SKU of the disk.",
        &[],
    ),
    (
        "diskEncryptionSetId",
        KEY,
        Some("update"),
        "Put the disk under an encryption set of its region.",
        &["S3-91g"],
    ),
    (
        "encryptionType",
        KEY,
        Some("update"),
        "Put the disk under an encryption set of its region.",
        &["S3-91g"],
    ),
    (
        "writeAcceleratorEnabled",
        "disk",
        Some("update"),
        "Switch the write accelerator on once the disk is attached.",
        &["S4-05b"],
    ),
    (
        "tier",
        "disk",
        Some("update"),
        "Set the performance tier.",
        &["S4-21b"],
    ),
    (
        "networkAccessPolicy",
        "disk",
        Some("update"),
        "Set the network access of the disk.",
        &[],
    ),
    (
        "maxShares",
        "disk",
        Some("replace"),
        "Make a shared disk of it.",
        &[],
    ),
];
