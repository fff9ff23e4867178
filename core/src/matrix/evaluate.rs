//! Kleene's three-valued logic over facts and the request.

use super::{AssessOptions, CountedPoints, Predicate, limits, regions};
use crate::ids::ResourceId;
use crate::model::vocabulary::{self, Absence, FactSubject};
use crate::model::{Disk, DiskRole, FactSet, FactValue, Machine};
use crate::order;
use std::borrow::Cow;

/// A fact of the machine (`disk: None`) or of one of its disks, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FactKey<'a> {
    pub(super) name: &'a str,
    pub(super) disk: Option<usize>,
}

/// Yes, no, or not known for want of these facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Truth<'a> {
    True,
    False,
    Unknown(Vec<FactKey<'a>>),
}

impl From<bool> for Truth<'_> {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

/// What a fact is, by its value or by the meaning of its absence.
enum Known<'a> {
    Value(Cow<'a, FactValue>),
    Missing(FactKey<'a>),
}

/// What rows are judged against.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a, 's> {
    pub(super) machine: &'a Machine,
    pub(super) options: &'a AssessOptions,
    /// The options by path.
    pub(super) asked: &'a FactSet,
    /// The disk in turn, for rows that are judged disk by disk.
    pub(super) disk: Option<usize>,
    /// By disk: whether the request leaves it out.
    pub(super) asked_out: &'s [bool],
    /// By disk: whether it is left out, by the request or by a row.
    pub(super) left_out: &'s [bool],
    /// Whether an assumed fact counts as known.
    pub(super) assume: bool,
}

