//! Bodies of answers: a tree whose fields stand in the service's order, with what is kept beside it.

use crate::order::SmallMap;
use serde_json::Value;
use std::borrow::Cow;
use std::fmt::Write as _;

/// A value in an answer.
#[derive(Clone, Debug)]
pub(super) enum Node<'a> {
    Text(Cow<'a, str>),
    Number(u64),
    Bool(bool),
    List(Vec<Node<'a>>),
    Object(Object<'a>),
    /// Texts by names that are data, such as tags.
    Texts(&'a SmallMap<String, String>),
    /// What came from outside.
    Given(&'a Value),
    /// JSON text.
    Raw(String),
    /// What is kept under this name, or else this word.
    Default(&'static str),
    /// Not given, whatever is kept.
    Nothing,
}

/// An object whose fields keep the order in which they were put.
#[derive(Clone, Debug, Default)]
pub(super) struct Object<'a>(Vec<(&'static str, Node<'a>)>);

impl<'a> Object<'a> {
    #[inline(never)]
    pub(super) fn put(&mut self, name: &'static str, node: Node<'a>) {
        self.0.push((name, node));
    }

    pub(super) fn text(&mut self, name: &'static str, text: impl Into<Cow<'a, str>>) {
        self.put(name, Node::Text(text.into()));
    }

    /// A text where there is one.
    pub(super) fn maybe(&mut self, name: &'static str, text: Option<&'a str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    pub(super) fn number(&mut self, name: &'static str, number: u64) {
        self.put(name, Node::Number(number));
    }

    pub(super) fn object(&mut self, name: &'static str, object: Self) {
        self.put(name, Node::Object(object));
    }

    /// A text that stands where nothing is kept under its name.
    pub(super) fn unless_kept(&mut self, name: &'static str, text: &'static str) {
        self.put(name, Node::Default(text));
    }

    /// `{ "id": ... }`.
    pub(super) fn reference(&mut self, name: &'static str, id: impl Into<Cow<'a, str>>) {
        let mut object = Self::default();
        object.text("id", id);
        self.object(name, object);
    }

    /// The text of the object, with the fields that are only in `kept`.
    pub(super) fn print(self, kept: Option<&Value>) -> String {
        let mut text = String::with_capacity(1024);
        Node::Object(self).print(kept, &mut text);
        text
    }
}

impl<'a> From<Object<'a>> for Node<'a> {
    fn from(object: Object<'a>) -> Self {
        Self::Object(object)
    }
}

impl Node<'_> {
    fn print(&self, kept: Option<&Value>, to: &mut String) {
        match self {
            Self::Text(text) => quote(text, to),
            // Writing to a text cannot fail.
            Self::Number(number) => drop(write!(to, "{number}")),
            Self::Bool(value) => to.push_str(if *value { "true" } else { "false" }),
            Self::List(items) => {
                to.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        to.push(',');
                    }
                    item.print(item.kept_in(kept), to);
                }
                to.push(']');
            }
            Self::Object(object) => object.print_fields(kept, to),
            Self::Texts(texts) => {
                to.push('{');
                for (at, (name, text)) in texts.iter().enumerate() {
                    begin(at, name, to);
                    quote(text, to);
                }
                to.push('}');
            }
            Self::Given(value) => drop(write!(to, "{value}")),
            Self::Raw(text) => to.push_str(text),
            Self::Default(text) => match kept {
                Some(kept) => drop(write!(to, "{kept}")),
                None => quote(text, to),
            },
            Self::Nothing => {}
        }
    }

    /// What is kept of an item of a list: that of the same LUN.
    fn kept_in<'k>(&self, list: Option<&'k Value>) -> Option<&'k Value> {
        let Self::Object(object) = self else {
            return None;
        };
        let lun = object.0.iter().find_map(|(name, node)| match node {
            Self::Number(number) if *name == "lun" => Some(*number),
            _ => None,
        })?;
        let mut items = list?.as_array()?.iter();
        items.find(|item| item.get("lun").and_then(Value::as_u64) == Some(lun))
    }
}

impl Object<'_> {
    fn print_fields(&self, kept: Option<&Value>, to: &mut String) {
        let kept = kept.and_then(Value::as_object);
        to.push('{');
        let mut count = 0;
        let given = |(_, node): &&(&str, Node<'_>)| !matches!(node, Node::Nothing);
        for (name, node) in self.0.iter().filter(given) {
            // Our own names need no look at their letters.
            to.push_str(if count > 0 { ",\"" } else { "\"" });
            to.push_str(name);
            to.push_str("\":");
            node.print(kept.and_then(|kept| kept.get(*name)), to);
            count += 1;
        }
        for (name, value) in kept.into_iter().flatten() {
            if !self.0.iter().any(|(own, _)| own == name) {
                begin(count, name, to);
                let _endless = write!(to, "{value}");
                count += 1;
            }
        }
        to.push('}');
    }
}

fn begin(at: usize, name: &str, to: &mut String) {
    if at > 0 {
        to.push(',');
    }
    quote(name, to);
    to.push(':');
}

fn quote(text: &str, to: &mut String) {
    let is_plain = |byte| byte >= b' ' && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        to.push('"');
        to.push_str(text);
        to.push('"');
    } else {
        to.push_str(&crate::json::text(&Value::from(text)));
    }
}

#[cfg(test)]
mod tests {
    use super::{Node, Object};
    use serde_json::json;

    #[test]
    fn fields_stand_in_their_order_and_kept_ones_behind_them() {
        let mut disk = Object::default();
        disk.number("lun", 1);
        disk.text("name", "a \"b\"");
        let mut body = Object::default();
        body.text("zone", "z");
        body.put("disks", Node::List(vec![disk.into()]));
        let kept = json!({ "zone": "other", "more": [1], "disks": [{ "lun": 0, "x": 0 }, { "lun": 1, "x": 1 }] });
        assert_eq!(
            body.print(Some(&kept)),
            r#"{"zone":"z","disks":[{"lun":1,"name":"a \"b\"","x":1}],"more":[1]}"#
        );
    }
}
