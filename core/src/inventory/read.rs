//! Reading inputs of any kind that is known into one fleet, while they come in.

use super::assemble::Assembly;
use super::collect::{Found, Kind};
use super::input::Input;
use super::node::Node;
use super::{Import, ImportError, NamedInput, Problem, Severity, preview, secrets};
use crate::model::{Fleet, Machine};
use crate::room;
use serde_json::Value;

/// Reads inputs of any kind that is known into one fleet.
///
/// Inputs that cannot be read are problems as long as another can.
///
/// # Errors
/// Where nothing could be read from any input: what is wrong with the first.
pub fn import(inputs: &[NamedInput]) -> Result<Import, ImportError> {
    let mut reader = InventoryReader::new();
    for input in inputs {
        reader.begin(&input.name);
        reader.push(&input.data);
    }
    reader.finish()
}

/// The machine that a resource in the form of the service describes; `None` where that is none.
///
/// As [`import`] reads it, but the form is known: whoever calls only this needs no reader of texts.
#[must_use]
pub fn machine_of(resource: &Value) -> Option<Machine> {
    let (mut import, mut assembly, mut found) =
        (Import::default(), Assembly::default(), Found::default());
    let node = Node::of(Some(resource));
    assembly.entry(&Kind::Machine, node, "body", &mut found);
    assembly.into_import(&mut import);
    secrets::hide(&mut import);
    import.fleet.machines.into_iter().next()
}

/// Reads inputs that come in piece by piece, as [`import`] reads them whole.
///
/// Of an input in JSON or CSV no more is kept than the entry that is open and what was read of the others.
#[derive(Debug, Default)]
pub struct InventoryReader {
    import: Import,
    assembly: Assembly,
    current: Option<Input>,
    names: Vec<String>,
    read: u64,
    first_error: Option<ImportError>,
    lacks: Option<ImportError>,
    /// Bytes that came, and for how many there is room.
    pushed: usize,
    room: usize,
}

/// For so much input at a time room is made at once.
const STEP: usize = 16 << 20;

impl InventoryReader {
    /// A reader of nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins an input with the name that problems call it by; the one before ends.
    pub fn begin(&mut self, name: &str) {
        self.end();
        self.names.push(name.to_owned());
        self.current = Some(Input::new(name));
    }

    /// The next bytes of the input.
    pub fn push(&mut self, chunk: &[u8]) {
        if self.current.is_none() {
            self.begin("input");
        }
        self.make_room(chunk.len());
        if let Some(input) = &mut self.current {
            input.push(chunk, &mut self.assembly);
        }
    }

    /// What is read takes about as much memory as its text.
    fn make_room(&mut self, more: usize) {
        self.pushed = self.pushed.saturating_add(more);
        if self.pushed > self.room.max(STEP / 4) {
            self.room = self.pushed.saturating_add(STEP);
            room::make(STEP + STEP / 4);
        }
    }

    fn end(&mut self) {
        let Some(input) = self.current.take() else {
            return;
        };
        match input.finish(&mut self.assembly, &mut self.import) {
            Ok(()) => self.read += 1,
            // Not a problem of the input: nothing is read without it.
            Err(error @ ImportError::PartNotLoaded(_)) => self.lacks = Some(error),
            Err(error) => {
                self.import.problems.push(unreadable(&error));
                self.first_error.get_or_insert(error);
            }
        }
    }

    /// The fleet of all inputs.
    ///
    /// # Errors
    /// Where nothing could be read from any input: what is wrong with the first.
    pub fn finish(self) -> Result<Import, ImportError> {
        let mut import = self.finish_without_preview()?;
        preview::complete(&mut import);
        Ok(import)
    }

    /// The fleet of all inputs, without what is assumed and missing, which takes a judgement.
    ///
    /// # Errors
    /// As [`finish`](Self::finish).
    pub fn finish_without_preview(mut self) -> Result<Import, ImportError> {
        self.end();
        if let Some(error) = self.lacks {
            return Err(error);
        }
        if self.read == 0 {
            return Err(self.first_error.unwrap_or(ImportError::NoInput));
        }
        let mut import = self.import;
        self.assembly.into_import(&mut import);
        let other = &import.preview.read;
        let is_nothing = other.restore_point_collections == 0 && other.snapshots == 0;
        if is_nothing && import.fleet == Fleet::default() && import.problems.is_empty() {
            import.problems.push(empty(&self.names));
        } else if import.fleet.machines.is_empty() && !import.fleet.disks.is_empty() {
            import.problems.push(no_machine(&self.names));
        }
        secrets::hide(&mut import);
        import.preview.read.inputs = self.read;
        Ok(import)
    }
}

fn unreadable(error: &ImportError) -> Problem {
    Problem {
        code: error.code().to_owned(),
        path: error.path().to_owned(),
        message: error.to_string(),
        severity: Severity::Error,
    }
}

fn no_machine(names: &[String]) -> Problem {
    Problem {
        code: "NoMachine".to_owned(),
        path: names.join(", "),
        message:
            "there are disks but no VM, and it is VMs that are judged; add `az vm list -o json`"
                .to_owned(),
        severity: Severity::Warning,
    }
}

fn empty(names: &[String]) -> Problem {
    Problem {
        code: "NothingListed".to_owned(),
        path: names.join(", "),
        message:
            "the list is empty: no VM and no disk; check the subscription with `az account show`"
                .to_owned(),
        severity: Severity::Warning,
    }
}