impl<'a> Scene<'a, '_> {
    pub(super) fn holds(&self, predicate: &'a Predicate) -> Truth<'a> {
        match predicate {
            Predicate::Always => Truth::True,
            Predicate::All(of) => self.all(of.iter().map(|p| self.holds(p))),
            Predicate::Any(of) => not(self.all(of.iter().map(|p| not(self.holds(p))))),
            Predicate::Not(of) => not(self.holds(of)),
            Predicate::Is(name, value) => self.test(name, |fact| equal(fact, value)),
            Predicate::OneOf(name, words) => self.test(name, |fact| one_of(fact, words)),
            Predicate::Like(name, pattern) => self.test(name, |fact| like(fact, pattern)),
            Predicate::Above(name, least) => {
                self.test(name, |fact| number(fact).is_some_and(|n| n > *least))
            }
            Predicate::Below(name, most) => {
                self.test(name, |fact| number(fact).is_some_and(|n| n < *most))
            }
            Predicate::VersionBelow(name, version) => {
                self.test(name, |fact| version_below(fact, version))
            }
            Predicate::Same(name, other) => self.same(name, other),
            Predicate::AnyDisk(of) => {
                let disks = 0..self.machine.disks.len();
                let each = disks.map(|disk| {
                    let disk = Some(disk);
                    not(Scene { disk, ..*self }.holds(of))
                });
                not(self.all(each))
            }
            Predicate::Present(name) => self.test(name, present),
            Predicate::Supplied(name) => self.own(name).is_some().into(),
            Predicate::Role(role) => self.role().is_some_and(|own| own == *role).into(),
            _ => self.holds_of_request(predicate),
        }
    }

    fn holds_of_request(&self, predicate: &'a Predicate) -> Truth<'a> {
        match predicate {
            Predicate::CrossRegion => match self.target_region() {
                None => Truth::False,
                Some(target) => self.source_region(|own| own != target),
            },
            Predicate::RegionsListed => {
                let listed = regions::cross_region_regions();
                match self.target_region() {
                    Some(target) if !listed.contains(&target.as_str()) => Truth::False,
                    _ => self.source_region(|own| listed.contains(&own)),
                }
            }
            Predicate::TargetArea(name) => {
                let mut areas = regions::cross_region_areas().iter();
                let area = areas.find(|area| area.area == *name);
                let target = self.target_region();
                area.zip(target)
                    .is_some_and(|(area, target)| area.regions.contains(&target))
                    .into()
            }
            _ => self.holds_of_disks_and_points(predicate),
        }
    }

    fn holds_of_disks_and_points(&self, predicate: &'a Predicate) -> Truth<'a> {
        let at = |flags: &[bool]| {
            let flag = self.disk.and_then(|disk| flags.get(disk));
            flag.copied().unwrap_or(false)
        };
        match predicate {
            Predicate::LeftOutByRequest => at(self.asked_out).into(),
            Predicate::StaysInPoint => (!at(self.left_out)).into(),
            Predicate::OsDiskLeftOut => {
                let mut disks = self.machine.disks.iter().zip(self.left_out);
                disks
                    .any(|(disk, out)| *out && disk.role == Some(DiskRole::Os))
                    .into()
            }
            Predicate::EveryDiskLeftOut => {
                (!self.left_out.is_empty() && self.left_out.iter().all(|out| *out)).into()
            }
            Predicate::ExcludesForeignDisk => {
                let mut asked = self.options.request.exclude_disks.iter();
                asked.any(|disk| !self.has_disk(&disk.id)).into()
            }
            Predicate::HasRestorePoints => self.points(CountedPoints::Retained, |n| n > 0),
            Predicate::AtPointLimit => {
                let limits = limits(self.options.edition);
                let own = self.options.restore_points_per_vm;
                let most = own.unwrap_or(limits.restore_points_per_vm);
                self.points(limits.counts, |points| points >= most)
            }
            // Every other word was answered before.
            _ => Truth::False,
        }
    }

    fn all(&self, parts: impl Iterator<Item = Truth<'a>>) -> Truth<'a> {
        let mut missing = Vec::new();
        for part in parts {
            match part {
                Truth::True => {}
                Truth::False => return Truth::False,
                Truth::Unknown(facts) => order::join(&mut missing, facts),
            }
        }
        if missing.is_empty() {
            Truth::True
        } else {
            Truth::Unknown(missing)
        }
    }

    fn test(&self, name: &'a str, test: impl Fn(&FactValue) -> bool) -> Truth<'a> {
        match self.fact(name) {
            Known::Value(value) => test(&value).into(),
            Known::Missing(key) => Truth::Unknown(vec![key]),
        }
    }

    /// Whether two texts are the same, where both are known.
    fn same(&self, name: &'a str, other: &'a str) -> Truth<'a> {
        let mut missing = Vec::new();
        let mut texts: Vec<String> = Vec::new();
        for name in [name, other] {
            match self.fact(name) {
                // What is assumed where nothing is asked is what is the same.
                Known::Value(_) if name.contains('.') && self.own(name).is_none() => {}
                Known::Value(value) => {
                    if let FactValue::Text(text) = &*value {
                        texts.push(regions::normalise_region(text));
                    }
                }
                Known::Missing(key) => missing.push(key),
            }
        }
        // Systems are named more or less fully: Windows Server 2019, or the same with its edition.
        let named = name == "osName" || other == "osName";
        let same = match texts.as_slice() {
            [one, another] if named => one.contains(another) || another.contains(one),
            [one, another] => one == another,
            _ => true,
        };
        if missing.is_empty() {
            same.into()
        } else {
            Truth::Unknown(missing)
        }
    }

    fn fact(&self, name: &'a str) -> Known<'a> {
        if let Some(value) = self.own(name) {
            return Known::Value(value);
        }
        let subject = self.subject_of(name);
        let disk = self.disk.filter(|_| subject == FactSubject::Disk);
        let key = FactKey { name, disk };
        let Some(entry) = vocabulary::entry(subject, name) else {
            // Every measure that may be missing is made from the region.
            let name = "location";
            return Known::Missing(FactKey { name, disk: None });
        };
        match &entry.absence {
            Absence::ServiceDefault(value) => Known::Value(Cow::Borrowed(value)),
            Absence::DiskDefault(value) if self.disk_resource_read() => {
                Known::Value(Cow::Borrowed(value))
            }
            Absence::Assumed(value) if self.assume => Known::Value(Cow::Borrowed(value)),
            _ => Known::Missing(key),
        }
    }

    /// The value that the fleet or the question gives.
    pub(super) fn own(&self, name: &str) -> Option<Cow<'a, FactValue>> {
        let facts = match self.subject_of(name) {
            FactSubject::Asked => self.asked,
            FactSubject::Disk => &self.current_disk()?.facts,
            FactSubject::Machine => &self.machine.facts,
        };
        match facts.get(name) {
            Some(value) => Some(Cow::Borrowed(value)),
            None => self.measured(name).map(Cow::Owned),
        }
    }

    /// What is read off the machine or the disk itself; see [`super::predicate::MEASURES`].
    fn measured(&self, name: &str) -> Option<FactValue> {
        let machine = self.machine;
        let location = || machine.location.as_deref().map(regions::normalise_region);
        let whole = |number: u64| FactValue::Integer(i64::try_from(number).unwrap_or(i64::MAX));
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
            "zones" => return Some(FactValue::TextList(machine.zones.clone())),
            "diskName" => self.current_disk()?.name.clone(),
            "diskId" => {
                let id = self.current_disk()?.id.as_ref();
                id.map(ResourceId::to_string).unwrap_or_default()
            }
            "diskCount" => return Some(count_of(machine.disks.len())),
            "policyBackups" => return Some(whole(self.options.policy_backups())),
            "dataDiskCount" => {
                let data = machine
                    .disks
                    .iter()
                    .filter(|disk| disk.role != Some(DiskRole::Os));
                return Some(count_of(data.count()));
            }
            "totalDiskGiB" => {
                let sizes = machine.disks.iter().filter_map(|disk| disk.size_gib);
                return Some(whole(sizes.fold(0, u64::saturating_add)));
            }
            // A size that was not read does not stand in the way: larger disks than a row allows are rare.
            "sizeGiB" => return Some(whole(self.current_disk()?.size_gib.unwrap_or(0))),
            _ => return None,
        };
        Some(FactValue::Text(text))
    }

    fn subject_of(&self, name: &str) -> FactSubject {
        let of_disk = self.disk.is_some() && vocabulary::entry(FactSubject::Disk, name).is_some();
        if name.contains('.') {
            FactSubject::Asked
        } else if of_disk {
            FactSubject::Disk
        } else {
            FactSubject::Machine
        }
    }

    fn current_disk(&self) -> Option<&'a Disk> {
        self.machine.disks.get(self.disk?)
    }

    fn disk_resource_read(&self) -> bool {
        let read = self
            .current_disk()
            .and_then(|disk| disk.facts.get("resourceRead"));
        read != Some(&FactValue::Bool(false))
    }

    fn role(&self) -> Option<DiskRole> {
        self.current_disk()?.role
    }

    fn target_region(&self) -> Option<String> {
        let target = self.options.request.target_region.as_deref()?;
        Some(regions::normalise_region(target))
    }

    fn source_region(&self, test: impl Fn(&str) -> bool) -> Truth<'a> {
        match &self.machine.location {
            Some(location) => test(&regions::normalise_region(location)).into(),
            None => Truth::Unknown(vec![FactKey {
                name: "location",
                disk: None,
            }]),
        }
    }

    fn has_disk(&self, id: &str) -> bool {
        let mut disks = self.machine.disks.iter();
        disks.any(|disk| names_disk(id, disk))
    }

    /// The points of the machine; the largest count that anyone gave wins.
    fn points(&self, counted: CountedPoints, test: impl Fn(u64) -> bool) -> Truth<'a> {
        let mut names = vec!["restorePointsRetained", "restorePointCollections"];
        if counted == CountedPoints::Created {
            names.push("restorePointsCreatedEver");
        }
        let given = names.iter().filter_map(|name| self.own(name));
        let most = given.map(|given| count(&given)).max();
        match most {
            Some(points) => test(points).into(),
            None if self.assume => test(0).into(),
            None => Truth::Unknown(vec![FactKey {
                name: "restorePointsRetained",
                disk: None,
            }]),
        }
    }
}

