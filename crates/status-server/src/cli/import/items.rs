//! A text to the items in it.

use std::io::{self, BufRead};

use serde_json::Value;
use status_model::{Session, item};

use crate::cli::objects::{Object, Objects, Place};

/// An item of the table has at most 400 kB; typed JSON with indentation is some times larger.
const MAX_ITEM: usize = 16 * 1024 * 1024;

/// An item, or what stands where one should.
pub(super) struct Item {
    /// Where it stands.
    pub(super) place: Place,
    /// The session that it is, or why it is none.
    pub(super) session: Result<Box<Session>, String>,
}

/// The items of a text.
pub(super) struct Items<R>(Objects<R>);

impl<R: BufRead> Items<R> {
    pub(super) const fn new(input: R) -> Self {
        Self(Objects::new(input, MAX_ITEM, is_item))
    }
}

impl<R: BufRead> Iterator for Items<R> {
    type Item = io::Result<Item>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = self.0.next()?;
        Some(read.map(|Object { place, text }| {
            Item {
                place,
                session: text
                    .ok_or_else(|| "it is longer than any item of a table".to_owned())
                    .and_then(|text| session(&text)),
            }
        }))
    }
}

fn session(text: &[u8]) -> Result<Box<Session>, String> {
    let value: Value = serde_json::from_slice(text).map_err(|error| {
        let text = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let reason = text.strip_suffix(&place).unwrap_or(&text);
        format!("it is no JSON: {reason} (column {})", error.column())
    })?;
    if value.get("Items").is_some_and(Value::is_array) {
        return Err(
            "it is the answer of a scan with many items in it; make one item a line of \
                    them with: jq -c '.Items[]'"
                .to_owned(),
        );
    }
    item::from_typed(&value)
        .map(Box::new)
        .map_err(|error| error.to_string())
}

fn is_item(line: &[u8]) -> bool {
    serde_json::from_slice(line).is_ok_and(|value: Value| item::from_typed(&value).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, Result<String, String>)> {
        Items::new(text.as_bytes())
            .map(|item| {
                let Item { place, session } = item.unwrap();
                let id = session.map(|session| session.session_id.to_string());
                (place.to_string(), id)
            })
            .collect()
    }

    fn good(place: &str, id: &str) -> (String, Result<String, String>) {
        (place.to_owned(), Ok(id.to_owned()))
    }

    const ONE: &str = r#"{"sessionId":{"S":"one"}}"#;
    const TWO: &str = r#"{"Item":{"processing_id":{"S":"two"}}}"#;
    const SPREAD: &str = "{\n  \"sessionId\": {\n    \"S\": \"spread\"\n  }\n}";

    #[test]
    fn one_item_a_line_bare_or_wrapped() {
        assert_eq!(
            read(&format!("{ONE}\n\n{TWO}\r\n")),
            [good("line 1", "one"), good("line 3", "two")]
        );
        assert_eq!(read(""), []);
        assert_eq!(read("\n \n"), []);
    }

    #[test]
    fn items_that_are_spread_over_lines() {
        assert_eq!(read(SPREAD), [good("lines 1 to 5", "spread")]);
        assert_eq!(
            read(&format!("{SPREAD}\n{ONE}\n{SPREAD}\n")),
            [
                good("lines 1 to 5", "spread"),
                good("line 6", "one"),
                good("lines 7 to 11", "spread")
            ]
        );
    }

    #[test]
    fn brackets_and_quotes_within_texts_are_texts() {
        let item = r#"{"sessionId":{"S":"x"},"activity":{"S":"a \" } ] { [ \\"}}"#;
        assert_eq!(read(&format!("{item}\n{ONE}")).len(), 2);
        assert!(read(item)[0].1.is_ok());
    }

    #[test]
    fn what_can_not_be_read_is_named_and_the_others_are_read() {
        for (broken, place, reason) in [
            ("{\"sessionId\": {\"S\": \"cut", "line 2", "it is no JSON"),
            (
                "{\"sessionId\": {\"S\": \"cut\"}",
                "line 2",
                "it is no JSON",
            ),
            ("{\"sessionId\":\n{\"S\":", "lines 2 to 3", "it is no JSON"),
            ("}", "line 2", "it is no JSON"),
            ("nonsense", "line 2", "it is no JSON"),
            ("[1]", "line 2", "not an object"),
            ("{}", "line 2", "no sessionId"),
            (
                "{\"sessionId\":\"plain\"}",
                "line 2",
                "attribute sessionId is not",
            ),
            (
                "{\"sessionId\":{\"S\":\"a b\"}}",
                "line 2",
                "a session id has",
            ),
            (
                "{\"Items\":[],\"Count\":0}",
                "line 2",
                "it is the answer of a scan",
            ),
        ] {
            let items = read(&format!("{ONE}\n{broken}\n{TWO}"));
            assert_eq!(items.len(), 3, "{broken}: {items:?}");
            assert!(items[0].1.is_ok() && items[2].1.is_ok(), "{items:?}");
            assert_eq!(items[1].0, place, "{broken}");
            let error = items[1].1.as_ref().unwrap_err();
            assert!(error.starts_with(reason), "{broken}: {error}");
        }
    }

    #[test]
    fn an_item_that_has_no_end_is_named_at_the_end() {
        let items = read(&format!("{ONE}\n{{\n\"a\":"));
        assert_eq!(items.len(), 2);
        assert_eq!(items[1].0, "lines 2 to 3");
        assert!(items[1].1.is_err());
    }
}
