//! What an assessment answers.

use super::{Edition, Service, Subject};
use crate::json::{Read, Write};
use crate::model::FactValue;
use crate::order::SmallMap;

/// The word of judgement on a machine, a disk or a row.
///
/// Ordered from mild to decisive: the verdict of several is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// The pages say yes.
    Supported,
    /// Yes, with something to know.
    Caveat,
    /// Yes, once the disk is left out.
    ExcludeDisk,
    /// The pages are silent.
    Undocumented,
    /// A fact is missing.
    Unknown,
    /// The pages say no.
    NotSupported,
}

impl Verdict {
    /// All of them, from mild to decisive.
    pub const ALL: [Self; 6] = [
        Self::Supported,
        Self::Caveat,
        Self::ExcludeDisk,
        Self::Undocumented,
        Self::Unknown,
        Self::NotSupported,
    ];

    /// Its word in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::Caveat => "caveat",
            Self::ExcludeDisk => "excludeDisk",
            Self::Undocumented => "undocumented",
            Self::Unknown => "unknown",
            Self::NotSupported => "notSupported",
        }
    }

    /// Whether a VM so judged can be protected, be it without some of its disks.
    #[must_use]
    pub fn is_protectable(self) -> bool {
        self <= Self::ExcludeDisk
    }
}

/// The judgement on a fleet.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssessReport {
    /// The service that was asked about.
    pub service: Service,
    /// The edition that it was judged by.
    pub edition: Edition,
    /// One for each machine of the fleet, in its order.
    pub machines: Vec<MachineAssessment>,
}

/// The judgement on a machine.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MachineAssessment {
    /// The machine's ARM id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// All findings in a word.
    pub verdict: Verdict,
    /// The names of the disks that a point must leave out, those that the request leaves out among them.
    pub exclude_disks: Vec<String>,
    /// The facts that a verdict waits for.
    pub missing: Vec<MissingFact>,
    /// Facts that nobody supplied and that were taken as ordinary.
    pub assumed: Vec<AssumedFact>,
    /// Every row that holds, the decisive ones first.
    pub findings: Vec<Finding>,
    /// The judgement on each disk, in the machine's order.
    pub disks: Vec<DiskAssessment>,
}

/// A fact that a verdict waits for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MissingFact {
    /// Its name in the vocabulary.
    pub fact: String,
    /// Where to find it: the command that shows it, or else the field to supply it in.
    #[serde(rename = "where")]
    pub where_: String,
    /// The machine's verdict for each value that it can take; empty where the values are no short list.
    #[cfg_attr(feature = "wasm", tsify(type = "Record<string, Verdict>"))]
    pub verdict_for: SmallMap<String, Verdict>,
    /// The field of the fleet to supply it in, such as `machines[3].disks[1].facts.maxShares`.
    pub field: String,
    /// What it decides: labels of the rows that wait for it.
    pub decides: String,
    /// The disk that it is a fact of; `None` for a fact of the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk: Option<String>,
    /// The rows that wait for it.
    pub row_ids: Vec<String>,
    /// The command that shows it, where `az` can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub az: Option<String>,
}

/// A fact that was taken as ordinary.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssumedFact {
    /// Its name in the vocabulary.
    pub fact: String,
    /// The value that was taken.
    pub value: FactValue,
    /// The disk that it is a fact of; `None` for a fact of the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk: Option<String>,
}

/// A row that holds.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Finding {
    /// What the row says.
    pub verdict: Verdict,
    /// What it is about.
    pub subject: Subject,
    /// The disks that it holds for; empty for a finding on the machine as a whole.
    #[serde(default)]
    pub disks: Vec<String>,
    /// The matrix row's own id, as in `supportMatrix()`; empty where no row speaks.
    pub matrix_row: String,
    /// The row's short label, as the page has it.
    pub label: String,
    /// The rules of the pages that it stands for.
    pub row_ids: Vec<String>,
    /// Where the pages say so.
    pub citations: Vec<Citation>,
    /// What is so, in our words.
    pub text: String,
    /// The way out; empty where none is needed.
    pub remedy: String,
    /// The rules that say something else.
    pub conflicts_with: Vec<String>,
}

/// A place in a page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Citation {
    /// The page's number, title and date, such as `000 Support matrix for VM restore points (2022-07-05)`.
    pub page: String,
    /// The heading.
    pub section: String,
    /// The table row's label, or ours for a bullet or a sentence.
    pub row: String,
}

/// The judgement on a disk of a machine.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DiskAssessment {
    /// Its name.
    pub name: String,
    /// All findings on it in a word; for a disk that is left out, why it may be left out.
    pub verdict: Verdict,
}
