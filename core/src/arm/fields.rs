//! The fields of bodies: what type each has, and whether it is simulated, kept or refused. Checked where a body
//! comes in, and what is kept of it taken out.

mod bodies;
mod repeated;

pub(super) use bodies::BODIES;
pub(super) use repeated::repeated;

use super::error::Failure;
use crate::json::take;
use bodies::GRANT;
use serde_json::{Map, Value};

/// Fields that every resource has, and what ARM puts into it itself.
const COMMON: &[&str] = &[
    "id",
    "name",
    "type",
    "location",
    "tags",
    "zones",
    "sku",
    "kind",
    "plan",
    "identity",
    "properties",
    "etag",
    "eTag",
    "managedBy",
    "managedByExtended",
    "extendedLocation",
    "resources",
    "systemData",
    "placement",
];

/// One line.
#[derive(Clone, Copy, Debug)]
struct Field {
    path: &'static str,
    kind: &'static str,
    status: &'static str,
}

/// The lines for the body of an operation.
struct Lines(&'static str);

impl Lines {
    fn of(operation: &str) -> Option<Self> {
        let mut bodies = BODIES.iter();
        let found = bodies.find(|(begin, _)| operation.starts_with(begin))?;
        Some(Self(found.1))
    }

    fn all(&self) -> impl Iterator<Item = Field> + use<> {
        self.0.lines().filter_map(|line| {
            let mut words = line.split(' ');
            Some(Field {
                path: words.next()?,
                kind: words.next()?,
                status: words.next()?,
            })
        })
    }

    fn find(&self, path: &str) -> Option<Field> {
        self.0.lines().find_map(|line| {
            let rest = line.strip_prefix(path)?.strip_prefix(' ')?;
            let (kind, status) = rest.split_once(' ')?;
            Some(Field {
                path: line.get(..path.len())?,
                kind,
                status,
            })
        })
    }

    /// The spelling of a field that stands in another case.
    fn spelling(&self, path: &str) -> Option<&'static str> {
        let found = self
            .all()
            .find(|field| field.path.eq_ignore_ascii_case(path));
        found.map(|field| field.path.rsplit('.').next().unwrap_or(field.path))
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// Whether a body says nothing.
fn is_blank(body: &Value) -> bool {
    body.as_object().is_none_or(Map::is_empty)
}

/// Checks the types of the fields that are known, and brings their names into the service's spelling.
pub(super) fn check(operation: &str, body: &mut Value) -> Result<(), Failure> {
    let Some(lines) = Lines::of(operation).filter(|_| !is_blank(body)) else {
        return Ok(());
    };
    if let (false, Value::Object(fields)) = (std::ptr::eq(lines.0, GRANT), &*body) {
        let known = |name: &str| COMMON.iter().any(|known| known.eq_ignore_ascii_case(name));
        if let Some(name) = fields.keys().find(|name| !known(name)) {
            let message = format!(
                "The request content was invalid and could not be deserialized: 'Could not find member '{name}' on object of type 'ResourceDefinition'. Path '{name}'.'."
            );
            return Err(Failure::new(400, "InvalidRequestContent", message));
        }
    }
    check_value(&lines, "", body)
}

fn check_value(lines: &Lines, path: &str, value: &mut Value) -> Result<(), Failure> {
    if let Some(field) = lines.find(path)
        && !value.is_null()
    {
        check_field(field, value)?;
    }
    match value {
        Value::Object(fields) if path == "tags" => {
            if let Some((name, _)) = fields.iter().find(|(_, tag)| !tag.is_string()) {
                return Err(super::call::wrong(&join(path, name), "a text"));
            }
        }
        Value::Object(fields) if lines.all().any(|field| field.path.len() > path.len()) => {
            let other_case = |name: &String| {
                let path = join(path, name);
                lines
                    .find(&path)
                    .is_none()
                    .then(|| lines.spelling(&path))
                    .flatten()
            };
            if fields.keys().any(|name| other_case(name).is_some()) {
                let taken = std::mem::take(fields);
                for (name, value) in taken {
                    let spelling = other_case(&name).map(str::to_owned);
                    fields.insert(spelling.unwrap_or(name), value);
                }
            }
            for (name, value) in fields {
                check_value(lines, &join(path, name), value)?;
            }
        }
        Value::Array(items) => {
            let path = format!("{path}[]");
            for item in items {
                if item.is_null() && lines.find(&path).is_some() {
                    return Err(super::call::wrong(&path, "no null"));
                }
                check_value(lines, &path, item)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn check_field(field: Field, value: &mut Value) -> Result<(), Failure> {
    let expected = match (field.kind, &*value) {
        ("s", Value::String(_))
        | ("b", Value::Bool(_))
        | ("n", Value::Number(_))
        | ("m", Value::Object(_))
        | ("l", Value::Array(_)) => return Ok(()),
        ("s", _) => "a text".to_owned(),
        ("b", _) => "true or false".to_owned(),
        ("n", _) => "a number".to_owned(),
        ("m", _) => "an object".to_owned(),
        ("l", _) => "a list".to_owned(),
        (words, Value::String(word)) => {
            let mut known = words.split('|');
            if let Some(known) = known.find(|known| known.eq_ignore_ascii_case(word)) {
                *value = Value::from(known);
                return Ok(());
            }
            format!("one of {}, found '{word}'", words.replace('|', ", "))
        }
        (words, _) => format!("one of {}", words.replace('|', ", ")),
    };
    Err(super::call::wrong(field.path, &expected))
}

/// What is kept of a body: all that is not simulated and not the service's to say.
pub(super) fn kept(operation: &str, body: &Value) -> Value {
    let Some(lines) = Lines::of(operation).filter(|_| !is_blank(body)) else {
        return Value::Null;
    };
    let mut kept = strip(&lines, "", body).unwrap_or(Value::Null);
    if let Value::Object(fields) = &mut kept {
        for own in ["id", "name", "type", "systemData"] {
            take(fields, own);
        }
    }
    if kept.as_object().is_none_or(Map::is_empty) {
        Value::Null
    } else {
        kept
    }
}

fn strip(lines: &Lines, path: &str, value: &Value) -> Option<Value> {
    let field = lines.find(path);
    let status = field.map_or("kept", |field| field.status);
    match value {
        Value::Null => None,
        Value::Object(fields) if status != "out" && path != "tags" => {
            let inner = fields.iter().filter_map(|(name, value)| {
                let is_place = name == "lun" && path.ends_with("[]");
                let kept = if is_place {
                    Some(value.clone())
                } else {
                    strip(lines, &join(path, name), value)
                };
                Some((name.clone(), kept?))
            });
            let inner = crate::json::object(inner);
            let blank = inner.as_object().is_some_and(Map::is_empty);
            (!blank || (fields.is_empty() && status == "kept")).then_some(inner)
        }
        Value::Array(items) if status == "sim" => {
            let path = format!("{path}[]");
            let items = items.iter().filter_map(|item| strip(lines, &path, item));
            let items: Vec<Value> = items.collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        // Tags that are given and empty come back empty.
        Value::Object(fields) if path == "tags" && fields.is_empty() => Some(value.clone()),
        _ if matches!(status, "kept" | "echo") => Some(value.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{BODIES, Lines, check, kept};
    use serde_json::{Value, json};

    #[test]
    fn every_line_has_a_type_and_a_status() {
        for (operation, text) in BODIES {
            let fields: Vec<_> = Lines::of(operation).unwrap().all().collect();
            assert_eq!(fields.len(), text.lines().count());
            for field in fields {
                assert!(
                    ["sim", "kept", "echo", "out", "no"].contains(&field.status),
                    "{field:?}"
                );
                assert!(
                    field.kind.len() == 1 || field.kind.contains('|'),
                    "{field:?}"
                );
            }
        }
    }

    #[test]
    fn wrong_types_are_told_with_their_place_and_names_are_spelled() {
        let mut body = json!({ "Location": "eastus", "properties": { "DiskSizeGB": 4, "networkaccesspolicy": "allowall" } });
        check("Disks_CreateOrUpdate", &mut body).unwrap();
        assert_eq!(
            body,
            json!({ "location": "eastus", "properties": { "diskSizeGB": 4, "networkAccessPolicy": "AllowAll" } })
        );
        for (operation, _) in BODIES {
            for field in Lines::of(operation).unwrap().all() {
                let mut wrong = if field.kind == "b" {
                    json!(3)
                } else {
                    json!(true)
                };
                for name in field.path.split('.').rev() {
                    if let Some(list) = name.strip_suffix("[]") {
                        wrong = json!({ list: [wrong] });
                    } else {
                        wrong = json!({ name: wrong });
                    }
                }
                let refused = check(operation, &mut wrong).unwrap_err();
                assert_eq!(
                    (refused.status, refused.target.as_deref()),
                    (400, Some(field.path))
                );
            }
        }
    }

    #[test]
    fn what_is_not_simulated_is_kept() {
        let body = json!({ "location": "eastus", "tags": {}, "properties": {
            "vmId": "x", "osProfile": { "computerName": "c", "secrets": [] }, "hardwareProfile": { "vmSize": "s" },
            "storageProfile": { "dataDisks": [{ "lun": 3, "name": "n", "deleteOption": "Detach" }] },
            "newThing": [1, null] } });
        assert_eq!(
            kept("VirtualMachines_CreateOrUpdate", &body),
            json!({ "tags": {}, "properties": {
                "osProfile": { "computerName": "c", "secrets": [] },
                "storageProfile": { "dataDisks": [{ "lun": 3, "deleteOption": "Detach" }] },
                "newThing": [1, null] } })
        );
        assert_eq!(
            kept("Disks_CreateOrUpdate", &json!({ "location": "x" })),
            Value::Null
        );
    }
}
