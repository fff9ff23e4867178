//! Attached disks joined with their own bodies: by id, or by the name that only one has.

use super::{Assembly, number};
use crate::ids::{ResourceId, ResourceType};
use crate::inventory::Guess;
use crate::inventory::disk::DiskBody;
use crate::inventory::facts::OPEN_FACTS;
use crate::inventory::machine::{MachineBody, Origin};
use crate::model::{Disk, FactValue};
use crate::order::{self, Index};

impl Assembly {
    /// Chains the disks of one name.
    pub(super) fn chain_names(&mut self) -> Index {
        let mut names = Index::default();
        self.same_name = vec![None; self.disks.len()];
        for (at, body) in self.disks.iter().enumerate().rev() {
            let name = ResourceId::named(ResourceType::Disk, &body.disk.name);
            if let Some(next) = self.same_name.get_mut(at) {
                *next = names.get(&name).map(|next| next as usize);
            }
            names.set(name, number(at));
        }
        names
    }

    pub(super) fn join_disks(
        &self,
        body: &mut MachineBody,
        shared: &Index,
        names: &Index,
        taken: &mut [bool],
    ) {
        let machine_id = body.machine.id.clone();
        for (at, disk) in body.machine.disks.iter_mut().enumerate() {
            let path = || format!("disks[{at}]");
            if let Some(found) = self.body_of(disk, &machine_id, names) {
                if let Some(flag) = taken.get_mut(found.at) {
                    *flag = true;
                }
                let of_disks = |guess: &Guess| guess.path.starts_with("disks[");
                if body.guesses.iter().any(of_disks) {
                    let encryption = format!("{}.facts.encryptionType", path());
                    body.guesses.drop_where(|guess| guess.path == encryption);
                }
                if let Some(why) = found.guessed {
                    body.guesses.push(Guess {
                        path: format!("{}.id", path()),
                        fact: "id".to_owned(),
                        value: FactValue::Text(
                            found
                                .body
                                .disk
                                .id
                                .as_ref()
                                .map(ToString::to_string)
                                .unwrap_or_default(),
                        ),
                        why: why.to_owned(),
                    });
                }
                complete_disk(disk, &found.body.disk);
            }
            let holders = disk.id.as_ref().and_then(|id| shared.get(id)).unwrap_or(1);
            if holders > 1 && body.origin != Origin::Own && !disk.facts.contains_key("maxShares") {
                let shares = FactValue::Integer(i64::from(holders));
                disk.facts.insert("maxShares".to_owned(), shares.clone());
                body.guesses.push(Guess {
                    path: format!("{}.facts.maxShares", path()),
                    fact: "maxShares".to_owned(),
                    value: shares,
                    why: "several VMs list this disk's id".to_owned(),
                });
            }
        }
    }

    /// The body of an attached disk: by id, else by name where the body names the VM.
    fn body_of(&self, disk: &Disk, machine: &ResourceId, names: &Index) -> Option<Joined<'_>> {
        let is_unmanaged = || disk.facts.get("managed") == Some(&FactValue::Bool(false));
        if self.disks.is_empty() || is_unmanaged() {
            return None;
        }
        let joined =
            |at: usize, guessed| self.disks.get(at).map(|body| Joined { at, body, guessed });
        if let Some(at) = disk.id.as_ref().and_then(|id| self.disk_index.get(id)) {
            return joined(at as usize, None);
        }
        let name = ResourceId::named(ResourceType::Disk, &disk.name);
        let first = names.get(&name).map(|at| at as usize);
        let chain = std::iter::successors(first, |at| self.same_name.get(*at).copied().flatten());
        let mut named = chain
            .take(SAME_NAME)
            .filter_map(|at| Some((at, self.disks.get(at)?)));
        let held = named
            .clone()
            .find(|(_, body)| body.managed_by.contains(machine));
        if let Some((at, _)) = held {
            return joined(
                at,
                Some("the ids differ, but the disk has this name and names this VM as its holder"),
            );
        }
        let only = named.next().filter(|_| named.next().is_none());
        let (at, body) = only?;
        let free = body.managed_by.is_empty() && disk.id.is_none();
        free.then(|| {
            joined(
                at,
                Some("the VM gives no id; it is the only disk of this name"),
            )
        })?
    }
}

/// How many disks of one name are looked at.
const SAME_NAME: usize = 100;

struct Joined<'a> {
    at: usize,
    body: &'a DiskBody,
    guessed: Option<&'static str>,
}

/// Ids of data disks that several machines list, with how many do.
pub(super) fn shared_ids(machines: &[MachineBody]) -> Index {
    let ids = || {
        let disks = machines.iter().flat_map(|body| &body.machine.disks);
        disks.filter_map(|disk| disk.id.as_ref())
    };
    // Most are of one machine only, and a number is sorted much sooner than an id.
    let several = order::repeated(ids().map(ResourceId::fingerprint));
    let mut holders = Index::default();
    if several.is_empty() {
        return holders;
    }
    for id in ids().filter(|id| several.binary_search(&id.fingerprint()).is_ok()) {
        let others = holders.get(id).unwrap_or(0);
        holders.set(id.clone(), others + 1);
    }
    holders
}

/// The disk's own body has the last word on the disk.
fn complete_disk(disk: &mut Disk, body: &Disk) {
    disk.id = body.id.clone();
    disk.size_gib = body.size_gib.or(disk.size_gib);
    disk.location.clone_from(&body.location);
    disk.zones.clone_from(&body.zones);
    disk.facts.remove("resourceRead");
    let open = disk.facts.get(OPEN_FACTS).cloned();
    for (name, value) in &body.facts {
        disk.facts.insert(name.clone(), value.clone());
    }
    // What is open of the one or the other is open.
    if let (Some(FactValue::TextList(open)), Some(FactValue::TextList(own))) =
        (open, disk.facts.get_mut(OPEN_FACTS))
    {
        own.extend(open);
    }
}
