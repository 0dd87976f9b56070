//! A final session is never un-finalized by a late or repeated write.

use serde_json::json;
use status_model::{
    AgentName::{PdfAdapter, TradeExtraction},
    AgentStatus, Session, SourceType,
    change::{Change, Effect, Refusal, StartSession},
    read,
};

use crate::given::{COMPLETED, FAILED, after, later, report, report_as, start, used};

fn ended() -> [Session; 2] {
    let report = || report(PdfAdapter, AgentStatus::Success);
    [
        after([start(), report(), COMPLETED]),
        after([start(), report(), FAILED]),
    ]
}

#[test]
fn a_late_write_is_refused() {
    for session in ended() {
        for change in [
            report(TradeExtraction, AgentStatus::InProgress),
            report(TradeExtraction, AgentStatus::Error),
            report_as(PdfAdapter, used(AgentStatus::Success, 1, 1)),
            Change::Start(StartSession {
                document_id: Some("late".to_owned()),
                ..StartSession::default()
            }),
        ] {
            let result = later(&session, &change);
            assert_eq!(result, Err(Refusal::SessionIsFinal), "{change:?}");
        }
        let result = later(&session, &report(PdfAdapter, AgentStatus::InProgress));
        assert_eq!(result, Err(Refusal::AgentIsFurther));
    }
}

#[test]
fn a_repeated_write_changes_nothing() {
    for (session, end) in ended().into_iter().zip([COMPLETED, FAILED]) {
        for change in [start(), report(PdfAdapter, AgentStatus::Success), end] {
            let unchanged = Ok((session.clone(), Effect::Unchanged));
            assert_eq!(later(&session, &change), unchanged, "{change:?}");
        }
    }
}

#[test]
fn one_end_is_not_turned_into_the_other() {
    let [completed, failed] = ended();
    assert_eq!(later(&completed, &FAILED), Err(Refusal::SessionIsFinal));
    assert_eq!(later(&failed, &COMPLETED), Err(Refusal::SessionIsFinal));
}

#[test]
fn a_word_that_nobody_knows_is_not_final() {
    for word in ["pending", "resting", ""] {
        let item = json!({ "sessionId": "session-1", "overallStatus": word });
        let session = read::session(&item).unwrap();
        assert!(!session.overall_status.is_final());
        assert_eq!(session.overall_status.as_str(), word);
        assert!(later(&session, &COMPLETED).is_ok());
    }
}

#[test]
fn an_agent_that_succeeded_stays_so() {
    let session = after([start(), report(PdfAdapter, AgentStatus::Success)]);
    for status in [
        AgentStatus::Pending,
        AgentStatus::InProgress,
        AgentStatus::Error,
        AgentStatus::Skipped,
    ] {
        let result = later(&session, &report(PdfAdapter, status));
        assert_eq!(result, Err(Refusal::AgentIsFurther));
    }
}

#[test]
fn another_documents_start_is_refused() {
    let started = |document: &str, source_type| {
        Change::Start(StartSession {
            document_id: Some(document.to_owned()),
            source_type: Some(source_type),
            ..StartSession::default()
        })
    };
    let session = after([start(), started("FAB_1", SourceType::Bank)]);
    assert_eq!(session.document_id.as_deref(), Some("FAB_1"));
    for other in [
        started("FAB_2", SourceType::Bank),
        started("FAB_1", SourceType::Counterparty),
    ] {
        assert_eq!(later(&session, &other), Err(Refusal::AnotherDocument));
    }
}
