//! Where the resource with an id is.

use crate::ids::{ResourceId, order_of};
use std::sync::Arc;

/// A run is split in two when it would grow beyond this.
const LONGEST_RUN: usize = 128;

type Run = Vec<(ResourceId, u32)>;

/// Numbers by id, in the order of the ids: sorted runs, one after the other, none of them empty.
///
/// A B-tree of two levels. One type serves every kind of resource, and a copy shares its runs with the
/// original until one of them changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    runs: Vec<Arc<Run>>,
}

impl Index {
    /// The run that has, or would have, this id, and its place there.
    fn find(&self, id: &str) -> (usize, Result<usize, usize>) {
        let order = |own: &ResourceId| order_of(own.as_str(), id);
        let before = |run: &Arc<Run>| run.last().is_some_and(|(last, _)| order(last).is_lt());
        let run = self.runs.partition_point(before);
        // What is beyond every run goes to the end of the last one.
        let run = run.min(self.runs.len().saturating_sub(1));
        let place = self
            .runs
            .get(run)
            .map_or(Err(0), |run| run.binary_search_by(|(own, _)| order(own)));
        (run, place)
    }

    /// The id as it was written at first, and its number.
    pub(crate) fn entry(&self, id: &ResourceId) -> Option<(&ResourceId, u32)> {
        self.entry_of(id.as_str())
    }

    /// As [`Self::entry`], for an id as text.
    pub(crate) fn entry_of(&self, id: &str) -> Option<(&ResourceId, u32)> {
        let (run, place) = self.find(id);
        let (own, number) = self.runs.get(run)?.get(place.ok()?)?;
        Some((own, *number))
    }

    /// The number of an id.
    pub(crate) fn get(&self, id: &ResourceId) -> Option<u32> {
        self.entry(id).map(|(_, number)| number)
    }

    /// Gives an id a number where it has none; the one that it has otherwise.
    pub(crate) fn or_insert(&mut self, id: &ResourceId, number: u32) -> Option<u32> {
        let (at, place) = self.find(id.as_str());
        if let (Ok(place), Some(run)) = (place, self.runs.get(at)) {
            return run.get(place).map(|(_, number)| *number);
        }
        self.put(at, place, id.clone(), number);
        None
    }

    /// Gives an id a number; one that is there keeps its spelling.
    pub(crate) fn insert(&mut self, id: ResourceId, number: u32) {
        let (at, place) = self.find(id.as_str());
        self.put(at, place, id, number);
    }

    fn put(&mut self, at: usize, place: Result<usize, usize>, id: ResourceId, number: u32) {
        let Some(run) = self.runs.get_mut(at).map(Arc::make_mut) else {
            return self.runs.push(Arc::new(vec![(id, number)]));
        };
        match place {
            Ok(place) => {
                if let Some(entry) = run.get_mut(place) {
                    entry.1 = number;
                }
            }
            Err(place) => run.insert(place, (id, number)),
        }
        if run.len() > LONGEST_RUN {
            let rest = run.split_off(LONGEST_RUN / 2);
            self.runs.insert(at + 1, Arc::new(rest));
        }
    }

    /// Takes an id out; its number.
    pub(crate) fn remove(&mut self, id: &ResourceId) -> Option<u32> {
        let (at, place) = self.find(id.as_str());
        let place = place.ok()?;
        let run = Arc::make_mut(self.runs.get_mut(at)?);
        let (_, number) = run.remove(place);
        if run.is_empty() {
            self.runs.remove(at);
        }
        Some(number)
    }

    /// Ids and numbers in the order of the ids.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&ResourceId, u32)> + Clone {
        let entries = self.runs.iter().flat_map(|run| run.iter());
        entries.map(|(id, number)| (id, *number))
    }
}
