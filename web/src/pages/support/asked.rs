//! What is asked of a service beside the VM: the same question on every page.

use leptos::prelude::*;
use rplab_core::api::assess;
use rplab_core::json;
use rplab_core::matrix::{AssessOptions, Edition, MachineAssessment, Service};
use rplab_core::model::{Fleet, Machine};
use serde_json::{Map, Value};

/// In place of a vault's region: each VM has a vault in its own.
pub(crate) const OWN_REGION: &str = "own";

/// The question to the matrix; its edition is the session's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked(pub(crate) RwSignal<AssessOptions>);

impl Asked {
    /// Whether the service protects the VM, and nothing more.
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(AssessOptions::default()))
    }

    /// The question of the surrounding page.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// The service that is asked.
    pub(crate) fn service(self) -> Service {
        self.0.with(|options| options.service)
    }

    /// The same question to another service.
    pub(crate) fn of(self, service: Service) -> AssessOptions {
        let options = self.0.get();
        AssessOptions { service, ..options }
    }

    /// Asks this service from here on.
    pub(crate) fn choose(self, service: Service) {
        self.0.update(|options| options.service = service);
    }

    /// Asks with another value at a path, such as `vault.location`; nothing for an empty text.
    pub(crate) fn ask(self, path: &str, value: &str) {
        self.0.update(|options| {
            let mut whole = json::write(options);
            put(&mut whole, path, value);
            // A value that the question does not take leaves it as it was.
            if let Ok(changed) = json::read(&whole) {
                *options = changed;
            }
        });
    }

    /// What is asked at a path.
    pub(crate) fn text(self, path: &str) -> String {
        let whole = self.0.with(json::write);
        let found = path
            .split('.')
            .try_fold(&whole, |value, step| value.get(step));
        found.map(plain).unwrap_or_default()
    }

    /// Forgets all but the service.
    pub(crate) fn forget(self) {
        self.0.update(|options| {
            *options = AssessOptions {
                service: options.service,
                ..AssessOptions::default()
            };
        });
    }
}

fn put(whole: &mut Value, path: &str, value: &str) {
    let mut place = whole;
    for step in path.split('.') {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Some(fields) = place.as_object_mut() else {
            return;
        };
        if !fields.contains_key(step) {
            fields.insert(step.to_owned(), Value::Null);
        }
        let Some(next) = fields.get_mut(step) else {
            return;
        };
        place = next;
    }
    *place = match value {
        "" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        text => text
            .parse::<u64>()
            .map_or_else(|_| Value::String(text.to_owned()), Value::from),
    };
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// What is asked beside service and edition, in words.
pub(crate) fn asked_words(options: &AssessOptions) -> Option<String> {
    let plainly = AssessOptions {
        service: options.service,
        edition: options.edition,
        ..AssessOptions::default()
    };
    if *options == plainly {
        return None;
    }
    let mut said = Vec::new();
    let whole = json::write(options);
    let named = whole.as_object().into_iter().flatten();
    for (name, value) in named.filter(|(name, _)| *name != "service" && *name != "edition") {
        collect(name, value, &mut said);
    }
    (!said.is_empty()).then(|| said.join(", "))
}

fn collect(path: &str, value: &Value, said: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                collect(&format!("{path}.{name}"), value, said);
            }
        }
        Value::Null | Value::Bool(false) => {}
        Value::Array(items) => {
            let items = items
                .iter()
                .map(|item| item.get("id").map_or_else(|| plain(item), plain));
            let names = items.map(|id| id.rsplit('/').next().unwrap_or_default().to_owned());
            said.push(format!("{path} {}", names.collect::<Vec<_>>().join(" ")));
        }
        other => said.push(in_words(path, &plain(other))),
    }
}

fn in_words(path: &str, value: &str) -> String {
    match (path, value) {
        ("policy.type", word) => format!("{word} policy"),
        ("vault.location", "other") => "vault in another region".to_owned(),
        ("vault.location", OWN_REGION) => "a vault in each VM's own region".to_owned(),
        ("vault.location", region) => format!("vault in {region}"),
        ("request.consistency", word) => format!("{word} consistency"),
        ("request.apiVersion", version) => format!("API version {version}"),
        ("request.targetRegion", region) => format!("the point in {region}"),
        (path, value) => format!("{path} {value}"),
    }
}

/// The question about VMs of one region: where each has a vault in its own, the vault is there.
pub(crate) fn about(mut options: AssessOptions, region: Option<&str>) -> AssessOptions {
    let vault = options.vault.as_mut();
    if let Some(vault) = vault.filter(|vault| vault.location.as_deref() == Some(OWN_REGION)) {
        vault.location = region.map(ToOwned::to_owned);
    }
    options
}

/// The judgement on a VM for a question.
pub(crate) fn judged(
    machine: &Machine,
    options: AssessOptions,
    edition: Edition,
) -> Option<MachineAssessment> {
    let mut options = about(options, machine.location.as_deref());
    options.edition = edition;
    let fleet = Fleet {
        machines: vec![machine.clone()],
        disks: Vec::new(),
    };
    let report = assess(&fleet, &options).ok()?;
    report.machines.into_iter().next()
}

/// The judgement on every VM of a fleet for the question to `service`.
pub(crate) fn judged_fleet(
    fleet: &Fleet,
    asked: Asked,
    service: Service,
    edition: Edition,
) -> Vec<MachineAssessment> {
    let options = asked.of(service);
    let machines = fleet.machines.iter();
    machines
        .filter_map(|machine| judged(machine, options.clone(), edition))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{about, asked_words, put};
    use rplab_core::json;
    use rplab_core::matrix::AssessOptions;

    #[test]
    fn a_question_is_changed_at_a_path_and_told_in_words() {
        let mut whole = json::write(&AssessOptions::default());
        put(&mut whole, "vault.location", "eastus2");
        put(&mut whole, "policy.type", "Enhanced");
        let asked: AssessOptions = json::read(&whole).unwrap();
        assert_eq!(
            asked_words(&asked).unwrap(),
            "Enhanced policy, vault in eastus2"
        );
        put(&mut whole, "vault.location", "");
        let asked: AssessOptions = json::read(&whole).unwrap();
        assert_eq!(asked_words(&asked).unwrap(), "Enhanced policy");
        assert_eq!(asked_words(&AssessOptions::default()), None);
    }

    #[test]
    fn a_vault_in_each_own_region_is_where_the_vm_is() {
        let mut whole = json::write(&AssessOptions::default());
        put(&mut whole, "vault.location", "own");
        let asked: AssessOptions = json::read(&whole).unwrap();
        let of = |region| about(asked.clone(), region).vault.unwrap().location;
        assert_eq!(of(Some("westus")).unwrap(), "westus");
        assert_eq!(of(None), None);
        put(&mut whole, "vault.location", "eastus2");
        let asked: AssessOptions = json::read(&whole).unwrap();
        let there = about(asked, Some("westus")).vault.unwrap().location;
        assert_eq!(there.unwrap(), "eastus2");
    }
}
