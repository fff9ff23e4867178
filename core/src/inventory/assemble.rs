//! Putting what was found together: machines with the bodies of their disks.

mod join;

use self::join::shared_ids;
use super::collect::{Entry, Found, Kind};
use super::disk::{self, DiskBody};
use super::known::{Body, Known};
use super::machine::{self, MachineBody, NoMachine, Origin};
use super::node::Node;
use super::points::Points;
use super::unread::Unread;
use super::{Guess, Import, LeftOut, Problem, Severity, twice};
use crate::ids::{ResourceId, ResourceType};
use crate::model::{Disk, FactValue, Fleet, Machine};
use crate::order::{Index, Table};
use rplab_scan::Doc;

/// Everything that was read, before it becomes a fleet.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    machines: Vec<MachineBody>,
    machine_index: Index,
    disks: Vec<DiskBody>,
    disk_index: Index,
    /// Scale sets and their orchestration mode.
    scale_sets: Table<String>,
    /// By disk: the next one of the same name.
    same_name: Vec<Option<usize>>,
    points: Points,
    unread: Unread,
    snapshots: u64,
    /// Snapshots that are incremental, and how many there are of each disk.
    increments: Index,
    of_disk: Index,
    problems: Vec<Problem>,
    known: Known,
}

impl Assembly {
    /// Takes what was found so far.
    pub(super) fn take(&mut self, found: &mut Found) {
        for (path, fleet) in std::mem::take(&mut found.fleets) {
            self.fleet(fleet, &path);
        }
        let mut entries = std::mem::take(&mut found.entries);
        for Entry { path, kind, value } in entries.drain(..) {
            self.entry(&kind, Node::Value(&value), &path, found);
        }
        found.entries = entries;
    }

    /// A fleet in our own form is taken as it is.
    fn fleet(&mut self, fleet: Fleet, path: &str) {
        for machine in fleet.machines {
            self.machine(MachineBody::own(machine, path, Origin::Own));
        }
        for disk in fleet.disks {
            self.disk(DiskBody {
                path: path.to_owned(),
                disk,
                managed_by: Vec::new(),
                is_placeholder: false,
            });
        }
    }

    /// A column that is neither known nor a fact.
    pub(super) fn not_understood(&mut self, column: &str, path: &str) {
        if super::secrets::is_secret(column) {
            self.unread.secrets += 1;
        } else {
            self.unread.count(column, path);
        }
    }

    /// What a row of a table says about a machine.
    pub(super) fn row(&mut self, machine: Machine, is_placeholder: bool, path: &str) {
        let mut body = MachineBody::own(machine, path, Origin::Row);
        body.is_placeholder = is_placeholder;
        self.machine(body);
    }

    /// A resource.
    pub(super) fn entry(&mut self, kind: &Kind, node: Node, path: &str, found: &mut Found) {
        if let Kind::Other(kind) = kind {
            let name = node.get("name").text().unwrap_or("?");
            let what = format!(
                "`{name}`, of type {kind}: only VMs, disks, scale sets, snapshots and restore points are read"
            );
            return found.leave_out(path, &what, "NotUsed");
        }
        let Some(written) = node.get("id").text() else {
            let name = node.get("name").text().unwrap_or("?");
            let what = format!("`{name}` has no id; use the whole output, without --query");
            return found.leave_out(path, &what, "MissingId");
        };
        let Ok(id) = written.parse::<ResourceId>() else {
            let what = format!("`{written}` is no resource id");
            return found.leave_out(&format!("{path}.id"), &what, "InvalidId");
        };
        let learns = matches!(node, Node::Cell(..)) && !found.declared;
        let problems = self.problems.len();
        if matches!(node, Node::Cell(..)) {
            twice::look(node, path, &mut self.problems);
        }
        let mut unread = Unread::default();
        if learns {
            unread.look(node, path);
            self.unread.add(&unread, path);
        } else {
            self.unread.look(node, path);
        }
        // An id that tells something makes no example, nor does a resource that something is wrong with.
        let typed = node
            .get("type")
            .text()
            .is_some_and(|kind| kind.contains('/'));
        let learns = learns && typed && !id.is_child();
        let is_placeholder = found.declared && node.get(PLACEHOLDER).exists();
        match kind {
            Kind::Machine | Kind::ScaleSetInstance => {
                match machine::read(node, id, path, &mut self.problems) {
                    Ok(mut body) => {
                        if found.declared {
                            body.declare(is_placeholder);
                        }
                        if learns && problems == self.problems.len() {
                            self.known.learn_machine(node, &mut body, unread);
                        }
                        self.machine(body);
                    }
                    Err(NoMachine { code, path, what }) => {
                        let name = node.get("name").text().unwrap_or("?");
                        found.leave_out(&path, &format!("`{name}`, {what}"), code);
                    }
                }
            }
            Kind::Disk => {
                let mut body = disk::read(node, id, path, &mut self.problems);
                body.is_placeholder = is_placeholder;
                if learns && problems == self.problems.len() {
                    self.known.learn_disk(node, &mut body, unread);
                }
                self.disk(body);
            }
            Kind::Collection => self.points.collection(node, id, path),
            Kind::Point => self.points.point(node, id, path),
            Kind::Snapshot => self.snapshot(node, id),
            Kind::ScaleSet => {
                if let Some(mode) = node.property("orchestrationMode").text() {
                    self.scale_sets.insert(id, mode.to_owned());
                }
            }
            Kind::Other(_) => {}
        }
    }

