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
    facts.text_at("sku", sku(node));
    facts.integer_at("maxShares", node.property("maxShares"));
    facts.text_at("encryptionType", node.property("encryption.type"));
    facts.text_at(
        "diskEncryptionSetId",
        node.property("encryption.diskEncryptionSetId"),
    );
    let ade = node.property("encryptionSettingsCollection.enabled");
    let older = || node.property("encryptionSettings.enabled");
    facts.flag_at("adeEnabled", if ade.exists() { ade } else { older() });
    for (fact, path) in [
        ("networkAccessPolicy", "networkAccessPolicy"),
        ("diskAccessId", "diskAccessId"),
        ("publicNetworkAccess", "publicNetworkAccess"),
        ("diskSecurityType", "securityProfile.securityType"),
        ("hyperVGeneration", "hyperVGeneration"),
        ("osType", "osType"),
        ("tier", "tier"),
        ("diskState", "diskState"),
    ] {
        facts.text_at(fact, node.property(path));
    }
    facts.integer_at(
        "logicalSectorSize",
        node.property("creationData.logicalSectorSize"),
    );
    facts.open_at(node);
    let size_gib = facts.size_at(node);
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
            size_gib,
            location: node.get("location").text().map(str::to_owned),
            zones: node.get("zones").texts(),
            facts,
        },
        managed_by,
        is_placeholder: false,
    }
}

/// `az` and ARM write an object; the shortest projections a text.
fn sku(node: Node<'_>) -> Node<'_> {
    let sku = node.get("sku");
    let name = sku.get("name");
    if name.exists() || sku.kind_of() == "an object" {
        name
    } else {
        sku
    }
}

/// The largest size that is taken, far above what the service offers: sums of sizes stay exact in JSON.
const MOST_GIB: u64 = 1 << 31;

/// The provisioned size, by what is written in GiB and in bytes.
pub(super) fn gib_of(gib: Node, bytes: Node) -> Result<Option<u64>, ()> {
    let in_bytes = || bytes.integer().map(|bytes| bytes.div_euclid(1 << 30));
    let Some(size) = gib.integer().or_else(in_bytes) else {
        return if gib.is_said() || bytes.is_said() {
            Err(())
        } else {
            Ok(None)
        };
    };
    is_size(u64::try_from(size).ok()).map(Some).ok_or(())
}

/// The size, where a disk can have it.
pub(super) fn is_size(gib: Option<u64>) -> Option<u64> {
    gib.filter(|gib| *gib <= MOST_GIB)
}
