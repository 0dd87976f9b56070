//! JSON as people read it.

use js_sys::JSON;
use wasm_bindgen::JsValue;

/// The same with a line a value; as it came where it can't be read.
#[must_use]
pub fn indented(text: &str) -> String {
    let indented = JSON::parse(text).and_then(|value| {
        JSON::stringify_with_replacer_and_space(&value, &JsValue::NULL, &2.into())
    });
    indented.map_or_else(|_| text.to_owned(), String::from)
}
