//! The accounts of a family: how many block versions were born in which interval and overwritten
//! in which, and the records behind each pair.
//!
//! An interval is the time between two points of a family. It is named by a slot that is used
//! again once the interval has merged into another.

use super::record::{NIL, RecordId, Records};
use std::sync::Arc;

/// The place of an interval in the tables.
pub(super) type Slot = u32;
/// Bytes of a cell, for the memory limit.
pub(super) const CELL_BYTES: u64 = 16;
/// Bytes of a slot in the tables beside its cells, for the memory limit.
pub(super) const SLOT_BYTES: u64 = 64;
/// Slots that the tables of a new disk have room for.
const FIRST_SLOTS: u64 = 4;

/// What one interval did to the versions of another.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    /// Versions of the one that the other overwrote.
    /// Above [`DEAD_BITS`], how long the list is; of use as an estimate, and so without a care for
    /// lists of more than 100 million.
    counts: u64,
    /// Records of the other that lie over a record of the one. Where both are the same interval, the
    /// two wait to be made one record.
    list: List,
}

/// A disk has fewer than 2^37 blocks.
const DEAD_BITS: u32 = 37;
/// One record in [`Cell::counts`].
const LISTED: u64 = 1 << DEAD_BITS;

impl Cell {
    const fn dead(self) -> u64 {
        self.counts & (LISTED - 1)
    }

    const fn is_empty(self) -> bool {
        self.counts == 0 && self.list.first == NIL
    }

    const fn length(self) -> u64 {
        self.counts >> DEAD_BITS
    }
}

/// A linked list of records.
#[derive(Clone, Copy, Debug, Default)]
struct List {
    first: RecordId,
    last: RecordId,
}

/// The cells of an interval: its own until copies share them, and again once it changes them.
#[derive(Clone, Debug)]
enum Row {
    Own(Vec<Cell>),
    Shared(Arc<Vec<Cell>>),
}

impl Default for Row {
    fn default() -> Self {
        Self::Own(Vec::new())
    }
}

impl Row {
    fn cells(&self) -> &[Cell] {
        match self {
            Self::Own(cells) => cells,
            Self::Shared(cells) => cells,
        }
    }

    #[inline]
    fn own(&mut self) -> &mut Vec<Cell> {
        if let Self::Shared(cells) = self {
            *self = Self::Own(Arc::unwrap_or_clone(std::mem::take(cells)));
        }
        match self {
            Self::Own(cells) => cells,
            Self::Shared(cells) => Arc::make_mut(cells),
        }
    }

    fn share(&mut self) {
        if let Self::Own(cells) = self {
            *self = Self::Shared(Arc::new(std::mem::take(cells)));
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    /// By the overwriting interval: column 0 for "nothing below", then one column per slot.
    rows: Vec<Row>,
    /// By birth: versions that nothing has overwritten yet.
    live: Vec<u64>,
    /// By birth: all versions, `live` and the dead of every column.
    born: Vec<u64>,
    runs: Vec<Run>,
    /// Which intervals have records with holes.
    with_holes: Vec<bool>,
    free_slots: Vec<Slot>,
    live_total: u64,
    dead_total: u64,
    cells: u64,
}

/// Where the records of an interval are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Run {
    /// There are none.
    #[default]
    Empty,
    /// At all places from `first` up to `end`, without it, in the order of their leaves.
    Sorted {
        first: RecordId,
        end: RecordId,
        last_leaf: u32,
    },
    /// Anywhere.
    Scattered,
}

impl Run {
    /// With one more record.
    fn with(self, id: RecordId, leaf: u32) -> Self {
        let (last_leaf, end) = (leaf, id + 1);
        match self {
            Self::Empty => Self::Sorted {
                first: id,
                end,
                last_leaf,
            },
            Self::Sorted {
                first,
                end: place,
                last_leaf: before,
            } if place == id && before < leaf => Self::Sorted {
                first,
                end,
                last_leaf,
            },
            _ => Self::Scattered,
        }
    }

    /// With the records of another interval.
    const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Empty, run) | (run, Self::Empty) => run,
            _ => Self::Scattered,
        }
    }
}

/// The column of records over `older`, or over nothing.
const fn column(older: Option<Slot>) -> usize {
    match older {
        Some(slot) => slot as usize + 1,
        None => 0,
    }
}

impl List {
    fn append(&mut self, records: &mut Records, other: Self) {
        if other.first == NIL {
            return;
        }
        if self.first == NIL {
            *self = other;
        } else {
            records[self.last].link = other.first;
            self.last = other.last;
        }
    }
}

impl Ledger {
    pub(super) fn open_slot(&mut self) -> Slot {
        self.free_slots.pop().unwrap_or_else(|| {
            self.rows.push(Row::default());
            self.born.push(0);
            self.runs.push(Run::Empty);
            self.with_holes.push(false);
            self.live.push(0);
            self.live.len() as Slot - 1
        })
    }

    /// Makes a copy of the tables cheap.
    pub(super) fn share(&mut self) {
        self.rows.iter_mut().for_each(Row::share);
    }

