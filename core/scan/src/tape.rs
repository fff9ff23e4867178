//! A resource's JSON as a list of cells, one for each value in the order of the text: nothing is copied of it but
//! texts with escapes, and the list is used again for the next resource.
//!
//! It takes less than JSON: what it does not take is left to the general reader, which also says what is wrong.

mod reader;

use std::ops::Range;

/// Set in a span of the texts that had escapes.
const UNESCAPED: u32 = 1 << 31;

/// What kind of value a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true`.
    True,
    /// `false`.
    False,
    /// A number, as it is written.
    Number,
    /// A text.
    Text,
    /// A list.
    List,
    /// An object.
    Object,
}

/// A part of the text, without its quotes.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: u32,
    end: u32,
}

#[derive(Clone, Copy, Debug)]
struct Cell {
    kind: Kind,
    /// Length, first and last letter of the key, in any case: most other keys differ in that already.
    tag: u32,
    key: Span,
    value: Span,
    /// The cell behind this value.
    next: u32,
}

/// The cells of one resource.
#[derive(Debug, Default)]
pub struct Tape {
    cells: Vec<Cell>,
    unescaped: String,
}

/// How much of a text was a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Its length in bytes.
    pub length: usize,
    /// Ends of lines within.
    pub lines: u64,
    /// Where the last line begins.
    pub line_start: usize,
}

/// A resource: its cells and its text.
#[derive(Clone, Copy, Debug)]
pub struct Doc<'a> {
    tape: &'a Tape,
    text: &'a str,
}

/// What a key is told apart by first.
#[must_use]
pub fn tag(key: &str) -> u32 {
    let key = key.as_bytes();
    let letter = |byte: Option<&u8>| u32::from(byte.map_or(0, u8::to_ascii_lowercase));
    let length = u32::try_from(key.len() & 0xFFFF).unwrap_or_default();
    length << 16 | letter(key.first()) << 8 | letter(key.last())
}

impl Tape {
    /// The resource, whose text this is.
    #[must_use]
    pub fn doc<'a>(&'a self, text: &'a [u8]) -> Option<Doc<'a>> {
        let text = std::str::from_utf8(text).ok()?;
        Some(Doc { tape: self, text })
    }
}

impl<'a> Doc<'a> {
    fn cell(self, at: usize) -> Option<&'a Cell> {
        self.tape.cells.get(at)
    }

    fn span(self, span: Span) -> &'a str {
        let range = |start: u32, end: u32| start as usize..end as usize;
        let found = if span.start & UNESCAPED == 0 {
            self.text.get(range(span.start, span.end))
        } else {
            let own = range(span.start & !UNESCAPED, span.end & !UNESCAPED);
            self.tape.unescaped.get(own)
        };
        found.unwrap_or_default()
    }

    /// What a cell is.
    #[must_use]
    pub fn kind(self, at: usize) -> Kind {
        self.cell(at).map_or(Kind::Null, |cell| cell.kind)
    }

    /// The text of a text, the digits of a number.
    #[must_use]
    pub fn text(self, at: usize) -> &'a str {
        self.cell(at).map_or("", |cell| self.span(cell.value))
    }

    /// The key of a member.
    #[must_use]
    pub fn key(self, at: usize) -> &'a str {
        self.cell(at).map_or("", |cell| self.span(cell.key))
    }

    /// The tag of a member's key.
    #[must_use]
    pub fn tag(self, at: usize) -> u32 {
        self.cell(at).map_or(0, |cell| cell.tag)
    }

    /// The cells between the first one in a list or an object and its end.
    #[must_use]
    pub fn inside(self, at: usize) -> Range<usize> {
        match self.cell(at) {
            Some(cell) if matches!(cell.kind, Kind::List | Kind::Object) => {
                at + 1..cell.next as usize
            }
            _ => 0..0,
        }
    }

    /// The cell behind a value.
    #[must_use]
    pub fn next(self, at: usize) -> usize {
        self.cell(at).map_or(usize::MAX, |cell| cell.next as usize)
    }

    /// The member of that name: in just that spelling, else in the one that is first by its bytes, which is also how the
    /// general reader has it; of several in one spelling the last.
    #[must_use]
    pub fn member(self, object: usize, key: &str) -> Option<usize> {
        let own = self.cell(object)?;
        if own.kind != Kind::Object {
            return None;
        }
        let wanted = tag(key);
        let (mut just_so, mut other) = (None, None);
        let mut at = object + 1;
        while at < own.next as usize {
            let cell = self.cell(at)?;
            if cell.tag == wanted {
                let name = self.span(cell.key);
                if name == key {
                    just_so = Some(at);
                } else if name.eq_ignore_ascii_case(key)
                    && other.is_none_or(|earlier| name <= self.key(earlier))
                {
                    other = Some(at);
                }
            }
            at = cell.next as usize;
        }
        just_so.or(other)
    }
}

/// One cell of a resource, for going through all of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    doc: Doc<'a>,
    cell: &'a Cell,
}

