//! The fleet's rows, in groups.

use rplab_core::matrix::{Finding, MachineAssessment, Verdict};
use rplab_core::model::{FactValue, Fleet, Machine};

/// What the table is grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupBy {
    /// The finding that decides.
    Reason,
    /// The region.
    Region,
    /// Nothing.
    None,
}

/// What the reader narrows the table to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filter {
    /// A part of a name, region, tag or disk SKU.
    pub(crate) text: String,
    /// Only VMs that are not simply supported.
    pub(crate) needs_work: bool,
    /// Only VMs with this verdict.
    pub(crate) verdict: Option<Verdict>,
}

/// A VM with its judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// The VM.
    pub(crate) machine: Machine,
    /// Where it stands in the fleet.
    pub(crate) index: usize,
    /// Its judgement by the chosen service, where the fleet could be judged.
    pub(crate) judged: Option<MachineAssessment>,
}

impl Row {
    /// The verdict; undocumented where there is none.
    pub(crate) fn verdict(&self) -> Verdict {
        self.judged
            .as_ref()
            .map_or(Verdict::Undocumented, |judged| judged.verdict)
    }

    /// The finding that decides.
    pub(crate) fn reason(&self) -> Option<&Finding> {
        let judged = self.judged.as_ref()?;
        judged
            .findings
            .iter()
            .find(|finding| finding.verdict == judged.verdict)
    }
}

/// Rows under one heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// The heading; empty for a table without groups.
    pub(crate) title: String,
    /// The finding that decides, for a group by reason.
    pub(crate) reason: Option<Finding>,
    /// The verdict of its rows, for a group by reason.
    pub(crate) verdict: Option<Verdict>,
    /// Its rows.
    pub(crate) rows: Vec<Row>,
}

/// The rows that the filter lets through, grouped; the gravest reasons first.
pub(crate) fn grouped(
    fleet: &Fleet,
    judged: &[MachineAssessment],
    by: GroupBy,
    filter: &Filter,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (index, machine) in fleet.machines.iter().enumerate() {
        let row = Row {
            machine: machine.clone(),
            index,
            judged: judged.get(index).cloned(),
        };
        if !lets_through(&row, filter) {
            continue;
        }
        let (title, reason, verdict) = heading(&row, by);
        match groups
            .iter_mut()
            .find(|group| group.title == title && group.verdict == verdict)
        {
            Some(group) => group.rows.push(row),
            None => {
                // The worst first, then by title.
                let before = |group: &Group| {
                    group.verdict > verdict || (group.verdict == verdict && group.title < title)
                };
                let at = groups.partition_point(before);
                let rows = vec![row];
                groups.insert(
                    at,
                    Group {
                        title,
                        reason,
                        verdict,
                        rows,
                    },
                );
            }
        }
    }
    groups
}

fn heading(row: &Row, by: GroupBy) -> (String, Option<Finding>, Option<Verdict>) {
    match by {
        GroupBy::None => (String::new(), None, None),
        GroupBy::Region => (
            row.machine
                .location
                .clone()
                .unwrap_or_else(|| "Region not known".to_owned()),
            None,
            None,
        ),
        GroupBy::Reason => {
            let verdict = row.verdict();
            let waits = row
                .judged
                .as_ref()
                .filter(|judged| verdict == Verdict::Unknown && !judged.missing.is_empty());
            match (
                row.reason().filter(|_| verdict != Verdict::Supported),
                waits,
            ) {
                (_, Some(_)) => ("A fact is missing".to_owned(), None, Some(verdict)),
                (Some(reason), _) => (reason.label.clone(), Some(reason.clone()), Some(verdict)),
                (None, _) if verdict == Verdict::Supported => {
                    ("Supported as they are".to_owned(), None, Some(verdict))
                }
                (None, _) => ("No row decides".to_owned(), None, Some(verdict)),
            }
        }
    }
}

fn lets_through(row: &Row, filter: &Filter) -> bool {
    let verdict = row.verdict();
    if filter.needs_work && verdict == Verdict::Supported
        || filter.verdict.is_some_and(|only| only != verdict)
    {
        return false;
    }
    let text = filter.text.trim().to_lowercase();
    text.is_empty() || words_of(&row.machine).any(|word| word.to_lowercase().contains(&text))
}

fn words_of(machine: &Machine) -> impl Iterator<Item = &str> {
    let disks = machine.disks.iter().flat_map(|disk| {
        let sku = match disk.facts.get("sku") {
            Some(FactValue::Text(sku)) => Some(sku.as_str()),
            _ => None,
        };
        std::iter::once(disk.name.as_str()).chain(sku)
    });
    let tags = machine
        .tags
        .iter()
        .flat_map(|(name, value)| [name.as_str(), value.as_str()]);
    std::iter::once(machine.name.as_str())
        .chain(machine.location.as_deref())
        .chain(tags)
        .chain(disks)
}

/// A text fact.
pub(crate) fn text_fact<'a>(machine: &'a Machine, name: &str) -> Option<&'a str> {
    match machine.facts.get(name) {
        Some(FactValue::Text(text)) => Some(text),
        _ => None,
    }
}
