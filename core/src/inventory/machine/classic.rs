//! VMs of the classic deployment model.

use super::{MachineBody, Origin, disk_name, tags};
use crate::ids::ResourceId;
use crate::inventory::assemble::warning;
use crate::inventory::facts::{FactWriter, SIZE, Spot};
use crate::inventory::node::Node;
use crate::inventory::{Guess, Problem};
use crate::model::vocabulary::FactSubject;
use crate::model::{Disk, DiskRole, FactValue, Machine};

pub(super) fn is_classic(id: &ResourceId) -> bool {
    let id = id.as_str().to_ascii_lowercase();
    id.contains("/providers/microsoft.classiccompute/")
}

/// A VM of the classic deployment model. What lists them tells neither disks nor guest.
pub(super) fn classic(
    node: Node,
    id: ResourceId,
    path: &str,
    problems: &mut Vec<Problem>,
) -> MachineBody {
    let name = node.get("name").text().unwrap_or(id.name()).to_owned();
    problems.push(warning(
        "ClassicVm",
        path,
        format!(
            "`{name}` is a classic VM, whose list tells neither its disks nor its guest; give them in a table with the columns `machine`, `disk`, `role` and `sizeGiB`"
        ),
    ));
    let mut facts = FactWriter::new(FactSubject::Machine, Spot::Resource(path), problems);
    facts.flag("classic", Some(true));
    let facts = facts.finish();
    let mut of_disk = FactWriter::new(FactSubject::Disk, Spot::OsDisk(path), problems);
    of_disk.flag("managed", Some(false));
    of_disk.open(SIZE.to_owned());
    let os = Disk {
        name: disk_name(None, None, None),
        id: None,
        role: Some(DiskRole::Os),
        lun: None,
        size_gib: None,
        location: None,
        zones: Vec::new(),
        facts: of_disk.finish(),
    };
    let guess = Guess {
        path: "disks[0].facts.managed".to_owned(),
        fact: "managed".to_owned(),
        value: FactValue::Bool(false),
        why: "the disks of classic VMs are blobs; which they are the list does not tell".to_owned(),
    };
    let machine = Machine {
        name,
        id,
        location: node.get("location").text().map(str::to_owned),
        zones: Vec::new(),
        tags: tags(node.get("tags")),
        facts,
        disks: vec![os],
    };
    let mut body = MachineBody::own(machine, path, Origin::Service);
    body.guesses = vec![guess].into();
    body
}
