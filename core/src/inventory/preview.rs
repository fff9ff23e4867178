//! What a reader sees before the fleet is taken.

use super::{AssumedByImport, Decided, Import};
use crate::matrix::{AssessError, AssessOptions, Judgements, check, in_fleet};
use crate::model::Disk;
use crate::order::SmallMap;

/// So many machines and disks are named that lack a fact.
const MOST_SUBJECTS: usize = 1_000;
/// So many guesses are listed.
pub(super) const MOST_GUESSES: usize = 10_000;

/// Fills in counts, missing facts and assumptions.
pub(super) fn complete(import: &mut Import) {
    counts(import);
    // What an import writes is in the vocabulary; a fleet of our own form may not be.
    if let Err(error) = judge(import) {
        import.problems.push(super::Problem {
            code: error.code().to_owned(),
            path: error.path().to_owned(),
            message: error.to_string(),
            severity: super::Severity::Error,
        });
    }
}

fn judge(import: &mut Import) -> Result<(), AssessError> {
    check(&import.fleet)?;
    let mut judgements = Judgements::new(&AssessOptions::default())?;
    let mut missing: SmallMap<String, Decided> = SmallMap::new();
    let mut assumed: SmallMap<String, AssumedByImport> = SmallMap::new();
    for (index, machine) in import.fleet.machines.iter().enumerate() {
        let kind = judgements.kind(machine);
        let Some(judged) = judgements.of_kind(kind) else {
            continue;
        };
        for fact in &judged.missing {
            if !missing.contains_key(&fact.fact) {
                let decided = Decided {
                    fact: fact.fact.clone(),
                    where_: fact.az.clone().unwrap_or_else(|| "supply it".to_owned()),
                    count: 0,
                    subjects: Vec::new(),
                    decides: fact.decides.clone(),
                };
                missing.insert(fact.fact.clone(), decided);
            }
            if let Some(decided) = missing.get_mut(&fact.fact) {
                decided.count += 1;
                if decided.subjects.len() < MOST_SUBJECTS {
                    let field = in_fleet(&fact.field, index);
                    decided
                        .subjects
                        .push(field.unwrap_or_else(|| fact.field.clone()));
                }
            }
        }
        for fact in &judged.assumed {
            if let Some(counted) = assumed.get_mut(&fact.fact) {
                counted.subjects += 1;
                continue;
            }
            let counted = AssumedByImport {
                fact: fact.fact.clone(),
                value: fact.value.clone(),
                subjects: 1,
            };
            assumed.insert(fact.fact.clone(), counted);
        }
    }
    import.preview.missing = missing.into_values().collect();
    import.assumed = assumed.into_values().collect();
    Ok(())
}

fn counts(import: &mut Import) {
    let machines = &import.fleet.machines;
    let attached = || machines.iter().flat_map(|machine| &machine.disks);
    let all = || attached().chain(&import.fleet.disks);
    let of_machines: usize = machines.iter().map(|machine| machine.facts.len()).sum();
    let of_disks: usize = all().map(|disk: &Disk| disk.facts.len()).sum();
    let sizes = all().filter_map(|disk| disk.size_gib);
    let provisioned = sizes.fold(0, u64::saturating_add);
    let read = &mut import.preview.read;
    read.machines = machines.len() as u64;
    read.attached_disks = attached().count() as u64;
    read.unattached_disks = import.fleet.disks.len() as u64;
    read.facts = (of_machines + of_disks) as u64;
    // JSON is exact up to here.
    read.provisioned_gib = provisioned.min((1 << 53) - 1);
}
