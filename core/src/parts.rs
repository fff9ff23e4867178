//! The parts of the module that the engine itself asks for: only what comes in tells whether they are needed.
//!
//! Where the module is taken apart (`rplab_derive::part`), whoever loads a part says so, and before that nothing enters
//! it. Elsewhere every part is there.

use std::sync::atomic::{AtomicU32, Ordering};

/// A part that is seen to be needed only inside the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Operations of the endpoint on what stands beside VMs, disks and points, and their commands.
    Beside,
    /// Inventories that are no list of resources in JSON: templates, plans, tables, packed files.
    Formats,
    /// Commands on copies, snapshots, encryption sets, locks, groups and networks.
    Resources,
    /// Commands of services that back up, of faults, workloads, guests and moves.
    Services,
}

const ALL: [Part; 4] = [Part::Beside, Part::Formats, Part::Resources, Part::Services];

/// A bit for each part that is there.
static LOADED: AtomicU32 = AtomicU32::new(0);

impl Part {
    /// Its name, as callers load it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Beside => "beside",
            Self::Formats => "formats",
            Self::Resources => "resources",
            Self::Services => "services",
        }
    }

    /// Whether it has to be loaded first.
    pub(crate) fn is_missing(self) -> bool {
        cfg!(all(target_family = "wasm", feature = "parts"))
            && LOADED.load(Ordering::Relaxed) & self.bit() == 0
    }

    /// What to do where it is missing.
    pub(crate) fn told(self) -> String {
        let name = self.name();
        format!("the engine's part `{name}` is not loaded: `await loadPart(\"{name}\")` first")
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// The code of the error where a part is missing; its path is the part's name.
pub(crate) const NOT_LOADED: &str = "PartNotLoaded";

/// Notes that a part is there. Other names are those of parts that callers know to be needed.
pub fn arrived(name: &str) {
    if let Some(part) = ALL.into_iter().find(|part| part.name() == name) {
        LOADED.fetch_or(part.bit(), Ordering::Relaxed);
    }
}
