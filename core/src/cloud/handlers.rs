//! One file for each kind of command.

mod access;
mod checks;
mod clock;
mod collection;
mod content;
mod copy;
mod disk;
mod encryption;
mod fault;
pub(super) mod guest;
mod keep;
pub(super) mod lock;
mod movement;
mod protection;
mod replication;
mod restore;
mod restore_point;
mod scope;
mod snapshot;
mod virtual_machine;
mod workload;

pub use access::SignedRead;
pub(in crate::cloud) use access::Signer;
pub use protection::RestorePlan;
pub(crate) use protection::secondary_of;
pub(crate) use workload::check_workload;

use crate::ids::ResourceId;

/// The id of something that is the lab's own and no resource of the service.
fn lab_id(kind: &str, name: &str) -> ResourceId {
    use crate::ids::{DEFAULT_RESOURCE_GROUP, DEFAULT_SUBSCRIPTION};
    let id = format!(
        "/subscriptions/{DEFAULT_SUBSCRIPTION}/resourceGroups/{DEFAULT_RESOURCE_GROUP}/providers/RestorePointLab/{kind}/{name}"
    );
    let beside = ResourceId::named(crate::ids::ResourceType::VirtualMachine, "lab");
    id.parse().unwrap_or(beside)
}

/// What there is, where something was not found.
fn offer_names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.take(5).collect();
    match names.as_slice() {
        [] => "there is none".to_owned(),
        names => format!("there is {}", names.join(", ")),
    }
}
