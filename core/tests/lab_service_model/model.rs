//! The naive model: what the service should look like, and what it should refuse.

mod commands;
mod time;

use super::{BLOCK, BLOCKS, COPY_ENDS};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) type Content = Vec<Option<u64>>;

/// Done, or the code of the refusal.
pub(crate) type Answer = Result<(), &'static str>;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stage {
    Creating(u64),
    Succeeded,
    Failed,
    /// Until when, and which of the deletions it is.
    Deleting(u64, u64),
}

#[derive(Clone, Debug)]
pub(crate) struct Collection {
    pub(crate) name: String,
    /// Where the VM was when it was made.
    place: usize,
    /// The collection that it holds copies of.
    pub(crate) of: Option<String>,
    pub(crate) deleting: Option<u64>,
}

impl Collection {
    /// The number of its region: 0 is the VM's.
    pub(crate) fn region(&self) -> usize {
        usize::from(self.of.is_some())
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub(crate) name: String,
    pub(crate) collection: String,
    pub(crate) remote: bool,
    /// The capture that it shows, in the order of captures.
    shows: u64,
    source: Option<String>,
    pub(crate) stage: Stage,
    pub(crate) failed: bool,
    doomed: bool,
    /// Whether the guest was fit, and crash consistency was all that could be had.
    crash: bool,
    agent: bool,
    pub(crate) disks: BTreeMap<usize, Content>,
    /// Bytes that travel, by disk, how many of them have, and since when.
    pub(crate) travel: BTreeMap<usize, u64>,
    pub(crate) arrived: BTreeMap<usize, u64>,
    /// The disks that are all there.
    pub(crate) there: BTreeSet<usize>,
    travels_since: Option<u64>,
    pub(crate) access: BTreeMap<usize, u64>,
}

impl Point {
    pub(crate) fn is_complete(&self) -> bool {
        self.travels_since.is_some() && self.travel.keys().all(|disk| self.there.contains(disk))
    }

    /// Whether its disks are on their way.
    fn travels(&self) -> bool {
        self.travels_since.is_some() && !self.failed && !self.is_complete()
    }

    fn fail(&mut self) {
        self.stage = Stage::Failed;
        self.failed = true;
        self.disks.clear();
    }

    fn usable(&self) -> Answer {
        match self.stage {
            Stage::Succeeded if self.remote && !self.is_complete() => Err("OperationNotAllowed"),
            Stage::Succeeded => Ok(()),
            _ => Err("Conflict"),
        }
    }

    /// When the clock next does something to it.
    fn due(&self) -> Option<u64> {
        let stage = match self.stage {
            Stage::Creating(until) | Stage::Deleting(until, _) => Some(until),
            _ => None,
        };
        let given_up = self.travels_since.map(|since| since + COPY_ENDS);
        let given_up = given_up.filter(|_| self.travels() && self.stage == Stage::Succeeded);
        let access = self.access.values().copied();
        stage.into_iter().chain(given_up).chain(access).min()
    }
}

/// What befalls: a region that is down, or copies that stand still.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trouble {
    Down(usize),
    AllStall,
    Stalls(String),
    /// Something that happened once.
    Past,
}

#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) name: String,
    trouble: Trouble,
    ends: Option<u64>,
    pub(crate) active: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Model {
    now: u64,
    /// Which of two resource groups the VM is in.
    pub(crate) place: usize,
    pub(crate) disks: Vec<Content>,
    pub(crate) collections: Vec<Collection>,
    pub(crate) points: Vec<Point>,
    pub(crate) faults: Vec<Fault>,
    /// The newest capture of each disk that ever went to the other region.
    newest: BTreeMap<usize, u64>,
    captures: u64,
    deletions: u64,
    /// How often a disk waited for another, and took over what that never brought.
    pub(crate) waits: u64,
    pub(crate) taken_over: u64,
    pub(crate) names: u64,
    pub(crate) written: u64,
    /// The collection that is locked.
    pub(crate) locked: Option<String>,
    pub(crate) key: bool,
    running: bool,
    pub(crate) agent: bool,
}

/// What of a content another does not hold, in bytes.
fn missing(content: &Content, held: Option<&Content>) -> u64 {
    let new = content.iter().enumerate().filter(|(at, version)| {
        version.is_some() && held.is_none_or(|held| held[*at] != **version)
    });
    new.count() as u64 * BLOCK
}

impl Model {
    pub(crate) fn new() -> Self {
        let collection = |name: &str, of: Option<&str>| Collection {
            name: name.to_owned(),
            place: 0,
            of: of.map(str::to_owned),
            deleting: None,
        };
        Self {
            now: 0,
            place: 0,
            disks: vec![vec![None; BLOCKS]; 2],
            collections: vec![collection("c0", None), collection("c1", Some("c0"))],
            points: Vec::new(),
            faults: Vec::new(),
            newest: BTreeMap::new(),
            captures: 0,
            deletions: 0,
            waits: 0,
            taken_over: 0,
            names: 2,
            written: 0,
            locked: None,
            key: true,
            running: true,
            agent: true,
        }
    }

    pub(crate) fn retained(&self) -> usize {
        self.points.iter().filter(|point| !point.failed).count()
    }

    fn is_down(&self, region: usize) -> bool {
        let mut faults = self.faults.iter();
        faults.any(|fault| fault.active && fault.trouble == Trouble::Down(region))
    }

    /// Refuses what touches these regions while one of them is down.
    fn reach(&self, regions: &[usize]) -> Answer {
        match regions.iter().any(|region| self.is_down(*region)) {
            true => Err("InternalOperationError"),
            false => Ok(()),
        }
    }
}
