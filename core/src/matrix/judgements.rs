//! Judging machines one after the other: those that no row can tell apart are judged once.

mod case;

use super::judge::Judge;
use super::plan::{COUNTED, Condition, Name, Plan, RETAINED, SIZE};
use super::services::services_are_loaded;
use super::value::{is_listed, passes};
use super::{
    AssessError, AssessOptions, Finding, MachineAssessment, Predicate, Service, limits, regions,
};
use crate::ids::ResourceId;
use crate::model::vocabulary::{Absence, FactSubject};
use crate::model::{Disk, FactSet, FactValue, Fleet, Machine};
use crate::order::{self, SmallMap};

/// So many kinds of machines, and of values of a fact, are kept. Beyond that all are forgotten, so that any number of
/// machines is judged in the same memory.
const MOST_KINDS: usize = 20_000;
const MOST_CLASSES: usize = 1_000;
const MOST_SETS: usize = 4_096;
/// So many values of a fact are known again without being tested.
const MOST_SEEN: usize = 256;

/// What stands for the machine's place in a fleet, in the judgement on a kind.
const THIS_MACHINE: &str = "machines[]";

/// Judges machines of any number by one question.
///
/// A machine is of a kind with another when every test that a row could ask gives the same for both.
#[derive(Clone, Debug)]
pub struct Judgements {
    options: AssessOptions,
    plan: &'static Plan,
    /// By name of the plan.
    tables: Vec<Table>,
    /// By row of the plan: whether it can hold for what is asked.
    live: Vec<bool>,
    /// What rows that can hold read of a machine, then of a disk.
    read: [ReadNames; 2],
    /// The class of each name that is asked.
    asked: Vec<u32>,
    /// What a machine without any fact is; then a disk, and one of which only its VM tells.
    blank: [Vec<u32>; 3],
    target: Option<String>,
    most_points: u64,
    silence: Option<Finding>,
    /// What sets of facts come to that many machines, then disks, share; in the order of their places in memory.
    known: [Vec<(usize, Told)>; 2],
    /// How many sets have a number.
    sets: u32,
    /// The kind of a machine by what rows can tell of it, and sooner by its sets of facts.
    kinds: SmallMap<(u64, Vec<u32>), u32>,
    briefs: SmallMap<(u64, Vec<u32>), u32>,
    /// Numbers of regions and zones, as machines say them.
    words: SmallMap<String, u32>,
    /// The judgements on the kinds; the first has the number `forgotten`.
    judged: Vec<MachineAssessment>,
    forgotten: u32,
}

/// Names of the plan that are read of a machine or a disk.
#[derive(Clone, Debug, Default)]
struct ReadNames {
    /// Facts, by name.
    facts: Vec<(&'static str, usize)>,
    measures: Vec<usize>,
}

/// What a set of facts tells.
#[derive(Clone, Debug, Default)]
struct Told {
    /// Which of the known sets it is, in the order in which they came up.
    number: u32,
    /// Kept with it, so that no other set takes its place in memory.
    facts: FactSet,
    classes: Vec<u32>,
    /// Names that the facts leave to be measured.
    measures: Vec<usize>,
    /// Those of them that differ between machines of one place and number of disks.
    names: Vec<usize>,
}

/// What was seen of the values of a name.
#[derive(Clone, Debug, Default)]
struct Table {
    classes: Vec<Class>,
    seen: SmallMap<FactValue, u32>,
    /// The class where there is no value; the second where a disk's own resource was not read.
    absent: [u32; 2],
}

/// Values that no row can tell apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Class {
    pub(super) state: State,
    /// What each test gives; none where the value is missing.
    pub(super) passes: Vec<bool>,
    /// The text, where it is compared.
    pub(super) text: Option<String>,
}

/// Whether a value is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// The fleet or the question gives it.
    Own,
    /// Its absence means it.
    Default,
    /// Nobody said, and it is taken as ordinary.
    Assumed,
    Missing,
}

impl Judgements {
    /// Nothing judged yet.
    ///
    /// # Errors
    /// An option that means nothing, or a service that needs its file first.
    pub fn new(options: &AssessOptions) -> Result<Self, AssessError> {
        super::option_words::check(options)?;
        if options.service != Service::RestorePoints && !services_are_loaded() {
            return Err(AssessError::ServicesNotLoaded);
        }
        let options = &AssessOptions {
            edition: options.deciding_edition(),
            ..options.clone()
        };
        let silence = super::assess::silence(options);
        let limits = limits(options.edition);
        let target = options.request.target_region.as_deref();
        let mut own = Self {
            plan: Plan::of(options.service, options.edition),
            tables: Vec::new(),
            live: Vec::new(),
            read: Default::default(),
            asked: Vec::new(),
            blank: Default::default(),
            target: target.map(regions::public_region),
            most_points: options
                .restore_points_per_vm
                .unwrap_or(limits.restore_points_per_vm),
            silence,
            known: Default::default(),
            sets: 0,
            kinds: SmallMap::new(),
            briefs: SmallMap::new(),
            words: SmallMap::new(),
            judged: Vec::new(),
            forgotten: 0,
            options: options.clone(),
        };
        own.begin();
        Ok(own)
    }

