//! The support matrix: rows as data, and the assessment of fleets against them.
//!
//! Sees only the model. A row holds or not by its predicate over facts and the request, in
//! three-valued logic: what is not known stays unknown and is asked for by name.

mod assess;
mod compare;
mod document;
mod edition;
mod error;
mod evaluate;
mod example;
mod finding;
mod fingerprint;
mod judge;
mod judgements;
mod ledger;
mod limits;
mod option_words;
mod options;
mod page;
mod plan;
mod predicate;
mod regions;
mod remedies;
mod restores;
mod row;
mod services;
mod sizes;
mod systems;
mod value;
mod written;

pub use assess::{assess, assess_each, assess_some};
pub(crate) use assess::{check, silence};
pub use compare::{EditionChange, compare_editions};
pub use document::support_matrix_markdown;
pub use edition::{Edition, Service};
pub use error::AssessError;
pub use example::{Example, flipped_example};
pub use finding::{
    AssessReport, AssumedFact, Citation, DiskAssessment, Finding, MachineAssessment, MissingFact,
    Verdict,
};
pub use judgements::Judgements;
pub(crate) use judgements::in_fleet;
pub use ledger::{Followed, LedgerEntry, LedgerSide, ledger};
pub use limits::{CountedPoints, Limits, limits};
pub use options::{
    AskedSchedule, AssessOptions, ConfiguredFrom, Consistency, DiskReference, DiskSelector, Policy,
    Request, RestoreRequest, SelectiveDisk, SnapshotResourceGroup, Vault, VaultKind,
};
pub use page::{Page, PageRow, Section, pages};
pub use predicate::Predicate;
pub use regions::{
    Region, RegionArea, cross_region_areas, cross_region_regions, normalise_region, region,
    region_exists,
};
pub use remedies::{Remedy, RemedyKind, remedies};
pub use restores::{
    MachineRestores, RestoreMethodAnswer, RestoreQuestion, restore_method, restore_methods,
    restore_methods_of,
};
pub(crate) use row::rows_of_rules;
pub use row::{
    JudgedBy, MatrixRow, RuleReference, Simulated, Subject, row_count, support_matrix,
    support_matrix_from,
};
pub use services::{OtherServicesFile, load_services, services_are_loaded, services_file_name};
pub use written::{read_rows, rows_in_force};
