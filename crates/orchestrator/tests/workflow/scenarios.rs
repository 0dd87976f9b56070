//! Whole workflows through the simulated agents over HTTP, one scenario after the other.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use orchestrator::{Delivery, Orchestrator, Settings, Verdict, stopper};
use simulated_agents::{Scenario, Trouble};
use status_model::{
    AgentName, AgentStatus, MatchClassification, OverallStatus, Session, change::Change, truth,
};

use AgentName::{ExceptionManagement, PdfAdapter, TradeExtraction, TradeMatching};

use crate::common::{Table, agents, document, document_of, impatient, orchestrator, simulated};

/// How long those are waited for that don't answer; a hundred times what the others need.
const TIMEOUT: Duration = Duration::from_secs(1);

/// The document's session after its way, every report of it checked.
async fn session_of(scenario: Scenario) -> (Session, Verdict) {
    let short = match scenario {
        Scenario::Troubled(agent, Trouble::Timeout | Trouble::Stuck) => Some((agent, TIMEOUT)),
        _ => None,
    };
    let (orchestrator, table) = orchestrator(short).await;
    let document = document_of(scenario);
    let id = document.session_id.clone();
    let (_stopper, stop) = stopper();
    let outcome = orchestrator.run(document, stop).await;
    assert_eq!(outcome.reports_lost, 0);
    let reports = table.reports(&id);
    for (change, delivery) in &reports {
        assert_eq!(*delivery, Delivery::Delivered, "{scenario}: {change:?}");
    }
    assert!(matches!(reports.first(), Some((Change::Start(_), _))));
    assert!(matches!(reports.last(), Some((Change::Finalize(_), _))));
    for agent in AgentName::ALL {
        let updates = table.updates(&id, agent);
        let first = updates.first().unwrap().started_at;
        for update in updates {
            assert_eq!(update.started_at, first, "{scenario}: {agent}");
        }
    }
    (table.session(&id), outcome.verdict)
}

fn statuses(session: &Session) -> Vec<&str> {
    let statuses = session.agents.iter();
    statuses
        .map(|(_, agent)| agent.run.status.as_str())
        .collect()
}

#[tokio::test]
async fn all_goes_well() {
    let (session, verdict) = session_of(Scenario::Well).await;
    assert_eq!(verdict, Verdict::Completed);
    assert_eq!(session.overall_status, OverallStatus::Completed);
    assert_eq!(
        statuses(&session),
        ["success", "success", "success", "skipped"]
    );
    for agent in [PdfAdapter, TradeExtraction, TradeMatching] {
        let agent = &session.agents[agent];
        assert_eq!(agent.attempts.len(), 1);
        let (started, completed) = (
            agent.run.started_at.unwrap(),
            agent.run.completed_at.unwrap(),
        );
        assert_eq!(agent.run.duration, completed.since(started));
        assert!(agent.run.token_usage.is_some());
    }
    assert!(!truth::total_token_usage(&session).partial);
    assert!(truth::warnings(&session).is_empty());
    let matching = &session.agents[TradeMatching];
    assert!(matching.match_classification.as_ref().unwrap().is_match());
    assert!(matching.confidence_score.unwrap() >= 75.0);
    let skipped = &session.agents[ExceptionManagement].run;
    assert_eq!(skipped.started_at, None);
    assert_eq!(
        skipped.activity.as_deref(),
        Some("Not needed: the trades match (simulated)")
    );
}

#[tokio::test]
async fn unreported_usage_stays_unknown() {
    let (session, _) = session_of(Scenario::WithoutUsage).await;
    assert_eq!(session.agents[TradeExtraction].run.token_usage, None);
    assert!(session.agents[PdfAdapter].run.token_usage.is_some());
    assert!(truth::total_token_usage(&session).partial);
}

#[tokio::test]
async fn a_mismatch_goes_to_exception_management() {
    for (scenario, judgement) in [
        (
            Scenario::ReviewRequired,
            MatchClassification::ReviewRequired,
        ),
        (Scenario::Break, MatchClassification::Break),
        (Scenario::DataError, MatchClassification::DataError),
    ] {
        let (session, verdict) = session_of(scenario).await;
        assert_eq!(verdict, Verdict::Completed, "{scenario}");
        assert_eq!(statuses(&session), ["success"; 4]);
        assert_eq!(
            session.agents[TradeMatching].match_classification,
            Some(judgement)
        );
    }
}