/// Whether an id of a request is that of a disk, in any case.
pub(super) fn names_disk(id: &str, disk: &Disk) -> bool {
    let asked = id.parse::<ResourceId>().ok();
    asked.is_some() && asked == disk.id
}

fn not(truth: Truth<'_>) -> Truth<'_> {
    match truth {
        Truth::True => Truth::False,
        Truth::False => Truth::True,
        unknown @ Truth::Unknown(_) => unknown,
    }
}

fn equal(fact: &FactValue, value: &FactValue) -> bool {
    match value {
        FactValue::Text(value) => words(fact, |word| word.eq_ignore_ascii_case(value)),
        _ => fact == value,
    }
}

fn one_of(fact: &FactValue, listed: &[String]) -> bool {
    words(fact, |word| {
        listed.iter().any(|own| own.eq_ignore_ascii_case(word))
    })
}

fn like(fact: &FactValue, pattern: &str) -> bool {
    let pattern = pattern.to_ascii_lowercase();
    words(fact, |word| glob(&word.to_ascii_lowercase(), &pattern))
}

/// Whether a text, or one of a list, passes a test. Locks count by where they stand.
fn words(fact: &FactValue, test: impl Fn(&str) -> bool) -> bool {
    match fact {
        FactValue::Text(text) => test(text),
        FactValue::TextList(list) => list.iter().any(|text| test(text)),
        FactValue::Locks(list) => list.iter().any(|lock| test(lock.scope.as_str())),
        FactValue::Bool(_) | FactValue::Integer(_) | FactValue::IntegerList(_) => false,
    }
}

/// Whether `text` fits `pattern`, in which `*` stands for any characters.
fn glob(text: &str, pattern: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return text == pattern;
    };
    let Some(tail) = text.strip_prefix(start) else {
        return false;
    };
    let mut starts = tail.char_indices().map(|(at, _)| at).chain([tail.len()]);
    starts.any(|at| tail.get(at..).is_some_and(|tail| glob(tail, rest)))
}

