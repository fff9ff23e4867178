//! Expressions of ARM templates, as far as a reader needs them: `[concat(parameters('name'), '-os')]`.

use super::declared::id_of;
use crate::ids::{DEFAULT_RESOURCE_GROUP, DEFAULT_SUBSCRIPTION};
use serde_json::{Map, Value};

/// How deep expressions, and variables within variables, may be nested.
pub(super) const MAX_DEPTH: usize = 64;
/// How deep values may be nested.
const MAX_VALUES: usize = 128;
/// How many parts all expressions of a template may have, and how long the texts that they make may be.
const MAX_PARTS: usize = 100_000;
const MAX_TEXT: usize = 8 << 20;

/// What the expressions of a template refer to.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) parameters: Map<String, Value>,
    pub(super) variables: Map<String, Value>,
    /// The copy loops that are open, with their numbers.
    pub(super) loops: Vec<(String, i64)>,
    /// Whether what is not known becomes its own name: in names and ids it only has to be the same everywhere.
    pub(super) is_naming: bool,
    /// Whether what was looked at last goes deeper than expressions are read.
    is_too_deep: bool,
    values: usize,
    expressions: usize,
    parts: usize,
    text: usize,
}

/// The rest of an expression.
struct Rest<'a>(&'a str);

/// Why an expression has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoValue {
    /// Only a deployment can tell it.
    Unknown,
    /// It is nested deeper than [`MAX_DEPTH`].
    TooDeep,
}

/// Told of each expression that has no value.
pub(super) type Told<'a> = &'a mut dyn FnMut(&str, NoValue);

impl Scope {
    pub(super) fn new(parameters: Map<String, Value>, variables: Map<String, Value>) -> Self {
        Self {
            parameters,
            variables,
            loops: Vec::new(),
            is_naming: false,
            is_too_deep: false,
            values: 0,
            expressions: 0,
            parts: 0,
            text: 0,
        }
    }

    /// Whether the template asked for more than any needs.
    pub(super) const fn is_exhausted(&self) -> bool {
        self.parts > MAX_PARTS || self.text > MAX_TEXT
    }

    /// What a text of a template stands for; `None` where that is not known.
    pub(super) fn text(&mut self, text: &str) -> Option<Value> {
        let inner = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        match inner {
            Some(inner) if !inner.starts_with('[') => {
                let mut rest = Rest(inner);
                let value = self.expression(&mut rest)?;
                rest.0.trim().is_empty().then_some(value)
            }
            Some(_) => self.made(text.strip_prefix('[').unwrap_or(text).to_owned()),
            None => self.made(text.to_owned()),
        }
    }

    /// A name: what is not known stands in it by its own name.
    pub(super) fn name(&mut self, value: &Value) -> Result<String, NoValue> {
        let text = value.as_str().ok_or(NoValue::Unknown)?;
        let before = std::mem::replace(&mut self.is_naming, true);
        let name = self.found(text);
        self.is_naming = before;
        as_text(&name?).ok_or(NoValue::Unknown)
    }

    /// What a text stands for, or why that is not known.
    fn found(&mut self, text: &str) -> Result<Value, NoValue> {
        let around = std::mem::take(&mut self.is_too_deep);
        let found = self.text(text);
        let is_too_deep = std::mem::take(&mut self.is_too_deep);
        // An expression is as deep as the variables that it refers to.
        self.is_too_deep = around || is_too_deep;
        found.ok_or(if is_too_deep {
            NoValue::TooDeep
        } else {
            NoValue::Unknown
        })
    }

