//! A document that is to be processed, as one line of JSON names it.

use rand::{Rng, RngExt};
use serde::Deserialize;
use status_model::{SessionId, SourceType, change::StartSession};

/// A document that is to be processed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The session under which its processing is reported.
    pub session_id: SessionId,
    /// Ties it to the other systems' logs.
    pub correlation_id: String,
    /// The document.
    pub document_id: String,
    /// Whose document; never [`SourceType::Other`].
    pub source_type: SourceType,
    /// Where the document lies, passed through to the agents.
    pub location: Location,
    /// What is to be done with it, passed through to the agents.
    pub action: Option<String>,
}

/// Where a document lies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// As in `s3://bucket/BANK/FAB_26933659.pdf`.
    pub s3_uri: Option<String>,
    /// The bucket.
    pub s3_bucket: Option<String>,
    /// The key in the bucket.
    pub s3_key: Option<String>,
}

/// Why a line names no document.
#[derive(Debug, thiserror::Error)]
pub enum InvalidDocument {
    /// Not a JSON object, or one with a field that is missing, unknown or of another type.
    #[error("{0}")]
    Json(String),
    /// A field without a text.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// A source type outside the vocabulary.
    #[error("sourceType is {0:?}; it has to be BANK or COUNTERPARTY")]
    SourceType(String),
}

/// The fields of a line, under either name in use.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(default, rename = "sessionId", alias = "session_id")]
    session_id: Option<SessionId>,
    #[serde(default, rename = "correlationId", alias = "correlation_id")]
    correlation_id: Option<String>,
    #[serde(rename = "documentId", alias = "document_id")]
    document_id: String,
    #[serde(rename = "sourceType", alias = "source_type")]
    source_type: SourceType,
    #[serde(default, rename = "s3Uri", alias = "s3_uri")]
    s3_uri: Option<String>,
    #[serde(default, rename = "s3Bucket", alias = "s3_bucket")]
    s3_bucket: Option<String>,
    #[serde(default, rename = "s3Key", alias = "s3_key")]
    s3_key: Option<String>,
    #[serde(default)]
    action: Option<String>,
}

impl Document {
    /// Reads a document from one line of JSON. Ids that it does not name are made up:
    /// `session-` with 32 hexadecimal digits, `corr_` with 12.
    ///
    /// # Errors
    /// Where the line is no JSON object, lacks `documentId` or `sourceType`, or has a field that
    /// nobody here knows: a misspelt name must not go unnoticed.
    pub fn from_json(line: &str, random: &mut impl Rng) -> Result<Self, InvalidDocument> {
        if !line.trim_start().starts_with('{') {
            // Otherwise an array would be read, field by field.
            return Err(InvalidDocument::Json("not a JSON object".to_owned()));
        }
        let line: Line = serde_json::from_str(line).map_err(|e| InvalidDocument::json(&e))?;
        let correlation_id = line
            .correlation_id
            .unwrap_or_else(|| format!("corr_{:012x}", random.random::<u64>() >> 16));
        for (name, text) in [
            ("correlationId", &correlation_id),
            ("documentId", &line.document_id),
        ] {
            if text.trim().is_empty() {
                return Err(InvalidDocument::Empty(name));
            }
        }
        if let SourceType::Other(word) = line.source_type {
            return Err(InvalidDocument::SourceType(word));
        }
        let session_id = match line.session_id {
            Some(id) => id,
            None => format!("session-{:032x}", random.random::<u128>())
                .parse()
                .map_err(|error| InvalidDocument::Json(format!("{error}")))?,
        };
        Ok(Self {
            session_id,
            correlation_id,
            document_id: line.document_id,
            source_type: line.source_type,
            location: Location {
                s3_uri: line.s3_uri,
                s3_bucket: line.s3_bucket,
                s3_key: line.s3_key,
            },
            action: line.action,
        })
    }

    /// What is known of the session at its start.
    #[must_use]
    pub fn start(&self) -> StartSession {
        StartSession {
            correlation_id: Some(self.correlation_id.clone()),
            document_id: Some(self.document_id.clone()),
            source_type: Some(self.source_type.clone()),
        }
    }
}

impl InvalidDocument {
    /// The parser's words with the column alone: it always takes its text for line 1.
    fn json(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let text = error.to_string();
        let place = format!(" at line {line} column {column}");
        Self::Json(match text.strip_suffix(&place) {
            Some(text) => format!("{text} (column {column})"),
            None => text,
        })
    }
}

