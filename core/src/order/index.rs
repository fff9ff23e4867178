//! Where the resource with an id is.

use crate::ids::{ResourceId, compare};
use std::cmp::Ordering;
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

/// A search for an id among sorted ones. Ids begin alike for a hundred bytes: what the nearest ones below and
/// above have in common with it, all between them have, and that is not compared again.
struct Search<'a> {
    id: &'a str,
    below: usize,
    above: usize,
}

impl Search<'_> {
    /// The place before or at the first id of run `at`, if that is the id's. In the first run nothing is known yet
    /// of what is below.
    fn first(&mut self, at: usize, own: Option<&ResourceId>) -> Option<Result<usize, usize>> {
        let own = own.filter(|_| at == 0)?;
        match compare(own.as_str(), self.id, 0) {
            (Ordering::Less, alike) => {
                self.below = alike;
                None
            }
            (Ordering::Equal, _) => Some(Ok(0)),
            (Ordering::Greater, _) => Some(Err(0)),
        }
    }

    /// The place of the id among `count` sorted ones, or the one that it would have.
    fn among<'b>(
        &mut self,
        count: usize,
        own: impl Fn(usize) -> Option<&'b ResourceId>,
    ) -> Result<usize, usize> {
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low.midpoint(high);
            let known = self.below.min(self.above);
            let own = own(middle).map_or("", ResourceId::as_str);
            match compare(own, self.id, known) {
                (Ordering::Less, alike) => (low, self.below) = (middle + 1, alike),
                (Ordering::Greater, alike) => (high, self.above) = (middle, alike),
                (Ordering::Equal, _) => return Ok(middle),
            }
        }
        Err(low)
    }
}

impl Index {
    /// The run that has, or would have, this id, and its place there.
    fn find(&self, id: &str) -> (usize, Result<usize, usize>) {
        let (below, above) = (0, 0);
        let mut search = Search { id, below, above };
        let last_of = |at: usize| self.runs.get(at)?.last().map(|(last, _)| last);
        let (Ok(at) | Err(at)) = search.among(self.runs.len(), last_of);
        // What is beyond every run goes to the end of the last one.
        let at = at.min(self.runs.len().saturating_sub(1));
        let Some(run) = self.runs.get(at) else {
            return (at, Err(0));
        };
        let own = |at: usize| run.get(at).map(|(own, _)| own);
        let place = match search.first(at, own(0)) {
            Some(place) => place,
            None => search.among(run.len(), own),
        };
        (at, place)
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

    /// Gives a new id a number; one that is there keeps its spelling and its number, which is given back.
    pub(crate) fn insert(&mut self, id: ResourceId, number: u32) -> Option<u32> {
        let (at, place) = self.find(id.as_str());
        let run = self.runs.get_mut(at);
        match (place, run) {
            (Ok(place), Some(run)) => return run.get(place).map(|(_, known)| *known),
            (Err(place), Some(run)) => {
                let run = Arc::make_mut(run);
                run.insert(place, (id, number));
                if run.len() > LONGEST_RUN {
                    let rest = run.split_off(LONGEST_RUN / 2);
                    self.runs.insert(at + 1, Arc::new(rest));
                }
            }
            (_, None) => self.runs.push(Arc::new(vec![(id, number)])),
        }
        None
    }

    /// Gives an id this number, whichever it had.
    pub(crate) fn set(&mut self, id: ResourceId, number: u32) {
        let (at, place) = self.find(id.as_str());
        let Ok(place) = place else {
            self.insert(id, number);
            return;
        };
        let run = self.runs.get_mut(at).map(Arc::make_mut);
        if let Some(own) = run.and_then(|run| run.get_mut(place)) {
            own.1 = number;
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
    pub(crate) fn iter(&self) -> Entries<'_> {
        Entries {
            runs: self.runs.iter(),
            run: [].iter(),
        }
    }
}

/// Ids and numbers in the order of the ids.
///
/// Not `flat_map`: its loops are made anew for every closure that goes over a table, a kilobyte each in all.
#[derive(Clone, Debug)]
pub(crate) struct Entries<'i> {
    runs: std::slice::Iter<'i, Arc<Run>>,
    run: std::slice::Iter<'i, (ResourceId, u32)>,
}

impl<'i> Iterator for Entries<'i> {
    type Item = (&'i ResourceId, u32);

    #[inline(never)]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((id, number)) = self.run.next() {
                return Some((id, *number));
            }
            self.run = self.runs.next()?.iter();
        }
    }
}
