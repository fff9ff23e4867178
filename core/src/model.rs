//! Virtual machines, disks and fleets as facts.
//!
//! A machine is its identity plus *facts*: named values of a closed vocabulary ([`vocabulary`]).
//! Importers, the editor and callers all write the same facts; the support matrix and the simulator
//! read them. What is not there is absent, and the vocabulary says what that means.

mod fact;
mod fact_set;
mod fleet;
mod resource;
pub mod vocabulary;

pub use fact::{FactValue, LockLevel, LockScope, ResourceLock};
pub use fact_set::FactSet;
pub use fleet::{Disk, DiskRole, Fleet, Machine};
pub(crate) use fleet::{OPEN_FACTS, ZONES, open_facts};
pub use resource::{ConsistencyMode, ProvisioningState};
