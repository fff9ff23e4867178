//! What a reader sees before the fleet is taken.

use super::{AssumedByImport, Decided, Import};
use crate::matrix::{AssessOptions, MachineAssessment, assess_each};
use crate::model::Disk;
use crate::order::SmallMap;

/// Fills in counts, missing facts and assumptions.
pub(super) fn complete(import: &mut Import) {
    counts(import);
    let mut missing: SmallMap<String, Decided> = SmallMap::new();
    let mut assumed: SmallMap<String, AssumedByImport> = SmallMap::new();
    let mut count = |machine: MachineAssessment| {
        for fact in machine.missing {
            let decided = missing.or_insert_with(fact.fact.clone(), || Decided {
                fact: fact.fact,
                where_: fact.az.unwrap_or_else(|| "supply it".to_owned()),
                subjects: Vec::new(),
                decides: fact.decides,
            });
            if let Some(decided) = decided {
                decided.subjects.push(fact.field);
            }
        }
        for fact in machine.assumed {
            let counted = assumed.or_insert_with(fact.fact.clone(), || AssumedByImport {
                fact: fact.fact,
                value: fact.value,
                subjects: 0,
            });
            if let Some(counted) = counted {
                counted.subjects += 1;
            }
        }
    };
    // What an import writes is in the vocabulary; a fleet of our own form may not be.
    match assess_each(&import.fleet, &AssessOptions::default(), &mut count) {
        Err(error) => import.problems.push(super::Problem {
            code: error.code().to_owned(),
            path: error.path().to_owned(),
            message: error.to_string(),
            severity: super::Severity::Error,
        }),
        Ok(()) => {
            import.preview.missing = missing.into_values().collect();
            import.assumed = assumed.into_values().collect();
        }
    }
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
    read.provisioned_gib = provisioned;
}
