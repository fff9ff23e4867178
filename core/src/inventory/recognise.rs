//! What an input is: JSON to read, or something else that its reader should hear about.

use super::{ImportError, NamedInput, csv, text::decode};
use serde_json::Value;

const GET_LISTS: &str = "use `az vm list -o json` and `az disk list -o json`";

/// An input as JSON documents.
#[derive(Debug)]
pub(super) struct Documents {
    pub(super) values: Vec<Value>,
    /// Text before the JSON that was passed over, such as a warning of `az`.
    pub(super) passed_over: Option<String>,
}

/// The JSON of an input.
pub(super) fn documents(input: &NamedInput) -> Result<Documents, ImportError> {
    let wrong = |looks_like: &str, instead: &str| ImportError::WrongInput {
        path: input.name.clone(),
        looks_like: looks_like.to_owned(),
        instead: instead.to_owned(),
    };
    let text = decode(&input.data).ok_or_else(|| wrong("a binary file", GET_LISTS))?;
    let body = text.trim();
    if body.is_empty() {
        return Err(wrong("an empty file", GET_LISTS));
    }
    if let Some((looks_like, instead)) = not_json(body) {
        return match csv::resources(&text) {
            Some(rows) => Ok(Documents {
                values: vec![rows],
                passed_over: None,
            }),
            None => Err(wrong(looks_like, instead)),
        };
    }
    let start = json_start(&text).unwrap_or(0);
    let (before, json) = text.split_at_checked(start).unwrap_or(("", &text));
    let values = parse(json).map_err(|error| broken(input, before, &error))?;
    if let Some((looks_like, instead)) = values.iter().find_map(wrong_json) {
        return Err(wrong(looks_like, instead));
    }
    let before = before.trim();
    Ok(Documents {
        values,
        passed_over: (!before.is_empty()).then(|| before.to_owned()),
    })
}

/// One JSON document or several after each other.
fn parse(text: &str) -> Result<Vec<Value>, serde_json::Error> {
    serde_json::Deserializer::from_str(text)
        .into_iter()
        .collect()
}

fn broken(input: &NamedInput, before: &str, error: &serde_json::Error) -> ImportError {
    let lines_before = before.matches('\n').count();
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default();
    ImportError::BrokenJson {
        path: input.name.clone(),
        line: (error.line() + lines_before) as u64,
        column: error.column() as u64,
        reason: reason.to_owned(),
    }
}

/// Where JSON begins: at the first line that starts an object or a list.
fn json_start(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with(['{', '[']) {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// What a text that is no JSON looks like, and what to do instead.
fn not_json(text: &str) -> Option<(&'static str, &'static str)> {
    let first = text.lines().next().unwrap_or_default().trim();
    let lower = first.to_ascii_lowercase();
    let starts = |words: &[&str]| words.iter().any(|word| lower.starts_with(word));
    let has_json = json_start(text).is_some();
    if starts(&["<!doctype", "<html", "<?xml", "<"]) {
        return Some(("an HTML or XML page", GET_LISTS));
    }
    if starts(&["error:", "az : error", "azurecli error"])
        || lower.contains("az login")
        || (lower.starts_with('(') && !has_json)
    {
        return Some((
            "an error message of az",
            "sign in with `az login`, choose the subscription with `az account set`, and run the list again",
        ));
    }
    if has_json && starts(&["{", "["]) {
        return None;
    }
    if starts(&[
        "param ",
        "targetscope",
        "@description",
        "resource ",
        "metadata ",
    ]) && !first.contains(',')
    {
        return Some((
            "a Bicep or Terraform file",
            "it says what to deploy, not what is there; use `az vm list -o json` and `az disk list -o json`",
        ));
    }
    if first.split(',').count() >= 3 && !has_json || is_graph_header(&lower) {
        return Some((
            "a CSV file",
            "export Resource Graph with the columns id, type and properties, or use `az vm list -o json` and `az disk list -o json`",
        ));
    }
    if has_json {
        return None;
    }
    let second = text.lines().nth(1).unwrap_or_default().trim();
    if second.starts_with("---") {
        return Some(("az table output", "run it again with `-o json`"));
    }
    if first.contains('\t') {
        return Some(("az tsv output", "run it again with `-o json`"));
    }
    if first.starts_with("- ") || first == "---" || first.contains(": ") || first.ends_with(':') {
        return Some(("YAML or plain text", "run it again with `-o json`"));
    }
    Some(("plain text", GET_LISTS))
}

fn is_graph_header(lower: &str) -> bool {
    let columns: Vec<&str> = lower
        .split(',')
        .map(|column| column.trim_matches('"'))
        .collect();
    columns.contains(&"id") && columns.contains(&"properties")
}

/// What JSON that is no inventory is.
fn wrong_json(value: &Value) -> Option<(&'static str, &'static str)> {
    let Some(object) = value.as_object() else {
        let scalar = !value.is_array();
        return scalar.then_some(("a single JSON value", GET_LISTS));
    };
    let has = |key: &str| object.contains_key(key);
    let schema = object
        .get("$schema")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let schema = schema.to_ascii_lowercase();
    if schema.contains("deploymentparameters") {
        return Some(("an ARM parameters file", GET_LISTS));
    }
    if schema.contains("deploymenttemplate") || (has("contentVersion") && has("resources")) {
        return Some((
            "an ARM template",
            "it says what to deploy, not what is there; deploy it, then use `az vm list -o json` and `az disk list -o json`",
        ));
    }
    if has("terraform_version") || has("lineage") {
        return Some((
            "a Terraform state",
            "it has the provider's names, not the service's; use `az vm list -o json` and `az disk list -o json`",
        ));
    }
    if object.len() <= 2 && object.get("error").is_some_and(Value::is_object) {
        return Some((
            "an error answer of ARM",
            "check the subscription and your rights, and run the list again",
        ));
    }
    None
}