fn count_of(items: usize) -> FactValue {
    FactValue::Integer(i64::try_from(items).unwrap_or(i64::MAX))
}

fn number(fact: &FactValue) -> Option<i64> {
    match fact {
        FactValue::Integer(number) => Some(*number),
        _ => None,
    }
}

/// Whether a version is before another, by the numbers in both. One without numbers is not.
fn version_below(fact: &FactValue, version: &str) -> bool {
    let numbers = |text: &str| -> Vec<u64> {
        let parts = text.split(|c: char| !c.is_ascii_digit());
        parts.filter_map(|part| part.parse().ok()).collect()
    };
    words(fact, |own| {
        let (own, other) = (numbers(own), numbers(version));
        !own.is_empty() && own < other
    })
}

fn present(fact: &FactValue) -> bool {
    match fact {
        FactValue::Bool(value) => *value,
        FactValue::Integer(count) => *count > 0,
        FactValue::Text(text) => !text.is_empty(),
        FactValue::Locks(list) => !list.is_empty(),
        FactValue::IntegerList(list) => !list.is_empty(),
        FactValue::TextList(list) => !list.is_empty(),
    }
}

fn count(fact: &FactValue) -> u64 {
    let number = |number: &i64| u64::try_from(*number).unwrap_or(0);
    match fact {
        FactValue::Integer(points) => number(points),
        FactValue::IntegerList(list) => list.iter().map(number).fold(0, u64::saturating_add),
        _ => 0,
    }
}
