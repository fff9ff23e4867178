//! What templates and plans declare, in the shape in which ARM answers it.

use super::assemble::PLACEHOLDER;
use super::collect::Found;
use super::{template, terraform};
use crate::ids::{DEFAULT_RESOURCE_GROUP, DEFAULT_SUBSCRIPTION};
use serde_json::Value;

/// Marks a disk that is made with its VM, with nothing unknown about it: its other properties are the
/// service's defaults.
pub(super) const MADE: &str = "rplab:made";

/// Names the facts of a VM that only a deployment can tell.
pub(super) const OPEN: &str = "rplab:open";

/// Holds what is declared and has no place in ARM's shape.
pub(super) const REST: &str = "rplab:rest";

/// What declares resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Declares {
    Template,
    Plan,
}

/// Whether a value is a template or a plan.
pub(super) fn declares(value: &Value) -> Option<Declares> {
    let object = value.as_object()?;
    let has = |key: &str| object.contains_key(key);
    if has("resources") && (has("contentVersion") || has("$schema")) {
        return Some(Declares::Template);
    }
    (has("terraform_version") || has("format_version") || has("lineage")).then_some(Declares::Plan)
}

/// The resources of a template or a plan with their places.
pub(super) fn resources(
    by: Declares,
    value: &Value,
    path: &str,
    found: &mut Found,
) -> Vec<(String, Value)> {
    match (by, value) {
        (Declares::Template, Value::Object(object)) => template::resources(object, path, found),
        (Declares::Plan, Value::Object(object)) => terraform::resources(object, path, found),
        _ => Vec::new(),
    }
}

/// The id of a resource of which only type and name are known.
pub(super) fn id_of(kind: &str, name: &str) -> String {
    let mut id = format!(
        "/subscriptions/{DEFAULT_SUBSCRIPTION}/resourceGroups/{DEFAULT_RESOURCE_GROUP}/providers"
    );
    let mut types = kind.split('/');
    for part in types.by_ref().take(1) {
        id = format!("{id}/{part}");
    }
    for (kind, name) in types.zip(name.split('/')) {
        id = format!("{id}/{kind}/{name}");
    }
    id
}

/// Gives a resource an id made up from its name, and says so.
pub(super) fn name_it(resource: &mut Value, kind: &str, name: &str) {
    if let Some(fields) = resource.as_object_mut() {
        fields.insert("id".to_owned(), id_of(kind, name).into());
        fields.insert("name".to_owned(), name.into());
        fields.insert("type".to_owned(), kind.into());
        fields.insert(PLACEHOLDER.to_owned(), true.into());
    }
}

/// Whether a resource type is read at all.
pub(super) fn is_read(kind: &str) -> bool {
    const KINDS: [&str; 6] = [
        "virtualMachines",
        "disks",
        "virtualMachineScaleSets",
        "snapshots",
        "restorePointCollections",
        "restorePointCollections/restorePoints",
    ];
    let Some((namespace, kind)) = kind.split_once('/') else {
        return false;
    };
    namespace.eq_ignore_ascii_case("Microsoft.Compute")
        && KINDS.iter().any(|own| own.eq_ignore_ascii_case(kind))
}
