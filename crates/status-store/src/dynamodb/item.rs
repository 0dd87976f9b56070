//! A session to its item and back.
//!
//! What an index is sorted by has to be a text that is not empty. So an empty text is left out,
//! which reads as unknown, and a session without a start has [something else](place) there.

use serde_json::{Map, Value};
use status_model::{
    Session,
    item::to_plain,
    read::{self, ReadError},
};

use super::{KeyName, place, schema::OVERALL_STATUS};

/// The session's attributes in a table whose key has this name.
pub(super) fn attributes(session: &Session, key: KeyName) -> Map<String, Value> {
    let mut plain = to_plain(session);
    if key != KeyName::SessionId
        && let Some(id) = plain.remove(KeyName::SessionId.as_str())
    {
        plain.insert(key.as_str().to_owned(), id);
    }
    for name in [OVERALL_STATUS, "documentId", "correlationId"] {
        if plain.get(name).and_then(Value::as_str) == Some("") {
            plain.remove(name);
        }
    }
    if let Some(text) = place::substitute(session) {
        plain.insert("createdAt".to_owned(), text.into());
    }
    plain
}

/// The session of an item's attributes.
pub(super) fn session(mut plain: Map<String, Value>) -> Result<Session, ReadError> {
    let created_at = plain.get("createdAt").and_then(Value::as_str);
    if created_at.is_some_and(place::is_substitute) {
        plain.remove("createdAt");
    }
    read::session(&Value::Object(plain))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn session_of(plain: &Value) -> Session {
        read::session(plain).unwrap()
    }

    #[test]
    fn a_session_is_the_same_there_and_back() {
        for plain in [
            json!({"sessionId": "s", "createdAt": "2026-11-22T08:31:59.737Z"}),
            json!({"sessionId": "s", "lastUpdated": "2026-11-22T08:31:59.737Z"}),
            json!({"sessionId": "s", "more": {"deep": [1]}}),
        ] {
            let given = session_of(&plain);
            for key in KeyName::ALL {
                let attributes = attributes(&given, key);
                assert_eq!(attributes[key.as_str()], "s");
                assert_eq!(
                    attributes.contains_key("sessionId"),
                    key == KeyName::SessionId
                );
                assert_eq!(session(attributes), Ok(given.clone()));
            }
        }
    }

    #[test]
    fn no_index_is_given_an_empty_text() {
        let plain = json!({"sessionId": "s", "documentId": "", "correlationId": ""});
        let attributes = attributes(&session_of(&plain), KeyName::SessionId);
        assert_eq!(attributes.get("documentId"), None);
        assert_eq!(attributes.get("correlationId"), None);
    }
}
