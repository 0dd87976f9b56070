//! A store in memory that fails as it is told to.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use status_model::{
    Session, SessionId, SourceType, Timestamp,
    api::{MatchingCounts, Overview, UsualDurations},
};
use status_store::{CommitError, ListQuery, Page, StatusStore, StoreError};

/// What happens at a call of [`StatusStore::get`] or [`StatusStore::commit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing bad.
    None,
    /// It can't be reached.
    Unavailable,
    /// It never answers.
    Silence,
    /// Its table is missing.
    MissingTable,
    /// It will never take this.
    Refusal,
    /// It panics.
    Panic,
    /// It does what it is asked and its answer is lost.
    LostAnswer,
}

/// Fails as told, call by call, and then always in the same way.
pub struct FaultyStore {
    sessions: Mutex<HashMap<SessionId, Session>>,
    faults: Mutex<VecDeque<Fault>>,
    then: Mutex<Fault>,
    calls: AtomicUsize,
}

impl FaultyStore {
    pub fn new(faults: impl IntoIterator<Item = Fault>, then: Fault) -> Self {
        Self {
            sessions: Mutex::default(),
            faults: Mutex::new(faults.into_iter().collect()),
            then: Mutex::new(then),
            calls: AtomicUsize::new(0),
        }
    }

    /// From now on it always fails so, or works again.
    pub fn turn(&self, then: Fault) {
        *self.then.lock().unwrap() = then;
    }

    /// How often it was asked for anything.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    pub fn session(&self, id: &SessionId) -> Option<Session> {
        self.sessions.lock().unwrap().get(id).cloned()
    }

    /// Is this answer to be lost?
    async fn fail(&self) -> Result<bool, StoreError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        // Others have their turn, as they do while a real store works.
        tokio::task::yield_now().await;
        let fault = self.faults.lock().unwrap().pop_front();
        let fault = fault.unwrap_or(*self.then.lock().unwrap());
        match fault {
            Fault::None => Ok(false),
            Fault::LostAnswer => Ok(true),
            Fault::Unavailable => Err(unavailable()),
            Fault::MissingTable => Err(StoreError::MissingTable("gone".to_owned())),
            Fault::Refusal => Err(StoreError::Refused("no".to_owned())),
            Fault::Panic => panic!("this store panics, as this test wants"),
            Fault::Silence => std::future::pending().await,
        }
    }
}

fn unavailable() -> StoreError {
    StoreError::Unavailable("told to fail".to_owned())
}

fn not_asked_for<T>() -> Result<T, StoreError> {
    Err(StoreError::Refused(
        "a writer does not ask for this".to_owned(),
    ))
}

#[async_trait]
impl StatusStore for FaultyStore {
    async fn get(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        let is_lost = self.fail().await?;
        if is_lost {
            Err(unavailable())
        } else {
            Ok(self.session(id))
        }
    }

    async fn commit(&self, before: Option<&Session>, after: &Session) -> Result<(), CommitError> {
        let is_lost = self.fail().await?;
        let mut sessions = self.sessions.lock().unwrap();
        let standing = sessions.get(&after.session_id);
        if standing.map(|s| s.version) != before.map(|s| s.version) {
            return Err(CommitError::Conflict);
        }
        sessions.insert(after.session_id.clone(), after.clone());
        if is_lost {
            Err(unavailable().into())
        } else {
            Ok(())
        }
    }

    async fn list(&self, _: &ListQuery, _: Timestamp) -> Result<Page, StoreError> {
        not_asked_for()
    }

    async fn matching_counts(
        &self,
        _: Timestamp,
        _: Timestamp,
    ) -> Result<MatchingCounts, StoreError> {
        not_asked_for()
    }

    async fn overview(&self, _: Option<&SourceType>, _: Timestamp) -> Result<Overview, StoreError> {
        not_asked_for()
    }

    async fn usual_durations(&self, _: Timestamp) -> Result<UsualDurations, StoreError> {
        not_asked_for()
    }

    async fn purge_expired(&self, _: Timestamp) -> Result<u64, StoreError> {
        not_asked_for()
    }

    async fn ready(&self) -> Result<(), StoreError> {
        not_asked_for()
    }
}
