//! One watched thing.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use status_store::StoreError;
use tokio::{
    sync::{Mutex, Notify, watch},
    time::{Instant, sleep_until},
};

use super::{Content, EntityTag, Reading, Watched, pace::Pace};

/// One watched thing: its latest reading, and who waits for the next.
pub(super) struct Entry {
    pub(super) key: Watched,
    state: watch::Sender<State>,
    /// Whoever holds it may ask the store; the others wait for what that gives.
    flight: Mutex<Pace>,
    /// Wakes the task that looks for the waiters.
    look_again: Notify,
    pub(super) waiters: AtomicUsize,
    /// Is there a task that looks for the waiters?
    pub(super) is_polled: AtomicBool,
}

/// What is known of a watched thing.
#[derive(Default)]
struct State {
    latest: Option<Latest>,
    /// How often a change made here has told what stands now. A reading that began before is older
    /// than that and must not take its place.
    told: u64,
    /// How often a change made here has made what was read before out of date.
    outdated: u64,
    /// How often it had when the latest reading began.
    outdated_at_reading: u64,
}

struct Latest {
    reading: Reading,
    /// When the reading began: what it says is at least as new.
    at: Instant,
}

impl State {
    fn is_outdated(&self) -> bool {
        self.outdated != self.outdated_at_reading
    }
}

impl Entry {
    pub(super) fn new(key: Watched) -> Self {
        Self {
            key,
            state: watch::Sender::default(),
            flight: Mutex::default(),
            look_again: Notify::new(),
            waiters: AtomicUsize::new(0),
            is_polled: AtomicBool::new(false),
        }
    }

    /// Has it been read so recently that the reading is worth keeping?
    pub(super) fn is_fresh(&self, now: Instant) -> bool {
        let latest = &self.state.borrow().latest;
        latest
            .as_ref()
            .is_some_and(|latest| now - latest.at < self.key.fresh_for())
    }

    /// The latest reading where it will do for somebody who asked at `asked`: young enough, or
    /// begun after the question, however slow the store was.
    fn good_enough(&self, asked: Instant, now: Instant) -> Option<Reading> {
        let state = self.state.borrow();
        let latest = state.latest.as_ref().filter(|_| !state.is_outdated())?;
        (latest.at >= asked || now - latest.at < self.key.fresh_for())
            .then(|| latest.reading.clone())
    }

    /// The latest reading if it is young enough, else a new one, which all who ask at the same
    /// time share. Whoever reads is told what the last one gave.
    pub(super) async fn look<F>(&self, read: impl FnOnce(Option<Content>) -> F) -> Reading
    where
        F: Future<Output = Result<Content, StoreError>>,
    {
        let asked = Instant::now();
        if let Some(reading) = self.good_enough(asked, asked) {
            return reading;
        }
        let mut pace = self.flight.lock().await;
        if let Some(reading) = self.good_enough(asked, Instant::now()) {
            return reading;
        }
        if let Some(next) = pace.next().filter(|next| *next > Instant::now()) {
            // Two reads in the last second: what they gave will do, unless it is known to be
            // out of date.
            if let Some(reading) = self.latest().filter(|_| !self.state.borrow().is_outdated()) {
                return reading;
            }
            sleep_until(next).await;
            if let Some(reading) = self.good_enough(asked, Instant::now()) {
                return reading;
            }
        }
        let at = Instant::now();
        pace.begin(at);
        let (told, outdated) = {
            let state = self.state.borrow();
            (state.told, state.outdated)
        };
        let latest = self.latest().and_then(Result::ok);
        let reading = read(latest).await.map_err(Arc::new);
        let answer = reading.clone();
        self.state.send_if_modified(|state| {
            if state.told != told {
                return false;
            }
            state.outdated_at_reading = outdated;
            state.replace(reading, at)
        });
        self.latest().unwrap_or(answer)
    }

    fn latest(&self) -> Option<Reading> {
        let state = self.state.borrow();
        state.latest.as_ref().map(|latest| latest.reading.clone())
    }

    /// A change made here tells what stands now.
    pub(super) fn tell(&self, content: Content) {
        self.state.send_if_modified(|state| {
            state.told += 1;
            let known = state.latest.as_ref().and_then(|latest| {
                let content = latest.reading.as_ref().ok()?;
                content.version()
            });
            if known > content.version() {
                // Somebody else has written since, and was read in the meantime; or the session
                // has been removed and begun anew. The store knows.
                state.outdated += 1;
                return false;
            }
            state.outdated_at_reading = state.outdated;
            state.replace(Ok(content), Instant::now())
        });
    }

    /// A change made here has made what was read before out of date.
    pub(super) fn outdate(&self) {
        self.state.send_if_modified(|state| {
            state.outdated += 1;
            false
        });
        self.look_again.notify_one();
    }

    /// Wakes all who wait, whether anything has changed or not.
    pub(super) fn wake(&self) {
        self.state.send_modify(|_| {});
        self.look_again.notify_one();
    }

    /// Sleeps until there is a reason to look again: the latest reading is no longer fresh, or
    /// something has happened.
    pub(super) async fn until_due(&self) {
        let due = {
            let state = self.state.borrow();
            state
                .latest
                .as_ref()
                .map(|latest| latest.at + self.key.fresh_for())
        };
        if let Some(due) = due {
            tokio::select! {
                () = sleep_until(due) => {}
                () = self.look_again.notified() => {}
            }
        }
    }

    /// Waits until there is something else than `seen`, the deadline has passed or `give_up` says
    /// so; answers the latest reading.
    ///
    /// A store that fails meanwhile is waited for: it may be back before the deadline.
    pub(super) async fn changed(
        &self,
        seen: &EntityTag,
        deadline: Instant,
        give_up: impl Fn() -> bool,
    ) -> Option<Reading> {
        let mut updates = self.state.subscribe();
        let timeout = sleep_until(deadline);
        tokio::pin!(timeout);
        loop {
            {
                let state = updates.borrow_and_update();
                if let Some(Ok(content)) = state.latest.as_ref().map(|latest| &latest.reading)
                    && content.etag() != Some(seen)
                {
                    return Some(Ok(content.clone()));
                }
            }
            // Asked after the subscription, so that a wake-up in between is not missed.
            if give_up() {
                return self.latest();
            }
            tokio::select! {
                changed = updates.changed() => if changed.is_err() { return self.latest() },
                () = &mut timeout => return self.latest(),
            }
        }
    }

    /// One more waits, until the guard is dropped.
    pub(super) fn wait_here(self: &Arc<Self>) -> WaitingHere {
        self.waiters.fetch_add(1, Ordering::SeqCst);
        WaitingHere(Arc::clone(self))
    }
}

impl State {
    /// Takes a reading over; says whether those who wait have to see it.
    fn replace(&mut self, reading: Reading, at: Instant) -> bool {
        let is_news = match (self.latest.as_ref().map(|latest| &latest.reading), &reading) {
            (_, Err(_)) => false,
            (Some(Ok(before)), Ok(now)) => before != now,
            (_, Ok(_)) => true,
        };
        self.latest = Some(Latest { reading, at });
        is_news
    }
}

/// Counts as one who waits for an entry.
pub(super) struct WaitingHere(Arc<Entry>);

impl Drop for WaitingHere {
    fn drop(&mut self) {
        self.0.waiters.fetch_sub(1, Ordering::SeqCst);
    }
}
