//! What several commands give, checked: the size of a disk, facts.

use crate::cloud::CommandError;
use crate::model::FactSet;
use crate::model::vocabulary::{FactSubject, validate_facts};

/// The largest disk that the lab makes: 64 TiB.
const LARGEST_GIB: u64 = 64 * 1024;

/// A size that a disk can have.
pub(super) fn check_size(size_gib: u64) -> Result<(), CommandError> {
    if (1..=LARGEST_GIB).contains(&size_gib) {
        return Ok(());
    }
    Err(CommandError::InvalidParameter {
        target: "sizeGiB".to_owned(),
        message: format!("{size_gib} GiB is not a disk's size; give 1 to {LARGEST_GIB}"),
    })
}

/// Facts that the vocabulary knows, with values of their type.
pub(super) fn check_facts(
    path: &str,
    subject: FactSubject,
    facts: &FactSet,
) -> Result<(), CommandError> {
    validate_facts(path, subject, facts).map_err(|error| CommandError::InvalidParameter {
        target: error.path().to_owned(),
        message: error.to_string(),
    })
}
