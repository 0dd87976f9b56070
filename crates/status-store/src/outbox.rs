//! The outbox: reports that the store could not take in time, kept on the disk until it does.
//!
//! Each session's reports stay in their order, and each is of the moment in which it was made.
//! A report counts as kept once it is on the disk (`fsync`); it is removed once the store has it.
//! In between, `kill -9` costs nothing: the next process on the same directory goes on with it.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | `queue` | what waits and what is next; pure |
//! | `circuit` | whether the store is known to be away; pure |
//! | `record` | the file's lines; pure |
//! | `slot` | a file for each process, and those that the dead have left |
//! | `disk` | the file: appended to, written anew, failing |

mod circuit;
mod disk;
mod queue;
mod record;
mod slot;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use status_model::{SessionId, Timestamp, change::Change};
use tokio::{
    sync::{Notify, watch},
    task::spawn_blocking,
    time::Instant,
};

use crate::StoreError;
use disk::{Disk, Work};
use queue::Queue;
pub(crate) use queue::{Full, Next, Route, Verdict};
pub(crate) use record::Report;

/// The most that is kept on the disk: 64 MiB, some 100,000 reports.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;
/// The most that is kept in memory where the disk fails: 8 MiB.
pub const MAX_BYTES_IN_MEMORY: usize = 8 * 1024 * 1024;

