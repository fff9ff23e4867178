//! What callers in other languages hold. Each is behind a table of functions, so that what gives its memory back lies
//! in its part of the module as well.

use super::json::Answer;
use super::{
    Answer as Answered, AssessOptions, Breaker, HeldFleet, InventoryReader, Json, Lab, Request,
    parts, version,
};
use crate::json;
use serde_json::Value;
use std::fmt;

/// A lab that a caller holds.
pub trait HeldLab {
    /// See [`Lab::call`].
    ///
    /// # Errors
    /// As there.
    fn call(&mut self, name: &str, argument: Option<Value>) -> Answer;

    /// See [`Lab::request`].
    fn request(&mut self, request: &Request) -> Answered;
}

impl HeldLab for Lab {
    fn call(&mut self, name: &str, argument: Option<Value>) -> Answer {
        Self::call(self, name, argument)
    }

    fn request(&mut self, request: &Request) -> Answered {
        parts::request(self, request)
    }
}

/// A search for what breaks a plan that a caller holds.
pub trait HeldBreaker {
    /// What was found once so many more schedules were tried.
    ///
    /// # Errors
    /// None in practice.
    fn step(&mut self, schedules: u64) -> Answer;
}

impl HeldBreaker for Breaker {
    fn step(&mut self, schedules: u64) -> Answer {
        Self::step(self, schedules);
        let version = version();
        Ok(json::write(
            &self.report(&version.engine, &version.matrix_revision),
        ))
    }
}

/// Inventory files on their way in and the fleet that they come to, held by a caller.
pub trait HeldInventory {
    /// See [`InventoryReader::begin`].
    fn begin(&mut self, name: &str);

    /// See [`InventoryReader::push`].
    fn push(&mut self, data: &[u8]);

    /// Reads all files into one fleet; what they came to, without the machines. See [`InventoryReader::finish`].
    ///
    /// # Errors
    /// As there.
    fn finish(&mut self) -> Answer;

    /// See [`HeldFleet::machines`].
    fn machines(&self, from: usize, count: usize) -> Value;

    /// See [`HeldFleet::names`].
    fn names(&self, from: usize, count: usize) -> String;

    /// See [`HeldFleet::assess`].
    ///
    /// # Errors
    /// As there, and options of another shape.
    fn assess(
        &mut self,
        options: Option<Value>,
        from: usize,
        count: usize,
        run: u32,
        known: u32,
    ) -> Answer;
}

// Not of what is held: its table would then carry the printing of everything in a lab.
macro_rules! debug_by_name {
    ($($held:ident),*) => {
        $(impl fmt::Debug for dyn $held {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($held))
            }
        })*
    };
}

debug_by_name!(HeldLab, HeldBreaker, HeldInventory);

/// Files and their fleet.
#[derive(Debug, Default)]
pub(super) struct Inventory {
    reader: InventoryReader,
    fleet: HeldFleet,
}

impl HeldInventory for Inventory {
    fn begin(&mut self, name: &str) {
        self.reader.begin(name);
    }

    fn push(&mut self, data: &[u8]) {
        self.reader.push(data);
    }

    fn finish(&mut self) -> Answer {
        let import = std::mem::take(&mut self.reader).finish()?;
        self.fleet = HeldFleet::new(import);
        Ok(self.fleet.head())
    }

    fn machines(&self, from: usize, count: usize) -> Value {
        self.fleet.machines(from, count)
    }

    fn names(&self, from: usize, count: usize) -> String {
        self.fleet.names(from, count)
    }

    fn assess(
        &mut self,
        options: Option<Value>,
        from: usize,
        count: usize,
        run: u32,
        known: u32,
    ) -> Answer {
        let options: AssessOptions = Json::options(options)?;
        self.fleet.assess(&options, from, count, run, known)
    }
}
