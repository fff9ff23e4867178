//! ARM templates, exported or compiled from Bicep: the resources that they declare, as far as their
//! expressions can be resolved without a deployment.

use super::assemble::warning;
use super::collect::Found;
use super::declared::{MADE, is_read, name_it};
use super::expression::{self, NoValue, Scope};
use super::open::{self, is_known};
use crate::json::take;
use serde_json::{Map, Value};

/// How deep templates may be nested in templates.
const MAX_NESTED: usize = 5;
/// How many resources one template may come to.
const MOST: usize = 5_000;
/// How many expressions that cannot be resolved are told one by one.
const TOLD: usize = 50;

#[derive(Debug, Default)]
struct Declared {
    resources: Vec<(String, Value)>,
    /// Expressions that are not known, each once, with the place of the first.
    unknown: Vec<(String, String)>,
    more_unknown: usize,
    /// Expressions that are nested too deep to be read, and the place of the first.
    too_deep: Option<(usize, String)>,
    /// Resources without a name to call them by: place and reason.
    nameless: Vec<(String, NoValue)>,
    others: usize,
    /// Deployments whose template lies elsewhere, the place of the first.
    linked: Option<String>,
    is_exhausted: bool,
}

/// The resources that a template declares.
pub(super) fn resources(
    template: &Map<String, Value>,
    path: &str,
    found: &mut Found,
) -> Vec<(String, Value)> {
    let mut declared = Declared::default();
    declared.template(template, &Map::new(), None, path, 0);
    for (expression, place) in declared.unknown {
        let message = format!(
            "`{expression}` cannot be told without a deployment; what it sets is not known, and asked for where a verdict needs it"
        );
        found.problems.push(warning("NotResolved", &place, message));
    }
    if let Some((count, place)) = declared.too_deep {
        let (many, set) = match count {
            1 => ("an expression is".to_owned(), "it sets"),
            count => (
                format!("{count} expressions are, this the first,"),
                "they set",
            ),
        };
        let message = format!(
            "{many} nested more than {} deep, which is as deep as expressions are read; what {set} is not known, and asked for where a verdict needs it",
            expression::MAX_DEPTH
        );
        found.problems.push(warning("TooDeep", &place, message));
    }
    for (place, why) in declared.nameless {
        let (code, what) = match why {
            NoValue::Unknown => (
                "NotResolved",
                "a resource whose name cannot be told without a deployment".to_owned(),
            ),
            NoValue::TooDeep => (
                "TooDeep",
                format!(
                    "a resource whose name is an expression nested more than {} deep, which is as deep as expressions are read",
                    expression::MAX_DEPTH
                ),
            ),
        };
        found.leave_out(&place, &what, code);
    }
    if let Some(place) = declared.linked {
        let message = "the template of this deployment lies elsewhere: what it declares is not read; give that file too, or the output of `az vm list -o json`";
        found
            .problems
            .push(warning("LinkedTemplate", &place, message.to_owned()));
    }
    for (code, count, what) in [
        (
            "NotResolved",
            declared.more_unknown,
            "more expressions cannot be told; what they set is not known, and asked for where a verdict needs it",
        ),
        (
            "NotUsed",
            declared.others,
            "resources of other types are not used",
        ),
    ] {
        if count > 0 {
            found
                .problems
                .push(warning(code, path, format!("{count} {what}")));
        }
    }
    if declared.is_exhausted {
        let what = "a part of the template, whose expressions grow beyond any bound";
        found.leave_out(path, what, "TemplateTooLarge");
    }
    declared.resources
}

