//! Items of another table come in without doing harm.

use status_model::Session;
use status_store::{BulkStore, ListQuery, PutCounts, StatusStore};

use crate::given::{get, ids, now, put, session, store};

fn with(document_id: &str, version: Option<u64>, last_updated: &str) -> Session {
    Session {
        document_id: Some(document_id.to_owned()),
        version,
        last_updated: last_updated.parse().ok(),
        ..session("s", "2026-11-22T11:00:00Z")
    }
}

const EARLY: &str = "2026-11-22T11:10:00Z";
const LATE: &str = "2026-11-22T11:20:00Z";

#[tokio::test]
async fn new_sessions_are_created_and_found() {
    let (store, _place) = store().await;
    let sessions = vec![
        session("a", "2026-11-22T11:00:00Z"),
        session("b", "2026-11-22T11:01:00Z"),
    ];
    let counts = store.put_all(sessions).await.unwrap();
    assert_eq!(
        counts,
        PutCounts {
            written: 2,
            left: 0
        }
    );
    let page = store.list(&ListQuery::default(), now()).await.unwrap();
    assert_eq!(ids(&page.rows), ["b", "a"]);
}

#[tokio::test]
async fn the_newer_of_two_stands_in_the_end() {
    for (here, comes, is_written) in [
        // A version tells, whatever the times say.
        ((Some(2), LATE), (Some(3), EARLY), true),
        ((Some(3), EARLY), (Some(2), LATE), false),
        ((Some(2), EARLY), (Some(2), LATE), false),
        // None is older than any.
        ((Some(1), EARLY), (None, LATE), false),
        ((None, LATE), (Some(1), EARLY), true),
        // Without versions, the last progress tells.
        ((None, EARLY), (None, LATE), true),
        ((None, EARLY), (None, EARLY), true),
        ((None, LATE), (None, EARLY), false),
    ] {
        let here = with("here", here.0, here.1);
        let comes = with("comes", comes.0, comes.1);
        let (store, _place) = store().await;
        put(&store, &here).await;
        let counts = store.put_all(vec![comes.clone()]).await.unwrap();
        let expected = PutCounts {
            written: usize::from(is_written),
            left: usize::from(!is_written),
        };
        assert_eq!(counts, expected, "{here:?} {comes:?}");
        let stands = if is_written { comes } else { here };
        assert_eq!(get(&store, "s").await, stands);
    }
}

#[tokio::test]
async fn a_session_that_comes_twice_is_there_once() {
    let (store, _place) = store().await;
    let sessions = vec![with("first", None, EARLY), with("second", None, LATE)];
    let counts = store.put_all(sessions).await.unwrap();
    assert_eq!(
        counts,
        PutCounts {
            written: 2,
            left: 0
        }
    );
    let page = store.list(&ListQuery::default(), now()).await.unwrap();
    assert_eq!(ids(&page.rows), ["s"]);
    assert_eq!(page.rows[0].document_id.as_deref(), Some("second"));
}

#[tokio::test]
async fn a_writer_that_saw_the_session_before_notices() {
    let (store, _place) = store().await;
    let seen = with("seen", Some(1), EARLY);
    put(&store, &seen).await;
    store
        .put_all(vec![with("comes", Some(2), LATE)])
        .await
        .unwrap();
    let mine = with("mine", Some(2), LATE);
    assert!(store.commit(Some(&seen), &mine).await.is_err());
}

#[tokio::test]
async fn nothing_at_all_is_no_error() {
    let (store, _place) = store().await;
    assert_eq!(
        store.put_all(Vec::new()).await.unwrap(),
        PutCounts::default()
    );
}
