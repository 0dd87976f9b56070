//! The connections that read.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{CachedStatement, Connection, OptionalExtension, Transaction};
use status_model::{Session, SessionId};
use tokio::sync::Semaphore;

use super::{
    connection,
    row::{self, BrokenItem},
};
use crate::{Revision, Since, StoreError, damage::Damage};

/// So many reads at a time; more wait. Reads are short, and each connection has a cache.
const MAX_READERS: usize = 4;

/// A few read-only connections, opened as they are needed.
pub(super) struct Readers {
    path: PathBuf,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
    damage: Damage,
}

impl Readers {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            permits: Arc::new(Semaphore::new(MAX_READERS)),
            idle: Mutex::default(),
            damage: Damage::default(),
        }
    }

    /// Runs a query on a thread that may block.
    pub(super) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        query: impl FnOnce(&Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let stopped = |_| StoreError::Unavailable("the store is closing".to_owned());
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.map_err(|error| stopped(error.to_string()))?;
        let readers = Arc::clone(self);
        tokio::task::spawn_blocking(move || {
            // Kept until the connection is back, also where nobody waits for the answer.
            let _permit = permit;
            readers.run(query)
        })
        .await
        .map_err(|error| stopped(error.to_string()))?
    }

    fn run<T>(
        &self,
        query: impl FnOnce(&Reader) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = idle().pop();
        let connection = match connection {
            Some(connection) => connection,
            None => connection::reader(&self.path)?,
        };
        let answer = query(&Reader {
            connection: &connection,
            damage: &self.damage,
        });
        idle().push(connection);
        answer
    }
}

/// A connection to read from, and somebody to tell of what can't be read.
pub(super) struct Reader<'a> {
    connection: &'a Connection,
    damage: &'a Damage,
}

impl<'a> Reader<'a> {
    #[cfg(test)]
    pub(super) fn new(connection: &'a Connection, damage: &'a Damage) -> Self {
        Self { connection, damage }
    }

    /// Several statements that see the same moment.
    pub(super) fn snapshot(&self) -> Result<Transaction<'a>, StoreError> {
        Ok(self.connection.unchecked_transaction()?)
    }

    /// A statement, compiled once a connection.
    pub(super) fn prepare(&self, sql: &str) -> Result<CachedStatement<'a>, StoreError> {
        Ok(self.connection.prepare_cached(sql)?)
    }

    /// The session under the id.
    pub(super) fn get(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        let found = self
            .prepare("SELECT item FROM session WHERE id = ?1")?
            .query_row([id.as_str()], |row| {
                let item = row.get_ref(0)?.as_bytes()?;
                Ok(self.read(id.as_str(), item))
            })
            .optional()?;
        readable(id, found)
    }

    /// The session under the id, unless it is as it was seen: what is watched mostly is, and its
    /// item is then not even looked at.
    pub(super) fn get_since(&self, id: &SessionId, seen: Revision) -> Result<Since, StoreError> {
        let found = self
            .prepare("SELECT version, expires_at, item FROM session WHERE id = ?1")?
            .query_row([id.as_str()], |row| {
                let (version, expires_at): (Option<u64>, i64) = (row.get(0)?, row.get(1)?);
                if version == Some(seen.version) && expires_at == row::expiry(seen.expires_at) {
                    return Ok(None);
                }
                let item = row.get_ref(2)?.as_bytes()?;
                Ok(Some(self.read(id.as_str(), item)))
            })
            .optional()?;
        match found {
            Some(None) => Ok(Since::Unchanged),
            found => readable(id, found.flatten()).map(Since::Changed),
        }
    }

    /// The session in that row; nothing where it can't be read.
    pub(super) fn load(&self, rowid: i64) -> Result<Option<Session>, StoreError> {
        let found = self
            .prepare("SELECT id, item FROM session WHERE rowid = ?1")?
            .query_row([rowid], |row| {
                let id = row.get_ref(0)?.as_str()?;
                let item = row.get_ref(1)?.as_bytes()?;
                Ok(self.read(id, item).ok())
            })
            .optional()?;
        Ok(found.flatten())
    }

    fn read(&self, id: &str, item: &[u8]) -> Result<Session, BrokenItem> {
        let read = row::session(id, item);
        match &read {
            Ok(session) => self.damage.partial(session),
            Err(broken) => self.damage.broken(id, broken),
        }
        read
    }
}

/// What was found under the id, if it can be read.
fn readable(
    id: &SessionId,
    found: Option<Result<Session, BrokenItem>>,
) -> Result<Option<Session>, StoreError> {
    found
        .transpose()
        .map_err(|broken| StoreError::Refused(format!("{id}: {broken}")))
}

/// Is the table there?
pub(super) fn probe(reader: &Reader) -> Result<(), StoreError> {
    reader
        .prepare("SELECT count(*) FROM session WHERE rowid = 0")?
        .query_row([], |_| Ok(()))?;
    Ok(())
}
