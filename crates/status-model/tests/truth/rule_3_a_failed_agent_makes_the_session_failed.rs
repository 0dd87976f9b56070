//! A failed agent makes the session failed; an old item that says otherwise is shown as both.

use serde_json::json;
use status_model::{
    AgentName::{self, PdfAdapter, TradeMatching},
    AgentStatus, OverallStatus, Warning,
    api::{SessionRow, StatusBody},
    read, truth,
};

use crate::given::{COMPLETED, after, report, start};

#[test]
fn whatever_its_writer_says() {
    for agent in AgentName::ALL {
        let session = after([start(), report(agent, AgentStatus::Error), COMPLETED]);
        assert_eq!(session.overall_status, OverallStatus::Failed);
        assert_eq!(truth::warnings(&session), []);
    }
}

#[test]
fn but_not_one_that_succeeded_in_the_end() {
    let session = after([
        start(),
        report(PdfAdapter, AgentStatus::Error),
        report(PdfAdapter, AgentStatus::InProgress),
        report(PdfAdapter, AgentStatus::Success),
        COMPLETED,
    ]);
    assert_eq!(session.overall_status, OverallStatus::Completed);
    assert_eq!(session.agents.first_failed(), None);
}

#[test]
fn an_old_item_that_says_otherwise_is_shown_as_both() {
    let item = json!({
        "sessionId": "session-1",
        "overallStatus": "completed",
        "tradeMatching": { "status": "error", "error": "timeout\nat line 1" },
    });
    let session = read::session(&item).unwrap();
    assert_eq!(session.overall_status, OverallStatus::Completed);
    let body = serde_json::to_value(StatusBody::from(&session)).unwrap();
    assert_eq!(body["warnings"], json!(["agentFailedInCompletedSession"]));
    let row = SessionRow::from(&session);
    assert_eq!(row.warnings, [Warning::AgentFailedInCompletedSession]);
    let error = row.error.unwrap();
    assert_eq!(
        (error.agent, error.message.as_deref()),
        (TradeMatching, Some("timeout"))
    );
}