impl Location {
    /// The document's address: the one that is named, or else put together from its parts.
    #[must_use]
    pub fn path(&self) -> Option<String> {
        self.s3_uri.clone().or_else(|| {
            let (bucket, key) = (self.s3_bucket.as_ref()?, self.s3_key.as_ref()?);
            Some(format!("s3://{bucket}/{key}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

    use super::*;

    fn read(line: &str) -> Result<Document, InvalidDocument> {
        Document::from_json(line, &mut Xoshiro256PlusPlus::seed_from_u64(1))
    }

    #[test]
    fn both_ways_of_writing_names_are_read() {
        let camel = read(
            r#"{"sessionId":"s-1","correlationId":"c","documentId":"FAB_1","sourceType":"BANK",
                "s3Uri":"s3://b/k.pdf","s3Bucket":"b","s3Key":"k.pdf","action":"process"}"#,
        )
        .unwrap();
        let snake = read(
            r#"{"session_id":"s-1","correlation_id":"c","document_id":"FAB_1",
                "source_type":"BANK","s3_uri":"s3://b/k.pdf","s3_bucket":"b","s3_key":"k.pdf",
                "action":"process"}"#,
        )
        .unwrap();
        assert_eq!(camel, snake);
        assert_eq!(camel.session_id.as_str(), "s-1");
        assert_eq!(camel.source_type, SourceType::Bank);
        assert_eq!(camel.location.path().unwrap(), "s3://b/k.pdf");
        assert_eq!(camel.action.as_deref(), Some("process"));
    }

    #[test]
    fn ids_that_are_not_named_are_made_up() {
        let line = r#"{"documentId":"FAB_1","sourceType":"COUNTERPARTY"}"#;
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        let one = Document::from_json(line, &mut random).unwrap();
        let other = Document::from_json(line, &mut random).unwrap();
        let digits = |text: &str, prefix: &str| {
            let digits = text.strip_prefix(prefix).unwrap().to_owned();
            assert!(digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
            digits.len()
        };
        assert_eq!(digits(one.session_id.as_str(), "session-"), 32);
        assert_eq!(digits(&one.correlation_id, "corr_"), 12);
        assert_ne!(one.session_id, other.session_id);
        assert_ne!(one.correlation_id, other.correlation_id);
    }

    #[test]
    fn an_address_is_put_together_from_bucket_and_key() {
        let line =
            r#"{"documentId":"1","sourceType":"BANK","s3_bucket":"b","s3_key":"BANK/1.pdf"}"#;
        let document = read(line).unwrap();
        assert_eq!(document.location.path().unwrap(), "s3://b/BANK/1.pdf");
        let document = read(r#"{"documentId":"1","sourceType":"BANK","s3_key":"1.pdf"}"#).unwrap();
        assert_eq!(document.location.path(), None);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (line, said) in [
            ("", "not a JSON object"),
            (r#"["s","c","d","BANK"]"#, "not a JSON object"),
            ("{", "EOF while parsing an object (column 1)"),
            (r#"{"sourceType":"BANK"}"#, "missing field `documentId`"),
            (r#"{"documentId":"1"}"#, "missing field `sourceType`"),
            (
                r#"{"documentId":" ","sourceType":"BANK"}"#,
                "documentId is empty",
            ),
            (
                r#"{"documentId":"1","correlationId":"","sourceType":"BANK"}"#,
                "correlationId is empty",
            ),
            (
                r#"{"documentId":"1","sourceType":"bank"}"#,
                "sourceType is \"bank\"; it has to be BANK or COUNTERPARTY",
            ),
            (
                r#"{"documentId":"1","sourceType":"BANK","sesionId":"x"}"#,
                "unknown field `sesionId`",
            ),
            (
                r#"{"documentId":"1","document_id":"1","sourceType":"BANK"}"#,
                "duplicate field `documentId`",
            ),
            (
                r#"{"documentId":"1","sourceType":"BANK","sessionId":"a b"}"#,
                "a session id has letters, digits",
            ),
        ] {
            let error = read(line).unwrap_err().to_string();
            assert!(error.contains(said), "{line}: {error}");
            assert!(!error.contains("line 1"), "{error}");
        }
    }
}
