//! Judging a fleet.

use super::{AssessError, AssessOptions, AssessReport, MachineAssessment, Verdict};
use crate::model::{Fleet, vocabulary};

/// Judges every machine of a fleet.
///
/// # Errors
/// A fact that the vocabulary does not have, or an option that means nothing.
pub fn assess(fleet: &Fleet, options: &AssessOptions) -> Result<AssessReport, AssessError> {
    vocabulary::validate(fleet)?;
    let machines = fleet.machines.iter().map(|machine| MachineAssessment {
        id: machine.id.to_string(),
        name: machine.name.clone(),
        verdict: Verdict::Undocumented,
        exclude_disks: Vec::new(),
        missing: Vec::new(),
        assumed: Vec::new(),
        findings: Vec::new(),
        disks: Vec::new(),
    });
    Ok(AssessReport {
        service: options.service,
        edition: options.edition,
        machines: machines.collect(),
    })
}
