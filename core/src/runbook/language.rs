//! Texts and values in the languages of runbooks, safe for whatever stands in a name.
//!
//! Characters that are not seen, or that change the order in which others are seen, never stand in a runbook as
//! they are.

use crate::report::is_hidden;
use serde_json::Value;
use std::fmt::Write as _;

/// A language that values are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Json,
    /// JSON below a request of a `.http` file, where `{{` would begin a variable.
    Http,
    Hcl,
    Bicep,
    PowerShell,
    Bash,
}

use Language::{Bash, Bicep, Hcl, Http, Json, PowerShell};

impl Language {
    /// A text as a literal.
    pub(super) fn quote(self, text: &str) -> String {
        let mark = if matches!(self, Json | Http | Hcl) {
            '"'
        } else {
            '\''
        };
        let templates = self == Hcl && (text.contains("${") || text.contains("%{"));
        let mut quoted = String::from(mark);
        for c in text.chars() {
            let escaped = match c {
                '\'' if self == Bash => {
                    quoted.push_str("'\\''");
                    continue;
                }
                // Every quote of this family ends a text of PowerShell, and twice is itself.
                '\'' | '\u{2018}'..='\u{201b}' if self == PowerShell => {
                    quoted.push(c);
                    false
                }
                _ if matches!(self, Bash | PowerShell) => false,
                '\\' => true,
                '$' => self == Bicep,
                c => c == mark,
            };
            if escaped {
                quoted.push('\\');
            }
            let coded = match self {
                Bash | PowerShell => false,
                Http if matches!(c, '{' | '}') => true,
                Hcl if templates && matches!(c, '$' | '%') => true,
                _ => is_hidden(c),
            };
            let code = u32::from(c);
            // Writing to a text cannot fail.
            let _written = match self {
                _ if !coded => quoted.write_char(c),
                Bicep => write!(quoted, "\\u{{{code:x}}}"),
                Hcl if code > 0xffff => write!(quoted, "\\U{code:08x}"),
                _ => {
                    let mut units = [0; 2];
                    let units = c.encode_utf16(&mut units).iter();
                    units
                        .into_iter()
                        .try_for_each(|unit| write!(quoted, "\\u{unit:04x}"))
                }
            };
        }
        quoted.push(mark);
        quoted
    }

    /// The name of a field.
    pub(super) fn key(self, name: &str) -> String {
        let plain = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.chars().all(|c| c.is_ascii_alphanumeric())
                && !matches!(name, "for" | "if" | "null" | "true" | "false" | "in")
        };
        if matches!(self, Hcl | Bicep) && plain(name) {
            return name.to_owned();
        }
        self.quote(name)
    }

    /// A value, its inner lines `indent` levels deep.
    pub(super) fn value(self, value: &Value, indent: usize) -> String {
        match value {
            Value::String(text) => self.quote(text),
            Value::Array(items) => {
                let items = items.iter().map(|item| self.value(item, indent + 1));
                let marks = if self == PowerShell {
                    ("@(", ")")
                } else {
                    ("[", "]")
                };
                enclosed(
                    marks,
                    if self == Bicep { "" } else { "," },
                    items.collect(),
                    indent,
                )
            }
            Value::Object(fields) => {
                let fields = fields.iter();
                let fields =
                    fields.map(|(name, value)| (name.as_str(), self.value(value, indent + 1)));
                self.fields(&fields.collect::<Vec<_>>(), indent)
            }
            _ if self == PowerShell && !value.is_number() => format!("${value}"),
            word => word.to_string(),
        }
    }

    /// An object of fields whose values are written already.
    pub(super) fn fields(self, fields: &[(&str, String)], indent: usize) -> String {
        let between = if matches!(self, Hcl | PowerShell) {
            " = "
        } else {
            ": "
        };
        let lines = fields
            .iter()
            .map(|(name, value)| self.key(name) + between + value);
        let marks = if self == PowerShell {
            ("@{", "}")
        } else {
            ("{", "}")
        };
        let end = if matches!(self, Json | Http) { "," } else { "" };
        enclosed(marks, end, lines.collect(), indent)
    }
}

/// Items between two marks, each on a line of its own.
fn enclosed(marks: (&str, &str), between: &str, items: Vec<String>, indent: usize) -> String {
    if items.is_empty() {
        return format!("{}{}", marks.0, marks.1);
    }
    let edge = "  ".repeat(indent);
    let joint = format!("{between}\n{edge}  ");
    format!(
        "{}\n{edge}  {}\n{edge}{}",
        marks.0,
        items.join(&joint),
        marks.1
    )
}

/// JSON on one line, everything in it seen.
pub(super) fn one_line(value: &Value) -> String {
    match value {
        Value::String(text) => Json.quote(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(one_line).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(fields) => {
            let fields = fields.iter();
            let fields =
                fields.map(|(name, value)| format!("{}:{}", Json.quote(name), one_line(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        word => word.to_string(),
    }
}
