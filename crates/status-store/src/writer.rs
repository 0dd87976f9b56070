//! Reports that never fail the workflow.

mod policy;

use std::{fmt, sync::Arc};

use status_model::{
    AgentName, SessionId, Timestamp,
    change::{AgentUpdate, Change, Effect, FinalStatus, InvalidChange, Refusal, StartSession},
};
use tokio::time::{Instant, sleep, timeout_at};

use crate::{StatusStore, StoreError, UpdateError, update};
pub use policy::RetryPolicy;

/// Tells the time.
pub type Clock = dyn Fn() -> Timestamp + Send + Sync;
/// Gives numbers from 0 to below 1.
pub type Random = dyn Fn() -> f64 + Send + Sync;

/// What became of a report.
///
/// There is no error to pass on: a workflow goes on whatever happens to its reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It stands in the store.
    Written(Effect),
    /// It contradicts what stands there, and has changed nothing.
    Refused(Refusal),
    /// It says what may not be written.
    Invalid(InvalidChange),
    /// The store could not take it. It may stand there all the same, where only the store's
    /// answer was lost.
    Lost,
}

impl Outcome {
    /// Does the store now say what was reported?
    #[must_use]
    pub const fn is_written(self) -> bool {
        matches!(self, Self::Written(_))
    }
}

/// Reports to a store, again while it can't be reached; what fails in the end is logged, once,
/// and answered as an [`Outcome`]. Clones share what they report to.
///
/// A report is of the moment in which it is made, however late the store takes it.
#[derive(Clone)]
pub struct StatusWriter {
    store: Arc<dyn StatusStore>,
    policy: RetryPolicy,
    clock: Arc<Clock>,
    random: Arc<Random>,
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
        }
    }

    /// The same writer with another policy.
    #[must_use]
    pub fn with_policy(mut self, policy: RetryPolicy) -> Self {
        self.policy = policy;
        self
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

    async fn write(&self, id: &SessionId, change: &Change) -> Outcome {
        let outcome = match change.validate() {
            Err(invalid) => Err(Failure::Invalid(invalid)),
            Ok(()) => self.try_until_deadline(id, change).await,
        };
        outcome.unwrap_or_else(|failure| {
            let what = Described(change);
            tracing::warn!(session_id = %id, report = %what, %failure, "a status report failed");
            failure.into()
        })
    }

    async fn try_until_deadline(
        &self,
        id: &SessionId,
        change: &Change,
    ) -> Result<Outcome, Failure> {
        let now = (self.clock)();
        let deadline = Instant::now() + self.policy.deadline;
        let mut tries = 0;
        loop {
            tries += 1;
            let attempt = update(self.store.as_ref(), id, change, now);
            let error = match timeout_at(deadline, attempt).await {
                Ok(Ok((_, effect))) => return Ok(Outcome::Written(effect)),
                Ok(Err(UpdateError::Refused(refusal))) => return Err(Failure::Refused(refusal)),
                Ok(Err(UpdateError::Store(error))) => error,
                Err(_) => StoreError::Unavailable("it did not answer in time".to_owned()),
            };
            let delay = self.policy.delay(tries, (self.random)());
            let is_last = tries >= self.policy.max_tries || Instant::now() + delay >= deadline;
            if is_last || !error.is_transient() {
                return Err(Failure::Lost { tries, error });
            }
            sleep(delay).await;
        }
    }
}

/// Why a report does not stand in the store, for the log.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("refused: {0}")]
    Refused(Refusal),
    #[error("invalid: {0}")]
    Invalid(InvalidChange),
    #[error("lost after {tries} tries: {error}")]
    Lost { tries: u32, error: StoreError },
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Invalid(invalid) => Self::Invalid(invalid),
            Failure::Lost { .. } => Self::Lost,
        }
    }
}

/// A report in a few words, without the document's data.
struct Described<'a>(&'a Change);

impl fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Change::Start(_) => f.write_str("start"),
            Change::Report(agent, update) => write!(f, "{agent} {}", update.status),
            Change::Finalize(status) => write!(f, "final {status:?}"),
        }
    }
}
