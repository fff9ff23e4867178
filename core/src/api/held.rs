//! A fleet that stays in the engine and is given out piece by piece.

use super::{AssessOptions, Import, InputError};
use crate::json::write;
use crate::matrix::assess_some;
use serde_json::Value;

/// An imported fleet, however large.
#[derive(Clone, Debug, Default)]
pub struct HeldFleet {
    import: Import,
}

impl HeldFleet {
    /// The fleet of an import.
    #[must_use]
    pub const fn new(import: Import) -> Self {
        Self { import }
    }

    /// What was imported.
    #[must_use]
    pub const fn import(&self) -> &Import {
        &self.import
    }

    /// The import without its machines.
    pub fn head(&mut self) -> Value {
        let machines = std::mem::take(&mut self.import.fleet.machines);
        let head = write(&self.import);
        self.import.fleet.machines = machines;
        head
    }

    /// Some machines, as a list.
    #[must_use]
    pub fn machines(&self, from: usize, count: usize) -> Value {
        let machines = self.import.fleet.machines.iter();
        Value::Array(machines.skip(from).take(count).map(write).collect())
    }

    /// The judgements on some machines, as a list.
    ///
    /// # Errors
    /// An option that means nothing.
    pub fn assess(
        &self,
        options: &AssessOptions,
        from: usize,
        count: usize,
    ) -> Result<Value, InputError> {
        let mut judged = Vec::new();
        let range = from..from.saturating_add(count);
        assess_some(&self.import.fleet, range, options, &mut |machine| {
            judged.push(write(&machine));
        })?;
        Ok(Value::Array(judged))
    }
}
