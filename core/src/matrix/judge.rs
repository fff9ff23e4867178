//! Judging one machine: its disks row by row, then the machine with what stays in the point.

use super::evaluate::{FactKey, Scene, Truth};
use super::written::{Per, RowInForce};
use super::{
    AssessOptions, AssumedFact, DiskAssessment, Finding, MachineAssessment, MissingFact, Subject,
    Verdict,
};
use crate::model::vocabulary::{self, Absence, FactEntry, FactSubject, FactType};
use crate::model::{FactSet, FactValue, Machine};
use crate::order::{self, SmallMap};

pub(super) struct Judge<'a> {
    index: usize,
    machine: &'a Machine,
    options: &'a AssessOptions,
    /// The options by path.
    asked: &'a FactSet,
    rows: &'a [RowInForce],
    asked_out: Vec<bool>,
    left_out: Vec<bool>,
    /// What was found, one for each row and disk.
    outcomes: Vec<Outcome<'a>>,
    assumed: Vec<FactKey<'a>>,
}

/// A row that holds, or that waits for facts.
struct Outcome<'a> {
    row: usize,
    disk: Option<usize>,
    /// Empty where the row holds.
    waits_for: Vec<FactKey<'a>>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        index: usize,
        machine: &'a Machine,
        options: &'a AssessOptions,
        asked: &'a FactSet,
        rows: &'a [RowInForce],
    ) -> Self {
        let disks = machine.disks.iter();
        let asked_out: Vec<bool> = disks.map(|disk| options.leaves_out(disk)).collect();
        Self {
            index,
            machine,
            options,
            asked,
            rows,
            left_out: asked_out.clone(),
            asked_out,
            outcomes: Vec::new(),
            assumed: Vec::new(),
        }
    }

    pub(super) fn assess(self) -> MachineAssessment {
        self.judged().report()
    }

    /// After every row was looked at.
    fn judged(mut self) -> Self {
        let disks = 0..self.machine.disks.len();
        for disk in disks.clone() {
            self.judge(Some(disk), false);
            let out = self.certain(Some(disk)) == Verdict::ExcludeDisk;
            if let Some(left_out) = self.left_out.get_mut(disk) {
                *left_out |= out;
            }
        }
        for disk in disks {
            self.judge(Some(disk), true);
        }
        self.judge(None, false);
        self.judge(None, true);
        self
    }

    /// Judges the rows for a disk, or those for the machine.
    fn judge(&mut self, disk: Option<usize>, asks_what_stays: bool) {
        let per = if disk.is_some() {
            Per::Disk
        } else {
            Per::Machine
        };
        let asked_out = disk.and_then(|disk| self.asked_out.get(disk)).copied();
        for (at, in_force) in self.rows.iter().enumerate() {
            let Some(when) = in_force.row.when.as_ref() else {
                continue;
            };
            // A disk that the request leaves out is judged by that alone.
            let applies = in_force.row.per == per
                && when.asks_what_stays() == asks_what_stays
                && (asked_out != Some(true) || when.asks_left_out_by_request());
            if !applies {
                continue;
            }
            let scene = self.scene(disk, !self.options.strict);
            let truth = scene.holds(when);
            let assumed = if self.options.strict || in_force.row.verdict == Verdict::Supported {
                Vec::new()
            } else {
                Self::assumptions(&truth, self.scene(disk, false).holds(when))
            };
            order::join(&mut self.assumed, assumed);
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

    fn scene(&self, disk: Option<usize>, assume: bool) -> Scene<'a, '_> {
        Scene {
            machine: self.machine,
            options: self.options,
            asked: self.asked,
            disk,
            asked_out: &self.asked_out,
            left_out: &self.left_out,
            assume,
        }
    }

    /// The assumed facts that an answer rests on: those that it would wait for without them.
    fn assumptions(with: &Truth<'a>, without: Truth<'a>) -> Vec<FactKey<'a>> {
        let Truth::Unknown(facts) = without else {
            return Vec::new();
        };
        let waits = match with {
            Truth::Unknown(facts) => facts.clone(),
            _ => Vec::new(),
        };
        let assumed = facts.into_iter().filter(|key| !waits.contains(key));
        assumed
            .filter(|key| assumed_value(*key).is_some())
            .collect()
    }

    fn row(&self, outcome: &Outcome) -> Option<&'a RowInForce> {
        self.rows.get(outcome.row)
    }

    /// The verdict of the rows that hold.
    fn certain(&self, disk: Option<usize>) -> Verdict {
        let held = self
            .outcomes
            .iter()
            .filter(|outcome| outcome.disk == disk && outcome.waits_for.is_empty());
        let verdicts = held.filter_map(|outcome| Some(self.row(outcome)?.row.verdict));
        // Where no row speaks of a disk the pages are silent about it, if they speak of disks at all and
        // the disk is wanted.
        let wanted = disk.and_then(|disk| self.asked_out.get(disk)) == Some(&false);
        let silent = if wanted && self.speaks_of_disks() {
            Verdict::Undocumented
        } else {
            Verdict::Supported
        };
        verdicts.max().unwrap_or(silent)
    }

    /// Whether an outcome that waits for facts could change the verdict on its subject by more than a
    /// caveat: what is only worth knowing leaves nothing unknown, unless asked strictly.
    fn decides(&self, outcome: &Outcome) -> bool {
        let certain = self.certain(outcome.disk);
        let rest = self.certain(None);
        let mild = if self.options.strict {
            Verdict::Supported
        } else {
            Verdict::Caveat
        };
        !outcome.waits_for.is_empty()
            && rest != Verdict::NotSupported
            && self
                .row(outcome)
                .is_some_and(|row| row.row.verdict > certain.max(mild))
    }

    /// Whether the service looks at disks: the agents in the guest do not.
    fn speaks_of_disks(&self) -> bool {
        self.rows.iter().any(|row| row.row.per == Per::Disk)
    }

    /// Whether disks are needed and not there.
    fn lacks_disks(&self) -> bool {
        self.machine.disks.is_empty() && self.speaks_of_disks()
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
        let disks = (0..self.machine.disks.len()).map(|disk| self.verdict(Some(disk)));
        let worst = disks.max().unwrap_or(Verdict::Supported);
        let lacking = if self.lacks_disks() {
            Verdict::Unknown
        } else {
            worst
        };
        self.verdict(None).max(lacking)
    }

    fn report(self) -> MachineAssessment {
        let disks = self.machine.disks.iter().enumerate();
        let disks: Vec<DiskAssessment> = disks
            .map(|(at, disk)| DiskAssessment {
                name: disk.name.clone(),
                verdict: self.verdict(Some(at)),
            })
            .collect();
        let missing = self.missing();
        let left_out = self.machine.disks.iter().zip(&self.left_out);
        MachineAssessment {
            id: self.machine.id.to_string(),
            name: self.machine.name.clone(),
            verdict: self.overall(),
            exclude_disks: left_out
                .filter(|(_, out)| **out)
                .map(|(disk, _)| disk.name.clone())
                .collect(),
            missing,
            assumed: self.assumed_facts(),
            findings: self.findings(),
            disks,
        }
    }

    fn missing(&self) -> Vec<MissingFact> {
        let mut by_key: SmallMap<FactKey, Vec<&RowInForce>> = SmallMap::new();
        for outcome in self.outcomes.iter().filter(|outcome| self.decides(outcome)) {
            if let Some(row) = self.row(outcome) {
                for key in &outcome.waits_for {
                    if let Some(rows) = by_key.or_insert_with(*key, Vec::new) {
                        rows.push(row);
                    }
                }
            }
        }
        let mut missing: Vec<MissingFact> = by_key
            .into_iter()
            .map(|(key, rows)| self.missing_fact(key, &rows))
            .collect();
        if self.lacks_disks() {
            missing.push(MissingFact {
                fact: "disks".to_owned(),
                where_: "az vm list -o json".to_owned(),
                verdict_for: SmallMap::new(),
                field: format!("machines[{}].disks", self.index),
                decides: "every disk".to_owned(),
                disk: None,
                row_ids: Vec::new(),
                az: Some("az vm list -o json".to_owned()),
            });
        }
        missing
    }

    fn missing_fact(&self, key: FactKey, rows: &[&RowInForce]) -> MissingFact {
        let mut labels: Vec<&str> = rows.iter().map(|row| row.row.label.as_str()).collect();
        labels.dedup();
        let ids = rows.iter().flat_map(|row| row.rule_ids.iter().cloned());
        let field = self.field(key);
        let az = entry_of(key).and_then(|entry| entry.az.clone());
        MissingFact {
            fact: key.name.to_owned(),
            where_: az.clone().unwrap_or_else(|| field.clone()),
            verdict_for: self.verdict_for(key, rows),
            field,
            decides: labels.join("; "),
            disk: self.disk_name(key),
            row_ids: order::few(ids),
            az,
        }
    }

    /// The machine's verdict, were the fact known: one for each value of a short list.
    fn verdict_for(&self, key: FactKey, rows: &[&RowInForce]) -> SmallMap<String, Verdict> {
        let mut values = entry_of(key).map(candidates).unwrap_or_default();
        let mut when = rows.iter().filter_map(|row| row.row.when.as_ref());
        let own = when.find_map(|when| self.scene(key.disk, true).own(when.same_as(key.name)?));
        if let Some(FactValue::Text(own)) = own.as_deref() {
            for word in [own, "other"] {
                values.push((word.to_owned(), FactValue::Text(word.to_owned())));
            }
        }
        let judged = values.into_iter().map(|(word, value)| {
            let mut machine = self.machine.clone();
            let mut asked = self.asked.clone();
            let facts = match key.disk {
                _ if key.name.contains('.') => Some(&mut asked),
                Some(disk) => machine.disks.get_mut(disk).map(|disk| &mut disk.facts),
                None => Some(&mut machine.facts),
            };
            if let Some(facts) = facts {
                facts.insert(key.name.to_owned(), value);
            }
            let judge = Judge::new(self.index, &machine, self.options, &asked, self.rows);
            (word, judge.judged().overall())
        });
        judged.collect()
    }

    fn field(&self, key: FactKey) -> String {
        let machine = format!("machines[{}]", self.index);
        match (key.disk, entry_of(key)) {
            _ if key.name.contains('.') => format!("options.{}", key.name),
            (Some(disk), _) => format!("{machine}.disks[{disk}].facts.{}", key.name),
            (None, Some(_)) => format!("{machine}.facts.{}", key.name),
            // What is no fact is a field of the machine itself: its location.
            (None, None) => format!("{machine}.{}", key.name),
        }
    }

    fn disk_name(&self, key: FactKey) -> Option<String> {
        let disk = self.machine.disks.get(key.disk?)?;
        Some(disk.name.clone())
    }

    fn assumed_facts(&self) -> Vec<AssumedFact> {
        let assumed = self.assumed.iter().filter_map(|key| {
            Some(AssumedFact {
                fact: key.name.to_owned(),
                value: assumed_value(*key)?.clone(),
                disk: self.disk_name(*key),
            })
        });
        assumed.collect()
    }

    /// One finding for each row, with the disks that it holds for; the decisive ones first.
    fn findings(&self) -> Vec<Finding> {
        let mut held: SmallMap<(bool, usize), Vec<&Outcome>> = SmallMap::new();
        for outcome in &self.outcomes {
            let holds = outcome.waits_for.is_empty();
            if holds || self.decides(outcome) {
                let key = (holds, outcome.row);
                if let Some(outcomes) = held.or_insert_with(key, Vec::new) {
                    outcomes.push(outcome);
                }
            }
        }
        let mut findings: Vec<Finding> = held
            .iter()
            .filter_map(|((holds, row), outcomes)| {
                Some(self.finding(self.rows.get(*row)?, *holds, outcomes))
            })
            .collect();
        if self.lacks_disks() {
            findings.push(no_disks());
        }
        order::by(findings, |finding| {
            u64::from(u8::MAX) - finding.verdict as u64
        })
    }

    fn finding(&self, in_force: &RowInForce, holds: bool, outcomes: &[&Outcome]) -> Finding {
        let row = in_force.row;
        let disks = outcomes.iter().filter_map(|outcome| outcome.disk);
        let disks = disks.filter_map(|at| self.machine.disks.get(at));
        let mut finding = Finding {
            verdict: row.verdict,
            subject: row.subject,
            disks: disks.map(|disk| disk.name.clone()).collect(),
            matrix_row: row.id.clone(),
            label: row.label.clone(),
            row_ids: in_force.rule_ids.clone(),
            citations: in_force.citations.clone(),
            text: row.text.clone(),
            remedy: row.remedy.clone(),
            conflicts_with: in_force.conflicts_with.clone(),
        };
        if !holds {
            let facts = outcomes.iter().flat_map(|outcome| &outcome.waits_for);
            let facts = order::few(facts.map(|key| key.name)).join(", ");
            finding.verdict = Verdict::Unknown;
            finding.text = format!("Not decided for want of {facts}. If it holds: {}", row.text);
            finding.remedy = format!("Supply {facts}.");
        }
        finding
    }
}

