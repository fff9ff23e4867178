//! Reading JSON that is flattened or not, in any case of its keys.

use rplab_scan::{Doc, Kind, tag};
use serde_json::{Number, Value};

/// A place in JSON; reading on from a place that is not there stays there.
#[derive(Clone, Copy, Debug)]
pub(super) enum Node<'a> {
    /// Not there.
    Nothing,
    /// In a value.
    Value(&'a Value),
    /// In a resource that was only taken apart.
    Cell(Doc<'a>, usize),
}

impl<'a> Node<'a> {
    /// The place of a value.
    pub(super) fn of(value: Option<&'a Value>) -> Self {
        value
            .filter(|value| !value.is_null())
            .map_or(Self::Nothing, Self::Value)
    }

    /// The place of a cell.
    pub(super) fn of_cell(doc: Doc<'a>, at: usize) -> Self {
        match doc.kind(at) {
            Kind::Null => Self::Nothing,
            _ => Self::Cell(doc, at),
        }
    }

    /// The value, where it is one.
    pub(super) const fn value(self) -> Option<&'a Value> {
        match self {
            Self::Value(value) => Some(value),
            Self::Nothing | Self::Cell(..) => None,
        }
    }

    /// The member of that name, in any case: PowerShell writes `StorageProfile`.
    pub(super) fn get(self, key: &str) -> Self {
        match self {
            Self::Nothing => self,
            Self::Cell(doc, at) => doc
                .member(at, key)
                .map_or(Self::Nothing, |member| Self::of_cell(doc, member)),
            Self::Value(value) => {
                let found = value.as_object().and_then(|members| {
                    members.get(key).or_else(|| {
                        let mut members = members.iter();
                        let member = members.find(|(name, _)| name.eq_ignore_ascii_case(key));
                        member.map(|(_, value)| value)
                    })
                });
                Self::of(found)
            }
        }
    }

    /// Members within members, separated by dots.
    pub(super) fn at(self, path: &str) -> Self {
        let mut place = self;
        let mut rest = path;
        while place.exists() {
            let Some(dot) = rest.bytes().position(|byte| byte == b'.') else {
                return place.get(rest);
            };
            place = place.get(rest.get(..dot).unwrap_or_default());
            rest = rest.get(dot + 1..).unwrap_or_default();
        }
        place
    }

    /// A property of a resource: as `az` flattens it, or below `properties` as ARM answers it.
    pub(super) fn property(self, path: &str) -> Self {
        let flat = self.at(path);
        if flat.exists() {
            flat
        } else {
            self.get("properties").at(path)
        }
    }

    pub(super) const fn exists(self) -> bool {
        !matches!(self, Self::Nothing)
    }

    /// Whether something is said here: an empty text says nothing.
    pub(super) fn is_said(self) -> bool {
        self.exists() && self.word() != Some("")
    }

    /// What kind of value it is, in words.
    pub(super) fn kind_of(self) -> &'static str {
        let is_object = match self {
            Self::Nothing => false,
            Self::Value(value) => value.is_object(),
            Self::Cell(doc, at) => doc.kind(at) == Kind::Object,
        };
        match self {
            _ if is_object => "an object",
            _ if self.is_list() => "a list",
            _ if self.word().is_some() => "a text",
            _ if self.bool().is_some() => "yes or no",
            _ => "this number",
        }
    }

    /// Whether it is a list.
    pub(super) fn is_list(self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Value(value) => value.is_array(),
            Self::Cell(doc, at) => doc.kind(at) == Kind::List,
        }
    }

    /// Whether it is a text, a list or an object without anything in it.
    pub(super) fn is_empty(self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Value(Value::String(text)) => text.is_empty(),
            Self::Value(Value::Array(items)) => items.is_empty(),
            Self::Value(Value::Object(fields)) => fields.is_empty(),
            Self::Value(_) => false,
            Self::Cell(doc, at) => match doc.kind(at) {
                Kind::Text => doc.text(at).is_empty(),
                Kind::List | Kind::Object => doc.inside(at).is_empty(),
                _ => false,
            },
        }
    }

    /// Whether it can hold a text: whether it is one, a list or an object.
    pub(super) fn is_composed(self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Value(value) => value.is_string() || value.is_array() || value.is_object(),
            Self::Cell(doc, at) => {
                matches!(doc.kind(at), Kind::Text | Kind::List | Kind::Object)
            }
        }
    }

    /// Any text.
    pub(super) fn word(self) -> Option<&'a str> {
        match self {
            Self::Nothing => None,
            Self::Value(value) => value.as_str(),
            Self::Cell(doc, at) => (doc.kind(at) == Kind::Text).then(|| doc.text(at)),
        }
    }

    /// A text that is not empty.
    pub(super) fn text(self) -> Option<&'a str> {
        self.word().filter(|text| !text.is_empty())
    }

    /// Yes or no, also where a shell made a text of it.
    pub(super) fn bool(self) -> Option<bool> {
        match self {
            Self::Value(Value::Bool(value)) => return Some(*value),
            Self::Cell(doc, at) if doc.kind(at) == Kind::True => return Some(true),
            Self::Cell(doc, at) if doc.kind(at) == Kind::False => return Some(false),
            _ => {}
        }
        let text = self.word()?;
        if text.eq_ignore_ascii_case("true") {
            Some(true)
        } else if text.eq_ignore_ascii_case("false") {
            Some(false)
        } else {
            None
        }
    }

    /// A whole number.
    pub(super) fn integer(self) -> Option<i64> {
        match self {
            Self::Value(Value::Number(number)) => number.as_i64().or_else(|| whole(number)),
            Self::Cell(doc, at) if doc.kind(at) == Kind::Number => {
                let digits = doc.text(at);
                let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
                whole
                    .parse()
                    .ok()
                    .filter(|_| rest.bytes().all(|b| b == b'0'))
            }
            _ => self.word()?.parse().ok(),
        }
    }

    /// The entries of a list; of a single object, that object.
    pub(super) fn list(self) -> Nodes<'a> {
        match self {
            Self::Value(Value::Array(entries)) => Nodes::Values(entries.iter()),
            Self::Cell(doc, at) if doc.kind(at) == Kind::List => {
                let inside = doc.inside(at);
                Nodes::Cells(doc, inside.start, inside.end)
            }
            Self::Nothing => Nodes::One(None),
            one => Nodes::One(Some(one)),
        }
    }

    /// The texts of a list.
    pub(super) fn texts(self) -> Vec<String> {
        let texts = self.list().filter_map(Self::text);
        texts.map(str::to_owned).collect()
    }

    /// Goes through the members of an object: name, the name's tag, place.
    pub(super) fn members(self, each: &mut dyn FnMut(&'a str, u32, Self)) {
        match self {
            Self::Value(Value::Object(fields)) => {
                for (name, value) in fields {
                    each(name, tag(name), Self::of(Some(value)));
                }
            }
            Self::Cell(doc, at) if doc.kind(at) == Kind::Object => {
                let inside = doc.inside(at);
                let mut at = inside.start;
                while at < inside.end {
                    each(doc.key(at), doc.tag(at), Self::of_cell(doc, at));
                    at = doc.next(at);
                }
            }
            _ => {}
        }
    }
}

