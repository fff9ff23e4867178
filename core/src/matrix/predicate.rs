//! The closed language that says when a row holds.

use crate::json::{Read, Write};
use crate::model::{DiskRole, FactValue};

/// What can be read off a machine or a disk beside its facts.
#[cfg(test)]
pub(super) const MEASURES: [&str; 15] = [
    "(retained)",
    "location",
    "pairedRegion",
    "subscriptionId",
    "resourceGroup",
    "id",
    "name",
    "zones",
    "diskName",
    "diskId",
    "diskCount",
    "policyBackups",
    "dataDiskCount",
    "totalDiskGiB",
    "sizeGiB",
];

/// When a row holds. Read from JSON; a word that is not here does not parse.
///
/// A name is that of a fact, of a measure of the machine or the disk
/// (`location`, `zones`, `pairedRegion`, `subscriptionId`, `resourceGroup`, `id`, `dataDiskCount`, `totalDiskGiB`,
/// `sizeGiB`, `(retained)` for its restore points), or with a dot in it, a path into
/// what is asked: `policy.type`. A fact is looked for at the disk first, where the row is judged disk by
/// disk, then at the machine. Texts are compared without case; of a list one item has to fit.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Predicate {
    /// For every machine or disk.
    Always,
    /// All of these.
    All(Vec<Predicate>),
    /// One of these at least.
    Any(Vec<Predicate>),
    /// Not this.
    Not(Box<Predicate>),
    /// The fact has this value.
    Is(String, FactValue),
    /// The fact is one of these words.
    OneOf(String, Vec<String>),
    /// The fact's text fits a pattern, in which `*` stands for any characters.
    Like(String, String),
    /// The fact is a number above this.
    Above(String, i64),
    /// The fact is a number below this.
    Below(String, i64),
    /// The fact is a version before this one, by its numbers; a text without numbers is none.
    VersionBelow(String, String),
    /// Both are the same text, regions in any spelling. What is asked and not said is the same, unless it
    /// has to be said.
    Same(String, String),
    /// This holds for a disk of the machine.
    AnyDisk(Box<Predicate>),
    /// The fact is a text or a list that is not empty, true, or a count above 0.
    Present(String),
    /// The fact was supplied or read, not assumed.
    Supplied(String),
    /// The disk has this place in its machine.
    Role(DiskRole),
    /// The request goes to another region than the machine's.
    CrossRegion,
    /// Both regions are in the list of S2-20.
    RegionsListed,
    /// The target region is in this area of the list.
    TargetArea(String),
    /// The request leaves this disk out.
    LeftOutByRequest,
    /// The disk stays in the point: neither the request nor another row leaves it out.
    StaysInPoint,
    /// The OS disk is left out.
    OsDiskLeftOut,
    /// No disk stays in the point.
    EveryDiskLeftOut,
    /// The request leaves out, or takes alone, what is no disk of the machine, or what cannot be left out.
    ExcludesForeignDisk,
    /// The machine has restore points.
    HasRestorePoints,
    /// The machine has as many restore points as the edition allows.
    AtPointLimit,
}

impl Predicate {
    /// Whether it asks what stays in the point, which is known only after other rows were judged.
    #[must_use]
    pub(super) fn asks_what_stays(&self) -> bool {
        match self {
            Self::All(of) | Self::Any(of) => of.iter().any(Self::asks_what_stays),
            Self::Not(of) | Self::AnyDisk(of) => of.asks_what_stays(),
            Self::StaysInPoint | Self::OsDiskLeftOut | Self::EveryDiskLeftOut => true,
            _ => false,
        }
    }

    /// Whether it is about a disk that the request leaves out.
    #[must_use]
    pub(super) fn asks_left_out_by_request(&self) -> bool {
        match self {
            Self::All(of) | Self::Any(of) => of.iter().any(Self::asks_left_out_by_request),
            Self::Not(of) => of.asks_left_out_by_request(),
            Self::LeftOutByRequest => true,
            _ => false,
        }
    }

