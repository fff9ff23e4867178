//! Writing facts in the vocabulary's spelling.

use super::{Problem, Severity};
use crate::json;
use crate::model::vocabulary::{FactEntry, FactSubject, ranked};
use crate::model::{FactSet, FactValue};

/// Where facts are read: a resource, or a disk as its VM refers to it. The path is only put together for a problem.
#[derive(Clone, Copy, Debug)]
pub(super) enum Spot<'a> {
    Resource(&'a str),
    OsDisk(&'a str),
    DataDisk(&'a str, usize),
}

impl Spot<'_> {
    /// The path of a member.
    pub(super) fn path(self, member: &str) -> String {
        match self {
            Self::Resource(path) => format!("{path}.{member}"),
            Self::OsDisk(path) => format!("{path}.storageProfile.osDisk.{member}"),
            Self::DataDisk(path, at) => format!("{path}.storageProfile.dataDisks[{at}].{member}"),
        }
    }
}

/// Collects the facts of one resource, and what was wrong with them.
#[derive(Debug)]
pub(super) struct FactWriter<'p> {
    subject: FactSubject,
    spot: Spot<'p>,
    problems: &'p mut Vec<Problem>,
    /// In the order of their names, which the vocabulary has as numbers.
    found: Vec<(u16, &'static FactEntry, FactValue)>,
}

impl<'p> FactWriter<'p> {
    pub(super) fn new(
        subject: FactSubject,
        spot: Spot<'p>,
        problems: &'p mut Vec<Problem>,
    ) -> Self {
        Self {
            subject,
            spot,
            problems,
            found: Vec::with_capacity(16),
        }
    }

    /// A text, in the vocabulary's spelling; one that it does not have is reported and not taken.
    pub(super) fn text(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.put(name, FactValue::Text(value.to_owned()));
        }
    }

    /// Yes or no; a no that is the service's default is left out.
    pub(super) fn flag(&mut self, name: &str, value: Option<bool>) {
        if let Some(value) = value {
            self.put(name, FactValue::Bool(value));
        }
    }

    pub(super) fn integer(&mut self, name: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.put(name, FactValue::Integer(value));
        }
    }

    /// The facts; of two values of one the later counts.
    pub(super) fn finish(self) -> FactSet {
        let named = self.found.into_iter();
        FactSet::of_sorted(named.map(|(_, entry, value)| (entry.name.clone(), value)))
    }

    pub(super) fn put(&mut self, name: &str, value: FactValue) {
        let Some((rank, entry)) = ranked(self.subject, name) else {
            return;
        };
        match entry.canonical(&value) {
            Some(value) => {
                let place = self.found.binary_search_by(|(own, ..)| own.cmp(&rank));
                match place.map(|at| self.found.get_mut(at)) {
                    Ok(Some(own)) => own.2 = value,
                    Ok(None) => {}
                    Err(at) => self.found.insert(at, (rank, entry, value)),
                }
            }
            None => {
                let written = json::text(&json::write(&value));
                self.problems.push(Problem {
                    code: "UnknownValue".to_owned(),
                    path: self.spot.path(name),
                    message: format!(
                        "{written} is not known; expected {}. The fact is left open",
                        entry.value_type.describe()
                    ),
                    severity: Severity::Warning,
                });
            }
        }
    }
}
