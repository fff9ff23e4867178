//! What rows can tell of a machine: what it has in common with those of its kind, as numbers.

use super::{Class, Judgements, MOST_SEEN, MOST_SETS, Told, names_disk};
use crate::ids::ResourceId;
use crate::matrix::plan::{COUNTED, POINTS, RETAINED, SIZE, TOTAL};
use crate::matrix::sizes::vcpus;
use crate::matrix::value::count;
use crate::matrix::{CountedPoints, Service, limits, regions};
use crate::model::{Disk, DiskRole, FactSet, FactValue, Machine, open_facts};

/// What is measured of a machine's place and of the number of its disks.
const PLACE_AND_NUMBER: [&str; 6] = [
    "location",
    "pairedRegion",
    "zones",
    "diskCount",
    "dataDiskCount",
    "policyBackups",
];

impl Judgements {
    /// What rows can tell of a machine: the class of each name; then for each disk how it is attached and the class
    /// of each name of a disk.
    pub(super) fn case(&mut self, machine: &Machine) -> Vec<u32> {
        let [of_machine, of_disk, _] = &self.blank;
        let length = of_machine.len() + 1 + machine.disks.len() * (of_disk.len() + 1);
        let mut case = Vec::with_capacity(length);
        self.fill(&mut case, machine, None);
        case.push(self.leaves_out_foreign(machine));
        for disk in &machine.disks {
            case.push(self.attached(disk));
            self.fill(&mut case, machine, Some(disk));
        }
        case
    }

    /// The same sooner, by a number for each set of facts, and the place as it stands: two machines that have these in
    /// common, and the classes of what rows measure, are of one kind. `None` where that is not known of them.
    pub(super) fn brief(&mut self, machine: &Machine) -> Option<Vec<u32>> {
        let length = 8 + machine.zones.len() + 4 * machine.disks.len();
        let mut brief = Vec::with_capacity(length);
        brief.push(self.word(machine.location.as_deref())?);
        brief.push(u32::try_from(machine.zones.len()).ok()?);
        for zone in &machine.zones {
            brief.push(self.word(Some(zone))?);
        }
        self.add_facts(&mut brief, machine, None)?;
        brief.push(self.leaves_out_foreign(machine));
        for disk in &machine.disks {
            brief.push(self.attached(disk));
            self.add_facts(&mut brief, machine, Some(disk))?;
        }
        Some(brief)
    }

    /// Adds the number of the facts of the machine, or of a disk, and the classes of its names where rows ask for them.
    fn add_facts(
        &mut self,
        brief: &mut Vec<u32>,
        machine: &Machine,
        disk: Option<&Disk>,
    ) -> Option<()> {
        let facts = disk.map_or(&machine.facts, |disk| &disk.facts);
        let side = usize::from(disk.is_some());
        let at = self.known_at(facts, side).ok()?;
        brief.push(self.told(side, at)?.number);
        let mut next = 0;
        while let Some(name) = self.told(side, at)?.names.get(next).copied() {
            let text = self.plan.names.get(name)?.text;
            let class = self
                .measured(text, machine, disk)
                .map(|value| self.class_of(name, &value));
            brief.push(class.map_or(0, |class| class.saturating_add(1)));
            next += 1;
        }
        Some(())
    }

    fn told(&self, side: usize, at: usize) -> Option<&Told> {
        self.known.get(side)?.get(at).map(|(_, told)| told)
    }

    /// A number for a word that the machine says; none beyond the first few hundred.
    fn word(&mut self, word: Option<&str>) -> Option<u32> {
        let Some(word) = word else { return Some(0) };
        if let Some(number) = self.words.get(word) {
            return Some(*number);
        }
        let number = u32::try_from(self.words.len() + 1).ok()?;
        if self.words.len() >= MOST_SEEN {
            return None;
        }
        self.words.insert(word.to_owned(), number);
        Some(number)
    }

