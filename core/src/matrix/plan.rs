//! The rows of a service in an edition, made ready to be judged often: every name resolved to what it is a fact of,
//! every test of a value to a number.

use super::written::{Per, RowInForce, rows_in};
use super::{Edition, Predicate, Service, Verdict};
use crate::model::DiskRole;
use crate::model::vocabulary::{self, Absence, FactEntry, FactSubject};
use std::sync::OnceLock;

/// Points of a machine, counted as the restore points that exist.
pub(super) const RETAINED: &str = "(retained)";
/// Points of a machine, counted as the edition counts them for its limit.
pub(super) const COUNTED: &str = "(counted)";
/// The size of a disk.
pub(super) const SIZE: &str = "sizeGiB";
/// The sizes of all disks of a machine together.
pub(super) const TOTAL: &str = "totalDiskGiB";
/// The fact to ask for where points are not known.
pub(super) const POINTS: &str = "restorePointsRetained";

/// When a row holds; the words are those of [`Predicate`].
#[derive(Debug)]
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    AnyDisk(Box<Condition>),
    /// The value of this name passes this one of its tests.
    Test {
        name: usize,
        test: usize,
    },
    /// A test of the region, in so far as the request does not settle it.
    Region {
        asks: &'static Predicate,
        name: usize,
        test: usize,
    },
    Same {
        one: usize,
        other: usize,
    },
    Supplied(usize),
    Role(DiskRole),
    LeftOutByRequest,
    StaysInPoint,
    OsDiskLeftOut,
    EveryDiskLeftOut,
    ExcludesForeignDisk,
}

/// A fact or a measure that rows read.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) text: &'static str,
    pub(super) subject: FactSubject,
    /// Its place among the names of its subject.
    pub(super) slot: usize,
    /// Its entry in the vocabulary; `None` for a measure.
    pub(super) entry: Option<&'static FactEntry>,
    /// What is asked of its value.
    pub(super) tests: Vec<&'static Predicate>,
    /// Whether the text itself counts, because it is compared with another.
    pub(super) is_compared: bool,
    /// What to ask for where it is missing: itself, or what it is measured from.
    pub(super) ask_for: usize,
}

/// A row that can be judged.
#[derive(Debug)]
pub(super) struct PlanRow {
    pub(super) in_force: &'static RowInForce,
    pub(super) when: Condition,
    pub(super) per: Per,
    pub(super) verdict: Verdict,
    /// Whether it is known only after other rows what it asks for.
    pub(super) asks_what_stays: bool,
    pub(super) asks_left_out_by_request: bool,
    /// Whether it may rest on a fact that is assumed.
    pub(super) may_assume: bool,
    /// What it reads.
    pub(super) names: Vec<usize>,
}

/// All rows of a service in an edition.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) names: Vec<Name>,
    pub(super) rows: Vec<PlanRow>,
    /// How many names are facts of machines, of disks, of what is asked.
    pub(super) slots: [usize; 3],
    pub(super) speaks_of_disks: bool,
}

