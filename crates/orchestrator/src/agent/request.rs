//! What an agent is told.

use serde::Serialize;
use status_model::MatchClassification;

use crate::document::Document;

/// What an agent is told; the body of the HTTP request, in the agents' own names.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Request<'a> {
    /// The session.
    pub session_id: &'a str,
    /// Ties it to the other systems' logs.
    pub correlation_id: &'a str,
    /// The document.
    pub document_id: &'a str,
    /// `BANK` or `COUNTERPARTY`.
    pub source_type: &'a str,
    /// The document's address, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_path: Option<String>,
    /// The document's address, where it was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3_uri: Option<&'a str>,
    /// The document's bucket, where it was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3_bucket: Option<&'a str>,
    /// The document's key, where it was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3_key: Option<&'a str>,
    /// What is to be done, where it was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<&'a str>,
    /// The number of the try, from 1.
    pub attempt: u32,
    /// What the agents before have found.
    #[serde(flatten)]
    pub findings: Findings,
}

/// What the agents before have found, for those that follow.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Findings {
    /// Where the extracted text lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical_output_location: Option<String>,
    /// The trade: what extraction names, or else the document's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trade_id: Option<String>,
    /// Why exception management is asked: `EXTRACTION_FAILED` or `MATCHING_EXCEPTION`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_type: Option<&'static str>,
    /// How the match was judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_classification: Option<MatchClassification>,
    /// How sure the match is, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_score: Option<f64>,
    /// Why extraction failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
}

impl<'a> Request<'a> {
    /// The request for a document's `attempt`-th try, from 1.
    #[must_use]
    pub fn new(document: &'a Document, findings: &Findings, attempt: u32) -> Self {
        let location = &document.location;
        Self {
            session_id: document.session_id.as_str(),
            correlation_id: &document.correlation_id,
            document_id: &document.document_id,
            source_type: document.source_type.as_str(),
            document_path: location.path(),
            s3_uri: location.s3_uri.as_deref(),
            s3_bucket: location.s3_bucket.as_deref(),
            s3_key: location.s3_key.as_deref(),
            action: document.action.as_deref(),
            attempt,
            findings: findings.clone(),
        }
    }
}
