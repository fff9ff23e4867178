//! What a judgement says: findings, facts that are missing or assumed, and what each of them would change.

use super::{Judge, Outcome};
use crate::matrix::evaluate::FactKey;
use crate::matrix::judgements::{State, field_of_machine};
use crate::matrix::plan::{PlanRow, SIZE};
use crate::matrix::written::RowInForce;
use crate::matrix::{
    AssumedFact, DiskAssessment, Finding, MachineAssessment, MissingFact, Predicate, Subject,
    Verdict,
};
use crate::model::FactValue;
use crate::model::vocabulary::{Absence, FactEntry, FactSubject, FactType};
use crate::order::{self, SmallMap};

impl Judge<'_> {
    pub(super) fn report(self) -> MachineAssessment {
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
