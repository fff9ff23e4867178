//! Commands about the lab itself: settings and time.

use crate::cloud::EventKind;
use crate::json::{Place, Read, Write};
use crate::units::{SimDuration, SimInstant};
use serde_json::{Map, Value};

command_fields! {
    /// See [`super::Command::KeepProperties`].
    KeepProperties {
        /// The id of a resource or a resource group.
        resource: String,
        /// All that is kept of it from now on; nothing, and what was kept forgotten, where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "wasm", tsify(type = "Record<string, unknown>", optional))]
        properties: Option<Map<String, Value>>,
    }
    /// See [`super::Command::SetSetting`].
    SetSetting {
        /// The setting's name, such as `limits.restorePointsPerVm`.
        name: String,
        /// Its new value.
        value: SettingValue,
    }
    /// See [`super::Command::AdvanceClock`]. Give `by` or `to`; with `until` they say how long it may take at most.
    AdvanceClock {
        /// How long.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SimDuration>,
        /// Until when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<SimInstant>,
        /// Stops as soon as this has happened; refused where it does not happen in that time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Condition>,
    }
    /// Something to wait for. Every field that is given must fit the same event.
    Condition {
        /// The kind of event.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event: Option<EventKind>,
        /// The resource that it happens to, by id or name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subject: Option<String>,
    }
}

impl std::fmt::Display for SettingValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// The value of a setting.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(untagged)]
pub enum SettingValue {
    /// A whole number.
    Integer(u64),
    /// A word.
    Text(String),
}

impl Read for SettingValue {
    fn read(place: &Place<'_>) -> Self {
        match place.value() {
            Some(Value::Number(number)) if number.is_u64() => Self::Integer(u64::read(place)),
            Some(Value::String(text)) => Self::Text(text.clone()),
            _ => {
                place.expected("a whole number or a word");
                Self::Integer(0)
            }
        }
    }
}
