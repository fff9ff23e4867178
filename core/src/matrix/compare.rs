//! What changes for a fleet from one edition to another.

use super::{AssessError, AssessOptions, Edition, Finding, MachineAssessment, Verdict, assess};
use crate::json::Write;
use crate::model::Fleet;

/// A machine that another edition judges otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EditionChange {
    /// The machine's ARM id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its verdict in the first edition.
    pub before: Verdict,
    /// Its verdict in the second.
    pub after: Verdict,
    /// What only the first says.
    pub gone: Vec<Finding>,
    /// What only the second says.
    pub came: Vec<Finding>,
}

/// Judges a fleet by two editions; the machines that something changes for, in the fleet's order. A finding
/// is the same where it is that of the same row, says the same and holds for the same disks.
///
/// # Errors
/// As [`assess`].
pub fn compare_editions(
    fleet: &Fleet,
    options: &AssessOptions,
    from: Edition,
    to: Edition,
) -> Result<Vec<EditionChange>, AssessError> {
    let by = |edition| {
        let mut options = options.clone();
        options.edition = edition;
        assess(fleet, &options).map(|report| report.machines)
    };
    let (before, after) = (by(from)?, by(to)?);
    let pairs = before.into_iter().zip(after);
    Ok(pairs
        .filter_map(|(before, after)| change(before, after))
        .collect())
}

fn change(before: MachineAssessment, after: MachineAssessment) -> Option<EditionChange> {
    let only = |own: &[Finding], others: &[Finding]| -> Vec<Finding> {
        let known = |finding: &&Finding| others.iter().any(|other| same(finding, other));
        let new = own.iter().filter(|finding| !known(finding));
        new.cloned().collect()
    };
    let gone = only(&before.findings, &after.findings);
    let came = only(&after.findings, &before.findings);
    let changed = before.verdict != after.verdict || !gone.is_empty() || !came.is_empty();
    changed.then_some(EditionChange {
        id: before.id,
        name: before.name,
        before: before.verdict,
        after: after.verdict,
        gone,
        came,
    })
}

fn same(one: &Finding, other: &Finding) -> bool {
    one.matrix_row == other.matrix_row
        && one.verdict == other.verdict
        && one.disks == other.disks
        && one.text == other.text
}
