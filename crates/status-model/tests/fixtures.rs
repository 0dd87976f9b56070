//! What the existing writers really write and the existing backend really answers is read as
//! the contract says.

#![cfg(test)]

use serde_json::Value;
use status_model::{
    Agent,
    AgentName::{self, ExceptionManagement, PdfAdapter, TradeExtraction, TradeMatching},
    AgentStatus, OverallStatus, Seconds, Session, SourceType, Timestamp, TokenUsage,
    TotalTokenUsage, Warning,
    api::{StatusBody, overview::is_matched},
    item,
    read::{self, ReadError},
    truth,
};

const TRACKER_COMPLETED: &str = include_str!("fixtures/item_tracker_completed.json");
const TRACKER_PDF_FAILED: &str = include_str!("fixtures/item_tracker_pdf_failed.json");
const WRITER_COMPLETED: &str = include_str!("fixtures/item_writer_completed.json");
const LEGACY_PROCESSING: &str = include_str!("fixtures/legacy_api_status_processing.json");
const AGENT_RESPONSES: &str = include_str!("fixtures/agent_responses.json");

/// What each agent that reports has used.
const USAGE: TokenUsage = TokenUsage {
    input: 1523,
    output: 411,
};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn statuses(session: &Session) -> [&str; 4] {
    AgentName::ALL.map(|name| session.agents[name].run.status.as_str())
}

/// `startedAt`, `completedAt` and `duration`.
fn times(agent: &Agent) -> (Option<Timestamp>, Option<Timestamp>, Option<Seconds>) {
    let run = &agent.run;
    (run.started_at, run.completed_at, run.duration)
}

#[test]
fn the_trackers_completed_item() {
    let session = item::from_typed(&json(TRACKER_COMPLETED)).unwrap();
    // Its key is called `processing_id`.
    assert_eq!(session.session_id.as_str(), "ok-FAB_26933659");
    assert_eq!(session.correlation_id.as_deref(), Some("ok-FAB_26933659"));
    assert_eq!(session.document_id.as_deref(), Some("FAB_26933659"));
    assert_eq!(session.source_type, Some(SourceType::Bank));
    assert_eq!(session.overall_status, OverallStatus::Completed);
    // Times like `2026-11-22T08:31:59.464104+00:00Z`, held to the millisecond.
    assert_eq!(session.created_at, Some(at("2026-11-22T08:31:59.464Z")));
    assert_eq!(session.last_updated, Some(at("2026-11-22T08:31:59.954Z")));
    assert_eq!(session.expires_at, Some(1_803_112_319));
    assert_eq!(session.version, None);
    // Pending in a final session was not needed.
    assert_eq!(
        statuses(&session),
        ["success", "success", "success", "skipped"]
    );
    // No start is left in it: it follows from the end and the duration.
    let millis = |millis| Some(Seconds::from_millis(millis));
    assert_eq!(
        times(&session.agents[PdfAdapter]),
        (
            Some(at("2026-11-22T08:31:59.479Z")),
            Some(at("2026-11-22T08:31:59.737Z")),
            millis(258)
        )
    );
    assert_eq!(
        times(&session.agents[TradeExtraction]),
        (
            Some(at("2026-11-22T08:31:59.743Z")),
            Some(at("2026-11-22T08:31:59.840Z")),
            millis(97)
        )
    );
    assert_eq!(
        times(&session.agents[TradeMatching]),
        (
            Some(at("2026-11-22T08:31:59.846Z")),
            Some(at("2026-11-22T08:31:59.948Z")),
            millis(102)
        )
    );
    assert_eq!(
        times(&session.agents[ExceptionManagement]),
        (None, None, None)
    );
    // From the session's start to its last agent's end.
    assert_eq!(session.total_duration, millis(484));
    // Extraction has not reported, 0/0/0 of an agent that did not run is nothing, and the
    // stored totals of zero lose.
    let usages = AgentName::ALL.map(|name| session.agents[name].run.token_usage);
    assert_eq!(usages, [Some(USAGE), None, Some(USAGE), None]);
    assert_eq!(
        truth::total_token_usage(&session),
        TotalTokenUsage {
            known: USAGE + USAGE,
            partial: true
        }
    );
    assert!(is_matched(&session));
    assert_eq!(truth::warnings(&session), []);
    assert_eq!(session.unreadable, [""; 0]);
    assert!(session.extra.is_empty(), "{:?}", session.extra);
}

