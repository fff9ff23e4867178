//! What goes in and what comes out.

use crate::json::{Read, Write};
use crate::model::{FactValue, Fleet};
use crate::parts::{NOT_LOADED, Part};

/// A file, a paste or a response, with the name that problems call it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedInput {
    /// Its name; only problems use it.
    pub name: String,
    /// Its bytes as they came.
    pub data: Vec<u8>,
}

impl NamedInput {
    /// An input of text or bytes.
    pub fn new(name: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            data: data.into(),
        }
    }
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Import {
    /// The machines and disks.
    pub fleet: Fleet,
    /// What could not be read, or is not as it should be.
    pub problems: Vec<Problem>,
    /// What nobody said and what is taken instead, one for each fact.
    pub assumed: Vec<AssumedByImport>,
    /// What to show before the fleet is taken.
    pub preview: Preview,
}

/// Something that the reader of an import has to know.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Problem {
    /// A stable word for the kind of problem, such as `ListIncomplete`.
    pub code: String,
    /// Input and place in it, such as `az-vm-list.json[14].storageProfile`.
    pub path: String,
    /// What is so and what to do.
    pub message: String,
    /// Whether something was left out.
    pub severity: Severity,
}

/// How much a problem costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Everything was read; this is worth knowing.
    Warning,
    /// Something was left out.
    Error,
}

/// A fact that no input carries and that is taken as ordinary.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssumedByImport {
    /// The fact.
    pub fact: String,
    /// The value that is taken.
    pub value: FactValue,
    /// How many machines or disks it is taken for.
    pub subjects: u64,
}

/// What was read, guessed, missing and left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Preview {
    /// How much was read.
    pub read: ImportCounts,
    /// What was concluded rather than read; each can be changed. The first ten thousand.
    pub guessed: Vec<Guess>,
    /// How many more were concluded that are not listed.
    pub more_guessed: u64,
    /// What is missing and decides something.
    pub missing: Vec<Decided>,
    /// What was not taken.
    pub left_out: Vec<LeftOut>,
    /// Fields of VMs, disks and restore points that nothing is concluded from, by name.
    pub not_understood: Vec<UnreadField>,
}

/// A field that was not understood.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnreadField {
    /// Its name, or its names from the outside in.
    pub field: String,
    /// How often it was there.
    pub count: u64,
    /// Where it was first.
    pub path: String,
}

/// How much was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportCounts {
    /// Inputs that something was read from.
    pub inputs: u64,
    /// Virtual machines.
    pub machines: u64,
    /// Disks that a machine holds.
    pub attached_disks: u64,
    /// Managed disks of no machine.
    pub unattached_disks: u64,
    /// Restore point collections.
    pub restore_point_collections: u64,
    /// Restore points.
    pub restore_points: u64,
    /// Snapshots of disks. They are counted; no rule asks for them.
    pub snapshots: u64,
    /// Secrets, such as passwords and access signatures, that were dropped.
    pub secrets_dropped: u64,
    /// Facts.
    pub facts: u64,
    /// Provisioned GiB over all disks whose size is known.
    #[serde(rename = "provisionedGiB")]
    pub provisioned_gib: u64,
}

/// A fact that was concluded rather than read.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Guess {
    /// Where in the fleet, such as `machines[3].facts.orchestrationMode`.
    pub path: String,
    /// The fact, or the link, that was guessed.
    pub fact: String,
    /// The value that was taken.
    pub value: FactValue,
    /// What it was concluded from.
    pub why: String,
}

/// A fact that is missing and decides something.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Decided {
    /// The fact.
    pub fact: String,
    /// The command that shows it.
    #[serde(rename = "where")]
    pub where_: String,
    /// How many machines and disks lack it.
    pub count: u64,
    /// They, by path in the fleet; the first thousand.
    pub subjects: Vec<String>,
    /// What it decides: labels of rows.
    pub decides: String,
}

/// An entry that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LeftOut {
    /// Input and place in it.
    pub path: String,
    /// What it is.
    pub what: String,
    /// Why it was not taken.
    pub why: String,
}

/// No input could be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// There was no input.
    #[error("there is nothing to read; give the output of `az vm list -o json`")]
    NoInput,
    /// Broken JSON.
    #[error("{path} is not complete JSON: line {line}, column {column}: {reason}")]
    BrokenJson {
        /// The input.
        path: String,
        /// Line, from 1.
        line: u64,
        /// Column, from 1.
        column: u64,
        /// What was expected.
        reason: String,
    },
    /// Packed or quoted data that is damaged.
    #[error("{path} is damaged: {reason}")]
    Damaged {
        /// The input.
        path: String,
        /// What is wrong and where.
        reason: String,
    },
    /// Something else than an inventory.
    #[error("{path} looks like {looks_like}; {instead}")]
    WrongInput {
        /// The input.
        path: String,
        /// What it seems to be.
        looks_like: String,
        /// How to get what can be read.
        instead: String,
    },
    /// What reads this kind of input is not loaded.
    #[error("{}", .0.told())]
    PartNotLoaded(Part),
    /// The right kind, with nothing that could be taken.
    #[error("{path} has nothing that could be taken: {reason}")]
    NothingTaken {
        /// The input or entry.
        path: String,
        /// Why.
        reason: String,
    },
}

impl ImportError {
    /// A stable word for the kind of error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoInput => "NoInput",
            Self::BrokenJson { .. } => "BrokenJson",
            Self::Damaged { .. } => "Damaged",
            Self::WrongInput { .. } => "WrongInput",
            Self::NothingTaken { .. } => "NothingTaken",
            Self::PartNotLoaded(_) => NOT_LOADED,
        }
    }

    /// The input or entry that it is about; empty where there is none.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::NoInput => "",
            Self::PartNotLoaded(part) => part.name(),
            Self::BrokenJson { path, .. }
            | Self::Damaged { path, .. }
            | Self::WrongInput { path, .. }
            | Self::NothingTaken { path, .. } => path,
        }
    }
}
