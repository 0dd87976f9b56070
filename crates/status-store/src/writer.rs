//! Reports that never fail the workflow, and with an [`Outbox`] are never lost.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | `outcome` | what became of a report, and what the log says of it |
//! | `policy` | when a report is tried again, and when it is given up; pure |
//! | `replay` | writing what waits in the outbox, beside all else |

mod outcome;
mod policy;
mod replay;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use status_model::{
    AgentName, SessionId, Timestamp,
    change::{AgentUpdate, Change, FinalStatus, StartSession},
};
use tokio::time::{Instant, sleep, timeout_at};

use crate::{
    Outbox, StatusStore, StoreError, UpdateError,
    outbox::{Report, Route},
    update,
};
pub use outcome::Outcome;
use outcome::{Failure, log};
pub use policy::RetryPolicy;
use replay::{Means, Replay};

/// Tells the time.
pub type Clock = dyn Fn() -> Timestamp + Send + Sync;
/// Gives numbers from 0 to below 1.
pub type Random = dyn Fn() -> f64 + Send + Sync;

/// How a writer is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// So many times a report was tried again.
    pub retries: u64,
    /// So many reports wait in the outbox.
    pub outbox_reports: usize,
    /// The age of the oldest of them.
    pub outbox_oldest_age: Option<Duration>,
    /// So many reports were given up: what waited and was refused for good, what found no room,
    /// and, without an outbox, what the store did not take in time.
    pub dropped: u64,
}

/// Reports to a store, again while it can't be reached; what fails in the end is logged, once,
/// and answered as an [`Outcome`]. Clones share what they report to.
///
/// A report is of the moment in which it is made, however late the store takes it. No report takes
/// longer than the policy's deadline. With an [outbox](StatusWriter::with_outbox), what the store
/// has not taken in half of it is kept on the disk and written once it is back: each session's reports
/// in the order in which they were made, so long as each is awaited before the next.
#[derive(Clone)]
pub struct StatusWriter {
    store: Arc<dyn StatusStore>,
    policy: RetryPolicy,
    clock: Arc<Clock>,
    random: Arc<Random>,
    outbox: Option<(Outbox, Arc<Replay>)>,
    retries: Arc<AtomicU64>,
    lost: Arc<AtomicU64>,
}

impl StatusWriter {
    /// A writer with the usual [`RetryPolicy`]. `clock` gives the time of a report; `random`,
    /// from 0 to below 1, spreads the tries of many writers.
    pub fn new(
        store: Arc<dyn StatusStore>,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
        random: impl Fn() -> f64 + Send + Sync + 'static,
    ) -> Self {
        Self {
            store,
            policy: RetryPolicy::default(),
            clock: Arc::new(clock),
            random: Arc::new(random),
            outbox: None,
            retries: Arc::default(),
            lost: Arc::default(),
        }
    }

