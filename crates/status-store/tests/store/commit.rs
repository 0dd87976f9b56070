//! A write replaces only what its writer has seen.

use status_model::Session;
use status_store::{CommitError, StatusStore};

use crate::given::{get, put, session, store};

fn with(session: &Session, document_id: &str, version: Option<u64>) -> Session {
    Session {
        document_id: Some(document_id.to_owned()),
        version,
        ..session.clone()
    }
}

async fn conflicts(store: &dyn StatusStore, before: Option<&Session>, after: &Session) -> bool {
    match store.commit(before, after).await {
        Ok(()) => false,
        Err(CommitError::Conflict) => true,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn what_is_committed_is_there() {
    let (store, _place) = store().await;
    let first = with(&session("s", "2026-11-22T12:00:00Z"), "a", Some(1));
    put(&store, &first).await;
    assert_eq!(get(&store, "s").await, first);
    let second = with(&first, "b", Some(2));
    store.commit(Some(&first), &second).await.unwrap();
    assert_eq!(get(&store, "s").await, second);
}

#[tokio::test]
async fn every_valid_id_is_kept() {
    let (store, _place) = store().await;
    for name in ["a", "...", "A.b_c:d@e-f", &"x".repeat(256)] {
        put(&store, &Session::new(name.parse().unwrap())).await;
        assert_eq!(get(&store, name).await.session_id.as_str(), name);
    }
}

#[tokio::test]
async fn numbers_are_read_back_to_the_last_bit() {
    let (store, _place) = store().await;
    let mut session = session("s", "2026-11-22T12:00:00Z");
    // Each of these is off by a bit where it is parsed in a hurry.
    let numbers = [
        92.300_000_000_000_01,
        0.1 + 0.2,
        1.234_567_890_123_456_7e-120,
    ];
    for (n, number) in numbers.into_iter().enumerate() {
        session.extra.insert(format!("n{n}"), number.into());
    }
    session.extra.insert("large".to_owned(), u64::MAX.into());
    put(&store, &session).await;
    assert_eq!(get(&store, "s").await, session);
}

#[tokio::test]
async fn nothing_is_there_under_an_unknown_id() {
    let (store, _place) = store().await;
    let unknown = "s".parse().unwrap();
    assert_eq!(store.get(&unknown).await.unwrap(), None);
}

#[tokio::test]
async fn a_first_write_conflicts_where_something_stands() {
    let (store, _place) = store().await;
    let versioned = with(&session("new", "2026-11-22T12:00:00Z"), "a", Some(1));
    let without_version = with(&session("old", "2026-11-22T12:00:00Z"), "a", None);
    for standing in [versioned, without_version] {
        put(&store, &standing).await;
        assert!(conflicts(&store, None, &with(&standing, "b", Some(1))).await);
        assert_eq!(get(&store, standing.session_id.as_str()).await, standing);
    }
}

#[tokio::test]
async fn a_write_conflicts_where_another_came_first() {
    let (store, _place) = store().await;
    let seen = with(&session("s", "2026-11-22T12:00:00Z"), "a", Some(1));
    put(&store, &seen).await;
    let other = with(&seen, "other", Some(2));
    store.commit(Some(&seen), &other).await.unwrap();
    assert!(conflicts(&store, Some(&seen), &with(&seen, "mine", Some(2))).await);
    assert_eq!(get(&store, "s").await, other);
}

#[tokio::test]
async fn a_write_over_an_old_writers_item_has_its_version_checked_too() {
    let (store, _place) = store().await;
    let seen = with(&session("s", "2026-11-22T12:00:00Z"), "a", None);
    put(&store, &seen).await;
    let other = with(&seen, "other", Some(1));
    assert!(!conflicts(&store, Some(&seen), &other).await);
    assert!(conflicts(&store, Some(&seen), &with(&seen, "mine", Some(1))).await);
    assert_eq!(get(&store, "s").await, other);
}

#[tokio::test]
async fn a_write_conflicts_where_what_it_saw_is_gone() {
    let (store, _place) = store().await;
    let seen = with(&session("s", "2026-11-22T12:00:00Z"), "a", Some(1));
    assert!(conflicts(&store, Some(&seen), &with(&seen, "b", Some(2))).await);
    assert_eq!(store.get(&seen.session_id).await.unwrap(), None);
}

#[tokio::test]
async fn of_writes_that_wait_together_each_is_judged_for_itself() {
    let (store, _place) = store().await;
    let seen = with(&session("s", "2026-11-22T12:00:00Z"), "a", Some(1));
    put(&store, &seen).await;
    let one = with(&seen, "one", Some(2));
    let other = with(&seen, "other", Some(2));
    let unrelated = session("t", "2026-11-22T12:00:00Z");
    let results = tokio::join!(
        store.commit(Some(&seen), &one),
        store.commit(Some(&seen), &other),
        store.commit(None, &unrelated),
        store.commit(None, &seen),
    );
    // Which of the two comes first is nobody's promise.
    let stands = match &results {
        (Ok(()), Err(CommitError::Conflict), Ok(()), Err(CommitError::Conflict)) => one,
        (Err(CommitError::Conflict), Ok(()), Ok(()), Err(CommitError::Conflict)) => other,
        _ => panic!("{results:?}"),
    };
    assert_eq!(get(&store, "s").await, stands);
    assert_eq!(get(&store, "t").await, unrelated);
}
