//! The contract's section 3, across the store.

use status_model::{
    AgentName::{ExceptionManagement, PdfAdapter, TradeExtraction},
    AgentStatus::{Error, InProgress, Skipped, Success},
    OverallStatus, Seconds, TokenUsage,
    change::{AgentUpdate, Effect, Refusal},
    truth,
};
use status_store::{ListQuery, StatusStore, UpdateError};

use crate::given::{COMPLETED, at, change, get, now, report, report_as, start, store};

#[tokio::test]
async fn a_start_survives_every_later_write() {
    let (store, _place) = store().await;
    for (step, time) in [
        (start(), "2026-11-22T12:00:00Z"),
        (report(PdfAdapter, InProgress), "2026-11-22T12:00:01Z"),
        (report(PdfAdapter, Error), "2026-11-22T12:00:02Z"),
        (report(PdfAdapter, InProgress), "2026-11-22T12:00:03Z"),
        (report(PdfAdapter, Success), "2026-11-22T12:00:04Z"),
        (COMPLETED, "2026-11-22T12:00:05Z"),
    ] {
        change(&store, "s", &step, time).await.unwrap();
    }
    let session = get(&store, "s").await;
    let run = &session.agents[PdfAdapter].run;
    assert_eq!(run.started_at, Some(at("2026-11-22T12:00:01Z")));
    assert_eq!(session.created_at, Some(at("2026-11-22T12:00:00Z")));
}

#[tokio::test]
async fn a_final_session_stays_as_it_ended() {
    let (store, _place) = store().await;
    for step in [start(), report(PdfAdapter, Success), COMPLETED] {
        change(&store, "s", &step, "2026-11-22T12:00:00Z")
            .await
            .unwrap();
    }
    let ended = get(&store, "s").await;

    let late = change(
        &store,
        "s",
        &report(PdfAdapter, Error),
        "2026-11-22T12:01:00Z",
    )
    .await;
    assert!(matches!(
        late,
        Err(UpdateError::Refused(Refusal::AgentIsFurther))
    ));
    let late = report(TradeExtraction, InProgress);
    let late = change(&store, "s", &late, "2026-11-22T12:01:00Z").await;
    assert!(matches!(
        late,
        Err(UpdateError::Refused(Refusal::SessionIsFinal))
    ));
    let repeated = change(&store, "s", &COMPLETED, "2026-11-22T12:01:00Z").await;
    assert_eq!(repeated.unwrap(), Effect::Unchanged);

    assert_eq!(get(&store, "s").await, ended);
}

#[tokio::test]
async fn a_failed_agent_makes_the_session_failed() {
    let (store, _place) = store().await;
    for step in [start(), report(PdfAdapter, Error), COMPLETED] {
        change(&store, "s", &step, "2026-11-22T12:00:00Z")
            .await
            .unwrap();
    }
    let page = store.list(&ListQuery::default(), now()).await.unwrap();
    assert_eq!(page.rows[0].status, OverallStatus::Failed);
    assert_eq!(page.rows[0].error.as_ref().unwrap().agent, PdfAdapter);
}

#[tokio::test]
async fn unknown_is_not_zero_and_sums_are_of_what_is_known() {
    let (store, _place) = store().await;
    let usage = TokenUsage {
        input: 1523,
        output: 411,
    };
    let reported = AgentUpdate {
        token_usage: Some(usage),
        ..AgentUpdate::new(Success)
    };
    for step in [
        start(),
        report_as(PdfAdapter, reported),
        report(TradeExtraction, Success),
        COMPLETED,
    ] {
        change(&store, "s", &step, "2026-11-22T12:00:00Z")
            .await
            .unwrap();
    }
    let session = get(&store, "s").await;
    assert_eq!(session.agents[PdfAdapter].run.token_usage, Some(usage));
    assert_eq!(session.agents[TradeExtraction].run.token_usage, None);
    let page = store.list(&ListQuery::default(), now()).await.unwrap();
    let total = page.rows[0].total_token_usage.unwrap();
    assert_eq!((total.known, total.partial), (usage, true));
    assert_eq!(truth::total_token_usage(&session), total);
}

#[tokio::test]
async fn durations_keep_their_milliseconds() {
    let (store, _place) = store().await;
    for (step, time) in [
        (start(), "2026-11-22T12:00:00.000Z"),
        (report(PdfAdapter, InProgress), "2026-11-22T12:00:00.001Z"),
        (report(PdfAdapter, Success), "2026-11-22T12:01:18.124Z"),
        (COMPLETED, "2026-11-22T12:01:18.200Z"),
    ] {
        change(&store, "s", &step, time).await.unwrap();
    }
    let session = get(&store, "s").await;
    let run = &session.agents[PdfAdapter].run;
    assert_eq!(run.duration, Some(Seconds::from_millis(78_123)));
    assert_eq!(session.total_duration, Some(Seconds::from_millis(78_124)));
}

#[tokio::test]
async fn what_was_not_needed_is_skipped_and_not_for_ever_pending() {
    let (store, _place) = store().await;
    for step in [start(), report(PdfAdapter, Success), COMPLETED] {
        change(&store, "s", &step, "2026-11-22T12:00:00Z")
            .await
            .unwrap();
    }
    let session = get(&store, "s").await;
    assert_eq!(session.agents[PdfAdapter].run.status, Success);
    assert_eq!(session.agents[ExceptionManagement].run.status, Skipped);
}
