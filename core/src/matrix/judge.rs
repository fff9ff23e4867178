//! Judging a kind of machine: its disks row by row, then the machine with what stays in the point.

mod said;

use super::evaluate::{FactKey, Scene, Truth};
use super::judgements::{Class, Judgements};
use super::plan::{Name, Plan, PlanRow, SIZE};
use super::written::Per;
use super::{MachineAssessment, Verdict};
use crate::model::vocabulary::{Absence, FactEntry, FactSubject};
use crate::model::{DiskRole, FactValue};
use crate::order;

/// A machine in the course of being judged. In what comes out disks are called by their place.
pub(super) struct Judge<'a> {
    judgements: &'a Judgements,
    plan: &'static Plan,
    /// What rows can tell of the machine.
    case: &'a [u32],
    /// What is taken to be known for once, by name and disk.
    supposed: Vec<(usize, Option<usize>, Class)>,
    /// By disk: whether the request leaves it out.
    asked_out: Vec<bool>,
    /// By disk: whether it is left out, by the request or by a row.
    left_out: Vec<bool>,
    /// What was found, one for each row and disk.
    outcomes: Vec<Outcome>,
    assumed: Vec<FactKey>,
    /// The verdicts of the rows that hold, by disk; then that for the machine.
    certain: Vec<Verdict>,
}

/// A row that holds, or that waits for facts.
#[derive(Clone)]
struct Outcome {
    row: usize,
    disk: Option<usize>,
    /// Empty where the row holds.
    waits_for: Vec<FactKey>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(judgements: &'a Judgements, case: &'a [u32], asked_out: Vec<bool>) -> Self {
        Self {
            judgements,
            plan: judgements.plan(),
            case,
            supposed: Vec::new(),
            left_out: asked_out.clone(),
            asked_out,
            outcomes: Vec::new(),
            assumed: Vec::new(),
            certain: Vec::new(),
        }
    }

    pub(super) fn assess(mut self) -> MachineAssessment {
        self.look(None, false);
        self.report()
    }

