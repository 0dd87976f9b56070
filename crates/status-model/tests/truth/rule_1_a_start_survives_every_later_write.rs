//! `startedAt` survives every later write to its agent.

use status_model::{
    AgentName::{PdfAdapter, TradeExtraction},
    AgentStatus,
    change::AgentUpdate,
};

use crate::given::{COMPLETED, FAILED, after, later, report, report_as, seconds, start};

#[test]
fn of_any_kind() {
    let started = after([start(), report(PdfAdapter, AgentStatus::InProgress)]);
    assert_eq!(started.agents[PdfAdapter].run.started_at, Some(seconds(1)));
    let other_start = AgentUpdate {
        started_at: Some(seconds(999)),
        ..AgentUpdate::new(AgentStatus::InProgress)
    };
    for change in [
        report(PdfAdapter, AgentStatus::InProgress),
        report(PdfAdapter, AgentStatus::Success),
        report(PdfAdapter, AgentStatus::Error),
        report_as(PdfAdapter, other_start),
        report(TradeExtraction, AgentStatus::InProgress),
        COMPLETED,
        FAILED,
    ] {
        let (session, _) = later(&started, &change).unwrap();
        assert_eq!(
            session.agents[PdfAdapter].run.started_at,
            Some(seconds(1)),
            "{change:?}"
        );
    }
}

#[test]
fn of_the_next_try_as_well() {
    let session = after([
        start(),
        report(PdfAdapter, AgentStatus::InProgress),
        report(PdfAdapter, AgentStatus::Error),
        report(PdfAdapter, AgentStatus::InProgress),
        report(PdfAdapter, AgentStatus::Success),
    ]);
    let agent = &session.agents[PdfAdapter];
    assert_eq!(agent.run.started_at, Some(seconds(1)));
    // Each try has a start of its own.
    let starts: Vec<_> = agent.attempts.iter().map(|a| a.started_at).collect();
    assert_eq!(starts, [Some(seconds(1)), Some(seconds(3))]);
}

#[test]
fn a_first_report_may_name_it() {
    let named = AgentUpdate {
        started_at: Some(seconds(500)),
        ..AgentUpdate::new(AgentStatus::InProgress)
    };
    let session = after([start(), report_as(PdfAdapter, named)]);
    assert_eq!(
        session.agents[PdfAdapter].run.started_at,
        Some(seconds(500))
    );
}

#[test]
fn the_sessions_too() {
    let session = after([
        start(),
        start(),
        report(PdfAdapter, AgentStatus::Error),
        FAILED,
    ]);
    assert_eq!(session.created_at, Some(seconds(0)));
}