impl Plan {
    /// The plan of a service in an edition; made once.
    pub(super) fn of(service: Service, edition: Edition) -> &'static Self {
        const EDITIONS: usize = Edition::ALL.len();
        static PLANS: [OnceLock<Plan>; EDITIONS * 5] = [const { OnceLock::new() }; EDITIONS * 5];
        static NONE: Plan = Plan {
            names: Vec::new(),
            rows: Vec::new(),
            slots: [0; 3],
            speaks_of_disks: false,
        };
        let place = service as usize * EDITIONS + edition as usize;
        let plan = PLANS.get(place);
        plan.map_or(&NONE, |plan| {
            plan.get_or_init(|| Self::new(rows_in(service, edition)))
        })
    }

    fn new(rows: &'static [RowInForce]) -> Self {
        let mut plan = Self::default();
        for in_force in rows {
            let Some(when) = &in_force.row.when else {
                continue;
            };
            let row = in_force.row;
            let mut names = Vec::new();
            let condition = plan.condition(when, row.per == Per::Disk, &mut names);
            let assumed = |name: &usize| {
                plan.names.get(*name).is_some_and(|name| {
                    name.text.starts_with('(')
                        || name.text == SIZE
                        || name
                            .entry
                            .is_some_and(|entry| matches!(entry.absence, Absence::Assumed(_)))
                })
            };
            let may_assume = row.verdict != Verdict::Supported && names.iter().any(assumed);
            plan.rows.push(PlanRow {
                in_force,
                when: condition,
                per: row.per,
                verdict: row.verdict,
                asks_what_stays: when.asks_what_stays(),
                asks_left_out_by_request: when.asks_left_out_by_request(),
                may_assume,
                names,
            });
        }
        plan.speaks_of_disks = rows.iter().any(|row| row.row.per == Per::Disk);
        plan
    }

    fn condition(
        &mut self,
        predicate: &'static Predicate,
        of_disk: bool,
        read: &mut Vec<usize>,
    ) -> Condition {
        let mut parts = |of: &'static [Predicate]| -> Vec<Condition> {
            let each = of.iter().map(|part| self.condition(part, of_disk, read));
            each.collect()
        };
        match predicate {
            Predicate::Always => Condition::All(Vec::new()),
            Predicate::All(of) => Condition::All(parts(of)),
            Predicate::Any(of) => Condition::Any(parts(of)),
            Predicate::Not(of) => Condition::Not(Box::new(self.condition(of, of_disk, read))),
            Predicate::AnyDisk(of) => Condition::AnyDisk(Box::new(self.condition(of, true, read))),
            Predicate::Is(name, _)
            | Predicate::OneOf(name, _)
            | Predicate::Like(name, _)
            | Predicate::Above(name, _)
            | Predicate::Below(name, _)
            | Predicate::VersionBelow(name, _)
            | Predicate::Present(name) => {
                let (name, test) = self.test(name, predicate, of_disk, read);
                Condition::Test { name, test }
            }
            Predicate::HasRestorePoints => {
                let (name, test) = self.test(RETAINED, predicate, false, read);
                Condition::Test { name, test }
            }
            Predicate::AtPointLimit => {
                let (name, test) = self.test(COUNTED, predicate, false, read);
                Condition::Test { name, test }
            }
            Predicate::CrossRegion | Predicate::RegionsListed | Predicate::TargetArea(_) => {
                let (name, test) = self.test("location", predicate, false, read);
                let asks = predicate;
                Condition::Region { asks, name, test }
            }
            Predicate::Same(one, other) => {
                let one = self.name(one, of_disk, read);
                let other = self.name(other, of_disk, read);
                for name in [one, other] {
                    if let Some(name) = self.names.get_mut(name) {
                        name.is_compared = true;
                    }
                }
                Condition::Same { one, other }
            }
            Predicate::Supplied(name) => Condition::Supplied(self.name(name, of_disk, read)),
            Predicate::Role(role) => Condition::Role(*role),
            Predicate::LeftOutByRequest => Condition::LeftOutByRequest,
            Predicate::StaysInPoint => Condition::StaysInPoint,
            Predicate::OsDiskLeftOut => Condition::OsDiskLeftOut,
            Predicate::EveryDiskLeftOut => Condition::EveryDiskLeftOut,
            Predicate::ExcludesForeignDisk => Condition::ExcludesForeignDisk,
        }
    }

    fn test(
        &mut self,
        name: &'static str,
        predicate: &'static Predicate,
        of_disk: bool,
        read: &mut Vec<usize>,
    ) -> (usize, usize) {
        let name = self.name(name, of_disk, read);
        let Some(own) = self.names.get_mut(name) else {
            return (name, 0);
        };
        let known = own.tests.iter().position(|test| *test == predicate);
        let test = known.unwrap_or_else(|| {
            own.tests.push(predicate);
            own.tests.len() - 1
        });
        (name, test)
    }

    /// The place of a name. A fact is looked for at the disk first, where a disk is in turn, then at the machine.
    fn name(&mut self, text: &'static str, of_disk: bool, read: &mut Vec<usize>) -> usize {
        let at_disk = of_disk
            && (vocabulary::entry(FactSubject::Disk, text).is_some()
                || matches!(text, "diskName" | "diskId" | SIZE));
        let subject = if text.contains('.') {
            FactSubject::Asked
        } else if at_disk {
            FactSubject::Disk
        } else {
            FactSubject::Machine
        };
        let mut names = self.names.iter();
        let known = names.position(|name| name.text == text && name.subject == subject);
        let at = known.unwrap_or_else(|| {
            let entry = vocabulary::entry(subject, text);
            let slot = self.slots.get_mut(subject as usize).map_or(0, |slots| {
                *slots += 1;
                *slots - 1
            });
            let at = self.names.len();
            self.names.push(Name {
                text,
                subject,
                slot,
                entry,
                tests: Vec::new(),
                is_compared: false,
                ask_for: at,
            });
            // Every measure that may be missing is made from the region, but for points, sizes and zones.
            let from = match text {
                RETAINED | COUNTED => Some(POINTS),
                TOTAL => Some(SIZE),
                SIZE | "location" | "zones" => None,
                _ => entry.is_none().then_some("location"),
            };
            if let Some(from) = from {
                let from = self.name(from, from == SIZE, read);
                if let Some(own) = self.names.get_mut(at) {
                    own.ask_for = from;
                }
            }
            at
        });
        if !read.contains(&at) {
            read.push(at);
        }
        at
    }
}
