//! A backup is the store at one moment, whole or not there.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use rusqlite::Connection;
use status_store::{
    BulkStore, SqliteStore, StatusStore,
    sqlite::backup::{Backup, BackupError, Done},
};
use tempfile::TempDir;

use crate::given::{get, id, put, session};

const NEWEST: &str = "2026-11-22T11:00:00Z";

/// A directory with a store of some sessions that is open.
async fn given(sessions: usize) -> (TempDir, SqliteStore) {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path().join("store.db")).unwrap();
    let sessions = (0..sessions).map(|n| session(&format!("s-{n}"), NEWEST));
    store.put_all(sessions.collect()).await.unwrap();
    (directory, store)
}

fn backup(directory: &TempDir) -> Backup {
    Backup {
        source: directory.path().join("store.db"),
        target: directory.path().join("backup.db"),
        replaces: false,
    }
}

fn make(backup: &Backup) -> Result<Done, BackupError> {
    backup.make(&Arc::new(AtomicBool::new(false)), |_, _| {})
}

fn files(directory: &Path) -> Vec<String> {
    let names = fs::read_dir(directory).unwrap().map(|entry| {
        let name = entry.unwrap().file_name();
        name.into_string().unwrap()
    });
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

#[tokio::test]
async fn what_was_acknowledged_before_is_in_it_and_what_came_after_is_not() {
    let (directory, store) = given(300).await;
    let backup = backup(&directory);
    let done = make(&backup).unwrap();
    put(&store, &session("later", NEWEST)).await;

    assert_eq!(done.sessions, 300);
    assert_eq!(done.bytes, fs::metadata(&backup.target).unwrap().len());
    let restored = SqliteStore::open(&backup.target).unwrap();
    assert_eq!(get(&restored, "s-299").await, session("s-299", NEWEST));
    assert_eq!(restored.get(&id("later")).await.unwrap(), None);
}

#[tokio::test]
async fn it_is_one_file_that_stands_for_itself() {
    let (directory, _store) = given(3).await;
    let backup = backup(&directory);
    make(&backup).unwrap();
    assert_eq!(
        files(directory.path()),
        ["backup.db", "store.db", "store.db-shm", "store.db-wal"]
    );
    // Neither reading nor writing it asks for a log beside it.
    let header = fs::read(&backup.target).unwrap();
    assert_eq!(header[18..20], [1, 1]);
}

#[tokio::test]
async fn whoever_may_not_read_the_store_may_not_read_its_backup() {
    let (directory, _store) = given(1).await;
    let backup = backup(&directory);
    fs::set_permissions(&backup.source, fs::Permissions::from_mode(0o600)).unwrap();
    make(&backup).unwrap();
    let mode = fs::metadata(&backup.target).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn a_file_that_is_there_is_replaced_only_where_that_is_asked_for() {
    let (directory, _store) = given(1).await;
    let mut backup = backup(&directory);
    fs::write(&backup.target, "an earlier one").unwrap();
    let refused = make(&backup);
    assert!(
        matches!(refused, Err(BackupError::Exists { .. })),
        "{refused:?}"
    );
    assert_eq!(fs::read(&backup.target).unwrap(), b"an earlier one");
    backup.replaces = true;
    assert_eq!(make(&backup).unwrap().sessions, 1);
    SqliteStore::open(&backup.target).unwrap();
}

#[tokio::test]
async fn the_store_itself_and_another_that_is_in_use_are_never_replaced() {
    let (directory, _store) = given(1).await;
    let mut backup = backup(&directory);
    backup.replaces = true;
    backup.target = directory.path().join("link.db");
    std::os::unix::fs::symlink(&backup.source, &backup.target).unwrap();
    let refused = make(&backup);
    assert!(
        matches!(refused, Err(BackupError::SameFile { .. })),
        "{refused:?}"
    );

    backup.target = directory.path().join("other.db");
    let other = SqliteStore::open(&backup.target).unwrap();
    put(&other, &session("other", NEWEST)).await;
    let refused = make(&backup);
    assert!(
        matches!(refused, Err(BackupError::InUse { .. })),
        "{refused:?}"
    );
    assert_eq!(get(&other, "other").await, session("other", NEWEST));
}

#[tokio::test]
async fn what_is_no_store_and_what_is_no_place_are_named() {
    let (directory, _store) = given(1).await;
    let refused = |source: &str, target: &str| {
        let backup = Backup {
            source: directory.path().join(source),
            target: directory.path().join(target),
            replaces: false,
        };
        make(&backup).unwrap_err()
    };
    fs::write(
        directory.path().join("notes.txt"),
        "no database ".repeat(99),
    )
    .unwrap();
    Connection::open(directory.path().join("another.db"))
        .unwrap()
        .execute_batch("CREATE TABLE t (a)")
        .unwrap();
    for source in ["missing.db", "notes.txt", "another.db"] {
        let error = refused(source, "backup.db");
        assert!(matches!(error, BackupError::NoStore { .. }), "{error:?}");
    }
    assert!(!directory.path().join("missing.db").exists());
    let error = refused("store.db", "");
    assert!(matches!(error, BackupError::NoFileName { .. }), "{error:?}");
    let error = refused("store.db", "missing/backup.db");
    assert!(matches!(error, BackupError::Target { .. }), "{error:?}");
}

#[tokio::test]
async fn a_damaged_store_makes_no_backup_and_leaves_the_earlier_one() {
    let (directory, store) = given(2_000).await;
    drop(store);
    let mut backup = backup(&directory);
    backup.replaces = true;
    fs::write(&backup.target, "an earlier one").unwrap();
    let mut bytes = fs::read(&backup.source).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xA5);
    fs::write(&backup.source, bytes).unwrap();
    let refused = make(&backup);
    assert!(
        matches!(refused, Err(BackupError::Damaged { .. })),
        "{refused:?}"
    );
    assert_eq!(files(directory.path()), ["backup.db", "store.db"]);
    assert_eq!(fs::read(&backup.target).unwrap(), b"an earlier one");
}

#[tokio::test]
async fn one_that_is_stopped_leaves_nothing() {
    let (directory, _store) = given(2_000).await;
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = backup(&directory).make(&stop, |copied, total| {
        assert!(copied <= total);
        stop.store(true, Ordering::Relaxed);
    });
    assert!(matches!(stopped, Err(BackupError::Stopped)), "{stopped:?}");
    assert_eq!(
        files(directory.path()),
        ["store.db", "store.db-shm", "store.db-wal"]
    );
}
