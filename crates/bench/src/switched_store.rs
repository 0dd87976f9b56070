//! A store that is counted and can be away.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use status_model::{
    Session, SessionId, SourceType, Timestamp,
    api::{MatchingCounts, Overview, UsualDurations},
};
use status_store::{CommitError, ListQuery, Page, StatusStore, StoreError};
use tokio::sync::watch;

/// Another store that counts its reads and writes of single sessions, and that can be switched
/// off: it then gives no answer, as a machine that is cut off gives none.
pub struct SwitchedStore {
    store: Arc<dyn StatusStore>,
    is_on: watch::Sender<bool>,
    reads: AtomicU64,
    writes: AtomicU64,
}

impl SwitchedStore {
    /// Of any store, switched on.
    pub fn new(store: Arc<dyn StatusStore>) -> Arc<Self> {
        Arc::new(Self {
            store,
            is_on: watch::Sender::new(true),
            reads: AtomicU64::new(0),
            writes: AtomicU64::new(0),
        })
    }

    /// Switches it off, or on again.
    pub fn switch(&self, on: bool) {
        self.is_on.send_replace(on);
    }

    /// So often a session was read, and so often one was written.
    pub fn counts(&self) -> (u64, u64) {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        (count(&self.reads), count(&self.writes))
    }

    async fn answers(&self) {
        let mut is_on = self.is_on.subscribe();
        if !*is_on.borrow() {
            // What was asked while it was away stays unanswered when it is back.
            let _ = is_on.wait_for(|_| false).await;
        }
    }
}

#[async_trait]
impl StatusStore for SwitchedStore {
    async fn get(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        self.answers().await;
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.store.get(id).await
    }

    async fn commit(&self, before: Option<&Session>, after: &Session) -> Result<(), CommitError> {
        self.answers().await;
        self.store.commit(before, after).await?;
        self.writes.fetch_add(1, Ordering::Relaxed);
        // What it was doing when it was switched off is done, and nobody hears of it.
        self.answers().await;
        Ok(())
    }

    async fn list(&self, query: &ListQuery, now: Timestamp) -> Result<Page, StoreError> {
        self.answers().await;
        self.store.list(query, now).await
    }

    async fn matching_counts(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<MatchingCounts, StoreError> {
        self.answers().await;
        self.store.matching_counts(since, now).await
    }

    async fn overview(
        &self,
        source: Option<&SourceType>,
        now: Timestamp,
    ) -> Result<Overview, StoreError> {
        self.answers().await;
        self.store.overview(source, now).await
    }

    async fn usual_durations(&self, now: Timestamp) -> Result<UsualDurations, StoreError> {
        self.answers().await;
        self.store.usual_durations(now).await
    }

    async fn purge_expired(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.answers().await;
        self.store.purge_expired(now).await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.answers().await;
        self.store.ready().await
    }
}
