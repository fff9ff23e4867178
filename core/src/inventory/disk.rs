//! A managed disk's own body.

use super::Problem;
use super::facts::{FactWriter, Spot};
use super::node::Node;
use crate::ids::ResourceId;
use crate::model::Disk;
use crate::model::vocabulary::FactSubject;

/// A disk resource and the VMs that it says hold it.
#[derive(Clone, Debug)]
pub(super) struct DiskBody {
    pub(super) path: String,
    pub(super) disk: Disk,
    pub(super) managed_by: Vec<ResourceId>,
    /// Whether its id was made up from its name.
    pub(super) is_placeholder: bool,
}

/// Reads a disk body.
pub(super) fn read(
    node: Node,
    id: ResourceId,
    path: &str,
    problems: &mut Vec<Problem>,
) -> DiskBody {
    let mut facts = FactWriter::new(FactSubject::Disk, Spot::Resource(path), problems);
    facts.text("sku", sku(node));
    facts.integer("maxShares", node.property("maxShares").integer());
    facts.text("encryptionType", node.property("encryption.type").text());
    facts.text(
        "diskEncryptionSetId",
        node.property("encryption.diskEncryptionSetId").text(),
    );
    let ade = node.property("encryptionSettingsCollection.enabled").bool();
    facts.flag(
        "adeEnabled",
        ade.or(node.property("encryptionSettings.enabled").bool()),
    );
    facts.text(
        "networkAccessPolicy",
        node.property("networkAccessPolicy").text(),
    );
    facts.text("diskAccessId", node.property("diskAccessId").text());
    facts.text(
        "publicNetworkAccess",
        node.property("publicNetworkAccess").text(),
    );
    facts.text(
        "diskSecurityType",
        node.property("securityProfile.securityType").text(),
    );
    facts.text("hyperVGeneration", node.property("hyperVGeneration").text());
    facts.text("osType", node.property("osType").text());
    facts.integer(
        "logicalSectorSize",
        node.property("creationData.logicalSectorSize").integer(),
    );
    facts.text("tier", node.property("tier").text());
    facts.text("diskState", node.property("diskState").text());
    let facts = facts.finish();
    let name = node.get("name").text().unwrap_or(id.name()).to_owned();
    let holders = node.get("managedByExtended").texts();
    let holders = holders
        .into_iter()
        .chain(node.get("managedBy").text().map(str::to_owned));
    let mut managed_by: Vec<ResourceId> = holders.filter_map(|id| id.parse().ok()).collect();
    managed_by.dedup();
    DiskBody {
        path: path.to_owned(),
        disk: Disk {
            name,
            id: Some(id),
            role: None,
            lun: None,
            size_gib: size_gib(node),
            location: node.get("location").text().map(str::to_owned),
            zones: node.get("zones").texts(),
            facts,
        },
        managed_by,
        is_placeholder: false,
    }
}

/// `az` and ARM write an object; the shortest projections a text.
fn sku(node: Node<'_>) -> Option<&str> {
    let sku = node.get("sku");
    sku.get("name").text().or(sku.text())
}

/// The provisioned size, from GiB or from bytes.
pub(super) fn size_gib(node: Node) -> Option<u64> {
    gib_of(node.property("diskSizeGB"), node.property("diskSizeBytes"))
}

/// The provisioned size, by what is written in GiB and in bytes.
pub(super) fn gib_of(gib: Node, bytes: Node) -> Option<u64> {
    let bytes = || bytes.integer().map(|bytes| bytes / (1 << 30));
    let gib = gib.integer().or_else(bytes);
    gib.and_then(|gib| u64::try_from(gib).ok())
}