    /// The same writer with another policy, which is set before the outbox.
    #[must_use]
    pub fn with_policy(mut self, policy: RetryPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// The same writer with an outbox. What waits in it is written from now on, by a task that
    /// ends with the last clone of this writer; so this is called within a runtime.
    #[must_use]
    pub fn with_outbox(mut self, outbox: Outbox) -> Self {
        let means = Means {
            store: Arc::clone(&self.store),
            outbox: outbox.clone(),
            policy: self.policy,
            random: Arc::clone(&self.random),
        };
        self.outbox = Some((outbox, Arc::new(means.start())));
        self
    }

    /// How it is doing.
    #[must_use]
    pub fn health(&self) -> Health {
        let outbox = self.outbox();
        let age = |oldest| {
            let age = (self.clock)().since(oldest).unwrap_or_default();
            Duration::from_millis(age.millis())
        };
        Health {
            retries: self.retries.load(Ordering::Relaxed),
            outbox_reports: outbox.map_or(0, Outbox::len),
            outbox_oldest_age: outbox.and_then(Outbox::oldest).map(age),
            dropped: self.lost.load(Ordering::Relaxed) + outbox.map_or(0, Outbox::dropped),
        }
    }

    /// Its outbox.
    #[must_use]
    pub fn outbox(&self) -> Option<&Outbox> {
        self.outbox.as_ref().map(|(outbox, _)| outbox)
    }

    /// Reports the start of a session, or what was not known at its start.
    pub async fn initialize_status(&self, id: &SessionId, start: StartSession) -> Outcome {
        self.write(id, &Change::Start(start)).await
    }

    /// Reports on one agent.
    pub async fn update_agent_status(
        &self,
        id: &SessionId,
        agent: AgentName,
        update: AgentUpdate,
    ) -> Outcome {
        self.write(id, &Change::Report(agent, Box::new(update)))
            .await
    }

    /// Reports the end of a session.
    pub async fn finalize_status(&self, id: &SessionId, status: FinalStatus) -> Outcome {
        self.write(id, &Change::Finalize(status)).await
    }

    /// Reports several things in one write: agents, each once, and the end. If one is refused, all
    /// are.
    pub async fn update_together(&self, id: &SessionId, changes: Vec<Change>) -> Outcome {
        self.write(id, &Change::Together(changes)).await
    }

    async fn write(&self, id: &SessionId, change: &Change) -> Outcome {
        let at = (self.clock)();
        let begun = Instant::now();
        let written = match (change.validate(), self.outbox()) {
            (Err(invalid), _) => Err(Failure::Invalid(invalid)),
            (Ok(()), None) => self.send(id, change, at, begun, self.policy).await,
            (Ok(()), Some(outbox)) => self.send_or_keep(outbox, id, change, at, begun).await,
        };
        written.unwrap_or_else(|failure| {
            log(id, change, &failure);
            if matches!(failure, Failure::Lost { .. }) {
                self.lost.fetch_add(1, Ordering::Relaxed);
            }
            failure.into()
        })
    }

    async fn send_or_keep(
        &self,
        outbox: &Outbox,
        id: &SessionId,
        change: &Change,
        at: Timestamp,
        begun: Instant,
    ) -> Result<Outcome, Failure> {
        match outbox.route(id, change) {
            Route::Keep => {}
            Route::Foreign => return Err(Failure::Foreign),
            Route::Send => {
                // What is left of the time is the disk's, and that of the workflow's other reports:
                // all of them together are not to be slowed by more than the deadline of one.
                let policy = RetryPolicy {
                    deadline: self.policy.deadline / 2,
                    ..self.policy
                };
                match self.send(id, change, at, begun, policy).await {
                    Err(Failure::Lost { error, .. }) if error.may_pass() => {
                        outbox.store_is_away((self.random)(), &error);
                    }
                    written => {
                        outbox.store_answers();
                        return written;
                    }
                }
            }
        }
        // One by one, since by then the store may refuse one of them.
        let parts = change.parts().iter().map(|part| Report {
            session_id: id.clone(),
            at,
            change: part.clone(),
        });
        let ticket = outbox.keep(parts.collect()).map_err(|_| Failure::Full)?;
        // A disk that takes longer has it in its own time.
        let _ = timeout_at(begun + self.policy.deadline, outbox.on_disk(ticket)).await;
        Ok(Outcome::Kept)
    }

    /// Tries until the policy gives it up or, with an outbox, others have found the store away.
    async fn send(
        &self,
        id: &SessionId,
        change: &Change,
        at: Timestamp,
        begun: Instant,
        policy: RetryPolicy,
    ) -> Result<Outcome, Failure> {
        let mut tries = 0;
        loop {
            tries += 1;
            let attempt = update(self.store.as_ref(), id, change, at);
            let error = match timeout_at(begun + policy.deadline, attempt).await {
                Ok(Ok((_, effect))) => return Ok(Outcome::Written(effect)),
                Ok(Err(UpdateError::Refused(refusal))) => return Err(Failure::Refused(refusal)),
                Ok(Err(UpdateError::Store(error))) => error,
                Err(_) => StoreError::Unavailable("it did not answer in time".to_owned()),
            };
            let is_kept_anyway = self.outbox().is_some_and(Outbox::is_store_away);
            match policy.again(tries, begun.elapsed(), (self.random)()) {
                Some(delay) if error.is_transient() && !is_kept_anyway => {
                    self.retries.fetch_add(1, Ordering::Relaxed);
                    sleep(delay).await;
                }
                _ => return Err(Failure::Lost { tries, error }),
            }
        }
    }
}