    /// The names of the facts that it reads.
    pub fn fact_names<'a>(&'a self, names: &mut Vec<&'a str>) {
        match self {
            Self::All(of) | Self::Any(of) => of.iter().for_each(|p| p.fact_names(names)),
            Self::Not(of) | Self::AnyDisk(of) => of.fact_names(names),
            Self::Same(name, other) => names.extend([name.as_str(), other]),
            Self::Is(name, _)
            | Self::OneOf(name, _)
            | Self::Like(name, _)
            | Self::Above(name, _)
            | Self::Below(name, _)
            | Self::VersionBelow(name, _)
            | Self::Present(name)
            | Self::Supplied(name) => names.push(name),
            _ => {}
        }
    }

    /// What a text that is asked has to be the same as.
    pub(super) fn same_as(&self, name: &str) -> Option<&str> {
        match self {
            Self::All(of) | Self::Any(of) => of.iter().find_map(|p| p.same_as(name)),
            Self::Not(of) | Self::AnyDisk(of) => of.same_as(name),
            Self::Same(own, other) if own == name => Some(other),
            Self::Same(other, own) if own == name => Some(other),
            _ => None,
        }
    }

    /// In words, for the matrix page.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Always => "always".to_owned(),
            Self::All(of) => join(of, " and "),
            Self::Any(of) => join(of, " or "),
            Self::Not(of) => format!("not {}", of.grouped()),
            Self::Is(name, value) => format!("{name} is {}", describe_value(value)),
            Self::OneOf(name, words) => format!("{name} is one of {}", words.join(", ")),
            Self::Like(name, pattern) => format!("{name} fits {pattern}"),
            Self::Above(name, number) => format!("{name} above {number}"),
            Self::Below(name, number) => format!("{name} below {number}"),
            Self::VersionBelow(name, version) => format!("{name} before {version}"),
            Self::Same(name, other) => format!("{name} is the same as {other}"),
            Self::AnyDisk(of) => format!("for a disk: {}", of.grouped()),
            Self::Present(name) => format!("{name} is there"),
            Self::Supplied(name) => format!("{name} was supplied"),
            Self::Role(DiskRole::Os) => "it is the OS disk".to_owned(),
            Self::Role(DiskRole::Data) => "it is a data disk".to_owned(),
            Self::CrossRegion => "the target is another region".to_owned(),
            Self::RegionsListed => "both regions are listed".to_owned(),
            Self::TargetArea(area) => format!("the target is listed under {area}"),
            Self::LeftOutByRequest => "the request leaves the disk out".to_owned(),
            Self::StaysInPoint => "the disk stays in the point".to_owned(),
            Self::OsDiskLeftOut => "the OS disk is left out".to_owned(),
            Self::EveryDiskLeftOut => "every disk is left out".to_owned(),
            Self::ExcludesForeignDisk => {
                "what is left out or taken is no disk of the VM".to_owned()
            }
            Self::HasRestorePoints => "the VM has restore points".to_owned(),
            Self::AtPointLimit => "the VM has as many points as allowed".to_owned(),
        }
    }

    fn grouped(&self) -> String {
        match self {
            Self::All(of) | Self::Any(of) if of.len() > 1 => format!("({})", self.describe()),
            _ => self.describe(),
        }
    }
}

fn join(parts: &[Predicate], with: &str) -> String {
    let parts: Vec<String> = parts.iter().map(Predicate::grouped).collect();
    parts.join(with)
}

fn describe_value(value: &FactValue) -> String {
    match value {
        FactValue::Bool(value) => value.to_string(),
        FactValue::Integer(value) => value.to_string(),
        FactValue::Text(value) => value.clone(),
        FactValue::Locks(_) | FactValue::IntegerList(_) | FactValue::TextList(_) => {
            "a list".to_owned()
        }
    }
}
