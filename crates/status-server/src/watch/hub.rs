//! Looking, waiting, telling of a change.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use status_model::Session;
use status_store::{StatusStore, StoreError};
use tokio::time::{Instant, timeout};

use super::{Content, EntityTag, Snapshot, Watched, entry::Entry, shards::Shards};
use crate::{clock::Clock, metrics::WatchMetrics};

/// What a look at the store gave, or why it gave nothing.
pub type Reading = Result<Content, Arc<StoreError>>;

/// A store that takes longer counts as one that can't be reached.
const READ_TIMEOUT: Duration = Duration::from_secs(5);
/// Enough that two requests seldom want the same lock.
const SESSION_SHARDS: usize = 32;

/// Keeps what viewers look at, and lets them wait for the next change of it.
pub struct Hub {
    store: Arc<dyn StatusStore>,
    clock: Clock,
    sessions: Shards,
    /// All that is not one session. Any change may change them.
    lists: Shards,
    max_waiting: usize,
    waiting: AtomicUsize,
    is_closing: AtomicBool,
    metrics: WatchMetrics,
}

/// What a viewer who was ready to wait gets.
pub struct Held {
    /// What there is now.
    pub reading: Reading,
    /// Was there a place to wait at, whether or not it was needed?
    pub applied: bool,
}

impl Hub {
    /// A hub over a store, with places for so many viewers to wait.
    #[must_use]
    pub fn new(
        store: Arc<dyn StatusStore>,
        clock: Clock,
        max_waiting: usize,
        metrics: WatchMetrics,
    ) -> Arc<Self> {
        Arc::new(Self {
            store,
            clock,
            sessions: Shards::new(SESSION_SHARDS),
            lists: Shards::new(1),
            max_waiting,
            waiting: AtomicUsize::new(0),
            is_closing: AtomicBool::new(false),
            metrics,
        })
    }

    /// What there is now, at most [`Watched::fresh_for`] old and never older than a change that
    /// this server has made.
    ///
    /// # Errors
    /// Where the store can't answer.
    pub async fn look(&self, key: &Watched) -> Reading {
        let entry = self.shards(key).entry(key, false);
        self.look_at(&entry).await
    }

    /// What there is now if the viewer does not know it yet; else what there is once that changes
    /// or the wait is over.
    ///
    /// Beyond the cap on waiting viewers, or while the server is ending, nobody waits.
    pub async fn hold(
        self: &Arc<Self>,
        key: &Watched,
        knows: impl Fn(&EntityTag) -> bool,
        wait: Duration,
    ) -> Held {
        let deadline = Instant::now() + wait;
        let Some(_place) = Place::take(self) else {
            return Held {
                reading: self.look(key).await,
                applied: false,
            };
        };
        let entry = self.shards(key).entry(key, true);
        let _here = entry.wait_here();
        let reading = self.look_at(&entry).await;
        let reading = match reading.as_ref().ok().and_then(Content::etag) {
            Some(etag) if knows(etag) => {
                self.poll(&entry);
                let is_closing = || self.is_closing.load(Ordering::SeqCst);
                let changed = entry.changed(etag, deadline, is_closing).await;
                changed.unwrap_or(reading)
            }
            _ => reading,
        };
        Held {
            reading,
            applied: true,
        }
    }

    /// This server has changed a session, and so it stands now.
    pub fn tell(&self, session: &Session) {
        let key = Watched::Session(session.session_id.clone());
        if let Some(entry) = self.sessions.find(&key) {
            match Snapshot::of(session) {
                Ok(snapshot) => entry.tell(Content::Found(snapshot)),
                Err(_) => entry.outdate(),
            }
        }
        self.lists.for_each(Entry::outdate);
    }

    /// Wakes everybody who waits; from now on nobody waits any more.
    pub fn close(&self) {
        self.is_closing.store(true, Ordering::SeqCst);
        self.sessions.for_each(Entry::wake);
        self.lists.for_each(Entry::wake);
    }

    /// Is it closed?
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.is_closing.load(Ordering::SeqCst)
    }

    const fn shards(&self, key: &Watched) -> &Shards {
        match key {
            Watched::Session(_) => &self.sessions,
            _ => &self.lists,
        }
    }

    async fn look_at(&self, entry: &Entry) -> Reading {
        let read = async |latest| {
            let reading = entry.key.read(self.store.as_ref(), (self.clock)(), latest);
            timeout(READ_TIMEOUT, reading).await.unwrap_or_else(|_| {
                let seconds = READ_TIMEOUT.as_secs();
                Err(StoreError::Unavailable(format!(
                    "no answer after {seconds} s"
                )))
            })
        };
        entry.look(read).await
    }

    /// Sees to it that one task, and no more, looks for all who wait here.
    fn poll(self: &Arc<Self>, entry: &Arc<Entry>) {
        if entry.is_polled.swap(true, Ordering::SeqCst) {
            return;
        }
        self.metrics.watched.inc();
        let (hub, entry) = (Arc::clone(self), Arc::clone(entry));
        tokio::spawn(async move {
            loop {
                entry.until_due().await;
                if hub.may_rest(&entry) {
                    break;
                }
                // Whoever waits finds what this gives, an error too, in the entry.
                let _ = hub.look_at(&entry).await;
            }
            hub.metrics.watched.dec();
        });
    }

    /// Does nobody wait here any more? Then the task is no longer counted as one that looks.
    fn may_rest(&self, entry: &Entry) -> bool {
        let is_left = || entry.waiters.load(Ordering::SeqCst) == 0 || self.is_closing();
        if !is_left() {
            return false;
        }
        entry.is_polled.store(false, Ordering::SeqCst);
        // Somebody may have come just before that and relied on this task.
        is_left() || entry.is_polled.swap(true, Ordering::SeqCst)
    }
}

/// One of the places to wait at, until it is dropped.
struct Place<'a>(&'a Hub);

impl<'a> Place<'a> {
    fn take(hub: &'a Hub) -> Option<Self> {
        let before = hub.waiting.fetch_add(1, Ordering::SeqCst);
        hub.metrics.waiting.inc();
        let place = Self(hub);
        (before < hub.max_waiting && !hub.is_closing()).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
        self.0.metrics.waiting.dec();
    }
}
