//! JSON as a value.

use super::{Bracket, Sink};
use serde_json::{Map, Value};

/// A value in the making: what is open, each with the name of the field that comes next.
#[derive(Default)]
pub(super) struct Tree {
    whole: Value,
    open: Vec<(Value, String)>,
}

impl Tree {
    pub(super) fn done(self) -> Value {
        self.whole
    }
}

impl Sink for Tree {
    #[inline(never)]
    fn word(&mut self, word: Value) {
        match self.open.last_mut() {
            Some((Value::Array(items), _)) => items.push(word),
            Some((Value::Object(fields), name)) => {
                fields.insert(std::mem::take(name), word);
            }
            _ => self.whole = word,
        }
    }

    fn text(&mut self, text: &str) {
        self.word(Value::String(text.to_owned()));
    }

    fn begin(&mut self, bracket: Bracket) {
        let empty = match bracket {
            Bracket::Object => Value::Object(Map::new()),
            Bracket::List => Value::Array(Vec::new()),
        };
        self.open.push((empty, String::new()));
    }

    fn name(&mut self, name: &str) {
        if let Some((_, next)) = self.open.last_mut() {
            name.clone_into(next);
        }
    }

    fn end(&mut self, _bracket: Bracket) {
        if let Some((value, _)) = self.open.pop() {
            self.word(value);
        }
    }
}
