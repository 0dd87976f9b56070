//! Nothing is lost of what others write in between.

use status_model::{
    AgentName::{PdfAdapter, TradeExtraction},
    AgentStatus::{InProgress, Success},
    Session,
    change::{self, Change},
};
use status_store::{CommitError, StatusStore};

use crate::{
    backend::Place,
    given::{COMPLETED, change, get, id, now, report, start, store},
    raw,
};

fn after(before: &Session, step: &Change) -> Session {
    change::apply(Some(before), &id("s"), step, now())
        .unwrap()
        .0
}

/// A session, with a version or as a writer without left it, on which another agent's whole map
/// is put while a report is under way.
async fn reported_beside(place: &Place, store: &dyn StatusStore) -> Result<(), CommitError> {
    let seen = get(store, "s").await;
    let theirs = raw::map([("status", "success"), ("activity", "theirs")]);
    raw::set(place, "s", "tradeExtraction", theirs).await;
    store
        .commit(Some(&seen), &after(&seen, &report(PdfAdapter, InProgress)))
        .await
}

#[tokio::test]
async fn another_writers_agent_stays_as_it_was_put_beside_ours() {
    let (store, place) = store().await;
    change(&store, "s", &start(), "2026-11-22T12:00:00Z")
        .await
        .unwrap();
    reported_beside(&place, &store).await.unwrap();
    let session = get(&store, "s").await;
    assert_eq!(session.agents[PdfAdapter].run.status, InProgress);
    let theirs = &session.agents[TradeExtraction].run;
    assert_eq!(theirs.activity.as_deref(), Some("theirs"));
    assert_eq!(theirs.status, Success);
}

#[tokio::test]
async fn over_an_item_without_a_version_a_write_that_has_not_seen_the_last_conflicts() {
    let (store, place) = store().await;
    let texts = [
        ("overallStatus", "processing"),
        ("createdAt", "2026-11-22T11:00:00.000001+00:00"),
        ("lastUpdated", "2026-11-22T11:00:00.000001+00:00"),
    ];
    raw::put(&place, raw::session("s", texts)).await;
    let beside = reported_beside(&place, &store).await;
    assert!(matches!(beside, Err(CommitError::Conflict)), "{beside:?}");
    change(
        &store,
        "s",
        &report(PdfAdapter, InProgress),
        "2026-11-22T12:00:00Z",
    )
    .await
    .unwrap();
    let session = get(&store, "s").await;
    assert_eq!(session.agents[TradeExtraction].run.status, Success);
    assert_eq!(session.agents[PdfAdapter].run.status, InProgress);
}

#[tokio::test]
async fn a_report_on_an_agent_that_has_come_further_by_then_conflicts() {
    let (store, place) = store().await;
    for step in [start(), report(TradeExtraction, InProgress)] {
        change(&store, "s", &step, "2026-11-22T12:00:00Z")
            .await
            .unwrap();
    }
    let seen = get(&store, "s").await;
    let mut theirs = raw::get(&place, "s").await["tradeExtraction"]
        .as_m()
        .unwrap()
        .clone();
    theirs.insert("status".to_owned(), raw::text("success"));
    let theirs = aws_sdk_dynamodb::types::AttributeValue::M(theirs);
    raw::set(&place, "s", "tradeExtraction", theirs).await;
    let failed = report(TradeExtraction, status_model::AgentStatus::Error);
    let commit = store.commit(Some(&seen), &after(&seen, &failed)).await;
    assert!(matches!(commit, Err(CommitError::Conflict)), "{commit:?}");
    assert_eq!(
        get(&store, "s").await.agents[TradeExtraction].run.status,
        Success
    );
}

#[tokio::test]
async fn nobody_skips_an_agent_that_another_writer_has_reported_on_meanwhile() {
    let (store, place) = store().await;
    change(&store, "s", &start(), "2026-11-22T12:00:00Z")
        .await
        .unwrap();
    let seen = get(&store, "s").await;
    let theirs = raw::map([("status", "success")]);
    raw::set(&place, "s", "tradeExtraction", theirs).await;
    let commit = store.commit(Some(&seen), &after(&seen, &COMPLETED)).await;
    assert!(matches!(commit, Err(CommitError::Conflict)), "{commit:?}");
    change(&store, "s", &COMPLETED, "2026-11-22T12:00:01Z")
        .await
        .unwrap();
    assert_eq!(
        get(&store, "s").await.agents[TradeExtraction].run.status,
        Success
    );
}
