//! What an input is: JSON to read, or something else that its reader should hear about.

use super::rows::{Rows, is_table};
use serde_json::Value;

const GET_LISTS: &str = "use `az vm list -o json` and `az disk list -o json`";

/// What an input is read as.
#[derive(Debug)]
pub(super) enum Form {
    /// JSON that begins at this byte.
    Json { start: usize },
    /// CSV with this header.
    Csv { header: String, rows: Rows },
}

/// What an input is, by its first bytes: what to read it as, or what it looks like and what to do instead.
pub(super) fn form(head: &[u8]) -> Result<Form, (&'static str, &'static str)> {
    let text = String::from_utf8_lossy(head);
    let body = text.trim();
    if body.is_empty() {
        return Err(("an empty file", GET_LISTS));
    }
    let is_text =
        std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true);
    if body.contains('\0') || !is_text && !body.starts_with(['{', '[']) {
        return Err(("a binary file, or text that is not UTF-8", GET_LISTS));
    }
    let Some((looks_like, instead)) = not_json(body) else {
        let start = json_start(head);
        return Ok(Form::Json {
            start: start.unwrap_or(0),
        });
    };
    let header = body.lines().next().unwrap_or_default();
    match Rows::of_header(header) {
        Some(rows) => Ok(Form::Csv {
            header: header.to_owned(),
            rows,
        }),
        None => Err((looks_like, instead)),
    }
}

/// Where JSON begins: at the first line that starts an object or a list.
fn json_start(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if line.trim_ascii_start().starts_with(b"{") || line.trim_ascii_start().starts_with(b"[") {
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
    let has_json = json_start(text.as_bytes()).is_some();
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
            "compile it to JSON (`az bicep build`, `terraform show -json`), or use `az vm list -o json` and `az disk list -o json`",
        ));
    }
    if first.split(',').count() >= 3 && !has_json || is_table(first) {
        return Some((
            "a CSV file",
            "export Resource Graph with the columns id, type and properties, or give the table a column `machine`, or use `az vm list -o json` and `az disk list -o json`",
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

/// What JSON that is no inventory is.
pub(super) fn wrong_json(value: &Value) -> Option<(&'static str, &'static str)> {
    let Some(object) = value.as_object() else {
        let scalar = !value.is_array();
        return scalar.then_some(("a single JSON value", GET_LISTS));
    };
    let schema = object
        .get("$schema")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let schema = schema.to_ascii_lowercase();
    if schema.contains("deploymentparameters") {
        return Some(("an ARM parameters file", GET_LISTS));
    }
    if object.len() <= 2 && object.get("error").is_some_and(Value::is_object) {
        return Some((
            "an error answer of ARM",
            "check the subscription and your rights, and run the list again",
        ));
    }
    None
}
