//! Whole workflows through simulated agents behind AgentCore's path.

use std::sync::Arc;

use orchestrator::{
    Document, HttpAgents, Orchestrator, Settings,
    agent::{DEFAULT_TIMEOUT, configuration},
    stopper,
};
use serde_json::json;
use simulated_agents::{Config, Speed};
use status_model::{AgentStatus, OverallStatus, Timestamp};
use status_store::{SqliteStore, StatusStore, StatusWriter};
use tokio::net::TcpListener;

use crate::service::credentials;

/// The simulated agents, quick.
async fn simulated() -> String {
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

fn agents(base: &str) -> HttpAgents {
    let entry = |name: &str| {
        json!({
            "arn": format!(
                "arn:aws:bedrock-agentcore:eu-central-1:123456789012:runtime/{name}-Ab1Cd2Ef3G"
            ),
            "endpoint": base,
        })
    };
    let text = json!({
        "pdfAdapter": entry("pdf_adapter"),
        "tradeExtraction": entry("trade_extraction"),
        // One of them may be elsewhere.
        "tradeMatching": {"url": format!("{base}/agents/trade-matching"), "timeoutSeconds": 60},
        "exceptionManagement": entry("exception_management"),
    });
    let endpoints = configuration::parse(&text.to_string(), DEFAULT_TIMEOUT).unwrap();
    HttpAgents::new(endpoints)
        .unwrap()
        .signed_with(credentials())
}

#[tokio::test]
async fn a_document_goes_through_all_agents_and_each_step_is_in_the_store() {
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(directory.path().join("status.db")).unwrap());
    let now = || Timestamp::from_unix_millis(1_795_336_260_000);
    let writer = StatusWriter::new(Arc::clone(&store) as Arc<dyn StatusStore>, now, || 0.5);
    let agents = Arc::new(agents(&simulated().await));
    let orchestrator = Orchestrator::new(agents, Arc::new(writer), Settings::default());

    let line = json!({
        "session_id": "s-1", "document_id": "FAB_1+break", "source_type": "BANK",
        "s3_bucket": "bucket", "s3_key": "BANK/FAB_1.pdf",
    });
    let document = Document::from_json(&line.to_string(), &mut rand::rng()).unwrap();
    let (_stopper, stop) = stopper();
    let id = document.session_id.clone();
    orchestrator.run(document, stop).await;

    let session = store.get(&id).await.unwrap().unwrap();
    assert_eq!(session.overall_status, OverallStatus::Completed);
    for agent in status_model::AgentName::ALL {
        let run = &session.agents[agent].run;
        assert_eq!(run.status, AgentStatus::Success, "{agent}: {:?}", run.error);
        assert!(run.token_usage.is_some());
    }
    let matching = &session.agents[status_model::AgentName::TradeMatching];
    assert_eq!(
        matching.match_classification.as_ref().unwrap().as_str(),
        "BREAK"
    );
    assert!(matching.confidence_score.is_some());
}