    /// A value with all its expressions resolved; what is not known is null and told to `unknown`.
    pub(super) fn value(&mut self, value: &Value, unknown: Told<'_>) -> Value {
        self.parts += 1;
        if self.values > MAX_VALUES || self.is_exhausted() {
            return Value::Null;
        }
        self.values += 1;
        let resolved = match value {
            Value::String(text) => self.found(text).unwrap_or_else(|why| {
                unknown(text, why);
                Value::Null
            }),
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.value(item, unknown)).collect())
            }
            Value::Object(fields) => self.object(fields, unknown),
            other => other.clone(),
        };
        self.values -= 1;
        resolved
    }

    fn object(&mut self, fields: &Map<String, Value>, unknown: Told<'_>) -> Value {
        let mut resolved = Map::new();
        for (name, value) in fields {
            match value.as_array().filter(|_| name == "copy") {
                // Dropped later; nothing has to be known of it.
                None if super::secrets::is_secret(name) => {
                    resolved.insert(name.clone(), value.clone());
                }
                Some(copies) => {
                    for copy in copies {
                        self.copied(copy, &mut resolved, unknown);
                    }
                }
                None => {
                    resolved.insert(name.clone(), self.value(value, unknown));
                }
            }
        }
        Value::Object(resolved)
    }

    /// A property that is a loop: `{ name, count, input }`.
    fn copied(&mut self, copy: &Value, into: &mut Map<String, Value>, unknown: Told<'_>) {
        let (Some(name), Some(input)) =
            (copy.get("name").and_then(Value::as_str), copy.get("input"))
        else {
            return;
        };
        let count = copy.get("count").map(|count| self.value(count, unknown));
        let mut items = Vec::new();
        for at in 0..count.as_ref().and_then(as_number).unwrap_or(0) {
            if self.is_exhausted() {
                break;
            }
            self.loops.push((name.to_owned(), at));
            items.push(self.value(input, unknown));
            self.loops.pop();
        }
        into.insert(name.to_owned(), Value::Array(items));
    }

    /// A text that was made, counted.
    fn made(&mut self, text: String) -> Option<Value> {
        self.text += text.len();
        (self.text <= MAX_TEXT).then_some(Value::String(text))
    }

    fn expression(&mut self, rest: &mut Rest<'_>) -> Option<Value> {
        self.parts += 1;
        if self.expressions == MAX_DEPTH {
            self.is_too_deep = true;
            return None;
        }
        if self.is_exhausted() {
            return None;
        }
        self.expressions += 1;
        let value = self.with_members(rest);
        self.expressions -= 1;
        value
    }

    /// A value and what follows it: `.member` and `[index]`.
    fn with_members(&mut self, rest: &mut Rest<'_>) -> Option<Value> {
        let mut value = self.primary(rest)?;
        loop {
            if rest.eat('.') {
                let member = rest.word();
                value = member_of(&value, member).or_else(|| self.named(member))?;
            } else if rest.eat('[') {
                let index = self.expression(rest)?;
                if !rest.eat(']') {
                    return None;
                }
                let found = match &index {
                    Value::String(name) => member_of(&value, name),
                    other => value.get(usize::try_from(as_number(other)?).ok()?).cloned(),
                };
                value = found?;
            } else {
                return Some(value);
            }
        }
    }

    fn primary(&mut self, rest: &mut Rest<'_>) -> Option<Value> {
        if let Some(text) = rest.literal() {
            return self.made(text);
        }
        let word = rest.word();
        if let Ok(number) = word.parse::<i64>() {
            return Some(number.into());
        }
        if word.is_empty() || !rest.eat('(') {
            return None;
        }
        let mut arguments = Vec::new();
        while !rest.eat(')') {
            arguments.push(self.expression(rest)?);
            if !rest.eat(',') && !rest.0.trim_start().starts_with(')') {
                return None;
            }
        }
        let known = self.call(&word.to_ascii_lowercase(), &arguments);
        known.or_else(|| self.named(word))
    }

    /// What is not known, in a name.
    fn named(&mut self, word: &str) -> Option<Value> {
        self.is_naming.then(|| self.made(format!("{{{word}}}")))?
    }

    /// A parameter's default or a variable, its own expressions resolved.
    fn lookup(&mut self, is_parameter: bool, name: &str) -> Option<Value> {
        let all = if is_parameter {
            &self.parameters
        } else {
            &self.variables
        };
        let found = all.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        let Some(value) = found.map(|(_, value)| value.clone()) else {
            return self.named(name);
        };
        let mut is_whole = true;
        let resolved = self.value(&value, &mut |_, _| is_whole = false);
        (is_whole || !value.is_string()).then_some(resolved)
    }

    fn call(&mut self, function: &str, arguments: &[Value]) -> Option<Value> {
        let first = arguments.first();
        let text = |at: usize| arguments.get(at).and_then(as_text);
        let number = |at: usize| arguments.get(at).and_then(as_number);
        let flag = |at: usize| arguments.get(at).and_then(as_bool);
        match function {
            "parameters" => self.lookup(true, &text(0)?),
            "variables" => self.lookup(false, &text(0)?),
            "concat" if first.is_some_and(Value::is_array) => {
                let lists = arguments.iter().filter_map(Value::as_array);
                let all: Vec<Value> = lists.flatten().cloned().collect();
                self.parts += all.len();
                Some(Value::Array(all))
            }
            "concat" => {
                let parts: Option<Vec<String>> = arguments.iter().map(as_text).collect();
                self.made(parts?.concat())
            }
            "format" => {
                let formatted = formatted(&text(0)?, arguments.get(1..).unwrap_or_default())?;
                self.made(formatted)
            }
            "tolower" => self.made(text(0)?.to_lowercase()),
            "toupper" => self.made(text(0)?.to_uppercase()),
            "trim" => self.made(text(0)?.trim().to_owned()),
            "string" => self.made(text(0)?),
            "replace" => {
                let (from, to) = (text(1)?, text(2)?);
                // An empty pattern stands between any two characters.
                (!from.is_empty()).then(|| self.made(text(0)?.replace(&from, &to)))?
            }
            "int" => Some(number(0)?.into()),
            "bool" => Some(flag(0)?.into()),
            "true" => Some(true.into()),
            "false" => Some(false.into()),
            "null" => Some(Value::Null),
            "resourceid" => self.resource_id(arguments),
            "resourcegroup" => {
                let id = format!(
                    "/subscriptions/{DEFAULT_SUBSCRIPTION}/resourceGroups/{DEFAULT_RESOURCE_GROUP}"
                );
                Some(serde_json::json!({ "name": DEFAULT_RESOURCE_GROUP, "id": id }))
            }
            "subscription" => {
                let id = format!("/subscriptions/{DEFAULT_SUBSCRIPTION}");
                Some(serde_json::json!({ "subscriptionId": DEFAULT_SUBSCRIPTION, "id": id }))
            }
            "copyindex" => {
                let named = first.filter(|first| first.is_string()).and_then(as_text);
                let mut open = self.loops.iter().rev();
                let own =
                    open.find(|(name, _)| named.as_ref().is_none_or(|named| named == name))?;
                let offset = number(usize::from(named.is_some())).unwrap_or(0);
                Some(own.1.checked_add(offset)?.into())
            }
            "if" => arguments.get(if flag(0)? { 1 } else { 2 }).cloned(),
            "equals" => Some((first? == arguments.get(1)?).into()),
            "not" => Some((!flag(0)?).into()),
            "and" => Some(
                arguments
                    .iter()
                    .map(as_bool)
                    .collect::<Option<Vec<bool>>>()?
                    .iter()
                    .all(|own| *own)
                    .into(),
            ),
            "or" => Some(
                arguments
                    .iter()
                    .map(as_bool)
                    .collect::<Option<Vec<bool>>>()?
                    .iter()
                    .any(|own| *own)
                    .into(),
            ),
            "empty" | "length" => {
                let length = match first? {
                    Value::Null => 0,
                    Value::String(text) => text.chars().count(),
                    Value::Array(items) => items.len(),
                    Value::Object(fields) => fields.len(),
                    _ => return None,
                };
                Some(if function == "empty" {
                    (length == 0).into()
                } else {
                    length.into()
                })
            }
            "add" => Some(number(0)?.checked_add(number(1)?)?.into()),
            "sub" => Some(number(0)?.checked_sub(number(1)?)?.into()),
            "mul" => Some(number(0)?.checked_mul(number(1)?)?.into()),
            "div" => Some(number(0)?.checked_div(number(1)?)?.into()),
            "mod" => Some(number(0)?.checked_rem(number(1)?)?.into()),
            "array" => Some(match first? {
                list @ Value::Array(_) => list.clone(),
                one => Value::Array(vec![one.clone()]),
            }),
            "createarray" => Some(Value::Array(arguments.to_vec())),
            "coalesce" => arguments.iter().find(|value| !value.is_null()).cloned(),
            "padleft" => {
                let (own, width) = (text(0)?, usize::try_from(number(1)?).ok()?);
                let fill = text(2).unwrap_or_else(|| " ".to_owned());
                let missing = width.saturating_sub(own.chars().count());
                let is_sound = missing < 1_000 && fill.chars().count() == 1;
                is_sound.then(|| self.made(fill.repeat(missing) + &own))?
            }
            "first" => first?.as_array()?.first().cloned(),
            "last" => first?.as_array()?.last().cloned(),
            _ => None,
        }
    }

    /// `resourceId([subscription], [group], type, name…)`.
    fn resource_id(&mut self, arguments: &[Value]) -> Option<Value> {
        let texts: Vec<String> = arguments.iter().map(as_text).collect::<Option<_>>()?;
        let at = texts.iter().position(|text| text.contains('/'))?;
        let kind = texts.get(at)?;
        let names = texts.get(at + 1..)?.join("/");
        let mut id = id_of(kind, &names);
        let before = texts.get(..at)?;
        if let Some(group) = before.last() {
            let tail = id
                .find("/providers/")
                .and_then(|at| id.get(at..))
                .unwrap_or_default();
            let subscription = before
                .iter()
                .rev()
                .nth(1)
                .map_or(DEFAULT_SUBSCRIPTION, String::as_str);
            id = format!("/subscriptions/{subscription}/resourceGroups/{group}{tail}");
        }
        self.made(id)
    }
}

