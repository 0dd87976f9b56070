//! A store that counts what it is asked.

use std::sync::Arc;

use async_trait::async_trait;
use status_model::{
    Session, SessionId, SourceType, Timestamp,
    api::{MatchingCounts, Overview, UsualDurations},
};
use status_store::{CommitError, ListQuery, Page, Revision, Since, StatusStore, StoreError};

use super::StoreMetrics;

/// Another store, each of its calls counted by operation and outcome.
pub struct CountedStore {
    store: Arc<dyn StatusStore>,
    metrics: StoreMetrics,
}

impl CountedStore {
    /// Counts the calls of a store.
    #[must_use]
    pub const fn new(store: Arc<dyn StatusStore>, metrics: StoreMetrics) -> Self {
        Self { store, metrics }
    }

    fn counted<T>(
        &self,
        operation: &'static str,
        result: Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let outcome = result.as_ref().err().map_or("ok", outcome);
        self.metrics.count(operation, outcome);
        result
    }
}

const fn outcome(error: &StoreError) -> &'static str {
    match error {
        StoreError::Unavailable(_) => "unavailable",
        StoreError::MissingTable(_) => "missing_table",
        StoreError::MissingIndex { .. } => "missing_index",
        StoreError::TooLarge(_) => "too_large",
        StoreError::Refused(_) => "refused",
    }
}

#[async_trait]
impl StatusStore for CountedStore {
    async fn get(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        self.counted("get", self.store.get(id).await)
    }

    async fn get_since(&self, id: &SessionId, seen: Revision) -> Result<Since, StoreError> {
        self.counted("get", self.store.get_since(id, seen).await)
    }

    async fn commit(&self, before: Option<&Session>, after: &Session) -> Result<(), CommitError> {
        let result = self.store.commit(before, after).await;
        let outcome = match &result {
            Ok(()) => "ok",
            Err(CommitError::Conflict) => "conflict",
            Err(CommitError::Store(error)) => outcome(error),
        };
        self.metrics.count("commit", outcome);
        result
    }

    async fn list(&self, query: &ListQuery, now: Timestamp) -> Result<Page, StoreError> {
        self.counted("list", self.store.list(query, now).await)
    }

    async fn matching_counts(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<MatchingCounts, StoreError> {
        let counts = self.store.matching_counts(since, now).await;
        self.counted("matching_counts", counts)
    }

    async fn overview(
        &self,
        source: Option<&SourceType>,
        now: Timestamp,
    ) -> Result<Overview, StoreError> {
        self.counted("overview", self.store.overview(source, now).await)
    }

    async fn usual_durations(&self, now: Timestamp) -> Result<UsualDurations, StoreError> {
        self.counted("usual_durations", self.store.usual_durations(now).await)
    }

    async fn purge_expired(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.counted("purge_expired", self.store.purge_expired(now).await)
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.counted("ready", self.store.ready().await)
    }
}