    /// The judgement on a machine; `index` is its place in the fleet.
    pub fn assess(&mut self, index: usize, machine: &Machine) -> MachineAssessment {
        let kind = self.kind(machine);
        match self.of_kind(kind) {
            Some(judged) => named(judged, index, machine),
            None => {
                let case = self.case(machine);
                named(&self.judge(machine, &case), index, machine)
            }
        }
    }

    /// Judges every machine of a fleet, which is looked at first.
    ///
    /// # Errors
    /// A fact that the vocabulary does not have, a machine or disk without a name, or a machine that is there twice.
    pub fn assess_all(
        &mut self,
        fleet: &Fleet,
        each: &mut dyn FnMut(MachineAssessment),
    ) -> Result<(), AssessError> {
        super::check(fleet)?;
        for (index, machine) in fleet.machines.iter().enumerate() {
            each(self.assess(index, machine));
        }
        Ok(())
    }

    /// The number of the machine's kind. Numbers grow; those of kinds that were forgotten are not given again.
    pub fn kind(&mut self, machine: &Machine) -> u32 {
        let many = |table: &Table| table.classes.len() > MOST_CLASSES;
        if self.judged.len() >= MOST_KINDS || self.tables.iter().any(many) {
            self.begin();
        }
        let brief = self.brief(machine).map(|brief| (hash(&brief), brief));
        if let Some(kind) = brief.as_ref().and_then(|brief| self.briefs.get(brief)) {
            return *kind;
        }
        let case = self.case(machine);
        let key = (hash(&case), case);
        let known = self.kinds.get(&key).copied();
        let kind = known.unwrap_or_else(|| self.new_kind(machine, key));
        if let Some(brief) = brief.filter(|_| self.briefs.len() < MOST_SETS) {
            self.briefs.insert(brief, kind);
        }
        kind
    }

    fn new_kind(&mut self, machine: &Machine, key: (u64, Vec<u32>)) -> u32 {
        let judged = self.judge(machine, &key.1);
        let new = u32::try_from(self.judged.len()).unwrap_or(u32::MAX);
        let kind = self.forgotten.saturating_add(new);
        self.judged.push(judged);
        self.kinds.insert(key, kind);
        kind
    }

    fn judge(&self, machine: &Machine, case: &[u32]) -> MachineAssessment {
        let disks = machine.disks.iter();
        match &self.silence {
            Some(finding) => super::assess::undocumented(machine.disks.len(), finding),
            None => {
                let asked_out = disks.map(|disk| self.options.leaves_out(disk)).collect();
                Judge::new(self, case, asked_out).assess()
            }
        }
    }

    /// The judgement on a kind: disks are called by their place, from 0, and the machine by none. `None` for one that
    /// was forgotten.
    #[must_use]
    pub fn of_kind(&self, kind: u32) -> Option<&MachineAssessment> {
        let at = kind.checked_sub(self.forgotten)?;
        self.judged.get(usize::try_from(at).ok()?)
    }

    /// The number of the first kind that is not forgotten.
    #[must_use]
    pub const fn forgotten(&self) -> u32 {
        self.forgotten
    }

    pub(super) const fn options(&self) -> &AssessOptions {
        &self.options
    }

