//! Writing facts in the vocabulary's spelling.

use super::node::Node;
use super::{Problem, Severity};
use super::{declared, disk};
use crate::json;
use crate::model::vocabulary::{FactEntry, FactSubject, ranked};
use crate::model::{FactSet, FactValue};

pub(super) use crate::model::OPEN_FACTS;

/// What a disk's size is called where it is open.
pub(super) const SIZE: &str = "sizeGiB";

/// The code of a problem with a value.
pub(super) const UNKNOWN_VALUE: &str = "UnknownValue";

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
    /// Facts that something was said of which nobody can tell: they are not the service's defaults.
    open: Vec<String>,
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
            open: Vec::new(),
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

    /// What a node says, as [`Self::text`]; what is no text is reported.
    pub(super) fn text_at(&mut self, name: &str, node: Node<'_>) {
        match node.text() {
            Some(text) => self.text(name, Some(text)),
            None => self.odd(name, node),
        }
    }

    /// What a node says, as [`Self::flag`]; what is neither yes nor no is reported.
    pub(super) fn flag_at(&mut self, name: &str, node: Node<'_>) {
        match node.bool() {
            Some(flag) => self.flag(name, Some(flag)),
            None => self.odd(name, node),
        }
    }

    /// What a node says; what is no whole number is reported.
    pub(super) fn integer_at(&mut self, name: &str, node: Node<'_>) {
        match node.integer() {
            Some(number) => self.integer(name, Some(number)),
            None => self.odd(name, node),
        }
    }

    /// The provisioned size, from GiB or from bytes; one that no disk can have is reported and left open.
    pub(super) fn size_at(&mut self, node: Node<'_>) -> Option<u64> {
        let (gib, bytes) = (node.property("diskSizeGB"), node.property("diskSizeBytes"));
        disk::gib_of(gib, bytes).unwrap_or_else(|()| {
            self.no_size("diskSizeGB");
            None
        })
    }

    /// A size that no disk can have.
    pub(super) fn no_size(&mut self, member: &str) {
        self.problems.push(Problem {
            code: UNKNOWN_VALUE.to_owned(),
            path: self.spot.path(member),
            message: "the size of a disk is a whole number of GiB, 0 or more; this one is left open, and limits of size ask for it".to_owned(),
            severity: Severity::Warning,
        });
        self.open(SIZE.to_owned());
    }

    /// A value of the wrong kind.
    pub(super) fn odd(&mut self, name: &str, node: Node<'_>) {
        if let Some(word) = node.text() {
            self.put(name, FactValue::Text(word.to_owned()));
        } else if node.is_said()
            && let Some((_, entry)) = ranked(self.subject, name)
        {
            self.refuse(name, node.kind_of(), entry);
        }
    }

    /// A fact that is unknown, whatever its absence means otherwise.
    pub(super) fn open(&mut self, name: String) {
        if !self.open.contains(&name) {
            self.open.push(name);
        }
    }

    /// The facts that a declared resource leaves to its deployment.
    pub(super) fn open_at(&mut self, node: Node<'_>) {
        let open = node.get(declared::OPEN).texts();
        open.into_iter().for_each(|name| self.open(name));
    }

    /// The facts; of two values of one the later counts.
    pub(super) fn finish(mut self) -> FactSet {
        if !self.open.is_empty() {
            let open = std::mem::take(&mut self.open);
            self.put(OPEN_FACTS, FactValue::TextList(open));
        }
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
                self.refuse(name, &written, entry);
            }
        }
    }

    fn refuse(&mut self, name: &str, written: &str, entry: &FactEntry) {
        self.problems.push(Problem {
            code: UNKNOWN_VALUE.to_owned(),
            path: self.spot.path(name),
            message: format!(
                "{written} is not known; expected {}. The fact is left open",
                entry.value_type.describe()
            ),
            severity: Severity::Warning,
        });
        self.open(entry.name.clone());
    }
}