    /// Keeps the slots of `kept` only, which are all that are in use, oldest first: the first of them
    /// becomes slot 0, and so on.
    pub(super) fn compact(&mut self, kept: &[Slot]) {
        let mut compact = Self {
            live_total: self.live_total,
            dead_total: self.dead_total,
            ..Self::default()
        };
        for (at, &slot) in kept.iter().enumerate() {
            let mut row = Vec::new();
            if self
                .rows
                .get(slot as usize)
                .is_some_and(|row| !row.cells().is_empty())
            {
                // An interval overwrites nothing that is born after it.
                let births = kept.iter().take(at + 1).map(|&birth| Some(birth));
                row.reserve_exact(at + 2);
                row.extend(
                    std::iter::once(None)
                        .chain(births)
                        .map(|older| self.cell(slot, column(older))),
                );
            }
            compact.cells += row.len() as u64;
            compact.rows.push(Row::Own(row));
            compact.live.push(self.live(slot));
            compact.born.push(self.born(slot));
            compact.runs.push(self.run(slot));
            compact.with_holes.push(self.has_holes(slot));
        }
        *self = compact;
    }

    fn close_slot(&mut self, slot: Slot) {
        if let Some(row) = self.rows.get_mut(slot as usize) {
            self.cells -= row.cells().len() as u64;
            *row = Row::default();
        }
        self.take_run(slot);
        if let Some(born) = self.born.get_mut(slot as usize) {
            *born = 0;
        }
        self.free_slots.push(slot);
    }

    fn cell(&self, death: Slot, column: usize) -> Cell {
        let row = self.rows.get(death as usize);
        row.and_then(|row| row.cells().get(column))
            .copied()
            .unwrap_or_default()
    }

    fn cell_mut(&mut self, death: Slot, column: usize) -> Option<&mut Cell> {
        let row = self.rows.get_mut(death as usize)?.own();
        if column >= row.len() {
            let grown = self.live.len().max(column) + 1;
            self.cells += (grown - row.len()) as u64;
            row.resize(grown, Cell::default());
        }
        row.get_mut(column)
    }

    fn take_cell(&mut self, death: Slot, column: usize) -> Cell {
        // An empty cell is left where it is shared.
        let row = self.rows.get_mut(death as usize);
        row.filter(|row| row.cells().get(column).is_some_and(|cell| !cell.is_empty()))
            .and_then(|row| row.own().get_mut(column))
            .map(std::mem::take)
            .unwrap_or_default()
    }

    fn take_run(&mut self, slot: Slot) -> (Run, bool) {
        let run = self.runs.get_mut(slot as usize).map(std::mem::take);
        let holes = self.with_holes.get_mut(slot as usize).map(std::mem::take);
        (run.unwrap_or_default(), holes.unwrap_or_default())
    }

    /// Where the records of `slot` are.
    pub(super) fn run(&self, slot: Slot) -> Run {
        self.runs.get(slot as usize).copied().unwrap_or_default()
    }

    /// Whether `slot` may have records with holes.
    pub(super) fn has_holes(&self, slot: Slot) -> bool {
        self.with_holes.get(slot as usize).is_some_and(|&has| has)
    }

    /// `slot` has a record with holes.
    pub(super) fn note_holes(&mut self, slot: Slot) {
        if let Some(has) = self.with_holes.get_mut(slot as usize) {
            *has = true;
        }
    }

    /// All versions born in `slot`, overwritten or not.
    pub(super) fn born(&self, slot: Slot) -> u64 {
        self.born.get(slot as usize).copied().unwrap_or(0)
    }

    /// Versions born in `slot` that nothing has overwritten yet.
    pub(super) fn live(&self, slot: Slot) -> u64 {
        self.live.get(slot as usize).copied().unwrap_or(0)
    }

    /// Versions born in `birth` that `death` overwrote.
    pub(super) fn dead(&self, birth: Slot, death: Slot) -> u64 {
        self.cell(death, column(Some(birth))).dead()
    }

    /// All versions that nothing has overwritten yet.
    pub(super) const fn live_total(&self) -> u64 {
        self.live_total
    }

    /// All versions there are.
    pub(super) const fn total(&self) -> u64 {
        self.live_total + self.dead_total
    }

    /// Bytes for the memory limit.
    pub(super) fn bytes(&self) -> u64 {
        self.cells * CELL_BYTES + FIRST_SLOTS.max(self.live.len() as u64) * SLOT_BYTES
    }

    pub(super) const fn slots(&self) -> usize {
        self.live.len()
    }

    /// `count` versions are born in `slot`.
    pub(super) fn bear(&mut self, slot: Slot, count: u64) {
        if let Some(live) = self.live.get_mut(slot as usize) {
            *live += count;
            self.live_total += count;
        }
        if let Some(born) = self.born.get_mut(slot as usize) {
            *born += count;
        }
    }