    pub(super) const fn plan(&self) -> &'static Plan {
        self.plan
    }

    /// Whether a row of the plan can hold for what is asked.
    pub(super) fn is_live(&self, row: usize) -> bool {
        self.live.get(row) == Some(&true)
    }

    /// Forgets all kinds and begins anew.
    fn begin(&mut self) {
        let done = u32::try_from(self.judged.len()).unwrap_or(u32::MAX);
        self.forgotten = self.forgotten.saturating_add(done);
        self.judged.clear();
        self.known = Default::default();
        self.sets = 0;
        self.kinds = SmallMap::new();
        self.briefs = SmallMap::new();
        self.words = SmallMap::new();
        let asked = self.options.by_path();
        self.tables = self.plan.names.iter().map(|_| Table::default()).collect();
        self.asked = Vec::new();
        self.blank = Default::default();
        for (at, name) in self.plan.names.iter().enumerate() {
            self.set_absent(at, name);
            let absent = self.absent(at, false);
            if name.subject == FactSubject::Asked {
                let own = asked.get(name.text);
                let class = own.map_or(absent, |value| self.class_of(at, value));
                self.asked.push(class);
                continue;
            }
            let not_read = self.absent(at, true);
            let [machine, disk, referred_to] = &mut self.blank;
            if name.subject == FactSubject::Machine {
                machine.push(absent);
            } else {
                disk.push(absent);
                referred_to.push(not_read);
            }
        }
        let rows = &self.plan.rows;
        self.live = rows
            .iter()
            .map(|row| self.can_hold(&row.when) != Some(false))
            .collect();
        let live = rows.iter().zip(&self.live).filter(|(_, live)| **live);
        let names = order::few(live.flat_map(|(row, _)| row.names.iter().copied()));
        self.read = Default::default();
        for at in names {
            let Some(name) = self.plan.names.get(at) else {
                continue;
            };
            let Some(read) = self.read.get_mut(name.subject as usize) else {
                continue;
            };
            if name.entry.is_some() {
                order::join(&mut read.facts, [(name.text, at)]);
            } else {
                read.measures.push(at);
            }
        }
    }

    fn set_absent(&mut self, at: usize, name: &Name) {
        let missing = Class::missing();
        let made = |own: &Self, state, value: &FactValue| own.class(name, state, value);
        let zero = FactValue::Integer(0);
        let [first, second] = match name.entry.map(|entry| &entry.absence) {
            _ if matches!(name.text, RETAINED | COUNTED) => {
                let zero = made(self, State::Assumed, &zero);
                [zero.clone(), zero]
            }
            // Few disks are as large as a limit, but one that nobody looked at may be.
            _ if name.text == SIZE => [made(self, State::Assumed, &zero), missing],
            Some(Absence::ServiceDefault(value)) => {
                let class = made(self, State::Default, value);
                [class.clone(), class]
            }
            Some(Absence::DiskDefault(value)) => [made(self, State::Default, value), missing],
            Some(Absence::Assumed(value)) => {
                let class = made(self, State::Assumed, value);
                [class.clone(), class]
            }
            _ => [missing.clone(), missing],
        };
        if let Some(table) = self.tables.get_mut(at) {
            table.absent = [table.number(first), table.number(second)];
        }
    }

    fn absent(&self, name: usize, only_referred_to: bool) -> u32 {
        let absent = self.tables.get(name).map(|table| table.absent);
        let [read, not_read] = absent.unwrap_or_default();
        if only_referred_to { not_read } else { read }
    }

    /// The class of a value that is given.
    fn class_of(&mut self, name: usize, value: &FactValue) -> u32 {
        let seen = self
            .tables
            .get(name)
            .and_then(|table| table.seen.get(value));
        if let Some(class) = seen {
            return *class;
        }
        let Some(class) = self.own_class(name, value) else {
            return 0;
        };
        let Some(table) = self.tables.get_mut(name) else {
            return 0;
        };
        let class = table.number(class);
        if table.seen.len() < MOST_SEEN {
            table.seen.insert(value.clone(), class);
        }
        class
    }

    /// What is told apart of a value that is given.
    pub(super) fn own_class(&self, name: usize, value: &FactValue) -> Option<Class> {
        let name = self.plan.names.get(name)?;
        Some(self.class(name, State::Own, value))
    }

    fn class(&self, name: &Name, state: State, value: &FactValue) -> Class {
        let target = self.target.as_deref();
        let tests = name.tests.iter();
        Class {
            state,
            passes: tests
                .map(|test| passes(test, value, target, self.most_points))
                .collect(),
            text: match value {
                FactValue::Text(text) if name.is_compared => Some(text.clone()),
                _ => None,
            },
        }
    }

    /// A class of a name.
    pub(super) fn numbered(&self, name: usize, class: u32) -> Option<&Class> {
        let classes = &self.tables.get(name)?.classes;
        classes.get(usize::try_from(class).ok()?)
    }

    /// The class of what is asked.
    pub(super) fn asked(&self, slot: usize) -> u32 {
        self.asked.get(slot).copied().unwrap_or_default()
    }

    /// What a question about the region comes to by the request alone.
    pub(super) fn settled(&self, asks: &Predicate) -> Option<bool> {
        match (asks, self.target.as_deref()) {
            (Predicate::CrossRegion, None) => Some(false),
            (Predicate::RegionsListed, Some(target)) if !is_listed(target) => Some(false),
            (Predicate::TargetArea(name), target) => {
                let mut areas = regions::cross_region_areas().iter();
                let area = areas.find(|area| area.area == *name);
                Some(
                    area.zip(target)
                        .is_some_and(|(area, target)| area.regions.iter().any(|own| own == target)),
                )
            }
            _ => None,
        }
    }

    /// What a condition comes to by what is asked alone; `None` where that depends on the machine, or on something
    /// asked that may yet be answered.
    fn can_hold(&self, condition: &Condition) -> Option<bool> {
        match condition {
            Condition::All(of) => self.all(of, true),
            Condition::Any(of) => self.all(of, false),
            Condition::Not(of) => self.can_hold(of).map(|holds| !holds),
            Condition::AnyDisk(of) => self.can_hold(of).filter(|holds| !holds),
            Condition::Region { asks, .. } => self.settled(asks),
            Condition::Test { name, test } => {
                let class = self.given(*name)?;
                let known = matches!(class.state, State::Own | State::Default);
                known.then(|| class.passes.get(*test) == Some(&true))
            }
            Condition::Supplied(name) => {
                let class = self.given(*name)?;
                // Whoever asks what would be if it were given has it given.
                (class.state == State::Own).then_some(true)
            }
            _ => None,
        }
    }

    /// The class of a name that is asked.
    fn given(&self, name: usize) -> Option<&Class> {
        let own = self.plan.names.get(name)?;
        let is_asked = own.subject == FactSubject::Asked;
        let class = is_asked.then(|| self.asked(own.slot))?;
        self.numbered(name, class)
    }

    /// Whether each of these is `want`; the other way round where one is not.
    fn all(&self, of: &[Condition], want: bool) -> Option<bool> {
        let mut open = false;
        for part in of {
            match self.can_hold(part) {
                Some(holds) if holds == want => {}
                Some(_) => return Some(!want),
                None => open = true,
            }
        }
        (!open).then_some(want)
    }
}

