//! Judging a fleet.

use super::judgements::Judgements;
use super::page::pages;
use super::{
    AssessError, AssessOptions, AssessReport, Citation, Finding, MachineAssessment, Subject,
    Verdict,
};
use crate::ids::ResourceId;
use crate::model::{Fleet, vocabulary};
use crate::order::{self, Index};
use std::ops::Range;

/// Judges every machine of a fleet.
///
/// # Errors
/// A fact that the vocabulary does not have, a machine or disk without a name, a machine that is there twice,
/// or an option that means nothing.
pub fn assess(fleet: &Fleet, options: &AssessOptions) -> Result<AssessReport, AssessError> {
    let mut machines = Vec::with_capacity(fleet.machines.len());
    assess_each(fleet, options, &mut |machine| machines.push(machine))?;
    Ok(AssessReport {
        service: options.service,
        edition: options.deciding_edition(),
        machines,
    })
}

/// Judges every machine of a fleet, one after the other: of a large fleet, no one keeps all judgements.
///
/// # Errors
/// As [`assess`].
pub fn assess_each(
    fleet: &Fleet,
    options: &AssessOptions,
    each: &mut dyn FnMut(MachineAssessment),
) -> Result<(), AssessError> {
    check(fleet)?;
    assess_some(fleet, 0..fleet.machines.len(), options, each)
}

/// Judges some machines of a fleet that was judged as a whole or imported: it is not looked at again whether
/// its facts are in the vocabulary and each machine is there once.
///
/// # Errors
/// An option that means nothing.
pub fn assess_some(
    fleet: &Fleet,
    range: Range<usize>,
    options: &AssessOptions,
    each: &mut dyn FnMut(MachineAssessment),
) -> Result<(), AssessError> {
    let mut judgements = Judgements::new(options)?;
    let machines = fleet.machines.iter().enumerate();
    for (index, machine) in machines.take(range.end).skip(range.start) {
        each(judgements.assess(index, machine));
    }
    Ok(())
}

/// Refuses a fleet that cannot be judged.
pub(crate) fn check(fleet: &Fleet) -> Result<(), AssessError> {
    check_identities(fleet)?;
    Ok(vocabulary::validate(fleet)?)
}

/// Refuses what could not be told apart in the report.
fn check_identities(fleet: &Fleet) -> Result<(), AssessError> {
    let ids = fleet.machines.iter().map(|machine| &machine.id);
    let repeated = order::repeated(ids.map(ResourceId::fingerprint));
    let mut seen = Index::default();
    for (at, machine) in (0_u32..).zip(&fleet.machines) {
        let path = || format!("machines[{at}]");
        if machine.name.is_empty() {
            return Err(unnamed(&path()));
        }
        if let Some(first) = seen.get(&machine.id) {
            return Err(AssessError::Identity {
                path: path() + ".id",
                reason: format!("machines[{first}] has this id already; list each machine once"),
            });
        }
        if !repeated.is_empty() && repeated.binary_search(&machine.id.fingerprint()).is_ok() {
            seen.insert(machine.id.clone(), at);
        }
        if let Some(disk) = machine.disks.iter().position(|disk| disk.name.is_empty()) {
            return Err(unnamed(&format!("{}.disks[{disk}]", path())));
        }
    }
    match fleet.disks.iter().position(|disk| disk.name.is_empty()) {
        Some(disk) => Err(unnamed(&format!("disks[{disk}]"))),
        None => Ok(()),
    }
}

fn unnamed(path: &str) -> AssessError {
    AssessError::Identity {
        path: [path, ".name"].concat(),
        reason: "give it a name".to_owned(),
    }
}

/// Why nothing can be said about the service in this edition, where that is so.
pub(crate) fn silence(options: &AssessOptions) -> Option<Finding> {
    let service_pages = pages().iter();
    let service_pages = service_pages.filter(|page| page.serves(options.service));
    let first = service_pages.clone().map(super::Page::edition).min();
    if first <= Some(options.edition) {
        return None;
    }
    let date = service_pages.clone().map(|page| page.date.as_str()).min();
    let text = format!(
        "No page on this service is dated at or before the edition {}; the first is of {}.",
        options.edition.as_str(),
        date.unwrap_or_default()
    );
    let citations = service_pages.filter(|page| page.edition() <= options.edition);
    let citations = citations.map(|page| Citation {
        page: page.cited_as(),
        section: String::new(),
        row: super::written::NOT_NAMED.to_owned(),
    });
    Some(Finding {
        verdict: Verdict::Undocumented,
        subject: Subject::Vm,
        disks: Vec::new(),
        matrix_row: String::new(),
        label: "Service".to_owned(),
        row_ids: Vec::new(),
        citations: citations.collect(),
        text,
        remedy: "Judge by a later edition.".to_owned(),
        conflicts_with: Vec::new(),
    })
}

/// The judgement on a machine with so many disks, where that is all that can be said.
pub(super) fn undocumented(disks: usize, finding: &Finding) -> MachineAssessment {
    let disk = |at: usize| super::DiskAssessment {
        name: at.to_string(),
        verdict: Verdict::Undocumented,
    };
    MachineAssessment {
        id: String::new(),
        name: String::new(),
        verdict: Verdict::Undocumented,
        exclude_disks: Vec::new(),
        missing: Vec::new(),
        assumed: Vec::new(),
        findings: vec![finding.clone()],
        disks: (0..disks).map(disk).collect(),
    }
}
