//! Durations keep milliseconds, and missing ones are derived.

use serde_json::json;
use status_model::{
    AgentName::PdfAdapter,
    AgentStatus, Run, Seconds,
    api::SessionRow,
    change::{self, AgentUpdate},
    item, read, truth,
};

use crate::given::{COMPLETED, after, at, id, report, report_as, seconds, start};

#[test]
fn a_missing_one_is_derived() {
    let before = after([start()]);
    let begin = report(PdfAdapter, AgentStatus::InProgress);
    let (running, _) = change::apply(Some(&before), &id(), &begin, at(1)).unwrap();
    let end = report(PdfAdapter, AgentStatus::Success);
    let (ended, _) = change::apply(Some(&running), &id(), &end, at(78_124)).unwrap();
    let duration = ended.agents[PdfAdapter].run.duration;
    assert_eq!(duration, Some(Seconds::from_millis(78_123)));
    let item = item::to_plain(&ended);
    assert_eq!(item["pdfAdapter"]["duration"], json!(78.123));
}

#[test]
fn whichever_of_the_three_is_missing_follows_from_the_others() {
    let start = "2026-11-22T12:00:00.001Z";
    let end = "2026-11-22T12:01:18.124Z";
    let whole = json!({
        "status": "success", "startedAt": start, "completedAt": end, "duration": 78.123,
    });
    for missing in ["startedAt", "completedAt", "duration"] {
        let mut agent = whole.clone();
        agent.as_object_mut().unwrap().remove(missing);
        let item = json!({ "sessionId": "session-1", "pdfAdapter": agent });
        let session = read::session(&item).unwrap();
        assert_eq!(item::to_plain(&session)["pdfAdapter"], whole, "{missing}");
    }
}

#[test]
fn a_named_one_is_believed() {
    let named = AgentUpdate {
        duration: Some(Seconds::from_millis(250)),
        ..AgentUpdate::new(AgentStatus::Success)
    };
    let begin = report(PdfAdapter, AgentStatus::InProgress);
    let session = after([start(), begin, report_as(PdfAdapter, named)]);
    let duration = session.agents[PdfAdapter].run.duration;
    assert_eq!(duration, Some(Seconds::from_millis(250)));
}

#[test]
fn a_running_agents_time_follows_the_servers_clock() {
    let running = Run {
        status: AgentStatus::InProgress,
        started_at: Some(at(0)),
        ..Run::default()
    };
    assert_eq!(
        truth::elapsed(&running, at(1_234)),
        Some(Seconds::from_millis(1_234))
    );
    // A start in the future is no time that has passed.
    assert_eq!(
        truth::elapsed(&running, seconds(0).before(Seconds::from_secs(1))),
        None
    );
    let ended = Run {
        status: AgentStatus::Success,
        duration: Some(Seconds::from_secs(2)),
        ..running
    };
    assert_eq!(
        truth::elapsed(&ended, at(1_234)),
        Some(Seconds::from_secs(2))
    );
}

#[test]
fn a_whole_session_takes_from_its_start_to_its_last_agents_end() {
    let mut session = after([
        start(),
        report(PdfAdapter, AgentStatus::InProgress),
        report(PdfAdapter, AgentStatus::Success),
    ]);
    assert_eq!(session.total_duration, None);
    (session, _) = change::apply(Some(&session), &id(), &COMPLETED, at(9_999)).unwrap();
    assert_eq!(session.total_duration, Some(Seconds::from_secs(2)));
    assert_eq!(SessionRow::from(&session).completed_at, Some(seconds(2)));
}
