//! The table as a writer without this store sees it.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, AttributeValue as A},
};
use serde_json::Value;

use crate::backend::Place;

/// An item as the client has it.
pub type Item = HashMap<String, AttributeValue>;

/// Items that today's orchestrators have written.
pub const WRITER_COMPLETED: &str =
    include_str!("../../../status-model/tests/fixtures/item_writer_completed.json");
pub const TRACKER_COMPLETED: &str =
    include_str!("../../../status-model/tests/fixtures/item_tracker_completed.json");
pub const TRACKER_PDF_FAILED: &str =
    include_str!("../../../status-model/tests/fixtures/item_tracker_pdf_failed.json");

/// An item of `DynamoDB`'s typed JSON.
pub fn item(json: &str) -> Item {
    let Value::Object(attributes) = serde_json::from_str(json).unwrap() else {
        panic!("no object: {json}")
    };
    attributes
        .iter()
        .map(|(k, v)| (k.clone(), value(v)))
        .collect()
}

fn value(typed: &Value) -> AttributeValue {
    let (kind, value_of) = typed.as_object().unwrap().iter().next().unwrap();
    match (kind.as_str(), value_of) {
        ("S", Value::String(text)) => A::S(text.clone()),
        ("N", Value::String(digits)) => A::N(digits.clone()),
        ("M", Value::Object(map)) => A::M(map.iter().map(|(k, v)| (k.clone(), value(v))).collect()),
        _ => panic!("not in the fixtures: {typed}"),
    }
}

/// A text as it stands in the table.
pub fn text(text: &str) -> AttributeValue {
    A::S(text.to_owned())
}

/// An agent's map of nothing but texts.
pub fn map<const N: usize>(texts: [(&str, &str); N]) -> AttributeValue {
    A::M(
        texts
            .map(|(name, value)| (name.to_owned(), text(value)))
            .into(),
    )
}

/// A session of nothing but texts.
pub fn session<const N: usize>(id: &str, texts: [(&str, &str); N]) -> Item {
    let mut item: Item = texts
        .map(|(name, value)| (name.to_owned(), text(value)))
        .into();
    item.insert("sessionId".to_owned(), text(id));
    item
}

pub async fn put(place: &Place, item: Item) {
    let client = place.client().await;
    let put = client.put_item().table_name(place.name());
    put.set_item(Some(item)).send().await.unwrap();
}

/// What stands under the key, to the letter.
pub async fn get(place: &Place, id: &str) -> Item {
    let get = place.client().await.get_item().table_name(place.name());
    let answer = get.key("sessionId", text(id)).consistent_read(true).send();
    answer.await.unwrap().item.unwrap()
}

/// Puts one attribute, as Python's writers do, whatever stands there.
pub async fn set(place: &Place, id: &str, name: &str, value: AttributeValue) {
    let client: Client = place.client().await;
    client
        .update_item()
        .table_name(place.name())
        .key("sessionId", text(id))
        .update_expression("SET #name = :value, lastUpdated = :now")
        .expression_attribute_names("#name", name)
        .expression_attribute_values(":value", value)
        .expression_attribute_values(":now", text("2026-11-22T11:59:00.123456+00:00"))
        .send()
        .await
        .unwrap();
}
