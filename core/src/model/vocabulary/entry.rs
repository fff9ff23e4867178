//! What the vocabulary says about one fact.

use crate::json::{Read, Write};
use crate::model::FactValue;

/// A fact of the vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FactEntry {
    /// Its name, camelCase with the unit in it.
    pub name: String,
    /// What it is a fact of.
    pub subject: FactSubject,
    /// The values that it takes.
    #[serde(rename = "type")]
    pub value_type: FactType,
    /// What it means where the fact is not there.
    pub absence: Absence,
    /// The ARM resource and property that carry it; `None` where ARM never does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arm: Option<FactSource>,
    /// The command that shows it, for a fact that `az` can show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub az: Option<String>,
    /// What the fact says, in a line.
    pub meaning: String,
}

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum FactSubject {
    /// A virtual machine, its guest or its network.
    Machine,
    /// A disk.
    Disk,
    /// What is asked: a path into the options, such as `policy.type`.
    Asked,
}

/// The kind of value that a fact takes.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum FactType {
    /// Yes or no.
    Bool,
    /// Whether there is one: yes or no, how many, or its name or address.
    Presence,
    /// A whole number, `min` or more.
    Integer {
        /// The least value.
        min: i64,
    },
    /// A text.
    Text,
    /// One of these words. Case is not told apart; the spelling here is the one that is kept.
    OneOf(Vec<String>),
    /// Resource locks.
    Locks,
    /// Whole numbers, 0 or more.
    IntegerList,
    /// Texts.
    TextList,
}

/// What it means that a fact is not there.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Absence {
    /// The service leaves the property out for this value; nothing is uncertain.
    ServiceDefault(FactValue),
    /// As `ServiceDefault`, where the disk's own resource was read; unknown where only the VM's
    /// reference to the disk is there.
    DiskDefault(FactValue),
    /// Nobody said; this ordinary value is taken and listed as assumed.
    Assumed(FactValue),
    /// Unknown: it must be supplied, or its resource read.
    Unknown,
}

/// Where ARM carries a fact.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FactSource {
    /// The resource type.
    pub resource: String,
    /// The property's path in a `GET` body.
    pub path: String,
}