impl Class {
    /// That of a value that nobody gave.
    const fn missing() -> Self {
        Self {
            state: State::Missing,
            passes: Vec::new(),
            text: None,
        }
    }
}

impl Table {
    /// The number of a class.
    fn number(&mut self, class: Class) -> u32 {
        let known = self.classes.iter().position(|own| *own == class);
        let at = known.unwrap_or_else(|| {
            self.classes.push(class);
            self.classes.len() - 1
        });
        u32::try_from(at).unwrap_or(u32::MAX)
    }
}

/// Whether an id of a request is that of a disk, in any case.
pub(super) fn names_disk(id: &str, disk: &Disk) -> bool {
    let asked = id.parse::<ResourceId>().ok();
    asked.is_some() && asked == disk.id
}

fn hash(case: &[u32]) -> u64 {
    let mixed = |hash: u64, class: &u32| (hash ^ u64::from(*class)).wrapping_mul(0x0100_0000_01B3);
    case.iter().fold(0xCBF2_9CE4_8422_2325, mixed)
}

/// The field of a fact of the machine, before its place is known.
pub(super) fn field_of_machine(rest: &str) -> String {
    [THIS_MACHINE, ".", rest].concat()
}

/// Such a field, of the machine at this place of a fleet; `None` for a field of something else.
pub(crate) fn in_fleet(field: &str, index: usize) -> Option<String> {
    let rest = field.strip_prefix(THIS_MACHINE)?;
    Some(format!("machines[{index}]{rest}"))
}

/// The judgement on a kind as that on a machine of it.
fn named(judged: &MachineAssessment, index: usize, machine: &Machine) -> MachineAssessment {
    let mut own = judged.clone();
    own.id = machine.id.to_string();
    own.name.clone_from(&machine.name);
    let name = |place: &mut String| {
        let disk = place
            .parse()
            .ok()
            .and_then(|at: usize| machine.disks.get(at));
        if let Some(disk) = disk {
            place.clone_from(&disk.name);
        }
    };
    own.exclude_disks.iter_mut().for_each(name);
    own.disks.iter_mut().for_each(|disk| name(&mut disk.name));
    let found = own
        .findings
        .iter_mut()
        .flat_map(|finding| &mut finding.disks);
    found.for_each(name);
    own.assumed
        .iter_mut()
        .filter_map(|fact| fact.disk.as_mut())
        .for_each(name);
    for missing in &mut own.missing {
        missing.disk.iter_mut().for_each(name);
        for text in [&mut missing.field, &mut missing.where_] {
            if let Some(field) = in_fleet(text, index) {
                *text = field;
            }
        }
    }
    own
}
