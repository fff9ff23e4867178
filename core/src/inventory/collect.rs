//! Finding the resources in JSON, wherever a tool put them.

use super::node::Node;
use super::{Import, ImportError, LeftOut, Problem, Severity, declared, formats};
use crate::json;
use crate::model::{Fleet, Machine};
use serde_json::{Map, Value};

/// What kind of resource an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Machine,
    /// An instance that is named under its scale set.
    ScaleSetInstance,
    Disk,
    ScaleSet,
    Collection,
    Point,
    Snapshot,
    /// Of no use here; the type as written.
    Other(String),
}

/// A resource and where it stood.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) path: String,
    pub(super) kind: Kind,
    pub(super) value: Value,
}

/// What was found in the inputs.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) entries: Vec<Entry>,
    /// Fleets in our own form.
    pub(super) fleets: Vec<(String, Fleet)>,
    /// How many entries and fleets were of use, and the first that was not.
    of_use: usize,
    fleets_seen: usize,
    other: Option<String>,
    /// Whether the entries are declared by a template or a plan, not listed by the service.
    pub(super) declared: bool,
    pub(super) problems: Vec<Problem>,
    pub(super) left_out: Vec<LeftOut>,
    /// Whether there was a list, be it empty.
    pub(super) lists: usize,
}

/// VMs of the classic deployment model.
const CLASSIC: &str = "Microsoft.ClassicCompute/virtualMachines";

/// How deep wrappers may be nested.
const MAX_DEPTH: usize = 12;

impl Found {
    /// Collects the resources of a document or of an item of a list.
    pub(super) fn read(&mut self, value: Value, path: String) {
        self.declared = false;
        if let Some(by) = declared::declares(&value) {
            let declared = formats::declared(by, &value, &path, self);
            self.declared = true;
            for (path, value) in declared {
                self.walk(value, path, 1, false);
            }
            return;
        }
        self.walk(value, path, 0, true);
    }

    /// A machine of a fleet in our own form.
    pub(super) fn own_machine(&mut self, value: &Value, path: &str, at: Option<usize>) {
        let step = at.map_or_else(String::new, |at| format!("machines[{at}]"));
        let place = if step.is_empty() {
            path.to_owned()
        } else {
            format!("{path}.{step}")
        };
        match crate::json::read::<Machine>(value) {
            Ok(machine) => {
                let fleet = Fleet {
                    machines: vec![machine],
                    disks: Vec::new(),
                };
                self.add_fleet(place, fleet);
            }
            Err(error) => {
                let error = if step.is_empty() {
                    error
                } else {
                    error.inside(&step)
                };
                let what = format!("a fleet that cannot be read: {}: {error}", error.path());
                self.leave_out(path, &what, "InvalidFleet");
            }
        }
    }

    /// A row of a table was taken.
    pub(super) fn took_row(&mut self) {
        self.of_use += 1;
    }

    fn add_fleet(&mut self, path: String, fleet: Fleet) {
        self.fleets_seen += 1;
        self.of_use += usize::from(fleet != Fleet::default());
        self.fleets.push((path, fleet));
    }

    fn add(&mut self, entry: Entry) {
        self.note(&entry.kind);
        self.entries.push(entry);
    }

    /// Counts a resource of this kind.
    pub(super) fn note(&mut self, kind: &Kind) {
        match kind {
            Kind::Other(kind) if self.other.is_none() => self.other = Some(kind.clone()),
            Kind::Other(_) => {}
            _ => self.of_use += 1,
        }
    }

    /// The kind of a resource that needs no further look, which is then counted: no template, plan, fleet or wrapper.
    pub(super) fn plain(&mut self, node: Node) -> Option<Kind> {
        let has = |key: &str| node.get(key).exists();
        let declares = has("resources") && (has("contentVersion") || has("$schema"));
        let others = [
            "terraform_version",
            "format_version",
            "lineage",
            "schemaVersion",
            "machines",
            "facts",
        ];
        if declares || others.into_iter().any(has) {
            return None;
        }
        let kind = kind_of(node)?;
        self.declared = false;
        self.note(&kind);
        Some(kind)
    }

    /// `listed`: whether what stands here must be a resource, and is reported where it is none.
    fn walk(&mut self, value: Value, path: String, depth: usize, listed: bool) {
        if depth > MAX_DEPTH {
            self.leave_out(&path, "a value nested too deeply", "TooDeep");
            return;
        }
        match value {
            Value::Array(entries) => {
                self.lists += usize::from(listed);
                for (at, entry) in entries.into_iter().enumerate() {
                    self.walk(entry, format!("{path}[{at}]"), depth + 1, listed);
                }
            }
            Value::Object(object) => self.object(object, path, depth, listed),
            Value::String(text) if !listed => self.embedded(&text, path, depth),
            Value::Null if !listed => {}
            _ if !listed => {}
            other => {
                let what = format!("no resource but {}", scalar(&other));
                self.leave_out(&path, &what, "NotAResource");
            }
        }
    }

