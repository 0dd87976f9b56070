//! What the tests of whole workflows share: documents, agents, and a sink that keeps sessions by
//! the rules of the table and remembers every report.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use orchestrator::{
    Delivery, Document, Endpoint, HttpAgents, InvalidDocument, Orchestrator, RetryPolicy, Settings,
    StatusSink,
};
use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
use simulated_agents::{Config, Scenario, Speed};
use status_model::{
    AgentName, Session, SessionId, Timestamp,
    change::{self, AgentUpdate, Change, FinalStatus, StartSession},
};
use tokio::net::TcpListener;

/// A sink that keeps sessions in memory.
#[derive(Debug, Default)]
pub struct Table {
    sessions: Mutex<HashMap<SessionId, Session>>,
    reports: Mutex<Vec<(SessionId, Change, Delivery)>>,
}

impl Table {
    pub fn session(&self, id: &SessionId) -> Session {
        self.sessions.lock().unwrap()[id].clone()
    }

    /// Every report on a session, with what became of it.
    pub fn reports(&self, id: &SessionId) -> Vec<(Change, Delivery)> {
        let reports = self.reports.lock().unwrap();
        reports
            .iter()
            .filter(|(of, ..)| of == id)
            .map(|(_, change, delivery)| (change.clone(), delivery.clone()))
            .collect()
    }

    /// Every report on one agent of a session.
    pub fn updates(&self, id: &SessionId, agent: AgentName) -> Vec<AgentUpdate> {
        let of_agent = |(change, _)| match change {
            Change::Report(name, update) if name == agent => Some(*update),
            _ => None,
        };
        self.reports(id).into_iter().filter_map(of_agent).collect()
    }

    pub fn write(&self, id: &SessionId, change: Change) -> Delivery {
        change.validate().expect("only valid words are written");
        let mut sessions = self.sessions.lock().unwrap();
        let delivery = match change::apply(sessions.get(id), id, &change, now()) {
            Ok((after, _)) => {
                sessions.insert(id.clone(), after);
                Delivery::Delivered
            }
            Err(refusal) => Delivery::Refused(refusal.to_string()),
        };
        let report = (id.clone(), change, delivery.clone());
        self.reports.lock().unwrap().push(report);
        delivery
    }
}

impl StatusSink for Table {
    async fn initialize_status(&self, id: &SessionId, start: StartSession) -> Delivery {
        self.write(id, Change::Start(start))
    }

    async fn update_agent_status(
        &self,
        id: &SessionId,
        agent: AgentName,
        update: AgentUpdate,
    ) -> Delivery {
        self.write(id, Change::Report(agent, Box::new(update)))
    }

    async fn finalize_status(&self, id: &SessionId, status: FinalStatus) -> Delivery {
        self.write(id, Change::Finalize(status))
    }
}

pub fn now() -> Timestamp {
    let since_epoch = std::time::UNIX_EPOCH.elapsed().unwrap();
    Timestamp::from_unix_millis(since_epoch.as_millis().try_into().unwrap())
}

/// A document to which this happens.
pub fn document(scenario: &str) -> Document {
    let line = format!(
        r#"{{"sessionId": "session-{scenario}", "documentId": "FAB_1+{scenario}",
             "sourceType": "BANK", "s3Uri": "s3://bucket/BANK/FAB_1.pdf"}}"#
    );
    read(&line).unwrap()
}

/// A document to which this happens, by scenario.
pub fn document_of(scenario: Scenario) -> Document {
    document(&scenario.to_string())
}

pub fn read(line: &str) -> Result<Document, InvalidDocument> {
    Document::from_json(line, &mut Xoshiro256PlusPlus::seed_from_u64(1))
}

/// Settings that wait for nothing.
pub fn impatient() -> Settings {
    Settings {
        retry: RetryPolicy {
            base: Duration::from_millis(2),
            cap: Duration::from_millis(2),
            ..RetryPolicy::default()
        },
        simulated: false,
    }
}

/// The simulated agents, quick, behind real HTTP, at this address.
pub async fn simulated() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let config = Config {
        speed: Speed::try_from(100_000.0).unwrap(),
        ..Config::default()
    };
    tokio::spawn(simulated_agents::serve(
        listener,
        config,
        std::future::pending(),
    ));
    base
}

/// The four agents there; the one named has this timeout, the others more than any machine needs.
pub fn agents(base: &str, short: Option<(AgentName, Duration)>) -> HttpAgents {
    HttpAgents::new(AgentName::ALL.map(|agent| {
        let mut endpoint = Endpoint::below(base, agent).unwrap();
        if let Some((_, timeout)) = short.filter(|(named, _)| *named == agent) {
            endpoint.timeout = timeout;
        }
        endpoint
    }))
    .unwrap()
}

/// An orchestrator of the simulated agents, and the table that it reports to.
pub async fn orchestrator(
    short: Option<(AgentName, Duration)>,
) -> (Orchestrator<HttpAgents, Table>, Arc<Table>) {
    let table = Arc::new(Table::default());
    let agents = Arc::new(agents(&simulated().await, short));
    (
        Orchestrator::new(agents, Arc::clone(&table), impatient()),
        table,
    )
}