    /// `count` live versions born in `birth` are overwritten in `death`.
    pub(super) fn kill(&mut self, birth: Slot, death: Slot, count: u64) {
        if let Some(live) = self.live.get_mut(birth as usize) {
            *live -= count;
            self.live_total -= count;
        }
        if birth == death {
            if let Some(born) = self.born.get_mut(birth as usize) {
                *born -= count;
            }
        } else if count != 0
            && let Some(cell) = self.cell_mut(death, column(Some(birth)))
        {
            cell.counts = cell.counts.wrapping_add(count);
            self.dead_total += count;
        }
    }

    /// Enters a new record `id` of interval `slot` and of `leaf`, which lies over a record of `older`.
    /// Returns the record that it must link to.
    pub(super) fn enter(
        &mut self,
        slot: Slot,
        older: Option<Slot>,
        id: RecordId,
        leaf: u32,
    ) -> RecordId {
        if let Some(run) = self.runs.get_mut(slot as usize) {
            *run = run.with(id, leaf);
        }
        let Some(cell) = self.cell_mut(slot, column(older)) else {
            return NIL;
        };
        if cell.list.last == NIL {
            cell.list.last = id;
        }
        cell.counts = cell.counts.wrapping_add(LISTED);
        std::mem::replace(&mut cell.list.first, id)
    }

    /// Records of `slot` that lie over a record of `older`: the first of a linked list.
    pub(super) fn listed(&self, slot: Slot, older: Option<Slot>) -> RecordId {
        self.cell(slot, column(older)).list.first
    }

    /// The first record of every list of `slot`.
    pub(super) fn lists(&self, slot: Slot) -> impl Iterator<Item = RecordId> {
        let row = self.rows.get(slot as usize);
        row.into_iter()
            .flat_map(Row::cells)
            .map(|cell| cell.list.first)
    }

    /// Empties that list and gives its first record.
    pub(super) fn take_listed(&mut self, slot: Slot, older: Option<Slot>) -> RecordId {
        let row = self.rows.get_mut(slot as usize);
        let column = column(older);
        let row = row.filter(|row| {
            row.cells()
                .get(column)
                .is_some_and(|cell| cell.list.first != NIL)
        });
        let cell = row.and_then(|row| row.own().get_mut(column));
        cell.map(|cell| {
            cell.counts = cell.dead();
            std::mem::take(&mut cell.list).first
        })
        .unwrap_or(NIL)
    }

    /// Merges interval `gone` into `next`, the one after it, for the point between them is no more:
    /// drops the versions that only that point held. `earlier` and `later` are all other intervals.
    /// Records of `next` over `gone` wait in the list of `next` over itself; returns how many more do.
    pub(super) fn fold(
        &mut self,
        records: &mut Records,
        gone: Slot,
        next: Slot,
        earlier: impl Iterator<Item = Slot>,
        later: impl Iterator<Item = Slot>,
    ) -> u64 {
        let mut over = self.take_cell(next, column(Some(gone)));
        let (freed, unmerged) = (over.dead(), over.length());
        over.counts -= freed;
        self.dead_total -= freed;
        for waiting in [over, self.take_cell(gone, column(Some(gone)))] {
            self.add(records, next, column(Some(next)), waiting);
        }
        let moved = self.born(gone) - freed;
        if let Some(born) = self.born.get_mut(next as usize) {
            *born += moved;
        }
        let (run, holes) = self.take_run(gone);
        if let Some(place) = self.runs.get_mut(next as usize) {
            *place = place.and(run);
        }
        if holes {
            self.note_holes(next);
        }
        let live = self
            .live
            .get_mut(gone as usize)
            .map(std::mem::take)
            .unwrap_or(0);
        if let Some(place) = self.live.get_mut(next as usize) {
            *place += live;
        }
        for older in std::iter::once(None).chain(earlier.map(Some)) {
            let moved = self.take_cell(gone, column(older));
            self.add(records, next, column(older), moved);
        }
        for death in later {
            let moved = self.take_cell(death, column(Some(gone)));
            self.add(records, death, column(Some(next)), moved);
        }
        self.close_slot(gone);
        unmerged
    }

    fn add(&mut self, records: &mut Records, death: Slot, column: usize, moved: Cell) {
        if moved.counts != 0
            && let Some(cell) = self.cell_mut(death, column)
        {
            cell.counts = cell.counts.wrapping_add(moved.counts);
            cell.list.append(records, moved.list);
        }
    }

    /// Takes back the newest interval: what was born in it is gone, what it overwrote lives again.
    /// Its lists must have been taken.
    pub(super) fn pop(&mut self, newest: Slot, earlier: impl Iterator<Item = Slot>) {
        if let Some(live) = self.live.get_mut(newest as usize) {
            self.live_total -= std::mem::take(live);
        }
        for birth in earlier {
            let revived = self.take_cell(newest, column(Some(birth))).dead();
            self.dead_total -= revived;
            self.live_total += revived;
            if let Some(live) = self.live.get_mut(birth as usize) {
                *live += revived;
            }
        }
        self.close_slot(newest);
    }
}
