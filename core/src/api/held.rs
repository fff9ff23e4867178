//! A fleet that stays in the engine and is given out piece by piece.

use super::{AssessOptions, Import, InputError};
use crate::json::{object, write};
use crate::matrix::Judgements;
use serde_json::Value;

/// An imported fleet, however large.
#[derive(Clone, Debug, Default)]
pub struct HeldFleet {
    import: Import,
    run: Option<Run>,
    runs: u32,
}

/// The machines being judged, some at a time.
#[derive(Clone, Debug)]
struct Run {
    options: AssessOptions,
    judgements: Judgements,
}

impl HeldFleet {
    /// The fleet of an import.
    #[must_use]
    pub const fn new(import: Import) -> Self {
        Self {
            import,
            run: None,
            runs: 0,
        }
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

    /// Some machines by their names alone, as text: of each its id, its name and the names of its disks.
    #[must_use]
    pub fn names(&self, from: usize, count: usize) -> String {
        let machines = self.import.fleet.machines.iter().skip(from).take(count);
        let mut text = String::with_capacity(count.min(1 << 16) * 256);
        let mut bracket = "[";
        for machine in machines {
            let disks = machine.disks.iter().map(|disk| disk.name.as_str());
            let names = [machine.id.as_str(), machine.name.as_str()];
            text.push_str(bracket);
            let mut inner = "[";
            for name in names.into_iter().chain(disks) {
                text.push_str(inner);
                quote(&mut text, name);
                inner = ",";
            }
            text.push(']');
            bracket = ",";
        }
        text.push_str(if bracket == "[" { "[]" } else { "]" });
        text
    }

    /// The judgements on some machines, those of a kind once: the number of the `run`, the `kinds` that the caller does
    /// not know yet with the number of the `first` of them, the number below which kinds are `forgotten` now, and of
    /// each machine its kind. In the judgement on a kind disks are called by their place, and the machine is
    /// `machines[]`; [`names`](Self::names) has what they are called.
    ///
    /// Who goes on names the run, and how many kinds are known of it; another run begins with none.
    ///
    /// # Errors
    /// An option that means nothing.
    pub fn assess(
        &mut self,
        options: &AssessOptions,
        from: usize,
        count: usize,
        run: u32,
        known: u32,
    ) -> Result<Value, InputError> {
        let goes_on =
            run == self.runs && self.run.as_ref().is_some_and(|own| own.options == *options);
        if !goes_on {
            self.run = None;
            self.runs = self.runs.wrapping_add(1).max(1);
        }
        let judging = match &mut self.run {
            Some(own) => own,
            None => self.run.insert(Run {
                options: options.clone(),
                judgements: Judgements::new(options)?,
            }),
        };
        let first = if goes_on { known } else { 0 };
        let mut told = first;
        let (mut kinds, mut machines) = (Vec::new(), Vec::new());
        let fleet = &self.import.fleet;
        for machine in fleet.machines.iter().skip(from).take(count) {
            let kind = judging.judgements.kind(machine);
            // Kinds are numbered as they come up.
            if kind >= told {
                kinds.extend(judging.judgements.of_kind(kind).map(write));
                told = kind.saturating_add(1);
            }
            machines.push(kind.into());
        }
        let fields = [
            ("run", self.runs.into()),
            ("first", first.into()),
            ("kinds", Value::Array(kinds)),
            ("forgotten", judging.judgements.forgotten().into()),
            ("machines", Value::Array(machines)),
        ];
        let named = |(name, value): (&str, Value)| (name.to_owned(), value);
        Ok(object(fields.into_iter().map(named)))
    }
}

/// Adds a text in quotes.
fn quote(to: &mut String, text: &str) {
    let plain = |byte: u8| !matches!(byte, b'"' | b'\\' | 0..0x20);
    if text.bytes().all(plain) {
        to.push('"');
        to.push_str(text);
        to.push('"');
    } else {
        to.push_str(&crate::json::text(&Value::from(text)));
    }
}
