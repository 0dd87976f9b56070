//! The table goes away in the middle of many workflows. Time is tokio's paused time.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::stream;
use orchestrator::{Delivery, Document, Orchestrator, Settings, StatusSink, Summary, stopper};
use status_model::{
    AgentName, AgentStatus, OverallStatus, Run, Seconds, Session, SessionId, SourceType, Timestamp,
    TokenUsage,
    api::{MatchingCounts, Overview, UsualDurations},
    change::{AgentUpdate, Change, FinalStatus, StartSession},
    truth,
};
use status_store::{CommitError, ListQuery, Outbox, Page, StatusStore, StatusWriter, StoreError};
use tokio::time::{Instant, sleep, timeout};

use AgentName::{ExceptionManagement, PdfAdapter, TradeExtraction, TradeMatching};

use crate::{
    common::{now, read},
    fakes::{Act, Scripted},
};

const WORKFLOWS: usize = 200;

/// A table that may be away: it then gives no answer at all.
#[derive(Default)]
struct Table {
    sessions: Mutex<HashMap<SessionId, Session>>,
    is_away: AtomicBool,
}

impl Table {
    /// As long as a table takes, or for ever.
    async fn work(&self) {
        sleep(Duration::from_millis(5)).await;
        if self.is_away.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
    }

    fn session(&self, id: &SessionId) -> Option<Session> {
        self.sessions.lock().unwrap().get(id).cloned()
    }
}

fn not_asked_for<T>() -> Result<T, StoreError> {
    panic!("a writer reads and writes single sessions")
}

#[async_trait::async_trait]
impl StatusStore for Table {
    async fn get(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        self.work().await;
        Ok(self.session(id))
    }

    async fn commit(&self, before: Option<&Session>, after: &Session) -> Result<(), CommitError> {
        self.work().await;
        let mut sessions = self.sessions.lock().unwrap();
        let standing = sessions.get(&after.session_id);
        if standing.map(|s| s.version) != before.map(|s| s.version) {
            return Err(CommitError::Conflict);
        }
        sessions.insert(after.session_id.clone(), after.clone());
        Ok(())
    }

    async fn list(&self, _: &ListQuery, _: Timestamp) -> Result<Page, StoreError> {
        not_asked_for()
    }

    async fn matching_counts(
        &self,
        _: Timestamp,
        _: Timestamp,
    ) -> Result<MatchingCounts, StoreError> {
        not_asked_for()
    }

    async fn overview(&self, _: Option<&SourceType>, _: Timestamp) -> Result<Overview, StoreError> {
        not_asked_for()
    }

    async fn usual_durations(&self, _: Timestamp) -> Result<UsualDurations, StoreError> {
        not_asked_for()
    }

    async fn purge_expired(&self, _: Timestamp) -> Result<u64, StoreError> {
        not_asked_for()
    }

    async fn ready(&self) -> Result<(), StoreError> {
        not_asked_for()
    }
}

/// A writer that measures how long each report takes, and remembers what was reported last of each
/// agent.
struct Measured {
    writer: StatusWriter,
    longest: Mutex<Duration>,
    told: Mutex<HashMap<(SessionId, AgentName), AgentUpdate>>,
}

impl Measured {
    async fn measured<T>(&self, report: impl Future<Output = T>) -> T {
        let begun = Instant::now();
        let delivery = report.await;
        let mut longest = self.longest.lock().unwrap();
        *longest = longest.max(begun.elapsed());
        delivery
    }
}

impl StatusSink for Measured {
    async fn initialize_status(&self, id: &SessionId, start: StartSession) -> Delivery {
        let report = StatusSink::initialize_status(&self.writer, id, start);
        self.measured(report).await
    }

    async fn update_agent_status(
        &self,
        id: &SessionId,
        agent: AgentName,
        update: AgentUpdate,
    ) -> Delivery {
        let told = (id.clone(), agent);
        self.told.lock().unwrap().insert(told, update.clone());
        let report = StatusSink::update_agent_status(&self.writer, id, agent, update);
        self.measured(report).await
    }

    async fn finalize_status(&self, id: &SessionId, status: FinalStatus) -> Delivery {
        let report = StatusSink::finalize_status(&self.writer, id, status);
        self.measured(report).await
    }

    async fn report_together(&self, id: &SessionId, changes: Vec<Change>) -> Vec<Delivery> {
        for change in &changes {
            if let Change::Report(agent, update) = change {
                let told = (id.clone(), *agent);
                self.told.lock().unwrap().insert(told, (**update).clone());
            }
        }
        let report = StatusSink::report_together(&self.writer, id, changes);
        self.measured(report).await
    }
}

