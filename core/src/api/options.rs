//! How a lab is made, and what reads ask.

use crate::cloud::SettingValue;
use crate::json::Read;
use crate::model::Fleet;
use crate::order::SmallMap;
use crate::timeline::Scenario;
use crate::units::SimInstant;

/// How a lab is made. Everything has a default.
#[derive(Clone, Debug, PartialEq, Eq, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LabOptions {
    /// The seed of everything that chance decides.
    #[serde(default = "first_seed")]
    pub seed: u64,
    /// The clock at the start.
    #[cfg_attr(feature = "wasm", tsify(type = "string", optional))]
    #[serde(default = "Scenario::default_start")]
    pub start_time: SimInstant,
    /// Settings by their dotted names, or nested; see [`crate::cloud::SETTINGS`].
    #[cfg_attr(feature = "wasm", tsify(type = "Record<string, SettingValue>"))]
    #[serde(deserialize_with = "crate::timeline::settings")]
    pub settings: SmallMap<String, SettingValue>,
    /// VMs and disks that are there at the start.
    pub fleet: Fleet,
    /// How long-running work ends; where left out, time decides for commands and the first poll for requests.
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub long_running: Option<LongRunning>,
    /// Whether a subscription or resource group must be there before it is used, as in Azure. Where it need
    /// not, groups are made on first use. A file keeps it as the setting `strictScopes`.
    pub strict_scopes: bool,
}

/// How long-running work ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum LongRunning {
    /// Time decides.
    Clock,
    /// At once: the first answer still says that it goes on, the first poll that it is over.
    FirstPoll,
}

impl Default for LabOptions {
    fn default() -> Self {
        Self {
            seed: first_seed(),
            start_time: Scenario::default_start(),
            settings: SmallMap::new(),
            fleet: Fleet::default(),
            long_running: None,
            strict_scopes: false,
        }
    }
}

const fn first_seed() -> u64 {
    1
}

/// Which stored bytes are asked for; all of them where nothing is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct StoredBytesQuery {
    /// Only points of this disk.
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub disk: Option<String>,
    /// Only points in this region.
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub region: Option<String>,
    /// Only points of this VM.
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub vm: Option<String>,
}

/// Which changes are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangedRangesQuery {
    /// The disk.
    pub disk: String,
    /// The restore point to start from.
    pub from: String,
    /// The restore point to go to; the live disk where left out.
    #[serde(default)]
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub to: Option<String>,
}