    pub(super) const fn judgements(&self) -> &'a Judgements {
        self.judgements
    }

    pub(super) const fn disks(&self) -> usize {
        self.asked_out.len()
    }

    pub(super) fn is_asked_out(&self, disk: Option<usize>) -> bool {
        disk.and_then(|disk| self.asked_out.get(disk)) == Some(&true)
    }

    pub(super) fn is_left_out(&self, disk: Option<usize>) -> bool {
        disk.and_then(|disk| self.left_out.get(disk)) == Some(&true)
    }

    pub(super) fn name(&self, name: usize) -> Option<&'static Name> {
        self.plan.names.get(name)
    }

    /// Where what is known of a disk begins in the case.
    fn of_disk(&self, disk: usize) -> usize {
        let [of_machine, of_disk, _] = self.plan.slots;
        of_machine + 1 + disk * (of_disk + 1)
    }

    pub(super) fn role(&self, disk: Option<usize>) -> Option<DiskRole> {
        match self.case.get(self.of_disk(disk?))? % 4 {
            1 => Some(DiskRole::Os),
            2 => Some(DiskRole::Data),
            _ => None,
        }
    }

    pub(super) fn excludes_foreign_disk(&self) -> bool {
        let [of_machine, ..] = self.plan.slots;
        self.case.get(of_machine) == Some(&1)
    }

    /// What is known of a name.
    pub(super) fn class(&self, name: usize, disk: Option<usize>) -> Option<&Class> {
        let own = self.plan.names.get(name)?;
        let of_disk = own.subject == FactSubject::Disk;
        let mut supposed = self.supposed.iter();
        let supposed = supposed.find(|(at, of, _)| *at == name && (!of_disk || *of == disk));
        if let Some((_, _, class)) = supposed {
            return Some(class);
        }
        let class = match own.subject {
            FactSubject::Asked => self.judgements.asked(own.slot),
            FactSubject::Machine => *self.case.get(own.slot)?,
            FactSubject::Disk => *self.case.get(self.of_disk(disk?) + 1 + own.slot)?,
        };
        self.judgements.numbered(name, class)
    }

    /// What to ask for where a name has no value.
    pub(super) fn key(&self, name: usize, disk: Option<usize>) -> FactKey {
        let own = self.plan.names.get(name);
        let at = own.map_or(name, |own| own.ask_for);
        let own = self.plan.names.get(at);
        FactKey {
            name: own.map_or("", |own| own.text),
            disk: disk.filter(|_| own.is_some_and(|own| own.subject == FactSubject::Disk)),
            at,
        }
    }

    /// Looks at every row; after another judge has, at those only that what is supposed bears on.
    fn look(&mut self, before: Option<&Self>, only_verdict: bool) {
        for disk in 0..self.disks() {
            self.rows(Some(disk), false, before, only_verdict);
            let out = self.certain_of(Some(disk)) == Verdict::ExcludeDisk;
            if let Some(left_out) = self.left_out.get_mut(disk) {
                *left_out |= out;
            }
        }
        // What stays is judged anew where it is not what it was.
        let before_of_rest = before.filter(|before| before.left_out == self.left_out);
        for disk in 0..self.disks() {
            self.rows(Some(disk), true, before_of_rest, only_verdict);
        }
        self.rows(None, false, before, only_verdict);
        self.rows(None, true, before_of_rest, only_verdict);
        let subjects = (0..self.disks()).map(Some).chain([None]);
        self.certain = subjects.map(|disk| self.certain_of(disk)).collect();
    }

    /// Judges the rows for a disk, or those for the machine.
    fn rows(
        &mut self,
        disk: Option<usize>,
        asks_what_stays: bool,
        before: Option<&Self>,
        only_verdict: bool,
    ) {
        let per = if disk.is_some() {
            Per::Disk
        } else {
            Per::Machine
        };
        let asked_out = self.is_asked_out(disk);
        for (at, row) in self.plan.rows.iter().enumerate() {
            // A disk that the request leaves out is judged by that alone.
            let applies = row.per == per
                && row.asks_what_stays == asks_what_stays
                && self.judgements.is_live(at)
                && (!asked_out || row.asks_left_out_by_request);
            if !applies {
                continue;
            }
            if let Some(before) = before.filter(|_| !self.is_supposed(row)) {
                let own = |outcome: &&Outcome| outcome.row == at && outcome.disk == disk;
                let same = before.outcomes.iter().find(own).cloned();
                self.outcomes.extend(same);
                continue;
            }
            let options = self.judgements.options();
            let truth = self.scene(disk, !options.strict).holds(&row.when);
            if row.may_assume && !options.strict && !only_verdict {
                let without = self.scene(disk, false).holds(&row.when);
                let assumed = self.assumptions(&truth, without);
                order::join(&mut self.assumed, assumed);
            }
            let waits_for = match truth {
                Truth::True => Vec::new(),
                Truth::Unknown(facts) => facts,
                Truth::False => continue,
            };
            self.outcomes.push(Outcome {
                row: at,
                disk,
                waits_for,
            });
        }
    }

    /// Whether a row reads something that is supposed.
    fn is_supposed(&self, row: &PlanRow) -> bool {
        let mut supposed = self.supposed.iter();
        supposed.any(|(name, ..)| row.names.contains(name))
    }

    const fn scene(&self, disk: Option<usize>, assume: bool) -> Scene<'_> {
        Scene {
            judge: self,
            disk,
            assume,
        }
    }

    /// The assumed facts that an answer rests on: those that it would wait for without them.
    fn assumptions(&self, with: &Truth, without: Truth) -> Vec<FactKey> {
        let Truth::Unknown(facts) = without else {
            return Vec::new();
        };
        let waits = match with {
            Truth::Unknown(facts) => facts.as_slice(),
            _ => &[],
        };
        let assumed = facts.into_iter().filter(|key| !waits.contains(key));
        assumed
            .filter(|key| self.assumed_value(*key).is_some())
            .collect()
    }

    fn assumed_value(&self, key: FactKey) -> Option<FactValue> {
        if key.name == SIZE {
            return Some(FactValue::Text("below the limits".to_owned()));
        }
        match &self.entry_of(key)?.absence {
            Absence::Assumed(value) => Some(value.clone()),
            _ => None,
        }
    }

    fn entry_of(&self, key: FactKey) -> Option<&'static FactEntry> {
        self.name(key.at)?.entry
    }

    fn row(&self, outcome: &Outcome) -> Option<&'static PlanRow> {
        self.plan.rows.get(outcome.row)
    }

    /// The verdict of the rows that hold, worked out.
    fn certain_of(&self, disk: Option<usize>) -> Verdict {
        let held = self
            .outcomes
            .iter()
            .filter(|outcome| outcome.disk == disk && outcome.waits_for.is_empty());
        let verdicts = held.filter_map(|outcome| Some(self.row(outcome)?.verdict));
        // Where no row speaks of a disk the pages are silent about it, if they speak of disks at all and
        // the disk is wanted.
        let wanted = disk.is_some() && !self.is_asked_out(disk);
        let silent = if wanted && self.plan.speaks_of_disks {
            Verdict::Undocumented
        } else {
            Verdict::Supported
        };
        verdicts.max().unwrap_or(silent)
    }

    /// The verdict of the rows that hold.
    fn certain(&self, disk: Option<usize>) -> Verdict {
        let certain = self.certain.get(disk.unwrap_or(self.disks()));
        certain.copied().unwrap_or(Verdict::Supported)
    }

    /// Whether an outcome that waits for facts could change the verdict on its subject by more than a
    /// caveat: what is only worth knowing leaves nothing unknown, unless asked strictly. Nothing changes a machine
    /// any more that cannot be protected, be it for one of its disks.
    fn decides(&self, outcome: &Outcome) -> bool {
        if outcome.waits_for.is_empty() {
            return false;
        }
        let rest = match outcome.disk {
            Some(_) => self.certain(None),
            None => self
                .certain
                .iter()
                .copied()
                .max()
                .unwrap_or(Verdict::Supported),
        };
        let mild = if self.judgements.options().strict {
            Verdict::Supported
        } else {
            Verdict::Caveat
        };
        rest != Verdict::NotSupported
            && self
                .row(outcome)
                .is_some_and(|row| row.verdict > self.certain(outcome.disk).max(mild))
    }

    /// Whether disks are needed and not there.
    fn lacks_disks(&self) -> bool {
        self.disks() == 0 && self.plan.speaks_of_disks
    }

    fn verdict(&self, disk: Option<usize>) -> Verdict {
        let mut waiting = self.outcomes.iter().filter(|outcome| outcome.disk == disk);
        let certain = self.certain(disk);
        if waiting.any(|outcome| self.decides(outcome)) {
            certain.max(Verdict::Unknown)
        } else {
            certain
        }
    }

    /// The verdict on the machine with all its disks.
    fn overall(&self) -> Verdict {
        let disks = (0..self.disks()).map(|disk| self.verdict(Some(disk)));
        let worst = disks.max().unwrap_or(Verdict::Supported);
        let lacking = if self.lacks_disks() {
            Verdict::Unknown
        } else {
            worst
        };
        self.verdict(None).max(lacking)
    }
}

impl Judge<'_> {}
