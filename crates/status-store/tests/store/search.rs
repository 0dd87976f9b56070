//! A search finds what starts with a text, newest first, however much that is.

use status_model::{OverallStatus, Session, SourceType};
use status_store::{BulkStore, ListQuery, StatusStore};

use crate::{
    backend::{Place, Store},
    given::{ids, now, put, session, store},
};

async fn find(store: &dyn StatusStore, text: &str) -> Vec<String> {
    let query = ListQuery {
        starts_with: Some(text.to_owned()),
        ..ListQuery::default()
    };
    let page = store.list(&query, now()).await.unwrap();
    ids(&page.rows).into_iter().map(str::to_owned).collect()
}

fn named(name: &str, document: &str, correlation: &str, created_at: &str) -> Session {
    Session {
        document_id: Some(document.to_owned()),
        correlation_id: Some(correlation.to_owned()),
        ..session(name, created_at)
    }
}

#[tokio::test]
async fn by_the_start_of_session_document_and_correlation_id() {
    let (store, _place) = store().await;
    put(
        &store,
        &named("session-1", "FAB_1", "corr_a", "2026-11-22T11:00:00Z"),
    )
    .await;
    put(
        &store,
        &named("session-2", "FAB_2", "corr_b", "2026-11-22T11:01:00Z"),
    )
    .await;
    put(
        &store,
        &named("FAB_x", "doc", "session-", "2026-11-22T11:02:00Z"),
    )
    .await;
    put(&store, &session("bare", "2026-11-22T11:03:00Z")).await;

    assert_eq!(find(&store, "session-1").await, ["session-1"]);
    assert_eq!(find(&store, "FAB_2").await, ["session-2"]);
    assert_eq!(find(&store, "corr_").await, ["session-2", "session-1"]);
    assert_eq!(
        find(&store, "FAB_").await,
        ["FAB_x", "session-2", "session-1"]
    );
    assert_eq!(
        find(&store, "session-").await,
        ["FAB_x", "session-2", "session-1"]
    );
    assert_eq!(find(&store, "ession").await, [""; 0]);
    assert_eq!(find(&store, "").await.len(), 4);
}

#[tokio::test]
async fn a_session_that_several_of_its_ids_lead_to_is_there_once() {
    let (store, _place) = store().await;
    put(&store, &named("x1", "x2", "x3", "2026-11-22T11:00:00Z")).await;
    assert_eq!(find(&store, "x").await, ["x1"]);
}

#[tokio::test]
async fn every_character_means_itself() {
    let (store, _place) = store().await;
    for (name, document) in [
        ("percent", "100%_a"),
        ("underscore", "100__a"),
        ("quote", "it's"),
        ("last", "\u{10ffff}\u{10ffff}b"),
        ("accent", "\u{e9}t\u{e9}"),
        ("upper", "FAB"),
        ("nul", "a\0b"),
    ] {
        put(&store, &named(name, document, "-", "2026-11-22T11:00:00Z")).await;
    }
    assert_eq!(find(&store, "100%").await, ["percent"]);
    assert_eq!(find(&store, "100_").await, ["underscore"]);
    assert_eq!(find(&store, "it's").await, ["quote"]);
    assert_eq!(find(&store, "\u{10ffff}").await, ["last"]);
    assert_eq!(find(&store, "\u{e9}").await, ["accent"]);
    assert_eq!(find(&store, "fab").await, [""; 0]);
    assert_eq!(find(&store, "a\0").await, ["nul"]);
    assert_eq!(find(&store, "*").await, [""; 0]);
}

/// 3,000 old ones that start with `old-`, then 5,500 new ones with `new-`; one in a hundred
/// of either failed.
async fn many() -> (Store, Place) {
    let (store, place) = store().await;
    let names = (0..3_000)
        .map(|n| format!("old-{n:04}"))
        .chain((0..5_500).map(|n| format!("new-{n:04}")));
    let start = now().unix_millis() - 1_000_000;
    let sessions = names.zip(start..).map(|(name, millis)| {
        let mut session = Session::new(name.parse().unwrap());
        session.created_at = Some(status_model::Timestamp::from_unix_millis(millis));
        if name.ends_with("00") {
            session.overall_status = OverallStatus::Failed;
            session.source_type = Some(SourceType::Bank);
        }
        session
    });
    store.put_all(sessions.collect()).await.unwrap();
    (store, place)
}

#[tokio::test]
async fn a_page_is_right_however_many_there_are_and_wherever() {
    let (store, _place) = many().await;
    let newest = |name: &str, last: u32| -> Vec<_> {
        let names = (0..50).map(|n| format!("{name}-{:04}", last - n));
        names.collect()
    };
    // Few; many and new; many and old; both.
    assert_eq!(find(&store, "old-1234").await, ["old-1234"]);
    assert_eq!(find(&store, "new-").await, newest("new", 5_499));
    assert_eq!(find(&store, "old-").await, newest("old", 2_999));

    let mut failed = ListQuery {
        starts_with: Some("old-".to_owned()),
        statuses: [OverallStatus::Failed].into(),
        limit: 20,
        ..ListQuery::default()
    };
    let first = store.list(&failed, now()).await.unwrap();
    failed.after = first.next;
    failed.source_type = Some(SourceType::Bank);
    let second = store.list(&failed, now()).await.unwrap();
    let found = [ids(&first.rows), ids(&second.rows)].concat();
    let expected: Vec<_> = (0..30).rev().map(|n| format!("old-{n:02}00")).collect();
    assert_eq!(found, expected);
    assert_eq!(second.next, None);
}