fn no_disks() -> Finding {
    Finding {
        verdict: Verdict::Unknown,
        subject: Subject::Disk,
        disks: Vec::new(),
        matrix_row: String::new(),
        label: "Disks".to_owned(),
        row_ids: Vec::new(),
        citations: Vec::new(),
        text: "The fleet has no disk of this VM, not even its OS disk, so nothing can be said about what a point would hold.".to_owned(),
        remedy: "Supply the VM's disks.".to_owned(),
        conflicts_with: Vec::new(),
    }
}

fn entry_of(key: FactKey) -> Option<&'static FactEntry> {
    let subject = match key.disk {
        _ if key.name.contains('.') => FactSubject::Asked,
        Some(_) => FactSubject::Disk,
        None => FactSubject::Machine,
    };
    vocabulary::entry(subject, key.name)
}

/// The values that a fact can take, where they are a short list. A whole number stands for its
/// ordinary value and the next one.
fn candidates(entry: &FactEntry) -> Vec<(String, FactValue)> {
    let text = |word: &String| (word.clone(), FactValue::Text(word.clone()));
    match (&entry.value_type, &entry.absence) {
        (FactType::Bool, _) => [true, false]
            .map(|value| (value.to_string(), FactValue::Bool(value)))
            .to_vec(),
        (FactType::OneOf(words), _) => words.iter().map(text).collect(),
        (
            FactType::Integer { .. },
            Absence::ServiceDefault(FactValue::Integer(ordinary))
            | Absence::DiskDefault(FactValue::Integer(ordinary))
            | Absence::Assumed(FactValue::Integer(ordinary)),
        ) => [*ordinary, ordinary.saturating_add(1)]
            .map(|value| (value.to_string(), FactValue::Integer(value)))
            .to_vec(),
        _ => Vec::new(),
    }
}

fn assumed_value(key: FactKey) -> Option<&'static FactValue> {
    match &entry_of(key)?.absence {
        Absence::Assumed(value) => Some(value),
        _ => None,
    }
}
