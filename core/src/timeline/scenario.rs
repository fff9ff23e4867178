//! The scenario file: save file, link, test and bug report in one.

use super::{Expectation, ExpectedRpo, ScenarioError, TimedCommand, settings};
use crate::cloud::SettingValue;
use crate::json::{self, Read, Write};
use crate::model::Fleet;
use crate::order::SmallMap;
use crate::units::SimInstant;
use serde_json::Value;

/// The version of the file's shape that is written.
pub const SCENARIO_SCHEMA_VERSION: u64 = 2;

/// Commands that a file of version 1 kept, always refused, in a shape of no rule.
const REFUSED_IN_1: &[&str] = &[
    "moveVirtualMachine",
    "copyRestorePoint",
    "grantAccess",
    "revokeAccess",
    "createDiskEncryptionSet",
    "setKeyState",
    "placeLock",
    "removeLock",
    "setNetworkAccess",
    "injectFault",
    "clearFault",
];

/// A lab in a file: seed, start, settings, fleet, commands, expectations.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Scenario {
    /// The version of the file's shape.
    pub schema_version: u64,
    /// The engine that wrote it.
    pub engine_version: String,
    /// The support matrix that it was written with.
    pub matrix_revision: String,
    /// A title, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The seed of everything that chance decides.
    pub seed: u64,
    /// The clock at the start.
    pub start_time: SimInstant,
    /// Settings that are not at their defaults, by their dotted names.
    #[cfg_attr(feature = "wasm", tsify(type = "Record<string, SettingValue>"))]
    pub settings: SmallMap<String, SettingValue>,
    /// The VMs and disks that are there at the start.
    pub fleet: Fleet,
    /// What was commanded, refused commands too.
    #[cfg_attr(
        feature = "wasm",
        tsify(type = "(Command & { at: string, with?: \"previous\" })[]")
    )]
    pub commands: Vec<TimedCommand>,
    /// The older version of the file's shape that it was brought up from, with what that changed.
    #[serde(skip)]
    pub migrated: Option<String>,
    /// What the scenario claims.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expectations: Vec<Expectation>,
}

/// The file as it is given; what is `null` counts as left out.
#[derive(Read)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Given {
    #[expect(
        dead_code,
        reason = "read before the rest, which another version may shape otherwise"
    )]
    schema_version: Option<u64>,
    engine_version: Option<String>,
    matrix_revision: Option<String>,
    title: Option<String>,
    seed: Option<u64>,
    start_time: Option<SimInstant>,
    #[serde(default, deserialize_with = "settings")]
    settings: SmallMap<String, SettingValue>,
    fleet: Option<Fleet>,
    commands: Option<Vec<Value>>,
    expectations: Option<Vec<Expectation>>,
}

impl Given {
    /// Brings a file of version 1 up: in the place of a command that it could only have refused, time
    /// passes until that command's instant, and nobody claims its refusal.
    fn migrate(&mut self) -> String {
        let mut replaced = 0;
        for command in self.commands.iter_mut().flatten() {
            let kind = command.get("type").and_then(Value::as_str);
            if kind.is_some_and(|kind| REFUSED_IN_1.contains(&kind)) {
                replaced += 1;
                let at = command.get("at").cloned();
                *command = serde_json::json!({ "type": "advanceClock", "by": "PT0S" });
                if let (Some(at), Value::Object(fields)) = (at, command) {
                    fields.insert("at".to_owned(), at);
                }
            }
        }
        let expectations = self.expectations.get_or_insert_default();
        for expectation in &mut *expectations {
            expectation
                .rejected
                .take_if(|code| code == "NotSimulated" && replaced > 0);
        }
        if replaced > 0 {
            expectations.retain(|expectation| !expectation.is_empty());
        }
        format!(
            "brought up from schemaVersion 1 to {SCENARIO_SCHEMA_VERSION}; {replaced} commands that version 1 could only refuse were taken out"
        )
    }
}

const FIELDS: &[&str] = &[
    "schemaVersion",
    "engineVersion",
    "matrixRevision",
    "title",
    "seed",
    "startTime",
    "settings",
    "fleet",
    "commands",
    "expectations",
];

impl Scenario {
    /// Reads a scenario.
    ///
    /// A command's `at` is an instant, or a duration after `startTime`; where it is left out the command
    /// follows the one before at once.
    ///
    /// # Errors
    /// The first field that does not fit, with its path.
    pub fn read(value: Value) -> Result<Self, ScenarioError> {
        let Value::Object(fields) = &value else {
            let message = "a scenario is an object with seed, startTime and commands";
            return Err(ScenarioError::new("NotAScenario", "", message));
        };
        // The version first: a newer file may well have fields that are not known here.
        let schema_version = match fields.get("schemaVersion") {
            None | Some(Value::Null) => SCENARIO_SCHEMA_VERSION,
            Some(version) => json::read(version)
                .map_err(|error| ScenarioError::invalid_field("schemaVersion", &error))?,
        };
        if !(1..=SCENARIO_SCHEMA_VERSION).contains(&schema_version) {
            let message = format!(
                "this engine reads schemaVersion 1 to {SCENARIO_SCHEMA_VERSION} and the file has {schema_version}; \
                 open it with the version that wrote it"
            );
            return Err(ScenarioError::new(
                "UnsupportedSchemaVersion",
                "schemaVersion",
                message,
            ));
        }
        if let Some(unknown) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
            let message = format!(
                "unknown field `{unknown}`; a scenario has {}",
                FIELDS.join(", ")
            );
            return Err(ScenarioError::new("UnknownField", unknown.clone(), message));
        }
        let mut given: Given =
            json::read(&value).map_err(|error| ScenarioError::invalid_field("", &error))?;
        let migrated = (schema_version < SCENARIO_SCHEMA_VERSION).then(|| given.migrate());
        let expectations = given.expectations.unwrap_or_default();
        if let Some(at) = expectations.iter().position(Expectation::is_empty) {
            let path = format!("expectations[{at}]");
            let message = format!(
                "{path} claims nothing; give state, digest, restorePoints, storedBytes, rejected, rpo or restoresProved"
            );
            return Err(ScenarioError::new("InvalidField", path, message));
        }
        for (at, expectation) in expectations.iter().enumerate() {
            if let Some(place) = expectation.rpo.iter().position(ExpectedRpo::is_empty) {
                let path = format!("expectations[{at}].rpo[{place}]");
                let message = format!("{path} claims nothing; give within, reaches or restorable");
                return Err(ScenarioError::new("InvalidField", path, message));
            }
        }
        let start_time = given.start_time.unwrap_or_else(Self::default_start);
        let commands = given.commands.unwrap_or_default();
        Ok(Self {
            migrated,
            schema_version: SCENARIO_SCHEMA_VERSION,
            engine_version: given.engine_version.unwrap_or_default(),
            matrix_revision: given.matrix_revision.unwrap_or_default(),
            title: given.title,
            seed: given.seed.unwrap_or(1),
            start_time,
            settings: given.settings,
            fleet: given.fleet.unwrap_or_default(),
            commands: TimedCommand::read_all(commands, start_time)?,
            expectations,
        })
    }

    /// Where the clock starts unless said otherwise: Monday, 5 January 2026, midnight.
    #[must_use]
    pub fn default_start() -> SimInstant {
        SimInstant::from_unix_seconds(1_767_571_200)
    }
}
