//! One file for each kind of command.

mod clock;
mod collection;
mod content;
mod disk;
pub(super) mod guest;
mod restore;
mod restore_point;
mod virtual_machine;
mod workload;