/// Keeps reports until the store takes them. Clones share what is kept.
#[derive(Clone, Debug)]
pub struct Outbox(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    directory: PathBuf,
    held: Mutex<Held>,
    disk: Mutex<Disk>,
    is_durable: AtomicBool,
    /// One writes at a time, for all who have come until then.
    turn: tokio::sync::Mutex<()>,
    /// The last [`Ticket`] that is on the disk.
    written: AtomicU64,
    changed: Notify,
    len: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct Held {
    queue: Queue,
    /// Lines that are not on the disk yet.
    lines: String,
    last_ticket: u64,
}

/// Stands for a line that is to be on the disk.
#[derive(Clone, Copy, Debug)]
#[must_use = "until it was waited for, nothing is on the disk"]
pub(crate) struct Ticket(u64);

impl Outbox {
    /// The outbox in this directory, of reports to this store, and with it all that earlier
    /// processes have left there for the same store. Processes may share a directory: each has a
    /// file of its own.
    ///
    /// Where the directory can't be used, that is logged, and reports are kept in memory.
    #[must_use]
    pub fn open(directory: &Path, store: &str) -> Self {
        let (disk, reports) = Disk::open(directory, store);
        let mut held = Held::default();
        let sized = reports.into_iter().map(|report| {
            let bytes = record::keep(0, &report).len();
            (report, bytes)
        });
        // All of them, however many: they are on the disk already.
        let _ = held.queue.keep(sized.collect(), usize::MAX);
        let len = watch::Sender::new(held.queue.count());
        Self(Arc::new(Shared {
            directory: directory.to_path_buf(),
            held: Mutex::new(held),
            is_durable: AtomicBool::new(disk.works()),
            disk: Mutex::new(disk),
            turn: tokio::sync::Mutex::default(),
            written: AtomicU64::new(0),
            changed: Notify::new(),
            len,
        }))
    }

    /// Where it is.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.0.directory
    }

    /// So many reports wait; tells each change.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<usize> {
        self.0.len.subscribe()
    }

    /// Are reports on the disk, and not in memory alone?
    #[must_use]
    pub fn is_durable(&self) -> bool {
        self.0.is_durable.load(Ordering::SeqCst)
    }

    /// So many reports wait.
    #[must_use]
    pub fn len(&self) -> usize {
        *self.0.len.borrow()
    }

    /// Does none wait?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// When the oldest report that waits was made.
    #[must_use]
    pub fn oldest(&self) -> Option<Timestamp> {
        self.held().queue.oldest()
    }

    /// So many reports were given up: refused for good, or there was no more room.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.held().queue.dropped()
    }

    pub(crate) fn route(&self, id: &SessionId, change: &Change) -> Route {
        self.held().queue.route(id, change)
    }

    pub(crate) fn store_is_away(&self, random: f64, error: &StoreError) {
        let mut held = self.held();
        if !held.queue.is_open() {
            tracing::warn!(
                outbox = %self.0.directory.display(),
                %error,
                "the store is away; status reports are kept until it is back"
            );
        }
        held.queue.store_is_away(Instant::now(), random);
    }

    pub(crate) fn store_answers(&self) {
        self.held().queue.store_answers();
        self.0.changed.notify_one();
    }

    pub(crate) fn is_store_away(&self) -> bool {
        self.held().queue.is_open()
    }

    /// Takes reports in, all or none; they are kept once their ticket is
    /// [on the disk](Outbox::on_disk).
    pub(crate) fn keep(&self, reports: Vec<Report>) -> Result<Ticket, Full> {
        let most = if self.is_durable() {
            MAX_BYTES
        } else {
            MAX_BYTES_IN_MEMORY
        };
        let mut held = self.held();
        let first = held.queue.next_number();
        let lines: Vec<_> = (first..)
            .zip(&reports)
            .map(|(number, report)| record::keep(number, report))
            .collect();
        let bytes = lines.iter().map(String::len);
        let sized = reports.into_iter().zip(bytes).collect();
        held.queue.keep(sized, most)?;
        let ticket = held.write(&lines.concat());
        self.0.tell(&held);
        Ok(ticket)
    }

    pub(crate) fn next(&self) -> Next {
        self.held().queue.next(Instant::now())
    }

    /// What the store said to a report that has waited. Once its ticket is on the disk it is to be
    /// [released](Outbox::release).
    pub(crate) fn settle(&self, id: &SessionId, verdict: Verdict, random: f64) -> Ticket {
        let mut held = self.held();
        let was_away = held.queue.is_open();
        let numbers = held.queue.settle(id, verdict, Instant::now(), random);
        if was_away && !held.queue.is_open() {
            tracing::info!(
                reports = held.queue.count(),
                "the store is back; what waits is written"
            );
        }
        if numbers.is_empty() {
            return Ticket(0);
        }
        held.write(&record::done(numbers))
    }

    pub(crate) fn release(&self, id: &SessionId) {
        let mut held = self.held();
        held.queue.release(id);
        self.0.tell(&held);
    }

    /// Waits until something has happened that may be acted upon.
    pub(crate) async fn changed(&self) {
        self.0.changed.notified().await;
    }

    /// Waits until it is on the disk, or the disk has failed.
    pub(crate) async fn on_disk(&self, Ticket(ticket): Ticket) {
        let is_written = || self.0.written.load(Ordering::SeqCst) >= ticket;
        if is_written() {
            return;
        }
        let _turn = self.0.turn.lock().await;
        if is_written() {
            return;
        }
        let shared = Arc::clone(&self.0);
        // Nothing to be done where the runtime ends: then so does the process.
        let _ = spawn_blocking(move || shared.write()).await;
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.held()
    }
}

impl Held {
    fn write(&mut self, line: &str) -> Ticket {
        self.lines.push_str(line);
        self.last_ticket += 1;
        Ticket(self.last_ticket)
    }
}

impl Shared {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something has happened that others act upon.
    fn tell(&self, held: &Held) {
        self.changed.notify_one();
        let len = match held.queue.count() {
            // The last one is written, and that is not on the disk yet.
            0 if !held.queue.is_empty() => 1,
            len => len,
        };
        self.len.send_replace(len);
    }

    /// Brings all that is held to the disk.
    fn write(&self) {
        let mut disk = self.disk.lock().unwrap_or_else(PoisonError::into_inner);
        let (work, ticket) = {
            let mut held = self.held();
            let lines = std::mem::take(&mut held.lines);
            let queue = &held.queue;
            let work = if disk.wants_replacing(queue.bytes()) {
                let reports = queue.reports().into_iter();
                Work::Replace(reports.map(|(n, report)| record::keep(n, report)).collect())
            } else if queue.count() == 0 {
                Work::Clear
            } else {
                Work::Append(lines)
            };
            (work, held.last_ticket)
        };
        disk.write(work);
        self.is_durable.store(disk.works(), Ordering::SeqCst);
        self.written.store(ticket, Ordering::SeqCst);
    }
}
