//! Shapes that were read before: of a resource of a known shape only what is its own is read.
//!
//! The VMs of a large fleet come in a few hundred shapes. Facts, guesses and fields that are not understood are the same
//! for all of one; name, id, region, tags and sizes are each one's own.

use super::disk::{self, DiskBody};
use super::guesses::Guesses;
use super::machine::{self, MachineBody, Origin};
use super::node::Node;
use super::unread::Unread;
use super::{collect::Kind, secrets};
use crate::ids::ResourceId;
use crate::model::{Disk, DiskRole, FactSet, Machine};
use crate::order;
use rplab_scan::{Doc, How, Shape, Words, alike};
use std::cell::Cell;
use std::sync::OnceLock;

/// So many shapes are kept; the VMs of further ones are read as if each were the first.
const MOST: usize = 4096;
/// A resource with more that counts is not kept.
const LONGEST: usize = 1 << 15;

/// Keys whose values no reader looks at, or that each reader takes as the resource's own. What is missing here costs
/// time; what should not be here would make facts of one VM those of another, which
/// `core/tests/inventory_shapes.rs` tries for every field.
const WORDS: [(&str, How); 34] = [
    ("tags", How::Whole),
    ("settings", How::Whole),
    ("userAssignedIdentities", How::Whole),
    ("id", How::Identity),
    ("name", How::Identity),
    ("osDisk", How::Holder),
    ("dataDisks", How::Holder),
    ("managedDisk", How::Holder),
    ("networkInterfaces", How::Holder),
    ("resources", How::Holder),
    ("disks", How::Holder),
    ("location", How::Own),
    ("resourceGroup", How::Own),
    ("diskSizeGB", How::Own),
    ("diskSizeBytes", How::Own),
    ("managedBy", How::Own),
    ("vmId", How::Own),
    ("uniqueId", How::Own),
    ("timeCreated", How::Own),
    ("computerName", How::Own),
    ("adminUsername", How::Own),
    ("privateIps", How::Own),
    ("publicIps", How::Own),
    ("fqdns", How::Own),
    ("macAddresses", How::Own),
    ("keyData", How::Own),
    ("path", How::Own),
    ("exactVersion", How::Own),
    ("storageUri", How::Own),
    ("principalId", How::Own),
    ("tenantId", How::Own),
    ("clientId", How::Own),
    ("etag", How::Own),
    ("lastOwnershipUpdateTime", How::Own),
];

/// The shapes so far.
#[derive(Debug, Default)]
pub(super) struct Known {
    shape: Shape,
    /// By number of the shape.
    order: Vec<(u64, u32)>,
    shapes: Vec<Learned>,
}

/// What all resources of a shape have in common.
#[derive(Debug)]
struct Learned {
    text: Vec<u8>,
    kind: Kind,
    what: What,
    /// Fields that are not understood, with how many secrets.
    unread: Unread,
}

#[derive(Debug)]
enum What {
    Machine {
        own: Own,
        facts: FactSet,
        guesses: Guesses,
        has_instance_view: bool,
        disks: Vec<KnownDisk>,
    },
    Disk {
        own: Own,
        facts: FactSet,
        managed_by: Option<u32>,
    },
}

/// Where what is a resource's own is, among all that is, and its zones.
#[derive(Debug)]
struct Own {
    id: u32,
    name: Option<u32>,
    location: Option<u32>,
    tags: Option<u32>,
    sizes: [Option<u32>; 2],
    zones: Vec<String>,
}

#[derive(Debug)]
struct KnownDisk {
    name: Option<u32>,
    id: Option<u32>,
    sizes: [Option<u32>; 2],
    role: Option<DiskRole>,
    lun: Option<u32>,
    facts: FactSet,
}

/// A resource that was read by its shape.
pub(super) enum Body {
    Machine(MachineBody),
    Disk(DiskBody),
}

impl Known {
    /// Reads a resource if its shape is known.
    pub(super) fn read(
        &mut self,
        doc: Doc<'_>,
        path: &str,
        unread: &mut Unread,
    ) -> Option<(Kind, Body)> {
        static KNOWN_WORDS: OnceLock<Words> = OnceLock::new();
        let words = KNOWN_WORDS.get_or_init(|| Words::new(&WORDS));
        self.shape.take(doc, words);
        let learned = self.learned()?;
        let cell = |own: &Option<u32>| {
            let at = self.shape.own().get((*own)? as usize);
            Some(Node::of_cell(doc, *at? as usize))
        };
        let node = |own: &Option<u32>| cell(own).unwrap_or(Node::Nothing);
        let text = |own: &Option<u32>| node(own).text();
        let is_odd = Cell::new(false);
        let size = |[gib, bytes]: &[Option<u32>; 2]| {
            let size = disk::gib_of(node(gib), node(bytes));
            size.unwrap_or_else(|()| {
                is_odd.set(true);
                None
            })
        };
        let own = match &learned.what {
            What::Machine { own, .. } | What::Disk { own, .. } => own,
        };
        let id: ResourceId = text(&Some(own.id))?.parse().ok()?;
        if id.is_child() {
            return None;
        }
        let name = text(&own.name).unwrap_or(id.name()).to_owned();
        let location = text(&own.location).map(str::to_owned);
        let zones = own.zones.clone();
        let place = path;
        let path = path.to_owned();
        let body = match &learned.what {
            What::Machine {
                facts,
                guesses,
                has_instance_view,
                disks,
                ..
            } => {
                let disks = disks.iter().map(|disk| {
                    let id = text(&disk.id).and_then(|id| id.parse().ok());
                    Disk {
                        name: machine::disk_name(text(&disk.name), id.as_ref(), disk.lun),
                        id,
                        role: disk.role,
                        lun: disk.lun.filter(|_| disk.role == Some(DiskRole::Data)),
                        size_gib: size(&disk.sizes),
                        location: None,
                        zones: Vec::new(),
                        facts: disk.facts.clone(),
                    }
                });
                let disks = disks.collect();
                Body::Machine(MachineBody {
                    path,
                    machine: Machine {
                        id,
                        name,
                        location,
                        zones,
                        tags: machine::tags(node(&own.tags)),
                        facts: facts.clone(),
                        disks,
                    },
                    has_instance_view: *has_instance_view,
                    guesses: guesses.clone(),
                    origin: Origin::Service,
                    has_points: false,
                    is_placeholder: false,
                })
            }
            What::Disk {
                facts, managed_by, ..
            } => {
                let holder = text(managed_by).and_then(|id| id.parse().ok());
                Body::Disk(DiskBody {
                    path,
                    disk: Disk {
                        name,
                        id: Some(id),
                        role: None,
                        lun: None,
                        size_gib: size(&own.sizes),
                        location,
                        zones,
                        facts: facts.clone(),
                    },
                    managed_by: holder.into_iter().collect(),
                    is_placeholder: false,
                })
            }
        };
        // A size that is none has to be told.
        if is_odd.get() {
            return None;
        }
        unread.add(&learned.unread, place);
        Some((learned.kind.clone(), body))
    }

