//! JSON values as JavaScript objects.

use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    type Object;

    #[wasm_bindgen(constructor)]
    fn new() -> Object;

    #[wasm_bindgen(method, indexing_setter)]
    fn set(this: &Object, name: &str, value: &JsValue);

    type Array;

    #[wasm_bindgen(constructor)]
    fn new() -> Array;

    #[wasm_bindgen(method)]
    fn push(this: &Array, item: &JsValue);
}

/// The value as JavaScript has it. Whole numbers must be ones that JavaScript counts to.
pub(crate) fn object(value: &Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        Value::Bool(value) => JsValue::from_bool(*value),
        Value::Number(number) => JsValue::from_f64(number.as_f64().unwrap_or_default()),
        Value::String(text) => JsValue::from_str(text),
        Value::Array(items) => {
            let array = Array::new();
            for item in items {
                array.push(&object(item));
            }
            array.into()
        }
        Value::Object(fields) => {
            let made = Object::new();
            for (name, value) in fields {
                made.set(name, &object(value));
            }
            made.into()
        }
    }
}
