//! The thread that writes.

pub(super) mod statements;

use std::{
    io,
    thread::{self, JoinHandle},
    time::Duration,
};

use rusqlite::Connection;
use status_model::{Session, Timestamp};
use tokio::sync::{mpsc, oneshot};

use super::row::Row;
use crate::{CommitError, PutCounts, StoreError};
use statements::Statements;

/// So many expired sessions are removed in one transaction.
pub(super) const PURGE_BATCH: u64 = 500;
/// So many commits share one transaction at most, which bounds how long the first one waits.
const MAX_GROUP: usize = 512;
/// So many jobs wait in the queue; whoever brings another waits for a place.
const MAX_WAITING: usize = 1_024;
/// After a long transaction the lock is left free for so long: other processes that wait for
/// it look every millisecond.
const PAUSE_FOR_OTHERS: Duration = Duration::from_millis(3);

/// What has to stand there for a commit to happen.
#[derive(Clone, Copy, Debug)]
pub(super) enum Replaces {
    Nothing,
    /// A session of this version; none is what an old writer left.
    Version(Option<u64>),
}

impl From<Option<&Session>> for Replaces {
    fn from(before: Option<&Session>) -> Self {
        before.map_or(Self::Nothing, |session| Self::Version(session.version))
    }
}

type Reply<T> = oneshot::Sender<T>;

enum Job {
    Commit(Commit),
    Put(Vec<Row>, Reply<Result<PutCounts, StoreError>>),
    Purge(Timestamp, Reply<Result<u64, StoreError>>),
}

struct Commit {
    row: Box<Row>,
    replaces: Replaces,
    reply: Reply<Result<(), CommitError>>,
}

/// Takes what is to be written, and has it written in the order in which it came.
pub(super) struct WriteQueue {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl WriteQueue {
    /// Starts the thread.
    pub(super) fn start(connection: Connection) -> io::Result<Self> {
        let (jobs, waiting) = mpsc::channel(MAX_WAITING);
        let writer = Writer {
            connection,
            waiting,
            statements: Statements::default(),
        };
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer.run())?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    pub(super) async fn commit(&self, row: Row, replaces: Replaces) -> Result<(), CommitError> {
        self.ask(|reply| {
            Job::Commit(Commit {
                row: Box::new(row),
                replaces,
                reply,
            })
        })
        .await?
    }

    pub(super) async fn put_all(&self, rows: Vec<Row>) -> Result<PutCounts, StoreError> {
        self.ask(|reply| Job::Put(rows, reply)).await?
    }

    /// Removes up to [`PURGE_BATCH`] sessions that have expired.
    pub(super) async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.ask(|reply| Job::Purge(now, reply)).await?
    }

    async fn ask<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<T, StoreError> {
        let stopped = || StoreError::Unavailable("the store's writer has stopped".to_owned());
        let (reply, answer) = oneshot::channel();
        let jobs = self.jobs.as_ref().ok_or_else(stopped)?;
        jobs.send(job(reply)).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())
    }
}

impl Drop for WriteQueue {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's writer had stopped before the store was closed");
        }
    }
}

struct Writer {
    connection: Connection,
    waiting: mpsc::Receiver<Job>,
    statements: Statements,
}

impl Writer {
    /// Until the queue is dropped and empty.
    fn run(mut self) {
        let mut next = None;
        while let Some(job) = next.take().or_else(|| self.waiting.blocking_recv()) {
            match job {
                Job::Commit(first) => {
                    let mut group = vec![first];
                    while group.len() < MAX_GROUP && next.is_none() {
                        match self.waiting.try_recv() {
                            Ok(Job::Commit(commit)) => group.push(commit),
                            Ok(other) => next = Some(other),
                            Err(_) => break,
                        }
                    }
                    self.commit(group);
                }
                Job::Put(rows, reply) => {
                    // Whoever no longer waits for the answer has no use for it.
                    let _ = reply.send(self.put_all(&rows));
                    thread::sleep(PAUSE_FOR_OTHERS);
                }
                Job::Purge(now, reply) => {
                    let _ = reply.send(self.purge(now));
                    thread::sleep(PAUSE_FOR_OTHERS);
                }
            }
        }
    }

    /// All in one transaction, each judged for itself, answered once they are on the disk.
    fn commit(&mut self, group: Vec<Commit>) {
        match self.transact(&group) {
            Ok(results) => {
                for (commit, result) in group.into_iter().zip(results) {
                    let _ = commit.reply.send(result);
                }
            }
            Err(error) => {
                for commit in group {
                    let _ = commit.reply.send(Err(StoreError::from(&error).into()));
                }
            }
        }
    }

    fn transact(&mut self, group: &[Commit]) -> rusqlite::Result<Vec<Result<(), CommitError>>> {
        let transaction = self.connection.transaction()?;
        let mut results = Vec::with_capacity(group.len());
        for Commit { row, replaces, .. } in group {
            results.push(match self.statements.commit(&transaction, row, *replaces) {
                Ok(true) => Ok(()),
                Ok(false) => Err(CommitError::Conflict),
                // A full disk undoes the transaction; most else, only the statement.
                Err(error) if transaction.is_autocommit() => return Err(error),
                Err(error) => Err(StoreError::from(&error).into()),
            });
        }
        transaction.commit()?;
        Ok(results)
    }

    fn put_all(&mut self, rows: &[Row]) -> Result<PutCounts, StoreError> {
        let transaction = self.connection.transaction()?;
        let mut counts = PutCounts::default();
        for row in rows {
            if self.statements.put(&transaction, row)? {
                counts.written += 1;
            } else {
                counts.left += 1;
            }
        }
        transaction.commit()?;
        Ok(counts)
    }

    fn purge(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let transaction = self.connection.transaction()?;
        let purged = statements::purge(&transaction, now.unix_seconds(), PURGE_BATCH)?;
        transaction.commit()?;
        Ok(purged)
    }
}
