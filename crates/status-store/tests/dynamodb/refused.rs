//! It is said what is wrong, and what to do; nothing is lost.

use status_model::{AgentName::PdfAdapter, AgentStatus::InProgress, change::AgentUpdate};
use status_store::{
    CommitError, ListQuery, StatusStore, StoreError, UpdateError,
    dynamodb::{Connection, KeyName},
};

use crate::{
    backend::{self, Place},
    given::{change, get, now, put, report_as, session, start, store},
};

#[tokio::test]
async fn a_table_that_is_not_there() {
    let place = Place::unmade();
    let store = backend::open(&place.name()).await;
    let command = format!(
        "`trade-status table deploy --table {} --region",
        place.name()
    );
    let checked = store.check().await;
    let ready = store.ready().await;
    let listed = store.list(&ListQuery::default(), now()).await.map(drop);
    let written = store
        .commit(None, &session("s", "2026-11-22T11:00:00Z"))
        .await;
    let written = written.map_err(|error| match error {
        CommitError::Store(error) => error,
        CommitError::Conflict => panic!("{error}"),
    });
    for answer in [checked, ready, listed, written] {
        let Err(StoreError::MissingTable(text)) = answer else {
            panic!("{answer:?}")
        };
        assert!(text.contains(&command), "{text}");
    }
}

#[tokio::test]
async fn a_table_with_another_key() {
    let place = Place::keyed_by(KeyName::ProcessingId).await;
    let store = backend::open(&place.name()).await;
    let checked = store.check().await;
    let written = store
        .commit(None, &session("s", "2026-11-22T11:00:00Z"))
        .await;
    let error = checked.unwrap_err();
    assert!(matches!(error, StoreError::Refused(_)), "{error}");
    for text in [error.to_string(), written.unwrap_err().to_string()] {
        assert!(text.contains("--key processing_id"), "{text}");
    }
}

#[tokio::test]
async fn an_address_where_nobody_is() {
    let connection = Connection {
        endpoint: Some("http://127.0.0.1:9".to_owned()),
        ..backend::connection("test")
    };
    let store = backend::open_with(connection).await;
    let error = store.check().await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    let text = error.to_string();
    assert!(
        text.contains("http://127.0.0.1:9 can't be reached"),
        "{text}"
    );
}

#[tokio::test]
async fn a_session_that_is_larger_than_an_item_may_be_stays_as_it_was() {
    let (store, _place) = store().await;
    change(&store, "s", &start(), "2026-11-22T12:00:00Z")
        .await
        .unwrap();
    let before = get(&store, "s").await;
    let large = AgentUpdate {
        error: Some("x".repeat(410 * 1024)),
        ..AgentUpdate::new(InProgress)
    };
    let large = report_as(PdfAdapter, large);
    let answer = change(&store, "s", &large, "2026-11-22T12:00:01Z").await;
    let Err(UpdateError::Store(StoreError::TooLarge(text))) = answer else {
        panic!("{answer:?}")
    };
    assert!(text.contains("400 KB"), "{text}");
    assert_eq!(get(&store, "s").await, before);
}

#[tokio::test]
async fn a_text_that_no_index_can_have() {
    let (store, _place) = store().await;
    let mut empty = session("empty", "2026-11-22T11:00:00Z");
    empty.document_id = Some(String::new());
    put(&store, &empty).await;
    assert_eq!(get(&store, "empty").await.document_id, None);

    let mut long = session("long", "2026-11-22T11:00:00Z");
    long.document_id = Some("x".repeat(1_500));
    let error = store.commit(None, &long).await.unwrap_err();
    let CommitError::Store(StoreError::TooLarge(text)) = error else {
        panic!("{error}")
    };
    assert!(text.contains("1,024 bytes"), "{text}");
    let search = ListQuery {
        starts_with: long.document_id,
        ..ListQuery::default()
    };
    assert_eq!(store.list(&search, now()).await.unwrap().rows, []);
}
