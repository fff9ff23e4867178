//! Where reading is: a value, the way to it, and the first thing that did not fit.

use super::{Fields, ReadError};
use serde_json::{Map, Value};
use std::cell::Cell;
use std::fmt;

/// The first thing that did not fit; what comes after it is not noted.
#[derive(Default)]
pub(super) struct Refusal(Cell<Option<ReadError>>);

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Refusal")
    }
}

impl Refusal {
    pub(super) fn take(&self) -> Option<ReadError> {
        self.0.take()
    }

    fn note(&self, error: impl FnOnce() -> ReadError) {
        self.0.set(Some(self.0.take().unwrap_or_else(error)));
    }
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Field(&'a str),
    Item(usize),
}

/// A place in the JSON that is read.
///
/// A place without a value is one that was left out, or one below something that did not fit. What is read
/// there is blank, and nothing is refused.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    value: Option<&'a Value>,
    way: Option<(&'a Place<'a>, Step<'a>)>,
    refusal: &'a Refusal,
}

impl<'a> Place<'a> {
    pub(super) const fn whole(value: &'a Value, refusal: &'a Refusal) -> Self {
        Self {
            value: Some(value),
            way: None,
            refusal,
        }
    }

    pub(crate) const fn field(&'a self, name: &'a str, value: Option<&'a Value>) -> Self {
        Self {
            value,
            way: Some((self, Step::Field(name))),
            refusal: self.refusal,
        }
    }

    pub(super) const fn item(&'a self, index: usize, value: Option<&'a Value>) -> Self {
        Self {
            value,
            way: Some((self, Step::Item(index))),
            refusal: self.refusal,
        }
    }

    /// What is there.
    pub(crate) const fn value(&self) -> Option<&'a Value> {
        self.value
    }

    /// Notes what does not fit here.
    #[inline(never)]
    pub(crate) fn refuse(&self, message: String) {
        self.refusal.note(|| {
            let mut error = ReadError::new(message);
            let mut way = self.way;
            while let Some((outer, step)) = way {
                error = match step {
                    Step::Field(name) => error.inside(name),
                    Step::Item(index) => error.inside(&format!("[{index}]")),
                };
                way = outer.way;
            }
            error
        });
    }

    /// Notes what was expected here, if something else is there.
    #[inline(never)]
    pub(crate) fn expected(&self, what: &str) {
        let found = match self.value {
            None => return,
            Some(Value::Null) => "nothing".to_owned(),
            Some(Value::Array(_)) => "a list".to_owned(),
            Some(Value::Object(_)) => "an object".to_owned(),
            Some(Value::String(text)) => format!("the text `{text}`"),
            Some(Value::Bool(value)) => value.to_string(),
            Some(Value::Number(number)) => number.to_string(),
        };
        self.refuse(format!("expected {what}, found {found}"));
    }

    /// The text here.
    #[inline(never)]
    pub(crate) fn text(&self) -> Option<&'a str> {
        let text = self.value.and_then(Value::as_str);
        if text.is_none() {
            self.expected("a text");
        }
        text
    }

    /// What the text here stands for.
    pub(crate) fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(&self) -> Option<T> {
        match self.text()?.parse() {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.refuse(error.to_string());
                None
            }
        }
    }

    /// The whole number here, at most `max`; 0 where there is none.
    #[inline(never)]
    pub(super) fn whole_number(&self, max: u64) -> u64 {
        let number = self.value.and_then(Value::as_u64);
        if let Some(number) = number.filter(|number| *number <= max) {
            return number;
        }
        if max == u64::MAX {
            self.expected("a whole number, zero or more");
        } else {
            self.expected(&format!("a whole number from 0 to {max}"));
        }
        0
    }

    /// The list here.
    #[inline(never)]
    pub(super) fn list(&self) -> &'a [Value] {
        if let Some(Value::Array(items)) = self.value {
            return items;
        }
        self.expected("a list");
        &[]
    }

    /// The object here.
    #[inline(never)]
    pub(crate) fn object(&self) -> Option<&'a Map<String, Value>> {
        let fields = self.value.and_then(Value::as_object);
        if fields.is_none() {
            self.expected("an object");
        }
        fields
    }

    /// Begins to read the fields of a struct; see [`Fields`].
    #[inline(never)]
    pub(crate) fn fields(&'a self, names: &'static str) -> Fields<'a> {
        Fields::of_object(self, self.object(), names)
    }

    /// Begins to read a list of just `length` items.
    #[inline(never)]
    pub(crate) fn items(&'a self, length: usize) -> Fields<'a> {
        let mut items = self.list();
        if items.len() != length {
            if !items.is_empty() {
                self.refuse(format!("expected {length} items, found {}", items.len()));
            }
            items = &[];
        }
        Fields::of_list(self, items)
    }

    /// Which of the comma-separated `names` is here; [`usize::MAX`] where none is.
    #[inline(never)]
    pub(crate) fn one_of(&self, names: &'static str) -> usize {
        self.variant(names).0
    }

    /// Which variant is here, and the place of its content. `names` has the variants with commas between
    /// them, a `!` after each that has content. Where none fits it is [`usize::MAX`].
    #[inline(never)]
    pub(crate) fn variant(&'a self, names: &'static str) -> (usize, Place<'a>) {
        let (name, content) = match self.value {
            Some(Value::String(name)) => (name.as_str(), None),
            Some(Value::Object(fields)) if fields.len() == 1 => match fields.iter().next() {
                Some((name, content)) => (name.as_str(), Some(content)),
                None => ("", None),
            },
            _ => {
                self.expected("a word, or an object with one field");
                return (usize::MAX, self.field("", None));
            }
        };
        for (index, known) in names.split(',').enumerate() {
            let (known, wants) = match known.strip_suffix('!') {
                Some(known) => (known, true),
                None => (known, false),
            };
            if known != name {
                continue;
            }
            if wants != content.is_some() {
                let what = if wants { "needs a" } else { "has no" };
                self.refuse(format!("`{name}` {what} value"));
            }
            return (index, self.field(name, content));
        }
        self.refuse(format!(
            "unknown variant `{name}`, expected one of {}",
            listed(names)
        ));
        (usize::MAX, self.field("", None))
    }
}

/// Names for people, without marks and aliases.
pub(super) fn listed(names: &str) -> String {
    let mut list = String::new();
    for name in names.split(',') {
        let name = name.split(['|', '!']).next().unwrap_or_default();
        if !list.is_empty() {
            list.push_str(", ");
        }
        list.extend(["`", name, "`"]);
    }
    list
}
