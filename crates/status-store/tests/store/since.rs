//! Who has seen a session is told whether it is another by now.

use status_model::Session;
use status_store::{Revision, Since, StatusStore};

use crate::given::{put, session, store};

fn with(session: &Session, document_id: &str, version: Option<u64>, expires_at: i64) -> Session {
    Session {
        document_id: Some(document_id.to_owned()),
        version,
        expires_at: Some(expires_at),
        ..session.clone()
    }
}

async fn since(store: &dyn StatusStore, seen: &Session) -> Since {
    let revision = Revision::of(seen).unwrap();
    store.get_since(&seen.session_id, revision).await.unwrap()
}

#[tokio::test]
async fn a_session_that_stands_as_it_was_seen_is_unchanged_and_a_written_one_comes_whole() {
    let (store, _place) = store().await;
    let session = session("s", "2026-11-22T12:00:00Z");
    let seen = with(&session, "a", Some(1), 4_000_000_000);
    put(&store, &seen).await;
    assert_eq!(since(&store, &seen).await, Since::Unchanged);

    let written = with(&session, "b", Some(2), 4_000_000_000);
    store.commit(Some(&seen), &written).await.unwrap();
    let changed = since(&store, &seen).await;
    assert_eq!(changed, Since::Changed(Some(written.clone())));
    assert_eq!(since(&store, &written).await, Since::Unchanged);
}

#[tokio::test]
async fn a_session_without_an_expiry_is_unchanged_too() {
    let (store, _place) = store().await;
    let mut seen = session("s", "2026-11-22T12:00:00Z");
    (seen.version, seen.expires_at) = (Some(1), None);
    put(&store, &seen).await;
    assert_eq!(since(&store, &seen).await, Since::Unchanged);
}

#[tokio::test]
async fn one_that_began_anew_is_another_whatever_its_version() {
    let (store, _place) = store().await;
    let session = session("s", "2026-11-22T12:00:00Z");
    let stands = with(&session, "anew", Some(1), 4_000_000_000);
    put(&store, &stands).await;
    let seen = with(&session, "before", Some(1), 3_000_000_000);
    let changed = since(&store, &seen).await;
    assert_eq!(changed, Since::Changed(Some(stands)));
}

#[tokio::test]
async fn one_whose_writer_keeps_no_version_always_comes_whole() {
    let (store, _place) = store().await;
    let session = session("s", "2026-11-22T12:00:00Z");
    let stands = with(&session, "a", None, 4_000_000_000);
    put(&store, &stands).await;
    assert_eq!(Revision::of(&stands), None);
    let seen = with(&session, "a", Some(1), 4_000_000_000);
    let changed = since(&store, &seen).await;
    assert_eq!(changed, Since::Changed(Some(stands)));
}

#[tokio::test]
async fn one_that_is_gone_is_nothing() {
    let (store, _place) = store().await;
    let session = session("s", "2026-11-22T12:00:00Z");
    let seen = with(&session, "a", Some(1), 4_000_000_000);
    assert_eq!(since(&store, &seen).await, Since::Changed(None));
}