    fn object(&mut self, object: Map<String, Value>, path: String, depth: usize, listed: bool) {
        match fleet_of(&object) {
            Some(Ok(fleet)) => return self.add_fleet(path, fleet),
            Some(Err(reason)) => {
                let what = format!("a fleet that cannot be read: {reason}");
                return self.leave_out(&path, &what, "InvalidFleet");
            }
            None => {}
        }
        let value = Value::Object(object);
        // A bare `{ id }` refers to a resource; it is none.
        let node = Node::Value(&value);
        let reference = node.get("id").exists() && value.as_object().is_some_and(|o| o.len() == 1);
        if reference && !listed {
            return;
        }
        if let Some(kind) = kind_of(node) {
            // A machine of a fleet in our own form, alone.
            if matches!(kind, Kind::Machine | Kind::ScaleSetInstance) && node.get("facts").exists()
            {
                return self.own_machine(&value, &path, None);
            }
            return self.add(Entry { path, kind, value });
        }
        let Value::Object(mut object) = value else {
            return;
        };
        self.note_incomplete(&object, &path);
        for key in ["value", "data"] {
            if let Some(list) = take_list(&mut object, key) {
                self.walk(list, format!("{path}.{key}"), depth + 1, true);
                return;
            }
        }
        let before = (self.entries.len(), self.fleets.len(), self.lists);
        // Of a recorded exchange only the answer tells what is there.
        if object.contains_key("response") {
            json::take(&mut object, "request");
        }
        for (key, value) in object {
            self.walk(value, format!("{path}.{key}"), depth + 1, false);
        }
        if listed && before == (self.entries.len(), self.fleets.len(), self.lists) {
            self.leave_out(
                &path,
                "an object without id, type or storageProfile",
                "NotAResource",
            );
        }
    }

    /// JSON within a text, as recordings of HTTP keep their bodies.
    fn embedded(&mut self, text: &str, path: String, depth: usize) {
        let text = text.trim();
        let of_use = text.starts_with(['{', '[']) && text.contains("Microsoft.Compute");
        if let Some(value) = of_use.then(|| crate::json::parse(text).ok()).flatten() {
            self.walk(value, path, depth + 1, false);
        }
    }

    /// A list that goes on elsewhere.
    fn note_incomplete(&mut self, object: &Map<String, Value>, path: &str) {
        let more = [
            "nextLink",
            "@odata.nextLink",
            "skipToken",
            "skip_token",
            "$skipToken",
        ];
        let goes_on = more.into_iter().find(|key| {
            let more = object.get(*key).and_then(Value::as_str);
            more.is_some_and(|more| !more.is_empty())
        });
        let cut = object.get("resultTruncated").and_then(Value::as_str) == Some("true");
        let Some(key) = goes_on.or(cut.then_some("resultTruncated")) else {
            return;
        };
        self.problems.push(Problem {
            code: "ListIncomplete".to_owned(),
            path: format!("{path}.{key}"),
            message: "the list is not complete: it goes on on another page; get the other pages too, or use `az vm list -o json`, which fetches them all".to_owned(),
            severity: Severity::Warning,
        });
    }

    pub(super) fn leave_out(&mut self, path: &str, what: &str, code: &str) {
        // Other kinds of resources were not asked for; the rest is a loss.
        let severity = if code == "NotUsed" {
            Severity::Warning
        } else {
            Severity::Error
        };
        self.problems.push(Problem {
            code: code.to_owned(),
            path: path.to_owned(),
            message: format!("left out: {what}"),
            severity,
        });
        self.left_out.push(LeftOut {
            path: path.to_owned(),
            what: what.to_owned(),
            why: code.to_owned(),
        });
    }

    /// Hands problems over to the import.
    pub(super) fn drain_into(&mut self, import: &mut Import) {
        import.problems.append(&mut self.problems);
        import.preview.left_out.append(&mut self.left_out);
    }
}

/// A fleet in our own form, alone or within a scenario.
fn fleet_of(object: &Map<String, Value>) -> Option<Result<Fleet, String>> {
    let within = if object.contains_key("schemaVersion") {
        object.get("fleet")?
    } else {
        object.get("machines")?.as_array()?;
        &Value::Object(object.clone())
    };
    let fleet = crate::json::read(within);
    Some(fleet.map_err(|error| format!("{}: {error}", error.path())))
}