#[test]
fn the_trackers_item_that_failed_in_its_first_agent() {
    let session = item::from_typed(&json(TRACKER_PDF_FAILED)).unwrap();
    assert_eq!(session.session_id.as_str(), "pdffail-FAB_26933659");
    assert_eq!(session.overall_status, OverallStatus::Failed);
    assert_eq!(
        statuses(&session),
        ["error", "skipped", "skipped", "skipped"]
    );
    let (name, failed) = session.agents.first_failed().unwrap();
    assert_eq!(name, PdfAdapter);
    assert_eq!(
        failed.run.error.as_deref(),
        Some("S3 NoSuchKey: document missing")
    );
    assert_eq!(failed.run.error_type, None);
    assert_eq!(
        times(failed),
        (
            Some(at("2026-11-22T08:32:00.918Z")),
            Some(at("2026-11-22T08:32:01.024Z")),
            Some(Seconds::from_millis(106))
        )
    );
    assert_eq!(session.total_duration, Some(Seconds::from_millis(683_491)));
    // It worked, and nobody knows what it used.
    assert_eq!(
        truth::total_token_usage(&session),
        TotalTokenUsage {
            known: TokenUsage::default(),
            partial: true
        }
    );
    assert!(!is_matched(&session));
    assert_eq!(truth::warnings(&session), []);
    assert_eq!(session.unreadable, [""; 0]);
}

#[test]
fn the_status_writers_completed_item() {
    let session = item::from_typed(&json(WRITER_COMPLETED)).unwrap();
    assert_eq!(session.session_id.as_str(), "sw-done");
    assert_eq!(session.overall_status, OverallStatus::Completed);
    assert_eq!(
        statuses(&session),
        ["success", "success", "success", "skipped"]
    );
    // The first agent began before the item was written.
    assert_eq!(
        times(&session.agents[PdfAdapter]),
        (
            Some(at("2026-11-22T08:20:05.060Z")),
            Some(at("2026-11-22T08:21:23.183Z")),
            Some(Seconds::from_millis(78_123))
        )
    );
    // The stored 0.0 loses.
    assert_eq!(session.total_duration, Some(Seconds::from_millis(78_200)));
    assert_eq!(
        truth::total_token_usage(&session),
        TotalTokenUsage {
            known: USAGE + USAGE + USAGE,
            partial: false
        }
    );
    assert_eq!(session.unreadable, [""; 0]);
}

#[test]
fn the_old_backends_answer_is_read_by_the_same_reader() {
    let session = read::session(&json(LEGACY_PROCESSING)).unwrap();
    assert_eq!(session.session_id.as_str(), "sw-proc");
    assert_eq!(session.overall_status, OverallStatus::Processing);
    assert_eq!(
        statuses(&session),
        ["success", "in-progress", "pending", "pending"]
    );
    let pdf_adapter = &session.agents[PdfAdapter];
    assert_eq!(
        pdf_adapter.run.activity.as_deref(),
        Some("Text extraction complete (Tokens: 1,934)")
    );
    assert_eq!(
        times(pdf_adapter),
        (
            Some(at("2026-11-22T08:20:05.297Z")),
            Some(at("2026-11-22T08:21:23.297Z")),
            Some(Seconds::from_secs(78))
        )
    );
    let extraction = &session.agents[TradeExtraction];
    assert_eq!(
        times(extraction),
        (Some(at("2026-11-22T08:21:23.305Z")), None, None)
    );
    let now = at("2026-11-22T08:21:33.305Z");
    assert_eq!(
        truth::elapsed(&extraction.run, now),
        Some(Seconds::from_secs(10))
    );
    // It names none of these, and none is made up.
    assert_eq!(
        (session.created_at, session.expires_at, session.version),
        (None, None, None)
    );
    assert_eq!(
        (session.document_id.as_ref(), session.source_type.as_ref()),
        (None, None)
    );
    assert_eq!(session.total_duration, None);
    assert_eq!(session.sort_time(), session.last_updated);
    assert!(truth::total_token_usage(&session).partial);
    assert_eq!(truth::warnings(&session), []);
    assert_eq!(session.unreadable, [""; 0]);
    assert!(session.extra.is_empty(), "{:?}", session.extra);
}

