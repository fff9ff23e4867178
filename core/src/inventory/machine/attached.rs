//! Disks as their VM refers to them.

use crate::ids::ResourceId;
use crate::inventory::facts::{FactWriter, Spot, UNKNOWN_VALUE};
use crate::inventory::node::Node;
use crate::inventory::{Guess, Problem, Severity, declared};
use crate::model::vocabulary::FactSubject;
use crate::model::{Disk, DiskRole, FactSet, FactValue};
use crate::order;

pub(super) fn disks(
    storage: Node,
    path: &str,
    problems: &mut Vec<Problem>,
    guesses: &mut Vec<Guess>,
) -> Vec<Disk> {
    let os = storage.get("osDisk");
    let mut disks = vec![attached(os, DiskRole::Os, Spot::OsDisk(path), problems)];
    let data = storage.get("dataDisks").list().enumerate();
    let data: Vec<Disk> = data
        .map(|(at, node)| {
            let spot = Spot::DataDisk(path, at);
            attached(node, DiskRole::Data, spot, problems)
        })
        .collect();
    disks.extend(order::by(data, |disk| after_others(disk.lun)));
    for (at, disk) in disks.iter().enumerate() {
        let set = disk.facts.contains_key("diskEncryptionSetId");
        if set && disk.facts.contains_key("encryptionType") {
            guesses.push(Guess {
                path: format!("disks[{at}].facts.encryptionType"),
                fact: "encryptionType".to_owned(),
                value: FactValue::Text(CUSTOMER_KEY.to_owned()),
                why: "the VM names a disk encryption set; it could also be double encryption"
                    .to_owned(),
            });
        }
    }
    disks
}

/// Disks without a LUN come first.
fn after_others(lun: Option<u32>) -> u64 {
    lun.map_or(0, |lun| u64::from(lun) + 1)
}

/// Where a data disk stands among those of its VM.
pub(in crate::inventory) fn place_of(node: Node) -> u64 {
    after_others(lun(node))
}

/// The LUN that is written.
pub(in crate::inventory) fn lun(node: Node) -> Option<u32> {
    let lun = node.get("lun").integer();
    lun.and_then(|lun| u32::try_from(lun).ok())
}

/// A LUN that is no number.
pub(in crate::inventory) fn no_lun(path: String) -> Problem {
    Problem {
        code: UNKNOWN_VALUE.to_owned(),
        path,
        message: "a LUN is a whole number, 0 or more; this one is left open".to_owned(),
        severity: Severity::Warning,
    }
}

/// What an attached disk is called.
pub(in crate::inventory) fn disk_name(
    own: Option<&str>,
    id: Option<&ResourceId>,
    lun: Option<u32>,
) -> String {
    let name = own.or(id.map(ResourceId::name)).map(str::to_owned);
    name.unwrap_or_else(|| lun.map_or_else(|| "os".to_owned(), |lun| format!("lun-{lun}")))
}

pub(in crate::inventory) const CUSTOMER_KEY: &str = "EncryptionAtRestWithCustomerKey";

/// A disk as its VM refers to it.
fn attached(node: Node, role: DiskRole, spot: Spot, problems: &mut Vec<Problem>) -> Disk {
    let managed = node.get("managedDisk");
    let vhd = node.get("vhd");
    let ephemeral = node.at("diffDiskSettings.option").text().is_some();
    let id: Option<ResourceId> = managed.get("id").text().and_then(|id| id.parse().ok());
    let is_made = node.get(declared::MADE).exists();
    if !managed.exists() && !vhd.exists() && !ephemeral && !is_made {
        problems.push(Problem {
            code: "DiskUnclear".to_owned(),
            path: spot.path("managedDisk"),
            message: "the disk names neither a managed disk nor a blob; it is taken as managed and its type is left open".to_owned(),
            severity: Severity::Warning,
        });
    }
    let mut facts = FactWriter::new(FactSubject::Disk, spot, problems);
    facts.text_at("caching", node.get("caching"));
    facts.flag_at(
        "writeAcceleratorEnabled",
        node.get("writeAcceleratorEnabled"),
    );
    facts.text_at("sku", managed.get("storageAccountType"));
    facts.text_at(
        "securityEncryptionType",
        managed.at("securityProfile.securityEncryptionType"),
    );
    if ephemeral {
        facts.flag("ephemeral", Some(true));
    }
    facts.open_at(node);
    if !managed.exists() && vhd.exists() {
        facts.flag("managed", Some(false));
        facts.text("vhdUri", vhd.get("uri").text());
    } else if !ephemeral && !is_made {
        // Until its own body is found.
        facts.flag("resourceRead", Some(false));
    }
    if let Some(set) = managed.at("diskEncryptionSet.id").text() {
        facts.text("diskEncryptionSetId", Some(set));
        facts.text("encryptionType", Some(CUSTOMER_KEY));
    }
    let size_gib = facts.size_at(node);
    let facts: FactSet = facts.finish();
    let lun = lun(node);
    if lun.is_none() && node.get("lun").is_said() {
        problems.push(no_lun(spot.path("lun")));
    }
    Disk {
        name: disk_name(node.get("name").text(), id.as_ref(), lun),
        id,
        role: Some(role),
        lun: lun.filter(|_| role == DiskRole::Data),
        size_gib,
        location: None,
        zones: Vec::new(),
        facts,
    }
}
