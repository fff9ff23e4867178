//! Importers: what other tools print about VMs and disks becomes a [`Fleet`](crate::model::Fleet).
//!
//! Inputs are recognised by content, never by name. Nothing is silently dropped: what could not be
//! read is a problem with its path.

mod assemble;
mod collect;
mod csv;
mod disk;
mod facts;
mod import;
mod instance;
mod machine;
mod node;
mod preview;
mod read;
mod recognise;
mod sample;
mod text;

pub use import::{
    AssumedByImport, Decided, Guess, Import, ImportCounts, ImportError, LeftOut, NamedInput,
    Preview, Problem, Severity,
};
pub use read::import;
pub use sample::sample_fleet;
