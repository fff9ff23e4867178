//! What a command made, and the command that made it: pointing at one lights the other.

use super::command_words::last;
use super::points::Points;
use crate::session::Session;
use leptos::prelude::*;
use rplab_core::api::{Command, LogEntry, Outcome, RestorePointState};
use rplab_core::ids::ResourceId;
use rplab_core::units::SimInstant;
use std::sync::Arc;

type Log = [Arc<LogEntry>];
/// Commands that follow each other: the places of the first and the last in the log.
pub(super) type Places = (usize, usize);

/// The commands that are pointed at, or whose work is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cause {
    lit: RwSignal<Option<Places>>,
    log: Memo<Vec<Arc<LogEntry>>>,
    points: Memo<Points>,
    /// The points that they made.
    made: Memo<Vec<ResourceId>>,
}

impl Cause {
    /// Nothing is pointed at.
    pub(super) fn new(session: Session, points: Memo<Points>) -> Self {
        let lit = RwSignal::new(None::<Places>);
        let log = session.log;
        let made = Memo::new(move |_| {
            let Some((first, last)) = lit.get() else {
                return Vec::new();
            };
            log.with(|log| {
                points.with(|points| {
                    let by = |point: &&RestorePointState| {
                        maker(log, point).is_some_and(|place| (first..=last).contains(&place))
                    };
                    points
                        .iter()
                        .filter(by)
                        .map(|point| point.id.clone())
                        .collect()
                })
            })
        });
        Self {
            lit,
            log,
            points,
            made,
        }
    }

    /// Lights what these commands made.
    pub(super) fn point_at(self, places: Places) {
        self.lit.set(Some(places));
    }

    /// Lights the command that made a point.
    pub(super) fn trace(self, id: &ResourceId) {
        let place = self.points.with_untracked(|points| {
            self.log
                .with_untracked(|log| points.find(id).and_then(|point| maker(log, point)))
        });
        self.lit.set(place.map(|place| (place, place)));
    }

    /// Nothing is pointed at any more.
    pub(super) fn leave(self) {
        self.lit.set(None);
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

/// The place of the command that made a point: the one that names it, or else the one that let the time pass in which
/// a schedule made it.
fn maker(log: &Log, point: &RestorePointState) -> Option<usize> {
    let given = log.partition_point(|entry| entry.at <= point.time_created);
    let named = |(_, entry): &(usize, &Arc<LogEntry>)| {
        let (collection, name) = match (&entry.command, &entry.outcome) {
            (_, Outcome::Rejected { .. }) => return false,
            (Command::CreateRestorePoint(fields), _) => (&fields.collection, fields.name.clone()),
            (Command::CopyRestorePoint(fields), _) => {
                let name = fields.name.clone();
                let same = || last(&fields.restore_point);
                (&fields.collection, name.unwrap_or_else(same))
            }
            _ => return false,
        };
        name == point.name && last(collection).eq_ignore_ascii_case(point.collection.name())
    };
    let before = || log.iter().enumerate().take(given);
    let named = before().rev().find(named);
    let passed = || {
        let mut before = before().rev();
        before.find(|(_, entry)| entry.at < point.time_created && takes_time(entry))
    };
    named.or_else(passed).map(|(place, _)| place)
}

fn takes_time(entry: &LogEntry) -> bool {
    matches!(entry.command, Command::AdvanceClock(_))
}
