//! What a command made, and the command that made it: pointing at one lights the other.

use super::command_words::last;
use super::points::Points;
use crate::session::Session;
use leptos::prelude::*;
use rplab_core::api::{Command, LogEntry, Outcome, RestorePointState};
use rplab_core::ids::ResourceId;
use rplab_core::units::SimInstant;
use std::collections::BTreeMap;
use std::sync::Arc;

type Log = [Arc<LogEntry>];
/// Commands that follow each other: the places of the first and the last in the log.
pub(super) type Places = (usize, usize);

/// The commands that are pointed at, or whose work is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cause {
    lit: RwSignal<Option<Places>>,
    log: Memo<Vec<Arc<LogEntry>>>,
    /// The place of the command that made a point. Found out only while something is pointed at.
    makers: Memo<BTreeMap<ResourceId, usize>>,
    /// The points that what is lit made.
    made: Memo<Vec<ResourceId>>,
}

impl Cause {
    /// Nothing is pointed at.
    pub(super) fn new(session: Session, points: Memo<Points>) -> Self {
        let lit = RwSignal::new(None::<Places>);
        let log = session.log;
        let makers = Memo::new(move |_| log.with(|log| points.with(|points| makers(log, points))));
        let made = Memo::new(move |_| {
            let Some((first, last)) = lit.get() else {
                return Vec::new();
            };
            makers.with(|makers| {
                let lit = makers.iter();
                let lit = lit.filter(|(_, place)| (first..=last).contains(*place));
                lit.map(|(id, _)| id.clone()).collect()
            })
        });
        Self {
            lit,
            log,
            makers,
            made,
        }
    }

    /// Lights what these commands made.
    pub(super) fn point_at(self, places: Places) {
        self.light(Some(places));
    }

    /// Lights the command that made a point.
    pub(super) fn trace(self, id: &ResourceId) {
        let makers = self.makers;
        let place = makers.try_with_untracked(|makers| makers.get(id).copied());
        self.light(place.flatten().map(|place| (place, place)));
    }

    /// Nothing is pointed at any more.
    pub(super) fn leave(self) {
        self.light(None);
    }

    /// The pointer comes by often, and seldom at something else; and what goes with the page lets go of the focus after it.
    fn light(self, places: Option<Places>) {
        if self
            .lit
            .try_get_untracked()
            .is_some_and(|lit| lit != places)
        {
            self.lit.set(places);
        }
    }

    /// Whether one of these commands is lit.
    pub(super) fn is_lit(self, (own_first, own_last): Places) -> bool {
        let within = |(first, last)| first <= own_last && last >= own_first;
        self.lit.get().is_some_and(within)
    }

    /// Whether what is lit made this point.
    pub(super) fn has_made(self, id: &ResourceId) -> bool {
        self.made.with(|made| made.contains(id))
    }

    /// When the commands that are lit were given: the first of them.
    pub(super) fn given(self) -> Option<SimInstant> {
        let (first, _) = self.lit.get()?;
        self.log.with(|log| log.get(first).map(|entry| entry.at))
    }
}

/// A command that makes one point by name.
struct Making {
    place: usize,
    at: SimInstant,
    collection: String,
    copies: bool,
}

/// The place of the command that made each point: the one that names it, or else the one that let the time pass in which
/// a schedule made it.
fn makers(log: &Log, points: &Points) -> BTreeMap<ResourceId, usize> {
    let mut named: BTreeMap<String, Vec<Making>> = BTreeMap::new();
    for (place, entry) in log.iter().enumerate() {
        let (collection, name, copies) = match (&entry.command, &entry.outcome) {
            (Command::CreateRestorePoint(fields), Outcome::Ok { .. }) => {
                (&fields.collection, fields.name.clone(), false)
            }
            (Command::CopyRestorePoint(fields), Outcome::Ok { .. }) => {
                let name = fields.name.clone();
                let same = || last(&fields.restore_point);
                (&fields.collection, name.unwrap_or_else(same), true)
            }
            _ => continue,
        };
        named.entry(name).or_default().push(Making {
            place,
            at: entry.at,
            collection: last(collection),
            copies,
        });
    }
    let passed = |point: &RestorePointState| {
        let before = log.partition_point(|entry| entry.at < point.time_created);
        let takes_time = |(_, entry): &(usize, &Arc<LogEntry>)| {
            matches!(entry.command, Command::AdvanceClock(_))
        };
        let mut before = log.iter().enumerate().take(before).rev();
        before.find(takes_time).map(|(place, _)| place)
    };
    let maker = |point: &RestorePointState| {
        let by = |making: &&Making| {
            // A copy is of the time of what it was copied from.
            let in_time = making.copies || making.at <= point.time_created;
            let same = making
                .collection
                .eq_ignore_ascii_case(point.collection.name());
            in_time && same && making.copies == point.replication.is_some()
        };
        let own = named.get(&point.name).into_iter().flatten();
        own.rev().find(by).map(|making| making.place)
    };
    let by = |point: &RestorePointState| {
        let place = maker(point).or_else(|| passed(point).filter(|_| point.replication.is_none()));
        place.map(|place| (point.id.clone(), place))
    };
    points.iter().filter_map(by).collect()
}
