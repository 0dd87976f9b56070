//! A session to its columns and back.

use rusqlite::ToSql;
use status_model::{
    Session, SessionId, Timestamp,
    api::overview,
    item,
    read::{self, ReadError},
    truth,
};

use crate::StoreError;

/// The time of a session without any: before every other.
pub(super) const NO_TIME: i64 = i64::MIN;
/// After every other time: the start of a session that has none, and what never comes.
pub(super) const NEVER: i64 = i64::MAX;

/// The columns of table `session`, in the order of [`Row::values`].
pub(super) const COLUMNS: [&str; 17] = [
    "id",
    "version",
    "sort_time",
    "status",
    "source_type",
    "document_id",
    "correlation_id",
    "expires_at",
    "matched",
    "has_error",
    "open_since",
    "progress_at",
    "ended_at",
    "input_tokens",
    "output_tokens",
    "tokens_partial",
    "item",
];

/// A session as it stands in the table.
#[derive(Debug)]
pub(super) struct Row {
    id: String,
    version: Option<u64>,
    sort_time: i64,
    status: String,
    source_type: Option<String>,
    document_id: Option<String>,
    correlation_id: Option<String>,
    expires_at: i64,
    matched: bool,
    has_error: bool,
    open_since: Option<i64>,
    progress_at: Option<i64>,
    ended_at: Option<i64>,
    input_tokens: i64,
    output_tokens: i64,
    tokens_partial: bool,
    item: String,
}

impl Row {
    /// Each column's value.
    pub(super) fn values(&self) -> [&dyn ToSql; COLUMNS.len()] {
        [
            &self.id,
            &self.version,
            &self.sort_time,
            &self.status,
            &self.source_type,
            &self.document_id,
            &self.correlation_id,
            &self.expires_at,
            &self.matched,
            &self.has_error,
            &self.open_since,
            &self.progress_at,
            &self.ended_at,
            &self.input_tokens,
            &self.output_tokens,
            &self.tokens_partial,
            &self.item,
        ]
    }
}

impl TryFrom<&Session> for Row {
    type Error = StoreError;

    fn try_from(session: &Session) -> Result<Self, StoreError> {
        let item = serde_json::to_string(&item::to_plain(session))
            .map_err(|error| StoreError::Refused(format!("{}: {error}", session.session_id)))?;
        let is_final = session.overall_status.is_final();
        let millis = |time: Option<Timestamp>| time.map(Timestamp::unix_millis);
        let tokens = truth::total_token_usage(session);
        let count = |tokens: u64| i64::try_from(tokens).unwrap_or(i64::MAX);
        Ok(Self {
            id: session.session_id.to_string(),
            version: session.version,
            sort_time: sort_key(session.sort_time()),
            status: session.overall_status.to_string(),
            source_type: session.source_type.as_ref().map(ToString::to_string),
            document_id: session.document_id.clone(),
            correlation_id: session.correlation_id.clone(),
            expires_at: expiry(session.expires_at),
            matched: overview::is_matched(session),
            has_error: session.agents.first_failed().is_some(),
            open_since: (!is_final).then(|| millis(truth::start(session)).unwrap_or(NEVER)),
            progress_at: millis(truth::last_progress(session)),
            ended_at: millis(truth::end(session)),
            input_tokens: count(tokens.known.input),
            output_tokens: count(tokens.known.output),
            tokens_partial: tokens.partial,
            item,
        })
    }
}

/// The column of when a session expires.
pub(super) fn expiry(expires_at: Option<i64>) -> i64 {
    expires_at.unwrap_or(NEVER)
}

/// A time's place in a listing.
pub(super) fn sort_key(time: Option<Timestamp>) -> i64 {
    time.map_or(NO_TIME, Timestamp::unix_millis)
}

/// The time at a place in a listing.
pub(super) fn sort_time(key: i64) -> Option<Timestamp> {
    (key != NO_TIME).then(|| Timestamp::from_unix_millis(key))
}

/// Why an item of the table is no session: somebody else has written to the file.
#[derive(Debug, thiserror::Error)]
pub(super) enum BrokenItem {
    #[error("its item is no JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    #[error("its item is no session: {0}")]
    NoSession(#[from] ReadError),
    #[error("its item is that of {0}")]
    OtherId(SessionId),
}

/// The session under this id, from its item's JSON.
pub(super) fn session(id: &str, item: &[u8]) -> Result<Session, BrokenItem> {
    let session = read::session(&serde_json::from_slice(item)?)?;
    if session.session_id.as_str() == id {
        Ok(session)
    } else {
        Err(BrokenItem::OtherId(session.session_id))
    }
}