impl Declared {
    /// `given`: parameters that an outer template passes. `outer`: its scope, where expressions mean what they mean there.
    fn template(
        &mut self,
        template: &Map<String, Value>,
        given: &Map<String, Value>,
        outer: Option<&Scope>,
        path: &str,
        depth: usize,
    ) {
        let mut parameters = Map::new();
        for (name, parameter) in template
            .get("parameters")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let kind = parameter
                .get("type")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let is_secure = kind.to_ascii_lowercase().starts_with("secure");
            if let (Some(value), false) = (parameter.get("defaultValue"), is_secure) {
                parameters.insert(name.clone(), value.clone());
            }
        }
        for (name, value) in given {
            if let Some(value) = value.get("value") {
                parameters.insert(name.clone(), value.clone());
            }
        }
        let mut variables = template
            .get("variables")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        let copies = take(&mut variables, "copy");
        if let Some(outer) = outer {
            parameters.extend(outer.parameters.clone());
            variables.extend(outer.variables.clone());
        }
        let mut scope = Scope::new(parameters, variables);
        scope.loops = outer.map_or_else(Vec::new, |outer| outer.loops.clone());
        if let Some(copies) = copies {
            let mut fields = Map::new();
            fields.insert("copy".to_owned(), copies);
            if let Value::Object(made) = scope.value(&Value::Object(fields), &mut |_, _| {}) {
                scope.variables.extend(made);
            }
        }
        match template.get("resources") {
            Some(Value::Array(resources)) => {
                for (at, resource) in resources.iter().enumerate() {
                    self.resource(
                        resource,
                        &mut scope,
                        &format!("{path}.resources[{at}]"),
                        depth,
                    );
                }
            }
            // With symbolic names.
            Some(Value::Object(resources)) => {
                for (name, resource) in resources {
                    self.resource(
                        resource,
                        &mut scope,
                        &format!("{path}.resources.{name}"),
                        depth,
                    );
                }
            }
            _ => {}
        }
        self.is_exhausted |= scope.is_exhausted();
    }

    fn resource(&mut self, resource: &Value, scope: &mut Scope, path: &str, depth: usize) {
        let field = |name: &str| resource.get(name);
        let condition = field("condition").map(|condition| {
            scope.value(condition, &mut |expression, why| {
                self.not_known(expression, why, &format!("{path}.condition"));
            })
        });
        if condition == Some(Value::Bool(false)) || field("existing") == Some(&Value::Bool(true)) {
            return;
        }
        let kind = field("type").and_then(Value::as_str).unwrap_or_default();
        let is_nested = kind.eq_ignore_ascii_case("Microsoft.Resources/deployments");
        if !is_nested && !is_read(kind) {
            self.others += 1;
            return;
        }
        let Some(copy) = field("copy").filter(|copy| copy.is_object()) else {
            return self.one(resource, kind, scope, path, depth);
        };
        let name = copy.get("name").and_then(Value::as_str).unwrap_or_default();
        let count = copy
            .get("count")
            .map(|count| scope.value(count, &mut |_, _| {}));
        let Some(count) = count.as_ref().and_then(Value::as_u64) else {
            self.not_known("copy.count", NoValue::Unknown, path);
            return self.one(resource, kind, scope, path, depth);
        };
        for at in 0..count {
            if self.resources.len() >= MOST || scope.is_exhausted() {
                self.is_exhausted = true;
                return;
            }
            scope
                .loops
                .push((name.to_owned(), i64::try_from(at).unwrap_or(i64::MAX)));
            self.one(resource, kind, scope, path, depth);
            scope.loops.pop();
        }
    }

    fn one(&mut self, resource: &Value, kind: &str, scope: &mut Scope, path: &str, depth: usize) {
        if kind.eq_ignore_ascii_case("Microsoft.Resources/deployments") {
            let inner = resource.get("properties");
            let template = inner
                .and_then(|inner| inner.get("template"))
                .and_then(Value::as_object);
            if template.is_none() && inner.is_some_and(|inner| inner.get("templateLink").is_some())
            {
                self.linked.get_or_insert_with(|| path.to_owned());
            }
            if let (Some(template), true) = (template, depth < MAX_NESTED) {
                let given = inner
                    .and_then(|inner| inner.get("parameters"))
                    .cloned()
                    .unwrap_or_default();
                let given = scope.value(&given, &mut |_, _| {});
                let given = given.as_object().cloned().unwrap_or_default();
                // Unless it says otherwise, what is nested speaks of what is around it.
                let options = inner.and_then(|inner| inner.get("expressionEvaluationOptions"));
                let own = options.and_then(|options| options.get("scope")?.as_str());
                let is_own = own.is_some_and(|own| own.eq_ignore_ascii_case("inner"));
                self.template(
                    template,
                    &given,
                    Some(&*scope).filter(|_| !is_own),
                    &format!("{path}.properties.template"),
                    depth + 1,
                );
            }
            return;
        }
        let name = resource.get("name").unwrap_or(&Value::Null);
        let name = match scope.name(name) {
            Ok(name) if !name.is_empty() => name,
            none => {
                let why = none.err().unwrap_or(NoValue::Unknown);
                return self.nameless.push((path.to_owned(), why));
            }
        };
        let mut written = resource.as_object().cloned().unwrap_or_default();
        for key in ["name", "copy", "condition", "dependsOn"] {
            take(&mut written, key);
        }
        let written = Value::Object(written);
        let mut resolved = scope.value(&written, &mut |expression, why| {
            self.not_known(expression, why, path);
        });
        // Ids name resources; what is not known in them is the same on both sides.
        ids(&written, &mut resolved, scope);
        mark_made(&written, &mut resolved);
        keep_disks(&written, &mut resolved, scope);
        open::mark(kind, &written, &mut resolved);
        open::mark_zones(kind, &written, &mut resolved, scope);
        name_it(&mut resolved, kind, &name);
        self.resources.push((path.to_owned(), resolved));
    }

    fn not_known(&mut self, expression: &str, why: NoValue, path: &str) {
        if why == NoValue::TooDeep {
            let (count, _) = self.too_deep.get_or_insert_with(|| (0, path.to_owned()));
            *count += 1;
            return;
        }
        if self.unknown.iter().any(|(own, _)| own == expression) {
            return;
        }
        if self.unknown.len() < TOLD && expression.len() < 500 {
            self.unknown.push((expression.to_owned(), path.to_owned()));
        } else {
            self.more_unknown += 1;
        }
    }
}

