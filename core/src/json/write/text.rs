//! JSON as text, without white space and with fields as they come.

use super::{Bracket, Sink};
use crate::json;
use serde_json::Value;
use std::io::Write;

/// Writes to something that cannot fail, such as a digest.
pub(crate) struct Text<'a, W: Write> {
    to: &'a mut W,
    /// Whether a comma stands before what comes next.
    comma: bool,
}

impl<'a, W: Write> Text<'a, W> {
    pub(crate) fn new(to: &'a mut W) -> Self {
        Self { to, comma: false }
    }

    #[inline(never)]
    fn put(&mut self, text: &str) {
        let _endless = self.to.write_all(text.as_bytes());
    }

    fn quoted(&mut self, text: &str) {
        let is_plain = |byte| byte >= b' ' && byte != b'"' && byte != b'\\';
        if text.bytes().all(is_plain) {
            self.put("\"");
            self.put(text);
            self.put("\"");
        } else {
            self.put(&json::text(&Value::from(text)));
        }
    }

    fn next(&mut self) {
        if std::mem::replace(&mut self.comma, true) {
            self.put(",");
        }
    }
}

impl<W: Write> Sink for Text<'_, W> {
    fn word(&mut self, word: Value) {
        self.next();
        match word {
            Value::Null => self.put("null"),
            Value::Bool(true) => self.put("true"),
            Value::Bool(false) => self.put("false"),
            word => self.put(&json::text(&word)),
        }
    }

    fn text(&mut self, text: &str) {
        self.next();
        self.quoted(text);
    }

    fn begin(&mut self, bracket: Bracket) {
        self.next();
        self.comma = false;
        self.put(match bracket {
            Bracket::Object => "{",
            Bracket::List => "[",
        });
    }

    fn name(&mut self, name: &str) {
        self.text(name);
        self.put(":");
        self.comma = false;
    }

    fn end(&mut self, bracket: Bracket) {
        self.comma = true;
        self.put(match bracket {
            Bracket::Object => "}",
            Bracket::List => "]",
        });
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::Text;
    use crate::json::Write;
    use crate::json::write::Writer;

    pub(in super::super) fn text(value: &impl Write) -> String {
        let mut bytes = Vec::new();
        value.write(&mut Writer::new(&mut Text::new(&mut bytes)));
        String::from_utf8(bytes).unwrap()
    }
}
