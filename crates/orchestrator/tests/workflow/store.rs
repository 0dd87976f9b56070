//! The whole way into a real store.

use std::sync::Arc;

use futures_util::stream;
use orchestrator::{Document, Orchestrator, Summary, stopper};
use status_model::{AgentName, AgentStatus, OverallStatus, truth};
use status_store::{SqliteStore, StatusStore, StatusWriter};

use crate::common::{agents, document, impatient, now, simulated};

#[tokio::test]
async fn every_document_stands_in_the_store_with_its_tries() {
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(directory.path().join("status.db")).unwrap());
    let writer = StatusWriter::new(Arc::clone(&store) as Arc<dyn StatusStore>, now, || 0.5);
    let agents = Arc::new(agents(&simulated().await, None));
    let orchestrator = Orchestrator::new(agents, Arc::new(writer), impatient());

    let scenarios = ["well", "break", "matching-throttled-twice", "pdf-rejected"];
    let documents: Vec<Document> = scenarios.map(document).into();
    let (_stopper, stop) = stopper();
    let summary = orchestrator
        .run_all(stream::iter(documents.clone()), 4, stop.clone(), |_| {})
        .await;
    assert_eq!(
        summary,
        Summary {
            completed: 3,
            failed: 1,
            ..Summary::default()
        }
    );

    for (document, (writes, tries)) in documents.iter().zip([(5, 1), (6, 1), (9, 3), (3, 0)]) {
        let session = store.get(&document.session_id).await.unwrap().unwrap();
        assert_eq!(session.document_id.as_ref(), Some(&document.document_id));
        assert_eq!(session.source_type.as_ref(), Some(&document.source_type));
        assert!(session.overall_status.is_final());
        // One agent's end is written with the next one's beginning, or with the session's end; what
        // a later report on the same agent has overtaken needs no write of its own.
        assert!(session.version <= Some(writes), "{:?}", session.version);
        assert_eq!(
            session.agents[AgentName::TradeMatching].attempts.len(),
            tries
        );
        assert!(truth::warnings(&session).is_empty());
        assert!(session.total_duration.is_some());
    }

    let again = orchestrator
        .run_all(stream::iter(documents), 4, stop, |_| {})
        .await;
    assert_eq!(again.refused, 4, "{again:?}");
}

#[tokio::test]
async fn a_run_that_was_killed_goes_on_under_its_id() {
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(directory.path().join("status.db")).unwrap());
    let writer = StatusWriter::new(Arc::clone(&store) as Arc<dyn StatusStore>, now, || 0.5);
    let document = document("well");
    let id = document.session_id.clone();
    // As far as the run had come: the first agent was at work.
    writer.initialize_status(&id, document.start()).await;
    let at_work = status_model::change::AgentUpdate::new(AgentStatus::InProgress);
    writer
        .update_agent_status(&id, AgentName::PdfAdapter, at_work)
        .await;
    let begun = store.get(&id).await.unwrap().unwrap();

    let agents = Arc::new(agents(&simulated().await, None));
    let orchestrator = Orchestrator::new(agents, Arc::new(writer), impatient());
    let (_stopper, stop) = stopper();
    orchestrator.run(document, stop).await;
    let session = store.get(&id).await.unwrap().unwrap();
    assert_eq!(session.overall_status, OverallStatus::Completed);
    let first_start = |session: &status_model::Session| {
        session.agents[AgentName::PdfAdapter]
            .run
            .started_at
            .unwrap()
    };
    assert_eq!(first_start(&session), first_start(&begun));
}