fn documents() -> Vec<Document> {
    let line = |n| format!(r#"{{"sessionId":"s{n}","documentId":"FAB_{n}","sourceType":"BANK"}}"#);
    (0..WORKFLOWS).map(|n| read(&line(n)).unwrap()).collect()
}

/// All that was reported of an agent stands there.
fn assert_landed(run: &Run, attempts: &[Run], told: &AgentUpdate) {
    assert_eq!(run.status, told.status);
    assert_eq!(run.started_at, told.started_at);
    assert_eq!(run.completed_at, told.completed_at);
    assert_eq!(run.duration, told.duration);
    assert_eq!(attempts, told.attempts.clone().unwrap_or_default());
}

#[tokio::test(start_paused = true)]
async fn two_hundred_workflows_land_whole_and_none_waits_longer_than_the_deadline() {
    let table = Arc::new(Table::default());
    let directory = tempfile::tempdir().unwrap();
    // The wall clock goes on with the paused one.
    let (begun, at_begin) = (Instant::now(), now());
    let clock = move || {
        let elapsed = u64::try_from(begun.elapsed().as_millis()).unwrap();
        at_begin + Seconds::from_millis(elapsed)
    };
    let writer = StatusWriter::new(Arc::clone(&table) as _, clock, || 0.5)
        .with_outbox(Outbox::open(directory.path(), "test"));
    let sink = Arc::new(Measured {
        writer: writer.clone(),
        longest: Mutex::default(),
        told: Mutex::default(),
    });
    // Some are throttled before the outage, some in it: a try more each.
    let throttled = (0..20).flat_map(|_| {
        [
            (PdfAdapter, Act::Throttles(8)),
            (TradeExtraction, Act::Throttles(9)),
        ]
    });
    let agents = Scripted::new(throttled);
    let orchestrator = Orchestrator::new(agents, Arc::clone(&sink), Settings::default());

    let (_stopper, stop) = stopper();
    let run = orchestrator.run_all(stream::iter(documents()), WORKFLOWS, stop, |_| {});
    // Each agent takes ten seconds: it goes away with the second one at work, for a minute.
    let outage = async {
        sleep(Duration::from_secs(15)).await;
        table.is_away.store(true, Ordering::SeqCst);
        sleep(Duration::from_mins(1)).await;
        assert!(writer.health().outbox_reports > WORKFLOWS);
        table.is_away.store(false, Ordering::SeqCst);
    };
    let (summary, ()) = tokio::join!(run, outage);
    assert_eq!(
        summary,
        Summary {
            completed: 200,
            ..Summary::default()
        }
    );
    let mut left = writer.outbox().unwrap().watch();
    let empty = timeout(Duration::from_mins(1), left.wait_for(|len| *len == 0)).await;
    empty.expect("what waits is written").unwrap();

    let longest = *sink.longest.lock().unwrap();
    assert!(longest <= Duration::from_secs(5), "{longest:?}");
    assert!(longest > Duration::from_secs(2), "the outage was met");
    assert_eq!(writer.health().dropped, 0);
    let mut tries = 0;
    for document in documents() {
        let session = table.session(&document.session_id).unwrap();
        assert_eq!(session.overall_status, OverallStatus::Completed);
        assert_eq!(session.document_id.as_ref(), Some(&document.document_id));
        assert!(session.created_at <= session.agents[PdfAdapter].run.started_at);
        let told = sink.told.lock().unwrap();
        for agent in [PdfAdapter, TradeExtraction, TradeMatching] {
            let told = &told[&(document.session_id.clone(), agent)];
            let agent = &session.agents[agent];
            assert_landed(&agent.run, &agent.attempts, told);
            tries += agent.attempts.len();
        }
        let skipped = &session.agents[ExceptionManagement].run;
        assert_eq!(skipped.status, AgentStatus::Skipped);
        assert!(skipped.activity.is_some());
        let three = TokenUsage {
            input: 9,
            output: 12,
        };
        assert_eq!(truth::total_token_usage(&session).known, three);
        let first = session.agents[PdfAdapter].run.started_at.unwrap();
        let last = session.agents[TradeMatching].run.completed_at.unwrap();
        let total = session.total_duration.unwrap();
        assert!(total >= last.since(first).unwrap() && total < Seconds::from_secs(60));
    }
    assert!(tries > 3 * WORKFLOWS, "some were tried twice");
}
