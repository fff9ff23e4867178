//! JSON text on one side, [`Value`] on the other.
//!
//! Text rather than a walk over JavaScript objects: the browser's own `JSON` is fast, the parser is in the
//! engine anyway, and nothing is generated per type.

use rplab_core::api::InputError;
use serde_json::Value;

/// The largest whole number that JavaScript counts to without gaps.
const LARGEST: u64 = 1 << 53;

/// An argument.
pub(crate) fn read(text: &str) -> Result<Value, String> {
    let value = serde_json::from_str(text)
        .map_err(|error| refuse(error_of("NotJson", "", error.to_string())))?;
    countable(value, "input")
}

/// An argument that may be left out.
pub(crate) fn read_optional(text: Option<String>) -> Result<Option<Value>, String> {
    text.map(|text| read(&text)).transpose()
}

/// What a function of the engine answers.
pub(crate) fn answer(value: Result<Value, InputError>) -> Result<String, String> {
    Ok(countable(value.map_err(refuse)?, "answer")?.to_string())
}

/// An error as it is thrown.
pub(crate) fn refuse(error: InputError) -> String {
    serde_json::to_string(&error).unwrap_or(error.message)
}

fn error_of(code: &str, path: &str, message: String) -> InputError {
    InputError {
        code: code.to_owned(),
        path: path.to_owned(),
        message,
    }
}

fn countable(value: Value, what: &str) -> Result<Value, String> {
    if !holds_uncountable(&value) {
        return Ok(value);
    }
    let path = path_of_uncountable(&value).unwrap_or_default();
    let message = format!("{path}: the {what} holds a number beyond 2^53");
    Err(refuse(error_of("NumberTooLarge", &path, message)))
}

/// Whether there is a whole number that JavaScript cannot hold exactly.
fn holds_uncountable(value: &Value) -> bool {
    match value {
        Value::Number(number) => number
            .as_u64()
            .or_else(|| number.as_i64().map(i64::unsigned_abs))
            .is_some_and(|size| size > LARGEST),
        Value::Array(items) => items.iter().any(holds_uncountable),
        Value::Object(fields) => fields.values().any(holds_uncountable),
        _ => false,
    }
}

/// Where the first such number is, such as `commands[3].at`. Apart from the check, which runs on every answer.
fn path_of_uncountable(value: &Value) -> Option<String> {
    let join = |step: String, rest: String| match rest.as_str() {
        "" => step,
        inner if inner.starts_with('[') => format!("{step}{inner}"),
        inner => format!("{step}.{inner}"),
    };
    match value {
        Value::Number(_) => holds_uncountable(value).then(String::new),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| Some(join(format!("[{index}]"), path_of_uncountable(item)?))),
        Value::Object(fields) => fields
            .iter()
            .find_map(|(name, field)| Some(join(name.clone(), path_of_uncountable(field)?))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_beyond_two_to_the_53_are_refused_with_their_place() {
        assert!(read(r#"{"a":[9007199254740992, -9007199254740992]}"#).is_ok());
        let thrown = read(r#"{"a":[0,{"b":9007199254740993}]}"#).unwrap_err();
        assert!(
            thrown.contains(r#""code":"NumberTooLarge","path":"a[1].b""#),
            "{thrown}"
        );
        assert!(
            read(r#"{"z":-9007199254740993}"#)
                .unwrap_err()
                .contains(r#""path":"z""#)
        );
        assert!(
            answer(Ok(serde_json::json!([1, u64::MAX])))
                .unwrap_err()
                .contains("[1]")
        );
    }

    #[test]
    fn text_that_is_not_json_is_refused() {
        assert!(read("{").unwrap_err().contains(r#""code":"NotJson""#));
    }
}
