//! A store that tells the hub of what is written to it, for those who write past the HTTP calls.

use std::sync::Arc;

use async_trait::async_trait;
use status_model::{
    Session, SessionId, SourceType, Timestamp,
    api::{MatchingCounts, Overview, UsualDurations},
};
use status_store::{CommitError, ListQuery, Page, Revision, Since, StatusStore, StoreError};

use super::Hub;

/// Another store, whose viewers see at once what is written through this.
pub struct TellingStore {
    store: Arc<dyn StatusStore>,
    hub: Arc<Hub>,
}

impl TellingStore {
    /// Tells the hub of what is written to the store.
    #[must_use]
    pub const fn new(store: Arc<dyn StatusStore>, hub: Arc<Hub>) -> Self {
        Self { store, hub }
    }
}

#[async_trait]
impl StatusStore for TellingStore {
    async fn get(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        self.store.get(id).await
    }

    async fn get_since(&self, id: &SessionId, seen: Revision) -> Result<Since, StoreError> {
        self.store.get_since(id, seen).await
    }

    async fn commit(&self, before: Option<&Session>, after: &Session) -> Result<(), CommitError> {
        self.store.commit(before, after).await?;
        self.hub.tell(after);
        Ok(())
    }

    async fn list(&self, query: &ListQuery, now: Timestamp) -> Result<Page, StoreError> {
        self.store.list(query, now).await
    }

    async fn matching_counts(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<MatchingCounts, StoreError> {
        self.store.matching_counts(since, now).await
    }

    async fn overview(
        &self,
        source: Option<&SourceType>,
        now: Timestamp,
    ) -> Result<Overview, StoreError> {
        self.store.overview(source, now).await
    }

    async fn usual_durations(&self, now: Timestamp) -> Result<UsualDurations, StoreError> {
        self.store.usual_durations(now).await
    }

    async fn purge_expired(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.store.purge_expired(now).await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.store.ready().await
    }
}
