//! What the store needs for two writers of one session to lose nothing of each other.

use serde_json::json;
use status_model::{
    AgentName::{PdfAdapter, TradeExtraction},
    AgentStatus, TokenUsage,
    change::{AgentUpdate, Change, Effect, Refusal},
    item, read,
};

use crate::given::{COMPLETED, after, later, report, report_as, start};

#[test]
fn a_report_leaves_what_it_does_not_name() {
    let rich = AgentUpdate {
        activity: Some("Reading".to_owned()),
        token_usage: Some(TokenUsage {
            input: 5,
            output: 5,
        }),
        ..AgentUpdate::new(AgentStatus::InProgress)
    };
    let before = after([start(), report_as(PdfAdapter, rich)]);
    let (session, _) = later(&before, &report(TradeExtraction, AgentStatus::InProgress)).unwrap();
    assert_eq!(session.agents[PdfAdapter], before.agents[PdfAdapter]);
    let (session, _) = later(&before, &report(PdfAdapter, AgentStatus::Success)).unwrap();
    let run = &session.agents[PdfAdapter].run;
    assert_eq!(run.activity.as_deref(), Some("Reading"));
    assert_eq!(
        run.token_usage,
        Some(TokenUsage {
            input: 5,
            output: 5
        })
    );
}

#[test]
fn several_reports_in_one_write_are_one_version_and_all_or_none() {
    let before = after([start(), report(PdfAdapter, AgentStatus::InProgress)]);
    let together = Change::Together(vec![
        report(PdfAdapter, AgentStatus::Success),
        report(TradeExtraction, AgentStatus::InProgress),
    ]);
    let (session, effect) = later(&before, &together).unwrap();
    assert_eq!((session.version, effect), (Some(3), Effect::Changed));
    assert_eq!(session.agents[PdfAdapter].run.status, AgentStatus::Success);
    assert!(session.agents[TradeExtraction].run.status.is_running());
    let again = later(&session, &together);
    assert_eq!(again, Ok((session.clone(), Effect::Unchanged)));

    let end = Change::Together(vec![
        report(TradeExtraction, AgentStatus::Success),
        COMPLETED,
    ]);
    let (ended, _) = later(&session, &end).unwrap();
    assert!(ended.overall_status.is_final());
    let again = later(&ended, &end);
    assert_eq!(again, Ok((ended, Effect::Unchanged)));

    let goes_back = Change::Together(vec![
        report(TradeExtraction, AgentStatus::Success),
        report(PdfAdapter, AgentStatus::InProgress),
    ]);
    assert_eq!(later(&session, &goes_back), Err(Refusal::AgentIsFurther));
}

#[test]
fn every_write_has_a_version_of_its_own() {
    let session = after([
        start(),
        report(PdfAdapter, AgentStatus::InProgress),
        COMPLETED,
    ]);
    assert_eq!(session.version, Some(3));
    let (unchanged, effect) = later(&session, &COMPLETED).unwrap();
    assert_eq!((unchanged.version, effect), (Some(3), Effect::Unchanged));
    // An old writer's item has none; ours begins with 1.
    let old = read::session(&json!({ "sessionId": "session-1" })).unwrap();
    let (session, _) = later(&old, &COMPLETED).unwrap();
    assert_eq!((old.version, session.version), (None, Some(1)));
}

#[test]
fn attributes_that_nobody_knows_are_kept() {
    let item = json!({
        "sessionId": "session-1",
        "newer": { "a": [1, 2.5, "x", null, true] },
        "pdfAdapter": { "status": "in-progress", "model": "m-1" },
    });
    let session = read::session(&item).unwrap();
    let (session, _) = later(&session, &report(PdfAdapter, AgentStatus::Success)).unwrap();
    let written = item::to_plain(&session);
    assert_eq!(written["newer"], item["newer"]);
    assert_eq!(written["pdfAdapter"]["model"], json!("m-1"));
    assert_eq!(written["pdfAdapter"]["status"], json!("success"));
}