#[tokio::test]
async fn what_passes_is_tried_again_and_every_try_is_kept() {
    for (trouble, failed, error, error_type) in [
        (
            Trouble::Throttled,
            1,
            "HTTP 429: Simulated: Too many tokens, please wait before trying again",
            "ThrottlingException",
        ),
        (
            Trouble::ThrottledTwice,
            2,
            "HTTP 429: Simulated: Too many tokens, please wait before trying again",
            "ThrottlingException",
        ),
        (
            Trouble::Unavailable,
            1,
            "HTTP 503: Simulated: The model service is unavailable",
            "ServiceUnavailableException",
        ),
        (Trouble::Timeout, 1, "Timeout after 1s", "Timeout"),
    ] {
        let sessions = AgentName::ALL.map(|agent| session_of(Scenario::Troubled(agent, trouble)));
        let sessions = join_all(sessions).await;
        for (agent, (session, verdict)) in AgentName::ALL.into_iter().zip(sessions) {
            let scenario = Scenario::Troubled(agent, trouble);
            assert_eq!(verdict, Verdict::Completed, "{scenario}");
            let agent = &session.agents[agent];
            assert_eq!(agent.attempts.len(), failed + 1, "{scenario}");
            let (last, before) = agent.attempts.split_last().unwrap();
            for attempt in before {
                assert_eq!(attempt.status, AgentStatus::Error);
                assert_eq!(attempt.error.as_deref(), Some(error));
                assert_eq!(attempt.error_type.as_deref(), Some(error_type));
                assert_eq!(attempt.token_usage, None);
                let (start, end) = (attempt.started_at.unwrap(), attempt.completed_at.unwrap());
                assert_eq!(attempt.duration, end.since(start));
            }
            assert_eq!(last.status, AgentStatus::Success);
            assert_eq!(last.error, None);
            assert!(
                agent
                    .attempts
                    .is_sorted_by_key(|attempt| attempt.started_at)
            );
            assert_eq!(agent.run.status, AgentStatus::Success);
            assert_eq!(agent.run.error, None, "it ended well");
            assert_eq!(agent.run.started_at, agent.attempts[0].started_at);
            assert_eq!(agent.run.completed_at, last.completed_at);
            assert_eq!(agent.run.token_usage, last.token_usage);
        }
    }
}

#[tokio::test]
async fn a_hard_failure_is_tried_once_and_fails_the_session() {
    let expected: [(AgentName, [&str; 4]); 4] = [
        (PdfAdapter, ["error", "skipped", "skipped", "skipped"]),
        (TradeExtraction, ["success", "error", "skipped", "success"]),
        (TradeMatching, ["success", "success", "error", "skipped"]),
        (
            ExceptionManagement,
            ["success", "success", "success", "error"],
        ),
    ];
    for (agent, expected) in expected {
        for (trouble, prefix) in [
            (Trouble::Fails, "Simulated: "),
            (Trouble::Rejected, "HTTP 400: Simulated: "),
        ] {
            let scenario = Scenario::Troubled(agent, trouble);
            let (session, verdict) = session_of(scenario).await;
            assert_eq!(statuses(&session), expected, "{scenario}");
            assert_eq!(session.overall_status, OverallStatus::Failed);
            let failed = &session.agents[agent];
            assert_eq!(failed.attempts.len(), 1, "{scenario}");
            let error = failed.run.error.clone().unwrap();
            assert!(error.starts_with(prefix), "{error}");
            assert!(failed.run.error_type.is_some());
            assert_eq!(verdict, Verdict::Failed(agent, error));
        }
    }
}

#[tokio::test]
async fn whoever_never_answers_is_given_up_after_three_tries() {
    let scenario = Scenario::Troubled(TradeMatching, Trouble::Stuck);
    let (session, verdict) = session_of(scenario).await;
    assert_eq!(
        statuses(&session),
        ["success", "success", "error", "skipped"]
    );
    let matching = &session.agents[TradeMatching];
    assert_eq!(matching.attempts.len(), 3);
    let error = "Timeout after 1s".to_owned();
    assert_eq!(matching.run.error.as_ref(), Some(&error));
    assert_eq!(verdict, Verdict::Failed(TradeMatching, error));
}

#[tokio::test]
async fn reports_stay_few() {
    let (orchestrator, table) = orchestrator(None).await;
    let (_stopper, stop) = stopper();
    for (scenario, reports) in [
        ("well", 9),
        ("break", 10),
        ("pdf-fails", 7),
        ("extraction-fails", 9),
    ] {
        let document = document(scenario);
        let id = document.session_id.clone();
        orchestrator.run(document, stop.clone()).await;
        assert_eq!(table.reports(&id).len(), reports, "{scenario}");
    }
}

#[tokio::test]
async fn each_step_is_said_in_words_and_labelled_as_simulated() {
    let (orchestrator, table) = orchestrator(None).await;
    let (_stopper, stop) = stopper();
    let document = document("break");
    let id = document.session_id.clone();
    orchestrator.run(document, stop).await;
    let words = |agent| -> Vec<String> {
        let updates = table.updates(&id, agent).into_iter();
        updates.filter_map(|update| update.activity).collect()
    };
    assert_eq!(
        words(PdfAdapter),
        [
            // Nobody knows yet.
            "Extracting text from PDF document",
            "Text extraction complete (simulated)"
        ]
    );
    assert_eq!(
        words(TradeExtraction),
        [
            "Extracting structured trade data (simulated)",
            "Trade data extraction complete (simulated)"
        ]
    );
    assert_eq!(
        words(TradeMatching),
        [
            "Matching bank and counterparty trades (simulated)",
            "Trade matching complete (simulated)"
        ]
    );
    assert_eq!(
        words(ExceptionManagement),
        [
            "Managing exceptions (simulated)",
            "Exception management complete (simulated)"
        ]
    );
}

#[tokio::test]
async fn agents_known_to_be_simulated_are_labelled_from_the_start() {
    let table = Arc::new(Table::default());
    let agents = Arc::new(agents(&simulated().await, None));
    let settings = Settings {
        simulated: true,
        ..impatient()
    };
    let orchestrator = Orchestrator::new(agents, Arc::clone(&table), settings);
    let (_stopper, stop) = stopper();
    for scenario in ["break", "pdf-fails", "extraction-rejected"] {
        let document = document(scenario);
        let id = document.session_id.clone();
        orchestrator.run(document, stop.clone()).await;
        for agent in AgentName::ALL {
            for update in table.updates(&id, agent) {
                let words = update.activity.unwrap();
                assert!(words.ends_with(" (simulated)"), "{words}");
            }
        }
    }
}
