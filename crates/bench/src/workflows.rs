//! Documents through simulated agents, every report of theirs timed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures_util::stream;
use orchestrator::{
    Delivery, Document, Endpoint, HttpAgents, Orchestrator, Settings, StatusSink, Summary, stopper,
};
use simulated_agents::{Config, Speed};
use status_model::{
    AgentName, Session, SessionId, SourceType,
    change::{AgentUpdate, Change, FinalStatus, StartSession},
};
use status_store::StatusWriter;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Simulated agents over HTTP, gone when this is dropped.
pub struct SimulatedAgents {
    base: String,
    serving: JoinHandle<std::io::Result<()>>,
}

impl SimulatedAgents {
    /// So many times faster than the real ones.
    pub async fn start(speed: f64) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let base = format!("http://{}", listener.local_addr()?);
        let config = Config {
            speed: Speed::try_from(speed)?,
            ..Config::default()
        };
        let serving = simulated_agents::serve(listener, config, std::future::pending());
        Ok(Self {
            base,
            serving: tokio::spawn(serving),
        })
    }

    fn agents(&self) -> Result<HttpAgents> {
        let at = |agent| Endpoint::below(&self.base, agent);
        let [pdf, extraction, matching, exception] = AgentName::ALL;
        let endpoints = [at(pdf)?, at(extraction)?, at(matching)?, at(exception)?];
        HttpAgents::new(endpoints).context("the simulated agents can't be reached")
    }

    /// Runs all documents at the same time, and reports to the sink.
    pub async fn run(&self, documents: Vec<Document>, sink: Arc<TimedSink>) -> Result<Summary> {
        let settings = Settings {
            simulated: true,
            ..Settings::default()
        };
        let orchestrator = Orchestrator::new(Arc::new(self.agents()?), sink, settings);
        let (_stopper, stop) = stopper();
        let count = documents.len();
        let documents = stream::iter(documents);
        Ok(orchestrator.run_all(documents, count, stop, |_| {}).await)
    }
}

impl Drop for SimulatedAgents {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// A document to which this happens; see `simulated_agents::Scenario`.
pub fn document(session_id: &str, scenario: &str) -> Result<Document> {
    Ok(Document {
        session_id: session_id.parse()?,
        correlation_id: format!("corr_{session_id}"),
        document_id: format!("BENCH_{session_id}+{scenario}"),
        source_type: SourceType::Bank,
        location: orchestrator::document::Location::default(),
        action: None,
    })
}

/// A writer that measures how long each report takes, and remembers what was reported last.
pub struct TimedSink {
    writer: StatusWriter,
    told: Mutex<Told>,
}

#[derive(Default)]
struct Told {
    longest: Duration,
    /// What all reports of a session have taken.
    waited: HashMap<SessionId, Duration>,
    agents: HashMap<(SessionId, AgentName), AgentUpdate>,
}

impl TimedSink {
    /// Reports by this writer.
    pub fn new(writer: StatusWriter) -> Arc<Self> {
        Arc::new(Self {
            writer,
            told: Mutex::default(),
        })
    }

    /// What the longest report took.
    pub fn longest(&self) -> Duration {
        self.told().longest
    }

    /// What all reports of each workflow took together.
    pub fn waited(&self) -> HashMap<SessionId, Duration> {
        self.told().waited.clone()
    }

    /// Does a session say of each agent what was last reported: when it began, its tries, its end?
    pub fn is_told_by(&self, session: &Session) -> bool {
        let told = self.told();
        session.agents.iter().all(|(name, agent)| {
            let told = told.agents.get(&(session.session_id.clone(), name));
            told.is_none_or(|told| {
                agent.run.status == told.status
                    && agent.run.started_at == told.started_at
                    && agent.run.completed_at == told.completed_at
                    && agent.attempts == told.attempts.clone().unwrap_or_default()
            })
        })
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn timed<T>(&self, id: &SessionId, report: impl Future<Output = T>) -> T {
        let start = Instant::now();
        let delivery = report.await;
        let took = start.elapsed();
        let mut told = self.told();
        told.longest = told.longest.max(took);
        *told.waited.entry(id.clone()).or_default() += took;
        delivery
    }
}

impl StatusSink for TimedSink {
    async fn initialize_status(&self, id: &SessionId, start: StartSession) -> Delivery {
        let report = StatusSink::initialize_status(&self.writer, id, start);
        self.timed(id, report).await
    }

    async fn update_agent_status(
        &self,
        id: &SessionId,
        agent: AgentName,
        update: AgentUpdate,
    ) -> Delivery {
        let key = (id.clone(), agent);
        self.told().agents.insert(key, update.clone());
        let report = StatusSink::update_agent_status(&self.writer, id, agent, update);
        self.timed(id, report).await
    }

    async fn finalize_status(&self, id: &SessionId, status: FinalStatus) -> Delivery {
        let report = StatusSink::finalize_status(&self.writer, id, status);
        self.timed(id, report).await
    }

    async fn report_together(&self, id: &SessionId, changes: Vec<Change>) -> Vec<Delivery> {
        for change in &changes {
            if let Change::Report(agent, update) = change {
                let key = (id.clone(), *agent);
                self.told().agents.insert(key, (**update).clone());
            }
        }
        let report = StatusSink::report_together(&self.writer, id, changes);
        self.timed(id, report).await
    }
}
