//! The embedded store: one `SQLite` file, shared with other processes.
//!
//! Writes go through one thread, which puts all the commits that wait at a moment into one
//! transaction and acknowledges them once it is on the disk. Reads run on a few read-only
//! connections beside it and never wait for a write.
//!
//! | module | what lives there |
//! |---|---|
//! | `connection` | opening the file: directories, pragmas, migrations |
//! | `claim` | one server at a time on a file |
//! | `backup` | a copy while others write |
//! | `error` | what went wrong, in the store's terms |
//! | `row` | a session to its columns and back |
//! | `write` | the thread that writes, and the statements that it runs |
//! | `read` | the connections that read |
//! | `walk` | an index from a place on: filters, keys |
//! | `listing` | pages, newest first |
//! | `search` | pages of what starts with a text |
//! | `overview` | counts and tiles |

pub mod backup;
mod claim;
mod connection;
mod error;
mod listing;
mod overview;
#[cfg(test)]
mod plan;
mod read;
mod row;
mod search;
mod walk;
mod write;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use status_model::{
    Session, SessionId, SourceType, Timestamp,
    api::{MatchingCounts, Overview, UsualDurations},
};

use crate::{
    BulkStore, CommitError, ListQuery, Page, PutCounts, Revision, Since, StatusStore, StoreError,
};
pub use claim::Claim;
pub use error::OpenError;
use read::Readers;
use row::Row;
use write::{Replaces, WriteQueue};

/// Keeps sessions in one file, which other processes may have open too.
///
/// Dropping it lets the writes that it has taken finish, which blocks for that moment, and
/// closes the file.
pub struct SqliteStore {
    path: PathBuf,
    // Before the queue, so that the last connection to close is the one that may tidy the log.
    readers: Arc<Readers>,
    queue: WriteQueue,
}

impl SqliteStore {
    /// Opens the file; creates it, and the directories above it, where it is missing.
    ///
    /// # Errors
    /// Where the file can't be had or is no store that this version knows. The text is for the
    /// person who named the path.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let path = path.as_ref();
        let writer = connection::open(path)?;
        Ok(Self {
            path: path.to_owned(),
            readers: Arc::new(Readers::new(path)),
            queue: WriteQueue::start(writer).map_err(OpenError::Thread)?,
        })
    }
}

#[async_trait]
impl BulkStore for SqliteStore {
    /// In one transaction: where it fails, nothing is put.
    async fn put_all(&self, sessions: Vec<Session>) -> Result<PutCounts, StoreError> {
        let rows = sessions.iter().map(Row::try_from);
        self.queue.put_all(rows.collect::<Result<_, _>>()?).await
    }
}

#[async_trait]
impl StatusStore for SqliteStore {
    async fn get(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        let id = id.clone();
        self.readers.read(move |reader| reader.get(&id)).await
    }

    async fn get_since(&self, id: &SessionId, seen: Revision) -> Result<Since, StoreError> {
        let id = id.clone();
        self.readers
            .read(move |reader| reader.get_since(&id, seen))
            .await
    }

    async fn commit(&self, before: Option<&Session>, after: &Session) -> Result<(), CommitError> {
        let row = Row::try_from(after)?;
        self.queue.commit(row, Replaces::from(before)).await
    }

    async fn list(&self, query: &ListQuery, now: Timestamp) -> Result<Page, StoreError> {
        let query = query.clone();
        self.readers
            .read(move |reader| listing::page(reader, &query, now))
            .await
    }

    async fn matching_counts(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<MatchingCounts, StoreError> {
        self.readers
            .read(move |reader| overview::matching_counts(reader, since, now))
            .await
    }

    async fn overview(
        &self,
        source: Option<&SourceType>,
        now: Timestamp,
    ) -> Result<Overview, StoreError> {
        let source = source.cloned();
        self.readers
            .read(move |reader| overview::overview(reader, source.as_ref(), now))
            .await
    }

    async fn usual_durations(&self, now: Timestamp) -> Result<UsualDurations, StoreError> {
        self.readers
            .read(move |reader| overview::usual_durations(reader, now))
            .await
    }

    async fn purge_expired(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut purged = 0;
        loop {
            // Between two batches the commits that wait have their turn.
            let batch = self.queue.purge(now).await?;
            purged += batch;
            if batch < write::PURGE_BATCH {
                return Ok(purged);
            }
        }
    }

    async fn ready(&self) -> Result<(), StoreError> {
        // A removed file stays usable for those who have it open, and lost for everybody else.
        if !self.path.exists() {
            return Err(StoreError::Unavailable(format!(
                "{} is gone",
                self.path.display()
            )));
        }
        self.readers.read(read::probe).await
    }
}
