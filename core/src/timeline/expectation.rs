//! What a scenario claims, checked.

use super::{Outcome, Timeline};
use crate::json::{Read, Write};
use crate::model::ProvisioningState;
use crate::order;
use crate::units::{ByteCount, SimDuration, SimInstant};
use serde_json::{Map, Value};

/// A claim about the lab after a command. Every field that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Expectation {
    /// After how many commands of the scenario; after the last one where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_commands: Option<usize>,
    /// The digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The names of the restore points that have succeeded, in the order captured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restore_points: Option<Vec<String>>,
    /// Bytes stored over all restore points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored_bytes: Option<ByteCount>,
    /// The code that the last command was refused with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<String>,
    /// Values of the lab's state by their path, such as `restorePoints/rp-1/disks/data/addedBytes`. An item
    /// of a list is named by its name, or by its place from 0; `count` is how many a list has.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[cfg_attr(feature = "wasm", tsify(type = "Record<string, unknown>", optional))]
    pub state: Map<String, Value>,
    /// What the usable points of a VM in a region must be like: how young, how far back, restorable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rpo: Vec<ExpectedRpo>,
    /// That every restored disk equals its source at the instant of its point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restores_proved: Option<bool>,
}

/// What the usable points of a VM in a region must be like.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpectedRpo {
    /// The VM, by id or name; or a disk that Azure Disk Backup backs up.
    pub virtual_machine: String,
    /// The region.
    pub region: String,
    /// How old the last of them may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<SimDuration>,
    /// How far back they must reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reaches: Option<SimDuration>,
    /// Whether one of them can be restored now: its region is not down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restorable: Option<bool>,
    /// Regions that do instead for `restorable`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub or_regions: Vec<String>,
}

impl ExpectedRpo {
    /// Whether it claims nothing.
    pub(super) const fn is_empty(&self) -> bool {
        self.within.is_none() && self.reaches.is_none() && self.restorable.is_none()
    }
}

/// What came of an expectation.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct ExpectationResult {
    /// Its place in the scenario's list.
    pub index: usize,
    /// After how many commands it was looked at.
    pub after_commands: usize,
    /// Whether it holds.
    pub met: bool,
    /// For each field that does not hold, what was expected and what was there.
    pub differences: Vec<String>,
}

impl Expectation {
    /// Whether it claims nothing.
    pub(super) fn is_empty(&self) -> bool {
        let after_commands = self.after_commands;
        *self
            == Self {
                after_commands,
                ..Self::default()
            }
    }

    /// Looks at the lab as it is now. `proved` tells whether every restored disk is proved.
    pub(crate) fn check(
        &self,
        index: usize,
        after_commands: usize,
        timeline: &Timeline,
        proved: impl Fn() -> bool,
        state: impl Fn() -> Value,
    ) -> ExpectationResult {
        let mut differences = Vec::new();
        let mut compare = |what: &str, expected: String, found: String| {
            if expected != found {
                differences.push(format!("{what}: expected {expected}, found {found}"));
            }
        };
        let cloud = timeline.cloud();
        if let Some(expected) = &self.digest {
            compare("digest", expected.clone(), cloud.digest().to_string());
        }
        if let Some(expected) = &self.restore_points {
            compare(
                "restorePoints",
                expected.join(", "),
                succeeded(timeline).join(", "),
            );
        }
        if let Some(expected) = self.stored_bytes {
            compare(
                "storedBytes",
                expected.0.to_string(),
                cloud.stored_bytes().0.to_string(),
            );
        }
        if let Some(expected) = &self.rejected {
            let found = match timeline.log().last().map(|entry| &entry.outcome) {
                Some(Outcome::Rejected { error }) => error.code.clone(),
                _ => "no refusal".to_owned(),
            };
            compare("rejected", expected.clone(), found);
        }
        if !self.state.is_empty() {
            let state = state();
            for (path, expected) in &self.state {
                match at_path(&state, path) {
                    Ok(found) => compare(path, expected.to_string(), found.to_string()),
                    Err(missing) => compare(path, expected.to_string(), missing),
                }
            }
        }
        for expected in &self.rpo {
            let (machine, region) = (&expected.virtual_machine, &expected.region);
            let age = |at: Option<SimInstant>| at.map(|at| cloud.now().since(at));
            let said = |age: Option<SimDuration>| {
                age.map_or_else(|| "no usable point".to_owned(), |age| age.to_string())
            };
            let of = format!("of {machine} in {region}");
            let last = age(cloud.last_usable(machine, region));
            if let Some(within) = expected.within
                && last.is_none_or(|age| age > within)
            {
                compare(
                    &format!("rpo {of}"),
                    format!("at most {within}"),
                    said(last),
                );
            }
            let first = age(cloud.first_usable(machine, region));
            if let Some(reaches) = expected.reaches
                && first.is_none_or(|age| age < reaches)
            {
                compare(
                    &format!("reach {of}"),
                    format!("at least {reaches}"),
                    said(first),
                );
            }
            if let Some(restorable) = expected.restorable {
                let mut regions = expected.or_regions.clone();
                regions.insert(0, region.clone());
                let found = cloud.is_restorable(machine, &regions);
                compare(
                    &format!("restorable {of}"),
                    restorable.to_string(),
                    found.to_string(),
                );
            }
        }
        if let Some(expected) = self.restores_proved {
            compare("restoresProved", expected.to_string(), proved().to_string());
        }
        ExpectationResult {
            index,
            after_commands,
            met: differences.is_empty(),
            differences,
        }
    }
}

/// The value at a path, or up to where the path leads.
fn at_path(state: &Value, path: &str) -> Result<Value, String> {
    let mut value = state;
    for part in path.split('/') {
        let named = |item: &&Value| {
            let name = item.get("name").and_then(Value::as_str);
            name.is_some_and(|name| name.eq_ignore_ascii_case(part))
        };
        let next = match value {
            Value::Array(items) if part == "count" => return Ok(items.len().into()),
            Value::Array(items) => {
                let by_place = || items.get(part.parse::<usize>().ok()?);
                items.iter().find(named).or_else(by_place)
            }
            value => value.get(part),
        };
        value = next.ok_or_else(|| format!("nothing at `{part}`"))?;
    }
    Ok(value.clone())
}

fn succeeded(timeline: &Timeline) -> Vec<String> {
    let points = timeline.cloud().restore_points().values();
    let succeeded: Vec<_> = points
        .filter(|point| point.state == ProvisioningState::Succeeded)
        .collect();
    order::by(succeeded, |point| point.sequence)
        .into_iter()
        .map(|point| point.name.clone())
        .collect()
}