/// The list under a key of a wrapper. Resource Graph also answers tables.
fn take_list(object: &mut Map<String, Value>, key: &str) -> Option<Value> {
    let found = object
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(key));
    let name = found.map(|(name, _)| name.clone())?;
    match object.get(&name)? {
        Value::Array(_) => json::take(object, &name),
        Value::Object(table) => table_rows(table),
        _ => None,
    }
}

/// The rows of `{ columns: [{ name }], rows: [[…]] }` as objects.
fn table_rows(table: &Map<String, Value>) -> Option<Value> {
    let columns = table.get("columns")?.as_array()?;
    let rows = table.get("rows")?.as_array()?;
    let names = columns
        .iter()
        .map(|column| Node::Value(column).get("name").text());
    let names: Vec<&str> = names.collect::<Option<_>>()?;
    let rows = rows.iter().filter_map(Value::as_array).map(|row| {
        let cells = names.iter().map(|name| (*name).to_owned());
        json::object(cells.zip(row.iter().cloned()))
    });
    Some(Value::Array(rows.collect()))
}

/// What an object is: by its type, else by its id, else by its shape.
fn kind_of(node: Node) -> Option<Kind> {
    let written = node.get("type").text().filter(|kind| kind.contains('/'));
    if let Some(kind) = written {
        return Some(kind_of_type(kind));
    }
    if let Some(kind) = node.get("id").text().and_then(type_of_id) {
        return Some(kind_of_type(&kind));
    }
    let has = |path: &str| node.property(path).exists();
    if has("storageProfile") || has("hardwareProfile") {
        return Some(Kind::Machine);
    }
    let disk = has("creationData") || has("diskSizeGB") && node.get("sku").exists();
    disk.then_some(Kind::Disk)
}

fn kind_of_type(kind: &str) -> Kind {
    if kind.eq_ignore_ascii_case(CLASSIC) {
        return Kind::Machine;
    }
    let of_compute = kind.split_at_checked("microsoft.compute/".len());
    let own = of_compute.filter(|(start, _)| start.eq_ignore_ascii_case("microsoft.compute/"));
    let kinds = [
        ("virtualMachines", Kind::Machine),
        (
            "virtualMachineScaleSets/virtualMachines",
            Kind::ScaleSetInstance,
        ),
        ("disks", Kind::Disk),
        ("virtualMachineScaleSets", Kind::ScaleSet),
        ("restorePointCollections", Kind::Collection),
        ("restorePointCollections/restorePoints", Kind::Point),
        ("snapshots", Kind::Snapshot),
    ];
    let mut kinds = kinds.into_iter();
    let found = own.and_then(|(_, own)| kinds.find(|(name, _)| own.eq_ignore_ascii_case(name)));
    found.map_or_else(|| Kind::Other(kind.to_owned()), |(_, kind)| kind)
}

/// The resource type in an id, lenient about what stands before `providers`.
fn type_of_id(id: &str) -> Option<String> {
    let lower = id.to_ascii_lowercase();
    let at = lower.rfind("/providers/")?;
    let mut segments = id.get(at..)?.split('/').skip(2);
    let namespace = segments.next()?;
    let types: Vec<&str> = segments.step_by(2).collect();
    (!types.is_empty()).then(|| format!("{namespace}/{}", types.join("/")))
}

fn scalar(value: &Value) -> String {
    match value {
        // Not quoted: it may be a secret.
        Value::String(_) => "a text".to_owned(),
        other => json::text(other),
    }
}

impl Found {
    /// Refuses an input with nothing of use, with a word on what it has.
    pub(super) fn refuse_if_useless(&self, name: &str) -> Result<(), ImportError> {
        if self.of_use > 0 || self.fleets_seen > 0 && self.left_out.is_empty() {
            return Ok(());
        }
        let wrong = |looks_like: String| ImportError::WrongInput {
            path: name.to_owned(),
            looks_like,
            instead: "use `az vm list -o json` and `az disk list -o json`".to_owned(),
        };
        if let Some(kind) = &self.other {
            return Err(wrong(format!("resources of type {kind}")));
        }
        if self.lists > 0 && self.left_out.is_empty() {
            return Ok(());
        }
        match self.left_out.first() {
            Some(first) => Err(ImportError::NothingTaken {
                path: first.path.clone(),
                reason: first.what.clone(),
            }),
            None => Err(wrong("JSON without VMs and disks".to_owned())),
        }
    }
}
