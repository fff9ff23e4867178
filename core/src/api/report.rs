//! What a lab comes to: for reading, for keeping, for handing over.

use super::{InputError, Lab, LabState, Version, version};
use crate::cloud::{Basis, SettingState};
use crate::digest::Digest;
use crate::json::Write;
use crate::matrix::{self, AssessOptions, AssessReport};
use crate::model::FactValue;
use crate::timeline::LogEntry;
use crate::units::{ByteCount, SimInstant};
use std::fmt;

/// The report of a lab at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The scenario's title.
    pub title: Option<String>,
    /// The engine.
    pub version: Version,
    /// The seed of everything that chance decides.
    pub seed: u64,
    /// The clock at the start.
    pub start_time: SimInstant,
    /// State, accounting included.
    pub state: LabState,
    /// What the points of each disk take.
    pub stored: Vec<StoredByDisk>,
    /// The support matrix on every VM as it is now.
    pub support: AssessReport,
    /// Every command with what came of it.
    pub log: Vec<LogEntry>,
    /// Our assumptions that were in force.
    pub assumptions: Vec<Assumption>,
    /// The digest.
    pub digest: Digest,
}

/// What the restore points of one disk take.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct StoredByDisk {
    /// The disk's name.
    pub disk: String,
    /// Its snapshot family.
    pub family_id: String,
    /// Retained points that hold it.
    pub restore_points: u64,
    /// Distinct block versions over them.
    pub stored_bytes: ByteCount,
}

/// A setting whose value is ours and not a page's.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Assumption {
    /// The setting.
    pub setting: SettingState,
}

impl Lab {
    /// What the lab comes to now.
    ///
    /// # Errors
    /// A fact that the vocabulary does not have; none of a lab's own facts is.
    pub fn report(&self) -> Result<Report, InputError> {
        let state = self.state();
        let cloud = self.timeline.cloud();
        let options = AssessOptions {
            edition: cloud.settings().edition(),
            restore_points_per_vm: Some(cloud.settings().restore_points_per_vm()),
            ..AssessOptions::default()
        };
        let mut fleet = self.fleet();
        for machine in &mut fleet.machines {
            // The check knows as many points as the engine counts.
            let vm = cloud.virtual_machines().get(&machine.id);
            let created = vm.map_or(0, |vm| vm.points_created);
            for (fact, points) in [
                ("restorePointsRetained", cloud.retained_points(&machine.id)),
                ("restorePointsCreatedEver", created),
            ] {
                let points = i64::try_from(points).unwrap_or(i64::MAX);
                machine
                    .facts
                    .insert(fact.to_owned(), FactValue::Integer(points));
            }
        }
        let settings = self
            .settings()
            .into_iter()
            .filter(|setting| setting.basis == Basis::Assumed);
        Ok(Report {
            title: self.title().map(str::to_owned),
            version: version(),
            seed: self.options().seed,
            start_time: self.start_time(),
            stored: stored(&state),
            support: matrix::assess(&fleet, &options)?,
            state,
            log: self.log().iter().map(|entry| (**entry).clone()).collect(),
            assumptions: settings.map(|setting| Assumption { setting }).collect(),
            digest: self.digest(),
        })
    }
}

fn stored(state: &LabState) -> Vec<StoredByDisk> {
    let mut stored: Vec<StoredByDisk> = Vec::new();
    for captured in state.restore_points.iter().flat_map(|point| &point.disks) {
        match stored
            .iter_mut()
            .find(|entry| entry.family_id == captured.family_id)
        {
            Some(entry) => {
                entry.restore_points += 1;
                entry.stored_bytes += captured.pays_bytes;
            }
            None => stored.push(StoredByDisk {
                disk: captured.name.clone(),
                family_id: captured.family_id.clone(),
                restore_points: 1,
                stored_bytes: captured.pays_bytes,
            }),
        }
    }
    stored
}

/// Markdown.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.document(false).markdown())
    }
}
