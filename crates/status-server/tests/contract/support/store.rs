//! A store that counts and fails on request.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use status_model::{
    Session, SessionId, SourceType, Timestamp,
    api::{MatchingCounts, Overview, SessionRow, Tally, UsualDurations},
};
use status_store::{CommitError, ListQuery, Page, StatusStore, StoreError};

/// Makes the errors that a failing store gives.
pub type Failure = fn() -> StoreError;

/// Sessions in memory. What it lists is not paged, and its counts are all zero.
#[derive(Default)]
pub struct TestStore {
    sessions: Mutex<BTreeMap<SessionId, Session>>,
    reads: AtomicUsize,
    failure: Mutex<Option<Failure>>,
    latency: Mutex<Duration>,
}

impl TestStore {
    /// Puts a session as another program would.
    pub fn put(&self, session: &Session) {
        let mut sessions = self.sessions.lock().unwrap();
        sessions.insert(session.session_id.clone(), session.clone());
    }

    /// How often anything was read.
    pub fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }

    /// From now on every call fails, or works again.
    pub fn fail(&self, failure: Option<Failure>) {
        *self.failure.lock().unwrap() = failure;
    }

    /// From now on every call takes so long.
    pub fn slow_down(&self, latency: Duration) {
        *self.latency.lock().unwrap() = latency;
    }

    async fn read<T>(
        &self,
        read: impl FnOnce(&BTreeMap<SessionId, Session>) -> T,
    ) -> Result<T, StoreError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let answer = self.answer(read);
        // What was read is as old as the beginning, as with a real store.
        let latency = *self.latency.lock().unwrap();
        if !latency.is_zero() {
            tokio::time::sleep(latency).await;
        }
        answer
    }

    fn answer<T>(
        &self,
        read: impl FnOnce(&BTreeMap<SessionId, Session>) -> T,
    ) -> Result<T, StoreError> {
        let failure = *self.failure.lock().unwrap();
        match failure {
            Some(failure) => Err(failure()),
            None => Ok(read(&self.sessions.lock().unwrap())),
        }
    }
}

#[async_trait]
impl StatusStore for TestStore {
    async fn get(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        self.read(|sessions| sessions.get(id).cloned()).await
    }

    async fn commit(&self, before: Option<&Session>, after: &Session) -> Result<(), CommitError> {
        self.answer(|_| ())?;
        let mut sessions = self.sessions.lock().unwrap();
        let version = |session: &Session| session.version;
        let standing = sessions.get(&after.session_id).map(version);
        if standing != before.map(version) {
            return Err(CommitError::Conflict);
        }
        sessions.insert(after.session_id.clone(), after.clone());
        Ok(())
    }

    async fn list(&self, _: &ListQuery, _: Timestamp) -> Result<Page, StoreError> {
        self.read(|sessions| Page {
            rows: sessions.values().map(SessionRow::from).collect(),
            next: None,
        })
        .await
    }

    async fn matching_counts(
        &self,
        _: Timestamp,
        _: Timestamp,
    ) -> Result<MatchingCounts, StoreError> {
        self.read(|_| MatchingCounts::default()).await
    }

    async fn overview(
        &self,
        source: Option<&SourceType>,
        now: Timestamp,
    ) -> Result<Overview, StoreError> {
        let is_asked_for =
            |session: &&Session| source.is_none() || session.source_type.as_ref() == source;
        self.read(|sessions| Overview {
            as_of: now.floor_to_minute(),
            window: status_model::api::overview::OVERVIEW_WINDOW,
            tally: Tally::default(),
            oldest_running: None,
            usual_durations: UsualDurations::default(),
            tiles: sessions
                .values()
                .filter(is_asked_for)
                .map(SessionRow::from)
                .collect(),
        })
        .await
    }

    async fn usual_durations(&self, _: Timestamp) -> Result<UsualDurations, StoreError> {
        self.read(|_| UsualDurations::default()).await
    }

    async fn purge_expired(&self, _: Timestamp) -> Result<u64, StoreError> {
        self.answer(|_| 0)
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.answer(|_| ())
    }
}