impl<'a> Doc<'a> {
    /// The cell at a place.
    pub(crate) fn place(self, at: u32) -> Option<Place<'a>> {
        let cell = self.cell(at as usize)?;
        Some(Place { doc: self, cell })
    }
}

impl<'a> Place<'a> {
    pub(crate) fn key(self) -> &'a str {
        self.doc.span(self.cell.key)
    }

    pub(crate) const fn tag(self) -> u32 {
        self.cell.tag
    }

    pub(crate) const fn kind(self) -> Kind {
        self.cell.kind
    }

    pub(crate) fn text(self) -> &'a str {
        self.doc.span(self.cell.value)
    }

    pub(crate) const fn next(self) -> u32 {
        self.cell.next
    }
}

#[cfg(test)]
mod tests {
    use super::{Doc, Kind, Tape};
    use serde_json::{Map, Value};

    fn value(doc: Doc<'_>, at: usize) -> Value {
        let mut inside = doc.inside(at);
        let mut next = || {
            let child = inside.next()?;
            inside.start = doc.next(child);
            Some(child)
        };
        match doc.kind(at) {
            Kind::Null => Value::Null,
            Kind::True => true.into(),
            Kind::False => false.into(),
            Kind::Number => serde_json::from_str(doc.text(at)).unwrap(),
            Kind::Text => doc.text(at).into(),
            Kind::List => {
                let items = std::iter::from_fn(next).map(|item| value(doc, item));
                Value::Array(items.collect())
            }
            Kind::Object => {
                let mut fields = Map::new();
                while let Some(child) = next() {
                    fields.insert(doc.key(child).to_owned(), value(doc, child));
                }
                Value::Object(fields)
            }
        }
    }

    fn taken(text: &[u8]) -> Option<(Value, usize)> {
        let mut tape = Tape::default();
        let extent = tape.take(text)?;
        let doc = tape.doc(&text[..extent.length])?;
        Some((value(doc, 0), extent.length))
    }

    #[test]
    fn what_is_taken_is_what_the_general_reader_reads() {
        for text in [
            "{}",
            "{ \"a\" : [ ] , \"b\":{ }}",
            "{\"a\":[1,-2,3.50,0,-0,0.0,{\"b\":null}],\"c\":true,\"d\":false}",
            r#"{"e\"\\\/\b\f\n\r\t":"\u00e9\ud83d\udc3B x","":"größe 🐻"}"#,
            "{\"a\":\"0123456701234567\",\"b\":\"012345670123456\",\"c\":\"\"}",
            "{\"a\":1,\"a\":2}",
            "{\"a\":12345678901234567890123}",
        ] {
            let (value, length) = taken(text.as_bytes()).expect(text);
            assert_eq!(
                value,
                serde_json::from_str::<Value>(text).unwrap(),
                "{text}"
            );
            assert_eq!(length, text.len(), "{text}");
            for end in 0..text.len() {
                assert_eq!(taken(&text.as_bytes()[..end]), None, "{text} to {end}");
            }
        }
    }

    #[test]
    fn what_is_no_json_is_not_taken() {
        for text in [
            "",
            "[]",
            "1",
            " {}",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\":[1,]}",
            "{\"a\":[1 2]}",
            "{\"a\":01}",
            "{\"a\":1.}",
            "{\"a\":.5}",
            "{\"a\":-}",
            "{\"a\":+1}",
            "{\"a\":1e999}",
            "{\"a\":tru}",
            "{\"a\":nulL}",
            "{\"a\":\"\n\"}",
            "{\"a\":\"\\x\"}",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":\"\\ud800\\u0041\"}",
            "{\"a\":\"\\udc00\"}",
            "{\"a\":\"\\u00g0\"}",
            "{\"a\":1]",
            "{\"a\":[1}",
        ] {
            assert_eq!(taken(text.as_bytes()), None, "{text}");
        }
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(5000), "]".repeat(5000));
        assert_eq!(taken(deep.as_bytes()), None);
        assert_eq!(taken(b"{\"a\":\"\xFF\"}"), None);
    }

    #[test]
    fn a_member_is_found_in_any_case_and_the_last_of_its_name_counts() {
        let text = br#"{"Name":1,"name":2,"NAME":3,"name":4,"other":5}"#;
        let mut tape = Tape::default();
        let extent = tape.take(text).unwrap();
        let doc = tape.doc(&text[..extent.length]).unwrap();
        let at = |key: &str| doc.member(0, key).map(|at| doc.text(at));
        assert_eq!(at("name"), Some("4"));
        assert_eq!(at("Name"), Some("1"));
        // As the general reader, which has its keys in order.
        assert_eq!(at("nAME"), Some("3"));
        assert_eq!(at("namf"), None);
        let lines = tape.take(b"{\n \"a\":\n 1}\n").unwrap();
        assert_eq!((lines.lines, lines.line_start, lines.length), (2, 8, 11));
    }
}