    /// What is known of the present shape.
    fn learned(&self) -> Option<&Learned> {
        let number = self.shape.number();
        let first = self.order.partition_point(|(own, _)| *own < number);
        let alike_numbers = self.order.get(first..)?.iter();
        let mut alike_numbers = alike_numbers.take_while(|(own, _)| *own == number);
        alike_numbers.find_map(|(_, at)| {
            let learned = self.shapes.get(*at as usize)?;
            alike(&learned.text, self.shape.text()).then_some(learned)
        })
    }

    /// Keeps what was read of a VM with the shape that was taken last.
    pub(super) fn learn_machine(&mut self, node: Node<'_>, body: &mut MachineBody, unread: Unread) {
        secrets::hide_facts(&mut body.machine.facts);
        for disk in &mut body.machine.disks {
            secrets::hide_facts(&mut disk.facts);
        }
        let storage = node.property("storageProfile");
        let data: Vec<Node<'_>> = storage.get("dataDisks").list().collect();
        let data = order::by(data, |disk| machine::place_of(*disk));
        let nodes = [storage.get("osDisk")].into_iter().chain(data);
        let disks = nodes.zip(&body.machine.disks).map(|(node, disk)| {
            Some(KnownDisk {
                name: self.own(node.get("name"))?,
                id: self.own(node.get("managedDisk").get("id"))?,
                sizes: self.sizes(node)?,
                role: disk.role,
                lun: machine::lun(node),
                facts: disk.facts.clone(),
            })
        });
        let disks: Option<Vec<KnownDisk>> = disks.collect();
        let (Some(disks), Some(own)) = (disks, self.resource(node)) else {
            return;
        };
        let what = What::Machine {
            own,
            facts: body.machine.facts.clone(),
            guesses: body.guesses.clone(),
            has_instance_view: body.has_instance_view,
            disks,
        };
        self.keep(Kind::Machine, what, unread);
    }

    /// Keeps what was read of a disk with the shape that was taken last.
    pub(super) fn learn_disk(&mut self, node: Node<'_>, body: &mut DiskBody, unread: Unread) {
        secrets::hide_facts(&mut body.disk.facts);
        let holder = self.own(node.get("managedBy"));
        let is_shared = node.get("managedByExtended").exists();
        let (Some(managed_by), Some(own), false) = (holder, self.resource(node), is_shared) else {
            return;
        };
        let facts = body.disk.facts.clone();
        let what = What::Disk {
            own,
            facts,
            managed_by,
        };
        self.keep(Kind::Disk, what, unread);
    }

    fn resource(&self, node: Node<'_>) -> Option<Own> {
        Some(Own {
            id: self.own(node.get("id"))??,
            name: self.own(node.get("name"))?,
            location: self.own(node.get("location"))?,
            tags: self.own(node.get("tags"))?,
            sizes: self.sizes(node)?,
            zones: node.get("zones").texts(),
        })
    }

    fn sizes(&self, node: Node<'_>) -> Option<[Option<u32>; 2]> {
        let gib = self.own(node.property("diskSizeGB"))?;
        Some([gib, self.own(node.property("diskSizeBytes"))?])
    }

    /// The place of a value among those that are the resource's own. `None` where it is there and counts.
    #[expect(
        clippy::option_option,
        reason = "not there is one answer, no answer another"
    )]
    fn own(&self, node: Node<'_>) -> Option<Option<u32>> {
        let Node::Cell(_, at) = node else {
            return matches!(node, Node::Nothing).then_some(None);
        };
        let at = u32::try_from(at).ok()?;
        let place = self.shape.own().binary_search(&at).ok()?;
        Some(u32::try_from(place).ok())
    }

    fn keep(&mut self, kind: Kind, what: What, unread: Unread) {
        if self.shapes.len() >= MOST || self.shape.text().len() > LONGEST {
            return;
        }
        let number = self.shape.number();
        let at = self.order.partition_point(|(own, _)| *own < number);
        let place = u32::try_from(self.shapes.len()).unwrap_or(u32::MAX);
        self.order.insert(at, (number, place));
        self.shapes.push(Learned {
            text: self.shape.text().to_vec(),
            kind,
            what,
            unread,
        });
    }
}
