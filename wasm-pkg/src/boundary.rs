//! Arguments come as JSON text and become a [`Value`]; answers leave as JavaScript objects.
//!
//! Text on the way in: `JSON.stringify` leaves out what is `undefined`, as JavaScript callers expect, and
//! one parser serves every type. Objects on the way out: nothing is printed only to be parsed again.

use rplab_core::api::InputError;
use rplab_core::json;
use serde::Serialize;
use serde_json::Value;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

/// The largest whole number that JavaScript counts to without gaps.
const LARGEST: u64 = 1 << 53;

/// An argument.
pub(crate) fn read(text: &str) -> Result<Value, JsValue> {
    argument(text).map_err(refuse)
}

fn argument(text: &str) -> Result<Value, InputError> {
    let value = json::parse(text).map_err(|error| error_of("NotJson", "", error.to_string()))?;
    countable(value, "input")
}

/// An argument that may be left out.
pub(crate) fn read_optional(text: Option<String>) -> Result<Option<Value>, JsValue> {
    text.map(|text| read(&text)).transpose()
}

/// What a function of the engine answers.
pub(crate) fn answer(value: Result<Value, InputError>) -> Result<JsValue, JsValue> {
    let value = value
        .and_then(|value| countable(value, "answer"))
        .map_err(refuse)?;
    object(&value).map_err(JsValue::from)
}

/// A value as JSON text, for what is large.
pub(crate) fn text(value: Value) -> Result<String, JsValue> {
    let value = countable(value, "answer").map_err(refuse)?;
    Ok(value.to_string())
}

/// The value as JavaScript has it: plain objects and numbers.
fn object(value: &Value) -> Result<JsValue, serde_wasm_bindgen::Error> {
    value.serialize(&Serializer::json_compatible())
}

/// An error as it is thrown: an object with `code`, `path` and `message`.
pub(crate) fn refuse(error: InputError) -> JsValue {
    let thrown = object(&json::write(&error));
    thrown.unwrap_or_else(|_| JsValue::from_str(&error.message))
}

fn error_of(code: &str, path: &str, message: String) -> InputError {
    InputError {
        code: code.to_owned(),
        path: path.to_owned(),
        message,
    }
}

fn countable(value: Value, what: &str) -> Result<Value, InputError> {
    if !holds_uncountable(&value) {
        return Ok(value);
    }
    let path = path_of_uncountable(&value).unwrap_or_default();
    let message = format!(
        "{path}: the {what} holds a number beyond 2^53, which JavaScript does not hold exactly; ask about less at once"
    );
    Err(error_of("NumberTooLarge", &path, message))
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
        let refused = |text: &str| {
            let error = argument(text).unwrap_err();
            (error.code, error.path)
        };
        assert!(argument(r#"{"a":[9007199254740992, -9007199254740992]}"#).is_ok());
        let too_large = |path: &str| ("NumberTooLarge".to_owned(), path.to_owned());
        assert_eq!(
            refused(r#"{"a":[0,{"b":9007199254740993}]}"#),
            too_large("a[1].b")
        );
        assert_eq!(refused(r#"{"z":-9007199254740993}"#), too_large("z"));
        let answer = countable(serde_json::json!([1, u64::MAX]), "answer");
        assert_eq!(answer.unwrap_err().path, "[1]");
    }

    #[test]
    fn text_that_is_not_json_is_refused() {
        assert_eq!(argument("{").unwrap_err().code, "NotJson");
    }
}
