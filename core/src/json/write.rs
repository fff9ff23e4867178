//! Writing types as JSON: into a [`Value`], or as text for a digest.
//!
//! A type is a string of names and one call for each field (`derive(Write)`), and writing cannot fail: there
//! is nothing to hold or to drop between two fields.

mod text;
mod tree;
mod types;

use serde_json::Value;

pub use rplab_derive::Write;
pub(crate) use text::Text;
use tree::Tree;

/// What can be written as JSON.
pub trait Write {
    /// Writes the value.
    fn write(&self, to: &mut Writer<'_>);

    /// Whether a field with this value is left out where it may be.
    fn is_blank(&self) -> bool {
        false
    }
}

/// A value as JSON. Fields stand in the order of their names.
pub fn write<T: Write + ?Sized>(value: &T) -> Value {
    let mut tree = Tree::default();
    value.write(&mut Writer::new(&mut tree));
    tree.done()
}

/// Where JSON goes, piece by piece.
pub(crate) trait Sink {
    /// A number, a truth value or `null`.
    fn word(&mut self, word: Value);
    /// A text.
    fn text(&mut self, text: &str);
    /// An object begins, or a list.
    fn begin(&mut self, bracket: Bracket);
    /// The name of the field whose value comes next.
    fn name(&mut self, name: &str);
    /// What was begun last ends.
    fn end(&mut self, bracket: Bracket);
}

/// What holds other values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bracket {
    Object,
    List,
}

/// Writes one value after the other.
#[expect(missing_debug_implementations, reason = "a sink has nothing to show")]
pub struct Writer<'a> {
    sink: &'a mut dyn Sink,
    /// What the next object begins with, last one first.
    first: Vec<(&'static str, String)>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(sink: &'a mut dyn Sink) -> Self {
        Self {
            sink,
            first: Vec::new(),
        }
    }

    /// Lets the object that comes next begin with a text. What is called for last stands first.
    pub(crate) fn begin_with(&mut self, name: &'static str, text: String) {
        self.first.push((name, text));
    }

    /// A number, a truth value or `null`.
    #[inline(never)]
    pub(crate) fn word(&mut self, word: Value) {
        self.sink.word(word);
    }

    /// A text.
    #[inline(never)]
    pub(crate) fn text(&mut self, text: &str) {
        self.sink.text(text);
    }

    /// Begins an object whose fields have these names; see [`Members`].
    #[inline(never)]
    pub(crate) fn fields(&mut self, names: &'static str) -> Members<'_, 'a> {
        self.sink.begin(Bracket::Object);
        while let Some((name, text)) = self.first.pop() {
            self.sink.name(name);
            self.sink.text(&text);
        }
        Members {
            to: self,
            rest: names,
        }
    }

    /// A list of what an iterator gives.
    pub(crate) fn list<T: Write>(&mut self, items: impl Iterator<Item = T>) {
        self.sink.begin(Bracket::List);
        items.for_each(|item| item.write(self));
        self.sink.end(Bracket::List);
    }

    /// A list of two.
    pub(crate) fn pair<A: Write, B: Write>(&mut self, first: &A, second: &B) {
        self.sink.begin(Bracket::List);
        first.write(self);
        second.write(self);
        self.sink.end(Bracket::List);
    }

    /// An object whose names are data.
    pub(crate) fn map<'k, T: Write>(&mut self, pairs: impl Iterator<Item = (&'k str, T)>) {
        let mut fields = self.fields("");
        for (name, value) in pairs {
            fields.named(name, &value);
        }
        fields.end();
    }

    /// The name at a place in comma-separated `names`.
    #[inline(never)]
    pub(crate) fn one_of(&mut self, names: &'static str, at: usize) {
        self.sink.text(name_at(names, at));
    }

    /// The variant at a place in comma-separated `names`, with content: an object of one field.
    #[inline(never)]
    pub(crate) fn variant<T: Write + ?Sized>(
        &mut self,
        names: &'static str,
        at: usize,
        content: &T,
    ) {
        let mut fields = self.fields("");
        fields.named(name_at(names, at), content);
        fields.end();
    }
}

/// What a function writes.
pub(crate) struct Written<F>(pub(crate) F);

impl<F: Fn(&mut Writer<'_>)> Write for Written<F> {
    fn write(&self, to: &mut Writer<'_>) {
        (self.0)(to);
    }
}