/// Keeps one data disk in the place of those whose number only a deployment can tell: what is unknown of it is asked for.
fn keep_disks(written: &Value, resolved: &mut Value, scope: &mut Scope) {
    let Some(storage) = written.pointer("/properties/storageProfile") else {
        return;
    };
    let is_list = storage.get("dataDisks").is_some_and(Value::is_string);
    let mut copies = storage
        .get("copy")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let copy = copies.find(|copy| {
        let name = copy.get("name").and_then(Value::as_str);
        name.is_some_and(|name| name.eq_ignore_ascii_case("dataDisks"))
    });
    let mut disk = match (
        copy,
        resolved.pointer("/properties/storageProfile/dataDisks"),
    ) {
        (Some(copy), _) => {
            let count = copy
                .get("count")
                .map(|count| scope.value(count, &mut |_, _| {}));
            if count.is_some_and(|count| count.is_number()) {
                return;
            }
            copy.get("input")
                .map_or(Value::Null, |input| scope.value(input, &mut |_, _| {}))
        }
        (None, None | Some(Value::Null)) if is_list => Value::Null,
        _ => return,
    };
    if !disk.is_object() {
        disk = Value::Object(Map::new());
    }
    if let Some(fields) = disk.as_object_mut() {
        fields.insert("name".to_owned(), "dataDisks".into());
        // Not what a number that is not known makes of it.
        take(fields, "lun");
    }
    let storage = resolved.pointer_mut("/properties/storageProfile");
    if let Some(storage) = storage.and_then(Value::as_object_mut) {
        storage.insert("dataDisks".to_owned(), Value::Array(vec![disk]));
    }
}

/// Marks the disks of a VM that are made with it and of which nothing is unknown.
fn mark_made(written: &Value, resolved: &mut Value) {
    let storage = "/properties/storageProfile";
    let os = format!("{storage}/osDisk");
    let data = format!("{storage}/dataDisks");
    if let (Some(written), Some(disk)) = (written.pointer(&os), resolved.pointer_mut(&os)) {
        mark(is_known(written, disk), disk);
    }
    // A loop stands in the place of its items: what its input has unknown, they have.
    let loops = written
        .pointer(storage)
        .and_then(|storage| storage.get("copy"));
    let items = written
        .pointer(&data)
        .or(loops)
        .cloned()
        .unwrap_or_default();
    if let Some(Value::Array(disks)) = resolved.pointer_mut(&data) {
        for (at, disk) in disks.iter_mut().enumerate() {
            let own = items.get(at).filter(|own| own.get("input").is_none());
            let known = own.map_or_else(|| !has_null(disk), |own| is_known(own, disk));
            mark(known, disk);
        }
    }
}

fn mark(is_known: bool, disk: &mut Value) {
    let has_id = disk
        .pointer("/managedDisk/id")
        .is_some_and(|id| !id.is_null());
    if let (true, false, Some(fields)) = (is_known, has_id, disk.as_object_mut()) {
        fields.insert(MADE.to_owned(), true.into());
    }
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields
            .iter()
            .any(|(name, own)| name != "diskSizeGB" && has_null(own)),
        _ => false,
    }
}

/// Resolves the members called `id` and `name` again as names, where they are not known otherwise.
fn ids(written: &Value, resolved: &mut Value, scope: &mut Scope) {
    match (written, resolved) {
        (Value::Object(written), Value::Object(resolved)) => {
            for (name, value) in written {
                // What is called a name there is no name of a resource.
                let is_word = matches!(name.as_str(), "sku" | "plan" | "extendedLocation");
                let Some(own) = resolved.get_mut(name).filter(|_| !is_word) else {
                    continue;
                };
                if own.is_null() && (name == "id" || name == "name") {
                    *own = scope.name(value).map_or(Value::Null, Value::String);
                } else {
                    ids(value, own, scope);
                }
            }
        }
        (Value::Array(written), Value::Array(resolved)) => {
            for (value, own) in written.iter().zip(resolved) {
                ids(value, own, scope);
            }
        }
        _ => {}
    }
}