/// The entries of a list, one after the other.
#[derive(Clone, Debug)]
pub(super) enum Nodes<'a> {
    One(Option<Node<'a>>),
    Values(std::slice::Iter<'a, Value>),
    Cells(Doc<'a>, usize, usize),
}

impl<'a> Iterator for Nodes<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        match self {
            Self::One(one) => one.take(),
            Self::Values(values) => values.next().map(|value| Node::of(Some(value))),
            Self::Cells(doc, at, end) => {
                let place = *at;
                (place < *end).then(|| {
                    *at = doc.next(place);
                    Node::of_cell(*doc, place)
                })
            }
        }
    }
}

/// The whole number that a JSON number such as `128.0` stands for.
fn whole(number: &Number) -> Option<i64> {
    let text = number.to_string();
    text.strip_suffix(".0")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::Node;
    use rplab_scan::Tape;
    use serde_json::json;

    #[test]
    fn a_whole_number_may_be_written_with_a_point_or_as_a_text() {
        for (written, number) in [
            (json!(128), Some(128)),
            (json!(128.0), Some(128)),
            (json!(-4.0), Some(-4)),
            (json!("128"), Some(128)),
            (json!(128.5), None),
            (json!(1e15), Some(1_000_000_000_000_000)),
            (json!(u64::MAX), None),
            (json!(true), None),
        ] {
            assert_eq!(Node::Value(&written).integer(), number, "{written}");
            let text = format!("{{\"n\":{written}}}");
            let mut tape = Tape::default();
            if tape.take(text.as_bytes()).is_some() {
                let doc = tape.doc(text.as_bytes()).unwrap();
                let node = Node::Cell(doc, 0).get("n");
                assert_eq!(node.integer(), number, "{written}");
            }
        }
    }
}