    /// Reads a resource whose shape was read before; its kind. `None` where it has to be read as a whole.
    pub(super) fn again(&mut self, doc: Doc<'_>, path: &str) -> Option<Kind> {
        let (kind, body) = self.known.read(doc, path, &mut self.unread)?;
        match body {
            Body::Machine(body) => self.machine(body),
            Body::Disk(body) => self.disk(body),
        }
        Some(kind)
    }

    /// A snapshot. Incremental ones count against the limit of their disk.
    fn snapshot(&mut self, node: Node, id: ResourceId) {
        self.snapshots += 1;
        let source = node.property("creationData.sourceResourceId").text();
        let source = source.and_then(|id| id.parse::<ResourceId>().ok());
        let is_new = self.increments.get(&id).is_none();
        if let (Some(disk), Some(true), true) =
            (source, node.property("incremental").bool(), is_new)
        {
            self.increments.insert(id, 0);
            let count = self.of_disk.get(&disk).unwrap_or(0);
            self.of_disk.set(disk, count.saturating_add(1));
        }
    }

    /// Tells a disk how many incremental snapshots it has, where some are known.
    fn count_increments(&self, disk: &mut Disk) {
        let count = disk.id.as_ref().and_then(|id| self.of_disk.get(id));
        if let Some(count) = count {
            let count = FactValue::Integer(i64::from(count));
            disk.facts.insert("incrementalSnapshots".to_owned(), count);
        }
    }

    /// A machine that is there already is replaced: the later word counts, but what the service says counts
    /// more than what a template declares, and a row of a table only adds to what is there.
    fn machine(&mut self, mut body: MachineBody) {
        let next = number(self.machines.len());
        let at = self.machine_index.insert(body.machine.id.clone(), next);
        let Some(earlier) = at.and_then(|at| self.machines.get_mut(at as usize)) else {
            self.machines.push(body);
            return;
        };
        if body.origin == Origin::Row {
            if earlier.origin == Origin::Row && earlier.contradicts(&body.machine) {
                let message = format!(
                    "rows say different things of `{}`; this later one counts, not {}",
                    body.machine.name, earlier.path
                );
                self.problems
                    .push(warning("DuplicateMachine", &body.path, message));
            }
            return earlier.supply(body.machine);
        }
        if earlier.origin == Origin::Row {
            let row = std::mem::replace(earlier, body);
            return earlier.supply(row.machine);
        }
        let counts = if body.origin == Origin::Declared && earlier.origin != Origin::Declared {
            "that one"
        } else {
            "this later one"
        };
        let mut message = format!(
            "`{}` is there twice; {counts} counts, not {}",
            body.machine.name,
            if counts == "that one" {
                &body.path
            } else {
                &earlier.path
            },
        );
        if counts == "that one" {
            self.problems
                .push(warning("DuplicateMachine", &body.path, message));
            return;
        }
        if earlier.has_instance_view && !body.has_instance_view {
            keep_instance_view(earlier, &mut body);
            message.push_str(", whose instance view is kept");
        }
        self.problems
            .push(warning("DuplicateMachine", &body.path, message));
        *earlier = body;
    }

    fn disk(&mut self, body: DiskBody) {
        let next = number(self.disks.len());
        let Some(id) = &body.disk.id else {
            return self.disks.push(body);
        };
        let at = self.disk_index.insert(id.clone(), next);
        let Some(earlier) = at.and_then(|at| self.disks.get_mut(at as usize)) else {
            self.disks.push(body);
            return;
        };
        let message = format!(
            "disk `{}` is there twice; this later one counts, not {}",
            body.disk.name, earlier.path
        );
        self.problems
            .push(warning("DuplicateDisk", &body.path, message));
        *earlier = body;
    }

