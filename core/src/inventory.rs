//! Importers: what other tools print about VMs and disks becomes a [`Fleet`](crate::model::Fleet).
//!
//! Inputs are recognised by content, never by name. Nothing is silently dropped: what could not be
//! read is a problem with its path.

mod address;
mod alike;
mod anonymise;
mod assemble;
mod collect;
mod csv;
mod declared;
mod disk;
mod expression;
mod facts;
mod formats;
mod guesses;
mod gzip;
mod import;
mod input;
mod instance;
mod known;
mod machine;
mod node;
mod open;
mod own_csv;
mod points;
mod preview;
mod read;
mod recognise;
mod rows;
mod sample;
mod secrets;
mod split;
mod template;
mod terraform;
mod text;
mod twice;
mod unread;

pub use anonymise::anonymised;
pub use import::{
    AssumedByImport, Decided, Guess, Import, ImportCounts, ImportError, LeftOut, NamedInput,
    Preview, Problem, Severity, UnreadField,
};
pub use read::{InventoryReader, import, machine_of};
pub use sample::sample_fleet;