    /// Whether the request leaves out a disk that is not the machine's, or that its service never leaves out.
    fn leaves_out_foreign(&self, machine: &Machine) -> u32 {
        if self.options.service != Service::RestorePoints {
            return u32::from(self.options.selects_foreign(machine));
        }
        let excluded = &self.options.request.exclude_disks;
        let has = |id: &str| machine.disks.iter().any(|disk| names_disk(id, disk));
        u32::from(excluded.iter().any(|disk| !has(&disk.id)))
    }

    /// How a disk is attached, and whether the request leaves it out.
    fn attached(&self, disk: &Disk) -> u32 {
        let role = match disk.role {
            None => 0,
            Some(DiskRole::Os) => 1,
            Some(DiskRole::Data) => 2,
        };
        role + 4 * u32::from(self.options.leaves_out(disk))
    }

    /// Where a set of facts stands among those that are known, or would stand.
    fn known_at(&self, facts: &FactSet, side: usize) -> Result<usize, usize> {
        let known = self.known.get(side).ok_or(0_usize)?;
        known.binary_search_by(|(own, _)| own.cmp(&facts.place()))
    }

    /// Adds the classes of what is known of the machine, or of a disk.
    fn fill(&mut self, case: &mut Vec<u32>, machine: &Machine, disk: Option<&Disk>) {
        let facts = disk.map_or(&machine.facts, |disk| &disk.facts);
        let start = case.len();
        let side = usize::from(disk.is_some());
        let known = self.known_at(facts, side);
        let mut told = match known {
            Ok(at) => {
                let own = self.known.get_mut(side).and_then(|known| known.get_mut(at));
                own.map(|(_, told)| std::mem::take(told))
                    .unwrap_or_default()
            }
            Err(_) => self.tell(facts, side),
        };
        case.extend_from_slice(&told.classes);
        for at in &told.measures {
            let name = self.plan.names.get(*at);
            let value = name.and_then(|name| self.measured(name.text, machine, disk));
            if let Some(value) = value {
                let class = self.class_of(*at, &value);
                self.put(case, start, *at, class);
            }
        }
        let Some(sets) = self.known.get_mut(side) else {
            return;
        };
        match known {
            Ok(at) => {
                if let Some((_, own)) = sets.get_mut(at) {
                    *own = told;
                }
            }
            Err(at) if facts.is_shared() && sets.len() < MOST_SETS => {
                told.facts = facts.clone();
                told.number = self.sets;
                self.sets = self.sets.saturating_add(1);
                sets.insert(at, (facts.place(), told));
            }
            Err(_) => {}
        }
    }

    /// The classes of the facts of a set, and the names that they leave to be measured.
    fn tell(&mut self, facts: &FactSet, side: usize) -> Told {
        let not_read = facts.get("resourceRead") == Some(&FactValue::Bool(false));
        let blank = if side == 1 && not_read { 2 } else { side };
        let mut classes = self.blank.get(blank).cloned().unwrap_or_default();
        let read = self.read.get_mut(side).map(std::mem::take);
        let read = read.unwrap_or_default();
        // Both are in the order of their names.
        let mut wanted = read.facts.iter().peekable();
        for (name, value) in facts {
            while wanted.next_if(|(own, _)| *own < name.as_str()).is_some() {}
            if let Some((_, at)) = wanted.next_if(|(own, _)| *own == name) {
                let class = self.class_of(*at, value);
                self.put(&mut classes, 0, *at, class);
            }
        }
        // What only a deployment can tell is asked for.
        if let Some(open) = open_facts(facts) {
            let plan = self.plan;
            let measures = read.measures.iter().copied();
            let measures = measures.filter_map(|at| Some((plan.names.get(at)?.text, at)));
            for (name, at) in read.facts.iter().copied().chain(measures) {
                let is_open = open.iter().any(|own| own == name) && !facts.contains_key(name);
                if let Some(table) = self.tables.get_mut(at).filter(|_| is_open) {
                    let class = table.number(Class::missing());
                    self.put(&mut classes, 0, at, class);
                }
            }
        }
        // The size decides; what its name does not tell is asked for.
        if side == 0
            && let Some(FactValue::Text(size)) = facts.get("vmSize")
            && !facts.contains_key("vCpus")
            && let Some((_, at)) = read.facts.iter().find(|(name, _)| *name == "vCpus")
        {
            let class = match vcpus(size) {
                Some(count) => self.class_of(*at, &FactValue::Integer(count)),
                None => {
                    let table = self.tables.get_mut(*at);
                    table.map_or(0, |table| table.number(Class::missing()))
                }
            };
            self.put(&mut classes, 0, *at, class);
        }
        let mut measures = Vec::new();
        for at in &read.measures {
            let text = self.plan.names.get(*at).map_or("", |name| name.text);
            let points = match text {
                RETAINED => self.points(facts, false),
                COUNTED => self.points(facts, true),
                _ => None,
            };
            if let Some(value) = facts.get(text).or(points.as_ref()) {
                let class = self.class_of(*at, value);
                self.put(&mut classes, 0, *at, class);
            } else if !matches!(text, RETAINED | COUNTED) {
                measures.push(*at);
            }
        }
        if let Some(own) = self.read.get_mut(side) {
            *own = read;
        }
        let is_name = |at: &usize| {
            let text = self.plan.names.get(*at).map(|name| name.text);
            text.is_some_and(|text| !PLACE_AND_NUMBER.contains(&text))
        };
        Told {
            classes,
            names: measures.iter().copied().filter(is_name).collect(),
            measures,
            ..Told::default()
        }
    }

