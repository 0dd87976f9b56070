//! Every agent that ran is tracked, and one that was not needed is skipped.

use status_model::{
    AgentName::{self, PdfAdapter, TradeMatching},
    AgentStatus, Seconds, Warning,
    api::SessionRow,
    change::{self, AgentUpdate, Refusal},
    truth,
};

use crate::given::{COMPLETED, FAILED, after, id, report, report_as, seconds, start};

#[test]
fn at_the_end() {
    for end in [COMPLETED, FAILED] {
        let session = after([start(), report(PdfAdapter, AgentStatus::Success), end]);
        let statuses = AgentName::ALL.map(|name| session.agents[name].run.status.as_str());
        assert_eq!(statuses, ["success", "skipped", "skipped", "skipped"]);
    }
}

#[test]
fn and_not_before() {
    let session = after([start(), report(PdfAdapter, AgentStatus::Success)]);
    assert_eq!(
        session.agents[TradeMatching].run.status,
        AgentStatus::Pending
    );
    let row = SessionRow::from(&session);
    assert_eq!((row.current, row.completed_at), (None, None));
}

#[test]
fn one_whose_end_was_never_reported_is_named() {
    let session = after([start(), report(PdfAdapter, AgentStatus::InProgress), FAILED]);
    assert_eq!(
        session.agents[PdfAdapter].run.status,
        AgentStatus::InProgress
    );
    assert_eq!(
        truth::warnings(&session),
        [Warning::AgentUnfinishedInFinalSession]
    );
}

#[test]
fn each_try_is_kept_with_its_error() {
    let failure = AgentUpdate {
        error: Some("HTTP 429: throttled".to_owned()),
        error_type: Some("Throttled".to_owned()),
        ..AgentUpdate::new(AgentStatus::Error)
    };
    let session = after([
        start(),
        report(PdfAdapter, AgentStatus::InProgress),
        report_as(PdfAdapter, failure),
        report(PdfAdapter, AgentStatus::InProgress),
        report(PdfAdapter, AgentStatus::Success),
    ]);
    let agent = &session.agents[PdfAdapter];
    assert_eq!(
        (agent.run.error.as_ref(), agent.run.status.as_str()),
        (None, "success")
    );
    let [first, second] = &agent.attempts[..] else {
        panic!("{:?}", agent.attempts)
    };
    assert_eq!(first.error.as_deref(), Some("HTTP 429: throttled"));
    assert_eq!(first.error_type.as_deref(), Some("Throttled"));
    assert_eq!(first.duration, Some(Seconds::from_secs(1)));
    assert_eq!(
        (second.error.as_ref(), second.status.as_str()),
        (None, "success")
    );
    assert_eq!(second.duration, Some(Seconds::from_secs(1)));
}

#[test]
fn a_session_that_was_not_started_is_not_made_up() {
    for change in [report(PdfAdapter, AgentStatus::Success), COMPLETED] {
        let result = change::apply(None, &id(), &change, seconds(0));
        assert_eq!(result, Err(Refusal::UnknownSession));
    }
}
