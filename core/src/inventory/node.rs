//! Reading JSON that is flattened or not, in any case of its keys.

use serde_json::{Number, Value};

/// A place in a JSON value; reading on from a place that is not there stays there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'a>(pub(super) Option<&'a Value>);

impl<'a> Node<'a> {
    /// The member of that name, in any case: PowerShell writes `StorageProfile`.
    pub(super) fn get(self, key: &str) -> Self {
        let members = self.0.and_then(Value::as_object);
        let found = members.and_then(|members| {
            members.get(key).or_else(|| {
                let mut members = members.iter();
                let member = members.find(|(name, _)| name.eq_ignore_ascii_case(key));
                member.map(|(_, value)| value)
            })
        });
        Self(found.filter(|value| !value.is_null()))
    }

    /// Members within members, separated by dots.
    pub(super) fn at(self, path: &str) -> Self {
        path.split('.').fold(self, Self::get)
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

    pub(super) fn exists(self) -> bool {
        self.0.is_some()
    }

    /// A text that is not empty.
    pub(super) fn text(self) -> Option<&'a str> {
        self.0
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    }

    /// Yes or no, also where a shell made a text of it.
    pub(super) fn bool(self) -> Option<bool> {
        match self.0? {
            Value::Bool(value) => Some(*value),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// A whole number.
    pub(super) fn integer(self) -> Option<i64> {
        match self.0? {
            Value::Number(number) => number.as_i64().or_else(|| whole(number)),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The entries of a list; of a single object, that object.
    pub(super) fn list(self) -> impl Iterator<Item = Self> {
        let (one, many) = match self.0 {
            Some(Value::Array(entries)) => (None, entries.as_slice()),
            one => (one, [].as_slice()),
        };
        let many = many.iter().map(Some).chain(one.map(Some));
        many.map(Self)
    }

    /// The texts of a list.
    pub(super) fn texts(self) -> Vec<String> {
        let texts = self.list().filter_map(Self::text);
        texts.map(str::to_owned).collect()
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
    use serde_json::json;

    #[test]
    fn a_whole_number_may_be_written_with_a_point_or_as_a_text() {
        for (written, number) in [
            (json!(128), Some(128)),
            (json!(128.0), Some(128)),
            (json!(-4.0), Some(-4)),
            (json!("128"), Some(128)),
            (json!(128.5), None),
            (json!(1e30), None),
            (json!(true), None),
        ] {
            assert_eq!(Node(Some(&written)).integer(), number, "{written}");
        }
    }
}
