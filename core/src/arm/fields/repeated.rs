//! JSON texts in which a name stands twice.

use serde_json::Value;

/// A name that stands twice in one object of a JSON text, in any case.
pub(in crate::arm) fn repeated(text: &str) -> Option<String> {
    let mut objects: Vec<Option<Vec<String>>> = Vec::new();
    let mut rest = text.char_indices();
    let mut last: Option<String> = None;
    while let Some((at, c)) = rest.next() {
        match c {
            '{' => objects.push(Some(Vec::new())),
            '[' => objects.push(None),
            '}' | ']' => drop(objects.pop()),
            '"' => {
                let mut end = at;
                while let Some((place, c)) = rest.next() {
                    end = place;
                    match c {
                        '\\' => drop(rest.next()),
                        '"' => break,
                        _ => {}
                    }
                }
                let quoted = text.get(at..=end).unwrap_or_default();
                last = Some(if quoted.contains('\\') {
                    match crate::json::parse(quoted) {
                        Ok(Value::String(name)) => name,
                        _ => String::new(),
                    }
                } else {
                    quoted.trim_matches('"').to_owned()
                });
            }
            ':' => {
                let name = last.take().unwrap_or_default();
                if let Some(Some(names)) = objects.last_mut() {
                    if names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
                        return Some(name);
                    }
                    names.push(name);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::repeated;

    #[test]
    fn a_name_that_stands_twice_in_one_object_is_found() {
        assert_eq!(
            repeated(r#"{"a":{"b":1},"b":"a:b","c":[{"b":1},{"b":2}]}"#),
            None
        );
        for text in [
            r#"{"a":1,"a":2}"#,
            r#"{"x":{"a":1,"A":2}}"#,
            r#"[{"a":1,"\u0061":"b"}]"#,
            r#"{"a":"\"","b":[],"a":{}}"#,
        ] {
            assert!(
                repeated(text).is_some_and(|name| name.eq_ignore_ascii_case("a")),
                "{text}"
            );
        }
    }
}
