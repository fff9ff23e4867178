//! Restore point collections and points that are there: they count against limits.

use super::Problem;
use super::assemble::warning;
use super::machine::MachineBody;
use super::node::Node;
use crate::ids::ResourceId;
use crate::model::FactValue;
use crate::order::Index;

/// How many collections copies may be away from their VM.
const MAX_HOPS: usize = 4;

#[derive(Debug)]
struct Collection {
    id: ResourceId,
    path: String,
    source: Option<ResourceId>,
    /// Whether its points were listed, be it none.
    is_listed: bool,
    /// How many of its points are being created.
    creating: u32,
    points: i64,
}

/// Collections and points so far.
#[derive(Debug, Default)]
pub(super) struct Points {
    collections: Vec<Collection>,
    index: Index,
    /// Of each point 1 if it is being created, else 0.
    points: Index,
}

impl Points {
    fn place(&mut self, id: &ResourceId, path: &str) -> Option<u32> {
        if let Some(at) = self.index.get(id) {
            return Some(at);
        }
        let at = u32::try_from(self.collections.len()).ok()?;
        self.index.insert(id.clone(), at);
        self.collections.push(Collection {
            id: id.clone(),
            path: path.to_owned(),
            source: None,
            is_listed: false,
            creating: 0,
            points: 0,
        });
        Some(at)
    }

    /// A collection; its points may be within.
    pub(super) fn collection(&mut self, node: Node, id: ResourceId, path: &str) {
        let Some(at) = self.place(&id, path) else {
            return;
        };
        let points = node.property("restorePoints");
        if let Some(collection) = self.collections.get_mut(at as usize) {
            let source = node.property("source.id").text();
            collection.source = source
                .and_then(|id| id.parse().ok())
                .or(collection.source.take());
            collection.is_listed |= points.exists();
        }
        for point in points.list() {
            let own = point.get("id").text().and_then(|id| id.parse().ok());
            let named = || Some(id.child("restorePoints", point.get("name").text()?));
            if let Some(own) = own.or_else(named) {
                self.add(point, own, at);
            }
        }
    }

    /// A point on its own.
    pub(super) fn point(&mut self, node: Node, id: ResourceId, path: &str) {
        let Some(at) = id.parent().and_then(|parent| self.place(&parent, path)) else {
            return;
        };
        if let Some(collection) = self.collections.get_mut(at as usize) {
            collection.is_listed = true;
        }
        self.add(node, id, at);
    }

    /// Adds a point, once; the later word on its state counts.
    fn add(&mut self, node: Node, id: ResourceId, at: u32) {
        let state = node
            .property("provisioningState")
            .text()
            .unwrap_or_default();
        let Some(collection) = self.collections.get_mut(at as usize) else {
            return;
        };
        let earlier = self.points.get(&id);
        let now = match (earlier, state) {
            (Some(earlier), "") => earlier,
            _ => u32::from(state.eq_ignore_ascii_case("Creating")),
        };
        self.points.set(id, now);
        collection.points += i64::from(earlier.is_none());
        collection.creating = (collection.creating + now).saturating_sub(earlier.unwrap_or(0));
    }

    /// How many collections and points.
    pub(super) fn counts(&self) -> (u64, u64) {
        (
            self.collections.len() as u64,
            self.points.iter().count() as u64,
        )
    }

    /// The VM of a collection; of one with copies, the VM of what it copies.
    fn machine(&self, collection: &Collection, machines: &Index) -> Option<u32> {
        let mut source = collection.source.as_ref()?;
        for _ in 0..MAX_HOPS {
            if let Some(machine) = machines.get(source) {
                return Some(machine);
            }
            let next = self.collections.get(self.index.get(source)? as usize)?;
            source = next.source.as_ref()?;
        }
        None
    }

    /// Counts the points of each machine.
    pub(super) fn count(
        &self,
        machines: &mut [MachineBody],
        index: &Index,
        problems: &mut Vec<Problem>,
    ) {
        for collection in &self.collections {
            let name = collection.id.name();
            let Some(at) = self.machine(collection, index) else {
                let message = format!(
                    "the VM of the restore point collection `{name}` is not among the VMs; its points count for none"
                );
                problems.push(warning("SourceNotThere", &collection.path, message));
                continue;
            };
            let Some(body) = machines.get_mut(at as usize) else {
                continue;
            };
            if !collection.is_listed {
                let message = format!(
                    "the points of the restore point collection `{name}` are not listed, so they are not counted; use `az restore-point collection show --restore-points --ids {}`",
                    collection.id
                );
                problems.push(warning("PointsNotListed", &collection.path, message));
                continue;
            }
            let facts = &mut body.machine.facts;
            let mut counts = match facts.get("restorePointCollections") {
                Some(FactValue::IntegerList(counts)) if body.has_points => counts.clone(),
                _ => Vec::new(),
            };
            body.has_points = true;
            counts.push(collection.points);
            let retained = counts.iter().sum();
            facts.insert(
                "restorePointsRetained".to_owned(),
                FactValue::Integer(retained),
            );
            let counts = FactValue::IntegerList(counts);
            facts.insert("restorePointCollections".to_owned(), counts);
            if collection.creating > 0 {
                let creating = "restorePointCreationInProgress".to_owned();
                facts.insert(creating, FactValue::Bool(true));
            }
        }
    }
}
