//! A store is opened, or a plain reason given.

use std::{fs, path::Path, thread};

use rusqlite::Connection;
use status_store::{OpenError, SqliteStore, StatusStore, StoreError};

use crate::given::{get, id, put, session, store};

#[tokio::test]
async fn missing_directories_are_created() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a").join("b").join("store.db");
    let store = SqliteStore::open(&path).unwrap();
    assert!(path.is_file());
    store.ready().await.unwrap();
}

#[tokio::test]
async fn what_was_written_is_there_after_closing_and_opening() {
    let (store, place) = store().await;
    let session = session("s", "2026-11-22T11:00:00Z");
    put(&store, &session).await;
    drop(store);
    let path = place.name();
    // Closed in order: all is in the one file.
    assert!(!Path::new(&path).with_extension("db-wal").exists());
    assert_eq!(get(&SqliteStore::open(path).unwrap(), "s").await, session);
}

#[tokio::test]
async fn what_was_taken_is_written_before_the_store_closes() {
    let (store, place) = store().await;
    let session = session("s", "2026-11-22T11:00:00Z");
    {
        let mut commit = Box::pin(store.commit(None, &session));
        std::future::poll_fn(|context| {
            std::task::Poll::Ready(commit.as_mut().poll(context).is_ready())
        })
        .await;
    }
    drop(store);
    let store = SqliteStore::open(place.name()).unwrap();
    assert_eq!(get(&store, "s").await, session);
}

#[test]
fn many_open_a_new_file_at_once() {
    for _ in 0..5 {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store.db");
        thread::scope(|scope| {
            let opened: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| SqliteStore::open(&path).map(drop)))
                .collect();
            for opened in opened {
                opened.join().unwrap().unwrap();
            }
        });
    }
}

#[test]
fn a_directory_that_cannot_be_had_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let error = SqliteStore::open(file.join("data").join("store.db"))
        .err()
        .unwrap();
    assert!(matches!(error, OpenError::Directory { .. }));
    let text = error.to_string();
    assert!(text.contains(file.join("data").to_str().unwrap()), "{text}");
}

#[test]
fn a_file_that_is_none_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let error = SqliteStore::open(directory.path()).err().unwrap();
    assert!(matches!(error, OpenError::File { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains(directory.path().to_str().unwrap()), "{text}");
}

#[test]
fn a_file_of_another_kind_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("notes.txt");
    let text = "Not a database, though long enough to have a header of one. ".repeat(20);
    fs::write(&path, &text).unwrap();
    let error = SqliteStore::open(&path).err().unwrap();
    assert!(matches!(error, OpenError::NotAStore { .. }), "{error:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_left_alone() {
    let (store, place) = store().await;
    drop(store);
    let path = place.name();
    let newer = Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let error = SqliteStore::open(&path).err().unwrap();
    assert!(matches!(error, OpenError::Newer { .. }), "{error:?}");
}

#[tokio::test]
async fn a_store_whose_table_is_gone_is_not_ready() {
    let (store, place) = store().await;
    store.ready().await.unwrap();
    let by_hand = Connection::open(place.name()).unwrap();
    by_hand.execute_batch("DROP TABLE session").unwrap();
    let ready = store.ready().await;
    assert!(
        matches!(ready, Err(StoreError::MissingTable(_))),
        "{ready:?}"
    );
    let got = store.get(&id("s")).await;
    assert!(matches!(got, Err(StoreError::MissingTable(_))), "{got:?}");
}

#[tokio::test]
async fn a_store_whose_file_is_gone_is_not_ready() {
    let (store, place) = store().await;
    fs::remove_file(place.name()).unwrap();
    let ready = store.ready().await;
    assert!(
        matches!(ready, Err(StoreError::Unavailable(_))),
        "{ready:?}"
    );
}
