//! An attribute's value to JSON and back.

use std::{collections::HashMap, ops::RangeInclusive};

use aws_sdk_dynamodb::types::AttributeValue;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Number, Value};

/// An item as the client has it.
pub(super) type Item = HashMap<String, AttributeValue>;

/// The plain JSON of an item.
pub(super) fn plain(item: &Item) -> Map<String, Value> {
    let attributes = item.iter();
    attributes
        .map(|(name, value)| (name.clone(), untyped(value)))
        .collect()
}

/// An item of this plain JSON.
pub(super) fn item(plain: &Map<String, Value>) -> Item {
    let attributes = plain.iter();
    attributes
        .map(|(name, value)| (name.clone(), typed(value)))
        .collect()
}

/// A value as `DynamoDB` takes it.
pub(super) fn typed(value: &Value) -> AttributeValue {
    match value {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(flag) => AttributeValue::Bool(*flag),
        Value::Number(number) if has_place(number) => AttributeValue::N(number.to_string()),
        // Numbers are read from texts too.
        Value::Number(number) => AttributeValue::S(number.to_string()),
        Value::String(text) => AttributeValue::S(text.clone()),
        Value::Array(list) => AttributeValue::L(list.iter().map(typed).collect()),
        Value::Object(map) => AttributeValue::M(item(map)),
    }
}

/// Does a number of `DynamoDB`'s reach so far? Its digits, 38 of them, are always enough.
fn has_place(number: &Number) -> bool {
    const MAGNITUDES: RangeInclusive<f64> = 1e-130..=9.9e125;
    let number = number.as_f64().unwrap_or(f64::NAN);
    number == 0.0 || MAGNITUDES.contains(&number.abs())
}

fn untyped(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::Bool(flag) => (*flag).into(),
        AttributeValue::S(text) => text.as_str().into(),
        AttributeValue::N(digits) => untyped_number(digits),
        AttributeValue::B(bytes) => STANDARD.encode(bytes).into(),
        AttributeValue::L(list) => list.iter().map(untyped).collect(),
        AttributeValue::M(map) => Value::Object(plain(map)),
        AttributeValue::Ss(texts) => texts.iter().map(String::as_str).collect(),
        AttributeValue::Ns(numbers) => numbers.iter().map(|n| untyped_number(n)).collect(),
        AttributeValue::Bs(list) => list.iter().map(|bytes| STANDARD.encode(bytes)).collect(),
        // And what a later version of the service may have.
        _ => Value::Null,
    }
}

/// A number where JSON has one for it, else the digits as they are.
fn untyped_number(digits: &str) -> Value {
    let whole = digits.parse::<i64>().map(Number::from);
    let number = whole
        .or_else(|_| digits.parse::<u64>().map(Number::from))
        .ok()
        .or_else(|| digits.parse::<f64>().ok().and_then(Number::from_f64));
    number.map_or_else(|| digits.into(), Value::Number)
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::primitives::Blob;
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_the_same_there_and_back() {
        let plain = json!({
            "text": "a", "empty": "", "flag": true, "nothing": null,
            "whole": -7, "large": u64::MAX, "fraction": 92.300_000_000_000_01,
            "list": [1, "b", [], {}], "map": {"deep": {"deeper": [0.1]}},
        });
        let plain = plain.as_object().unwrap();
        assert_eq!(&super::plain(&item(plain)), plain);
    }

    #[test]
    fn a_number_that_has_no_place_there_is_kept_as_text() {
        for number in [2.225_073_858_507_201e-308, 1e300, -1e126] {
            let value = typed(&json!(number));
            let text = value.as_s().expect("no number");
            assert_eq!(text.parse(), Ok(number));
        }
        assert!(typed(&json!(0.0)).is_n());
    }

    #[test]
    fn what_only_others_write_is_read() {
        let blob = Blob::new(b"abc".as_slice());
        for (value, expected) in [
            (AttributeValue::B(blob.clone()), json!("YWJj")),
            (AttributeValue::Bs(vec![blob]), json!(["YWJj"])),
            (AttributeValue::Ss(vec!["a".into()]), json!(["a"])),
            (AttributeValue::Ns(vec!["1".into()]), json!([1])),
            (AttributeValue::N("1e3".into()), json!(1000.0)),
        ] {
            assert_eq!(untyped(&value), expected);
        }
    }
}
