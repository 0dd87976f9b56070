//! A broken row harms nobody else.

use rusqlite::Connection;
use status_model::{OverallStatus, Session};
use status_store::{ListQuery, SqliteStore, StatusStore, StoreError};

use crate::{
    backend::Place,
    given::{id, ids, now, put, session, store},
    log,
};

/// Two good sessions around one whose item somebody has edited.
async fn with_item(name: &str, item: &str) -> (SqliteStore, Place) {
    let (store, place) = store().await;
    for (name, time) in [
        ("before", "2026-11-22T11:58:00Z"),
        (name, "2026-11-22T11:59:00Z"),
        ("behind", "2026-11-22T12:00:00Z"),
    ] {
        let session = Session {
            overall_status: OverallStatus::Completed,
            ..session(name, time)
        };
        put(&store, &session).await;
    }
    let by_hand = Connection::open(place.name()).unwrap();
    let edited = by_hand.execute("UPDATE session SET item = ?1 WHERE id = ?2", [item, name]);
    assert_eq!(edited.unwrap(), 1);
    (store, place)
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_left_out_and_logged_once() {
    log::keep();
    for (name, item) in [
        ("broken-json", "{"),
        ("broken-shape", "[]"),
        ("broken-without-id", "{}"),
        ("broken-other-id", r#"{"sessionId": "other"}"#),
        ("broken-empty", ""),
    ] {
        let (store, _place) = with_item(name, item).await;
        for _ in 0..2 {
            let page = store.list(&ListQuery::default(), now()).await.unwrap();
            assert_eq!(ids(&page.rows), ["behind", "before"], "{item}");
            let overview = store.overview(None, now()).await.unwrap();
            assert_eq!(ids(&overview.tiles), ["behind", "before"], "{item}");
            store.usual_durations(now()).await.unwrap();
        }
        let got = store.get(&id(name)).await;
        assert!(matches!(got, Err(StoreError::Refused(_))), "{got:?}");
        let lines = log::about(name);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(
            lines[0].contains("WARN") && lines[0].contains("left out"),
            "{lines:?}"
        );
    }
}

#[tokio::test]
async fn others_take_its_place_on_a_page() {
    let (store, _place) = with_item("broken-on-a-page", "{").await;
    let mut query = ListQuery {
        limit: 1,
        ..ListQuery::default()
    };
    let first = store.list(&query, now()).await.unwrap();
    assert_eq!(ids(&first.rows), ["behind"]);
    query.after = first.next;
    let second = store.list(&query, now()).await.unwrap();
    assert_eq!(ids(&second.rows), ["before"]);
    assert_eq!(second.next, None);
}

#[tokio::test]
async fn an_attribute_that_cannot_be_read_is_unknown_and_logged_once() {
    log::keep();
    let item = r#"{"sessionId": "partly", "createdAt": "Invalid Date", "documentId": "FAB_1"}"#;
    let (store, _place) = with_item("partly", item).await;
    for _ in 0..2 {
        let session = store.get(&id("partly")).await.unwrap().unwrap();
        assert_eq!(session.created_at, None);
        assert_eq!(session.document_id.as_deref(), Some("FAB_1"));
        assert_eq!(session.unreadable, ["createdAt"]);
    }
    let page = store.list(&ListQuery::default(), now()).await.unwrap();
    assert_eq!(ids(&page.rows), ["behind", "partly", "before"]);
    let lines = log::about("partly");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("createdAt"), "{lines:?}");
}
