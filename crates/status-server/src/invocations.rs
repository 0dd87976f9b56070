//! Workflows that are asked for over HTTP: each session once, no more of them than there are places,
//! and each to its end, whether anybody waits for it or not.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use orchestrator::{Agents, Document, Orchestrator, Outcome, Phase, StatusSink, Stop};
use prometheus_client::metrics::gauge::Gauge;
use status_model::{SessionId, Timestamp};
use tokio::sync::watch;

use crate::clock::Clock;

/// Whoever runs a document to a reported end.
#[async_trait]
pub trait Workflows: Send + Sync + 'static {
    /// Runs one document.
    async fn run(&self, document: Document, stop: Stop) -> Outcome;
}

#[async_trait]
impl<A: Agents, S: StatusSink> Workflows for Orchestrator<A, S> {
    async fn run(&self, document: Document, stop: Stop) -> Outcome {
        Self::run(self, document, stop).await
    }
}

/// The workflows that are under way.
pub struct Invocations {
    workflows: Arc<dyn Workflows>,
    places: usize,
    stop: Stop,
    clock: Clock,
    metric: Gauge,
    state: Mutex<State>,
    /// How many are under way, for who waits until none is.
    count: watch::Sender<usize>,
}

struct State {
    running: HashMap<SessionId, Running>,
    health: Health,
}

struct Running {
    document: Document,
    outcome: watch::Receiver<Option<Outcome>>,
}

/// Is anything under way?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// Is it?
    pub is_busy: bool,
    /// Since when it is so.
    pub since: Timestamp,
}

/// Why a document is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// All places are taken.
    #[error("all places are taken")]
    Full,
    /// The server is ending.
    #[error("the server is ending")]
    Ending,
    /// Its session is under way with another document.
    #[error("the session is under way with another document")]
    Other,
}

/// A workflow that is under way.
#[derive(Debug)]
pub struct UnderWay(watch::Receiver<Option<Outcome>>);

impl UnderWay {
    /// What comes of it. Nothing only where its task was ended from outside.
    pub async fn outcome(mut self) -> Option<Outcome> {
        let outcome = self.0.wait_for(Option::is_some).await.ok()?;
        outcome.clone()
    }
}

impl Invocations {
    /// No workflow yet, and places for so many. `stop` ends them.
    #[must_use]
    pub fn new(workflows: Arc<dyn Workflows>, places: usize, stop: Stop, clock: Clock) -> Self {
        Self {
            workflows,
            places,
            stop,
            clock,
            metric: Gauge::default(),
            state: Mutex::new(State {
                running: HashMap::new(),
                health: Health {
                    is_busy: false,
                    since: clock(),
                },
            }),
            count: watch::Sender::new(0),
        }
    }

    /// The same, with this gauge for how many are under way.
    #[must_use]
    pub fn counted(self, metric: Gauge) -> Self {
        Self { metric, ..self }
    }

    /// Begins to run a document, or joins those who wait for it already.
    ///
    /// # Errors
    /// Where it is [not taken](NotTaken).
    pub fn begin(self: &Arc<Self>, document: Document) -> Result<UnderWay, NotTaken> {
        let mut state = self.state();
        if let Some(running) = state.running.get(&document.session_id) {
            return if running.document == document {
                Ok(UnderWay(running.outcome.clone()))
            } else {
                Err(NotTaken::Other)
            };
        }
        if self.stop.phase() > Phase::Running {
            return Err(NotTaken::Ending);
        }
        if state.running.len() >= self.places {
            return Err(NotTaken::Full);
        }
        let (tell, outcome) = watch::channel(None);
        let place = Place {
            invocations: Arc::clone(self),
            id: document.session_id.clone(),
        };
        let running = Running {
            document: document.clone(),
            outcome: outcome.clone(),
        };
        state.running.insert(place.id.clone(), running);
        self.count(&mut state);
        drop(state);
        tokio::spawn(async move {
            let Place { invocations, .. } = &place;
            let stop = invocations.stop.clone();
            let outcome = invocations.workflows.run(document, stop).await;
            // The place is free before anybody hears of the end: who asks for the same session
            // then finds it in the store.
            drop(place);
            tell.send_replace(Some(outcome));
        });
        Ok(UnderWay(outcome))
    }

    /// Is anything under way?
    #[must_use]
    pub fn health(&self) -> Health {
        self.state().health
    }

    /// Waits until nothing is under way any more.
    pub async fn ended(&self) {
        // The sender lives as long as this.
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, state: &mut State) {
        let count = state.running.len();
        let is_busy = count > 0;
        if is_busy != state.health.is_busy {
            state.health = Health {
                is_busy,
                since: (self.clock)(),
            };
        }
        self.metric.set(i64::try_from(count).unwrap_or(i64::MAX));
        self.count.send_replace(count);
    }
}

/// A place that a workflow takes, until it is dropped; a panic gives it back too.
struct Place {
    invocations: Arc<Invocations>,
    id: SessionId,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.invocations.state();
        state.running.remove(&self.id);
        self.invocations.count(&mut state);
    }
}
