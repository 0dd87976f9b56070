//! A document that is to be processed, in either form in which JSON names it.

use rand::{Rng, RngExt};
use serde::Deserialize;
use status_model::{SessionId, SourceType, change::StartSession};
use xxhash_rust::xxh3::xxh3_64;

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

/// Why a text names no document.
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
    /// Nobody says which document it is.
    #[error(
        "documentId is missing, and no s3Uri or s3Key names a file that it could be taken from"
    )]
    NoDocumentId,
    /// Nobody says whose document it is.
    #[error(
        "sourceType is missing, and no s3Uri or s3Key has a folder BANK or COUNTERPARTY that it \
         could be taken from"
    )]
    NoSourceType,
}

/// A document as it is written, in either form in use: with `sessionId`, `s3Uri` and `action`, or
/// with `session_id`, `document_id`, `source_type`, `s3_bucket` and `s3_key`. Every field is known
/// under both kinds of name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Written {
    #[serde(default, rename = "sessionId", alias = "session_id")]
    session_id: Option<SessionId>,
    #[serde(default, rename = "correlationId", alias = "correlation_id")]
    correlation_id: Option<String>,
    #[serde(default, rename = "documentId", alias = "document_id")]
    document_id: Option<String>,
    #[serde(default, rename = "sourceType", alias = "source_type")]
    source_type: Option<SourceType>,
    #[serde(default, rename = "s3Uri", alias = "s3_uri")]
    s3_uri: Option<String>,
    #[serde(default, rename = "s3Bucket", alias = "s3_bucket")]
    s3_bucket: Option<String>,
    #[serde(default, rename = "s3Key", alias = "s3_key")]
    s3_key: Option<String>,
    #[serde(default)]
    action: Option<String>,
}

impl Written {
    /// The document that is meant.
    ///
    /// What is not named is taken from where the document lies: `documentId` is its file's name
    /// without the ending, `sourceType` the folder `BANK` or `COUNTERPARTY`. A session's id that
    /// is not named is made up, `session-` with 32 hexadecimal digits; a correlation id that is
    /// not follows from the session's, `corr_` with 12, so that the same text read again means
    /// the same.
    ///
    /// # Errors
    /// Where a field is empty or no word of the vocabulary, or `documentId` or `sourceType` is
    /// neither named nor to be taken from anywhere.
    pub fn document(self, random: &mut impl Rng) -> Result<Document, InvalidDocument> {
        let location = Location {
            s3_uri: self.s3_uri,
            s3_bucket: self.s3_bucket,
            s3_key: self.s3_key,
        };
        let session_id = match self.session_id {
            Some(id) => id,
            None => format!("session-{:032x}", random.random::<u128>())
                .parse()
                .map_err(|error| InvalidDocument::Json(format!("{error}")))?,
        };
        let correlation_id = self.correlation_id.unwrap_or_else(|| {
            format!(
                "corr_{:012x}",
                xxh3_64(session_id.as_str().as_bytes()) >> 16
            )
        });
        let document_id = self
            .document_id
            .or_else(|| location.file_stem().map(str::to_owned))
            .ok_or(InvalidDocument::NoDocumentId)?;
        for (name, text) in [
            ("correlationId", &correlation_id),
            ("documentId", &document_id),
        ] {
            if text.trim().is_empty() {
                return Err(InvalidDocument::Empty(name));
            }
        }
        let source_type = match self.source_type.or_else(|| location.side()) {
            Some(SourceType::Other(word)) => return Err(InvalidDocument::SourceType(word)),
            Some(side) => side,
            None => return Err(InvalidDocument::NoSourceType),
        };
        Ok(Document {
            session_id,
            correlation_id,
            document_id,
            source_type,
            location,
            action: self.action,
        })
    }
}

impl Document {
    /// Reads a document from JSON, in either [form](Written).
    ///
    /// # Errors
    /// Where the text is no JSON object, has a field that nobody here knows (a misspelt name must
    /// not go unnoticed), or [means no document](Written::document).
    pub fn from_json(text: &str, random: &mut impl Rng) -> Result<Self, InvalidDocument> {
        if !text.trim_start().starts_with('{') {
            // Otherwise an array would be read, field by field.
            return Err(InvalidDocument::Json("not a JSON object".to_owned()));
        }
        let written: Written = serde_json::from_str(text).map_err(|e| InvalidDocument::json(&e))?;
        written.document(random)
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
    /// The parser's words with the column alone, which is the last line's: whoever has the text
    /// knows on which of its lines it stands.
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

    /// Its folders and its file, without scheme and bucket, in each way in which they are named.
    fn paths(&self) -> impl Iterator<Item = &str> {
        let of_uri = self.s3_uri.as_deref().and_then(|uri| {
            let (_, path) = uri.strip_prefix("s3://")?.split_once('/')?;
            Some(path)
        });
        of_uri.into_iter().chain(self.s3_key.as_deref())
    }

    /// The file's name without its ending.
    fn file_stem(&self) -> Option<&str> {
        self.paths().find_map(|path| {
            let file = path.rsplit_once('/').map_or(path, |(_, file)| file);
            let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
            (!stem.is_empty()).then_some(stem)
        })
    }

    /// The side whose folder it lies in; of several, the innermost.
    fn side(&self) -> Option<SourceType> {
        let mut folders = self.paths().flat_map(|path| path.split('/').rev().skip(1));
        folders.find_map(|folder| {
            [SourceType::Bank, SourceType::Counterparty]
                .into_iter()
                .find(|side| folder.eq_ignore_ascii_case(side.as_str()))
        })
    }
}

#[cfg(test)]
mod tests;
