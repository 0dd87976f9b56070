//! Errors as RFC 9457 `application/problem+json`.

use serde::{Deserialize, Serialize};

/// An error as the API answers it. Nothing of the inside is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The HTTP status again.
    pub status: u16,
    /// What happened, the same words for every problem of a kind.
    pub title: String,
    /// What it means here and what to do.
    pub detail: String,
    /// The log has the same id.
    pub correlation_id: String,
}

impl Problem {
    /// The media type of a problem.
    pub const MEDIA_TYPE: &'static str = "application/problem+json";
}
