//! What every store can do.

use async_trait::async_trait;
use status_model::{
    Session, SessionId, SourceType, Timestamp,
    api::{MatchingCounts, Overview, UsualDurations},
    session::is_past,
};

use crate::{ListQuery, Page};

/// Keeps sessions. Every method that reads leaves expired sessions out, by its `now`, but for
/// [`get`](StatusStore::get), whose caller needs what stands there to write over it.
#[async_trait]
pub trait StatusStore: Send + Sync + 'static {
    /// What stands under the id, expired or not.
    async fn get(&self, id: &SessionId) -> Result<Option<Session>, StoreError>;

    /// The same for somebody who has seen this revision of it, and may well have seen the latest.
    async fn get_since(&self, id: &SessionId, seen: Revision) -> Result<Since, StoreError> {
        let stands = self.get(id).await?;
        Ok(match stands.as_ref().and_then(Revision::of) {
            Some(revision) if revision == seen => Since::Unchanged,
            _ => Since::Changed(stands),
        })
    }

    /// Puts `after` in the place of `before`, if `before` still stands there by its version;
    /// acknowledged means durable.
    ///
    /// # Errors
    /// [`CommitError::Conflict`] where somebody else has written in between.
    async fn commit(&self, before: Option<&Session>, after: &Session) -> Result<(), CommitError>;

    /// A page of sessions, newest first, those without any readable time last.
    async fn list(&self, query: &ListQuery, now: Timestamp) -> Result<Page, StoreError>;

    /// How matching is going among the sessions since then.
    async fn matching_counts(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<MatchingCounts, StoreError>;

    /// What a wall display needs, of the documents of one side or of all, judged by the start of
    /// the minute of `now` (expiry too), so that the mere passing of a second changes nothing in
    /// it. What ends within that minute is in it at once. What is usual is that of all documents.
    async fn overview(
        &self,
        source: Option<&SourceType>,
        now: Timestamp,
    ) -> Result<Overview, StoreError>;

    /// What agents usually take, over the newest completed sessions.
    async fn usual_durations(&self, now: Timestamp) -> Result<UsualDurations, StoreError>;

    /// Removes what has expired; answers how many sessions.
    async fn purge_expired(&self, now: Timestamp) -> Result<u64, StoreError>;

    /// Can it be reached, and is its table there?
    async fn ready(&self) -> Result<(), StoreError>;
}

/// One state of a session. No two of its states have the same: each write adds one to the version,
/// and a session that begins anew under the same id expires later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The version.
    pub version: u64,
    /// When it expires, in seconds since 1970.
    pub expires_at: Option<i64>,
}

impl Revision {
    /// Of a session; nothing where its writer keeps no version.
    #[must_use]
    pub fn of(session: &Session) -> Option<Self> {
        Some(Self {
            version: session.version?,
            expires_at: session.expires_at,
        })
    }

    /// Is the session over, as [`Session::is_expired`] says?
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        is_past(self.expires_at, now)
    }
}

/// What a second look at a session gave.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "it is taken apart where it arrives"
)]
pub enum Since {
    /// It stands as it was seen.
    Unchanged,
    /// This stands there now, or nothing.
    Changed(Option<Session>),
}

/// A store that takes the sessions of another table.
#[async_trait]
pub trait BulkStore: StatusStore {
    /// Puts sessions as they are, whatever stands there: some hundreds at a time.
    ///
    /// What stands here stays where it is as new or newer: by its version, which none counts as
    /// older than any; where neither side has one, by the time of its last progress, where a
    /// tie goes to the session that comes.
    ///
    /// # Errors
    /// Where the store can't answer; a part may have been put then, and putting all of it again
    /// does no harm.
    async fn put_all(&self, sessions: Vec<Session>) -> Result<PutCounts, StoreError>;
}

/// What a put came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PutCounts {
    /// Sessions that are now as they came.
    pub written: usize,
    /// Sessions that stand here as new or newer, and stayed.
    pub left: usize,
}

/// Why a store can't answer. The texts are for the log, never for a client.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It can't be reached or is overloaded; trying again may help.
    #[error("the store can't be reached: {0}")]
    Unavailable(String),
    /// There is no such table.
    #[error("the table is missing: {0}")]
    MissingTable(String),
    /// The table lacks the index that this needs.
    #[error("the table has no index for this; add it with: {remedy}")]
    MissingIndex {
        /// The command that adds it.
        remedy: String,
    },
    /// The session would be larger than what it keeps; with shorter texts it would take it.
    #[error("the session would be too large: {0}")]
    TooLarge(String),
    /// It will never take or give this; trying again does not help.
    #[error("the store refuses this: {0}")]
    Refused(String),
}

impl StoreError {
    /// May the same call succeed in a moment?
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    /// May the same call succeed some day, once somebody has seen to it?
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::MissingTable(_))
    }
}

/// Why a session was not put.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Somebody else has written in between.
    #[error("somebody else has written in between")]
    Conflict,
    /// The store can't answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
