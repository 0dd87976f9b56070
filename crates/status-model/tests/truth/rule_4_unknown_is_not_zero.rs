//! Unknown is not zero, and totals say that they are partial.

use serde_json::json;
use status_model::{
    AgentName::{PdfAdapter, TradeExtraction},
    AgentStatus, TokenUsage,
    api::StatusBody,
    read, truth,
};

use crate::given::{COMPLETED, after, report, report_as, seconds, start, used};

#[test]
fn an_agent_that_reported_nothing_makes_the_total_partial() {
    let session = after([
        start(),
        report_as(PdfAdapter, used(AgentStatus::Success, 100, 10)),
        report(TradeExtraction, AgentStatus::Success),
        COMPLETED,
    ]);
    assert_eq!(session.agents[TradeExtraction].run.token_usage, None);
    let total = truth::total_token_usage(&session);
    assert!(total.partial);
    let body = serde_json::to_value(StatusBody::from(&session)).unwrap();
    assert_eq!(body["agents"]["tradeExtraction"]["tokenUsage"], json!(null));
    assert_eq!(
        body["totalTokenUsage"],
        json!({ "inputTokens": 100, "outputTokens": 10, "totalTokens": 110, "partial": true })
    );
}

#[test]
fn an_agent_that_did_not_run_does_not() {
    let session = after([
        start(),
        report_as(PdfAdapter, used(AgentStatus::Success, 100, 10)),
        COMPLETED,
    ]);
    assert!(!truth::total_token_usage(&session).partial);
}

#[test]
fn nor_does_one_that_truly_used_nothing() {
    let session = after([
        start(),
        report_as(PdfAdapter, used(AgentStatus::Success, 0, 0)),
        COMPLETED,
    ]);
    let usage = session.agents[PdfAdapter].run.token_usage;
    assert_eq!(usage, Some(TokenUsage::default()));
    assert!(!truth::total_token_usage(&session).partial);
}

#[test]
fn an_old_writers_zeros_are_unknown_until_the_agent_has_ended() {
    for (status, expected) in [
        ("pending", None),
        ("loading", None),
        ("in-progress", None),
        ("skipped", None),
        ("success", Some(TokenUsage::default())),
        ("error", Some(TokenUsage::default())),
    ] {
        let item = json!({
            "sessionId": "session-1",
            "overallStatus": "processing",
            "pdfAdapter": {
                "status": status,
                "tokenUsage": { "inputTokens": 0, "outputTokens": 0, "totalTokens": 0 },
            },
        });
        let session = read::session(&item).unwrap();
        assert_eq!(
            session.agents[PdfAdapter].run.token_usage, expected,
            "{status}"
        );
    }
}

#[test]
fn a_try_that_reported_nothing_makes_the_total_partial_too() {
    let session = after([
        start(),
        report(PdfAdapter, AgentStatus::InProgress),
        report(PdfAdapter, AgentStatus::Error),
        report(PdfAdapter, AgentStatus::InProgress),
        report_as(PdfAdapter, used(AgentStatus::Success, 100, 10)),
    ]);
    assert!(truth::is_usage_partial(&session.agents[PdfAdapter]));
    assert!(truth::total_token_usage(&session).partial);
}

#[test]
fn no_duration_is_made_up() {
    let session = after([start(), report(PdfAdapter, AgentStatus::Success)]);
    let run = &session.agents[PdfAdapter].run;
    assert_eq!((run.started_at, run.duration), (None, None));
    assert_eq!(run.completed_at, Some(seconds(1)));
}
