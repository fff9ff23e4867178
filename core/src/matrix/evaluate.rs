//! Kleene's three-valued logic over what is known of a machine.

use super::judge::Judge;
use super::judgements::{Class, State};
use super::plan::{Condition, TOTAL};
use super::systems::same_system;
use crate::model::DiskRole;
use crate::model::vocabulary::FactSubject;
use crate::order;

/// A fact of the machine (`disk: None`) or of one of its disks, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FactKey {
    pub(super) name: &'static str,
    pub(super) disk: Option<usize>,
    /// The name's place in the plan.
    pub(super) at: usize,
}

/// Yes, no, or not known for want of these facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    True,
    False,
    Unknown(Vec<FactKey>),
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

/// What conditions are looked at against.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) judge: &'a Judge<'a>,
    /// The disk in turn, for rows that are judged disk by disk.
    pub(super) disk: Option<usize>,
    /// Whether an assumed fact counts as known.
    pub(super) assume: bool,
}

impl Scene<'_> {
    pub(super) fn holds(&self, condition: &Condition) -> Truth {
        match condition {
            Condition::All(of) => Self::all(&mut of.iter().map(|part| self.holds(part))),
            Condition::Any(of) => not(Self::all(&mut of.iter().map(|part| not(self.holds(part))))),
            Condition::Not(of) => not(self.holds(of)),
            Condition::AnyDisk(of) => {
                let mut each = (0..self.judge.disks()).map(|disk| {
                    let disk = Some(disk);
                    not(Scene { disk, ..*self }.holds(of))
                });
                not(Self::all(&mut each))
            }
            Condition::Test { name, test } => self.test(*name, *test),
            Condition::Region { asks, name, test } => match self.judge.judgements().settled(asks) {
                Some(settled) => settled.into(),
                None => self.test(*name, *test),
            },
            Condition::Same { one, other } => self.same(*one, *other),
            Condition::Supplied(name) => {
                let class = self.judge.class(*name, self.disk);
                class.is_some_and(|class| class.state == State::Own).into()
            }
            Condition::Role(role) => (self.judge.role(self.disk) == Some(*role)).into(),
            Condition::LeftOutByRequest => self.judge.is_asked_out(self.disk).into(),
            Condition::StaysInPoint => (!self.judge.is_left_out(self.disk)).into(),
            Condition::OsDiskLeftOut => {
                let os = |disk| {
                    self.judge.is_left_out(Some(disk))
                        && self.judge.role(Some(disk)) == Some(DiskRole::Os)
                };
                (0..self.judge.disks()).any(os).into()
            }
            Condition::EveryDiskLeftOut => {
                let mut disks = 0..self.judge.disks();
                (!disks.is_empty() && disks.all(|disk| self.judge.is_left_out(Some(disk)))).into()
            }
            Condition::ExcludesForeignDisk => self.judge.excludes_foreign_disk().into(),
        }
    }

    fn all(parts: &mut dyn Iterator<Item = Truth>) -> Truth {
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

    /// The class of a name, or what to ask for where its value is not known.
    fn known(&self, name: usize) -> Result<&Class, FactKey> {
        let class = self.judge.class(name, self.disk);
        match class {
            Some(class) if class.state == State::Assumed && self.assume => Ok(class),
            Some(class) if matches!(class.state, State::Own | State::Default) => Ok(class),
            _ => Err(self.judge.key(name, self.disk)),
        }
    }

    fn test(&self, name: usize, test: usize) -> Truth {
        match self.known(name) {
            Ok(class) if class.passes.get(test) == Some(&true) => Truth::True,
            Ok(_) => self.beyond_sum(name),
            Err(key) => Truth::Unknown(vec![key]),
        }
    }

    /// What a sum that does not pass comes to: disks whose size is not known may yet bring it there.
    fn beyond_sum(&self, name: usize) -> Truth {
        let total = self.judge.name(name).filter(|own| own.text == TOTAL);
        let open = total.into_iter().flat_map(|own| {
            let disks = (0..self.judge.disks()).map(Some);
            disks.filter_map(|disk| Scene { disk, ..*self }.known(own.ask_for).err())
        });
        let open: Vec<FactKey> = open.collect();
        if open.is_empty() {
            Truth::False
        } else {
            Truth::Unknown(open)
        }
    }

    /// Whether two texts are the same, where both are known.
    fn same(&self, one: usize, other: usize) -> Truth {
        let mut missing = Vec::new();
        let mut texts: Vec<String> = Vec::new();
        let mut are_systems = false;
        for name in [one, other] {
            let Some(own) = self.judge.name(name) else {
                continue;
            };
            are_systems |= own.text == "osName";
            match self.known(name) {
                // What is assumed where nothing is asked is what is the same.
                Ok(class) if own.subject == FactSubject::Asked && class.state != State::Own => {}
                Ok(class) => {
                    let text = class.text.as_deref();
                    texts.extend(text.map(str::to_owned));
                }
                Err(key) => missing.push(key),
            }
        }
        let same = match texts.as_slice() {
            [one, another] if are_systems => same_system(one, another),
            [one, another] => super::normalise_region(one) == super::normalise_region(another),
            _ => true,
        };
        if missing.is_empty() {
            same.into()
        } else {
            Truth::Unknown(missing)
        }
    }
}

fn not(truth: Truth) -> Truth {
    match truth {
        Truth::True => Truth::False,
        Truth::False => Truth::True,
        unknown @ Truth::Unknown(_) => unknown,
    }
}