#[test]
fn on_an_agent_that_has_not_run_zero_means_unknown() {
    for (item, agent) in [
        (TRACKER_COMPLETED, "exceptionManagement"),
        (TRACKER_PDF_FAILED, "tradeExtraction"),
        (WRITER_COMPLETED, "exceptionManagement"),
    ] {
        let mut item = json(item);
        for (status, is_running) in [("pending", false), ("in-progress", true), ("loading", true)] {
            item[agent]["M"]["status"]["S"] = status.into();
            item["overallStatus"]["S"] = "processing".into();
            let session = item::from_typed(&item).unwrap();
            let run = &session.agents[agent.parse().unwrap()].run;
            assert_eq!(
                (run.status.is_running(), run.token_usage),
                (is_running, None)
            );
        }
        // Where it has ended, it may well be true.
        item[agent]["M"]["status"]["S"] = "success".into();
        let session = item::from_typed(&item).unwrap();
        let run = &session.agents[agent.parse().unwrap()].run;
        assert_eq!(run.token_usage, Some(TokenUsage::default()));
    }
}

#[test]
fn numbers_may_be_written_as_texts() {
    fn as_texts(value: &mut Value) {
        let Value::Object(map) = value else { return };
        if let Some(digits) = map.remove("N") {
            map.insert("S".to_owned(), digits);
        }
        map.values_mut().for_each(as_texts);
    }
    for item in [TRACKER_COMPLETED, TRACKER_PDF_FAILED, WRITER_COMPLETED] {
        let item = json(item);
        let mut with_texts = item.clone();
        as_texts(&mut with_texts);
        assert_ne!(with_texts, item);
        assert_eq!(item::from_typed(&with_texts), item::from_typed(&item));
    }
}

#[test]
fn an_exports_wrapping_is_seen_through() {
    for item in [TRACKER_COMPLETED, TRACKER_PDF_FAILED, WRITER_COMPLETED] {
        let item = json(item);
        let wrapped = serde_json::json!({ "Item": item });
        assert_eq!(item::from_typed(&wrapped), item::from_typed(&item));
    }
}

#[test]
fn what_was_read_is_written_and_read_alike() {
    let items = [TRACKER_COMPLETED, TRACKER_PDF_FAILED, WRITER_COMPLETED];
    let sessions = items.map(|item| item::from_typed(&json(item)).unwrap());
    let legacy = read::session(&json(LEGACY_PROCESSING)).unwrap();
    for session in sessions.into_iter().chain([legacy]) {
        assert_eq!(
            item::from_typed(&item::to_typed(&session)),
            Ok(session.clone())
        );
        let plain = Value::Object(item::to_plain(&session));
        assert_eq!(read::session(&plain), Ok(session.clone()));
        let body = serde_json::to_value(StatusBody::from(&session)).unwrap();
        assert_eq!(read::session(&body), Ok(session));
    }
}

#[test]
fn the_api_shows_a_superset_of_what_the_old_backend_answers() {
    let legacy = json(LEGACY_PROCESSING);
    let session = read::session(&legacy).unwrap();
    let body = serde_json::to_value(StatusBody::from(&session)).unwrap();
    for key in legacy.as_object().unwrap().keys() {
        assert!(body.get(key).is_some(), "{key}");
    }
    for name in AgentName::ALL.map(AgentName::as_str) {
        for key in legacy["agents"][name].as_object().unwrap().keys() {
            assert!(body["agents"][name].get(key).is_some(), "{name}.{key}");
        }
    }
}

#[test]
fn an_agents_answer_is_no_session() {
    let responses = json(AGENT_RESPONSES);
    let responses = responses.as_object().unwrap();
    assert_eq!(responses.len(), 9);
    for (name, response) in responses {
        assert_eq!(
            read::session(response),
            Err(ReadError::NoSessionId),
            "{name}"
        );
    }
}

#[test]
fn a_completed_item_with_a_failed_agent_is_shown_as_both() {
    let mut item = json(WRITER_COMPLETED);
    item["tradeExtraction"]["M"]["status"]["S"] = "error".into();
    let session = item::from_typed(&item).unwrap();
    assert_eq!(session.overall_status, OverallStatus::Completed);
    assert_eq!(
        session.agents[TradeExtraction].run.status,
        AgentStatus::Error
    );
    let warnings = truth::warnings(&session);
    assert_eq!(warnings, [Warning::AgentFailedInCompletedSession]);
    let body = serde_json::to_value(StatusBody::from(&session)).unwrap();
    assert_eq!(
        body["warnings"],
        serde_json::json!(["agentFailedInCompletedSession"])
    );
}