    /// Machines and disks that were given without their ids, by the only one of their name that has one.
    fn settle(&mut self, left_out: &mut Vec<LeftOut>) {
        if !self.machines.iter().any(|body| body.is_placeholder)
            && !self.disks.iter().any(|body| body.is_placeholder)
        {
            return;
        }
        let mut names = Index::default();
        for (at, body) in self.machines.iter().enumerate() {
            if !body.is_placeholder {
                add_name(
                    &mut names,
                    ResourceType::VirtualMachine,
                    &body.machine.name,
                    at,
                );
            }
        }
        for (at, body) in self.disks.iter().enumerate() {
            if !body.is_placeholder {
                add_name(&mut names, ResourceType::Disk, &body.disk.name, at);
            }
        }
        let mut kept: Vec<MachineBody> = Vec::new();
        let mut rows = Vec::new();
        self.machine_index = Index::default();
        for body in std::mem::take(&mut self.machines) {
            let name = ResourceId::named(ResourceType::VirtualMachine, &body.machine.name);
            let real = names.get(&name).filter(|_| body.is_placeholder);
            match real {
                Some(SEVERAL) if body.origin == Origin::Row => {
                    let what = format!(
                        "a row about `{}`, which several VMs are called; give its subscription and resourceGroup, or its id",
                        body.machine.name
                    );
                    self.problems.push(Problem {
                        severity: Severity::Error,
                        ..warning("AmbiguousName", &body.path, format!("left out: {what}"))
                    });
                    left_out.push(LeftOut {
                        path: body.path,
                        what,
                        why: "AmbiguousName".to_owned(),
                    });
                }
                Some(SEVERAL) => {
                    self.machine_index
                        .insert(body.machine.id.clone(), number(kept.len()));
                    kept.push(body);
                }
                None => {
                    self.machine_index
                        .insert(body.machine.id.clone(), number(kept.len()));
                    kept.push(body);
                }
                Some(_) if body.origin == Origin::Row => rows.push(body),
                Some(_) => {
                    let message = format!(
                        "`{}` is declared here and listed elsewhere; the listed one counts",
                        body.machine.name
                    );
                    self.problems
                        .push(warning("DuplicateMachine", &body.path, message));
                }
            }
        }
        let mut places = Index::default();
        for (at, body) in kept.iter().enumerate() {
            if !body.is_placeholder {
                add_name(
                    &mut places,
                    ResourceType::VirtualMachine,
                    &body.machine.name,
                    at,
                );
            }
        }
        for row in rows {
            let name = ResourceId::named(ResourceType::VirtualMachine, &row.machine.name);
            if let Some(body) = places.get(&name).and_then(|at| kept.get_mut(at as usize)) {
                body.supply(row.machine);
            }
        }
        self.machines = kept;
        self.disks.retain(|body| {
            let name = ResourceId::named(ResourceType::Disk, &body.disk.name);
            !body.is_placeholder || names.get(&name).is_none_or(|at| at == SEVERAL)
        });
        self.disk_index = Index::default();
        for (at, body) in self.disks.iter().enumerate() {
            if let Some(id) = &body.disk.id {
                self.disk_index.insert(id.clone(), number(at));
            }
        }
    }