impl<'a> Rest<'a> {
    fn eat(&mut self, expected: char) -> bool {
        let rest = self.0.trim_start().strip_prefix(expected);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// A text in single quotes; two of them are one.
    fn literal(&mut self) -> Option<String> {
        let mut rest = self.0.trim_start().strip_prefix('\'')?;
        let mut text = String::new();
        loop {
            let (part, after) = rest.split_once('\'')?;
            text.push_str(part);
            match after.strip_prefix('\'') {
                Some(more) => {
                    text.push('\'');
                    rest = more;
                }
                None => {
                    self.0 = after;
                    return Some(text);
                }
            }
        }
    }

    /// A name or a number.
    fn word(&mut self) -> &'a str {
        let rest = self.0.trim_start();
        let ends = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-'));
        let (word, after) = rest
            .split_at_checked(ends.unwrap_or(rest.len()))
            .unwrap_or((rest, ""));
        self.0 = after;
        word
    }
}

fn member_of(value: &Value, name: &str) -> Option<Value> {
    let mut fields = value.as_object()?.iter();
    let found = fields.find(|(own, _)| own.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.clone())
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(true) => Some("True".to_owned()),
        Value::Bool(false) => Some("False".to_owned()),
        _ => None,
    }
}

fn as_number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn as_bool(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// `{0}` and `{1:D2}` by arguments.
fn formatted(pattern: &str, arguments: &[Value]) -> Option<String> {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        if let Some(more) = after.strip_prefix('{') {
            text.push('{');
            rest = more;
            continue;
        }
        let (field, more) = after.split_once('}')?;
        let (at, kind) = field.split_once(':').unwrap_or((field, ""));
        let value = as_text(arguments.get(at.trim().parse::<usize>().ok()?)?)?;
        let width: usize = match kind.strip_prefix(['D', 'd']) {
            Some(width) => width.parse().ok().filter(|width| *width < 32)?,
            None if kind.is_empty() => 0,
            None => return None,
        };
        text.extend(std::iter::repeat_n('0', width.saturating_sub(value.len())));
        text.push_str(&value);
        rest = more;
    }
    text.push_str(&rest.replace("}}", "}"));
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::Scope;
    use serde_json::{Value, json};

    fn scope() -> Scope {
        let parameters =
            json!({ "vm": "web", "count": 3, "sizes": ["a", "b"], "it": { "deep": { "x": 7 } } });
        let variables =
            json!({ "os": "[concat(parameters('VM'), '-os')]", "loop": "[variables('loop')]" });
        let map = |value: Value| value.as_object().unwrap().clone();
        Scope::new(map(parameters), map(variables))
    }

    #[test]
    fn simple_expressions_are_resolved() {
        for (text, value) in [
            ("plain", json!("plain")),
            ("[[not one]", json!("[not one]")),
            ("[parameters('vm')]", json!("web")),
            ("[variables('os')]", json!("web-os")),
            (
                "[format('{0}-{1:D2}{{}}', parameters('vm'), 4)]",
                json!("web-04{}"),
            ),
            ("[toLower(concat('A', 'B''C'))]", json!("ab'c")),
            ("[parameters('sizes')[1]]", json!("b")),
            ("[parameters('it').deep['x']]", json!(7)),
            ("[add(mul(parameters('count'), 2), 1)]", json!(7)),
            (
                "[if(equals(parameters('count'), 3), 'three', 'other')]",
                json!("three"),
            ),
            ("[and(true(), not(empty('x')))]", json!(true)),
            ("[padLeft(string(7), 3, '0')]", json!("007")),
            ("[padLeft('seven', 3)]", json!("seven")),
            (
                "[resourceId('Microsoft.Compute/disks', 'd')]",
                json!(
                    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/lab/providers/Microsoft.Compute/disks/d"
                ),
            ),
            (
                "[resourceId('s', 'g', 'Microsoft.Compute/virtualMachines/extensions', 'v', 'e')]",
                json!(
                    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v/extensions/e"
                ),
            ),
        ] {
            assert_eq!(scope().text(text), Some(value), "{text}");
        }
    }

    #[test]
    fn the_rest_is_unknown_and_ends() {
        let deep = format!("[{}1{}]", "add(1,".repeat(5_000), ")".repeat(5_000));
        for text in [
            "[resourceGroup().location]",
            "[reference('x').y]",
            "[parameters('none')]",
            "[variables('loop')]",
            "[concat('a']",
            "[1 2]",
            "[]",
            "[div(1, 0)]",
            "[parameters('sizes')[9]]",
            "[format('{7}', 1)]",
            "[padLeft('x', 4000000000, 'y')]",
            "[padLeft('x', 900, 'yy')]",
            "[format('{', 1)]",
            &deep,
        ] {
            assert_eq!(scope().text(text), None, "{text}");
        }
        let name = scope().name(&json!(
            "[concat(parameters('prefix'), '-', uniqueString('x'), '-os')]"
        ));
        assert_eq!(name.as_deref(), Ok("{prefix}-{uniqueString}-os"));
    }

    #[test]
    fn a_billion_laughs_are_not_laughed() {
        let mut variables = serde_json::Map::new();
        variables.insert("l0".to_owned(), json!("laugh"));
        for at in 1..15 {
            let ten = format!("variables('l{}'),", at - 1).repeat(10);
            variables.insert(format!("l{at}"), json!(format!("[concat({}'')]", ten)));
        }
        let mut scope = Scope::new(serde_json::Map::new(), variables);
        assert_eq!(scope.text("[variables('l14')]"), None);
        assert!(scope.is_exhausted());
    }
}
