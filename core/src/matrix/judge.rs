//! Judging a kind of machine: its disks row by row, then the machine with what stays in the point.

use super::evaluate::{FactKey, Scene, Truth};
use super::judgements::{Class, Judgements, State, field_of_machine};
use super::plan::{Name, Plan, PlanRow, SIZE};
use super::written::{Per, RowInForce};
use super::{
    AssumedFact, DiskAssessment, Finding, MachineAssessment, MissingFact, Predicate, Subject,
    Verdict,
};
use crate::model::vocabulary::{Absence, FactEntry, FactSubject, FactType};
use crate::model::{DiskRole, FactValue};
use crate::order::{self, SmallMap};

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

    fn report(self) -> MachineAssessment {
        let disks = (0..self.disks()).map(|at| DiskAssessment {
            name: at.to_string(),
            verdict: self.verdict(Some(at)),
        });
        let left_out = (0..self.disks()).filter(|at| self.is_left_out(Some(*at)));
        MachineAssessment {
            id: String::new(),
            name: String::new(),
            verdict: self.overall(),
            exclude_disks: left_out.map(|at| at.to_string()).collect(),
            missing: self.missing(),
            assumed: self.assumed_facts(),
            findings: self.findings(),
            disks: disks.collect(),
        }
    }

    fn missing(&self) -> Vec<MissingFact> {
        let mut by_key: SmallMap<FactKey, Vec<&'static PlanRow>> = SmallMap::new();
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
                field: field_of_machine("disks"),
                decides: "every disk".to_owned(),
                disk: None,
                row_ids: Vec::new(),
                az: Some("az vm list -o json".to_owned()),
            });
        }
        missing
    }

    fn missing_fact(&self, key: FactKey, rows: &[&'static PlanRow]) -> MissingFact {
        let rows: Vec<&RowInForce> = rows.iter().map(|row| row.in_force).collect();
        let mut labels: Vec<&str> = rows.iter().map(|row| row.row.label.as_str()).collect();
        labels.dedup();
        let ids = rows.iter().flat_map(|row| row.rule_ids.iter().cloned());
        let field = self.field(key);
        let az = self.az(key.at).map(str::to_owned);
        MissingFact {
            fact: key.name.to_owned(),
            where_: az.clone().unwrap_or_else(|| field.clone()),
            verdict_for: self.verdict_for(key, &rows),
            field,
            decides: labels.join("; "),
            disk: key.disk.map(|disk| disk.to_string()),
            row_ids: order::few(ids),
            az,
        }
    }

    /// The machine's verdict, were the fact known: one for each value of a short list.
    fn verdict_for(&self, key: FactKey, rows: &[&RowInForce]) -> SmallMap<String, Verdict> {
        let mut values = self.entry_of(key).map(candidates).unwrap_or_default();
        if key.name == SIZE {
            let tests = self.name(key.at).map(|name| &name.tests);
            for test in tests.into_iter().flatten() {
                if let Predicate::Above(_, most) = test {
                    values.extend(and_one_more(*most));
                }
            }
        }
        if key.name == "zones" {
            values.push(("none".to_owned(), FactValue::TextList(Vec::new())));
            values.push(("1".to_owned(), FactValue::TextList(vec!["1".to_owned()])));
        }
        let mut when = rows.iter().filter_map(|row| row.row.when.as_ref());
        if let Some(own) = when.find_map(|when| self.own_text(when.same_as(key.name)?, key.disk)) {
            for word in [own.as_str(), "other"] {
                values.push((word.to_owned(), FactValue::Text(word.to_owned())));
            }
        }
        let judged = values.into_iter().map(|(word, value)| {
            let mut judge = Judge::new(self.judgements, self.case, self.asked_out.clone());
            for (at, name) in self.plan.names.iter().enumerate() {
                // The points of a machine are counted by more than one measure.
                let counts = name.ask_for == key.at && name.text.starts_with('(');
                if at == key.at || counts {
                    let class = self.judgements.own_class(at, &value);
                    judge
                        .supposed
                        .extend(class.map(|class| (at, key.disk, class)));
                }
            }
            judge.look(Some(self), true);
            (word, judge.overall())
        });
        judged.collect()
    }

    /// The text of a name, where the fleet or the question gives it.
    fn own_text(&self, name: &str, disk: Option<usize>) -> Option<String> {
        let mut names = self.plan.names.iter().enumerate();
        let found = names.find(|(_, own)| {
            own.text == name && (own.subject != FactSubject::Disk || disk.is_some())
        });
        let class = self.class(found?.0, disk)?;
        let text = class.text.as_ref().filter(|_| class.state == State::Own);
        text.cloned()
    }

    fn field(&self, key: FactKey) -> String {
        match (key.disk, self.entry_of(key)) {
            _ if key.name.contains('.') => format!("options.{}", key.name),
            (Some(disk), entry) => {
                let facts = entry.map_or("", |_| "facts.");
                field_of_machine(&format!("disks[{disk}].{facts}{}", key.name))
            }
            (None, Some(_)) => field_of_machine(&format!("facts.{}", key.name)),
            // What is no fact is a field of the machine itself: its location.
            (None, None) => field_of_machine(key.name),
        }
    }

    fn assumed_facts(&self) -> Vec<AssumedFact> {
        let assumed = self.assumed.iter().filter_map(|key| {
            Some(AssumedFact {
                fact: key.name.to_owned(),
                value: self.assumed_value(*key)?,
                disk: key.disk.map(|disk| disk.to_string()),
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
                let in_force = self.plan.rows.get(*row)?.in_force;
                Some(self.finding(in_force, *holds, outcomes))
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
        let mut finding = Finding {
            verdict: row.verdict,
            subject: row.subject,
            disks: disks.map(|disk| disk.to_string()).collect(),
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
            let facts = order::few(facts.map(|key| (key.name, key.at)));
            finding.verdict = Verdict::Unknown;
            finding.text = [
                "It is not known yet whether this applies: ",
                &row.text,
                " What tells it is missing: ",
                &self.in_words(&facts),
                ".",
            ]
            .concat();
            finding.remedy = self.where_to_find(&facts);
        }
        finding
    }
}

impl Judge<'_> {
    /// The command that shows a name.
    fn az(&self, at: usize) -> Option<&'static str> {
        let name = self.name(at)?;
        if name.text == SIZE {
            return Some("az disk list -o json");
        }
        name.entry?.az.as_deref()
    }

    /// What facts are, as people know them.
    fn in_words(&self, facts: &[(&str, usize)]) -> String {
        let each = facts.iter().map(|(name, at)| {
            let entry = self.name(*at).and_then(|name| name.entry);
            let measure = match *name {
                SIZE => "Its provisioned size",
                "zones" => "The zones that the VM is pinned to",
                _ => "The region of the VM",
            };
            let meaning = entry.map_or(measure, |entry| entry.meaning.as_str());
            [name, " (", meaning.trim_end_matches('.'), ")"].concat()
        });
        each.collect::<Vec<String>>().join(", ")
    }

    /// How to come by facts.
    fn where_to_find(&self, facts: &[(&str, usize)]) -> String {
        let each = facts.iter().map(|(name, at)| {
            let az = self.az(*at);
            let place = if name.contains('.') {
                "in the question"
            } else {
                "in the fleet"
            };
            match az {
                Some(az) => format!("`{az}` shows {name}: read that too, or say it {place}."),
                None => format!("Say {name} {place}."),
            }
        });
        each.collect::<Vec<String>>().join(" ")
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
        ) => and_one_more(*ordinary),
        _ => Vec::new(),
    }
}

/// A number and the next one.
fn and_one_more(number: i64) -> Vec<(String, FactValue)> {
    [number, number.saturating_add(1)]
        .map(|value| (value.to_string(), FactValue::Integer(value)))
        .to_vec()
}
