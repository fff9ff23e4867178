//! Importers: what other tools print about VMs and disks becomes a [`Fleet`](crate::model::Fleet).
//!
//! Inputs are recognised by content, never by name. Nothing is silently dropped: what could not be
//! read is a problem with its path.

mod import;

pub use import::{
    AssumedByImport, Decided, Guess, Import, ImportCounts, ImportError, LeftOut, NamedInput,
    Preview, Problem, Severity,
};

/// Reads inputs of any kind that is known into one fleet.
///
/// # Errors
/// Where nothing could be read from any input: what is wrong with the first.
pub fn import(inputs: &[NamedInput]) -> Result<Import, ImportError> {
    let first = inputs.first().ok_or(ImportError::NoInput)?;
    Err(ImportError::NothingTaken {
        path: first.name.clone(),
        reason: "importers are not built yet".to_owned(),
    })
}

/// A fleet to start from: eight machines that are judged differently.
#[must_use]
pub fn sample_fleet() -> crate::model::Fleet {
    crate::model::Fleet::default()
}
