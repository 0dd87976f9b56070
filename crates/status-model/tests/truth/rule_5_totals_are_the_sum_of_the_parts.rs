//! Totals equal the sum of the parts; stored totals that disagree lose.

use serde_json::json;
use status_model::{
    AgentName::{ExceptionManagement, PdfAdapter, TradeExtraction, TradeMatching},
    AgentStatus, Seconds, TokenUsage,
    api::{SessionRow, StatusBody},
    item, read, truth,
};

use crate::given::{after, report, report_as, start, used};

#[test]
fn of_agents() {
    let session = after([
        start(),
        report_as(PdfAdapter, used(AgentStatus::Success, 1, 10)),
        report_as(TradeExtraction, used(AgentStatus::Success, 2, 20)),
        report_as(TradeMatching, used(AgentStatus::Success, 4, 40)),
        report_as(ExceptionManagement, used(AgentStatus::InProgress, 8, 80)),
    ]);
    let known = truth::total_token_usage(&session).known;
    assert_eq!(
        known,
        TokenUsage {
            input: 15,
            output: 150
        }
    );
    assert_eq!(
        SessionRow::from(&session).total_token_usage.unwrap().known,
        known
    );
    assert_eq!(
        item::to_plain(&session)["totalTokenUsage"]["totalTokens"],
        json!(165)
    );
}

#[test]
fn of_tries() {
    let session = after([
        start(),
        report(PdfAdapter, AgentStatus::InProgress),
        report_as(PdfAdapter, used(AgentStatus::Error, 100, 1)),
        report(PdfAdapter, AgentStatus::InProgress),
        report_as(PdfAdapter, used(AgentStatus::Success, 200, 2)),
    ]);
    let agent = &session.agents[PdfAdapter];
    assert_eq!(
        agent.run.token_usage,
        Some(TokenUsage {
            input: 300,
            output: 3
        })
    );
    let failed = truth::failed_token_usage(agent);
    assert_eq!(
        failed,
        Some(TokenUsage {
            input: 100,
            output: 1
        })
    );
}

#[test]
fn stored_totals_that_disagree_lose() {
    let wrong = json!({ "inputTokens": 7, "outputTokens": 7, "totalTokens": 7 });
    let session = read::session(&json!({
        "sessionId": "session-1",
        "overallStatus": "completed",
        "createdAt": "2026-11-22T12:00:00Z",
        "totalTokenUsage": wrong,
        "totalDuration": 7,
        "pdfAdapter": {
            "status": "success",
            "completedAt": "2026-11-22T12:00:01.500Z",
            "tokenUsage": { "inputTokens": 100, "outputTokens": 10, "totalTokens": 9999 },
        },
        "tradeExtraction": {
            "status": "success",
            "completedAt": "2026-11-22T12:00:01Z",
            "tokenUsage": wrong,
            "attempts": [{
                "status": "success",
                "tokenUsage": { "inputTokens": 1, "outputTokens": 1, "totalTokens": 2 },
            }],
        },
    }))
    .unwrap();
    let body = serde_json::to_value(StatusBody::from(&session)).unwrap();
    assert_eq!(
        body["agents"]["pdfAdapter"]["tokenUsage"]["totalTokens"],
        json!(110)
    );
    assert_eq!(
        body["agents"]["tradeExtraction"]["tokenUsage"]["totalTokens"],
        json!(2)
    );
    assert_eq!(
        body["totalTokenUsage"],
        json!({ "inputTokens": 101, "outputTokens": 11, "totalTokens": 112, "partial": false })
    );
    assert_eq!(session.total_duration, Some(Seconds::from_millis(1_500)));
}