fn name_at(names: &'static str, at: usize) -> &'static str {
    bare(names.split(',').nth(at).unwrap_or_default())
}

/// A name without the marks for reading and leaving out.
fn bare(name: &str) -> &str {
    name.split(['|', '?', '!']).next().unwrap_or_default()
}

/// The fields of an object that are still to be written.
///
/// The names stand in one string, in the order of the fields, as for reading: `name|id!,zones?` are `name`
/// and `zones`, which is left out where it is blank.
pub(crate) struct Members<'w, 'a> {
    to: &'w mut Writer<'a>,
    rest: &'static str,
}

impl Members<'_, '_> {
    /// Writes the next field.
    #[inline(never)]
    pub(crate) fn next<T: Write + ?Sized>(&mut self, value: &T) {
        if self.enter(value.is_blank()) {
            value.write(self.to);
        }
    }

    /// Goes to the next field; whether it is to be written.
    #[inline(never)]
    fn enter(&mut self, is_blank: bool) -> bool {
        let (name, rest) = self.rest.split_once(',').unwrap_or((self.rest, ""));
        self.rest = rest;
        let is_written = !(is_blank && name.contains('?'));
        if is_written {
            self.to.sink.name(bare(name));
        }
        is_written
    }

    /// Writes a field by another name.
    pub(crate) fn named<T: Write + ?Sized>(&mut self, name: &str, value: &T) {
        self.to.sink.name(name);
        value.write(self.to);
    }

    /// Ends the object.
    #[inline(never)]
    pub(crate) fn end(self) {
        self.to.sink.end(Bracket::Object);
    }
}

#[cfg(test)]
mod tests {
    use super::{Write, write};
    use crate::cloud::{Cloud, Settings};
    use crate::order::SmallMap;
    use crate::timeline::read_command;
    use crate::units::SimInstant;
    use serde::Serialize;
    use serde_json::{Value, json};

    #[derive(Serialize, Write)]
    #[serde(rename_all = "camelCase")]
    enum Kind {
        Plain,
        Sized(i64),
        Pair(u8, bool),
        Named { first_name: &'static str },
    }

    #[derive(Serialize, Write)]
    #[serde(untagged)]
    enum Any {
        Number(u32),
        Text(String),
    }

    #[derive(Serialize, Write)]
    #[serde(tag = "type", rename_all = "camelCase")]
    enum Tagged {
        AllRight,
        Wrong { why: String },
    }

    #[derive(Serialize, Write)]
    #[serde(transparent)]
    struct Own(u64);

    #[derive(Serialize, Write)]
    #[serde(rename_all = "camelCase")]
    struct Whole {
        all_kinds: Vec<Kind>,
        any: [Any; 2],
        tagged: Vec<Tagged>,
        pair: (u8, Own),
        none: Option<bool>,
        some: Option<bool>,
        #[serde(skip_serializing_if = "Option::is_none")]
        left_out: Option<u8>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        kept: Vec<u8>,
        #[serde(rename = "sizeGiB")]
        size: Option<Own>,
        #[serde(skip)]
        _passed_over: u8,
        value: Value,
    }

    fn whole() -> Whole {
        Whole {
            all_kinds: vec![
                Kind::Plain,
                Kind::Sized(-3),
                Kind::Pair(1, false),
                Kind::Named {
                    first_name: "a \"b\"\n\u{1}ü",
                },
            ],
            any: [Any::Number(1), Any::Text(String::new())],
            tagged: vec![
                Tagged::AllRight,
                Tagged::Wrong {
                    why: "so".to_owned(),
                },
            ],
            pair: (7, Own(u64::MAX)),
            none: None,
            some: Some(true),
            left_out: None,
            kept: vec![0],
            size: Some(Own(3)),
            _passed_over: 1,
            value: json!({ "x": [1.5, 1e300, {}, []], "": null }),
        }
    }

    #[test]
    fn a_value_is_what_serde_json_makes_of_it() {
        assert_eq!(write(&whole()), serde_json::to_value(whole()).unwrap());
        assert_eq!(write("text"), json!("text"));
        let map = SmallMap::from([("b".to_owned(), 2_u8), ("a".to_owned(), 1)]);
        assert_eq!(write(&map), json!({ "a": 1, "b": 2 }));
    }

    /// What is written is what is digested: every kind of task and resource stands in this text.
    #[test]
    fn the_text_of_a_lab_at_work_is_its_value() {
        let start = SimInstant::from_unix_seconds(0);
        let mut cloud = Cloud::new(1, start, Settings::default());
        for command in [
            json!({ "type": "createVirtualMachine", "name": "vm", "location": "eastus", "disks": [
                { "name": "os", "sizeGiB": 1 }, { "name": "old", "facts": { "managed": false } },
            ] }),
            json!({ "type": "setWorkload", "disk": "os", "workload":
                { "every": "PT1H", "writes": 1, "blocksPerWrite": 1, "withinThousandths": 1000 } }),
            json!({ "type": "createRestorePointCollection", "name": "c", "source": "vm" }),
            json!({ "type": "createRestorePointCollection", "name": "d", "source": "vm" }),
            json!({ "type": "setAgent", "virtualMachine": "vm", "status": "ready" }),
            json!({ "type": "setSetting", "name": "edition", "value": "2022-07" }),
            json!({ "type": "deleteRestorePointCollection", "collection": "d" }),
        ] {
            cloud.execute(&read_command(command).unwrap()).unwrap();
        }
        let text = super::text::tests::text(&cloud);
        assert_eq!(crate::json::parse(&text).unwrap(), write(&cloud));
        assert!(text.contains("\"Write\":["), "{text}");
    }

    #[test]
    fn a_text_is_what_serde_json_makes_of_it() {
        for value in [write(&whole()), json!([]), json!({}), json!(-1)] {
            assert_eq!(super::text::tests::text(&value), value.to_string());
        }
        assert_eq!(
            super::text::tests::text(&whole()),
            serde_json::to_string(&whole()).unwrap()
        );
    }
}