    /// Puts a class in its place among those that begin at `start`.
    fn put(&self, case: &mut [u32], start: usize, name: usize, class: u32) {
        let slot = self.plan.names.get(name).map(|name| start + name.slot);
        if let Some(place) = slot.and_then(|slot| case.get_mut(slot)) {
            *place = class;
        }
    }

    /// What is read off the machine or the disk itself; see [`super::predicate::MEASURES`].
    fn measured(&self, name: &str, machine: &Machine, disk: Option<&Disk>) -> Option<FactValue> {
        let location = || machine.location.as_deref().map(regions::public_region);
        let whole = |number: u64| FactValue::Integer(i64::try_from(number).unwrap_or(i64::MAX));
        let count_of = |items: usize| whole(items as u64);
        let text = match name {
            "location" => location()?,
            "pairedRegion" => {
                let paired = regions::region(&location()?).and_then(|own| own.pair.clone());
                paired.unwrap_or_else(|| "none".to_owned())
            }
            "subscriptionId" => machine.id.subscription().to_owned(),
            "resourceGroup" => machine.id.resource_group().to_owned(),
            "id" => machine.id.to_string(),
            "name" => machine.name.clone(),
            // Not in none, where only a deployment can tell them.
            "zones" if machine.has_unknown_zones() => return None,
            "zones" => return Some(FactValue::TextList(machine.zones.clone())),
            "diskName" => disk?.name.clone(),
            "diskId" => {
                let id = disk?.id.as_ref();
                id.map(ResourceId::to_string).unwrap_or_default()
            }
            "diskCount" => return Some(count_of(machine.disks.len())),
            "policyBackups" => return Some(whole(self.options.policy_backups())),
            "dataDiskCount" => {
                let os = |disk: &&Disk| disk.role != Some(DiskRole::Os);
                return Some(count_of(machine.disks.iter().filter(os).count()));
            }
            TOTAL => {
                let sizes = machine.disks.iter().filter_map(|disk| disk.size_gib);
                return Some(whole(sizes.fold(0, u64::saturating_add)));
            }
            SIZE => return disk?.size_gib.map(whole),
            _ => return None,
        };
        Some(FactValue::Text(text))
    }

    /// The points of a machine; the largest count that anyone gave wins.
    fn points(&self, facts: &FactSet, for_limit: bool) -> Option<FactValue> {
        let created = for_limit && limits(self.options.edition).counts == CountedPoints::Created;
        let names = [POINTS, "restorePointCollections"];
        let created = created.then_some("restorePointsCreatedEver");
        let given = names.into_iter().chain(created);
        let most = given.filter_map(|name| facts.get(name)).map(count).max()?;
        Some(FactValue::Integer(i64::try_from(most).unwrap_or(i64::MAX)))
    }
}