    /// The fleet, with what was guessed on the way.
    pub(super) fn into_import(mut self, import: &mut Import) {
        self.settle(&mut import.preview.left_out);
        let mut machines = std::mem::take(&mut self.machines);
        self.points
            .count(&mut machines, &self.machine_index, &mut self.problems);
        let read = &mut import.preview.read;
        (read.restore_point_collections, read.restore_points) = self.points.counts();
        read.snapshots = self.snapshots;
        read.secrets_dropped = self.unread.secrets;
        import.preview.not_understood = self.unread.take_fields();
        let mut taken = vec![false; self.disks.len()];
        let shared = shared_ids(&machines);
        let names = self.chain_names();
        for (at, body) in machines.iter_mut().enumerate() {
            self.join_disks(body, &shared, &names, &mut taken);
            body.tell_disks_apart(&mut self.problems);
            if body.origin != Origin::Own {
                let disks = body.machine.disks.iter_mut();
                disks.for_each(|disk| self.count_increments(disk));
            }
            if body.origin != Origin::Own {
                self.complete(body);
                body.tell_roles(&mut self.problems);
            }
            let guessed = &mut import.preview.guessed;
            let room = super::preview::MOST_GUESSES.saturating_sub(guessed.len());
            import.preview.more_guessed += body.guesses.len().saturating_sub(room) as u64;
            guessed.extend(body.guesses.iter().take(room).map(|guess| Guess {
                path: format!("machines[{at}].{}", guess.path),
                ..guess.clone()
            }));
        }
        import.fleet.machines.reserve_exact(machines.len());
        for body in machines {
            import.fleet.machines.push(body.machine);
        }
        let mut disks = std::mem::take(&mut self.disks);
        let bodies = disks.iter_mut();
        bodies.for_each(|body| self.count_increments(&mut body.disk));
        let left = disks.into_iter().zip(taken).filter(|(_, taken)| !taken);
        for (body, _) in left {
            if let Some(holder) = body
                .managed_by
                .iter()
                .find(|id| self.machine_index.get(id).is_some())
            {
                let message = format!(
                    "disk `{}` says that {} holds it, whose body does not list it; it is taken as unattached",
                    body.disk.name,
                    holder.name()
                );
                self.problems
                    .push(warning("DiskNotListedByVm", &body.path, message));
            }
            import.fleet.disks.push(body.disk);
        }
        import.problems.append(&mut self.problems);
    }

    /// What the disks and the scale set tell about the machine.
    fn complete(&self, body: &mut MachineBody) {
        let machine = &mut body.machine;
        for fact in [machine::GENERATION, "osType"] {
            let os = machine.disks.first();
            let Some(value) = os.and_then(|disk| disk.facts.get(fact)).cloned() else {
                continue;
            };
            // The disk's own word counts more than what the security type needs.
            let guess = |guess: &Guess| guess.fact == fact && fact == machine::GENERATION;
            if !machine.facts.contains_key(fact) || body.guesses.iter().any(guess) {
                body.guesses.drop_where(guess);
                if machine.facts.get(fact) != Some(&value) {
                    machine.facts.insert(fact.to_owned(), value);
                }
            }
        }
        let encrypted = |disk: &Disk| disk.facts.get("adeEnabled") == Some(&FactValue::Bool(true));
        if machine.disks.iter().any(encrypted) {
            machine
                .facts
                .insert("adeEnabled".to_owned(), FactValue::Bool(true));
        }
        let mut guesses = Vec::new();
        let facts = std::mem::take(&mut machine.facts);
        machine.facts = machine::second_generation(facts, &mut guesses);
        for guess in guesses {
            body.guesses.push(guess);
        }
        let Some(FactValue::Text(set)) = machine.facts.get("scaleSetId") else {
            return;
        };
        let mode = set
            .parse::<ResourceId>()
            .ok()
            .and_then(|id| self.scale_sets.get(&id));
        if let Some(mode) = mode {
            machine.facts.insert(
                "orchestrationMode".to_owned(),
                FactValue::Text(mode.clone()),
            );
            body.guesses
                .drop_where(|guess| guess.fact == "orchestrationMode");
        }
    }
}

/// Marks a declared resource whose id was made up from its name.
pub(super) const PLACEHOLDER: &str = "rplab:placeholder";

/// Instead of a place: several have the name.
const SEVERAL: u32 = u32::MAX;

fn add_name(names: &mut Index, kind: ResourceType, name: &str, at: usize) {
    let name = ResourceId::named(kind, name);
    let several = names.get(&name).is_some();
    names.set(name, if several { SEVERAL } else { number(at) });
}

/// A place in a list; one of more than 2^32 bodies is beyond any memory.
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn keep_instance_view(earlier: &MachineBody, later: &mut MachineBody) {
    for fact in [
        "powerState",
        "agentStatus",
        "hyperVGeneration",
        "osName",
        "generalized",
        "adeEnabled",
    ] {
        let guessed =
            fact == machine::GENERATION && earlier.guesses.iter().any(|guess| guess.fact == fact);
        if let Some(value) = earlier.machine.facts.get(fact).filter(|_| !guessed) {
            later.machine.facts.insert(fact.to_owned(), value.clone());
            later.guesses.drop_where(|guess| guess.fact == fact);
        }
    }
    later.has_instance_view = true;
}

pub(super) fn warning(code: &str, path: &str, message: String) -> Problem {
    Problem {
        code: code.to_owned(),
        path: path.to_owned(),
        message,
        severity: Severity::Warning,
    }
}
